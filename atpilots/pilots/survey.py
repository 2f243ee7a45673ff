"""From `survey.csv` to checked answers, by respondent, wave and rater, however the file was sorted."""

from __future__ import annotations

import dataclasses
import re
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
    nearest,
    plain_number,
    read_answers,
    select_rows,
    shown,
)
from atpilots.instruments import Instrument, shipped_instruments
from atpilots.pilots.protocol import KEY, MEANT, OPTIONAL, RATERS, TEXTS, Protocol
from atpilots.pilots.survey_checks import (
    FILE,
    MOST_HEADERS,
    NO_ROWS,
    SAID,
    Columns,
    Doubt,
    answer_problems,
    cell_problems,
    header_rows,
    layout_problems,
    places,
    row_problems,
    self_report_problems,
)
from atpilots.privacy import are_plain, normalised_code

MOST_BYTES, LONGEST_CODE = 2_000_000, 80  # of a survey that is no table; characters
# A word with a number in it, and no date.
LIKE_A_CODE = re.compile(r"(?<![\w-])(?!\d{4}-\d\d-\d\d\b)(?:[^\W\d]+[ .])?[\w-]*\d[\w-]*")
UNNAMED = "must name the columns respondent and wave in its first row"
Instruments = Mapping[str, "Instrument"]


@dataclasses.dataclass(frozen=True)
class CheckedSurvey:
    """A survey as far as it could be read, and all that is wrong with it. written: the codes, as they stand there."""

    table: pd.DataFrame = dataclasses.field(repr=False)
    items: pd.DataFrame = dataclasses.field(repr=False)
    protocol: Protocol = dataclasses.field(repr=False)
    asked: Mapping[str, Instrument] = dataclasses.field(repr=False)
    problems: tuple[Problem, ...] = dataclasses.field(repr=False)
    written: list[str] = dataclasses.field(repr=False)

    @property
    def codes(self) -> set[str]:
        """Every code, as written and as compared; only where something is wrong does anybody ask."""
        return {*self.written, *categories_of(self.table["respondent"])}

    @property
    def answers(self) -> pd.DataFrame:
        """The survey, where nothing is wrong: one row per (respondent, wave, rater), sorted by these.

        These three are index levels; then `arm`, `date`, `mode` and `age_band` ("" where blank), and one column of
        level numbers per item, NaN where missing: categories, a byte a cell instead of eight.
        """
        return _in_order(self.table, self.items, self.protocol, self.asked)


def check_survey(
    path: Path, protocol: Protocol, instruments: Instruments, columns: Columns, doubt: Doubt | None = None
) -> CheckedSurvey:
    """Read a survey and everything that is wrong with it; codes may stand in the problems, see `without_codes`.

    doubt: what of pilot.toml is to be mended: what may be no fault then is not told.
    Raises DataError where no row of it can be read.
    """
    problems: list[Problem] = []
    table = read_answers(path, problems)
    if problems and not {"respondent", "wave"} <= {*table.columns}:
        raise DataError(problems)  # it may lie on its side
    asked = {item: instrument for instrument in instruments.values() for item in instrument.columns}
    lost, unnamed_codes = {"respondent", "wave"}.difference(table.columns), set[str]()
    if lost and (named := _named_below(table)):
        what = f"{UNNAMED}; row {named} does: delete what stands above it"
        problems, lost = [*problems, Problem(FILE, what, row=1)], set()
        below = table.set_axis([str(cell) for cell in table.loc[named]], axis="columns").loc[named + 1 :]
        table = select_rows(below.loc[:, ~below.columns.duplicated()], np.full(len(below), True))
    if lost:
        known = {*MEANT, *columns.values(), *protocol.ignore, *protocol.waves}
        called = {name: _called(name, [str(header) for header in table if header not in known]) for name in lost}
        problems += [_unnamed_problem(table, called, protocol)]
        table = table.rename(columns={other: name for name, other in called.items() if other})
        lost = lost.difference(table.columns)
        if "respondent" in lost:  # the codes stand under another header
            unnamed_codes = {text for header in table if header not in known for text in categories_of(table[header])}
        table = table.assign(**{name: _constant("", table) for name in lost})
        unnamed = Doubt(frozenset({"waves", "measures"})) if lost else Doubt()
        doubt = dataclasses.replace(doubt, keys=doubt.keys | unnamed.keys) if doubt else unnamed
    if len(table) and (headers := header_rows(table, protocol, asked, columns)):
        what = "is a further header row, not an answer; delete it, so that one row of column names is left"
        problems += [Problem(FILE, what, row) for row in headers]
        table = select_rows(table, ~table.index.isin(headers))
    written = categories_of(table["respondent"])
    together = "".join(written)  # there may be a million, so all are looked at in one text
    plain = are_plain(together)
    layout = [*layout_problems(table, protocol, columns, plain=plain)]
    layout = [problem for problem in layout if problem.what != NO_ROWS or not any(p.row != 1 for p in problems)]
    problems += layout
    capitals = {p.column: p.meant for p in layout if p.column and p.meant and p.column.casefold() == p.meant}
    table = table.rename(columns=capitals)
    if table.empty:
        return CheckedSurvey(table, table, protocol, asked, tuple(problems), [])
    table = _with_defaults(table, protocol)
    if not plain:
        table["respondent"] = map_categories(table["respondent"], normalised_code)
    items = _items(table, missing_codes(protocol, instruments), columns)
    cells = cell_problems(table, protocol)
    problems += [*cells, *answer_problems(items, asked, columns)]
    problems += self_report_problems(table, items, instruments.values(), columns)
    bad = [problem.row for problem in cells]
    sound = select_rows(table, ~table.index.isin(bad)) if bad else table  # rows are compared where all can be read
    one_case = plain and together in (together.lower(), together.upper())
    if lost:
        problems = [problem for problem in problems if problem.column not in lost]
    else:
        problems += row_problems(sound, protocol, one_case=one_case)
    if doubt:
        free = {column for column in map(str, table) if column in doubt.written}.difference(MEANT, columns.values())
        problems = [problem for problem in problems if not doubt.covers(problem, free)]
    in_order = tuple(sorted(problems, key=lambda problem: problem.row or 0))
    return CheckedSurvey(table, items, protocol, asked, in_order, [*written, *unnamed_codes])


