"""Who must not be told: the names of names.txt and respondents' codes, however they are written in a text."""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from atpilots.files import Problem, shown
from atpilots.privacy.names_as_said import name_forms, spellings, surname
from atpilots.privacy.person_labels import ORDINARY, person_labels
from atpilots.privacy.text import compact, comparable_form, latin_form, mixes_alphabets, visible_form, words
from atpilots.privacy.vocabulary import NUMBER_WORDS, NUMBERED, STREETS, TITLES, either

PARTED = " | "  # between texts that do not belong together
A_NAME, A_CODE, A_NUMBER = "a name from names.txt", "a respondent's code", "a person by number or short code"
TO_MEND: Mapping[str, str] = {
    A_NAME: "say it without; a name that is also an ordinary word belongs into names.txt with the surname",
    A_CODE: "write “one resident” instead; if it is an ordinary word or number there, give that person another code",
    A_NUMBER: "write “one resident” or “some people” instead of a number or code",
}
TWO_ALPHABETS = "a word in letters of two alphabets"
TYPE_AGAIN = "it is not what it looks like; type it again"
SHORTEST_CODE = 3  # letters; shorter codes cannot be told from ordinary words
MOST_NOUGHTS = 9  # before the digits of a code
LONG_PART = 6  # letters and digits of a part of a code that tells the whole
SHORTEST_NUMBER = 5  # digits; shorter numbers cannot be told from ordinary figures
SHORTEST_SPELT = 4  # letters of a name that is known in s i n g l e letters
SHORTEST_UNTITLED = 4  # letters of a surname that is known without a title: "Mrs Day" is known with one only
# D. Okonkwo, D Okonkwo, D. M. Okonkwo; not of "it's Okonkwo"
INITIAL = re.compile(r"(?<![^\W_])(?<!')([^\W\d_])(?:(?:\. ?|[ -])[^\W\d_](?=[. -]))*(?:\. ?|[ _-])(?=([^\W_].{,80}))")
WORDS_OF_A_LETTER = {"a", "i", "o"}  # initials only with capitals: "I heard a bell" is not of Anna Bell
CAPITALISED = re.compile(r"(?<![^\W_])(?=[^\W\d_])(?![a-z])[^\W_]+")
MIDDLE = re.compile(r"(?<=[^\W_]) (?:[^\W\d_]\. ?|[B-HJ-Z] )+(?=[^\W_])")  # initials between the parts of a name

