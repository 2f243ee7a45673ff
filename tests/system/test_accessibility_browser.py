"""Gates A-01 to A-03, A-07, A-08 and A-10 of docs/accessibility.md, with the public checkers in Debian's Chromium.

They need Chromium, Java and `npm ci --prefix tests/system/browser`; where CI is set, a missing one fails.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builders.browsers import chromium, needed, opened
from builders.made_pages import Made
from playwright.sync_api import Browser, Page

from atpilots.page.pdf import PdfError, print_pdf
from atpilots.page.sheet import NARROW

pytestmark = pytest.mark.browser

TOOLS = Path(__file__).parent / "browser" / "node_modules"
QUICK = ("greenwich-public",)
LOOKED_AT = ("greenwich-borough", "nine-people-public", "index", "case-studies")  # in the other looks, too
SLOW = partial(pytest.param, marks=pytest.mark.slow)
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Axe leaves contrast to a person ("incomplete") for words that stand beyond the part of a wide table which shows, and
# for words on the shadow at its edge. So contrast is asked again with whole tables in sight and without the shadow.
IN_SIGHT = """.scroll { overflow: visible !important; background: none !important; }
              body { max-width: none !important; width: max-content !important; }
              p, li, dd { max-width: 20rem !important; }
              .count { position: static !important; }"""
SIGN = '<span class="sign" aria-hidden="true">'
OPEN = "document.querySelectorAll('details').forEach(details => details.open = true)"
# vnu says this of every picture within a page, whatever the policy; the test of requests sees that they do load.
VNU_IS_WRONG = "Resource violates Content Security Policy (meta tag): image “data:image/png;base64,"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def axe(page: Page) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What axe-core finds wrong, and what it leaves to a person: the elements by rule."""
    page.add_script_tag(path=needed(str(TOOLS / "axe-core" / "axe.min.js"), "axe-core"))
    wrong, left = _axe_run(page, AXE_RULES)
    if "color-contrast" in left:
        page.add_style_tag(content=IN_SIGHT)
        del left["color-contrast"]
        low, undecided = _axe_run(page, ["color-contrast"])
        wrong, left = wrong | low, left | undecided
    return wrong, left


