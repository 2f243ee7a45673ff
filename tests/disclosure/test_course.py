"""The course over several waves: what is told of it, and what an intruder makes of all waves together."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from builders.attack import FIVE, LONELY, TEN, Group, learned

from atpilots.disclosure import Audience, ProtectedMeasure, ProtectedWave
from atpilots.disclosure.course import NOT_TOLD, SOME_MISSING, TOO_FEW_THEN, protected_course
from atpilots.disclosure.published import PublishedStatistics, details, published_from
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import Scale

END = "end"


def headline(scale: Scale, page: PublishedStatistics) -> ProtectedMeasure:
    ends = scale.scores[0], scale.scores[-1]
    numbers = {"before": page.before, "after": page.after, "change": page.change, "low": page.low, "high": page.high}
    return ProtectedMeasure("m", "M", "resident", True, scale.better, ends, page.n, page.detail.step, **numbers)


def random_course(rng: np.random.Generator, scale: Scale, n: int, waves: int, missing: int = 0) -> pd.DataFrame:
    """Scores of n people at so many waves, the last one the end point; of some none at the second."""
    low, high = scale.scores[0], scale.scores[-1]
    span, shift = high - low, np.linspace(0, rng.uniform(-0.15, 0.25), waves)
    level = low + span * rng.uniform(0.3, 0.7) + span * rng.uniform(0.08, 0.2) * rng.normal(size=(n, 1))
    noise = span * rng.uniform(0.05, 0.18) * rng.normal(size=(n, waves))
    scores = np.clip(np.round(level + span * shift + noise), low, high)
    scores[rng.permutation(n)[:missing], 1] = np.nan
    return pd.DataFrame(scores, columns=["start", *(f"wave {i}" for i in range(2, waves)), END])


def told(scale: Scale, scores: pd.DataFrame) -> tuple[PublishedStatistics | None, tuple[ProtectedWave, ...]]:
    page = safe_statistics(scale, scores["start"].tolist(), scores[END].tolist())
    if page is None or page.detail.one_end:
        return page, ()
    return page, protected_course(scale, headline(scale, page), scores, END, Audience.PUBLIC)


@pytest.mark.parametrize(
    ("n", "missing", "why"),
    [(27, 0, ""), (27, 1, SOME_MISSING), (27, 9, SOME_MISSING), (27, 10, ""), (20, 10, TOO_FEW_THEN)],
)
def test_no_average_differs_from_another_by_one_to_nine_people(n: int, missing: int, why: str) -> None:
    page, course = told(TEN, random_course(np.random.default_rng(5), TEN, n, 3, missing))
    assert page is not None
    wave, end = course
    assert (wave.withheld, wave.change is None) == (why, bool(why))
    assert wave.n == (None if why == TOO_FEW_THEN else n - missing)
    assert (end.change, end.low, end.high, end.n) == (page.change, page.low, page.high, n)


def test_two_other_waves_do_not_set_a_few_people_apart() -> None:
    """Each lacks ten of the headline's people, but not quite the same ten."""
    scores = random_course(np.random.default_rng(5), TEN, 40, 4)
    scores.loc[:9, "wave 2"] = scores.loc[3:12, "wave 3"] = np.nan
    _, (second, third, _) = told(TEN, scores)
    assert (second.withheld, third.withheld) == ("", SOME_MISSING)


def test_a_wave_in_which_everybody_changed_alike_is_not_told_and_the_reason_says_nothing() -> None:
    scores = random_course(np.random.default_rng(5), TEN, 27, 3)
    scores["wave 2"] = (scores["start"] + 1).clip(upper=10)
    scores["start"] = scores["wave 2"] - 1
    _, course = told(TEN, scores)
    assert not course or course[0].withheld == NOT_TOLD


def attacked(seed: int, exact: bool = False) -> list[str] | None:
    """The faults of a random page; None where it tells no course."""
    rng = np.random.default_rng(seed)
    scale, n, waves = (TEN, FIVE, LONELY)[rng.integers(3)], int(rng.integers(11, 32)), int(rng.integers(3, 5))
    scores = random_course(rng, scale, n, waves)
    page, course = told(scale, scores)
    shown = [wave.name for wave in course if not wave.withheld]
    if page is None or len(shown) < 2:
        return None
    pages = [safe_statistics(scale, scores["start"].tolist(), scores[wave].tolist()) for wave in shown]
    assert [(p.change, p.low, p.high, p.before) for p in pages if p] == [
        (w.change, w.low, w.high, page.before) for w in course if not w.withheld
    ]
    return joint(scale, scores[["start", *shown]].to_numpy(), [p for p in pages if p], exact)


def joint(
    scale: Scale, scores: np.ndarray, pages: list[PublishedStatistics], exact: bool = False, most: int = 200_000
) -> list[str]:
    """What the pages of all later waves together tell; exact: count sets of which the audit tells the same only."""

    def told_alike(people: np.ndarray) -> bool:
        first, *later = people.T.tolist()
        return all(safe_statistics(scale, first, p) == page for p, page in zip(later, pages, strict=True))

    told = [(page, 0, place) for place, page in enumerate(pages, start=1)]
    group = Group(scores, told, [*itertools.combinations(range(len(pages) + 1), 2)])
    return learned(scale, [group], most, asked=told_alike if exact else None)


def test_all_waves_together_make_nothing_certain() -> None:
    found = [attacked(seed) for seed in (0, 2, 127)]  # of the last nothing may be told
    assert [fault for fault in found if fault] == []
    assert found.count(None) < len(found)


@pytest.mark.slow
def test_all_waves_of_150_random_pages_together_make_nothing_certain() -> None:
    found = [attacked(seed) for seed in range(150)]  # more: tests/simulations/attacks.py
    assert [fault for fault in found if fault] == []
    assert found.count([]) >= 60


@pytest.mark.slow
def test_sets_of_which_the_package_would_tell_the_same_are_enough_too() -> None:
    """The attack asks the audit itself of every set, so nothing that it decides tells more."""
    assert [fault for fault in (attacked(seed, exact=True) for seed in range(25)) if fault] == []


def test_the_attack_finds_what_is_certain() -> None:
    """It can fail: everybody rose by the same, and a page that says so."""
    scores = np.column_stack([np.arange(12) % 5 + 2.0, np.arange(12) % 5 + 3.0, np.arange(12) % 5 + 4.0])
    level = details(TEN, 12)[0]
    pages = [published_from(TEN, scores[:, 0], scores[:, place], level) for place in (1, 2)]
    assert "certain to None" in str(joint(TEN, scores, [page for page in pages if page], most=1000))
