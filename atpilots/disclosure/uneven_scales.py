"""Scales whose scores lie unevenly apart: an average can tell how many people are beyond a wide gap, or at one score.

Of 0, 1, 20 and 400 days an average of 202 among 20 people says that ten had 400. Many sets of answers fit such a page,
and all have that number in common; so the number itself must stay open.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from atpilots.disclosure.enumeration import every_set
from atpilots.disclosure.perturbation import NEAR
from atpilots.disclosure.published import PublishedStatistics
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import MIN_POSSIBLE_COUNTS
from atpilots.estimators import t_quantile


def counts_stay_ambiguous(printed: PublishedStatistics, scale: Scale) -> bool:
    """Whether both averages, and how far apart the interval's ends are, leave every number of people open: at a score,
    from it on, or with a change as large.
    """
    n, half = printed.n, printed.detail.step / 2
    sums = [(n * (mean - half), n * (mean + half)) for mean in (printed.before, printed.after)]
    return all(stays_ambiguous(scale.scores, n, *window) for window in sums) and stays_ambiguous(
        _squares(scale.scores), n, *_squares_told(printed)
    )


def stays_ambiguous(values: tuple[float, ...], n: int, low: float, high: float) -> bool:
    """Whether the sum of n of these values (in ascending order), from `low` to `high`, leaves each number of people, at
    a value or from it on, open between five, or lets it be nobody or everybody.
    """
    found = enumerated_counts(values, n, low, high) if every_set(values, n) else bounded_counts(values, n, low, high)
    return all(least == 0 or most == n or most - least + 1 >= MIN_POSSIBLE_COUNTS for least, most in found)


def enumerated_counts(values: tuple[float, ...], n: int, low: float, high: float) -> list[tuple[int, int]]:
    """The least and the largest number at each value, and beyond it, of all sets that add up so."""
    sets = every_set(values, n)
    if sets is None:
        return []
    counts = sets.counts[(sets.totals >= low - NEAR) & (sets.totals <= high + NEAR)]
    numbers = np.hstack([counts, n - np.cumsum(counts, axis=1)[:, :-1]])
    return list(zip(numbers.min(axis=0).tolist(), numbers.max(axis=0).tolist(), strict=True)) if len(numbers) else []


def bounded_counts(values: tuple[float, ...], n: int, low: float, high: float) -> list[tuple[int, int]]:
    """The same of too many sets to try, by the smallest and the largest sum that goes with each number: so they can be
    too far apart, never too close.
    """
    array, people = np.array(values), np.arange(n + 1)
    at, others = array[:, None], n - people
    smallest = np.where(at == array[0], array[1], array[0])  # whoever is not at this value is at another
    largest = np.where(at == array[-1], array[-2], array[-1])
    there = (people * at + others * smallest <= high + NEAR) & (people * at + others * largest >= low - NEAR)
    beyond = (people * at[1:] + others * array[0] <= high + NEAR) & (
        people * array[-1] + others * at[:-1] >= low - NEAR
    )
    fitting = (np.flatnonzero(row) for row in np.vstack([there, beyond]))
    return [(int(numbers[0]), int(numbers[-1])) for numbers in fitting if len(numbers)]


def _squares_told(printed: PublishedStatistics) -> tuple[float, float]:
    """From where to where the sum of the squared changes lies."""
    n, step, quantile = printed.n, printed.detail.step, t_quantile(printed.n)
    widths = max(printed.high - printed.low - 2 * step, 0.0), printed.high - printed.low
    around = [(n - 1) * n * (width / 2 / quantile) ** 2 for width in widths]
    nearest = max(abs(printed.change) - step / 2, 0.0)
    return around[0] + n * nearest**2, around[1] + n * (abs(printed.change) + step / 2) ** 2


@lru_cache(maxsize=64)
def _squares(scores: tuple[float, ...]) -> tuple[float, ...]:
    array = np.array(scores)
    return tuple(np.unique(np.round((array[:, None] - array[None, :]) ** 2, 9)).tolist())
