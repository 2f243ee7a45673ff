"""From `survey.csv` to checked answers: what a cell may hold, and every cell that does not."""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from atpilots.files import (
    DataError,
    Problem,
    categories_of,
    map_categories,
    map_in_threads,
    read_answers,
    read_day,
    select_rows,
)
from atpilots.pilots.protocol import KEY, MEANT, MODES, OPTIONAL, RATERS, Protocol
from atpilots.privacy import are_plain, latin_form, normalised_code, normalised_codes, without_codes

if TYPE_CHECKING:
    from atpilots.instruments import Instrument

FILE = "survey.csv"
A_DATE = re.compile(r"\d{1,4}([./ -])\d{1,2}\1\d{1,4}")  # written in another way: no code, so it is told
MOST_WORDS = 8  # different wrong words of a column of few words that are repeated
Measures = Mapping[str, "Instrument"]
Columns = Mapping[str, str]  # item -> the survey's own column
Check = Callable[[pd.Series], pd.Series]  # whether each cell may stand in its column


def read_survey(path: Path, protocol: Protocol, measures: Measures, columns: Columns) -> pd.DataFrame:
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
    problems = [*_column_problems(table, protocol, columns)]
    problems += _swallowed_rows(table, [str(name) for name in table if name != "respondent" or not plain], protocol)
    if not plain:
        problems += _code_problems(table["respondent"])
    if table.empty:
        raise DataError(problems)
    table = _with_defaults(table, protocol)
    if not plain:
        table["respondent"] = map_categories(table["respondent"], normalised_code)
    items = _items(table, protocol, measures, columns)
    cells = _cell_problems(table, protocol)
    problems += [*cells, *_answer_problems(items, measures, columns)]
    problems += _self_report_problems(table, items, measures, columns)
    bad = [problem.row for problem in cells]
    sound = select_rows(table, ~table.index.isin(bad)) if bad else table  # rows are compared where all can be read
    if not (plain and together in (together.lower(), together.upper())):  # the usual codes: all capitals or none
        problems += _problems_of_capitals(sound["respondent"])
    problems += [*_arm_problems(sound), *_repeated_problems(sound), *_order_problems(sound, protocol)]
    if problems:
        in_order = sorted(problems, key=lambda problem: problem.row or 0)
        raise DataError(without_codes(in_order, {*raw, *categories_of(table["respondent"])}))
    return _in_order(table, items, protocol, measures)


def _code_problems(respondents: pd.Series) -> Iterator[Problem]:
    """Characters that nobody sees would part one person in two; look-alikes made equal would join two in one."""
    codes = categories_of(respondents)
    unseen = [code for code in codes if any(unicodedata.category(character) in {"Cc", "Cf"} for character in code)]
    for row in respondents.index[respondents.isin(unseen)]:
        yield Problem(FILE, "has a character that cannot be seen; type the code again", int(row), "respondent")
    written = pd.Series({code: normalised_code(code, "NFC") for code in codes})
    meant = normalised_codes(written).map(latin_form)
    for code in meant[written.groupby(meant).transform("nunique") > 1].unique():
        rows = respondents.index[respondents.isin(meant.index[meant == code])]
        what = f"is written in ways that look alike but differ in rows {_listing(rows)}; use one of them"
        yield Problem(FILE, what, int(rows[0]), "respondent")


def _column_problems(table: pd.DataFrame, protocol: Protocol, columns: Columns) -> Iterator[Problem]:
    present = set(table.columns)
    needed = {"respondent", "wave", *columns.values()}
    for column in sorted(needed - present):
        yield Problem(FILE, "is not there", row=1, column=column)
    for column in sorted(needed & set(protocol.ignore)):
        yield Problem("pilot.toml", f"names a column that is needed: {column}", column="ignore")
    known = needed | set(MEANT) | set(protocol.ignore)
    for column in sorted(present - known):
        what = "is not a column of any measure; name it in ignore (pilot.toml) if it is not needed"
        yield Problem(FILE, what, row=1, column=column)
    if not len(table):
        yield Problem(FILE, "has no rows under its header")


