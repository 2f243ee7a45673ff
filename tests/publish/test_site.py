"""The index compares what may be compared: equal instruments, told by residents, in two releases or more."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import html5lib
import nbformat
import pytest
from builders.accessibility_rules import reading_grade, section, words
from builders.bundled import bundled
from builders.made_pages import Made

from atpilots import load_case_studies
from atpilots.cases.library import CASES_FILE
from atpilots.files.problems import DataError
from atpilots.publish import rendering
from atpilots.publish.comparison import at_a_glance, side_by_side, standing_alone
from atpilots.publish.site import ALL_SYNTHETIC, write_index
from atpilots.publish.stamp import Stamp
from atpilots.report.wording import SIGNS
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY


def row(instrument: str = "same", **changed: Any) -> dict[str, Any]:
    told = {
        "measure": "ucla3", "instrument": instrument, "label": "Loneliness", "rater": "resident", "primary": False,
        "better": "lower", "scale": [3, 9], "people": "25", "before": 5.0, "after": 4.4, "change": -0.6,
        "low": -1.2, "high": 0.0, "percent": [10, 0, 20],
    }  # fmt: skip
    return told | changed


def manifest(title: str, *rows: dict[str, Any], provenance: str = "collected") -> dict[str, Any]:
    return {"title": title, "borough": "Borough", "pilot": title, "provenance": provenance, "numbers": list(rows)}


def test_equal_instruments_stand_side_by_side() -> None:
    compared = side_by_side([manifest("one", row()), manifest("two", row(percent=[-5, -15, 5], verdict="unclear"))])
    assert compared is not None
    text = compared.text()
    assert "one, Borough (25 people) | 5.0 → 4.4 | −0.6 (−1.2 to 0.0) | +10% of the scale, 0% to +20% | Told" in text
    assert "two, Borough (25 people) | 5.0 → 4.4 | −0.6 (−1.2 to 0.0) | −5% of the scale, −15% to +5% | Unclear" in text
    assert "nearest" not in text  # an older manifest does not say to what


def test_the_index_says_ends_and_steps_as_the_pages_do() -> None:
    edge = row(moved=["", "just below 0"], percent_moved=["just above 0", ""], step=0.1)
    both = [manifest("one", edge), manifest("two", row(percent=[-5, -15, 5], step=0.5))]
    compared = side_by_side(both)
    assert compared is not None
    assert "| −0.6 (−1.2 to just below 0) | +10% of the scale, just above 0 to +20% |" in compared.text()
    assert "Points, to the nearest 0.1 (two, Borough: 0.5)." in compared.text()


def test_the_zone_that_decided_a_word_is_a_band_of_its_picture() -> None:
    with_band, without = (
        side_by_side([manifest("one", row(zone=zone)), manifest("two", row())]) for zone in ([0.5, 1.0], None)
    )
    assert with_band is not None
    assert without is not None
    one, other = (told.pieces[1].pieces[0].rows for told in (with_band, without))
    assert one[0].strip != other[0].strip
    assert one[1].strip == other[1].strip


def test_the_index_begins_with_what_each_pilot_found_in_symbols_words_and_numbers() -> None:
    edge = row(change=None, low=None, high=-0.2, percent=[None, 3, None], moved=["", ""], verdict="probably better")
    both = [
        manifest("one", row(primary=True, verdict="better by more"), row("own", label="Own", verdict="unclear")),
        manifest("two", edge, row("own", label="Own", percent=None, change=None, low=None, high=None)),
        manifest("older", row(change=0.0)),
    ]
    told = at_a_glance(both)
    assert told is not None
    assert told.text().splitlines()[1:4] == [
        "Measure | one, Borough | two, Borough | older, Borough",
        "Loneliness (3 to 9, lower is better) | Better, by more than matters: −0.6 (main measure) | "
        "Probably better: at most −0.2 | Told on its page: 0.0",
        "Own (3 to 9, lower is better) | Unclear: −0.6 | Not shown | Not asked",
    ]
    symbols = [getattr(cell, "symbol", None) for cells in told.pieces[0].rows for cell in cells[1:]]
    assert symbols == ["▲", "△", "", "◇", "–", None]


def test_the_symbols_and_words_of_results_are_those_that_were_agreed() -> None:
    assert [" ".join(sign) for sign in SIGNS.values()] == [
        "▲ Better, by more than matters", "▲ Better, by about as much as matters", "△ Probably better",
        "● Little or no change", "◇ Unclear", "▽ Probably worse", "▼ Worse, by about as much as matters",
        "▼ Worse, by more than matters", "– Not shown",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pilots", "measures", "tables"),
    [(1, 7, [(1, 7)]), (6, 12, [(6, 12)]), (7, 7, [(7, 7)]), (33, 10, [(5, 33), (5, 33)]), (7, 8, [(4, 7), (4, 7)])],
)
def test_of_more_than_six_pilots_each_is_a_row_and_no_table_has_more_columns_than_it_has_room_for(
    pilots: int, measures: int, tables: list[tuple[int, int]]
) -> None:
    rows = [row(f"own {i}", label=f"Own {i}", verdict="unclear") for i in range(measures)]
    told = at_a_glance([manifest(str(i), *rows) for i in range(pilots)])
    assert told is not None
    found = [piece for piece in told.pieces if piece.kind == "table"]
    assert [(len(table.columns) - 1, len(table.rows)) for table in found] == tables
    assert len({table.caption for table in found}) == len(found)
    assert not any(table.scrolls for table in found)
    if pilots > 6:
        assert [cells[0].href for cells in found[0].rows] == [f"{i}-public.html" for i in range(pilots)]


def test_a_table_of_some_measures_leaves_out_pilots_that_asked_none_of_them() -> None:
    some = [row(f"own {i}", label=f"Own {i}") for i in range(8)]
    told = at_a_glance([manifest("first", *some[:4]), *(manifest(str(i), *some) for i in range(7))])
    assert told is not None
    assert [len(table.rows) for table in told.pieces[:2]] == [8, 7]


def test_steps_and_rows_of_one_name_are_told() -> None:
    told = at_a_glance([manifest("one", row(step=0.1)), manifest("two", row("other", step=0.5))])
    assert told is not None
    step = "Points, to the nearest 0.1 (Loneliness, two, Borough: 0.5)."
    assert f"{step} Measures of the same name had different questions or scales." in told.text()


def written(folder: Path, *manifests: dict[str, Any]) -> str:
    """The index of releases with these manifests."""
    for made in manifests:
        (folder / f"{made['pilot']}-public.json").write_text(json.dumps(made), encoding="utf-8")
        (folder / f"{made['pilot']}-public.html").write_text("", encoding="utf-8")
    return write_index(folder).read_text(encoding="utf-8")


def test_cards_carry_people_result_and_level_by_the_alphabet_of_boroughs(tmp_path: Path) -> None:
    first = manifest("b", row(primary=True, verdict="probably better"))
    first |= {"borough": "Royal Borough of Greenwich", "people": "Of 34 people recruited, 26 answered both times."}
    other = manifest("a", row(primary=True, percent=None)) | {"borough": "London Borough of Hackney", "level": None}
    html = written(tmp_path, first | {"level": 2}, other)
    shown = section(html, "Pilots")
    assert [link.get("href") for link in shown.iter("a")] == ["b-public.html", "a-public.html"]
    greenwich, hackney = (words(card) for card in shown.iter("li"))
    assert "△ Probably better, −0.6 points. Main measure: Loneliness." in greenwich
    assert "Of 34 people recruited, 26 answered both times." in greenwich
    assert "Evidence: level 2 of 5 (Nesta)." in greenwich
    assert "– Not shown. Main measure: Loneliness." in hackney
    assert "Evidence" not in hackney
    heads = [words(cell) for cell in next(section(html, "Results at a glance").iter("tr"))]
    assert heads == ["Measure", "Greenwich", "Hackney"]
    assert html.index("Results at a glance</h2>") < html.index("Pilots</h2>")
    hidden = [span for span in section(html, "Results at a glance").iter("span") if span.get("aria-hidden") == "true"]
    assert [words(span) for span in hidden] == ["△", "–"]


@pytest.mark.parametrize(
    ("made_up", "banner"),
    [
        ((), None), (("a", "b"), ALL_SYNTHETIC),
        (("b",), "Some of these pilots' data are synthetic, made up and not the pilots' results: b, Borough."),
    ],
)  # fmt: skip
def test_the_banner_is_true_to_what_the_index_shows(tmp_path: Path, made_up: tuple[str, ...], banner: str) -> None:
    made = [manifest(name, row(), provenance="synthetic" if name in made_up else "collected") for name in "ab"]
    tree = html5lib.parse(written(tmp_path, *made), treebuilder="etree", namespaceHTMLElements=False)
    assert [words(p) for p in tree.iter("p") if p.get("class") == "banner"] == ([banner] if banner else [])


def test_charts_of_the_index_wait_to_be_asked_for(pages: Mapping[str, Made]) -> None:
    html = pages["index"].html
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    folded = {image for details in tree.iter("details") for image in details.iter("img")}
    assert folded
    assert folded == set(tree.iter("img"))


def test_the_manifest_tells_people_and_level_as_the_page_does(pages: Mapping[str, Made]) -> None:
    for name in ("greenwich-public", "hackney-public", "withheld-public", "nine-people-public"):
        told = json.loads(pages[name].path.with_suffix(".json").read_text(encoding="utf-8"))
        main = next(numbers for numbers in told["numbers"] if numbers["primary"])
        assert (main["verdict"] is None) == (told["level"] is None) == (main["percent"] is None)
        assert "".join(re.findall(r"\d+", told["people"])) == "".join(
            digits for digits in re.findall(r"\d+", told["people"]) if digits in pages[name].html
        )
    greenwich = json.loads(pages["greenwich-public"].path.with_suffix(".json").read_text(encoding="utf-8"))
    assert (greenwich["people"], greenwich["level"]) == ("Of 34 people recruited, 26 answered both times.", 2)


def test_nothing_else_is_compared() -> None:
    pairs = [
        (row("same"), row("other")),
        (row(), row(percent=None)),
        (row(), row(rater="support_worker")),
        (row(),),
    ]
    for rows in pairs:
        assert side_by_side([manifest(str(i), only) for i, only in enumerate(rows)]) is None
    assert side_by_side([manifest("older")]) is None


def test_a_measure_of_one_pilot_stands_in_a_table_with_a_link() -> None:
    rated = row(rater="support_worker", label="Loneliness, rated")
    both = [manifest("one", row(), row("own", label="Own measure", percent=[-5, -15, 5]), rated)]
    both.append(manifest("two", row(), rated, row("withheld", percent=None)))
    told = standing_alone(both)
    assert told is not None
    (table,) = told.pieces[1].pieces
    assert [f"{cells.name.text} {cells.aside} {cells.alt}" for cells in table.rows] == [
        "Own measure (3 to 9, lower is better), one, Borough (25 people) −5% of the scale, −15% to +5%",
        "Loneliness, rated (3 to 9, lower is better), one, Borough (25 people) +10% of the scale, 0% to +20%",
        "Loneliness, rated (3 to 9, lower is better), two, Borough (25 people) +10% of the scale, 0% to +20%",
    ]
    assert [cells.name.href for cells in table.rows] == ["one-public.html", "one-public.html", "two-public.html"]
    assert "cannot be compared with each other" in told.text()
    at_once = at_a_glance(both)
    assert at_once is not None
    assert "Loneliness, rated" not in at_once.text()  # the matrix has what residents answered
    assert standing_alone([manifest("one", row()), manifest("two", row())]) is None


def test_every_told_measure_of_every_release_is_on_the_index(pages: Mapping[str, Made]) -> None:
    html = pages["index"].html
    shown = words(section(html, "Side by side")) + words(section(html, "Other measures"))
    for path in pages["index"].path.parent.glob("*-public.json"):
        for told in json.loads(path.read_text(encoding="utf-8"))["numbers"]:
            assert told["percent"] is None or told["label"] in shown, (path.name, told["label"])


def test_index_is_made_of_the_manifests_alone(tmp_path: Path) -> None:
    for title in ("one", "two"):
        (tmp_path / f"{title}-public.json").write_text(json.dumps(manifest(title, row())), encoding="utf-8")
        (tmp_path / f"{title}-public.html").write_text("", encoding="utf-8")
    html = write_index(tmp_path).read_text(encoding="utf-8")
    assert "Synthetic" not in html
    glance = words(section(html, "Results at a glance"))
    assert "Nothing here is ranked, and nothing is averaged over pilots." in glance
    links = [link.get("href") for link in section(html, "Pilots").iter("a")]
    assert links == ["one-public.html", "two-public.html"]


def test_index_and_pages_show_the_same_numbers(pages: Mapping[str, Made]) -> None:
    html = pages["index"].html
    shown = section(pages["greenwich-public"].html, "What changed")
    tables = [table for table in shown.iter("table") if table.get("class") == "glance"]
    own = {words(tr[2]): [image.get("alt") for image in tr.iter("img")] for t in tables for tr in t.iter("tr")}
    rows = [tr for tr in section(html, "Side by side").iter("tr") if "Greenwich" in words(tr[0])]
    assert rows
    assert all(own[words(tr[2])] == [image.get("alt") for image in tr.iter("img")] for tr in rows)
    glance = [tr for tr in section(html, "Results at a glance").iter("tr") if words(tr[0]) == "Greenwich"]
    changes = [
        told[1] for tr in glance for cell in tr if (told := re.search(r": ([+−]?[\d.]+)( \(main|$)", words(cell)))
    ]
    assert len(changes) == 7
    assert {f"Change {change}" for change in changes} == {change.partition(" (")[0] for change in own} - {
        "Change, 95% interval"
    }


def rows_of_the_library(html: str) -> dict[str, Any]:
    """The library page's rows by the id of their case."""
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    return {li.get("id").upper(): li for li in tree.iter("li") if "entry" in li.get("class", "").split()}


