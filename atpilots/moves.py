"""Small steps from one set of changes to another, for the reconstruction audit: one or two people moved a little."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import numpy as np

NEAR = 1e-9  # numbers this close are equal
STRIDES = (1, 2, 4, 8)  # how many places along the possible changes a person is moved


class Moves:
    """Every way to move one or two people's changes to near values of the same sign, as matrices over pairs of moves.

    Place (0, 0) is no move at all; a row and column 0 are one move alone.
    """

    def __init__(self, changes: np.ndarray, values: np.ndarray) -> None:
        counts = Counter(changes.tolist())
        moves = [(x, y) for x in counts for y in _near(x, values)]
        old, new = (np.array([move[side] for move in moves]) for side in (0, 1))
        self._moves = moves
        step, square = np.append(0.0, new - old), np.append(0.0, new**2 - old**2)
        self.sums = step[:, None] + step[None, :]
        self.squares = square[:, None] + square[None, :]
        person = np.append(np.nan, old)
        alone = np.array([False, *(counts[x] == 1 for x, _ in moves)])
        self.possible = np.triu(~((person[:, None] == person[None, :]) & alone[:, None]))
        self.possible[0, 0] = False

    def applied(self, changes: np.ndarray, place: int) -> np.ndarray:
        """The changes after the pair of moves at that place of the matrices."""
        after = changes.tolist()
        for move in divmod(place, len(self._moves) + 1):
            if move:
                old, new = self._moves[move - 1]
                after[after.index(old)] = new
        return np.sort(np.array(after))


def flipped(changes: tuple[float, ...], values: np.ndarray) -> Iterator[tuple[float, ...]]:
    """The person nearest to zero of each sign moved to the nearest value of another sign."""
    nearest = {0: 0.0, 1: min(values[values > 0], default=None), -1: max(values[values < 0], default=None)}
    for sign, other in itertools.permutations(nearest, 2):
        mine = [change for change in changes if np.sign(change) == sign]
        target = nearest[other]
        if mine and target is not None:
            moved = list(changes)
            moved[moved.index(min(mine, key=abs))] = float(target)
            yield tuple(sorted(moved))


def _near(value: float, values: np.ndarray) -> list[float]:
    """Values a few places up and down with the same sign; none for zero, which is a sign of its own."""
    place = int(np.searchsorted(values, value - NEAR))
    places = [place + way * stride for way in (-1, 1) for stride in STRIDES]
    return [float(values[i]) for i in places if 0 <= i < len(values) and np.sign(values[i]) == np.sign(value) != 0]
