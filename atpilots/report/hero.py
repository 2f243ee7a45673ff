"""The picture of the main measure: how its average moved on its scale, what the change may be, and what would matter.

Two averages joined by an arrow; below them a bar from the least to the largest average after that fits the answers.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from atpilots.disclosure import ProtectedMeasure
from atpilots.estimators import Verdict
from atpilots.page import (
    BAND,
    DARK_BLUE,
    EDGE,
    GREY,
    NARROW,
    PINK,
    SYNTHETIC,
    SYNTHETIC_SIZE,
    WIDE,
    Box,
    Figure,
    Format,
    Label,
    Picture,
    Sheet,
    evenly_wrapped,
    place_words,
    sheet_of,
    width_of,
    words_beside,
    words_centred,
    wrapped,
)
from atpilots.report.axis import BELOW, axis_of
from atpilots.report.beside import Beside, yardstick_sentence, yardstick_words, zone_bands, zone_words
from atpilots.report.wording import change_interval, display_label, size_of_change, smallest_change

ROUND, HALF, THICK = 20, 9, 14  # CSS pixels: the circle across, half of the diamond, the bar's height
GAP = 8  # CSS pixels between a mark and its words
SHORTEST_ARROW = 12  # CSS pixels between the marks; nearer to each other they show the direction themselves
FOUND: Mapping[Verdict, str] = {
    "better by more": "The whole bar lies beyond the grey zone: the change is more than the smallest that matters.",
    "better by as much": "The whole bar lies in the grey zone or beyond: the change is about as large as matters.",
    "probably better": "The whole bar lies on the better side of {start}.",
    "too small to matter": "The whole bar stays short of the grey zone: any change is too small to matter.",
    "unclear": "It takes in {start}, so the answers fit with no change, too.",
    "probably worse": "The whole bar lies on the worse side of {start}.",
    "worse by as much": "The whole bar lies in the grey zone or beyond: the harm is about as large as matters.",
    "worse by more": "The whole bar lies beyond the grey zone: the harm is more than the smallest that matters.",
}


def hero_figure(measure: ProtectedMeasure, synthetic: bool, published: Beside | None = None) -> Figure:
    """The two averages, the interval as a bar, the zone of changes that matter and published averages, on one scale.

    Where one end of the interval is told, the bar alone, from there to the axis' end, on a scale of changes.
    """
    published = published or Beside()
    narrow, wide = (_picture(measure, published, form, synthetic) for form in (NARROW, WIDE))
    return Figure(narrow=narrow, wide=wide, alt=alt_of(measure, published), caption=hero_caption(measure, published))


@functools.lru_cache(maxsize=8)  # two audiences mostly are told the same
def _picture(measure: ProtectedMeasure, published: Beside, form: Format, synthetic: bool) -> Picture:
    return _Hero(measure, published, form).picture(synthetic)


def measure_alt(measure: ProtectedMeasure) -> str:
    """A measure's averages, change and interval, as a picture shows them, in words."""
    m = measure
    if m.one_end:
        return (
            f"{display_label(m)}: the score {smallest_change(m)}, on the scale from {m.scale}, where {m.better} is "
            "better. An arrow points from that change away from no change; where the rest lies is not told."
        )
    return (
        f"Average score of {display_label(m)}: from {m.number(m.before)} before to {m.number(m.after)} after, on the "
        f"scale from {m.scale}, where {m.better} is better. Average change: {m.number(m.change, signed=True)} points, "
        f"interval {change_interval(m)}."
    )


def alt_of(measure: ProtectedMeasure, published: Beside) -> str:
    """Everything that a picture tells of a measure."""
    zone = f"{zone_words(published.zone)}." if published.zone else ""
    averages = "" if measure.one_end else yardstick_sentence(published.yardsticks)
    return " ".join(part for part in (measure_alt(measure), zone, averages) if part)


def hero_caption(measure: ProtectedMeasure, published: Beside) -> str:
    """What the picture finds, in words."""
    start, what = ("no change", "change") if measure.one_end else ("the average before", "average after")
    told = [
        f"{display_label(measure)}.",
        f"The bar shows where the true {what} may lie (95% interval).",
        FOUND[measure.verdict].format(start=start) if measure.verdict else "",
    ]
    if published.zone and published.zone.level == "person":
        told.append(f"The grey zone, {size_of_change(published.zone)}, is for one person and decides nothing here.")
    elif measure.zone and str(measure.verdict).startswith("probably"):
        told.append("It begins short of the grey zone, so the change may be too small to matter.")
    return " ".join(part for part in told if part)


