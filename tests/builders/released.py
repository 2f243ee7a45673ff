"""Published pages for tests: of a collected pilot a draft is made, and two people who read it release it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from atpilots.disclosure.thresholds import Audience
from atpilots.publish.releasing import release
from atpilots.publish.rendering import render

READERS = ("Ann Officer", "Bob Reader")


def released(pilot: Path, audience: Audience, reports: Path, **how: Any) -> Path:
    """The released page of a collected pilot; that of a synthetic one."""
    outcome = render(pilot, audience, reports)
    if outcome.status == "published" and outcome.page is not None:
        return outcome.page
    return release(pilot, READERS, audience, reports=reports, **how)
