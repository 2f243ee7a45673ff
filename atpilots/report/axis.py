"""The scale below a picture: which part of it is shown, where a value stands on it, and which values stand below.

The part shown follows from the instrument and from printed numbers only, so it tells nothing that they do not.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from atpilots.disclosure import ProtectedMeasure
from atpilots.files import listed
from atpilots.page import EDGE, GREY, Box, Format, Sheet, width_of, wrapped
from atpilots.report.beside import Beside, Range, zone_bands
from atpilots.report.wording import moved_ends, short_of_the_line

NARROWEST_MARGIN = 20  # CSS pixels: a mark at the scale's end stays within the picture
TICK, BELOW = 5, 9  # CSS pixels: a tick's length, and from the axis to the numbers below it
ON = 16  # CSS pixels of dots where the scale goes on
ROOM = 1.1  # how much further than the one end that is told an axis reaches, for the arrow
SHORT = 1.5  # percent of the scale by which a bar stops short of a line that it does not reach
HEAD = 12  # CSS pixels: how long an arrow head is

LARGE = 1000  # from here numbers have a comma, and few fit beside each other


@dataclasses.dataclass(frozen=True)
class Axis:
    """A part of a scale, between two places of a picture."""

    measure: ProtectedMeasure
    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Where a value stands across; at the axis' end where it lies beyond."""
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + part * (self.right - self.left)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Values below the axis with their labels."""
        if self.measure.one_end:
            return [(tick, change_tick_label(tick)) for tick in change_ticks(self.high)]
        return [(tick, tick_label(round(tick, 2))) for tick in scale_ticks(self.low, self.high)]

    @property
    def goes_on(self) -> list[float]:
        """The ends of the scale that lie beyond the part shown."""
        if self.measure.one_end:
            return []
        return [end for end, at in zip(self.measure.score_range, (self.low, self.high), strict=True) if end != at]

    def title(self, form: Format, better: bool = True) -> list[str]:
        """What the axis counts, and where the scale goes on to, in lines; better: with the direction of better."""
        what = "Average change in points" if self.measure.one_end else "Average score"
        first = f"{what}; {self.measure.better} is better." if better else f"{what}."
        ends = listed([tick_label(round(end, 2)) for end in self.goes_on]) if self.goes_on else ""
        phrases = [first, f"The scale goes on to {ends}."] if ends else [first]
        room = form.width - 2 * EDGE
        if width_of(" ".join(phrases), form.font) <= room:
            return [" ".join(phrases)]
        return [line for phrase in phrases for line in wrapped(phrase, room, form.font).split("\n")]

    def draw(self, sheet: Sheet, y: float) -> None:
        """The axis with its ticks and numbers; dotted where the scale goes on."""
        sheet.line([(self.left, y), (self.right, y)], GREY, 1.5, "axis")
        for end in self.goes_on:
            at, on = (self.left, -ON) if end < self.low else (self.right, ON)
            sheet.line([(at, y), (at + on, y)], GREY, 1.5, "goes on", ls=(0, (1.5, 1.5)))
        for value, label in self.ticks:
            sheet.line([(self.at(value), y), (self.at(value), y + TICK)], GREY, 1.5, "tick")
            sheet.write(label, self.at(value), y + BELOW, "center")

    def bar(self, sheet: Sheet, y: float, thick: float, fill: str, edge: str = "none") -> None:
        """The interval from the average before on, or from no change; an end beyond the axis is an arrow head."""
        low, high = (self.origin + end for end in bar_ends(self.measure, self.high - self.low))
        left, right, half = self.at(low), self.at(high), thick / 2
        beyond = low < self.low, high > self.high
        first, last = left + HEAD * beyond[0], right - HEAD * beyond[1]
        before = [(first, y - half - 4), (left, y), (first, y + half + 4)] if beyond[0] else []
        after = [(last, y + half + 4), (right, y), (last, y - half - 4)] if beyond[1] else []
        start, stop = [(first, y + half), (first, y - half)], [(last, y - half), (last, y + half)]
        points = [*start[1:], *stop[:1], *reversed(after), *stop[1:], *start[:1], *reversed(before)]
        sheet.shape(points, fill, "interval", edge)

    def bar_box(self, y: float, thick: float) -> Box:
        """What the bar takes of the picture."""
        low, high = (self.at(self.origin + end) for end in bar_ends(self.measure, self.high - self.low))
        return Box(low, y - thick / 2, high, y + thick / 2)

    @property
    def origin(self) -> float:
        """Where changes are counted from: the average before, or nought on a scale of changes."""
        return self.measure.before or 0.0


def axis_of(measures: Sequence[ProtectedMeasure], besides: Sequence[Beside], form: Format, width: float) -> Axis:
    """The axis of a picture of these measures, which share a scale, over so many CSS pixels from its left edge."""
    low, high = shown_range(measures, besides)
    whole = Axis(measures[0], low, high, 0, 1)
    ends = [width_of(whole.ticks[end][1], form.font) / 2 + 4 for end in (0, -1)]
    margin = max(NARROWEST_MARGIN, *ends)
    return dataclasses.replace(whole, left=margin, right=width - margin)


def shown_range(measures: Sequence[ProtectedMeasure], besides: Sequence[Beside]) -> Range:
    """The part of the scale that a picture of these measures shows.

    Of scores: the instrument's window, or the whole scale where anything that is drawn lies outside it. Of changes,
    where one end alone is told: half of the scale to each side of no change, or all of it.
    """
    first = measures[0]
    if first.one_end:
        half = (first.score_range[1] - first.score_range[0]) / 2
        told = [abs(end) for m in measures for end in (m.low, m.high) if end is not None]
        reach = half if max(told) * ROOM <= half else 2 * half
        return -reach, reach
    window = besides[0].window
    drawn = [place for each in zip(measures, besides, strict=True) for place in _drawn(*each)]
    return window if window and all(window[0] <= at <= window[1] for at in drawn) else first.score_range


def _drawn(measure: ProtectedMeasure, published: Beside) -> list[float]:
    before, after = measure.before or 0.0, measure.after or 0.0
    zones = [end for band in zone_bands(measure, published.zone) for end in band]
    changes = [before + change for change in (measure.low or 0.0, measure.high or 0.0, *zones)]
    return [before, after, *changes, *(float(one.value) for one in published.yardsticks)]


def bar_ends(measure: ProtectedMeasure, span: float) -> Range:
    """The ends of the change's interval as drawn on an axis of this span: one that was moved onto a line stops short of
    it, and one that is not told has no end.
    """
    ends = short_of_the_line((measure.low, measure.high), measure.change, moved_ends(measure), SHORT / 100 * span)
    return -math.inf if ends[0] is None else ends[0], math.inf if ends[1] is None else ends[1]


def scale_ticks(low: float, high: float) -> list[float]:
    """Both ends of a scale, and even steps between where they are whole numbers, else round numbers between.

    Long numbers would touch each other: a large scale shows its ends only.
    """
    if max(abs(low), abs(high)) >= LARGE:
        return [low, high]
    for parts in (5, 4, 3, 2):
        steps = [low + (high - low) * part / parts for part in range(parts + 1)]
        if all(float(step).is_integer() for step in steps):
            return steps
    if low == -high:
        between = change_ticks(high)
    else:
        from matplotlib.ticker import MaxNLocator

        between = [float(tick) for tick in MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(low, high)]
    room = (high - low) / 5
    return [low, *(tick for tick in between if low + room < tick < high - room), high]


def change_ticks(half: float) -> list[float]:
    """Round numbers on both sides of no change, few enough for a narrow picture: two on a side, or one."""
    unit = 10.0 ** math.floor(math.log10(half))
    if half >= LARGE:
        return [-half, 0, half]
    steps = [unit * part for part in (5, 4, 2.5, 2, 1, 0.5, 0.4, 0.25)]
    step = next((step for step in steps if half // step == 2), None) or next(step for step in steps if step <= half)
    count = int(half // step)
    return [step * position for position in range(-count, count + 1)]


def tick_label(value: float) -> str:
    """A tick's label."""
    text = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.3g}"
    return text.replace("-", "−")


def change_tick_label(value: float) -> str:
    """A tick's label on an axis of changes."""
    return f"{'+' if value > 0 else ''}{tick_label(value)}"
