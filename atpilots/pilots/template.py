"""A pilot's folder to fill in, with every key of `pilot.toml` explained where it stands."""

from __future__ import annotations

from pathlib import Path

from atpilots.files import DataError, Problem, keep_out_of_git, made_private, workspace, write_private
from atpilots.instruments import load_instrument
from atpilots.pilots.folders import NAME, collected_root

TEMPLATE = Path(__file__).with_name("template.toml")


def new_pilot(name: str, root: Path | None = None) -> Path:
    """Make the folder `<root>/pilots/<name>` with a commented pilot.toml and the header of survey.csv.

    All of it is for its owner's eyes only. root: default $ATPILOTS_DATA, else the workspace. Raises UsageError
    where there is neither, DataError where it is inside the checkout, the name cannot be used, or the folder is there.
    """
    root = collected_root() if root is None else root
    if root is None:
        workspace()  # raises where there is none
        what = "is not set; collected data stay outside the checkout: set it, or make a workspace: atpilots init FOLDER"
        raise DataError([Problem("ATPILOTS_DATA", what)])
    if not NAME.fullmatch(name):
        allowed = "2 to 40 of a-z, 0-9, - and _, beginning with a letter"
        raise DataError([Problem("pilot folder", "has a name that cannot be used", value=name, allowed=allowed)])
    folder = root / "pilots" / name
    if folder.exists():
        raise DataError([Problem("pilot folder", "is already there; nothing was changed", value=name)])
    if not folder.parent.exists():
        keep_out_of_git(made_private(folder.parent, "pilots"))
    made_private(folder, name)
    made_private(folder / "instruments", "instruments")
    write_private(folder / "pilot.toml", TEMPLATE.read_text(encoding="utf-8"))
    measures = [load_instrument(name) for name in ("swemwbs", "ons4_satisfaction")]
    header = ["respondent", "wave", "date", "mode", *(column for measure in measures for column in measure.columns)]
    write_private(folder / "survey.csv", ",".join(header) + "\n")
    return folder
