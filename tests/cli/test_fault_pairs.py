"""No fault of a pilot's files hides another: any two of a table, planted together, are told in one round."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from builders.folders import HEAD

from atpilots.cli import main
from atpilots.files import Problem

TOML = (
    HEAD
    + """\
waves = ["before", "after"]
arms = ["pilot"]
ignore = ["comments"]
started = 2021-01-11
plan_dated = 2021-01-01
recruited = 14
missing = ["-9"]
missing_in = {ons4_happy = ["99"]}
[notes]
where = "At home"

[[measures]]
instrument = "ons4_happy"
primary = true
worth_acting_on = 1.0

[[measures]]
instrument = "ons4_anxious"
[measures.columns]
ons4_anxious = "worry"
"""
)
HEADER = "respondent,wave,date,mode,ons4_happy,worry,comments"
ROWS = [
    f"GR{number:03d},{wave},{date},self,{5 + number % 3},4,"
    for wave, date in (("before", "2021-02-01"), ("after", "2021-05-01"))
    for number in range(12)
]


@dataclasses.dataclass(frozen=True)
class Fault:
    """In which file, which words of it are replaced by which (none: it is written so), and what is said of it.

    place: of two faults at one place, one is enough; needs: files that must be readable for it to be known.
    """

    told: str
    file: str
    new: str
    old: str = ""
    place: str = ""
    needs: tuple[str, ...] = ()


def _toml(told: str, old: str, new: str, place: str = "", *needs: str) -> Fault:
    return Fault(told, "pilot.toml", new, old, place or old.partition(" ")[0], needs)


def _survey(told: str, old: str, new: str, place: str, *needs: str) -> Fault:
    return Fault(told, "survey.csv", new, old, place, needs)


OWN = "instruments/ons4_anxious.toml"
# fmt: off
FAULTS = [
    _toml("council: is not a known key", "borough", "council"),
    _toml("colour: is not a known key", "title", 'colour = "blue"\ntitle', "colour"),
    _toml("technology: is not a known word", '"voice_assistant"', '"iPad"'),
    _toml("setting: is not text", 'setting = "own_home"', "setting = 3"),
    _toml("provenance: is not allowed", '"collected"', '"real"'),
    _toml("waves: before is named twice", '"before", "after"]', '"before", "before", "after"]', "waves"),
    _toml("arms: pilot is named twice", 'arms = ["pilot"]', 'arms = ["pilot", "pilot"]'),
    _toml("names a column that is needed: worry", '"comments"]', '"comments", "worry"]', "ignore",
        "survey.csv", OWN),
    _toml("ignore: is not a list", 'ignore = ["comments"]', "ignore = 7", "ignore"),
    _toml("started: is not a date", "2021-01-11", '"11.1.21"'),
    _toml("plan_dated: is later than", "plan_dated = 2021-01-01", "plan_dated = 2021-06-01", "", "survey.csv"),
    _toml("recruited: is smaller", "recruited = 14", "recruited = 4", "recruited", "survey.csv"),
    _toml("recruited: is not a whole number", "recruited = 14", 'recruited = "x"', "recruited"),
    _toml("missing: ", '["-9"]', '["5"]', "missing", OWN),
    _toml("missing_in.ons4_hapy: is neither", '{ons4_happy = ["99"]}', '{ons4_hapy = ["99"]}', "missing_in", OWN),
    _toml("notes.where: ", "At home", "Resident 3 died in May"),
    _toml("measures.primary: exactly one measure is primary",
        '"ons4_anxious"', '"ons4_anxious"\nprimary = true', "primary"),
    _toml("here 0 are", "primary = true\n", "", "primary"),
    _toml("ons4_hapy", '"ons4_happy"', '"ons4_hapy"', "first"),
    _toml("is not an item of ons4_anxious", 'ons4_anxious = "worry"', 'ons4_anxios = "worry"', "columns", OWN),
    _toml("worth_acting_on: is not above 0", "worth_acting_on = 1.0", "worth_acting_on = -1", "worth"),
    _toml("worth_acting_on: is more than", "worth_acting_on = 1.0", "worth_acting_on = 90", "worth"),
    _toml("measures.1.colour: is not a known key", "worth_acting_on",
        'colour = "red"\nworth_acting_on', "1.colour"),
    _survey("column mood: is not a column", "comments\n", "comments,mood\n", "header", "pilot.toml"),
    _survey("column mode: is not allowed", "GR003,before,2021-02-01,self", "GR003,before,2021-02-01,fax", "3"),
    _survey("column wave: is not allowed", "GR004,after", "GR004,then", "4"),
    _survey("column date: is not allowed", "GR005,before,2021-02-01", "GR005,before,3/2/21", "5"),
    _survey("column ons4_happy: is not allowed", "self,6,4,\nGR008,before", "self,77,4,\nGR008,before", "7",
        "pilot.toml"),
    _survey("column worry: is not allowed", "self,6,4,\nGR011,before", "self,6,often,\nGR011,before", "10",
        "pilot.toml", OWN),
    _survey("stands twice for the same", "GR006,after", "GR006,before", "6"),
    _survey("column respondent: is blank", "GR001,after", ",after", "1"),
    _survey("is earlier than the same respondent's", "GR002,after,2021-05-01", "GR002,after,2020-05-01", "2"),
    _survey("has 8 cells where the header has 7", "GR009,after,2021-05-01,self,5,4,",
        "GR009,after,2021-05-01,self,5,4,,x",
            "header"),
    _survey("have the same header", "comments\n", "comments,mode\n", "header"),
    _survey("column Date: is not a column", ",date,", ",Date,", "header"),
    Fault("survey.csv, row 1: is separated by semicolons", "survey.csv",
        "\n".join([HEADER, *ROWS]).replace(",", ";")),
    Fault("pilot.toml, row 1: is not valid TOML", "pilot.toml", "title = \n"),
    Fault("ons4_anxious.toml: has the name of a shipped", OWN, "label = 3\n", needs=("pilot.toml",)),
    Fault("notes.pdf: is a link to a place outside", "notes.pdf", "/etc/hostname", place="link"),
    Fault("withdrawn.csv, row 2, column date: is not a date", "withdrawn.csv",
        "respondent,date\nGR001,25/1/2021\n"),
    Fault("names.txt, row 1: is no name", "names.txt", "Moor, Ethel\n"),
    Fault("quotes.csv, row 1", "quotes.csv", "respondent,quote\n"),
    Fault("map.toml, respondant: is not a known key", "map.toml", 'respondant = "x"\n'),
    Fault("withdrawal.csv: is not read", "withdrawal.csv", "respondent,date\n"),
    Fault("pilot folder: has a name", "", ""),
]
# fmt: on


def _said(root: Path, faults: Sequence[Fault], capsys: pytest.CaptureFixture[str]) -> str:
    """What `check` says of a pilot with these faults, a line for each cell."""
    texts = {"pilot.toml": TOML, "survey.csv": "\n".join([HEADER, *ROWS, ""])}
    for fault in faults:
        if fault.old:
            assert fault.old in texts[fault.file], fault
            texts[fault.file] = texts[fault.file].replace(fault.old, fault.new, 1)
        elif fault.file:
            texts[fault.file] = fault.new
    folder = root / ("pilot-a" if all(fault.file for fault in faults) else "Bad Name")
    (folder / "instruments").mkdir(parents=True)
    for name, text in texts.items():
        if name == "notes.pdf":
            (folder / name).symlink_to(text)
        else:
            (folder / name).write_text(text, encoding="utf-8")
    assert main(["check", str(folder), "--format", "json"]) == (1 if faults else 0)
    (cells,) = json.loads(capsys.readouterr().out).values()
    return "\n".join(str(Problem(**cell)) for cell in cells if not {"note", "warning"} & cell.keys())


def _apart(faults: Sequence[Fault]) -> bool:
    """Whether faults can be told together: none spoils a file that another one is in or needs."""
    places = [(fault.file, fault.place) for fault in faults]
    whole = {fault.file for fault in faults if not fault.old}
    needed = {file for fault in faults for file in (*fault.needs, *([fault.file] if fault.old else []))}
    return len({*places}) == len(faults) and whole.isdisjoint(needed)


def test_each_fault_is_told_and_many_together_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(tmp_path / "none", [], capsys) == ""
    many: list[Fault] = []
    for fault in FAULTS:
        many += [fault] if _apart([*many, fault]) else []
    said = _said(tmp_path / "many", many, capsys)
    assert [fault.told for fault in many if fault.told not in said] == []
    assert len(many) > 25


@pytest.mark.slow
@pytest.mark.parametrize("first", FAULTS, ids=lambda fault: fault.told)
def test_no_fault_hides_another(first: Fault, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hidden = []
    for number, second in enumerate(FAULTS[FAULTS.index(first) + 1 :]):
        if _apart([first, second]):
            said = _said(tmp_path / str(number), [first, second], capsys)
            hidden += [
                (one.told, other.told) for one, other in ((first, second), (second, first)) if one.told not in said
            ]
    assert hidden == []
