"""Plausible pilots of every shipped instrument: correlated answers, level by level, with a modest average change."""

from __future__ import annotations

import numpy as np
import pandas as pd

from atpilots.instruments import Instrument

BETWEEN_ITEMS = 0.6  # of an item's variance is what its person and wave have in common over all items


def plausible_scores(
    instrument: Instrument, n: int, rng: np.random.Generator, effect: float | None = None
) -> tuple[list[float], list[float]]:
    """Scores before and after of n people.

    Drawn per pilot: where people stand on each item's levels (0.45 to 0.65 of the way to the best), how far they spread
    (SD 0.20 to 0.28 of the levels), retest correlation 0.5 to 0.8, and without an `effect` (in SD, for the better) a
    change of −0.1 to 0.5 SD.
    """
    levels = plausible_levels(instrument, n, rng, effect)
    before, after = (
        instrument.score(pd.DataFrame({column: answers[side].astype(float) for column, answers in levels.items()}))
        for side in (0, 1)
    )
    return before.tolist(), after.tolist()


def plausible_levels(
    instrument: Instrument, n: int, rng: np.random.Generator, effect: float | None = None
) -> dict[str, np.ndarray]:
    """The levels behind `plausible_scores`, by item: an array of (before, after) by people."""
    retest, stand, spread = rng.uniform(0.5, 0.8), rng.uniform(0.45, 0.65), rng.uniform(0.20, 0.28)
    person, wave = rng.normal(size=n), rng.normal(size=(2, n))
    trait = np.sqrt(retest) * person + np.sqrt(1 - retest) * wave
    drawn = rng.uniform(-0.1, 0.5)
    trait[1] += drawn if effect is None else effect
    of_item = rng.normal(size=(len(instrument.items), 2, n))
    common = BETWEEN_ITEMS if len(instrument.items) > 1 else 1.0
    good = np.clip(stand + spread * (np.sqrt(common) * trait + np.sqrt(1 - common) * of_item), 0, 1)
    low, high = instrument.lowest, instrument.highest
    return {
        column: np.round(low + (good[i] if rises else 1 - good[i]) * (high - low))
        for i, (column, rises) in enumerate(zip(instrument.columns, _rising(instrument), strict=True))
    }


def _rising(instrument: Instrument) -> list[bool]:
    """Of each item, whether its highest level is the better one."""
    rising = []
    for column in instrument.columns:
        answers = pd.DataFrame({other: [float(instrument.lowest)] * 2 for other in instrument.columns})
        answers.loc[1, column] = float(instrument.highest)
        lowest, highest = instrument.score(answers)
        rising.append((highest > lowest) == (instrument.better == "higher"))
    return rising
