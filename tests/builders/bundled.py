"""The bundled pilots' reports, opened once by each process of the tests: a report cannot be changed."""

from __future__ import annotations

from functools import cache

from atpilots.files.project_folders import BUNDLED
from atpilots.report.opening import open_report
from atpilots.report.report import Report

BUNDLED_PILOTS = tuple(sorted(path.parent.name for path in BUNDLED.glob("*/pilot.toml")))


@cache
def bundled(pilot: str, audience: str = "public") -> Report:
    """The report of a bundled pilot for an audience."""
    return open_report(pilot, audience)
