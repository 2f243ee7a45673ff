"""CSV files exactly as their owners wrote them: text cells, numbered as a spreadsheet numbers its rows."""

from __future__ import annotations

import codecs
import contextlib
import csv
import functools
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pandas as pd

from atpilots.files.parallel import map_in_threads
from atpilots.files.problems import DataError, Problem

QUOTED = re.compile(r'"[^"]*"')
CUT_OFF = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")
MANY = 10_000  # different texts of a column
SEPARATED = (
    'not commas; in the spreadsheet program, open it with that separator (Data, From Text/CSV) and save it as "CSV '
    "UTF-8 (comma delimited)\"; where that writes them again, set the computer's list separator to a comma"
)
NOT_UTF8 = 'is not UTF-8 text; in the spreadsheet program, save it as "CSV UTF-8"'

MOST_COLUMNS = 1_000
LONGEST_LINE = 300_000  # bytes; a row of a thousand columns and a long comment is far shorter
LONGEST_CELL = 20_000  # characters
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
BLANK = ', \t"\r\n'  # what a blank row is made of
FIRST, PIECE = 2**16, 2**22  # bytes parsed at a time: the parser's own memory is several times a piece's
FEW = 200  # different texts of a column in the first piece


def read_table(path: Path) -> pd.DataFrame:
    """Read a UTF-8 CSV file with one header row; nothing is guessed.

    Returns text cells, trimmed, "" where blank; the index holds the row numbers that a spreadsheet shows (the header is
    usually 1); wholly blank rows are left out. A row that ends early is blank from there, as Excel writes it.
    Raises DataError for a file that is missing, empty, not UTF-8, not comma-separated, or has rows longer than its
    header, or blank or repeated headers.
    """
    table = read_answers(path)
    return table.astype(dict.fromkeys(table.columns, "str"))


def read_answers(path: Path, told: list[Problem] | None = None) -> pd.DataFrame:
    """`read_table`, with each column as a categorical: in a large survey a few texts stand in very many cells.

    told: where given, faults of single rows, cells and headers are added to it instead of raised, and the table is
    without these rows and columns.
    """
    wide: list[Problem] = []
    pieces, header_row = _read_pieces(path, wide)
    if wide and told is None:
        raise DataError(wide)
    header = [str(text).strip() for text in pieces[0].iloc[0]]
    columns = [[piece[place].iloc[1:] for piece in pieces] for place in range(len(header))]
    cells = dict(enumerate(map_in_threads(_joined, columns, rows=sum(map(len, pieces)))))
    rows = pd.RangeIndex(header_row + 1, header_row + 1 + len(cells[0]))
    table = pd.DataFrame(cells, index=rows, copy=False)
    out = _blank_rows(table) | table.index.isin([problem.row for problem in wide])
    if out.any():
        table = select_rows(table, ~out)
    used = [bool(name) or bool((table[place] != "").any()) for place, name in enumerate(header)]
    under = [str(table[place].iloc[0]) if len(table) else "" for place in table]
    under = [text for text, kept in zip(under, used, strict=True) if kept]
    header = [name for name, kept in zip(header, used, strict=True) if kept]
    problems = _header_problems(path.name, header, under, header_row)
    problems += [problem for place in cells for problem in _long_cells(path.name, table[place])]
    if problems and (told is None or not {*header} - {""}):
        raise DataError(problems)
    table = table.loc[:, used].set_axis(header, axis=1)
    if not problems and not wide:
        return table
    cast("list[Problem]", told).extend([*wide, *problems])
    long = {problem.row for problem in problems} - {header_row}
    table = select_rows(table, ~table.index.isin(long)) if long else table
    return table.loc[:, [bool(name) and name not in header[:at] for at, name in enumerate(header)]]


def map_categories(cells: pd.Series, new: Callable[[str], str]) -> pd.Series:
    """A categorical column with another text for each text; every different one is asked about once."""
    codes, texts = pd.factorize(cells)
    return pd.Series(_coded(codes, texts, new), cells.index, name=cells.name, copy=False)


def categories_of(cells: pd.Series) -> list[str]:
    """The different texts of a categorical column, in the order of its codes."""
    texts: list[str] = cells.cat.categories.tolist()
    return texts


def select_rows(table: pd.DataFrame, kept: np.ndarray) -> pd.DataFrame:
    """Some rows of a table of categoricals, without the texts that stand in other rows only."""
    some = table[kept]
    return pd.DataFrame({name: cells.cat.remove_unused_categories() for name, cells in some.items()}, index=some.index)


