"""Scores by wave and by who answered: counts, means and medians at full precision."""

from __future__ import annotations

import pandas as pd

from atpilots.files import UsageError, shown
from atpilots.pilots import Pilot

BY = ("age_band", "mode", "rater", "arm")
NOT_GIVEN = "not given"


def describe(pilot: Pilot, measure: str, by: str | None = None) -> pd.DataFrame:
    """A measure's scores at each wave, of everybody or by `by`: age_band, mode, rater or arm.

    Returns one row per group and wave, indexed by them. Columns: n (people with a score), mean, sd, median, min, max in
    score points; pairs (of them, people who have a score at the baseline too) and mean_change, of these pairs, after −
    before, in points; both missing at the baseline. Groups are as given at each wave for mode, else as first given.
    Residents' scores in every arm, but where it is by rater. Exact: not for sharing. Raises UsageError for a name that
    there is not.

    >>> import atpilots as at
    >>> at.describe(at.load_pilot("greenwich"), "swemwbs", by="age_band").index.names
    FrozenList(['age_band', 'wave'])
    """
    scores = scored(pilot, measure, by)
    groups = [*([by] if by else []), "wave"]
    found = scores.groupby(groups, observed=True)
    table = found["score"].agg(["count", "mean", "std", "median", "min", "max"])
    table = table.rename(columns={"count": "n", "std": "sd"})
    changes = scores[scores["wave"] != pilot.baseline].groupby(groups, observed=True)["change"].agg(["count", "mean"])
    table["pairs"] = changes["count"].reindex(table.index).astype("Int64")
    table["mean_change"] = changes["mean"].reindex(table.index)
    return table


def scored(pilot: Pilot, measure: str, by: str | None = None) -> pd.DataFrame:
    """Every score of a measure, one row per person, wave and rater that has one.

    Columns: wave (ordered as in the pilot), score (points), change (since the person's own baseline; NaN where that has
    no score), and the group where `by` asks for one. Without codes.
    """
    if measure not in pilot.measures:
        raise UsageError(f"there is no measure {shown(measure)}; there is: {', '.join(pilot.measures)}")
    if by is not None and by not in BY:
        raise UsageError(f"there is no grouping by {shown(by)}; there is: {', '.join(BY)}")
    scores = pilot.scores[[measure]].rename(columns={measure: "score"}).reset_index()
    baseline = scores[scores["wave"] == pilot.baseline].set_index(["respondent", "rater"])["score"]
    own = baseline.reindex(pd.MultiIndex.from_frame(scores[["respondent", "rater"]])).to_numpy()
    scores["change"] = scores["score"].to_numpy() - own
    if by not in (None, "rater"):
        given = pilot.answers[by].astype(str).to_numpy()
        if by != "mode":  # a person's age band or arm may be written at one wave only
            first = pd.Series(given).where(given != "").groupby(scores["respondent"], observed=True).transform("first")
            given = first.fillna("").to_numpy()
        scores[by] = pd.Series(given, scores.index).replace("", NOT_GIVEN)
    kept = scores if by == "rater" else scores[scores["rater"] == pilot.raters[0]]
    kept = kept.assign(wave=pd.Categorical(kept["wave"].astype(str), list(pilot.protocol.waves), ordered=True))
    return kept.dropna(subset=["score"]).drop(columns=["respondent", *([] if by == "rater" else ["rater"])])
