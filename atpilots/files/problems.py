"""What is wrong with a file, said so that its owner can mend it: every problem at once, never a resident's id."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    Model = TypeVar("Model", bound=BaseModel)

LARGEST_TOML = 1_000_000  # bytes
LONGEST_VALUE = 40  # characters of an offending value that a message repeats

# The commonest of pydantic's messages, in the words of somebody who writes TOML and has never heard of a tuple.
PLAIN_WORDS = {
    "bool_parsing": "is not true or false",
    "bool_type": "is not true or false",
    "dict_type": "is not a table of keys and values",
    "finite_number": "is not a number",
    "float_parsing": "is not a number",
    "float_type": "is not a number",
    "greater_than": "is not above {gt:g}",
    "int_from_float": "is not a whole number",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "less_than": "is not below {lt:g}",
    "list_type": "is not a list",
    "model_type": "is not a table of keys and values",
    "string_type": "is not text",
    "too_short": "needs at least {min_length}",
    "tuple_type": "is not a list",
}


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing to mend: where it is, what is wrong, and what would be right.

    `row` is the row number a spreadsheet shows (the header is row 1); `column` a column or a dotted TOML key.
    """

    file: str
    what: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    allowed: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}" if self.row is not None else self.column)
        text = f"{', '.join(place)}: {self.what}"
        if self.value is not None:
            text += f": {shown(self.value)}"
        if self.allowed is not None:
            text += f"; allowed: {self.allowed}"
        return text


class AtpilotsError(Exception):
    """Something that a user can mend, said in our own words: no answer, code or path of anybody stands in it."""


class DataError(AtpilotsError, ValueError):
    """Input that cannot be used. `problems` lists every one of them; the message is that list."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = "1 problem" if count == 1 else f"{count} problems"
        super().__init__("\n".join([f"{heading}:", *(f"  {problem}" for problem in self.problems)]))

    def __reduce__(self) -> tuple[type[DataError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # so that it passes from one process to another


class UsageError(AtpilotsError, ValueError):
    """A wrong argument. The message says which one, and what there is instead."""


def shown(value: object) -> str:
    """The value in quotes, shortened, with control and direction-changing characters made visible."""
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in str(value))
    return f'"{text[:LONGEST_VALUE]}…"' if len(text) > LONGEST_VALUE else f'"{text}"'


def read_toml(path: Path, model: type[Model], **extra: object) -> Model:
    """Read a TOML file as `model`; `extra` are fields that the file itself must not set.

    Raises DataError with every problem of the file.
    """
    try:
        if path.stat().st_size > LARGEST_TOML:
            raise DataError([Problem(path.name, f"is larger than {LARGEST_TOML:,} bytes")])
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DataError([Problem(path.name, "there is no such file")]) from None
    except UnicodeDecodeError:
        raise DataError([Problem(path.name, "is not UTF-8 text")]) from None
    except tomllib.TOMLDecodeError as error:
        raise DataError([Problem(path.name, f"is not valid TOML: {error}")]) from None
    except RecursionError:
        raise DataError([Problem(path.name, "is nested too deeply")]) from None
    except DataError:
        raise
    except ValueError:  # Python's own limit
        raise DataError([Problem(path.name, "has a number of thousands of digits")]) from None
    reserved = [Problem(path.name, "may not be set here", column=key) for key in extra if key in content]
    if reserved:
        raise DataError(reserved)
    from pydantic import ValidationError

    try:
        return model.model_validate(content | extra)
    except ValidationError as error:
        keys = [key for key in model.model_fields if key not in extra]
        raise DataError(p for detail in error.errors() for p in _in_words(path.name, keys, detail)) from None


def _in_words(file: str, keys: list[str], detail: ErrorDetails) -> list[Problem]:
    """pydantic's error in our words. A validator of ours may report several problems, one a line."""
    # A part in round brackets is the tag of a union's branch, not a key that anybody wrote.
    parts = [str(part + 1) if isinstance(part, int) else part for part in detail["loc"]]
    place = ".".join(part for part in parts if not part.startswith("(")) or None
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return [Problem(file, "is required", column=place)]
    if kind == "extra_forbidden":
        known = ", ".join(keys) if len(detail["loc"]) == 1 else None
        return [Problem(file, "is not a known key", column=place, allowed=known)]
    value = str(detail["input"]) if isinstance(detail["input"], str | int | float | bool) else None
    if kind == "value_error":
        return [_from_line(file, keys, line, place, value) for line in str(context["error"]).splitlines()]
    if kind in {"literal_error", "enum"}:
        return [Problem(file, "is not allowed", column=place, value=value, allowed=context["expected"])]
    # Only our own words are templates: a message of pydantic's may hold braces.
    library = detail["msg"][0].lower() + detail["msg"][1:]
    message = PLAIN_WORDS[kind].format(**context) if kind in PLAIN_WORDS else library
    return [Problem(file, message, column=place, value=value)]


def _from_line(file: str, keys: list[str], line: str, place: str | None, value: str | None) -> Problem:
    """A line of a validator of ours; one for the whole file may start with the key that it is about: "levels: …"."""
    key, colon, what = line.partition(": ")
    if place is None and colon and key.partition(".")[0] in keys:
        return Problem(file, what, column=key)
    return Problem(file, line, column=place, value=value)
