"""What a page tells that has everything at once, of the same people: several waves, other arms and two raters."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from builders.attack import FIVE, LONELY, TEN, Group, JointPage, learned
from disclosure.test_course import END, random_course, told
from disclosure.test_two_arms import MOST, same_difference

from atpilots.disclosure.arms import ArmsAudit, Contrast, PublishedDifference
from atpilots.disclosure.protected import ProtectedWave
from atpilots.disclosure.published import PublishedStatistics, averages_alone
from atpilots.disclosure.reconstruction import in_order, safe_statistics
from atpilots.disclosure.scale import Scale


@dataclasses.dataclass(frozen=True)
class Page:
    """All that is told of some people's scores: the piloted arm's waves and views, and each other arm beside it."""

    own: PublishedStatistics
    course: tuple[ProtectedWave, ...]
    view: PublishedStatistics | None
    beside: tuple[tuple[PublishedStatistics, PublishedDifference], ...]


def page_of(scale: Scale, by_lot: bool, waves: list[str], piloted: np.ndarray, *others: np.ndarray) -> Page | None:
    """What the package tells; None where it tells no comparison. piloted: the columns start, end, the waves between,
    and where they were rated also the workers' two.
    """
    start, end, *_ = piloted.T.tolist()
    audit = ArmsAudit(Contrast(scale, None, by_lot), in_order(start, end))
    beside = [audit.beside(in_order(*other.T.tolist())) for other in others]
    own = safe_statistics(scale, start, end)
    if own is None or beside[0] is None:
        return None
    _, course = told(scale, of_waves(piloted, waves))
    views = piloted[:, 2 + len(waves) :]
    rated = views[~np.isnan(views).any(axis=1)]
    view = safe_statistics(scale, *rated.T.tolist()) if views.size else None
    other_arms = tuple((averages_alone(other), difference) for other, difference in filter(None, beside))
    return Page(averages_alone(own), course, view and averages_alone(view), other_arms)


def of_waves(piloted: np.ndarray, waves: list[str]) -> pd.DataFrame:
    """The scores at each wave, in their order."""
    return pd.DataFrame(piloted[:, [0, *range(2, 2 + len(waves)), 1]], columns=["start", *waves, END])


def random_people(rng: np.random.Generator, scale: Scale, waves: int, rated: bool) -> list[np.ndarray]:
    """The piloted arm, and one or two others."""
    sizes = rng.integers(11, 32, size=2 + (rng.random() < 0.25))
    missing = int(rng.integers(10, sizes[0] - 10)) if sizes[0] >= 21 and rng.random() < 0.3 else 0
    first, *others = (random_course(rng, scale, int(n), waves, 0 if at else missing) for at, n in enumerate(sizes))
    between = [wave for wave in first if wave not in {"start", END}]
    scores = first[["start", END, *between]].to_numpy()
    if rated:
        views = np.clip(scores[:, :2] + rng.integers(-1, 2, (len(scores), 2)), scale.scores[0], scale.scores[-1])
        if len(scores) >= 21 and rng.random() < 0.5:
            views[: rng.integers(10, len(scores) - 10)] = np.nan
        scores = np.hstack([scores, views])
    return [scores, *(other[["start", END]].to_numpy() for other in others)]


def attacked(seed: int) -> list[str] | None:
    """The faults of a random page; None where it tells no difference, or neither a course nor workers' views."""
    rng = np.random.default_rng(seed)
    scale, by_lot, number, rated = (TEN, FIVE, LONELY)[rng.integers(3)], *rng.integers(2, size=3)
    people = random_people(rng, scale, 3 + int(number), bool(rated))
    waves = [f"wave {place}" for place in range(2, 3 + int(number))]
    page = page_of(scale, bool(by_lot), waves, *people)
    if page is None:
        return None
    piloted = group_of(scale, page, waves, people[0])
    if len(piloted.pages) == 1:
        return None
    told_of = zip(people[1 : 1 + len(page.beside)], page.beside, strict=True)  # of the third arm only beside the second
    others = [Group(other, [(own, 0, 1)], [(0, 1)], words=False) for other, (own, _) in told_of]
    ways = [same_difference(scale, difference, bool(by_lot)) for _, difference in page.beside]

    def tied(first: np.ndarray, *several: np.ndarray) -> np.ndarray:
        fits = np.ones(len(first), dtype=bool)
        for same, other in zip(ways, several, strict=True):
            fits[fits] = same(first[fits], other[fits])
        return fits

    return learned(scale, [piloted, *others], MOST, tied)


def group_of(scale: Scale, page: Page, waves: list[str], scores: np.ndarray) -> Group:
    """The piloted arm: what is told of each wave reads like a page of its own, without the average then."""
    told: list[JointPage] = [(page.own, 0, 1)]
    for wave in page.course:
        if wave.name != END and not wave.withheld:
            before = page.own.before if wave.n == page.own.n else None  # else it is of other people
            numbers = {"before": before, "after": None, "change": wave.change, "low": wave.low, "high": wave.high}
            told.append((dataclasses.replace(page.own, **numbers), 0, 2 + waves.index(wave.name)))
    pairs = [*itertools.combinations([0, *(after for _, _, after in told)], 2)]
    if page.view is not None:
        views = scores.shape[1] - 2, scores.shape[1] - 1
        told.append((page.view, *views))
        pairs.append(views)
    return Group(scores, told, pairs, words=False)


def test_a_page_that_has_everything_makes_nothing_certain() -> None:
    found = [attacked(seed) for seed in (6, 19)]  # of the last nothing may be told
    assert [fault for fault in found if fault] == []
    assert found.count(None) < len(found)


@pytest.mark.slow
def test_whole_pages_at_random_make_nothing_certain() -> None:
    found = [attacked(seed) for seed in range(150)]  # more: tests/simulations/attacks.py
    assert [fault for fault in found if fault] == []
    assert found.count([]) >= 100


def test_the_attack_finds_what_another_wave_makes_certain() -> None:
    """It can fail: a page beside which another wave says that everybody rose by one."""
    rng = np.random.default_rng(3)
    piloted, other, *_ = random_people(rng, TEN, 3, rated=False)
    piloted = np.column_stack([piloted[:, :2], piloted[:, 0] + 1])
    page = page_of(TEN, False, ["wave 2"], piloted, other)
    assert page is not None
    alike = ProtectedWave("wave 2", page.own.n, 1.0, 1.0, 1.0)
    group = group_of(TEN, dataclasses.replace(page, course=(alike,)), ["wave 2"], piloted)
    assert "certain to None" in str(learned(TEN, [group], most=1000))
