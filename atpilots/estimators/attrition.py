"""What those who answered only once could mean for the change.

These estimators take `everyone`: one row per respondent with a score at the baseline or the later wave (or one per
different pair of scores, with the column people), the columns before and after in score points, NaN where there is no
score. A leaver has a score before and none after.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from atpilots.estimators.baseline import difference_of_means
from atpilots.estimators.result import (
    CHANGE_DIGITS,
    NAN,
    Estimate,
    mean_with_interval,
    normal_quantile,
    people,
)
from atpilots.instruments import Better

SHARES = 50  # the share of the variation that lies between people is sought from as many starting points
BOUNDARY = 1e-6  # no variation between people, or none within: the fit lies on the boundary


def worst_case_mean_change(everyone: pd.DataFrame, *, better: Better, score_range: tuple[float, float]) -> Estimate:
    """Mean change of all who answered at the baseline, had every leaver ended at the worst score there is.

    Its t interval takes these scores for observed. No assumption but the range of the score, so the truth for those
    who started lies between this and the best case; who answered only later has no baseline and is left out.
    Source: Horowitz & Manski (2000).
    """
    return _completed("worst_case_mean_change", everyone, score_range[0 if better == "higher" else 1])


def best_case_mean_change(everyone: pd.DataFrame, *, better: Better, score_range: tuple[float, float]) -> Estimate:
    """Mean change of all who answered at the baseline, had every leaver ended at the best score there is.

    See `worst_case_mean_change`.
    """
    return _completed("best_case_mean_change", everyone, score_range[1 if better == "higher" else 0])


def leavers_minus_stayers_before(everyone: pd.DataFrame) -> Estimate:
    """Mean baseline of the leavers minus that of those who answered twice, with Welch's interval and test."""
    started = everyone.dropna(subset="before")
    left = started["after"].isna()
    groups = ((rows["before"].to_numpy(dtype=float), people(rows)) for rows in (started[left], started[~left]))
    return difference_of_means("leavers_minus_stayers_before", *groups)


def mixed_model_change(everyone: pd.DataFrame) -> Estimate:
    """Sensitivity only: the change by a linear mixed model (random intercept, REML) on all who answered at all.

    Estimate ± z·standard error, as lme4's lmer(score ~ wave + (1 | person)). Assumes that drop-out
    depends on nothing but the scores seen, and normal scores. Its interval and p over-claim at these numbers (9.5%
    false alarms at a nominal 5% with 10 people), so it is never the headline. NaN where the fit does not converge or
    lies on the boundary (no variation between people).
    """
    from scipy.special import ndtr

    n = int(people(everyone).sum())
    estimate, error = _fitted(everyone)
    half = normal_quantile() * error
    p_value = float(2 * ndtr(-abs(estimate / error)))
    return Estimate("mixed_model_change", estimate, n, "points", estimate - half, estimate + half, p_value)


def _completed(name: str, everyone: pd.DataFrame, assumed: float) -> Estimate:
    started = everyone.dropna(subset="before")
    change = (started["after"].fillna(assumed) - started["before"]).round(CHANGE_DIGITS)
    return mean_with_interval(name, change.to_numpy(dtype=float), people(started))


def _fitted(everyone: pd.DataFrame) -> tuple[float, float]:
    """The mixed model's change and its standard error, or NaN where the fit is not to be trusted."""
    from scipy.optimize import brentq

    before, after, number = *(everyone[wave].to_numpy(dtype=float) for wave in ("before", "after")), people(everyone)
    change = (after - before).round(CHANGE_DIGITS)
    twice = ~np.isnan(change)
    if number[twice].sum() < 3 or len(np.unique(change[twice])) < 2:
        return NAN, NAN
    sums = _Sums.of(before, after, number)
    shares = np.linspace(0, 1, SHARES + 1)[:-1]
    best = int(np.argmin([sums.fit(share).deviance for share in shares]))
    low, high = max(BOUNDARY, shares[best] - 1 / SHARES), min(1 - BOUNDARY, shares[best] + 1 / SHARES)
    if not sums.fit(low).steepness < 0 < sums.fit(high).steepness:
        return NAN, NAN
    # Where it is flat, not where it is least: round that point a deviance's own rounding hides eight digits.
    found = sums.fit(brentq(lambda share: sums.fit(share).steepness, low, high, xtol=1e-15))
    return found.estimate, found.error


