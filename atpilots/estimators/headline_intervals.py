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

NOTHING = 1e-12  # binary noise of what would be nought

Directions = tuple[int, int, int]  # people who got better, stayed the same, got worse
Scores = tuple[np.ndarray, np.ndarray]  # of an arm's people, before and after
WithInterval = tuple[Any, Any, Any]  # an estimate and its interval: numbers or arrays


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


def p_value_of(n: int, low: float, high: float, fitted: int = 1) -> float:
    """The p of the t test of so many people whose 95% interval this is.

    fitted: how many numbers were fitted to them, 1 for a mean of changes, 3 for a difference at equal baselines.
    """
    from scipy import special

    return 2 * float(special.stdtr(n - fitted, -abs(low + high) / (high - low) * t_quantile(n - fitted + 1)))


def adjusted_difference_of(first: Scores, second: Scores) -> WithInterval:
    """`baseline_adjusted_difference` of the first arm from the second, with its HC3 interval; NaN where there is none.

    scores: a person a column; more rows are other people who might have been there, so that a difference is of each.
    None where the baseline varies in neither arm, anybody's answers are fitted whatever they are, or all are.
    """
    sizes = first[0].shape[-1], second[0].shape[-1]
    if min(sizes) < 2 or sum(sizes) < 4:
        return np.nan, np.nan, np.nan
    (before, after), (other_before, other_after) = (
        [wave.mean(axis=-1, keepdims=True) for wave in arm] for arm in (first, second)
    )
    x, y = (first[0] - before, second[0] - other_before), (first[1] - after, second[1] - other_after)
    squares = _sum(x[0] ** 2) + _sum(x[1] ** 2)
    apart = before - other_before
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (_sum(x[0] * y[0]) + _sum(x[1] * y[1])) / squares
        variance, fitted, room = np.zeros(1), np.ones(1, dtype=bool), squares > NOTHING
        for own_x, own_y, share in zip(x, y, (1 / sizes[0], -1 / sizes[1]), strict=True):
            left, free = own_y - slope * own_x, 1 - abs(share) - own_x**2 / squares  # residuals; 1 less the leverages
            variance = variance + _sum(((share - apart * own_x / squares) * left / free) ** 2)
            fitted = fitted & (abs(left).max(axis=-1, keepdims=True) < NOTHING)
            room = room & (free.min(axis=-1, keepdims=True) > NOTHING)
        estimate = np.where(room & ~fitted, after - other_after - slope * apart, np.nan)
        half = t_quantile(sum(sizes) - 2) * np.sqrt(variance)
    return estimate[..., 0], (estimate - half)[..., 0], (estimate + half)[..., 0]


def difference_in_change_of(first: Scores, second: Scores) -> WithInterval:
    """`difference_in_change` of the first arm from the second, with Welch's interval; NaN where there is none."""
    from scipy import special

    changes = [after - before for before, after in (first, second)]
    sizes = [change.shape[-1] for change in changes]
    if min(sizes) < 2:
        return np.nan, np.nan, np.nan
    one, other = (change.var(axis=-1, ddof=1) / size for change, size in zip(changes, sizes, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = (one + other) ** 2 / (one**2 / (sizes[0] - 1) + other**2 / (sizes[1] - 1))
        estimate = np.where(one + other > NOTHING, changes[0].mean(axis=-1) - changes[1].mean(axis=-1), np.nan)
        half = special.stdtrit(freedom, 0.975) * np.sqrt(one + other)
    return estimate, estimate - half, estimate + half


def _sum(values: np.ndarray) -> np.ndarray:
    return np.asarray(values.sum(axis=-1, keepdims=True))


@cache
def t_quantile(n: int) -> float:
    """97.5% quantile of Student's t for so many pairs."""
    from scipy import special

    return float(special.stdtrit(n - 1, 0.975))
