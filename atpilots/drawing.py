"""How pictures are drawn: a narrow canvas with a large font, points on intervals, ticks and labels that never collide.

The colours are the Analysis Function palette; shape and label always stand beside colour.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure
    from matplotlib.axes import Axes

DARK_BLUE, ORANGE, PINK, GREY, INK = "#12436D", "#F46A25", "#801650", "#595959", "#0B0C0C"
# The narrowest screen that the law asks for is 320 CSS pixels wide; the page's margins leave 288 of them. A picture
# that is drawn narrow, with a large font, needs no second version there: its words shrink to the size of the page's.
NARROWEST, BODY = 288, 16  # CSS pixels
WIDTH = 360  # CSS pixels, on every screen that has the room
FONT = BODY * WIDTH / NARROWEST  # CSS pixels
LINE = round(1.25 * FONT)
LETTERS = 27  # as many as fit on a line
SCALE = 2  # picture pixels per CSS pixel
SYNTHETIC = "Synthetic data:\nnot the pilot's results"
CSS_INCH = 96
WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


def interval(axes: Axes, change: float, low: float, high: float, position: float) -> None:
    """A point on its interval; an end that lies beyond the axis is an arrow head at the axis' edge."""
    start, stop = axes.get_xlim()
    ends = [min(max(value, start), stop) for value in (low, high)]
    axes.plot(ends, [position, position], color=DARK_BLUE, lw=3, solid_capstyle="butt", zorder=2)
    caps = [(value, "|") for value in (low, high) if start <= value <= stop]
    heads = [*([(start, "<")] if low < start else []), *([(stop, ">")] if high > stop else [])]
    for at, marker in caps + heads:
        axes.plot([at], [position], marker, color=DARK_BLUE, ms=14, mew=3, zorder=2, clip_on=False)
    if start <= change <= stop:
        axes.plot([change], [position], "s", color=DARK_BLUE, ms=12, zorder=3)


def label_at(axes: Axes, words: str, x: float, y: float, above: bool) -> None:
    """Words above or below a point, moved sideways as far as it takes to stay within the picture."""
    start, stop = axes.get_xlim()
    half = 0.5 * len(words) * 0.6 * FONT / (WIDTH - 2 * FONT) * (stop - start)
    inside = min(max(x, start + half), stop - half)
    offset, side = ((0, 11), "bottom") if above else ((0, -11), "top")
    axes.annotate(
        words, (inside, y), xytext=offset, textcoords="offset points", ha="center", va=side, color=INK, bbox=WHITE,
        annotation_clip=False,
    )  # fmt: skip


def bare(axes: Axes) -> None:
    """Only the axis below is kept."""
    axes.set(yticks=[], ylabel="")
    axes.grid(visible=False)
    axes.spines[["top", "right", "left"]].set_visible(False)


LARGE = 1000  # from here numbers have a comma, and few fit beside each other


def ticks(low: float, high: float) -> list[float]:
    """Both ends of a scale, and even steps between where they are whole numbers, else round numbers between.

    Long numbers would touch each other: a large scale shows its ends only.
    """
    if max(abs(low), abs(high)) >= LARGE:
        return [low, high]
    for parts in (5, 4, 3, 2):
        steps = [low + (high - low) * part / parts for part in range(parts + 1)]
        if all(float(step).is_integer() for step in steps):
            return steps
    middle = (low + high) / 2
    between = [middle + tick for tick in change_ticks((high - low) / 2)] if middle == 0 else _round_numbers(low, high)
    room = (high - low) / 5
    return [low, *(tick for tick in between if low + room < tick < high - room), high]


def _round_numbers(low: float, high: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    return [float(tick) for tick in MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(low, high)]


def change_ticks(half: float) -> list[float]:
    """Round numbers on both sides of no change, few enough for a narrow picture: two on a side, or one."""
    unit = 10.0 ** math.floor(math.log10(half))
    if half >= LARGE:
        return [-half, 0, half]
    steps = [unit * part for part in (5, 4, 2.5, 2, 1, 0.5, 0.4, 0.25)]
    step = next((step for step in steps if half // step == 2), None) or next(step for step in steps if step <= half)
    count = int(half // step)
    return [step * position for position in range(-count, count + 1)]


def number(value: float, position: float) -> str:  # noqa: ARG001 - matplotlib passes both
    """A tick's label."""
    text = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.3g}"
    return text.replace("-", "−")


def signed_number(value: float, position: float) -> str:
    """A tick's label on an axis of changes."""
    return f"{'+' if value > 0 else ''}{number(value, position)}"


def widened(low: float, high: float) -> tuple[float, float]:
    """Axis limits with room for a mark at either end."""
    margin = (high - low) * 0.02
    return low - margin, high + margin


@contextmanager
def canvas_of(height: int, rows: tuple[int, ...], synthetic: bool) -> Iterator[tuple[matplotlib.figure.Figure, Any]]:
    """A figure with rows of these relative heights, in its own style, which nothing of the caller's changes."""
    import matplotlib as mpl
    import seaborn as sns
    from matplotlib.figure import Figure as Canvas

    points = FONT * 72 / CSS_INCH
    sizes = ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize")
    style = sns.axes_style("white") | dict.fromkeys(sizes, points)
    ours = {"font.family": "DejaVu Sans", "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": GREY}
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            style | ours | {"xtick.color": INK, "ytick.color": INK, "xtick.bottom": True, "text.parse_math": False}
        )
        canvas = Canvas(figsize=(WIDTH / CSS_INCH, height / CSS_INCH), dpi=CSS_INCH * SCALE, layout="constrained")
        if synthetic:
            canvas.suptitle(SYNTHETIC, fontsize=points, color=PINK, weight="bold", x=0.01, ha="left")
        yield canvas, canvas.subplots(len(rows), 1, squeeze=False, height_ratios=rows).ravel()


def png_of(canvas: matplotlib.figure.Figure) -> bytes:
    """PNG bytes in a palette of 64 colours, without any metadata."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    drawn: Any = FigureCanvasAgg(canvas)
    png = io.BytesIO()
    drawn.draw()
    picture = Image.frombuffer("RGBA", drawn.get_width_height(), drawn.buffer_rgba())
    picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(png, format="png", optimize=True)
    return png.getvalue()


def wrapped(label: str) -> str:
    """A label in lines that fit the picture."""
    return "\n".join(textwrap.wrap(label, LETTERS))
