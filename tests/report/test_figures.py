"""Figures asked what they hold (gate A-09): sizes, colours, where marks stand, and that no words cover each other."""

from __future__ import annotations

import base64
import dataclasses
import io
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from builders.contrast import contrast
from builders.drawn_sheets import figure_of
from builders.made_pages import PLACE
from builders.parameters import slow_but
from matplotlib.text import Text
from PIL import Image

from atpilots.disclosure.protected import ProtectedMeasure
from atpilots.instruments import MinimalImportantChange, load_instrument, yardsticks
from atpilots.page import Figure, text_width
from atpilots.page.sheet import BAND, DARK_BLUE, GREY, INK, NARROW, ORANGE, PINK, SCALE, SYNTHETIC, WIDE
from atpilots.report.axis import scale_ticks, shown_range, tick_label
from atpilots.report.beside import Beside, beside, zone_bands
from atpilots.report.domain_figure import MOST_ROWS, domain_figure, domains
from atpilots.report.hero import FOUND, hero_figure

SCALES = [(0, 10), (7, 35), (3, 9), (0, 100), (-0.594, 1), (-0.171, 1), (0, 10_000), (-5000, 5000), (1, 4), (4, 20)]
LONG = "Social care-related quality of life (ASCOT SCT4, weighted), in the words of a long label"
ONE_PERSON = MinimalImportantChange(low=1, high=3, level="person", contrast="within", basis="distribution", source="x")
AGREED = ONE_PERSON.model_copy(update={"level": "group"})


def measure(scale: tuple[float, float], at: float, change: float, spread: float = 0.1, **more: Any) -> ProtectedMeasure:
    """A told measure whose average moves from `at` by `change`, both as parts of the scale's range."""
    low, span = scale[0], scale[1] - scale[0]
    words = {"name": "made_up", "label": LONG, "rater": "resident", "primary": True, "better": "higher", "step": 0.1}
    words |= {"verdict": "unclear"}
    return ProtectedMeasure(
        **(words | more), score_range=scale, n=25, before=low + at * span,
        after=low + (at + change) * span, change=change * span, low=(change - spread) * span,
        high=(change + spread) * span,
    )  # fmt: skip


def one_end(better: str = "higher", low: float | None = 1.0, high: float | None = None) -> ProtectedMeasure:
    none = dict.fromkeys(("before", "after", "change"))
    word = "probably better" if (low is None) == (better == "lower") else "probably worse"
    told = measure((0, 10), 0.5, 0.1, better=better, step=0.5, verdict=word)
    return dataclasses.replace(told, **none, low=low, high=high)


def published(scale: tuple[float, float], zone: tuple[float, float], *averages: float, place: str = "UK") -> Beside:
    """A zone and averages as parts of the scale's range."""
    low, span = scale[0], scale[1] - scale[0]
    (known,) = yardsticks("ons4_happy", None, older=False)
    shown = [known.model_copy(update={"value": f"{low + at * span:.1f}", "place": place}) for at in averages]
    return Beside(None, AGREED.model_copy(update={"low": zone[0] * span, "high": zone[1] * span}), tuple(shown))


EXTREMES = [
    measure(scale, at, change)
    for scale in SCALES
    for at, change in ((0.5, 0.0), (0.02, 0.01), (0.98, -0.01), (0.5, 0.04), (0.05, 0.9), (0.95, -0.9))
]
ENDS = [one_end(), one_end(low=0.0), one_end("lower"), one_end(low=None, high=-8.0), one_end("lower", None, -0.5)]


