"""The small picture of one measure in a row of the table of all: its change and interval in percent of its scale.

All strips of a table have one axis, better to the right; nothing in them is slanted, so they are drawn pixel by pixel.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence

import numpy as np

from atpilots.disclosure import ProtectedMeasure
from atpilots.page import (
    BAND,
    DARK_BLUE,
    GREY,
    WHITE,
    Format,
    MeasureNumbers,
    Picture,
    parts_of,
    picture,
    png_from,
    sheet_of,
    width_of,
)
from atpilots.report.axis import ROOM, SHORT
from atpilots.report.beside import Range, zone_bands
from atpilots.report.wording import Percents, Said, interval, percent, short_of_the_line

REACHES = (20, 50, 100)  # percent of the scale to each side
WIDTH, HEIGHT, AXIS = 220, 34, 42  # CSS pixels
MIDDLE, EDGE = 220, 180  # picture pixels: where no change lies, and how far from there the axis reaches
COLOURS = WHITE, BAND, GREY, DARK_BLUE


def strip_reach(told: Iterable[Percents]) -> int:
    """How far the axis of strips with these changes and intervals goes to each side: the least of three lengths that
    holds every printed number.
    """
    ends = [abs(value) * (ROOM if each[0] is None else 1) for each in told for value in each if value is not None]
    return next((reach for reach in REACHES if max(ends, default=0) <= reach), REACHES[-1])


def strip(percents: Percents, moved: Said, reach: int, bands: Sequence[Range] = ()) -> Picture:
    """A line at no change, the interval with its caps, an open square for the change, and a band for what matters.

    An end beyond the axis, or not told, is an arrow head. moved: as of `moved_percents`; bands: as of `percent_bands`.
    """
    pixels = np.zeros((2 * HEIGHT, 2 * WIDTH), dtype=np.uint8)
    for low, high in bands:
        left, right = _at(low, reach), _at(high, reach)
        pixels[:, left:right] = 1
        pixels[:, [left - 1, left, right - 1, right]] = 2
    pixels[:, MIDDLE - 1 : MIDDLE + 2] = 2
    change, *told = percents
    ends = short_of_the_line((told[0], told[1]), change, moved, SHORT * reach / 20)
    first, last = -math.inf if ends[0] is None else ends[0], math.inf if ends[1] is None else ends[1]
    left, right, centre = _at(first, reach), _at(last, reach), HEIGHT
    pixels[centre - 4 : centre + 4, left : right + 1] = 3
    for at, beyond, inward in ((left, first < -reach, 1), (right, last > reach, -1)):
        if beyond:
            for step in range(16):  # an arrow head
                pixels[centre - step : centre + step, at + inward * step] = 3
        else:
            pixels[centre - 18 : centre + 18, at - 2 : at + 2] = 3
    if change is not None:
        at = _at(change, reach)
        pixels[centre - 14 : centre + 14, at - 14 : at + 14] = 3
        pixels[centre - 8 : centre + 8, at - 8 : at + 8] = 0
    return picture(png_from(pixels, [parts_of(colour) for colour in COLOURS], level=9), (WIDTH, HEIGHT))


@functools.cache  # there are three
def strip_axis(reach: int) -> Picture:
    """What stands above the strips: which side is better, and how far they go."""
    with sheet_of(Format(WIDTH, 15, 20), AXIS) as sheet:
        sheet.write("◀ worse", 2, 0)
        sheet.write("better ▶", WIDTH - 2, 0, "right")
        for end in (-reach, 0, reach):
            at = WIDTH / 2 + end / reach * EDGE / 2
            half = width_of(percent(end), sheet.form.font) / 2
            sheet.write(percent(end), min(max(at, half), WIDTH - half), 18, "center")
            sheet.line([(at, AXIS - 5), (at, AXIS)], GREY, 1.5, "tick")
        return sheet.picture()


def strip_alt(percents: Percents, moved: Said) -> str:
    """What a strip shows, in words: "+6% of the scale, +1% to +12%"."""
    change, low, high = percents
    ends = interval(low, high, percent, moved)
    return f"{ends} of the scale" if change is None else f"{percent(change)} of the scale, {ends}"


def percent_bands(measure: ProtectedMeasure | MeasureNumbers, scale: Range) -> list[Range]:
    """Changes that matter, by the zone that decided the word, in percent of the scale, better to the right."""
    part = 100 / (scale[1] - scale[0]) * (1 if measure.better == "higher" else -1)
    bands = [sorted(end * part for end in band) for band in zone_bands(measure)]
    return [(low, high) for low, high in bands]


def _at(value: float, reach: int) -> int:
    """The picture's pixel of a percentage, or of the axis' end where it lies beyond."""
    return MIDDLE + round(min(max(value / reach, -1), 1) * EDGE)
