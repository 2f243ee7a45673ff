"""The day that stands on a page, a release's as the ledger has it, and the number of the release."""

from __future__ import annotations

import dataclasses
import datetime
import os

from atpilots.files import UsageError

EPOCH = "SOURCE_DATE_EPOCH"


@dataclasses.dataclass(frozen=True)
class Stamp:
    """What a page tells of its making. date: YYYY-MM-DD, or "". release: its number in the ledger, or ""."""

    date: str = ""
    release: str = ""

    def __str__(self) -> str:
        if not self.date:
            return ""
        day = datetime.date.fromisoformat(self.date)
        told = f"on {day.day} {day:%B %Y}"
        return f"Released {told}. Release number: {self.release}." if self.release else f"Made {told}."


def stamp_of_environment() -> Stamp:
    """For what is no release: no date, so that every run makes the same bytes, unless SOURCE_DATE_EPOCH is set.

    Raises UsageError where that is no number of seconds since 1970.
    """
    seconds = os.environ.get(EPOCH, "")
    if not seconds:
        return Stamp()
    try:
        return Stamp(datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date().isoformat())
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{EPOCH} is not a number of seconds since 1970") from None