CHAIN = re.compile(r"(?<![^\W_])[^\W_]+(?:[-_/][^\W_]+)*(?![^\W_]|\.\d)")  # S1-04, S1/04; of v3.0 and 1.5 nothing
# gr 104, GR(104), GR no. 104, EK-A 104, P.14, P 14; but of "p.14" a page, and of "A 12 week pilot", "of 12", "5 kg 12"
# nothing.
SIGN = r"(?:[^\W\d_]{2,}(?:[-/_][^\W\d_]+){0,3}|(?![AIO] )[^\W\d_a-z]|(?<= )(?![aiopvx])[a-z](?= ))"
APART = re.compile(
    r"(?<![^\W_])(?!(?i:all|and|for|the|kg|km|mm|cm|ml|mg|gb|mb|tb|ft|hrs?|sq|vs|tv) |[ap]m )"
    rf"({SIGN})(?:[ .:/(#]{{1,2}}| - |,? (?:no|nr|number)[. ]{{1,2}})([^\W_]*\d[^\W_]*)(?![^\W_]|[.,:/]\d)"
)
NUMBERS = {word: str(number) for number, word in enumerate(NUMBER_WORDS.split("|")[:20], start=1)}
# GR seven, LB-fourteen; but of "a seven" nothing.
IN_WORDS = re.compile(rf"(?<![^\W_])([^\W\d_]{{2,4}}|(?![AIO])[A-Z])[ -]({'|'.join(NUMBERS)})(?![^\W_])", re.IGNORECASE)
SPELT = re.compile(r"(?<![^\s])[^\W_](?: [^\W_]){3,}(?!\w)")  # G R 1 0 4
IN_THREE = re.compile(r"(?<![^\W_])[^\W\d_]{1,4} \d{1,4} [^\W\d_]{1,3}(?![^\W_])")  # AB 07 CD
IN_GROUPS = re.compile(r"(?<![^\W_])(?<!\d[ .,])(\d{2,4}) (\d{2,4})(?![^\W_]|[ .,]\d)")  # 480 259
USUAL = re.compile(r"[a-z0-9\n]*")  # codes of plain letters and digits, folded, a line each
LETTER_AND_DIGIT = r"[^\W\d_]\.?\d(?:(?:/|-|,\s|\s(?:and|or|&)\s)[^\W\d_]\d)*(?![^\W_])"
CALLED_BY_CODE = either("""
    bus(?:es)?|roads?|motorway|areas?|postcodes?|paper|headings?|posters?|leaflets?|sheets?|pages?|plugs?|sockets?
    batter(?:y|ies)|(?-i:Lite|Pro|Plus|Max|Mini|Ultra)
""")
NOBODY = re.compile(  # a place or a thing, not somebody whose code is A1
    either(rf"""
    \b(?:zone|area|table|figure|section|appendix|annex|tab|galaxy|model|type|plug)s?\s{LETTER_AND_DIGIT}  # Zone A1/B2
    (?<![^\W_])[^\W\d_]\d{{1,3}}(?= {CALLED_BY_CODE}\b)  # the P4 bus; but the P4 interview
    \bthe [^\W\d_][1-9]\d{{0,2}}(?=[.,;]| (?:and|or|to|at|was|is|were|runs?|stops?|had|between|both|from)\b)  # the A10
    \bprinted (?:on|in|at) A\d\b|\bR2 ?= ?0?\.\d|\bin [HQ][1-4]\b(?!')
    (?-i:[A-Z][a-z]+(?= (?:{STREETS}|{NUMBERED}|Academy|College|bush(?:es)?|seeds|petals|flowers|stickers)\b))
    """),
    re.IGNORECASE,
)
DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,4}(?= ?\d)")  # L.B.003
WITH_NOUGHTS = re.compile(r"(?<![\w.,:/-])(?<!\d )0\d{2,}(?![\w:/-]|[.,]\d| \d)")  # nobody counts "007" of anything
PADDING = re.compile(r"(?<![0-9])0+(?=[0-9])")  # LB003 is also LB3


