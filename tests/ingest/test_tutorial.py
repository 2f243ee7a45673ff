"""docs/tutorial.md as written: its commands, one after the other, and its one edit."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from builders.forms_pair import write_forms_pair

from atpilots.cli import main

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
COMMANDS = re.findall(r"^    ((?:atpilots|cd) .+)$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)
EDIT = re.findall(r"^    (# missing.+)$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)


def _run(commands: list[str]) -> None:
    for command in commands:
        program, *arguments = command.split()
        if program == "cd":
            os.chdir(arguments[0])
        else:
            assert main(arguments) == 0, command
            if arguments[0] == "new":
                mapping = Path("pilots/elmwood/map.toml")
                text = mapping.read_text(encoding="utf-8")
                assert EDIT[0] in text
                mapping.write_text(text.replace(EDIT[0], EDIT[0].removeprefix("# ")), encoding="utf-8")


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_forms_pair(tmp_path)
    monkeypatch.delenv("ATPILOTS_DATA", raising=False)
    monkeypatch.chdir(tmp_path)  # and back again at the end
    return tmp_path


def test_up_to_the_check_every_command_ends_well(beside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [command.split()[1] for command in COMMANDS if command.startswith("atp")] == [
        "init", "new", "import", "check", "report", "report",
    ]  # fmt: skip
    _run(COMMANDS[:-2])
    told = capsys.readouterr().out
    assert "survey.csv: 46 rows of 25 respondents written (before 24, after 22)" in told
    assert "elmwood: no problems\n" in told
    assert told.endswith("  note: 21 answered before and after, 3 before only, 1 after only\n")
    assert (beside / "wellbeing" / "pilots" / "elmwood" / "survey.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_the_page_is_made(beside: Path) -> None:
    _run(COMMANDS)
    for folder in ("private", "drafts"):
        assert [*(beside / "wellbeing" / "reports" / folder).glob("elmwood*.html")]
