"""Where the words of a mark go, so that they cover neither other words nor a mark, and hide few lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from atpilots.page.sheet import INK, Box, Format, Sheet
from atpilots.page.text_width import width_of

EDGE, APART = 4, 3  # CSS pixels: words from the picture's edge, and from other words and marks
Line = tuple[str, bool]  # words, and whether they are bold


@dataclasses.dataclass(frozen=True)
class Label:
    """Lines of words in a box: at its left edge, or at its right one."""

    lines: tuple[Line, ...]
    box: Box
    right: bool = False
    colour: str = INK

    def write(self, sheet: Sheet) -> None:
        """Onto a sheet."""
        for place, (words, bold) in enumerate(self.lines):
            x, side = (self.box.right, "right") if self.right else (self.box.left, "left")
            top = self.box.top + place * sheet.form.line
            sheet.write(words, x, top, side, bold, colour=self.colour)  # type: ignore[arg-type]


def width_of_lines(lines: Sequence[Line], form: Format) -> float:
    """How wide the widest of them runs."""
    return max(width_of(words, form.font, bold) for words, bold in lines)


def words_beside(
    lines: tuple[Line, ...], x: float, middle: float, right: bool, form: Format, colour: str = INK
) -> Label:
    """Words to the right of a place, or to its left, their middle at a height."""
    wide, half = width_of_lines(lines, form), form.line * len(lines) / 2
    left = x if right else x - wide
    return Label(lines, Box(left, middle - half, left + wide, middle + half), not right, colour)


def words_centred(lines: tuple[Line, ...], x: float, top: float, form: Format) -> Label:
    """Words centred at a place, or as near as the picture's edges allow."""
    wide = width_of_lines(lines, form)
    left = min(max(x - wide / 2, EDGE), form.width - EDGE - wide)
    return Label(lines, Box(left, top, left + wide, top + form.line * len(lines)))


def place_words(options: Sequence[Label], taken: Sequence[Box], lines: Sequence[float], form: Format) -> Label | None:
    """The first of these labels that meets nothing taken and hides the fewest upright lines; None where all do.

    lines: how far from the left edge upright lines stand.
    """
    free = [
        label
        for label in options
        if label.box.left >= EDGE - 1
        and label.box.right <= form.width - EDGE + 1
        and not any(label.box.meets(box, APART) for box in taken)
    ]
    return min(free, key=lambda label: sum(label.box.left - 2 < x < label.box.right + 2 for x in lines), default=None)
