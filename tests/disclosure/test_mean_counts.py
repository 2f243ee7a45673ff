"""How many sets of scores have a mean: those of trying all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from builders.attack import FIVE, TEN

from atpilots.disclosure.attrition_bounds import count_sets_with_mean
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS

LOWER = Scale(FIVE.scores, "lower")


@pytest.mark.parametrize("scale", [FIVE, LOWER])
def test_sets_are_those_of_trying_all(scale: Scale) -> None:
    for low, high in ((1.0, 1.0), (1.2, 1.3), (2.9, 2.95), (4.5, 4.6), (4.9, 5.0)):
        every = itertools.combinations_with_replacement(scale.scores, 7)
        true = sum(low - 1e-9 <= np.mean(s) <= high + 1e-9 for s in every)
        assert count_sets_with_mean(scale.scores, 7, low, high) == min(true, MIN_FEASIBLE_DATASETS)


@pytest.mark.parametrize(("short", "enough"), [(7, False), (8, True)])
def test_a_mean_is_told_from_twenty_sets_of_answers_on(short: int, enough: bool) -> None:
    """30 people who miss the top by 7 points together do so in 15 ways, by 8 in 22: the partitions of 7 and of 8."""
    mean = 10 - short / 30
    found = count_sets_with_mean(TEN.scores, 30, mean - 0.001, mean + 0.001)
    assert (found == 15) if short == 7 else (found == 20)
    assert (found >= MIN_FEASIBLE_DATASETS) is enough