class _Fit(NamedTuple):
    """REML deviance and its derivative by λ (see `_Sums.fit`), and the change with its standard error."""

    deviance: float
    steepness: float
    estimate: float
    error: float


@dataclasses.dataclass(frozen=True)
class _Sums:
    """All that the model's likelihood needs of the scores: a few sums, however many people there are.

    Of those with one score (once) and two (twice): XᵀX, Xᵀy and yᵀy; of two also the same of their person's sums.
    """

    once: tuple[np.ndarray, np.ndarray, float]
    twice: tuple[np.ndarray, np.ndarray, float]
    joint: tuple[np.ndarray, np.ndarray, float]
    people: tuple[int, int]

    @classmethod
    def of(cls, before: np.ndarray, after: np.ndarray, number: np.ndarray) -> _Sums:
        start, end = ~np.isnan(before), ~np.isnan(after)
        centre = np.average(before[start], weights=number[start])  # nothing is lost when large squares are subtracted
        before, after, both = before - centre, after - centre, start & end

        def group(scores: np.ndarray, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return scores[who], number[who]

        return cls(
            _products((1, 0, *group(before, start & ~both)), (1, 1, *group(after, end & ~both))),
            _products((1, 0, *group(before, both)), (1, 1, *group(after, both))),
            _products((2, 1, *group(before + after, both))),
            (int(number[~both].sum()), int(number[both].sum())),
        )

    def fit(self, share: float) -> _Fit:
        """The fit where `share` of the variation is between people.

        With λ = share / (1 − share), V = σ²(I + λJ) for one person, so V⁻¹ = (I − λ/(1 + mλ)·J)/σ² for m scores.
        """
        ratio = share / (1 - share)
        single, double = 1 + ratio, 1 + 2 * ratio

        def weighted(once: Any, twice: Any, joint: Any) -> Any:
            return once / single + twice - joint * (ratio / double)

        def derived(once: Any, twice: Any, joint: Any) -> Any:  # noqa: ARG001  # by λ
            return -once / single**2 - joint / double**2

        information, slope, squares = map(weighted, self.once, self.twice, self.joint)
        steeper, sloping, squarer = map(derived, self.once, self.twice, self.joint)
        spread = np.linalg.inv(information)
        effects = np.linalg.solve(information, slope)
        freedom = self.people[0] + 2 * self.people[1] - len(effects)
        residual = squares - float(effects @ slope)
        deviance = freedom * np.log(residual) + np.linalg.slogdet(information)[1]
        deviance += self.people[0] * np.log(single) + self.people[1] * np.log(double)
        steepness = freedom * (squarer - 2 * effects @ sloping + effects @ steeper @ effects) / residual
        steepness += (spread * steeper).sum() + self.people[0] / single + 2 * self.people[1] / double
        error = np.sqrt(residual / freedom * spread[1, 1])
        return _Fit(float(deviance), float(steepness), float(effects[1]), float(error))


def _products(*groups: tuple[int, int, np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray, float]:
    """XᵀX, Xᵀy and yᵀy of groups of scores (with how many people have each) that share a row of the design."""
    designs = [(np.array(group[:2], dtype=float), *group[2:]) for group in groups]
    return (
        np.asarray(sum(np.outer(x, x) * number.sum() for x, _, number in designs)),
        np.asarray(sum(x * (y * number).sum() for x, y, number in designs)),
        float(sum((y**2 * number).sum() for _, y, number in designs)),
    )
