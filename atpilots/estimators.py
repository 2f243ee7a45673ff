"""Effect estimates for small, ordinal, tied, bounded before/after data: one pure function each, pairs in, Estimate out.

An estimator takes `pairs` (a DataFrame with the columns before, after and change = after − before, one row per paired
respondent, score points) and, by keyword, only what it needs beside them. Its name is the label of its result.
Where too few pairs or no variation leave a number undefined, it is NaN.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy import special, stats

if TYPE_CHECKING:
    from atpilots.pilots import Measure, Pilot

Better = Literal["higher", "lower"]
LEVEL = 0.95
NAN = float("nan")

# Exact tests convolve over every attainable sum. Beyond this many additions they enumerate, and beyond this many
# people too they use the normal approximation; 60 people on any shipped instrument stay far below the first.
MOST_ADDITIONS = 200_000_000
MOST_ENUMERATED = 40
LARGEST_DENOMINATOR = 1000  # means and person-mean sums are fractions of few items
SAME = 1e-8  # changes this close are equal: scores carry nine digits

COLUMNS = (
    "pilot", "measure", "wave", "arm", "rater",
    "estimator", "estimate", "conf_low", "conf_high", "p_value", "n", "unit",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Estimate:
    """One number with its 95% interval or p-value, the number of pairs behind it, and its unit."""

    estimator: str
    estimate: float
    n: int
    unit: str
    conf_low: float = NAN
    conf_high: float = NAN
    p_value: float = NAN


def mean_before(pairs: pd.DataFrame) -> Estimate:
    """Mean score at the baseline of those who answered twice, with the t interval of a mean (statsmodels)."""
    return _mean("mean_before", pairs["before"])


def mean_after(pairs: pd.DataFrame) -> Estimate:
    """Mean score at the later wave of those who answered twice, with the t interval of a mean (statsmodels)."""
    return _mean("mean_after", pairs["after"])


def mean_change(pairs: pd.DataFrame) -> Estimate:
    """The headline: mean of after − before with the paired t interval; p_value is the paired t test's (statsmodels).

    What is not used: bootstrap intervals, which cover too rarely at these numbers (Hesterberg 2015; Owen 2025).
    """
    return _mean("mean_change", pairs["change"], tested=True)


def median_change(pairs: pd.DataFrame) -> Estimate:
    """Median of the changes; distribution-free interval from order statistics (at least 95%), none below 6 pairs.

    Source: the sign test inverted, Conover (1999) Practical Nonparametric Statistics, section 3.2.
    """
    change = np.sort(pairs["change"].to_numpy(dtype=float))
    n = len(change)
    if n == 0:
        return Estimate("median_change", NAN, n, "points")
    # The largest k with P(Binomial(n, 1/2) < k) at most 2.5%: the interval runs between the k-th from either end.
    k = int(stats.binom.ppf((1 - LEVEL) / 2, n, 0.5))
    low, high = (change[k - 1], change[n - k]) if k > 0 else (NAN, NAN)
    return Estimate("median_change", float(np.median(change)), n, "points", float(low), float(high))


def probability_of_improvement(pairs: pd.DataFrame, *, better: Better) -> Estimate:
    """P(better) + ½ P(same): how likely a person picked at random did better after than before.

    Interval: plus-4, two wins and two losses added, estimate ± z·s/√(n + 4), s with n + 3 degrees of freedom.
    Source: Agresti & Coull (1998) for the idea; its coverage here is simulated in docs/methods.md.
    """
    n = len(pairs)
    if n == 0:
        return Estimate("probability_of_improvement", NAN, n, "probability")
    won = (np.sign(pairs["change"].to_numpy()) * _direction(better) + 1) / 2
    padded = np.concatenate([won, [1, 1, 0, 0]])
    half = stats.norm.ppf((1 + LEVEL) / 2) * padded.std(ddof=1) / np.sqrt(n + 4)
    centre = padded.mean()
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Estimate("probability_of_improvement", float(won.mean()), n, "probability", float(low), float(high))


def permutation_test(pairs: pd.DataFrame) -> Estimate:
    """Exact two-sided sign-flip test of the mean change; `estimate` is the mean change, the test's statistic.

    Under no effect each person's change might as well have had the other sign: p is the share of the 2ⁿ sign patterns
    whose sum is at least as far from zero as the one observed. Exact by convolution (Pagano & Tritchler 1983) while
    that takes at most `MOST_ADDITIONS` additions, the normal approximation beyond.
    """
    change = pairs["change"].to_numpy(dtype=float)
    estimate = float(change.mean()) if len(change) else NAN
    return Estimate("permutation_test", estimate, len(change), "points", p_value=_sign_flip_p(change))


def standardised_mean_change_raw(pairs: pd.DataFrame) -> Estimate:
    """Mean change over the standard deviation at the baseline, small-sample corrected (exact J, n − 1 df).

    Interval: estimate ± z·√(2(1 − r)/n + estimate²/2n). Source: Becker (1988); metafor's SMCR. Not "Cohen's d": the
    denominator is the baseline's, so results are comparable between pilots only where their baselines vary alike.
    """
    n = len(pairs)
    name = "standardised_mean_change_raw"
    sd_before, sd_after = pairs["before"].std(), pairs["after"].std()
    if n < 2 or not sd_before > 0:
        return Estimate(name, NAN, n, "SD of before")
    estimate = _small_sample_correction(n - 1) * pairs["change"].mean() / sd_before
    r = pairs["before"].corr(pairs["after"]) if sd_after > 0 else 0.0
    half = stats.norm.ppf((1 + LEVEL) / 2) * np.sqrt(2 * (1 - r) / n + estimate**2 / (2 * n))
    return Estimate(name, float(estimate), n, "SD of before", float(estimate - half), float(estimate + half))


def standardised_mean_change_change(pairs: pd.DataFrame) -> Estimate:
    """Mean change over the standard deviation of the changes, small-sample corrected (exact J, n − 1 df).

    Interval: estimate ± z·√(1/n + estimate²/2n). Source: metafor's SMCC; "g_z" elsewhere. For planning numbers, not
    for comparing effects (Lakens 2013).
    """
    n = len(pairs)
    name = "standardised_mean_change_change"
    sd = pairs["change"].std()
    if n < 2 or not sd > 0:
        return Estimate(name, NAN, n, "SD of change")
    estimate = _small_sample_correction(n - 1) * pairs["change"].mean() / sd
    half = stats.norm.ppf((1 + LEVEL) / 2) * np.sqrt(1 / n + estimate**2 / (2 * n))
    return Estimate(name, float(estimate), n, "SD of change", float(estimate - half), float(estimate + half))


ESTIMATORS: Mapping[str, Callable[..., Estimate]] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            mean_before,
            mean_after,
            mean_change,
            median_change,
            probability_of_improvement,
            permutation_test,
            standardised_mean_change_raw,
            standardised_mean_change_change,
        )
    }
)


def estimate(pilot: Pilot) -> pd.DataFrame:
    """Every estimator on every measure, later wave, arm and rater of a pilot: the tidy results table.

    Columns: `COLUMNS`; full precision; `wave` is the later wave, compared with the baseline. A rater who never
    answered a measure has no rows for it.
    """
    rows = [
        {"pilot": pilot.name, "measure": measure.name, "wave": wave, "arm": arm, "rater": rater}
        | dataclasses.asdict(result)
        for measure in pilot.measures.values()
        for rater in pilot.raters
        if pilot.answered(measure.name, rater)
        for wave in pilot.follow_ups
        for arm in pilot.protocol.arms
        for result in estimates_of(pilot.pairs(measure.name, wave=wave, rater=rater, arm=arm), measure)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def estimates_of(pairs: pd.DataFrame, measure: Measure) -> list[Estimate]:
    """Every estimator's result on these pairs."""
    available = {"better": measure.instrument.better}
    return [function(pairs, **_asked_for(function, available)) for function in ESTIMATORS.values()]


