"""Gates A-01 to A-03, A-07, A-08 and A-10 of docs/accessibility.md, with the public checkers in Debian's Chromium.

They need Chromium, Java and `npm ci --prefix tests/browser`; where CI is set, a missing one fails.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_pages import Made
from playwright.sync_api import Browser, Page, sync_playwright

from atpilots.pdf import PdfError, print_pdf

pytestmark = pytest.mark.browser

TOOLS = Path(__file__).parent / "browser" / "node_modules"
LOOKED_AT = ("greenwich-borough", "nine-people-public", "index")  # in the other looks, too
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe leaves to a person ("incomplete"), who has looked; nothing else may join it. On a narrow screen, words of a
# wide table stand outside the part of its region that shows, so axe cannot see what is behind them.
LEFT_TO_A_PERSON = {"color-contrast"}
# vnu says this of every picture within a page, whatever the policy; the test of requests sees that they do load.
VNU_IS_WRONG = "Resource violates Content Security Policy (meta tag): image “data:image/png;base64,"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = needed(shutil.which("chromium") or shutil.which("google-chrome"), "Chromium")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


def needed(path: str | None, what: str) -> str:
    """The path; without it the test is skipped, or fails where CI is set."""
    if path and Path(path).exists():
        return path
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is not installed; see docs/accessibility.md")
    raise AssertionError


def opened(browser: Browser, made: Made, **context: Any) -> Page:
    """A page in a browser window of its own; scripts that a test injects are let past the page's own policy."""
    page = browser.new_context(bypass_csp=True, **context).new_page()
    page.goto(made.path.as_uri())
    return page


def axe(page: Page) -> tuple[dict[str, list[str]], set[str]]:
    """What axe-core finds wrong, by rule, and the rules whose verdict it leaves to a person."""
    page.add_script_tag(path=needed(str(TOOLS / "axe-core" / "axe.min.js"), "axe-core"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", AXE_RULES)
    wrong = {rule["id"]: [node["html"][:200] for node in rule["nodes"]] for rule in found["violations"]}
    return wrong, {rule["id"] for rule in found["incomplete"]}


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}, {"width": 320}])
def test_a01_axe_finds_nothing(browser: Browser, pages: dict[str, Made], look: dict[str, Any]) -> None:
    size = {"width": look.get("width", 1280), "height": 800}
    context = {key: value for key, value in look.items() if key != "width"}
    wrong, left = {}, set()
    for name, made in pages.items():
        if look and name not in LOOKED_AT:
            continue
        page = opened(browser, made, viewport=size, **context)
        wrong[name], more = axe(page)
        left |= more
        page.context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert left <= (LEFT_TO_A_PERSON if look == {"width": 320} else set())


def test_a02_html_codesniffer_finds_no_error(browser: Browser, pages: dict[str, Made]) -> None:
    script = needed(str(TOOLS / "html_codesniffer" / "build" / "HTMLCS.js"), "HTML_CodeSniffer")
    run = """() => new Promise((done, failed) => HTMLCS.process('WCAG2AA', document,
             () => done(HTMLCS.getMessages().filter(m => m.type === HTMLCS.ERROR).map(m => m.code + ' ' + m.msg)),
             failed))"""
    errors = {}
    for name, made in pages.items():
        page = opened(browser, made)
        page.add_script_tag(path=script)
        errors[name] = page.evaluate(run)
        page.context.close()
    assert {name: found for name, found in errors.items() if found} == {}


