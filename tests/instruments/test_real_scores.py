"""Scores of real public survey records: the NHS's and the authors' own numbers against ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from atpilots.instruments import load_instrument

pytestmark = pytest.mark.real_data

JOINTS = ("hip", "knee")
WAVES = ("Pre-Op", "Post-Op")

# NHS column names, in the order of our items.
EQ5D = ("Mobility", "Self-Care", "Activity", "Discomfort", "Anxiety")
HIP = "Pain,Sudden Pain,Night Pain,Washing,Transport,Dressing,Shopping,Walking,Limping,Stairs,Standing,Work"
KNEE = "Pain,Night Pain,Washing,Transport,Walking,Standing,Limping,Kneeling,Work,Confidence,Shopping,Stairs"
OXFORD = {"hip": HIP.split(","), "knee": KNEE.split(",")}


def nhs(folder: Path, joint: str) -> pd.DataFrame:
    return pd.read_csv(folder / "nhs-proms-2018-19" / f"{joint}-replacement.csv", dtype=str, na_filter=False)


def answers(records: pd.DataFrame, headers: list[str], instrument: str, missing: str) -> pd.DataFrame:
    """The answers under these headers, under our column names, read as a survey would be."""
    scale = load_instrument(instrument)
    picked = records[headers].set_axis(list(scale.columns), axis=1)
    return picked.map(lambda text: np.nan if text == missing else scale.read_answer(text))


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("wave", WAVES)
def test_every_nhs_eq5d_index_is_reproduced(shared_data: Path, joint: str, wave: str) -> None:
    records = nhs(shared_data, joint)
    items = answers(records, [f"{wave} Q {item}" for item in EQ5D], "eq5d3l", missing="9")
    published = pd.to_numeric(records[f"{wave} Q EQ5D Index"])
    assert published.notna().sum() > 100
    # The NHS prints three decimals, and blanks the index where any item is missing: both must match.
    np.testing.assert_allclose(load_instrument("eq5d3l").score(items), published, rtol=0, atol=1e-9)


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("wave", WAVES)
def test_every_nhs_oxford_total_is_reproduced(shared_data: Path, joint: str, wave: str) -> None:
    records, prefix = nhs(shared_data, joint), f"{joint.capitalize()} Replacement {wave} Q"
    items = answers(records, [f"{prefix} {item}" for item in OXFORD[joint]], f"oxford_{joint}", missing="9")
    published = pd.to_numeric(records[f"{prefix} Score"])
    assert published.notna().sum() > 100
    np.testing.assert_allclose(load_instrument(f"oxford_{joint}").score(items), published, rtol=0, atol=1e-9)


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("wave", WAVES)
def test_nhs_records_show_no_oxford_score_with_one_or_two_answers_missing(
    shared_data: Path, joint: str, wave: str
) -> None:
    # The NHS fills in up to two missing answers before it releases the records, so they hold a total exactly where
    # nothing is missing, and the records alone cannot show how it rounds.
    records, prefix = nhs(shared_data, joint), f"{joint.capitalize()} Replacement {wave} Q"
    missing = (records[[f"{prefix} {item}" for item in OXFORD[joint]]] == "9").sum(axis=1)
    assert not missing.isin([1, 2]).any()
    assert ((missing == 0) == (records[f"{prefix} Score"] != "")).all()


@pytest.mark.parametrize(
    ("joint", "area", "measure", "pairs", "before", "after"),
    [
        ("hip", "08A", "EQ5D", 60, 0.3719, 0.8151),
        ("hip", "08A", "EQ VAS", 61, 61.7541, 78.1475),
        ("hip", "08A", "Oxford", 67, 17.7015, 40.3881),
        ("hip", "07T", "Oxford", 48, 21.8958, 40.5625),
        ("knee", "08A", "Oxford", 75, 18.8400, 34.3733),
        ("knee", "07T", "EQ5D", 51, 0.3445, 0.6733),
        ("knee", "07T", "EQ VAS", 50, 62.2800, 68.4800),
        ("knee", "07T", "Oxford", 53, 18.0377, 31.5094),
    ],
)
def test_paired_means_of_each_area_are_those_worked_out_before(
    shared_data: Path, joint: str, area: str, measure: str, pairs: int, before: float, after: float
) -> None:
    # Worked out independently of this package, to four decimals.
    records = nhs(shared_data, joint)
    records = records[records["Provider Code"] == area]
    scores = pd.DataFrame({wave: scored(records, joint, measure, wave) for wave in WAVES}).dropna()
    assert len(scores) == pairs
    np.testing.assert_allclose(scores.mean(), [before, after], rtol=0, atol=0.00005)


def scored(records: pd.DataFrame, joint: str, measure: str, wave: str) -> pd.Series:
    prefix = f"{joint.capitalize()} Replacement {wave} Q"
    headers, instrument, missing = {
        "EQ5D": ([f"{wave} Q {item}" for item in EQ5D], "eq5d3l", "9"),
        "EQ VAS": ([f"{wave} Q EQ VAS"], "eq_vas", "999"),
        "Oxford": ([f"{prefix} {item}" for item in OXFORD[joint]], f"oxford_{joint}", "9"),
    }[measure]
    return load_instrument(instrument).score(answers(records, headers, instrument, missing))


# Question codes of the Qualtrics exports. Study 1 asked UCLA-3 only.
QUESTIONS = {
    ("ucla3", "before"): "Q13",
    ("ucla3", "during"): "Q39",
    ("djg11", "before"): "Q50",
    ("djg11", "during"): "Q34",
}
# The exports hold the answers' places on the screen: for De Jong Gierveld yes was first.
CODES = {
    "ucla3": {"1": "Hardly ever or never", "2": "Some of the time", "3": "Often", "NA": ""},
    "djg11": {"1": "yes", "2": "more or less", "3": "no", "NA": ""},
}


def exported(folder: Path, study: int, instrument: str, period: str) -> pd.DataFrame:
    """The answers of one wave, by response: our columns, level numbers, NaN where missing."""
    path = folder / "lockdown-loneliness" / f"study-{study}-qualtrics-export.csv"
    export = pd.read_csv(path, dtype=str, na_filter=False, encoding_errors="replace", skiprows=[1, 2])
    scale = load_instrument(instrument)
    headers = [f"{QUESTIONS[instrument, period]}_{i}" for i in range(1, len(scale.items) + 1)]
    picked = export.set_index("ResponseId")[headers].set_axis(list(scale.columns), axis=1)
    return picked.map(lambda code: scale.read_answer(CODES[instrument][code]))


def authors(folder: Path, study: int, instrument: str, period: str) -> pd.DataFrame:
    """The authors' item scores of one wave, by response: one column per item number."""
    items = pd.read_csv(folder / "lockdown-loneliness" / f"study-{study}-{instrument}-items.csv")
    return items[items["lockdown_period"] == period].pivot(index="response_id", columns="item", values="score")


