"""Pictures drawn from released results only, and the words that say the same.

Every figure is a PNG (vector files carry exact coordinates), with the Analysis Function palette, shape and label
beside colour, and axis limits from the instrument, never from the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from atpilots.disclosure import ReleasedMeasure, rounded, rounded_down, rounded_up
from atpilots.drawing import (
    DARK_BLUE,
    GREY,
    INK,
    LINE,
    ORANGE,
    WHITE,
    WIDTH,
    bare,
    canvas_of,
    change_ticks,
    interval,
    label_at,
    number,
    png_of,
    signed_number,
    ticks,
    widened,
    wrapped,
)
from atpilots.released import Figure, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def measure_figure(measure: ReleasedMeasure, synthetic: bool) -> Figure:
    """The two means joined by an arrow on the instrument's scale, and the change with its interval below."""
    height = 16 * LINE + (2 * LINE if synthetic else 0)
    with canvas_of(height, (5, 2), synthetic) as (canvas, (top, bottom)):
        _means(top, measure)
        _change(bottom, measure)
        png = png_of(canvas)
    caption = f"Average scores and average change: {display_label(measure)}"
    return figure(png, (WIDTH, height), measure_alt(measure), caption)


def overview_figure(measures: Sequence[ReleasedMeasure], synthetic: bool) -> Figure:
    """Every measure's change with its interval in percent of its scale's range, better to the right."""
    rows = percent_table(measures)
    caption = "Average change on every measure, as a percentage of the measure's scale, better to the right"
    return forest_figure(rows, overview_alt(rows, "measure"), caption, synthetic)


def forest_figure(rows: pd.DataFrame, alt: str, caption: str, synthetic: bool) -> Figure:
    """A point and interval for each row, better to the right; rows: label, change, low, high in percent of a scale."""
    labels = [wrapped(str(label)) for label in rows["label"]]
    tops, bottom = _rows_of([label.count("\n") + 1 for label in labels])
    height = round((bottom + 3.5) * LINE) + (2 * LINE if synthetic else 0)
    with canvas_of(height, (1,), synthetic) as (canvas, (axes,)):
        _percent_axis(axes, bottom)
        for label, top, row in zip(labels, tops, rows.itertuples(index=False), strict=True):
            axes.text(-51, top, label, va="top", bbox=WHITE, linespacing=1.1)
            position = top + label.count("\n") + 1.6
            _percent_row(axes, float(row.change), float(row.low), float(row.high), position)  # type: ignore[arg-type]
        png = png_of(canvas)
    return figure(png, (WIDTH, height), alt, caption)


def measure_alt(measure: ReleasedMeasure) -> str:
    """What the measure's figure shows, in words."""
    m = measure
    return (
        f"Two charts. The first shows the average score of {display_label(m)} moving from {m.number(m.before)} before "
        f"to {m.number(m.after)} after, on the scale from {m.scale}, where {m.better} is better. The second shows the "
        f"average change of {m.number(m.change, signed=True)} points with its interval from "
        f"{m.number(m.low, signed=True)} to {m.number(m.high, signed=True)}, beside a line at no change."
    )


def overview_alt(rows: pd.DataFrame, each: str) -> str:
    """What a chart of intervals shows, in words: every point with its interval; `each` is what a row stands for."""
    parts = [
        f"{label}: {percent(change)}, interval {percent(low)} to {percent(high)}"
        for label, change, low, high in rows[["label", "change", "low", "high"]].itertuples(index=False)
    ]
    return (
        f"A chart with one point and one interval for each {each}, in percent of the measure's scale; to the right of "
        f"the line at no change is better. {'; '.join(parts)}."
    )


def percent_table(measures: Sequence[ReleasedMeasure]) -> pd.DataFrame:
    """Released changes in percent of each scale's range, turned so that better is positive; whole percents, intervals
    outward.

    Columns: label, change, low, high. Computed from the rounded numbers, so it tells nothing more than they do.
    """
    rows = [(display_label(measure), *percents(measure)) for measure in measures]
    return pd.DataFrame(rows, columns=["label", "change", "low", "high"])


