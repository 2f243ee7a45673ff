"""The bundled pilots' reports, opened once by each process of the tests: a report cannot be changed."""

from __future__ import annotations

from functools import cache

from atpilots.report.opening import open_report
from atpilots.report.report import Report


@cache
def bundled(pilot: str, audience: str = "public") -> Report:
    """The report of a bundled pilot for an audience."""
    return open_report(pilot, audience)
