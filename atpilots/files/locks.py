"""One at a time: a lock that other processes respect, on every operating system, and that dies with its holder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from atpilots.files.private import made_private
from atpilots.files.problems import AtpilotsError

LOCKS = ".locks"


class BusyError(AtpilotsError):
    """Somebody else is at it. The message says at what."""


def lock_file(folder: Path, name: str) -> Path:
    """The lock of a name in a private folder. It stays there, where all who work there meet it: temporary files
    are elsewhere for a service, a container or another login.
    """
    return folder / LOCKS / f"{name}.lock"


@contextlib.contextmanager
def locked(path: Path, what: str, patience: float = 0) -> Iterator[None]:
    """Hold the lock file at `path`, waiting for at most `patience` seconds.

    Raises BusyError, naming `what`, where another process or thread holds it; DataError where its folder is a link.
    """
    from filelock import FileLock, Timeout

    made_private(path.parent, path.parent.name)
    lock = FileLock(path, timeout=patience, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(f"another run is at work on {what}; nothing was changed") from None
    try:
        yield
    finally:
        lock.release()
