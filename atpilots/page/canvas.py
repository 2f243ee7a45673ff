"""How a picture is drawn that a telephone can show it: narrow, in a large font, with labels that never collide.

Everything that is drawn shares this: the canvas, the Analysis Function palette (shape and label always stand beside
colour), ticks, labels, points on intervals, and the PNG.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from atpilots.page.pieces import Figure, figure
from atpilots.page.sheet import DARK_BLUE, GREY, INK, ORANGE, PINK, SCALE
from atpilots.page.text_width import CSS_INCH, FAMILY, LINE, POINTS, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg as Canvas
    from PIL import Image

MIDDLE_BLUE = "#9DBAD2"
# Few colours, four bits a pixel: ours, and two halfway to the paper, for smooth letters.
STRENGTHS = {INK: (1, 0.5), DARK_BLUE: (1,), ORANGE: (1,), PINK: (1, 0.5), GREY: (1,)}
MARGIN = 38  # CSS pixels left and right of a scale: half of the longest number below its ends
BELOW = 2.6 * LINE  # CSS pixels below a scale: its numbers, and a line of what they are
SYNTHETIC = "Synthetic data:\nnot the pilot's results"
LARGE = 1000  # from here numbers have a comma, and few fit beside each other
WHITE_BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


def draw_interval(axes: Axes, change: float, low: float, high: float, position: float) -> None:
    """A point on its interval; an end that lies beyond the axis is an arrow head at the axis' edge."""
    start, stop = axes.get_xlim()
    ends = [min(max(value, start), stop) for value in (low, high)]
    axes.plot(ends, [position, position], color=DARK_BLUE, lw=3, solid_capstyle="butt", zorder=2)
    caps = [(value, "|") for value in (low, high) if start <= value <= stop]
    heads = [*([(start, "<")] if low < start else []), *([(stop, ">")] if high > stop else [])]
    for at, marker in caps + heads:
        axes.plot([at], [position], marker, color=DARK_BLUE, ms=14, mew=3, zorder=2, clip_on=False)
    if start <= change <= stop:
        axes.plot([change], [position], "s", color=DARK_BLUE, ms=12, zorder=3, clip_on=False)


def label_at_left(axes: Axes, words: str, y: float, side: Literal["top", "center_baseline"]) -> None:
    """Words from the picture's left edge on."""
    place = (4 - MARGIN) / (WIDTH - 2 * MARGIN)
    axes.text(place, y, words, va=side, bbox=WHITE_BOX, linespacing=1.1, transform=axes.get_yaxis_transform())


def keep_axis_below(axes: Axes) -> None:
    """Take away every line around a picture but the axis below it."""
    axes.set(yticks=[], ylabel="")
    axes.grid(visible=False)
    axes.spines[["top", "right", "left"]].set_visible(False)


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


def tick_label(value: float, position: float) -> str:  # noqa: ARG001 - matplotlib passes both
    """A tick's label."""
    text = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.3g}"
    return text.replace("-", "−")


def change_tick_label(value: float, position: float) -> str:
    """A tick's label on an axis of changes."""
    return f"{'+' if value > 0 else ''}{tick_label(value, position)}"


def axis_limits(low: float, high: float) -> tuple[float, float]:
    """The limits of an axis from low to high, with room for a mark at either end."""
    margin = (high - low) * 0.02
    return low - margin, high + margin


@contextmanager
def canvas_of(heights: Sequence[float], synthetic: bool, below: float = BELOW) -> Iterator[tuple[Canvas, list[Axes]]]:
    """A picture of scales below each other, of these heights in CSS pixels; nothing of the caller's style changes it.

    Everything has its place in advance, so that drawing takes one pass.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Picture

    top = (2.4 if synthetic else 0.2) * LINE
    height = round(top + sum(heights) + len(heights) * below)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_style())
        picture = Picture(figsize=(WIDTH / CSS_INCH, height / CSS_INCH), dpi=CSS_INCH * SCALE)
        if synthetic:
            picture.text(4 / WIDTH, 1, SYNTHETIC, color=PINK, weight="bold", va="top")
        axes = []
        for each in heights:
            bottom = 1 - (top + each) / height
            axes.append(picture.add_axes((MARGIN / WIDTH, bottom, 1 - 2 * MARGIN / WIDTH, each / height)))
            top += each + below
        yield FigureCanvasAgg(picture), axes


@cache
def _style() -> Any:
    import seaborn as sns

    sizes = ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize")
    inks = ("text.color", "axes.labelcolor", "xtick.color", "ytick.color")
    ours = {"font.family": FAMILY, "axes.edgecolor": GREY, "xtick.bottom": True, "text.parse_math": False}
    ours["text.hinting"] = "none"  # moves letters to whole pixels, which two pixels for one need not; it takes time
    return sns.axes_style("white") | dict.fromkeys(sizes, POINTS) | dict.fromkeys(inks, INK) | ours


def size_of(canvas: Canvas) -> tuple[int, int]:
    """Width and height in CSS pixels."""
    width, height = canvas.get_width_height()
    return width // SCALE, height // SCALE


def figure_of(canvas: Canvas, alt: str, caption: str, shades: tuple[str, ...] = ()) -> Figure:
    """What was drawn on the canvas, as a piece of a page; shades: colours that it has besides our eight."""
    return figure(png_of(canvas, shades), size_of(canvas), alt, caption)


def png_of(canvas: Canvas, shades: tuple[str, ...] = ()) -> bytes:
    """PNG bytes in our eight colours, and the shades that the picture has besides, without any metadata."""
    from PIL import Image

    small = io.BytesIO()
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    drawn = Image.fromarray(pixels).convert("RGB")
    drawn.quantize(palette=_palette(shades), dither=Image.Dither.NONE).save(small, format="png")
    return small.getvalue()


@cache
def _palette(shades: tuple[str, ...]) -> Image.Image:
    from PIL import Image

    colours = [255, 255, 255]
    for colour, strengths in {**STRENGTHS, **dict.fromkeys(shades, (1,))}.items():
        parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        colours += [round(255 - strength * (255 - part)) for strength in strengths for part in parts]
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours)
    return palette
