"""What may be said beside a measure's numbers: that many were at the best score already, and what leavers could mean.

Each such sentence tells of the answers, and so does its absence. Whether it *may* be said follows from what the page
prints anyway; both having it and not having it must leave the intruder as many sets of answers as the audit wants.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from atpilots.printed import Printed, Scale
from atpilots.reconstruction import FEWEST_CANDIDATES, Changes, audit, finer_pages_fail, ways
from atpilots.rounding import rounded_down, rounded_up

MANY_AT_BEST = 0.15  # C-10
BOUNDS_STEP = 0.5  # C-07


def many_at_best(scale: Scale, before: Sequence[float], threshold: int) -> bool:
    """More than 15% had the best possible score before; they and all others are as many as the threshold (R-SDC-02)."""
    best = scale.scores[-1] if scale.better == "higher" else scale.scores[0]
    count = int(np.isclose(before, best).sum())
    return _told(count, len(before), threshold)


def _told(count: int, n: int, threshold: int) -> bool:
    return count > MANY_AT_BEST * n and count >= threshold and n - count >= threshold


def best_may_be_remarked(printed: Printed, scale: Scale, changes: np.ndarray, total_before: float) -> bool:
    """Whether at least 20 sets of scores before, and 20 sets of changes, fit the page with the remark and without.

    On a coarse page, only those changes count whose finer pages would have failed too.
    """
    n, threshold, half = printed.n, printed.detail.threshold, printed.detail.step / 2

    def remarked(bottom: int, top: int) -> bool:
        return _told(top if scale.better == "higher" else bottom, n, threshold)

    fails = finer_pages_fail(scale, printed, changes, total_before)

    def could_be(sets: Changes) -> bool:  # those at the best score did not get better
        return n - scale.split(sets)[0] >= threshold and fails(sets)

    low, high = printed.before - half, printed.before + half
    enough = min(
        ways(scale.scores, n, low, high, remarked),
        ways(scale.scores, n, low, high, lambda bottom, top: not remarked(bottom, top)),
    )
    return enough >= FEWEST_CANDIDATES and audit(printed, scale, changes, could_be).passed


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
    told = rounded_down(low, BOUNDS_STEP), rounded_up(high, BOUNDS_STEP)
    people, known = leavers.number + leavers.stayers, leavers.total_change
    # Each bound, turned round: the sums of the leavers' scores that it can come from.
    at_low, at_high = (known + leavers.number * end for end in ends)
    most = min(at_low - people * told[0], at_high - people * (told[1] - BOUNDS_STEP))
    least = max(at_low - people * (told[0] + BOUNDS_STEP), at_high - people * told[1])
    fits = ways(scale.scores, leavers.number, least / leavers.number, most / leavers.number)
    return told if fits >= FEWEST_CANDIDATES else None
