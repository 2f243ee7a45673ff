"""What a command says of faulty files: all in one round, a line a cause, the place and the word, nobody's code."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from builders.folders import PROTOCOL, happy_rows, refused, write_pilot
from simulations.mutations import run

from atpilots.cli import main
from atpilots.files import Problem, causes, typed_days
from atpilots.files.problems import DataError
from atpilots.files.tables import read_table
from atpilots.workers import cluster, refuse_dead_scheduler

TEN = "allowed: whole numbers 0 to 10, blank, or declared missing"

WORDS = (("flat", None), ("at home", "own_home"))
PEOPLE = {f"GR{number:03d}": 5 for number in range(12)}


def test_faults_of_one_cause_are_one_line_with_how_often_and_where_first() -> None:
    cells = [
        Problem("s.csv", "is not allowed", row, column, value, "1 to 5")
        for row, value in ((4, "Rarely"), (5, "Rarely"), (9, "Often"))
        for column in ("a", "b", "c", "d")
    ]
    assert causes(cells) == [
        's.csv, 4 columns, 12 cells, first in row 4, column a: is not allowed: "Rarely" (8 times), '
        '"Often" (row 9, 4 times); allowed: 1 to 5'
    ]
    keys = [Problem("p.toml", "is not a known key", column=f"x{i}") for i in range(3000)]
    assert causes(keys) == ["p.toml, 3,000 keys, the first x0: is not a known key"]
    assert len(causes(keys[:3])) == 3
    words = [Problem("p.toml", "is no word", column="setting", value=word, meant=meant) for word, meant in WORDS]
    assert causes(words) == ['p.toml, setting: is no word: "flat", "at home" (did you mean "own_home"?)']
    assert len(causes([Problem("p.toml", f'"Resident {i}" is a person', column="notes.why") for i in (3, 4)])) == 2
    assert causes([Problem("s.csv", f"stands twice: rows {i} and {i + 9}", row=i) for i in (2, 3)]) == [
        "s.csv, 2 rows, first in row 2: stands twice: rows 2 and 11"
    ]


def test_all_files_are_told_in_one_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toml = (
        PROTOCOL.format(provenance="real", more='started = "25/01/2021"\n')
        .replace("borough", "council")
        .replace("voice_assistant", "lessons on an iPad")
    )
    rows = [row | {"wave": {"before": "pre", "after": "after"}[str(row["wave"])]} for row in happy_rows(PEOPLE, PEOPLE)]
    folder = write_pilot(tmp_path / "one", rows, toml=toml.replace('"own_home"', "3"))
    for name, text in {
        "withdrawn.csv": "respondent,date\nGR001,25/01/2021\nGR777,2021-01-01\n", "names.txt": "Moor, Ethel\n",
        "quotes.csv": "respondent,quote\n", "map.toml": 'respondant = "x"\n',
    }.items():  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    for told in (
        'council: is not a known key (did you mean "borough"?): "Borough of Tests"',
        'started: is not a date as YYYY-MM-DD, without quotation marks (did you mean "2021-01-25"?): "25/01/2021"',
        'technology: is not a known word (did you mean "tablet_video_calling"?): "lessons on an iPad"; allowed: ',
        'setting: is not text: "3"',
        'provenance: is not allowed (did you mean "collected"?): "real"; allowed: synthetic, collected',
        'survey.csv, column wave, 12 cells, first in row 2: is not allowed: "pre" (did you mean "before"?); allowed: ',
        'withdrawn.csv, row 2, column date: is not a date (did you mean "2021-01-25"?): "25/01/2021"',
        "withdrawn.csv, row 3, column respondent: is nobody in survey.csv",
        "names.txt, row 1: is no name as it is said",
        "quotes.csv, row 1, columns tone, ",
        'map.toml, respondant: is not a known key (did you mean "respondent"?)',
    ):
        assert told in said
    assert "borough: is required" not in said
    assert "GR777" not in said
    assert main(["check", str(folder), "--format", "json"]) == 1
    cells = json.loads(capsys.readouterr().out)[str(folder)]
    assert sum(cell["column"] == "wave" for cell in cells) == 12
    (started,) = (cell for cell in cells if cell["column"] == "started")
    assert (started["value"], started["meant"]) == ("25/01/2021", "2021-01-25")


def test_a_plan_that_is_no_toml_lets_the_survey_be_checked(tmp_path: Path) -> None:
    rows = [row | {"mode": "fax"} for row in happy_rows(PEOPLE, PEOPLE)]
    found = refused(write_pilot(tmp_path / "one", rows, toml="title = \n"))
    assert found[0].startswith("pilot.toml, row 1: is not valid TOML: a text stands in quotation marks")
    assert 'survey.csv, row 2, column mode: is not allowed: "fax"; allowed: self, assisted, phone, proxy' in found
    assert not any("ons4_happy" in line for line in found)


@pytest.mark.parametrize("value", ["[[1], [2]]", "[[]]", "[{}]", "[{e = 1}]", '[["e"]]', "[1, {o = 2}]"])
@pytest.mark.parametrize("key", ["technology", "user_group", "waves", "measures"])
def test_lists_of_another_kind_are_told(tmp_path: Path, key: str, value: str) -> None:
    kept = [line for line in PROTOCOL.format(provenance="collected", more="").splitlines() if not line.startswith(key)]
    toml = "\n".join([f"{key} = {value}", *(kept if key != "measures" else kept[:-3])]) + "\n"
    assert f"pilot.toml, {key}" in "\n".join(
        refused(write_pilot(tmp_path / "one", happy_rows(PEOPLE, PEOPLE), toml=toml))
    )


def test_a_column_that_the_plan_names_is_told_and_a_code_is_not(tmp_path: Path) -> None:
    toml = f'{PROTOCOL.format(provenance="collected", more="")}columns = {{ons4_happy = "Q1"}}\n'
    rows = [
        {"respondent": f"Q{i}", "wave": wave, "Q1": "11", "Q2": ""} for i in range(2, 9) for wave in ("before", "after")
    ]
    found = refused(write_pilot(tmp_path / "one", rows, toml=toml))
    assert found[-1] == f'survey.csv, row 15, column Q1: is not allowed: "11"; {TEN}'
    assert found[0].startswith("survey.csv, row 1, column a respondent's code: is not a column of any measure")
    people = [row | {"respondent": f"P{row['respondent'][1:]}"} for row in rows]
    assert refused(write_pilot(tmp_path / "two", people, toml=toml))[0].startswith(
        "survey.csv, row 1, column Q2: is not a"
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["11/01/2021", "25/01/2021"], {"11/01/2021": "2021-01-11", "25/01/2021": "2021-01-25"}),
        (["11/01/2021", "01/25/2021"], {"11/01/2021": "2021-11-01", "01/25/2021": "2021-01-25"}),
        (["11/01/2021"], {}), (["03/03/21"], {"03/03/21": "2021-03-03"}), (["31/02/2021"], {}),
        (["44207"], {"44207": "2021-01-11"}),
        (["Mon 3rd May 2021", "x"], {"Mon 3rd May 2021": "2021-05-03"}),
        (["2021-01-11 10:30"], {"2021-01-11 10:30": "2021-01-11"}),
    ],
)  # fmt: skip
def test_a_day_typed_in_another_way_is_known_where_it_is_sure(typed: list[str], meant: dict[str, str]) -> None:
    assert typed_days(typed) == meant


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a;b\n1,5;2\n", "row 1: is separated by semicolons, not commas"),
        (b"a\tb\n1\t2\n", "row 1: is separated by tabs"),
        (b'a,b\n1,2,3\n4,"5\n6,7\n', "row 2: has 3 cells where the header has 2"),
        (b"a,b\n1,caf\xc3", "ends within a character: it was cut off; copy the whole file again"),
        (b"a,b\n1,\xe9\n", "is not UTF-8 text"), (b"PK\x03\x04\xff\xff", "is a workbook, not CSV"),
        (b"a,b\n1," + b"x" * 2_000_000 + b"\n", "row 2: is a line of more than 300,000 characters"),
        (b'a,b\n1,"' + b"x\n" * 20_000 + b'"\n', "row 2: has a cell of more than 20,000 characters"),
        (b",".join([b"x"] * 3000) + b"\n1\n", "row 1: has 3,000 columns, at most 1,000 are read"),
        (b"Wellbeing 2026,,\ncode,wave,happy\nA1,before,3\n", "row 1: is a title; delete it"),
        (b"Code,How often?,,\n,left out,alone,asleep\nA,Often,Often,Never\n", "row 1: has two header rows"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_told_in_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(DataError) as error:
        read_table(tmp_path / "t.csv")
    (problem,) = error.value.problems
    assert told in str(problem)


def test_further_header_rows_are_told_and_hide_nothing_below(tmp_path: Path) -> None:
    rows = happy_rows({**PEOPLE, "GR500": 99}, PEOPLE)
    wording = [{"respondent": "Your code", "wave": "When?", "ons4_happy": "How happy did you feel?"}]
    assert refused(write_pilot(tmp_path / "one", [*wording, *rows])) == [
        "survey.csv, row 2: is a further header row, not an answer; delete it, so that one row of column names is left",
        f'survey.csv, row 15, column ons4_happy: is not allowed: "99"; {TEN}',
    ]
    folder = write_pilot(tmp_path / "two", rows)
    text = (folder / "survey.csv").read_text(encoding="utf-8")
    (folder / "survey.csv").write_text(f"Your code,When?,How happy?\n{text}", encoding="utf-8")
    first, second = refused(folder)
    assert first.endswith("in its first row; row 2 does: delete what stands above it")
    assert second.startswith("survey.csv, row 15, column ons4_happy")


def test_nothing_that_a_terminal_would_obey_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row | {"\x1b[31mred": "x"} for row in happy_rows(PEOPLE, PEOPLE)]
    main(["check", str(write_pilot(tmp_path / "one", rows)), "\x1b[2Jx"])
    said = capsys.readouterr().out
    assert "column \\u001b[31mred: is not a column" in said
    assert "\x1b" not in said
    export = tmp_path / "b\x1b[31m.csv"
    export.write_text("Code,Happy\nA1,3\n", encoding="utf-8")
    mapping = 'respondent = "Code"\nwave = "w"\n[items]\nons4_happy = "Hapy"\n'
    (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
    main(["import", str(export), "--map", str(tmp_path / "m.toml"), "-o", str(tmp_path / "s.csv")])
    main(["import", str(export), "--draft", "--map", str(tmp_path / "d.toml")])
    main(["init", str(tmp_path / "w\x1b[2J")])
    out, err = capsys.readouterr()
    assert "b\\u001b[31m.csv: 1 rows (" in out
    assert "w\\u001b[2J" in out
    assert 'ons4_happy: no column has the header (did you mean "Happy"?): "Hapy"' in err
    assert "\x1b" not in out + err


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_stream_of_another_encoding_shows_what_it_cannot_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    folder = write_pilot(tmp_path / "one", happy_rows(PEOPLE, {**PEOPLE, "GR000": "\u2713"}))
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["check", str(folder)]) == 1
    stream.seek(0)
    assert 'is not allowed: "\\u2713"' in stream.read()


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
def test_a_full_disk_under_the_output_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["cases", "zebra"]) == 1
        assert capsys.readouterr().err == "the computer refused: No space left on device\n"
    monkeypatch.undo()
    assert main(["estimates", "greenwich", "-o", "/dev/full"]) == 1
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1", "tcp://x y:1", "http://127.0.0.1:8786", ""])
def test_a_scheduler_that_is_none_is_told_in_one_line(address: str) -> None:
    with pytest.raises(ValueError, match=r"--scheduler: .*(is no address|no Dask scheduler answers)"):
        refuse_dead_scheduler(address)


def test_something_that_listens_and_says_nothing_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(ValueError, match="no Dask scheduler answers"):
        refuse_dead_scheduler("{}:{}".format(*mute.getsockname()))


def test_ctrl_c_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("atpilots.ingest.import_command", stopped)
    assert main(["import", "x.csv", "--map", "m.toml", "-o", str(tmp_path / "s.csv")]) == 1
    assert capsys.readouterr().err == "stopped; nothing was written\n"
    monkeypatch.setattr("atpilots.publish.two_people", stopped)
    assert main(["release", "greenwich"]) == 1  # its line may be in the ledger already
    assert capsys.readouterr().err == "stopped; whether the release is recorded already is told by: atpilots list\n"


def test_streams_that_were_closed_lead_nowhere(tmp_path: Path) -> None:
    code = "import os; [os.close(n) for n in range(3)]; import runpy; runpy.run_module('atpilots')"
    command = [sys.executable, "-c", code, "check", str(write_pilot(tmp_path / "one", happy_rows(PEOPLE, PEOPLE)))]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('title = "x\n', "a quotation mark is not closed"), ("title = “x”\n", "quotation marks are straight"),
        ('title = "C:\\Users"\n', "a backslash in a text is written twice"), ("title = x\n", "quotation marks"),
        ("title = 'x'\ntitle = 'y'\n", "stands above already"), ("waves = ['a'\n", "a bracket is not closed"),
        ("started = 2021-02-31\n", "there is no such day"), ("title: x\n", 'a line is key = "value"'),
        ('title = "a "b" c"\n', "a quotation mark within a text"), ('title = "\x01"\n', "cannot be seen"),
    ],
)  # fmt: skip
def test_what_keeps_a_file_from_being_toml_is_said_in_our_words(tmp_path: Path, text: str, told: str) -> None:
    (found, *_) = refused(write_pilot(tmp_path / "one", happy_rows(PEOPLE, PEOPLE), toml=text))
    assert found.partition("is not valid TOML: ")[0] in {"pilot.toml: ", *(f"pilot.toml, row {n}: " for n in (1, 2))}
    assert told in found


def test_a_table_of_estimates_takes_the_place_of_no_other_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (mine := tmp_path / "survey.csv").write_text("respondent,wave\n", encoding="utf-8")
    assert main(["estimates", "greenwich", "-o", str(mine)]) == 1
    assert "survey.csv: is already there, and no table of estimates; give another name" in capsys.readouterr().err
    assert mine.read_text(encoding="utf-8") == "respondent,wave\n"
    for _ in "ab":
        assert main(["estimates", "greenwich", "-o", str(tmp_path / "e.csv")]) == 0
    assert main(["estimates", "greenwich", "-o", "."]) == 1
    assert ".: is a folder" in capsys.readouterr().err


@pytest.mark.parametrize("runs", [3, pytest.param(200, marks=pytest.mark.slow)])
def test_whatever_is_damaged_is_told_without_a_traceback_or_a_code(runs: int) -> None:
    assert run(runs, seed=7) == []
    assert "simulations" not in os.environ.get("ATPILOTS_DATA", "")