def test_every_case_is_a_row_with_source_design_people_and_the_suppliers_mark(pages: Mapping[str, Made]) -> None:
    shown = rows_of_the_library(pages["case-studies"].html)
    cases = load_case_studies()
    assert list(shown) == [
        case for technology in TECHNOLOGY for case in cases.loc[cases["technology"].str[0] == technology, "case_id"]
    ]
    assert len(shown) == 120
    for case in cases.to_dict("records"):
        row = shown[case["case_id"]]
        assert [(link.get("href"), words(link)) for link in row.iter("a")] == [(case["source_url"], case["title"])]
        line, told = words(row.find("p")), words(row.find("details"))
        assert f"Reported: {DIRECTION[case['direction']].lower()}." in line
        assert f"{EVIDENCE_TYPE[case['evidence_type']]}." in line
        assert bool(re.search(r"\. [0-9]+ (people|person)\.", line)) == bool(case["participants"])
        assert case["finding"] in told
        assert "Source checked on 23 November 2026." in told
        marks = ("Supplier's claim", "Supplier took part", "Not an outsider's word")
        mark = [mark for mark in marks if f"{mark}." in line]
        assert bool(mark) == bool(case["supplier_reason"])
        assert all(f"{known}: {case['supplier_reason']}." in told for known in mark)
        assert (mark == ["Supplier's claim"]) == case["supplier_claim"]


