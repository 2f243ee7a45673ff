"""A folder for its owner's eyes only: made with mode 0700, and never reached through a link."""

from __future__ import annotations

from pathlib import Path

from atpilots.problems import DataError, Problem


def made_private(folder: Path, name: str) -> Path:
    """The folder, made where it is missing, closed to everybody but its owner.

    name: what messages call it. Raises DataError where it is a link.
    """
    refuse_link(folder, name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def refuse_link(path: Path, name: str) -> None:
    """Behind a link lies another place: private files would come to lie there, and its mode would be changed."""
    if path.is_symlink():
        what = "is a link to another place, where nothing private may be written; remove the link"
        raise DataError([Problem(name, what)])
