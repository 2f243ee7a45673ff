"""An average on an uneven scale may not tell how many people gave an answer."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from builders.plausible import plausible_scores

from atpilots.disclosure.published import details, published_from
from atpilots.disclosure.reconstruction import audit, safe_statistics
from atpilots.disclosure.scale import Scale, scale_of
from atpilots.disclosure.uneven_scales import (
    bounded_counts,
    counts_stay_ambiguous,
    enumerated_counts,
    stays_ambiguous,
)
from atpilots.instruments import load_instrument

DAYS = (0.0, 1.0, 20.0, 400.0)
UNEVEN = [DAYS, (0.0, 1.0, 10.0, 100.0), (0.0, 1.0, 7.0, 30.0), (1.0, 2.0, 4.0, 8.0), (0.0, 2.0, 3.0, 4.0)]


def numbers_that_fit(scores: Sequence[float], n: int, low: float, high: float) -> list[set[int]]:
    """How many people can be at each score, and from each on, of all sets of n whose average is from low to high."""
    fits = [s for s in itertools.combinations_with_replacement(scores, n) if low - 1e-9 <= sum(s) / n <= high + 1e-9]
    at = [{answers.count(score) for answers in fits} for score in scores]
    return at + [{sum(answer >= score for answer in answers) for answers in fits} for score in scores[1:]]


def drawn(scores: Sequence[float], n: int, seed: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    rng = np.random.default_rng([n, seed])
    weights = rng.dirichlet(np.full(len(scores), 2.0))
    before = rng.choice(scores, n, p=weights)
    after = np.where(rng.random(n) < 0.5, before, rng.choice(scores, n, p=weights))
    return tuple(before.tolist()), tuple(after.tolist())


def test_an_average_that_tells_how_many_had_the_highest_score_is_not_printed() -> None:
    """Ten of twenty had 400 before, five after: 202 and 102 on average, and no other numbers give these."""
    scale = Scale(DAYS, "lower")
    before = np.array([400.0] * 10 + [20.0] * 2 + [1.0] * 4 + [0.0] * 4)
    after = np.array([400.0] * 5 + [20.0] * 2 + [1.0] * 6 + [0.0] * 7)
    changes = after - before
    detail = next(detail for detail in details(scale, 20, 10) if detail.step == 2)
    page = published_from(scale, changes, float(before.sum()), detail)
    assert numbers_that_fit(DAYS, 20, page.before - 1, page.before + 1)[3] == {10}
    assert numbers_that_fit(DAYS, 20, page.after - 1, page.after + 1)[3] == {5}
    assert not counts_stay_ambiguous(page, scale)
    assert not audit(page, scale, changes).passed


def test_either_average_and_the_interval_can_tell_a_number() -> None:
    scale = Scale(DAYS, "lower")
    before = np.array([1, 0, 0, 1, 0, 20, 0, 1, 400, 0, 20, 20, 20, 0, 0, 1, 0, 1, 0, 0.0])
    after = np.array([20, 1, 400, 20, 20, 20, 0, 400, 1, 400, 20, 400, 1, 400, 400, 20, 1, 1, 0, 1.0])
    detail = next(detail for detail in details(scale, 20, 10) if detail.step == 50)
    rising = published_from(scale, after - before, float(before.sum()), detail)
    falling = published_from(scale, before - after, float(after.sum()), detail)
    for page, telling in ((rising, 150), (falling, 150)):
        assert {page.before, page.after} == {0, telling}
        assert not counts_stay_ambiguous(page, scale)
        assert counts_stay_ambiguous(
            dataclasses.replace(page, before=0, after=0), scale
        )  # the interval alone tells none

    scores = (0.0, 1.0, 10.0, 100.0)
    before = np.array([0, 10, 1, 10, 1, 0, 10, 0, 0, 10, 10, 100.0])
    after = np.array([1, 0, 0, 0, 0, 10, 100, 1, 10, 1, 10, 1.0])  # one rose by 90, one fell by 99: both averages stay
    scale = Scale(scores, "higher")
    detail = next(detail for detail in details(scale, 12, 10) if detail.step == 10)
    page = published_from(scale, after - before, float(before.sum()), detail)
    assert (page.before, page.after, page.low, page.high) == (10, 10, -30, 30)
    assert stays_ambiguous(scores, 12, 12 * 5, 12 * 15)
    assert not counts_stay_ambiguous(page, scale)


@pytest.mark.parametrize("scores", UNEVEN, ids=str)
@pytest.mark.parametrize("n", [12, 16])
def test_what_is_printed_leaves_every_number_open(scores: tuple[float, ...], n: int) -> None:
    told = 0
    for seed in range(6):
        before, after = drawn(scores, n, seed)
        page = safe_statistics(Scale(scores, "higher"), before, after, 10)
        if page is None:
            continue
        told += 1
        half = page.detail.step / 2
        for mean in (page.before, page.after):
            for numbers in numbers_that_fit(scores, n, mean - half, mean + half):
                assert 0 in numbers or n in numbers or max(numbers) - min(numbers) >= 4
    assert told or scores == DAYS


@pytest.mark.parametrize("scores", UNEVEN, ids=str)
def test_bounds_are_those_of_all_sets_or_wider(scores: tuple[float, ...]) -> None:
    for total in np.linspace(scores[0] * 12 + 1, scores[-1] * 12 - 1, 9):
        window = total - 6.0, total + 6.0
        all_sets = numbers_that_fit(scores, 12, window[0] / 12, window[1] / 12)
        assert enumerated_counts(scores, 12, *window) == [
            (min(numbers), max(numbers)) for numbers in all_sets if numbers
        ]
        if all(all_sets):
            for numbers, (least, most) in zip(all_sets, bounded_counts(scores, 12, *window), strict=True):
                assert least <= min(numbers) <= max(numbers) <= most


@pytest.mark.parametrize(
    ("low", "high", "is_open"), [(4000, 4079, False), (4000, 4399, False), (2400, 4399, True), (0, 19, True)]
)
def test_five_numbers_are_open_and_four_are_not(low: float, high: float, is_open: bool) -> None:
    """From 2,400 on six people had 400, or as few as five with the others at 20 each: 6 to 10 are five numbers."""
    for people in (20, 60):  # tried, and bounded
        assert stays_ambiguous(DAYS, people, low, high) is is_open


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 5), marks=pytest.mark.slow)], ids=["one", "more"])
@pytest.mark.parametrize("name", ["swemwbs", "eq5d3l", "ascot_sct4"])
def test_the_shipped_scales_that_are_uneven_lose_nothing(name: str, seeds: range) -> None:
    """Their scores lie close enough together, even for the fewest people and the finest step."""
    instrument = load_instrument(name)
    scale = scale_of(instrument)
    for n, seed in itertools.product((11, 15, 24, 40), seeds):
        before, after = (np.array(wave) for wave in plausible_scores(instrument, n, np.random.default_rng([n, seed])))
        page = published_from(scale, np.round(after - before, 9), float(before.sum()), details(scale, n, 10)[0])
        assert counts_stay_ambiguous(page, scale)
