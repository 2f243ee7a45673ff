"""Questions of substance: each is asked of a pilot that has the fault, with counts, and of no honest one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from builders.bundled import BUNDLED_PILOTS
from builders.folders import PROTOCOL, happy_rows, nhs_pilot, write_pilot

from atpilots.cli import main
from atpilots.instruments import load_instrument
from atpilots.pilots import load_pilot, plausibility_warnings, protocol_text

TODAY = datetime.date(2026, 11, 1)
MEASURES = ("swemwbs", "djg6", "oxford_knee")
Rows = list[dict[str, object]]


def _rows(people: int = 40) -> Rows:
    """Correlated answers of each measure, in the direction of each item; dates twelve weeks apart."""
    draw = np.random.default_rng(7)
    rows: Rows = []
    for number in range(people):
        person = draw.normal()
        for wave, day in (("before", 5), ("after", 89)):
            date = datetime.date(2026, 1, 1) + datetime.timedelta(days=day + number % 20)
            row: dict[str, object] = {"respondent": f"Q{number:02d}x", "wave": wave, "date": date.isoformat()}
            for name in MEASURES:
                instrument = load_instrument(name)
                for item in instrument.columns:
                    good = 0.55 + 0.22 * (0.8 * person + 0.6 * draw.normal())
                    turned = instrument.name == "djg6" and item not in {"djg6_item4", "djg6_item7", "djg6_item8"}
                    part = min(max(1 - good if turned else good, 0), 1)
                    row[item] = round(instrument.lowest + part * (instrument.highest - instrument.lowest))
            rows.append(row)
    return rows


def test_words_of_the_template_that_nobody_replaced_are_told(tmp_path: Path) -> None:
    toml = PROTOCOL.format(provenance="collected", more="").replace("A test pilot", "Name of the pilot")
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"A1x": 5}, {"A1x": 6}), toml=toml)
    assert [str(problem) for problem in plausibility_warnings(load_pilot(folder))] == [
        'pilot.toml, title: is not filled in, and stands on the page as it is: "Name of the pilot"'
    ]


def test_examples_of_the_template_that_nobody_confirmed_are_told(tmp_path: Path) -> None:
    """They may be right: then the note behind them goes. Where it stays behind other words, that is no fault."""
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"A1x": 5}, {"A1x": 6}), toml=protocol_text(("a", "b"), ()))
    toml = folder / "pilot.toml"
    text = toml.read_text(encoding="utf-8").replace('["a", "b"]', '["before", "after"]')
    text += '\n[[measures]]\ninstrument = "ons4_happy"\nprimary = true\n'

    def told(text: str) -> list[str]:
        toml.write_text(text, encoding="utf-8")
        found = [str(problem) for problem in plausibility_warnings(load_pilot(folder))]
        return [line for line in found if line.partition(": ")[2].startswith("is the template's example")]

    assert told(text) == [
        f"pilot.toml, {key}: is the template's example (write yours, or take this note away where it is right)"
        for key in ("technology", "user_group", "setting")
    ]
    text = text.replace('["voice_assistant"]', '["wearable"]').replace(
        '"own_home"                # an example', '"own_home"  # so'
    )
    assert [line.partition(":")[0] for line in told(text)] == ["pilot.toml, user_group"]


def _warnings(folder: Path, change: Callable[[Rows], object] | None = None, more: str = "") -> list[str]:
    rows = _rows()
    if change is not None:
        change(rows)
    blocks = "".join(f'[[measures]]\ninstrument = "{name}"\n' for name in MEASURES)
    toml = PROTOCOL.format(provenance="collected", more=more).partition("[[measures]]")[0] + blocks
    toml = toml.replace('"swemwbs"\n', '"swemwbs"\nprimary = true\n')
    told = [str(warning) for warning in plausibility_warnings(load_pilot(write_pilot(folder, rows, toml=toml)), TODAY)]
    assert not [row["respondent"] for row in rows if any(str(row["respondent"]) in line for line in told)]
    return told


def _each(change: Callable[[dict[str, object]], Mapping[str, object]]) -> Callable[[Rows], None]:
    return lambda rows: [row.update(change(row)) for row in rows] and None


def test_honest_pilots_have_none(tmp_path: Path) -> None:
    assert _warnings(tmp_path / "honest") == []
    assert [plausibility_warnings(load_pilot(name)) for name in BUNDLED_PILOTS] == [[]] * len(BUNDLED_PILOTS)


@pytest.mark.parametrize(("area", "joint"), [("08A", "hip"), ("07T", "knee")])
def test_real_records_have_none(shared_data: Path, tmp_path: Path, area: str, joint: str) -> None:
    assert plausibility_warnings(load_pilot(nhs_pilot(shared_data, area, joint, tmp_path / "nhs"))) == []


def test_an_item_that_was_turned_already_is_named(tmp_path: Path) -> None:
    (told,) = _warnings(
        tmp_path / "turned", _each(lambda row: {"swemwbs_relaxed": 6 - int(str(row["swemwbs_relaxed"]))})
    )
    assert told.startswith("survey.csv, swemwbs_relaxed: goes down where the other items of swemwbs go up (corr")
    assert "40 people at before" in told


def test_a_scale_numbered_from_another_level_is_told(tmp_path: Path) -> None:
    columns = load_instrument("oxford_knee").columns
    # Answers of people who are mostly badly off, numbered from 1.
    told = _warnings(tmp_path / "shifted", _each(lambda row: {c: max(1, int(str(row[c]))) for c in columns[:-1]}))
    assert told == []  # one item tells that 0 was to be had
    told = _warnings(tmp_path / "all", _each(lambda row: {c: max(1, int(str(row[c])) - 1) for c in columns}))
    assert any(line.startswith("survey.csv: oxford_knee: none of 960 answers is 0, and ") for line in told)


def test_straight_lines_over_both_directions_are_counted(tmp_path: Path) -> None:
    columns = load_instrument("djg6").columns
    (told,) = _warnings(tmp_path / "lines", lambda rows: [row.update(dict.fromkeys(columns, 3)) for row in rows[:20]])
    assert told.startswith("survey.csv: djg6: 20 of 80 questionnaires have the same answer to all 6 items")


def test_two_people_with_the_same_answers_are_counted(tmp_path: Path) -> None:
    keys = {"respondent", "wave", "date"}

    def paste(rows: Rows) -> None:
        rows[2].update({name: value for name, value in rows[0].items() if name not in keys})

    (told,) = _warnings(tmp_path / "pasted", paste)
    assert told.startswith("survey.csv: 2 respondents of before share all their 25 answers")


def test_dates_to_come_and_dates_of_years_ago_are_counted(tmp_path: Path) -> None:
    def spoil(rows: Rows) -> None:
        rows[1]["date"], rows[2]["date"] = "2029-01-09", "2016-01-09"

    told = _warnings(tmp_path / "days", spoil, more="started = 2026-01-01")
    assert told == [
        "survey.csv, date: 1 of 80 are in the future",
        "survey.csv, date: 1 of 80 are more than a year before the pilot started (2026-01-01)",
    ]


def test_waves_that_changed_places_are_told(tmp_path: Path) -> None:
    def swap(rows: Rows) -> None:
        for number, row in enumerate(rows):
            row["date"] = "" if number < 40 else row["date"]
            row["respondent"] = f"{row['respondent']}{number}"  # nobody twice: else each pair of dates is refused
            row["wave"] = {"before": "after", "after": "before"}[str(row["wave"])]

    (told,) = _warnings(tmp_path / "swapped", swap)
    assert told == "survey.csv, date: most of after are earlier than most of before; have the waves changed places?"


def test_check_tells_warnings_and_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _warnings(tmp_path / "future", lambda rows: rows[1].update(date="2099-01-09"))
    assert main(["check", str(tmp_path / "future")]) == 0
    assert "  warning: survey.csv, date: 1 of 80 are in the future\n" in capsys.readouterr().out
