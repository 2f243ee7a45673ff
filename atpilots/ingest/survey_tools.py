"""What a survey tool's export looks like: one reader per tool, each giving text cells under named columns."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

import pandas as pd

from atpilots.files import DataError, Problem, read_table, shown

# A pilot's export has hundreds of rows. A file beyond these limits is a mistake, or made to exhaust the machine.
MOST_BYTES = 20_000_000
MOST_ENTRIES = 500
MOST_UNPACKED = 40_000_000
MOST_RATIO = 200  # the parts of a real workbook unpack to between 2 and 50 times their size
MOST_ROWS = 20_000
MOST_COLUMNS = 1_000

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # first bytes of .xlsx; of .xls and of password-protected workbooks
ENDINGS = {".csv": "csv", ".xlsx": "xlsx"}
# openpyxl meets a damaged workbook with any of these; defusedxml refuses entities with a ValueError.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, EOFError, ValueError, LookupError, TypeError, AttributeError,
    RuntimeError,
)  # fmt: skip
IMPORT_ID = b'ImportId"'  # in the third header row of Qualtrics, however its quotation marks are doubled


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
        """The positions of the columns of that name (spaces and line breaks count as one space)."""
        for header in self.headers:
            positions = [position for position, cell in enumerate(header) if _spaced(cell) == _spaced(name)]
            if positions:
                return positions
        return []


Reader = Callable[[Path, str | None], Export]


def read_export(path: Path, tool: str | None = None, sheet: str | None = None) -> Export:
    """Read one export with the reader of `tool`, by default the one for the file's ending.

    sheet: the worksheet to read, for workbooks only; needed where there is more than one.
    Raises DataError with the file's problems.
    """
    ending = path.suffix.lower()
    if tool is None and ending not in ENDINGS:
        what = "is not a kind of file that can be read; save it as .xlsx or as CSV UTF-8"
        raise DataError([Problem(path.name, what, value=ending, allowed=", ".join(ENDINGS))])
    tool = ENDINGS[ending] if tool is None else tool
    if tool not in TOOLS:
        raise DataError([Problem("--tool", "there is no such tool", value=tool, allowed=", ".join(TOOLS))])
    if not path.is_file():
        raise DataError([Problem(path.name, "there is no such file")])
    if path.stat().st_size > MOST_BYTES:
        raise DataError([Problem(path.name, f"is larger than {MOST_BYTES // 1_000_000} MB")])
    return TOOLS[tool](path, sheet)


def read_csv(path: Path, sheet: str | None = None) -> Export:
    """A plain export: comma-separated UTF-8 with one header row. Raises DataError."""
    _check_is_text(path, sheet)
    if IMPORT_ID in path.read_bytes():
        raise DataError([Problem(path.name, "is an export of Qualtrics: add --tool qualtrics", row=3)])
    table = read_table(path)
    header = tuple(str(name) for name in table.columns)
    cells = table.set_axis(range(len(header)), axis="columns")
    return Export(path.name, (header,), cells, "comma-separated, UTF-8")


def read_qualtrics(path: Path, sheet: str | None = None) -> Export:
    """A Qualtrics export: comma-separated, three header rows (question codes, wording, import ids).

    A column may be called by its code or by its wording; codes are looked up first. Text that is not UTF-8 is decoded
    as Windows-1252, and the note says so. Raises DataError.
    """
    _check_is_text(path, sheet)
    text, encoding = _decoded(path)
    rows = _csv_rows(path.name, text)
    if len(rows) < 3 or not any(IMPORT_ID.decode() in cell for cell in rows[2]):
        what = "holds no import ids; a Qualtrics export has three header rows: codes, wording and import ids"
        raise DataError([Problem(path.name, what, row=3)])
    ragged = [(number, len(row)) for number, row in enumerate(rows, start=1) if row and len(row) != len(rows[0])]
    if ragged:
        what = f"cells where the header has {len(rows[0])}"
        raise DataError(Problem(path.name, f"has {width} {what}", row=number) for number, width in ragged)
    return Export(path.name, (tuple(rows[0]), tuple(rows[1])), _frame(rows, 3), f"Qualtrics, {encoding}")


def read_xlsx(path: Path, sheet: str | None = None) -> Export:
    """An Excel workbook with one header row: its only sheet, or the one named `sheet`.

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


TOOLS: dict[str, Reader] = {"csv": read_csv, "qualtrics": read_qualtrics, "xlsx": read_xlsx}


def _check_is_text(path: Path, sheet: str | None) -> None:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start in {ZIP, OLE}:
        raise DataError([Problem(path.name, "is an Excel workbook, not CSV; name it .xlsx, or save it as CSV UTF-8")])
    if sheet is not None:
        raise DataError([Problem(path.name, "has no sheets; take sheet out of the mapping", value=sheet)])


