from .course import told_change as told_change
from .findings import nesta_level as nesta_level
from .glance import AXES as AXES, glance_table as glance_table
from .language import unfounded_words as unfounded_words
from .method import versions as versions
from .opening import open_report as open_report
from .report import Report as Report
from .strips import (
    percent_bands as percent_bands,
    strip as strip,
    strip_alt as strip_alt,
    strip_axis as strip_axis,
    strip_reach as strip_reach,
)
from .tables import ONE_END_NOTE as ONE_END_NOTE, spread_rows as spread_rows
from .values import Told as Told, told_values as told_values, value_names as value_names
from .wording import (
    SIGNS as SIGNS,
    change_interval as change_interval,
    interval as interval,
    moved_percents as moved_percents,
    percent as percent,
    percent_of_scale as percent_of_scale,
    percent_step as percent_step,
    to_the_nearest as to_the_nearest,
)
