"""Whether somebody is there who would run a batch: a Dask scheduler, asked before anything waits for it."""

from __future__ import annotations

import logging
import re
import socket
import threading

from atpilots.files import UsageError, shown

PATIENCE = 5  # seconds for a scheduler to answer
ADDRESS = re.compile(r"(?:(?:tcp|tls|ucx|wss?)://)?(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}", re.ASCII)


def refuse_dead_scheduler(address: str) -> None:
    """Raise UsageError where no Dask scheduler answers at an address, after ten seconds at most."""
    if not ADDRESS.fullmatch(address):
        raise UsageError(f"--scheduler: {shown(address)} is no address; it is written like tcp://10.0.0.5:8786")
    found: list[bool] = []
    # In a thread of its own, because looking up a name may take longer than any limit that is given to Dask.
    asking = threading.Thread(target=lambda: found.append(_answers(address)), daemon=True)
    asking.start()
    asking.join(PATIENCE + 1)
    if not any(found):
        raise UsageError(f"--scheduler: no Dask scheduler answers at {shown(address)}; is it running, and reachable?")


def _answers(address: str) -> bool:
    host, _, port = address.rpartition("://")[2].rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE):
            pass
    except (OSError, ValueError, OverflowError):
        return False  # at once, and without importing all of Dask
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # its complaints of a wrong address are many lines
    try:
        with Client(address, timeout=PATIENCE, set_as_default=False):  # type: ignore[no-untyped-call]
            return True
    except Exception:  # whatever it is: none that can be used
        return False
