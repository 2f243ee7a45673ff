"""How far residents and their support workers agree about the same residents, at each wave and on the change.

raters: one row per resident, in score points, NaN where there is no score: resident_before, resident_after,
support_worker_before, support_worker_after. Each estimator counts whoever both rated then; of the change, both times.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd

from atpilots.estimators.result import CHANGE_DIGITS, LEVEL, NAN, Estimate, mean_with_interval, normal_quantile, varies

FEWEST = 3  # people; the agreement of two says nothing


def intraclass_correlation(resident: np.ndarray, worker: np.ndarray) -> Estimate:
    """ICC(A,1): two-way, absolute agreement, of a single rater; what they differ by on average counts against it.

    Interval from F, its degrees of freedom by Satterthwaite. Source: McGraw & Wong (1996), table 7; psych's ICC2. NaN
    below three people or where nothing varies; without an interval where the two always differ by the same, or where
    all people have the same average rating.
    """
    from scipy.stats import f

    n, name = len(resident), "intraclass_correlation"
    people, apart = (resident + worker) / 2, worker - resident
    if n < FEWEST or not (varies(people) or varies(apart)):
        return Estimate(name, NAN, n, "coefficient")
    # Mean squares of two ratings: between people, between raters, and what is left.
    between, raters = float(2 * people.var(ddof=1)), float(n * apart.mean() ** 2 / 2)
    rest = float(apart.var(ddof=1) / 2) if varies(apart) else 0.0
    icc = (between - rest) / (between + rest + 2 * (raters - rest) / n)
    if not rest or not varies(people):
        return Estimate(name, icc, n, "coefficient")
    ratio, other = raters / rest, n * (1 + icc) - 2 * icc
    df = (n - 1) * (2 * icc * ratio + other) ** 2 / ((n - 1) * (2 * icc * ratio) ** 2 + other**2)
    above, below = f.ppf((1 + LEVEL) / 2, n - 1, df), f.ppf((1 + LEVEL) / 2, df, n - 1)
    shared = 2 * raters + (n - 2) * rest
    low = n * (between - above * rest) / (above * shared + n * between)
    high = n * (below * between - rest) / (shared + n * below * between)
    return Estimate(name, icc, n, "coefficient", float(low), float(high))


def rater_difference(resident: np.ndarray, worker: np.ndarray) -> Estimate:
    """Mean of support worker − resident with its paired t interval and test: the bias of Bland and Altman."""
    apart = (worker - resident).round(CHANGE_DIGITS)
    return mean_with_interval("rater_difference", apart, np.ones(len(apart), dtype=np.int64), tested=True)


def lower_limit_of_agreement(resident: np.ndarray, worker: np.ndarray) -> Estimate:
    """Mean of support worker − resident, less 1.96 standard deviations: about 1 person in 40 lies below."""
    return _limit("lower_limit_of_agreement", worker - resident, -1)


def upper_limit_of_agreement(resident: np.ndarray, worker: np.ndarray) -> Estimate:
    """Mean of support worker − resident, plus 1.96 standard deviations: about 1 person in 40 lies above."""
    return _limit("upper_limit_of_agreement", worker - resident, 1)


def weighted_kappa(resident: np.ndarray, worker: np.ndarray) -> Estimate:
    """Cohen's kappa of a single item, disagreements weighted by the square of the points between (statsmodels).

    Interval: normal, with the standard error of Fleiss, Cohen & Everitt (1969), cut at −1 and 1. NaN
    below three people, or where one of the two gave everybody the same rating: then it is 0 whatever the other says.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    n, name = len(resident), "weighted_kappa"
    if n < FEWEST or not (varies(resident) and varies(worker)):
        return Estimate(name, NAN, n, "coefficient")
    levels, place = np.unique(np.concatenate([resident, worker]).round(CHANGE_DIGITS), return_inverse=True)
    table = np.zeros((len(levels), len(levels)))
    np.add.at(table, (place[:n], place[n:]), 1)
    with np.errstate(invalid="ignore"):  # a variance of rounding errors below zero
        found = cohens_kappa(table, weights=levels, wt="quadratic")
    kappa, half = float(found.kappa), normal_quantile() * float(np.sqrt(max(found.var_kappa, 0.0)))  # of 1 it is noise
    return Estimate(name, kappa, n, "coefficient", max(kappa - half, -1.0), min(kappa + half, 1.0))


def weighted_kappa_before(item_raters: pd.DataFrame) -> Estimate:
    """`weighted_kappa` at the baseline; item_raters: as raters, of a measure of one item."""
    return dataclasses.replace(weighted_kappa(*_both(item_raters, "before")), estimator="weighted_kappa_before")


def weighted_kappa_after(item_raters: pd.DataFrame) -> Estimate:
    """`weighted_kappa` at the later wave; item_raters: as raters, of a measure of one item."""
    return dataclasses.replace(weighted_kappa(*_both(item_raters, "after")), estimator="weighted_kappa_after")


def _limit(name: str, apart: np.ndarray, side: int) -> Estimate:
    """A limit of agreement with its t interval. Source: Bland & Altman (1999), section 2; NaN below three people."""
    from scipy.stats import t

    n, z = len(apart), normal_quantile()
    if n < FEWEST:
        return Estimate(name, NAN, n, "points")
    spread = float(apart.std(ddof=1)) if varies(apart) else 0.0
    limit = float(apart.mean()) + side * z * spread
    half = float(t.ppf((1 + LEVEL) / 2, n - 1) * spread * np.sqrt(1 / n + z**2 / (2 * (n - 1))))
    return Estimate(name, limit, n, "points", limit - half, limit + half)


def _both(raters: pd.DataFrame, when: str) -> tuple[np.ndarray, np.ndarray]:
    """The residents' and the workers' ratings of those whom both rated: at a wave, or how each changed."""
    waves = ("before", "after") if when == "change" else (when,)
    columns = [f"{rater}_{wave}" for rater in ("resident", "support_worker") for wave in waves]
    rated = raters[columns].to_numpy(dtype=float)
    known = rated[~np.isnan(rated).any(axis=1)]
    if when != "change":
        return known[:, 0], known[:, 1]
    before, after = known[:, ::2], known[:, 1::2]
    changes = (after - before).round(CHANGE_DIGITS)
    return changes[:, 0], changes[:, 1]


def _at(function: Callable[[np.ndarray, np.ndarray], Estimate], when: str) -> Callable[..., Estimate]:
    """An estimator of its own for a wave, or for the change; its name ends with which."""
    name = f"{function.__name__}_{when}"

    def estimator(raters: pd.DataFrame) -> Estimate:
        return dataclasses.replace(function(*_both(raters, when)), estimator=name)

    estimator.__name__, estimator.__doc__ = name, function.__doc__
    return estimator


AGREEMENT: tuple[Callable[..., Estimate], ...] = (
    *(
        _at(function, when)
        for function in (intraclass_correlation, rater_difference, lower_limit_of_agreement, upper_limit_of_agreement)
        for when in ("before", "after", "change")
    ),
    weighted_kappa_before,
    weighted_kappa_after,
)
