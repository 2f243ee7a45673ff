"""Which words of a respondent may be shown: by default none (R-QUO-01 to 07).

A quote is personal data that somebody consented to publish; rounding does not protect it. It is shown without any
attribute of its author, in an order that tells nothing.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from atpilots.files import DataError, Problem, folded, read_day, read_table
from atpilots.pilots.pilot import Pilot
from atpilots.pilots.rekeying import codes_as_in_survey
from atpilots.privacy import A_NAME, DirectIdentifiers, scan

FILE = "quotes.csv"
COLUMNS = (
    "respondent", "quote", "tone", "consent_public", "consent_date", "consent_version", "withdrawn", "author",
    "reviewer_1", "reviewer_2", "next_review",
)  # fmt: skip
TONES = ("positive", "neutral", "negative")
LOG = "replacements.csv"
LOG_COLUMNS = ("respondent", "original", "replacement")
INITIALS = re.compile(r"[A-Za-z]{2,4}")
REPLACED = re.compile(r"\[[^\[\]]+\]")


@dataclasses.dataclass(frozen=True)
class Quote:
    """A row of quotes.csv: whose words, and every reason why they may not be shown."""

    row: int
    respondent: str
    text: str
    tone: str
    refusals: tuple[str, ...]

    @property
    def permitted(self) -> bool:
        """Whether it may be shown."""
        return not self.refusals


def read_quotes(pilot: Pilot) -> tuple[Quote, ...]:
    """Every quote of a pilot, in the file's order; none where there is no file.

    Raises DataError where one of the two files cannot be read, or where a quote's next review is due: a page must not
    change with the clock, so somebody has to look.
    """
    table, replaced = quote_files(pilot.folder)
    if table is None:
        return ()
    present = {code.casefold() for code in pilot.answers.index.get_level_values("respondent")}  # not who withdrew
    log = () if replaced is None else tuple(_records(replaced, LOG_COLUMNS))
    rows = list(zip(_records(table, COLUMNS), map(int, table.index), strict=True))
    quotes = tuple(
        Quote(row, cells["respondent"].casefold(), cells["quote"], cells["tone"],
              (*_refusals(cells, present, pilot.identifiers), *_unlogged(cells, log)))
        for cells, row in rows
    )  # fmt: skip
    overdue = [q.row for q, (cells, _) in zip(quotes, rows, strict=True) if q.permitted and _is_due(cells)]
    if overdue:
        raise DataError(Problem(FILE, "is due for its review", row=row, column="next_review") for row in overdue)
    return quotes


def quote_files(folder: Path) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """quotes.csv and the private log replacements.csv, None where there is no file; codes as survey.csv compares them.

    The log says what stood where a quote now has words in square brackets (R-QUO-06); it reaches no page.
    Raises DataError with whatever makes either of them unreadable.
    """
    tables: list[pd.DataFrame | None] = []
    problems: list[Problem] = []
    for name, columns in ((FILE, COLUMNS), (LOG, LOG_COLUMNS)):
        try:
            tables.append(_read(folder / name, columns) if (folder / name).is_file() else None)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    quotes, log = tables
    return quotes, log


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """A table that has these columns."""
    table = read_table(path)
    missing = [column for column in columns if column not in table]
    if missing:
        raise DataError(Problem(path.name, "is not there", row=1, column=column) for column in missing)
    return table.assign(respondent=codes_as_in_survey(table["respondent"], path.parent))


def _records(table: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, str]]:
    return [{column: str(record[column]) for column in columns} for record in table.to_dict("records")]


def shown_quotes(pilot: Pilot) -> tuple[str, ...]:
    """The quotes that may be shown: one per person, a neutral or negative one before a positive one, in keyed order."""

    def place(quote: Quote) -> bytes:
        return hmac.new(pilot.key, quote.text.encode(), hashlib.sha256).digest()

    permitted = [quote for quote in read_quotes(pilot) if quote.permitted]
    ordered = sorted(permitted, key=lambda quote: (quote.tone == "positive", place(quote)))
    one_each = {quote.respondent: quote for quote in reversed(ordered)}
    return tuple(quote.text for quote in sorted(one_each.values(), key=place))


def _refusals(cells: Mapping[str, str], present: set[str], who: DirectIdentifiers) -> Iterator[str]:
    """R-QUO-01: whatever is missing or cannot be read is a no."""
    if cells["consent_public"].casefold() != "yes":
        yield "no consent to publish"
    if read_day(cells["consent_date"]) is None or not cells["consent_version"]:
        yield "consent without a date or a version"
    elif cells["consent_date"] > str(_today()):
        yield "consent with a date that is still to come"
    if cells["withdrawn"].casefold() not in {"no", "false"}:
        yield "withdrawn, or not said"
    if read_day(cells["next_review"]) is None:
        yield "no date for the next review"
    three = {cells[column].casefold() for column in ("author", "reviewer_1", "reviewer_2")}
    if len(three) < 3 or not all(map(INITIALS.fullmatch, three)):  # "Anna Brown" would be another person than AB
        yield "not reviewed by two people other than its author"
    if cells["tone"] not in TONES:
        yield "tone is not positive, neutral or negative"
    if folded(cells["respondent"]) not in present:
        yield "not of a respondent who is in the pilot"
    yield from (f"holds {what}" for what in scan(cells["quote"], who.names))
    if not cells["quote"].strip().isprintable():
        yield "holds a line break or another character that cannot be printed"
    yield from (f"holds {what}" for what in DirectIdentifiers(codes=who.codes).found_in(cells["quote"]))


def _unlogged(cells: Mapping[str, str], log: tuple[dict[str, str], ...]) -> Iterator[str]:
    """A replacement that the log does not hold, or words that the log says were replaced."""
    mine = [entry for entry in log if folded(entry["respondent"]) == folded(cells["respondent"])]
    logged = {folded(entry["replacement"]).strip("[]") for entry in mine if entry["original"]}
    if any(folded(found).strip("[]") not in logged for found in REPLACED.findall(cells["quote"])):
        yield f"holds a replacement in square brackets that {LOG} does not explain"
    if A_NAME in scan(cells["quote"], {entry["original"] for entry in mine if entry["original"]}):
        yield "holds words that were to be replaced"


def _is_due(cells: Mapping[str, str]) -> bool:
    review = read_day(cells["next_review"])
    return review is None or review < _today()


def _today() -> datetime.date:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    utc = datetime.UTC
    now = datetime.datetime.now(utc) if epoch is None else datetime.datetime.fromtimestamp(int(epoch), utc)
    return now.date()
