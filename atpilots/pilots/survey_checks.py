"""What may stand in a cell of `survey.csv`, and which of its rows go together."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from atpilots.files import Problem, categories_of, listed, nearest, read_day, typed_days
from atpilots.instruments import Instrument
from atpilots.pilots.protocol import KEY, MEANT, MODES, RATERS, SAID_IN_CELLS, Protocol
from atpilots.privacy import latin_form, normalised_code, people_in

FILE = "survey.csv"
A_DATE = re.compile(r"\d{1,4}([./ -])\d{1,2}\1\d{1,4}")  # written in another way: no code, so it is told
MISSING = re.compile(
    r"-?\d+(\.\d*)?|\W*|n/?a|nan|none|nil|null|missing|refused|unknown|don'?t know|dk|x+", re.IGNORECASE
)
NAMES = re.compile(r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")
SHORT, A_FEW = 4, 3  # characters of a cell that can point at nobody; people who give one answer
MOST_WORDS = 8  # different wrong words of a column of few words that are repeated
MOST_NEAREST = 200  # different wrong words of a column that a right one is looked for
MOST_HEADERS = 3  # rows under the header that may be further header rows of a survey tool
JOINED = "one person's codes are joined in map.toml, [same]"
UNKNOWN = "is not a column of any measure; name it in ignore (pilot.toml) if it is not needed"
NOT_THERE, NOT_ALLOWED, NO_ROWS = "is not there", "is not allowed", "has no rows under its header"
UNSAID = "a text that is not repeated here"
# What people call the two columns without which there is no survey.
SAID: Mapping[str, tuple[str, ...]] = {
    "respondent": ("id", "code", "participant", "participant id", "respondent id", "person", "resident", "user id",
        "pilot code", "your code", "case", "subject"),
    "wave": ("time", "timepoint", "time point", "when", "phase", "point", "pre/post", "before/after", "round"),
    **SAID_IN_CELLS,
}  # fmt: skip
Columns = Mapping[str, str]  # item -> the survey's own column
Check = Callable[[pd.Series], pd.Series]  # whether each cell may stand in its column


def layout_problems(table: pd.DataFrame, protocol: Protocol, columns: Columns, *, plain: bool) -> Iterator[Problem]:
    """Of a survey as it was read: its columns, swallowed rows, and codes that two people might share.

    plain: whether its codes are `are_plain`, so that they need not be looked at one by one.
    """
    yield from _column_problems(table, protocol, columns)
    yield from _swallowed_rows(table, [str(name) for name in table if name != "respondent" or not plain], protocol)
    if not plain:
        yield from _code_problems(table["respondent"])


def _column_problems(table: pd.DataFrame, protocol: Protocol, columns: Columns) -> Iterator[Problem]:
    present = {str(name) for name in table.columns}
    needed = {"respondent", "wave", *columns.values()}
    known = needed | set(MEANT) | set(protocol.ignore)
    missing = {*needed, *MEANT} - present
    meant = {column: nearest(column, missing, SAID) for column in sorted(present - known)}
    for column in sorted(needed - present - {*meant.values()}):
        yield Problem(FILE, NOT_THERE, row=1, column=column)
    for column in sorted(needed & set(protocol.ignore)):
        yield Problem("pilot.toml", f"names a column that is needed: {column}", column="ignore")
    for column, right in meant.items():
        yield Problem(FILE, UNKNOWN, row=1, column=column, meant=right)
    if not len(table):
        yield Problem(FILE, NO_ROWS)


def header_rows(
    table: pd.DataFrame, protocol: Protocol, asked: Mapping[str, Instrument], columns: Columns
) -> list[int]:
    """The rows under the header that are more of it, as survey tools write them: the wording of the questions, say.

    Such a row has no wave and no answer, though cells with something else; most of those below have a wave.
    """

    def is_header(row: int) -> bool:
        cells = [(item, str(table.at[row, column])) for item, column in columns.items() if column in table]
        read = [asked[item].read_answer(cell) for item, cell in cells if cell]
        return str(table.at[row, "wave"]) not in protocol.waves and bool(read) and all(map(math.isnan, read))

    found = list(itertools.takewhile(is_header, map(int, table.index[:MOST_HEADERS])))
    below = table["wave"].iloc[len(found) :]
    return found if found and 2 * int(below.isin(protocol.waves).sum()) > len(below) else []


@dataclasses.dataclass(frozen=True)
class Doubt:
    """What of pilot.toml and its instruments is to be mended first: what may be no fault then is not told.

    keys: of pilot.toml; written: all that stands in that, so that what its owner meant by them is in it; unread: the
    instruments of the pilot's own that cannot be read, whose columns begin with their name.
    """

    keys: frozenset[str] = frozenset()
    written: str = dataclasses.field(default="", repr=False)
    unread: tuple[str, ...] = ()

    def covers(self, problem: Problem, free: Collection[str]) -> bool:
        """Whether a fault may be none. free: columns of the survey that may be free text."""
        if problem.file != FILE:
            return "ignore" in self.keys
        column, value = problem.column or "", problem.value or ""
        if problem.what in {UNKNOWN, NOT_THERE}:
            own = any(column == name or column.startswith(f"{name}_") for name in self.unread)
            renamed = ("columns" in self.keys or self.unread) and (problem.what == NOT_THERE or column in self.written)
            ignored = "ignore" in self.keys and column in self.written
            return problem.meant is None and bool(own or renamed or ignored or "measures" in self.keys)
        if problem.what == NOT_ALLOWED:
            words = {"wave": "waves", "arm": "arms"}.get(column)
            missing = not self.keys.isdisjoint({"missing", "missing_in"}) and column not in KEY
            return value in self.written and (words in self.keys or (missing and MISSING.fullmatch(value) is not None))
        return (column == "arm" and "arms" in self.keys) or (column in free and "ignore" in self.keys)


def _swallowed_rows(table: pd.DataFrame, columns: Iterable[str], protocol: Protocol) -> Iterator[Problem]:
    """A stray quotation mark makes one cell of all that follows, up to the next one: whole rows are gone unseen.

    Free text may hold line breaks; no other cell does, and no free text holds a line that reads as a row.
    """
    place = list(table.columns).index("wave") if "wave" in table else len(table.columns)
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


def _code_problems(respondents: pd.Series) -> Iterator[Problem]:
    """Characters that nobody sees would part one person in two; look-alikes made equal would join two in one."""
    codes = categories_of(respondents)
    unseen = [code for code in codes if any(unicodedata.category(character) in {"Cc", "Cf"} for character in code)]
    for row in respondents.index[respondents.isin(unseen)]:
        yield Problem(FILE, "has a character that cannot be seen; type the code again", int(row), "respondent")
    written = pd.Series({code: normalised_code(code, "NFC") for code in codes})
    meant = written.map(normalised_code).map(latin_form)
    for code in meant[written.groupby(meant).transform("nunique") > 1].unique():
        rows = respondents.index[respondents.isin(meant.index[meant == code])]
        what = f"is written in ways that look alike but differ in rows {_rows(rows)}; use one of them"
        yield Problem(FILE, what, int(rows[0]), "respondent")


def cell_problems(table: pd.DataFrame, protocol: Protocol) -> list[Problem]:
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
    words = {"wave": protocol.waves, "rater": RATERS, "arm": protocol.arms, "mode": MODES}

    def meant(column: str, wrong: Iterable[str]) -> dict[str, str | None]:
        if column == "date":
            changed_places = any(map(A_DATE.fullmatch, categories_of(table["respondent"])))  # then these are codes
            return {} if changed_places else dict(typed_days(wrong))
        return {text: nearest(text, words.get(column, ()), SAID) for text in wrong}

    return _failures(table, checks, allowed, meant)


def answer_problems(items: pd.DataFrame, asked: Mapping[str, Instrument], columns: Columns) -> list[Problem]:
    """Answers that their item's instrument does not know. asked: the instrument of each item."""

    def is_answer(instrument: Instrument) -> Check:
        return lambda cells: _are(cells, lambda text: not math.isnan(instrument.read_answer(text)))

    checks = {item: is_answer(asked[item]) for item in map(str, items)}
    allowed = {item: f"{instrument.answers_in_words}, blank, or declared missing" for item, instrument in asked.items()}

    def meant(item: str, wrong: Iterable[str]) -> dict[str, str | None]:
        labels = list(map(str, asked[item].levels)) if asked[item].has_labels else []
        return {text: nearest(text, labels) for text in wrong}

    problems = _failures(items, checks, allowed, meant)
    return [dataclasses.replace(problem, column=columns[str(problem.column)]) for problem in problems]


