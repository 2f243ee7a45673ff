"""What an intruder can rebuild from a released measure (R-SDC-14)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from builders.attack import FIVE, SCALES, TEN, people_with, random_answers, rebuilt
from builders.plausible import plausible_scores
from simulations.withholding_simulation import withheld

from atpilots.disclosure.dataset_search import Search
from atpilots.disclosure.published import (
    DetailLevel,
    PublishedStatistics,
    details,
    published_from,
    rounding_steps,
)
from atpilots.disclosure.reconstruction import audit, safe_statistics
from atpilots.disclosure.robustness import RobustnessFlags
from atpilots.disclosure.scale import Scale, scale_of
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS
from atpilots.estimators.headline_intervals import plus_four, t_interval
from atpilots.estimators.results_table import mean_change, permutation_test, probability_of_improvement
from atpilots.estimators.verdicts import verdict
from atpilots.instruments import load_instrument

D12 = [1, 0, 2, 1, 0, -1, 1, 3, 0, 1, -1, 2]
D25 = [*D12, 0, 0, 1, 1, -2, 2, 1, 0, 4, -1, 0, 1, 1]
BEFORE_OF_FIVE = [2, 3, 2, 3, 3, 3, 2, 1, 4, 3, 4, 2]
BEFORE_OF_TEN = [5, 6, 4, 7, 3, 5, 6, 2, 5, 4, 6, 3]


def printed(scale: Scale, before: list[int], change: list[int], threshold: int = 10) -> PublishedStatistics:
    after = [b + c for b, c in zip(before, change, strict=True)]
    page = safe_statistics(scale, before, after, threshold)
    assert page is not None
    return page


def test_d12_on_a_five_point_item_is_told_in_halves_and_without_counts() -> None:
    page = printed(FIVE, BEFORE_OF_FIVE, D12)
    assert (page.change, page.low, page.high) == (1.0, -0.5, 2.0)
    assert page.improved is None
    assert page.improvement is None


def test_d12_on_a_longer_scale_is_told_in_tenths() -> None:
    page = printed(TEN, BEFORE_OF_TEN, D12)
    assert (page.change, page.low, page.high) == (0.8, -0.1, 1.6)
    assert page.improved is None


def test_d25_tells_that_about_15_of_25_improved() -> None:
    page = printed(TEN, [*BEFORE_OF_TEN, *BEFORE_OF_TEN, 5], D25)
    assert (page.change, page.low, page.high) == (0.7, 0.1, 1.3)
    assert page.improved == 15
    assert page.improvement is None  # beside it 0.7 (0.5 to 0.9) would leave 1 to 5 who got worse


def test_the_two_intervals_are_those_of_the_estimators() -> None:
    """Golden numbers G-04 and G-05: paired t interval, probability of improvement with its plus-4 interval."""
    for change, t, plus in (
        (D12, (-0.0222480697, 1.5222480697), (0.708333, 0.4423, 0.8702)),
        (D25, (0.1375963585, 1.2224036415), (0.70, 0.5243, 0.8205)),
    ):
        array = np.array(change)
        assert t_interval(len(array), array.sum(), (array**2).sum()) == pytest.approx(t, abs=1e-9)
        assert plus_four(TEN.directions(array)) == pytest.approx(plus, abs=1e-4)


@pytest.mark.parametrize("step", [0.1, pytest.param(0.5, marks=pytest.mark.slow)])
def test_the_search_finds_what_trying_everything_finds(step: float) -> None:
    """All 75,582 sets of changes of 11 people on five points are tried, for a few pilots."""
    rng, scale = np.random.default_rng(6), FIVE
    for _ in range(2):
        before, after = random_answers(rng, scale, 11)
        change = np.array(after) - np.array(before)
        page = published_from(scale, change, sum(before), DetailLevel(step, 10))
        true, found = rebuilt(page, scale), Search(page, scale).run(change)
        assert set(found) <= true
        if len(found) < MIN_FEASIBLE_DATASETS:
            assert len(found) >= 0.1 * len(true)
        assert audit(page, scale, change).changes <= len(true)


def check_released(rng: np.random.Generator, scale: Scale, n: int) -> bool:
    """Whether anything was released; if so, at least 20 sets of real people stand behind the same page."""
    before, after = random_answers(rng, scale, n)
    page = safe_statistics(scale, before, after, threshold=10)
    if page is None:
        return False
    change = np.array(after) - np.array(before)
    search = Search(page, scale)
    feasible = search.run(change)
    assert len(set(feasible)) >= MIN_FEASIBLE_DATASETS
    for dataset in map(np.array, feasible):
        people = people_with(dataset, scale, search.total_before(dataset))
        assert set(np.round(np.concatenate(people), 9)) <= set(scale.scores)
        assert published_from(scale, people[1] - people[0], people[0].sum(), page.detail) == page
    better = {scale.directions(dataset)[0] for dataset in feasible}
    assert page.improved is not None or len(better) >= 5 or (better & {0, n} and len(better) > 1)
    return True


def test_no_released_measure_can_be_rebuilt() -> None:
    rng = np.random.default_rng(2026)
    released = [check_released(rng, SCALES[i % len(SCALES)], int(rng.integers(11, 61))) for i in range(8)]
    assert sum(released) >= 0.9 * len(released)


@pytest.mark.slow
def test_no_measure_of_five_hundred_pilots_can_be_rebuilt() -> None:
    rng = np.random.default_rng(500)
    released = [check_released(rng, SCALES[i % len(SCALES)], 11 + i % 50) for i in range(500)]
    assert sum(released) >= 0.9 * len(released)


@pytest.mark.slow
def test_a_coarse_page_is_not_undone_by_knowing_why_it_is_coarse() -> None:
    """Among those behind a coarse page, 20 would have been refused every finer page, as the true ones were."""
    rng, coarse = np.random.default_rng(8), 0
    for _ in range(12):
        before, after = random_answers(rng, FIVE, int(rng.integers(20, 30)))
        page = safe_statistics(FIVE, before, after, threshold=10)
        finest = details(FIVE, len(before), 10)[0]
        if page is None or page.detail == finest:
            continue
        coarse += 1
        change = np.array(after) - np.array(before)
        found, search = 0, Search(page, FIVE)
        for dataset in map(np.array, search.run(change)):
            own = published_from(FIVE, dataset, search.total_before(dataset), finest)
            found += not audit(own, FIVE, dataset).passed
        assert found > 1
    assert coarse >= 2


@pytest.mark.parametrize(("name", "n"), [("swemwbs", 12), ("swemwbs", 30), ("who5", 12)])
def test_plausible_pilots_are_told(name: str, n: int) -> None:
    assert withheld(name, n, pilots=4) == 0


def test_where_a_second_audit_fails_a_coarser_page_is_tried() -> None:
    """Told, but without what the finer pages would have said; a first failure used to withhold everything."""
    instrument = load_instrument("swemwbs")
    before, after = plausible_scores(instrument, 22, np.random.default_rng([1, 22, 2]))
    page = safe_statistics(scale_of(instrument), before, after, threshold=10)
    assert page is not None
    assert page.detail == DetailLevel(0.1, 10)


def told_of(pairs: pd.DataFrame, scale: Scale) -> tuple[bool, str]:
    """Whether the methods agree, and the verdict, by the estimators."""
    t, exact = mean_change(pairs), permutation_test(pairs)
    chance = probability_of_improvement(pairs, better=scale.better)
    excluded = [
        t.conf_low > 0 or t.conf_high < 0,
        exact.p_value < 0.05,
        chance.conf_low > 0.5 or chance.conf_high < 0.5,
    ]
    up = t.estimate > 0 if scale.better == "higher" else t.estimate < 0
    agree = not any(excluded) or (all(excluded) and up == (chance.estimate > 0.5))
    return agree, verdict(t.conf_low, t.conf_high, scale.better, scale.important) if agree else "unclear"


@pytest.mark.parametrize("pilots", [60, pytest.param(240, marks=pytest.mark.slow)])
def test_the_words_are_those_of_the_estimators(pilots: int) -> None:
    rng = np.random.default_rng(12)
    seen, lowered = set(), 0
    for i in range(pilots):
        scale = SCALES[i % len(SCALES)]
        before, after = map(np.array, random_answers(rng, scale, int(rng.integers(11, 40))))
        pairs = pd.DataFrame({"before": before, "after": after, "change": after - before})
        agree, word = told_of(pairs, scale)
        told = RobustnessFlags(
            many_ties=bool((pairs["change"] == 0).mean() >= 0.3),
            methods_agree=agree,
            one_person_decides=any(told_of(pairs.drop(index=who), scale)[1] != word for who in pairs.index),
        )
        assert scale.remarks(after - before) == told
        assert scale.same_remarks(after - before, told)
        assert scale.verdict(after - before) == word
        for field in ("many_ties", "methods_agree", "one_person_decides"):
            other = dataclasses.replace(told, **{field: not getattr(told, field)})
            assert not scale.same_remarks(after - before, other)
        row = mean_change(pairs)
        lowered += word != verdict(row.conf_low, row.conf_high, scale.better, scale.important)
        seen.add(told)
    assert len(seen) >= 4
    assert lowered >= 3


def test_a_page_below_twenty_counts_only_people_with_the_same_lowered_verdict() -> None:
    change = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48], dtype=float)
    scale = Scale(tuple(map(float, range(161))), "higher")
    page = published_from(scale, change, 1200.0, DetailLevel(1.0, 10))
    assert page.verdict == "unclear"
    assert page.low >= 0
    assert {scale.verdict(np.array(found)) for found in Search(page, scale).run(change)} == {"unclear"}
    agreeing = dataclasses.replace(page, verdict="better")
    assert not Search(agreeing, scale).fits(change)


@pytest.mark.parametrize(
    ("numbers", "stays_open"),
    [
        ({4, 5, 6, 7}, False), ({4, 5, 6, 7, 8}, True), ({12}, False), ({9, 10, 11, 12}, False),
        ({8, 9, 10, 11, 12}, True), ({0, 1, 2, 3}, False), ({0, 1, 2, 3, 4}, True),
    ],
)  # fmt: skip
def test_how_many_got_better_stays_open_between_five_numbers(numbers: set[int], stays_open: bool) -> None:
    page = published_from(TEN, np.array(D12, dtype=float), 60, DetailLevel(0.1, 10))
    found = [tuple([1.0] * better + [0.0] * (12 - better)) for better in sorted(numbers)]
    assert Search(page, TEN).directions_stay_ambiguous(found) is stays_open


@pytest.mark.parametrize(
    ("worse", "stays_open"), [(range(4, 8), False), (range(4, 9), True), (range(2), False), (range(3), True)]
)
def test_so_does_how_many_got_worse_or_between_nobody_and_two_more_where_every_set_is_tried(
    worse: range, stays_open: bool
) -> None:
    """Of these sets five different numbers got better each time; on a long scale nothing more is asked."""
    found = [
        tuple([-1.0] * down + [0.0] * (12 - better - down) + [1.0] * better) for better in range(5) for down in worse
    ]
    for scores, expected in (((0.0, 1.0, 2.0, 3.0), stays_open), (TEN.scores, True)):
        scale = Scale(scores, "higher")
        search = Search(published_from(scale, np.array([1.0, -1.0] * 6), 18, DetailLevel(0.5, 10)), scale)
        assert bool(search.every) is (len(scores) == 4)
        assert search.directions_stay_ambiguous(found) is expected


def test_everybody_changing_alike_is_withheld() -> None:
    assert safe_statistics(TEN, [5] * 30, [6] * 30, threshold=10) is None
    assert safe_statistics(TEN, [5] * 30, [5] * 30, threshold=10) is None


def test_everybody_certainly_improving_is_withheld() -> None:
    assert safe_statistics(TEN, [2, 3] * 8, [8, 9] * 7 + [9, 9], threshold=10) is None


def test_a_mean_next_to_the_end_of_the_scale_is_withheld() -> None:
    after = [10] * 14 + [9]
    assert safe_statistics(TEN, [5, 6, 7] * 5, after, threshold=10) is None


@pytest.mark.parametrize("name", ["eq5d3l", "swemwbs", "ons4_happy", "ascot_sct4"])
def test_fine_scales_are_told_in_their_finest_step(name: str) -> None:
    scale = scale_of(load_instrument(name))
    scores = np.array(scale.scores)
    rng = np.random.default_rng(4)
    middle, span = len(scores) // 2, len(scores) // 4
    before = scores[middle + rng.integers(-span, span + 1, size=15)]
    after = scores[middle + rng.integers(-span, span + 1, size=15)]
    page = safe_statistics(scale, before.tolist(), after.tolist(), threshold=10)
    assert page is not None
    assert page.detail.step == rounding_steps(scale, 15)[0]
