"""What is wrong with a file, said so that its owner can mend it: every problem at once, never a resident's id."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable

LONGEST_VALUE, LONGEST_NAME, LONGEST_LIST = 40, 80, 2_000  # characters of a value, a name and a list in a message
MOST_VALUES = 5  # different values that a line repeats
MOST_KEYS = 5  # keys of a file with the same fault that have a line each
FEW_COLUMNS, MOST_HEADERS = 3, 20  # that a line names, of cells and of a header
NUMBER = re.compile(r"\d+(?:(?:, | and )\d+)*")


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing to mend: where it is, what is wrong, and what would be right.

    `row` is the row number a spreadsheet shows (the header is row 1); `column` a column or a dotted TOML key; `meant`
    the right word that is nearest to the wrong one.

    >>> import atpilots as at
    >>> print(at.Problem("survey.csv", "is no answer", 4, "ucla3_left_out", "perhaps"))
    survey.csv, row 4, column ucla3_left_out: is no answer: "perhaps"
    """

    file: str
    what: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    allowed: str | None = None
    meant: str | None = None

    def __str__(self) -> str:
        place = [_short(self.file)]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {_short(self.column)}" if self.row is not None else _short(self.column))
        hint = f" (did you mean {shown(self.meant)}?)" if self.meant else ""
        value = "" if self.value is None else f": {shown(self.value)}"
        return self._told(place, hint + value)

    def _told(self, place: Iterable[str], values: str) -> str:
        allowed = "" if self.allowed is None else f"; allowed: {_cut(self.allowed, LONGEST_LIST)}"
        return visible(f"{', '.join(place)}: {_cut(self.what, LONGEST_LIST)}{values}{allowed}")


def causes(problems: Iterable[Problem]) -> list[str]:
    """A line for each cause, in the order of the first fault of each: how many cells it spoils, where the first is and
    what they hold. Keys of a TOML file have a line each, unless they are many.
    """
    listed = list(problems)
    often = Counter(map(_cause, listed))
    together: dict[object, list[Problem]] = {}
    for place, problem in enumerate(listed):
        cause = _cause(problem)
        by_itself = problem.row is None and often[cause] <= MOST_KEYS
        key = (cause, problem.column) if problem.value is not None else place  # words of one list are one line
        together.setdefault(key if by_itself else cause, []).append(problem)
    return [str(alike[0]) if len(alike) == 1 else _in_one_line(alike) for alike in together.values()]


def _cause(problem: Problem) -> tuple[object, ...]:
    renamed = problem.meant if problem.value is None else None  # else the hint stands beside the value
    return problem.file, problem.row is None, NUMBER.sub("0", problem.what), problem.allowed, renamed


def _in_one_line(alike: list[Problem]) -> str:
    """Faults of one cause. In the order of a spreadsheet: "survey.csv, 7 columns, 318 cells, first in row 4, …"."""
    first = alike[0]
    columns = list(dict.fromkeys(p.column for p in alike if p.column is not None))
    rows = {p.row for p in alike}
    if first.row is None and len(columns) == 1:
        place = [_short(columns[0])]
    elif first.row is None:
        place = [f"{len(alike):,} keys", *(f"the first {_short(column)}" for column in columns[:1])]
    elif not columns:
        place = [f"{len(alike):,} rows", f"first in row {first.row}"]
    elif len(columns) == len(alike) and len(rows) == 1:
        place = [f"row {first.row}", _columns(columns, MOST_HEADERS)]
    else:
        at = f"first in row {first.row}" + (f", column {_short(columns[0])}" if len(columns) > FEW_COLUMNS else "")
        place = [_columns(columns), f"{len(alike):,} cells", at]
    return first._told([_short(first.file), *place], _values(alike))


def _columns(names: list[str], most: int = FEW_COLUMNS) -> str:
    if len(names) <= most:
        return f"column{'s' * (len(names) > 1)} {', '.join(map(_short, names))}"
    return f"{len(names):,} columns" + (f", the first {_short(names[0])}" if most > FEW_COLUMNS else "")


def _values(alike: list[Problem]) -> str:
    """What cells of one cause hold, the commonest first, each with its number and the first row that has it."""
    cells: dict[str, list[Problem]] = {}
    for problem in alike:
        if problem.value is not None:
            cells.setdefault(problem.value, []).append(problem)
    if not cells:
        return f" (did you mean {shown(alike[0].meant)}?)" if alike[0].meant else ""
    told = []
    for value, same in sorted(cells.items(), key=lambda item: -len(item[1]))[:MOST_VALUES]:
        hints = [f"row {same[0].row}"] if same[0].row not in {None, alike[0].row} else []
        hints += [f"{len(same):,} times"] if len(same) > 1 and len(cells) > 1 else []
        hints += [f"did you mean {shown(same[0].meant)}?"] if same[0].meant else []
        told.append(shown(value) + (f" ({', '.join(hints)})" if hints else ""))
    others = len(cells) - len(told)
    return f": {', '.join(told)}" + (f" and {others:,} other{'s' * (others > 1)}" if others else "")


def _short(name: str) -> str:
    return _cut(name, LONGEST_NAME)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def visible(text: str) -> str:
    """The text with control and direction-changing characters made visible: a terminal would obey them."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class AtpilotsError(Exception):
    """Something that a user can mend, said in our own words: no answer, code or path of anybody stands in it.

    >>> import atpilots as at
    >>> try:
    ...     at.load_instrument("swemwebs")
    ... except at.AtpilotsError as error:
    ...     print(str(error).splitlines()[0])
    1 problem:
    """

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message, without the lines of this package that it came through."""
        return [f"{type(self).__name__}: {self}"]


class DataError(AtpilotsError, ValueError):
    """Input that cannot be used. `problems` lists every fault; the message has a line for each cause.

    >>> import atpilots as at
    >>> try:
    ...     at.load_instrument("swemwebs")
    ... except at.DataError as error:
    ...     error.problems[0].meant
    'swemwbs'
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        told = causes(self.problems)
        heading = "1 problem" if len(told) == 1 else f"{len(told):,} problems"
        super().__init__("\n".join([f"{heading}:", *(f"  {line}" for line in told)]))

    def __reduce__(self) -> tuple[type[DataError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # so that it passes from one process to another


class UsageError(AtpilotsError, ValueError):
    """A wrong argument. The message says which one, and what there is instead.

    >>> import atpilots as at
    >>> try:
    ...     at.load_pilot("greenwich").pairs("swemwbs", wave="later")
    ... except at.UsageError as error:
    ...     print(error)
    there is no wave "later"; there is: after
    """


def shown(value: object) -> str:
    """The value in quotes, shortened and `visible`."""
    return f'"{visible(_cut(str(value), LONGEST_VALUE))}"'
