"""A sheet as a figure of matplotlib's own, which can be asked where its marks and words stand."""

from __future__ import annotations

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from atpilots.page.sheet import SCALE, Sheet
from atpilots.page.text_width import CSS_INCH, font_file


def figure_of(sheet: Sheet) -> Figure:
    """The same marks and words, laid out."""
    wide, high = sheet.form.width, sheet.height
    figure = Figure(figsize=(wide / CSS_INCH, high / CSS_INCH), dpi=CSS_INCH * SCALE)
    FigureCanvasAgg(figure)
    for place, mark in enumerate(sheet.marks):
        mark.set_zorder(place)
        figure.add_artist(mark)
    for line in sheet.lines:
        font = {"font": Path(font_file(line.bold)), "fontsize": line.size * 72 / CSS_INCH}
        figure.text(
            line.x / wide, 1 - line.y / high, line.text, **font,
            weight="bold" if line.bold else "normal", color=line.colour, ha="left", va="baseline", parse_math=False,
            rotation=line.angle, rotation_mode="anchor", zorder=len(sheet.marks),
        )  # fmt: skip
    figure.draw_without_rendering()
    return figure
