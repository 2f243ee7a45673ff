"""Pictures drawn from released results only, and the words that say the same.

Every figure is a PNG (vector files carry exact coordinates), with the Analysis Function palette, shape and label
beside colour, and axis limits from the instrument, never from the data.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd

from atpilots.disclosure import ReleasedMeasure, rounded, rounded_down, rounded_up
from atpilots.released import Figure, figure

if TYPE_CHECKING:
    import matplotlib.figure
    from matplotlib.axes import Axes

DARK_BLUE, ORANGE, GREY, INK = "#12436D", "#F46A25", "#595959", "#0B0C0C"
WIDTH = 640  # CSS pixels
FONT = 16  # CSS pixels, the page's own body size
SCALE = 2  # picture pixels per CSS pixel
SYNTHETIC = "Synthetic data: not the pilot's results"
CSS_INCH = 96


def measure_figure(measure: ReleasedMeasure, synthetic: bool) -> Figure:
    """The two means joined by an arrow on the instrument's scale, and the change with its interval below."""
    with _canvas(height=330, rows=2, synthetic=synthetic) as (canvas, (top, bottom)):
        _means(top, measure)
        _change(bottom, measure)
        png = _png(canvas)
    return figure(png, (WIDTH, 330), measure_alt(measure), f"Average scores and average change: {measure.label}")


def overview_figure(measures: Sequence[ReleasedMeasure], synthetic: bool) -> Figure:
    """Every measure's change with its interval in percent of its scale's range, better to the right."""
    height = 120 + 46 * len(measures)
    with _canvas(height=height, rows=1, synthetic=synthetic) as (canvas, (axes,)):
        _forest(axes, percent_table(measures))
        png = _png(canvas)
    caption = "Average change on every measure, as a percentage of the measure's scale, better to the right"
    return figure(png, (WIDTH, height), overview_alt(measures), caption)


def measure_alt(measure: ReleasedMeasure) -> str:
    """What the measure's figure shows, in words."""
    m = measure
    return (
        f"Two charts. The first shows the average {m.label} score moving from {m.number(m.before)} before to "
        f"{m.number(m.after)} after, on the scale from {m.scale}, where {m.better} is better. The second shows the "
        f"average change of {m.number(m.change, signed=True)} points with its interval from "
        f"{m.number(m.low, signed=True)} to {m.number(m.high, signed=True)}, beside a line at no change."
    )


def overview_alt(measures: Sequence[ReleasedMeasure]) -> str:
    """What the overview shows, in words: every point with its interval."""
    rows = percent_table(measures)
    parts = [
        f"{label}: {_signed(change)}, interval {_signed(low)} to {_signed(high)}"
        for label, change, low, high in rows.itertuples(index=False)
    ]
    return (
        "A chart with one point and one interval for each measure, in percent of the measure's scale; to the right of "
        f"the line at no change is better. {'; '.join(parts)}."
    )


def percent_table(measures: Sequence[ReleasedMeasure]) -> pd.DataFrame:
    """Released changes in percent of each scale's range, turned so that better is positive; whole percents, intervals
    outward.

    Columns: label, change, low, high. Computed from the rounded numbers, so it tells nothing more than they do.
    """
    rows = []
    for measure in measures:
        span = measure.score_range[1] - measure.score_range[0]
        sign = 1 if measure.better == "higher" else -1
        ends = [100 * sign * float(value) / span for value in (measure.low, measure.high) if value is not None]
        change = 100 * sign * float(measure.change or 0.0) / span
        rows.append((display_label(measure), rounded(change, 1), rounded_down(min(ends), 1), rounded_up(max(ends), 1)))
    return pd.DataFrame(rows, columns=["label", "change", "low", "high"])


def display_label(measure: ReleasedMeasure) -> str:
    """The measure's name, and who rated it where that was not the resident."""
    return measure.label if measure.rater == "resident" else f"{measure.label}, rated by support workers"


def _means(axes: Axes, measure: ReleasedMeasure) -> None:
    import seaborn as sns

    data = pd.DataFrame({"wave": ["Before", "After"], "score": [measure.before, measure.after], "y": [0, 0]})
    axes.annotate(
        "",
        xy=(float(measure.after or 0), 0),
        xytext=(float(measure.before or 0), 0),
        arrowprops={"arrowstyle": "-|>", "color": GREY, "lw": 2, "shrinkA": 7, "shrinkB": 7},
    )
    sns.scatterplot(
        data=data, x="score", y="y", hue="wave", style="wave", ax=axes, s=150, legend=False, zorder=3,
        palette={"Before": DARK_BLUE, "After": ORANGE}, markers={"Before": "o", "After": "D"},
    )  # fmt: skip
    first_left = float(measure.before or 0) <= float(measure.after or 0)
    for wave, score in (("Before", measure.before), ("After", measure.after)):
        left = (wave == "Before") == first_left
        axes.annotate(
            f"{wave} {measure.number(score)}", (float(score or 0), 0), xytext=(-12 if left else 12, 12),
            textcoords="offset points", ha="right" if left else "left", va="bottom", color=INK,
        )  # fmt: skip
    axes.set(
        xlim=_widened(*measure.score_range), ylim=(-0.7, 1.2), xlabel=f"Average score ({measure.better} is better)"
    )
    _bare(axes)


