"""What must not stand on a pilot's page: who answered, and what they wrote that may not be shown."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator

import pandas as pd

from atpilots.files import read_table
from atpilots.pilots import Pilot, codes_before, codes_key, read_quotes
from atpilots.privacy import PARTED, DirectIdentifiers, words
from atpilots.publish.numerals import standing_texts

COMMON_TEXT = 5  # so often in a column, a text is a label (a programme's name), not an answer
LONGEST_RUN = 6  # words; who repeats so many after each other is quoting
SHORTEST_TEXT = 12  # characters; shorter free answers ("very good") are ordinary words


@dataclasses.dataclass(frozen=True)
class PrivateTexts:
    """What must not appear on a page: who answered; and what they wrote, free answers and quotes not to be shown."""

    who: DirectIdentifiers = dataclasses.field(default_factory=DirectIdentifiers)
    texts: frozenset[str] = frozenset()  # as words with single spaces, see `privacy.words`
    key: bytes | None = dataclasses.field(default=None, repr=False)  # of a survey whose codes are replaced

    def who_in(self, text: str) -> DirectIdentifiers:
        """Who answered, and by which codes from before they were replaced, as far as the text holds such."""
        before = set() if self.key is None else codes_before(text, {*self.who.codes}, self.key)
        codes = self.who.codes.append(pd.Index(sorted(before), dtype="str"))
        return dataclasses.replace(self.who, codes=codes) if before else self.who


@functools.lru_cache(maxsize=1)
def private_texts_of(pilot: Pilot) -> PrivateTexts:
    """A pilot's respondents' codes, the names in its names.txt, and what respondents wrote."""
    return PrivateTexts(pilot.identifiers, frozenset(_free_texts(pilot)), codes_key(pilot.folder))


def _free_texts(pilot: Pilot) -> Iterator[str]:
    """What respondents wrote in columns that are not read, and quotes that may not be shown: whole where short, else
    each run of `LONGEST_RUN` words. Not what stands in a quote that may be shown, or in words that are not theirs.
    """
    quotes = read_quotes(pilot)
    cells = {quote.text for quote in quotes if not quote.permitted}
    if pilot.protocol.ignore:
        table = read_table(pilot.folder / "survey.csv")
        for column in set(pilot.protocol.ignore) & set(table.columns):
            number = table[column].value_counts()
            cells |= set(number.index[number < COMMON_TEXT].map(str))
    instruments = [measure.instrument for measure in pilot.measures.values()]
    told = [quote.text for quote in quotes if quote.permitted] + [*standing_texts(instruments)]
    others = PARTED.join(" ".join(words(text)) for text in [*told, pilot.protocol.title, pilot.protocol.borough])
    for cell in cells:
        said = words(cell)
        for start in range(max(1, len(said) - LONGEST_RUN + 1)):
            text = " ".join(said[start : start + LONGEST_RUN])
            if len(text) >= SHORTEST_TEXT and re.search(r"[^\W\d]", text) and text not in others:
                yield text
