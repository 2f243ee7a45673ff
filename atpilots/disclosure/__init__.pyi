from .attrition_bounds import Leavers as Leavers, bounds_told as bounds_told
from .compared import GROUP_TOO_SMALL as GROUP_TOO_SMALL
from .protected import (
    UNDEFINED as UNDEFINED,
    UNDEFINED_NOTE as UNDEFINED_NOTE,
    WITHHELD_NOTE as WITHHELD_NOTE,
    ArmAttendance as ArmAttendance,
    Attendance as Attendance,
    ProtectedComparison as ProtectedComparison,
    ProtectedMeasure as ProtectedMeasure,
    ProtectedResults as ProtectedResults,
    ProtectedWave as ProtectedWave,
    Unlike as Unlike,
    missing_mark as missing_mark,
)
from .rounding import decimals as decimals, rounded as rounded, rounded_down as rounded_down, rounded_up as rounded_up
from .scale import scale_of as scale_of
from .suppression import estimates_of as estimates_of, protect as protect
from .thresholds import (
    FEWEST_APART as FEWEST_APART,
    FEWEST_PAIRS as FEWEST_PAIRS,
    WITHHELD as WITHHELD,
    Audience as Audience,
)
