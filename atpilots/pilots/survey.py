"""From `survey.csv` to checked answers, by respondent, wave and rater, however the file was sorted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from atpilots.files import (
    DataError,
    Problem,
    categories_of,
    map_categories,
    map_in_threads,
    read_answers,
    select_rows,
)
from atpilots.instruments import Instrument
from atpilots.pilots.protocol import KEY, MEANT, OPTIONAL, RATERS, Protocol
from atpilots.pilots.survey_checks import (
    FILE,
    Columns,
    answer_problems,
    cell_problems,
    layout_problems,
    places,
    row_problems,
    self_report_problems,
)
from atpilots.privacy import are_plain, normalised_code, without_codes

Instruments = Mapping[str, "Instrument"]


def read_survey(path: Path, protocol: Protocol, instruments: Instruments, columns: Columns) -> pd.DataFrame:
    """Read and check a survey.

    Returns one row per (respondent, wave, rater), sorted by these, however the file was sorted: these three as index
    levels, `arm`, `date`, `mode` and `age_band` ("" where blank), and one column of level numbers per item, NaN where
    missing: categories, a byte a cell instead of eight.
    Raises DataError with every problem.
    """
    table = read_answers(path)
    if not {"respondent", "wave"} <= set(table.columns):
        what = "must name the columns respondent and wave in its first row"
        raise DataError([Problem(FILE, what, row=1)])
    raw = categories_of(table["respondent"])
    together = "".join(raw)  # there may be a million, so all are looked at in one text
    plain = are_plain(together)
    problems = [*layout_problems(table, protocol, columns, plain=plain)]
    if table.empty:
        raise DataError(problems)
    table = _with_defaults(table, protocol)
    if not plain:
        table["respondent"] = map_categories(table["respondent"], normalised_code)
    asked = {item: instrument for instrument in instruments.values() for item in instrument.columns}
    items = _items(table, missing_codes(protocol, instruments), columns)
    cells = cell_problems(table, protocol)
    problems += [*cells, *answer_problems(items, asked, columns)]
    problems += self_report_problems(table, items, instruments.values(), columns)
    bad = [problem.row for problem in cells]
    sound = select_rows(table, ~table.index.isin(bad)) if bad else table  # rows are compared where all can be read
    one_case = plain and together in (together.lower(), together.upper())
    problems += row_problems(sound, protocol, one_case=one_case)
    if problems:
        in_order = sorted(problems, key=lambda problem: problem.row or 0)
        raise DataError(without_codes(in_order, {*raw, *categories_of(table["respondent"])}))
    return _in_order(table, items, protocol, asked)


def respondents_in(path: Path) -> set[str]:
    """Every code of a survey, with faults or without, as written and as compared; none where it cannot be read."""
    try:
        table = read_answers(path)
    except DataError:
        return set()
    raw = categories_of(table["respondent"]) if "respondent" in table else []
    return {*raw, *map(normalised_code, raw)}


def _or_default(text: str, blank: Collection[str], default: str) -> str:
    return default if text in blank else text


def _with_defaults(table: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    table = table.copy(deep=False)
    default = {"rater": RATERS[0], "arm": protocol.arms[0] if len(protocol.arms) == 1 else ""}
    for column in OPTIONAL:
        blank = {"", *protocol.missing_in.get(column, protocol.missing)}
        otherwise = default.get(column, "")
        if column in table:
            table[column] = map_categories(table[column], partial(_or_default, blank=blank, default=otherwise))
        else:
            same = np.zeros(len(table), dtype=np.int8)
            table[column] = pd.Categorical.from_codes(same, categories=pd.Index([otherwise], dtype="str"))
    return table


def _items(table: pd.DataFrame, codes: Mapping[str, Collection[str]], columns: Columns) -> pd.DataFrame:
    """The items' cells by item name; None where blank or one of the item's missing `codes`."""
    cells = {item: table[column] for item, column in columns.items() if column in table}

    def answers(item: str) -> pd.Series:
        text = cells[item].cat
        return text.set_categories(text.categories.drop(["", *codes[item]], errors="ignore"))

    found = map_in_threads(answers, cells, rows=len(table))
    return pd.DataFrame(dict(zip(cells, found, strict=True)), index=table.index, copy=False)


def missing_codes(protocol: Protocol, instruments: Instruments) -> dict[str, tuple[str, ...]]:
    """Each item's missing codes: its own, else its measure's, else the pilot's."""
    return {
        item: protocol.missing_in.get(item, protocol.missing_in.get(name, protocol.missing))
        for name, instrument in instruments.items()
        for item in instrument.columns
    }


def _levels(cells: pd.Series, instrument: Instrument) -> pd.Categorical:
    """Level numbers of cells, each different text read once; NaN where there is none."""
    levels = range(instrument.lowest, instrument.highest + 1)
    read = [int(instrument.read_answer(text)) for text in categories_of(cells)]
    codes = np.array([*map(levels.index, read), -1], dtype=np.int16)  # a blank's code is −1, and the last place
    numbers: pd.Categorical = pd.Categorical.from_codes(  # type: ignore[call-overload]  # the stubs want lists
        codes[cells.cat.codes], np.array(levels, dtype=float)
    )
    return numbers


def _in_order(
    table: pd.DataFrame, items: pd.DataFrame, protocol: Protocol, asked: Mapping[str, Instrument]
) -> pd.DataFrame:
    respondents = table["respondent"].cat.categories
    order = np.argsort(respondents.to_numpy(dtype=object), kind="stable")
    if (np.diff(order) != 1).any():  # else what is known of so large an index would be found out anew
        respondents = respondents[order]
    who: np.ndarray = np.empty(len(order), dtype=np.int32)
    who[order] = np.arange(len(order))
    who = who[table["respondent"].cat.codes]
    wave, rater = places(table["wave"], protocol.waves), places(table["rater"], RATERS)
    row_at: np.ndarray = np.full((len(respondents), len(protocol.waves), len(RATERS)), -1, dtype=np.int32)
    row_at[who, wave, rater] = np.arange(len(table))
    rows = row_at[row_at >= 0]  # no two rows have the same place, so this sorts them
    index = pd.MultiIndex(
        levels=[respondents, protocol.waves, RATERS],  # type: ignore[list-item]  # the stubs know no index here
        codes=[who[rows], wave[rows], rater[rows]],
        names=list(KEY),
        verify_integrity=False,
    )
    texts = {name: table[name].array for name in MEANT if name not in KEY}
    cells = {name: _taken(text, rows) for name, text in texts.items()}
    levels = map_in_threads(lambda item: _levels(items[item], asked[item]).take(rows), asked, rows=len(rows))
    return pd.DataFrame(cells | dict(zip(asked, levels, strict=True)), index, copy=False)


def _taken(texts: pd.Categorical, rows: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """The texts of some rows; a column that the survey does not have is blank in all of them."""
    kinds: pd.api.extensions.ExtensionArray = texts.categories.array
    return kinds.repeat(len(rows)) if len(kinds) == 1 else kinds.take(texts.codes[rows])
