"""How far one person can move the headline.

The three estimators share a frame of reference: `estimate` is a number of `mean_change`; `conf_low` and `conf_high` are
the smallest and the largest that it can become by leaving out one person, a range and not a confidence interval.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from atpilots.estimators.means import mean_change
from atpilots.estimators.result import LEVEL, NAN, Estimate, changes, people

ROUNDING_ERROR = 1e-12  # as a share of the sum of squares


def leave_one_out(pairs: pd.DataFrame) -> pd.DataFrame:
    """`mean_change` without one person of each row, in the pairs' order: estimate, conf_low, conf_high in points.

    For the library's own use: one row per person is not for showing. Empty for fewer than two pairs.
    """
    from scipy.special import stdtrit

    change, number = changes(pairs), people(pairs)
    n = int(number.sum())
    if n < 2:
        return pd.DataFrame({"estimate": [], "conf_low": [], "conf_high": []}, dtype=float)
    average = (change * number).sum() / n
    deviation = change - average
    mean = average - deviation / (n - 1)
    if n == 2:
        return pd.DataFrame({"estimate": mean, "conf_low": NAN, "conf_high": NAN})
    squares = (deviation**2 * number).sum()
    rest = squares - deviation**2 * n / (n - 1)
    rest[rest < ROUNDING_ERROR * squares] = 0.0  # the others are all equal: no variation, not a little of it
    half = stdtrit(n - 2, (1 + LEVEL) / 2) * np.sqrt(rest / ((n - 1) * (n - 2)))
    return pd.DataFrame({"estimate": mean, "conf_low": mean - half, "conf_high": mean + half})


def leave_one_out_mean_change(pairs: pd.DataFrame) -> Estimate:
    """The mean change, and the range of mean changes without any one person."""
    return _range("leave_one_out_mean_change", pairs, "estimate")


def leave_one_out_conf_low(pairs: pd.DataFrame) -> Estimate:
    """The lower end of the mean change's interval, and the range of lower ends without any one person."""
    return _range("leave_one_out_conf_low", pairs, "conf_low")


def leave_one_out_conf_high(pairs: pd.DataFrame) -> Estimate:
    """The upper end of the mean change's interval, and the range of upper ends without any one person."""
    return _range("leave_one_out_conf_high", pairs, "conf_high")


def _range(name: str, pairs: pd.DataFrame, column: str) -> Estimate:
    found = leave_one_out(pairs)[column]
    everyone = float(getattr(mean_change(pairs), column))
    return Estimate(name, everyone, int(people(pairs).sum()), "points", float(found.min()), float(found.max()))
