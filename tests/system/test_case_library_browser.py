"""The case library in Chromium: choosing by clicking, what is counted and said, how long it is, and on paper."""

from __future__ import annotations

import csv
import itertools
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from builders.browsers import chromium, opened
from builders.made_pages import Made
from playwright.sync_api import Browser, Page

from atpilots.cases.library import CASES_FILE
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY

pytestmark = pytest.mark.browser

COLUMNS = ("technology", "outcome_domain", "evidence_type", "direction", "country")
VOCABULARIES: tuple[Mapping[str, str], ...] = (TECHNOLOGY, OUTCOME_DOMAIN, EVIDENCE_TYPE, DIRECTION, {})
KINGDOM = ("England", "Northern Ireland", "Scotland", "UK", "Wales")
SHOWN = "[...document.querySelectorAll('.entry')].filter(e => e.checkVisibility()).map(e => e.id.toUpperCase())"
HEADINGS = "[...document.querySelectorAll('.shelf h3')].filter(e => e.checkVisibility()).map(e => e.textContent)"
CHOOSE = """ids => { document.querySelectorAll('input').forEach(e => e.checked = e.id.length === 1);
                     ids.forEach(id => document.getElementById(id).checked = true); return [SHOWN, HEADINGS]; }"""
CHOOSE = CHOOSE.replace("SHOWN", SHOWN).replace("HEADINGS", HEADINGS)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def library(greenwich: Path) -> Made:
    """The library's page; all pages take longer to make."""
    return Made(greenwich / "case-studies.html", ())


@pytest.fixture
def page(browser: Browser, library: Made) -> Iterator[Page]:
    page = opened(browser, library, viewport=WIDE)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def cases() -> list[dict[str, str]]:
    with CASES_FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def fits(case: Mapping[str, str], facet: int, label: str) -> bool:
    """Whether the file's row has the word of an option."""
    if label.startswith("United Kingdom"):
        return case["country"] in KINGDOM
    return label in [VOCABULARIES[facet].get(word, word) for word in case[COLUMNS[facet]].split(";")]


def fitting(cases: list[dict[str, str]], chosen: Mapping[int, str]) -> tuple[set[str], list[str]]:
    """The cases that fit every choice, and the technologies that they name first."""
    left = [case for case in cases if all(fits(case, facet, label) for facet, label in chosen.items())]
    first = {case["technology"].split(";")[0] for case in left}
    return {case["case_id"] for case in left}, [label for word, label in TECHNOLOGY.items() if word in first]


def status(page: Page) -> str:
    """What a screen reader is given of the line that counts."""
    session = page.context.new_cdp_session(page)
    line = session.send("Runtime.evaluate", {"expression": "document.querySelector('.count')"})["result"]
    nodes = session.send("Accessibility.queryAXTree", {"objectId": line["objectId"]})["nodes"]
    assert "status" in {node["role"]["value"] for node in nodes}
    return "".join(node["name"]["value"] for node in nodes if node["role"]["value"] == "StaticText")


def pick(page: Page, legend: str, label: str) -> None:
    """Click a radio button by its own words."""
    group = page.get_by_role("group", name=legend, exact=True)
    group.get_by_text(re.compile(rf"^ *{re.escape(label)}( \(\d+\))?$")).click()


def options(page: Page) -> list[list[tuple[str, str]]]:
    """For each facet, the ids and words of its options but for "Any"."""
    found: list[list[tuple[str, str]]] = page.evaluate(
        """[...document.querySelectorAll('fieldset')].map(f => [...f.querySelectorAll('label')].slice(1).map(
           l => [l.htmlFor, l.textContent.trim().replace(/ \\(\\d+\\)$/, '')]))"""
    )
    return found


PICKS = (
    ("Technology", 0, "Reminders and prompting"), ("Country", 4, "United Kingdom, any part"),
    ("Outcome", 1, "Independence"), ("Design", 2, "Description"), ("What was reported", 3, "Improved"),
)  # fmt: skip


@pytest.mark.slow
def test_choosing_by_clicking_shows_what_fits_all_choices_and_counts_it(
    page: Page, cases: list[dict[str, str]]
) -> None:
    assert not page.locator("input").first.is_visible()  # the first screen is cases
    assert status(page) == "120 of 120 cases"
    page.locator(".choose > summary").click()
    choices: dict[int, str] = {}
    for legend, facet, label in PICKS:
        pick(page, legend, label)
        choices[facet] = label
        left, headings = fitting(cases, choices)
        assert set(page.evaluate(SHOWN)) == left
        assert page.evaluate(HEADINGS) == headings
        assert status(page) == f"{len(left)} of 120 cases"
        assert 0 < len(left) < 120
    pick(page, "What was reported", "Worsened")
    assert page.evaluate(SHOWN) == page.evaluate(HEADINGS) == []
    assert status(page) == "Nothing fits. Choose fewer filters: 0 of 120 cases"
    for legend in dict.fromkeys([*(legend for legend, _, _ in PICKS), "What was reported"]):
        pick(page, legend, "Any")
    assert status(page) == "120 of 120 cases"
    assert len(page.evaluate(HEADINGS)) == len(TECHNOLOGY)