def test_the_library_page_has_every_case_its_source_and_a_way_to_it(pages: Mapping[str, Made]) -> None:
    """By the file itself: each technology's part of the page has or links to each of its cases."""
    tree = html5lib.parse(pages["case-studies"].html, treebuilder="etree", namespaceHTMLElements=False)
    shelves = {words(div.find("h3")): div for div in tree.iter("div") if "shelf" in div.get("class", "").split()}
    assert list(shelves) == list(TECHNOLOGY.values())
    with CASES_FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        for technology in row["technology"].split(";"):
            shelf = shelves[TECHNOLOGY[technology]]
            ids = {li.get("id") for li in shelf.iter("li")} | {a.get("href") for a in shelf.iter("a")}
            assert ids & {row["case_id"].lower(), f"#{row['case_id'].lower()}"}, (technology, row["case_id"])


def test_the_library_page_tells_levels_counts_figures_and_whom_to_tell(pages: Mapping[str, Made]) -> None:
    html = pages["case-studies"].html
    levels = [[words(cell) for cell in row] for row in section(html, "How strong evidence can be").iter("tr")]
    assert ["Before and after, no comparison group", "2", "1", "26"] in [row[:4] for row in levels]
    counts = [[words(cell) for cell in row] for row in section(html, "How many cases of what").iter("tr")]
    assert ["Wales", "8"] in counts
    figures = [[words(cell) for cell in row] for row in section(html, "Figures as reported").iter("tr")]
    assert ["2.22 points", "1.99 points", "16 people"] in [row[3:] for row in figures]
    assert "AT001" in words(section(html, "If something is wrong or missing"))
    assert len(list(section(html, "Evidence and its gaps").iter("img"))) == 2


