"""How an intruder looks for other people who make the same page: from known ones outward, a person or two at a time.

People are a sorted tuple of numbers, one for each pair of scores (before, after); so the same people are the same
tuple, in whatever order they answered. What is found is checked against the whole page by whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from atpilots.disclosure.published import PublishedStatistics
from atpilots.disclosure.rounding import NEAR
from atpilots.estimators import t_interval

MOST_MOVES = 100  # of one person; so many times half as many of two
MOST_REPAIRS = 40
COST_OF_A_LOOK = 2000
EDGE = 0.01  # so far, in steps, is an average that would just be rounded the other way
GOLDEN = 0.618033988749895  # multiples of it, less whole numbers, lie far apart: no move is followed by one like it
# By how many places along the scale scores before and after are moved: a little, to find many sets; further, to make up
# for what another person was moved.
LITTLE = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)]
FURTHER = [(0, far) for far in (1, -1, 3, -3, 9, -9)] + [(far, far) for far in (1, -1, 3, -3)]

People = tuple[int, ...]


class Grid:
    """Pairs of scores that people can have, and ways from some people to others."""

    def __init__(self, scores: np.ndarray) -> None:
        self.scores, self._size = scores, len(scores)
        self.compared = 0  # how many others were compared so far, and as good as that many for every look

    def people(self, before: np.ndarray, after: np.ndarray) -> People:
        """People with these scores, all of which are on the scale."""
        first, second = (np.searchsorted(self.scores, wave - NEAR) for wave in (before, after))
        return tuple(sorted((first * self._size + second).tolist()))

    def waves(self, people: People) -> tuple[np.ndarray, np.ndarray]:
        """Their scores before and after."""
        first, second = divmod(np.array(people), self._size)
        return self.scores[first], self.scores[second]

    @cached_property
    def before(self) -> np.ndarray:
        """The score before of every pair of scores."""
        return np.repeat(self.scores, self._size)

    @cached_property
    def change(self) -> np.ndarray:
        """The change of every pair of scores."""
        return np.asarray(np.tile(self.scores, self._size) - self.before)

    def near(
        self,
        people: People,
        page: PublishedStatistics,
        familiar: Iterable[int],
        kept: int | None = None,
        strangers: bool = True,
    ) -> Iterator[People]:
        """People of whom one or two have other scores than these, and whose averages read like the page's.

        Familiar scores come first, and no others without `strangers`. kept: the scores of somebody who has no others.
        """
        moves = _Moves(self, people, LITTLE if strangers else [], kept, sorted(familiar))
        places = np.flatnonzero(moves.gaps(page) == 0)
        for place in places[np.lexsort((places * GOLDEN % 1, moves.unfamiliar[places]))]:
            yield moves.applied(int(place))

    def repaired(self, people: People, page: PublishedStatistics, kept: int | None = None) -> People | None:
        """These people, moved without anybody's change crossing zero until their averages read like the page's; None
        where that is not found.
        """
        gap = float(_gap(page, *self._sums(people))[0])
        for _ in range(MOST_REPAIRS):
            if gap == 0:
                return people
            moves = _Moves(self, people, FURTHER, kept, same_sign=True)
            gaps = moves.gaps(page)
            best = int(np.argmin(gaps)) if len(gaps) else None
            if best is None or gaps[best] >= gap - NEAR:
                return None
            gap, people = float(gaps[best]), moves.applied(best)
        return None

    def _sums(self, people: People) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        codes = list(people)
        change = self.change[codes]
        return self.before[codes].sum(keepdims=True), change.sum(keepdims=True), (change**2).sum(keepdims=True)


class _Moves:
    """Every way to give one or two of some people other scores near theirs."""

    def __init__(
        self,
        grid: Grid,
        people: People,
        steps: list[tuple[int, int]],
        kept: int | None,
        familiar: Sequence[int] = (),
        same_sign: bool = False,
    ) -> None:
        self._grid, self._people, size = grid, people, len(grid.scores)
        kinds, counts = np.unique(np.array(people), return_counts=True)
        counts -= kinds == kept
        by = np.array(steps, dtype=int).reshape(-1, 2).T
        first, second = kinds[:, None] // size + by[0], kinds[:, None] % size + by[1]
        there = (first >= 0) & (first < size) & (second >= 0) & (second < size)
        known = np.array(familiar, dtype=int)
        old = np.concatenate([np.repeat(kinds, len(known)), np.broadcast_to(kinds[:, None], there.shape)[there]])
        new = np.concatenate([np.tile(known, len(kinds)), (first * size + second)[there]])
        old, new = divmod(np.unique(old * size**2 + new), size**2)
        can = (old != new) & (counts > 0)[np.searchsorted(kinds, old)]
        if same_sign:
            can &= np.sign(grid.change[old]) == np.sign(grid.change[new])
        old, new = old[can], new[can]
        strange = ~np.isin(new, known)
        far = abs(grid.before[new] - grid.before[old]) + abs(grid.change[new] - grid.change[old])
        some = np.lexsort((np.arange(len(new)) * GOLDEN % 1, strange, far))[:MOST_MOVES]
        self._old, self._new, strange = old[some], new[some], strange[some]
        single = (counts == 1)[np.searchsorted(kinds, self._old)]
        # Move 0 is none, so (0, j) is j alone. Two moves of one kind of person need two such people.
        rows, columns = np.triu_indices(len(self._old) + 1)
        owner = np.concatenate([[-1], np.where(single, self._old, -2 - np.arange(len(self._old)))])
        right = owner[rows] != owner[columns] if len(self._old) else rows == columns
        right |= (rows == columns) & ~np.concatenate([[True], single])[rows]
        right[0] = False
        self._pairs = rows[right], columns[right]
        grid.compared += COST_OF_A_LOOK + len(self._pairs[0])
        self.unfamiliar = np.concatenate([[0], strange])[np.stack(self._pairs)].sum(axis=0)

    def gaps(self, page: PublishedStatistics) -> np.ndarray:
        """How far the averages and the interval after each move are from the page's."""
        grid = self._grid
        of_kind = grid.before, grid.change, grid.change**2
        shifts = (np.concatenate([[0.0], values[self._new] - values[self._old]]) for values in of_kind)
        return _gap(page, *(total + shift[self._pairs[0]] + shift[self._pairs[1]]
                            for total, shift in zip(grid._sums(self._people), shifts, strict=True)))  # fmt: skip

    def applied(self, place: int) -> People:
        """The people after the move of that place of `gaps`."""
        people = list(self._people)
        for pair in self._pairs:
            if pair[place]:
                people[people.index(int(self._old[pair[place] - 1]))] = int(self._new[pair[place] - 1])
        return tuple(sorted(people))


def _gap(page: PublishedStatistics, before: np.ndarray, change: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """How far sums are from what the page prints; 0 where they fit, but for the word and the counts."""
    n, step = page.n, page.detail.step
    low, high = t_interval(n, change, squares)
    gap = np.zeros(len(change))
    for values, printed, shift, to_step in (
        (before / n, page.before, 0.0, nearest),
        ((before + change) / n, page.after, 0.0, nearest),
        (change / n, page.change, 0.0, nearest),
        (low, page.low, step / 2, np.floor),
        (high, page.high, -step / 2, np.ceil),
    ):
        if printed is not None:
            fits = abs(to_step(np.round(values / step, 9)) * step - printed) < step / 2
            gap += np.where(fits, 0, np.maximum(abs(values - printed - shift) - step / 2, EDGE * step))
    return gap


def nearest(units: np.ndarray) -> np.ndarray:
    """Whole numbers, halves away from zero."""
    return np.asarray(np.sign(units) * np.floor(abs(units) + 0.5))