def test_a03_the_markup_is_valid(pages: dict[str, Made]) -> None:
    java = needed(shutil.which("java"), "Java")
    jar = needed(str(TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"), "vnu")
    files = [str(made.path) for made in pages.values()]
    done = subprocess.run([java, "-jar", jar, "--format", "json", *files], capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    told = [(Path(m["url"]).name, m["message"]) for m in messages if not m["message"].startswith(VNU_IS_WRONG)]
    assert told == []


def test_pages_ask_the_network_for_nothing_and_say_nothing(browser: Browser, pages: dict[str, Made]) -> None:
    for made in pages.values():
        page = browser.new_context().new_page()
        heard: list[str] = []
        page.on("request", lambda request, heard=heard: heard.append(request.url))  # type: ignore[misc]
        page.on("console", lambda message, heard=heard: heard.append(message.text))  # type: ignore[misc]
        page.on("dialog", lambda dialog, heard=heard: heard.append(dialog.message))  # type: ignore[misc]
        page.on("pageerror", lambda error, heard=heard: heard.append(str(error)))  # type: ignore[misc]
        page.goto(made.path.as_uri(), wait_until="load")
        assert [entry for entry in heard if not entry.startswith("data:image/png")] == [made.path.as_uri()]
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
        page.context.close()


@pytest.mark.parametrize(("width", "scale"), [(320, 1), (320, 4)])
def test_a07_nothing_but_regions_scrolls_sideways(
    browser: Browser, pages: dict[str, Made], width: int, scale: int
) -> None:
    """320 CSS pixels at four device pixels each is a 1280-pixel screen at 400 per cent."""
    wide = """() => [...document.querySelectorAll('body *')].filter(e =>
              e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'auto' && e.tabIndex !== 0).length
              + Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"""
    over = {}
    for name in pages if scale == 1 else LOOKED_AT:
        page = opened(browser, pages[name], viewport={"width": width, "height": 640}, device_scale_factor=scale)
        over[name] = page.evaluate(wide)
        page.context.close()
    assert {name: pixels for name, pixels in over.items() if pixels} == {}


def test_a07_words_of_pictures_are_not_smaller_than_the_page_s(browser: Browser, pages: dict[str, Made]) -> None:
    from atpilots.lettering import FONT

    page = opened(browser, pages["twelve-measures-public"], viewport={"width": 320, "height": 640})
    shrunk = page.evaluate("[...document.images].map(i => i.getBoundingClientRect().width / i.getAttribute('width'))")
    body = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    assert min(shrunk) * FONT >= body


@pytest.mark.parametrize("name", ["greenwich-public", "case-studies"])
def test_a08_the_keyboard_reaches_everything_and_shows_where_it_is(
    browser: Browser, pages: dict[str, Made], name: str
) -> None:
    page = opened(browser, pages[name], viewport={"width": 320, "height": 800})
    wanted = page.evaluate("[...document.querySelectorAll('a, [tabindex=\"0\"]')].length")
    seen: list[int] = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        index, outline, left = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
               return [[...document.querySelectorAll('a, [tabindex="0"]')].indexOf(e),
                       s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth), e.getBoundingClientRect().left]; }"""
        )
        seen.append(index)
        assert outline >= 2
        assert left >= 0  # the skip link comes into sight
    assert seen == list(range(wanted))


def test_a10_print_shows_everything_on_white(browser: Browser, pages: dict[str, Made]) -> None:
    page = opened(browser, pages["greenwich-public"], viewport={"width": 700, "height": 900}, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cut = "[...document.querySelectorAll('.scroll')].filter(e => getComputedStyle(e).overflowX !== 'visible').length"
    assert page.evaluate(cut) == 0


def test_pdf_is_tagged_and_tells_nothing_of_the_machine(
    browser: Browser,  # skips where there is none
    pages: dict[str, Made],
) -> None:
    printed = print_pdf(pages["one-measure-public"].path).read_bytes()
    streams = [zlib.decompress(part) for part in re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", printed, re.DOTALL)]
    everything = b"".join([printed, *streams])
    missing = [
        mark
        for mark in (b"/StructTreeRoot", b"/Lang (en-GB)", b"/Alt ", b"/S /TH", b"/S /Figure")
        if mark not in everything
    ]
    assert missing == []
    assert not any(mark in everything for mark in (b"file:", b"/tmp/", str(Path.home()).encode(), b"/JavaScript"))


def test_without_a_browser_the_pdf_says_what_it_needs(pages: dict[str, Made], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PdfError, match=r"^a PDF needs one of these browsers: chromium, "):
        print_pdf(pages["one-measure-public"].path)
