"""Exact tests of the change, and the estimate that goes with the signed-rank test."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from atpilots.estimators.result import LEVEL, NAN, Estimate, changes, counted, direction, normal_quantile, people
from atpilots.estimators.sign_flip import SignFlip, distribution_of_plus, sign_flip_test
from atpilots.instruments import Better

# Up to so many pairs the interval of Hodges and Lehmann uses the exact distribution of the rank sum, beyond its normal
# approximation, which by then differs by less than one Walsh average in a thousand.
MOST_EXACT_RANKS = 300
# More different changes than these (no shipped instrument can have so many) are first put on a grid of as many steps.
MOST_DIFFERENT = 3000
# Notes in the unit of a result, so that no approximation passes for exact.
APPROXIMATE_P = "p by normal approximation"
APPROXIMATE_INTERVAL = "interval by normal approximation"


def permutation_test(pairs: pd.DataFrame) -> Estimate:
    """Exact two-sided sign-flip test of the mean change; `estimate` is the mean change, the test's statistic.

    Under no effect each person's change might as well have had the other sign: p is the share of the 2ⁿ sign patterns
    whose sum is at least as far from zero as the one observed. Exact by convolution (Pagano & Tritchler 1983) while
    that takes at most `MOST_ADDITIONS` additions or for at most `MOST_ENUMERATED` people who changed; beyond, the
    normal approximation, and then the unit says so.
    """
    change, number = counted(changes(pairs), people(pairs))
    n = int(number.sum())
    estimate = float((change * number).sum() / n) if n else NAN
    tested = sign_flip_test(change, number)
    return Estimate("permutation_test", estimate, n, _unit("points", tested), p_value=tested.p_value)


def holm_permutation_test(pairs: pd.DataFrame, *, other_p_values: tuple[float, ...]) -> Estimate:
    """The permutation test of a secondary measure, its p adjusted by Holm for all secondary measures.

    other_p_values: the permutation p of the other secondary measures of the same wave, arm and rater; NaN for one that
    nobody answered twice, which does not count. The primary measure is tested alone, so it has no such row.
    Source: Holm (1979): the k-th smallest of m is multiplied by m + 1 − k, and is at least every smaller one so
    multiplied.
    """
    unadjusted = permutation_test(pairs)
    p_value = unadjusted.p_value
    if unadjusted.n:
        family = sorted([p_value, *(p for p in other_p_values if p == p)])
        p_value = min(1.0, max((len(family) - k) * p for k, p in enumerate(family) if p <= p_value))
    return Estimate("holm_permutation_test", unadjusted.estimate, unadjusted.n, unadjusted.unit, p_value=p_value)


def signed_rank_test(pairs: pd.DataFrame) -> Estimate:
    """Exact two-sided Wilcoxon signed-rank test with Pratt's zeros; `estimate` is the sum of the positive ranks.

    |change| is ranked with mid-ranks, zeros included, then the zeros' ranks are dropped; p is the share of sign
    patterns whose rank sum lies at least as far from its mean. Doubled ranks are whole numbers, so the convolution of
    the permutation test does the rest, with the same rule for large n: exact up to 584 people who all changed.
    Source: Pratt (1959); agrees with coin's wilcoxsign_test(zero.method = "Pratt", distribution = "exact"). What is
    not used: scipy's method="exact", which ignores ties, and dropping the zeros before ranking.
    """
    change, number = counted(changes(pairs), people(pairs))
    if len(change) == 0:
        return Estimate("signed_rank_test", NAN, 0, "rank sum")
    signed = np.sign(change) * _doubled_ranks(np.abs(change), number)
    estimate, tested = float((signed * number)[signed > 0].sum() / 2), sign_flip_test(signed, number)
    unit = _unit("rank sum", tested)
    return Estimate("signed_rank_test", estimate, int(number.sum()), unit, p_value=tested.p_value)


def sign_test(pairs: pd.DataFrame, *, better: Better) -> Estimate:
    """Exact two-sided sign test; `estimate` is the share that got better of those who changed at all.

    Interval: Clopper and Pearson's exact one. The test and the interval use those who changed; `n` is all pairs.
    Source: Conover (1999), section 3.4; scipy's binomtest, statsmodels' proportion_confint.
    """
    from scipy.stats import binomtest
    from statsmodels.stats.proportion import proportion_confint

    gain, number = changes(pairs) * direction(better), people(pairs)
    n, changed, won = int(number.sum()), int(number[gain != 0].sum()), int(number[gain > 0].sum())
    if changed == 0:
        return Estimate("sign_test", NAN, n, "share of changed", p_value=1.0 if n else NAN)
    low, high = proportion_confint(won, changed, alpha=1 - LEVEL, method="beta")
    p_value = float(binomtest(won, changed).pvalue)
    return Estimate("sign_test", won / changed, n, "share of changed", float(low), float(high), p_value)


def hodges_lehmann(pairs: pd.DataFrame) -> Estimate:
    """Median of all n(n + 1)/2 Walsh averages (dᵢ + dⱼ)/2, i ≤ j, zeros included: the pseudo-median of the change.

    Interval: the k-th Walsh average from either end, k from the exact distribution of the signed-rank sum without
    ties, that is the signed-rank test inverted; closed, so that with ties it covers at least 95% (Noether 1967). None
    below 6 pairs; from the normal approximation above `MOST_EXACT_RANKS` pairs, and then the unit says so.
    Source: Hodges & Lehmann (1963); Hollander & Wolfe (1999), sections 3.2 and 3.3. What is not used:
    R's wilcox.test, which drops the zeros first and so inflates the estimate.
    """
    change, number = counted(changes(pairs), people(pairs))
    n = int(number.sum())
    if n == 0:
        return Estimate("hodges_lehmann", NAN, n, "points")
    averages, up_to = _walsh_averages(change, number)
    total = n * (n + 1) // 2

    def ordered(k: int) -> float:
        return float(averages[np.searchsorted(up_to, k)])

    estimate = (ordered((total + 1) // 2) + ordered(total // 2 + 1)) / 2
    k = _signed_rank_quantile(n)
    low, high = (ordered(k), ordered(total + 1 - k)) if k > 0 else (NAN, NAN)
    unit = "points" if n <= MOST_EXACT_RANKS else f"points, {APPROXIMATE_INTERVAL}"
    return Estimate("hodges_lehmann", estimate, n, unit, low, high)


def _unit(unit: str, tested: SignFlip) -> str:
    """The unit, with a note where p is not exact."""
    return unit if tested.exact else f"{unit}, {APPROXIMATE_P}"


def _doubled_ranks(sizes: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Twice the mid-ranks of sizes that so many people have each: whole numbers."""
    different, counts = counted(sizes, number)
    return np.asarray((2 * np.cumsum(counts) - counts + 1)[np.searchsorted(different, sizes)])


def _walsh_averages(values: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different Walsh averages of counted changes, sorted, and how many Walsh averages there are up to each."""
    if len(values) > MOST_DIFFERENT:
        step = np.ptp(values) / MOST_DIFFERENT
        values, counts = counted(np.rint((values - values[0]) / step) * step + values[0], counts)
    i, j = np.triu_indices(len(values))
    ways = np.where(i == j, counts[i] * (counts[i] + 1) // 2, counts[i] * counts[j])
    averages = (values[i] + values[j]) / 2
    order = np.argsort(averages, kind="stable")
    return averages[order], np.cumsum(ways[order])


@functools.cache
def _signed_rank_quantile(n: int) -> int:
    """The largest k with P(signed-rank sum < k) at most 2.5%; 0 below 6 pairs."""
    if n > MOST_EXACT_RANKS:
        return int(n * (n + 1) / 4 - normal_quantile() * np.sqrt(n * (n + 1) * (2 * n + 1) / 24))
    below = np.cumsum(distribution_of_plus(np.arange(1, n + 1), n * (n + 1) // 4))
    return int(np.searchsorted(below, (1 - LEVEL) / 2))
