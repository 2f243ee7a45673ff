"""A run's own folder for temporary files: swept where its run was killed, and only there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from atpilots.workers.temporary import _sweep


def test_what_killed_runs_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    for name in ("atpilots-dead", "atpilots-other", "else"):
        (tmp_path / name / ".locks").mkdir(parents=True)
    for name in ("atpilots-dead", "else"):
        (tmp_path / name / ".locks" / "run.lock").touch()
    (tmp_path / "atpilots-link").symlink_to(tmp_path / "else")
    _sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atpilots-link", "atpilots-other", "else"]


def test_what_a_run_has_just_made_is_not_swept() -> None:
    """Another run may look between the making of a lock's file and its locking."""
    swept = (
        "import fcntl, subprocess, sys; lock = fcntl.flock\n"
        "def sweep_first(*how):\n"
        "    fcntl.flock = lock\n"
        "    sweep = 'import pathlib, tempfile; from atpilots.workers import temporary as ours; '\\\n"
        "        'ours._sweep(pathlib.Path(tempfile.gettempdir()))'\n"
        "    subprocess.run([sys.executable, '-c', sweep], check=True)\n"
        "    lock(*how)\n"
        "fcntl.flock = sweep_first\n"
        "from atpilots.workers.temporary import own_temporary_folder\n"
        "folder = own_temporary_folder(); assert fcntl.flock is lock; print(folder.parent, folder.is_dir())"
    )
    with tempfile.TemporaryDirectory(prefix="sweep-") as short:
        env = {**os.environ, "TMPDIR": short}
        run = subprocess.run([sys.executable, "-c", swept], env=env, capture_output=True, text=True, check=False)
        assert run.stdout == f"{short} True\n", run.stderr
        assert os.listdir(short) == []