def _axe_run(page: Page, rules: list[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    # Of what passes and of what does not apply, which nobody reads, axe need not collect every element.
    options = {"runOnly": rules, "resultTypes": ["violations", "incomplete"], "selectors": False, "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)
    wrong, left = (
        {rule["id"]: [node["html"][:200] for node in rule["nodes"]] for rule in found[verdict]}
        for verdict in ("violations", "incomplete")
    )
    # It does not judge the contrast of a single letter: a sign, which has the colour of the words beside it.
    left = {rule: told for rule, nodes in left.items() if (told := [n for n in nodes if not n.startswith(SIGN)])}
    return wrong, left


def chosen(pages: Mapping[str, Made], names: Sequence[str]) -> dict[str, Made]:
    """The pages of these names, or all."""
    return {name: pages[name] for name in names or pages}


def told_by_axe(browser: Browser, pages: Mapping[str, Made], width: int = 1280, **look: Any) -> dict[str, Any]:
    """What axe says of each page in this look, where it says anything."""
    told = {}
    for name, made in pages.items():
        page = opened(browser, made, viewport={"width": width, "height": 800}, **look)
        page.evaluate(OPEN)
        told[name] = axe(page)
        page.context.close()
    return {name: found for name, found in told.items() if any(found)}


@pytest.mark.parametrize("names", [QUICK, SLOW(())], ids=["one", "all"])
def test_a01_axe_finds_nothing_and_leaves_nothing_open(
    browser: Browser, pages: Mapping[str, Made], names: Sequence[str]
) -> None:
    assert told_by_axe(browser, chosen(pages, names)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {"forced_colors": "active"}, {"width": 320}])
def test_a01_nor_does_it_in_the_other_looks(browser: Browser, pages: Mapping[str, Made], look: dict[str, Any]) -> None:
    assert told_by_axe(browser, chosen(pages, LOOKED_AT), **look) == {}


@pytest.mark.slow
def test_a02_pa11y_finds_no_error(pages: Mapping[str, Made]) -> None:
    node = needed(shutil.which("node"), "Node")
    needed(str(TOOLS / "pa11y" / "package.json"), "pa11y")
    chromium = needed(shutil.which("chromium") or shutil.which("google-chrome"), "Chromium")
    files = [str(made.path) for made in pages.values()]
    command = [node, str(TOOLS.parent / "pa11y.js"), chromium, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert len(found) == len(files)
    assert {name: errors for name, errors in found.items() if errors} == {}


@pytest.mark.slow
def test_a03_the_markup_is_valid(pages: Mapping[str, Made]) -> None:
    java = needed(shutil.which("java"), "Java")
    jar = needed(str(TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"), "vnu")
    files = [str(made.path) for made in pages.values()]
    # Making the code fast takes Java longer than running it once; where it does not, it needs a larger stack.
    command = [java, "-XX:TieredStopAtLevel=1", "-Xss8m", "-jar", jar, "--format", "json", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    told = [(Path(m["url"]).name, m["message"]) for m in messages if not m["message"].startswith(VNU_IS_WRONG)]
    assert told == []


@pytest.mark.slow
def test_pages_ask_the_network_for_nothing_and_say_nothing(browser: Browser, pages: Mapping[str, Made]) -> None:
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


@pytest.mark.parametrize(
    ("names", "scale"), [(QUICK, 1), SLOW((), 1), SLOW(LOOKED_AT, 4)], ids=["one", "all", "enlarged"]
)
def test_a07_nothing_but_regions_scrolls_sideways(
    browser: Browser, pages: Mapping[str, Made], names: Sequence[str], scale: int
) -> None:
    """320 CSS pixels at four device pixels each is a 1280-pixel screen at 400 per cent."""
    wide = """() => [...document.querySelectorAll('body *')].filter(e =>
              e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'auto' && e.tabIndex !== 0).length
              + Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"""
    over = {}
    for name, made in chosen(pages, names).items():
        page = opened(browser, made, viewport={"width": 320, "height": 640}, device_scale_factor=scale)
        over[name] = page.evaluate(wide)
        page.context.close()
    assert {name: pixels for name, pixels in over.items() if pixels} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["greenwich-public", SLOW("case-studies")])
def test_a07_the_first_column_of_a_wide_table_stays_in_sight(
    browser: Browser, pages: Mapping[str, Made], name: str
) -> None:
    page = opened(browser, pages[name], viewport={"width": 320, "height": 640})
    moved = page.evaluate(
        """() => [...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => {
           e.scrollLeft = e.scrollWidth;
           return [...e.querySelectorAll('th:first-child')].map(
             head => Math.abs(head.getBoundingClientRect().left - e.getBoundingClientRect().left)); })"""
    )
    assert moved
    assert max(distance for heads in moved for distance in heads) < 1


@pytest.mark.slow
@pytest.mark.parametrize(("width", "least"), [(390, 15), (320, 12)])  # on a telephone; and enlarged four times
def test_a07_words_of_pictures_stay_readable(
    browser: Browser, pages: Mapping[str, Made], width: int, least: float
) -> None:
    page = opened(browser, pages["twelve-measures-public"], viewport={"width": width, "height": 640})
    page.evaluate(OPEN)
    shrunk = page.evaluate(
        "[...document.querySelectorAll('figure img')]"
        ".map(e => e.getBoundingClientRect().width / e.getAttribute('width'))"
    )
    assert len(shrunk) > 5
    assert min(shrunk) * NARROW.font >= least


@pytest.mark.parametrize("name", ["greenwich-public", SLOW("case-studies")])
@pytest.mark.slow
def test_a08_the_keyboard_reaches_everything_and_shows_where_it_is(
    browser: Browser, pages: Mapping[str, Made], name: str
) -> None:
    page = opened(browser, pages[name], viewport={"width": 320, "height": 800})
    stops = (
        "[...document.querySelectorAll('a, summary, input:checked, [tabindex=\"0\"]')].filter(e => e.checkVisibility())"
    )
    wanted = page.evaluate(f"{stops}.length")
    seen: list[int] = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        index, outline, left = page.evaluate(
            f"""() => {{ const e = document.activeElement, s = getComputedStyle(e);
               return [{stops}.indexOf(e),
                       s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth),
                       e.getBoundingClientRect().left]; }}"""
        )
        seen.append(index)
        assert outline >= 2
        assert left >= 0  # the skip link comes into sight
    assert seen == list(range(wanted))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["greenwich-public", SLOW("case-studies")])
def test_a10_print_shows_everything_on_white(browser: Browser, pages: Mapping[str, Made], name: str) -> None:
    page = opened(browser, pages[name], viewport={"width": 700, "height": 900}, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cut = "[...document.querySelectorAll('.scroll')].filter(e => getComputedStyle(e).overflowX !== 'visible').length"
    assert page.evaluate(cut) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["greenwich-public", "index", *map(SLOW, ("twelve-measures-public", "withheld-public"))]
)
def test_a12_the_page_is_complete_without_style_and_pictures(
    browser: Browser, pages: Mapping[str, Made], name: str
) -> None:
    """The same words in the same order; and the table after each picture is named by the picture's own subject."""
    page = opened(browser, pages[name])
    page.evaluate("document.querySelectorAll('.narrow').forEach(e => e.remove())")  # said where there are no headers
    words = "document.body.innerText.replace(/\\s+/g, '')"
    styled = page.evaluate(words)
    page.evaluate("document.querySelectorAll('style').forEach(e => e.remove())")
    page.evaluate("document.images.length && [...document.images].forEach(e => e.removeAttribute('src'))")
    assert page.evaluate(words) == styled
    assert page.evaluate("[...document.images].every(e => e.alt.length > 20)")


def tree_of(browser: Browser, made: Made, width: int = 1280) -> list[dict[str, Any]]:
    """What a screen reader is given, in reading order: role, name, level, whether it takes the focus, and depth."""
    page = opened(browser, made, viewport={"width": width, "height": 800})
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    page.context.close()
    known, told = {node["nodeId"]: node for node in nodes}, []

    def walk(node: dict[str, Any], depth: int) -> None:
        values = {part["name"]: part["value"].get("value") for part in node.get("properties", [])}
        role, name = (node.get(key, {}).get("value", "") for key in ("role", "name"))
        if not node.get("ignored"):
            told.append({"role": role, "name": name, "depth": depth, **values})
        for child in node.get("childIds", []):
            if child in known and role != "StaticText":
                walk(known[child], depth + 1)

    walk(nodes[0], 0)
    return told


def outside_tables(told: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is no part of a table, and the tables themselves."""
    depth: int | None = None
    for node in told:
        if depth is None or node["depth"] <= depth:
            depth = node["depth"] if node["role"] == "table" else None
            yield node


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["greenwich-public", "nine-people-borough", "index", *map(SLOW, ("welsh-public", "case-studies"))],
)  # fmt: skip
def test_what_a_screen_reader_is_given(browser: Browser, pages: Mapping[str, Made], name: str) -> None:
    told = tree_of(browser, pages[name])
    of = {role: [node for node in told if node["role"] == role] for role in {node["role"] for node in told}}
    assert [len(of[role]) for role in ("banner", "navigation", "main", "contentinfo")] == [1, 1, 1, 1]
    assert of["navigation"][0]["name"] == "On this page"
    levels = [node["level"] for node in of["heading"]]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    unnamed = [node["role"] for node in told if node.get("focusable") and node["role"] != "main" and not node["name"]]
    assert unnamed == []
    for role in ("heading", "link", "table", "region", "image", "columnheader", "rowheader", "cell", "term"):
        assert all(node["name"] for node in of.get(role, [])), role
    regions = [node["name"] for node in of.get("region", [])]
    assert len(set(regions)) == len(regions)
    order = [node["role"] for node in outside_tables(told) if node["role"] in {"image", "table"}]
    assert all(order[place + 1] == "table" for place, role in enumerate(order) if role == "image")
    warned = [place for place, node in enumerate(told) if node["name"].startswith("Synthetic data.")]
    if "greenwich" in name:
        assert warned[0] < told.index(of["heading"][0])  # before anything else of the page


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])  # narrow, the rows of the table of all measures are cards
def test_every_cell_of_a_table_has_both_its_headers(browser: Browser, pages: Mapping[str, Made], width: int) -> None:
    roles = {"table", "row", "columnheader", "rowheader", "cell"}
    told = [node for node in tree_of(browser, pages["greenwich-public"], width) if node["role"] in roles]
    rows: list[list[str]] = []
    for node in told:
        if node["role"] == "row":
            rows.append([])
        elif node["role"] == "table":
            rows.append(["table"])
        else:
            rows[-1].append(node["role"])
    width = 0
    for before, row in zip([[], *rows], rows, strict=False):
        if before == ["table"]:
            width = len(row)
            assert set(row) == {"columnheader"}
        elif row != ["table"]:
            assert row == ["rowheader", *["cell"] * (width - 1)]


@pytest.mark.slow
def test_pdf_is_tagged_and_tells_nothing_of_the_machine(
    browser: Browser,  # skips where there is none
    pages: Mapping[str, Made],
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


def test_without_a_browser_the_pdf_says_what_it_needs(
    pages: Mapping[str, Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PdfError, match=r"^a PDF needs one of these browsers: chromium, "):
        print_pdf(pages["one-measure-public"].path)
