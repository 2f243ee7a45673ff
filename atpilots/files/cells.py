"""What a text in a file may mean, whichever file it stands in: a day, a word however it is typed, a formula."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterable, Mapping

NUMBERS = re.compile(r"(\d{1,4})([./ -])(\d{1,2})\2(\d{1,4})(?:[ T]\d{1,2}:\d{2}.{0,12})?", re.ASCII)
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[\s,.]+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)  # fromisoformat alone would also take 20261123 and 2026-W48-1
NEAR, LONGEST_WORD = 0.65, 80  # of difflib; characters of a word that are compared
WHOLE = re.compile(r"([-−–]?)(0|[1-9]\d*)(?:\.0+|,0{1,2})?", re.ASCII)  # 7.0, −9.00, 7,0
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # of a cell that a spreadsheet runs; OWASP, "CSV injection"


def read_day(text: str) -> datetime.date | None:
    """The day that a text names as YYYY-MM-DD; None where it names none."""
    try:
        return datetime.date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def typed_days(texts: Iterable[str]) -> dict[str, str]:
    """The day, as YYYY-MM-DD, that each text surely means which is typed in another way; the others are left out.

    texts: those of one column. 11/01/2021 is sure where all of them can be read in one order of day and month only, and
    in 14/01/2021, 11 January 2021 and a spreadsheet's day number (44207) it is.
    """
    readings = {text: _readings(text) for text in texts}
    numeric = [set(found) for found in readings.values() if found]
    orders = set.intersection(*numeric) if numeric else set()
    sure: dict[str, str] = {}
    for text, found in readings.items():
        days = {found[order] for order in orders.intersection(found) or found}
        if len(days) == 1:
            sure[text] = days.pop().isoformat()
        elif not found and (day := _said_day(text)):
            sure[text] = day.isoformat()
    return sure


def _readings(text: str) -> dict[str, datetime.date]:
    """What three numbers can mean, by the order of year, month and day."""
    match = NUMBERS.fullmatch(text)
    if not match:
        return {}
    numbers = [match[1], match[3], match[4]]
    found = {}
    for order in ("ymd", "dmy", "mdy"):
        year = numbers[order.index("y")]
        if len(year) == 4 or (len(year) == 2 and order != "ymd" and max(map(len, numbers)) == 2):
            parts = [int(f"20{year}" if len(year) == 2 else year), *(int(numbers[order.index(part)]) for part in "md")]
            with contextlib.suppress(ValueError):
                found[order] = datetime.date(*parts)
    return found


def _said_day(text: str) -> datetime.date | None:
    """The day of a text that names the month, or is a spreadsheet's number of a day in this century's first half."""
    if re.fullmatch(r"[345]\d{4}", text, re.ASCII):
        return datetime.date(1899, 12, 30) + datetime.timedelta(days=int(text))
    parts = [part for part in re.split(r"[\s,./-]+", WEEKDAY.sub("", text.casefold())) if part]
    months = [i for i, part in enumerate(parts) if len(part) >= 3 and any(name.startswith(part) for name in MONTHS)]
    if len(parts) != 3 or len(months) != 1:
        return None
    said = parts.pop(months[0])
    month = next(i for i, name in enumerate(MONTHS, start=1) if name.startswith(said))
    numbers = [re.sub(r"(?<=\d)(st|nd|rd|th)$", "", part) for part in parts]
    if not all(re.fullmatch(r"\d{1,4}", number, re.ASCII) for number in numbers):
        return None
    day, year = sorted(numbers, key=lambda number: len(number) == 4)
    if len(year) != 4:
        return None
    with contextlib.suppress(ValueError):
        return datetime.date(int(year), month, int(day))
    return None


def folded(text: str) -> str:
    """The text with single spaces and small letters: two that are folded alike are the same word."""
    return " ".join(text.split()).casefold()


def plain_number(text: str) -> str:
    """A whole number without the noughts behind its point (7.0 is 7, −9.00 is -9); any other text as it is."""
    whole = WHOLE.fullmatch(text)
    if not whole:
        return text
    return f"-{whole[2]}" if whole[1] and whole[2] != "0" else whole[2]


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them: "a", "a and b", "a, b and c"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def nearest(word: str, legal: Iterable[str], said: Mapping[str, Iterable[str]] | None = None) -> str | None:
    """The legal word that was probably meant, by its own spelling or another way in which it is `said`; None where none
    is near.
    """
    import difflib  # needed where something is wrong

    spoken: dict[str, str] = {}
    for known in legal:
        for text in (known, known.replace("_", " "), *(said or {}).get(known, ())):
            spoken.setdefault(text.casefold(), known)
    plain = " ".join(word[:LONGEST_WORD].split()).casefold()
    near = difflib.get_close_matches(plain, spoken, n=1, cutoff=NEAR)
    return spoken[near[0]] if near else None
