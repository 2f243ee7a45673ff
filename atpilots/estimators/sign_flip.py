"""The exact distribution of a sum whose terms may each have either sign."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence, Set
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from atpilots.estimators.result import NAN

# Exact tests convolve over every attainable sum. Beyond this many additions they enumerate, and beyond this many
# people too they use the normal approximation and say so; 60 people on any shipped instrument stay far below the first.
MOST_ADDITIONS = 200_000_000
MOST_ENUMERATED = 40
MOST_STEPS = 2**53  # the largest whole number up to which floats count every one
# Whole scores, decimals, and means or person-mean sums of up to twelve items (27,720 is the first number that all of 1
# to 12 divide): tried first, being much faster than fractions.
USUAL_DENOMINATORS = (1, 2, 10, 100, 1000, 27_720)
LARGEST_DENOMINATOR = 1000  # of any other mean or person-mean sum
HALVED = 500
# Up to so many binary digits, one whole number holds the ways to every sum: an intruder tries thousands of sets of
# answers, and there it is up to ten times as fast as an array.
MOST_DIGITS = 2**14
SAME = 2e-9  # changes this close are equal: scores carry nine digits, so a third after two thirds is off by 1e-9


class SignFlip(NamedTuple):
    """A two-sided p, and whether it counts every sign pattern or is the normal approximation."""

    p_value: float
    exact: bool


def sign_flip_test(change: np.ndarray, number: np.ndarray | None = None) -> SignFlip:
    """P(|±d₁ ± d₂ … ± dₙ| ≥ |Σd|) over all sign patterns, each as likely as the other; NaN for nobody.

    number: how many people have each of the changes; one each by default. Exact by convolution (Pagano & Tritchler
    1983) or enumeration where `MOST_ADDITIONS` or `MOST_ENUMERATED` allow, else 2Φ(−|Σd|/√Σd²), marked as not
    exact.
    """
    values = change.tolist()
    counts = Counter(values).items() if number is None else zip(values, number.tolist(), strict=True)
    moved = [(value, people) for value, people in counts if value]
    if not moved:  # a zero has no sign to flip
        return SignFlip(1.0 if len(change) else NAN, exact=True)
    steps, n = _lattice_steps([value for value, _ in moved]), sum([people for _, people in moved])
    if steps is not None:
        counted = [(step, people) for step, (_, people) in zip(steps, moved, strict=True)]
        if sum([abs(step) * people for step, people in counted]) * n <= MOST_ADDITIONS:
            return SignFlip(_convolved_p([step for step, people in counted for _ in range(people)]), exact=True)
    values, people = (np.array(each) for each in zip(*moved, strict=True))
    if n <= MOST_ENUMERATED:
        return SignFlip(_enumerated_p(np.repeat(values, people)), exact=True)
    return SignFlip(_normal_p(values, people), exact=False)


def distribution_of_plus(steps: np.ndarray, most: int) -> np.ndarray:
    """P(the positive terms sum to 0, 1, 2 … most) when each whole-number step is positive or not, evenly likely.

    Built one person at a time, smallest step first, on ways × 2⁻⁵⁰⁰ per 500 people: additions of floats that stay exact
    to 53 binary digits and never overflow.
    """
    plus, grown = np.zeros((2, most + 1))  # two buffers: adding an array to itself in place would copy it each time
    plus[0], end = 1.0, 1
    for position, step in enumerate(np.sort(np.abs(steps)).tolist(), start=1):
        end = min(end + step, most + 1)
        if step < end:
            np.add(plus[step:end], plus[: end - step], out=grown[step:end])
            grown[:step] = plus[:step]
            plus, grown = grown, plus
        if position % HALVED == 0:
            plus *= 0.5**HALVED
    return np.asarray(plus * 0.5 ** (len(steps) % HALVED))


def _lattice_steps(change: Sequence[float]) -> list[int] | None:
    """The changes as whole multiples of their greatest common step, or None where they share none worth using."""
    sizes = {abs(value) for value in change}
    scale = _common_denominator(sizes)
    if scale is None or scale * max(sizes) > MOST_STEPS:
        return None
    steps = [round(value * scale) for value in change]
    common = math.gcd(*steps)
    return [step // common for step in steps] if all(steps) else None


def _common_denominator(sizes: Set[float]) -> int | None:
    """A whole number that makes every size whole, or None where one of them is no fraction of few items."""
    for usual in USUAL_DENOMINATORS:
        if all(abs(round(size * usual) - size * usual) <= SAME * usual for size in sizes):
            return usual
    fractions = {size: Fraction(size).limit_denominator(LARGEST_DENOMINATOR) for size in sizes}
    if any(abs(float(fraction) - size) > SAME for size, fraction in fractions.items()):
        return None
    return math.lcm(*(fraction.denominator for fraction in fractions.values()))


def _convolved_p(steps: Sequence[int]) -> float:
    """Twice P(the positive terms sum to at most the smaller of the two sums): the distribution is symmetric."""
    smaller = min(sum([step for step in steps if step > 0]), -sum([step for step in steps if step < 0]))
    digits = len(steps) + 1  # enough for 2ⁿ
    if (smaller + 1) * digits > MOST_DIGITS:
        return min(1.0, float(2 * distribution_of_plus(np.array(steps), smaller).sum()))
    kept, ways = (1 << (smaller + 1) * digits) - 1, 1
    for step in sorted([abs(step) for step in steps]):
        ways = (ways + (ways << step * digits)) & kept if step <= smaller else ways
    # As a number's digits add up to it but for nines, so do these but for 2^digits − 1.
    return min(1.0, 2 * (ways % ((1 << digits) - 1)) / (1 << len(steps)))


def _enumerated_p(change: np.ndarray) -> float:
    """Exact p for any changes: all sums of either half, counted together by bisection."""
    observed = abs(change.sum()) - SAME * len(change)
    left, right = (_all_signed_sums(half) for half in np.array_split(change, 2))
    right.sort()
    above = len(right) - np.searchsorted(right, observed - left, side="left")
    below = np.searchsorted(right, -observed - left, side="right")
    return 1.0 if observed <= 0 else float((above + below).sum() / (len(left) * len(right)))


def _normal_p(change: np.ndarray, number: np.ndarray) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs((change * number).sum()) / np.sqrt((change**2 * number).sum())))


def _all_signed_sums(change: np.ndarray) -> np.ndarray:
    sums = np.zeros(1)
    for value in change:
        sums = np.concatenate([sums + value, sums - value])
    return sums
