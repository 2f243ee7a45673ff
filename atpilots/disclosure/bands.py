"""How many people scored in the worse and in the better half of an instrument's published bands (R-SDC-10).

Two bands, cut where the instrument's publisher cuts, never where the data suggest; told only where every band holds the
threshold's number of people in both waves, rounded to the nearest five, and where the reconstruction audit passes with
the bands counted as printed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from atpilots.disclosure.dataset_search import Changes
from atpilots.disclosure.perturbation import NEAR
from atpilots.disclosure.published import PublishedStatistics
from atpilots.disclosure.reconstruction import audit, finer_pages_fail
from atpilots.disclosure.rounding import rounded, rounded_count
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.score_pairs import ScorePairs, is_even, sets_near
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS
from atpilots.instruments import Instrument

MOST_SHIFTS = 200  # a limit of the search: reaching it makes us more careful

Scores = Sequence[float] | np.ndarray
Counts = tuple[int, int]  # people with scores below the cut, and from it on


@dataclasses.dataclass(frozen=True)
class Cut:
    """Where an instrument's published bands are cut in two: the first score above, and both halves in words."""

    at: float
    lower: str
    upper: str


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


def exact_bands(cut: Cut, before: Scores, after: Scores) -> Bands:
    """The exact numbers."""
    low, high = (int((np.asarray(wave) >= cut.at).sum()) for wave in (before, after))
    return Bands(cut, (len(before) - low, low), (len(after) - high, high), about=False)


def safe_bands(
    cut: Cut,
    scale: Scale,
    printed: PublishedStatistics,
    before: Sequence[float],
    after: Sequence[float],
    threshold: int,
) -> Bands | None:
    """The rounded numbers, where they may be told beside everything else that is printed of the measure."""
    disclosed = rounded_bands(cut, before, after, threshold)
    if disclosed is None or not is_even(scale.scores):
        return None
    people = TrueScores(cut, scale, printed, np.asarray(before, dtype=float), np.asarray(after, dtype=float))
    changes = np.round(people.after - people.before, 9)
    fails = finer_pages_fail(scale, printed, changes, float(people.before.sum()))
    fitting = [(people.before, people.after)]

    def consistent(before: np.ndarray, after: np.ndarray) -> bool:
        return rounded_bands(cut, before, after, threshold) == disclosed and people.same_averages(before, after)

    def fits(dataset: Changes) -> bool:
        pair = people.with_changes(np.array(dataset))
        if pair is None or not consistent(*pair) or not fails(dataset):
            return False
        fitting.append(pair)
        return True

    passed = audit(printed, scale, changes, fits).passed
    enough = (
        passed and min(sets_near(scale.scores, fitting, consistent, MIN_FEASIBLE_DATASETS)) >= MIN_FEASIBLE_DATASETS
    )
    return disclosed if enough else None


def rounded_bands(cut: Cut, before: Scores, after: Scores, threshold: int) -> Bands | None:
    """The numbers to the nearest five; None where one of them is below the threshold."""
    exact = exact_bands(cut, before, after)
    if min(*exact.before, *exact.after) < threshold:
        return None
    (a, b), (c, d) = exact.before, exact.after
    return Bands(cut, (rounded_count(a), rounded_count(b)), (rounded_count(c), rounded_count(d)))


@dataclasses.dataclass(frozen=True)
class TrueScores:
    """The true scores, from which scores for an intruder's changes are found."""

    cut: Cut
    scale: Scale
    printed: PublishedStatistics
    before: np.ndarray
    after: np.ndarray

    def with_changes(self, changes: np.ndarray) -> ScorePairs | None:
        """Scores before and after with these changes (sorted) that give both printed means, as near to the true scores
        as may be; None where none are found.
        """
        scores = self.scale.scores
        before = self.before[np.argsort(self.after - self.before, kind="stable")]
        before = np.clip(before, scores[0] - np.minimum(changes, 0), scores[-1] - np.maximum(changes, 0))
        half, n = self.printed.detail.step / 2, self.printed.n
        low = max(self.printed.before - half, self.printed.after - half - changes.sum() / n) * n
        high = min(self.printed.before + half, self.printed.after + half - changes.sum() / n) * n
        for _ in range(MOST_SHIFTS):
            if self.same_averages(before, before + changes):
                return before, before + changes
            way = 1 if before.sum() < (low + high) / 2 else -1
            movable = np.flatnonzero(self._stays(before, changes, way))
            if not movable.size:
                return None
            before[movable[0]] += way * _unit(scores)
        return None

    def same_averages(self, before: np.ndarray, after: np.ndarray) -> bool:
        """Whether both averages would be printed the same."""
        p, step = self.printed, self.printed.detail.step
        return rounded(float(before.mean()), step) == p.before and rounded(float(after.mean()), step) == p.after

    def _stays(self, before: np.ndarray, changes: np.ndarray, way: int) -> np.ndarray:
        """Who can move one score without leaving the scale or a band."""
        moved, cut, scores = before + way * _unit(self.scale.scores), self.cut.at, self.scale.scores
        on_scale = (np.minimum(moved, moved + changes) >= scores[0] - NEAR) & (
            np.maximum(moved, moved + changes) <= scores[-1] + NEAR
        )
        same = ((moved >= cut) == (before >= cut)) & ((moved + changes >= cut) == (before + changes >= cut))
        return np.asarray(on_scale & same)


def _unit(scores: Sequence[float]) -> float:
    return scores[1] - scores[0]
