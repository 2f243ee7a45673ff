"""Figures asked what they hold (gate A-09): sizes, colours, ticks, and that no words cover each other."""

from __future__ import annotations

import base64
import dataclasses
import io
import itertools
from typing import Any

import pytest
from builders.made_pages import PLACE
from matplotlib.axes import Axes
from matplotlib.text import Text
from PIL import Image

from atpilots.disclosure.bands import Bands, Cut
from atpilots.disclosure.protected import ProtectedMeasure
from atpilots.instruments import MinimalImportantChange, load_instrument
from atpilots.page import text_width
from atpilots.page.canvas import DARK_BLUE, ORANGE
from atpilots.report import figures
from atpilots.report.tables import percent_rows
from atpilots.report.wording import moved_percents, percent_of_scale

SCALES = [(0, 10), (7, 35), (3, 9), (0, 100), (-0.594, 1), (-0.171, 1), (0, 11), (14, 70), (0, 48), (1, 4), (4, 20)]
LONG = "Social care-related quality of life (ASCOT SCT4, weighted), in the words of a long label"


def measure(scale: tuple[float, float], at: float, change: float, spread: float = 0.1, **more: Any) -> ProtectedMeasure:
    """A told measure whose average moves from `at` by `change`, both as parts of the scale's range."""
    low, span = scale[0], scale[1] - scale[0]
    words = {"name": "made_up", "label": LONG, "rater": "resident", "primary": True, "better": "higher", "step": 0.1}
    return ProtectedMeasure(
        **(words | more), score_range=scale, n=25, before=low + at * span,
        after=low + (at + change) * span, change=change * span, low=(change - spread) * span,
        high=(change + spread) * span, verdict="unclear",
    )  # fmt: skip


EXTREMES = [
    measure(scale, at, change)
    for scale in SCALES
    for at, change in ((0.5, 0.0), (0.02, 0.01), (0.98, -0.01), (0.5, 0.04), (0.05, 0.9), (0.95, -0.9))
]


