from .agreement import AGREEMENT as AGREEMENT
from .headline_intervals import (
    Scores as Scores,
    WithInterval as WithInterval,
    adjusted_difference_of as adjusted_difference_of,
    difference_in_change_of as difference_in_change_of,
    directions_of as directions_of,
    p_value_of as p_value_of,
    t_interval as t_interval,
    t_interval_of as t_interval_of,
    t_quantile as t_quantile,
)
from .mixed_model import mixed_model_changes as mixed_model_changes
from .result import CHANGE_DIGITS as CHANGE_DIGITS, Estimate as Estimate
from .results_table import (
    COLUMNS as COLUMNS,
    ESTIMATORS as ESTIMATORS,
    estimate as estimate,
    estimates_by_estimator as estimates_by_estimator,
)
from .sign_flip import sign_flip_test as sign_flip_test
from .verdicts import BETTER as BETTER, WORSE as WORSE, Verdict as Verdict, edges as edges, verdict as verdict
