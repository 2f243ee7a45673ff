"""TOML: read as a model, every fault in the words of somebody who writes it; and a value as it is written there."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from atpilots.files.cells import nearest
from atpilots.files.problems import DataError, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails, PydanticCustomError

Model = TypeVar("Model", bound="BaseModel")
Model_co = TypeVar("Model_co", bound="BaseModel", covariant=True)
UNKNOWN_KEY, UNKNOWN_WORDS, FAULTY_VALUE = "is not a known key", "unknown_words", "faulty_value"

LARGEST_TOML = 1_000_000  # bytes

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
    "string_pattern_mismatch": "is not a name of small letters, digits and _, a letter first",
    "string_type": "is not text",
    "too_short": "needs at least {min_length}",
    "tuple_type": "is not a list",
}

# What in tomllib's words, or in the line that it names, shows a fault that people often make.
NO_TOML = {
    "[“”„‟″]|= *[‘’]": 'quotation marks are straight ("), not typographic',
    r"Unescaped|[Ii]nvalid hex|Illegal escape": r"a backslash in a text is written twice: \\",
    r"Illegal character '\\n'|Unterminated": "a quotation mark is not closed",
    "Illegal character": "it holds a character that cannot be seen",
    "Cannot ": "a key or table of this name stands above already",
    "Unclosed|Expected ']'": "a bracket is not closed, or a comma in it is missing",
    "Invalid date": "there is no such day",
    "Invalid value": 'a text stands in quotation marks ("…"), a list in brackets ([…])',
    "Expected newline": r"a value ends its line; a quotation mark within a text is written \"",
    "Invalid statement|Expected '='": 'a line is key = "value"; a comment begins with #',
}


def as_toml(value: object) -> str:
    """A value as TOML writes it: text, numbers, lists and tables in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{as_toml_key(str(key))} = {as_toml(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # the one character that only JSON allows


def as_toml_key(word: str) -> str:
    """A key as TOML writes it: in quotes where it needs them."""
    return word if re.fullmatch(r"[A-Za-z0-9_-]+", word) else as_toml(word)


def unknown_words(words: Iterable[tuple[str, str | None]], allowed: str) -> PydanticCustomError:
    """What a validator raises for words, each with the right one that is nearest to it, that no vocabulary has."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError(UNKNOWN_WORDS, "is not a known word", {"words": list(words), "expected": allowed})


def faulty_value(what: str, meant: str | None) -> PydanticCustomError:
    """What a validator raises for a value of which the right one may be known."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError(FAULTY_VALUE, "is not allowed", {"what": what, "meant": meant})


@dataclasses.dataclass(frozen=True)
class TomlReading(Generic[Model_co]):
    """A TOML file as far as it can be read. `faulty` are the keys that are not as their owner meant them: `content` has
    the model's default for them, or a stand-in; it is None where no model can be made. Of a list of tables they are the
    keys within, and the list's own only where a table of it is lost.
    """

    content: Model_co | None
    problems: tuple[Problem, ...]
    faulty: frozenset[str]


def read_toml(path: Path, model: type[Model], **extra: object) -> Model:
    """Read a TOML file as `model`; `extra` are fields that the file itself must not set.

    Raises DataError with every problem of the file.
    """
    reading = read_toml_as_far(path, model, {}, **extra)
    if reading.problems or reading.content is None:
        raise DataError(reading.problems)
    return reading.content


def read_toml_as_far(
    path: Path, model: type[Model], stand_ins: Mapping[str, object], **extra: object
) -> TomlReading[Model]:
    """`read_toml` for whoever goes on with what is sound; `stand_ins` take the place of what is needed and faulty.

    A model tells faults between several keys without refusing them by `tell_faults`.
    """
    content, problems = _parsed(path)
    reserved = [key for key in extra if key in content]
    problems += [Problem(path.name, "may not be set here", column=key) for key in reserved]
    faulty = {*reserved} if content or not problems else {*model.model_fields}
    tried = {*faulty}
    if not content and problems:
        content = dict(stand_ins)
    from pydantic import ValidationError

    while True:
        sound = {key: value for key, value in content.items() if key not in extra} | extra
        told: list[str] = []
        try:
            made = model.model_validate(sound, context=told)
        except ValidationError as error:
            details = [*_of_causes(error.errors())]
            found = [problem for detail in details for problem in _in_words(path.name, model, extra, detail)]
        else:
            told_together = [_from_line(path.name, model, line, None, None) for line in told]
            problems += _of_sound_keys(told_together, faulty)
            faulty |= {str(p.column).rpartition(".")[2] for p in told_together if p.column}
            faulty |= {p.meant for p in problems if p.what == UNKNOWN_KEY and p.meant}
            return TomlReading(made, tuple(problems), frozenset(faulty))
        keys = {str(detail["loc"][0]) for detail in details if detail["loc"]} or {*map(_key, found)} - {""}
        problems += _of_sound_keys(found, faulty)
        if not keys - tried and not any(key in content and content[key] != stand_ins.get(key) for key in keys):
            return TomlReading(None, tuple(problems), frozenset(faulty | keys))
        tried |= keys
        content, lost = _without_faults(content, [detail["loc"] for detail in details], keys, stand_ins)
        faulty |= lost


def _of_causes(details: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """pydantic's errors without the shortness of a list whose entries it could not count for their own faults."""
    within = {detail["loc"][:depth] for detail in details for depth in range(1, len(detail["loc"]))}
    return (detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in within)


def _parsed(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """The file's content; empty, with the reason, where it is no TOML."""
    try:
        if path.stat().st_size > LARGEST_TOML:
            return {}, [Problem(path.name, f"is larger than {LARGEST_TOML:,} bytes")]
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except FileNotFoundError:
        what = "there is no such file"
    except UnicodeDecodeError:
        what = "is not UTF-8 text"
    except tomllib.TOMLDecodeError as error:
        return {}, [_toml_fault(path, str(error))]
    except RecursionError:
        what = "is nested too deeply"
    except IsADirectoryError:
        what = "is a folder, not a file"
    except ValueError:  # Python's own limit
        what = "has a number of thousands of digits"
    return {}, [Problem(path.name, what)]


def _toml_fault(path: Path, said: str) -> Problem:
    """What keeps a file from being TOML, and in which line; said: in tomllib's words."""
    number = re.search(r"at line (\d+)", said)
    row = int(number[1]) if number else None
    line = path.read_text(encoding="utf-8-sig").split("\n")[row - 1] if row else ""
    why = next((why for sign, why in NO_TOML.items() if re.search(sign, f"{said} {line}")), None)
    return Problem(path.name, f"is not valid TOML{f': {why}' if why else ''}", row)


def _without_faults(
    content: Mapping[str, Any], places: Iterable[tuple[int | str, ...]], keys: set[str], stand_ins: Mapping[str, object]
) -> tuple[dict[str, Any], set[str]]:
    """The content without its faulty keys, and which these are; a list of tables without what is faulty in them, at
    last without them. What a table lacks it has of its stand-in's first, so that the others keep their number.
    """
    whole, within = set[str](), dict[tuple[str, int], set[str]]()
    for key, *rest in (place for place in places if place):
        if rest and isinstance(rest[0], int):
            within.setdefault((str(key), rest[0]), set()).add(str(rest[1]) if len(rest) > 1 else "")
        else:
            whole.add(str(key))
    kept, lost = {key: value for key, value in content.items() if key not in keys}, set[str]()
    for key in keys:
        some = content[key] if isinstance(content.get(key), list) and key not in whole else []
        sample = next(iter(stand_ins.get(key, ())), None) if some else None  # type: ignore[call-overload]
        tables, names = [], set[str]()
        for i, table in enumerate(some):
            faulty = within.get((key, i), set())
            needed = dict[str, object]()
            if isinstance(sample, dict) and isinstance(table, dict) and table:  # a list of words has no tables
                needed = {name: sample[name] for name in faulty - set(table) if name in sample}
            if isinstance(table, dict) and faulty <= table.keys() | needed.keys():
                tables.append({name: value for name, value in table.items() if name not in faulty} | needed)
                names |= faulty
        if tables and tables != some:
            kept[key] = tables
        elif key in stand_ins:
            kept[key] = stand_ins[key]
        lost |= names if tables and len(tables) == len(some) else {key}
    return kept, lost


def _of_sound_keys(problems: Iterable[Problem], faulty: set[str]) -> list[Problem]:
    """Without those that follow from a fault that is already told; of a key under a wrong name, only that."""
    told = [p for p in problems if not faulty.intersection(re.findall(r"\w+", f"{p.column} {p.what}"))]
    renamed = {p.meant for p in told if p.what == UNKNOWN_KEY}
    return [p for p in told if not (p.what == "is required" and p.column in renamed)]


def _key(problem: Problem) -> str:
    return (problem.column or "").partition(".")[0]


def tell_faults(faults: list[str], context: object) -> None:
    """In a model's own validator: raise ValueError with these faults, a line each, or tell them `read_toml_as_far`."""
    if isinstance(context, list):
        context += faults
    elif faults:
        raise ValueError("\n".join(faults))


def _in_words(file: str, model: type[BaseModel], extra: Mapping[str, object], detail: ErrorDetails) -> list[Problem]:
    """pydantic's error in our words. A validator of ours may report several problems, one a line."""
    # A part in round brackets is the tag of a union's branch, not a key that anybody wrote.
    parts = [str(part + 1) if isinstance(part, int) else part for part in detail["loc"]]
    place = ".".join(part for part in parts if not part.startswith("(") and part != "[key]") or None
    kind, context = detail["type"], detail.get("ctx", {})
    said: Mapping[str, Iterable[str]] = getattr(model, "SAID", {})
    value = str(detail["input"]) if isinstance(detail["input"], str | int | float | bool | datetime.date) else None
    if kind == "missing":
        return [Problem(file, "is required", column=place)]
    if kind == "extra_forbidden":
        known = [key for key in _keys_at(model, detail["loc"][:-1]) if len(detail["loc"]) > 1 or key not in extra]
        meant = nearest(parts[-1], known, said)
        return [Problem(file, UNKNOWN_KEY, None, place, value, ", ".join(known) or None, meant)]
    if kind == UNKNOWN_WORDS:
        what, allowed = detail["msg"], context["expected"]
        return [Problem(file, what, None, place, word, allowed, meant) for word, meant in context["words"]]
    if kind == FAULTY_VALUE:
        return [Problem(file, context["what"], None, place, value, None, context["meant"])]
    if kind == "value_error":
        return [_from_line(file, model, line, place, value) for line in str(context["error"]).splitlines()]
    if kind in {"literal_error", "enum"}:
        words = re.findall("'([^']*)'", context["expected"])
        meant = nearest(value, words, said) if value and words else None
        return [Problem(file, "is not allowed", None, place, value, ", ".join(words) or context["expected"], meant)]
    # Only our own words are templates: a message of pydantic's may hold braces.
    library = detail["msg"][0].lower() + detail["msg"][1:]
    message = PLAIN_WORDS[kind].format(**context) if kind in PLAIN_WORDS else library
    return [Problem(file, message, column=place, value=value)]


def _keys_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The keys of the table at a place of a model; none where that has keys of its owner's choice."""
    from pydantic import BaseModel

    for part in place:
        if isinstance(part, int) or part.startswith("("):
            continue
        field = model.model_fields.get(part)
        inner = [t for t in _types(field.annotation) if issubclass(t, BaseModel)] if field else []
        if not inner:
            return []
        model = inner[0]
    return list(model.model_fields)


def _types(annotation: object) -> Iterator[type]:
    """The classes within an annotation: of `tuple[X, ...] | None` X and the rest."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for part in get_args(annotation):
        yield from _types(part)


def _from_line(file: str, model: type[BaseModel], line: str, place: str | None, value: str | None) -> Problem:
    """A line of a validator of ours; one for the whole file may start with the key that it is about: "levels: …"."""
    key, colon, what = line.partition(": ")
    if place is None and colon and key.partition(".")[0] in model.model_fields:
        return Problem(file, what, column=key)
    return Problem(file, line, column=place, value=value)
