"""Pilot folders for tests: written from rows, or from the real public survey records."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from atpilots.files.locks import LOCKS
from atpilots.files.problems import DataError
from atpilots.instruments import load_instrument
from atpilots.pilots.loading import load_pilot

HEAD = """\
title = "A test pilot"
borough = "Borough of Tests"
technology = ["voice_assistant"]
user_group = ["older_people"]
setting = "own_home"
provenance = "collected"
"""
PROTOCOL = (
    HEAD.replace("collected", "{provenance}")
    + """\
waves = ["before", "after"]
participants_rule = "Anybody"
{more}
[[measures]]
instrument = "ons4_happy"
primary = true
"""
)

# The NHS's column names in the order of our items.
EQ5D = ("Mobility", "Self-Care", "Activity", "Discomfort", "Anxiety")
OXFORD = {
    "hip": "Pain,Sudden Pain,Night Pain,Washing,Transport,Dressing,Shopping,Walking,Limping,Stairs,Standing,Work",
    "knee": "Pain,Night Pain,Washing,Transport,Walking,Standing,Limping,Kneeling,Work,Confidence,Shopping,Stairs",
}
AREAS = {"08A": "greenwich", "07T": "hackney"}

NHS_PROTOCOL = """\
title = "{joint} replacement"
borough = "Patients of one NHS area: surgery, not assistive technology"
technology = ["telehealth_monitoring"]
user_group = ["long_term_condition"]
setting = "hospital"
provenance = "collected"
participants_rule = "Patients who had the operation"
missing = ["9"]
missing_in = {{eq_vas = ["999"]}}

[[measures]]
instrument = "oxford_{joint}"
primary = true

[[measures]]
instrument = "eq5d3l"

[[measures]]
instrument = "eq_vas"
"""


def write_pilot(
    folder: Path, rows: Iterable[Mapping[str, object]], *, toml: str | None = None, provenance: str = "collected",
    more: str = "",
) -> Path:  # fmt: skip
    """A pilot's folder with these survey rows; by default one measure, ons4_happy."""
    folder.mkdir(parents=True, exist_ok=True)
    text = PROTOCOL.format(provenance=provenance, more=more) if toml is None else toml
    (folder / "pilot.toml").write_text(text, encoding="utf-8")
    written = list(rows)
    with (folder / "survey.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(written[0]))
        writer.writeheader()
        writer.writerows(written)
    return folder


def happy_rows(before: Mapping[str, object], after: Mapping[str, object]) -> list[dict[str, object]]:
    """Survey rows of the one-measure pilot from {respondent: answer}, first everybody before, then everybody after."""
    waves = (("before", before), ("after", after))
    return [{"respondent": who, "wave": wave, "ons4_happy": a} for wave, some in waves for who, a in some.items()]


def refused(folder: Path) -> list[str]:
    """Why a pilot is not loaded, a line for each problem."""
    with pytest.raises(DataError) as error:
        load_pilot(folder)
    return [str(problem) for problem in error.value.problems]


def nhs_pilot(shared: Path, area: str, joint: str, folder: Path) -> Path:
    """A pilot's folder made of the NHS records of one area: Oxford score, EQ-5D-3L and EQ VAS before and after."""
    table = pd.read_csv(shared / "nhs-proms-2018-19" / f"{joint}-replacement.csv", dtype=str, na_filter=False)
    mine = table[table["Provider Code"] == area].reset_index(drop=True)
    waves = [
        _nhs_wave(mine, joint, prefix).assign(wave=wave)
        for wave, prefix in (("before", "Pre-Op"), ("after", "Post-Op"))
    ]
    survey = pd.concat(waves)
    survey.insert(0, "respondent", [f"patient {i + 1:03d}" for i in survey.index])
    return write_pilot(folder, survey.to_dict("records"), toml=NHS_PROTOCOL.format(joint=joint))


def _nhs_wave(records: pd.DataFrame, joint: str, prefix: str) -> pd.DataFrame:
    oxford = [f"{joint.title()} Replacement {prefix} Q {item}" for item in OXFORD[joint].split(",")]
    ours = {
        f"oxford_{joint}": oxford,
        "eq5d3l": [f"{prefix} Q {item}" for item in EQ5D],
        "eq_vas": [f"{prefix} Q EQ VAS"],
    }
    parts = [records[theirs].set_axis(list(load_instrument(name).columns), axis=1) for name, theirs in ours.items()]
    return pd.concat(parts, axis=1)


def left_in(private: Path) -> set[str]:
    """The names of what is in a private folder, but for the locks, which stay."""
    return {path.name for path in private.iterdir()} - {LOCKS} if private.exists() else set()


def write_three_waves(folder: Path) -> Path:
    """A collected pilot of twenty-seven people in three waves; three of them did not answer at 3 months."""
    rng = np.random.default_rng(7)
    level = rng.integers(3, 7, 27)
    rows = [
        {"respondent": f"CODE{i:02d}", "wave": wave, "ons4_happy": int(np.clip(level[i] + rng.integers(-2, 4), 0, 10))}
        for wave in ("before", "3 months", "after")
        for i in range(27)
        if wave != "3 months" or i > 2
    ]
    toml = PROTOCOL.format(provenance="collected", more='endpoint = "after"')
    return write_pilot(folder, rows, toml=toml.replace('"after"]\n', '"3 months", "after"]\n'))


def write_two_arms(folder: Path) -> Path:
    """A collected pilot of twenty-four people who had it and twenty-two who waited."""
    rng = np.random.default_rng(11)
    rows = [
        {"respondent": f"CODE{i:02d}", "wave": wave, "arm": "pilot" if i < 24 else "waiting",
         "ons4_happy": int(np.clip(3 + i % 4 + rng.integers(-1, 3) + (wave == "after") * (i < 24), 0, 10))}
        for wave in ("before", "after")
        for i in range(46)
    ]  # fmt: skip
    return write_pilot(folder, rows, more='arms = ["pilot", "waiting"]\nallocation = "waiting_list"')
