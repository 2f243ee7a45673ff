"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from builders.bundled import BUNDLED_PILOTS
from builders.folders import happy_rows, write_pilot

from atpilots.cli import main, parser
from atpilots.estimators.results_table import COLUMNS
from atpilots.files.locks import BusyError


def test_list_tells_pilots_with_their_flow(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "pilot",
        "provenance",
        "respondents",
        "both",
        "before",
        "only",
        "after",
        "only",
        "waves",
    ]
    # After the table it may tell of an old index among the reports of whoever runs the tests.
    rows = {line.split()[0]: line.split()[1:] for line in lines[1 : 1 + len(BUNDLED_PILOTS)]}
    assert tuple(rows) == BUNDLED_PILOTS
    assert rows["greenwich"] == ["synthetic", "34", "26", "7", "1", "before,", "after"]
    assert rows["hackney"] == ["synthetic", "51", "41", "9", "1", "before,", "after"]


def test_list_finds_collected_pilots_and_names_faulty_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = happy_rows({"A1x": 1, "B1x": 2}, {"B1x": 3})
    write_pilot(tmp_path / "pilots" / "mine", rows)
    write_pilot(tmp_path / "pilots" / "spoilt", [*rows, rows[0]])
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path))
    assert main(["list"]) == 1
    told = capsys.readouterr()
    assert "mine       collected   2            1     1            0           before, after" in told.out
    assert told.err == "spoilt: 1 to mend; see: atpilots check spoilt\n"


def test_check_lists_every_problem_in_words_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_pilot(tmp_path / "spoilt", happy_rows({"A1x": 1, "B1x": 99}, {"B1x": "x"}))
    assert main(["check", "greenwich", str(folder)]) == 1
    assert capsys.readouterr().out == (
        "greenwich: no problems\n  note: 26 answered before and after, 7 before only, 1 after only\n"
        f"{folder}: 1 problem\n"
        '  survey.csv, column ons4_happy, 2 cells, first in row 3: is not allowed: "99", "x" (row 4); allowed: whole '
        "numbers 0 to 10, blank, or declared missing\n"
    )
    assert main(["check", str(folder), "--format", "json"]) == 1
    first, second = json.loads(capsys.readouterr().out)[str(folder)]
    assert first == {
        "file": "survey.csv", "what": "is not allowed", "row": 3, "column": "ons4_happy", "value": "99",
        "allowed": "whole numbers 0 to 10, blank, or declared missing",
    }  # fmt: skip
    assert second["row"] == 4
    assert main(["check", "greenwich"]) == 0


def test_check_reads_case_studies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("case_id,title\nX1,A\n")
    assert main(["check", str(file)]) == 1
    assert f"{file}: " in capsys.readouterr().out


def test_estimates_are_the_tidy_table_at_full_precision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimates", "hackney"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert tuple(table.columns) == COLUMNS
    assert not table.duplicated(["measure", "wave", "arm", "rater", "estimator"]).any()
    from atpilots import estimate, load_pilot

    pd.testing.assert_frame_equal(table, estimate(load_pilot("hackney")), check_dtype=False, check_exact=True)
    output = tmp_path / "results.csv"
    assert main(["estimates", "hackney", "-o", str(output)]) == 0
    assert output.stat().st_mode & 0o777 == 0o600
    pd.testing.assert_frame_equal(pd.read_csv(output), table)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["report", "nosuch"], 1, f'pilots: there is no such pilot: "nosuch"; allowed: {", ".join(BUNDLED_PILOTS)}'),
        (["report"], 2, "atpilots report: name the pilots, or give --all"),
        (["report", "greenwich", "--all"], 2, "atpilots report: name the pilots, or give --all"),
        (["estimates", "../nowhere"], 1, "nowhere: is not a pilot's folder: it has no pilot.toml"),
        (["cases", "--technology", "voice_asistant"], 2, "voice_assistant"),
        (["new", "Bad Name"], 1, 'pilot folder: has a name that cannot be used: "Bad Name"'),
    ],
)
def test_what_cannot_be_done_is_said_on_standard_error(
    arguments: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if arguments[0] == "new":
        monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path))
    assert main(arguments) == code
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["report", "greenwich", "--audience", "everybody"], ["report", "greenwich", "--aud", "public"], ["nonsense"], []],
)
def test_wrong_usage_ends_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2


