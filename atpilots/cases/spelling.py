"""Which word was meant by one that no case has: what is a slip of the pen, and what is only near."""

from __future__ import annotations

import difflib
from functools import cached_property

import pandas as pd

from atpilots.cases.question import is_passed_over, spoken_words, words_in
from atpilots.cases.word_weights import TEXT_COLUMNS

SHORTEST_MENDED = 5  # letters; a shorter word is too near to too many others to be taken for a slip
LONG_WORD, SLIPS_ALLOWED = 8, 2  # letters; letters wrong in a word of that length
NEAR = 0.8  # how like a known word a slip must be, from 0 to 1
NEARBY = 0.7  # how like it the words must be that are suggested instead


class Spelling:
    """Every longer word of the cases that a question may hold; collected when a word is first looked up."""

    def __init__(self, cases: pd.DataFrame) -> None:
        self.cases = cases

    def meant(self, word: str) -> str | None:
        """The word that an unknown one is a slip of; None where it is too short or no slip."""
        near = self._near(word, 1, NEAR) if len(word) >= SHORTEST_MENDED else []
        return near[0] if near and _is_slip(word, near[0]) else None

    def nearby(self, text: str) -> list[str]:
        """What to suggest instead of a text: up to three words near to each of its own."""
        return [word for part in words_in(text) for word in self._near(part, 3, NEARBY)]

    def _near(self, word: str, count: int, cutoff: float) -> list[str]:
        return difflib.get_close_matches(word, self._words, n=count, cutoff=cutoff)

    @cached_property
    def _words(self) -> list[str]:
        texts = (text for column in TEXT_COLUMNS for text in self.cases[column].dropna().astype(str).unique())
        words = {word for text in [*texts, *spoken_words()] for word in words_in(text)}
        return sorted(w for w in words if len(w) >= SHORTEST_MENDED and w.isalpha() and not is_passed_over(w))


def _is_slip(word: str, known: str) -> bool:
    """Whether one word is a slip of the other: one letter more, less or wrong, or two swapped; two in long words."""
    parts = difflib.SequenceMatcher(None, word, known, autojunk=False).get_opcodes()
    wrong = sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in parts if kind != "equal")
    swapped = len(word) == len(known) and sorted(word) == sorted(known) and wrong <= SLIPS_ALLOWED
    return word[0] == known[0] and (swapped or wrong <= (1 if len(word) < LONG_WORD else SLIPS_ALLOWED))
