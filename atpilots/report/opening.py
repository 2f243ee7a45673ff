"""How a report is opened: by name, path or loaded pilot; the same one again as long as the pilot's files are the same.

Notebook, exporter and gate each open the report for themselves: its sections are then made once.
"""

from __future__ import annotations

import functools
import hashlib
import os
from pathlib import Path

from atpilots.disclosure import Audience
from atpilots.pilots import Pilot, find_pilot, load_pilot
from atpilots.report.report import Report

LAST_OPENED = 3  # pilots whose reports are kept


def open_report(pilot: str | os.PathLike[str] | Pilot, audience: str = "public") -> Report:
    """The report of a pilot (by name, path or loaded) for an audience; an unknown audience is the public.

    While no file of the pilot's folder changes, it is the same report, whose sections were made already.
    Raises DataError where the pilot's files have problems.

    >>> import atpilots as at
    >>> at.open_report("greenwich", audience="unknown").audience.value  # nobody named: the public
    'public'
    """
    if isinstance(pilot, Pilot):
        return Report(pilot, Audience.of(audience))
    folder = find_pilot(pilot).resolve()
    return _reports_of(folder, _state(folder))[Audience.of(audience)]


@functools.lru_cache(maxsize=LAST_OPENED)
def _reports_of(folder: Path, state: str) -> dict[Audience, Report]:  # noqa: ARG001 - told apart by the state
    pilot = load_pilot(folder)  # once for all audiences, whichever pilots are opened in between
    return {audience: Report(pilot, audience) for audience in Audience}


def _state(folder: Path) -> str:
    """A fingerprint of every file of a pilot's folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    each = [f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    return hashlib.sha256("\n".join(each).encode()).hexdigest()
