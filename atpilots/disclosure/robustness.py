"""The words that the page tells of a measure beside its numbers, each something that an intruder can use.

A function of the changes alone: of the true ones for the page, and of every set of changes that an intruder tries.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np

from atpilots.estimators import (
    Verdict,
    directions_of,
    p_values_without,
    plus_four,
    sign_flip_test,
    t_interval_of,
    verdict,
)
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


def robustness_flags(changes: Changes, better: Better, important: Zone) -> RobustnessFlags:
    """What the page remarks of people with these changes."""
    return RobustnessFlags(
        many_ties=_many_ties(changes),
        methods_agree=methods_agree(changes, better),
        one_person_decides=_one_person_decides(changes, better, important),
    )


def same_flags(changes: Changes, better: Better, important: Zone, disclosed: RobustnessFlags) -> bool:
    """Whether the page remarks just that of people with these changes: the same, the quickest first."""
    return (
        _many_ties(changes) == disclosed.many_ties
        and methods_agree(changes, better) == disclosed.methods_agree
        and _one_person_decides(changes, better, important) == disclosed.one_person_decides
    )


@lru_cache(maxsize=4096)
def settled(changes: Changes, better: Better, important: Zone) -> Verdict:
    """The verdict on people with these changes, lowered to unclear where the methods disagree or nobody is left."""
    return _settled(changes, better, important, lambda: methods_agree(changes, better))


def _settled(changes: Changes, better: Better, important: Zone, agree: Callable[[], bool]) -> Verdict:
    if len(changes) < 2:
        return "unclear"
    found = verdict(*t_interval_of(changes), better, important)
    return found if found == "unclear" or agree() else "unclear"


@lru_cache(maxsize=4096)
def methods_agree(changes: Changes, better: Better) -> bool:
    """Whether t interval, exact permutation test and plus-4 interval all leave room for no change, or none does and the
    average and the probability of improvement lie on the same side. Where there is room for no change, which side an
    estimate lies on is chance.
    """
    return _agree(changes, better, lambda: sign_flip_test(np.array(changes)).p_value)


def _agree(changes: Changes, better: Better, p_value: Callable[[], float]) -> bool:
    """p_value: of the exact test of these changes, the slowest of the methods."""
    low, high = t_interval_of(changes)
    chance, chance_low, chance_high = plus_four(directions_of(changes, better))
    excludes = not low <= 0 <= high
    if (not chance_low <= 0.5 <= chance_high) != excludes or (p_value() < LEVEL) != excludes:
        return False
    side = low > 0 if better == "higher" else high < 0
    return not excludes or side == (chance > 0.5)


def _many_ties(changes: Changes) -> bool:
    return changes.count(0.0) / len(changes) >= MANY_TIES


@lru_cache(maxsize=4096)
def _one_person_decides(changes: Changes, better: Better, important: Zone) -> bool:
    """Whether the verdict, as told, would be another without somebody."""
    disclosed = settled(changes, better, important)
    tests = cache(lambda: p_values_without(np.array(changes)))

    def without(left: float) -> Verdict:
        place = changes.index(left)
        others = changes[:place] + changes[place + 1 :]
        return _settled(others, better, important, lambda: _agree(others, better, lambda: p_value(left, others)))

    def p_value(left: float, others: Changes) -> float:
        known = tests()
        return sign_flip_test(np.array(others)).p_value if known is None else known[left]

    return any(without(left) != disclosed for left in sorted(set(changes), key=abs, reverse=True))
