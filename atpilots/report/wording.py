"""How a protected number is said: one way for sentences, tables, pictures and their text alternatives."""

from __future__ import annotations

from atpilots.disclosure import ProtectedMeasure, rounded, rounded_down, rounded_up


def people(count: int) -> str:
    """A number of people in words: "nobody", "1 person", "25 people"."""
    if count == 0:
        return "nobody"
    return f"{count} {'person' if count == 1 else 'people'}"


def display_label(measure: ProtectedMeasure) -> str:
    """The measure's name, and who rated it where that was not the resident."""
    return measure.label if measure.rater == "resident" else f"{measure.label}, rated by support workers"


def change_interval(measure: ProtectedMeasure) -> str:
    """The interval of the average change in points: "−0.3 to +1.2"; one mark where it is withheld."""
    if measure.withheld:
        return measure.missing
    return f"{measure.number(measure.low, signed=True)} to {measure.number(measure.high, signed=True)}"


def percent_of_scale(measure: ProtectedMeasure) -> tuple[float, float, float]:
    """A measure's change and the ends of its interval in percent of its scale's range, better counted positive.

    Whole percents, the interval outward. Made from the rounded numbers, so it tells nothing more than they do.
    """
    span = measure.score_range[1] - measure.score_range[0]
    sign = 1 if measure.better == "higher" else -1
    ends = [100 * sign * float(value) / span for value in (measure.low, measure.high) if value is not None]
    change = 100 * sign * float(measure.change or 0.0) / span
    return rounded(change, 1), rounded_down(min(ends), 1), rounded_up(max(ends), 1)


def percent(value: float) -> str:
    """A change in whole percents: "+6%", "0%", "−3%"."""
    return f"{value:+.0f}%".replace("+0%", "0%").replace("-0%", "0%").replace("-", "−")


def within(label: str) -> str:
    """A label as it is written within a sentence: "GPS locator" keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
