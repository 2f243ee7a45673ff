from .figures import forest_figure as forest_figure, overview_alt as overview_alt
from .opening import open_report as open_report
from .report import Report as Report, versions as versions
from .wording import percent as percent, percent_of_scale as percent_of_scale
