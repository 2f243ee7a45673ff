"""Pilots side by side on one measure, a point and an interval each, drawn from released numbers only.

The axis limits come from the instrument, never from the data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from atpilots.page import (
    GREY,
    LINE,
    WHITE_BOX,
    WIDTH,
    Figure,
    axis_limits,
    canvas_of,
    draw_interval,
    figure_of,
    keep_axis_below,
    label_at_left,
    wrapped,
)
from atpilots.report.wording import percent

FEW = 4  # rows or names; the words of a picture tell of no more, the table below it of all


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


def _rows_of(lines: Sequence[int]) -> tuple[list[float], float]:
    """Where each row starts whose label has so many lines, and where the last one ends, in lines from the top."""
    tops, at = [], 0.2
    for count in lines:
        tops.append(at)
        at += count + 1.6
    return tops, at
