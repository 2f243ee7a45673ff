"""Measures that share a scale as rows of one picture on one axis: their averages before and after, and the interval."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence

from atpilots.disclosure import ProtectedMeasure
from atpilots.files import listed
from atpilots.instruments import Instrument
from atpilots.page import (
    BAND,
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
    drawable,
    sheet_of,
    width_of,
    wrapped,
)
from atpilots.report.axis import BELOW, Axis, axis_of
from atpilots.report.beside import Beside, yardstick_words, zone_bands, zone_words
from atpilots.report.hero import alt_of
from atpilots.report.wording import change_interval, display_label
from atpilots.vocabularies import OUTCOME_DOMAIN

MOST_ROWS = 8  # of one picture: no more fit a sheet of paper, and an ear
ROUND, STROKE, HALF, THICK = (
    20,
    3,
    8,
    16,
)  # CSS pixels: the circle across, its stroke, half of the diamond, the bar's height
REACH = 15  # CSS pixels: how far ticks of published averages and zones go up and down
KEY = 30  # CSS pixels that a sign of the legend takes
IN_BRACKETS = re.compile(r"\([^()]+\)$")


def domains(
    measures: Sequence[ProtectedMeasure], instruments: Mapping[str, Instrument]
) -> list[tuple[str, list[ProtectedMeasure]]]:
    """The told measures in the pilot's order, each group with a name: those of one outcome that share a scale.

    instruments: by the measures' names. A group is a picture; one that would be longer than a sheet is parted.
    """
    groups: dict[object, list[ProtectedMeasure]] = {}
    for m in measures:
        if not m.withheld:
            outcome = instruments[m.name].outcome_domain
            groups.setdefault((outcome or m.name, m.score_range, m.one_end), []).append(m)
    named = [(_name(group, instruments), group) for group in groups.values()]
    return [
        (f"{name}{', continued' if start else ''}", group[start : start + MOST_ROWS])
        for name, group in named
        for start in range(0, len(group), MOST_ROWS)
    ]


def _name(group: Sequence[ProtectedMeasure], instruments: Mapping[str, Instrument]) -> str:
    """The one measure's name; else what they are about, and the questionnaire that they share."""
    labels = {m.label for m in group}
    if len(labels) == 1:
        return display_label(group[0]) if len(group) == 1 else group[0].label
    about = OUTCOME_DOMAIN[instruments[group[0].name].outcome_domain or ""]
    return f"{about} {_shared(group)}".strip()


def _shared(group: Sequence[ProtectedMeasure]) -> str:
    """What ends the names of several measures in brackets: "(ONS4)"."""
    found = {match[0] if (match := IN_BRACKETS.search(m.label)) else "" for m in group}
    return found.pop() if len(found) == 1 and len({m.label for m in group}) > 1 else ""


def domain_figure(
    measures: Sequence[ProtectedMeasure],
    synthetic: bool,
    published: Mapping[str, Beside] | None = None,
    wide: bool = True,
) -> Figure:
    """A row for each measure; all share a scale, and either all or none are told by one end (see `domains`).

    published: what is drawn beside a measure, by its name. wide: whether it is drawn for a desk's page, too.
    """
    besides = [(published or {}).get(m.name, Beside()) for m in measures]
    forms = (NARROW, WIDE) if wide else (NARROW,)
    pictures = [_picture(tuple(measures), tuple(besides), form, synthetic) for form in forms]
    alt = " ".join(map(alt_of, measures, besides))
    return Figure(narrow=pictures[0], wide=pictures[1] if wide else None, alt=alt, caption=domain_caption(measures))


@functools.lru_cache(maxsize=64)  # two audiences mostly are told the same, and so is a measure alone in its domain
def _picture(
    measures: tuple[ProtectedMeasure, ...], besides: tuple[Beside, ...], form: Format, synthetic: bool
) -> Picture:
    return _Rows(measures, besides, form).picture(synthetic)


