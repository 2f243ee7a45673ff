"""What an intruder can rebuild from a released measure (R-SDC-14); test_joint_attack tries everything that fits."""

from __future__ import annotations

import numpy as np
import pytest
from builders.attack import FIVE, SCALES, TEN, random_answers
from builders.plausible import plausible_scores

from atpilots.disclosure.dataset_search import Grid
from atpilots.disclosure.feasible_sets import FeasibleSets, Search
from atpilots.disclosure.published import DetailLevel, PublishedStatistics, details, published_from, rounding_steps
from atpilots.disclosure.reconstruction import MANY_PEOPLE, leaves_room, safe_statistics
from atpilots.disclosure.scale import Scale, scale_of
from atpilots.instruments import load_instrument

D12 = [1, 0, 2, 1, 0, -1, 1, 3, 0, 1, -1, 2]
D25 = [*D12, 0, 0, 1, 1, -2, 2, 1, 0, 4, -1, 0, 1, 1]
BEFORE_OF_FIVE = [2, 3, 2, 3, 3, 3, 2, 1, 4, 3, 4, 2]
BEFORE_OF_TEN = [5, 6, 4, 7, 3, 5, 6, 2, 5, 4, 6, 3]


def printed(scale: Scale, before: list[int], change: list[int]) -> PublishedStatistics:
    page = safe_statistics(scale, before, np.add(before, change).tolist())
    assert page is not None
    return page


def test_d12_is_told_in_tenths_and_without_counts() -> None:
    for scale, before in ((FIVE, BEFORE_OF_FIVE), (TEN, BEFORE_OF_TEN)):
        after = np.clip(np.add(before, D12), scale.scores[0], scale.scores[-1])
        page = printed(scale, before, (after - before).astype(int).tolist())
        assert page.detail.step == 0.1
        assert page.improved is None


def test_d25_tells_that_about_15_of_25_improved() -> None:
    page = printed(TEN, [*BEFORE_OF_TEN, *BEFORE_OF_TEN, 5], D25)
    assert (page.change, page.low, page.high) == (0.7, 0.1, 1.3)
    assert page.improved == 15


def feasible(page: PublishedStatistics, scale: Scale, before: list[float], after: list[float]) -> FeasibleSets:
    """Others whom the search finds, whatever finer pages would tell of them."""
    grid = Grid(np.union1d(scale.scores, before + after))
    people = grid.people(np.array(before), np.array(after))

    def prints_the_same(others: tuple[int, ...]) -> bool:
        return published_from(scale, *grid.waves(others), page.detail) == page

    sets = FeasibleSets(grid, scale, people, page)
    search = Search(grid, sets, prints_the_same)
    search.consider([people])
    search.supports(people, page)
    return sets


def check_released(rng: np.random.Generator, scale: Scale, n: int) -> bool:
    """Whether anything was released; if so, at least 20 sets of real people stand behind the same page."""
    before, after = random_answers(rng, scale, n)
    page = safe_statistics(scale, before, after)
    if page is None:
        return False
    sets = feasible(page, scale, before, after)
    assert len(sets.sets) >= 20
    grid = Grid(np.array(scale.scores))
    for people in list(sets.sets)[::5]:
        assert len(people) == n
        assert published_from(scale, *grid.waves(people), page.detail) == page
    return True


@pytest.mark.parametrize("pilots", [12, pytest.param(500, marks=pytest.mark.slow)])
def test_no_released_measure_can_be_rebuilt(pilots: int) -> None:
    rng = np.random.default_rng(pilots)
    released = [check_released(rng, SCALES[i % len(SCALES)], 11 + (17 * i) % 50) for i in range(pilots)]
    assert sum(released) >= 0.9 * pilots