def _swallowed_rows(table: pd.DataFrame, columns: Iterable[str], protocol: Protocol) -> Iterator[Problem]:
    """A stray quotation mark makes one cell of all that follows, up to the next one: whole rows are gone unseen.

    Free text may hold line breaks; no other cell does, and no free text holds a line that reads as a row.
    """
    place = list(table.columns).index("wave")
    for column in columns:
        texts = categories_of(table[column])
        if not _breaks("".join(texts)):
            continue
        broken = table[column].isin([text for text in texts if _breaks(text)])
        for row, cell in table.loc[broken, column].items():
            lines = list(csv.reader(cell.splitlines()[1:]))
            if column not in protocol.ignore or any(
                len(line) > place and line[place].strip() in protocol.waves for line in lines
            ):
                what = "holds a line break; a quotation mark that is not closed may have swallowed the rows that follow"
                yield Problem(FILE, what, int(str(row)), column)


def _breaks(text: str) -> bool:
    return "\n" in text or "\r" in text


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


def _items(table: pd.DataFrame, protocol: Protocol, measures: Measures, columns: Columns) -> pd.DataFrame:
    """The items' cells by item name; None where blank or a declared missing code."""
    codes = missing_codes(protocol, measures)
    cells = {item: table[column] for item, column in columns.items() if column in table}

    def answers(item: str) -> pd.Series:
        text = cells[item].cat
        return text.set_categories(text.categories.drop(["", *codes[item]], errors="ignore"))

    found = map_in_threads(answers, cells, rows=len(table))
    return pd.DataFrame(dict(zip(cells, found, strict=True)), index=table.index, copy=False)


def missing_codes(protocol: Protocol, measures: Measures) -> dict[str, tuple[str, ...]]:
    """Each item's missing codes: its own, else its measure's, else the pilot's."""
    return {
        item: protocol.missing_in.get(item, protocol.missing_in.get(name, protocol.missing))
        for name, instrument in measures.items()
        for item in instrument.columns
    }


def _cell_problems(table: pd.DataFrame, protocol: Protocol) -> list[Problem]:
    """Cells of the columns with a fixed meaning that hold something else."""

    def one_of(words: tuple[str, ...]) -> Check:
        return lambda cells: cells.isin(words)

    checks: dict[str, Check] = {
        "respondent": lambda cells: ~cells.isin([""]),
        "wave": one_of(protocol.waves),
        "rater": one_of(RATERS),
        "arm": one_of((*protocol.arms, "")),
        "mode": one_of((*MODES, "")),
        "date": lambda cells: _are(cells, lambda text: text == "" or is_date(text)),
    }
    allowed = {
        "respondent": "the respondent's code; not blank",
        "wave": ", ".join(protocol.waves),
        "rater": ", ".join(RATERS),
        "arm": ", ".join(protocol.arms),
        "mode": ", ".join(MODES),
        "date": "YYYY-MM-DD",
    }
    return _failures(table, checks, allowed)


def _answer_problems(items: pd.DataFrame, measures: Measures, columns: Columns) -> list[Problem]:
    asked = _asked(measures)

    def is_answer(instrument: Instrument) -> Check:
        return lambda cells: _are(cells, lambda text: not math.isnan(instrument.read_answer(text)))

    checks = {item: is_answer(asked[item]) for item in map(str, items)}
    allowed = {item: f"{instrument.answers_in_words}, or blank" for item, instrument in asked.items()}
    problems = _failures(items, checks, allowed)
    return [Problem(FILE, p.what, p.row, columns[str(p.column)], p.value, p.allowed) for p in problems]


def _asked(measures: Measures) -> dict[str, Instrument]:
    """Every item with the instrument that says what may be answered; shared items once."""
    return {item: instrument for instrument in measures.values() for item in instrument.columns}