@dataclasses.dataclass(frozen=True, eq=False)
class DirectIdentifiers:
    """The names and respondents' codes that nothing of a pilot may tell."""

    names: frozenset[str] = frozenset()
    codes: pd.Index = dataclasses.field(default_factory=lambda: pd.Index([], dtype="str"))

    def found_in(self, text: str) -> Iterator[str]:
        """What a text tells, in words that do not repeat it: A_NAME, A_CODE, A_NUMBER.

        text: pieces that do not belong together are parted by PARTED. Nothing but a name, or a code with that sign in
        it, goes over a parting, so a piece in which no code was found need not be searched again: a page's files tell
        what the page does, and those for another audience mostly the same.
        """
        if self.names and self.holds_name(text):
            yield A_NAME
        if not len(self.codes):
            return
        pieces = [piece for piece in dict.fromkeys(text.split(PARTED)) if piece not in self._innocent]
        rest = PARTED.join(pieces)
        found = self._signed_in(text) or self._coded(rest), any(self._labels(rest))
        yield from (what for what, told in zip((A_CODE, A_NUMBER), found, strict=True) if told)
        if not any(found):
            self._innocent.update(pieces)

    def places_in(self, text: str) -> Iterator[tuple[str, str]]:
        """`found_in`, each place with its words; of a name or code "…" stands for it between the words beside it."""
        for what, tells in ((A_NAME, self.holds_name), (A_CODE, self._coded)):
            if self.names if what == A_NAME else len(self.codes):
                yield from ((what, words) for words in self._beside(text, tells))
        if len(self.codes):
            yield from ((A_NUMBER, words) for words in self._labels(text))

    def _beside(self, text: str, tells: Callable[[str], bool]) -> Iterator[str]:
        """What stands beside each thing that must not be repeated, from the last one to the first."""
        said = visible_form(text).split()
        while tells(" ".join(said)):
            start = bisect.bisect_left(range(len(said)), True, key=lambda i: not tells(" ".join(said[i:]))) - 1
            end = bisect.bisect_left(range(start, len(said)), True, key=lambda i: tells(" ".join(said[start : i + 1])))
            # A capital beside it may be a name.
            before = [word for word in said[max(0, start - 2) : start] if word.islower()]
            after = [word for word in said[start + end + 1 :][:2] if word.islower()]
            beside = (" ".join(parts) for parts in ([*before, "…", *after], ["…", *after], [*before, "…"]))
            yield next((words for words in beside if not any(self.found_in(words))), "…")
            said = said[:start]

    def holds_name(self, text: str) -> bool:
        """Whether a name is in the text: its parts in either order, whatever stands between them, or its letters alone.

        Known too are the surname after a title or the first letter, and a name with initials between its parts.
        """
        found = words(text)
        if self._stands_as_written(found) or self._stands_by_surname(text, found):
            return True
        shorter = MIDDLE.sub(" ", visible_form(text))
        if shorter != visible_form(text) and self._stands_as_written(words(shorter)):
            return True
        spelt = "".join(word if len(word) == 1 and word.isalpha() else " " for word in found).split()
        return any(name in letters for letters in spelt for name in self._spelt_names)

    def _stands_as_written(self, found: tuple[str, ...]) -> bool:
        seen, line = set(found), f" {' '.join(found)} "
        return any(form.partition(" ")[0] in seen and f" {form} " in line for form in self._name_forms)

    def _stands_by_surname(self, text: str, found: tuple[str, ...]) -> bool:
        """Whether "Mrs Okonkwo" or "D. Okonkwo" is in the text; or "Okonkwo", where the name is Mrs Okonkwo only."""
        seen = set(found)
        mine = {(first, last) for first, last in self._surnames if last.partition(" ")[0] in seen}
        if not mine:
            return False
        line = f" {' '.join(found)} "
        if any(f" {title} {last} " in line for title in TITLES & seen for _, last in mine):
            return True
        alone = {last for first, last in mine if not first and len(last) >= SHORTEST_UNTITLED and f" {last} " in line}
        if alone and not {last.split()[-1] for last in alone}.isdisjoint(_capitalised(text)):
            return True
        initials = {first for first, _ in mine} & seen
        return bool(initials) and any(
            f"{' '.join(words(rest))} ".startswith(f"{last} ")
            for letter, rest in INITIAL.findall(visible_form(text))
            for first, last in mine
            if first in words(letter) and (first not in WORDS_OF_A_LETTER or (letter + rest[0]).isupper())
        )

    def _signed_in(self, text: str) -> bool:
        line = comparable_form(text)
        return any(_stands_in(code, line) for code in self._signed if code in line)

    def _coded(self, text: str) -> bool:
        """Whether a code that is no ordinary word or figure is in the text, whatever is beside it."""
        if self._signed_in(text):
            return True
        text = DOTTED.sub(lambda match: match.group().replace(".", ""), NOBODY.sub("|", visible_form(text)))
        line = comparable_form(text)
        alone = {word for word in words(text) if len(word) > 2 and _is_telling(word) and word in self._simple}
        if any(word in _capitalised(text) or not self._is_a_word(word, text) for word in alone):
            return True
        if any(number in self._simple or number in self._digits for number in WITH_NOUGHTS.findall(text)):
            return True
        if any(len(a + b) >= SHORTEST_NUMBER and a + b in self._simple for a, b in IN_GROUPS.findall(text)):
            return True
        chains = [re.split("[-_/]", chain) for chain in set(CHAIN.findall(line))]
        joined = {"".join(map(_unpadded, parts)) for parts in chains}  # GR-104
        joined |= {compact(stem + digits) for stem, digits in APART.findall(text) if stem not in ORDINARY}
        joined |= {compact(stem) + NUMBERS[word.lower()] for stem, word in IN_WORDS.findall(text)}
        joined |= {compact(spelt) for pattern in (SPELT, IN_THREE) for spelt in pattern.findall(line)}
        joined |= {word[:-1] for word in words(text) if len(word) > SHORTEST_CODE and word.endswith("s")}  # GR104s
        beside = (a + b for parts in chains for a, b in itertools.pairwise(parts))  # of pilot-GR-104, not of 5-a-day
        joined |= {code for code in itertools.chain(beside, *chains) if len(code) > 2}  # P14-P20
        if any(self._is_padded_code(code) for code in joined if _is_mixed(code)):
            return True
        return any(_are_pairs(parts) and all(part in self._simple for part in parts) for parts in chains)  # P1-P4

    def _is_a_word(self, code: str, text: str) -> bool:
        """Whether a code without its capital is an ordinary word: "marigold seeds", in a text that has capitals."""
        return not text.islower() and code.isalpha() and code.capitalize() in self.codes

    def _labels(self, text: str) -> Iterator[str]:
        """The words by which a text means one person; "…" for a code in them."""
        line = latin_form(visible_form(text))
        for words_of_it, codes, certain in person_labels(line):
            numbers = {_number(code) for code in codes}
            whose = certain or numbers <= self._short or any(len(n) >= 4 and n in self._digits for n in numbers)
            if not whose or (words_of_it in line and self._coded(words_of_it)):  # participant P14 is told as a code
                continue
            secret = [code for code in codes if _number(code) in self._short]
            yield re.sub("|".join(map(re.escape, secret)), "…", words_of_it) if secret else words_of_it

    @cached_property
    def _innocent(self) -> set[str]:
        """Pieces of texts in which no code was found."""
        return set()

    @cached_property
    def _name_forms(self) -> frozenset[str]:
        return frozenset(form for name in self.names for form in name_forms(name) if form)

    @cached_property
    def _spelt_names(self) -> frozenset[str]:
        letters = {form.replace(" ", "") for name in self.names for form in spellings(name)}
        return frozenset(name for name in letters if len(name) >= SHORTEST_SPELT)

    @cached_property
    def _surnames(self) -> frozenset[tuple[str, str]]:
        """The first letter and the surname of each name of several parts; of "Mrs Day" the surname only."""
        return frozenset(found for name in self.names for found in surname(name))

    @cached_property
    def _usual(self) -> pd.Index | None:
        """The codes, folded, where all are ASCII letters and digits: there may be a million, so they are one text."""
        text = "\n".join(self.codes.tolist())
        small = text.lower()
        if not USUAL.fullmatch(small):
            return None
        return self.codes if small == text else pd.Index(small.split("\n"), dtype="str")

    @cached_property
    def _simple(self) -> pd.Index:
        """The codes of letters and digits only, folded."""
        if self._usual is not None:
            return self._usual
        return pd.Index([code for code in map(comparable_form, self.codes) if code.isalnum()], dtype="str")

    @cached_property
    def _signed(self) -> frozenset[str]:
        """The codes with a space or a sign in them, folded; of an address of mail also what stands before the @, and of
        a long number of letters, like a UUID, its first group.
        """
        if self._usual is not None:
            return frozenset()
        signed = [code for code in map(comparable_form, self.codes) if not code.isalnum() and compact(code)]
        first = [re.split("@|-" if "@" not in code else "@", code)[0] for code in signed]
        return frozenset([*signed, *(part for part in first if len(part) >= LONG_PART and not part.isalpha())])

    def _is_padded_code(self, code: str) -> bool:
        """Whether a word of letters and digits is a code but for noughts before its digits, and signs."""
        code = _unpadded(code)
        if self._usual is None:
            return code in self._plain
        parts = re.fullmatch(r"(.*?)(\d+)(\D*)", code)
        return parts is not None and any(
            f"{parts[1]}{'0' * noughts}{parts[2]}{parts[3]}" in self._usual for noughts in range(MOST_NOUGHTS)
        )

    @cached_property
    def _plain(self) -> frozenset[str]:
        """The codes, and of TH-R11 its last part, without signs, and without noughts before their digits; of Q2-09 also
        Q209.
        """
        last = (re.split("[-_/]", code)[-1] for code in self._signed)
        known = map(_unpadded, [*self._simple, *self._signed, *filter(_is_mixed, last)])
        return frozenset([*known, *map(compact, self._signed)])

    @cached_property
    def _short(self) -> frozenset[str]:
        """The numbers and codes of a letter or two."""
        few = [code for code in self._simple.tolist() if len(code) < SHORTEST_NUMBER]
        return frozenset(_number(code) for code in few if not _is_telling(code))

    @cached_property
    def _digits(self) -> frozenset[str]:
        """The last digits of codes that have letters too, with the noughts before them and without."""
        mixed = (re.search(r"(?<![0-9])(0*([0-9]+))[^0-9]*$", code) for code in (*self._simple, *self._signed))
        return frozenset(digits for found in mixed if found for digits in found.groups())


