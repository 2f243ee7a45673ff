"""Shares of people, and whether answers to one item are spread over its levels as before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from atpilots.estimators.result import CHANGE_DIGITS, LEVEL, NAN, Estimate, changes, direction, normal_quantile, people
from atpilots.instruments import Better


def probability_of_improvement(pairs: pd.DataFrame, *, better: Better) -> Estimate:
    """P(better) + ½ P(same): how likely a person picked at random did better after than before.

    Interval: plus-4, two wins and two losses added, estimate ± z·s/√(n + 4), s with n + 3 degrees of freedom.
    Source: Agresti & Coull (1998) for the idea; its coverage here is simulated in docs/methods.md.
    """
    gain, number = changes(pairs) * direction(better), people(pairs)
    n, won, lost = int(number.sum()), int(number[gain > 0].sum()), int(number[gain < 0].sum())
    if n == 0:
        return Estimate("probability_of_improvement", NAN, n, "probability")
    centre = (won + 2 + (n - won - lost) / 2) / (n + 4)
    # Each person is worth 1, ½ or 0: the squares about their mean are those of a sum of three values.
    squares = (won + 2) * (1 - centre) ** 2 + (n - won - lost) * (0.5 - centre) ** 2 + (lost + 2) * centre**2
    half = normal_quantile() * np.sqrt(squares / (n + 3) / (n + 4))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    estimate = (won + (n - won - lost) / 2) / n
    return Estimate("probability_of_improvement", estimate, n, "probability", float(low), float(high))


def share_better(pairs: pd.DataFrame, *, better: Better) -> Estimate:
    """Share whose score changed for the better, with Wilson's interval."""
    return _share("share_better", changes(pairs) * direction(better) > 0, people(pairs))


def share_same(pairs: pd.DataFrame) -> Estimate:
    """Share with the same score twice, with Wilson's interval."""
    return _share("share_same", changes(pairs) == 0, people(pairs))


def share_worse(pairs: pd.DataFrame, *, better: Better) -> Estimate:
    """Share whose score changed for the worse, with Wilson's interval."""
    return _share("share_worse", changes(pairs) * direction(better) < 0, people(pairs))


def share_importantly_better(pairs: pd.DataFrame, *, better: Better, important: tuple[float, float]) -> Estimate:
    """Share whose change for the better reaches the minimal important change (its lower end), with Wilson's interval.

    important: the zone (low, high) in points, for one person; where a value is agreed for averages of groups only there
    is no such row. Of scores: measurement error alone carries many people that far.
    """
    reached = changes(pairs) * direction(better) >= round(important[0], CHANGE_DIGITS)
    return _share("share_importantly_better", reached, people(pairs))


def share_importantly_worse(pairs: pd.DataFrame, *, better: Better, important: tuple[float, float]) -> Estimate:
    """Share whose change for the worse reaches the minimal important change (its lower end), with Wilson's interval."""
    reached = changes(pairs) * -direction(better) >= round(important[0], CHANGE_DIGITS)
    return _share("share_importantly_worse", reached, people(pairs))


def mcnemar_test(pairs: pd.DataFrame, *, two_levels: tuple[float, float]) -> Estimate:
    """McNemar's exact test for one item with two levels; `estimate` is the change in the share at the higher level.

    Two-sided binomial test on those who changed level; 1 where nobody did. Source: McNemar (1947); statsmodels.
    """
    from statsmodels.stats.contingency_tables import mcnemar

    n = int(people(pairs).sum())
    if n == 0:
        return Estimate("mcnemar_test", NAN, n, "share")
    table = _moves(pairs, two_levels)
    estimate = float(table[0, 1] - table[1, 0]) / n
    p_value = float(mcnemar(table, exact=True).pvalue) if table[0, 1] + table[1, 0] else 1.0
    return Estimate("mcnemar_test", estimate, n, "share", p_value=min(1.0, p_value))


def marginal_homogeneity_test(pairs: pd.DataFrame, *, levels: tuple[float, ...]) -> Estimate:
    """Whether answers to one item with three or more levels spread over them as before; `estimate` is chi-squared.

    Stuart and Maxwell's test (statsmodels' SquareTable, no continuity shift). Levels that nobody left or reached carry
    nothing; where moves join the levels in separate groups, the groups' statistics and degrees of freedom (levels in
    the group − 1) add up, which is what a generalised inverse of the covariance gives. A large-sample test that ignores
    the order of levels: below some 30 people who moved, read the permutation test, which is the exact test of marginal
    homogeneity with the levels as scores. Source: Stuart (1955); Maxwell (1970); Agresti (2002), section 10.3.
    """
    from scipy.sparse.csgraph import connected_components
    from scipy.stats import chi2
    from statsmodels.stats.contingency_tables import SquareTable

    n = int(people(pairs).sum())
    if n == 0:
        return Estimate("marginal_homogeneity_test", NAN, n, "chi-squared")
    table = _moves(pairs, levels)
    group = connected_components(table - np.diag(np.diag(table)), directed=False)[1]
    blocks = [table[np.ix_(group == g, group == g)] for g in np.unique(group)]
    tests = [SquareTable(block, shift_zeros=False).homogeneity() for block in blocks if len(block) > 1]
    statistic, df = float(sum(test.statistic for test in tests)), sum(len(block) - 1 for block in blocks)
    p_value = float(chi2.sf(statistic, df)) if df else 1.0
    unit = f"chi-squared, {df} df"
    return Estimate("marginal_homogeneity_test", statistic, n, unit, p_value=p_value)


def _share(name: str, met: np.ndarray, number: np.ndarray) -> Estimate:
    """Share of people that met a condition; Wilson (1927) interval, statsmodels."""
    from statsmodels.stats.proportion import proportion_confint

    n, count = int(number.sum()), int(number[met].sum())
    if n == 0:
        return Estimate(name, NAN, n, "share")
    low, high = proportion_confint(count, n, alpha=1 - LEVEL, method="wilson")
    return Estimate(name, count / n, n, "share", float(low), float(high))


def _moves(pairs: pd.DataFrame, levels: tuple[float, ...]) -> np.ndarray:
    """Counts of people by level before (rows) and after (columns)."""
    table = np.zeros((len(levels), len(levels)))
    before, after = (np.searchsorted(levels, pairs[wave]) for wave in ("before", "after"))
    np.add.at(table, (before, after), people(pairs))
    return table
