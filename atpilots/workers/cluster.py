"""Whether somebody is there who would run a batch: a Dask scheduler, asked before anything waits for it."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable

from atpilots.files import UsageError, shown

PATIENCE = 4  # seconds for a machine, and then for the scheduler on it, to answer
ADDRESS = re.compile(r"(?:(?:tcp|tls|ucx|wss?)://)?(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}", re.ASCII)


def refuse_dead_scheduler(address: str) -> None:
    """Raise UsageError where no Dask scheduler answers at an address, after ten seconds at most."""
    if not ADDRESS.fullmatch(address):
        raise UsageError(f"--scheduler: {shown(address)} is no address; it is written like tcp://10.0.0.5:8786")
    if not _in_time(lambda: _listens(address)) or not _is_scheduler(address):
        raise UsageError(f"--scheduler: no Dask scheduler answers at {shown(address)}; is it running, and reachable?")


def _in_time(ask: Callable[[], bool]) -> bool:
    """The answer; False where none comes: looking up a name may take longer than any limit that is given for it."""
    found: list[bool] = []
    asking = threading.Thread(target=lambda: found.append(ask()), daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return any(found)


def _listens(address: str) -> bool:
    """Whether anything does, known at once and without importing all of Dask."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE):
            return True
    except (OSError, ValueError, OverflowError):
        return False


def _is_scheduler(address: str) -> bool:
    from distributed.comm.core import connect
    from distributed.core import send_recv

    async def identity() -> dict[str, object]:
        comm = await connect(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
        try:
            return dict(await send_recv(comm, op="identity"))
        finally:
            comm.abort()

    def ask() -> bool:
        try:
            return asyncio.run(asyncio.wait_for(identity(), PATIENCE)).get("type") == "Scheduler"
        except Exception:  # whatever it is: none that can be used
            return False

    return _in_time(ask)
