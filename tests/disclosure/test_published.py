"""What a page prints of one measure: in which steps, with how much detail, and which numbers of people."""

from __future__ import annotations

import numpy as np
import pytest
from builders.attack import FIVE, TEN

from atpilots.disclosure.published import (
    DetailLevel,
    details,
    disclosed_improvement,
    disclosed_improvers,
    published_from,
    rounding_steps,
)
from atpilots.disclosure.rounding import rounded
from atpilots.disclosure.scale import Scale
from atpilots.estimators.headline_intervals import Directions, plus_four, t_interval, t_interval_of

D12 = [1, 0, 2, 1, 0, -1, 1, 3, 0, 1, -1, 2]


@pytest.mark.parametrize(("n", "first"), [(19, 0.5), (20, 0.1)])
def test_short_scales_of_few_people_are_told_in_halves(n: int, first: float) -> None:
    assert rounding_steps(FIVE, n)[0] == first


def test_only_scales_of_at_most_five_scores_are_short() -> None:
    six = Scale(tuple(map(float, range(6))), "higher")
    assert (rounding_steps(FIVE, 11), rounding_steps(six, 11)) == ([0.5, 1.0], [0.1, 0.2, 0.5, 1.0])


def test_no_step_is_coarser_than_a_quarter_of_the_scale() -> None:
    assert rounding_steps(TEN, 30) == [0.1, 0.2, 0.5, 1.0, 2.0]
    assert rounding_steps(Scale((0.0, 0.5, 1.0, 1.6), "higher"), 30) == [0.01, 0.02, 0.05, 0.1, 0.2]


@pytest.mark.parametrize(("n", "told"), [(19, False), (20, True)])
def test_the_probability_of_improvement_needs_twenty_pairs(n: int, told: bool) -> None:
    finest = details(TEN, n, threshold=10)[0]
    assert (finest.improvement, finest.remarks, finest.improvers) == (told, told, told)


@pytest.mark.parametrize(("n", "told"), [(19, False), (20, True)])
def test_no_detail_makes_it_told_of_fewer(n: int, told: bool) -> None:
    page = published_from(TEN, np.array([1.0] * 10 + [0.0] * (n - 10)), 5.0 * n, DetailLevel(0.1, 10, improvement=True))
    assert (page.improvement is not None) is told


@pytest.mark.parametrize(("better", "step"), [(18, 0.1), (19, 0.05)])
def test_the_probability_of_improvement_has_finer_steps_from_forty_pairs(better: int, step: float) -> None:
    n, changes = better + 21, np.array([1.0] * better + [0.0] * 10 + [-1.0] * 11)
    page = published_from(TEN, changes, 5.0 * n, DetailLevel(0.1, 10, improvement=True))
    assert page.improvement is not None
    assert page.improvement[0] == pytest.approx(round((better + 5) / n / step) * step)
    exact = plus_four((better, 10, 11))
    assert page.improvement[1] <= exact[1] < page.improvement[1] + step
    assert page.improvement[2] - step < exact[2] <= page.improvement[2]


@pytest.mark.parametrize(
    ("better", "n", "threshold", "improved"),
    [(9, 25, 10, None), (10, 25, 10, 10), (14, 25, 10, 15), (15, 25, 10, 15), (16, 25, 10, None), (25, 25, 10, None),
     (0, 25, 10, None), (8, 12, 10, None), (8, 20, 8, 10), (7, 20, 8, None),
     # Where fewer than three numbers are told alike: of 20 "about 10" would be 10, of 24 "about 15" 13 or 14.
     (10, 20, 10, None), (10, 21, 10, None), (11, 21, 10, None), (10, 22, 10, 10), (12, 22, 10, 10), (12, 24, 10, 10),
     (13, 24, 10, None), (14, 24, 10, None), (13, 25, 10, 15)],
)  # fmt: skip
def test_those_who_improved_are_counted_where_they_and_the_others_are_enough(
    better: int, n: int, threshold: int, improved: int | None
) -> None:
    page = published_from(
        TEN, np.array([1.0] * better + [0.0] * (n - better)), 5.0 * n, DetailLevel(0.1, threshold, improvers=True)
    )
    assert page.improved == improved


def test_the_interval_is_rounded_outward() -> None:
    page = published_from(TEN, np.array(D12, dtype=float), 60, DetailLevel(0.1, 10))
    low, high = t_interval(12, 9.0, 23.0)
    assert (page.low, page.high) == (-0.1, 1.6)
    assert page.low < low
    assert page.high > high


@pytest.mark.parametrize("n", [12, 20, 22, 25, 33, 40, 52, 60])
def test_what_is_told_of_counts_leaves_five_numbers_who_got_worse_or_nobody_and_two_more(n: int) -> None:
    """One more beside a probability of improvement: of 25 people of whom "about 15" improved, 0.7 (0.4 to 0.9) would
    leave 6 or 7. And so it is where none is told: of 40 people of whom "about 15" improved, 13 or 17 did then.
    """
    alike: dict[tuple[object, object], list[Directions]] = {}
    for better in range(n + 1):
        for worse in range(n + 1 - better):
            directions = (better, n - better - worse, worse)
            alike.setdefault((disclosed_improvement(directions, 10), disclosed_improvers(directions, 10)), []).append(
                directions
            )
    for (improvement, improved), alternatives in alike.items():
        better, worse = ({directions[part] for directions in alternatives} for part in (0, 2))
        assert len(better) >= (5 if improved is None else 3)
        assert len(worse) >= (3 if 0 in worse else 5) + (improvement is not None)
    assert (len(alike) > 2) is (n >= 20)
    assert disclosed_improvement((15, 3, 7), 10) is None
    assert disclosed_improvement((13, 4, 8), 10) is None


@pytest.mark.parametrize(
    ("directions", "told"),
    [((24, 6, 10), (0.7, 0.5, 0.8)), ((23, 5, 12), (0.6, 0.4, 0.8)), ((9, 6, 5), (0.6, 0.4, 0.8)), ((9, 6, 4), None)],
)
def test_the_probability_of_improvement_is_told_as_finely_as_leaves_the_counts_open(
    directions: Directions, told: tuple[float, float, float] | None
) -> None:
    assert disclosed_improvement(directions, 10) == told


def test_printed_intervals_are_told_outward() -> None:
    scale, steps = Scale(tuple(map(float, range(11))), "higher"), []
    for n in range(20, 60):
        change = np.random.default_rng(n).integers(-2, 4, n).astype(float)
        told = published_from(scale, change, 5.0 * n, DetailLevel(0.1, 10, improvement=True))
        intervals = [(t_interval_of(change), (told.low, told.high), 0.1)]
        if told.improvement is not None:
            steps.append(0.1 if all(rounded(number, 0.1) == number for number in told.improvement) else 0.05)
            intervals.append((plus_four(scale.directions(change))[1:], told.improvement[1:], steps[-1]))
        for (low, high), shown, by in intervals:
            assert shown[0] <= low + 1e-9 < shown[0] + by + 2e-9
            assert shown[1] - by - 2e-9 < high - 1e-9 <= shown[1]
    assert {0.05, 0.1} == set(steps)
    assert len(steps) > 20
