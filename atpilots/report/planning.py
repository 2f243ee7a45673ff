"""What a measure's printed interval says of how much people differ, and so of how many a study needs.

Everything comes from the numbers as printed, so it tells nothing that the page does not.
"""

from __future__ import annotations

import math

from atpilots.disclosure import ProtectedMeasure
from atpilots.estimators import t_quantile

WIDEST_STEP = 0.25  # of the interval's width: rounding outward by coarser steps would inflate the spread


def sd_of_change(measure: ProtectedMeasure) -> float | None:
    """The standard deviation of single people's changes, in points: (high − low − step)/(2t)·√n.

    Rounding outward widens an interval by one step on average. None where an end or the number of people is not told,
    or the step exceeds a quarter of the interval's width.
    """
    if measure.low is None or measure.high is None or measure.n is None:
        return None
    width = measure.high - measure.low
    if width <= 0 or measure.step > WIDEST_STEP * width + 1e-9:
        return None
    return (width - measure.step) / (2 * t_quantile(measure.n)) * math.sqrt(measure.n)


def standardised_change(measure: ProtectedMeasure) -> float | None:
    """The average change in standard deviations of the change, both as printed; None where there is no such number."""
    sd = sd_of_change(measure)
    return None if sd is None or measure.change is None else measure.change / sd
