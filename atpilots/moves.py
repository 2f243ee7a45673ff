"""Small steps from one set of changes to another, for the reconstruction audit: one or two people moved a little."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from functools import cache

import numpy as np

NEAR = 1e-9  # numbers this close are equal
STRIDES = np.array([-1, -2, -4, -8, 1, 2, 4, 8])  # how many places along the possible changes a person is moved


class Reach:
    """Every change that can be made, in ascending order, and the near ones of each."""

    def __init__(self, changes: np.ndarray) -> None:
        self.changes = changes
        self.least_up = float(min(changes[changes > 0], default=np.nan))
        self.least_down = float(max(changes[changes < 0], default=np.nan))
        self._near: dict[float, np.ndarray] = {}

    def holds(self, changes: np.ndarray) -> bool:
        """Whether all of these are among them."""
        places = np.searchsorted(self.changes, changes).clip(max=len(self.changes) - 1)
        return bool((self.changes[places] == changes).all())

    def near(self, change: float) -> np.ndarray:
        """Changes a few places up and down with the same sign; none for zero, which is a sign of its own."""
        if change not in self._near:
            places = int(np.searchsorted(self.changes, change)) + STRIDES
            found = self.changes[places[(places >= 0) & (places < len(self.changes))]]
            self._near[change] = found[found * change > 0]
        return self._near[change]


class Moves:
    """Every way to move one or two people's changes to near ones of the same sign.

    `sums` and `squares`: by how much each way moves the sum of the changes and of their squares.
    """

    def __init__(self, changes: np.ndarray, reach: Reach) -> None:
        counts = Counter(changes.tolist())
        targets = [reach.near(change) for change in counts]
        people = np.repeat(np.arange(len(targets)), [len(target) for target in targets])
        self._old, self._new = np.array(list(counts))[people], np.concatenate(targets)
        first, second = _pairs(len(people))
        person = np.append(-1, people)
        several = np.append(True, np.array(list(counts.values()))[people] > 1)
        possible = (person[first] != person[second]) | several[first]
        self._first, self._second = first[possible], second[possible]
        step, square = np.append(0.0, self._new - self._old), np.append(0.0, self._new**2 - self._old**2)
        self.sums = step[self._first] + step[self._second]
        self.squares = square[self._first] + square[self._second]

    def applied(self, changes: np.ndarray, place: int) -> np.ndarray:
        """The changes after the way at that place of `sums`."""
        after = changes.tolist()
        for move in (self._first[place], self._second[place]):
            if move:
                after[after.index(self._old[move - 1])] = float(self._new[move - 1])
        return np.array(sorted(after))


@cache
def _pairs(moves: int) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of moves, the same one twice included; move 0 is none, so (0, j) is j alone."""
    first, second = np.triu_indices(moves + 1)
    return first[1:], second[1:]


def flipped(changes: tuple[float, ...], reach: Reach) -> Iterator[tuple[float, ...]]:
    """The person nearest to zero of each sign moved to the nearest change of another sign."""
    nearest = {0: 0.0, 1: reach.least_up, -1: reach.least_down}
    closest = {
        0: 0.0 if 0.0 in changes else np.nan,
        1: min((change for change in changes if change > 0), default=np.nan),
        -1: max((change for change in changes if change < 0), default=np.nan),
    }
    for sign, other in itertools.permutations(nearest, 2):
        mine, target = closest[sign], nearest[other]
        if mine == mine and target == target:  # neither is NaN
            moved = list(changes)
            moved[moved.index(mine)] = target
            yield tuple(sorted(moved))
