"""Every score that an instrument can give: public knowledge, and so the intruder's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from atpilots.disclosure.published import Scale

if TYPE_CHECKING:
    from atpilots.instruments import Instrument, ValueSet

MOST_SCORES = 250  # of a finer scale, so many are kept; an intruder with fewer scores only makes us more careful


def scale_of(instrument: Instrument) -> Scale:
    """The instrument's scores, direction and smallest change that matters."""
    change = instrument.minimal_important_change
    scores = sorted({round(score, 9) for score in _scores(instrument)})
    return Scale(_thinned(scores), instrument.better, (change.low, change.high) if change else None)


def _scores(instrument: Instrument) -> Iterable[float]:
    if instrument.conversion:
        return instrument.conversion.score
    levels = range(instrument.lowest, instrument.highest + 1)
    if instrument.value_set:
        return _values(instrument.items, instrument.value_set)
    sums = {0.0}
    for item in instrument.items:
        sums = {total + score for total in sums for score in instrument.recode.get(item, levels)}
    return (total / len(instrument.items) for total in sums) if instrument.scoring == "mean" else sums


def _values(items: tuple[str, ...], values: ValueSet) -> Iterable[float]:
    """Every index value: the sums of the items' values, with what any problem and any worst level add."""
    sums = {(values.constant, False, False)}
    for item in items:
        worst = len(values.items[item]) - 1
        sums = {
            (round(total + value, 9), problem or level > 0, at_worst or level == worst)
            for total, problem, at_worst in sums
            for level, value in enumerate(values.items[item])
        }
    return (total + values.any_problem * problem + values.any_worst * at_worst for total, problem, at_worst in sums)


def _thinned(scores: list[float]) -> tuple[float, ...]:
    keep = np.linspace(0, len(scores) - 1, min(len(scores), MOST_SCORES)).round().astype(int)
    return tuple(scores[place] for place in keep)
