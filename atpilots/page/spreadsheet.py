"""How a page's numbers become an accessible workbook, after the government guidance on statistics in spreadsheets.

A cover with notes and a list of contents, then one marked table on each sheet from its first column on; no merged and
no empty cells, units in the headers, the mark of a missing number explained. Every text is written as a text, so none
can run as a formula, and equal numbers give equal bytes. docs/accessibility.md has the checklist, and why not
gptables.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from atpilots.page.numbers import ArmNumbers, MeasureNumbers, WaveNumbers
from atpilots.page.pieces import Title

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime.datetime(2021, 1, 1)  # any fixed time, so that equal numbers give equal bytes
ABOUT = (
    "These are the numbers of the page of the same name, rounded in the same way. The page says how sure they are and "
    "what they cannot tell.",
    "Change is after minus before. The 95% interval holds the average changes that the answers fit with. An end “just "
    "above 0” lies above 0, but nearer than the rounding shows.",
    "Percentages are of the range of each measure's scale, and better is counted positive.",
)
HELP = "If something does not work for you, please tell the organisation that gave you this file."
TOLD = "This sheet holds one table."
WIDE, NARROW = 45, 15  # characters

Cells = dict[str, object]  # a row's cells by their column's header


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A sheet: its name, what its table holds, and the table's rows."""

    name: str
    heading: str
    rows: list[Cells]
    formats: tuple[str, ...]  # of each row's numbers


def sheets_of(numbers: Sequence[MeasureNumbers]) -> list[Sheet]:
    """The sheets of a page's numbers; support workers, course, other arms and bands only where there are any."""
    own = [row for row in numbers if row.rater == "resident"]
    workers = [row for row in numbers if row.rater != "resident"]
    course = [(row, wave) for row in numbers for wave in row.course]
    arms = [(row, arm) for row in numbers for arm in row.arms if arm.difference is not None]
    bands = [(row, *band) for row in numbers for band in row.bands]
    sheets = [
        Sheet("Points", "Average scores before and after, in points", [_points(row) for row in own], _digits(own)),
        Sheet("Percent", "Average change in percent of each measure's scale", [_percent(row) for row in own],
              ("0",) * len(own)),
        Sheet("Support workers", "How support workers saw it: average scores before and after, in points",
              [_points(row) for row in workers], _digits(workers)),
        Sheet("Course", "Average change since the first wave, in points", [_wave(*one) for one in course],
              _digits([row for row, _ in course])),
        Sheet("Groups", "Average changes in other groups, and differences from an equal start, in points",
              [_arm(*one) for one in arms], _digits([arm for _, arm in arms])),
        Sheet("People", "Numbers of people by score, before and after", [_people(*band) for band in bands],
              ("0",) * len(bands)),
    ]  # fmt: skip
    return [sheet for sheet in sheets if sheet.rows]


def _digits(rows: Sequence[MeasureNumbers | ArmNumbers]) -> tuple[str, ...]:
    return tuple(f"0.{'0' * row.decimals}" for row in rows)


def _points(row: MeasureNumbers) -> Cells:
    return {
        "Measure": row.label,
        "Main measure (yes or no)": "yes" if row.primary else "no",
        "Better (higher or lower)": row.better,
        "Lowest score (points)": _Whole(round(row.scale[0], 2)),
        "Highest score (points)": _Whole(round(row.scale[1], 2)),
        "Average before (points)": row.before,
        "Average after (points)": row.after,
        "Average change (points)": row.change,
        "95% interval, lower end (points)": row.moved[0] or row.low,
        "95% interval, upper end (points)": row.moved[1] or row.high,
        "People (number)": _counted(row.people),
        "Rounded to the nearest (points)": _shown(row.step),
    }


def _wave(row: MeasureNumbers, wave: WaveNumbers) -> Cells:
    return {
        "Wave": wave.wave,
        "Measure": row.label,
        "Average change (points)": wave.change,
        "95% interval, lower end (points)": wave.low,
        "95% interval, upper end (points)": wave.high,
        "People (number)": None if wave.people is None else _Whole(wave.people),
        "Rounded to the nearest (points)": _shown(row.step),
    }


