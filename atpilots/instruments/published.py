"""What is published of others' scores on a shipped instrument, in `yardsticks.csv` beside this module.

Only values read in their source, or in two that agree (`sure` is V or 2); the whole country only: boroughs are never
ranked.
"""

from __future__ import annotations

import csv
import datetime
from functools import cache
from pathlib import Path

from pydantic import field_validator

from atpilots.instruments.definition import Part

FILE = Path(__file__).parent / "yardsticks.csv"
OLDER = 65  # years


class Yardstick(Part):
    """One published number: of which statistic, people (of that age or over), time and place."""

    instrument: str
    statistic: str
    value: str
    people: str
    age_from: int | None
    first: datetime.date
    last: datetime.date
    place: str
    period: str
    source: str
    url: str
    sure: str

    @field_validator("age_from", mode="before")
    @classmethod
    def _blank_is_everybody(cls, text: str) -> str | None:
        return text or None

    def days_from(self, day: datetime.date) -> int:
        """How far a day lies from the period; 0 within it."""
        return max((self.first - day).days, (day - self.last).days, 0)


def yardsticks(instrument: str, started: datetime.date | None, older: bool) -> tuple[Yardstick, ...]:
    """The published numbers nearest to when a pilot started (None: the latest), of older people where there are any.

    older: whether the pilot is for older people. All are of one period and statistic; none where none is verified.
    """
    known = [one for one in _all() if one.instrument == instrument]
    known = [one for one in known if older and (one.age_from or 0) >= OLDER] or [o for o in known if o.age_from is None]
    if not known:
        return ()
    day = started or max(one.last for one in known)
    nearest = min(known, key=lambda one: (one.days_from(day), -one.last.toordinal()))
    return tuple(one for one in known if one.first == nearest.first)


@cache
def _all() -> tuple[Yardstick, ...]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(Yardstick.model_validate(row) for row in csv.DictReader(stream))