def _failures(table: pd.DataFrame, checks: Mapping[str, Check], allowed: Mapping[str, str]) -> list[Problem]:
    """Every cell that fails its column's check, listed by a pandera schema and told in our words."""
    if all(check(pd.Series(table[column].cat.categories)).all() for column, check in checks.items()):
        return []  # nothing to list: importing pandera takes longer than all of this
    import pandera.errors
    import pandera.pandas as pa

    table = table[list(checks)].astype("str")
    columns = {name: pa.Column(None, pa.Check(check), nullable=True) for name, check in checks.items()}
    try:
        pa.DataFrameSchema(columns).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.sort_values(["index", "column"], kind="stable")
        # So many different words where few can be: columns that changed places, and these are codes.
        wrong = cases.groupby("column")["failure_case"].nunique()
        untold = {"respondent", *wrong.index[(wrong > MOST_WORDS) & wrong.index.isin(MEANT)]}
        return [
            Problem(FILE, "is blank" if value == "" else "is not allowed", int(row), column,
                    None if value == "" or (column in untold and not A_DATE.fullmatch(str(value))) else str(value),
                    allowed[column])
            for row, column, value in zip(cases["index"], cases["column"], cases["failure_case"], strict=True)
        ]  # fmt: skip
    return []


def _levels(cells: pd.Series, instrument: Instrument) -> pd.Categorical:
    """Level numbers of cells, each different text read once; NaN where there is none."""
    levels = range(instrument.lowest, instrument.highest + 1)
    read = [int(instrument.read_answer(text)) for text in categories_of(cells)]
    places = np.array([*map(levels.index, read), -1], dtype=np.int16)  # a blank's code is −1, and the last place
    numbers: pd.Categorical = pd.Categorical.from_codes(  # type: ignore[call-overload]  # the stubs want lists
        places[cells.cat.codes], np.array(levels, dtype=float)
    )
    return numbers


def is_date(text: str) -> bool:
    """Whether a text is a date as YYYY-MM-DD, of this or the last century."""
    day = read_day(text)
    return day is not None and 1900 <= day.year < 2100


def _are(cells: pd.Series, right: Callable[[str], bool]) -> pd.Series:
    return cells.map({text: right(text) for text in cells.unique()}).astype(bool)


def _self_report_problems(
    table: pd.DataFrame, items: pd.DataFrame, measures: Measures, columns: Columns
) -> Iterator[Problem]:
    other = table["rater"].isin(RATERS[1:])
    if not other.any():
        return
    for instrument in measures.values():
        if instrument.self_report_only:
            for item in set(instrument.columns) & set(items):
                for row in items.index[other & items[item].notna()]:
                    what = "is to be answered by the resident in person, not by another rater"
                    yield Problem(FILE, what, row, columns[item])


def _problems_of_capitals(respondents: pd.Series) -> Iterator[Problem]:
    """Codes that differ in capitals only cannot be told from one code typed twice."""
    spellings: dict[str, list[str]] = {}
    for code in categories_of(respondents):
        spellings.setdefault(code.casefold(), []).append(code)
    for alike in (codes for codes in spellings.values() if len(codes) > 1):
        spelt = respondents.index[respondents.isin(alike)]
        yield Problem(FILE, f"is spelt with different capitals in rows {_listing(spelt)}", int(spelt[0]), "respondent")


def _arm_problems(table: pd.DataFrame) -> Iterator[Problem]:
    """A respondent without an arm, or with two."""
    arms = table["arm"].cat.codes.to_numpy()
    if len(table) and (arms == arms[0]).all() and table["arm"].iloc[0]:
        return  # one arm
    given, who = table["arm"] != "", table["respondent"].cat.codes.to_numpy()
    found = np.zeros([len(table[column].cat.categories) for column in ("respondent", "arm")], dtype=bool)
    found[who[given], arms[given]] = True
    for respondent in sorted(table["respondent"].cat.categories[found.sum(axis=1) != 1]):
        rows = table.index[table["respondent"] == respondent]
        differ = bool(given[rows].any())
        what = (
            f"is in different arms in rows {_listing(rows)}" if differ else "is given in none of the respondent's rows"
        )
        yield Problem(FILE, what, int(rows[0]), "arm")