def domain_caption(measures: Sequence[ProtectedMeasure]) -> str:
    """What the picture finds, in words."""
    one = len(measures) == 1
    what = "Average change" if measures[0].one_end else "Averages before and after"
    start = f"{what}: {display_label(measures[0])}." if one else f"{what}, on one scale."
    found: dict[str, list[str]] = {}
    for m in measures:
        side = str(m.verdict).removeprefix("probably ").split(" by ")[0]
        place = {"better": "the better", "worse": "the worse"}.get(side)
        line = "no change" if m.one_end else "the average before"
        told = f"lies on {place} side of {line}" if place else f"takes in {line}" if side == "unclear" else ""
        if told:
            found.setdefault(told, []).append(display_label(m))
    if one:
        return " ".join([start, *(f"The bar {told}." for told in found)])
    if len(found) == 1 and len(next(iter(found.values()))) == len(measures):
        return f"{start} Each bar {next(iter(found))}."
    return " ".join([start, *(f"The bar {told} for {listed(labels)}." for told, labels in found.items())])


class _Rows:
    """One size of the picture: the legend, the rows, each as high as its name, and the axis."""

    def __init__(self, measures: Sequence[ProtectedMeasure], besides: Sequence[Beside], form: Format) -> None:
        self.measures, self.besides, self.form = measures, besides, form
        self.beside = form.width > NARROW.width  # the numbers' column
        self.values = [_value(m) for m in measures]
        column = max(width_of(value, form.font, bold=True) for value in self.values) + 3 * EDGE if self.beside else 0
        self.axis = axis_of(measures, besides, form, form.width - column)
        directions = {m.better for m in measures}
        self.legend = list(self._legend())
        room = form.width - 2 * EDGE
        self.names = [
            wrapped(name, room, form.font, bold=True).split("\n") for name in _names(measures, len(directions) > 1)
        ]
        self.lines: list[float] = []  # how far down each row's scale lies
        y = 6 + (self.legend[-1][2] + 1) * (form.line + 4)
        for names, value in zip(self.names, self.values, strict=True):
            meets = width_of(names[-1], form.font, True) + width_of(value, form.font, True) > room - 3 * EDGE
            if not self.beside and meets:
                names.append("")  # the value's own line
            y += form.line * len(names) + REACH + 8
            self.lines.append(y)
            y += REACH + (8 if self.beside else 16)
        self.bottom = y - 4
        self.title = self.axis.title(form, better=len(directions) == 1)
        # In the last corner, on a line of its own where the words leave no room.
        left = room - width_of(self.title[-1], form.font) - width_of(SYNTHETIC, SYNTHETIC_SIZE, bold=True)
        self.last = self.bottom + BELOW + form.line * (len(self.title) + (left < 3 * EDGE)) + 4
        self.height = self.last + form.line + 6

    def _legend(self) -> Iterator[tuple[str, float, int, str]]:
        """What the signs mean: sign, place from the left, line, words."""
        zone = next((more.zone for more in self.besides if more.zone), None)
        averages = [] if self.measures[0].one_end else [more.yardsticks for more in self.besides if more.yardsticks]
        whose = {yardstick_words(each)[0] for each in averages}
        told = [("before", "before"), ("after", "after")]
        if self.measures[0].one_end:
            told = []
        told.append(("interval", f"average {'after' if told else 'change'} may lie here (95%)"))
        if averages:
            told.append(("average", whose.pop() if len(whose) == 1 else "published average"))
        if zone:
            told.append(("zone", zone_words(zone)))
        x, line = float(EDGE), 0
        for sign, words in told:
            for place, part in enumerate(wrapped(words, self.form.width - KEY - 2 * EDGE, self.form.font).split("\n")):
                wide = KEY + width_of(part, self.form.font)
                if x > EDGE and x + wide > self.form.width - EDGE:
                    x, line = float(EDGE), line + 1
                yield "" if place else sign, x, line, part
                x += wide + 16

    def picture(self, synthetic: bool) -> Picture:
        """The picture."""
        with sheet_of(self.form, self.height) as sheet:
            for sign, x, line, words in self.legend:
                top = 4 + line * (sheet.form.line + 4)
                _sign(sheet, sign, x + 12, top + sheet.form.line / 2)
                sheet.write(words, x + KEY, top)
            for place in range(len(self.measures)):
                self._row(sheet, place)
            self.axis.draw(sheet, self.bottom)
            for place, words in enumerate(self.title, 1):
                sheet.write(words, EDGE, self.bottom + BELOW + 4 + place * sheet.form.line)
            if synthetic:
                right = sheet.form.width - EDGE
                sheet.write(SYNTHETIC, right, self.last, "right", True, size=SYNTHETIC_SIZE, colour=PINK)
            return sheet.picture()

    def _row(self, sheet: Sheet, place: int) -> None:
        m, more, y, form = self.measures[place], self.besides[place], self.lines[place], sheet.form
        axis = Axis(m, self.axis.low, self.axis.high, self.axis.left, self.axis.right)
        top = y - REACH - 6 - form.line * len(self.names[place])
        for line, words in enumerate(self.names[place]):
            if words:
                sheet.write(words, EDGE, top + line * form.line, bold=True)
        value_top = y - form.line / 2 if self.beside else y - REACH - 6 - form.line
        sheet.write(self.values[place], form.width - EDGE, value_top, "right", bold=True)
        for low, high in zone_bands(m, more.zone):
            left, right = axis.at(axis.origin + low), axis.at(axis.origin + high)
            sheet.box(Box(left, y - REACH, right, y + REACH), BAND, "zone")
            for x in (left, right):
                sheet.line([(x, y - REACH), (x, y + REACH)], GREY, 1.2, "zone's edge")
        sheet.line([(axis.left, y), (axis.right, y)], GREY, 1.5, "scale")
        axis.bar(sheet, y, THICK, LIGHT_BLUE, DARK_BLUE)
        if m.one_end:
            sheet.line([(axis.at(0), y - REACH), (axis.at(0), y + REACH)], GREY, 2, "no change")
            return
        for one in more.yardsticks:
            x = axis.at(float(one.value))
            sheet.line([(x, y - REACH), (x, y + REACH)], PINK, 3, "published average")
        sheet.circle(axis.at(axis.origin), y, ROUND, STROKE, "before")
        sheet.diamond(axis.at(m.after or 0.0), y, HALF, "after")


