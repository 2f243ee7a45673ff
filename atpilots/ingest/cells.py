"""What the cells of an export become in `survey.csv`, and what is wrong with those that cannot be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import pandas as pd

from atpilots.files import STARTS_A_FORMULA, DataError, Problem
from atpilots.ingest.blocks import Block
from atpilots.ingest.faults import unrepeatable
from atpilots.ingest.mapping import ExportMapping, instrument_of
from atpilots.ingest.readings import Reading, contradictions, is_missing, reading_of
from atpilots.ingest.rows import with_same
from atpilots.privacy import normalised_codes

FORMULA = "begins with =, +, - or @, which a spreadsheet would run as a formula"
NEEDED = {"respondent", "wave"}
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def readings_of(mapping: str, plan: ExportMapping) -> dict[str, Reading]:
    """How each column is read. Raises DataError where a missing code is also an answer."""
    readings = {column: reading_of(column, plan) for column in plan.columns}
    problems = [
        Problem(mapping, f"is also an answer of {column}; give that its own codes in missing_in", value=code)
        for column in plan.items
        if instrument_of(column) or plan.labels_of(column)  # anything can be an answer to a question that is not known
        for code in plan.missing_codes(column)
        if readings[column].read(code) is not None
    ]
    if problems:
        raise DataError(problems)
    return readings


def converted(
    block: Block, readings: dict[str, Reading], plan: ExportMapping
) -> tuple[pd.DataFrame, list[Problem], dict[str, set[str]]]:
    """A block's cells as `survey.csv` holds them, with the file and row that each came from; what is wrong; and by
    column the texts that must not be repeated.
    """
    table = pd.DataFrame({"file": block.file, "row": block.cells.index}, index=block.cells.index)
    problems: list[Problem] = []
    unsaid: dict[str, set[str]] = {}
    for column, reading in readings.items():
        if column not in block.cells:  # not asked at this wave
            table[column] = ""
            continue
        texts = block.cells[column]
        codes, labels = plan.missing_codes(column), block.labels.get(column, {})
        kinds = [text for text in texts.unique() if text and not is_missing(text, codes)]
        if column == "respondent":
            texts = with_same(normalised_codes(texts), plan)
            kinds = [text for text in texts.unique() if text]
        elif len(kinds) < texts.nunique():
            texts = texts.where(texts.isin(kinds), "")
        values = {"": ""} | {text: reading.of(text, labels) for text in kinds}
        wrong = contradictions(kinds, reading, labels)
        table[column] = texts.map(values)
        faults = {text: wrong.get(text) or _fault(column, text, values[text]) for text in values}
        bad = texts[texts.map(faults) != ""]
        problems += _cell_problems(block, column, bad, faults, reading.allowed)
        if column != "respondent" and len(bad):
            unsaid[column] = unrepeatable(Counter(bad), reading.allowed, personal=column in block.personal)
    if block.wave is not None:
        table["wave"] = block.wave
    return table.assign(when=float("nan") if block.when is None else block.when), problems, unsaid


def _cell_problems(
    block: Block, column: str, bad: pd.Series, faults: Mapping[str, str], allowed: str
) -> Iterator[Problem]:
    for row, text in bad.items():
        what = faults[text]
        place = int(str(row)), block.headers[column]
        yield Problem(block.file, what, *place, shareable(column, text), None if what == FORMULA else allowed)


def _fault(column: str, text: str, value: str | None) -> str:
    """What is wrong with a cell; "" where nothing is."""
    if text == "":
        return "is blank" if column in NEEDED else ""
    if value is None:
        return "is not allowed"
    return FORMULA if runs_as_formula(value) else ""


def shareable(column: str, text: str) -> str | None:
    """A value for a message; never a respondent's code."""
    return None if column == "respondent" or text == "" else text


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet would run a cell's text as a formula; numbers, also negative ones, are safe."""
    return text.startswith(STARTS_A_FORMULA) and not NUMBER.fullmatch(text)
