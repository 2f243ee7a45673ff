"""A sheet of paper on which everything has its place in CSS pixels, counted from its top left corner.

Whoever draws on it knows beforehand how wide each word runs, so that words need not cover each other, and no axis has
to be laid out. So nothing of matplotlib is needed but its shapes, letters and pixels: figures and axes take longer to
import than a page's pictures to draw. It leaves as a PNG of twice as many pixels, in few colours.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from atpilots.files import collector_paused
from atpilots.page.pieces import Picture, picture
from atpilots.page.text_width import CSS_INCH, font_file, width_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist

DARK_BLUE, ORANGE, PINK, GREY, INK, WHITE = "#12436D", "#F46A25", "#801650", "#595959", "#0B0C0C", "#FFFFFF"
LIGHT_BLUE, MIDDLE_BLUE, BAND = "#DCE6EF", "#9DBAD2", "#E9E9E4"
# Ours, and some on their way to the paper, for smooth letters and edges.
STRENGTHS = {WHITE: (1,), INK: (1, 0.6, 0.3), DARK_BLUE: (1, 0.5), ORANGE: (1,), PINK: (1, 0.5), GREY: (1,)}
PAPERS = (LIGHT_BLUE, MIDDLE_BLUE, BAND)
BYTES = 17  # colours from which on a pixel is a byte: smaller in the end than four bits
SCALE = 2  # picture pixels per CSS pixel
SYNTHETIC, SYNTHETIC_SIZE = "SYNTHETIC DATA", 14
Side = Literal["left", "center", "right"]  # which part of the words stands at a place


@dataclasses.dataclass(frozen=True)
class Format:
    """A size of picture: its width, the size of its words and the height of a line, in CSS pixels."""

    width: int
    font: float
    line: int


# For a page as wide as a desk's, and for a telephone of 390 pixels.
WIDE, NARROW = Format(700, 16, 20), Format(358, 17, 21)


@dataclasses.dataclass(frozen=True)
class Box:
    """A rectangle: left, top, right and bottom edge."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, gap: float = 0) -> bool:
        """Whether the two overlap, or come nearer to each other than `gap`."""
        across = self.left < other.right + gap and other.left < self.right + gap
        return across and self.top < other.bottom + gap and other.top < self.bottom + gap


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of words from a place on its base line; size: of its letters, in CSS pixels; angle: 90 goes upwards."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    colour: str = INK
    angle: float = 0


class Sheet:
    """Where to draw; `words` are the boxes of the words written so far. Each mark is named, for whoever asks later."""

    def __init__(self, form: Format, height: int) -> None:
        from matplotlib.transforms import Affine2D

        self.form, self.height, self.words, self.lines = form, height, list[Box](), list[Line]()
        self.marks: list[Artist] = []
        self._place = Affine2D().scale(SCALE, -SCALE).translate(0, height * SCALE)

    def write(self, text: str, x: float, top: float, side: Side = "left", bold: bool = False, **how: Any) -> None:
        """One line of words; how: `size` in CSS pixels, `colour`."""
        size = how.get("size", self.form.font)
        wide = width_of(text, size, bold)
        left = x - wide * {"left": 0, "center": 0.5, "right": 1}[side]
        self.words.append(Box(left, top, left + wide, top + self.form.line))
        baseline = top + self.form.line / 2 + 0.36 * size
        self.lines.append(Line(text, left, baseline, size, bold, how.get("colour", INK)))

    def write_upwards(self, text: str, x: float, bottom: float) -> None:
        """One line of words from bottom to top, its middle at a place."""
        self.lines.append(Line(text, x + 0.36 * self.form.font, bottom, self.form.font, angle=90))

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float, name: str, **how: Any) -> None:
        """A line through points; how: what matplotlib's Line2D knows besides."""
        from matplotlib.lines import Line2D

        x, y = zip(*points, strict=True)
        self._draw(Line2D(x, y, color=colour, lw=width * 72 / CSS_INCH, **({"solid_capstyle": "butt"} | how)), name)

    def upright(self, x: float, top: float, bottom: float, colour: str, width: float, name: str, **how: Any) -> None:
        """A line from top to bottom that leaves out the words in its way."""
        words = sorted((b for b in self.words if b.left - 3 < x < b.right + 3), key=lambda box: box.top)
        for box in words:
            if top < box.bottom and box.top < bottom:
                if top < box.top:
                    self.line([(x, top), (x, box.top)], colour, width, name, **how)
                top = box.bottom
        if top < bottom:
            self.line([(x, top), (x, bottom)], colour, width, name, **how)

    def shape(
        self, points: Sequence[tuple[float, float]], fill: str, name: str, edge: str = "none", width: float = 1
    ) -> None:
        """A filled shape with these corners; width: of its edge, in CSS pixels."""
        from matplotlib.patches import Polygon

        self._draw(Polygon(points, facecolor=fill, edgecolor=edge, lw=width * 72 / CSS_INCH), name)

    def box(self, box: Box, fill: str, name: str, edge: str = "none", width: float = 1) -> None:
        """A filled rectangle."""
        corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
        self.shape(corners, fill, name, edge, width)

    def circle(self, x: float, y: float, across: float, stroke: float, name: str) -> None:
        """An open circle, its diameter with the stroke."""
        from matplotlib.patches import Circle

        lines = {"edgecolor": DARK_BLUE, "facecolor": WHITE, "lw": stroke * 72 / CSS_INCH}
        self._draw(Circle((x, y), (across - stroke) / 2, **lines), name)

    def diamond(self, x: float, y: float, half: float, name: str) -> None:
        """An orange diamond, edged in ink: orange alone hardly differs from the paper."""
        self.shape([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], ORANGE, name, INK)

    def _draw(self, mark: Artist, name: str) -> None:
        """Each mark above those drawn before it."""
        mark.set(gid=name, transform=self._place)
        self.marks.append(mark)

    def picture(self) -> Picture:
        """What was drawn."""
        return picture(png_of(self), (self.form.width, self.height))


