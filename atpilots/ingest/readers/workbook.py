"""Excel workbooks: the sheet that holds the table, its cells as their owner reads them, and what is not read."""

from __future__ import annotations

import datetime
import itertools
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

import pandas as pd

from atpilots.files import DataError, Problem, listed, shown
from atpilots.ingest.export import MOST_COLUMNS, MOST_ROWS, Sheet, letters

MOST_ENTRIES = 500
MOST_UNPACKED = 150_000_000
MOST_RATIO = 200  # the parts of a real workbook unpack to between 2 and 50 times their size
SET = {"1", "true"}
PARENT = "_parent_index"  # KoboToolbox: of a group of questions that is asked again and again
OLE = b"\xd0\xcf\x11\xe0"  # first bytes of .xls and of password-protected workbooks
# openpyxl meets a damaged workbook with any of these; defusedxml refuses entities with a ValueError.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, EOFError, ValueError, LookupError, TypeError, AttributeError,
    RuntimeError, OSError, NotImplementedError, OverflowError,
)  # fmt: skip


def read_workbook(path: Path, sheet: str | None = None) -> Sheet:
    """An Excel workbook: its only sheet that holds a table, or the one named `sheet`.

    Numbers are read as typed (3, not 3.0), true dates as YYYY-MM-DD; nothing is calculated. Raises DataError for
    formulas without a stored value, hidden sheets and rows, macros, passwords, and workbooks beyond the limits.
    """
    try:
        _check_is_workbook(path)
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it does not know; they hold no answers.
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            return _read_workbook(path, sheet)
    except DataError:
        raise
    except DAMAGED as error:
        what = f"is not a readable Excel workbook ({type(error).__name__}); open it and save it again as .xlsx"
        raise DataError([Problem(path.name, what)]) from None


def sheets_with_tables(path: Path) -> list[str]:
    """The titles of a workbook's sheets that hold a table; none where it cannot be read, or any sheet is hidden."""
    import openpyxl

    try:
        _check_is_workbook(path)
        with path.open("rb") as opened:
            sheets = openpyxl.load_workbook(opened, read_only=True, data_only=True, keep_links=False).worksheets
            shown_ones = all(worksheet.sheet_state == "visible" for worksheet in sheets)
            return [worksheet.title for worksheet in sheets if shown_ones and _holds_a_table(worksheet)]
    except (DataError, *DAMAGED):
        return []