LONELINESS = [(1, "ucla3", 220), (2, "ucla3", 76), (2, "djg11", 76)]


@pytest.mark.parametrize(("study", "instrument", "people"), LONELINESS)
@pytest.mark.parametrize("period", ["before", "during"])
def test_loneliness_scores_from_the_raw_export_are_the_authors(
    shared_data: Path, study: int, instrument: str, people: int, period: str
) -> None:
    scale = load_instrument(instrument)
    theirs = authors(shared_data, study, instrument, period)
    raw = exported(shared_data, study, instrument, period).loc[theirs.index]
    assert len(theirs) == people
    complete = theirs.notna().all(axis=1)
    assert complete.sum() >= people - 3
    # Item by item: a scale of that one item has the item's own score.
    for number, (item, column) in enumerate(zip(scale.items, scale.columns, strict=True), start=1):
        np.testing.assert_array_equal(item_scores(instrument, item, raw[column]), theirs[number])
    np.testing.assert_array_equal(scale.score(raw[complete]), theirs[complete].sum(axis=1))


def item_scores(instrument: str, item: str, levels: pd.Series) -> pd.Series:
    scale = load_instrument(instrument)
    kept = {"items": (item,), "items_of": instrument, "missing": "complete", "bands": ()}
    recode = {"recode": {item: scale.recode[item]}} if item in scale.recode else {}
    return scale.model_copy(update=kept | recode).score(levels.to_frame())


@pytest.mark.parametrize(
    ("study", "instrument", "before", "during"),
    [(1, "ucla3", 1116 / 220, 1271 / 219), (2, "ucla3", 5.671, 5.868), (2, "djg11", 6.776, 6.947)],
)
def test_loneliness_means_are_those_worked_out_before(
    shared_data: Path, study: int, instrument: str, before: float, during: float
) -> None:
    # Worked out independently of this package, to three decimals; the first study by adding up the authors' file with
    # the standard library. One of its 220 people left all three questions blank the second time: that is no score, not
    # a score of zero.
    scale, means = load_instrument(instrument), []
    for period in ("before", "during"):
        people = authors(shared_data, study, instrument, period).index
        means.append(scale.score(exported(shared_data, study, instrument, period).loc[people]).mean())
    np.testing.assert_allclose(means, [before, during], rtol=0, atol=0.0005)


def test_the_six_item_scale_is_part_of_the_eleven(shared_data: Path) -> None:
    # The subscale of each item as the authors' file names it.
    items = pd.read_csv(shared_data / "lockdown-loneliness" / "study-2-djg11-items.csv")
    halves = items.groupby("loneliness_subscale")["item"].unique()
    for half in ("emotional", "social"):
        theirs = {f"item{number}" for number in halves[f"{half}_loneliness"]}
        assert set(load_instrument(f"djg6_{half}").items) < theirs
