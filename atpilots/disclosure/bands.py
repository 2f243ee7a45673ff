"""How many people scored in the worse and in the better half of an instrument's published bands (R-SDC-10).

Two bands, cut where the instrument's publisher cuts, never where the data suggest; told only where every band holds the
threshold's number of people in both waves, and where the reconstruction audit passes with the bands counted as printed.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from atpilots.disclosure.scale import Cut
from atpilots.disclosure.thresholds import disclosed_part

Counts = tuple[int, int]  # people with scores below the cut, and from it on


@dataclasses.dataclass(frozen=True)
class Bands:
    """Numbers of people in both bands, before and after."""

    cut: Cut
    before: Counts
    after: Counts
    about: bool = True

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Each band in words, with its numbers before and after."""
        words = "about {}" if self.about else "{}"
        numbers = zip((self.cut.lower, self.cut.upper), self.before, self.after, strict=True)
        return [(band, words.format(before), words.format(after)) for band, before, after in numbers]


def exact_bands(cut: Cut, before: np.ndarray, after: np.ndarray) -> Bands:
    """The exact numbers."""
    low, high = (int((wave >= cut.at).sum()) for wave in (before, after))
    return Bands(cut, (len(before) - low, low), (len(after) - high, high), about=False)


def rounded_bands(cut: Cut, before: np.ndarray, after: np.ndarray, threshold: int) -> Bands | None:
    """The numbers below the cut to the nearest five, the others as what is left of all, so that both add up.

    None where one of them is below the threshold, or where too few numbers round alike.
    """
    n = len(before)
    first, second = (disclosed_part(int((wave < cut.at).sum()), n, threshold) for wave in (before, after))
    return None if first is None or second is None else Bands(cut, (first, n - first), (second, n - second))
