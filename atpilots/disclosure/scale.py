"""Every score that an instrument can give: public knowledge, and so the intruder's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atpilots.disclosure.published import Scale

if TYPE_CHECKING:
    from atpilots.instruments import Instrument

MOST_SCORES = 250  # of a finer scale, so many are kept; an intruder with fewer scores only makes us more careful


def scale_of(instrument: Instrument) -> Scale:
    """The instrument's scores, direction and smallest change that matters."""
    change = instrument.minimal_important_change
    scores = _thinned(instrument.possible_scores())
    return Scale(scores, instrument.better, (change.low, change.high) if change else None)


def _thinned(scores: tuple[float, ...]) -> tuple[float, ...]:
    keep = np.linspace(0, len(scores) - 1, min(len(scores), MOST_SCORES)).round().astype(int)
    return tuple(scores[place] for place in keep)
