"""Means, medians and standardised means of the change."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from atpilots.estimators.result import (
    LEVEL,
    NAN,
    Estimate,
    changes,
    counted,
    mean_with_interval,
    normal_quantile,
    people,
    varies,
)

POWER = 0.8


def mean_before(pairs: pd.DataFrame) -> Estimate:
    """Mean score at the baseline of those who answered twice, with the t interval of a mean (statsmodels)."""
    return mean_with_interval("mean_before", pairs["before"].to_numpy(dtype=float), people(pairs))


def mean_after(pairs: pd.DataFrame) -> Estimate:
    """Mean score at the later wave of those who answered twice, with the t interval of a mean (statsmodels)."""
    return mean_with_interval("mean_after", pairs["after"].to_numpy(dtype=float), people(pairs))


def mean_change(pairs: pd.DataFrame) -> Estimate:
    """The headline: mean of after − before with the paired t interval; p_value is the paired t test's (statsmodels).

    What is not used: bootstrap intervals, which cover too rarely at these numbers (Hesterberg 2015; Owen 2025).
    """
    return mean_with_interval("mean_change", changes(pairs), people(pairs), tested=True)


def median_change(pairs: pd.DataFrame) -> Estimate:
    """Median of the changes; distribution-free interval from order statistics (at least 95%), none below 6 pairs.

    Source: the sign test inverted, Conover (1999) Practical Nonparametric Statistics, section 3.2.
    """
    from scipy import stats

    change, number = counted(changes(pairs), people(pairs))
    n = int(number.sum())
    if n == 0:
        return Estimate("median_change", NAN, n, "points")
    up_to = np.cumsum(number)

    def ordered(k: int) -> float:
        return float(change[np.searchsorted(up_to, k)])

    estimate = (ordered((n + 1) // 2) + ordered(n // 2 + 1)) / 2
    # The largest k with P(Binomial(n, 1/2) < k) at most 2.5%: the interval runs between the k-th from either end.
    k = int(stats.binom.ppf((1 - LEVEL) / 2, n, 0.5))
    low, high = (ordered(k), ordered(n + 1 - k)) if k > 0 else (NAN, NAN)
    return Estimate("median_change", estimate, n, "points", low, high)


def sd_before(pairs: pd.DataFrame) -> Estimate:
    """Standard deviation of the scores at the baseline of those who answered twice, with divisor n − 1."""
    return _spread("sd_before", pairs["before"].to_numpy(dtype=float), people(pairs))


def sd_after(pairs: pd.DataFrame) -> Estimate:
    """Standard deviation of the scores at the later wave of those who answered twice, with divisor n − 1."""
    return _spread("sd_after", pairs["after"].to_numpy(dtype=float), people(pairs))


def sd_change(pairs: pd.DataFrame) -> Estimate:
    """Standard deviation of the changes, with divisor n − 1."""
    return _spread("sd_change", changes(pairs), people(pairs))


def correlation(pairs: pd.DataFrame) -> Estimate:
    """Pearson's correlation of the scores before and after; NaN where either does not vary.

    What a synthesis of several pilots needs beside the three standard deviations; so it carries no interval.
    """
    before, after, number = (pairs["before"].to_numpy(float), pairs["after"].to_numpy(float), people(pairs))
    n = int(number.sum())
    if n < 2 or not varies(before) or not varies(after):
        return Estimate("correlation", NAN, n, "coefficient")
    products = _standardised(before, number) * _standardised(after, number) * number
    return Estimate("correlation", float(products.sum()) / (n - 1), n, "coefficient")


def standardised_mean_change_raw(pairs: pd.DataFrame) -> Estimate:
    """Mean change over the standard deviation at the baseline, small-sample corrected (exact J, n − 1 df).

    Interval: estimate ± z·√(2(1 − r)/n + estimate²/2n). Source: Becker (1988); metafor's SMCR. Not "Cohen's d": the
    denominator is the baseline's, so results are comparable between pilots only where their baselines vary alike.
    """
    number, name = people(pairs), "standardised_mean_change_raw"
    n = int(number.sum())
    before, after = pairs["before"].to_numpy(dtype=float), pairs["after"].to_numpy(dtype=float)
    if n < 2 or not varies(before):
        return Estimate(name, NAN, n, "SD of before")
    estimate = _small_sample_correction(n - 1) * _mean(changes(pairs), number) / _deviation(before, number)
    # 2(1 − r) as the mean square between standardised scores: 1 − r itself would lose its digits where r is near 1.
    apart = 2.0
    if varies(after):
        squares = (_standardised(before, number) - _standardised(after, number)) ** 2
        apart = float((squares * number).sum()) / (n - 1)
    return _with_normal_interval(name, estimate, apart / n, n, "SD of before")


def standardised_mean_change_change(pairs: pd.DataFrame) -> Estimate:
    """Mean change over the standard deviation of the changes, small-sample corrected (exact J, n − 1 df).

    Interval: estimate ± z·√(1/n + estimate²/2n). Source: metafor's SMCC; "g_z" elsewhere. For planning numbers, not
    for comparing effects (Lakens 2013).
    """
    change, number, name = changes(pairs), people(pairs), "standardised_mean_change_change"
    n = int(number.sum())
    if n < 2 or not varies(change):
        return Estimate(name, NAN, n, "SD of change")
    estimate = _small_sample_correction(n - 1) * _mean(change, number) / _deviation(change, number)
    return _with_normal_interval(name, estimate, 1 / n, n, "SD of change")


def detectable_change(pairs: pd.DataFrame) -> Estimate:
    """The smallest true change that a two-sided 5% paired t test on this many pairs finds with 80% power, in points.

    The effect size of that power (statsmodels' power function, both tails, solved to machine precision) times the
    observed standard deviation of the changes. A statement about the size of the pilot, not about its result.
    """
    change, number = changes(pairs), people(pairs)
    n = int(number.sum())
    if n < 2 or not varies(change):
        return Estimate("detectable_change", NAN, n, "points")
    return Estimate("detectable_change", _detectable_effect(n) * _deviation(change, number), n, "points")


@lru_cache(maxsize=64)  # most measures of a pilot have as many pairs as others
def _detectable_effect(n: int) -> float:
    from scipy.optimize import brentq

    # statsmodels' own solve_power stops seven digits in. 80% power takes an effect·√n of 16.3 with two pairs, 5.7 with
    # three and less with more.
    return float(brentq(lambda size: _power(size, n) - POWER, 0.0, 20 / np.sqrt(n), xtol=1e-14))


def _power(effect: float, n: int) -> float:
    """Power of the two-sided paired t test for a true change of `effect` standard deviations of the changes."""
    from statsmodels.stats.power import TTestPower

    tail = (1 - LEVEL) / 2
    right, wrong = (TTestPower().power(effect, n, tail, alternative=side) for side in ("larger", "smaller"))
    return float(right + np.nan_to_num(wrong))  # scipy loses the wrong tail to NaN where it is below 1e-16


def _mean(values: np.ndarray, number: np.ndarray) -> float:
    return float((values * number).sum() / number.sum())


def _spread(name: str, values: np.ndarray, number: np.ndarray) -> Estimate:
    n = int(number.sum())
    return Estimate(name, _deviation(values, number) if n > 1 else NAN, n, "points")


def _deviation(values: np.ndarray, number: np.ndarray) -> float:
    """Standard deviation with n − 1 degrees of freedom."""
    squares = (values - _mean(values, number)) ** 2
    return float(np.sqrt((squares * number).sum() / (number.sum() - 1)))


def _standardised(scores: np.ndarray, number: np.ndarray) -> np.ndarray:
    return np.asarray((scores - _mean(scores, number)) / _deviation(scores, number))


def _with_normal_interval(name: str, estimate: float, variance_at_zero: float, n: int, unit: str) -> Estimate:
    half = normal_quantile() * np.sqrt(variance_at_zero + estimate**2 / (2 * n))
    return Estimate(name, float(estimate), n, unit, float(estimate - half), float(estimate + half))


def _small_sample_correction(df: int) -> float:
    """Hedges' exact J: Γ(df/2) / (√(df/2) Γ((df − 1)/2)); NaN for one degree of freedom, where it is 0."""
    from scipy.special import gammaln

    return float(np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)) if df > 1 else NAN
