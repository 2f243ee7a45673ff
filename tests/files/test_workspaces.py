"""A workspace: what init makes and keeps, who may look at it, and where it is found from."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from atpilots.files import workspaces
from atpilots.files.private import private_key
from atpilots.files.problems import DataError, UsageError
from atpilots.files.project_folders import CHECKOUT, NOTEBOOK, NOTEBOOKS
from atpilots.files.workspaces import find_workspace, make_workspace, report_notebook, reports_folder


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the package is not run from a checkout."""
    monkeypatch.setattr(workspaces, "CHECKOUT", None)


def test_a_workspace_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    folder = tmp_path / "team" / "pilots of 2026"
    make_workspace(folder)
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert {path.name for path in (folder / "notebooks").glob("*.ipynb")} == {p.name for p in NOTEBOOKS.glob("*.ipynb")}
    emptied = tmp_path / "empty"
    emptied.mkdir(mode=0o755)
    make_workspace(emptied)
    assert stat.S_IMODE(emptied.stat().st_mode) == 0o700


def test_what_is_there_already_stays(tmp_path: Path) -> None:
    assert make_workspace(tmp_path)
    assert make_workspace(tmp_path) == []
    (tmp_path / "notebooks" / NOTEBOOK.name).write_text("{}")
    (tmp_path / "notebooks" / ".gitignore").unlink()
    (tmp_path / "pilots" / "mine").mkdir()
    (tmp_path / "notebooks" / "case_studies.ipynb").unlink()
    assert make_workspace(tmp_path) == [
        "made notebooks/case_studies.ipynb",
        f"kept notebooks/{NOTEBOOK.name}, which differs from the one of this version",
    ]
    assert (tmp_path / "notebooks" / NOTEBOOK.name).read_text() == "{}"
    assert not (tmp_path / "notebooks" / ".gitignore").exists()  # whoever wants notebooks in git has taken it away


def test_git_passes_over_all_that_can_hold_answers(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("*.bak\n")
    make_workspace(tmp_path)
    (tmp_path / "pilots" / "survey.csv").write_text("1")
    private_key(tmp_path)
    listed = subprocess.run(
        ["git", "ls-files", "-o", "--exclude-standard"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert listed.stdout.split() == [".gitignore", "atpilots.toml"]
    assert (tmp_path / ".gitignore").read_text() == "*.bak\n"


def test_the_nearest_workspace_above_counts_else_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CHECKOUT is not None
    assert find_workspace() == find_workspace(tmp_path) == find_workspace(CHECKOUT / "tests") == CHECKOUT
    assert report_notebook(tmp_path) == NOTEBOOK
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "deep" / "inner"
    make_workspace(outer)
    assert make_workspace(inner)[-1] == f"it lies inside another workspace, which commands in it no longer use: {outer}"
    monkeypatch.chdir(inner / "pilots")
    assert reports_folder() == inner / "reports"
    assert report_notebook() == inner / "notebooks" / NOTEBOOK.name
    (inner / "notebooks" / NOTEBOOK.name).unlink()
    assert report_notebook() == NOTEBOOK
    monkeypatch.chdir(outer / "deep")
    assert reports_folder() == outer / "reports"


@pytest.mark.usefixtures("installed")
def test_without_a_workspace_or_a_checkout_init_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_workspace() is None
    with pytest.raises(UsageError, match="make one: atpilots init"):
        reports_folder()


def test_no_workspace_is_made_in_a_checkout_or_through_a_file(tmp_path: Path) -> None:
    assert CHECKOUT is not None
    (tmp_path / "file").touch()
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "pilots").touch()
    for place in (CHECKOUT, CHECKOUT / "mine", tmp_path / "file" / "team", tmp_path / "team"):
        before = {*place.glob("*")} if place.is_dir() else None
        with pytest.raises(DataError):
            make_workspace(place)
        assert ({*place.glob("*")} if place.is_dir() else None) == before


@pytest.mark.parametrize("name", ["long" * 100, "loop"])
def test_a_place_that_the_computer_refuses_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(DataError, match=r"the computer refused|is a link to another place"):
        make_workspace(tmp_path / name)


def test_a_workspace_of_somebody_else_or_of_a_newer_version_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_workspace(tmp_path)
    (tmp_path / "atpilots.toml").write_text("form = 2\n")
    with pytest.raises(DataError, match="was made by a newer atpilots"):
        find_workspace(tmp_path)
    (tmp_path / "atpilots.toml").write_text("")
    assert find_workspace(tmp_path) == tmp_path
    monkeypatch.setattr("os.getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(DataError, match="belongs to somebody else"):
        find_workspace(tmp_path)