def _repeated_problems(table: pd.DataFrame) -> Iterator[Problem]:
    key = list(KEY)
    who, wave, rater = (table[column].cat.codes.to_numpy(dtype=np.int64) for column in key)
    waves, raters = (len(table[column].cat.categories) for column in key[1:])
    place = (who * waves + wave) * raters + rater
    times = np.bincount(place)
    if (times < 2).all():
        return
    again = table[times[place] > 1]
    for _, rows in again.astype(dict.fromkeys(key, "str")).groupby(key, sort=False):
        wave, rater = rows["wave"].iloc[0], rows["rater"].iloc[0]
        what = f"stands twice for the same respondent, wave {wave} and rater {rater}: rows {_listing(rows.index)}"
        yield Problem(FILE, what, int(rows.index[0]))


def _order_problems(table: pd.DataFrame, protocol: Protocol) -> Iterator[Problem]:
    dated = table[(table["date"] != "").to_numpy()]
    if dated.empty:
        return
    who, rater = (dated[column].cat.codes.to_numpy() for column in ("respondent", "rater"))
    date = dated["date"].cat.categories.argsort().argsort()[dated["date"].cat.codes]  # as written, dates are in order
    order = np.lexsort([_places(dated["wave"], protocol.waves), rater, who])
    follows = (np.diff(who[order]) == 0) & (np.diff(rater[order]) == 0)
    late = order[1:][follows & (np.diff(date[order]) < 0)]
    for row in sorted(dated.index[late]):
        what = "is earlier than the same respondent's wave before"
        yield Problem(FILE, what, int(row), "date", str(dated.at[row, "date"]))


def respondents_in(path: Path) -> set[str]:
    """Every code of a survey, with faults or without, as written and as compared; none where it cannot be read."""
    try:
        table = read_answers(path)
    except DataError:
        return set()
    raw = categories_of(table["respondent"]) if "respondent" in table else []
    return {*raw, *map(normalised_code, raw)}


def _in_order(table: pd.DataFrame, items: pd.DataFrame, protocol: Protocol, measures: Measures) -> pd.DataFrame:
    respondents = table["respondent"].cat.categories
    order = np.argsort(respondents.to_numpy(dtype=object), kind="stable")
    if (np.diff(order) != 1).any():  # else what is known of so large an index would be found out anew
        respondents = respondents[order]
    who: np.ndarray = np.empty(len(order), dtype=np.int32)
    who[order] = np.arange(len(order))
    who = who[table["respondent"].cat.codes]
    wave, rater = _places(table["wave"], protocol.waves), _places(table["rater"], RATERS)
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
    asked = _asked(measures)
    levels = map_in_threads(lambda item: _levels(items[item], asked[item]).take(rows), asked, rows=len(rows))
    return pd.DataFrame(cells | dict(zip(asked, levels, strict=True)), index, copy=False)


def _taken(texts: pd.Categorical, rows: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """The texts of some rows; a column that the survey does not have is blank in all of them."""
    kinds: pd.api.extensions.ExtensionArray = texts.categories.array
    return kinds.repeat(len(rows)) if len(kinds) == 1 else kinds.take(texts.codes[rows])


def _places(cells: pd.Series, known: tuple[str, ...]) -> np.ndarray:
    """The place of each cell among the words that it can be."""
    return np.array([known.index(text) for text in categories_of(cells)], dtype=np.int8)[cells.cat.codes]


def _listing(rows: pd.Index) -> str:
    numbers = [str(row) for row in sorted(rows)]
    return " and ".join([", ".join(numbers[:-1]), numbers[-1]]) if len(numbers) > 1 else numbers[0]