def test_rows_of_the_library_are_plain(pages: Mapping[str, Made]) -> None:
    lines = [
        f"{words(row.find('a'))}. {words(row.find('p'))}"
        for row in rows_of_the_library(pages["case-studies"].html).values()
    ]
    assert reading_grade(" ".join(lines)) <= 12


def test_each_option_has_the_cases_that_it_counts(pages: Mapping[str, Made]) -> None:
    """Its number is that of the rows with its class; the rows' classes are recounted from the file."""
    html = pages["case-studies"].html
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    facets = [
        (words(fieldset.find("legend")), {label.get("for"): words(label) for label in fieldset.iter("label")})
        for fieldset in tree.iter("fieldset")
    ]
    assert [name for name, _ in facets] == ["Technology", "Outcome", "Design", "What was reported", "Country"]
    rows = rows_of_the_library(html)
    with CASES_FILE.open(encoding="utf-8", newline="") as stream:
        cases = list(csv.DictReader(stream))
    columns = ("technology", "outcome_domain", "evidence_type", "direction", "country")
    vocabularies: list[dict[str, str]] = [TECHNOLOGY, OUTCOME_DOMAIN, EVIDENCE_TYPE, DIRECTION, {}]
    union = {"England", "Scotland", "Wales", "Northern Ireland", "UK"}
    for column, vocabulary, (_, options) in zip(columns, vocabularies, facets, strict=True):
        anything, *chosen = options.items()
        assert anything[1] == "Any"
        for option, label in chosen:
            having = {
                case["case_id"]
                for case in cases
                for word in case[column].split(";")
                if label.startswith(f"{vocabulary.get(word, word)} (")
                or (label.startswith("United K") and word in union)
            }
            assert label.endswith(f" ({len(having)})")
            assert {name for name, row in rows.items() if option in row.get("class").split()} == having, label
        told = {label.rpartition(" (")[0] for _, label in chosen} - {"United Kingdom, any part"}
        assert told == {vocabulary.get(word, word) for case in cases for word in case[column].split(";")}


