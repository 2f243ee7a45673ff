"""The numbers of a page as an accessible spreadsheet, after the government guidance on statistics in spreadsheets.

A cover with a list of contents, then one marked table on each sheet from its first column on; no merged and no empty
cells, units in the headers, the mark of a missing number explained. Every text is written as a text, so none can run as
a formula, and equal numbers give equal bytes. (gptables, which follows the same guidance, unpickles its theme and does
not run without warnings on pandas 3.1; xlsxwriter is the library that it builds on.)
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from atpilots.disclosure import UNDEFINED, UNDEFINED_NOTE, WITHHELD, WITHHELD_NOTE, Audience
from atpilots.released import Numbers, Title

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime.datetime(2021, 1, 1)  # any fixed time, so that equal numbers give equal bytes
ABOUT = (
    "These are the numbers of the page of the same name, rounded in the same way. The page says how sure they are and "
    "what they cannot tell.",
    "Change is after minus before. The 95% interval holds the average changes that the answers fit with.",
    "Percentages are of the range of each measure's scale, and better is counted positive.",
)
HELP = "If something does not work for you, please tell the organisation that gave you this file."
TOLD = "This sheet holds one table. Each row is a measure."
WIDE, NARROW = 45, 15  # characters

Cell = Callable[[Numbers], object]
POINTS: dict[str, Cell] = {
    "Measure": lambda row: row.label,
    "Main measure (yes or no)": lambda row: "yes" if row.primary else "no",
    "Better (higher or lower)": lambda row: row.better,
    "Lowest score (points)": lambda row: row.scale[0],
    "Highest score (points)": lambda row: row.scale[1],
    "Average before (points)": lambda row: row.before,
    "Average after (points)": lambda row: row.after,
    "Average change (points)": lambda row: row.change,
    "95% interval, lower end (points)": lambda row: row.low,
    "95% interval, upper end (points)": lambda row: row.high,
    "People (number)": lambda row: int(row.people) if row.people.isdigit() else row.people,
}
PERCENT: dict[str, Cell] = {
    "Measure": lambda row: row.label,
    "Average change (% of scale)": lambda row: row.percent and row.percent[0],
    "95% interval, lower end (% of scale)": lambda row: row.percent and row.percent[1],
    "95% interval, upper end (% of scale)": lambda row: row.percent and row.percent[2],
}


SHEETS = {
    "Points": ("Average scores before and after, in points", POINTS),
    "Percent": ("Average change in percent of each measure's scale", PERCENT),
}


def write_spreadsheet(title: Title, numbers: Sequence[Numbers], path: Path) -> None:
    """Write the numbers of a page as an .xlsx file."""
    from xlsxwriter import Workbook

    missing, legend = _mark(title)
    with Workbook(str(path)) as book:
        book.set_properties({"title": title.text, "subject": title.subtitle, "author": "atpilots", "created": CREATED})
        _write_cover(book, title, legend)
        for name, (heading, columns) in SHEETS.items():
            rows = [[_shown(cell(row), missing) for cell in columns.values()] for row in numbers]
            above = [f"{title.text}: {heading[0].lower()}{heading[1:]}", *title.banners, TOLD, legend]
            _write_table(book, name, above, columns, rows)


def _write_cover(book: Workbook, title: Title, legend: str) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2 * WIDE)
    lines = [title.text, title.subtitle, *title.banners, "About this file", *ABOUT, legend, HELP, "Contents"]
    for row, words in enumerate(lines):
        heading = row == 0 or words in {"About this file", "Contents"}
        sheet.write_string(row, 0, words, _look(book, heading, size=16 if row == 0 else 12))
    link = book.add_format({"font_size": 12, "underline": True, "font_color": "#12436D"})
    for row, (name, (heading_, _)) in enumerate(SHEETS.items(), start=len(lines)):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, string=f"{name}: {heading_}")


def _write_table(
    book: Workbook, name: str, above: Sequence[str], columns: Sequence[str] | dict[str, Cell], rows: list[list[object]]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, len(columns) - 1, NARROW)
    for row, words in enumerate(above):  # unwrapped: a sentence may run over the empty cells beside it
        sheet.write_string(row, 0, words, book.add_format({"bold": row == 0, "font_size": 14 if row == 0 else 12}))
    top = len(above)
    heads = [{"header": label, "header_format": _look(book, bold=True)} for label in columns]
    area = (top, 0, top + len(rows), len(columns) - 1)
    sheet.add_table(*area, {"name": name, "columns": heads, "autofilter": False, "style": None})
    for row, cells in enumerate(rows, start=top + 1):
        for column, cell in enumerate(cells):
            _write_cell(sheet, row, column, cell, book)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: object, book: Workbook) -> None:
    """A number as a number; everything else as a text, whatever it begins with."""
    if isinstance(cell, int | float):
        sheet.write_number(row, column, cell, _look(book))
    else:
        sheet.write_string(row, column, str(cell), _look(book, right=column > 0))


def _look(book: Workbook, bold: bool = False, size: int = 12, right: bool = False) -> object:
    look = {"bold": bold, "font_size": size, "text_wrap": True, "valign": "top"}
    return book.add_format({**look, "align": "right"} if right else look)


def _mark(title: Title) -> tuple[str, str]:
    """What stands in place of a number, and what that means: on an internal page nothing is withheld."""
    return (UNDEFINED, UNDEFINED_NOTE) if title.audience == Audience.INTERNAL else (WITHHELD, WITHHELD_NOTE)


def _shown(value: object, missing: str) -> object:
    return missing if value is None else value
