"""The index compares what may be compared: equal instruments, told by residents, in two releases or more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import html5lib
from accessibility_rules import section, words
from made_pages import Made

from atpilots import load_case_studies, publish
from atpilots.released import Numbers, Text, Title, release
from atpilots.side_by_side import side_by_side
from atpilots.site import write_index


def row(instrument: str = "same", **changed: Any) -> dict[str, Any]:
    told = {
        "measure": "ucla3", "instrument": instrument, "label": "Loneliness", "rater": "resident", "primary": False,
        "better": "lower", "scale": [3, 9], "people": "about 25", "before": 5.0, "after": 4.4, "change": -0.6,
        "low": -1.2, "high": 0.0, "percent": [10, 0, 20],
    }  # fmt: skip
    return told | changed


def manifest(title: str, *rows: dict[str, Any], provenance: str = "collected") -> dict[str, Any]:
    return {"title": title, "borough": "Borough", "pilot": title, "provenance": provenance, "numbers": list(rows)}


def test_equal_instruments_stand_side_by_side() -> None:
    compared = side_by_side([manifest("one", row()), manifest("two", row(percent=[-5, -15, 5]))])
    assert compared is not None
    text = compared.text()
    assert "one, Borough | +10 | 0 to +20 | about 25" in text
    assert "two, Borough | −5 | −15 to +5 | about 25" in text


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


def test_a_page_without_numbers_has_no_spreadsheet(tmp_path: Path) -> None:
    title = release(Title(text="A page", subtitle="of words"))
    numbered = release(Text(paragraphs=("Words.",)), numbers=(Numbers.model_validate(row()),))
    assert publish._spreadsheet([title, numbered], tmp_path / "with.xlsx")
    assert not publish._spreadsheet([title], tmp_path / "without.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["with.xlsx"]