def _change(axes: Axes, measure: ReleasedMeasure) -> None:
    half = (measure.score_range[1] - measure.score_range[0]) / 2
    _interval(axes, float(measure.change or 0), float(measure.low or 0), float(measure.high or 0), 0)
    axes.annotate(
        f"{measure.number(measure.change, signed=True)} ({measure.number(measure.low, signed=True)} to "
        f"{measure.number(measure.high, signed=True)})",
        (float(measure.change or 0), 0.55), xytext=(0, 2), textcoords="offset points", ha="center", color=INK,
    )  # fmt: skip
    axes.plot([0, 0], [-0.7, 0.55], color=GREY, lw=1.5, zorder=0)
    axes.set_xticks([-half, -half / 2, 0, half / 2, half])
    axes.xaxis.set_major_formatter(_number)
    axes.set(
        xlim=_widened(-half, half),
        ylim=(-0.7, 1.2),
        xlabel="Average change in points, with its interval (0: no change)",
    )
    _bare(axes)


def _forest(axes: Axes, rows: pd.DataFrame) -> None:
    for position, row in enumerate(rows.itertuples(index=False)):
        _interval(axes, float(row.change), float(row.low), float(row.high), position)  # type: ignore[arg-type]
    axes.axvline(0, color=GREY, lw=1.5, zorder=0)
    axes.set_yticks(range(len(rows)), [_wrapped(str(label)) for label in rows["label"]])
    axes.set_xticks(range(-50, 51, 25), ["−50%", "−25%", "0%", "+25%", "+50%"])
    axes.set(xlim=(-52, 52), ylim=(len(rows) - 0.4, -0.6), xlabel="Change in percent of the scale; right is better")
    axes.grid(axis="x", color="#d9d9d9")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False)


def _interval(axes: Axes, change: float, low: float, high: float, position: float) -> None:
    axes.plot([low, high], [position, position], color=DARK_BLUE, lw=3, solid_capstyle="butt", zorder=2)
    axes.plot([low, high], [position, position], "|", color=DARK_BLUE, ms=14, mew=3, zorder=2)
    axes.plot([change], [position], "D", color=ORANGE, ms=11, mec=INK, mew=1, zorder=3)


def _bare(axes: Axes) -> None:
    axes.set(yticks=[], ylabel="")
    axes.grid(visible=False)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _ticks(low: float, high: float) -> list[float]:
    """Both ends of a scale, and even steps between where they are whole numbers."""
    for parts in (5, 4, 7, 6, 3, 2):
        steps = [low + (high - low) * part / parts for part in range(parts + 1)]
        if all(step.is_integer() for step in steps):
            return steps
    return [low, (low + high) / 2, high]


def _number(value: float, position: float) -> str:  # noqa: ARG001 - matplotlib passes both
    return f"{value:.3g}".replace("-", "−")


def _widened(low: float, high: float) -> tuple[float, float]:
    margin = (high - low) * 0.02
    return low - margin, high + margin


@contextmanager
def _canvas(height: int, rows: int, synthetic: bool) -> Iterator[tuple[matplotlib.figure.Figure, Any]]:
    """A figure of the page's width in its own style; nothing of the caller's matplotlib settings comes in or out."""
    import matplotlib as mpl
    import seaborn as sns
    from matplotlib.figure import Figure as Canvas

    points = FONT * 72 / CSS_INCH
    sizes = ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize")
    style = sns.axes_style("white") | dict.fromkeys(sizes, points)
    ours = {"font.family": "DejaVu Sans", "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": GREY}
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(style | ours | {"xtick.color": INK, "ytick.color": INK, "xtick.bottom": True})
        canvas = Canvas(figsize=(WIDTH / CSS_INCH, height / CSS_INCH), dpi=CSS_INCH * SCALE, layout="constrained")
        if synthetic:
            canvas.suptitle(SYNTHETIC, fontsize=points, color="#801650", weight="bold", x=0.01, ha="left")
        yield canvas, canvas.subplots(rows, 1, squeeze=False).ravel()


def _png(canvas: matplotlib.figure.Figure) -> bytes:
    """PNG bytes in a palette of 64 colours, without any metadata."""
    from PIL import Image

    drawn, small = io.BytesIO(), io.BytesIO()
    canvas.savefig(drawn, format="png", metadata={"Software": None})
    with Image.open(drawn) as picture:
        picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return small.getvalue()


def _wrapped(label: str) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(label, 26))


def _signed(value: float) -> str:
    return f"{value:+.0f}%".replace("+0%", "0%").replace("-", "−")
