"""Small steps from one set of changes to another, for the reconstruction audit: one or two people moved a little."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from functools import cache

import numpy as np

NEAR = 1e-9  # numbers this close are equal
STRIDES = np.array([-1, -2, -4, -8, 1, 2, 4, 8])  # how many places along the possible changes a person is moved


class ChangeGrid:
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


class Perturbations:
    """Every way to move one or two people's changes to near ones of the same sign.

    `sums` and `squares`: by how much each way moves the sum of the changes and of their squares. `barred`: which ways
    are none, because they would move somebody twice.
    """

    def __init__(self, changes: np.ndarray, grid: ChangeGrid) -> None:
        counts = Counter(changes.tolist())
        targets = [grid.near(change) for change in counts]
        sizes = [len(target) for target in targets]
        self._old, self._new = np.repeat(list(counts), sizes), np.concatenate(targets)
        self._pairs = _pairs(len(self._new))
        steps, squares = self._new - self._old, self._new**2 - self._old**2
        self.sums, self.squares = (np.add(*self._pairs.of(0.0, each)) for each in (steps, squares))
        person = np.repeat([place if number == 1 else -1 for place, number in enumerate(counts.values())], sizes)
        first, second = self._pairs.of(-1, person)
        self.barred = (first == second) & (first >= 0)

    def applied(self, changes: np.ndarray, place: int) -> np.ndarray:
        """The changes after the way at that place of `sums`."""
        after = changes.tolist()
        for move in (self._pairs.first[place], self._pairs.second[place]):
            if move:
                after[after.index(self._old[move - 1])] = float(self._new[move - 1])
        return np.array(sorted(after))


class _Pairs:
    """Every pair of moves, the same one twice included; move 0 is none, so (0, j) is j alone."""

    def __init__(self, moves: int) -> None:
        first, second = np.triu_indices(moves + 1)
        self.first, self.second = first[1:], second[1:]
        self._times = np.append(moves, np.arange(moves, 0, -1))  # how often each move is the first of a pair

    def of(self, none: float, each: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What is so of the first and of the second move of each pair; `none` of move 0."""
        values = np.concatenate([[none], each])
        return values.repeat(self._times), values.take(self.second)


_pairs = cache(_Pairs)


def sign_changes(changes: tuple[float, ...], grid: ChangeGrid) -> Iterator[tuple[float, ...]]:
    """The person nearest to zero of each sign moved to the nearest change of another sign."""
    nearest = {0: 0.0, 1: grid.least_up, -1: grid.least_down}
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
