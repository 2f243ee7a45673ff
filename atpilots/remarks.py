"""What the page's sentences tell of a measure beside its numbers, each a bit that an intruder can use.

The findings decide these for the page; they are decided here a second time, for the answers that an intruder tries.
A test holds the two together.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Literal

import numpy as np

from atpilots.estimators.signflip import sign_flip_test
from atpilots.verdicts import verdict

MANY_TIES = 0.30  # C-11
LEVEL = 0.05

Better = Literal["higher", "lower"]
Zone = tuple[float, float] | None


@dataclasses.dataclass(frozen=True)
class Remarks:
    """C-11: many had the same score twice; C-19: the methods agree; C-20: one person decides the verdict."""

    many_ties: bool
    methods_agree: bool
    one_person_decides: bool


@lru_cache(maxsize=4096)
def remarks(changes: tuple[float, ...], better: Better, important: Zone) -> Remarks:
    """What the page remarks of people with these changes."""
    from atpilots.printed import plus_four, t_interval_of

    array, sign = np.array(changes), 1 if better == "higher" else -1
    signs = np.sign(array) * sign
    low, high = t_interval_of(array)
    chance, chance_low, chance_high = plus_four(tuple(int((signs == way).sum()) for way in (1, 0, -1)))
    excludes = {not low <= 0 <= high, sign_flip_test(array).p_value < LEVEL, not chance_low <= 0.5 <= chance_high}
    return Remarks(
        many_ties=bool((array == 0).mean() >= MANY_TIES),
        methods_agree=len(excludes) == 1 and bool(np.sign(array.sum()) * sign * np.sign(chance - 0.5) >= 0),
        one_person_decides=_without_each(array, better, important) != {verdict(low, high, better, important)},
    )


def _without_each(changes: np.ndarray, better: Better, important: Zone) -> set[str]:
    """The verdicts without one person, for each person."""
    from atpilots.printed import t_interval

    others = np.unique(changes)
    ends = t_interval(len(changes) - 1, changes.sum() - others, (changes**2).sum() - others**2)
    return {verdict(float(low), float(high), better, important) for low, high in zip(*ends, strict=True)}