def _coded(codes: np.ndarray, texts: pd.Index | np.ndarray, new: Callable[[str], str]) -> pd.Categorical:
    old = texts.tolist()
    asked = list(map(new, old))
    if asked != old:
        places, texts = pd.factorize(np.array(asked, dtype=object))
        codes = places[codes]
    return pd.Categorical.from_codes(codes, categories=pd.Index(texts, dtype="str"))


def _joined(pieces: list[pd.Series]) -> pd.Categorical:
    """One column of its pieces, trimmed."""
    if not isinstance(pieces[-1].dtype, pd.CategoricalDtype):
        return _coded(*pd.factorize(np.concatenate([piece.to_numpy(dtype=object) for piece in pieces])), str.strip)
    places: dict[str, int] = {}
    codes = []
    for piece in (piece.astype("category") for piece in pieces):
        old, new = piece.cat.codes.to_numpy(), []
        for code, text in enumerate(categories_of(piece)):
            stands = text or (old == code).any()  # the blank first row of a piece is none of its own
            new.append(places.setdefault(text.strip(), len(places)) if stands else -1)
        codes.append(np.array(new, dtype=np.min_scalar_type(-len(places)))[old])
    return pd.Categorical.from_codes(np.concatenate(codes), categories=pd.Index(list(places), dtype="str"))


def _blank_rows(table: pd.DataFrame) -> np.ndarray:
    blank = np.full(len(table), True)
    for _, cells in table.items():
        if not blank.any():
            break
        blank &= (cells == "").to_numpy()
    return blank


def _blank_rows_above(path: Path) -> int:
    """How many wholly blank rows stand above the header. Raises DataError for what is no header of a CSV file."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            above = 0
            while (line := stream.readline(LONGEST_LINE)) and not line.strip(BLANK):
                above += 1
    except FileNotFoundError:
        raise DataError([Problem(path.name, "there is no such file")]) from None
    except IsADirectoryError:
        raise DataError([Problem(path.name, "is a folder, not a file")]) from None
    except UnicodeError:
        raise DataError([_encoding_problem(path)]) from None
    problem = _line_problem(path.name, above + 1, line)
    if problem:
        raise DataError([problem])
    return above


def _line_problem(file: str, row: int, line: str) -> Problem | None:
    """What a header's line shows before anything is parsed: another separator, or far more than a survey has."""
    outside = QUOTED.sub("", line)
    commas = outside.count(",")
    if commas >= MOST_COLUMNS:
        return Problem(file, f"has {commas + 1:,} columns, at most {MOST_COLUMNS:,} are read", row=row)
    separator = max(SEPARATORS, key=outside.count)
    if outside.count(separator) > commas:
        return Problem(file, f"is separated by {SEPARATORS[separator]}, {SEPARATED}", row=row)
    return None


def _encoding_problem(path: Path) -> Problem:
    """What a file is, that is not UTF-8 text."""
    with path.open("rb") as stream:
        start, size = stream.read(4), path.stat().st_size
        stream.seek(max(0, size - 3))
        end = stream.read()
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Problem(path.name, 'is a workbook, not CSV; in the spreadsheet program, save it as "CSV UTF-8"')
    if CUT_OFF.search(end):
        decoder = codecs.getincrementaldecoder("utf-8")()
        with contextlib.suppress(UnicodeDecodeError), path.open("rb") as stream:
            for piece in iter(functools.partial(stream.read, PIECE), b""):
                decoder.decode(piece)
            return Problem(path.name, "ends within a character: it was cut off; copy the whole file again")
    return Problem(path.name, NOT_UTF8)


def _long_cells(file: str, cells: pd.Series) -> Iterator[Problem]:
    texts = categories_of(cells) if len(cells.cat.categories) <= MANY else []  # of more, the lines were measured
    if max(map(len, texts), default=0) > LONGEST_CELL:
        for row in cells.index[cells.isin([text for text in texts if len(text) > LONGEST_CELL])]:
            yield Problem(file, f"has a cell of more than {LONGEST_CELL:,} characters", row=int(row))


def _read_pieces(path: Path, wide: list[Problem]) -> tuple[list[pd.DataFrame], int]:
    """The pieces of `_parsed_pieces`, and the spreadsheet's number of the header's row.

    Rows that are longer than the header are added to `wide`; their cells have no column that is certain.
    """
    above = _blank_rows_above(path)
    try:
        with path.open("rb") as stream:
            pieces = list(_parsed_pieces(stream, above))
    except UnicodeError:
        raise DataError([_encoding_problem(path)]) from None
    except _TooLongError:
        with path.open("rb") as stream:
            row = next(number for number, line in enumerate(stream, start=1) if len(line) > LONGEST_LINE)
        what = f"is a line of more than {LONGEST_LINE:,} characters; a cell holds far more than an answer"
        raise DataError([Problem(path.name, what, row=row)]) from None
    except pd.errors.EmptyDataError:
        raise DataError([Problem(path.name, "is empty")]) from None
    except pd.errors.ParserError:
        found, width, most = _ragged_rows(path)
        wide += found
        try:
            whole = _parsed(path.read_bytes(), dtype="str", skiprows=above, names=range(most), encoding="utf-8-sig")
        except (pd.errors.ParserError, UnicodeError):  # a quotation mark is never closed, too
            raise DataError(found) from None
        pieces = [whole.loc[:, : width - 1]]
    return pieces, 1 + above + int(pieces[0].index[0])