def _failures(
    table: pd.DataFrame, checks: Mapping[str, Check], allowed: Mapping[str, str],
    meant: Callable[[str, Iterable[str]], dict[str, str | None]],
) -> list[Problem]:  # fmt: skip
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
        wrong = {str(column): list(map(str, some.unique())) for column, some in cases.groupby("column")["failure_case"]}
        untold = {
            "respondent",
            *(column for column, some in wrong.items() if column in MEANT and len(some) > MOST_WORDS),
        }
        right = {column: meant(column, some[:MOST_NEAREST]) for column, some in wrong.items() if column != "respondent"}
        often = Counter(zip(cases["column"], cases["failure_case"], strict=True))
        unsaid = {
            (column, text)
            for column, some in wrong.items()
            for place, text in enumerate(some)
            if column in right and not right[column].get(text)
            and (_points_at_somebody(text, often[column, text]) if place < MOST_NEAREST else len(text) > SHORT)
        }  # fmt: skip

        def told(row: int, column: str, value: str) -> Problem:
            if value == "":
                return Problem(FILE, "is blank", row, column, None, allowed[column])
            a_day = A_DATE.fullmatch(value) or (column == "date" and right[column].get(value))
            if column in untold and not a_day:
                return Problem(FILE, NOT_ALLOWED, row, column, None, allowed[column])
            said = UNSAID if (column, value) in unsaid else value
            return Problem(FILE, NOT_ALLOWED, row, column, said, allowed[column], right[column].get(value))

        return [
            told(int(row), str(column), str(value))
            for row, column, value in zip(cases["index"], cases["column"], cases["failure_case"], strict=True)
        ]
    return []


