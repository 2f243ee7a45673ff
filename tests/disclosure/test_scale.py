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
