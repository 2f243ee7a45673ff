"""What the answers of those who left could mean: bounds that no set of their scores can be read from."""

from __future__ import annotations

import itertools
import math

import pytest
from builders.attack import TEN

from atpilots.disclosure.attrition_bounds import Leavers, bounds_told
from atpilots.disclosure.scale import Scale


@pytest.mark.parametrize(("start", "told"), [(9.9, False), (10.0, False), (5.0, True), (0.1, False)])
def test_bounds_for_leavers_who_all_started_at_an_end_are_not_told(start: float, told: bool) -> None:
    leavers = Leavers(number=12, total_before=round(12 * start), stayers=200, total_change=0.0)
    narrow = Scale(tuple(float(x) for x in range(0, 1001, 100)), "higher")
    scaled = Leavers(12, 100 * leavers.total_before, 12, 0.0)
    assert (bounds_told(narrow, scaled) is not None) is told


def test_bounds_are_rounded_outward_to_half_points() -> None:
    leavers = Leavers(number=10, total_before=47.0, stayers=30, total_change=21.0)
    assert leavers.change_if_all_ended_at(0) == pytest.approx(-0.65)
    assert leavers.change_if_all_ended_at(10) == pytest.approx(1.85)
    assert bounds_told(TEN, leavers) == (-1.0, 2.0)


@pytest.mark.parametrize(("total_before", "total_change"), [(1.0, 1.0), (99.0, -1.0), (99.0, 4.0)])
def test_either_bound_may_leave_too_few_sets_of_the_leavers_scores(total_before: float, total_change: float) -> None:
    """Ten leavers of whom all, or all but one, started at an end: the one bound says so, the other would not."""
    assert bounds_told(TEN, Leavers(10, total_before, 11, total_change)) is None


def test_bounds_are_told_where_trying_all_sets_of_the_leavers_scores_finds_twenty() -> None:
    """A bound that is a whole step off would be told as the next one, so the sums that reach it do not count."""
    told, tried = 0, 0
    for number, stayers, change in itertools.product((3, 4), (8, 9, 13), (-3.0, 0.0, 1.0, 5.0)):
        every = [
            Leavers(number, sum(s), stayers, change) for s in itertools.combinations_with_replacement(range(11), number)
        ]
        printed = [_printed(leavers) for leavers in every]
        for total in range(10 * number + 1):
            leavers = Leavers(number, float(total), stayers, change)
            enough = printed.count(_printed(leavers)) >= 20
            assert (bounds_told(TEN, leavers) is not None) is enough
            told, tried = told + enough, tried + 1
    assert 0.2 * tried < told < 0.9 * tried
    # Ten leavers: totals of 0 to 5 are told so, 1 + 1 + 2 + 3 + 5 + 7 sets of scores.
    assert bounds_told(TEN, Leavers(number=10, total_before=3.0, stayers=13, total_change=21.0)) is None


def _printed(leavers: Leavers) -> tuple[float, float]:
    low, high = leavers.change_if_all_ended_at(0), leavers.change_if_all_ended_at(10)
    return math.floor(2 * low + 1e-9) / 2, math.ceil(2 * high - 1e-9) / 2
