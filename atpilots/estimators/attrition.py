"""What those who answered only once could mean for the change.

These estimators take `everyone`: one row per respondent with a score at the baseline or the later wave (or one per
different pair of scores, with the column people), the columns before and after in score points, NaN where there is no
score. A leaver has a score before and none after.
"""

from __future__ import annotations

import pandas as pd

from atpilots.estimators.baseline import difference_of_means
from atpilots.estimators.result import CHANGE_DIGITS, Estimate, mean_with_interval, people
from atpilots.instruments import Better


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
    started = _started(everyone)
    left = started["after"].isna()
    groups = ((rows["before"].to_numpy(dtype=float), people(rows)) for rows in (started[left], started[~left]))
    return difference_of_means("leavers_minus_stayers_before", *groups)


def _started(everyone: pd.DataFrame) -> pd.DataFrame:
    return everyone[everyone["before"].notna()]


def _completed(name: str, everyone: pd.DataFrame, assumed: float) -> Estimate:
    started = _started(everyone)
    change = (started["after"].fillna(assumed) - started["before"]).round(CHANGE_DIGITS)
    return mean_with_interval(name, change.to_numpy(dtype=float), people(started))