def test_the_style_sheet_hides_only_what_was_not_chosen(pages: Mapping[str, Made]) -> None:
    css = re.search("<style>(.*?)</style>", pages["case-studies"].html, re.DOTALL)
    assert css
    own = css[1][css[1].index("html{scroll-padding") :]
    hiding = re.findall(
        r"([^{}]*)\{[^{}]*display: ?none", own.split("@media print")[0] + own[own.index(".choose:has(#a0") :]
    )
    selectors = [selector for group in hiding for selector in re.split(r",(?=\.choose)", group)]
    assert len(selectors) > 60
    assert all(":checked" in selector for selector in selectors if selector != ".choose")
    assert "@supports not selector(:has(a)){.choose{display: none" in own
    assert "<fieldset" not in pages["greenwich-public"].html
    assert ":has(#a0" not in pages["greenwich-public"].html


def test_a_page_without_numbers_has_no_spreadsheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atpilots.publish.exporter.lacking", lambda *_: [])
    report, here = bundled("greenwich"), tmp_path
    for parts, kinds in (((report.method(),), ["json", "html"]), ((report.change_table(),), ["xlsx", "json", "html"])):
        notebook = nbformat.v4.new_notebook(cells=[rendering._cell(report.title())])
        notebook.cells.append(nbformat.v4.new_markdown_cell("## In short"))
        notebook.cells += map(rendering._cell, parts)
        files, gone = rendering.page_files(report, notebook, here, here, Stamp())
        assert list(files.values()) == [here / f"greenwich-public.{kind}" for kind in kinds]
        assert gone == [here / f"greenwich-public.{kind}" for kind in ("pdf", "xlsx") if kind not in kinds]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"pilot": "a", "title": 1}', '{"pilot": "a", "title": "A", "borough": "B", "provenance": '
             '"collected", "numbers": [{"measure": 3}]}', json.dumps(manifest("a", row(verdict="best")))],
)  # fmt: skip
def test_a_file_that_is_no_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "alpha-public.html").write_text("<p>", encoding="utf-8")
    (tmp_path / "alpha-public.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"alpha-public\.json: is no manifest of a release"):
        write_index(tmp_path)
    assert not (tmp_path / "index.html").exists()
