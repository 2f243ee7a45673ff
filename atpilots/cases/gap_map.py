"""The evidence gap map: which technology was tried for which outcome, how strongly, and where nobody has tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from atpilots.cases.counts import evidence_map, summed
from atpilots.cases.library import load_case_studies
from atpilots.page import (
    DARK_BLUE,
    GREY,
    INK,
    LIGHT_BLUE,
    MIDDLE_BLUE,
    NARROW,
    WHITE,
    Box,
    Figure,
    SafeOutput,
    Sheet,
    Table,
    Text,
    safe_output,
    sheet_of,
    table,
    wrapped,
)
from atpilots.vocabularies import DIRECTION, OUTCOME_DOMAIN, TECHNOLOGY

# Sixteen outcomes do not fit beside each other on a telephone: two pictures of eight, each with its table.
PARTS: Mapping[str, tuple[str, ...]] = {
    "outcomes for people": tuple(OUTCOME_DOMAIN)[:8],
    "services, skills and use": tuple(OUTCOME_DOMAIN)[8:],
}
# The stronger the strongest design of a box's cases, the darker: fill, letters, width of the border.
SHADES = {1: (LIGHT_BLUE, INK, 1), 2: (MIDDLE_BLUE, INK, 2), 3: (DARK_BLUE, WHITE, 3)}
LINE = NARROW.line
HEADER = 9 * LINE
CELL = 1.15 * LINE
STEP = LINE + CELL + 0.25 * LINE
NONE_YET = "No case yet"
NO_RESULT = "(1): no result reported yet"
EXPLAINED = (
    "Each number counts the cases that tried a technology and looked at an outcome, whatever they found. An empty box "
    "means that no case in this library did. Where none of a box's cases has reported a result, the table says “no "
    "result yet” and the picture has the number in brackets. A case with several technologies or outcomes is counted "
    "in several boxes, so the boxes must not be added up. The level is the highest that the strongest design among "
    "the cases can reach. It says nothing about what was found.",
)


def case_map(cases: pd.DataFrame | None = None) -> SafeOutput:
    """The map as pictures and tables: cases for each technology and outcome, with the highest evidence level.

    >>> import atpilots as at
    >>> at.case_map().pieces != ()
    True
    """
    pairs = map_pairs(load_case_studies() if cases is None else cases)
    return safe_output(Text(paragraphs=EXPLAINED), *(piece for pair in pairs for piece in pair))


def map_pairs(cases: pd.DataFrame) -> list[tuple[Figure, Table]]:
    """The map's pictures, each with the table of its numbers."""
    cells = evidence_map(cases)
    parts = {name: summed(cells[cells["outcome_domain"].isin(outcomes)]) for name, outcomes in PARTS.items()}
    return [(_picture(name, PARTS[name], part), _table(name, PARTS[name], part)) for name, part in parts.items()]


def technology_table(technology: str, cells: pd.DataFrame) -> Table:
    """One technology's row of the map in full: outcomes by evidence level and direction, with their people; and gaps.

    cells: what `summed` returned.
    """
    label, row_of_map = TECHNOLOGY[technology], cells[cells["technology"] == technology]
    rows: list[list[Any]] = [
        [
            OUTCOME_DOMAIN[row["outcome_domain"]],
            str(row["cases"]),
            _counted({f"level {level}": count for level, count in row["levels"].items()}),
            _counted({word.lower(): row[direction] for direction, word in DIRECTION.items()}),
            _people(row),
        ]
        for row in row_of_map[row_of_map["cases"] > 0].to_dict("records")
    ]
    untried = [OUTCOME_DOMAIN[word].lower() for word in row_of_map.loc[row_of_map["cases"] == 0, "outcome_domain"]]
    gaps = f"No case in this library looked at: {', '.join(untried)}." if untried else ""
    heads = {
        "Outcome": False, "Cases": True, "By highest evidence level": False, "By what was reported": False,
        "People": False,
    }  # fmt: skip
    return table(f"{label}: evidence and gaps (number of cases, and of people in them)", heads, rows, gaps)


def _counted(counts: Mapping[str, int]) -> str:
    """How many there are of each name that has any: "level 1: 3, level 2: 4"."""
    return ", ".join(f"{name}: {count}" for name, count in counts.items() if count) or "None"


def _people(row: Mapping[Any, Any]) -> str:
    if not row["participants_reported"]:
        return "Not told"
    return f"{row['participants']:,} in {row['participants_reported']} of {row['cases']}"


