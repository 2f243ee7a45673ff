"""Tables of numbers of people: what is withheld, and what an intruder can work out of the rest (R-SDC-02 to 06).

A table is told only where every withheld cell stays open: between 1 and the threshold − 1 at least, or between at least
five numbers. The bounds are exact: the smallest and the largest value of each cell over all whole-number tables that
agree with what is printed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from atpilots.headcounts import Count
from atpilots.rounding import COUNT_BASE, rounded_count

FEWEST_OPEN = 5  # R-SDC-06


@dataclasses.dataclass(frozen=True)
class Told:
    """A table's cells as they may be told, and their total."""

    cells: tuple[Count, ...]
    total: Count


def told_counts(counts: Sequence[int], threshold: int, rounding: bool = True) -> Told:
    """A row of counts as it may be told; all withheld where less withholding would not protect.

    Withheld are cells that hold fewer people than the threshold or leave fewer outside, nought and everybody included;
    then, where one could be had by subtraction, the smallest of the others too. The audit assumes that the intruder
    knows the total exactly. The total told is the sum of the cells told, where all are.
    """
    total = sum(counts)
    hidden = {place for place, count in enumerate(counts) if min(count, total - count) < threshold}
    others = sorted((count, place) for place, count in enumerate(counts) if place not in hidden)
    for _ in range(len(others) + 1):
        told = _told(counts, hidden, rounding)
        if safe(Told(told.cells, Count(total)), threshold):
            return told
        if others:
            hidden.add(others.pop(0)[1])
    nothing = Count(None)
    return Told((nothing,) * len(counts), nothing)


def _told(counts: Sequence[int], hidden: set[int], rounding: bool) -> Told:
    cells = tuple(
        Count(None) if place in hidden else Count(rounded_count(count) if rounding else count, about=rounding)
        for place, count in enumerate(counts)
    )
    if hidden:
        return Told(cells, Count(rounded_count(sum(counts)) if rounding else sum(counts), about=rounding))
    return Told(cells, Count(sum(cell.shown or 0 for cell in cells), about=rounding))


def safe(told: Told, threshold: int) -> bool:
    """Whether every withheld cell stays open enough (R-SDC-06)."""
    return all(
        cell.shown is not None or _open(bounds, threshold)
        for cell, bounds in zip(told.cells, feasible(told), strict=True)
    )


def _open(bounds: tuple[int, int], threshold: int) -> bool:
    low, high = bounds
    return (low <= 1 and high >= threshold - 1) or high - low + 1 >= FEWEST_OPEN


def feasible(told: Told) -> list[tuple[int, int]]:
    """The smallest and the largest number that each cell can hold, given all that is told."""
    ranges = [_range(cell) for cell in told.cells]
    low_total, high_total = _range(told.total)
    lows, highs = (np.array([bound[side] for bound in ranges]) for side in (0, 1))
    # With one sum over all cells, the bounds of each follow from the extremes of the others.
    return [
        (
            int(max(low, low_total - (highs.sum() - high))),
            int(min(high, high_total - (lows.sum() - low))),
        )
        for low, high in zip(lows, highs, strict=True)
    ]


MOST_PEOPLE = 1_000


def _range(count: Count) -> tuple[int, int]:
    if count.shown is None:
        return 0, MOST_PEOPLE
    spare = COUNT_BASE // 2 if count.about else 0
    return max(0, count.shown - spare), count.shown + spare
