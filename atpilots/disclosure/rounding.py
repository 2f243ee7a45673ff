"""Rounding, in one place: to the nearest step, or outward so that no interval looks narrower than it is."""

from __future__ import annotations

import math

COUNT_BASE = 5  # R-SDC-05
NEAR = 1e-9  # numbers this close are equal


def rounded_count(count: int) -> int:
    """The nearest multiple of five; whole numbers never tie."""
    return COUNT_BASE * round(count / COUNT_BASE)


def rounds_to_same(count: int) -> range:
    """Every number of people that is rounded to the same multiple of five."""
    shown = rounded_count(count)
    return range(max(0, shown - COUNT_BASE // 2), shown + COUNT_BASE // 2 + 1)


def rounded(value: float, step: float) -> float:
    """The nearest multiple of `step`, halves away from zero."""
    return _tidy(math.copysign(math.floor(_tidy(abs(value) / step) + 0.5) * step, value))


def rounded_down(value: float, step: float) -> float:
    """The multiple of `step` at or below the value."""
    return _tidy(math.floor(_tidy(value / step)) * step)


def rounded_up(value: float, step: float) -> float:
    """The multiple of `step` at or above the value."""
    return _tidy(math.ceil(_tidy(value / step)) * step)


def decimals(step: float) -> int:
    """How many decimals a multiple of `step` needs."""
    return max(0, math.ceil(-math.log10(step) - 1e-9))


def _tidy(value: float) -> float:
    """Without the binary noise that would push 0.3 / 0.1 over or under a whole number."""
    return round(value, 9) + 0.0
