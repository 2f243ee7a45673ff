"""What is said beside the numbers tells of answers too: best scores at the start, what leavers could mean."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from builders.attack import FIVE, TEN

from atpilots.disclosure import reconstruction
from atpilots.disclosure.ceiling import best_may_be_remarked, many_at_best
from atpilots.disclosure.published import DetailLevel, published_from
from atpilots.disclosure.scale import Scale

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