@pytest.fixture
def canvases(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every canvas that is drawn while the test runs: of each figure the narrow one, then the wide one."""
    kept: list[Any] = []

    def keep(sheet: Any) -> bytes:
        kept.append(figure_of(sheet))
        return b"drawn"

    monkeypatch.setattr("atpilots.page.sheet.png_of", keep)
    return kept


def boxes(canvas: Any) -> list[tuple[str, Any]]:
    """Every text that shows, and the box that it takes in the picture."""
    shown = [text for text in canvas.findobj(Text) if text.get_text() and text.get_visible()]
    return [(text.get_text(), text.get_window_extent()) for text in shown]


def marks(canvas: Any, name: str) -> list[tuple[float, float, float]]:
    """Left edge, right edge and middle of the marks of that name, in CSS pixels."""
    found = [artist.get_window_extent() for artist in canvas.findobj(lambda artist: artist.get_gid() == name)]
    return [(box.x0 / SCALE, box.x1 / SCALE, (box.x0 + box.x1) / 2 / SCALE) for box in found]


def place_of(canvas: Any, axis: tuple[float, float], value: float) -> float:
    left, right, _ = marks(canvas, "axis")[0]
    return left + (value - axis[0]) / (axis[1] - axis[0]) * (right - left)


def legible(canvas: Any) -> None:
    """No words cover each other or leave the picture."""
    picture, found = canvas.bbox, boxes(canvas)
    for (one, a), (other, b) in itertools.combinations(found, 2):
        assert not a.padded(-2).overlaps(b.padded(-2)), (one, other)
    for words, box in found:
        assert box.x0 >= -2, words
        assert box.x1 <= picture.x1 + 2, words
        assert box.y0 >= -2, words
        assert box.y1 <= picture.y1 + 2, words


def hero_cases() -> list[tuple[ProtectedMeasure, Beside]]:
    plain = [(told, Beside()) for told in [*EXTREMES[::2], *ENDS]]
    near = [
        (told, published(told.score_range, (0.02, 0.2), *averages))
        for told, averages in itertools.product(EXTREMES[:18], ((0.5,), (0.0, 1.0), (0.51, 0.53)))
    ]
    lower = [(measure((3, 9), 0.9, -0.3, better="lower"), published((3, 9), (0.1, 0.1), 0.9, place="Great Britain"))]
    return plain + near[::3] + lower + [(told, published((0, 10), (0.1, 0.3), 0.5)) for told in ENDS]


@pytest.mark.parametrize("case", slow_but(4, range(len(hero_cases()))))
def test_no_words_of_the_main_picture_cover_each_other_or_leave_it(canvases: list[Any], case: int) -> None:
    told, more = hero_cases()[case]
    hero_figure(told, True, more)
    for canvas in canvases:
        legible(canvas)
        words = " ".join(words for words, _ in boxes(canvas))
        expected = [] if told.one_end else [f"Before {told.number(told.before)}", f"After {told.number(told.after)}"]
        assert all(part in words for part in [*expected, "Change", SYNTHETIC])
        assert not more.yardsticks or told.one_end or "average" in words


@pytest.mark.parametrize(
    "start", [12, -1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(0, len(EXTREMES), 6) if n != 12)]
)
def test_no_words_of_rows_cover_each_other_or_leave_the_picture(canvases: list[Any], start: int) -> None:
    rows = ENDS if start < 0 else EXTREMES[start : start + 6]
    for label in ("Hapusrwydd", LONG, "Cyrhaeddiad " * 16 + PLACE):
        named = [dataclasses.replace(told, label=label, better="lower") for told in rows[:2]] + rows[2:]
        domain_figure(named, True, {"made_up": published(rows[0].score_range, (0.1, 0.3), 0.0, 0.5)})
        domain_figure(named[:1], True)
    for canvas in canvases:
        legible(canvas)


def test_each_mark_stands_where_it_is(canvases: list[Any]) -> None:
    told, more = measure((0, 10), 0.3, 0.2), published((0, 10), (0.1, 0.3), 0.7)
    hero_figure(told, False, more)
    domain_figure([told], False, {"made_up": more})
    for canvas in canvases:
        for name, value in (("before", 3), ("after", 5), ("published average", 7)):
            assert marks(canvas, name)[0][2] == pytest.approx(place_of(canvas, (0, 10), value), abs=0.6), name
        for _, _, middle in marks(canvas, "after, in the interval"):
            assert middle == pytest.approx(place_of(canvas, (0, 10), 5), abs=0.6)
        for name, ends in (("interval", (4, 6)), ("zone", (4, 6))):
            found = marks(canvas, name)[0][:2]
            assert found == pytest.approx([place_of(canvas, (0, 10), end) for end in ends], abs=0.9), name


def test_the_two_sizes_are_for_a_desk_and_for_a_telephone() -> None:
    made = hero_figure(measure((0, 10), 0.5, 0.1), True, published((0, 10), (0.1, 0.3), 0.7))
    assert made.wide is not None
    assert (made.narrow.width, made.wide.width) == (NARROW.width, WIDE.width) == (358, 700)
    assert min(NARROW.font, WIDE.font) >= 16
    assert 240 <= made.narrow.height <= 340
    assert made.wide.height <= 300
    for picture in (made.narrow, made.wide):
        with Image.open(io.BytesIO(base64.b64decode(picture.png))) as image:
            assert image.size == (2 * picture.width, 2 * picture.height)
            assert not image.info


def test_the_word_synthetic_stands_alone_in_its_corner(canvases: list[Any]) -> None:
    hero_figure(measure((0, 10), 0.5, 0.1), True)
    domain_figure([measure((0, 10), 0.5, 0.1)], True)
    for canvas in canvases:
        (mark,) = (text for text in canvas.findobj(Text) if text.get_text() == SYNTHETIC)
        assert mark.get_weight() == "bold"
        assert mark.get_fontsize() * 96 / 72 == 14
    count = len(canvases)
    hero_figure(measure((0, 10), 0.5, 0.1), False)
    assert not [words for canvas in canvases[count:] for words, _ in boxes(canvas) if "SYNTHETIC" in words]


SWEMWBS = beside(load_instrument("swemwbs"), yardsticks("swemwbs", None, older=True))


def swemwbs(before: float, change: float, low: float, high: float) -> ProtectedMeasure:
    told = measure((7, 35), 0.5, 0.1)
    return dataclasses.replace(told, before=before, after=before + change, change=change, low=low, high=high)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (swemwbs(18.7, 1.8, 0.3, 3.2), (14, 30)),
        (swemwbs(22.0, 0.5, -3.0, 4.0), (14, 30)),
        (swemwbs(26.0, 2.0, 0.1, 4.0), (14, 30)),
        (swemwbs(26.0, 2.0, 0.1, 4.1), (7, 35)),
        (swemwbs(16.9, 1.0, -0.1, 2.0), (7, 35)),  # what would be worse lies below 14
        (swemwbs(17.0, 1.0, -0.1, 2.0), (14, 30)),
        (swemwbs(13.9, 2.0, 1.0, 3.0), (7, 35)),
    ],
)
def test_the_window_follows_from_printed_numbers_only(told: ProtectedMeasure, shown: tuple[float, float]) -> None:
    assert shown_range([told], [SWEMWBS]) == shown
    assert shown_range([told], [Beside()]) == (7, 35)
    hidden = dataclasses.replace(told, n=11, bands=None, improved=None, verdict="probably better", remarks=None)
    assert shown_range([hidden], [SWEMWBS]) == shown


def test_a_scale_that_goes_on_says_so(canvases: list[Any]) -> None:
    hero_figure(swemwbs(18.7, 1.8, 0.3, 3.2), False, SWEMWBS)
    hero_figure(swemwbs(13.9, 2.0, 1.0, 3.0), False, SWEMWBS)
    for canvas, shown, ends in zip(canvases, [(14, 30)] * 2 + [(7, 35)] * 2, [2, 2, 0, 0], strict=True):
        words = " ".join(words for words, _ in boxes(canvas))
        assert ("The scale goes on to 7 and 35." in words) == (ends > 0)
        assert len(marks(canvas, "goes on")) == ends
        assert marks(canvas, "before")[0][2] == pytest.approx(place_of(canvas, shown, 18.7 if ends else 13.9), abs=0.6)


def test_an_average_outside_the_window_shows_the_whole_scale() -> None:
    far = SWEMWBS.yardsticks[0].model_copy(update={"value": "30.2"})
    assert shown_range([swemwbs(18.7, 1.8, 0.3, 3.2)], [Beside(SWEMWBS.window, None, (far,))]) == (7, 35)


@pytest.mark.parametrize("scale", SCALES)
def test_axes_belong_to_the_instrument_never_to_the_data(canvases: list[Any], scale: tuple[float, float]) -> None:
    for told in (measure(scale, 0.1, 0.05), measure(scale, 0.9, -0.3), measure(scale, 0.05, 0.7)):
        hero_figure(told, False)
    found = [(marks(canvas, "axis"), marks(canvas, "tick")) for canvas in canvases]
    assert found[::2] == [found[0]] * 3
    assert found[1::2] == [found[1]] * 3


def test_one_end_is_a_bar_with_an_arrow_to_the_axis_end_and_no_averages(canvases: list[Any]) -> None:
    for told in ENDS:
        hero_figure(told, True, published((0, 10), (0.1, 0.3), 0.5))
    for told in ENDS:
        domain_figure([told], True)
    for place, told in enumerate(ENDS):
        half = 10 if max(abs(told.low or 0), abs(told.high or 0)) > 5 else 5
        for canvas in canvases[2 * place : 2 * place + 2] + canvases[2 * (len(ENDS) + place) :][:2]:
            assert not marks(canvas, "before")
            assert not marks(canvas, "after")
            assert not marks(canvas, "published average")
            left, right, _ = marks(canvas, "interval")[0]
            start, stop, _ = marks(canvas, "axis")[0]
            assert (right if told.high is None else left) == pytest.approx(stop if told.high is None else start, abs=1)
            near = place_of(canvas, (-half, half), told.low if told.high is None else told.high)
            drawn = left if told.high is None else right
            short = abs(drawn - near)
            assert short < 1 if told.low or told.high else short > 2  # "above 0" does not touch the line


@pytest.mark.parametrize(("low", "high"), [(0.0, 2.0), (-2.0, 0.0)])
def test_a_bar_told_as_just_above_a_line_stops_short_of_it(canvases: list[Any], low: float, high: float) -> None:
    word = "probably better" if high > 0 else "probably worse"
    told = dataclasses.replace(measure((0, 10), 0.5, (low + high) / 20, verdict=word), low=low, high=high)
    assert "just" in hero_figure(told, False).alt
    domain_figure([told], False)
    for canvas in canvases:
        line = place_of(canvas, (0, 10), 5)
        left, right, _ = marks(canvas, "interval")[0]
        assert left > line + 2 if high > 0 else right < line - 2
        far = right if high > 0 else left
        assert far == pytest.approx(place_of(canvas, (0, 10), 5 + low + high), abs=1)


def test_an_end_beyond_the_scale_is_an_arrow_head(canvases: list[Any]) -> None:
    hero_figure(measure((0, 100), 0.9, 0.05), False)
    hero_figure(measure((0, 100), 0.5, 0.05), False)
    shapes = [canvas.findobj(lambda artist: artist.get_gid() == "interval")[0].get_xy() for canvas in canvases]
    assert [len({tuple(point) for point in shape}) for shape in shapes] == [7, 7, 4, 4]


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_harm_has_its_zone_where_the_interval_reaches_there(better: str) -> None:
    sign = 1 if better == "higher" else -1
    sure, unsure, harm = (measure((0, 10), 0.5, sign * change, better=better) for change in (0.2, 0.05, -0.3))
    good, bad = sorted([sign * 1.0, sign * 3.0]), sorted([sign * -1.0, sign * -3.0])
    assert [list(band) for band in zone_bands(sure, AGREED)] == [good]
    assert [list(band) for band in zone_bands(unsure, AGREED)] == [good, bad]
    assert [list(band) for band in zone_bands(harm, AGREED)] == [good, bad]
    assert zone_bands(sure, None) == []
    assert zone_bands(dataclasses.replace(sure, zone=(1.0, 3.0)), None) == zone_bands(sure, AGREED)


def test_a_zone_of_one_person_is_named_as_such_and_decides_nothing(canvases: list[Any]) -> None:
    told = measure((0, 10), 0.5, 0.1)
    person = hero_figure(told, False, Beside(zone=ONE_PERSON))
    agreed = hero_figure(dataclasses.replace(told, zone=(1.0, 3.0)), False, Beside(zone=AGREED))
    words = [" ".join(words for words, _ in boxes(canvas)) for canvas in canvases]
    for text in (*words[:2], person.alt):
        assert "For one person, 1 to 3 points are more than answers vary by chance" in text
    for text in (*words[2:], agreed.alt):
        assert "Smallest change that matters: 1 to 3 points" in text
    assert "The grey zone, 1 to 3 points, is for one person and decides nothing here." in person.caption
    assert "decides nothing" not in agreed.caption


@pytest.mark.parametrize("word", FOUND)
def test_the_caption_tells_the_finding_of_the_word(word: str) -> None:
    told = dataclasses.replace(measure((0, 10), 0.5, 0.1, verdict=word), zone=(1.0, 3.0))
    caption = hero_figure(told, False, Beside(zone=AGREED)).caption
    assert ("better side" in caption) == (word == "probably better")
    assert ("harm" in caption) == word.startswith("worse")
    assert ("may be too small to matter" in caption) == word.startswith("probably")


def test_text_alternatives_tell_every_number_that_is_drawn(canvases: list[Any]) -> None:
    numbers = {"higher": measure((7, 35), 0.4, 0.05), "lower": measure((7, 35), 0.7, 0.05, better="lower")}
    more = published((7, 35), (0.1, 0.3), 0.7, 0.9)
    made = [hero_figure(told, False, more) for told in numbers.values()]
    made.append(domain_figure(list(numbers.values()), False, {"made_up": more}))
    for figure, told in zip(made, [[numbers["higher"]], [numbers["lower"]], list(numbers.values())], strict=True):
        for m in told:
            for value in (m.before, m.after):
                assert m.number(value) in figure.alt
            for value in (m.change, m.low, m.high):
                assert m.number(value, signed=True) in figure.alt
        assert "26.6 for adults and 32.2 for adults" in figure.alt
        assert "2.8 to 8.4 points" in figure.alt
        assert len(figure.caption) > 40


@pytest.mark.parametrize(
    ("label", "drawn"),
    [
        ("Loneliness 孤独感 \U0001fae0\u200b", "Loneliness"),
        ("孤独感", text_width.UNDRAWN),
        ("Unigrwydd yn Nhŷ Ŵyl (ucla)", "Unigrwydd yn Nhŷ Ŵyl (ucla)"),
        ("LONELINESS, IN WIDE CAPITALS, WWW MMM", "LONELINESS, IN WIDE CAPITALS, WWW MMM"),
        (f"Cyrhaeddiad {PLACE}", f"Cyrhaeddiad {PLACE}"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_pictures_hold_only_letters_of_their_font_within_their_width(
    canvases: list[Any], label: str, drawn: str
) -> None:
    made = domain_figure([measure((0, 10), 0.5, 0.1, label=label)], synthetic=True)
    for canvas in canvases:
        legible(canvas)
        words = "".join(words for words, _ in boxes(canvas)).replace(" ", "")
        assert drawn.replace(" ", "") in words
    assert label in made.alt  # the page's own words keep every letter


def test_equal_averages_show_both_marks(canvases: list[Any]) -> None:
    hero_figure(measure((0, 10), 0.5, 0.0), synthetic=False)
    domain_figure([measure((0, 10), 0.5, 0.0)], synthetic=False)
    for canvas in canvases:
        (left, right, _), (inner, outer, _) = marks(canvas, "before")[0], marks(canvas, "after")[0]
        assert left - 1.5 < inner < outer < right + 1.5  # the circle's stroke reaches further than its path
    hero_figure(measure((0, 10), 0.5, 0.3), synthetic=False)
    assert [len(marks(canvas, "arrow")) for canvas in (*canvases[:2], *canvases[-2:])] == [0, 0, 1, 1]


def test_measures_that_share_a_scale_and_an_outcome_are_one_picture() -> None:
    names = ["swemwbs", "ons4_satisfaction", "ucla3", "ons4_happy", "ons4_anxious"]
    instruments = {name: load_instrument(name) for name in names}
    measures = [
        measure(one.score_range, 0.5, 0.1, name=name, label=one.label, better=one.better)
        for name, one in instruments.items()
    ]
    found = [(name, [m.name for m in group]) for name, group in domains(measures, instruments)]
    assert found == [
        ("Mental wellbeing (SWEMWBS)", ["swemwbs"]),
        ("Wellbeing (ONS4)", ["ons4_satisfaction", "ons4_happy", "ons4_anxious"]),
        ("Loneliness (UCLA three-item scale)", ["ucla3"]),
    ]
    one = dataclasses.replace(one_end(), name="ons4_happy")
    parted = domains([*measures[1:2], one, dataclasses.replace(measures[0], withheld="Too few.")], instruments)
    assert [[m.name for m in group] for _, group in parted] == [["ons4_satisfaction"], ["ons4_happy"]]
    raters = [measures[2], dataclasses.replace(measures[2], rater="support_worker")]
    assert domains(raters, instruments) == [(measures[2].label, raters)]


def test_many_rows_are_parted_into_sheets() -> None:
    ones = {f"own_{i}": load_instrument("ons4_happy") for i in range(40)}
    measures = [measure((0, 10), 0.5, 0.1, name=name, label=f"Measure {name}") for name in ones]
    groups = domains(measures, ones)
    assert [len(group) for _, group in groups] == [MOST_ROWS] * 5
    assert [name.removeprefix("Wellbeing") for name, _ in groups] == ["", *[", continued"] * 4]
    assert [m for _, group in groups for m in group] == measures


def test_rows_of_one_direction_say_it_once_and_others_each(canvases: list[Any]) -> None:
    up, down = measure((0, 10), 0.5, 0.1), measure((0, 10), 0.5, 0.1, better="lower", label="Anxiety")
    domain_figure([up, down], False)
    domain_figure([down, down], False)
    words = [" ".join(words for words, _ in boxes(canvas)) for canvas in canvases]
    assert [text.count("lower is better") for text in words] == [1, 1, 1, 1]
    assert ["Anxiety (lower is better)" in text for text in words] == [True, True, False, False]


def sizes_of(figure: Figure) -> list[int]:
    return [len(base64.b64decode(picture.png)) for picture in (figure.narrow, figure.wide) if picture]


@pytest.mark.parametrize("draw", [lambda m: hero_figure(m, True, SWEMWBS), lambda m: domain_figure([m] * 4, True)])
def test_pictures_are_small_and_always_the_same(draw: Callable[[ProtectedMeasure], Figure]) -> None:
    """What a page holds has to fit a megabyte, in letters of which four stand for three bytes."""
    told = dataclasses.replace(swemwbs(18.7, 1.8, 0.3, 3.2), label="Mental wellbeing (SWEMWBS)")
    made = draw(told)
    assert max(sizes_of(made)) < 22_000
    assert draw(told) == made
    assert max(sizes_of(domain_figure([told], True))) < 12_000


def test_pictures_do_hold_these_colours() -> None:
    made = hero_figure(measure((0, 10), 0.3, 0.3), True, published((0, 10), (0.1, 0.2), 0.8))
    for picture in (made.narrow, made.wide):
        assert picture is not None
        with Image.open(io.BytesIO(base64.b64decode(picture.png))) as image:
            colours = {colour for _, colour in image.convert("RGB").getcolors()}  # type: ignore[union-attr]
        for wanted in (DARK_BLUE, ORANGE, PINK, GREY, INK, BAND):
            assert tuple(int(wanted[i : i + 2], 16) for i in (1, 3, 5)) in colours, wanted


def test_marks_edges_and_words_differ_from_paper_and_zone() -> None:
    for paper in ("#FFFFFF", BAND):
        assert contrast(DARK_BLUE, paper) >= 3
        assert contrast(GREY, paper) >= 3  # the zone's edges and the arrow
        assert contrast(INK, paper) >= 4.5  # words, and the edge of orange marks
        assert contrast(PINK, paper) >= 4.5


@pytest.mark.parametrize("ends", [(0.0, 10_000.0), (-5000.0, 5000.0), (0.0, 1000.0)])
def test_large_numbers_are_written_out_and_few(ends: tuple[float, float]) -> None:
    labels = [tick_label(tick) for tick in scale_ticks(*ends)]
    assert not any("e" in label for label in labels)
    assert len(labels) <= 3
    assert labels[-1] == f"{ends[1]:,.0f}"
