"""Who withdrew from a pilot: their answers are in no figure, and a row that would leave somebody in is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from atpilots.files import DataError, Problem, read_table, typed_days
from atpilots.pilots.rekeying import codes_as_in_survey
from atpilots.pilots.survey_checks import is_date

WITHDRAWN = "withdrawn.csv"


def read_withdrawn(folder: Path) -> pd.DataFrame:
    """The rows of a pilot's withdrawn.csv, with codes as survey.csv compares them; none where there is no file.

    Raises DataError where it cannot be read.
    """
    if not (folder / WITHDRAWN).is_file():
        return pd.DataFrame({"respondent": [], "date": []}, dtype="str")
    table = read_table(folder / WITHDRAWN)
    if list(table.columns) != ["respondent", "date"]:
        raise DataError([Problem(WITHDRAWN, "must have the columns respondent and date", row=1)])
    return table.assign(respondent=codes_as_in_survey(table["respondent"], folder))


def without_withdrawn(answers: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The answers of those who did not withdraw.

    Raises DataError with every row of withdrawn.csv that is of nobody, or has no date.
    """
    table = read_withdrawn(folder)
    if table.empty:
        return answers
    folded = {code.casefold() for code in table["respondent"]}
    problems = withdrawal_problems(table, answers.index.get_level_values("respondent"))
    if problems:
        raise DataError(problems)
    return answers[~answers.index.get_level_values("respondent").str.casefold().isin(folded)]


def withdrawal_problems(table: pd.DataFrame, codes: Iterable[str] | None) -> list[Problem]:
    """A mistyped withdrawal would leave somebody in the figures who asked to be out.

    table: of `read_withdrawn`; codes: of the survey, None where it cannot be read.
    """
    present, sure = None if codes is None else {code.casefold() for code in codes}, typed_days(table["date"])
    problems = []
    for row, code, date in zip(table.index, table["respondent"], table["date"], strict=True):
        if not code or (present is not None and code.casefold() not in present):
            what = "is nobody in survey.csv; mend the code, or take the row out if the answers were erased"
            problems.append(Problem(WITHDRAWN, "is blank" if not code else what, row, "respondent"))
        if not is_date(date):
            seen = date in sure or re.fullmatch(r"\d+[-./]\d+[-./]?\d*", date)  # else it may be a code
            what, value = "is not a date" if date else "is blank", date if seen else None
            problems.append(Problem(WITHDRAWN, what, row, "date", value, "YYYY-MM-DD", sure.get(value or "")))
    return problems
