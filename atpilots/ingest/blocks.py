"""An export cut into its waves: which column of it is which column of `survey.csv` there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

import pandas as pd

from atpilots.files import DataError, Problem, nearest, shown
from atpilots.ingest.columns import personal_columns
from atpilots.ingest.export import Export
from atpilots.ingest.mapping import ExportMapping
from atpilots.ingest.readings import moment
from atpilots.ingest.rows import with_same
from atpilots.privacy import normalised_codes


@dataclasses.dataclass(frozen=True)
class Block:
    """The rows of one export for one wave (None: a column names it), in the columns of `survey.csv`.

    labels: of a column, what its values stand for in the export. when: what tells which of two submissions is later.
    """

    file: str
    wave: str | None
    headers: dict[str, str]
    cells: pd.DataFrame = dataclasses.field(repr=False)
    labels: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    when: pd.Series | None = dataclasses.field(default=None, repr=False)
    personal: frozenset[str] = frozenset()


def blocks_of(
    exports: list[Export],
    carried: Sequence[Mapping[str, Mapping[str, str]]],
    mapping: str,
    plan: ExportMapping,
    problems: list[Problem],
) -> list[Block]:
    """Each export cut into its waves. Raises DataError for columns that are not there, or not once."""
    blocks: list[Block] = []
    for export, answers in zip(exports, carried, strict=True):
        own = (plan.files[export.file],) if plan.files else (None,) if plan.wave else plan.waves
        users: dict[int, list[str]] = {}
        personal = set(personal_columns(export))
        for wave in own:
            places, found = _places(export, plan, wave)
            problems += found
            for column in places.keys() & plan.items.keys():
                users.setdefault(places[column], []).append(column if wave is None else f"{column} ({wave})")
            if found:
                continue
            cells = export.cells[list(places.values())].set_axis(list(places), axis="columns")
            if answers:
                codes = with_same(normalised_codes(cells["respondent"]), plan)
                cells = cells.assign(**{column: codes.map(texts).fillna("") for column, texts in answers.items()})
            headers = {column: export.headers[0][place] for column, place in places.items()}
            labels = {column: export.labels[place] for column, place in places.items() if place in export.labels}
            when = _when(export, cells, plan)
            pointing = frozenset(column for column, place in places.items() if place in personal)
            blocks.append(Block(export.file, wave, headers, cells, labels, when, pointing))
        for place, items in users.items():
            if len(items) > 1:
                what = f"is given for {' and '.join(sorted(items))}"
                problems.append(Problem(mapping, f"one column of {export.file} {what}", value=export.headers[0][place]))
        if export.tool == "redcap" and "event" in export.meta and plan.wave is None and not plan.wave_suffix:
            events = export.headers[0][export.meta["event"]]
            if export.cells[export.meta["event"]].nunique() > 1 and not plan.wave_prefix and plan.files:
                what = f"{export.file} has a row for each event; instead of [files] say wave = {shown(events)}"
                problems.append(Problem(mapping, what, column="files"))
    if problems:
        raise DataError(once(problems))
    return blocks


def _places(export: Export, plan: ExportMapping, wave: str | None) -> tuple[dict[str, int], list[Problem]]:
    """The position in the export of each column asked at a wave."""
    places: dict[str, int] = {}
    problems = []
    for column in plan.columns:
        headers = plan.headers(column, wave)
        found = next((positions for positions in map(export.find, headers) if positions), [])
        if len(found) == 1:
            places[column] = found[0]
        elif found:
            what = f"{column}: more than one column has the header"
            problems.append(Problem(export.file, what, row=1, value=headers[0]))
        elif headers:
            what = f"{column}: no column has the header"
            there = (name for row in export.headers for name in row if name)
            problems.append(Problem(export.file, what, row=1, value=headers[0], meant=nearest(headers[0], there)))
    return places, problems


def _when(export: Export, cells: pd.DataFrame, plan: ExportMapping) -> pd.Series | None:
    """Seconds, or a number in a row, by which the last of several submissions is known; NaN where it cannot be read."""
    if not plan.latest:
        return None
    place = dating(export)[0]
    texts = cells["date"] if "date" in cells else export.cells[place] if place is not None else None
    if texts is None:
        return None
    numbers = {}
    for text in texts.unique():
        date_format = plan.date_format if "date" in cells else None
        found = moment(text, date_format)
        number = float(text) if re.fullmatch(r"\d{1,3}", text) else float("nan")
        numbers[text] = number if found is None else (found - found.__class__(1900, 1, 1)).total_seconds()
    return texts.map(numbers).astype(float)


def dating(export: Export) -> tuple[int | None, str]:
    """The tool's own column that orders submissions, and its header."""
    for what in ("date", "started", "repeat_instance"):
        if what in export.meta:
            return export.meta[what], export.headers[0][export.meta[what]]
    return None, ""


def once(problems: list[Problem]) -> list[Problem]:
    """One problem may show at several waves."""
    return list(dict.fromkeys(problems))
