"""The course over several waves: the main measure's average change at each of them, as a picture and a table.

Made from released numbers only; the people are those of the headline.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence

from atpilots.disclosure import UNDEFINED_NOTE, Attendance, ProtectedMeasure, ProtectedWave
from atpilots.estimators import Estimate
from atpilots.files import listed
from atpilots.page import (
    DARK_BLUE,
    EDGE,
    GREY,
    LIGHT_BLUE,
    NARROW,
    PINK,
    SYNTHETIC,
    SYNTHETIC_SIZE,
    WIDE,
    Box,
    Figure,
    Format,
    Picture,
    Sheet,
    Table,
    Words,
    drawable,
    sheet_of,
    table,
    width_of,
    wrapped,
)
from atpilots.report.axis import BELOW, TICK, change_tick_label, change_ticks
from atpilots.report.tables import exact
from atpilots.report.wording import change_interval, display_label, people, to_the_nearest

HALF, THICK, REACH = 8, 14, 14  # CSS pixels: half of the diamond, the bar's height, a row's reach up and down
ROOM = 1.05  # how much further than the furthest number the axis reaches


def wave_measure(measure: ProtectedMeasure, wave: ProtectedWave) -> ProtectedMeasure:
    """The main measure as it is at another wave: its change and interval, which have no word of their own."""
    return dataclasses.replace(
        measure, n=wave.n, change=wave.change, low=wave.low, high=wave.high, verdict=None, withheld=wave.withheld
    )


def told_change(measure: ProtectedMeasure, wave: ProtectedWave, endpoint: str) -> tuple[str, str]:
    """A wave's change and its interval in points, the end point's as everywhere on the page."""
    one = measure if wave.name == endpoint else wave_measure(measure, wave)
    return one.number(wave.change, signed=True), change_interval(one)


def course_figure(
    measure: ProtectedMeasure, course: Sequence[ProtectedWave], baseline: str, endpoint: str, synthetic: bool
) -> Figure:
    """A row for each wave that is told: the average change since the baseline, and its interval as a bar."""
    told = [
        (wave.name, measure if wave.name == endpoint else wave_measure(measure, wave))
        for wave in course
        if not wave.withheld
    ]
    what = f"Average change of {display_label(measure)} since “{baseline}”, where {measure.better} is better."
    caption = (
        f"{display_label(measure)}: average change since “{baseline}”. Bars show where the true one may lie (95%)."
    )
    return changes_figure(told, what, caption, synthetic)


def changes_figure(
    rows: Sequence[tuple[str, ProtectedMeasure]], what: str, caption: str, synthetic: bool, axis: str = ""
) -> Figure:
    """Changes or differences of one measure as bars below each other, each with its name; axis: what is measured."""
    axis = axis or f"Average change in points; {rows[0][1].better} is better."
    narrow, wide = (_picture(tuple(rows), axis, form, synthetic) for form in (NARROW, WIDE))
    told = [
        f"{n}: {m.number(m.change, True)} points, interval {change_interval(m)}, {people(m.n or 0)}." for n, m in rows
    ]
    return Figure(narrow=narrow, wide=wide, alt=" ".join([what, *told]), caption=caption)


@functools.lru_cache(maxsize=8)  # two audiences mostly are told the same
def _picture(rows: tuple[tuple[str, ProtectedMeasure], ...], axis: str, form: Format, synthetic: bool) -> Picture:
    return _Rows(rows, axis, form).picture(synthetic)


def course_table(measure: ProtectedMeasure, course: Sequence[ProtectedWave], baseline: str, endpoint: str) -> Table:
    """Every wave after the first: change, interval and people, or why they are not told."""
    heads = {"Wave": False, "Average change (points)": True, "95% interval (points)": True, "People": True}
    rows: list[list[Words]] = []
    for wave in course:
        name = f"{wave.name} (main result)" if wave.name == endpoint else wave.name
        change, interval = ("Not told", "Not told") if wave.withheld else told_change(measure, wave, endpoint)
        rows.append([name, change, interval, "Not told" if wave.n is None else str(wave.n)])
    reasons: dict[str, list[str]] = {}
    for wave in course:
        if wave.withheld:
            reasons.setdefault(wave.withheld, []).append(f"“{wave.name}”")
    untold = "; ".join(f"{listed(waves)}, {why}" for why, waves in reasons.items())
    note = f"Points, {to_the_nearest([('', measure.step)])}.{f' Not told: {untold}.' if untold else ''}"
    return table(f"{display_label(measure)}: average change since “{baseline}”, wave by wave", heads, rows, note)


def attendance_table(attendance: Sequence[Attendance]) -> Table:
    """Who answered when, and after which wave people left."""
    heads = {
        "Wave": False,
        "Answered (people)": True,
        "Also the first (people)": True,
        "Left after it (people)": True,
    }
    last = len(attendance) - 1
    rows: list[list[Words]] = [
        [one.wave, str(one.answered), str(one.also_first), str(one.last) if place < last else "The last survey"]
        for place, one in enumerate(attendance)
    ]
    return table("Who answered when, and who left", heads, rows, "Everybody who answered any question counts.")


def mixed_table(measure: ProtectedMeasure, changes: Mapping[str, Estimate], baseline: str) -> Table:
    """The mixed model's changes, exact: for the internal page only. A model that could not be fitted says so."""
    heads = {"Wave": False, "Estimate (points)": True, "Interval (points)": True, "p-value": True, "People": True}
    rows: list[list[Words]] = [
        [wave, exact(e.estimate), exact(e.conf_low, e.conf_high), exact(e.p_value), str(e.n)]
        for wave, e in changes.items()
    ]
    failed = any(e.estimate != e.estimate for e in changes.values())
    note = (
        "A check, not the result: a linear mixed model (random intercept, REML) of everybody who answered at all. It "
        "takes people who left to differ by nothing but the scores they gave. With few people its intervals are too "
        "narrow."
    )
    if failed:
        note += (
            " The model could not be fitted: too few people have two scores, people hardly differ, or the fit did not "
            f"converge. {UNDEFINED_NOTE}"
        )
    return table(f"{display_label(measure)}: mixed model over all waves, change since “{baseline}”", heads, rows, note)


