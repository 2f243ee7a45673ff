"""Which row of the answers is whose, of which wave and rater; and who belongs to which arm: one way for all counts.

And all rows as text, to be hashed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd

from atpilots.pilots.protocol import RATERS

AT_A_TIME = 2**16  # rows written out


class AnswerRows:
    """The rows of `answers` (indexed by respondent, wave, rater), as places in arrays.

    waves, arms: the protocol's. A respondent is a place in `respondents`; a mask or values per respondent have its
    length.
    """

    def __init__(self, answers: pd.DataFrame, waves: tuple[str, ...], arms: tuple[str, ...]) -> None:
        index = cast("pd.MultiIndex", answers.index)
        self.respondents = index.levels[0]
        self.who, self._wave, self._rater = (np.asarray(codes) for codes in index.codes)
        self._arm, self._waves, self._arms = answers["arm"], waves, arms
        self._places: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}

    def of_rater(self, rater: str) -> np.ndarray:
        """Which rows are a rater's."""
        return np.asarray(self._rater == RATERS.index(rater))

    def of(self, wave: str, rater: str) -> np.ndarray:
        """Which rows are of a wave and a rater; none has the same respondent as another."""
        return np.asarray((self._wave == self._waves.index(wave)) & self.of_rater(rater))

    def per_respondent(self, values: np.ndarray, wave: str, rater: str, none: float = 0) -> np.ndarray:
        """`values` of the rows of a wave and a rater, one for each respondent; `none` where there is no such row."""
        if (wave, rater) not in self._places:
            rows = np.flatnonzero(self.of(wave, rater)).astype(np.int32)
            self._places[wave, rater] = rows, self.who[rows]
        rows, whose = self._places[wave, rater]
        found = np.full(len(self.respondents), none, dtype=values.dtype)
        found[whose] = values[rows]
        return found

    @cached_property
    def members(self) -> dict[str, np.ndarray]:
        """Which respondents belong to each arm, which may be written in one wave only."""
        if len(self._arms) == 1:
            return {self._arms[0]: np.full(len(self.respondents), True)}
        members = {arm: np.full(len(self.respondents), False) for arm in self._arms}
        for arm, member in members.items():
            member[self.who[(self._arm == arm).to_numpy()]] = True
        return members


def written_out(answers: pd.DataFrame) -> Iterator[bytes]:
    """The answers with their index as pandas' `to_csv` writes them, some rows at a time; each different text is made
    once, which takes less than half of its time.
    """
    index = cast("pd.MultiIndex", answers.index)
    cells = [column.array for _, column in answers.items()]
    coded = [*zip(index.levels, index.codes, strict=True), *((some.categories, some.codes) for some in cells)]
    texts = [np.array([*map(str, different), ""], dtype=object) for different, _ in coded]  # "" of the code −1, missing
    yield _csv([[*index.names, *answers]])
    for start in range(0, len(answers), AT_A_TIME):
        some = slice(start, start + AT_A_TIME)
        columns = (text[codes[some]].tolist() for text, (_, codes) in zip(texts, coded, strict=True))
        yield _csv(zip(*columns, strict=True))


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
