"""`atpilots list` reads ordinary pilots without pandas; what it tells of them is what the package tells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from folders import happy_rows, write_pilot

from atpilots.listing import NO_ITEMS, RESIDENT, at_a_glance
from atpilots.pilots import Pilot, load_pilot
from atpilots.places import BUNDLED
from atpilots.protocol import MEANT, RATERS

PLANS = ("", 'missing = ["-9"]\nignore = ["remark"]', 'waves = ["before", "after", "later"]', 'arms = ["device"]')


def a_pilot(folder: Path, plan: str) -> Path:
    """A pilot's folder with a line more in its plan, or that line instead of its own waves."""
    write_pilot(folder, happy_rows({"A": 1}, {"A": 2}))
    path = folder / "pilot.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not (plan.startswith("waves") and line.startswith("waves"))]
    path.write_text("\n".join([plan, *kept]), encoding="utf-8")
    return folder


def told_by(pilot: Pilot) -> tuple[object, ...]:
    flow = pilot.flow.loc[("resident", "survey")]
    return pilot.protocol.provenance, pilot.protocol.waves, *(flow[["both", "before_only", "after_only"]].tolist())


def told_at_a_glance(folder: Path) -> tuple[object, ...] | None:
    found = at_a_glance(folder)
    return found and (found.provenance, found.waves, found.both, found.before_only, found.after_only)


def survey(rng: np.random.Generator, plan: str) -> str:
    """A sound survey as spreadsheets write them: raters, blanks, missing codes, blank rows, short rows, a BOM."""
    header = ["respondent", "wave", "rater", "ons4_happy", *["remark"] * ("ignore" in plan)]
    lines = []
    for person in range(rng.integers(1, 13)):
        for wave in ["before", "after", *["later"] * ("later" in plan)]:
            for rater in ("", "resident", "support_worker")[rng.integers(2) :: 2]:
                answer = str(rng.choice(["", "7", " 3 ", *["-9"] * ("missing" in plan)])) * (rater != "support_worker")
                lines.append([f" P{person}", wave, rater, answer, *["well"] * ("ignore" in plan)])
                lines[-1] = lines[-1] if answer or "ignore" in plan or rng.random() < 0.5 else lines[-1][:3]
    kept = [line for line in lines if rng.random() < 0.8] or lines[:1]
    rng.shuffle(kept)
    blank = [",".join(header), *[","] * rng.integers(2)]
    end = str(rng.choice(["\n", "\r\n"]))
    return str(rng.choice(["", "\ufeff"])) + end.join([*blank, *(",".join(line) for line in kept), ""])


@pytest.mark.parametrize("plan", PLANS)
def test_what_is_told_at_a_glance_is_what_is_loaded(tmp_path: Path, plan: str) -> None:
    rng, told = np.random.default_rng(len(plan)), set()
    for number in range(30):
        folder = a_pilot(tmp_path / f"pilot-{number}", plan)
        (folder / "survey.csv").write_bytes(survey(rng, plan).encode())
        glance = told_at_a_glance(folder)
        assert glance == told_by(load_pilot(folder))
        told.add(glance)
    assert len(told) > 10


@pytest.mark.parametrize("name", ["greenwich", "hackney"])
def test_the_bundled_pilots_are_told_at_a_glance(name: str) -> None:
    assert told_at_a_glance(BUNDLED / name) == told_by(load_pilot(name))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("P1,before,4\nP1,before,5\n", ""),  # the same person twice
        ("P1,first,4\n", ""),
        (",before,4\n", ""),
        ("P1,before,4,4\n", ""),
        ("P  1,before,4\n", ""),
        ("Ｐ1,before,4\n", ""),
        ('"P1",before,4\n', ""),
        ("P1,before,4\n", 'arms = ["one", "two"]'),
        ("P1,before,4\n", "missing_in = { ons4_happy = [9] }"),
        ("P1,before,4\n", "waves = 3"),
        ("P1,before,4\n", "waves = ["),
        ("P1,before," + "4" * 200_000 + "\n", ""),
    ],
)
def test_any_other_pilot_is_loaded(tmp_path: Path, text: str, more: str) -> None:
    folder = a_pilot(tmp_path / "pilot", "")
    (folder / "survey.csv").write_text("respondent,wave,ons4_happy\nP0,before,1\n", encoding="utf-8")
    assert told_at_a_glance(folder) == ("collected", ("before", "after"), 0, 1, 0)
    folder = a_pilot(tmp_path / "pilot", more)
    (folder / "survey.csv").write_text("respondent,wave,ons4_happy\nP0,before,1\n" + text, encoding="utf-8")
    assert at_a_glance(folder) is None


def test_where_somebody_withdrew_the_pilot_is_loaded(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path / "pilot", "")
    (folder / "withdrawn.csv").write_text("respondent,date\n", encoding="utf-8")
    assert at_a_glance(folder) is None


def test_the_words_are_those_of_the_protocol() -> None:
    assert set(MEANT) == NO_ITEMS
    assert RATERS[0] == RESIDENT


def test_neither_list_nor_help_waits_for_pandas() -> None:
    code = "import sys; from atpilots.cli import main; main(['list']); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