@pytest.mark.parametrize("n", [30, 150])
def test_everybody_changing_alike_is_withheld(n: int) -> None:
    assert safe_statistics(TEN, [2, 3, 5] * (n // 3), [3, 4, 6] * (n // 3)) is None
    assert safe_statistics(TEN, [5] * n, [5] * n) is None


def test_everybody_certainly_improving_is_never_told_so() -> None:
    """All up by 4 or 5, of ten: whatever is told, it could be of people of whom somebody did not get better."""
    page = safe_statistics(TEN, [2, 3, 4, 5] * 5, [7, 7, 8, 10] * 5)
    if page is not None:
        grid = Grid(np.array(TEN.scores))
        sets = feasible(page, TEN, [2.0, 3, 4, 5] * 5, [7.0, 7, 8, 10] * 5).sets
        assert any((grid.change[list(people)] <= 0).any() for people in sets)


def test_thirty_of_thirty_who_improve_differently_are_told_with_both_ends() -> None:
    change = [1 + i % 5 for i in range(30)]
    page = printed(TEN, [1 + i % 6 for i in range(30)], [min(c, 9 - i % 6) for i, c in enumerate(change)])
    assert page.low is not None
    assert page.high is not None
    assert page.detail.step <= 0.2


@pytest.mark.parametrize("effect", [0.0, 0.5, 1.2])
@pytest.mark.parametrize(
    "names",
    [
        ("ons4_happy",),
        pytest.param(
            ("ucla3", "who5", "swemwbs", "djg6", "eq_vas", "ascot_sct4", "loneliness_direct"), marks=pytest.mark.slow
        ),
    ],
)
def test_a_strong_result_is_told_as_a_weak_one(names: tuple[str, ...], effect: float) -> None:
    """At every effect, both ends in the finest step in nine of ten pilots of twenty people and more."""
    finest = told = pilots = 0
    for name in names:
        instrument = load_instrument(name)
        scale = scale_of(instrument)
        for n in (20, 27, 40):
            for seed in range(4):
                before, after = plausible_scores(instrument, n, np.random.default_rng([n, seed]), effect)
                page = safe_statistics(scale, before, after)
                pilots += 1
                told += page is not None
                finest += page is not None and page.detail.step == rounding_steps(scale, n)[0]
    assert finest >= 0.9 * pilots
    assert told >= 29 / 30 * pilots


@pytest.mark.parametrize("n", [MANY_PEOPLE, 5_000])
def test_from_a_hundred_people_on_nobody_searches(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atpilots.disclosure.reconstruction.Audit", None)
    rng = np.random.default_rng(n)
    before = rng.integers(2, 8, n).astype(float)
    page = safe_statistics(TEN, before, np.clip(before + rng.integers(-2, 4, n), 0, 10))
    assert page
    assert page.detail == DetailLevel(0.1, 3, remarks=True)


@pytest.mark.parametrize(("unchanged", "told"), [(0, False), (1, False), (10, True)])
def test_of_many_people_too_an_average_may_not_tell_what_is_true_of_all(unchanged: int, told: bool) -> None:
    """Up by 8 or 9, but for some: the average and the interval admit that three did not get better, or not."""
    n = 120
    before = np.arange(n) % 2 * 1.0
    page = published_from(TEN, before, np.where(np.arange(n) < unchanged, before, 9.0), DetailLevel(0.1, 3))
    assert page
    assert leaves_room(page, TEN) is told


def test_nor_may_one_end_of_the_interval() -> None:
    """At least 100 points of 101: who had not improved would have taken 101 of the 100 that are missing."""
    assert safe_statistics(LONG, [0.0] * 100, [101.0] * 99 + [100.0]) is None


def test_one_end_counts_only_those_who_may_not_be_told_more() -> None:
    """Dozens of sets have this end in common, but nearly all of them are told more: so it would tell who failed."""
    before, after = [0.0] * 7 + [1.0] * 8, [0.0] * 7 + [1.0] * 4 + [0.0] * 4
    level = details(YES_NO, 15)[-1]
    page = published_from(YES_NO, np.array(before), np.array(after), level)
    alike = [
        kinds
        for kinds in np.ndindex(16, 16, 16)
        if sum(kinds) <= 15
        and published_from(YES_NO, *(np.repeat(wave, [*kinds, 15 - sum(kinds)]) for wave in WAVES), level) == page
    ]
    assert level.one_end
    assert page
    assert len(alike) > 40
    assert safe_statistics(YES_NO, before, after) is None


def test_a_mean_next_to_the_end_of_the_scale_leaves_no_room() -> None:
    before, after = np.full(100, 5.0), np.array([10.0] * 99 + [9.0])
    page = published_from(TEN, before, after, DetailLevel(0.1, 3))
    assert page
    assert not leaves_room(page, TEN)


SWEMWBS = scale_of(load_instrument("swemwbs"))
YES_NO = Scale((0.0, 1.0), "higher")
LONG = Scale(tuple(map(float, range(102))), "higher")
UNEVEN = Scale((0.0, 1.0, 20.0, 400.0), "higher")
WAVES = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])  # the four pairs of yes and no


@pytest.mark.parametrize(
    ("scale", "before", "after", "finest"),
    [
        # The change is as large as the scale but for less than one person's: everybody improved, or all but oneself.
        (LONG, [0.0] * 100, [101.0] * 99 + [100.0], None),
        (TEN, [0.0] * 100, [10.0] * 99 + [0.0], None),
        # One person accounts for nearly all that is missing from the best score: who had it knows that of all others.
        (SWEMWBS, [35.0] * 99 + [30.7], list(SWEMWBS.scores[5:-3]) * 20, None),
        (TEN, [10.0] * 99 + [5.0], [3.0, 4, 5, 6, 8] * 20, None),
        # The next score lies far below the best one: exactly one person had it.
        (UNEVEN, [400.0] * 99 + [20.0], [0.0, 1, 20, 400] * 25, None),
        # Averages to a hundredth would count a hundred people's yes and no.
        (YES_NO, [0.0] * 60 + [1.0] * 40, [0.0, 1.0] * 50, 0.1),
        (TEN, [3.0, 4, 5, 6, 8] * 20, [4.0, 5, 5, 6, 9] * 20, 0.1),
    ],
)
def test_of_many_people_no_participant_knows_all_others(
    scale: Scale, before: list[float], after: list[float], finest: float | None
) -> None:
    page = safe_statistics(scale, before, after[:100])
    if finest is not None:
        assert page
        assert page.detail.step == finest
    elif page is not None and page.before is not None:
        for mean, wave in ((page.before, before), (page.after, after[:100])):
            for end, next_to_it in ((scale.scores[0], scale.scores[1]), (scale.scores[-1], scale.scores[-2])):
                largest = max(abs(score - end) for score in wave)
                admitted = 100 * (abs(mean - end) + page.detail.step / 2)
                assert admitted - largest >= abs(next_to_it - end)
        assert 100 * (scale.reach - (abs(page.change or 0) - page.detail.step / 2)) >= 2 * scale.reach


def test_the_search_ends_after_a_stated_amount_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing passes, no level costs more than its share; a hair at the verdict's edge makes no difference."""
    from atpilots.disclosure import reconstruction

    monkeypatch.setattr(Search, "supports", lambda self, people, like: _endless(self, people, like))
    reconstruction._safe_statistics.cache_clear()
    before, after = random_answers(np.random.default_rng(1), TEN, 30)
    assert safe_statistics(TEN, before, after) is None
    reconstruction._safe_statistics.cache_clear()


def _endless(search: Search, people: tuple[int, ...], like: PublishedStatistics) -> bool:
    for _ in range(50):
        search.consider(search._grid.near(people, like, people))
    raise AssertionError("the search does not end")


@pytest.mark.parametrize("name", ["eq5d3l", "swemwbs", "ons4_happy", "ascot_sct4"])
def test_fine_scales_are_told_in_their_finest_step(name: str) -> None:
    scale = scale_of(load_instrument(name))
    scores = np.array(scale.scores)
    rng = np.random.default_rng(4)
    middle, span = len(scores) // 2, len(scores) // 4
    before = scores[middle + rng.integers(-span, span + 1, size=15)]
    after = scores[middle + rng.integers(-span, span + 1, size=15)]
    page = safe_statistics(scale, before.tolist(), after.tolist())
    assert page is not None
    assert page.detail.step == rounding_steps(scale, 15)[0]


def sets_of_three_ways(number: int, own: tuple[int, ...]) -> list[tuple[int, ...]]:
    """So many sets of eleven people on three scores, of whom some rose, stayed or fell; and these, the same in all."""
    rng = np.random.default_rng(11)
    everybody: dict[tuple[int, ...], None] = {}
    while len(everybody) < number:
        everybody[tuple(sorted((*own, *rng.choice([1, 3, 4, 5, 7], 8), *([1, 4, 7][len(own) :]))))] = None
    return list(everybody)


@pytest.mark.parametrize(("number", "told"), [(19, False), (20, True)])
def test_a_stranger_must_be_left_twenty_sets(number: int, told: bool) -> None:
    sets = the_feasible(sets_of_three_ways(number, ()))
    assert bool(sets.supported()) is told


@pytest.mark.parametrize(("others", "told"), [(1, False), (2, False), (3, True)])
def test_so_many_others_as_the_level_wants_must_be_possible(others: int, told: bool) -> None:
    """Everybody rose but one, two or three at most: at the finest level three are wanted."""
    rng, all_rose = np.random.default_rng(5), [1, 2, 5]
    sets = {
        tuple(sorted((*[4] * (k % (others + 1)), *rng.choice(all_rose, 11 - k % (others + 1)).tolist())))
        for k in range(400)
    }
    assert bool(the_feasible(list(sets), open_people=3).supported()) is told


def test_nobody_may_be_sure_that_all_others_had_the_highest_score_at_first() -> None:
    rng = np.random.default_rng(5)
    at_the_top = {tuple(sorted(rng.choice([6, 7, 8], 11).tolist())) for _ in range(400)}  # the first score is 2
    assert not the_feasible(list(at_the_top)).supported()
    below = {tuple(sorted((*[0, 4, 5], *rng.choice([6, 7, 8], 8).tolist()))) for _ in range(400)}
    assert the_feasible([*at_the_top, *below]).supported()


def the_feasible(several: list[tuple[int, ...]], open_people: int = 1) -> FeasibleSets:
    """Those sets of people on three scores, as if all made one page."""
    scale = Scale((0.0, 1.0, 2.0), "higher")
    grid = Grid(np.array(scale.scores))
    page = published_from(scale, *grid.waves(several[0]), DetailLevel(0.1, open_people))
    assert page
    sets = FeasibleSets(grid, scale, several[0], page)
    for people in several:
        sets.add(people)
    return sets


@pytest.mark.parametrize(("with_own", "told"), [(9, False), (10, True)])
def test_a_participant_must_be_left_ten_sets(with_own: int, told: bool) -> None:
    """Thirty sets without somebody's scores, and nine or ten with them: of those nine the page would not be told."""
    others, mine = sets_of_three_ways(30, ()), sets_of_three_ways(with_own, (8,))
    sets = the_feasible([*mine, *others])
    assert (set(mine) <= sets.supported()) is told
    assert set(others) <= sets.supported()


def test_the_one_who_did_not_improve_may_not_be_sure_that_all_others_did() -> None:
    """A stranger is not; the one who fell is, until some sets have another who did not rise."""
    rng, fell, rose = np.random.default_rng(2), 3, [1, 2, 5]
    alone = {tuple(sorted((fell, *rng.choice(rose, 10).tolist()))) for _ in range(300)}
    people = max(alone, key=lambda kinds: len(set(kinds)))
    sets = the_feasible(list(alone))
    assert len(sets.sets) > 40
    assert not sets.supported()
    for _ in range(60):
        sets.add(tuple(sorted((fell, fell, *rng.choice(rose, 9).tolist()))))
    assert people in sets.supported()