@pytest.fixture
def canvases(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every canvas that is drawn while the test runs."""
    kept: list[Any] = []

    def keep(canvas: Any, shades: object = ()) -> bytes:
        canvas.figure.draw_without_rendering()
        kept.append(canvas.figure)
        return b"drawn"

    monkeypatch.setattr("atpilots.page.canvas.png_of", keep)
    return kept


def boxes(canvas: Any) -> list[tuple[str, Any]]:
    """Every text that shows, and the box that it takes in the picture."""
    shown = [text for text in canvas.findobj(Text) if text.get_text() and text.get_visible()]
    return [(text.get_text(), text.get_window_extent()) for text in shown]


@pytest.mark.parametrize("told", EXTREMES[::2], ids=lambda m: f"{m.score_range}-{m.before:.3g}-{m.after:.3g}")
def test_no_words_cover_each_other_or_leave_the_picture(canvases: list[Any], told: ProtectedMeasure) -> None:
    figures.measure_figure(told, synthetic=True)
    picture = canvases[0].bbox
    found = boxes(canvases[0])
    for (one, a), (other, b) in itertools.combinations(found, 2):
        assert not a.padded(-2).overlaps(b.padded(-2)), (one, other)
    for words, box in found:
        assert box.x0 >= -2, words
        assert box.x1 <= picture.x1 + 2, words


def test_an_overview_of_twelve_long_names_keeps_its_words_apart(canvases: list[Any]) -> None:
    figures.overview_figure(EXTREMES[:12], synthetic=True)
    for (one, a), (other, b) in itertools.combinations(boxes(canvases[0]), 2):
        assert not a.padded(-2).overlaps(b.padded(-2)), (one, other)


def test_equal_averages_show_both_marks(canvases: list[Any]) -> None:
    figures.measure_figure(measure((0, 10), 0.5, 0.0), synthetic=False)
    marks = [tuple(point) for c in canvases[0].axes[0].collections for point in c.get_offsets()]
    assert len({y for _, y in marks}) == 2
    assert len({x for x, _ in marks}) == 1


@pytest.mark.parametrize("scale", SCALES)
def test_axes_belong_to_the_instrument_never_to_the_data(canvases: list[Any], scale: tuple[float, float]) -> None:
    for told in (measure(scale, 0.1, 0.05), measure(scale, 0.9, -0.3), measure(scale, 0.05, 0.7)):
        figures.measure_figure(told, synthetic=False)
    limits = [[(*axes.get_xlim(), *axes.get_xticks()) for axes in canvas.axes] for canvas in canvases]
    assert limits[0] == limits[1]
    assert limits[2][0] == limits[0][0]
    reach = [canvas.axes[1].get_xlim()[1] for canvas in canvases]
    assert reach[2] == pytest.approx(2 * reach[0])  # of the two lengths that the instrument fixes, the other
    ticks = canvases[0].axes[0].get_xticks()
    assert (ticks[0], ticks[-1]) == scale
    assert 2 <= len(ticks) <= 6
    assert 0 in canvases[0].axes[1].get_xticks()


def test_a_picture_has_twice_the_pixels_of_its_size_and_no_metadata() -> None:
    made = figures.measure_figure(measure((0, 10), 0.5, 0.1), synthetic=True)
    with Image.open(io.BytesIO(base64.b64decode(made.png))) as picture:
        assert picture.size == (2 * made.width, 2 * made.height)
        assert picture.info == {} or set(picture.info) <= {"transparency"}


def test_a_value_off_the_axis_ends_in_an_arrow_head(canvases: list[Any]) -> None:
    figures.measure_figure(measure((0, 100), 0.05, 0.9, spread=0.2), synthetic=False)
    markers = [line.get_marker() for line in canvases[0].axes[1].lines]
    assert ">" in markers
    assert markers.count("|") == 1
    figures.measure_figure(measure((0, 100), 0.5, 0.1), synthetic=False)
    markers = [line.get_marker() for line in canvases[1].axes[1].lines]
    assert markers.count("|") == 2
    assert "s" in markers


@pytest.mark.parametrize("change", [0.45, -0.6, 0.8, -0.85])
def test_every_point_and_interval_is_drawn_where_it_is(canvases: list[Any], change: float) -> None:
    told = measure((0, 10), 0.05 if change > 0 else 0.95, change)
    figures.measure_figure(told, synthetic=False)
    figures.overview_figure([told, measure((0, 10), 0.5, 0.0)], synthetic=False)
    for axes, unit in ((canvases[0].axes[1], 10), (canvases[1].axes[0], 100)):
        found = {line.get_marker(): line.get_xdata() for line in axes.lines if line.get_marker() in "s|<>"}
        at = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "s"]
        assert change * unit == pytest.approx(at[0])
        assert not {"<", ">"} & set(found)


def test_marks_at_the_ends_of_a_scale_are_whole(canvases: list[Any]) -> None:
    figures.measure_figure(measure((0, 10), 0.0, 1.0, spread=0.0), synthetic=False)
    top, bottom = canvases[0].axes
    marks = [*top.collections, *(line for line in bottom.lines if line.get_marker() == "s")]
    assert len(marks) == 3  # both averages and the change
    assert not any(mark.get_clip_on() for mark in marks)


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
    made = figures.overview_figure([measure((0, 10), 0.5, 0.1, label=label)], synthetic=True)
    found = dict(boxes(canvases[0]))
    words, box = next((words, box) for words, box in found.items() if words.replace("\n", " ")[:5] == drawn[:5])
    assert words.replace("\n", "").replace(" ", "") == drawn.replace(" ", "")
    assert box.x0 >= 0
    assert box.x1 <= canvases[0].bbox.x1
    assert label in made.alt  # the page's own words keep every letter


def banded(*counts: int, better: str = "higher") -> ProtectedMeasure:
    cut = Cut(7, "0 to 6 (low or medium)", "7 to 10 (high or very high)")
    told = measure((0, 10), 0.5, 0.1, better=better)
    return dataclasses.replace(told, bands=Bands(cut, counts[:2], counts[2:]))  # type: ignore[arg-type]


@pytest.mark.parametrize("counts", [(15, 10, 10, 15), (50, 10, 10, 50), (10, 10, 10, 10)])
def test_bars_start_at_nought_and_say_their_numbers(canvases: list[Any], counts: tuple[int, ...]) -> None:
    made = figures.bands_figure(banded(*counts), synthetic=True)
    (axes,) = canvases[0].axes
    assert [bar.get_x() for bar in axes.patches] == [0] * 4
    assert [bar.get_width() for bar in axes.patches] == [counts[i] for i in (0, 2, 1, 3)]
    found = boxes(canvases[0])
    assert [words for words, _ in found if words.startswith("about")] == [f"about {counts[i]}" for i in (0, 2, 1, 3)]
    for (one, a), (other, b) in itertools.combinations(found, 2):
        assert not a.padded(-2).overlaps(b.padded(-2)), (one, other)
    assert all(box.x1 <= canvases[0].bbox.x1 for _, box in found)
    assert f"about {counts[0]} people before, about {counts[2]} after" in made.alt


def test_the_words_of_an_overview_stay_short_however_many_rows() -> None:
    changes = [0.2] * 3 + [0.0] * 8 + [-0.2]
    many = [measure((0, 10), 0.3, change, label=f"Measure {chr(97 + i)}") for i, change in enumerate(changes)]
    alt = figures.overview_figure(many, synthetic=False).alt
    assert len(alt.split()) < 70
    assert "to the right for Measure a; Measure b; Measure c, to the left for Measure l." in alt
    assert "to the right for all, to the left for none" in figures.overview_figure(many[:3] * 4, synthetic=False).alt


def test_pictures_are_small() -> None:
    """Thirty-six of them and an overview have to fit a page of one megabyte, in letters that stand for three bytes."""
    made = figures.measure_figure(measure((0, 10), 0.5, 0.1), synthetic=True)
    assert len(made.png) < 20_000


def test_text_alternative_tells_every_number_that_is_drawn() -> None:
    told = measure((7, 35), 0.4, 0.05)
    made = figures.measure_figure(told, synthetic=False)
    for value in (told.before, told.after):
        assert told.number(value) in made.alt
    for value in (told.change, told.low, told.high):
        assert told.number(value, signed=True) in made.alt


def test_better_is_to_the_right_in_percent_of_the_scale() -> None:
    higher, lower = (measure((0, 10), 0.5, 0.2, better=better) for better in ("higher", "lower"))
    rows = percent_rows((m.label, percent_of_scale(m), moved_percents(m)) for m in (higher, lower))
    assert rows["change"].tolist() == [20, -20]
    assert rows[["low", "high"]].to_numpy().tolist() == [[10, 30], [-30, -10]]


def test_pictures_do_hold_these_colours() -> None:
    made = figures.measure_figure(measure((0, 10), 0.3, 0.3), synthetic=True)
    with Image.open(io.BytesIO(base64.b64decode(made.png))) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors()}  # type: ignore[union-attr]
    for wanted in (DARK_BLUE, ORANGE):
        want = [int(wanted[i : i + 2], 16) for i in (1, 3, 5)]
        assert any(max(abs(a - b) for a, b in zip(want, colour, strict=True)) <= 8 for colour in colours)


@pytest.mark.parametrize(
    ("name", "zones", "grey"),
    [
        (
            "swemwbs",
            [(1, 3), (-3, -1)],
            " Grey: 1 to 3 points either way, for one person more than answers vary by chance.",
        ),
        ("oxford_hip", [(8, 8), (-8, -8)], " Grey: 8 points either way, for one person enough to notice."),
        ("ons4_happy", [], ""),  # nothing is published
    ],
)
def test_a_published_change_is_drawn_either_way_and_put_in_words(
    name: str, zones: list[tuple[float, float]], grey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[float, ...]] = []
    monkeypatch.setattr(Axes, "fill_betweenx", lambda _, __, *zone, **___: drawn.append(zone))
    matters = load_instrument(name).of_one_person
    made = figures.measure_figure(measure((7, 35), 0.4, 0.05), False, matters)
    assert made.caption.endswith(grey)
    assert drawn == zones


def test_of_averages_the_smallest_change_that_matters_is_drawn() -> None:
    matters = MinimalImportantChange(
        low=2, high=2, level="group", contrast="within", basis="anchor", source="Made up"
    )  # fmt: skip
    made = figures.measure_figure(measure((0, 10), 0.4, 0.05), False, matters)
    assert made.caption.endswith(". Grey: 2 points either way, the smallest average change that matters.")
