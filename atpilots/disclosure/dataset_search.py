"""How an intruder finds feasible datasets: sets of changes that fit everything a page prints about one measure.

On a short scale all are tried; elsewhere a search walks from the true changes, which fit by construction, to others.
Each found is checked against the whole page, so their number can come out too low, never too high.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache

import numpy as np

from atpilots.disclosure.enumeration import FeasibleScores, Multisets, every_set
from atpilots.disclosure.perturbation import NEAR, ChangeGrid, Perturbations, sign_changes
from atpilots.disclosure.published import (
    PublishedStatistics,
    disclosed_improvement,
    disclosed_improvers,
    leaves_counts_ambiguous,
)
from atpilots.disclosure.rounding import rounded, rounded_down, rounded_up
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.score_pairs import is_even, sets_near, spread
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS, MIN_POSSIBLE_COUNTS
from atpilots.estimators import Directions, t_interval, t_interval_of

# Limits of the search. Any of them can only make us more careful.
MOST_DIRECTIONS_TRIED = 60
MOST_REPAIRS = 60
MOST_NEIGHBOURS = 40
MOST_JUDGED = 1000

Changes = tuple[float, ...]
Accept = Callable[[Changes], bool]


def accept_any(_: Changes) -> bool:
    """Every set of changes is accepted."""
    return True


class Search:
    """Walks from the true changes to others that fit, from one number better, same and worse to the next."""

    def __init__(self, printed: PublishedStatistics, scale: Scale, accept: Accept = accept_any) -> None:
        self.printed, self.scale, self.accept = printed, scale, accept
        self._sums: dict[tuple[float, float], list[float]] = {}  # asked for again and again
        self.every = every_set(possible_changes(scale.scores), printed.n)
        scores = every_set(scale.scores, printed.n) if self.every and is_even(scale.scores) else None
        self.feasible_scores = FeasibleScores(scores) if scores else None

    def run(self, changes: Sequence[float] | np.ndarray) -> list[Changes]:
        """Different sets of changes that fit and are accepted; enough to pass, where the search finds so many."""
        if self.every:
            return self._try_all(self.every)
        start = _key(np.array(changes))
        grid = _grid_of(self.scale.scores, np.array(start))
        found: dict[Changes, None] = {}
        judged = itertools.islice(self._feasible(start, grid, found), MOST_JUDGED)
        for dataset in judged:
            if dataset not in found and self.accept(dataset):
                found[dataset] = None
        return list(found)

    def _try_all(self, every: Multisets) -> list[Changes]:
        """The first of all sets of changes that fit and are accepted: so many that there is enough of everything."""
        found: list[Changes] = []
        seen: set[Directions] = set()
        rows = (every.row(int(place)) for place in np.flatnonzero(self._gaps(every.totals, every.squares) == 0))
        for changes in itertools.islice(filter(self.fits, rows), MOST_JUDGED):
            if self.accept(_key(changes)):
                found.append(_key(changes))
                seen.add(self.scale.directions(changes))
                if self.feasible_scores and not self._enough_score_sets():
                    self.feasible_scores.add(changes, self._sums_before(changes))
                if len(found) >= MIN_FEASIBLE_DATASETS and self._ambiguous(seen) and self._enough_score_sets():
                    break
        return found

    def _enough_score_sets(self) -> bool:
        return not self.feasible_scores or min(self.feasible_scores.counts) >= MIN_FEASIBLE_DATASETS

    def score_sets(self, found: Iterable[Changes]) -> tuple[int, int]:
        """How many sets of scores before, and after, go with the changes found; at least."""
        if self.feasible_scores:
            return self.feasible_scores.counts
        people = (spread(self.scale.scores, array, self.total_before(array)) for array in map(np.array, found))
        return sets_near(self.scale.scores, filter(None, people), self.same_averages, MIN_FEASIBLE_DATASETS)

    def directions_stay_ambiguous(self, found: Collection[Changes]) -> bool:
        """Whether the number of those who got better cannot be narrowed down, or is told in any case, rounded; and,
        where all sets are tried, that of those who got worse.
        """
        return self._ambiguous({self.scale.directions(changes) for changes in found})

    def _ambiguous(self, possible: Collection[Directions]) -> bool:
        if self.every:
            return leaves_counts_ambiguous(possible, self.printed.improved is not None)
        return self.printed.improved is not None or len({counts[0] for counts in possible}) >= MIN_POSSIBLE_COUNTS

    def _feasible(self, start: Changes, grid: ChangeGrid, found: Collection[Changes]) -> Iterator[Changes]:
        """Sets that fit: first one for each of the directions, then their neighbours; none once `found` is enough."""
        visited = []
        for witness in self._walk(start, grid, found):
            visited.append(witness)
            yield witness
        # One of each in turn, so that no directions are forgotten where only few of their datasets are accepted;
        # neighbours have the same directions, so once there are enough only those of a number not yet found are of use.
        near = deque((witness, self._neighbours(np.array(witness), grid)) for witness in visited)
        while near and not self._enough(found):
            witness, others = near.popleft()
            better = self.scale.directions(witness)[0]
            if len(found) >= MIN_FEASIBLE_DATASETS and better in {self.scale.directions(each)[0] for each in found}:
                continue
            dataset = next(others, None)
            if dataset is not None:
                near.append((witness, others))
                yield dataset

    def _walk(self, start: Changes, grid: ChangeGrid, found: Collection[Changes]) -> Iterator[Changes]:
        queue, seen = deque([start]), {self.scale.directions(start)}
        yield start
        for _ in range(MOST_DIRECTIONS_TRIED):
            if not queue or self._enough(found):
                return
            for other in sign_changes(queue.popleft(), grid):
                directions = self.scale.directions(other)
                if directions in seen or not self._same_counts_disclosed(directions):
                    continue
                witness = self._repaired(np.array(other), grid)
                if witness is not None:
                    seen.add(directions)
                    queue.append(witness)
                    yield witness

    def _enough(self, found: Collection[Changes]) -> bool:
        return len(found) >= MIN_FEASIBLE_DATASETS and self.directions_stay_ambiguous(found)

    def _same_counts_disclosed(self, directions: Directions) -> bool:
        """Whether a page would print the same of people with these directions."""
        p = self.printed
        if p.detail.improvers and disclosed_improvers(directions, p.detail.threshold) != p.improved:
            return False
        return not p.detail.improvement or disclosed_improvement(directions, p.detail.threshold) == p.improvement

    def _repaired(self, changes: np.ndarray, grid: ChangeGrid) -> Changes | None:
        """The changes moved, without any crossing zero, until they fit; None where that is not found."""
        gap = float(self._gaps(changes.sum(keepdims=True), (changes**2).sum(keepdims=True))[0])
        for _ in range(MOST_REPAIRS):
            if gap == 0:
                return _key(changes) if self.fits(changes) else next(self._neighbours(changes, grid), None)
            moves, gaps = self._moves(changes, grid)
            best = int(np.argmin(gaps)) if len(gaps) else None
            if best is None or gaps[best] >= gap - NEAR:
                return None
            gap, changes = float(gaps[best]), moves.applied(changes, best)
        return None

    def _neighbours(self, changes: np.ndarray, grid: ChangeGrid) -> Iterator[Changes]:
        """Sets of changes that fit and differ from these in one or two people."""
        moves, gaps = self._moves(changes, grid)
        near = (moves.applied(changes, int(place)) for place in np.flatnonzero(gaps == 0)[: 2 * MOST_NEIGHBOURS])
        return itertools.islice((_key(other) for other in near if self.fits(other)), MOST_NEIGHBOURS)

    def _moves(self, changes: np.ndarray, grid: ChangeGrid) -> tuple[Perturbations, np.ndarray]:
        moves = Perturbations(changes, grid)
        gaps = self._gaps(changes.sum() + moves.sums, (changes**2).sum() + moves.squares)
        gaps[moves.barred] = np.inf
        return moves, gaps

    def _gaps(self, totals: np.ndarray, squares: np.ndarray) -> np.ndarray:
        """How far sums are from what the page prints; 0 where they fit, but for the verdict and the scale's ends."""
        p, step = self.printed, self.printed.detail.step
        low, high = t_interval(p.n, totals, squares)
        mean = totals / p.n
        gaps = np.zeros(len(totals))
        for values, middle, room in (
            (mean, p.change, step / 2),
            (mean, p.after - p.before, step),
            (low, p.low + step / 2, step / 2),
            (high, p.high - step / 2, step / 2),
        ):
            beyond = np.abs(values - middle)
            beyond -= room
            gaps += np.maximum(beyond, 0, out=beyond)
        gaps[gaps < NEAR] = 0
        return gaps

    def fits(self, changes: np.ndarray) -> bool:
        """Whether a page about these changes could read the same."""
        p, scale, step = self.printed, self.scale, self.printed.detail.step
        low, high = t_interval_of(changes)
        return (
            rounded(float(changes.sum()) / p.n, step) == p.change
            and rounded_down(low, step) == p.low
            and rounded_up(high, step) == p.high
            and self._same_counts_disclosed(scale.directions(changes))
            and not math.isnan(self.total_before(changes))
            and scale.verdict(changes) == p.verdict
            and (p.remarks is None or scale.same_remarks(changes, p.remarks))
        )

    def total_before(self, changes: np.ndarray) -> float:
        """A sum of scores before with which these changes stay on the scale and give both printed means, or NaN."""
        sums = self._sums_before(changes)
        return sums[len(sums) // 2] if sums else math.nan

    def totals_before(self, changes: np.ndarray) -> list[float]:
        """Such sums: all of them where all sets of changes are tried, one where they are searched for."""
        sums = self._sums_before(changes)
        return sums if self.every else sums[len(sums) // 2 :][:1]

    def _sums_before(self, changes: np.ndarray) -> list[float]:
        values = changes.tolist()
        up, down = (round(math.fsum([v for v in values if v * sign > 0]), 9) for sign in (1, -1))
        if (up, down) not in self._sums:
            self._sums[up, down] = self._sums_with(up, down)
        return self._sums[up, down]

    def _sums_with(self, up: float, down: float) -> list[float]:
        p, total = self.printed, up + down
        bottom, top = p.n * self.scale.scores[0], p.n * self.scale.scores[-1]
        half = p.n * p.detail.step / 2
        low = max(bottom - down, p.n * p.before - half, p.n * p.after - half - total)
        high = min(top - up, p.n * p.before + half, p.n * p.after + half - total)
        return [b for b in _attainable(self.scale.scores, bottom, low, high) if self._same_means(b, total)]

    def same_averages(self, before: np.ndarray, after: np.ndarray) -> bool:
        """Whether both averages of these people would be printed the same."""
        return self._same_means(float(before.sum()), float(after.sum() - before.sum()))

    def _same_means(self, total_before: float, total: float) -> bool:
        p, step = self.printed, self.printed.detail.step
        after = rounded((total_before + total) / p.n, step)
        return rounded(total_before / p.n, step) == p.before and after == p.after


def _attainable(scores: tuple[float, ...], bottom: float, low: float, high: float) -> list[float]:
    """Sums of scores from low to high: all on an even scale (`bottom` is one of them), a few on an uneven one."""
    unit = _unit(scores)
    if unit is None:
        return np.linspace(low, high, 5).tolist() if low <= high else []
    first, last = math.ceil((low - bottom) / unit - NEAR), math.floor((high - bottom) / unit + NEAR)
    return [round(bottom + place * unit, 9) for place in range(first, last + 1)]


def _key(changes: np.ndarray) -> Changes:
    return tuple(sorted((np.round(changes, 9) + 0.0).tolist()))


def _grid_of(scores: tuple[float, ...], changes: np.ndarray) -> ChangeGrid:
    """Every change that two scores can make, and those that were made."""
    usual = _usual(scores)
    return usual if usual.holds(changes) else ChangeGrid(np.unique(np.concatenate([usual.changes, changes])))


@cache
def _usual(scores: tuple[float, ...]) -> ChangeGrid:
    return ChangeGrid(np.array(possible_changes(scores)))


@cache
def possible_changes(scores: tuple[float, ...]) -> tuple[float, ...]:
    """Every change that two of the scores can make, in ascending order."""
    array = np.array(scores)
    return tuple(np.unique(np.round(array[:, None] - array[None, :], 9) + 0.0).tolist())


@cache
def _unit(scores: tuple[float, ...]) -> float | None:
    """The common step of an even scale; None for scores at uneven distances."""
    gaps = np.diff(scores)
    return float(gaps[0]) if np.allclose(gaps, gaps[0]) else None
