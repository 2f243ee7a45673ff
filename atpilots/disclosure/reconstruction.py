"""The intruder's best attempt on one measure: which answers fit with everything that a page prints about it (R-SDC-14).

We assume the worst: the intruder knows who took part and exactly how many, the questionnaire with every score that it
can give, and these rules. Candidates are *found*, each checked against the whole page, so their number can come out too
low (then a page tells less than it could) but never too high.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache

import numpy as np

from atpilots.disclosure.enumeration import Multisets, Possible, every_set
from atpilots.disclosure.perturbation import NEAR, ChangeGrid, Perturbations, sign_changes
from atpilots.disclosure.published import (
    MIN_POSSIBLE_COUNTS,
    PublishedStatistics,
    counts_open,
    details,
    disclosed_improvement,
    disclosed_improvers,
    published_from,
)
from atpilots.disclosure.rounding import rounded, rounded_down, rounded_up
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.score_pairs import is_even, sets_near, spread
from atpilots.disclosure.uneven_scales import counts_stay_ambiguous
from atpilots.estimators import Directions, t_interval, t_interval_of

MIN_FEASIBLE_DATASETS = 20  # R-SDC-14

# Limits of the search. Any of them can only make us more careful.
MOST_SPLITS_TRIED = 60
MOST_REPAIRS = 60
MOST_NEIGHBOURS = 40
MOST_NODES = 20_000
MOST_JUDGED = 1000
MOST_FINER_PAGES = 150
MOST_FINER_TOLD = 20  # where the search succeeds, it meets about ten such pages at most

Changes = tuple[float, ...]
Accept = Callable[[Changes], bool]


@dataclasses.dataclass(frozen=True)
class Audit:
    """How much an intruder finds: sets of answers (counting stops at 20), and whether the split stays open."""

    changes: int
    before: int
    after: int
    open_split: bool

    @property
    def passed(self) -> bool:
        """Whether all of them are too many to choose from."""
        return min(self.changes, self.before, self.after) >= MIN_FEASIBLE_DATASETS and self.open_split


def safe_print(
    scale: Scale, before: Sequence[float], after: Sequence[float], threshold: int
) -> PublishedStatistics | None:
    """What may be printed about a measure: the finest detail that passes the audit; None where none does.

    That a page is coarse tells that finer ones failed. So, at a coarser step, the audit is passed once more by those
    candidates alone whose own finer pages fail too.
    """
    changes = np.round(np.array(after) - np.array(before), 9)
    failed: dict[PublishedStatistics, bool] = {}
    for detail in details(scale, len(changes), threshold):
        printed = published_from(scale, changes, float(np.sum(before)), detail)
        if audit(printed, scale, changes).passed:
            accept = fails_at(scale, printed, failed)
            if not failed or audit(printed, scale, changes, accept).passed:
                return printed
        failed[printed] = True
    return None


def anything(_: Changes) -> bool:
    """Every set of changes is accepted."""
    return True


def audit(printed: PublishedStatistics, scale: Scale, changes: np.ndarray, accept: Accept = anything) -> Audit:
    """What an intruder can make of a page, searching from the true changes, which fit by construction.

    On a short scale all sets of changes are tried, so what is found follows from the page: whoever goes through the
    answers that make the same page, and asks which of them would have passed, learns nothing more.
    """
    if accept is anything and every_set(_differences(scale.scores), printed.n):
        return _audit_of_a_page(printed, scale)
    return _audit(printed, scale, changes, accept)


@lru_cache(maxsize=4096)
def _audit_of_a_page(printed: PublishedStatistics, scale: Scale) -> Audit:
    return _audit(printed, scale, np.array([]), anything)


def _audit(printed: PublishedStatistics, scale: Scale, changes: np.ndarray, accept: Accept) -> Audit:
    half = printed.detail.step / 2
    ends = (scale.scores[0], scale.scores[-1])
    before, after = (
        0 if mean in ends else ways(scale.scores, printed.n, mean - half, mean + half)  # an end is true of everybody
        for mean in (printed.before, printed.after)
    )
    if min(before, after) < MIN_FEASIBLE_DATASETS or printed.low == printed.high:
        return Audit(changes=0, before=before, after=after, open_split=False)
    search = Search(printed, scale, accept)
    if not is_even(scale.scores) and not counts_stay_ambiguous(printed, scale):
        return Audit(changes=0, before=before, after=after, open_split=False)
    found = search.run(changes)
    if len(found) >= MIN_FEASIBLE_DATASETS and is_even(scale.scores):
        before, after = search.waves(found)
    return Audit(min(len(found), MIN_FEASIBLE_DATASETS), before, after, search.directions_stay_ambiguous(found))


def fails_at(scale: Scale, printed: PublishedStatistics, failed: dict[PublishedStatistics, bool]) -> Accept:
    """Whether every finer page about other changes, which make the same coarse page, would have failed too.

    failed: the finer pages about the true changes.
    """
    known = dict(failed)
    finer_details = [page.detail for page in reversed(failed)]  # the coarsest of them is the likeliest to be told
    search = Search(printed, scale)

    def fails(changes: Changes) -> bool:
        return any(fails_with(np.array(changes), total) for total in search.totals_before(np.array(changes)))

    def fails_with(array: np.ndarray, total: float) -> bool:
        for detail in finer_details:
            finer = published_from(scale, array, total, detail)
            if finer not in known:
                if len(known) >= MOST_FINER_PAGES or list(known.values()).count(False) >= MOST_FINER_TOLD:
                    return False
                known[finer] = not audit(finer, scale, array).passed
            if not known[finer]:
                return False
        return True

    return fails


def finer_pages_fail(scale: Scale, printed: PublishedStatistics, changes: np.ndarray, total_before: float) -> Accept:
    """Whether every page finer than the one printed fails about other changes too, as it did about the true ones."""
    finer = itertools.takewhile(
        lambda detail: detail != printed.detail, details(scale, printed.n, printed.detail.threshold)
    )
    return fails_at(scale, printed, {published_from(scale, changes, total_before, detail): True for detail in finer})


def ways(
    scores: Sequence[float],
    n: int,
    low: float,
    high: float,
    at_ends: Callable[[int, int], bool] = lambda _bottom, _top: True,
) -> int:
    """How many different sets of n scores have a mean from `low` to `high`; counting stops at 20.

    at_ends: which sets count, by how many have the lowest and how many the highest score.
    Seen from the nearer end of the scale, a set is the list of those who are not at that end.
    """
    bottom, top = min(scores), max(scores)
    from_top = top - (low + high) / 2 < (low + high) / 2 - bottom
    if from_top:
        distances, low, high = {round(top - score, 9) for score in scores}, top - high, top - low
    else:
        distances, low, high = {round(score - bottom, 9) for score in scores}, low - bottom, high - bottom
    descending = sorted(distances - {0.0}, reverse=True)
    most = 0
    for far_first in (True, False):  # the search is cut short: what is rare from one side may not be from the other
        found = _sums(descending, n, n * low - NEAR, n * high + NEAR, far_first)
        counted = (1 for near, far in found if (at_ends(far, near) if from_top else at_ends(near, far)))
        most = max(most, sum(itertools.islice(counted, MIN_FEASIBLE_DATASETS)))
        if most == MIN_FEASIBLE_DATASETS:
            break
    return most


def _sums(distances: list[float], n: int, low: float, high: float, far_first: bool) -> Iterator[tuple[int, int]]:
    """For each multiset of at most n distances (given largest first) whose sum lies from low to high: how many of n
    are not in it, and how many have the largest distance.
    """
    stack = [(0, n, 0, low, high)]
    for _ in range(MOST_NODES):
        if not stack:
            return
        first, left, far, least, most = stack.pop()
        if least <= 0:
            yield left, far
        if left:
            fitting = [i for i in range(first, len(distances)) if distances[i] <= most and distances[i] * left >= least]
            places = reversed(fitting) if far_first else fitting
            stack += [(i, left - 1, far + (i == 0), least - distances[i], most - distances[i]) for i in places]


class Search:
    """Walks from the true changes to others that fit, from one split into better, same and worse to the next."""

    def __init__(self, printed: PublishedStatistics, scale: Scale, accept: Accept = anything) -> None:
        self.printed, self.scale, self.accept = printed, scale, accept
        self._sums: dict[tuple[float, float], list[float]] = {}  # asked for again and again
        self.every = every_set(_differences(scale.scores), printed.n)
        scores = every_set(scale.scores, printed.n) if self.every and is_even(scale.scores) else None
        self.possible = Possible(scores) if scores else None

    def run(self, changes: Sequence[float] | np.ndarray) -> list[Changes]:
        """Different sets of changes that fit and are accepted; enough to pass, where the search finds so many."""
        if self.every:
            return self._try_all(self.every)
        start = _key(np.array(changes))
        reach = _reach_of(self.scale.scores, np.array(start))
        found: dict[Changes, None] = {}
        judged = itertools.islice(self._candidates(start, reach, found), MOST_JUDGED)
        for candidate in judged:
            if candidate not in found and self.accept(candidate):
                found[candidate] = None
        return list(found)

    def _try_all(self, every: Multisets) -> list[Changes]:
        """The first of all sets of changes that fit and are accepted: so many that there is enough of everything."""
        found: list[Changes] = []
        splits: set[Directions] = set()
        rows = (every.row(int(place)) for place in np.flatnonzero(self._gaps(every.totals, every.squares) == 0))
        for changes in itertools.islice(filter(self.fits, rows), MOST_JUDGED):
            if self.accept(_key(changes)):
                found.append(_key(changes))
                splits.add(self.scale.split(changes))
                if self.possible and not self._enough_waves():
                    self.possible.add(changes, self._sums_before(changes))
                if len(found) >= MIN_FEASIBLE_DATASETS and self._open(splits) and self._enough_waves():
                    break
        return found

    def _enough_waves(self) -> bool:
        return not self.possible or min(self.possible.numbers) >= MIN_FEASIBLE_DATASETS

    def waves(self, found: Iterable[Changes]) -> tuple[int, int]:
        """How many sets of scores before, and after, go with the changes found; at least."""
        if self.possible:
            return self.possible.numbers
        people = (spread(self.scale.scores, array, self.total_before(array)) for array in map(np.array, found))
        return sets_near(self.scale.scores, filter(None, people), self.same_averages, MIN_FEASIBLE_DATASETS)

    def directions_stay_ambiguous(self, found: Collection[Changes]) -> bool:
        """Whether the number of those who got better cannot be narrowed down, or is told in any case, rounded; and,
        where all sets are tried, that of those who got worse.
        """
        return self._open({self.scale.split(changes) for changes in found})

    def _open(self, splits: Collection[Directions]) -> bool:
        if self.every:
            return counts_open(splits, self.printed.improved is not None)
        return self.printed.improved is not None or len({split[0] for split in splits}) >= MIN_POSSIBLE_COUNTS

    def _better(self, found: Iterable[Changes]) -> set[int]:
        return {self.scale.split(changes)[0] for changes in found}

    def _candidates(self, start: Changes, reach: ChangeGrid, found: Collection[Changes]) -> Iterator[Changes]:
        """Sets that fit: first one for each split, then their neighbours; none once `found` is enough."""
        visited = []
        for witness in self._walk(start, reach, found):
            visited.append(witness)
            yield witness
        # One of each in turn, so that no split is forgotten where only few of its candidates are accepted; neighbours
        # split alike, so once there are enough candidates only those of a number not yet found are of use.
        near = deque((witness, self._neighbours(np.array(witness), reach)) for witness in visited)
        while near and not self._enough(found):
            witness, others = near.popleft()
            if len(found) >= MIN_FEASIBLE_DATASETS and self.scale.split(witness)[0] in self._better(found):
                continue
            candidate = next(others, None)
            if candidate is not None:
                near.append((witness, others))
                yield candidate

    def _walk(self, start: Changes, reach: ChangeGrid, found: Collection[Changes]) -> Iterator[Changes]:
        queue, seen = deque([start]), {self.scale.split(start)}
        yield start
        for _ in range(MOST_SPLITS_TRIED):
            if not queue or self._enough(found):
                return
            for other in sign_changes(queue.popleft(), reach):
                split = self.scale.split(other)
                witness = self._repaired(np.array(other), reach) if split not in seen and self._told_of(split) else None
                if witness is not None:
                    seen.add(split)
                    queue.append(witness)
                    yield witness

    def _enough(self, found: Collection[Changes]) -> bool:
        return len(found) >= MIN_FEASIBLE_DATASETS and self.directions_stay_ambiguous(found)

    def _told_of(self, split: Directions) -> bool:
        """Whether a page would print the same of people who split like this."""
        p = self.printed
        if p.detail.split and disclosed_improvers(split, p.detail.threshold) != p.improved:
            return False
        return not p.detail.improvement or disclosed_improvement(split, p.detail.threshold) == p.improvement

    def _repaired(self, changes: np.ndarray, reach: ChangeGrid) -> Changes | None:
        """The changes moved, without any crossing zero, until they fit; None where that is not found."""
        gap = float(self._gaps(changes.sum(keepdims=True), (changes**2).sum(keepdims=True))[0])
        for _ in range(MOST_REPAIRS):
            if gap == 0:
                return _key(changes) if self.fits(changes) else next(self._neighbours(changes, reach), None)
            moves, gaps = self._moves(changes, reach)
            best = int(np.argmin(gaps)) if len(gaps) else None
            if best is None or gaps[best] >= gap - NEAR:
                return None
            gap, changes = float(gaps[best]), moves.applied(changes, best)
        return None

    def _neighbours(self, changes: np.ndarray, reach: ChangeGrid) -> Iterator[Changes]:
        """Sets of changes that fit and differ from these in one or two people."""
        moves, gaps = self._moves(changes, reach)
        near = (moves.applied(changes, int(place)) for place in np.flatnonzero(gaps == 0)[: 2 * MOST_NEIGHBOURS])
        return itertools.islice((_key(other) for other in near if self.fits(other)), MOST_NEIGHBOURS)

    def _moves(self, changes: np.ndarray, reach: ChangeGrid) -> tuple[Perturbations, np.ndarray]:
        moves = Perturbations(changes, reach)
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
            and self._told_of(scale.split(changes))
            and not math.isnan(self.total_before(changes))
            and scale.verdict(changes) == p.verdict
            and (p.remarks is None or scale.remarked_alike(changes, p.remarks))
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


def _reach_of(scores: tuple[float, ...], changes: np.ndarray) -> ChangeGrid:
    """Every change that two scores can make, and those that were made."""
    usual = _usual(scores)
    return usual if usual.holds(changes) else ChangeGrid(np.unique(np.concatenate([usual.changes, changes])))


@cache
def _usual(scores: tuple[float, ...]) -> ChangeGrid:
    return ChangeGrid(np.array(_differences(scores)))


@cache
def _differences(scores: tuple[float, ...]) -> tuple[float, ...]:
    array = np.array(scores)
    return tuple(np.unique(np.round(array[:, None] - array[None, :], 9) + 0.0).tolist())


@cache
def _unit(scores: tuple[float, ...]) -> float | None:
    """The common step of an even scale; None for scores at uneven distances."""
    gaps = np.diff(scores)
    return float(gaps[0]) if np.allclose(gaps, gaps[0]) else None