@contextmanager
def sheet_of(form: Format, height: float) -> Iterator[Sheet]:
    """An empty sheet; nothing of the caller's style changes what is drawn on it."""
    with collector_paused():
        import matplotlib as mpl
        import matplotlib.backends.backend_agg

    # Hinting moves letters to whole pixels, which two pixels for one need not; it takes time.
    with mpl.rc_context():
        # What rcdefaults does, without reading the files of all styles.
        mpl.rcParams.update({name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"})
        mpl.rcParams["text.hinting"] = "none"
        yield Sheet(form, round(height))


def png_of(sheet: Sheet) -> bytes:
    """PNG bytes in our colours, without any metadata."""
    pixels = _pixels(sheet)
    red, green, blue = (pixels[..., part].astype(np.uint16) >> 3 for part in range(3))
    return png_from(_nearest()[(red << 10) | (green << 5) | blue], _palette())


def _pixels(sheet: Sheet) -> np.ndarray:
    """The marks one above the other on white paper, and the words above all."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.colors import to_rgba
    from matplotlib.font_manager import FontProperties

    width, height = sheet.form.width * SCALE, sheet.height * SCALE
    renderer = RendererAgg(width, height, CSS_INCH * SCALE)  # type: ignore[no-untyped-call]
    pixels = np.asarray(renderer.buffer_rgba())  # type: ignore[no-untyped-call]
    pixels[:] = 255
    for mark in sheet.marks:
        mark.draw(renderer)
    for line in sheet.lines:
        pen = renderer.new_gc()
        pen.set_foreground(to_rgba(line.colour), isRGBA=True)
        font = FontProperties(fname=font_file(line.bold), size=line.size * 72 / CSS_INCH)
        renderer.draw_text(pen, line.x * SCALE, line.y * SCALE, line.text, font, line.angle)  # type: ignore[no-untyped-call]
    return pixels


def png_from(places: np.ndarray, palette: Sequence[Sequence[int]], level: int = 8) -> bytes:
    """PNG bytes of a picture whose pixels are places in a palette.

    With Pillow, whose compression comes with it: the same bytes on every machine. level: of 9, which takes long.
    """
    from PIL import Image

    image, small = Image.fromarray(places), io.BytesIO()
    image.putpalette([part for colour in palette for part in colour])
    image.save(small, format="png", compress_level=level)
    return small.getvalue()


def parts_of(colour: str) -> list[int]:
    """Red, green and blue of "#12436D"."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


@cache
def _palette() -> list[list[int]]:
    mixed = {**STRENGTHS, **dict.fromkeys(PAPERS, (1,))}
    ours = [
        [round(255 - strength * (255 - part)) for part in parts_of(colour)]
        for colour, strengths in mixed.items()
        for strength in strengths
    ]
    return ours + [parts_of(WHITE)] * (BYTES - len(ours))


@cache
def _nearest() -> np.ndarray:
    """The palette's nearest colour to each colour of five bits a part."""
    parts = np.arange(0, 2**15)
    drawn = np.stack([parts >> 10, (parts >> 5) & 31, parts & 31], axis=-1) * 255 / 31
    far: np.ndarray = ((drawn[:, None] - np.array(_palette())) ** 2).sum(-1)
    nearest: np.ndarray = far.argmin(-1).astype(np.uint8)
    return nearest