def _decoded(path: Path) -> tuple[str, str]:
    """The file's text, and in words how it was decoded."""
    raw = path.read_bytes()
    if b"\0" in raw:
        raise DataError([Problem(path.name, 'is neither UTF-8 nor Windows-1252 text; save it as "CSV UTF-8"')])
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        note = f"Windows-1252 (not UTF-8 from line {line} of the file on; look at accents and quotation marks)"
    try:
        return raw.decode("cp1252"), note
    except UnicodeDecodeError:
        raise DataError([Problem(path.name, "is neither UTF-8 nor Windows-1252 text")]) from None


def _csv_rows(file: str, text: str) -> list[list[str]]:
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as error:
        raise DataError([Problem(file, f"is not a readable CSV file: {error}")]) from None


def _frame(rows: list[list[str]], headers: int) -> pd.DataFrame:
    """The rows under the headers, all as wide, as text cells by position; numbered as a spreadsheet numbers them."""
    kept = {number: row for number, row in enumerate(rows, start=1) if number > headers and any(row)}
    return pd.DataFrame(list(kept.values()), index=list(kept), columns=range(len(rows[0])), dtype=str)


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


def _read_workbook(path: Path, sheet: str | None) -> Export:
    import openpyxl

    with path.open("rb") as opened:
        # Read-only is also safe: it never expands merged or linked ranges, which a few bytes can make a million cells.
        workbook = openpyxl.load_workbook(opened, read_only=True, data_only=True, keep_links=False)
        worksheet = _chosen(path.name, workbook.worksheets, sheet)
        with zipfile.ZipFile(opened) as archive, archive.open(worksheet._worksheet_path) as stream:
            problems = list(_sheet_problems(path.name, stream))
        if problems:
            raise DataError(problems)
        worksheet.reset_dimensions()  # some tools write a size that is wrong, and cells beyond it would be lost
        rows = list(_text_rows(path.name, worksheet.iter_rows()))
    if not rows or not any(rows[0]):
        raise DataError([Problem(path.name, "has no header", row=1)])
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    return Export(path.name, (tuple(rows[0]),), _frame(rows, 1), f"workbook, sheet {shown(worksheet.title)}")


def _chosen(file: str, worksheets: list[Any], sheet: str | None) -> Any:
    titles = [worksheet.title for worksheet in worksheets]
    if sheet is None and len(titles) > 1:
        hidden = " (hidden ones count)" if any(w.sheet_state != "visible" for w in worksheets) else ""
        what = f"has more than one sheet{hidden}; name the one to read: sheet, in the mapping"
        raise DataError([Problem(file, what, allowed=", ".join(map(shown, titles)))])
    if sheet is not None and sheet not in titles:
        raise DataError([Problem(file, "has no such sheet", value=sheet, allowed=", ".join(map(shown, titles)))])
    worksheet = worksheets[0 if sheet is None else titles.index(sheet)]
    if worksheet.sheet_state != "visible":
        raise DataError([Problem(file, "the sheet is hidden; show it, and look at it", value=worksheet.title)])
    return worksheet


def _sheet_problems(file: str, stream: IO[bytes]) -> Iterator[Problem]:
    """What openpyxl would pass over in silence: hidden rows, formulas without a stored value, and mere size."""
    from defusedxml.ElementTree import iterparse

    number = 0
    for _, element in iterparse(stream):
        if _tag(element) == "row":
            number = int(element.get("r", number + 1))
            if number > MOST_ROWS:
                yield Problem(file, f"has more than {MOST_ROWS} rows; delete the empty ones at its end", row=number)
                return
            if element.get("hidden") in {"1", "true"} and len(element):
                yield Problem(
                    file, "is hidden, perhaps by a filter; show every row, and delete what is not data", number
                )
            for cell in element:
                if _is_uncalculated(cell):
                    what = "is a formula without a stored value; open the workbook in Excel and save it"
                    yield Problem(file, what, number, str(cell.get("r")).rstrip("0123456789"))
            element.clear()


def _is_uncalculated(cell: Element) -> bool:
    parts = {_tag(part): part.text for part in cell}
    return "f" in parts and not parts.get("v") and cell.get("t") != "str"  # a formula may give an empty text


def _text_rows(file: str, rows: Iterator[tuple[Any, ...]]) -> Iterator[list[str]]:
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        if len(row) > MOST_COLUMNS:
            raise DataError([Problem(file, f"has more than {MOST_COLUMNS} columns", row=number)])
        broken = [cell for cell in row if cell.value is not None and cell.data_type == "e"]
        problems += [Problem(file, "is an error", number, cell.column_letter, str(cell.value)) for cell in broken]
        yield [_cell_text(cell) for cell in row]
    if problems:
        raise DataError(problems)


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


def _spaced(text: str) -> str:
    return " ".join(text.split())
