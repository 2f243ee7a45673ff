from .figures import (
    forest_figure as forest_figure,
    overview_alt as overview_alt,
    percent as percent,
    percents as percents,
)
from .report import Report as Report, open_report as open_report, versions as versions
