"""What processes forked from the warm server are told to do, in a module that is quick to import into each of them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from atpilots.workers import forkserver


def tell_process_ids(folder: Path) -> None:
    """Write this process's id and its kernel's into the file `ids`, and wait to be ended."""
    forkserver.fork_kernels()
    kernel = forkserver.new_kernel()
    (folder / "ids").write_text(f"{os.getpid()} {kernel.pid}")
    time.sleep(60)


def fork_under_control_c() -> str:
    """Fork a kernel while Ctrl-C comes, just where Python throws away what is raised."""
    os.register_at_fork(after_in_parent=lambda: signal.raise_signal(signal.SIGINT))
    forkserver.fork_kernels()
    return "went on as if nothing had happened"