def _table(name: str, outcomes: Sequence[str], cells: pd.DataFrame) -> Table:
    empty = int((cells["cases"] == 0).sum())
    silent = sum(map(_no_result, cells.to_dict("records")))
    rows: list[list[Any]] = [
        [TECHNOLOGY[str(technology)], *map(_box, group.to_dict("records"))]
        for technology, group in cells.groupby("technology", sort=False)
    ]
    caption = f"Evidence map, {name} (number of cases, and highest evidence level)"
    heads = {"Technology": False, **{OUTCOME_DOMAIN[word]: True for word in outcomes}}
    return table(
        caption, heads, rows, f"{empty} of {len(cells)} boxes are empty; {silent} have cases but no result yet."
    )


def _box(cell: Mapping[Any, Any]) -> str:
    told = f"{cell['cases']}, level\N{NO-BREAK SPACE}{cell['level']}" if cell["cases"] else "0"
    return f"{told}, no result yet" if _no_result(cell) else told


def _no_result(cell: Mapping[Any, Any]) -> bool:
    """Whether a box has cases, none of which has reported a result."""
    return bool(cell["cases"]) and cell["not_reported"] == cell["cases"]


def _picture(name: str, outcomes: Sequence[str], cells: pd.DataFrame) -> Figure:
    with sheet_of(NARROW, HEADER + len(TECHNOLOGY) * STEP + 6.8 * LINE) as sheet:
        draw(sheet, outcomes, cells)
        return Figure(narrow=sheet.picture(), alt=_alt(cells), caption=f"Evidence and gaps: {name}")


def draw(sheet: Sheet, outcomes: Sequence[str], cells: pd.DataFrame) -> None:
    """The boxes of every technology under its name, the outcomes above them, and what the shades mean below."""
    width = sheet.form.width / len(outcomes)
    for column, outcome in enumerate(outcomes):
        lines = wrapped(OUTCOME_DOMAIN[outcome], HEADER - 12, NARROW.font).split("\n")
        for line, words in enumerate(lines):
            x = (column + 0.5) * width + (line - (len(lines) - 1) / 2) * NARROW.font
            sheet.write_upwards(words, x, HEADER - 6)
    top = float(HEADER)
    for technology, group in cells.groupby("technology", sort=False):
        sheet.write(TECHNOLOGY[str(technology)], 2, top)
        for column, cell in enumerate(group.to_dict("records")):
            box = Box(column * width, top + LINE, (column + 1) * width, top + LINE + CELL)
            _draw_box(sheet, box, int(cell["level"]), _count(cell))
        top += STEP
    meanings = ("Strongest: level 1", "Strongest: level 2", "Strongest: level 3 or more", NONE_YET)
    for level, words in zip((1, 2, 3, 0), meanings, strict=True):
        _draw_box(sheet, Box(0, top + 0.3 * LINE, width, top + 0.3 * LINE + CELL), level)
        sheet.write(words, width + 8, top + 0.3 * LINE + (CELL - LINE) / 2)
        top += 1.3 * LINE
    sheet.write(NO_RESULT, 2, top + 0.3 * LINE)


def _count(cell: Mapping[Any, Any]) -> str:
    if not cell["cases"]:
        return ""
    return f"({cell['cases']})" if _no_result(cell) else str(cell["cases"])


def _draw_box(sheet: Sheet, box: Box, level: int, count: str = "") -> None:
    fill, ink, border = SHADES[min(level, max(SHADES))] if level else (WHITE, INK, 1)
    inner = Box(box.left + 2, box.top, box.right - 2, box.bottom)
    sheet.box(inner, fill, "box", INK if level else GREY, border)
    if count:
        top = (box.top + box.bottom - LINE) / 2
        sheet.write(count, (box.left + box.right) / 2, top, "center", colour=ink)


def _alt(cells: pd.DataFrame) -> str:
    fullest: dict[Any, Any] = max(cells.to_dict("records"), key=lambda cell: cell["cases"])
    outcome = OUTCOME_DOMAIN[fullest["outcome_domain"]].lower()
    return (
        "A grid with a row for each technology and a column for each outcome. Each box holds its number of cases and "
        "is darker, with a thicker border, where a stronger design was used. Boxes without a case are empty; a "
        "number in brackets means that no result has been reported yet. The "
        f"fullest is {TECHNOLOGY[fullest['technology']]} for {outcome}, with {fullest['cases']} cases."
    )
