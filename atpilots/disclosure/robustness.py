"""The words that a page tells of a measure beside its numbers, each something that an intruder can use.

A function of the changes alone: of the true ones for the page, and of every set of changes that an intruder tries.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np

from atpilots.disclosure.rounding import NEAR
from atpilots.estimators import Verdict, sign_flip_test, t_interval, verdict
from atpilots.instruments import Better

MANY_TIES = 0.30  # C-11
LEVEL = 0.05

Changes = tuple[float, ...]  # in ascending order
Zone = tuple[float, float] | None


@dataclasses.dataclass(frozen=True)
class RobustnessFlags:
    """C-11: many had the same score twice; C-19: the methods agree; C-20: one person decides the verdict."""

    many_ties: bool
    methods_agree: bool
    one_person_decides: bool


@lru_cache(maxsize=4096)
def robustness_flags(
    changes: Changes, interval: tuple[float, float], better: Better, important: Zone
) -> RobustnessFlags:
    """What the page remarks of people with these changes; interval: `t_interval_of` them."""
    return RobustnessFlags(
        many_ties=changes.count(0.0) / len(changes) >= MANY_TIES,
        methods_agree=_methods_agree(changes, *interval),
        one_person_decides=_one_person_decides(changes, verdict(*interval, better, important), better, important),
    )


def _methods_agree(changes: Changes, low: float, high: float) -> bool:
    """Whether the t interval and the exact sign-flip test both leave room for no change, or neither does.

    Changes of more than two decimals (utilities) are tested as multiples of a hundredth of the power of ten below the
    largest: exactly, their sums are too many to be counted for each set that an intruder tries.
    """
    tested = np.array(changes)
    if abs(tested - tested.round(2)).max() > NEAR:
        grain = 10.0 ** np.floor(np.log10(abs(tested).max())) / 100
        tested = (tested / grain).round()
    return (sign_flip_test(tested).p_value < LEVEL) == (not low <= 0 <= high)


def _one_person_decides(changes: Changes, told: Verdict, better: Better, important: Zone) -> bool:
    """Whether the word would be another without somebody; of two people none can be spared."""
    if len(changes) < 3:
        return False
    values, left = np.unique(np.array(changes)), len(changes) - 1
    total, squares = np.sum(changes), np.sum(np.square(changes))
    lows, highs = t_interval(left, total - values, squares - values**2)
    return any(verdict(low, high, better, important) != told for low, high in zip(lows, highs, strict=True))