def _parsed_pieces(stream: BinaryIO, above: int) -> Iterator[pd.DataFrame]:
    """The rows as they stand, a piece at a time, each under a first row that is none of its own; first the header."""
    pieces = _pieces(stream)
    table = _parsed(next(pieces), dtype="str", skiprows=above)
    filled = (table.apply(lambda cells: cells.str.strip()) != "").any(axis=1)
    if not filled.any():
        raise pd.errors.EmptyDataError
    yield table.loc[filled.idxmax() :]  # some kinds of blank row are known only when they are parsed
    # Hashing texts as the parser meets them is quickest where they are few, and slow where all are different.
    kinds = {place: "category" if cells.nunique() <= FEW else object for place, cells in table.items()}
    blank = b'""' + b"," * (table.shape[1] - 1) + b"\n"  # as wide as the header, so that a longer row is told from it
    rows = len(table) * os.stat(stream.fileno()).st_size // FIRST
    yield from map_in_threads(lambda piece: _parsed(blank + piece, dtype=kinds), pieces, rows=rows)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """A file in pieces of whole rows. Quotation marks may hold line ends, so from the first one on all is one piece."""
    if stream.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        stream.seek(0)
    size = FIRST
    while size:
        piece = stream.read(size) + stream.readline()
        if b'"' in piece or not piece.strip(BLANK.encode()):
            piece += stream.read()
        if _has_long_line(piece):
            raise _TooLongError
        size = PIECE if len(piece) >= size else 0
        yield piece


def _has_long_line(piece: bytes) -> bool:
    """Whether a line is longer than any row of a survey; looked at a line's greatest length at a time."""
    start = 0
    while len(piece) - start > LONGEST_LINE:
        end = piece.rfind(b"\n", start, start + LONGEST_LINE + 1)
        if end < 0:
            return True
        start = end + 1
    return False


class _TooLongError(Exception):
    """A line is longer than any row of a survey."""


def _parsed(piece: bytes, **how: Any) -> pd.DataFrame:
    table: pd.DataFrame = pd.read_csv(
        io.BytesIO(piece), header=None, na_filter=False, skip_blank_lines=False, low_memory=False, **how
    )
    return table


def _ragged_rows(path: Path) -> tuple[list[Problem], int, int]:
    """The rows that are longer than the header, with its number of cells and that of the longest row.

    Raises DataError for what is no table even without them.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            widths = [len(row) for row in csv.reader(stream)]
        except UnicodeError:
            raise DataError([_encoding_problem(path)]) from None
        except csv.Error as error:
            raise DataError([Problem(path.name, f"is not a readable CSV file: {error}")]) from None
    header = next((width for width in widths if width), 0)
    problems = [
        Problem(path.name, f"has {width} cells where the header has {header}", row=row)
        for row, width in enumerate(widths, start=1)
        if width > header
    ]
    if not problems:
        raise DataError([Problem(path.name, "has a quotation mark that is never closed")])
    return problems, header, max(widths)


def _header_problems(file: str, header: list[str], under: list[str], row: int) -> list[Problem]:
    """under: the cells of the first row under the header."""
    unnamed = [position for position, name in enumerate(header) if not name]
    if len(header) - len(unnamed) == 1 and len(header) > 2 and sum(map(bool, under)) > 2:
        return [Problem(file, "is a title; delete it, so that the names of the columns come first", row=row)]
    if unnamed and all(under[position] for position in unnamed) and not any(map(str.isdigit, under)):
        what = f"has two header rows: row {row + 1} names what row {row} leaves blank; make one row of names of both"
        return [Problem(file, what, row=row)]
    problems = [Problem(file, "has no header", row=1, column=str(position + 1)) for position in unnamed]
    # By their letters: of a table that lies on its side, the headers are respondents' codes.
    places = {name: [_letters(at) for at, other in enumerate(header) if other == name] for name in header if name}
    return problems + [
        Problem(file, f"columns {', '.join(alike[:-1])} and {alike[-1]} have the same header", row=1)
        for alike in places.values()
        if len(alike) > 1
    ]


def _letters(place: int) -> str:
    """A column's letters as a spreadsheet shows them, from its place: A, B … Z, AA …"""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)
