"""Two arms side by side: the difference between them, and what of it an intruder may be told (R-SDC-14).

Each arm's own numbers pass the audit as if it stood alone. The difference ties them together: so it is told only where,
beside some people who could have made the other arm's page, people enough of either could have made it and their own
arm's page. Somebody who knows everybody's answers in one arm has filled in all its forms, and is not covered.

Where too few could have, nothing is told of the other arm. It would be withheld too if its own numbers were, with the
same words; so that tells nothing of the piloted arm, whose page stays as it would be without any other.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from atpilots.disclosure.dataset_search import nearest
from atpilots.disclosure.protected import Unlike
from atpilots.disclosure.published import STEPS, PublishedStatistics
from atpilots.disclosure.reconstruction import Waves, found_alike, leaves_open_beside, safe_statistics
from atpilots.disclosure.rounding import NEAR, rounded, rounded_down, rounded_up
from atpilots.disclosure.scale import Scale
from atpilots.estimators import Scores, Verdict, WithInterval, adjusted_difference_of, difference_in_change_of, verdict

UNLIKE_SDS = 0.25  # of the baselines: arms that were not drawn by lot, and differ by more, tell nothing of the change


@dataclasses.dataclass(frozen=True)
class PublishedDifference:
    """All that a page prints of a measure's difference between two arms: adjusted for the baseline, and unadjusted."""

    step: float
    adjusted: WithInterval
    unadjusted: WithInterval
    verdict: Verdict
    unlike: Unlike | None


@dataclasses.dataclass(frozen=True)
class Contrast:
    """How a difference between two arms is judged: the scale, what difference matters, and whether a lot was drawn."""

    scale: Scale
    important: tuple[float, float] | None
    random: bool


def difference_told(contrast: Contrast, first: Scores, second: Scores, step: float) -> PublishedDifference | None:
    """What is printed of the difference of the first arm from the second; None where there is no interval."""
    adjusted, unadjusted = (
        tuple(map(float, find(first, second))) for find in (adjusted_difference_of, difference_in_change_of)
    )
    if math.isnan(adjusted[1]) or math.isnan(unadjusted[1]):
        return None
    word, other = (
        verdict(low, high, contrast.scale.better, contrast.important) for _, low, high in (adjusted, unadjusted)
    )
    unlike: Unlike | None = None
    if not contrast.random:
        unlike = "start" if _differ_at_the_start(first[0], second[0]) else "methods" if word != other else None
    told = [
        (rounded(at, step), rounded_down(low, step), rounded_up(high, step)) for at, low, high in (adjusted, unadjusted)
    ]
    return PublishedDifference(step, told[0], told[1], "unclear" if unlike else word, unlike)


def step_between(scale: Scale, one: PublishedStatistics, other: PublishedStatistics) -> float:
    """To what a difference is rounded: as coarsely as either arm, and as two steps of one person in the smaller arm.

    By what is printed alone, so it tells nothing of whether a finer one would have passed.
    """
    of_one_person = scale.reach / (len(scale.scores) - 1) / min(one.n, other.n)
    least = max(one.detail.step, other.detail.step, 2 * of_one_person)
    return next((step for step in STEPS if step >= least - NEAR), least)


def _differ_at_the_start(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether the average baselines lie further apart than a quarter of the pooled standard deviation."""
    freedom = len(first) + len(second) - 2
    pooled = ((len(first) - 1) * first.var(ddof=1) + (len(second) - 1) * second.var(ddof=1)) / freedom
    return bool(abs(first.mean() - second.mean()) > UNLIKE_SDS * math.sqrt(pooled))


class Others:
    """The people of one arm, and others who may have been there instead, all at once."""

    def __init__(self, found: Sequence[Waves]) -> None:
        self._first, self._second = (np.array([waves[wave] for waves in found]) for wave in (0, 1))

    def may_tell(self, told: PublishedDifference, contrast: Contrast, arm: Scores, piloted: bool) -> bool:
        """Whether beside that arm any of them would have it told; piloted: whether these are the piloted arm's."""
        mine = self._first, self._second
        sides = (mine, arm) if piloted else (arm, mine)
        fits = np.ones(len(self._first), dtype=bool)
        ways: tuple[Callable[[np.ndarray], np.ndarray], ...] = nearest, np.floor, np.ceil
        for find, printed in ((adjusted_difference_of, told.adjusted), (difference_in_change_of, told.unadjusted)):
            for values, number, to_step in zip(find(*sides), printed, ways, strict=True):
                fits &= abs(to_step(np.round(values / told.step, 9)) * told.step - number) < told.step / 2
        each = ((self._first[place], self._second[place]) for place in np.flatnonzero(fits))
        pairs = ((other, arm) if piloted else (arm, other) for other in each)
        return any(difference_told(contrast, one, other, told.step) == told for one, other in pairs)


@dataclasses.dataclass
class ArmsAudit:
    """What may be told of one measure in the piloted arm beside each other arm, one after the other."""

    contrast: Contrast
    piloted: Waves
    told: list[tuple[Others, PublishedDifference]] = dataclasses.field(default_factory=list)

    def beside(self, others: Waves) -> tuple[PublishedStatistics, PublishedDifference] | None:
        """The other arm's own numbers and the difference; None where either may not be told."""
        found = _beside(self.contrast, self.piloted, others, tuple(self.told))
        if found is None:
            return None
        statistics, difference, there = found
        self.told.append((there, difference))
        return statistics, difference


@lru_cache(maxsize=256)  # for other audiences, as of one arm alone: nothing here depends on who reads
def _beside(
    contrast: Contrast,
    piloted: Waves,
    others: Waves,
    before: tuple[tuple[Others, PublishedDifference], ...],
) -> tuple[PublishedStatistics, PublishedDifference, Others] | None:
    """The other arm's own numbers, the difference, and who may be in that arm; before: what is told of other arms."""
    scale = contrast.scale
    mine, theirs = (safe_statistics(scale, *waves) for waves in (piloted, others))
    if mine is None or theirs is None or mine.detail.one_end or theirs.detail.one_end:
        return None
    step = step_between(scale, mine, theirs)
    difference = difference_told(contrast, scores_of(piloted), scores_of(others), step)
    if difference is None:
        return None
    here, there = (Others(found_alike(scale, waves)) for waves in (piloted, others))
    told = [*before, (there, difference)]
    if not (
        leaves_open_beside(
            scale, others, lambda arm: here.may_tell(difference, contrast, arm, piloted=True)
        )
        and leaves_open_beside(
            scale, piloted,
            lambda arm: all(other.may_tell(one, contrast, arm, piloted=False) for other, one in told),
        )
    ):  # fmt: skip
        return None
    return theirs, difference, there


def scores_of(waves: Waves) -> Scores:
    """People's scores as arrays."""
    return np.array(waves[0]), np.array(waves[1])
