"""The exact distribution of a sum whose terms may each have either sign."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

NAN = float("nan")

# Exact tests convolve over every attainable sum. Beyond this many additions they enumerate, and beyond this many
# people too they use the normal approximation; 60 people on any shipped instrument stay far below the first.
MOST_ADDITIONS = 200_000_000
MOST_ENUMERATED = 40
USUAL_DENOMINATORS = (1, 2, 10, 100, 1000)
LARGEST_DENOMINATOR = 1000  # means and person-mean sums are fractions of few items
HALVED = 500
SAME = 2e-9  # changes this close are equal: scores carry nine digits, so a third after two thirds is off by 1e-9


def sign_flip_p(change: np.ndarray) -> float:
    """P(|±d₁ ± d₂ … ± dₙ| ≥ |Σd|) over all sign patterns, each as likely as the other; NaN for nobody.

    Exact by convolution (Pagano & Tritchler 1983) or enumeration where `MOST_ADDITIONS` or `MOST_ENUMERATED` allow,
    else 2Φ(−|Σd|/√Σd²).
    """
    moved = change[change != 0]  # a zero has no sign to flip
    if len(moved) == 0:
        return 1.0 if len(change) else NAN
    steps = _lattice_steps(moved)
    if steps is not None and float(np.abs(steps).sum()) * len(steps) <= MOST_ADDITIONS:
        return _convolved_p(steps)
    if len(moved) <= MOST_ENUMERATED:
        return _enumerated_p(moved)
    return _normal_p(moved)


def distribution_of_plus(steps: np.ndarray) -> np.ndarray:
    """P(the positive terms sum to 0, 1, 2 … half of all) when each whole-number step is positive or not, evenly likely.

    Built one person at a time, smallest step first, on ways × 2⁻⁵⁰⁰ per 500 people: additions of floats that stay exact
    to 53 binary digits and never overflow.
    """
    # The distribution is symmetric: its lower half, the middle included, is all.
    plus = np.zeros(int(np.abs(steps).sum()) // 2 + 1)
    plus[0], end = 1.0, 1
    for position, step in enumerate(np.sort(np.abs(steps)).tolist(), start=1):
        end = min(end + step, len(plus))
        plus[step:end] += plus[: max(0, end - step)]
        if position % HALVED == 0:
            plus *= 0.5**HALVED
    return plus * 0.5 ** (len(steps) % HALVED)


def _lattice_steps(change: np.ndarray) -> np.ndarray | None:
    """The changes as whole multiples of their greatest common step, or None where they share none worth using."""
    sizes = np.unique(np.abs(change))
    scale = _common_denominator(sizes)
    if scale is None or scale * float(sizes.sum()) > MOST_ADDITIONS:
        return None
    steps = np.rint(change * scale).astype(np.int64)
    return np.asarray(steps // np.gcd.reduce(steps)) if steps.all() else None


def _common_denominator(sizes: np.ndarray) -> int | None:
    """A whole number that makes every size whole, or None where one of them is no fraction of few items."""
    for usual in USUAL_DENOMINATORS:  # much faster than fractions
        if (np.abs(np.rint(sizes * usual) - sizes * usual) <= SAME * usual).all():
            return usual
    fractions = [Fraction(float(size)).limit_denominator(LARGEST_DENOMINATOR) for size in sizes]
    if any(abs(float(f) - size) > SAME for f, size in zip(fractions, sizes, strict=True)):
        return None
    return math.lcm(*(fraction.denominator for fraction in fractions))


def _convolved_p(steps: np.ndarray) -> float:
    lower = distribution_of_plus(steps)
    from_zero = np.abs(steps).sum() - 2 * np.arange(len(lower))
    return min(1.0, float(2 * lower[from_zero >= abs(steps.sum())].sum()))


def _enumerated_p(change: np.ndarray) -> float:
    """Exact p for any changes: all sums of either half, counted together by bisection."""
    observed = abs(change.sum()) - SAME * len(change)
    left, right = (_all_signed_sums(half) for half in np.array_split(change, 2))
    right.sort()
    above = len(right) - np.searchsorted(right, observed - left, side="left")
    below = np.searchsorted(right, -observed - left, side="right")
    return 1.0 if observed <= 0 else float((above + below).sum() / (len(left) * len(right)))


def _normal_p(change: np.ndarray) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(change.sum()) / np.sqrt((change**2).sum())))


def _all_signed_sums(change: np.ndarray) -> np.ndarray:
    sums = np.zeros(1)
    for value in change:
        sums = np.concatenate([sums + value, sums - value])
    return sums
