"""Ceiling effect: whether a page may say that many had the best possible score before, and so had no room to improve.

The sentence tells of the answers, and so does its absence. Whether it *may* be said follows from what the page prints
anyway; both having it and not having it must leave the intruder as many sets of answers as the audit wants.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atpilots.disclosure.dataset_search import Accept, Changes, Search
from atpilots.disclosure.mean_counts import count_sets_with_mean
from atpilots.disclosure.published import PublishedStatistics
from atpilots.disclosure.reconstruction import audit, finer_pages_fail
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.score_pairs import ScorePairs, is_even, sets_near, spread
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS

MANY_AT_BEST = 0.15  # C-10


def many_at_best(scale: Scale, before: Sequence[float], threshold: int) -> bool:
    """More than 15% had the best possible score before; they and all others are as many as the threshold (R-SDC-02)."""
    return _many_enough(_at_best(scale, before), len(before), threshold)


def _at_best(scale: Scale, scores: Sequence[float] | np.ndarray) -> int:
    return int(np.isclose(scores, scale.best).sum())


def _many_enough(count: int, n: int, threshold: int) -> bool:
    return count > MANY_AT_BEST * n and count >= threshold and n - count >= threshold


def best_may_be_remarked(printed: PublishedStatistics, scale: Scale, changes: np.ndarray, total_before: float) -> bool:
    """Whether at least 20 sets of scores before, and after, and of changes, fit the page with the remark and without.

    On a coarse page, only those changes count whose finer pages would have failed too.
    """
    fails = finer_pages_fail(scale, printed, changes, total_before)
    return all(_enough_are(wanted, printed, scale, changes, fails) for wanted in (True, False))


def _enough_are(wanted: bool, printed: PublishedStatistics, scale: Scale, changes: np.ndarray, fails: Accept) -> bool:
    """Whether enough answers fit of which the remark is true, or is not true."""
    n, threshold = printed.n, printed.detail.threshold
    numbers = [number for number in range(n + 1) if _many_enough(number, n, threshold) == wanted]
    if not is_even(scale.scores):

        def room(sets: Changes) -> bool:  # those at the best score did not get better
            return n - scale.directions(sets)[0] >= numbers[0] and fails(sets)

        return _enough_by_sums(numbers, printed, scale) and audit(printed, scale, changes, room).passed
    search, fitting = Search(printed, scale), list[ScorePairs]()

    def consistent(before: np.ndarray, after: np.ndarray) -> bool:
        return search.same_averages(before, after) and _at_best(scale, before) in numbers

    def could_be(sets: Changes) -> bool:
        array = np.array(sets)
        total = search.total_before(array)
        people = (spread(scale.scores, array, total, (scale.best, number)) for number in numbers)
        found = next(filter(None, people), None)
        if found is None or not fails(sets):
            return False
        fitting.append(found)
        return True

    passed = audit(printed, scale, changes, could_be).passed
    return passed and min(sets_near(scale.scores, fitting, consistent, MIN_FEASIBLE_DATASETS)) >= MIN_FEASIBLE_DATASETS


def _enough_by_sums(numbers: Sequence[int], printed: PublishedStatistics, scale: Scale) -> bool:
    """The same of the scores before alone, where they are unevenly far apart."""
    n, half = printed.n, printed.detail.step / 2

    def counts(bottom: int, top: int) -> bool:
        return (top if scale.better == "higher" else bottom) in numbers

    found = count_sets_with_mean(scale.scores, n, printed.before - half, printed.before + half, counts)
    return found >= MIN_FEASIBLE_DATASETS
