"""Where words find a place beside marks, and how a line makes room for them."""

from __future__ import annotations

import pytest
from matplotlib.lines import Line2D

from atpilots.page import text_width
from atpilots.page.labels import place_words, words_beside, words_centred
from atpilots.page.sheet import GREY, NARROW, WIDE, Box, sheet_of

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
            name: [tuple(line.get_ydata()) for line in sheet._picture.findobj(Line2D) if line.get_gid() == name]
            for name in ("line", "whole")
        }
    assert drawn == {"line": [(10, 40), (60, 90)], "whole": [(10, 90)]}


@pytest.mark.parametrize("bold", [False, True])
def test_the_width_of_words_follows_their_size(bold: bool) -> None:
    whole = text_width.width_of("Average score", 16, bold)
    assert text_width.width_of("Average score", 32, bold) == pytest.approx(2 * whole)
    assert text_width.width_of("Average score", 16, True) > text_width.width_of("Average score", 16)


def test_lines_are_about_as_long_as_each_other() -> None:
    words = "Smallest change that matters: 1 to 3 points"
    assert text_width.wrapped(words, 350, 17).split("\n")[-1] == "points"
    first, second = text_width.evenly_wrapped(words, 350, 17).split("\n")
    assert abs(len(first) - len(second)) < 10
