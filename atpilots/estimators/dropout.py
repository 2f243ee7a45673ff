"""What those who answered only once could mean for the change.

These estimators take `everyone`: one row per respondent with a score at the baseline or the later wave, the columns
before and after in score points, NaN where there is no score. A leaver has a score before and none after.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from atpilots.estimators.baseline import difference_of_means
from atpilots.estimators.result import CHANGE_DIGITS, NAN, Better, Estimate, mean_with_interval, normal_quantile

GRADIENT = 1e-7  # where the REML fit stops; the default, 1e-5, leaves seven digits


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

    Estimate ± z·standard error: statsmodels' MixedLM; lme4's lmer(score ~ wave + (1 | person)). Assumes that drop-out
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
    from statsmodels.regression.mixed_linear_model import MixedLM

    change = (everyone["after"] - everyone["before"]).dropna().round(CHANGE_DIGITS)
    if len(change) < 3 or change.nunique() < 2:
        return NAN, NAN
    scores = everyone[["before", "after"]].to_numpy(dtype=float)
    person, wave = np.nonzero(~np.isnan(scores))
    design = np.column_stack([np.ones(len(wave)), wave])
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            result = MixedLM(scores[person, wave], design, groups=person).fit(reml=True, gtol=GRADIENT)
        except (np.linalg.LinAlgError, ValueError):
            return NAN, NAN
    if caught or not result.converged:
        return NAN, NAN
    return float(result.params[1]), _standard_error(design, person, float(result.cov_re[0, 0]), float(result.scale))


def _standard_error(design: np.ndarray, person: np.ndarray, between: float, within: float) -> float:
    """√ of the wave's entry in (XᵀV⁻¹X)⁻¹, V = within·I + between·(1 for the same person): lme4's standard error.

    MixedLM's own inverts the Hessian of all parameters, which at these numbers differs in the fourth digit.
    """
    answered = np.bincount(person)
    sums = np.zeros((len(answered), 2))
    np.add.at(sums, person, design)
    shrunk = sums * (between / (within + answered * between))[:, None]
    information = (design.T @ design - shrunk.T @ sums) / within
    return float(np.sqrt(np.linalg.inv(information)[1, 1]))
