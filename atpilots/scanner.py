"""A safety net for free text: what must not be in it. A hit blocks; no hit proves nothing (R-QUO-05)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from atpilots.identities import TWO_ALPHABETS, Identities, spellings
from atpilots.reading import mixes_alphabets, plain, words

MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"

SCANS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "an e-mail address": re.compile(r"[\w.+-]\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE),
        "a web address": re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:co\.uk|org\.uk|gov\.uk|com|org|net)\b", re.I),
        "a telephone number": re.compile(r"(?<!\d)(?:\+|00)\d[\d ()./-]{7,16}\d|(?<!\d)\(?0(?:[ ().-]*\d){9,10}(?!\d)"),
        "a postcode": re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?[ .-]{0,3}\d[A-Z]{2})\b", re.IGNORECASE),
        "a date of birth": re.compile(
            rf"\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\b|\bborn in \d{{4}}\b",
            re.IGNORECASE,
        ),
        "a title with a name": re.compile(
            r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Sir|Lady|Father|Sister|Nurse|Auntie?|Uncle)\.? [A-Z]\w+"
        ),
        "the name of a place": re.compile(
            r"\b[A-Z]\w+ (?:Road|Street|Lane|Avenue|Close|Court|House|Estate|Ward|Tower|Gardens|Surgery|Hospital|Clinic"
            r"|Church|Mosque|Temple|Synagogue|School|Club|Centre|Practice|Home)\b"
        ),
    }
)
A_NAME = "a private name"
CONTACTS = ("an e-mail address", "a telephone number", "a postcode", "an NHS number")
DIGITS = re.compile(r"(?<!\d)(?:\d(?:[ -]{0,3}\d){9}|\d{3}[ .-]{0,3}\d{3}[ .-]{0,3}\d{4})(?!\d)")
SHORTEST_FUZZY = 5  # letters; in shorter names one letter makes another word


def scan(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What was found in a text that must not be shown, in words that do not repeat it.

    names: private names, known as `Identities` knows them, and with one letter added, lost or changed.
    """
    names, line = frozenset(names), plain(text)
    found = [*_found(line, SCANS)]
    if Identities(names).named(line) or any(
        _nearly_named(words(line), form) for name in names for form in set(spellings(name))
    ):
        found.append(A_NAME)
    if mixes_alphabets(line):
        found.append(TWO_ALPHABETS)
    return tuple(found)


def contacts(text: str) -> tuple[str, ...]:
    """The ways to reach or find a person that stand in a text; a part of `scan`."""
    return tuple(_found(plain(text), CONTACTS))


def _found(line: str, kinds: Iterable[str]) -> Iterator[str]:
    yield from (what for what in kinds if what in SCANS and SCANS[what].search(line))
    if any(is_nhs_number(re.sub(r"\D", "", match.group())) for match in DIGITS.finditer(line)):
        yield "an NHS number"


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry the NHS number's check digit (modulus 11)."""
    if len(digits) != 10:
        return False
    remainder = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return int(digits[9]) == remainder % 11  # of a remainder of 10 there is no number


def _nearly_named(found: Sequence[str], meant: str) -> bool:
    """Whether words that follow each other are a spelling of a name but for one letter."""
    parts = meant.count(" ") + 1
    together = (" ".join(found[i : i + parts]) for i in range(len(found)))
    return len(meant) >= SHORTEST_FUZZY and any(meant in _one_edit(other, meant) for other in together)


def _one_edit(word: str, name: str) -> Iterator[str]:
    """The word with one letter changed, added or lost towards the name."""
    if len(word) == len(name):
        yield from (word[:i] + name[i] + word[i + 1 :] for i in range(len(word)))
    elif len(word) == len(name) - 1:
        yield from (word[:i] + name[i] + word[i:] for i in range(len(name)))
    elif len(word) == len(name) + 1:
        yield from (word[:i] + word[i + 1 :] for i in range(len(word)))
