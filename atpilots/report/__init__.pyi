from .findings import nesta_level as nesta_level
from .forest import forest_figure as forest_figure, overview_alt as overview_alt
from .glance import AXES as AXES
from .opening import open_report as open_report
from .report import Report as Report, versions as versions
from .tables import (
    one_end_note as one_end_note,
    percent_cells as percent_cells,
    percent_rows as percent_rows,
    spread_rows as spread_rows,
)
from .wording import (
    SIGNS as SIGNS,
    change_interval as change_interval,
    interval as interval,
    moved_percents as moved_percents,
    percent as percent,
    percent_of_scale as percent_of_scale,
    percent_step as percent_step,
    percents_told as percents_told,
    stayed as stayed,
    to_the_nearest as to_the_nearest,
)
