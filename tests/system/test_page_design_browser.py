"""What a pilot's page promises its readers, measured in Chromium: the answer first, few screens, few sheets, no word
broken and no heading parted from what it heads, nothing that scrolls sideways, no stop for the keyboard without need.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from builders.accessibility_rules import parsed
from builders.browsers import chromium, opened
from builders.made_pages import Made
from builders.printed import Printed
from playwright.sync_api import Browser

from atpilots.page.pdf import print_pdf

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 390, "height": 844}
ENLARGED = {"viewport": {"width": 320, "height": 640}, "device_scale_factor": 4}  # a screen of 1280 pixels at 400%
MOST_SCREENS, MOST_SHEETS = 10, 6
LOOKS: tuple[dict[str, Any], ...] = ({}, {"color_scheme": "dark"}, {"forced_colors": "active"})
MANY = ("twelve-measures-public", "forty-measures-public")  # longer, by their tables
LONG_WORD = 16  # letters; only longer ones, and addresses, may break


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def of_pilots(pages: Mapping[str, Made]) -> dict[str, Made]:
    return {name: made for name, made in pages.items() if name not in {"index", "case-studies"}}


def answers_first(
    browser: Browser, pages: Mapping[str, Made], looks: Sequence[dict[str, Any]] = LOOKS
) -> dict[str, str]:
    """The pages whose answer does not stand on a telephone's first screen, or that are too many screens long."""
    wrong = {}
    for (name, made), look in itertools.product(of_pilots(pages).items(), looks):
        page = opened(browser, made, viewport=TELEPHONE, **look)
        ends = page.evaluate("document.querySelector('.lead').getBoundingClientRect().bottom")
        screens = page.evaluate("document.documentElement.scrollHeight") / TELEPHONE["height"]
        page.context.close()
        if ends > TELEPHONE["height"] or (screens > MOST_SCREENS and name not in MANY):
            wrong[f"{name} {look}"] = f"the answer ends at {ends:.0f} pixels, {screens:.1f} screens"
    return wrong


@pytest.mark.slow
def test_the_answer_stands_on_the_first_of_few_screens(browser: Browser, pages: Mapping[str, Made]) -> None:
    shown = {name: pages[name] for name in ("greenwich-public", "welsh-public")}
    assert answers_first(browser, shown, LOOKS[:1]) == {}


@pytest.mark.slow
def test_so_it_does_on_every_page(browser: Browser, pages: Mapping[str, Made], more_pages: dict[str, Made]) -> None:
    assert answers_first(browser, {**pages, **more_pages}) == {}


def broken_words(printed: Printed, html: str) -> list[str]:
    """Words on paper that are none of the page's: parts of others, but of addresses and of very long words."""
    tree = parsed(html)
    told = [*next(tree.iter("body")).itertext(), *(link.get("href", "") for link in tree.iter("a"))]
    text = unicodedata.normalize("NFKC", " ".join(told))
    long = " ".join(word for word in text.split() if len(word) > LONG_WORD)
    return sorted(word for word in printed.words() - set(re.findall(r"[^\W\d_]+", text)) if word not in long)


def parted_headings(printed: Printed) -> list[tuple[str, int]]:
    """Headings that end a sheet, whatever they head standing on the next one."""
    pieces = printed.pieces()
    return [
        before for before, after in itertools.pairwise(pieces) if re.match(r"H\d", before[0]) and before[1] != after[1]
    ]


def hero_sheets(printed: Printed) -> set[int]:
    """On which sheets the heading of what changed (the third section) and its picture stand."""
    pieces = printed.pieces()
    figure = next(place for place, (role, _) in enumerate(pieces) if role == "Figure")
    heading = max(place for place, (role, _) in enumerate(pieces[:figure]) if role == "H2")
    return {pieces[heading][1], pieces[figure][1]}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["greenwich-public", *(pytest.param(name, marks=pytest.mark.slow) for name in ("hackney-public", "greenwich-borough"
      , "one-measure-public", "welsh-public", "withheld-public", "nine-people-borough"))],
)  # fmt: skip
def test_paper_takes_few_sheets_and_breaks_nothing(pages: Mapping[str, Made], browser: Browser, name: str) -> None:
    printed = Printed(print_pdf(pages[name].path).read_bytes())
    assert len(printed.pages) <= MOST_SHEETS
    assert broken_words(printed, pages[name].html) == []
    assert parted_headings(printed) == []
    assert name.startswith(("withheld", "nine")) or len(hero_sheets(printed)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["greenwich-internal", "hackney-internal", "forty-measures-public", "eleven-public"])
