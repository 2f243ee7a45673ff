"""Checking the files of the evidence library before they are published: more than reading them needs."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd

from atpilots.cases.figures import reported_figures
from atpilots.cases.library import COLUMNS, load_case_studies
from atpilots.files import NUMBERS_FILE, DataError, Problem, read_day, read_table

OF_NO_MATTER = ("case_id", "checked_on")  # in which a copy may differ from what it copies


def check_library(file: Path, today: datetime.date | None = None) -> None:
    """Check a file of cases, or one with the figures of the library's cases.

    Beside what reading refuses: a file without cases, a source checked later than `today` (by default the computer's
    date), and a case that is a copy of an earlier one. Raises DataError with every problem of the file.
    """
    if file.name == NUMBERS_FILE.name:
        reported_figures(file)
        return
    load_case_studies(file)
    table = read_table(file)
    problems = [*_later(table, file.name, today or datetime.date.today()), *_copies(table, file.name)]
    if table.empty:
        problems = [Problem(file.name, "holds no case")]
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.row or 0))


def _later(table: pd.DataFrame, file: str, today: datetime.date) -> list[Problem]:
    allowed = f"up to {today}"
    return [
        Problem(file, "is later than today", row=int(str(row)), column="checked_on", value=day, allowed=allowed)
        for row, day in table["checked_on"].items()
        if (read_day(day) or today) > today
    ]


def _copies(table: pd.DataFrame, file: str) -> list[Problem]:
    told = [name for name in COLUMNS if name not in OF_NO_MATTER]
    copies = table[table.duplicated(told)]
    return [
        Problem(file, "is a copy of an earlier case", row=int(str(row)), column="case_id", value=case)
        for row, case in copies["case_id"].items()
    ]