def _sign(sheet: Sheet, sign: str, x: float, y: float) -> None:
    if sign == "before":
        sheet.circle(x, y, ROUND, STROKE, "legend")
    elif sign == "after":
        sheet.diamond(x, y, HALF, "legend")
    elif sign == "interval":
        sheet.box(Box(x - 12, y - THICK / 2, x + 12, y + THICK / 2), LIGHT_BLUE, "legend", DARK_BLUE)
    elif sign == "zone":
        sheet.box(Box(x - 12, y - THICK / 2, x + 12, y + THICK / 2), BAND, "legend", GREY)
    elif sign == "average":
        sheet.line([(x, y - 11), (x, y + 11)], PINK, 3, "legend")


def _value(measure: ProtectedMeasure) -> str:
    if measure.one_end:
        return change_interval(measure)
    return f"{measure.number(measure.before)} → {measure.number(measure.after)}"


def names_together(measures: Sequence[ProtectedMeasure]) -> list[str]:
    """The measures' names without what all of them end in."""
    shared = _shared(measures)
    return [display_label(m, m.label.removesuffix(shared).strip()) for m in measures]


def _names(measures: Sequence[ProtectedMeasure], mixed: bool) -> list[str]:
    """The rows' names without what all of them end in, and with the direction where they differ in it."""
    names = names_together(measures)
    lower = [" (lower is better)" if mixed and m.better == "lower" else "" for m in measures]
    return [f"{drawable(name)}{direction}" for name, direction in zip(names, lower, strict=True)]