def percents(measure: ReleasedMeasure) -> tuple[float, float, float]:
    """A told measure's change and interval in whole percents of its scale's range, better counted positive."""
    span = measure.score_range[1] - measure.score_range[0]
    sign = 1 if measure.better == "higher" else -1
    ends = [100 * sign * float(value) / span for value in (measure.low, measure.high) if value is not None]
    change = 100 * sign * float(measure.change or 0.0) / span
    return rounded(change, 1), rounded_down(min(ends), 1), rounded_up(max(ends), 1)


def display_label(measure: ReleasedMeasure) -> str:
    """The measure's name, and who rated it where that was not the resident."""
    return measure.label if measure.rater == "resident" else f"{measure.label}, rated by support workers"


def _means(axes: Axes, measure: ReleasedMeasure) -> None:
    """Before above, after below, each with its label on its own side: equal means do not cover each other."""
    import seaborn as sns

    before, after = float(measure.before or 0), float(measure.after or 0)
    data = pd.DataFrame({"wave": ["Before", "After"], "score": [before, after], "y": [3.4, 1.7]})
    gap = {"arrowstyle": "-|>", "color": GREY, "lw": 2, "shrinkA": 8, "shrinkB": 8, "mutation_scale": 16}
    axes.annotate("", xy=(after, 1.7), xytext=(before, 3.4), arrowprops=gap)
    sns.scatterplot(
        data=data, x="score", y="y", hue="wave", style="wave", ax=axes, s=170, legend=False, zorder=3,
        palette={"Before": DARK_BLUE, "After": ORANGE}, markers={"Before": "o", "After": "D"}, edgecolor=INK,
    )  # fmt: skip
    axes.set(xlim=widened(*measure.score_range), ylim=(0, 5))
    axes.set_xlabel(f"Average score\n({measure.better} is better)")
    axes.set_xticks(ticks(*measure.score_range))
    axes.xaxis.set_major_formatter(number)
    bare(axes)
    label_at(axes, f"Before {measure.number(measure.before)}", before, 3.4, above=True)
    label_at(axes, f"After {measure.number(measure.after)}", after, 1.7, above=False)


def _change(axes: Axes, measure: ReleasedMeasure) -> None:
    half = (measure.score_range[1] - measure.score_range[0]) / 2
    change, low, high = (float(value or 0) for value in (measure.change, measure.low, measure.high))
    axes.set(xlim=widened(-half, half), ylim=(0, 2))
    axes.set_xlabel("Average change in points,\nwith its 95% interval")
    axes.set_xticks(change_ticks(half))
    axes.xaxis.set_major_formatter(signed_number)
    bare(axes)
    axes.plot([0, 0], [0, 1.1], color=GREY, lw=2, zorder=0)
    interval(axes, change, low, high, 0.6)
    words = (measure.number(value, signed=True) for value in (measure.change, measure.low, measure.high))
    label_at(axes, "{} ({} to {})".format(*words), change, 0.6, above=True)


def _percent_axis(axes: Axes, bottom: float) -> None:
    axes.set(xlim=widened(-50, 50), ylim=(bottom, 0), xlabel="Change in percent of scale\n(right is better)")
    axes.set_xticks(range(-50, 51, 25), [percent(tick) for tick in range(-50, 51, 25)])
    bare(axes)
    axes.plot([0, 0], [bottom, 1], color=GREY, lw=2, zorder=0)


def _percent_row(axes: Axes, change: float, low: float, high: float, position: float) -> None:
    """An interval, and its number where there is more room beside it."""
    interval(axes, change, low, high, position)
    beside, side = (max(high, -48) + 2, "left") if high <= 30 else (min(low, 46) - 2, "right")
    axes.text(beside, position, percent(change), va="center", ha=side, bbox=WHITE)


def _rows_of(lines: Sequence[int]) -> tuple[list[float], float]:
    """Where each row starts whose label has so many lines, and where the last one ends, in lines from the top."""
    tops, at = [], 0.2
    for count in lines:
        tops.append(at)
        at += count + 1.6
    return tops, at


def percent(value: float) -> str:
    """A change in whole percents: "+6%", "0%", "−3%"."""
    return f"{value:+.0f}%".replace("+0%", "0%").replace("-0%", "0%").replace("-", "−")