def _points_at_somebody(text: str, times: int) -> bool:
    """Whether a cell that is no answer holds a person's name, number or address; nobody's name is given by many."""
    return len(text) > SHORT and (bool(people_in(text)) or (times < A_FEW and NAMES.fullmatch(text) is not None))


def _are(cells: pd.Series, right: Callable[[str], bool]) -> pd.Series:
    return cells.map({text: right(text) for text in cells.unique()}).astype(bool)


def is_date(text: str) -> bool:
    """Whether a text is a date as YYYY-MM-DD, of this or the last century."""
    day = read_day(text)
    return day is not None and 1900 <= day.year < 2100


def self_report_problems(
    table: pd.DataFrame, items: pd.DataFrame, instruments: Iterable[Instrument], columns: Columns
) -> Iterator[Problem]:
    """Answers of another rater to what only the resident in person can answer."""
    other = table["rater"].isin(RATERS[1:])
    if not other.any():
        return
    for instrument in instruments:
        if instrument.self_report_only:
            for item in (item for item in instrument.columns if item in items):
                for row in items.index[other & items[item].notna()]:
                    what = "is to be answered by the resident in person, not by another rater"
                    yield Problem(FILE, what, row, columns[item])


def row_problems(table: pd.DataFrame, protocol: Protocol, *, one_case: bool) -> Iterator[Problem]:
    """Of rows whose cells can all be read: spellings of a code, arms, repeated rows, the order of dates.

    one_case: whether all codes are in capitals or all in small letters, as is usual.
    """
    if not one_case:
        yield from _problems_of_capitals(table["respondent"])
    yield from _arm_problems(table)
    yield from _repeated_problems(table)
    yield from _order_problems(table, protocol)


def _problems_of_capitals(respondents: pd.Series) -> Iterator[Problem]:
    """Codes that differ in capitals only cannot be told from one code typed twice."""
    spellings: dict[str, list[str]] = {}
    for code in categories_of(respondents):
        spellings.setdefault(code.casefold(), []).append(code)
    for alike in (codes for codes in spellings.values() if len(codes) > 1):
        spelt = respondents.index[respondents.isin(alike)]
        what = f"is spelt with different capitals in rows {_rows(spelt)}; {JOINED}"
        yield Problem(FILE, what, int(spelt[0]), "respondent")


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
        what = f"is in different arms in rows {_rows(rows)}" if differ else "is given in none of the respondent's rows"
        yield Problem(FILE, what, int(rows[0]), "arm")


def _repeated_problems(table: pd.DataFrame) -> Iterator[Problem]:
    key = list(KEY)
    shape = tuple(len(table[column].cat.categories) for column in key)
    place = np.ravel_multi_index([table[column].cat.codes for column in key], shape)
    there = np.zeros(math.prod(shape), dtype=bool)
    there[place] = True
    if np.count_nonzero(there) == len(place):
        return
    again = table[table.duplicated(key, keep=False)]
    for _, rows in again.astype(dict.fromkeys(key, "str")).groupby(key, sort=False):
        wave, rater = rows["wave"].iloc[0], rows["rater"].iloc[0]
        what = f"stands twice for the same respondent, wave {wave} and rater {rater}: rows {_rows(rows.index)}"
        yield Problem(FILE, what, int(rows.index[0]))


def _order_problems(table: pd.DataFrame, protocol: Protocol) -> Iterator[Problem]:
    dated = table[(table["date"] != "").to_numpy()]
    if dated.empty:
        return
    who, rater = (dated[column].cat.codes.to_numpy() for column in ("respondent", "rater"))
    date = dated["date"].cat.categories.argsort().argsort()[dated["date"].cat.codes]  # as written, dates are in order
    order = np.lexsort([places(dated["wave"], protocol.waves), rater, who])
    follows = (np.diff(who[order]) == 0) & (np.diff(rater[order]) == 0)
    late = order[1:][follows & (np.diff(date[order]) < 0)]
    for row in sorted(dated.index[late]):
        what = "is earlier than the same respondent's wave before"
        yield Problem(FILE, what, int(row), "date", str(dated.at[row, "date"]))


def places(cells: pd.Series, known: tuple[str, ...]) -> np.ndarray:
    """The place of each cell among the words that it can be."""
    return np.array([known.index(text) for text in categories_of(cells)], dtype=np.int8)[cells.cat.codes.to_numpy()]


def _rows(rows: pd.Index) -> str:
    return listed(map(str, sorted(rows)))
