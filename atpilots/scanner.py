"""A safety net for free text: what must not be in it. A hit blocks; no hit proves nothing (R-QUO-05)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"

SCANS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "an e-mail address": re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE),
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
DIGITS = re.compile(r"(?<!\d)(?:\d(?:[ -]{0,3}\d){9}|\d{3}[ .-]{0,3}\d{3}[ .-]{0,3}\d{4})(?!\d)")
NEVER_SEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
OTHER_SIGNS = str.maketrans(
    {**dict.fromkeys("−⁃", "-"), **dict.fromkeys("·•∙⋅‧。", "."), "⁄": "/", **dict.fromkeys("’‘ʼ", "'")}
)
SHORTEST_FUZZY = 5  # letters; in shorter names one letter makes another word


def scan(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What was found in a text that must not be shown, in words that do not repeat it.

    names: private names, matched whatever their capitals and with one letter added, lost or changed.
    """
    text = plain(text)
    found = [what for what, pattern in SCANS.items() if pattern.search(text)]
    if any(is_nhs_number(re.sub(r"\D", "", match.group())) for match in DIGITS.finditer(text)):
        found.append("an NHS number")
    if any(_named(text, name) for name in names):
        found.append(A_NAME)
    return tuple(found)


def plain(text: str) -> str:
    """A text as it reads: one kind of letter, digit, space, dash, dot and apostrophe, and nothing invisible."""
    visible = NEVER_SEEN.sub("", unicodedata.normalize("NFKC", text)).translate(OTHER_SIGNS)
    return " ".join("".join(map(_sign, visible)).split())


def _sign(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Pd":
        return "-"
    if character.isspace():
        return " "
    if category in {"Cc", "Cf", "Me"}:
        return ""
    return str(unicodedata.digit(character, character))


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry the NHS number's check digit (modulus 11)."""
    if len(digits) != 10:
        return False
    remainder = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return int(digits[9]) == remainder % 11  # of a remainder of 10 there is no number


def _named(text: str, name: str) -> bool:
    words, parts = re.findall(r"[\w'’-]+", text.casefold()), plain(name).casefold().split()
    return any(_alike(" ".join(words[i : i + len(parts)]), " ".join(parts)) for i in range(len(words)))


def _alike(word: str, name: str) -> bool:
    if word == name or word in {f"{name}'s", f"{name}’s"}:
        return True
    return len(name) >= SHORTEST_FUZZY and any(other == name for other in _one_edit(word, name))


def _one_edit(word: str, name: str) -> Iterator[str]:
    """The word with one letter changed, added or lost towards the name."""
    if len(word) == len(name):
        yield from (word[:i] + name[i] + word[i + 1 :] for i in range(len(word)))
    elif len(word) == len(name) - 1:
        yield from (word[:i] + name[i] + word[i:] for i in range(len(name)))
    elif len(word) == len(name) + 1:
        yield from (word[:i] + word[i + 1 :] for i in range(len(word)))
