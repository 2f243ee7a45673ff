"""The small pictures of the table of all measures: where their marks lie, on an axis that printed numbers choose."""

from __future__ import annotations

import base64
import dataclasses
import io

import numpy as np
import pytest
from builders.contrast import contrast
from PIL import Image
from test_figures import measure, one_end

from atpilots.disclosure.protected import ProtectedMeasure
from atpilots.page import Picture
from atpilots.report import strips
from atpilots.report.strips import COLOURS, EDGE, MIDDLE, percent_bands, strip_axis
from atpilots.report.wording import moved_percents, percent_of_scale

BAND, GREY, BLUE = 1, 2, 3


def strip(told: ProtectedMeasure, reach: int) -> Picture:
    return strips.strip(percent_of_scale(told), moved_percents(told), reach, percent_bands(told, told.score_range))


def strip_alt(told: ProtectedMeasure) -> str:
    return strips.strip_alt(percent_of_scale(told), moved_percents(told))


def strip_reach(told: list[ProtectedMeasure]) -> int:
    return strips.strip_reach(map(percent_of_scale, told))


def pixels(picture: Picture) -> np.ndarray:
    """Places in COLOURS, a row of the picture each."""
    with Image.open(io.BytesIO(base64.b64decode(picture.png))) as image:
        assert image.size == (2 * picture.width, 2 * picture.height)
        assert not image.info
        colours = np.array(image.convert("RGB"))
    known = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in COLOURS]
    return np.array([(colours == colour).all(-1) for colour in known]).argmax(0)


def bar(picture: Picture) -> tuple[float, float]:
    """Where the interval begins and ends, in parts of the axis' reach."""
    across = np.flatnonzero((pixels(picture) == BLUE)[picture.height])  # the row in the middle
    return (across[0] - MIDDLE) / EDGE, (across[-1] - MIDDLE) / EDGE


def test_marks_lie_in_percent_of_the_scale_and_better_is_right() -> None:
    up, down = (measure((0, 10), 0.5, 0.08, spread=0.05, better=better) for better in ("higher", "lower"))
    assert bar(strip(up, 20)) == pytest.approx((3 / 20, 13 / 20), abs=0.02)
    assert bar(strip(down, 20)) == pytest.approx((-13 / 20, -3 / 20), abs=0.02)
    for told, at in ((up, 8), (down, -8)):
        inside = np.flatnonzero((pixels(strip(told, 20)) == 0)[34 - 6, MIDDLE - EDGE :])[:]
        blue = np.flatnonzero((pixels(strip(told, 20)) == BLUE)[34 - 12])
        assert blue.mean() == pytest.approx(MIDDLE + at / 20 * EDGE, abs=4)
        assert len(inside)  # the square is open


@pytest.mark.parametrize(
    ("changes", "reach"),
    [([(0.1, 0.1)], 20), ([(0.1, 0.11)], 50), ([(0.0, 0.1), (-0.4, 0.1)], 50), ([(0.45, 0.1)], 100)],
)
def test_the_axis_follows_from_printed_numbers(changes: list[tuple[float, float]], reach: int) -> None:
    told = [measure((0, 10), 0.5, change, spread) for change, spread in changes]
    assert strip_reach(told) == reach
    assert strip_reach([]) == 20
    assert [strip_reach([one_end(low=low)]) for low in (1.8, 2.0)] == [20, 50]  # there is room for the arrow


@pytest.mark.parametrize(
    ("told", "ends"),
    [(one_end(), (10, None)), (one_end("lower", None, -1.5), (15, None)), (one_end(low=None, high=-1.5), (None, -15))],
)
def test_one_end_is_an_arrow_to_the_axis_end_without_a_square(
    told: ProtectedMeasure, ends: tuple[float | None, float | None]
) -> None:
    left, right = bar(strip(told, 20))
    low, high = ends
    assert left == pytest.approx(-1 if low is None else low / 20, abs=0.02)
    assert right == pytest.approx(1 if high is None else high / 20, abs=0.02)
    made = pixels(strip(told, 20))
    columns = (made == BLUE).sum(0)
    assert sorted(set(columns[columns > 8])) == [*range(10, 32, 2), 36]  # an arrow head and one cap
    assert "of the scale" in strip_alt(told)


def test_an_interval_told_as_just_above_no_change_stops_short_of_the_line() -> None:
    told = dataclasses.replace(measure((0, 10), 0.5, 0.05, verdict="probably better"), low=0.0, high=1.0)
    assert strip_alt(told) == "+5% of the scale, just above 0 to +10%"
    assert bar(strip(told, 20))[0] * EDGE >= 4
    worse = dataclasses.replace(measure((0, 10), 0.5, -0.05, verdict="probably worse"), low=-1.0, high=0.0)
    assert bar(strip(worse, 20))[1] * EDGE <= -4


def test_the_zone_is_a_band_with_edges_on_the_better_side_and_where_a_harm_may_be() -> None:
    sure, unsure = measure((0, 10), 0.5, 0.15, 0.04), measure((0, 10), 0.5, 0.0, 0.1)
    for told, places in ((sure, [(10, 20)]), (unsure, [(-20, -10), (10, 20)])):
        top = pixels(strip(dataclasses.replace(told, zone=(1.0, 2.0)), 50))[0]
        assert (top == BAND).sum() == pytest.approx(len(places) * (EDGE / 5 - 3), abs=2)
        for low, high in places:
            for edge in (low, high):
                assert (
                    top[MIDDLE + round(edge / 50 * EDGE)] == GREY or top[MIDDLE + round(edge / 50 * EDGE) - 1] == GREY
                )
    assert BAND not in pixels(strip(sure, 50))


def test_strips_are_tiny_and_always_the_same() -> None:
    told = measure((0, 10), 0.5, 0.08, zone=(1.0, 3.0))
    assert len(base64.b64decode(strip(told, 20).png)) < 300
    assert strip(told, 20) == strip(told, 20)
    assert (strip(told, 20).width, strip(told, 20).height) == (220, 34)
    assert len(base64.b64decode(strip_axis(100).png)) < 3_000


def test_marks_differ_from_paper_and_band() -> None:
    for paper in COLOURS[:2]:
        assert all(contrast(mark, paper) >= 3 for mark in COLOURS[2:])


def test_the_words_of_a_strip_are_its_numbers() -> None:
    assert strip_alt(measure((0, 10), 0.5, 0.06, 0.05)) == "+6% of the scale, +1% to +11%"
    assert strip_alt(one_end("lower", None, -2.0)) == "at least 20% of the scale"
