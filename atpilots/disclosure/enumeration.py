"""Every set of scores or changes of people on a short scale: few enough to try them all.

Where a scale is too long, or the people are too many, there is none, and whoever asks searches instead.
"""

from __future__ import annotations

import dataclasses
import math
from functools import lru_cache

import numpy as np

MOST_SETS = 500_000  # up to 15 people on five scores, 23 on four, 52 on three
GOLDEN = 0.618033988749895  # multiples of it, less whole numbers, lie far apart: no set is followed by one like it


@dataclasses.dataclass(frozen=True)
class Multisets:
    """All sets of values (scores, or changes) that so many people can have."""

    values: np.ndarray  # in ascending order
    counts: np.ndarray  # a row for each set: how many people have each value
    totals: np.ndarray  # the sum of the values of each set
    squares: np.ndarray  # and of their squares

    def row(self, place: int) -> np.ndarray:
        """A set's values, in ascending order."""
        return np.repeat(self.values, self.counts[place])


@lru_cache(maxsize=8)
def every_set(values: tuple[float, ...], people: int) -> Multisets | None:
    """All sets of `values` (in ascending order) that so many people can have; None where they are too many."""
    if math.comb(people + len(values) - 1, people) > MOST_SETS:
        return None
    counts = _spread(people, len(values))
    counts = counts[np.argsort(np.arange(len(counts)) * GOLDEN % 1)]
    array = np.array(values)
    return Multisets(array, counts, counts @ array, counts @ array**2)


class FeasibleScores:
    """Which scores before, and which after, go with some of the changes looked at so far, on an even scale."""

    def __init__(self, scores: Multisets) -> None:
        self._scores, self._top = scores, len(scores.values) - 1
        self._up_to = np.cumsum(scores.counts, axis=1)  # how many have that score or a lower one
        self._before, self._after = (np.zeros(len(scores.totals), dtype=bool) for _ in range(2))

    @property
    def counts(self) -> tuple[int, int]:
        """How many sets of scores before, and after."""
        return int(self._before.sum()), int(self._after.sum())

    def add(self, changes: np.ndarray, totals_before: list[float]) -> None:
        """Look at these changes, with which the scores before can have these sums."""
        unit = self._scores.values[1] - self._scores.values[0]
        moves = np.rint(changes / unit).astype(int)
        self._before |= self._room(moves) & self._adds_up(np.array(totals_before))
        self._after |= self._room(-moves) & self._adds_up(np.array(totals_before) + changes.sum())

    def _room(self, moves: np.ndarray) -> np.ndarray:
        """Whether people with each set of scores can move so and stay on the scale.

        They can just where, for every distance, enough people are that far from the top, and from the bottom: whoever
        rises starts low, whoever falls starts high, so nobody stands in another's way.
        """
        people, far = len(moves), range(1, self._top + 1)
        below = [self._up_to[:, self._top - by] >= (moves >= by).sum() for by in far]
        above = [people - self._up_to[:, by - 1] >= (moves <= -by).sum() for by in far]
        return np.asarray(np.all([*below, *above], axis=0))

    def _adds_up(self, totals: np.ndarray) -> np.ndarray:
        return np.isin(self._scores.totals.round(6), totals.round(6))


def _spread(people: int, kinds: int) -> np.ndarray:
    """Every way to spread people over kinds: a row of numbers each."""
    rows, left = np.zeros((1, 0), dtype=np.int16), np.array([people], dtype=np.int16)
    for _ in range(kinds - 1):
        repeats = left + 1
        starts = np.repeat(np.cumsum(repeats) - repeats, repeats)
        taken = (np.arange(repeats.sum()) - starts).astype(np.int16)
        rows = np.column_stack([np.repeat(rows, repeats, axis=0), taken])
        left = np.repeat(left, repeats) - taken
    return np.column_stack([rows, left])
