"""The intruder who tries every joint table of answers finds twenty sets of everything behind a page that is told."""

from __future__ import annotations

import numpy as np
import pytest
from builders.joint_attack import THRESHOLD, answers_of, ends, groups_that_read_the_same, page_about, starts

from atpilots.disclosure.bands import Cut
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS

SCALES = ((0.0, 1.0, 2.0), (1.0, 3.0, 5.0), (0.0, 5.0, 10.0))


def a_pilot(seed: int) -> tuple[Scale, Cut, list[float], list[float]]:
    """A short scale, and answers of 11 to 24 people: scattered, near the top, or nearly all alike."""
    rng = np.random.default_rng([77, seed])
    scores = SCALES[rng.integers(len(SCALES))]
    unit = scores[1] - scores[0]
    important = (None, (unit / 4, unit / 2))[rng.integers(2)]
    scale = Scale(scores, ("higher", "lower")[rng.integers(2)], important)  # type: ignore[arg-type]
    n = int(rng.integers(11, 25))
    chances = ((1, 1, 1), (1, 2, 6), (1, 6, 1))[rng.integers(3)]
    before = rng.choice(3, n, p=np.array(chances) / sum(chances))
    stays = rng.random(n) < (0.3, 0.8)[rng.integers(2)]
    after = np.where(stays, before, rng.choice(3, n))
    places = np.array(scores)
    return scale, Cut(scores[2], "lower", "upper"), places[before].tolist(), places[after].tolist()


def attacked(seed: int) -> tuple[int, int, int] | None:
    """How many sets of changes, of scores before and after make just the same page; None where nothing is told.

    Counting stops where there is enough of each.
    """
    scale, cut, before, after = a_pilot(seed)
    page = page_about(scale, cut, before, after)
    if page is None:
        return None
    levels = len(scale.scores)
    changes, befores, afters = set(), set(), set()
    groups = list(groups_that_read_the_same(page.printed, scale))
    for place in np.random.default_rng(seed).permutation(len(groups)):
        group = groups[place]
        if safe_statistics(scale, *answers_of(group.tables[0], scale), THRESHOLD) != page.printed:
            continue
        changes.add(group.changes)
        befores |= set(map(tuple, starts(group.tables, levels).tolist()))
        afters |= set(map(tuple, ends(group.tables, levels).tolist()))
        if min(len(changes), len(befores), len(afters)) >= MIN_FEASIBLE_DATASETS:
            break
    return len(changes), len(befores), len(afters)


def enough_behind(seeds: range) -> int:
    """How many of the pilots are told; behind each page is enough of everything."""
    found = [attacked(seed) for seed in seeds]
    told = [numbers for numbers in found if numbers is not None]
    assert all(min(numbers) >= MIN_FEASIBLE_DATASETS for numbers in told), told
    return len(told)


@pytest.mark.parametrize(("seeds", "told"), [(range(2, 6), 3), pytest.param(range(2), 2, marks=pytest.mark.slow)])
def test_twenty_sets_of_everything_stand_behind_a_page(seeds: range, told: int) -> None:
    assert enough_behind(seeds) >= told
