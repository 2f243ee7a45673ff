from .headline_intervals import (
    Directions as Directions,
    Interval as Interval,
    directions_of as directions_of,
    plus_four as plus_four,
    t_interval as t_interval,
    t_interval_of as t_interval_of,
    t_quantile as t_quantile,
)
from .influence import leave_one_out as leave_one_out
from .result import CHANGE_DIGITS as CHANGE_DIGITS, Estimate as Estimate
from .results_table import (
    COLUMNS as COLUMNS,
    ESTIMATORS as ESTIMATORS,
    estimate as estimate,
    estimates_by_estimator as estimates_by_estimator,
)
from .sign_flip import p_values_without as p_values_without, sign_flip_test as sign_flip_test
from .verdicts import Verdict as Verdict, verdict as verdict
