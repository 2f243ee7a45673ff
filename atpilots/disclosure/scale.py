"""What is public about an instrument's score, and so the intruder's: every value it can take, and what is better."""

from __future__ import annotations

import dataclasses

import numpy as np

from atpilots.instruments import Better, Instrument

MOST_SCORES = 250  # of a finer scale, so many are kept; an intruder with fewer scores only makes us more careful


@dataclasses.dataclass(frozen=True)
class Cut:
    """Where an instrument's published bands are cut in two: the first score above, and both halves in words."""

    at: float
    lower: str
    upper: str


@dataclasses.dataclass(frozen=True)
class Scale:
    """Every value that a score can take, in ascending order; what counts as better, and matters; where it is cut."""

    scores: tuple[float, ...]
    better: Better
    important: tuple[float, float] | None = None
    cut: Cut | None = None

    @property
    def best(self) -> float:
        """The best possible score."""
        return self.scores[-1] if self.better == "higher" else self.scores[0]

    @property
    def reach(self) -> float:
        """How far the highest score lies from the lowest."""
        return self.scores[-1] - self.scores[0]


def scale_of(instrument: Instrument) -> Scale:
    """The instrument's scores, direction, bands, and the smallest change that may judge one group's average."""
    change = instrument.deciding_change("within")  # a page compares people with themselves
    scores = instrument.possible_scores()
    kept = np.linspace(0, len(scores) - 1, min(len(scores), MOST_SCORES)).round().astype(int)
    scores = tuple(scores[place] for place in kept)
    return Scale(scores, instrument.better, (change.low, change.high) if change else None, cut_of(instrument))


def cut_of(instrument: Instrument) -> Cut | None:
    """As many bands below as above; of an odd number, the middle one counts to the worse. None without bands."""
    count = len(instrument.bands)
    if count < 2:
        return None
    below = count // 2 if instrument.better == "lower" else (count + 1) // 2
    halves = (instrument.bands[:below], instrument.bands[below:])
    lower, upper = (
        f"{half[0].low:g} to {half[-1].high:g} ({' or '.join(band.label for band in half)})"
        if half[0].low < half[-1].high
        else f"{half[0].low:g} ({half[0].label})"
        for half in halves
    )
    return Cut(halves[1][0].low, lower, upper)
