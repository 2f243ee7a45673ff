"""The figures that findings carry, as reported, each with the words that it stands in: data only, never pooled."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from atpilots.cases.library import load_case_studies
from atpilots.files import CASES_FILE, NUMBERS_FILE, DataError, Problem, read_table

# What a row tells, by the cells that it fills.
KINDS: Mapping[str, tuple[str, ...]] = {
    "before_after": ("before", "after"),
    "with_without": ("without_technology", "with_technology"),
    "change": ("change",),
    "afterwards": ("afterwards",),
}
VALUES = tuple(column for columns in KINDS.values() for column in columns)
COLUMNS = ("case_id", "outcome_domain", "measure", "unit", "n", *VALUES, "words")
WORD_NUMBERS = {"two": "2"}


def reported_figures(path: Path | str | None = None, cases: pd.DataFrame | None = None) -> pd.DataFrame:
    """The figures of the cases' findings, read by hand into data/case_numbers.csv and checked against the findings.

    path: another file of the same columns.
    Returns one row per figure, in the order of the file: case_id, outcome_domain, measure, unit, n (Int64: people it
    rests on, missing where not told), the value columns as reported (text: before, after, without_technology,
    with_technology, change, afterwards; "" where blank), words (the part of the finding that says so), kind (a word of
    KINDS), title, evidence_type, direction and source_url of the case.
    Raises DataError with every row that the findings do not bear out.

    >>> import atpilots as at
    >>> {"case_id", "measure", "unit", "n", "before", "after"} <= {*at.reported_figures().columns}
    True
    """
    file = Path(path) if path is not None else NUMBERS_FILE
    if cases is not None:
        return _checked(file, cases)
    return _of_the_library(file, *(each.read_bytes() if each.is_file() else b"" for each in (file, CASES_FILE))).copy()


@lru_cache(maxsize=2)
def _of_the_library(file: Path, *contents: bytes) -> pd.DataFrame:  # noqa: ARG001 - tell whether both are the same
    return _checked(file, load_case_studies())


def _checked(file: Path, known: pd.DataFrame) -> pd.DataFrame:
    table = read_table(file)
    problems = _problems(table, known, file.name)
    if problems:
        raise DataError(problems)
    kinds = pd.Series([_kind(row) for row in table.to_dict("records")], index=table.index, dtype="str")
    told = known[["case_id", "title", "evidence_type", "direction", "supplier_claim", "technology", "source_url"]]
    typed = table.assign(n=pd.to_numeric(table["n"].replace("", pd.NA)).astype("Int64"), kind=kinds)
    return typed.merge(told, on="case_id", how="left", validate="many_to_one")


def _problems(table: pd.DataFrame, cases: pd.DataFrame, file: str) -> list[Problem]:
    header = [Problem(file, "is missing", row=1, column=name) for name in COLUMNS if name not in table]
    header += [Problem(file, "is not a known column", row=1, column=str(name)) for name in table if name not in COLUMNS]
    if header:
        return header
    known = {case["case_id"]: case for case in cases.to_dict("records")}
    return [
        Problem(file, what, row=int(str(row)), column=column, value=cells[column] or None)
        for row, cells in zip(table.index, table.to_dict("records"), strict=True)
        for column, what in _faults(cells, known.get(cells["case_id"]))
    ]


def _faults(row: Mapping[Hashable, str], case: Mapping[Hashable, Any] | None) -> list[tuple[str, str]]:
    """The columns of a row that its case does not bear out, with what is wrong."""
    if case is None:
        return [("case_id", "is not the number of a case")]
    faults = [("measure", "is blank")] if not row["measure"] else []
    if row["outcome_domain"] not in case["outcome_domain"]:
        faults.append(("outcome_domain", "is not an outcome of the case"))
    if not row["words"] or row["words"] not in case["finding"]:
        faults.append(("words", "are not words of the finding"))
    if row["n"] and row["n"] != str(case["participants"]) and row["n"] not in _figures(case["finding"]):
        faults.append(("n", "is neither the case's participants nor in its finding"))
    if _kind(row) is None:
        faults.append(("change", "needs before and after, without and with, a change, or a figure from afterwards"))
    said = _figures(row["words"])
    return faults + [(name, "is not in the words") for name in VALUES if not _figures(row[name]) <= said]


def _kind(row: Mapping[Hashable, str]) -> str | None:
    filled = {name for name in VALUES if row[name]}
    return next((kind for kind, columns in KINDS.items() if filled == set(columns)), None)


def _figures(text: str) -> set[str]:
    """The numerals of a text, without commas, and numbers written as words."""
    figures = {numeral.replace(",", "") for numeral in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)}
    return figures | {digits for word, digits in WORD_NUMBERS.items() if word in text.split()}
