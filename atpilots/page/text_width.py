"""How words fit into a picture: which letters its font has, how wide they run, and where their lines break.

The font comes with matplotlib, so that a picture is the same on every machine. A letter that it lacks would be drawn
as an empty box: pictures leave it out, and the page's own words, which the reader's fonts draw, keep it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from atpilots.files import collector_paused

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

CSS_INCH = 96
FONT = 20  # CSS pixels: of the letters that are measured; other sizes follow from these
UNDRAWN = "(named in the table)"


def drawable(words: str) -> str:
    """The words without letters that the font lacks; a pointer to the table where nothing would be left of them."""
    known = _letters()
    shown = (c for c in unicodedata.normalize("NFC", words) if not unicodedata.category(c).startswith("C"))
    drawn = "".join(c for c in shown if ord(c) in known or c.isspace())
    kept = " ".join(re.sub(r"\(\s*\)", "", drawn).split())
    return kept if any(c.isalnum() for c in kept) else UNDRAWN


def width_of(words: str, size: float = FONT, bold: bool = False) -> float:
    """How many CSS pixels a line of words takes, in letters of so many.

    Each word is measured once, in whatever lines it stands: this font moves no letter beside a space.
    """
    first, *others = (_advance(word, bold) for word in words.split(" "))
    return (first + sum(_advance(" ", bold) + advance for advance in others)) / 64 * size / FONT


@lru_cache(4096)
def _advance(word: str, bold: bool) -> int:
    """How far a word moves the pen, in the font's own parts of a pixel."""
    font = _font(bold)
    font.set_text(word, 0.0)
    return font.get_width_height()[0]


def wrapped(label: str, width: float, size: float = FONT, bold: bool = False) -> str:
    """A label in lines of at most so many CSS pixels; only a word that is longer than a line is broken."""
    lines = [""]
    width *= FONT / size
    for word in drawable(label).split():
        for part in _parts(word, width, bold):
            longer = f"{lines[-1]} {part}".strip()
            if lines[-1] and width_of(longer, bold=bold) > width:
                lines.append(part)
            else:
                lines[-1] = longer
    return "\n".join(lines)


def evenly_wrapped(label: str, width: float, size: float = FONT) -> str:
    """`wrapped` in as many lines, each about as long."""
    lines = wrapped(label, width, size)
    while (narrower := wrapped(label, width := width - size / 2, size)).count("\n") == lines.count("\n"):
        lines = narrower
    return lines


def _parts(word: str, width: float, bold: bool) -> list[str]:
    if width_of(word, bold=bold) <= width:
        return [word]
    parts = [""]
    for letter in word:
        if parts[-1] and width_of(parts[-1] + letter, bold=bold) > width:
            parts.append("")
        parts[-1] += letter
    return parts


@cache
def font_file(bold: bool) -> str:
    """Where the font lies."""
    from matplotlib import get_data_path

    return f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def _letters() -> frozenset[int]:
    return frozenset(_font(False).get_charmap())


@cache
def _font(bold: bool) -> FT2Font:
    with collector_paused():
        from matplotlib.ft2font import FT2Font

    font = FT2Font(font_file(bold))
    font.set_size(FONT * 72 / CSS_INCH, CSS_INCH)
    return font


# A font reads each letter from its file. Processes that are forked share the place in a file that is open, so two that
# draw at once would read one another's letters: each opens its own. matplotlib does the same for those that it keeps.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_font.cache_clear)
