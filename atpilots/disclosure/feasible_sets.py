"""Who else could have made a page, how they are looked for, and when there are enough of them (R-SDC-14).

People are sets of people with scores before and after; those who have the same two scores are of one kind. What must
stay open is which set it is; of everybody, whether they got better, stayed the same or got worse, and whether they
scored at an end of the scale.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import numpy as np

from atpilots.disclosure.dataset_search import Grid, People
from atpilots.disclosure.published import PublishedStatistics
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import FEWEST_ROUNDED_ALIKE, MIN_FEASIBLE_DATASETS, MIN_FOR_A_PARTICIPANT

MOST_TRIED = 60  # others that are tried around each
MOST_FOUND = 400  # sets, among which there must be enough
MOST_ADOPTED = 4  # sets whose scores become familiar
MORE_ASK_AGAIN = 1.1  # only then is it worth asking whether there are enough now
UP, SAME, DOWN = DIRECTIONS = (0, 1, 2)  # the first facts


class FeasibleSets:
    """Sets of people who could have made a page, and what an intruder could still be sure of.

    An intruder is a stranger (None) or one of the people, known by the kind.
    """

    def __init__(self, grid: Grid, scale: Scale, people: People, page: PublishedStatistics) -> None:
        first, second = divmod(np.arange(len(grid.scores) ** 2), len(grid.scores))
        change, top = np.sign(grid.change), len(grid.scores) - 1
        self._facts = np.array(
            [change > 0, change == 0, change < 0, first == 0, first == top, second == 0, second == top]
        )  # whether each is true of a kind of people
        self._better = UP if scale.better == "higher" else DOWN
        self._page, self.kinds = page, sorted(set(people))
        self.sets: dict[People, int] = {}  # and how many of them got better

    def add(self, people: People) -> None:
        """Others who could have made the page."""
        self.sets[people] = int(self._facts[self._better, list(people)].sum())

    def missing(self, kind: int | None) -> np.ndarray:
        """Of how many more of the others each fact would have to be untrue in some set, for it to stay open."""
        codes, wanted, own = self._codes(self.sets), self._page.detail.open_people, np.zeros(len(self._facts))
        if kind is not None:
            codes, wanted, own = codes[(codes == kind).any(axis=1)], 1, ~self._facts[:, kind]
        return np.asarray(wanted - (self._untrue(codes) - own).max(axis=0, initial=-1))

    def tells(self, kind: int | None) -> bool:
        """Whether an intruder can be sure of something."""
        return self.too_few_numbers(self.sets) or bool((self.missing(kind) > 0).any())

    def too_few(self, kind: int | None) -> bool:
        """Whether an intruder is left with too few sets."""
        if kind is None:
            return len(self.sets) < MIN_FEASIBLE_DATASETS
        return sum(kind in people for people in self.sets) < MIN_FOR_A_PARTICIPANT

    def too_few_numbers(self, sets: Iterable[People]) -> bool:
        """Whether the page tells how many got better, rounded, and too few numbers are possible."""
        return self._page.improved is not None and len({self.sets[people] for people in sets}) < FEWEST_ROUNDED_ALIKE

    def supported(self) -> set[People]:
        """Those sets of whom the page would be told, if only such sets counted.

        Of the other sets something would be certain to one of their people; not counting them may make it certain to
        more. None are left where something is certain to a stranger.
        """
        sets, codes = list(self.sets), self._codes(self.sets)
        kinds, column = np.unique(codes, return_inverse=True)
        has = np.zeros((len(sets), len(kinds)), dtype=np.int8)  # as numbers of people are, there being fewer than 100
        has[np.arange(len(sets))[:, None], column.reshape(codes.shape)] = 1
        untrue, own, told = self._untrue(codes), ~self._facts[:, kinds].T, np.arange(len(sets))
        while len(told) >= MIN_FEASIBLE_DATASETS and not (
            self.too_few_numbers(sets[place] for place in told)
            or (untrue[told].max(axis=0) < self._page.detail.open_people).any()
        ):
            of_others = (has[told][:, :, None] * untrue[told][:, None, :]).max(axis=0) - own
            is_open = (of_others > 0).all(axis=1) & (has[told].sum(axis=0, dtype=int) >= MIN_FOR_A_PARTICIPANT)
            left = told[~has[told][:, ~is_open].any(axis=1)]
            if len(left) == len(told):
                return {sets[place] for place in told}
            told = left
        return set()

    def _codes(self, sets: Collection[People]) -> np.ndarray:
        """A row for each set, a column for each of its people."""
        return np.array(list(sets), dtype=int).reshape(len(sets), self._page.n)

    def _untrue(self, codes: np.ndarray) -> np.ndarray:
        """Of how many people in each set each fact is untrue."""
        return np.asarray(codes.shape[1] - self._facts[:, codes].sum(axis=2).T, dtype=np.int8)


class Search:
    """Looks for others until enough of them are found.

    A set supports others who have people of the same kinds. So kinds that were found become familiar, a few at a time,
    and sets of familiar kinds are looked for around those that were found before.
    """

    def __init__(
        self, grid: Grid, feasible: FeasibleSets, counts: Callable[[People], bool], tried: int = MOST_TRIED
    ) -> None:
        self._grid, self._feasible, self._counts, self._tried = grid, feasible, counts, tried

    def consider(self, several: Iterable[People]) -> None:
        """Add those who count."""
        for people in several:
            if people not in self._feasible.sets and self._counts(people):
                self._feasible.add(people)

    def supports(self, people: People, like: PublishedStatistics) -> bool:
        """Whether the people are among those who support each other, others being looked for whose averages and
        interval read like that page's.
        """
        feasible, familiar, looked = self._feasible, set[int](), set[People]()
        for kept in (None, *feasible.kinds):
            if feasible.too_few(kept):
                self._adopt(people, like, familiar, kept)
            for start in self._starts(people, kept):
                if not feasible.tells(kept):
                    break
                if witness := self._grid.repaired(start, like, kept):
                    self.consider([witness])
                    if witness in feasible.sets:
                        self._adopt(witness, like, familiar, kept)
        most, asked = len(feasible.sets) + MOST_FOUND, 0
        while True:
            left = [others for others in feasible.sets if others not in looked]
            last = not left or len(feasible.sets) > most
            if last or len(feasible.sets) >= asked * MORE_ASK_AGAIN:
                asked = len(feasible.sets)
                if people in feasible.supported():
                    return True
            if last:
                return False
            around = next(filter(familiar.issuperset, left), None)
            if around is None:
                familiar.update(*left[:MOST_ADOPTED])
                around = people
            looked.add(around)
            self.consider(itertools.islice(self._grid.near(around, like, familiar, strangers=False), self._tried))

    def _adopt(self, people: People, like: PublishedStatistics, familiar: set[int], kept: int | None) -> None:
        """Add others near some people; the kinds of these and of a few others become familiar."""
        known = len(self._feasible.sets)
        familiar.update(people)
        self.consider(itertools.islice(self._grid.near(people, like, familiar, kept), self._tried))
        familiar.update(*itertools.islice(self._feasible.sets, known, known + MOST_ADOPTED))

    def _starts(self, people: People, kept: int | None) -> Iterator[People]:
        """The people, of whom some changed in another direction, by as little as may be: as many as are wanted, then
        one more or less at a time until enough numbers who got better are found.
        """
        missing, tried = self._feasible.missing(kept), set[People]()
        for way in DIRECTIONS:
            if missing[way] > 0:
                to = [other for other in DIRECTIONS if other != way] if way == SAME else [SAME]
                yield self._moved(people, way, to, int(missing[way]), kept)
        sets = self._feasible.sets
        while self._feasible.too_few_numbers(sets) and (
            fresh := {choose(sets, key=sets.__getitem__) for choose in (min, max)} - tried
        ):
            tried |= fresh
            for others, (way, other) in itertools.product(sorted(fresh), itertools.permutations(DIRECTIONS, 2)):
                yield self._moved(others, way, [other], 1, kept)

    def _moved(self, people: People, way: int, to: Sequence[int], number: int, kept: int | None) -> People:
        """Of those who changed that way so many who did so least are moved to other directions in turn."""
        size, others, change = len(self._grid.scores), list(people), self._grid.change
        movable = [code for code in people if DIRECTIONS[1 - int(np.sign(change[code]))] == way]
        if kept in movable:
            movable.remove(kept)
        movable.sort(key=lambda code: abs(change[code]))
        for code, direction in zip(movable[:number], itertools.cycle(to)):
            before = code // size
            others[others.index(code)] = before * size + min(max(before + SAME - direction, 0), size - 1)
        return tuple(sorted(others))
