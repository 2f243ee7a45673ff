"""Every score that an instrument can give."""

from __future__ import annotations

import pytest

from atpilots.disclosure.scale import MOST_SCORES, scale_of
from atpilots.instruments import load_instrument, shipped_instruments


@pytest.mark.parametrize("name", shipped_instruments())
def test_every_scale_has_the_ends_of_its_instrument(name: str) -> None:
    instrument = load_instrument(name)
    scale = scale_of(instrument)
    assert (scale.scores[0], scale.scores[-1]) == pytest.approx(instrument.score_range)
    assert list(scale.scores) == sorted(set(scale.scores))
    assert len(scale.scores) <= MOST_SCORES


@pytest.mark.parametrize("name", ["swemwbs", "wemwbs", "who5", "oxford_hip", "eq5d3l", "eq_vas", "ons4_happy"])
def test_no_value_of_one_person_or_of_other_patients_decides_a_word(name: str) -> None:
    assert scale_of(load_instrument(name)).important is None
