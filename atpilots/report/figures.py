"""What each picture of a report shows, drawn from protected results only, and the words that say the same.

Every figure is a PNG (vector files carry exact coordinates), and its axis limits come from the instrument, never from
the data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from atpilots.disclosure import ProtectedMeasure
from atpilots.files import UsageError
from atpilots.instruments import MinimalImportantChange
from atpilots.page import (
    DARK_BLUE,
    GREY,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    WHITE_BOX,
    WIDTH,
    Figure,
    axis_limits,
    canvas_of,
    change_tick_label,
    change_ticks,
    draw_interval,
    figure_of,
    keep_axis_below,
    label_at,
    label_at_left,
    scale_ticks,
    tick_label,
    wrapped,
)
from atpilots.report.tables import SHORT, bands_caption, percent_rows
from atpilots.report.wording import (
    change_interval,
    display_label,
    meaning_for_one,
    moved_ends,
    moved_percents,
    percent,
    percent_of_scale,
    short_of_the_line,
    smallest_change,
    zone_of,
)

MEANS, CHANGE = 4.6 * LINE, 2.1 * LINE  # CSS pixels
MEANS_AND_CHANGE = "Average scores and average change"
SHADE = "#E9E9E4"
GUTTER, BAR = 42, 180  # CSS pixels from the margin to a bar, and of a bar that counts everybody
FEW = 4  # rows or names; the words of a picture tell of no more, the table below it of all


def measure_figure(measure: ProtectedMeasure, synthetic: bool, matters: MinimalImportantChange | None = None) -> Figure:
    """The two means joined by an arrow on the instrument's scale, and the change with its interval below.

    Where one end of the interval is told, an arrow from there away from no change, and no means.
    matters: a published change, drawn in grey on both sides of none; the caption says whose it is.
    """
    heights, what = ((CHANGE,), "Average change") if measure.one_end else ((MEANS, CHANGE), MEANS_AND_CHANGE)
    with canvas_of(heights, synthetic) as (canvas, axes):
        if not measure.one_end:
            _means(axes[0], measure)
        _change(axes[-1], measure, matters)
        grey, shades = (f" {_grey_in_words(matters)}", (SHADE,)) if matters else ("", ())
        caption = f"{what}: {display_label(measure)}{'.' if grey else ''}{grey}"
        return figure_of(canvas, measure_alt(measure), caption, shades)


def _grey_in_words(matters: MinimalImportantChange) -> str:
    what = "the smallest average change that matters"
    if matters.level == "person":
        what = f"for one person {meaning_for_one(matters)}"
    return f"Grey: {zone_of(matters)} either way, {what}."


def overview_figure(measures: Sequence[ProtectedMeasure], synthetic: bool) -> Figure:
    """Every measure's change with its interval in percent of its scale's range, better to the right."""
    rows = percent_rows((display_label(m), percent_of_scale(m), moved_percents(m)) for m in measures)
    caption = "Average change on every measure, as a percentage of the measure's scale, better to the right"
    return forest_figure(rows, overview_alt(rows, "measure"), caption, synthetic)


def forest_figure(rows: pd.DataFrame, alt: str, caption: str, synthetic: bool) -> Figure:
    """A point and interval for each row, better to the right; rows: as of `percent_rows`."""
    labels = [wrapped(str(label), WIDTH - 8) for label in rows["label"]]
    tops, bottom = _rows_of([label.count("\n") + 1 for label in labels])
    reach = _reach(50, rows[["change", "low", "high"]].to_numpy().ravel().tolist())
    rows = rows.fillna({"low": -math.inf, "high": math.inf})  # an end that is not told is an arrow to the axis' end
    with canvas_of((bottom * LINE,), synthetic) as (canvas, (axes,)):
        _percent_axis(axes, reach, bottom)
        for label, top, row in zip(labels, tops, rows.itertuples(index=False), strict=True):
            label_at_left(axes, label, top, "top")
            position = top + label.count("\n") + 1.6
            change, low, high = float(row.change), float(row.low), float(row.high)  # type: ignore[arg-type]
            words = str(row.interval) if math.isnan(change) else percent(change)
            _percent_row(axes, change, low, high, position, words)
        return figure_of(canvas, alt, caption)


def measure_alt(measure: ProtectedMeasure) -> str:
    """What the measure's figure shows, in words."""
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


