"""A run's own folder for temporary files: short enough for a socket's name, and swept where a run was killed."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
from multiprocessing import process, util
from pathlib import Path

from atpilots.files import AtpilotsError, lock_file, locked

PREFIX = "atpilots-"
LONGEST = 48  # characters of the folder that it lies in: with the names below, a socket's may have 107


@functools.cache
def own_temporary_folder() -> Path | None:
    """The folder, made at the first call and removed when this process ends; None where there is no place for it.

    multiprocessing puts its sockets there. What runs that were killed left is removed first.
    """
    root = next((place for place in _places() if len(str(place)) <= LONGEST and os.access(place, os.W_OK)), None)
    if root is None:
        return None
    _sweep(root)
    made = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=root))  # not by this name: another run may sweep right now
    held = contextlib.ExitStack()
    held.enter_context(locked(lock_file(made, "run"), "temporary files"))
    folder = made.rename(root / made.name.removeprefix("."))
    process.current_process()._config["tempdir"] = str(folder)  # type: ignore[attr-defined]
    # After multiprocessing's own clean-up, whose priority is −100, and only in this process.
    util.Finalize(None, _remove, args=(folder, held, os.getpid()), exitpriority=-200)
    return folder


def _places() -> list[Path]:
    others = [os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp", "/var/tmp"]  # noqa: S108 - a folder of our own in it
    return [Path(tempfile.gettempdir()), *(Path(other) for other in others if other and Path(other).is_dir())]


def _sweep(root: Path) -> None:
    """Remove the folders of our own runs that hold their lock no longer."""
    for folder in root.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, AtpilotsError):
            if folder.is_symlink() or folder.lstat().st_uid != os.getuid() or not lock_file(folder, "run").exists():
                continue
            with locked(lock_file(folder, "run"), "temporary files"):
                shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path, held: contextlib.ExitStack, owner: int) -> None:
    if os.getpid() == owner:
        held.close()
        shutil.rmtree(folder, ignore_errors=True)
