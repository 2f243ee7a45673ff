"""What is handed on from the bytes of an export to its meaning: first a table of cells, then an export with headers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

import pandas as pd

# Before anything is parsed. A file beyond these limits is a mistake, or made to exhaust the machine.
MOST_BYTES = 100_000_000
MOST_ROWS = 250_000
MOST_COLUMNS = 2_000
TYPOGRAPHY = str.maketrans("‘’‚`´“”„–—‑", "'''''\"\"\"---")


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A file's only table, as it stands.

    cells: text, trimmed, "" where blank, one column per position, header rows among them; the index holds the row
    numbers that a spreadsheet shows; wholly blank rows are left out. note: in words, how the file was read. names: the
    columns' names where the file keeps them apart from its cells. labels: as of an Export.
    """

    file: str
    cells: pd.DataFrame = dataclasses.field(repr=False)
    note: str
    names: tuple[tuple[str, ...], ...] = ()
    labels: Mapping[int, Mapping[str, str]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Export:
    """A survey tool's export as read.

    cells: text, trimmed, "" where blank, one column per position; the index holds the row numbers that a spreadsheet
    shows; wholly blank rows are left out. headers: rows of column names, the one that is looked up first first; of
    several header rows the first is theirs joined, "question: part". note: in words, how the file was read.
    tool: which tool wrote it, a key of TOOLS. left_out: why rows are nobody's answers -> how many were.
    labels: of a column by its position, what its values stand for. meta: of a tool's own columns, the position by
    what they hold, such as "date" or "email".
    """

    file: str
    headers: tuple[tuple[str, ...], ...]
    cells: pd.DataFrame = dataclasses.field(repr=False)
    note: str
    tool: str = "csv"
    left_out: Mapping[str, int] = dataclasses.field(default_factory=dict)
    labels: Mapping[int, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    meta: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def find(self, name: str) -> list[int]:
        """The positions of the columns of that name (spaces and line breaks count as one space, dashes are alike)."""
        wanted = comparable_header(name)
        for header in self.headers:
            positions = [position for position, cell in enumerate(header) if comparable_header(cell) == wanted]
            if positions:
                return positions
        return []


def comparable_header(text: str) -> str:
    """A header as it is looked up: single spaces, straight quotation marks and dashes, no colon at its end."""
    return re.sub(r"\s*:$", "", " ".join(text.split()).translate(TYPOGRAPHY))


def letters(place: int) -> str:
    """A column's letters as a spreadsheet shows them, from its place: A, B … Z, AA …"""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)
