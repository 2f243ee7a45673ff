"""What a page prints of one measure: in which steps, with how much detail, and which numbers of people."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from builders.attack import FIVE, TEN

from atpilots.disclosure.published import DetailLevel, details, many_at_best, published_from, rounding_steps
from atpilots.disclosure.robustness import RobustnessFlags, robustness_flags
from atpilots.disclosure.scale import Scale
from atpilots.estimators.headline_intervals import t_interval, t_interval_of

D12 = np.array([1, 0, 2, 1, 0, -1, 1, 3, 0, 1, -1, 2], dtype=float)
FOUR = Scale((0.0, 1.0, 2.0, 3.0), "lower")


@pytest.mark.parametrize(("n", "first"), [(19, 0.5), (20, 0.1)])
def test_scales_of_up_to_four_scores_are_told_in_halves_of_few_people(n: int, first: float) -> None:
    assert rounding_steps(FOUR, n)[0] == first
    assert rounding_steps(FIVE, n) == [0.1, 0.2, 0.5, 1.0]


def test_no_step_is_coarser_than_a_quarter_of_the_scale() -> None:
    assert rounding_steps(TEN, 30) == [0.1, 0.2, 0.5, 1.0, 2.0]
    assert rounding_steps(Scale((0.0, 0.5, 1.0, 1.6), "higher"), 30) == [0.01, 0.02, 0.05, 0.1, 0.2]


@pytest.mark.parametrize(("n", "remarks"), [(19, False), (20, True)])
def test_the_demand_falls_from_level_to_level(n: int, remarks: bool) -> None:
    """The finest page is told with remarks from twice the threshold on; a coarser one asks less, the last one least."""
    finest, *others, last = details(TEN, n)
    assert finest == DetailLevel(0.1, 3, remarks=remarks)
    assert [(level.step, level.open_people) for level in others[remarks:]] == [(0.2, 2), (0.5, 2), (1.0, 2), (2.0, 2)]
    assert last == DetailLevel(1.0, 1, one_end=True)


def test_the_interval_is_rounded_outward() -> None:
    for n in range(12, 60):
        change = np.random.default_rng(n).integers(-2, 4, n).astype(float)
        page = published_from(TEN, np.full(n, 5.0), 5.0 + change, DetailLevel(0.1, 3))
        assert page
        low, high = t_interval(n, change.sum(), (change**2).sum())
        assert page.low <= low + 1e-9 < page.low + 0.1 + 2e-9
        assert page.high - 0.1 - 2e-9 < high - 1e-9 <= page.high


def test_the_word_is_part_of_the_page() -> None:
    """Two pilots with the same printed numbers: only one of them is surely more than one point better."""
    scale, level = Scale(TEN.scores, "higher", (1.0, 1.0)), DetailLevel(2.0, 2)
    narrow, wide = np.repeat([1.0, 2, 3], [3, 6, 3]), np.repeat([-1.0, 2, 5], [2, 8, 2])
    sure, unsure = (published_from(scale, np.full(12, 4.0), 4 + change, level) for change in (narrow, wide))
    assert sure
    assert unsure
    assert sure != unsure
    assert dataclasses.replace(sure, verdict=unsure.verdict) == unsure


@pytest.mark.parametrize(
    ("turned", "low", "high", "word"),
    [(1, 0.5, None, "probably better"), (-1, None, -0.5, "probably worse")],
    ids=["rise", "fall"],
)
def test_one_end_is_the_one_nearer_to_no_change(turned: int, low: float | None, high: float | None, word: str) -> None:
    change = turned * np.array([1.0, 2, 0, 1, 2, 3, 0, 1, 2, 1, 0, 2])
    page = published_from(TEN, np.full(12, 5.0), 5.0 + change, DetailLevel(0.5, 1, one_end=True))
    assert page
    assert (page.low, page.high, page.verdict) == (low, high, word)
    assert (page.before, page.after, page.change, page.improved, page.remarks) == (None,) * 5


def test_one_end_is_not_told_where_the_interval_includes_no_change() -> None:
    assert published_from(TEN, np.full(12, 5.0), 5.0 + D12, DetailLevel(0.5, 1, one_end=True)) is None


@pytest.mark.parametrize(
    ("at_best", "n", "told"),
    [(9, 30, False), (10, 30, True), (20, 30, True), (21, 30, False), (10, 66, True), (10, 67, False), (30, 30, False)],
)
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_best_scores_are_remarked_from_ten_people_on_either_side_and_fifteen_in_a_hundred(
    at_best: int, n: int, told: bool, better: str
) -> None:
    scale = Scale(FIVE.scores, better)  # type: ignore[arg-type]
    scores = np.array([scale.best] * at_best + [3.0] * (n - at_best))
    assert many_at_best(scale, scores, threshold=10) is told


def flags_of(changes: np.ndarray) -> RobustnessFlags:
    return robustness_flags(tuple(sorted(changes.tolist())), t_interval_of(changes), "higher", None)


def test_a_remark_on_utilities_is_made_of_changes_of_three_digits() -> None:
    """Twelve utilities, all up but one: both methods exclude no change; sums of many decimals take no hour."""
    rng = np.random.default_rng(3)
    strong, weak = rng.normal(0.2, 0.1, 40), rng.normal(0.0, 0.1, 40)
    for changes in (strong, weak):
        assert flags_of(changes).methods_agree


def test_where_the_methods_disagree_that_is_a_remark_and_not_another_word() -> None:
    """One outlier: the t interval includes no change, the exact test does not; the word is the interval's."""
    changes = np.array([1.0] * 11 + [30.0])
    low, high = t_interval(12, changes.sum(), (changes**2).sum())
    flags = flags_of(changes)
    assert low < 0 < high
    assert not flags.methods_agree
