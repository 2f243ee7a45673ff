"""The index compares what may be compared: equal instruments, told by residents, in two releases or more."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import html5lib
import pytest
from builders.accessibility_rules import section, words
from builders.made_pages import Made

from atpilots import load_case_studies
from atpilots.cases.library import CASES_FILE
from atpilots.files.problems import DataError
from atpilots.page.pieces import MeasureNumbers, Text, Title, safe_output
from atpilots.publish import rendering
from atpilots.publish.comparison import side_by_side, standing_alone
from atpilots.publish.site import write_index
from atpilots.vocabularies import TECHNOLOGY


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
    compared = side_by_side([manifest("one", row()), manifest("two", row(percent=[-5, -15, 5]))])
    assert compared is not None
    text = compared.text()
    assert "one, Borough | +10 | 0 to +20 | 25" in text
    assert "two, Borough | −5 | −15 to +5 | 25" in text
    assert "rounded" not in text  # an older manifest does not say to what


def test_the_index_says_ends_and_steps_as_the_pages_do() -> None:
    edge = row(percent_moved=["just above 0", ""], percent_step=1.0)
    both = [manifest("one", edge), manifest("two", row(percent=[-5, -15, 5], percent_step=12.5))]
    compared = side_by_side(both)
    assert compared is not None
    assert "one, Borough | +10 | just above 0 to +20 | 25" in compared.text()
    assert "one, Borough: +10%, interval just above 0 to +20%" in compared.text()
    step = "Whole percents, made from the rounded points: to the nearest 1 ({}: 12.5)."
    assert step.format("two, Borough") in compared.text()
    both.append(manifest("three", row("own", label="Own", percent_step=2.0)))
    alone = standing_alone([manifest("one", row("x", percent_step=2.0)), *both[2:]])
    assert alone is not None
    assert "made from the rounded points: to the nearest 2." in alone.text()


def test_nothing_else_is_compared() -> None:
    pairs = [
        (row("same"), row("other")),
        (row(), row(percent=None)),
        (row(), row(rater="support_worker")),
        (row(),),
    ]
    for rows in pairs:
        assert side_by_side([manifest(str(i), only) for i, only in enumerate(rows)]) is None
    assert side_by_side([{"title": "an older manifest", "borough": "B", "provenance": "collected"}]) is None


def test_a_measure_of_one_pilot_stands_in_a_table_with_a_link() -> None:
    rated = row(rater="support_worker", label="Loneliness, rated")
    both = [manifest("one", row(), row("own", label="Own measure", percent=[-5, -15, 5]), rated)]
    both.append(manifest("two", row(), rated, row("withheld", percent=None)))
    told = standing_alone(both)
    assert told is not None
    assert [" | ".join(getattr(cell, "text", cell) for cell in cells) for cells in told.pieces[1].rows] == [
        "Own measure | one, Borough | −5 | −15 to +5 | 25",
        "Loneliness, rated | one, Borough | +10 | 0 to +20 | 25",
        "Loneliness, rated | two, Borough | +10 | 0 to +20 | 25",
    ]
    assert [cells[1].href for cells in told.pieces[1].rows] == ["one-public.html", "one-public.html", "two-public.html"]
    assert "cannot be compared with each other" in told.text()
    assert standing_alone([manifest("one", row()), manifest("two", row())]) is None


def test_every_told_measure_of_every_release_is_on_the_index(pages: dict[str, Made]) -> None:
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
    assert "Nothing here is averaged over pilots." in words(section(html, "Side by side"))
    links = [link.get("href") for link in section(html, "Pilots").iter("a")]
    assert links == ["one-public.html", "two-public.html"]


def test_index_and_pages_show_the_same_numbers(pages: dict[str, Made]) -> None:
    tree = html5lib.parse(pages["index"].html, treebuilder="etree", namespaceHTMLElements=False)
    compared = {words(cell): words(tr[1]) for tr in tree.iter("tr") for cell in tr if "Greenwich" in words(cell)}
    shown = section(pages["greenwich-public"].html, "What changed")
    own = {words(tr[0]): words(tr[1]) for tr in next(shown.iter("table")).iter("tr")}
    assert set(compared.values()) <= set(own.values())


def test_case_studies_are_cards_with_a_heading_and_one_link_each(pages: dict[str, Made]) -> None:
    tree = html5lib.parse(pages["case-studies"].html, treebuilder="etree", namespaceHTMLElements=False)
    cards = [item for item in tree.iter("li") if item.find("h3") is not None]
    assert len(cards) == len(load_case_studies()) == 120
    assert all(len(list(card.iter("a"))) == 1 and card.find("h3/a") is not None for card in cards)
    assert "Source checked on 23 November 2026." in words(cards[0])


def test_the_library_page_has_every_case_its_source_and_a_way_to_its_card(pages: dict[str, Made]) -> None:
    tree = html5lib.parse(pages["case-studies"].html, treebuilder="etree", namespaceHTMLElements=False)
    with CASES_FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    links = {link.get("href") for link in tree.iter("a")}
    assert {row["source_url"] for row in rows} <= links
    headings = {heading.get("id"): words(heading) for heading in tree.iter("h3")}
    assert all(headings[row["case_id"].lower()] == " ".join(row["title"].split()) for row in rows)
    for technology, label in TECHNOLOGY.items():
        shown = words(section(pages["case-studies"].html, label))
        for row in rows:
            if technology in row["technology"].split(";"):
                assert row["case_id"] in shown, (technology, row["case_id"])


def test_the_library_page_tells_levels_counts_figures_and_whom_to_tell(pages: dict[str, Made]) -> None:
    html = pages["case-studies"].html
    levels = [[words(cell) for cell in row] for row in section(html, "How strong evidence can be").iter("tr")]
    assert ["Before and after, no comparison group", "2", "1", "26"] in [row[:4] for row in levels]
    counts = [[words(cell) for cell in row] for row in section(html, "How many cases of what").iter("tr")]
    assert ["Wales", "8"] in counts
    figures = [[words(cell) for cell in row] for row in section(html, "Figures as reported").iter("tr")]
    assert ["2.22 points", "1.99 points", "16 people"] in [row[3:] for row in figures]
    assert "AT001" in words(section(html, "If something is wrong or missing"))
    assert "Supplier's claim: the finding names the supplier" in words(section(html, "Telecare alarm"))


def test_a_page_without_numbers_has_no_spreadsheet(tmp_path: Path) -> None:
    title = safe_output(Title(text="A page", subtitle="of words"))
    numbered = safe_output(Text(paragraphs=("Words.",)), numbers=(MeasureNumbers.model_validate(row()),))
    assert rendering._spreadsheet([title, numbered], tmp_path / "with.xlsx")
    assert not rendering._spreadsheet([title], tmp_path / "without.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["with.xlsx"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"pilot": "a", "title": 1}', '{"pilot": "a", "title": "A", "borough": "B", "provenance": '
             '"collected", "numbers": [{"measure": 3}]}'],
)  # fmt: skip
def test_a_file_that_is_no_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "alpha-public.html").write_text("<p>", encoding="utf-8")
    (tmp_path / "alpha-public.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"alpha-public\.json: is no manifest of a release"):
        write_index(tmp_path)
    assert not (tmp_path / "index.html").exists()
