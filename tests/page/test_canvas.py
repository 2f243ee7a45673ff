"""What every picture shares: letters as large as the page's, colours that everybody can tell apart, ticks with room."""

from __future__ import annotations

from typing import Any

import pytest
from builders.contrast import contrast, luminance

from atpilots.page import canvas, text_width


def test_words_are_no_smaller_than_the_page_s_on_the_narrowest_screen() -> None:
    assert text_width.FONT * text_width.NARROWEST / text_width.WIDTH >= text_width.BODY


def seen_by(colour: str, matrix: tuple[tuple[float, ...], ...]) -> str:
    """A colour as somebody sees it who lacks one kind of cone (Viénot and colleagues 1999, in linear light)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    seen = [min(max(sum(m * part for m, part in zip(row, linear, strict=True)), 0), 1) for row in matrix]
    coded = [12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in seen]
    return "#" + "".join(f"{round(255 * part):02x}" for part in coded)


PROTANOPIA = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


@pytest.mark.parametrize("sight", [None, PROTANOPIA, DEUTERANOPIA])
def test_colours_keep_their_difference(sight: Any) -> None:
    blue, orange, ink, pink = (
        colour if sight is None else seen_by(colour, sight)
        for colour in (canvas.DARK_BLUE, canvas.ORANGE, canvas.INK, canvas.PINK)
    )
    assert contrast(blue, "#ffffff") >= 3
    assert contrast(pink, "#ffffff") >= 4.5
    assert contrast(blue, orange) >= (3 if sight is None else 2)  # and their shapes and labels differ
    # Orange alone comes to 3.03:1; the mark is edged in ink, so it does not hang on that.
    assert contrast(ink, "#ffffff") >= 4.5
    assert luminance(orange) > luminance(ink)
    if sight is None:
        assert contrast(orange, "#ffffff") >= 3


@pytest.mark.parametrize("ends", [(0.0, 10_000.0), (-5000.0, 5000.0), (0.0, 1000.0)])
def test_large_numbers_are_written_out_and_few(ends: tuple[float, float]) -> None:
    labels = [canvas.tick_label(tick, 0) for tick in canvas.scale_ticks(*ends)]
    assert not any("e" in label for label in labels)
    assert len(labels) <= 3
    assert labels[-1] == f"{ends[1]:,.0f}"
