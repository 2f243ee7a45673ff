"""From a file to an export: which reader its kind needs, which tool wrote it, which of its rows are answers."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import pandas as pd

from atpilots.files import DataError, Problem
from atpilots.ingest.export import MOST_BYTES, Export, Sheet
from atpilots.ingest.layouts import KINDS_OF_FILE, TOOLS, Layout, layout_of, left_out_rows, titles
from atpilots.ingest.readers.delimited import read_delimited
from atpilots.ingest.readers.statistics import read_statistics
from atpilots.ingest.readers.workbook import read_workbook, sheets_with_tables

ENDINGS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv", ".xlsx": "xlsx", ".sav": "spss", ".zsav": "spss",
    ".dta": "stata",
}  # fmt: skip


def exports_of(path: Path, tool: str | None = None) -> list[Export]:
    """The export in a file; of a workbook whose sheets ask the same questions, one for each sheet. Raises DataError."""
    sheets = sheets_with_tables(path) if path.suffix.lower() == ".xlsx" and path.is_file() else []
    if len(sheets) > 1:
        exports = [of_sheet(read_export(path, tool, sheet), sheet) for sheet in sheets]
        asked = [{*export.headers[0]} for export in exports]
        if 2 * len(set.intersection(*asked)) >= max(map(len, asked)):
            return exports
    return [read_export(path, tool)]


def of_sheet(export: Export, sheet: str) -> Export:
    """An export called by its sheet as well, as in [files]: "both.xlsx/Before"."""
    return dataclasses.replace(export, file=f"{export.file}/{sheet}")


def sheets_named(file: str, files: Iterable[str]) -> Sequence[str]:
    """The sheets of a workbook that [files] names."""
    return [name.removeprefix(f"{file}/") for name in files if name.startswith(f"{file}/")]


def read_export(
    path: Path, tool: str | None = None, sheet: str | None = None, *, unfinished: bool = False,
    keep: Collection[str] = (),
) -> Export:  # fmt: skip
    """Read one export: the tool is recognised by its layout, unless it is named.

    sheet: the worksheet to read, for workbooks only; needed where several hold a table. Rows of tests, previews, spam
    and unfinished answers are left out and counted. unfinished: keep those that are unfinished. keep: headers whose
    values somebody else chooses by, so that no row is left out by them.
    Raises DataError with the file's problems.
    """
    ending = path.suffix.lower()
    if tool is not None and tool not in TOOLS:
        raise DataError([Problem("--tool", "there is no such tool", value=tool, allowed=", ".join(TOOLS))])
    if ending not in ENDINGS:
        what = "is not a kind of file that can be read; save it as .xlsx or as CSV UTF-8"
        raise DataError([Problem(path.name, what, value=ending, allowed=", ".join(ENDINGS))])
    if not path.is_file():
        raise DataError([Problem(path.name, "there is no such file")])
    if path.stat().st_size > MOST_BYTES:
        raise DataError([Problem(path.name, f"is larger than {MOST_BYTES // 1_000_000} MB")])
    kind = ENDINGS[ending]
    table = _read(path, kind, sheet)
    above = 0 if table.names else titles(table.cells)
    table = dataclasses.replace(table, cells=table.cells.iloc[above:])
    named = tool or ("" if kind in {"csv", "xlsx"} else kind)
    layout = layout_of(table, named)
    _check_layout(path.name, kind, tool, layout)
    tool = layout.tool or kind
    cells = table.cells.iloc[layout.header_rows :]
    cells = _unmasked(cells) if tool == "limesurvey" else cells
    words = "" if tool in KINDS_OF_FILE else f"{TOOLS[tool]}, "
    rows = "" if layout.header_rows < 2 else f", {layout.header_rows} header rows"
    lines = f", {above} {'row' if above == 1 else 'rows'} above the headers left out" if above else ""
    note = f"{words}{table.note}{lines}{rows}"
    export = Export(path.name, layout.headers, cells, note, tool, {}, table.labels, layout.meta)
    return _of_people(export, unfinished=unfinished, keep=keep)


def _read(path: Path, kind: str, sheet: str | None) -> Sheet:
    if kind == "xlsx":
        return read_workbook(path, sheet)
    if sheet is not None:
        raise DataError([Problem(path.name, "has no sheets; take sheet out of the mapping", value=sheet)])
    return read_delimited(path) if kind == "csv" else read_statistics(path)


def _check_layout(file: str, kind: str, tool: str | None, layout: Layout) -> None:
    """A tool that was named and cannot have written the file."""
    if tool in KINDS_OF_FILE - {"csv"} and tool != kind:
        raise DataError([Problem(file, f"is not {TOOLS[tool]}; take --tool out, or name another", value=tool)])
    known = {"respondent_id", "date", "started", "status", "event", "repeat_instrument"} & layout.meta.keys()
    if tool and tool not in KINDS_OF_FILE and not known and layout.header_rows < 3:
        what = f"has none of the columns of {TOOLS[tool]}; without --tool it is read by its own layout"
        raise DataError([Problem(file, what, row=1)])


def _unmasked(cells: pd.DataFrame) -> pd.DataFrame:
    """LimeSurvey puts an apostrophe before an answer that a spreadsheet would run; it is none of the answer."""
    masked = [place for place in cells if cells[place].str.startswith("'").any()]
    return cells if not masked else cells.replace(r"^'(?=[=+@-])", "", regex=True)


def _of_people(export: Export, *, unfinished: bool, keep: Collection[str]) -> Export:
    """The export without the rows that are nobody's answers, which are counted by why they are not."""
    chosen = {place for name in keep for place in export.find(name)}
    why = left_out_rows(export, unfinished=unfinished, chosen=chosen)
    counts = Counter(why[why != ""])
    if not counts:
        return export
    kept = export.cells[(why == "").to_numpy()]
    return dataclasses.replace(export, cells=kept, left_out=dict(sorted(counts.items())))
