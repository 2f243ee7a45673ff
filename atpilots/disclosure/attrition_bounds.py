"""Worst-case bounds for those who left: the average change had all of them ended at an end of the scale.

Bounds tell of the leavers' answers. They are told where enough sets of scores fit, even for an intruder who knows the
answers of everybody else.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

from atpilots.disclosure.rounding import NEAR, rounded_down, rounded_up
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS

BOUNDS_STEP = 0.5  # C-07
APART = 1e-6  # sums of scores that differ, differ by more
MOST_NODES = 20_000  # a limit of the search: reaching it makes us more careful


@dataclasses.dataclass(frozen=True)
class Leavers:
    """Those who answered before only: how many, and the sum of their scores; beside the sum of the others' changes."""

    number: int
    total_before: float
    stayers: int
    total_change: float

    def change_if_all_ended_at(self, score: float) -> float:
        """The average change of everybody who started, had every leaver ended at that score."""
        return (self.total_change + self.number * score - self.total_before) / (self.number + self.stayers)


def bounds_told(scale: Scale, leavers: Leavers) -> tuple[float, float] | None:
    """The average change had all leavers ended at the lowest or at the highest score, outward to half points.

    None where fewer than 20 sets of the leavers' scores fit, though the intruder knew everybody else's answers.
    """
    ends = scale.scores[0], scale.scores[-1]
    low, high = (leavers.change_if_all_ended_at(end) for end in ends)
    disclosed = rounded_down(low, BOUNDS_STEP), rounded_up(high, BOUNDS_STEP)
    people, known = leavers.number + leavers.stayers, leavers.total_change
    # Each bound, turned round: the sums of the leavers' scores that it can come from. Where it would be a step off,
    # the next one would be told.
    at_low, at_high = (known + leavers.number * end for end in ends)
    most = min(at_low - people * disclosed[0], at_high - people * (disclosed[1] - BOUNDS_STEP) - APART)
    least = max(at_low - people * (disclosed[0] + BOUNDS_STEP) + APART, at_high - people * disclosed[1])
    fits = count_sets_with_mean(scale.scores, leavers.number, least / leavers.number, most / leavers.number)
    return disclosed if fits >= MIN_FEASIBLE_DATASETS else None


def count_sets_with_mean(scores: Sequence[float], n: int, low: float, high: float) -> int:
    """How many different sets of n scores have a mean from `low` to `high`; counting stops at 20.

    Seen from the nearer end of the scale, a set is the list of those who are not at that end.
    """
    bottom, top = min(scores), max(scores)
    if top - (low + high) / 2 < (low + high) / 2 - bottom:
        distances, low, high = {round(top - score, 9) for score in scores}, top - high, top - low
    else:
        distances, low, high = {round(score - bottom, 9) for score in scores}, low - bottom, high - bottom
    descending = sorted(distances - {0.0}, reverse=True)
    most = 0
    for far_first in (True, False):  # the search is cut short: what is rare from one side may not be from the other
        found = _sums(descending, n, n * low - NEAR, n * high + NEAR, far_first)
        most = max(most, sum(1 for _ in itertools.islice(found, MIN_FEASIBLE_DATASETS)))
        if most == MIN_FEASIBLE_DATASETS:
            break
    return most


def _sums(distances: list[float], n: int, low: float, high: float, far_first: bool) -> Iterator[None]:
    """Once for each multiset of at most n distances (given largest first) whose sum lies from low to high."""
    stack = [(0, n, low, high)]
    for _ in range(MOST_NODES):
        if not stack:
            return
        first, left, least, most = stack.pop()
        if least <= 0:
            yield
        if left:
            fitting = [i for i in range(first, len(distances)) if distances[i] <= most and distances[i] * left >= least]
            places = reversed(fitting) if far_first else fitting
            stack += [(i, left - 1, least - distances[i], most - distances[i]) for i in places]
