"""A pilot's names.txt, and the ways in which a private name is said: without title or initials, surname first."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from atpilots.files import DataError, Problem
from atpilots.privacy.text import compact, visible_form, words
from atpilots.privacy.vocabulary import TITLES

NAMES = "names.txt"
SHORTEST_JOINED = 8  # letters of a name of several words that is known without spaces: "Hu Man" would be human
UNSAID = re.compile(r"[\d,;:|/&+=@\t()\[\]{}<>\"“”]|\s(?i:and)\s")  # of lists and notes: no part of a name as said
A_NAME_A_LINE = "one name a line, as it is said: first name, then surname; no comma, no number, no other sign"
NOT_UTF8 = (
    "is not UTF-8 text; in a text editor, save it with the encoding UTF-8; out of a spreadsheet or document, copy the "
    "names into a new text file"
)


def private_names(folder: Path) -> frozenset[str]:
    """The names of a pilot's names.txt, a line each; none where there is no file.

    Raises DataError for a file that is not UTF-8 text, and with every line that is not a name as it is said: "Moor,
    Ethel" or "Doris; Ethel" would be found in no text. Lines are told by row, never repeated.
    """
    if not (folder / NAMES).is_file():
        return frozenset()  # a link to nowhere or a folder is told by `folders.check_folder`
    try:
        text = (folder / NAMES).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError([Problem(NAMES, NOT_UTF8)]) from None
    if "\0" in text:  # UTF-16 without its mark is valid UTF-8, and holds no name
        raise DataError([Problem(NAMES, NOT_UTF8)])
    lines = text.splitlines()
    problems = [
        Problem(NAMES, "is no name as it is said", row, allowed=A_NAME_A_LINE)
        for row, line in enumerate(lines, start=1)
        if UNSAID.search(line.strip())
    ]
    if problems:
        raise DataError(problems)
    return frozenset(" ".join(line.split()) for line in lines if line.strip())


def spellings(name: str) -> Iterator[str]:
    """A name as words with a space between: as written, without title or middle initials, and surname first."""
    yield from (" ".join(form) for form in map(words, _written(name)) if form)


def _written(name: str) -> Iterator[str]:
    parts = visible_form(name).split()
    said = _untitled(parts)
    yield " ".join(parts)
    for some in (said, _without_initials(said)) if len(said) > 1 else ():  # of "Mrs Bell" remains an ordinary word
        yield " ".join(some)
        yield " ".join([*some[-1:], *some[:-1]])


def name_forms(name: str) -> Iterator[str]:
    """The spellings of a name; and without spaces, where that is no other word."""
    yield from spellings(name)
    for written in _written(name):
        if " " not in written or len(compact(written)) >= SHORTEST_JOINED:
            yield compact(written)


def surname(name: str) -> Iterator[tuple[str, str]]:
    """The first letter, or nothing, and the surname of a name that has one."""
    parts = visible_form(name).split()
    said = _without_initials(_untitled(parts))
    last = " ".join(words(said[-1])) if said else ""
    if len(last) > 1 and len(parts) > 1:
        yield (compact(said[0])[:1] if len(said) > 1 else ""), last


def _untitled(parts: list[str]) -> list[str]:
    """The parts of a name after its titles, if anything is."""
    after = list(itertools.dropwhile(lambda part: compact(part) in TITLES, parts))
    return after or parts


def _without_initials(parts: list[str]) -> list[str]:
    """The parts of a name without single letters between the first and the last."""
    middle = [part for part in parts[1:-1] if not all(len(word) == 1 and word.upper() != word for word in words(part))]
    return [*parts[:1], *middle, *parts[1:][-1:]]
