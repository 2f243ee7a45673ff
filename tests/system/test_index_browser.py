"""The index in Chromium: its tables of measures and pilots fit a telephone, and stay tables for a screen reader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders.browsers import chromium, opened
from builders.made_pages import Made
from playwright.sync_api import Browser

from atpilots.publish.site import write_index

pytestmark = pytest.mark.browser

LABELS = (
    "Mental wellbeing (SWEMWBS)", "Things done in life are worthwhile (ONS4)", "Loneliness (UCLA three-item scale)",
    "Anxiety yesterday (ONS4)", "Social care-related quality of life (ASCOT SCT4, weighted)", "Daily living", "Health",
)  # fmt: skip
TABLES = """() => [...document.querySelectorAll('table')].filter(e => e.checkVisibility()).map(table =>
    [...table.querySelectorAll('th, td')].map(e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right])
    .every(([left, right]) => right < 0 || (left >= 0 && right <= innerWidth)))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def index_of(folder: Path, pilots: int) -> Made:
    """The index of so many made-up pilots, each of which asked seven measures, the last one its own."""
    for place in range(pilots):
        rows: list[dict[str, Any]] = [
            {
                "measure": "made_up", "instrument": f"{label}{place if label == 'Health' else ''}", "label": label,
                "rater": "resident", "primary": label == LABELS[0], "better": "lower", "scale": [0, 10],
                "people": "25", "step": 0.1, "before": 5.0, "after": 4.4, "change": -0.6, "low": -1.2, "high": 0.0,
                "percent": [6, 0, 12], "verdict": ("better by as much", "unclear")[place % 2], "zone": [0.5, 1.0],
            }
            for label in LABELS
        ]  # fmt: skip
        told = {
            "pilot": f"p{place}",
            "title": f"Pilot {place}",
            "borough": f"Royal Borough of Place-{place} upon Thames",
        }
        told |= {"provenance": "collected", "numbers": rows, "people": "25 people answered both surveys.", "level": 2}
        (folder / f"p{place}-public.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / f"p{place}-public.html").write_text("", encoding="utf-8")
    return Made(write_index(folder), ())


@pytest.mark.slow
@pytest.mark.parametrize("pilots", [7, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 3, 6, 33))])
def test_a_telephone_shows_every_table_whole_and_a_screen_reader_its_headers(
    browser: Browser, tmp_path: Path, pilots: int
) -> None:
    made = index_of(tmp_path, pilots)
    for width in (390, 320):
        page = opened(browser, made, viewport={"width": width, "height": 844})
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator(".scroll").count() == 0
        assert all(page.evaluate(TABLES))
        shown = page.evaluate("document.querySelector('table.stack').innerText")
        names = re.findall(r"^Place-\d+ upon Thames: .*Better, by about as much as matters: −0\.6", shown, re.MULTILINE)
        assert len(names) == (len(LABELS) - 1) * ((pilots + 1) // 2) + (pilots + 1) // 2 if pilots <= 6 else not names
        nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        roles = [node.get("role", {}).get("value") for node in nodes]
        rows = page.evaluate("document.querySelectorAll('tbody tr').length")
        assert roles.count("rowheader") == rows
        assert roles.count("columnheader") == page.evaluate("document.querySelectorAll('thead th').length")
        assert roles.count("cell") == page.evaluate("document.querySelectorAll('td').length")
        page.context.close()


@pytest.mark.slow
def test_with_room_it_is_one_table_and_on_paper_too(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, index_of(tmp_path, 7), viewport={"width": 1280, "height": 900})
    first = page.locator("table.stack tbody tr").first
    tops = "e => [...e.children].map(cell => cell.getBoundingClientRect().top)"
    assert len(set(first.evaluate(tops))) == 1
    assert not page.locator(".narrow").first.is_visible()
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="print")
    assert len(set(first.evaluate(tops))) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
