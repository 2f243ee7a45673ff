"""A folder for its owner's eyes only: made with mode 0700, and never reached through a link; and the key kept in it."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from atpilots.files.problems import DataError, Problem
from atpilots.files.writing import write_private, write_through, written_whole

# The hash of a synthetic pilot may be recomputed by anybody; a collected pilot's key stays beside its data.
SYNTHETIC_KEY = b"atpilots synthetic data"
KEY_BYTES = 32
KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")


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


def keep_out_of_git(folder: Path) -> None:
    """Wherever the folder lies, git passes over all that is in it; a file .gitignore that is there already stays."""
    if not (folder / ".gitignore").exists():
        write_private(folder / ".gitignore", "*\n")


def private_key(root: Path) -> bytes:
    """The key of a data root's fingerprints, made on first use and kept beside the data, for its owner's eyes only."""
    ledger = made_private(root / "ledger", "ledger")
    path = ledger / "key"
    if not path.exists():
        keep_out_of_git(ledger)
        if any((ledger / name).exists() and (ledger / name).stat().st_size for name in ("releases.jsonl", "head.json")):
            what = "is gone: without it no page can be compared with those released before; put it back from a backup"
            raise DataError([Problem("ledger/key", what)])
        with written_whole(path, replace=False) as draft:  # of another run that makes one now, the key is the key
            draft.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
            write_through(draft)
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not KEY.fullmatch(text):
        what = "is damaged; put it back from a backup, or remove it if nothing was ever released from this folder"
        raise DataError([Problem("ledger/key", what, allowed=f"{2 * KEY_BYTES} hexadecimal digits")])
    return bytes.fromhex(text)
