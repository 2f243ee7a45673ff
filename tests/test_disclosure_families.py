"""What is withheld may not be had by subtraction: from a total and its parts, or from the recruited of several arms."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import happy_rows, write_pilot

from atpilots.disclosure import TOO_TELLING, Audience, ReleasedResults, protect
from atpilots.estimators import estimate
from atpilots.pilots import load_pilot

SCALE = 'label = "{label}"\nitems = {items}\nlevels = [0, 6]\nscoring = "sum"\nbetter = "higher"\n{more}'
TOML = """\
title = "A test pilot"
borough = "Borough of Tests"
technology = ["voice_assistant"]
user_group = ["older_people"]
setting = "own_home"
provenance = "collected"
{measures}"""


def released(folder: Path) -> ReleasedResults:
    pilot = load_pilot(folder)
    return protect(pilot, estimate(pilot), Audience.PUBLIC)


def family(
    folder: Path, primary: str, second_part: list[int], raters: tuple[str, ...] = ("resident",)
) -> ReleasedResults:
    """Total = first + second; everybody's second part is as given, before and after."""
    names = ("total", "first", "second", "other")
    parts = [f'[[measures]]\ninstrument = "{name}"\nprimary = {str(name == primary).lower()}\n' for name in names]
    rows = [
        {"respondent": f"R{i:02d}", "wave": wave, "rater": rater, "total_a": (i * 5 + wave_number * (1 + i % 3)) % 6,
         "total_b": (i * 2 + wave_number) % 5, "total_c": second_part[i % len(second_part)],
         "other_x": (i + wave_number) % 5, "other_y": (i * 3 + wave_number) % 6}
        for rater in raters for i in range(24) for wave_number, wave in enumerate(("before", "after"))
    ]  # fmt: skip
    write_pilot(folder, rows, toml=TOML.format(measures="".join(parts)))
    (folder / "instruments").mkdir()
    of = 'items_of = "total"\n'
    for name, items, more in (("total", "abc", ""), ("first", "ab", of), ("second", "c", of), ("other", "xy", "")):
        text = SCALE.format(label=name.title(), items=list(items), more=more)
        (folder / "instruments" / f"{name}.toml").write_text(text)
    return released(folder)


def test_raters_are_families_apart(tmp_path: Path) -> None:
    results = family(tmp_path / "family", "total", [0], raters=("resident", "support_worker"))
    told = [(m.name, m.rater) for m in results.told if m.name in {"total", "first", "second"}]
    assert told == [("total", "resident"), ("total", "support_worker")]


@pytest.mark.parametrize(("primary", "told"), [("total", "total"), ("first", "first"), ("other", "total")])
def test_of_a_family_with_a_withheld_part_one_measure_only_is_told(tmp_path: Path, primary: str, told: str) -> None:
    measures = {m.name: m for m in family(tmp_path / "family", primary, [0]).measures}
    assert measures["second"].withheld == TOO_TELLING
    assert {name for name in ("total", "first", "second") if not measures[name].withheld} == {told}
    hidden = measures["first" if told == "total" else "total"]
    assert (hidden.before, hidden.after, hidden.change, hidden.verdict, hidden.n.shown) == (
        None,
        None,
        None,
        None,
        None,
    )
    assert not measures["other"].withheld


def test_the_recruited_of_several_arms_are_not_set_against_one_arm(tmp_path: Path) -> None:
    people = {f"R{i:02d}": i % 9 for i in range(60)}
    rows = [row | {"arm": "pilot" if int(str(row["respondent"])[1:]) < 30 else "waiting"} for row in
            happy_rows(people, {who: (answer * 3 + 1) % 10 for who, answer in people.items()})]  # fmt: skip
    folder = write_pilot(tmp_path / "arms", rows, more='recruited = 61\narms = ["pilot", "waiting"]')
    told = released(folder)
    assert told.recruited is None
    assert told.answered_twice.shown == 30


def test_there_is_one_reason_whatever_was_found(tmp_path: Path) -> None:
    alike = happy_rows({f"R{i:02d}": i % 8 for i in range(20)}, {f"R{i:02d}": i % 8 + 2 for i in range(20)})
    top = happy_rows({f"R{i:02d}": 10 for i in range(20)}, {f"R{i:02d}": 10 - i % 3 for i in range(20)})
    reasons = {
        released(write_pilot(tmp_path / name, rows)).measures[0].withheld
        for name, rows in (("alike", alike), ("top", top))
    }
    assert reasons == {TOO_TELLING}
    assert "every" not in TOO_TELLING
