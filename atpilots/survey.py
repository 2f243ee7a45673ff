"""From `survey.csv` to checked answers: what a cell may hold, and every cell that does not."""

from __future__ import annotations

import csv
import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from atpilots.problems import DataError, Problem
from atpilots.protocol import KEY, MEANT, MODES, OPTIONAL, RATERS, Protocol
from atpilots.tables import read_answers

if TYPE_CHECKING:
    from atpilots.instruments import Instrument

FILE = "survey.csv"
Measures = Mapping[str, "Instrument"]
Columns = Mapping[str, str]  # item -> the survey's own column
Check = Callable[[pd.Series], pd.Series]  # whether each cell may stand in its column


def read_survey(path: Path, protocol: Protocol, measures: Measures, columns: Columns) -> pd.DataFrame:
    """Read and check a survey.

    Returns one row per (respondent, wave, rater), sorted by these, however the file was sorted: these three as index
    levels, `arm`, `date`, `mode` and `age_band` ("" where blank), and one float column of level numbers per item, NaN
    where missing.
    Raises DataError with every problem.
    """
    table = read_answers(path)
    table = table.astype({column: "str" for column in MEANT if column in table})
    if not {"respondent", "wave"} <= set(table.columns):
        what = "must name the columns respondent and wave in its first row"
        raise DataError([Problem(FILE, what, row=1)])
    problems = [
        *_column_problems(table, protocol, columns),
        *_swallowed_rows(table, protocol),
        *_code_problems(table["respondent"]),
    ]
    if table.empty:
        raise DataError(problems)
    table = _with_defaults(table, protocol)
    raw, table["respondent"] = table["respondent"], normalised(table["respondent"])
    items = _items(table, protocol, measures, columns)
    cells = _cell_problems(table, protocol)
    problems += [*cells, *_answer_problems(items, measures, columns)]
    problems += _self_report_problems(table, items, measures, columns)
    sound = table[~table.index.isin([problem.row for problem in cells])]  # rows are compared where all can be read
    problems += [*_respondent_problems(sound), *_repeated_problems(sound), *_order_problems(sound, protocol)]
    if problems:
        in_order = sorted(problems, key=lambda problem: problem.row or 0)
        raise DataError(without_ids(in_order, {*raw, *table["respondent"]}))
    return _in_order(table, items, protocol, measures)


def normalised(respondents: pd.Series) -> pd.Series:
    """Respondent codes as compared: Unicode-normalised (NFKC), inner spaces single. Capitals and zeros count."""
    if _plain(respondents):
        return respondents
    codes = {code: " ".join(unicodedata.normalize("NFKC", code).split()) for code in respondents.unique()}
    return respondents.map(codes)


def _plain(respondents: pd.Series) -> bool:
    """Whether all codes are visible ASCII with single spaces, which nothing has to be done about."""
    text = "".join(respondents.to_numpy(dtype=object))
    return text.isascii() and text.isprintable() and "  " not in text


def _code_problems(respondents: pd.Series) -> Iterator[Problem]:
    """Characters that nobody sees would part one person in two; look-alikes made equal would join two in one."""
    if _plain(respondents):
        return
    for row, code in respondents.items():
        if any(unicodedata.category(character) in {"Cc", "Cf"} for character in code):
            yield Problem(FILE, "has a character that cannot be seen; type the code again", int(str(row)), "respondent")
    written = pd.Series({code: " ".join(unicodedata.normalize("NFC", code).split()) for code in respondents.unique()})
    meant = normalised(written)
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


def _swallowed_rows(table: pd.DataFrame, protocol: Protocol) -> Iterator[Problem]:
    """A stray quotation mark makes one cell of all that follows, up to the next one: whole rows are gone unseen.

    Free text may hold line breaks; no other cell does, and no free text holds a line that reads as a row.
    """
    place = list(table.columns).index("wave")
    for column in table.columns:
        broken = table[column].str.contains(r"[\r\n]", regex=True)
        for row, cell in table.loc[broken, column].items():
            lines = list(csv.reader(cell.splitlines()[1:]))
            if column not in protocol.ignore or any(
                len(line) > place and line[place].strip() in protocol.waves for line in lines
            ):
                what = "holds a line break; a quotation mark that is not closed may have swallowed the rows that follow"
                yield Problem(FILE, what, int(str(row)), column)


