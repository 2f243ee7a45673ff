"""What a measure's printed interval says of how much people differ, and so of how many a study needs.

Everything comes from the numbers as printed, so it tells nothing that the page does not.
"""

from __future__ import annotations

import math

from atpilots.disclosure import ProtectedMeasure, rounded, rounded_up
from atpilots.estimators import t_quantile

POWER, ALPHA = 0.8, 0.05  # two-sided
FEWEST_TO_COMPARE = 20  # in both groups together: fewer say little, however large the difference
LEAST_EFFECT, LARGEST_EFFECT = 0.02, 1.5  # standard deviations; between them statsmodels solves for 14 to 79,000 people
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


def detectable(measure: ProtectedMeasure) -> float | None:
    """The true change that a paired t test on as many pairs finds with 80% power, in points (statsmodels)."""
    from statsmodels.stats.power import TTestPower

    sd = sd_of_change(measure)
    return None if sd is None else sd * float(TTestPower().solve_power(nobs=measure.n, alpha=ALPHA, power=POWER))


def people_needed(measure: ProtectedMeasure, difference: float) -> int | None:
    """How many people, over two equal groups, a t test of their changes needs to find a difference in points.

    With 80% power at 5%, two-sided (statsmodels). None where no spread is known, or the difference is next to none.
    """
    from statsmodels.stats.power import TTestIndPower

    sd = sd_of_change(measure)
    if sd is None or difference < LEAST_EFFECT * sd:
        return None
    effect = min(difference / sd, LARGEST_EFFECT)
    each = float(TTestIndPower().solve_power(effect_size=effect, alpha=ALPHA, power=POWER))
    return max(2 * math.ceil(each), FEWEST_TO_COMPARE)


def an_example(measure: ProtectedMeasure) -> float:
    """A tenth of the scale's range, to two digits: a difference to plan for where nobody has named one."""
    tenth = (measure.score_range[1] - measure.score_range[0]) / 10
    return rounded(tenth, _second_digit(tenth))


def two_digits(people: float) -> int:
    """A number of people rounded up to two digits: no plan is more exact."""
    return round(rounded_up(people, max(1.0, _second_digit(people))))


def _second_digit(value: float) -> float:
    return 10.0 ** (math.floor(math.log10(value)) - 1)