def test_cases_answers_with_case_ids_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cases", "falls", "--technology", "wearable"]) == 0
    hits = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert hits
    assert all(line.startswith("AT") and line[2:5].isdigit() for line in hits)
    assert main(["cases", "falls", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("case_id,")
    assert main(["cases", "falls", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["case_id"].startswith("AT")
    assert main(["cases", "falls", "--format", "bibtex"]) == 0
    assert capsys.readouterr().out.startswith("@misc{AT")
    assert main(["cases", "falls", "--format", "ris"]) == 0
    assert capsys.readouterr().out.startswith("TY  - ELEC")
    assert main(["cases", "falls", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("- [")


def test_cases_fit_a_terminal_and_tell_the_design_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["cases", "voice assistants against loneliness, measured before and after"]) == 0
    told = capsys.readouterr().out
    assert all(len(line) <= 80 for line in told.splitlines() if "://" not in line)
    assert told.index("Before and after, no comparison group") < told.index('"before and after": not found')


def test_cases_counts_what_it_found_by_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cases", "--technology", "gps_locator", "--facets"]) == 0
    out = capsys.readouterr().out
    assert "technology\n     1  voice_assistant: Voice assistant\n" in out
    assert "     6  gps_locator: GPS locator\n" in out
    assert "country\n     3  England\n     1  Norway\n     1  Scotland\n     1  UK\n" in out
    assert "Not given" in out
    assert main(["cases", "--facets", "--format", "json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert {"facet": "user_group", "word": "autism", "label": "Autistic people", "cases": 3} in counts
    assert main(["cases", "--facets", "--format", "csv"]) == 0
    assert "nesta_level,2,Level 2 at most,26" in capsys.readouterr().out
    assert main(["cases", "--facets", "--format", "ris"]) == 2
    assert "without citations" in capsys.readouterr().err


def test_cases_without_an_answer_say_what_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cases", "zebra"]) == 0
    assert capsys.readouterr().out.startswith('No case has "zebra"')
    assert main(["cases", "robots", "--technology", "gps_locator", "--format", "json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == []
    assert "Without the filter on technology, 6 cases are found." in told.err


def test_another_run_at_the_same_folder_is_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def busy(options: argparse.Namespace) -> int:
        raise BusyError("another run is at work")

    monkeypatch.setattr(parser, "list_pilots", busy)
    assert main(["list"]) == 1
    assert capsys.readouterr() == ("", "another run is at work\n")


def test_new_makes_a_folder_that_only_lacks_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path))
    assert main(["new", "lambeth"]) == 0
    folder = tmp_path / "pilots" / "lambeth"
    for path in (folder.parent, *folder.parent.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert capsys.readouterr().out.startswith(f"made {folder}\n")
    assert main(["check", "lambeth"]) == 1
    assert capsys.readouterr().out == "lambeth: 1 problem\n  survey.csv: has no rows under its header\n"
    assert main(["new", "lambeth"]) == 1
    assert "is already there; nothing was changed" in capsys.readouterr().err


def test_new_needs_a_place_for_collected_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ATPILOTS_DATA", raising=False)
    assert main(["new", "lambeth"]) == 1
    assert "ATPILOTS_DATA: is not set" in capsys.readouterr().err


def test_in_a_workspace_its_own_pilots_are_found_and_new_ones_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ATPILOTS_DATA", raising=False)
    assert main(["init", str(tmp_path / "team")]) == 0
    assert capsys.readouterr().out.startswith(f"workspace: {tmp_path / 'team'}\nmade notebooks/\n")
    monkeypatch.chdir(tmp_path / "team" / "notebooks")
    write_pilot(tmp_path / "team" / "pilots" / "greenwich", happy_rows({"A1x": 1, "B1x": 2}, {"B1x": 3}))
    assert main(["new", "lambeth"]) == 0
    assert (tmp_path / "team" / "pilots" / "lambeth").is_dir()
    capsys.readouterr()
    assert main(["list"]) == 1
    told = capsys.readouterr()
    found = [line.split()[:2] for line in told.out.splitlines()[1:]]
    kinds = dict.fromkeys(BUNDLED_PILOTS, "synthetic") | {"greenwich": "collected"}
    assert found == [[name, kinds[name]] for name in BUNDLED_PILOTS]
    note = f"caution: greenwich is the pilot in {tmp_path / 'team' / 'pilots'}, not the bundled one"
    assert told.err.splitlines() == [note, "lambeth: 1 to mend; see: atpilots check lambeth"]
    assert main(["init"]) == 0
    assert "it lies inside another workspace" in capsys.readouterr().out


def test_import_writes_a_survey(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = Path(__file__).parent.parent / "ingest" / "exports" / "csv"
    output = tmp_path / "survey.csv"
    arguments = ["import", str(example / "export.csv"), "--map", str(example / "map.toml"), "-o", str(output)]
    assert main(arguments) == 0
    assert output.read_bytes() == (example / "survey.csv").read_bytes()
    capsys.readouterr()
    assert main(arguments) == 1
    assert "--force" in capsys.readouterr().err
    assert main([*arguments, "--force"]) == 0


def test_estimates_leave_nothing_behind_where_they_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    assert main(["estimates", "greenwich", "-o", str(tmp_path / "folder")]) == 1
    assert main(["estimates", "greenwich", "-o", str(tmp_path / "nowhere" / "x.csv")]) == 1
    assert "folder: is a folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_pilots_of_one_name_are_not_rendered_over_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [write_pilot(tmp_path / side / "clash", happy_rows({"A1x": 1}, {"A1x": 2})) for side in ("x", "y")]
    assert main(["report", *map(str, folders)]) == 2
    assert "two pilots called clash would overwrite each other" in capsys.readouterr().err


def test_a_survey_is_checked_with_its_pilot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_pilot(tmp_path / "one", happy_rows({"A1x": 1}, {"A1x": 2}))
    assert main(["check", str(folder / "survey.csv")]) == 1
    assert "belongs to a pilot; check the pilot's folder" in capsys.readouterr().out


def test_every_option_of_every_command_is_documented() -> None:
    told = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8").splitlines()
    (commands,) = (one for one in parser._parser()._actions if isinstance(one, argparse._SubParsersAction))
    for name, command in commands.choices.items():
        rows = "".join(line for line in told if line.startswith(f"| `atpilots {name} "))
        options = {option for action in command._actions for option in action.option_strings}
        assert {option for option in options - {"-h", "--help"} if option not in rows} == set(), name
