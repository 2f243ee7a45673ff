"""Text files: how they were encoded, what separates their cells, and which rows cannot be meant."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from atpilots.files import DataError, Problem
from atpilots.ingest.export import MOST_COLUMNS, MOST_ROWS, Sheet

ZIP, OLE, SPSS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", (b"$FL2", b"$FL3")  # what a file of another kind begins with
UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
# Bytes that are a letter or an apostrophe within a word in the one encoding, and none in the other.
MAC = re.compile(rb"[A-Za-z](?:[\x81\x83\x86-\x8a\x8c-\x90\x98\x9a\x9c-\x9f]|\xd5[a-z])")
WINDOWS = re.compile(rb"[\x80\x82\x84\x85\x91-\x97\x99]|[A-Za-z][\xdf-\xff]|[\xc0-\xcf\xd6-\xde][a-z]")
DOUBT = "look at accents and quotation marks"
LOOK, MOST_LINES = 30, 5_000  # rows that tell the separator; bytes of one line are not limited


def read_delimited(path: Path) -> Sheet:
    """A text file of cells separated by commas, semicolons or tabs. Raises DataError."""
    raw = path.read_bytes()
    if raw.startswith((ZIP, OLE)):
        raise DataError([Problem(path.name, "is an Excel workbook, not CSV; name it .xlsx, or save it as CSV UTF-8")])
    if raw.startswith(SPSS):
        raise DataError([Problem(path.name, "is an SPSS file, not CSV; name it .sav")])
    text, encoding = _decoded(path.name, raw)
    if not text.strip(', ;\t"\r\n'):
        raise DataError([Problem(path.name, "is empty")])
    text = re.sub(r"\Asep=[,;\t]\r?\n", "", text)  # for Excel, which does not show it as a row
    separator, width = _separated_by(text)
    if width > MOST_COLUMNS:
        raise DataError([Problem(path.name, f"has more than {MOST_COLUMNS} columns")])
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths = list[int]()
    try:
        widths += (len(row) for row in itertools.islice(rows, LOOK))
    except csv.Error:
        what = f"has a cell of more than {csv.field_size_limit():,} characters; is a quotation mark not closed?"
        raise DataError([Problem(path.name, what, row=len(widths) + 1)]) from None
    first, *others = widths
    if 2 * first > 3 * max(others, default=first) > 12:  # somebody's answers would be taken for headers, and told
        what = f"has {first} cells where no row below has more than {max(others)}; a line break is missing"
        raise DataError([Problem(path.name, what, row=1)])
    cells = _parsed(path.name, text, separator, width)
    if not len(cells):
        raise DataError([Problem(path.name, "is empty")])
    swallowed = list(_swallowed(path.name, cells, separator, width))
    if swallowed:
        raise DataError(swallowed)
    return Sheet(path.name, cells, f"{SEPARATORS[separator]}-separated, {encoding}")


def _decoded(file: str, raw: bytes) -> tuple[str, str]:
    """The file's text, and in words how it was decoded."""
    wide = UTF16.get(raw[:2]) or _unmarked_utf16(raw)
    if wide:
        try:
            return raw.decode(wide).removeprefix("\ufeff"), "UTF-16"
        except UnicodeDecodeError:
            raise DataError([Problem(file, 'is damaged UTF-16 text; save it as "CSV UTF-8"')]) from None
    if b"\0" in raw:
        raise DataError([Problem(file, 'is no text that can be read; save it as "CSV UTF-8"')])
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        line = len(raw[: error.start].splitlines()) or 1
    mac, windows = len(MAC.findall(raw)), len(WINDOWS.findall(raw))
    where = f"not UTF-8 from line {line} of the file on; {DOUBT}"
    if mac > windows:
        return raw.decode("mac_roman"), f"Mac Roman, or Windows-1252 ({where})"
    try:
        return raw.decode("cp1252"), f"Windows-1252{', or Mac Roman' if mac else ''} ({where})"
    except UnicodeDecodeError:
        raise DataError([Problem(file, 'is neither UTF-8 nor Windows-1252 text; save it as "CSV UTF-8"')]) from None


def _unmarked_utf16(raw: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of plain text is nought."""
    start = raw[:2_000]
    half = len(start) // 2
    if half and start[1::2].count(0) > 0.8 * half and not start[::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if half and start[::2].count(0) > 0.8 * half and not start[1::2].count(0) else None


def _separated_by(text: str) -> tuple[str, int]:
    """The separator that most of the first rows agree about, and how many cells the widest of them has."""

    def agreement(separator: str) -> tuple[float, int, int]:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            widths = [len(row) for row in itertools.islice(rows, LOOK) if row]
        except csv.Error:
            return 0, 0, 1
        width, times = Counter(widths).most_common(1)[0] if widths else (1, 0)
        return (times / len(widths) if width > 1 else 0), width, max(widths, default=1)

    found = {separator: agreement(separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: found[separator][:2])
    return best, found[best][2]


def _parsed(file: str, text: str, separator: str, width: int) -> pd.DataFrame:
    """The rows as text cells, numbered as a spreadsheet numbers them; a row that ends early is blank from there."""
    top = '""' + separator * (width - 1) + "\n"  # row 0, as wide as the widest, so that a longer row is told from it
    try:
        table = pd.read_csv(
            io.StringIO(top + text), sep=separator, header=None, dtype="str", na_filter=False, skip_blank_lines=False,
            low_memory=False,
        )  # fmt: skip
    except (pd.errors.ParserError, ValueError):
        raise DataError(_ragged(file, text, separator, width)) from None
    if len(table) > MOST_ROWS:
        raise DataError([Problem(file, f"has more than {MOST_ROWS} rows")])
    columns, blank = {}, np.full(len(table), True)
    for place in table:
        trimmed = np.array([cell.strip() for cell in table[place].fillna("").tolist()], dtype=object)
        blank &= trimmed == ""
        columns[place] = pd.Series(trimmed, dtype="str")
    return pd.DataFrame(columns, copy=False)[~blank]


def _ragged(file: str, text: str, separator: str, width: int) -> list[Problem]:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)]
    except csv.Error as error:
        return [Problem(file, f"is not a readable CSV file: {error}")]
    problems = [
        Problem(file, f"has {found} cells where the header has {width}", row=row)
        for row, found in enumerate(widths, start=1)
        if found > width
    ]
    return problems or [Problem(file, "has a quotation mark that is never closed")]


def _breaks(text: str) -> bool:
    return "\n" in text or "\r" in text


def _swallowed(file: str, cells: pd.DataFrame, separator: str, width: int) -> Iterator[Problem]:
    """A stray quotation mark makes one cell of all that follows, up to the next one: whole rows are gone unseen.

    A text may hold line breaks, but no line that has as many separators as a row.
    """
    if width < 3:
        return
    rows = {
        int(row)
        for texts in (cells[place].tolist() for place in cells)
        if _breaks("".join(texts))
        for row, cell in zip(cells.index, texts, strict=True)
        if _breaks(cell) and any(line.count(separator) >= width - 2 for line in cell.splitlines()[1:])
    }
    for row in sorted(rows):
        yield Problem(file, "holds what reads as a row of its own; close the quotation mark before it", row=row)
