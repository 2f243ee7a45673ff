"""What is said beside the numbers tells of answers too: best scores at the start, what leavers could mean."""

from __future__ import annotations

import itertools
import math
from typing import Literal

import numpy as np
import pytest
from builders.attack import FIVE, TEN

from atpilots.disclosure import reconstruction
from atpilots.disclosure.attrition_bounds import Leavers, bounds_told
from atpilots.disclosure.ceiling import best_may_be_remarked, many_at_best
from atpilots.disclosure.mean_counts import count_sets_with_mean
from atpilots.disclosure.published import DetailLevel, published_from
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS

PLAIN = DetailLevel(0.1, 10)
LOWER = Scale(FIVE.scores, "lower")


@pytest.mark.parametrize(
    ("at_best", "n", "told"),
    [(9, 30, False), (10, 30, True), (20, 30, True), (21, 30, False), (10, 66, True), (10, 67, False), (30, 30, False)],
)
def test_best_scores_are_remarked_from_ten_people_on_either_side_and_fifteen_in_a_hundred(
    at_best: int, n: int, told: bool
) -> None:
    assert many_at_best(FIVE, [5.0] * at_best + [2.0] * (n - at_best), threshold=10) is told
    assert many_at_best(LOWER, [1.0] * at_best + [2.0] * (n - at_best), threshold=10) is told


@pytest.mark.parametrize("scale", [FIVE, LOWER])
def test_sets_with_so_many_at_an_end_are_those_of_trying_all(scale: Scale) -> None:
    for low, high in ((1.2, 1.3), (2.9, 2.95), (4.5, 4.6)):
        for wanted in range(4):
            every = itertools.combinations_with_replacement(scale.scores, 7)
            true = sum(low - 1e-9 <= np.mean(s) <= high + 1e-9 and s.count(5.0) == wanted for s in every)
            assert count_sets_with_mean(scale.scores, 7, low, high, lambda _, top, w=wanted: top == w) == min(
                true, MIN_FEASIBLE_DATASETS
            )


@pytest.fixture
def nothing_finer(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no page told more than the plain one."""
    monkeypatch.setattr(reconstruction, "details", lambda *_: [PLAIN])


@pytest.mark.usefixtures("nothing_finer")
def test_where_the_page_nearly_tells_who_was_at_the_best_score_nothing_is_remarked() -> None:
    """Twenty people whose scores lack 12 points together: at least eight are at the top, and hardly ten below it."""
    change = np.array([-1.0, 0, 1, -2, 0, 0, -1, 0, -3, 0, 1, 1, 0, -1, 0, 1, -2, 0, 0, -1])
    near_top = published_from(TEN, change, 188.0, PLAIN)
    assert not best_may_be_remarked(near_top, TEN, change, 188.0)
    assert best_may_be_remarked(published_from(TEN, change, 150.0, PLAIN), TEN, change, 150.0)


def test_on_a_coarse_page_only_those_count_who_would_be_told_as_coarsely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in halves, though nearly everybody whom the page fits would be told in tenths."""
    change = np.array([-1.0, 0, 1, -2, 0, 0, -1, 0, -3, 0, 1, 1, 0, -1, 0, 1, -2, 0, 0, -1])
    coarse = published_from(TEN, change, 150.0, DetailLevel(0.5, 10))
    assert not best_may_be_remarked(coarse, TEN, change, 150.0)
    monkeypatch.setattr(reconstruction, "details", lambda *_: [coarse.detail])
    assert best_may_be_remarked(coarse, TEN, change, 150.0)


@pytest.mark.usefixtures("nothing_finer")
@pytest.mark.parametrize(("total", "said"), [(100.0, False), (150.0, True), (205.0, False)])
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_unevenly_far_apart_scores_are_counted_by_their_sums(
    total: float, said: bool, better: Literal["higher", "lower"]
) -> None:
    """As above, where the best score is two points from the next: half of the scale away, nobody has it for certain."""
    sign = 1.0 if better == "higher" else -1.0
    scale = Scale(tuple(sorted(sign * score for score in (*map(float, range(10)), 11.0))), better)
    change = sign * np.array([-1.0, 0, 1, -2, 0, 0, -1, 0, -3, 0, 1, 1, 0, -1, 0, 1, -2, 0, 0, -1])
    printed = published_from(scale, change, sign * total, PLAIN)
    assert best_may_be_remarked(printed, scale, change, sign * total) is said


@pytest.mark.usefixtures("nothing_finer")
def test_where_nearly_everybody_got_better_nobody_was_at_the_best_score_and_that_is_not_remarked() -> None:
    change = np.array([1.0, 2, 3, 2, 1, 2, 3, 4, 2, 1] * 2)
    assert not best_may_be_remarked(published_from(TEN, change, 120.0, PLAIN), TEN, change, 120.0)


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
