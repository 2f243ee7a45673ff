"""What a pilot's folder may hold: no file that is nearly one of ours, and no link or folder in a file's place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from builders.folders import happy_rows, refused, write_pilot

from atpilots.cli import main
from atpilots.files.project_folders import BUNDLED
from atpilots.files.workspaces import make_workspace
from atpilots.pilots.folders import cautions, collected_root, find_pilot
from atpilots.pilots.loading import load_pilot

ROWS = happy_rows({"P1": "4", "P2": "5"}, {"P1": "6", "P2": "7"})
OURS = ["withdrawn.csv", "names.txt", "quotes.csv", "replacements.csv"]
MISNAMED = [
    ("Withdrawn.csv", "withdrawn.csv"), ("WITHDRAWN.CSV", "withdrawn.csv"), ("withdrawn.csv.txt", "withdrawn.csv"),
    ("withdrawal.csv", "withdrawn.csv"), ("withdrawals.csv", "withdrawn.csv"), ("withdrawn.txt", "withdrawn.csv"),
    ("withdrawn", "withdrawn.csv"), ("withdrawn (1).csv", "withdrawn.csv"), ("withdrawn 2.csv", "withdrawn.csv"),
    ("withdrawn-2026.csv", "withdrawn.csv"), ("Copy of withdrawn.csv", "withdrawn.csv"),
    ("withdrawn_respondents.csv", "withdrawn.csv"), ("withdrawn .csv", "withdrawn.csv"),
    ("withdawn.csv", "withdrawn.csv"), ("withdrawn.csv.bak", "withdrawn.csv"), ("withdrawn.csv~", "withdrawn.csv"),
    ("withdrawn.xlsx", "withdrawn.csv"), ("withdrew.csv", "withdrawn.csv"),
    ("Names.txt", "names.txt"), ("name.txt", "names.txt"), ("names.csv", "names.txt"), ("names.txt.txt", "names.txt"),
    ("names", "names.txt"), ("names.docx", "names.txt"),
    ("quote.csv", "quotes.csv"), ("Quotes.csv", "quotes.csv"), ("qoutes.csv", "quotes.csv"),
    ("quotes.txt", "quotes.csv"),
    ("replacement.csv", "replacements.csv"), ("Replacements.csv", "replacements.csv"),
    ("replacments.csv", "replacements.csv"), ("lambeth-withdrawn.csv", "withdrawn.csv"),
    ("people who withdrew.xlsx", "withdrawn.csv"), ("withdrawn May.csv", "withdrawn.csv"),
    ("consent withdrawn.csv", "withdrawn.csv"), ("resident names.txt", "names.txt"), ("client names.txt", "names.txt"),
    (".withdrawn.csv", "withdrawn.csv"), (".withdrawn", "withdrawn.csv"), ("withdrawn.json", "withdrawn.csv"),
    ("people who withdrew.xml", "withdrawn.csv"), (".names.txt", "names.txt"), ("names.json", "names.txt"),
    ("participant names.csv", "names.txt"), ("Participants' names.csv", "names.txt"), ("full names.csv", "names.txt"),
    ("first names.txt", "names.txt"), ("Real names of residents.xlsx", "names.txt"),
]  # fmt: skip


def a_pilot(root: Path) -> Path:
    return write_pilot(root / "folder", ROWS)


@pytest.mark.parametrize(("name", "meant"), MISNAMED)
def test_a_file_that_is_nearly_one_of_ours_is_refused(tmp_path: Path, name: str, meant: str) -> None:
    folder = a_pilot(tmp_path)
    (folder / name).write_text("respondent,date\nP1,2026-01-01\n", encoding="utf-8")
    assert refused(folder) == [f"{name}: is not read; did you mean {meant}? Rename it, or move it out of the folder"]


@pytest.mark.parametrize(
    "name",
    ["README", "README.md", "readme.txt", "export.csv", "survey-raw.csv", "survey.xlsx", "responses (1).csv",
     "export 2026-01-05.xlsx", "map.toml", "notes.txt", "games.csv", "dates.csv", "devices.csv", "placements.csv",
     "quota.csv", "consent form.pdf", "withdrawal.pdf", "names.md", "withdrawal-procedure.txt", "namespaces.txt",
     "replacement_devices.csv", "~$withdrawn.xlsx", ".~lock.withdrawn.csv#", "._withdrawn.csv", ".DS_Store",
     "pilot.toml.bak", "quality.csv", "Quote.xlsx", "quotes_2021.docx", "replacements.xlsx", "dropouts.csv",
     "device names.csv", "column names.json", ".gitignore", ".env", ".withdrawn.csv.swp", ".~withdrawn.csv",
     "notes.docx", "first quarter.csv", "results.json", "withdrawn.png"],
)  # fmt: skip
def test_other_files_may_lie_in_the_folder(tmp_path: Path, name: str) -> None:
    folder = a_pilot(tmp_path)
    (folder / name).write_text("anything", encoding="utf-8")
    assert load_pilot(folder).answered_twice == 2


@pytest.mark.parametrize(
    ("name", "meant"),
    [("withdrawn", "withdrawn.csv"), ("Withdrawals", "withdrawn.csv"), ("withdrawn people", "withdrawn.csv"),
     ("names", "names.txt"), ("Participant names", "names.txt")],
)  # fmt: skip
def test_a_folder_that_is_called_like_a_list_of_people_is_refused(tmp_path: Path, name: str, meant: str) -> None:
    folder = a_pilot(tmp_path)
    (folder / name).mkdir()
    assert refused(folder) == [f"{name}: is not read; did you mean {meant}? Rename it, or move it out of the folder"]
    text = "respondent,date\nP1,2026-01-01\n" if meant == "withdrawn.csv" else "Ethel Moor\n"
    (folder / meant).write_text(text, encoding="utf-8")
    assert load_pilot(folder).answered_twice == (1 if meant == "withdrawn.csv" else 2)


@pytest.mark.parametrize(
    "name",
    ["photos", "old", ".git", ".ipynb_checkpoints", "instruments", "quotes", "Quotes 2021", "replacements", "notes",
     "withdrawal forms", "games", "__pycache__", "names.d"],
)  # fmt: skip
def test_other_folders_may_lie_in_the_folder(tmp_path: Path, name: str) -> None:
    folder = a_pilot(tmp_path)
    (folder / name).mkdir()
    assert load_pilot(folder).answered_twice == 2


@pytest.mark.parametrize("name", ["withdrawn.xlsx", "withdrawn.csv.bak", "withdrawn.csv~", "withdrawn_old.ods"])
def test_what_a_file_was_made_from_may_lie_beside_it(tmp_path: Path, name: str) -> None:
    folder = a_pilot(tmp_path)
    (folder / "withdrawn.csv").write_text("respondent,date\nP1,2026-01-01\n", encoding="utf-8")
    (folder / name).write_text("anything", encoding="utf-8")
    assert load_pilot(folder).answered_twice == 1


def test_all_that_is_misnamed_is_told_at_once_and_in_the_list_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_pilot(tmp_path / "pilots")
    for name in ("Names.txt", "withdrawal.csv"):
        (folder / name).write_text("", encoding="utf-8")
    (folder / "quotes.csv").mkdir()
    assert [line.partition(":")[0] for line in refused(folder)] == ["Names.txt", "quotes.csv", "withdrawal.csv"]
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path))
    assert main(["list"]) == 1
    assert "folder: 3 to mend" in capsys.readouterr().err


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("target", ["nowhere", "../nowhere", "itself"])
def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path, name: str, target: str) -> None:
    folder = a_pilot(tmp_path)
    (folder / name).symlink_to(name if target == "itself" else target)
    assert refused(folder) == [f"{name}: is a link that leads nowhere; put the file itself there"]


def test_the_lock_of_an_editor_is_no_link_of_the_pilot(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path)
    (folder / ".#pilot.toml").symlink_to("ann@desk.1234:5678")
    assert load_pilot(folder).answered_twice == 2


@pytest.mark.parametrize("name", OURS)
def test_a_folder_in_a_files_place_is_refused(tmp_path: Path, name: str) -> None:
    folder = a_pilot(tmp_path)
    (folder / name).mkdir()
    assert refused(folder) == [f"{name}: is not a file; move what is there away, and put the file itself there"]


def test_a_pilot_belongs_to_the_workspace_or_to_atpilots_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's own pilot comes before a bundled one of its name, and its ledger lies beside it."""
    team, data = tmp_path / "team", tmp_path / "data"
    make_workspace(team)
    monkeypatch.chdir(team / "reports")
    monkeypatch.delenv("ATPILOTS_DATA", raising=False)
    mine = write_pilot(team / "pilots" / "greenwich", ROWS)
    assert find_pilot("greenwich") == mine
    assert load_pilot("greenwich").root == collected_root() == team
    assert cautions(mine) == (f"greenwich is the pilot in {team / 'pilots'}, not the bundled one",)
    monkeypatch.setenv("ATPILOTS_DATA", str(data))
    theirs = write_pilot(data / "pilots" / "greenwich", ROWS)
    assert find_pilot("greenwich") == theirs
    assert load_pilot("greenwich").root == collected_root() == data
    assert cautions(theirs)[1:] == (f"greenwich is the pilot in {data / 'pilots'}, not the one in {team / 'pilots'}",)
    assert cautions(BUNDLED / "hackney") == ()


@pytest.mark.skipif(os.name != "posix", reason="modes tell nothing here")
def test_a_folder_that_others_can_read_is_told_with_the_command_that_closes_it() -> None:
    with tempfile.TemporaryDirectory() as open_place:  # pytest's own folder is closed, and so is all that is in it
        root = Path(open_place).resolve()
        folder = write_pilot(root / "pilots" / "alpha", ROWS)
        for path in (root, root / "pilots", folder):
            path.chmod(0o755)
        told = f"others who use this computer can look where alpha lies; close the folder to them: chmod go= {root}"
        assert cautions(folder) == (told,)
        root.chmod(0o700)
        assert cautions(folder) == ()
        root.chmod(0o711)  # its list of files is closed, but who knows a name comes through
        assert cautions(folder) == (told,)
        (root / "pilots").chmod(0o700)
        root.chmod(0o755)
        assert cautions(folder) == (told,)
