"""A workspace: the folder of a team's own notebooks, pilots and reports, which lies outside the package."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from atpilots.files.private import keep_out_of_git, made_private
from atpilots.files.problems import DataError, Problem, UsageError
from atpilots.files.project_folders import CHECKOUT, NOTEBOOK, NOTEBOOKS, in_checkout
from atpilots.files.toml import read_toml
from atpilots.files.writing import write_private, written_whole

MARK = "atpilots.toml"  # what makes a folder a workspace
FORM = 1  # of that file and of what lies beside it; raised where an older atpilots could not work with them
CONTENT = f"""\
# This folder is an atpilots workspace: commands that run in it, or in a folder of it, take the report notebook from
# notebooks/, find pilots in pilots/, and write pages into reports/. Nothing here needs to be changed.
form = {FORM}
"""
FOLDERS = ("notebooks", "pilots", "reports")


def find_workspace(start: Path | None = None) -> Path | None:
    """The nearest folder from `start` (default: the working directory) upwards that holds atpilots.toml.

    Else the checkout; None without either. Raises DataError where the file cannot be read, or belongs to somebody else.
    """
    here = Path(os.path.realpath(start or Path.cwd()))
    for folder in (here, *here.parents):
        if os.path.isfile(folder / MARK):
            _check(folder / MARK)
            return folder
    return CHECKOUT


def workspace() -> Path:
    """The workspace around the working directory, as find_workspace. Raises UsageError where there is none."""
    found = find_workspace()
    if found is None:
        raise UsageError(f"there is no workspace here: no {MARK} in this folder or above it; make one: atpilots init")
    return found


def reports_folder() -> Path:
    """Where the pages of the workspace go. Raises UsageError where there is no workspace."""
    return workspace() / "reports"


def report_notebook(start: Path | None = None) -> Path:
    """The report notebook of the workspace around `start`; the package's own where there is none."""
    found = find_workspace(start)
    own = found and found / "notebooks" / NOTEBOOK.name
    return own if own and own.is_file() else NOTEBOOK


def make_workspace(folder: Path) -> list[str]:
    """Make a folder a workspace, readable by its owner only; what was made and what was kept, a line each.

    Whatever is there already stays as it is. Raises DataError where the place cannot be a workspace.
    """
    folder = Path(os.path.realpath(folder))
    if in_checkout(folder):
        what = "is inside a checkout of atpilots, which is a workspace of its own; choose a folder outside it"
        raise DataError([Problem(folder.name, what)])
    taken = [path for path in (folder, *folder.parents, *(folder / name for name in FOLDERS)) if os.path.isfile(path)]
    if taken:
        raise DataError([Problem(taken[0].name, "is a file, where a folder belongs; choose another place")])
    try:
        if (folder / MARK).exists():
            _check(folder / MARK)
        return list(_make(folder))
    except OSError as error:  # a place that may not be written to, a full disk
        what = f"cannot be made a workspace: the computer refused ({error.strerror or type(error).__name__})"
        raise DataError([Problem(folder.name, what)]) from None


def _make(folder: Path) -> Iterator[str]:
    around = None if (folder / MARK).exists() else find_workspace(folder)
    if not folder.exists() or not any(folder.iterdir()):
        made_private(folder, folder.name)
    for name in FOLDERS:
        if not (folder / name).exists():
            keep_out_of_git(made_private(folder / name, name))
            yield f"made {name}/"
    made_private(folder / "reports" / "private", "reports/private")
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        place = folder / "notebooks" / notebook.name
        if not place.exists():
            with written_whole(place) as draft:
                draft.write_bytes(notebook.read_bytes())
            yield f"made notebooks/{place.name}"
        elif place.read_bytes() != notebook.read_bytes():
            yield f"kept notebooks/{place.name}, which differs from the one of this version"
    if not (folder / MARK).exists():  # last: a run that was stopped has made no workspace yet
        with written_whole(folder / MARK) as draft:
            write_private(draft, CONTENT)
        yield f"made {MARK}"
    if around and around != CHECKOUT:
        yield f"it lies inside another workspace, which commands in it no longer use: {around}"


def _check(file: Path) -> None:
    """A workspace's notebook is run in the user's name, so the workspace has to be the user's own."""
    from pydantic import BaseModel, ConfigDict

    class Workspace(BaseModel):
        model_config = ConfigDict(extra="forbid")
        form: int = FORM

    if hasattr(os, "getuid") and file.parent != CHECKOUT and file.stat().st_uid != os.getuid():
        what = "belongs to somebody else, whose notebooks would run in your name; make a workspace of your own"
        raise DataError([Problem(MARK, what, value=str(file.parent))])
    if read_toml(file, Workspace).form > FORM:
        raise DataError([Problem(MARK, "was made by a newer atpilots; install that", column="form", allowed=str(FORM))])
