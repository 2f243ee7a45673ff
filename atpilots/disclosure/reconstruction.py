"""The intruder's best attempt on one measure: who else could have made the page (R-SDC-14).

The intruder may be one of the people. We assume the worst: that they know who took part and how many, every score that
the questionnaire can give, these rules, and their own answers to every measure. People are *found*, each set checked
against the whole page, so their number can come out too low (then a page tells less than it could), never too high.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from atpilots.disclosure.dataset_search import Grid, People
from atpilots.disclosure.feasible_sets import FeasibleSets, Search
from atpilots.disclosure.published import (
    FEW_SCORES,
    PublishedStatistics,
    averages_alone,
    details,
    published_from,
)
from atpilots.disclosure.rounding import NEAR
from atpilots.disclosure.scale import Scale
from atpilots.estimators import Scores, t_quantile

MANY_PEOPLE = 100  # from so many on, rounding, thresholds and a look at the printed numbers are enough
# Limits of the search, in people compared by their averages: what is not found within them counts as not there, so a
# page tells less.
MOST_COMPARED = 700_000  # for one amount of detail
MOST_IN_ALL = 1_500_000  # for all but the last
MOST_TRIED_BESIDE = 400  # others around each, of whom few read alike in another arm's company, too
MOST_BESIDE = 3000  # people of all the sets that may be the other arm
COST_OF_A_LOOK_BESIDE = 600
COST_OF_A_PAGE = 300  # to print a page about some people takes as long as to compare so many

A_PARTICIPANT_AND_ANOTHER = 2  # people who may be exceptions, of many: one of them knows that they are one
FEWEST_SUMS = 10  # of the scores of many people, on a short scale, are rounded to the same average

Waves = tuple[tuple[float, ...], tuple[float, ...]]


class _Spent(Exception):
    """No more people are looked for."""


def safe_statistics(scale: Scale, before: Sequence[float], after: Sequence[float]) -> PublishedStatistics | None:
    """What may be printed about a measure: the finest detail that passes the audit; None where none does.

    The order of the people makes no difference. The answer is kept for other audiences.
    """
    return _safe_statistics(scale, in_order(before, after))


def in_order(before: Sequence[float], after: Sequence[float]) -> Waves:
    """The same people, whatever order they were given in."""
    waves = np.array([before, after])
    first, second = waves[:, np.lexsort(waves[::-1])].tolist()
    return tuple(first), tuple(second)


def found_alike(scale: Scale, waves: Waves) -> list[Waves]:
    """These people, and others who were found to make the same page."""
    if len(waves[0]) >= MANY_PEOPLE or _safe_statistics(scale, waves) is None:
        return [waves]
    return _audit(scale, waves).found()


def leaves_open_beside(scale: Scale, waves: Waves, same: Callable[[Scores], bool]) -> bool:
    """Whether what is told beside the page of these people, too, leaves an intruder what the page has to leave.

    same: whether others, by their scores before and after, would have it told alike.
    """
    if len(waves[0]) >= MANY_PEOPLE:
        return _safe_statistics(scale, waves) is not None
    return _audit(scale, waves).leaves_open_beside(same)


@lru_cache(maxsize=256)
def _safe_statistics(scale: Scale, waves: Waves) -> PublishedStatistics | None:
    before, after = (np.array(wave) for wave in waves)
    if np.ptp(after - before) < NEAR:
        return None  # everybody changed alike
    if len(before) >= MANY_PEOPLE:
        levels = details(scale, len(before))
        pages = (published_from(scale, before, after, level) for level in levels)
        return next((page for page in pages if page and leaves_room_of_many(page, scale)), None)
    return _audit(scale, waves).finest()


@lru_cache(maxsize=64)
def _audit(scale: Scale, waves: Waves) -> Audit:
    """What was found out about these people is needed again where other arms are told beside them."""
    return Audit(scale, waves)


def leaves_room(page: PublishedStatistics, scale: Scale, fewest: int = 1) -> bool:
    """Whether the printed averages and interval admit as many people as the level wants, and at least the fewest, on
    either side of no change, and as many as the level wants off the ends of the scale.

    Cantelli's inequality: at most n V / (V + m²) of n values with mean m and variance V lie beyond zero.
    """
    if page.before is None or page.after is None or page.change is None or page.low is None or page.high is None:
        return True
    n, half, wanted = page.n, page.detail.step / 2, page.detail.open_people
    variance, nearest = _variance(page.low, page.high, n), max(abs(page.change) - half, page.low, -page.high, 0.0)
    if variance <= 0 or n * variance < (max(wanted, fewest) - NEAR) * (variance + nearest**2):
        return False
    return all(n * (away + half) >= wanted * gap - NEAR for away, gap in _from_the_ends(page.before, page.after, scale))


def leaves_room_of_many(page: PublishedStatistics, scale: Scale) -> bool:
    """The same without a search, also to a participant: whatever their own part in the printed numbers, another may be
    no exception less. All are counted as far from no change, and as near the ends, as the page admits.
    """
    n, half, wanted = page.n, page.detail.step / 2, max(page.detail.open_people, A_PARTICIPANT_AND_ANOTHER)
    nearest = max(abs(page.change or 0.0) - half, page.low or 0.0, -(page.high or 0.0), 0.0)
    if n * (scale.reach - nearest) < wanted * scale.reach - NEAR:
        return False  # nobody changes by more than the scale's range
    if page.before is None or page.after is None or page.low is None or page.high is None:
        return True
    smallest = float(np.diff(scale.scores).min())
    changed = n * (_variance(page.low, page.high, n) + max(page.high, -page.low) ** 2) / smallest**2  # at most so many
    return (
        leaves_room(page, scale, wanted)
        and changed >= wanted - NEAR
        and (len(scale.scores) > FEW_SCORES or n * page.detail.step >= FEWEST_SUMS * smallest - NEAR)
        and all(
            n * (away + half) >= scale.reach + gap - NEAR
            for away, gap in _from_the_ends(page.before, page.after, scale)
        )
    )


def _variance(low: float, high: float, n: int) -> float:
    """The largest variance of changes that an interval admits."""
    return float((n - 1) * ((high - low) / 2 / t_quantile(n)) ** 2)


def _from_the_ends(before: float, after: float, scale: Scale) -> list[tuple[float, float]]:
    """How far each average lies from each end of the scale, and how far the nearest other score does."""
    scores = scale.scores
    return [
        pair
        for mean in (before, after)
        for pair in ((mean - scores[0], scores[1] - scores[0]), (scores[-1] - mean, scores[-1] - scores[-2]))
    ]


class Audit:
    """What may be told of some people on one scale, from the finest level of detail on."""

    def __init__(self, scale: Scale, waves: Waves) -> None:
        self._scale, self._levels = scale, details(scale, len(waves[0]))
        self._grid = Grid(np.union1d(scale.scores, np.concatenate(waves)))
        self._people = self._grid.people(*map(np.array, waves))
        self._limit = 0
        self._telling: set[PublishedStatistics] = set()  # pages that may be told of nobody
        self._known: dict[tuple[int, People], bool] = {}
        self._found: dict[People, list[People]] = {}  # who else makes the finer pages of some

    def finest(self) -> PublishedStatistics | None:
        """The page of the finest level that passes; None where none does."""
        people, last = self._people, len(self._levels) - 1
        for place in range(last + 1):
            page = self._page(place, people)
            self._limit = self._grid.compared + MOST_COMPARED
            self._limit = self._limit if place == last else min(self._limit, MOST_IN_ALL)
            try:
                if self._passes(place, people):
                    return page
            except _Spent:  # so the page is not told, whoever of those who make it are the true people
                self._telling |= {page} if page else set()
        return None

    def _page(self, place: int, people: People) -> PublishedStatistics | None:
        self._grid.compared += COST_OF_A_PAGE
        return published_from(self._scale, *self._grid.waves(people), self._levels[place])

    def _passes(self, place: int, people: People) -> bool:
        """Whether that level would tell no intruder too much of these people, be they the true ones or others."""
        if (place, people) not in self._known:
            page = self._page(place, people)
            self._known[place, people] = (
                page is not None
                and page not in self._telling
                and leaves_room(page, self._scale)  # else a search would find too few, only later
                and self._leaves_open(place, page, people)
            )
        return self._known[place, people]

    def found(self) -> list[Waves]:
        """The people, and others who were found to make the page that passes."""
        sets = dict.fromkeys([self._people, *self._found.get(self._people, ())])
        each = (self._grid.waves(others) for others in itertools.islice(sets, MOST_BESIDE // len(self._people)))
        return [(tuple(first.tolist()), tuple(second.tolist())) for first, second in each]

    def leaves_open_beside(self, same: Callable[[Scores], bool]) -> bool:
        """Whether there are others enough of whom the averages of the page that passes, and more beside, are the same.

        Of one person, at least, it leaves open what a page must; where it does not, nothing is told instead.
        """
        people, page = self._people, self.finest()
        if page is None:
            return False
        place, told = self._levels.index(page.detail), averages_alone(page)
        finer = [at for at in range(place) if self._levels[at].step < page.detail.step]
        self._limit = self._grid.compared + MOST_COMPARED

        def counts(others: People) -> bool:
            if self._grid.compared > self._limit:
                raise _Spent
            self._grid.compared += COST_OF_A_LOOK_BESIDE
            if not same(self._grid.waves(others)):
                return False
            theirs = self._page(place, others)
            return (
                theirs is not None
                and averages_alone(theirs) == told
                and not any(self._passes(at, others) for at in finer)
            )

        feasible = FeasibleSets(self._grid, self._scale, people, told)
        search = Search(self._grid, feasible, counts, MOST_TRIED_BESIDE)
        try:
            search.consider(self._found.get(people, [people]))
            return search.supports(people, told)
        except _Spent:
            return False

    def _leaves_open(self, place: int, page: PublishedStatistics, people: People) -> bool:
        """Whether there are others enough of whom that level tells the same, every finer one having failed."""

        def counts(others: People) -> bool:
            if self._grid.compared > self._limit:
                raise _Spent
            same = self._page(place, others) == page
            return same and not any(self._passes(finer, others) for finer in range(place))

        feasible = FeasibleSets(self._grid, self._scale, people, page)
        search = Search(self._grid, feasible, counts)
        search.consider(self._found.get(people, [people]))
        # Those with a finer page that may be told of nobody count without being asked, so they come first.
        finer = (self._page(place, people) for place in range(place))
        like = next((other for other in finer if other in self._telling), page)
        try:
            passed = search.supports(people, like) or (like != page and search.supports(people, page))
        finally:
            self._found[people] = list(feasible.sets)
        if not feasible.supported():
            self._telling.add(page)
        return passed
