"""How many different sets of scores have a given mean: what a printed average alone leaves open."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from atpilots.disclosure.rounding import NEAR
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS

MOST_NODES = 20_000  # a limit of the search: reaching it makes us more careful


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
