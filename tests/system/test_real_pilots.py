"""Real public survey records as pilots, through the whole of the library, against the known answers.

The NHS records are of joint surgery, not of assistive technology: a stand-in with known answers. The means,
differences and t values were computed from the records by a separate script in pandas and SciPy and are written to the
digits that it printed; the counts of improved, unchanged and worsened are the NHS's own, published for a slightly
different set of records, so shares are compared within six percentage points.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders.folders import AREAS, nhs_pilot, write_pilot

from atpilots.estimators.results_table import estimate
from atpilots.pilots.loading import load_pilot

pytestmark = pytest.mark.real_data

# area, joint, measure, pairs, better/same/worse, mean before, mean after, mean change, SD of change, paired t
KNOWN = [
    ("08A", "hip", "eq5d3l", 60, (51, 4, 5), 0.3719, 0.8151, 0.4432, 0.3456, 9.934),
    ("08A", "hip", "eq_vas", 61, (41, 8, 12), 61.7541, 78.1475, 16.3934, 22.6070, 5.664),
    ("08A", "hip", "oxford_hip", 67, (65, 0, 2), 17.7015, 40.3881, 22.6866, 10.5086, 17.671),
    ("07T", "hip", "eq5d3l", 43, (37, 5, 1), 0.3878, 0.8469, 0.4590, 0.3392, 8.874),
    ("07T", "hip", "eq_vas", 47, (28, 5, 14), 70.6809, 78.7447, 8.0638, 19.8663, 2.783),
    ("07T", "hip", "oxford_hip", 48, (44, 0, 4), 21.8958, 40.5625, 18.6667, 11.1457, 11.603),
    ("08A", "knee", "eq5d3l", 68, (52, 10, 6), 0.4223, 0.6987, 0.2763, 0.3008, 7.574),
    ("08A", "knee", "eq_vas", 63, (34, 12, 17), 70.1905, 77.0000, 6.8095, 18.2207, 2.966),
    ("08A", "knee", "oxford_knee", 75, (68, 2, 5), 18.8400, 34.3733, 15.5333, 10.8781, 12.366),
    ("07T", "knee", "eq5d3l", 51, (42, 5, 4), 0.3445, 0.6733, 0.3288, 0.3708, 6.333),
    ("07T", "knee", "eq_vas", 50, (27, 7, 16), 62.2800, 68.4800, 6.2000, 25.9096, 1.692),
    ("07T", "knee", "oxford_knee", 53, (47, 0, 6), 18.0377, 31.5094, 13.4717, 11.0377, 8.885),
]
NHS_NAMES = {
    "eq5d3l": "EQ-5D Index",
    "eq_vas": "EQ VAS",
    "oxford_hip": "Oxford Hip Score",
    "oxford_knee": "Oxford Knee Score",
}


@pytest.fixture(scope="session")
def pilots(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    root = tmp_path_factory.mktemp("nhs")
    return {
        (area, joint): nhs_pilot(shared_data, area, joint, root / f"{name}-{joint}")
        for area, name in AREAS.items()
        for joint in ("hip", "knee")
    }


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: "-".join(row[:3]))
def test_the_known_answers_of_the_nhs_records_are_reproduced(
    pilots: dict[tuple[str, str], Path],
    row: tuple[str, str, str, int, tuple[int, int, int], float, float, float, float, float],
) -> None:
    area, joint, measure, pairs, signs, before, after, change, sd, t = row
    pilot = load_pilot(pilots[area, joint])
    results = estimate(pilot).query("measure == @measure").set_index("estimator")
    assert results.at["mean_change", "n"] == pairs
    assert round(results.at["mean_before", "estimate"], 4) == pytest.approx(before, abs=1e-9)
    assert round(results.at["mean_after", "estimate"], 4) == pytest.approx(after, abs=1e-9)
    assert round(results.at["mean_change", "estimate"], 4) == pytest.approx(change, abs=1e-9)
    changes = pilot.pairs(measure)["change"]
    assert round(changes.std(), 4) == pytest.approx(sd, abs=1e-9)
    assert round(changes.mean() / (changes.std() / np.sqrt(pairs)), 3) == pytest.approx(t, abs=1e-9)
    assert ((changes > 0).sum(), (changes == 0).sum(), (changes < 0).sum()) == signs


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: "-".join(row[:3]))
def test_the_nhs_published_shares_are_met(
    pilots: dict[tuple[str, str], Path], shared_data: Path, row: tuple[str, str, str, int, object]
) -> None:
    area, joint, measure, *_ = row
    with (shared_data / "nhs-proms-2018-19" / "published-key-facts.csv").open(encoding="utf-8-sig") as stream:
        published = next(
            line
            for line in csv.DictReader(stream)
            if (line["Organisation Code"], line["Procedure"], line["Measure"])
            == (area, f"{joint.title()} Replacement", NHS_NAMES[measure])
        )
    changes = load_pilot(pilots[area, joint]).pairs(measure)["change"]
    theirs = [float(published[f"% {word}"].rstrip("%")) for word in ("Improved", "Unchanged", "Worsened")]
    ours = [100 * (sign == np.sign(changes)).mean() for sign in (1, 0, -1)]
    np.testing.assert_allclose(ours, theirs, atol=6)


def ucla3_survey(shared: Path, study: int) -> list[dict[str, object]]:
    items = ["ucla3_companionship", "ucla3_left_out", "ucla3_isolated"]
    table = pd.read_csv(shared / "lockdown-loneliness" / f"study-{study}-ucla3-items.csv", dtype=str, na_filter=False)
    wide = table.pivot(index=["response_id", "lockdown_period"], columns="item", values="score").reset_index()
    wide.columns = pd.Index(["respondent", "wave", *items])
    return wide.replace("NA", "").to_dict("records")  # type: ignore[return-value]


UCLA3_PROTOCOL = """\
title = "Loneliness in lockdown"
borough = "A survey of the United Kingdom, not of assistive technology"
technology = ["mobile_app"]
user_group = ["working_age_disabled"]
setting = "own_home"
provenance = "collected"
waves = ["before", "during"]

