"""The headline's interval, fast: for the one measure there is, and for every set of answers an intruder tries.

The results table has it in another way, by `mean_change` (statsmodels); nothing is released where the two ways differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from atpilots.instruments import Better

Directions = tuple[int, int, int]  # people who got better, stayed the same, got worse


def directions_of(changes: Sequence[float] | np.ndarray, better: Better) -> Directions:
    """How many got better, stayed the same and got worse."""
    values = changes.tolist() if isinstance(changes, np.ndarray) else changes
    up, down = sum([value > 0 for value in values]), sum([value < 0 for value in values])
    same = len(values) - up - down
    return (up, same, down) if better == "higher" else (down, same, up)


def t_interval_of(changes: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """The paired t interval of a mean; without numpy, which takes several times longer for some tens of people, and an
    intruder tries thousands of times.
    """
    values = changes.tolist() if isinstance(changes, np.ndarray) else changes
    n, mean = len(values), math.fsum(values) / len(values)
    if min(values) == max(values):
        return mean, mean
    half = t_quantile(n) * math.sqrt(math.fsum([(value - mean) ** 2 for value in values]) / (n - 1)) / math.sqrt(n)
    return mean - half, mean + half


def t_interval(n: int, total: Any, squares: Any) -> tuple[Any, Any]:
    """The paired t interval of a mean from the sum and the sum of squares; numbers or arrays."""
    mean = total / n
    half = np.sqrt(np.maximum(squares - total * mean, 0) * (t_quantile(n) ** 2 / (n - 1) / n))
    return mean - half, mean + half


def p_value_of(n: int, low: float, high: float) -> float:
    """The p of the paired t test of so many pairs whose 95% interval this is."""
    from scipy import special

    return 2 * float(special.stdtr(n - 1, -abs(low + high) / (high - low) * t_quantile(n)))


@cache
def t_quantile(n: int) -> float:
    """97.5% quantile of Student's t for so many pairs."""
    from scipy import special

    return float(special.stdtrit(n - 1, 0.975))
