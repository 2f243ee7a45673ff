"""What those who answered only once could mean for the change.

These estimators take `everyone`: one row per respondent with a score at the baseline or the later wave, the columns
before and after in score points, NaN where there is no score. A leaver has a score before and none after.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from atpilots.estimators.baseline import difference_of_means
from atpilots.estimators.result import CHANGE_DIGITS, NAN, Better, Estimate, mean_with_interval, normal_quantile

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
    leavers, stayers = (started.loc[who, "before"].to_numpy(dtype=float) for who in (left, ~left))
    return difference_of_means("leavers_minus_stayers_before", leavers, stayers)


def mixed_model_change(everyone: pd.DataFrame) -> Estimate:
    """Sensitivity only: the change by a linear mixed model (random intercept, REML) on all who answered at all.

    Estimate ± z·standard error, as lme4's lmer(score ~ wave + (1 | person)). Assumes that drop-out
    depends on nothing but the scores seen, and normal scores. Its interval and p over-claim at these numbers (9.5%
    false alarms at a nominal 5% with 10 people), so it is never the headline. NaN where the fit does not converge or
    lies on the boundary (no variation between people).
    """
    from scipy.special import ndtr

    n = len(everyone)
    estimate, error = _fitted(everyone)
    half = normal_quantile() * error
    p_value = float(2 * ndtr(-abs(estimate / error)))
    return Estimate("mixed_model_change", estimate, n, "points", estimate - half, estimate + half, p_value)


def _completed(name: str, everyone: pd.DataFrame, assumed: float) -> Estimate:
    started = everyone.dropna(subset="before")
    change = (started["after"].fillna(assumed) - started["before"]).round(CHANGE_DIGITS)
    return mean_with_interval(name, change.to_numpy(dtype=float))


def _fitted(everyone: pd.DataFrame) -> tuple[float, float]:
    """The mixed model's change and its standard error, or NaN where the fit is not to be trusted."""
    from scipy.optimize import minimize_scalar

    change = (everyone["after"] - everyone["before"]).dropna().round(CHANGE_DIGITS)
    if len(change) < 3 or change.nunique() < 2:
        return NAN, NAN
    sums = _Sums.of(everyone["before"].to_numpy(dtype=float), everyone["after"].to_numpy(dtype=float))
    shares = np.linspace(0, 1, SHARES + 1)[:-1]
    deviances = [sums.fit(share)[0] for share in shares]
    best = int(np.argmin(deviances))
    if best == 0 and deviances[0] <= sums.fit(BOUNDARY)[0]:
        return NAN, NAN
    bounds = shares[max(0, best - 1)], 1.0 if best + 1 == SHARES else shares[best + 1]
    found = minimize_scalar(lambda share: sums.fit(share)[0], bounds=bounds, method="bounded", options={"xatol": 1e-12})
    if not found.success or not BOUNDARY < found.x < 1 - BOUNDARY:
        return NAN, NAN
    _, estimate, error = sums.fit(float(found.x))
    return estimate, error


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
    def of(cls, before: np.ndarray, after: np.ndarray) -> _Sums:
        centre = before[~np.isnan(before)].mean()  # small numbers: nothing is lost when large squares are subtracted
        before, after = before - centre, after - centre
        both = ~np.isnan(before) & ~np.isnan(after)
        first, then = before[both], after[both]
        only_before, only_after = before[~both & ~np.isnan(before)], after[~both & ~np.isnan(after)]
        return cls(
            _products((1, 0, only_before), (1, 1, only_after)),
            _products((1, 0, first), (1, 1, then)),
            _products((2, 1, first + then)),
            (len(only_before) + len(only_after), len(first)),
        )

    def fit(self, share: float) -> tuple[float, float, float]:
        """REML deviance, change and standard error where `share` of the variation is between people.

        With λ = share / (1 − share), V = σ²(I + λJ) for one person, so V⁻¹ = (I − λ/(1 + mλ)·J)/σ² for m scores.
        """
        ratio = share / (1 - share)

        def weighted(once: Any, twice: Any, joint: Any) -> Any:
            return once / (1 + ratio) + twice - joint * (ratio / (1 + 2 * ratio))

        information, slope, squares = map(weighted, self.once, self.twice, self.joint)
        effects = np.linalg.solve(information, slope)
        freedom = self.people[0] + 2 * self.people[1] - len(effects)
        residual = squares - float(effects @ slope)
        deviance = freedom * np.log(residual) + np.linalg.slogdet(information)[1]
        deviance += self.people[0] * np.log1p(ratio) + self.people[1] * np.log1p(2 * ratio)
        error = np.sqrt(residual / freedom * np.linalg.inv(information)[1, 1])
        return float(deviance), float(effects[1]), float(error)


def _products(*rows: tuple[int, int, np.ndarray]) -> tuple[np.ndarray, np.ndarray, float]:
    """XᵀX, Xᵀy and yᵀy of groups of scores that share a row of the design."""
    designs = [np.array(row[:2], dtype=float) for row in rows]
    scores = [row[2] for row in rows]
    return (
        np.asarray(sum(np.outer(x, x) * len(y) for x, y in zip(designs, scores, strict=True))),
        np.asarray(sum(x * y.sum() for x, y in zip(designs, scores, strict=True))),
        float(sum((y**2).sum() for y in scores)),
    )
