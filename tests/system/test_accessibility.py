"""Gates A-04 to A-07 and A-10 to A-12 of docs/accessibility.md, without a browser; each rule is also seen to fail."""

from __future__ import annotations

import re
from collections.abc import Mapping

import html5lib
import pytest
from builders.accessibility_rules import RULES, problems, reading_grade, section, sentences, words
from builders.contrast import contrast
from builders.made_pages import WELSH, Made

from atpilots.page.html import TEMPLATES

STYLE = (TEMPLATES / "page.css").read_text(encoding="utf-8")
BANNED = "caused|proved|works|effective|impact of|thanks to|significant|significantly|led to"


def test_every_page_keeps_every_rule(pages: Mapping[str, Made]) -> None:
    found = {name: problems(made.html) for name, made in pages.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_pages_are_of_the_kinds_that_they_are_meant_to_be(pages: Mapping[str, Made]) -> None:
    """One figure a measure, the strips and their axis; none where too few answered or everything is withheld."""
    figures = {"one-measure-public": 3, "twelve-measures-public": 22, "nine-people-public": 0, "withheld-public": 0}
    assert {name: pages[name].html.count("<img ") for name in figures} == figures
    assert pages["welsh-public"].html.count("<img ") >= 2
    assert pages["index"].html.count("<img ") >= 2


def test_titles_are_unique(pages: Mapping[str, Made]) -> None:
    titles = [re.search("<title>(.*?)</title>", made.html, flags=re.DOTALL) for made in pages.values()]
    named = [title[1] for title in titles if title]
    assert len(set(named)) == len(pages)


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("a06_one_of_each_landmark", "<footer>", "<footer></footer><footer>"),
        ("a06_language_and_title", 'lang="en-GB"', 'lang="en"'),
        ("a06_language_and_title", "<title>", "<title>pilot_report.ipynb</title><title>"),
        ("a06_headings_in_steps", "<h3", "<h4"),
        ("a06_skip_link_comes_first", 'href="#main"', 'href="#in-short"'),
        ("a06_contents_name_every_section", '<li><a href="#what-changed">', '<li><a href="#main">'),
        ("a06_contents_name_every_section", '>Who took part</a>', '>Who was there</a>'),
        ("ids_and_links_to_them", 'id="in-short"', 'id="contents"'),
        ("ids_and_links_to_them", 'id="each-measure"', ""),
        ("a04_pictures_are_told", 'alt="', 'alt="No description has been provided" title="'),
        ("a04_pictures_are_told", "<figcaption>", "<figcaption></figcaption><figcaption>"),
        ("a04_a_table_follows_each_picture_and_holds_its_numbers", "</figure>", "</figure><figure></figure>"),
        ("a04_a_table_follows_each_picture_and_holds_its_numbers", 'alt="', 'alt="987.6 '),
        ("a05_tables", "<caption", "<caption></caption><caption"),
        ("a05_tables", 'scope="col"', 'class="head"'),
        ("a05_tables", '<th scope="row">', "<th>"),
        ("a05_tables", "<td", '<td colspan="2"'),
        ("a05_tables", ' (points)</th>', "</th>"),
        ("a05_withheld_is_explained", '<td>', '<td>[c]'),
        ("a07_wide_tables_scroll_in_a_labelled_region", 'tabindex="0"', ""),
        ("links_say_where_they_lead", "Skip to the main content", "here"),
        ("a12_nothing_hangs_on_the_style_sheet", "<style>", "<style> p { display: none; }"),
        ("a12_nothing_hangs_on_the_style_sheet", 'aria-hidden="true">△', 'aria-hidden="true">Better'),
        ("nothing_from_elsewhere", "default-src 'none'", "default-src *"),
        ("nothing_from_elsewhere", "</main>", "</main><script></script>"),
    ],
)  # fmt: skip
def test_each_rule_is_seen_to_fail(pages: Mapping[str, Made], rule: str, before: str, after: str) -> None:
    html = pages["greenwich-public"].html
    assert before in html
    broken = html.replace(before, after, 1) if before != "<figcaption>" else html.replace(before, after)
    assert any(problem.startswith(rule) for problem in problems(broken))


def test_every_rule_has_a_page_that_breaks_it() -> None:
    marks = test_each_rule_is_seen_to_fail.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == {rule.__name__ for rule in RULES}


def test_summary_is_short_and_plain(pages: Mapping[str, Made]) -> None:
    for name, made in pages.items():
        if name in {"index", "case-studies"}:
            continue
        summary = words(section(made.html, "In short"))
        assert len(summary.split()) <= 150, name
        assert not re.search(rf"\b({BANNED})\b", summary), name
        assert reading_grade(summary) <= 9, name  # read by most people from the age of fourteen


def test_the_answer_is_one_sentence_of_at_most_thirty_words(pages: Mapping[str, Made]) -> None:
    for name, made in pages.items():
        if name not in {"index", "case-studies"}:
            (lead,) = [p for p in section(made.html, "In short").iter("p") if p.get("class") == "lead"]
            assert len(words(lead).split()) <= 30, name


@pytest.mark.parametrize(
    "heading", ["In short", "What should we do next?", "What changed", "Each measure", "Who took part"]
)
def test_sentences_are_short(pages: Mapping[str, Made], heading: str) -> None:
    long = []
    for name in ("greenwich-public", "twelve-measures-public", "nine-people-borough", "withheld-public"):
        for paragraph in section(pages[name].html, heading).iter():
            if (
                paragraph.tag in {"p", "dd", "li", "figcaption"}
                and not {*paragraph} & {*paragraph.iter("p")}
                and "doi" not in words(paragraph)
            ):
                long += [sentence for sentence in sentences(words(paragraph)) if len(sentence.split()) > 25]
    assert long == []


def test_pages_are_small(pages: Mapping[str, Made]) -> None:
    for name, made in pages.items():
        assert len(made.html.encode()) < 1_000_000, name
    bare = re.sub(r"data:image/png[^\"]*", "", pages["one-measure-public"].html)
    assert len(bare.encode()) < 28_000


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_colours_can_be_told_apart(scheme: str) -> None:
    light, dark, paper = re.findall(r":root \{ (.*?) \}", STYLE)
    chosen = {"light": light, "dark": dark, "print": paper}[scheme]
    colour = dict(re.findall(r"--(\w+): (#\w+);", chosen))
    for text in ("ink", "link", "warn"):
        assert contrast(colour[text], colour["paper"]) >= 7
        assert contrast(colour[text], colour["band"]) >= 4.5
    assert contrast(colour["line"], colour["paper"]) >= 3


def test_long_welsh_title_is_kept_whole(pages: Mapping[str, Made]) -> None:
    assert len(WELSH) >= 200
    tree = html5lib.parse(pages["welsh-public"].html, treebuilder="etree", namespaceHTMLElements=False)
    assert words(next(tree.iter("h1"))) == WELSH
