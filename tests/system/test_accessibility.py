"""Gates A-04 to A-07 and A-10 to A-12 of docs/accessibility.md, without a browser; each rule is also seen to fail."""

from __future__ import annotations

import re
from collections.abc import Mapping

import html5lib
import pytest
from builders.accessibility_rules import (
    RULES,
    paragraphs_at_once,
    parsed,
    problems,
    reading_grade,
    section,
    seen_at_once,
    sentences,
    words,
    words_at_once,
)
from builders.bundled import BUNDLED_PILOTS
from builders.contrast import contrast
from builders.made_pages import WELSH, Made

from atpilots.page.html import TEMPLATES

STYLE = (TEMPLATES / "page.css").read_text(encoding="utf-8")
MOST_WORDS = 1_100  # outside `details`, tables and headings among them, on the page of every bundled pilot
REASONS = {
    "Too few people completed both surveys to publish results.",
    "The results are withheld to protect the people who took part.",
}
HIGHEST_GRADE, HIGHEST_OF_CASES = 9, 12
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


def of_pilots(pages: Mapping[str, Made]) -> dict[str, Made]:
    return {name: made for name, made in pages.items() if name not in {"index", "case-studies"}}


def said_twice(made: Made) -> list[str]:
    """Sentences that are read before anything is opened, and stand on the page once more.

    But for case studies, notes below tables, and why a measure is withheld, which stands with it and in the summary.
    """
    tree = parsed(made.html)
    shown = [one for paragraph in paragraphs_at_once(tree) for one in sentences(paragraph) if one not in REASONS]
    told = [words(e) for e in tree.iter() if e.tag in {"p", "li", "dd", "figcaption"} and e.find("p") is None
            and e.get("class") != "note"]  # fmt: skip
    everything = [one for paragraph in told for one in sentences(paragraph)]
    again = {one for one in shown if len(one.split()) > 4 and everything.count(one) > 1}
    return sorted(again)


def plain(pages: Mapping[str, Made]) -> dict[str, object]:
    """What is too long, too hard or said twice on each page, where anything is."""
    found: dict[str, object] = {}
    for name, made in of_pilots(pages).items():
        tree = parsed(made.html)
        grade, count = reading_grade(paragraphs_at_once(tree)), len(words_at_once(tree))
        if grade > HIGHEST_GRADE or (name.startswith(BUNDLED_PILOTS) and count > MOST_WORDS):
            found[name] = (round(grade, 1), count)
        if again := said_twice(made):
            found[f"{name}, twice"] = again
    return found


def test_pages_are_short_plain_and_say_nothing_twice(pages: Mapping[str, Made]) -> None:
    assert plain(pages) == {}


@pytest.mark.slow
def test_so_are_internal_ones_and_those_of_many_measures(more_pages: dict[str, Made]) -> None:
    assert plain(more_pages) == {}


def test_words_and_grades_are_counted_honestly() -> None:
    html = (
        "<!DOCTYPE html><body><h1>One two</h1><p>Three <em>four</em> five.</p><details><summary>Six</summary><p>Not "
        "this.</p></details> seven<table><tr><td>8 nine</td></tr></table><p>△ Ten.</p></body>"
    )
    assert len(words_at_once(parsed(html))) == 10
    assert paragraphs_at_once(parsed(html)) == ["Three four five.", "△ Ten."]
    assert reading_grade("The cat sat on the mat.") < 1
    assert (
        reading_grade("Notwithstanding methodological heterogeneity, generalisability necessitates replication.") > 15
    )


def test_empty_sections_stay_off_the_page(pages: Mapping[str, Made]) -> None:
    """Where the course over waves, the arms and the raters have their places, and nothing to say."""
    made = pages["greenwich-public"]
    empty = [part.nothing for part in made.released if not part.pieces]
    assert len([nothing for nothing in empty if "course" in nothing or "comparison" in nothing]) == 3
    heads = [words(h) for h in parsed(made.html).iter("h2")]
    assert not {"Over time", "The groups", "Two views"} & set(heads)
    assert not [nothing for nothing in empty if nothing in made.html]


def test_rows_of_the_case_library_are_plain(pages: Mapping[str, Made]) -> None:
    tree = parsed(pages["case-studies"].html)
    rows = [words(e) for e, up in seen_at_once(tree) if e.tag == "p" and (up.get("class") or "").startswith("entry")]
    assert len(rows) == 120
    assert reading_grade(rows) <= HIGHEST_OF_CASES


def test_each_row_of_the_table_of_all_measures_has_a_strip_words_and_a_symbol(pages: Mapping[str, Made]) -> None:
    rows = [row for made in of_pilots(pages).values() for table in parsed(made.html).iter("table")
            if table.get("class") == "glance" for row in list(table.iter("tr"))[1:]]  # fmt: skip
    assert len(rows) > 30
    for row in rows:
        *_, strip, said = row
        symbol = said.find("span[@aria-hidden='true']")
        assert symbol is not None
        assert len(words(said).replace(words(symbol), "").split()) >= 1
        assert strip.find("img") is not None or words(strip) == "Not shown"


def test_no_picture_draws_rounded_numbers_of_people(pages: Mapping[str, Made]) -> None:
    """Twelve and thirteen people were drawn as ten and fifteen: pictures tell scores, and none tells of people,
    but for the exact number behind a row.
    """
    told = [image.get("alt", "") for made in of_pilots(pages).values() for image in parsed(made.html).iter("img")]
    assert len(told) > 30
    assert [alt for alt in told if re.search(r"\b(people|about \d)", re.sub(r", \d+ people\.", ".", alt))] == []


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
                and not re.search("doi|^For orientation", words(paragraph))  # what is cited
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