def _named_below(table: pd.DataFrame) -> int | None:
    """The row under the first that names the columns of the key."""
    rows = map(int, table.index[:MOST_HEADERS])
    return next((row for row in rows if {"respondent", "wave"} <= {str(cell) for cell in table.loc[row]}), None)


def _unnamed_problem(table: pd.DataFrame, called: Mapping[str, str | None], protocol: Protocol) -> Problem:
    """That columns of the key are not named, and where they are perhaps. called: the header that each may have."""
    what = UNNAMED
    if not {*protocol.waves}.isdisjoint(map(str, table)):
        what += "; row 1 holds answers already"
    near = [f"{shown(other)} to {name}" for name, other in sorted(called.items()) if other]
    return Problem(FILE, f"{what}; rename {' and '.join(near)}" if near else what, row=1)


def _called(name: str, headers: list[str]) -> str | None:
    """The header that probably means a column."""
    return next((header for header in headers if nearest(header, [name], SAID)), None)


def _constant(text: str, table: pd.DataFrame) -> pd.Categorical:
    same = np.zeros(len(table), dtype=np.int8)
    return pd.Categorical.from_codes(same, categories=pd.Index([text], dtype="str"))


def codes_of_unreadable(path: Path, beside: str | None = None) -> set[str]:
    """What may be respondents' codes in a survey that cannot be read as a table; none where there is no file.

    beside: what its owner typed in other files; where not even the header says which the codes are, they are every word
    with a number in it that stands there, too. Without: then none.
    """
    try:
        with path.open("rb") as stream:
            text = stream.read(MOST_BYTES).replace(b"\0", b"").decode("utf-8", errors="replace")
    except OSError:
        return set()
    rows = [[cell.strip(' "\r\ufeff\ufffd') for cell in re.split(r"[,;\t|]", line)] for line in text.split("\n")]
    if "respondent" in rows[0]:
        place, like = rows[0].index("respondent"), set[str]()
    elif beside is None:
        return set()
    else:
        place, like = 0, {word for word in LIKE_A_CODE.findall(beside) if not word.startswith(_families())}
    codes = {row[place][:LONGEST_CODE] for row in rows[1:] if len(row) > place} | like
    return {form for code in codes for form in (code, normalised_code(code))} - {""}


def _families() -> tuple[str, ...]:
    """How the names of questionnaires with a number begin, which is known where the rest is mistyped."""
    return tuple(family for name in shipped_instruments() if re.search(r"\d", family := name.partition("_")[0]))


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
            table[column] = _constant(otherwise, table)
    return table


def _items(table: pd.DataFrame, codes: Mapping[str, Collection[str]], columns: Columns) -> pd.DataFrame:
    """The items' cells by item name; None where blank or one of the item's missing `codes`."""
    cells = {item: table[column] for item, column in columns.items() if column in table}

    def answers(item: str) -> pd.Series:
        text = cells[item].cat
        missing = {"", *map(plain_number, codes[item])}  # −9.00 is -9, as 7.0 is 7
        return text.set_categories([word for word in text.categories if plain_number(word) not in missing])

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
    # A blank's code is −1, and the last place.
    codes = np.array([*map(levels.index, read), -1], dtype=np.min_scalar_type(-len(levels)))
    numbers: pd.Categorical = pd.Categorical.from_codes(  # type: ignore[call-overload]  # the stubs want lists
        codes[cells.cat.codes.to_numpy()], np.array(levels, dtype=float)
    )
    return numbers


def _in_order(
    table: pd.DataFrame, items: pd.DataFrame, protocol: Protocol, asked: Mapping[str, Instrument]
) -> pd.DataFrame:
    respondents = table["respondent"].cat.categories
    who: np.ndarray = table["respondent"].cat.codes.to_numpy(dtype=np.int32)
    order = np.argsort(respondents.to_numpy(dtype=object), kind="stable")
    if (np.diff(order) != 1).any():  # else what is known of so large an index would be found out anew
        respondents, who = respondents[order], np.argsort(order)[who].astype(np.int32)
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
    cells = {name: table[name].array.take(rows) for name in TEXTS}
    levels = map_in_threads(lambda item: _levels(items[item], asked[item]).take(rows), asked, rows=len(rows))
    return pd.DataFrame(cells | dict(zip(asked, levels, strict=True)), index, copy=False)
