"""Keyed codes: what stands in survey.csv instead of the codes that people were given, where a mapping says so.

The key lies in the pilot's private folder; which keyed code is whose is stored nowhere and worked out from the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re
import secrets
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from atpilots.files import DataError, Problem, made_private, write_through, written_whole
from atpilots.privacy import normalised_code, normalised_codes

PRIVATE, KEY_FILE = "private", "codes.key"
KEY_BYTES = 32
BESIDE = ".,;:!?()[]|\"'“”‘’"  # what stands beside a word and is none of it
KEYED = re.compile(r"k[a-z2-7]{16}")


def codes_key(folder: Path, *, make: bool = False) -> bytes | None:
    """The key of a pilot's codes, from its private folder; None where there is none.

    make: make one then. Raises DataError where it is damaged.
    """
    path = folder / PRIVATE / KEY_FILE
    if not path.is_file():
        if not make:
            return None
        made_private(folder / PRIVATE, PRIVATE)
        with written_whole(path, replace=False) as draft:
            draft.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
            write_through(draft)
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        what = "is damaged; put it back from a backup: without it no code can be matched with an earlier wave"
        raise DataError([Problem(f"{PRIVATE}/{KEY_FILE}", what, allowed=f"{2 * KEY_BYTES} hexadecimal digits")])
    return bytes.fromhex(text)


def keyed_code(code: str, key: bytes) -> str:
    """A code's keyed one: the same for the same code and key, and of no use without the key."""
    digest = hmac.new(key, code.encode(), hashlib.sha256).digest()
    return "k" + base64.b32encode(digest[:10]).decode().lower()


def codes_before(text: str, keyed: Collection[str], key: bytes) -> set[str]:
    """The codes that people were given, as far as a text holds them: they are stored nowhere, so each word is keyed.

    keyed: the codes of the survey. A code is known as it was written, in capitals and in small letters, of one word or,
    with a digit in it, of two.
    """
    words = [word.strip(BESIDE) for word in text.split()]
    pairs = (f"{one} {other}" for one, other in itertools.pairwise(words) if re.search(r"\d", one + other))
    forms = {form for word in (*words, *pairs) if word for form in (word, word.upper(), word.lower())}
    return {form for form in forms if keyed_code(normalised_code(form), key) in keyed}


def codes_as_in_survey(codes: pd.Series, folder: Path) -> pd.Series:
    """Codes as a pilot's survey.csv holds them: normalised, and keyed where the pilot has a key."""
    normalised, key = normalised_codes(codes), codes_key(folder)
    if key is None:
        return normalised
    return normalised.map(lambda code: code if not code or KEYED.fullmatch(code) else keyed_code(code, key))
