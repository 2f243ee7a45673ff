"""How a file is written: whole or not at all, on the disk before anything counts on it, for its owner's eyes only."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_whole(path: Path, *, replace: bool = True) -> Iterator[Path]:
    """A draft beside `path` to be filled within the block; it takes the path's place where the block ends well.

    Only the owner can read it (mode 0600), unless the block gives it another mode. Nothing of it stays where the block
    fails. replace: else a file that is already there by then is kept.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    except OSError as error:
        error.filename = str(path)  # the name that its owner knows
        raise
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
        if replace:
            os.replace(draft, path)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write_private(path: Path, text: str, *, append: bool = False) -> None:
    """Write to a file, made with mode 0600 where it is not there; for logs, and for lines under a lock."""
    how = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
    with os.fdopen(os.open(path, how, 0o600), "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def write_through(path: Path) -> None:
    """Return once the file's content is on the disk, where a machine that stops leaves it."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