def text_problems(who: DirectIdentifiers, file: str, content: Mapping[str, Any]) -> Iterator[Problem]:
    """What is to be mended in the texts of a file: names, codes, and words in letters of two alphabets."""
    for key, text in texts_in(content):
        place = None if any(who.found_in(key)) else key
        for what, words_of_it in who.places_in(text):
            said = (
                f"{shown(words_of_it)} reads as one person"
                if what == A_NUMBER
                else f"tells {what}: {shown(words_of_it)}"
            )
            yield Problem(file, f"{said}; {TO_MEND[what]}", column=place)
        if mixes_alphabets(text):
            yield Problem(file, f"has {TWO_ALPHABETS}; {TYPE_AGAIN}", column=place)


def texts_in(content: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text within tables and lists, with its dotted key."""
    if isinstance(content, str):
        yield key, content
    elif isinstance(content, Mapping):
        for name, part in content.items():
            yield from texts_in(part, f"{key}.{name}" if key else str(name))
    elif isinstance(content, list | tuple):
        for part in content:
            yield from texts_in(part, key)


def _capitalised(text: str) -> set[str]:
    """The words of a text that begin with a capital, folded."""
    return {word for found in CAPITALISED.findall(visible_form(text)) for word in words(found)}


def _is_telling(code: str) -> bool:
    """Whether a code of letters and digits is no ordinary word or figure."""
    return len(code) >= (SHORTEST_NUMBER if code.isdigit() else SHORTEST_CODE if code.isalpha() else 2)


def _is_mixed(code: str) -> bool:
    """Whether a code has letters and digits."""
    return not code.isalpha() and not code.isdigit()


def _are_pairs(parts: list[str]) -> bool:
    """Whether each is a letter and a digit: in P1-P4, not in EQ-5D-3L."""
    return all(len(part) == 2 and _is_mixed(part) for part in parts)


def _stands_in(code: str, line: str) -> bool:
    """Whether a code stands in a text (both folded) with no letter or digit of its own beside it."""
    return re.search(rf"(?<![^\W_]){re.escape(code)}(?![^\W_])", line) is not None


def _unpadded(code: str) -> str:
    """LB-003 is lb3."""
    return "".join(PADDING.sub("", word) for word in words(code))


def _number(code: str) -> str:
    """007 is 7."""
    return compact(code).lstrip("0") or "0"