def overview_alt(rows: pd.DataFrame, each: str) -> str:
    """What a chart of intervals shows, in words; `each` is what a row stands for.

    Every point with its interval where there are few. Of many it tells which intervals lie on one side of no change:
    nobody can follow thirty numbers by ear, and the table below has them.
    """
    start = (
        f"A chart with a point and an interval for each {each}, in percent of the measure's scale; to the right of the "
        "line at no change is better."
    )
    if len(rows) <= FEW:
        told = rows[["label", "change", "interval"]].itertuples(index=False, name=None)
        parts = [
            f"{label}: {percent(at)}, interval {ends}" if at == at else f"{label}: an arrow, {ends}"
            for label, at, ends in told
        ]  # fmt: skip
        return f"{start} {'; '.join(parts)}."
    right = _some(rows.loc[rows["low"] > 0, "label"].tolist(), len(rows))
    left = _some(rows.loc[rows["high"] < 0, "label"].tolist(), len(rows))
    return (
        f"{start} The whole interval lies to the right for {right}, to the left for {left}. The numbers are in the "
        "table that follows."
    )


def _some(labels: Sequence[str], total: int) -> str:
    """Names where they are few, else whether they are all or none."""
    if len(labels) == total:
        return "all"
    return "; ".join(labels) if 0 < len(labels) <= FEW else "more than four" if labels else "none"


def _means(axes: Axes, measure: ProtectedMeasure) -> None:
    """Before above, after below, each with its label on its own side: equal means do not cover each other."""
    before, after = float(measure.before or 0), float(measure.after or 0)
    gap = {"arrowstyle": "-|>", "color": GREY, "lw": 2, "shrinkA": 8, "shrinkB": 8, "mutation_scale": 16}
    axes.annotate("", xy=(after, 1.7), xytext=(before, 3.4), arrowprops=gap)
    for at, height, marker, colour in ((before, 3.4, "o", DARK_BLUE), (after, 1.7, "D", ORANGE)):
        axes.scatter([at], [height], s=170, marker=marker, color=colour, edgecolor=INK, lw=1, zorder=3, clip_on=False)
    axes.set(xlim=axis_limits(*measure.score_range), ylim=(0, 5))
    axes.set_xlabel(f"Average, {measure.better} is better")
    axes.set_xticks(scale_ticks(*measure.score_range))
    axes.xaxis.set_major_formatter(tick_label)
    keep_axis_below(axes)
    label_at(axes, f"Before {measure.number(measure.before)}", before, 3.4, above=True)
    label_at(axes, f"After {measure.number(measure.after)}", after, 1.7, above=False)


def _change(axes: Axes, measure: ProtectedMeasure, matters: MinimalImportantChange | None) -> None:
    half = (measure.score_range[1] - measure.score_range[0]) / 2
    reach = _reach(half, [value for value in (measure.change, measure.low, measure.high) if value is not None])
    ends = short_of_the_line((measure.low, measure.high), measure.change, moved_ends(measure), SHORT / 50 * reach)
    # What is not told is no point, and an arrow to the axis' end.
    change, low, high = (
        unknown if value is None else value
        for value, unknown in zip((measure.change, *ends), (math.nan, -math.inf, math.inf), strict=True)
    )
    axes.set(xlim=axis_limits(-reach, reach), ylim=(0, 2))
    axes.set_xlabel("Average change, 95% interval")
    axes.set_xticks(change_ticks(reach))
    axes.xaxis.set_major_formatter(change_tick_label)
    keep_axis_below(axes)
    axes.plot([0, 0], [0, 1.1], color=GREY, lw=2, zorder=0)
    for zone in _either_way(matters):
        axes.fill_betweenx([0, 1.1], *zone, facecolor=SHADE, edgecolor=GREY, zorder=-1)
    draw_interval(axes, change, low, high, 0.6)
    words = change_interval(measure)
    if measure.one_end:
        label_at(axes, words, low if math.isfinite(low) else high, 0.6, above=True)
    else:
        label_at(axes, f"{measure.number(measure.change, signed=True)} ({words})", change, 0.6, above=True)