def _with_defaults(table: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    table = table.copy()
    for column in OPTIONAL:
        codes = protocol.missing_in.get(column, protocol.missing)
        table[column] = table[column].where(~table[column].isin(codes), "") if column in table else ""
    table["rater"] = table["rater"].where(table["rater"] != "", RATERS[0])
    if len(protocol.arms) == 1:
        table["arm"] = table["arm"].where(table["arm"] != "", protocol.arms[0])
    return table


def _items(table: pd.DataFrame, protocol: Protocol, measures: Measures, columns: Columns) -> pd.DataFrame:
    """The items' cells by item name; None where blank or a declared missing code."""
    codes = missing_codes(protocol, measures)
    cells = {item: table[column] for item, column in columns.items() if column in table}
    return pd.DataFrame(
        {item: text.cat.set_categories(text.cat.categories.drop(["", *codes[item]], errors="ignore"))
         for item, text in cells.items()}
    )  # fmt: skip


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
        "respondent": lambda cells: cells != "",
        "wave": one_of(protocol.waves),
        "rater": one_of(RATERS),
        "arm": one_of((*protocol.arms, "")),
        "mode": one_of((*MODES, "")),
        "date": _are_dates,
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
        return lambda cells: cells.isna() | _levels(cells, instrument).notna()

    checks = {item: is_answer(asked[item]) for item in map(str, items)}
    allowed = {item: f"{instrument.answers_in_words}, or blank" for item, instrument in asked.items()}
    problems = _failures(items, checks, allowed)
    return [Problem(FILE, p.what, p.row, columns[str(p.column)], p.value, p.allowed) for p in problems]


def _asked(measures: Measures) -> dict[str, Instrument]:
    """Every item with the instrument that says what may be answered; shared items once."""
    return {item: instrument for instrument in measures.values() for item in instrument.columns}


def _failures(table: pd.DataFrame, checks: Mapping[str, Check], allowed: Mapping[str, str]) -> list[Problem]:
    """Every cell that fails its column's check, listed by a pandera schema and told in our words."""
    if all(check(table[column]).all() for column, check in checks.items()):
        return []  # nothing to list: importing pandera takes longer than all of this
    import pandera.errors
    import pandera.pandas as pa

    columns = {name: pa.Column(None, pa.Check(check), nullable=True) for name, check in checks.items()}
    try:
        pa.DataFrameSchema(columns).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.sort_values(["index", "column"], kind="stable")
        return [
            Problem(FILE, "is blank" if value == "" else "is not allowed", int(row), column,
                    None if value == "" or column == "respondent" else str(value), allowed[column])
            for row, column, value in zip(cases["index"], cases["column"], cases["failure_case"], strict=True)
        ]  # fmt: skip
    return []


def _levels(cells: pd.Series, instrument: Instrument) -> pd.Series:
    """Level numbers of cells, each different text read once."""
    codes, texts = pd.factorize(cells)
    levels = [float("nan"), *(instrument.read_answer(str(text)) for text in texts)]
    return pd.Series(np.array(levels, dtype=float)[codes + 1], cells.index)


def is_date(text: str) -> bool:
    """Whether a text is a date as YYYY-MM-DD, of this or the last century."""
    try:
        return bool(re.fullmatch(r"(19|20)\d{2}-\d{2}-\d{2}", text) and datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _are_dates(cells: pd.Series) -> pd.Series:
    return cells.map({cell: cell == "" or is_date(cell) for cell in cells.unique()})


def _self_report_problems(
    table: pd.DataFrame, items: pd.DataFrame, measures: Measures, columns: Columns
) -> Iterator[Problem]:
    other = table["rater"].isin(RATERS[1:])
    for instrument in measures.values():
        if instrument.self_report_only:
            for item in set(instrument.columns) & set(items):
                for row in items.index[other & items[item].notna()]:
                    what = "is to be answered by the resident in person, not by another rater"
                    yield Problem(FILE, what, row, columns[item])


def _respondent_problems(table: pd.DataFrame) -> Iterator[Problem]:
    """Codes that differ in capitals only cannot be told from one code typed twice."""
    spellings = pd.Series(table["respondent"].unique())
    twice = spellings[spellings.str.casefold().duplicated(keep=False)]
    for _, alike in twice.groupby(twice.str.casefold()):
        spelt = table.index[table["respondent"].isin(alike)]
        yield Problem(FILE, f"is spelt with different capitals in rows {_listing(spelt)}", int(spelt[0]), "respondent")
    if (table["arm"] == table["arm"].iloc[:1].max()).all() and table["arm"].iloc[:1].all():
        return  # one arm
    arms = table["arm"].mask(table["arm"] == "").groupby(table["respondent"]).nunique()
    for respondent, count in arms[arms != 1].items():
        rows = table.index[table["respondent"] == respondent]
        what = (
            f"is in different arms in rows {_listing(rows)}" if count else "is given in none of the respondent's rows"
        )
        yield Problem(FILE, what, int(rows[0]), "arm")


def _repeated_problems(table: pd.DataFrame) -> Iterator[Problem]:
    key = list(KEY)
    again = table[table.duplicated(key, keep=False)]
    for _, rows in again.groupby(key, sort=False):
        wave, rater = rows["wave"].iloc[0], rows["rater"].iloc[0]
        what = f"stands twice for the same respondent, wave {wave} and rater {rater}: rows {_listing(rows.index)}"
        yield Problem(FILE, what, int(rows.index[0]))


def _order_problems(table: pd.DataFrame, protocol: Protocol) -> Iterator[Problem]:
    dated = table[table["date"] != ""]
    position = dated["wave"].map({wave: i for i, wave in enumerate(protocol.waves)})
    ordered = dated.assign(position=position).sort_values(["respondent", "rater", "position"])
    earlier = ordered.groupby(["respondent", "rater"])["date"].shift()
    for row in ordered.index[earlier.notna() & (ordered["date"] < earlier)].sort_values():
        yield Problem(
            FILE, "is earlier than the same respondent's wave before", row, "date", str(table.at[row, "date"])
        )


def without_ids(problems: list[Problem], respondents: set[str]) -> list[Problem]:
    """The problems without any respondent's code, in whatever column it was typed."""
    codes = {code.casefold() for code in respondents if code and not _plain_answer(code)}
    shapes = {_shape(code) for code in codes if any(character.isdigit() for character in code)}

    def hidden(text: str | None) -> str | None:
        secret = text is not None and (text.casefold() in codes or _shape(text.casefold()) in shapes)
        return "a respondent's code" if secret else text

    return [Problem(p.file, p.what, p.row, hidden(p.column), p.value and hidden(p.value), p.allowed) for p in problems]


def _plain_answer(text: str) -> bool:
    """A number of up to three digits: an answer typed wrongly, whether or not somebody also has it as a code."""
    return text.isdigit() and len(text) <= 3


def _shape(text: str) -> str:
    """The pattern of a code: "GR101" and "GR999" are alike, so a code from elsewhere in the file is known as one."""
    letters = re.sub(r"[^\W\d_]", "a", text)
    return letters if _plain_answer(text) else re.sub(r"\d", "9", letters)


def _in_order(table: pd.DataFrame, items: pd.DataFrame, protocol: Protocol, measures: Measures) -> pd.DataFrame:
    levels = {item: _levels(items[item], instrument) for item, instrument in _asked(measures).items()}
    answers = pd.DataFrame({name: table[name] for name in MEANT if name not in KEY} | levels)
    who, respondents = pd.factorize(table["respondent"], sort=True)
    wave, rater = (
        pd.Index(known).get_indexer(pd.Index(table[key]))
        for key, known in (("wave", protocol.waves), ("rater", RATERS))
    )
    answers.index = pd.MultiIndex(
        levels=[list(respondents), protocol.waves, RATERS],
        codes=[who, wave, rater],  # type: ignore[list-item]  # the stubs want lists
        names=list(KEY),
    )
    return answers.iloc[np.lexsort([rater, wave, who])]


def _listing(rows: pd.Index) -> str:
    numbers = [str(row) for row in sorted(rows)]
    return " and ".join([", ".join(numbers[:-1]), numbers[-1]]) if len(numbers) > 1 else numbers[0]
