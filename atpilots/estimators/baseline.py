"""What the baseline says about the change and about a scale, and one arm against another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from atpilots.estimators.result import LEVEL, NAN, Estimate, changes, mean_with_interval, people, varies

NO_RESIDUAL = 1e-8  # points; a fit this close is perfect, and its interval is the point

Group = tuple[np.ndarray, np.ndarray]  # values, and how many people have each


def baseline_adjusted_difference(pairs: pd.DataFrame, *, piloted: pd.DataFrame) -> Estimate:
    """Analysis of covariance: how much higher the piloted arm's after-scores are than this arm's at equal baselines.

    pairs: this (comparison) arm's; piloted: the piloted arm's. Coefficient of the arm in after ~ 1 + baseline + arm
    with the t interval of heteroscedasticity-consistent errors (HC3; n − 3 degrees of freedom, statsmodels' OLS); both
    arms' pairs count in n, no other arm's. NaN where the data do not determine the coefficient (an arm without anybody,
    or whose baselines and arms say the same); without an interval where they leave no degree of freedom, or one
    person's answers are fitted whatever they are. Source: Vickers & Altman (2001); Long & Ervin (2000).
    Arms that were not drawn by lot may still differ in other ways.
    """
    both, number = pd.concat([pairs, piloted]), np.concatenate([people(pairs), people(piloted)])
    arm = np.repeat([0.0, 1.0], [len(pairs), len(piloted)])
    before, after = both["before"].to_numpy(dtype=float), both["after"].to_numpy(dtype=float)
    each = (np.repeat(values, number) for values in (after, arm, np.ones(len(both)), before))
    return _first_coefficient("baseline_adjusted_difference", *each)


def difference_in_change(pairs: pd.DataFrame, *, piloted: pd.DataFrame) -> Estimate:
    """The piloted arm's mean change minus this (comparison) arm's, with Welch's interval and test (statsmodels)."""
    groups = ((changes(arm), people(arm)) for arm in (piloted, pairs))
    return difference_of_means("difference_in_change", *groups)


def expected_regression_to_the_mean(pairs: pd.DataFrame, *, norm_mean: float, retest_r: float) -> Estimate:
    """The change that regression to the mean alone would bring: (1 − r)(norm − mean before), in points.

    norm_mean: the instrument's population mean; retest_r: its test-retest correlation; both taken as known, so without
    interval. Right for people drawn from that population because of their score; too large where the group truly
    differs from the population. Source: Davis (1976); Barnett, van der Pols & Dobson (2005).
    """
    n = int(people(pairs).sum())
    mean = float((pairs["before"] * people(pairs)).sum() / n) if n else NAN
    return Estimate("expected_regression_to_the_mean", (1 - retest_r) * (norm_mean - mean), n, "points")


def cronbach_alpha(items: pd.DataFrame) -> Estimate:
    """Cronbach's alpha of a scale at the baseline: k/(k − 1) · (1 − Σ item variances / variance of the sum).

    items: one row per respondent who answered all items at the baseline, one column per item, scored in the scale's
    direction. Interval: Feldt (1965), 1 − (1 − alpha)·F with n − 1 and (n − 1)(k − 1) degrees of freedom; psych's
    alpha.ci. NaN for fewer than two people or items, or where all have the same sum.
    """
    from scipy.stats import f

    n, k = items.shape
    columns = [column.to_numpy(dtype=float) for _, column in items.items()]
    together = np.asarray(sum(columns))
    if n < 2 or k < 2 or not varies(together):
        return Estimate("cronbach_alpha", NAN, n, "coefficient")
    alpha = k / (k - 1) * (1 - sum(column.var(ddof=1) for column in columns) / together.var(ddof=1))
    tail = (1 - LEVEL) / 2
    low, high = (1 - (1 - alpha) * f.ppf(p, n - 1, (n - 1) * (k - 1)) for p in (1 - tail, tail))
    return Estimate("cronbach_alpha", float(alpha), n, "coefficient", float(low), float(high))


def difference_of_means(name: str, first: Group, second: Group) -> Estimate:
    """mean(first) − mean(second) in points, with Welch's t interval and test (statsmodels); n is both together.

    Without an interval where either is fewer than two people; the point itself where neither varies.
    """
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    sizes = [int(number.sum()) for _, number in (first, second)]
    n = sum(sizes)
    if min(sizes) == 0:
        return Estimate(name, NAN, n, "points")
    estimate = mean_with_interval(name, *first).estimate - mean_with_interval(name, *second).estimate
    if min(sizes) < 2:
        return Estimate(name, estimate, n, "points")
    if not varies(first[0]) and not varies(second[0]):
        return Estimate(name, estimate, n, "points", estimate, estimate)
    compared = CompareMeans(DescrStatsW(*first), DescrStatsW(*second))
    low, high = compared.tconfint_diff(alpha=1 - LEVEL, usevar="unequal")
    p_value = float(compared.ttest_ind(usevar="unequal")[1])
    return Estimate(name, estimate, n, "points", float(low), float(high), p_value)


def _first_coefficient(name: str, outcome: np.ndarray, *columns: np.ndarray) -> Estimate:
    """The first column's coefficient in a least-squares fit, with its HC3 interval and test by t, in points.

    The last column, the baseline, is left out where it does not vary. The point itself where the fit is perfect.
    """
    from statsmodels.regression.linear_model import OLS

    n = len(outcome)
    if n == 0:
        return Estimate(name, NAN, n, "points")
    design = np.column_stack(columns if varies(columns[-1]) else columns[:-1])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return Estimate(name, NAN, n, "points")
    fitted = OLS(outcome, design).fit()
    estimate = float(fitted.params[0])
    if fitted.df_resid < 1:
        return Estimate(name, estimate, n, "points")
    if np.abs(fitted.resid).max() < NO_RESIDUAL:
        return Estimate(name, estimate, n, "points", estimate, estimate)
    if fitted.get_influence().hat_matrix_diag.max() > 1 - NO_RESIDUAL:
        return Estimate(name, estimate, n, "points")
    robust = fitted.get_robustcov_results("HC3", use_t=True)
    low, high = robust.conf_int(1 - LEVEL)[0]
    return Estimate(name, estimate, n, "points", float(low), float(high), float(robust.pvalues[0]))