def _arm(row: MeasureNumbers, arm: ArmNumbers) -> Cells:
    plain, low, high = arm.unadjusted
    return {
        "Measure": row.label,
        "Other group": arm.arm,
        "Average before in it (points)": arm.before,
        "Average after in it (points)": arm.after,
        "Average change in it (points)": arm.change,
        "95% interval, lower end (points)": arm.low,
        "95% interval, upper end (points)": arm.high,
        "People in it (number)": _counted(arm.people),
        "Difference from an equal start (points)": arm.difference,
        "Its 95% interval, lower end (points)": arm.moved[0] or arm.difference_low,
        "Its 95% interval, upper end (points)": arm.moved[1] or arm.difference_high,
        "Plain difference of the changes (points)": plain,
        "Its lower end (points)": arm.unadjusted_moved[0] or low,
        "Its upper end (points)": arm.unadjusted_moved[1] or high,
        "People in both groups (number)": _counted(arm.both),
        "Differences rounded to the nearest (points)": _shown(arm.step),
    }


def _percent(row: MeasureNumbers) -> Cells:
    change, low, high = row.percent or (None, None, None)
    return {
        "Measure": row.label,
        "Average change (% of scale)": change,
        "95% interval, lower end (% of scale)": row.percent_moved[0] or low,
        "95% interval, upper end (% of scale)": row.percent_moved[1] or high,
        "Rounded to the nearest (% of scale)": _shown(row.percent_step),
    }


def _people(row: MeasureNumbers, band: str, before: str, after: str) -> Cells:
    return {
        "Measure": row.label,
        "Scores (points)": band,
        "People before (number)": _counted(before),
        "People after (number)": _counted(after),
    }


class _Whole(float):
    """A number that is shown with the decimals it has."""


def _shown(step: float | None) -> object:
    return None if step is None else _Whole(step)


def _counted(people: str) -> object:
    return _Whole(people) if people.isdigit() else people


def write_spreadsheet(title: Title, numbers: Sequence[MeasureNumbers], missing: tuple[str, str], path: Path) -> None:
    """Write the numbers of a page as an .xlsx file; missing: the mark of a missing number, and what it means."""
    from xlsxwriter import Workbook

    with Workbook(str(path), {"in_memory": True}) as book:  # else a run that is killed leaves its parts in /tmp
        book.set_properties({"title": title.text, "subject": title.subtitle, "author": "atpilots", "created": CREATED})
        sheets = sheets_of(numbers)
        _write_cover(book, title, sheets, missing[1])
        for sheet in sheets:
            _write_table(book, sheet, title, missing)


def _write_cover(book: Workbook, title: Title, sheets: Sequence[Sheet], legend: str) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2 * WIDE)
    lines = [title.text, title.subtitle, *title.banners, "About this file", *ABOUT, legend, HELP, "Contents"]
    for row, words in enumerate(lines):
        heading = row == 0 or words in {"About this file", "Contents"}
        sheet.write_string(row, 0, words, _look(book, heading, size=16 if row == 0 else 12))
    link = book.add_format({"font_size": 12, "underline": True, "font_color": "#12436D"})
    for row, of in enumerate(sheets, start=len(lines)):
        sheet.write_url(row, 0, f"internal:'{of.name}'!A1", link, string=f"{of.name}: {of.heading}")


def _write_table(book: Workbook, of: Sheet, title: Title, mark: tuple[str, str]) -> None:
    heads = list(of.rows[0])
    missing, legend = mark
    sheet = book.add_worksheet(of.name)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, len(heads) - 1, NARROW)
    above = [f"{title.text}: {of.heading[0].lower()}{of.heading[1:]}", *title.banners, TOLD, legend]
    for row, words in enumerate(above):
        sheet.write_string(row, 0, words, _look(book, bold=row == 0, size=14 if row == 0 else 12))
    top = len(above)
    columns = [{"header": label, "header_format": _look(book, bold=True)} for label in heads]
    area = (top, 0, top + len(of.rows), len(heads) - 1)
    sheet.add_table(*area, {"name": of.name.replace(" ", "_"), "columns": columns, "autofilter": False, "style": None})
    for row, (cells, digits) in enumerate(zip(of.rows, of.formats, strict=True), start=top + 1):
        for column, cell in enumerate(cells.values()):
            _write_cell(sheet, row, column, missing if cell is None else cell, digits, book)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: object, digits: str, book: Workbook) -> None:
    """A number as a number with the page's decimals; everything else as a text, whatever it begins with."""
    if isinstance(cell, int | float):
        sheet.write_number(row, column, cell, _look(book, num_format="General" if isinstance(cell, _Whole) else digits))
    else:
        sheet.write_string(row, column, str(cell), _look(book, align="right" if column > 0 else "left"))


def _look(book: Workbook, bold: bool = False, size: int = 12, **more: str) -> object:
    return book.add_format({"bold": bold, "font_size": size, "text_wrap": True, "valign": "top", **more})