def _asked_for(function: Callable[..., Estimate], available: Mapping[str, object]) -> dict[str, object]:
    """The keyword parameters that an estimator names; each must be available."""
    return {name: available[name] for name in list(inspect.signature(function).parameters)[1:]}


def _mean(name: str, values: pd.Series, tested: bool = False) -> Estimate:
    from statsmodels.stats.weightstats import DescrStatsW

    n = len(values)
    if n == 0:
        return Estimate(name, NAN, n, "points")
    described = DescrStatsW(values.to_numpy(dtype=float))
    estimate = float(described.mean)
    if n == 1:
        return Estimate(name, estimate, n, "points")
    if np.ptp(values) == 0:  # no variation: the interval is the point, and there is nothing to test
        return Estimate(name, estimate, n, "points", estimate, estimate)
    low, high = described.tconfint_mean(alpha=1 - LEVEL)
    p_value = float(described.ttest_mean(0)[1]) if tested else NAN
    return Estimate(name, estimate, n, "points", float(low), float(high), p_value)


def _direction(better: Better) -> int:
    return 1 if better == "higher" else -1


def _small_sample_correction(df: int) -> float:
    """Hedges' exact J: Γ(df/2) / (√(df/2) Γ((df − 1)/2)); 0 for one degree of freedom, where the mean is undefined."""
    return float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2)) if df > 1 else NAN


