"""A text as a reader sees it: nothing invisible, one kind of sign for each look, so that two writings compare equal.

The letters of other alphabets that look like Latin ones are a small table of our own, of Cyrillic, Greek and Armenian,
taken from Unicode's list of confusable signs (UTS 39). The whole list is a megabyte, and needed only for words that are
from end to end in another alphabet: a word that mixes alphabets is refused anyway.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

WORD = re.compile(r"[^\W_]+")
UNUSUAL, NOT_ASCII = re.compile(r"[^\x20-\x5f\x61-\x7e]"), re.compile(r"[^\x00-\x7f]")
NEVER_SEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
SIGNS = {
    **dict.fromkeys("−⁃", "-"), **dict.fromkeys("·•∙⋅‧。", "."), "⁄": "/", **dict.fromkeys("’‘ʼ`", "'"),
}  # fmt: skip
# Small letters only: capitals are folded before. Where capital and small letter look like different Latin letters
# (Н and н, Β and β), the capital decides, because a word in capitals can be look-alikes from end to end.
_LATIN = {
    "a": "аαɑ", "b": "вьβ", "c": "с", "d": "ԁ", "e": "еҽε", "g": "ɡԍց", "h": "нһηհ", "i": "іιı", "j": "јϳ", "k": "кκ",
    "l": "ӏ", "m": "мμ", "n": "пνոռ", "o": "оοσօ", "oe": "œ", "p": "рρ", "q": "ԛգզ", "r": "г", "s": "ѕտ", "t": "тτ",
    "u": "ս", "v": "ѵ", "w": "ԝѡωա", "x": "хχ", "y": "уүυγ", "z": "ζ",
}  # fmt: skip
LOOK_ALIKES = {sign: latin_form for latin_form, signs in _LATIN.items() for sign in signs}
# ł, ø, ᴅ and 🅳 are made of a Latin letter, and only their names say so.
NAMED_LETTER = re.compile(
    r"(?:.* )?(?:LATIN (?:SMALL |CAPITAL )?|INDICATOR SYMBOL )LETTER (?:SMALL CAPITAL )?([A-Z]{1,2})(?: WITH .*)?"
)


def visible_form(text: str) -> str:
    """One kind of letter, digit, space, dash, dot and apostrophe, and nothing invisible; capitals and accents stay."""
    one_form = unicodedata.normalize("NFKC", text.replace("´", "'"))  # which would become an accent of a space
    return " ".join(UNUSUAL.sub(lambda match: _seen_as(match.group()), one_form).split())


@lru_cache(maxsize=64)
def comparable_form(text: str) -> str:
    """`visible_form`, with capitals, accents and look-alike letters of other alphabets folded: for names and codes."""
    line = unicodedata.normalize("NFKD", visible_form(text).casefold())
    return NOT_ASCII.sub(lambda match: _compared_as(match.group()), line)


def latin_form(text: str) -> str:
    """The text with letters of other alphabets that look like Latin ones written as those; capitals stay capitals."""
    return NOT_ASCII.sub(lambda match: _latin_for(match.group()), text)


@lru_cache(maxsize=64)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded: what stands between them (spaces, dashes, apostrophes, slashes …) is all alike."""
    line = comparable_form(text)
    if not any(map(_is_vowel_sign, NOT_ASCII.findall(line))):
        return tuple(WORD.findall(line))
    return tuple("".join(sign if sign.isalnum() or _is_vowel_sign(sign) else " " for sign in line).split())


def compact(text: str) -> str:
    """The letters and digits of a text, folded, without what stands between."""
    return "".join(words(text))


def mixes_alphabets(text: str) -> bool:
    """Whether a word has letters of two alphabets (Latin, Greek, Cyrillic …), so that it is not what it looks like.

    Only alphabets with capitals count: where there are none (Bengali, Chinese, Arabic …), foreign words are written
    into one's own.
    """
    line = visible_form(text)
    if {*map(_alphabet, NOT_ASCII.findall(line))} <= {"", "LATIN"}:
        return False
    return any(len({*map(_alphabet, word)} - {""}) > 1 for word in re.findall(r"[^\W\d_]+", line))


@cache
def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter.lower() != letter.upper() else ""


@cache
def _is_vowel_sign(sign: str) -> bool:
    """Of Bengali and many others: part of the word, although regular expressions do not know it."""
    return unicodedata.category(sign) in {"Mn", "Mc"}


def _latin_for(sign: str) -> str:
    alike = LOOK_ALIKES.get(sign.casefold(), sign)
    return alike.upper() if sign.isupper() else alike


@cache
def _seen_as(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in SIGNS:
        return SIGNS[sign]
    if category == "Pd":
        return "-"
    if sign.isspace():
        return " "
    if category in {"Cc", "Cf", "Me"} or NEVER_SEEN.match(sign):
        return ""
    return str(unicodedata.digit(sign, sign))


@cache
def _compared_as(sign: str) -> str:
    name = unicodedata.name(sign, "")
    if name.startswith("COMBINING"):  # an accent; the vowel signs of Bengali and others are named otherwise and stay
        return ""
    made_of = NAMED_LETTER.fullmatch(name)
    return LOOK_ALIKES.get(sign) or (made_of[1].lower() if made_of else sign)