class _Hero:
    """One size of the picture: rows from top to bottom, each as high as its words, and the words in their places."""

    def __init__(self, measure: ProtectedMeasure, published: Beside, form: Format) -> None:
        self.measure, self.form = measure, form
        self.axis = axis_of([measure], [published], form, form.width)
        self.zone = zone_bands(measure, published.zone)
        self.averages = () if measure.one_end else published.yardsticks
        told = zone_words(published.zone) if published.zone else ""
        room, air = form.width - 2 * EDGE, 10 if form.width > NARROW.width else 6
        self.zone_lines = evenly_wrapped(told, room, form.font).split("\n") if told else []
        self.top = 24 + air / 2 + form.line * len(self.zone_lines)
        self.marks = self.top + form.line + 4 + (0 if measure.one_end else HALF + air)
        below = self.marks if measure.one_end else self.marks + HALF + 4 + form.line
        said = self._change()
        lines = 1 if width_of(said[0][0][0], form.font, bold=True) <= room else 2
        self.bar = below + air + form.line * lines + THICK / 2 + 3
        self.bottom = self.bar + form.line + air
        self.labels = self._labels(said[lines - 1 :])
        self.title = self.axis.title(form)
        if self.averages and not any(label.colour == PINK for label in self.labels):
            self.title += wrapped(f"Dashed: {' '.join(yardstick_words(self.averages))}.", room, form.font).split("\n")
        self.height = self.bottom + BELOW + form.line * (1 + len(self.title)) + 12

    def picture(self, synthetic: bool) -> Picture:
        """The picture."""
        with sheet_of(self.form, self.height) as sheet:
            self._draw(sheet)
            if synthetic:
                sheet.write(SYNTHETIC, EDGE, 1, bold=True, size=SYNTHETIC_SIZE, colour=PINK)
            return sheet.picture()

    def _change(self) -> list[tuple[tuple[str, bool], ...]]:
        """The words of the change: in one line, and in two."""
        m, ends = self.measure, change_interval(self.measure)
        if m.one_end:
            return [((f"Change {ends}", True),), (("Change", True), (ends, True))]
        change = f"Change {m.number(m.change, signed=True)}"
        return [((f"{change} ({ends})", True),), ((change, True), (f"({ends})", False))]

    def _labels(self, said: list[tuple[tuple[str, bool], ...]]) -> list[Label]:
        """Each mark's words beside it, or where that is no good, in a row of their own above it or below it."""
        form, at, m = self.form, self.axis.at, self.measure
        before, after, bar = at(self.axis.origin), at(m.after or 0.0), self.axis.bar_box(self.bar, THICK)
        self.uprights = [at(self.axis.origin + end) for band in self.zone for end in band]
        middle = before if len(self.zone) > 1 or not self.zone else sum(self.uprights[:2]) / 2
        self.lines = [at(float(one.value)) for one in self.averages]
        taken = [bar]
        zone = tuple((words, False) for words in self.zone_lines)
        labels = [words_centred(zone, middle, 24, form)] if zone else []

        def add(options: list[Label]) -> None:
            found = place_words(
                options, [*taken, *(label.box for label in labels)], [*self.uprights, *self.lines], form
            )
            labels.extend([found] if found else [])

        if m.one_end:
            add([words_centred((("No change", True),), before, self.top + 2, form)])
        else:
            right = (m.after or 0) < (m.before or 0)
            taken += [Box(before - 10, self.marks - 10, before + 10, self.marks + 10)]
            taken += [Box(min(before, after), self.marks - 2, max(before, after), self.marks + 2)]
            taken += [Box(after - HALF, self.marks - HALF, after + HALF, self.marks + HALF)]
            for words, x, side, top in (
                (f"Before {m.number(m.before)}", before, right, self.marks - HALF - 4 - form.line),
                (f"After {m.number(m.after)}", after, not right, self.marks + HALF + 4),
            ):
                line = ((words, True),)
                away = x + (HALF + GAP) * (1 if side else -1)
                add([words_beside(line, away, self.marks, side, form), words_centred(line, x, top, form)])
        centre = (bar.left + bar.right) / 2
        options = [
            words_beside(lines, bar.right + GAP if side else bar.left - GAP, self.bar, side, form)
            for lines in reversed(said)
            for side in ((True, False) if centre < form.width / 2 else (False, True))
        ]
        top = self.bar - THICK / 2 - 3 - form.line * len(said[0])
        add([*options, words_centred(said[0], centre, top, form)])
        if self.averages:
            whose, values = yardstick_words(self.averages)
            shapes = [(*wrapped(whose, width, form.font, True).split("\n"), values) for width in (170, 110)]
            add([
                words_beside(
                    tuple((line, True) for line in lines), max(self.lines) + GAP if right else min(self.lines) - GAP,
                    y, right, form, PINK,
                )
                for lines in shapes
                for y in (self.marks, (self.marks + self.bar) / 2, self.bar, self.top + form.line * len(lines) / 2)
                for right in (True, False)
            ])  # fmt: skip
        return labels

    def _draw(self, sheet: Sheet) -> None:
        m, at = self.measure, self.axis.at
        for low, high in self.zone:
            left, right = at(self.axis.origin + low), at(self.axis.origin + high)
            sheet.box(Box(left, self.top, right, self.bottom), BAND, "zone")
        for label in self.labels:
            label.write(sheet)
        for x in self.uprights:
            sheet.upright(x, self.top, self.bottom, GREY, 1.2, "zone's edge")
        for x in self.lines:
            sheet.upright(x, self.top, self.bottom, PINK, 2.5, "published average", ls=(0, (2.5, 1.8)))
        before, after = at(self.axis.origin), at(m.after or 0.0)
        start = self.top + 2 + sheet.form.line if m.one_end else self.marks
        sheet.upright(before, start, self.bottom, DARK_BLUE, 1.5, "from before", ls=(0, (1, 2)))
        self.axis.bar(sheet, self.bar, THICK, DARK_BLUE)
        self.axis.draw(sheet, self.bottom)
        for place, words in enumerate(self.title, 1):
            sheet.write(words, sheet.form.width / 2, self.bottom + BELOW + 4 + place * sheet.form.line, "center")
        if m.one_end:
            return
        side = 1 if after > before else -1
        start, stop = before + side * ROUND / 2, after - side * (HALF + 1)
        if (stop - start) * side > SHORTEST_ARROW:
            head = stop - side * 10
            sheet.line([(start, self.marks), (head, self.marks)], GREY, 3, "arrow")
            sheet.shape([(head, self.marks - 6), (stop, self.marks), (head, self.marks + 6)], GREY, "arrow head")
        sheet.circle(before, self.marks, ROUND, 4, "before")
        sheet.diamond(after, self.marks, HALF, "after")
        box = self.axis.bar_box(self.bar, THICK)
        sheet.diamond(min(max(after, box.left), box.right), self.bar, HALF - 1, "after, in the interval")