def _sign_flip_p(change: np.ndarray) -> float:
    """P(|±d₁ ± d₂ … ± dₙ| ≥ |Σd|) over all sign patterns, each as likely as the other."""
    moved = change[change != 0]  # a zero has no sign to flip
    if len(moved) == 0:
        return 1.0 if len(change) else NAN
    steps = _lattice_steps(moved)
    if steps is not None and float(np.abs(steps).sum()) * len(steps) <= MOST_ADDITIONS:
        return _convolved_p(steps)
    if len(moved) <= MOST_ENUMERATED:
        return _enumerated_p(moved)
    return float(2 * stats.norm.sf(abs(moved.sum()) / np.sqrt((moved**2).sum())))


def _lattice_steps(change: np.ndarray) -> np.ndarray | None:
    """The changes as whole multiples of their greatest common step, or None where they share none worth using."""
    sizes = np.unique(np.abs(change))
    fractions = [Fraction(float(size)).limit_denominator(LARGEST_DENOMINATOR) for size in sizes]
    if any(abs(float(fraction) - size) > SAME for fraction, size in zip(fractions, sizes, strict=True)):
        return None
    scale = math.lcm(*(fraction.denominator for fraction in fractions))
    if scale * float(sizes.sum()) > MOST_ADDITIONS:
        return None
    steps = np.rint(change * scale).astype(np.int64)
    return np.asarray(steps // np.gcd.reduce(steps))


def _convolved_p(steps: np.ndarray) -> float:
    """Exact p for whole-number changes: the distribution of the sum of those given a plus, one person at a time."""
    plus = np.ones(1)
    for step in np.abs(steps):
        grown = np.zeros(len(plus) + step)
        grown[: len(plus)] = plus
        grown[step:] += plus
        plus = grown / 2
    total = len(plus) - 1
    extreme = np.abs(2 * np.arange(total + 1) - total) >= abs(steps.sum())
    return min(1.0, float(plus[extreme].sum()))


def _enumerated_p(change: np.ndarray) -> float:
    """Exact p for any changes: all sums of either half, counted together by bisection."""
    observed = abs(change.sum()) - SAME * len(change)
    left, right = (_all_signed_sums(half) for half in np.array_split(change, 2))
    right.sort()
    above = len(right) - np.searchsorted(right, observed - left, side="left")
    below = np.searchsorted(right, -observed - left, side="right")
    return 1.0 if observed <= 0 else float((above + below).sum() / (len(left) * len(right)))


def _all_signed_sums(change: np.ndarray) -> np.ndarray:
    sums = np.zeros(1)
    for value in change:
        sums = np.concatenate([sums + value, sums - value])
    return sums
