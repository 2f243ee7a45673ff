"""CSV files exactly as their owners wrote them: text cells, numbered as a spreadsheet numbers its rows."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pandas as pd

from atpilots.problems import DataError, Problem

NOT_UTF8 = 'is not UTF-8 text; in the spreadsheet program, save it as "CSV UTF-8"'


def read_table(path: Path) -> pd.DataFrame:
    """Read a UTF-8 CSV file with one header row; nothing is guessed.

    Returns text cells, trimmed, "" where blank; the index holds the row numbers that a spreadsheet shows (the header is
    usually 1); wholly blank rows are left out. A row that ends early is blank from there, as Excel writes it.
    Raises DataError for a file that is missing, empty, not UTF-8, not comma-separated, or has rows longer than its
    header, or blank or repeated headers.
    """
    table = read_answers(path)
    return table.astype(dict.fromkeys(table.columns, "str"))


def read_answers(path: Path) -> pd.DataFrame:
    """`read_table`, with each column as a categorical: in a large survey a few texts stand in very many cells."""
    blank = _blank_rows_above(path)
    raw = pd.DataFrame({i: _stripped(column) for i, column in _read_cells(path, blank).items()})
    filled = np.column_stack([(column != "").to_numpy() for _, column in raw.items()])
    raw.index = pd.RangeIndex(1 + blank, 1 + blank + len(raw))
    kept = np.flatnonzero(filled.any(axis=1))
    if len(kept) < len(raw):
        raw, filled = raw.iloc[kept], filled[kept]
    header, table = [str(cell) for cell in raw.iloc[0]], raw.iloc[1:]
    used = [bool(name) or bool(filled[1:, i].any()) for i, name in enumerate(header)]
    table, header = table.loc[:, used].copy(), [name for name, kept in zip(header, used, strict=True) if kept]
    problems = _header_problems(path.name, header)
    if problems:
        raise DataError(problems)
    table.columns = pd.Index(header)
    return table


def _blank_rows_above(path: Path) -> int:
    """How many wholly blank rows stand above the header."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            return sum(1 for _ in itertools.takewhile(lambda line: not line.strip(', \t"\r\n'), stream))
    except FileNotFoundError:
        raise DataError([Problem(path.name, "there is no such file")]) from None
    except UnicodeError:
        raise DataError([Problem(path.name, NOT_UTF8)]) from None


def _read_cells(path: Path, blank: int) -> pd.DataFrame:
    try:
        return pd.read_csv(
            path, header=None, dtype=str, na_filter=False, skip_blank_lines=False, encoding="utf-8-sig", skiprows=blank
        )
    except UnicodeError:
        raise DataError([Problem(path.name, NOT_UTF8)]) from None
    except pd.errors.EmptyDataError:
        raise DataError([Problem(path.name, "is empty")]) from None
    except pd.errors.ParserError:
        raise DataError(_ragged_rows(path)) from None


def _stripped(column: pd.Series) -> pd.Categorical:
    codes, texts = pd.factorize(column.to_numpy(dtype=object))
    places, stripped = pd.factorize(pd.Index(texts, dtype="str").str.strip())
    return pd.Categorical.from_codes(places[codes], categories=stripped)


def _ragged_rows(path: Path) -> list[Problem]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            widths = [len(row) for row in csv.reader(stream)]
        except csv.Error as error:
            return [Problem(path.name, f"is not a readable CSV file: {error}")]
    problems = [
        Problem(path.name, f"has {width} cells where the header has {widths[0]}", row=row)
        for row, width in enumerate(widths, start=1)
        if width > widths[0]
    ]
    return problems or [Problem(path.name, "has a quotation mark that is never closed")]


def _header_problems(file: str, header: list[str]) -> list[Problem]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return [Problem(file, "is not separated by commas", row=1)]
    problems = [
        Problem(file, "has no header", row=1, column=str(position))
        for position, name in enumerate(header, start=1)
        if not name
    ]
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    return problems + [Problem(file, "is the header of more than one column", row=1, column=name) for name in repeated]
