"""Where pilots lie, and what their folders may be called and hold."""

from __future__ import annotations

import os
import re
from pathlib import Path

from atpilots.problems import DataError, Problem

CHECKOUT = Path(__file__).resolve().parent.parent
BUNDLED = CHECKOUT / "data" / "pilots"
REPORTS = CHECKOUT / "reports"
SYNCED = re.compile(r"onedrive|dropbox|google ?drive|icloud|mobile documents|nextcloud|sharepoint", re.IGNORECASE)
NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}")
RESERVED = {"con", "prn", "aux", "nul", "private", "index", "case-studies"}


def pilot_folders() -> dict[str, Path]:
    """Every pilot by name: the bundled ones, then those under $ATPILOTS_DATA/pilots/.

    While a pilot that was given by its path is being reported, $ATPILOTS_FOLDER tells the notebook where it lies.
    """
    given = [Path(folder).resolve() for folder in [os.environ.get("ATPILOTS_FOLDER")] if folder]
    roots = [*given, BUNDLED, *_collected_roots()]
    found: dict[str, Path] = {}
    for root in roots:
        for path in sorted(root.glob("*/pilot.toml")):
            folder = path.parent.resolve()  # a link is no second pilot
            found.setdefault(folder.name, folder)
    return found


def find_pilot(pilot: str | os.PathLike[str]) -> Path:
    """The folder of a pilot named, or given as a path. Raises DataError where there is none."""
    text = os.fspath(pilot)
    given = Path(text)
    if len(given.parts) > 1 or given.is_absolute() or text.startswith("."):
        folder = given.resolve()
        if not (folder / "pilot.toml").is_file():
            raise DataError([Problem(folder.name, "is not a pilot's folder: it has no pilot.toml")])
        return _named_well(folder)
    folders = pilot_folders()
    if text not in folders:
        raise DataError([Problem("pilots", "there is no such pilot", value=text, allowed=", ".join(folders))])
    return _named_well(folders[text])


def data_root(folder: Path) -> Path:
    """Where a pilot's private files (ledger, key) belong: beside the pilots, never among the reports."""
    folder = folder.resolve()
    return folder.parent.parent if folder.parent.name == "pilots" else folder.parent


def cautions(folder: Path) -> tuple[str, ...]:
    """What the owner of a pilot's folder should know of the place where it lies."""
    if SYNCED.search(str(folder.resolve())):
        return (
            f"{folder.name} lies in a folder that is copied to a cloud service; is that allowed for these answers? "
            "Better move it.",
        )
    return ()


def check_links(folder: Path) -> None:
    """A link would let files from anywhere into a report, and the folder would no longer hold its data."""
    inside = folder.resolve()
    links = [p for p in sorted(folder.rglob("*")) if p.is_symlink() and not p.resolve().is_relative_to(inside)]
    if links:
        what = "is a link to a place outside the pilot's folder; put the file itself there"
        raise DataError(Problem(str(link.relative_to(folder)), what) for link in links)


def _collected_roots() -> list[Path]:
    root = os.environ.get("ATPILOTS_DATA")
    if not root:
        return []
    path = (Path(root).expanduser() / "pilots").resolve()
    if path.is_relative_to(CHECKOUT):
        raise DataError([Problem("ATPILOTS_DATA", "must not point inside the checkout: collected data stay outside")])
    return [path]


def _named_well(folder: Path) -> Path:
    if not NAME.fullmatch(folder.name) or folder.name in RESERVED:
        allowed = "2 to 40 of a-z, 0-9, - and _, beginning with a letter"
        raise DataError([Problem("pilot folder", "has a name that cannot be used", value=folder.name, allowed=allowed)])
    return folder
