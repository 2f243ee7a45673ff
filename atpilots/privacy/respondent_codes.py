"""How a respondent's code is compared with another, and kept out of messages."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from typing import Literal

import pandas as pd

from atpilots.files import Problem
from atpilots.privacy.identifiers import A_CODE

MOST_STEMS = 4  # different letters before the numbers of a file's codes, of which a header with others is none


def normalised_codes(codes: pd.Series) -> pd.Series:
    """Respondents' codes as compared: each `normalised_code`."""
    return codes if are_plain("".join(codes)) else codes.map(normalised_code)


def normalised_code(code: str, form: Literal["NFC", "NFKC"] = "NFKC") -> str:
    """A code as compared: Unicode-normalised, inner spaces single, none around it. Capitals and zeros count."""
    return " ".join(unicodedata.normalize(form, code).split())


def are_plain(codes: str) -> bool:
    """Whether all codes, in one text, are visible ASCII with single spaces, which nothing has to be done about."""
    return codes.isascii() and codes.isprintable() and "  " not in codes


def without_codes(problems: Iterable[Problem], codes: set[str], named: Collection[str] = ()) -> list[Problem]:
    """The problems without any respondent's code, in whatever place it was typed, and whatever was typed beside it.

    codes: every code of the file, as written and as compared; named: columns and keys that pilot.toml, a mapping or an
    instrument names, which are no secret.
    """
    known = {form for code in codes for form in _forms(code.casefold()) if form and not _is_plain_answer(form)}
    numbered = {code for code in known if any(character.isdigit() for character in code)}
    shapes, stems = set(map(_shape, numbered)), set(map(_stem, numbered))

    def tells(text: str, stems: Collection[str] | None = None) -> bool:
        """Of a cell or a key."""
        chains = {text.casefold(), *re.findall(r"[\w-]+", text.casefold())}
        forms = {form for chain in chains for form in _forms(chain) if form}
        hit = any(f in known or (_shape(f) in shapes and (stems is None or _stem(f) in stems)) for f in forms)
        return not _is_plain_answer(text) and (hit or says(text))

    def heads(text: str) -> bool:
        """Of a header or a key: questions are numbered like people, Q1 like P1, so where all codes begin with the same
        few letters, something of their pattern is a code only if it does, too.
        """
        return tells(text, stems if len(stems) <= MOST_STEMS else None)

    def says(text: str, among: set[str] = known) -> bool:
        """Of a sentence or a file's name, in which a code of a letter or two is an ordinary word."""
        found = re.findall(r"[^\W_]+", text.casefold())
        beside = {a + b for a, b in itertools.pairwise(found)}
        return any(word in among for word in beside.union(found) if len(word) > 2 or not word.isalpha())

    def mended(p: Problem) -> Problem:
        file = f"a file named after {A_CODE}" if says(p.file) else p.file
        what = f"has a fault where it holds {A_CODE}" if says(p.what) else p.what
        value = A_CODE if p.value and tells(p.value) else p.value
        # Where columns changed places, "before" stands among the codes: what is allowed is told all the same.
        allowed = None if p.allowed and says(p.allowed, numbered) else p.allowed
        column = p.column if p.column in named else p.column and _key_without(p.file, p.column, heads)
        meant = None if p.meant and (value == A_CODE or says(p.meant, numbered)) else p.meant
        return Problem(file, what, p.row, column, value, allowed, meant)

    return [mended(problem) for problem in problems]


def _key_without(file: str, key: str, tells: Callable[[str], bool]) -> str:
    """A column or key that tells nobody's code; of a TOML key the table that it is in stays."""
    table, dot, _ = key.partition(".") if file.endswith(".toml") else (key, "", "")
    if not tells(key):
        return key
    return f"{table}.{A_CODE}" if dot and not tells(table) else A_CODE


def _forms(code: str) -> tuple[str, str]:
    """A code with its signs and without: GR-101."""
    return code, re.sub(r"[\W_]", "", code)


def _is_plain_answer(text: str) -> bool:
    """A number of up to three digits: an answer typed wrongly, whether or not somebody also has it as a code."""
    return text.isdigit() and len(text) <= 3


def _stem(text: str) -> str:
    """A code with its letters only: of P07 and P112 the same."""
    return re.sub(r"[\W\d_]+", "", text.casefold())


def _shape(text: str) -> str:
    """The pattern of a code: "GR101" and "GR999" are alike, so a code from elsewhere in the file is known as one."""
    letters = re.sub(r"[^\W\d_]", "a", text)
    return letters if _is_plain_answer(text) else re.sub(r"\d", "9", letters)
