"""An intruder: rebuilds answers from printed numbers, by other ways than the package's own audit."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
from scipy import stats

from atpilots.disclosure.published import PublishedStatistics, published_from
from atpilots.disclosure.scale import Scale

TEN = Scale(tuple(map(float, range(11))), "higher")
FIVE = Scale(tuple(map(float, range(1, 6))), "higher")
LONELY = Scale(tuple(map(float, range(3, 10))), "lower")
WIDE = Scale(tuple(map(float, range(0, 101, 4))), "higher", (10.0, 10.0))
SCALES = (TEN, FIVE, LONELY, WIDE)


def random_answers(rng: np.random.Generator, scale: Scale, n: int) -> tuple[list[float], list[float]]:
    """Before and after of n people on a scale: correlated, rounded, clipped, with some average change."""
    low, high, unit = scale.scores[0], scale.scores[-1], scale.scores[1] - scale.scores[0]
    span, shift = high - low, rng.uniform(-0.12, 0.2)
    person, wave = rng.normal(size=n), rng.normal(size=(2, n))
    spread = span * rng.uniform(0.1, 0.25)
    raw = low + span * rng.uniform(0.3, 0.7) + spread * (0.75 * person + 0.65 * wave)
    raw[1] += shift * span
    before, after = np.clip(np.round((raw - low) / unit) * unit + low, low, high)
    return before.tolist(), after.tolist()


@cache
def every_multiset(values: int, n: int) -> np.ndarray:
    """Every way to give n people one of so many values: a row of counts each."""
    bars = np.array(list(itertools.combinations(range(n + values - 1), values - 1)))
    ends = np.full((len(bars), 1), -1), np.full((len(bars), 1), n + values - 1)
    return np.diff(np.hstack([ends[0], bars, ends[1]]), axis=1) - 1


def rebuilt(page: PublishedStatistics, scale: Scale) -> set[tuple[float, ...]]:
    """Every set of changes on a scale of whole scores that could have made the page: all are tried."""
    span = int(scale.scores[-1] - scale.scores[0])
    values = np.arange(-span, span + 1)
    counts = every_multiset(len(values), page.n)
    total, squares, step = counts @ values, counts @ values**2, page.detail.step
    deviation = np.sqrt((squares - total**2 / page.n) / (page.n - 1))
    half = stats.t.ppf(0.975, page.n - 1) * deviation / np.sqrt(page.n)
    near = abs(total / page.n - page.change) < step
    near &= (abs(total / page.n - half - page.low) < 2 * step) & (abs(total / page.n + half - page.high) < 2 * step)
    sets = (np.repeat(values, row).astype(float) for row in counts[near])
    return {
        tuple(changes.tolist())
        for changes in sets
        if any(published_from(scale, changes, b, page.detail) == page for b in sums_before(page, scale, changes))
    }


def sums_before(page: PublishedStatistics, scale: Scale, changes: np.ndarray) -> range:
    """Every sum of scores before with which all stay on the scale."""
    least = page.n * scale.scores[0] - changes[changes < 0].sum()
    return range(int(least), int(page.n * scale.scores[-1] - changes[changes > 0].sum()) + 1)


def people_with(changes: np.ndarray, scale: Scale, total_before: float) -> tuple[np.ndarray, np.ndarray]:
    """Real people on an even scale who change like this, their scores before adding up to that sum."""
    unit = scale.scores[1] - scale.scores[0]
    before = np.maximum(scale.scores[0], scale.scores[0] - changes)
    top = np.minimum(scale.scores[-1], scale.scores[-1] - changes)
    missing = round((total_before - before.sum()) / unit)
    for person in range(len(changes)):
        added = min(missing, round((top[person] - before[person]) / unit))
        before[person] += added * unit
        missing -= added
    assert missing == 0
    return before, before + changes
