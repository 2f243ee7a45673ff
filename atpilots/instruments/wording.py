"""Which published question or answer a text is: the texts that may ship, and fingerprints of those that may not.

wording.csv has one row for each question (an item, no level) and each answer (a level; no item where all of an
instrument's items have it). `text` stands only where its licence lets it; else `sha256`, of the normalised wording.
Every row names the public source that it was made from.
"""

from __future__ import annotations

import csv
import dataclasses
import difflib
import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).with_name("wording.csv")
NEAR = 0.85  # of difflib: one word of ten changed, none of those that tell the questions apart
APOSTROPHES = dict.fromkeys(map(ord, "'`´‘’ʼ′"))  # "I've", "I’ve" and "Ive" are one word
# "Q1.", "Q3_1:", "Question 4 -", "12)", "(a)", "3a.", "Frage 2:" before the wording.
NUMBERING = re.compile(
    r"\s*(?:(?:q|question|frage|item|statement|aussage)[ ._]?\d+[a-z]?(?:[._]\d+)*\s*[.):\-–—]*|\(?\d{1,3}[a-z]?[.):]"
    r"|\(?[a-z][.)])\s+",
    re.IGNORECASE,
)
REMARK = re.compile(r"\s*(?:\*|\((?:required|optional|pflichtfrage|erforderlich)\))\s*$", re.IGNORECASE)
BREAKS = re.compile(r"\s[-–—]\s|:\s|\[|\]|\n|…|\.\.\.|\s\|\s|(?<=[.?!])\s")
SHORTEST = 3  # words of a part of a header: "Control" alone is no question of anybody's


@dataclasses.dataclass(frozen=True)
class Wording:
    """A published question or answer. item: a survey column; level: None for a question."""

    instrument: str
    item: str
    level: int | None
    text: str
    sha256: str
    source: str


@dataclasses.dataclass(frozen=True)
class WordingMatch:
    """That a text is a published wording, and in words how that is known."""

    wording: Wording
    why: str
    exact: bool


def normalised_wording(text: str) -> str:
    """A wording without what tools, translators of signs and typists change: words in small letters, single spaces."""
    plain = REMARK.sub("", NUMBERING.sub("", unicodedata.normalize("NFKC", text).translate(APOSTROPHES), count=1))
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


def fingerprint(text: str) -> str:
    """SHA-256 of the normalised wording, in hexadecimal digits."""
    return hashlib.sha256(normalised_wording(text).encode()).hexdigest()


def parts(header: str) -> tuple[str, ...]:
    """What in a header may be the question: all of it, what follows each sign that parts it, and each part alone."""
    ends = [match.end() for match in BREAKS.finditer(header)]
    without_brackets = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*", " ", header)
    found = [header, *(header[end:] for end in ends), *BREAKS.split(header), without_brackets]
    told = [part for part in dict.fromkeys(found) if normalised_wording(part)]
    return tuple(part for part in told if part == header or len(normalised_wording(part).split()) >= SHORTEST)


def questions_asked(header: str) -> tuple[WordingMatch, ...]:
    """The published questions that a column's header holds, of whatever instruments; exact ones, else near ones."""
    candidates = parts(header)
    for part in candidates:
        if found := _fingerprints().get(("", fingerprint(part))):
            return tuple(WordingMatch(wording, _why(wording), exact=True) for wording in found)
    return tuple(_near(candidates))


def answer_meant(text: str, instrument: str, item: str) -> WordingMatch | None:
    """The level that a text stands for as an answer to an item."""
    for wording in _fingerprints().get((instrument, fingerprint(text)), ()):
        if wording.item in {"", item}:
            return WordingMatch(wording, _why(wording), exact=True)
    return None


@functools.cache
def published_wording() -> tuple[Wording, ...]:
    """Every row of wording.csv."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Wording(
                row["instrument"], row["item"], int(row["level"]) if row["level"] else None, row["text"],
                row["sha256"] or fingerprint(row["text"]), row["source"],
            )
            for row in csv.DictReader(stream)
        )  # fmt: skip


@functools.cache
def _fingerprints() -> dict[tuple[str, str], tuple[Wording, ...]]:
    """Questions by ("", their fingerprint), answers by (their instrument, their fingerprint)."""
    found: dict[tuple[str, str], tuple[Wording, ...]] = {}
    for wording in published_wording():
        key = ("" if wording.level is None else wording.instrument, wording.sha256)
        found[key] = (*found.get(key, ()), wording)
    return found


def _near(candidates: tuple[str, ...]) -> Iterator[WordingMatch]:
    """The one shipped text that a header is nearly: it has words that only that question has, and none of another's."""
    telling = _telling_words()
    best: tuple[float, Wording | None] = (NEAR, None)
    for part in map(normalised_wording, candidates):
        words = set(part.split())
        told = [item for item, own in telling.items() if own & words]
        for wording in published_wording():
            if not wording.text or wording.level is not None or told != [wording.item]:
                continue
            ratio = difflib.SequenceMatcher(None, normalised_wording(wording.text), part, autojunk=False).ratio()
            if ratio > best[0]:
                best = (ratio, wording)
    ratio, nearest = best
    if nearest is not None:
        yield WordingMatch(nearest, f'near: {100 * ratio:.0f} % like "{nearest.text}"; look whether it is', exact=False)


@functools.cache
def _telling_words() -> dict[str, set[str]]:
    """Of each question with a shipped text, the words of its shortest one that no other question's has."""
    words: dict[str, set[str]] = {}
    for wording in published_wording():
        own = set(normalised_wording(wording.text).split())
        if wording.text and wording.level is None and len(own) < len(words.get(wording.item, range(99))):
            words[wording.item] = own
    return {
        item: own - {word for other, theirs in words.items() if other != item for word in theirs}
        for item, own in words.items()
    }


def _why(wording: Wording) -> str:
    what = "question" if wording.level is None else "answer"
    if wording.text:
        return f"{what} as published in {wording.source}"
    return f"fingerprint of the {what} in {wording.source}"