def _check_is_workbook(path: Path) -> None:
    """Refuse, before anything is parsed, what is not a plain .xlsx workbook of a believable size."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == OLE:
        raise DataError([Problem(path.name, "is an .xls or password-protected workbook; save it as plain .xlsx")])
    if not zipfile.is_zipfile(path):
        raise DataError([Problem(path.name, "is not an Excel workbook (.xlsx)")])
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise DataError([Problem(path.name, "holds macros; save it as plain .xlsx")])
    swollen = any(entry.file_size > MOST_RATIO * max(entry.compress_size, 1) for entry in entries)
    if swollen or len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise DataError([Problem(path.name, "unpacks to far more than a survey export would; it is not read")])


def _read_workbook(path: Path, sheet: str | None) -> Sheet:
    import openpyxl

    with path.open("rb") as opened:
        # Read-only is also safe: it never expands merged or linked ranges, which a few bytes can make a million cells.
        workbook = openpyxl.load_workbook(opened, read_only=True, data_only=True, keep_links=False)
        worksheet = _chosen(path.name, workbook.worksheets, sheet)
        with zipfile.ZipFile(opened) as archive, archive.open(worksheet._worksheet_path) as stream:
            hidden, problems = _looked_through(path.name, stream)
        if problems:
            raise DataError(problems)
        worksheet.reset_dimensions()  # some tools write a size that is wrong, and cells beyond it would be lost
        rows = list(_text_rows(path.name, worksheet.iter_rows()))
    filled = {number: row for number, row in enumerate(rows, start=1) if any(row)}
    if not filled:
        raise DataError([Problem(path.name, "is empty")])
    width = max(map(len, filled.values()))
    padded = [row + [""] * (width - len(row)) for row in filled.values()]
    cells = pd.DataFrame(padded, index=list(filled), columns=range(width), dtype="str")
    several = "the only one that holds a table, " if sheet is None and len(workbook.worksheets) > 1 else ""
    columns = f"; hidden: column {listed(map(letters, hidden))}, read like the others" if hidden else ""
    return Sheet(path.name, cells, f"workbook, {several}sheet {shown(worksheet.title)}{columns}")


def _chosen(file: str, worksheets: list[Any], sheet: str | None) -> Any:
    titles = [worksheet.title for worksheet in worksheets]
    if sheet is not None and sheet not in titles:
        raise DataError([Problem(file, "has no such sheet", value=sheet, allowed=", ".join(map(shown, titles)))])
    hidden = any(worksheet.sheet_state != "visible" for worksheet in worksheets)
    chosen = worksheets if sheet is None else [worksheets[titles.index(sheet)]]
    if len(chosen) > 1 and not hidden:
        chosen = [worksheet for worksheet in chosen if _holds_a_table(worksheet)] or chosen
    if len(chosen) > 1:
        also = " (hidden ones count)" if hidden else ""
        what = f"has more than one sheet{also}; name the one to read: sheet, in the mapping"
        raise DataError([Problem(file, what, allowed=", ".join(map(shown, titles)))])
    if chosen[0].sheet_state != "visible":
        raise DataError([Problem(file, "the sheet is hidden; show it, and look at it", value=chosen[0].title)])
    return chosen[0]


def _holds_a_table(worksheet: Any) -> bool:
    """Whether two of the first rows have two cells, and none says that it goes with a row of another sheet."""
    worksheet.reset_dimensions()
    rows = list(itertools.islice(worksheet.iter_rows(values_only=True), 20))
    return (
        not any(PARENT in row for row in rows)
        and sum(sum(value not in (None, "") for value in row) > 1 for row in rows) > 1
    )


def _looked_through(file: str, stream: IO[bytes]) -> tuple[list[int], list[Problem]]:
    """The places of hidden columns, and what openpyxl would pass over in silence: hidden rows, formulas without a
    stored value, and mere size.
    """
    from defusedxml.ElementTree import iterparse

    number, hidden = 0, list[int]()
    problems: list[Problem] = []
    for _, element in iterparse(stream):
        if _tag(element) == "col" and element.get("hidden") in SET:
            last = min(int(element.get("max", 0)), MOST_COLUMNS)
            hidden += range(int(element.get("min", 1)) - 1, last)
        elif _tag(element) == "row":
            number = int(element.get("r", number + 1))
            if number > MOST_ROWS:
                what = f"has more than {MOST_ROWS} rows; delete the empty ones at its end"
                return hidden, [*problems, Problem(file, what, row=number)]
            if element.get("hidden") in SET and len(element):
                what = "is hidden, perhaps by a filter; show every row, and delete what is not data"
                problems.append(Problem(file, what, number))
            for cell in element:
                if _is_uncalculated(cell):
                    what = "is a formula without a stored value; open the workbook in Excel and save it"
                    problems.append(Problem(file, what, number, str(cell.get("r")).rstrip("0123456789")))
            element.clear()
    return hidden, problems


def _is_uncalculated(cell: Element) -> bool:
    parts = {_tag(part): part.text for part in cell}
    return "f" in parts and not parts.get("v") and cell.get("t") != "str"  # a formula may give an empty text


def _text_rows(file: str, rows: Iterator[tuple[Any, ...]]) -> Iterator[list[str]]:
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        if len(row) > MOST_COLUMNS:
            raise DataError([Problem(file, f"has more than {MOST_COLUMNS} columns", row=number)])
        broken = [cell for cell in row if cell.value is not None and cell.data_type == "e"]
        problems += [
            Problem(file, "is an error", number, cell.column_letter, _error(str(cell.value))) for cell in broken
        ]
        yield [_cell_text(cell) for cell in row]
    if problems:
        raise DataError(problems)


def _error(text: str) -> str | None:
    """An error's own name, such as #N/A; a damaged file may call any text an error."""
    return text if re.fullmatch(r"#[A-Z0-9/!?]{2,12}", text) else None


def _cell_text(cell: Any) -> str:
    """A cell as its owner reads it: whole numbers without a point, leading zeros of the format kept, ISO dates."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        value = int(value) if value.is_integer() else f"{value:.15g}"  # a spreadsheet has 15 digits
    if isinstance(value, int) and re.fullmatch("0{2,}", cell.number_format):
        return f"{value:0{len(cell.number_format)}d}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value).strip()


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
