"""Our own rules of an accessible page: those that no browser is needed for, and that the public checkers lack.

Each rule takes a parsed page and yields what is wrong in words. A-.. are the gates of docs/accessibility.md.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import html5lib

Page = ElementTree.Element
RULES: list[Callable[[Page], Iterator[str]]] = []
NUMBER = re.compile(r"\d+(?:\.\d+)?")
TABLE_CELLS = {"td", "th"}
EMPTY_WORDS = {"here", "click here", "more", "read more", "link", "this page"}


@lru_cache(maxsize=16)
def parsed(html: str) -> Page:
    """A page as a tree, which is for reading only: a page is parsed once, however many tests ask for its sections."""
    tree: Page = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    return tree


def problems(html: str) -> list[str]:
    """Everything wrong with a page, each with the rule's name."""
    return [f"{rule.__name__}: {problem}" for rule in RULES for problem in rule(parsed(html))]


def rule(function: Callable[[Page], Iterator[str]]) -> Callable[[Page], Iterator[str]]:
    RULES.append(function)
    return function


def words(element: Page | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def parents(tree: Page) -> dict[Page, Page]:
    return {child: parent for parent in tree.iter() for child in parent}


@rule
def a06_one_of_each_landmark(tree: Page) -> Iterator[str]:
    for name in ("h1", "header", "nav", "main", "footer", "title"):
        if len(list(tree.iter(name))) != 1:
            yield f"{name} stands on the page {len(list(tree.iter(name)))} times"


@rule
def a06_language_and_title(tree: Page) -> Iterator[str]:
    if tree.get("lang") != "en-GB":
        yield "the language is not en-GB"
    if words(next(tree.iter("h1"))) not in words(next(tree.iter("title"))):
        yield "the title does not name what the first heading names"


@rule
def a06_headings_in_steps(tree: Page) -> Iterator[str]:
    headings = [element for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    for before, after in pairwise(headings):
        if int(after.tag[1]) > int(before.tag[1]) + 1:
            yield f"{after.tag} follows {before.tag}: {words(after)}"
    yield from ("a heading is empty" for heading in headings if not words(heading))


@rule
def a06_skip_link_comes_first(tree: Page) -> Iterator[str]:
    first = next(tree.iter("a"), None)
    main = next(tree.iter("main"), None)
    if first is None or main is None or first.get("href") != f"#{main.get('id')}":
        yield "the first link does not lead to the main content"


@rule
def a06_contents_name_every_section(tree: Page) -> Iterator[str]:
    """Of those that follow it; a heading may say more than its link: what the section found."""
    (nav,) = tree.iter("nav")
    listed = [(link.get("href", "")[1:], words(link)) for link in nav.iter("a")]
    order = list(tree.iter())
    later = [h for h in order[order.index(nav) :] if h.tag == "h2" and h.get("id") not in {"contents", None}]
    if [id_ for id_, _ in listed] != [h.get("id") for h in later]:
        yield "the contents are not the headings of the sections"
    for (_, said), heading in zip(listed, later, strict=False):
        if words(heading).partition(":")[0] != said.partition(":")[0]:
            yield f"a link of the contents says {said!r}"


@rule
def ids_and_links_to_them(tree: Page) -> Iterator[str]:
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    yield from (f"the id {i} stands on the page twice" for i in sorted({i for i in ids if ids.count(i) > 1}))
    for element in tree.iter():
        for target in (element.get("aria-labelledby"), element.get("href")):
            within = target is not None and (target.startswith("#") or target == element.get("aria-labelledby"))
            if target and within and target.lstrip("#") not in ids:
                yield f"nothing on the page has the id {target}"


def around(image: Page, up: dict[Page, Page]) -> Page:
    """The figure of a picture that may be drawn in two sizes."""
    return up[up[image]] if up[image].tag == "picture" else up[image]


@rule
def a04_pictures_are_told(tree: Page) -> Iterator[str]:
    up = parents(tree)
    for image in tree.iter("img"):
        alt = image.get("alt", "")
        if len(alt) < 20 or "no description" in alt.casefold() or re.search(r"\.(png|svg|jpe?g)\b", alt):
            yield f"a picture's text alternative says nothing: {alt!r}"
        figure = around(image, up)
        if figure.tag not in TABLE_CELLS and not words(figure.find("figcaption")):
            yield "a picture has no caption"


@rule
def a04_a_table_follows_each_picture_and_holds_its_numbers(tree: Page) -> Iterator[str]:
    """Directly, or before the next picture; what is published of others stands in words between. Strips stand in it."""
    up = parents(tree)
    for image in tree.iter("img"):
        figure = around(image, up)
        if figure.tag in TABLE_CELLS:
            continue
        siblings = list(up[figure])
        later = list(itertools.takewhile(lambda e: e.tag != "figure", siblings[siblings.index(figure) + 1 :]))
        if not any(True for e in later for _ in e.iter("table")):
            yield "a picture is not followed by a table"
        part = figure
        while part.tag not in {"details", "section"}:
            part = up[part]
        told = " ".join(part.itertext())
        if missing := set(NUMBER.findall(image.get("alt", ""))) - set(NUMBER.findall(told)):
            yield f"the words around a picture lack the numbers {sorted(missing)}"


@rule
def a05_tables(tree: Page) -> Iterator[str]:
    for table in tree.iter("table"):
        caption = words(table.find("caption"))
        if not caption:
            yield "a table has no caption"
        heads, *rows = table.iter("tr")
        if any(
            cell.tag != "th" or cell.get("scope") != "col" or not (words(cell) or cell.find("img") is not None)
            for cell in heads
        ):
            yield f"{caption}: a column's header is missing, empty or without scope"
        for row in rows:
            if len(row) != len(heads) or row[0].tag != "th" or row[0].get("scope") != "row" or not words(row[0]):
                yield f"{caption}: a row's header is missing, empty or without scope, or cells are missing"
        if any(cell.get(name) for cell in table.iter() for name in ("rowspan", "colspan")):
            yield f"{caption}: cells are merged"
        for head in heads:
            unit = "(" in words(head) or words(head) in {"Points", "People"} or "(number of" in caption
            if head is not heads[0] and head.get("class") != "t" and not unit:
                yield f"{caption}: no unit in the header {words(head)}"


@rule
def a05_withheld_is_explained(tree: Page) -> Iterator[str]:
    cells = " ".join(words(cell) for cell in tree.iter("td"))
    for mark in ("[c]", "[z]"):
        if mark in cells and f"{mark} means" not in words(tree):
            yield f"{mark} is not explained"


@rule
def a07_wide_tables_scroll_in_a_labelled_region(tree: Page) -> Iterator[str]:
    up = parents(tree)
    for table in tree.iter("table"):
        region, columns = up[table], len(next(table.iter("tr")))
        if table.get("class") in {"glance", "stack"}:  # its rows are cards where they would not fit
            continue
        scrolls = "scroll" in region.get("class", "")
        labelled = region.get("role") == "region" and region.get("tabindex") == "0"
        if scrolls != (columns > 3) or (scrolls and not (labelled and region.get("aria-labelledby"))):
            yield f"{words(table.find('caption'))}: its region does not fit its {columns} columns"


@rule
def links_say_where_they_lead(tree: Page) -> Iterator[str]:
    seen: dict[str, str] = {}
    for link in tree.iter("a"):
        text, href = words(link), link.get("href", "")
        if len(text) < 4 or text.casefold() in EMPTY_WORDS or re.match("https?:", text):
            yield f"a link's words say nothing: {text!r}"
        if seen.setdefault(text, href) != href:
            yield f"two links say {text!r} and lead elsewhere"


@rule
def a12_nothing_hangs_on_the_style_sheet(tree: Page) -> Iterator[str]:
    for style in tree.iter("style"):
        screen = words(style).split("@media print")[0]
        hidden = re.findall(r"([^{}]+)\{[^{}]*(?:display: none|visibility: hidden|content:)", screen)
        if any(selector.strip() != ".narrow" and not selector.strip().endswith("> .scroll") for selector in hidden):
            yield "the style sheet hides or adds words on the screen"
    for element in tree.iter():
        symbol = element.tag == "span" and re.fullmatch(r"\W+", words(element))  # the words beside it say the same
        if element.get("style") or element.get("hidden") is not None or (element.get("aria-hidden") and not symbol):
            yield f"{element.tag} is hidden or styled by hand"


@rule
def nothing_from_elsewhere(tree: Page) -> Iterator[str]:
    policies = [meta.get("content", "") for meta in tree.iter("meta") if meta.get("http-equiv")]
    if not any(policy.startswith("default-src 'none'; img-src data:;") for policy in policies):
        yield "the page has no content security policy"
    for element in tree.iter():
        if element.tag in {"script", "link", "iframe", "object", "form"}:
            yield f"there is a {element.tag}"
        if not element.get("src", "data:image/png").startswith("data:image/png"):
            yield "a picture comes from elsewhere"


def section(html: str, heading: str) -> Any:
    """The section under a second-level heading."""
    return next(s for s in parsed(html).iter("section") if re.match(rf"{re.escape(heading)}(:|$)", words(s.find("h2"))))


def sentences(text: str) -> list[str]:
    """Sentences of a text; a full stop between digits or within a name ends none."""
    return [s for s in re.split(r"(?<=[.!?])\s+(?=[A-Z“(])", text) if s]


def syllables(term: str) -> int:
    """Of an English word, by its groups of vowels; endings that are not said count for none."""
    term = term.casefold()
    term = re.sub(r"(?<=[^aeiouytd])ed$|(?<=[^aeiouylsxzcg])es$|(?<=[aeiouy][^aeiouy])s$|(?<=[^l])e$", "", term)
    term = re.sub(r"(?<=[aeiouy])le$", "l", term)
    return max(1, len(re.findall(r"[aeiouy]+|(?<=[^aeiouy])l$", term)))


def reading_grade(text: str | Sequence[str]) -> float:
    """The Flesch-Kincaid grade of a text, or of paragraphs, each of which is a sentence at least."""
    told = [sentence for paragraph in ([text] if isinstance(text, str) else text) for sentence in sentences(paragraph)]
    terms = [term for sentence in told for term in re.findall(r"[A-Za-z]+(?:[’'][a-z]+)?", sentence)]
    return 0.39 * len(terms) / len(told) + 11.8 * sum(map(syllables, terms)) / len(terms) - 15.59


def seen_at_once(tree: Page) -> Iterator[tuple[Page, Page]]:
    """Every element of the body that shows before anything is opened, with the one around it."""
    stack = [(child, body) for body in tree.iter("body") for child in body]
    while stack:
        element, up = stack.pop(0)
        if up.tag == "details" and element.tag != "summary":
            continue
        yield element, up
        stack[:0] = [(child, element) for child in element]


def words_at_once(tree: Page) -> list[str]:
    """The words that are read before anything is opened, tables and headings among them; not the text alternatives."""
    told = []
    for element, up in seen_at_once(tree):
        told += (element.text or "").split()
        if up.tag != "details":
            told += (element.tail or "").split()
    return [term for term in told if re.search(r"\w", term)]


def paragraphs_at_once(tree: Page) -> list[str]:
    """What is read before anything is opened, outside tables, headings, links to sections and case studies."""
    outside: set[Page] = set()
    told = []
    for element, up in seen_at_once(tree):
        if up in outside or element.tag in {"table", "nav", "summary"} or element.get("class") in {"entries", "skip"}:
            outside.add(element)
        elif element.tag in {"p", "li", "dd", "figcaption"} and element.find("p") is None:
            told.append(words(element))
    return [paragraph for paragraph in told if re.search(r"[A-Za-z]", paragraph)]
