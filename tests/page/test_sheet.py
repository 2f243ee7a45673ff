"""Where words find a place beside marks, how a line makes room for them, and colours that everybody can tell apart."""

from __future__ import annotations

import os
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from builders.contrast import contrast, luminance
from builders.drawn_sheets import figure_of

from atpilots.page import sheet, text_width
from atpilots.page.labels import place_words, words_beside, words_centred
from atpilots.page.sheet import BAND, DARK_BLUE, GREY, NARROW, PINK, WIDE, Box, sheet_of

WORDS = (("After 20.4", True),)


def test_words_take_the_first_place_that_is_free_and_hides_least() -> None:
    right, left = words_beside(WORDS, 200, 50, True, NARROW), words_beside(WORDS, 180, 50, False, NARROW)
    assert place_words([right, left], [], [], NARROW) is right
    assert place_words([right, left], [], [220], NARROW) is left
    assert place_words([right, left], [Box(300, 40, 310, 60)], [], NARROW) is left
    assert place_words([right, left], [Box(0, 0, 358, 100)], [], NARROW) is None
    assert place_words([words_beside(WORDS, 300, 50, True, NARROW), left], [], [], NARROW) is left
    for x in (0, 179, 358):
        assert place_words([words_centred(WORDS, x, 10, NARROW)], [], [], NARROW)


def test_an_upright_line_leaves_out_the_words_in_its_way() -> None:
    with sheet_of(WIDE, 100) as sheet:
        sheet.write("Words", 90, 40)
        sheet.upright(100, 10, 90, GREY, 1, "line")
        sheet.upright(300, 10, 90, GREY, 1, "whole")
        drawn = {
            name: [tuple(line.get_ydata()) for line in sheet.marks if line.get_gid() == name]
            for name in ("line", "whole")
        }
    assert drawn == {"line": [(10, 40), (60, 90)], "whole": [(10, 90)]}


def test_a_picture_has_the_pixels_of_a_figure() -> None:
    with plt.style.context("dark_background"), sheet_of(NARROW, 120.4) as drawn:
        drawn.box(Box(20, 20, 200, 60), BAND, "box", DARK_BLUE, 1.5)
        drawn.circle(50, 40, 20, 3, "circle")
        drawn.diamond(150.3, 40, 9, "diamond")
        for place, words in enumerate(("Words that run over marks", "±0.5 (à la “Ÿ”), ▶", "AVAToTe")):
            drawn.write(words, 179.15, 25 + 21 * place, ("left", "center", "right")[place], bold=place == 1)
        drawn.write("small", 3.3, 100, size=14, colour=PINK)
        drawn.write_upwards("upwards", 340, 110)
        drawn.upright(60, 0, 120, GREY, 1.5, "line", linestyle=(0, (3, 2)))
        ours = sheet._pixels(drawn)
        figure = figure_of(drawn)
        figure.canvas.draw()
        theirs = np.asarray(figure.canvas.buffer_rgba())
    assert ours.shape == (240, 716, 4)
    assert len(np.unique(ours.reshape(-1, 4), axis=0)) > 50
    assert (ours == theirs).all()


@pytest.mark.parametrize("bold", [False, True])
def test_the_width_of_words_follows_their_size(bold: bool) -> None:
    whole = text_width.width_of("Average score", 16, bold)
    assert text_width.width_of("Average score", 32, bold) == pytest.approx(2 * whole)
    assert text_width.width_of("Average score", 16, True) > text_width.width_of("Average score", 16)


@pytest.mark.parametrize("bold", [False, True])
def test_a_line_is_as_wide_as_its_font_makes_it_whole(bold: bool) -> None:
    """Words are measured one by one, so the font may move no letter beside a space."""
    font = text_width._font(bold)
    lines = [f"T {chr(letter)} A" for letter in font.get_charmap() if 0x20 <= letter < 0x250]
    for line in (*lines, "Office staff: 1 to 3 points, AVATAR", "two  spaces ", ""):
        font.set_text(line, 0.0)
        whole = font.get_width_height()[0] / 64
        assert text_width.width_of(line, bold=bold) == whole


def test_a_word_is_measured_once_in_whatever_lines_it_stands() -> None:
    text_width._advance.cache_clear()
    for width in range(100, 400, 10):
        text_width.evenly_wrapped("how lonely people felt before, and how lonely people felt after", width)
    measured = text_width._advance.cache_info()
    assert measured.misses == len({"how", "lonely", "people", "felt", "before,", "and", "after", " "})
    assert measured.hits > measured.misses


def test_lines_are_about_as_long_as_each_other() -> None:
    words = "Smallest change that matters: 1 to 3 points"
    assert text_width.wrapped(words, 350, 17).split("\n")[-1] == "points"
    first, second = text_width.evenly_wrapped(words, 350, 17).split("\n")
    assert abs(len(first) - len(second)) < 10


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
        for colour in (sheet.DARK_BLUE, sheet.ORANGE, sheet.INK, sheet.PINK)
    )
    assert contrast(blue, "#ffffff") >= 3
    assert contrast(pink, "#ffffff") >= 4.5
    assert contrast(blue, orange) >= (3 if sight is None else 2)  # and their shapes and labels differ
    # Orange alone comes to 3.03:1; the mark is edged in ink, so it does not hang on that.
    assert contrast(ink, "#ffffff") >= 4.5
    assert luminance(orange) > luminance(ink)
    if sight is None:
        assert contrast(orange, "#ffffff") >= 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")
def test_a_forked_process_opens_its_own_font() -> None:
    """Two that read one open file at once would take letters from each other's places in it."""
    text_width.width_of("Once", 20)
    assert text_width._font.cache_info().currsize
    if not (child := os.fork()):
        os._exit(text_width._font.cache_info().currsize)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
