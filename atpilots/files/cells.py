"""What a text in a file may mean, whichever file it stands in: a day, a word however it is typed, a formula."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)  # fromisoformat alone would also take 20261123 and 2026-W48-1
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # of a cell that a spreadsheet runs; OWASP, "CSV injection"


def read_day(text: str) -> datetime.date | None:
    """The day that a text names as YYYY-MM-DD; None where it names none."""
    try:
        return datetime.date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def folded(text: str) -> str:
    """The text with single spaces and small letters: two that are folded alike are the same word."""
    return " ".join(text.split()).casefold()


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them: "a", "a and b", "a, b and c"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