[[measures]]
instrument = "ucla3"
primary = true
"""


@pytest.mark.parametrize(
    ("study", "pairs", "before", "during", "change", "low", "high", "t"),
    [
        # One of the 220 people of study 1 left all three items blank during lockdown and has no score there. The
        # other 219 by scipy.stats.ttest_1samp of the differences of pandas sums with skipna=False:
        (1, 219, 5.0639, 5.8037, 0.7397, 0.5384, 0.9410, 7.2416),
        (2, 76, 5.6711, 5.8684, 0.1974, -0.0558, 0.4505, 1.5532),
    ],
)
def test_loneliness_before_and_during_lockdown(
    shared_data: Path, tmp_path: Path, study: int, pairs: int, before: float, during: float, change: float,
    low: float, high: float, t: float,
) -> None:  # fmt: skip
    folder = write_pilot(tmp_path / "lockdown", ucla3_survey(shared_data, study), toml=UCLA3_PROTOCOL)
    pilot = load_pilot(folder)
    results = estimate(pilot).set_index("estimator")
    mean = results.loc["mean_change"]
    assert mean["n"] == pairs
    found = (
        results.at["mean_before", "estimate"],
        results.at["mean_after", "estimate"],
        mean["estimate"],
        mean["conf_low"],
        mean["conf_high"],
    )
    np.testing.assert_allclose(found, (before, during, change, low, high), atol=6e-5)
    changes = pilot.pairs("ucla3")["change"]
    assert changes.mean() / (changes.std() / np.sqrt(pairs)) == pytest.approx(t, abs=6e-4)


def test_skipping_missing_items_would_invent_a_220th_pair(shared_data: Path) -> None:
    """The trap itself: summing what is there turns a missing questionnaire into a score below the scale's lowest."""
    table = pd.read_csv(shared_data / "lockdown-loneliness" / "study-1-ucla3-items.csv")
    sums = table.groupby(["response_id", "lockdown_period"])["score"].sum().unstack()
    assert len(sums) == 220
    assert sums["during"].min() == 0


def djg11_survey(shared: Path) -> list[dict[str, object]]:
    """Raw answers of study 2 for the authors' 76 people; the export codes yes, more or less, no as 1, 2, 3."""
    folder = shared / "lockdown-loneliness"
    kept = set(pd.read_csv(folder / "study-2-djg11-items.csv")["response_id"])
    export = pd.read_csv(folder / "study-2-qualtrics-export.csv", dtype=str, na_filter=False, encoding="utf-8")
    codes = {"1": "yes", "2": "more or less", "3": "no", "NA": ""}
    return [
        {"respondent": row["ResponseId"], "wave": wave}
        | {f"djg11_item{n}": codes[row[f"{question}_{n}"]] for n in range(1, 12)}
        for row in export.to_dict("records")
        if row["ResponseId"] in kept
        for wave, question in (("before", "Q50"), ("during", "Q34"))
    ]


def test_de_jong_gierveld_loneliness_before_and_during_lockdown(shared_data: Path, tmp_path: Path) -> None:
    toml = UCLA3_PROTOCOL.replace("ucla3", "djg11")
    pilot = load_pilot(write_pilot(tmp_path / "lockdown", djg11_survey(shared_data), toml=toml))
    results = estimate(pilot).set_index("estimator")
    mean = results.loc["mean_change"]
    assert mean["n"] == 76
    means = (results.at["mean_before", "estimate"], results.at["mean_after", "estimate"])
    np.testing.assert_allclose(means, (6.776, 6.947), atol=6e-4)
    found = (mean["estimate"], mean["conf_low"], mean["conf_high"])
    np.testing.assert_allclose(found, (0.1711, -0.2174, 0.5595), atol=6e-5)
    change = pilot.pairs("djg11")["change"]
    assert change.mean() / (change.std() / np.sqrt(76)) == pytest.approx(0.8771, abs=6e-5)
    assert mean["p_value"] == pytest.approx(0.383, abs=6e-4)
