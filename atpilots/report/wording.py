"""How a protected number is said: one way for sentences, tables, pictures and their text alternatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from atpilots.disclosure import ProtectedMeasure, rounded, rounded_down, rounded_up
from atpilots.files import listed
from atpilots.instruments import Yardstick


def people(count: int) -> str:
    """A number of people in words: "nobody", "1 person", "25 people"."""
    if count == 0:
        return "nobody"
    return f"{count} {'person' if count == 1 else 'people'}"


def display_label(measure: ProtectedMeasure) -> str:
    """The measure's name, and who rated it where that was not the resident."""
    return measure.label if measure.rater == "resident" else f"{measure.label}, rated by support workers"


def change_interval(measure: ProtectedMeasure) -> str:
    """The interval of the average change in points, as `interval` says it; one mark where it is withheld."""
    if measure.withheld:
        return measure.missing
    return interval(measure.low, measure.high, lambda value: measure.number(value, signed=True))


def interval(low: float | None, high: float | None, say: Callable[[float], str]) -> str:
    """ "−0.3 to +1.2"; "at least 1" or "at most −1" where only that end is told (the other one is None or no number).

    Such an end lies on one side of no change, however it was rounded: so none is "at least 0".
    """
    if high is None or not math.isfinite(high):
        return f"{'at least' if low else 'above'} {say(low or 0.0).removeprefix('+')}"
    if low is None or not math.isfinite(low):
        return f"{'at most' if high else 'below'} {say(high)}"
    return f"{say(low)} to {say(high)}"


def smallest_change(measure: ProtectedMeasure) -> str:
    """What a measure of which one end is told tells of its change: "rose by at least 1 point"."""
    end = abs(measure.low or measure.high or 0.0)
    least = f"{'at least' if end else 'more than'} {points(measure, end)}"
    return f"{'rose' if measure.low is not None else 'fell'} on average by {least}"


def points(measure: ProtectedMeasure, value: float) -> str:
    """A number of score points: "1 point", "0.5 points"."""
    return f"{measure.number(value)} point{'' if measure.number(value) == '1' else 's'}"


def percent_of_scale(measure: ProtectedMeasure) -> tuple[float | None, float | None, float | None]:
    """A measure's change and the ends of its interval in percent of its scale's range, better counted positive.

    Whole percents, the interval outward; None for what is not told. Made from the rounded numbers, so it tells nothing
    more than they do.
    """
    part = 100 / (measure.score_range[1] - measure.score_range[0])
    change, low, high = (None if v is None else v * part for v in (measure.change, measure.low, measure.high))
    if measure.better == "lower":
        change, low, high = (None if value is None else -value for value in (change, high, low))
    return (
        None if change is None else rounded(change, 1),
        None if low is None else rounded_down(low, 1),
        None if high is None else rounded_up(high, 1),
    )


def percent(value: float) -> str:
    """A change in whole percents: "+6%", "0%", "−3%"."""
    return f"{value:+.0f}%".replace("+0%", "0%").replace("-0%", "0%").replace("-", "−")


def orientation(published: Sequence[Yardstick]) -> str:
    """What is published of others, with people, place, time and source; nothing where nothing is."""
    if not published:
        return ""
    one = published[0]
    values = listed([f"{other.value} for {other.people}" for other in published])
    return (
        f"For orientation: the {one.statistic} was {values}. These people differ, and it is no target ({one.place}, "
        f"{one.period}: {one.source})."
    )


def within(label: str) -> str:
    """A label as it is written within a sentence: "GPS locator" keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