class _Rows:
    """One size of the picture: names above the bars, the axis of changes below; no change is a line through all."""

    def __init__(self, told: Sequence[tuple[str, ProtectedMeasure]], axis: str, form: Format) -> None:
        self.measures, self.form = [measure for _, measure in told], form
        ends = [abs(end) for m in self.measures for end in (m.low, m.high) if end is not None]
        self.reach = max([*ends, *(m.step for m in self.measures)]) * ROOM
        self.left = 20 + width_of(change_tick_label(-self.reach), form.font) / 2
        self.right = form.width - self.left
        room = form.width - 2 * EDGE
        self.rows: list[tuple[list[str], str, float]] = []
        y = 10.0 + form.line
        for name, measure in told:
            value = f"{measure.number(measure.change, signed=True)} ({change_interval(measure)})"
            name = f"{drawable(name)}, {people(measure.n or 0)}"
            lines = wrapped(name, room, form.font, bold=True).split("\n")
            if width_of(lines[-1], form.font, bold=True) + width_of(value, form.font) > room - 3 * EDGE:
                lines.append("")  # the value's own line
            y += form.line * len(lines) + REACH + 8
            self.rows.append((lines, value, y))
            y += REACH + 10
        self.bottom = y
        self.title = wrapped(axis, room, form.font).split("\n")
        self.height = self.bottom + BELOW + form.line * (1 + len(self.title)) + 12

    def at(self, value: float) -> float:
        """Where a change stands across."""
        return self.left + (value + self.reach) / (2 * self.reach) * (self.right - self.left)

    def picture(self, synthetic: bool) -> Picture:
        """The picture."""
        with sheet_of(self.form, self.height) as sheet:
            if synthetic:
                sheet.write(SYNTHETIC, EDGE, 2, bold=True, size=SYNTHETIC_SIZE, colour=PINK)
            self._draw(sheet)
            return sheet.picture()

    def _draw(self, sheet: Sheet) -> None:
        form = self.form
        for lines, value, y in self.rows:
            first = y - REACH - 4 - form.line * len(lines)
            for place, words in enumerate(lines):
                if words:
                    sheet.write(words, EDGE, first + place * form.line, bold=True)
            sheet.write(value, form.width - EDGE, first + (len(lines) - 1) * form.line, "right")
        for m, (_, _, y) in zip(self.measures, self.rows, strict=True):
            sheet.upright(self.at(0), y - REACH, y + REACH, GREY, 2, "no change")  # beside the bar, through no words
            box = Box(self.at(m.low or 0.0), y - THICK / 2, self.at(m.high or 0.0), y + THICK / 2)
            sheet.box(box, LIGHT_BLUE, "interval", DARK_BLUE)
            sheet.diamond(self.at(m.change or 0.0), y, HALF, "change")
        sheet.line([(self.left, self.bottom), (self.right, self.bottom)], GREY, 1.5, "axis")
        for tick in change_ticks(self.reach):
            x = self.at(tick)
            sheet.line([(x, self.bottom), (x, self.bottom + TICK)], GREY, 1.5, "tick")
            sheet.write(change_tick_label(tick), x, self.bottom + BELOW, "center")
        for place, words in enumerate(self.title, 1):
            sheet.write(words, form.width / 2, self.bottom + BELOW + 4 + place * form.line, "center")
