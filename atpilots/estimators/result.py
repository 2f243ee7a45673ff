"""What every estimator returns, and what several of them share."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from atpilots.instruments import Better

LEVEL = 0.95
NAN = float("nan")

# Scores carry nine digits (instruments.SCORE_DIGITS); rounding differences to as many keeps equal changes equal.
CHANGE_DIGITS = 9
NOISE = 1e-8  # points; numbers that differ by no more are equal: sums of a few nine-digit scores, binary noise


@dataclasses.dataclass(frozen=True)
class Estimate:
    """One number with its 95% interval or p-value, the number of people behind it, and its unit.

    >>> import atpilots as at
    >>> rows = at.estimate(at.load_pilot("greenwich"))
    >>> {"estimator", "estimate", "conf_low", "conf_high", "p_value", "n", "unit"} <= {*rows.columns}
    True
    """

    estimator: str
    estimate: float
    n: int
    unit: str
    conf_low: float = NAN
    conf_high: float = NAN
    p_value: float = NAN


def people(table: pd.DataFrame) -> np.ndarray:
    """How many people each row stands for: its column `people`, or one person a row."""
    return table["people"].to_numpy() if "people" in table else np.ones(len(table), dtype=np.int64)


def counted(values: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different values, sorted, and how many people have each; `number` of people have each of `values`."""
    different, place = np.unique(values, return_inverse=True)
    return different, np.bincount(place, weights=number, minlength=len(different)).astype(np.int64)


def changes(pairs: pd.DataFrame) -> np.ndarray:
    """The changes in score points, equal ones exactly equal."""
    return np.asarray(pairs["change"].to_numpy(dtype=float).round(CHANGE_DIGITS))


def varies(values: np.ndarray | pd.Series) -> bool:
    """Whether the values differ by more than rounding errors; a variance of rounding errors is no variance."""
    return bool(np.ptp(np.asarray(values, dtype=float)) > NOISE)


def direction(better: Better) -> int:
    """+1 where a higher score is better, −1 where a lower one is."""
    return 1 if better == "higher" else -1


def normal_quantile() -> float:
    """z of a two-sided 95% interval, 1.959963984540054."""
    from scipy.special import ndtri

    return float(ndtri((1 + LEVEL) / 2))


def mean_with_interval(name: str, values: np.ndarray, number: np.ndarray, tested: bool = False) -> Estimate:
    """Mean in points with the t interval m ± t·s/√n, n − 1 degrees of freedom (statsmodels); p of the t test if asked.

    number: how many people have each of the values.

    No interval for one value; where no value differs the interval is the point, and there is nothing to test.
    """
    from statsmodels.stats.weightstats import DescrStatsW

    n = int(number.sum())
    if n == 0:
        return Estimate(name, NAN, n, "points")
    described = DescrStatsW(values, weights=number)
    estimate = float(described.mean)
    if n == 1:
        return Estimate(name, estimate, n, "points")
    if not varies(values):
        return Estimate(name, estimate, n, "points", estimate, estimate)
    low, high = described.tconfint_mean(alpha=1 - LEVEL)
    p_value = float(described.ttest_mean(0)[1]) if tested else NAN
    return Estimate(name, estimate, n, "points", float(low), float(high), p_value)
