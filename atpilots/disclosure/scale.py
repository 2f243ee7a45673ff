"""What is public about an instrument's score, and so the intruder's: every value it can take, and what is better."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from atpilots.disclosure.robustness import RobustnessFlags, robustness_flags, same_flags, settled
from atpilots.estimators import Directions, Verdict, directions_of
from atpilots.instruments import Better, Instrument

MOST_SCORES = 250  # of a finer scale, so many are kept; an intruder with fewer scores only makes us more careful


@dataclasses.dataclass(frozen=True)
class Scale:
    """What is public about an instrument's score: every value that it can take, and what counts as better."""

    scores: tuple[float, ...]
    better: Better
    important: tuple[float, float] | None = None

    @property
    def best(self) -> float:
        """The best possible score."""
        return self.scores[-1] if self.better == "higher" else self.scores[0]

    def directions(self, changes: Sequence[float] | np.ndarray) -> Directions:
        """How many got better, stayed the same and got worse."""
        return directions_of(changes, self.better)

    def verdict(self, changes: np.ndarray) -> Verdict:
        """The verdict that the page prints of people with these changes, lowered where the methods disagree."""
        return settled(tuple(sorted(changes.tolist())), self.better, self.important)

    def remarks(self, changes: np.ndarray) -> RobustnessFlags:
        """What the page remarks of people with these changes."""
        return robustness_flags(tuple(sorted(changes.tolist())), self.better, self.important)

    def same_remarks(self, changes: np.ndarray, disclosed: RobustnessFlags) -> bool:
        """Whether the page remarks just that of people with these changes."""
        return same_flags(tuple(sorted(changes.tolist())), self.better, self.important, disclosed)


def scale_of(instrument: Instrument) -> Scale:
    """The instrument's scores, direction and smallest change that matters."""
    change = instrument.minimal_important_change
    scores = _thinned(instrument.possible_scores())
    return Scale(scores, instrument.better, (change.low, change.high) if change else None)


def _thinned(scores: tuple[float, ...]) -> tuple[float, ...]:
    keep = np.linspace(0, len(scores) - 1, min(len(scores), MOST_SCORES)).round().astype(int)
    return tuple(scores[place] for place in keep)
