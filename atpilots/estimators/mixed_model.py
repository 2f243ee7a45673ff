"""A linear mixed model of the whole course, as a check on the headline: never for a released page."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from atpilots.estimators.result import NAN, Estimate, normal_quantile, varies

FEWEST_PEOPLE = 3
BOUNDARY = 1e-6  # of the variance within people: with no more between them, a fit lies on the boundary


def mixed_model_changes(scores: pd.DataFrame) -> dict[str, Estimate]:
    """Sensitivity only: the average change since the first wave at each later one, by a linear mixed model.

    scores: score points, one row per respondent and one column per wave, the baseline first; NaN where there is none.
    Random intercept, fixed effect of each wave, REML, on everybody who answered at all (statsmodels' MixedLM; as
    lme4's lmer(score ~ factor(wave) + (1 | person))); estimate ± z·standard error. Assumes that drop-out depends on
    nothing but the scores seen, and normal scores. Its interval and p over-claim at these numbers (9.5% false alarms
    at a nominal 5% with 10 people and two waves), so it is never the headline. n: who has any score. NaN where there
    are fewer than three people with two scores, where the fit does not converge, or where it lies on the boundary (no
    variation between people, or none within).
    """
    later = scores.columns[1:]
    values = scores.to_numpy(dtype=float)
    values = values[~np.isnan(values).all(axis=1)]
    fitted = _fitted(values)
    if fitted is None:
        return {wave: Estimate("mixed_model_change", NAN, len(values), "points") for wave in later}
    effects, errors = fitted
    return {wave: _estimate(len(values), effects[place], errors[place]) for place, wave in enumerate(later, start=1)}


def _estimate(n: int, effect: float, error: float) -> Estimate:
    from scipy.special import ndtr

    half = normal_quantile() * error
    p_value = 2 * float(ndtr(-abs(effect / error)))
    return Estimate("mixed_model_change", effect, n, "points", effect - half, effect + half, p_value)


def _fitted(values: np.ndarray) -> tuple[list[float], list[float]] | None:
    """The fixed effects and their standard errors; None where the fit is not to be trusted."""
    from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams

    person, wave = np.nonzero(~np.isnan(values))
    several = (~np.isnan(values)).sum(axis=1) > 1
    asked, own = np.unique(wave), values[several] - np.nanmean(values[several], axis=1, keepdims=True)
    if several.sum() < FEWEST_PEOPLE or len(asked) < values.shape[1] or not varies(own[~np.isnan(own)]):
        return None
    score = values[person, wave]
    design = np.column_stack([np.ones(len(wave)), *(wave == place for place in asked[1:])])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what they warn of is asked below
        try:
            model = MixedLM(score - score.mean(), design, groups=person)
            # lbfgs, the default, stops early: intervals were wrong by a hundredth, and fits were missed
            fit = model.fit(reml=True, method=["bfgs", "lbfgs", "cg"], gtol=1e-8)
            alike = MixedLMParams.from_components(fe_params=fit.fe_params, cov_re=np.full((1, 1), BOUNDARY))
            no_better = fit.llf <= model.loglike(alike, profile_fe=True)  # than where people hardly differ
        except (np.linalg.LinAlgError, ValueError):
            return None
    between, within = float(np.asarray(fit.cov_re)[0, 0]), float(fit.scale)
    if not fit.converged or no_better or not within > 0 or not between > BOUNDARY * within:
        return None
    # statsmodels' own errors come from the joint Hessian; lme4's, and those of textbooks, from the fixed effects alone.
    covariance = np.linalg.inv(sum(_information(design[person == one], between, within) for one in range(len(values))))
    return [float(effect) for effect in fit.fe_params], [float(error) for error in np.sqrt(np.diag(covariance))]


def _information(design: np.ndarray, between: float, within: float) -> np.ndarray:
    """What one person's scores tell of the fixed effects: XᵀV⁻¹X, with V = within·I + between·J."""
    sums = design.sum(axis=0)
    told = design.T @ design - np.outer(sums, sums) * between / (within + len(design) * between)
    return np.asarray(told / within)
