"""CSV files exactly as their owners wrote them: text cells, numbered as a spreadsheet numbers its rows."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from atpilots.problems import DataError, Problem


def read_table(path: Path) -> pd.DataFrame:
    """Read a UTF-8 CSV file with one header row; nothing is guessed.

    Returns text cells, trimmed, "" where blank; the index holds the row numbers that a spreadsheet shows (the first
    row under the header is 2); wholly blank rows are left out.
    Raises DataError for a file that is missing, empty, not UTF-8, not comma-separated, or has ragged rows, or blank or
    repeated headers.
    """
    raw = _read_cells(path)
    header = [str(cell).strip() for cell in raw.iloc[0]]
    table = raw.iloc[1:].apply(lambda column: column.str.strip()) if len(raw) > 1 else raw.iloc[1:]
    table.index = pd.RangeIndex(2, 2 + len(table))
    table = table.loc[(table != "").any(axis=1)] if len(table) else table
    used = [bool(name) or bool((table.iloc[:, i] != "").any()) for i, name in enumerate(header)]
    table, header = table.loc[:, used], [name for name, kept in zip(header, used, strict=True) if kept]
    problems = _header_problems(path.name, header)
    if problems:
        raise DataError(problems)
    table.columns = pd.Index(header)
    return table


def _read_cells(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, header=None, dtype=str, na_filter=False, skip_blank_lines=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError([Problem(path.name, "there is no such file")]) from None
    except (UnicodeDecodeError, UnicodeError):
        what = 'is not UTF-8 text; in the spreadsheet program, save it as "CSV UTF-8"'
        raise DataError([Problem(path.name, what)]) from None
    except pd.errors.EmptyDataError:
        raise DataError([Problem(path.name, "is empty")]) from None
    except pd.errors.ParserError:
        raise DataError(_ragged_rows(path)) from None


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