@pytest.mark.slow
def test_the_count_stays_in_sight_while_one_chooses(page: Page) -> None:
    page.locator(".choose > summary").click()
    for legend, label in (("Technology", "Wearable"), ("Country", "Sweden")):
        pick(page, legend, label)
        box = page.locator(".count").bounding_box()
        assert box is not None
        assert 0 < box["y"] <= WIDE["height"] - box["height"] + 1


@pytest.mark.slow
def test_the_keyboard_chooses_and_opens(page: Page, cases: list[dict[str, str]]) -> None:
    page.locator(".choose > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "a"  # a list is one stop; arrows choose within it
    page.keyboard.press("ArrowDown")
    assert set(page.evaluate(SHOWN)) == fitting(cases, {0: "Voice assistant"})[0]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "b"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowUp")
    assert len(page.evaluate(SHOWN)) == 120
    page.locator("#at002 summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#at002").get_by_text("Customers liked Alexa").is_visible()


@pytest.mark.slow
def test_a_telephone_sees_a_case_on_the_first_screen_and_the_page_has_an_end(browser: Browser, library: Made) -> None:
    page = opened(browser, library, viewport=NARROW)
    box = page.locator(".entry").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= NARROW["height"]
    assert page.evaluate("document.documentElement.scrollHeight") <= 25_000
    page.context.close()


@pytest.mark.slow
def test_everything_is_on_paper_and_on_at_most_forty_sheets(page: Page, cases: list[dict[str, str]]) -> None:
    page.emulate_media(media="print")
    told = page.evaluate("document.body.innerText")
    assert all(" ".join(case["finding"].split()) in told for case in cases)
    assert all(f"Case {case['case_id']}." in told for case in cases)
    assert not page.locator(".choose").is_visible()
    page.emulate_media(media=None)
    assert len(re.findall(rb"/Type /Page\b[^s]", page.pdf(prefer_css_page_size=True))) <= 40


@pytest.mark.slow
def test_every_option_and_two_of_different_lists(page: Page, cases: list[dict[str, str]]) -> None:
    every = options(page)
    for facet, chosen in enumerate(every):
        for one, label in chosen:
            left, headings = fitting(cases, {facet: label})
            assert page.evaluate(CHOOSE, [one]) == [sorted(left, key=order(cases)), headings], label
    chance = random.Random(4)  # noqa: S311 - which pairs are tried
    for first, second in [*itertools.combinations(range(len(every)), 2)] * 15:
        (one, label), (two, other) = chance.choice(every[first]), chance.choice(every[second])
        left, headings = fitting(cases, {first: label, second: other})
        shown, told = page.evaluate(CHOOSE, [one, two])
        assert (set(shown), told) == (left, headings), (label, other)


@pytest.mark.slow
def test_choices_in_all_lists(page: Page, cases: list[dict[str, str]]) -> None:
    """Of a case's own words, so that at least it is left; and of any words, where mostly nothing is."""
    every, chance = options(page), random.Random(5)  # noqa: S311 - which combinations are tried
    for case in cases:
        own = [[(i, label) for i, label in chosen if fits(case, at, label)] for at, chosen in enumerate(every)]
        for lists in (own, every):
            ids, labels = zip(*(chance.choice(chosen) for chosen in lists), strict=True)
            left, headings = fitting(cases, dict(enumerate(labels)))
            shown, told = page.evaluate(CHOOSE, list(ids))
            assert (set(shown), told) == (left, headings), labels


def order(cases: list[dict[str, str]]) -> Any:
    """By the technology that a case names first, then as the file has them."""
    place = {case["case_id"]: (list(TECHNOLOGY).index(case["technology"].split(";")[0]), i)
             for i, case in enumerate(cases)}  # fmt: skip
    return place.__getitem__


RULES_OF_CHOICES = """() => [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
    .flatMap(rule => (rule.selectorText ?? '').split(/,(?![^(]*\\))/))
    .filter(selector => selector.includes(':checked'))"""


def test_what_is_chosen_is_asked_of_the_lists_and_not_of_the_whole_page(page: Page) -> None:
    """Rules that ask the whole page, a hundred of them, make a slow machine wait for a second at every click."""
    rules = page.evaluate(RULES_OF_CHOICES)
    assert len(rules) > 100
    assert [rule for rule in rules if not rule.strip().startswith((".choose", ".option", "input"))] == []
