"""What a page prints about one measure, as a function of the answers: of the true ones, and of an intruder's.

The change is after − before in score points throughout, whatever counts as better.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from atpilots.disclosure.bands import Bands, rounded_bands
from atpilots.disclosure.robustness import RobustnessFlags, robustness_flags
from atpilots.disclosure.rounding import NEAR, rounded, rounded_down, rounded_up
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import FEWEST_APART, disclosed_part
from atpilots.estimators import CHANGE_DIGITS, Verdict, directions_of, t_interval_of, verdict

FEW_SCORES, FEW_PAIRS, COARSE_STEP = 4, 20, 0.5  # on scales of so few scores, below so many pairs, finer steps fail
FINE_STEP, FINE_STEP_OF_AN_INDEX = 0.1, 0.01
SMALL_RANGE = 2.0  # score ranges up to this are those of indices
COARSEST_PART = 4  # no step is coarser than a quarter of the scale's range, or the page tells nothing
ONE_END_PART = 10  # one end alone is told to a tenth of the range, or finer
MANY_AT_BEST = 0.15  # C-10
STEPS = tuple(round(digit * 10.0**power, 2) for power in range(-2, 3) for digit in (1, 2, 5))  # 0.01, 0.02, 0.05 …


@dataclasses.dataclass(frozen=True)
class DetailLevel:
    """How much a page tells, and of how many people, at least, it must leave open what is true of nearly everybody.

    remarks: how many got better, scored in each band, had the best score before; whether the methods agree, one person
    decides, many had the same score twice. one_end: only the end of the interval nearer to no change, and the word.
    """

    step: float
    open_people: int
    remarks: bool = False
    one_end: bool = False


@dataclasses.dataclass(frozen=True)
class PublishedStatistics:
    """All that a page prints about one measure."""

    n: int
    detail: DetailLevel
    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    improved: int | None = None  # the rounded number who got better
    bands: Bands | None = None
    at_best: bool = False
    remarks: RobustnessFlags | None = None


def details(scale: Scale, n: int) -> list[DetailLevel]:
    """Every amount of detail in which a measure may be told, the finest first (R-SDC-13 and 14).

    A coarse page tells that finer ones failed. With one demand at all levels those who fell back would be just those of
    whom something is certain, so the demand falls with the step.
    """
    first, *coarser = rounding_steps(scale, n)
    return [
        *([DetailLevel(first, 3, remarks=True)] if n >= 2 * FEWEST_APART else []),
        DetailLevel(first, 3),
        *(DetailLevel(step, 2) for step in coarser),
        DetailLevel(max(step for step in (first, *coarser) if step in (first,) or step <= scale.reach / ONE_END_PART),
                    1, one_end=True),
    ]  # fmt: skip


def rounding_steps(scale: Scale, n: int) -> list[float]:
    """The steps to which scores may be rounded: 0.1, 0.2, 0.5, 1, 2, 5 … up to a quarter of the scale."""
    few = len(scale.scores) <= FEW_SCORES and n < FEW_PAIRS
    first = COARSE_STEP if few else FINE_STEP_OF_AN_INDEX if scale.reach <= SMALL_RANGE else FINE_STEP
    return [step for step in STEPS if step == first or first < step <= scale.reach / COARSEST_PART]


def published_from(
    scale: Scale, before: np.ndarray, after: np.ndarray, detail: DetailLevel
) -> PublishedStatistics | None:
    """What a page with that much detail prints about people with these scores; None where it has nothing to print."""
    n, step = len(before), detail.step
    changes = tuple(sorted((np.round(after - before, CHANGE_DIGITS) + 0.0).tolist()))
    low, high = t_interval_of(changes)
    word = verdict(low, high, scale.better, scale.important)
    if detail.one_end:
        if low <= 0 <= high:
            return None
        least, most = (rounded_down(low, step), None) if low > 0 else (None, rounded_up(high, step))
        return PublishedStatistics(n, detail, None, None, None, least, most, word)
    bands = rounded_bands(scale.cut, before, after, FEWEST_APART) if detail.remarks and scale.cut else None
    better = directions_of(changes, scale.better)[0] if detail.remarks else 0
    return PublishedStatistics(
        n=n,
        detail=detail,
        before=rounded(float(before.sum()) / n, step),
        after=rounded(float(after.sum()) / n, step),
        change=rounded(sum(changes) / n, step),
        low=rounded_down(low, step),
        high=rounded_up(high, step),
        verdict=word,
        improved=disclosed_part(better, n, FEWEST_APART) if detail.remarks else None,
        bands=bands,
        at_best=detail.remarks and not bands and many_at_best(scale, before, FEWEST_APART),
        remarks=robustness_flags(changes, (low, high), scale.better, scale.important) if detail.remarks else None,
    )


def averages_alone(page: PublishedStatistics) -> PublishedStatistics:
    """What is printed of an arm beside another one: averages, change and interval, and nothing that these decide."""
    detail = dataclasses.replace(page.detail, open_people=1, remarks=False)
    return dataclasses.replace(
        page, detail=detail, verdict="unclear", improved=None, bands=None, at_best=False, remarks=None
    )


def many_at_best(scale: Scale, before: np.ndarray, threshold: int) -> bool:
    """C-10: more than 15% had the best possible score before; they and all others are as many as the threshold."""
    n, count = len(before), int((abs(before - scale.best) < NEAR).sum())
    return count > MANY_AT_BEST * n and threshold <= count <= n - threshold