def _either_way(matters: MinimalImportantChange | None) -> Sequence[tuple[float, float]]:
    return ((matters.low, matters.high), (-matters.high, -matters.low)) if matters else ()


def bands_figure(measure: ProtectedMeasure, synthetic: bool) -> Figure:
    """How many people scored in each band before and after: bars from nought, each with its number."""
    bands = measure.bands
    if bands is None:
        raise UsageError(f"no bands are told of {measure.name}")
    labels = [wrapped(f"Scores {band}", WIDTH - 8) for band, _, _ in bands.rows]
    tops, bottom = _rows_of([label.count("\n") + 1 for label in labels], bars=2)
    unit = sum(bands.before) / BAR
    with canvas_of((bottom * LINE,), synthetic, below=0) as (canvas, (axes,)):
        axes.set(xlim=(-GUTTER * unit, (WIDTH - 2 * MARGIN - GUTTER) * unit), ylim=(bottom, 0), xticks=[])
        keep_axis_below(axes)
        axes.spines["bottom"].set_visible(False)
        counts = zip(bands.before, bands.after, strict=True)
        for label, top, row, numbers in zip(labels, tops, bands.rows, counts, strict=True):
            label_at_left(axes, label, top, "top")
            first = top + label.count("\n") + 1.8
            _bar(axes, "Before", numbers[0], row[1], first, DARK_BLUE)
            _bar(axes, "After", numbers[1], row[2], first + 1.3, ORANGE)
        return figure_of(canvas, bands_alt(measure), bands_caption(measure))


def _bar(axes: Axes, wave: str, count: int, words: str, position: float, colour: str) -> None:
    start, stop = axes.get_xlim()
    axes.barh(position, count, height=0.9, color=colour, edgecolor=INK, clip_on=False)
    axes.text(count + 0.02 * (stop - start), position, words, va="center_baseline")
    label_at_left(axes, wave, position, "center_baseline")


def bands_alt(measure: ProtectedMeasure) -> str:
    """What the figure of bands shows, in words."""
    rows = measure.bands.rows if measure.bands else ()
    told = ". ".join(f"Scores {band}: {before} people before, {after} after" for band, before, after in rows)
    return f"Bars for the numbers of people in two bands. {told}."


def _reach(half: float, printed: Sequence[float]) -> float:
    """How far a scale of changes goes to each side: half of the instrument's range, or all of it where what is printed
    goes further. One of two lengths that the instrument fixes, so the axis tells nothing that the numbers do not.
    """
    return half if max(abs(value) for value in printed if math.isfinite(value)) <= half else 2 * half


def _percent_axis(axes: Axes, reach: float, bottom: float) -> None:
    axes.set(xlim=axis_limits(-reach, reach), ylim=(bottom, 0), xlabel="Change, right is better")
    marks = [-50.0, -25.0, 0.0, 25.0, 50.0] if reach == 50 else [-reach, 0.0, reach]
    axes.set_xticks(marks, [percent(mark) for mark in marks])
    keep_axis_below(axes)
    axes.plot([0, 0], [bottom, 1], color=GREY, lw=2, zorder=0)


def _percent_row(axes: Axes, change: float, low: float, high: float, position: float, words: str) -> None:
    """An interval, and its number (where one end is told, that) where there is more room beside it."""
    draw_interval(axes, change, low, high, position)
    reach = axes.get_xlim()[1]
    right = high <= 0.6 * reach
    beside, side = (max(high, -reach) + 0.05 * reach, "left") if right else (min(low, reach) - 0.05 * reach, "right")
    axes.text(beside, position, words, va="center", ha=side, bbox=WHITE_BOX)


def _rows_of(lines: Sequence[int], bars: int = 1) -> tuple[list[float], float]:
    """Where each row starts whose label has so many lines, and where the last one ends, in lines from the top."""
    tops, at = [], 0.2
    for count in lines:
        tops.append(at)
        at += count + 0.3 + 1.3 * bars + (0.4 if bars > 1 else 0)  # a group of bars stands apart from the next label
    return tops, at
