"""Worst-case bounds for those who left: the average change had all of them ended at an end of the scale.

Bounds tell of the leavers' answers. They are told where enough sets of scores fit, even for an intruder who knows the
answers of everybody else.
"""

from __future__ import annotations

import dataclasses

from atpilots.disclosure.mean_counts import count_sets_with_mean
from atpilots.disclosure.rounding import rounded_down, rounded_up
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS

BOUNDS_STEP = 0.5  # C-07
APART = 1e-6  # sums of scores that differ, differ by more


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