def test_nor_does_it_break_anything_on_pages_of_other_kinds(
    browser: Browser, more_pages: dict[str, Made], name: str
) -> None:
    printed = Printed(print_pdf(more_pages[name].path).read_bytes())
    assert broken_words(printed, more_pages[name].html) == []
    assert parted_headings(printed) == []
    assert len(hero_sheets(printed)) == 1
    assert len(printed.pages) <= MOST_SHEETS or name != "eleven-public"  # the others have a table for each measure


@pytest.mark.slow
def test_a_broken_word_and_a_parted_heading_are_seen(browser: Browser, tmp_path: Any) -> None:
    text = "<!DOCTYPE html><html lang=en><body><p style='width:3ch;overflow-wrap:anywhere'>Communication</p>"
    path = tmp_path / "page.html"
    path.write_text(f"{text}<h2>Last</h2><p style='break-before: page'>Next</p></body></html>", encoding="utf-8")
    printed = Printed(print_pdf(path).read_bytes())
    assert broken_words(printed, path.read_text(encoding="utf-8"))
    assert parted_headings(printed) == [("H2", 0)]


def sideways(browser: Browser, pages: Mapping[str, Made]) -> dict[str, Any]:
    """What scrolls sideways when enlarged four times but tables in regions; and regions for the keyboard that do not
    scroll.
    """
    wide = """() => { document.querySelectorAll('details').forEach(d => d.open = true);
      const over = e => e.scrollWidth > e.clientWidth + 1;
      return [Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
              [...document.querySelectorAll('body *')].filter(e => over(e) && !e.classList.contains('scroll')
                && getComputedStyle(e).overflowX === 'auto').length]; }"""
    found = {}
    for (name, made), look in itertools.product(of_pilots(pages).items(), LOOKS[1:]):
        page = opened(browser, made, **ENLARGED, **look)
        found[name] = page.evaluate(wide)
        page.context.close()
    return {name: told for name, told in found.items() if told != [0, 0]}


@pytest.mark.slow
def test_nothing_scrolls_sideways_at_four_hundred_per_cent(
    browser: Browser, pages: Mapping[str, Made], more_pages: dict[str, Made]
) -> None:
    assert sideways(browser, {**pages, **more_pages}) == {}


REGIONS = """() => { document.querySelectorAll('details').forEach(d => d.open = true);
    return [...document.querySelectorAll('.scroll')].map(e => [
        e.checkVisibility({ visibilityProperty: true }), e.scrollWidth > e.clientWidth + 1,
        e.getBoundingClientRect().right > window.innerWidth, e.querySelector('caption').textContent]); }"""


def idle_stops(browser: Browser, pages: Mapping[str, Made], widths: tuple[int, ...]) -> list[tuple[str, int, str]]:
    """Regions that take the focus though nothing of them scrolls, and those that do not though there is more of them
    than shows.
    """
    wrong = []
    for (name, made), width in itertools.product(pages.items(), widths):
        page = opened(browser, made, viewport={"width": width, "height": 800})
        for stop, more, beyond, caption in page.evaluate(REGIONS):
            if stop != more or beyond:
                wrong.append((name, width, caption))
        page.context.close()
    return wrong


@pytest.mark.slow
def test_the_keyboard_stops_at_no_region_that_does_not_scroll(browser: Browser, pages: Mapping[str, Made]) -> None:
    assert idle_stops(browser, {name: pages[name] for name in ("greenwich-public",)}, (390, 1280)) == []


@pytest.mark.slow
def test_nor_does_it_on_any_page(browser: Browser, pages: Mapping[str, Made], more_pages: dict[str, Made]) -> None:
    assert idle_stops(browser, {**pages, **more_pages}, (390, 800, 1280)) == []
