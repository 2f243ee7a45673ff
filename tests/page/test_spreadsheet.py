"""The spreadsheet holds the page's numbers and nothing that runs; the standard library reads it back."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from builders.accessibility_rules import section, words as text_of
from builders.made_pages import Made
from builders.workbooks import NAMESPACE, read, xml

from atpilots.disclosure.protected import UNDEFINED, UNDEFINED_NOTE, WITHHELD_NOTE, missing_mark
from atpilots.disclosure.thresholds import WITHHELD, Audience
from atpilots.page import MeasureNumbers, SafeOutput, Title
from atpilots.page.spreadsheet import write_spreadsheet

HOSTILE = ['=HYPERLINK("https://example.org")', "+44 20 7946 0000", "-1", "@SUM(A1)", "\tcmd", "https://example.org"]

PUBLIC_MARK = missing_mark(Audience.PUBLIC)


def numbers_of(made: Made) -> tuple[MeasureNumbers, ...]:
    return sum(made.released, start=SafeOutput(pieces=())).numbers


def _number(end: str) -> float | str:
    """An end of an interval as a number, unless it is told in words: "just above 0"."""
    return end if " " in end else float(end.replace("−", "-"))


def test_an_end_beside_a_line_and_the_step_are_told_as_on_the_page(tmp_path: Path) -> None:
    row = MeasureNumbers(
        measure="m", instrument="0", label="M", rater="resident", primary=True, better="higher",
        scale=(-0.170635, 0.998645), people="24", step=0.5, percent_step=12.5, before=3.0, after=4.0, change=1.0,
        low=0.0, high=2.0, percent=(25, 0, 50), moved=("above 0", ""), percent_moved=("above 0", ""),
    )  # fmt: skip
    write_spreadsheet(Title(text="T", subtitle="S"), [row], PUBLIC_MARK, tmp_path / "numbers.xlsx")
    sheets = read(tmp_path / "numbers.xlsx")
    assert [value for _, value in sheets["Points"][-1]][3:5] == ["-0.17", "1"]
    for name, cells in (
        ("Points", ["3", "4", "1", "above 0", "2", "24", "0.5"]),
        ("Percent", ["25", "above 0", "50", "12.5"]),
    ):
        assert [value for _, value in sheets[name][-1]][-len(cells) :] == cells


def test_nothing_of_it_lies_in_the_temporary_folder_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))  # where a kill would leave it
    write_spreadsheet(Title(text="T", subtitle="S"), [], PUBLIC_MARK, tmp_path / "t.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["t.xlsx"]


def title_of(made: Made) -> Title:
    return next(piece for part in made.released for piece in part.pieces if isinstance(piece, Title))


@pytest.mark.parametrize(
    "name", ["greenwich-public", "twelve-measures-public", "withheld-borough", "nine-people-public"]
)
def test_its_numbers_are_those_of_the_page(pages: Mapping[str, Made], name: str, tmp_path: Path) -> None:
    made = pages[name]
    write_spreadsheet(title_of(made), numbers_of(made), PUBLIC_MARK, tmp_path / "numbers.xlsx")
    sheets = read(tmp_path / "numbers.xlsx")
    rows = sheets["Points"]
    start = next(i for i, row in enumerate(rows) if row[0][1] == "Measure")
    shown = [table for table in section(made.html, "What changed").iter("table") if table.get("class") == "glance"]
    page_rows = [[text_of(cell) for cell in row] for table in shown for row in table.iter("tr")]
    for row in rows[start + 1 :]:
        label, before, after, change, low, high, people, step = (row[i][1] for i in (0, 5, 6, 7, 8, 9, 10, 11))
        if before == "[c]":
            assert {after, change, low, high, step} == {"[c]"}
            continue
        told = next(cells for cells in page_rows if label.rstrip(")").casefold() in cells[0].casefold())
        assert [float(mean) for mean in told[1].split(" → ")] == [float(before), float(after)]
        moved, interval = told[2].removeprefix("Change ").rstrip(")").split(" (")
        assert _number(change) == _number(moved)
        assert [_number(low), _number(high)] == [_number(end) for end in interval.split(" to ")]
        (numbers,) = (n for n in numbers_of(made) if n.label == label)
        assert people == numbers.people
        assert f"From {people} people who answered both times." in made.html or f"<td>{people}</td>" in made.html
        assert step in text_of(section(made.html, "What changed"))
    assert len(rows) - start - 1 == len(numbers_of(made)) > 0


def test_nothing_in_it_runs(pages: Mapping[str, Made], tmp_path: Path) -> None:
    row = numbers_of(pages["greenwich-public"])[0]
    hostile = [row.model_copy(update={"label": words, "people": words}) for words in HOSTILE]
    title = Title(text=HOSTILE[0], subtitle=HOSTILE[1], banners=(HOSTILE[3],))
    write_spreadsheet(title, hostile, PUBLIC_MARK, tmp_path / "numbers.xlsx")
    with zipfile.ZipFile(tmp_path / "numbers.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any("<f>" in sheet for sheet in sheets)
        assert not any("relationships/hyperlink" in book.read(name).decode() for name in book.namelist())
        assert not any("vba" in name.casefold() for name in book.namelist())
    cells = [cell for rows in read(tmp_path / "numbers.xlsx").values() for row in rows for cell in row]
    for words in HOSTILE:
        assert ("s", words) in cells
        assert not any(value == words for kind, value in cells if kind != "s")


def test_equal_numbers_give_equal_bytes(
    pages: Mapping[str, Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pages["twelve-measures-public"]
    written = []
    for name, zone in (("a", "Pacific/Auckland"), ("b", "America/New_York")):
        monkeypatch.setenv("TZ", zone)
        write_spreadsheet(title_of(made), numbers_of(made), PUBLIC_MARK, tmp_path / f"{name}.xlsx")
        written.append((tmp_path / f"{name}.xlsx").read_bytes())
    assert written[0] == written[1]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert {item.date_time[0] for item in book.infolist()} == {1980}
        assert "2021-01-01T00:00:00Z" in book.read("docProps/core.xml").decode()


def test_it_is_laid_out_for_a_screen_reader(pages: Mapping[str, Made], tmp_path: Path) -> None:
    made = pages["withheld-public"]
    write_spreadsheet(title_of(made), numbers_of(made), PUBLIC_MARK, tmp_path / "numbers.xlsx")
    sheets = read(tmp_path / "numbers.xlsx")
    assert list(sheets) == ["Cover", "Points", "Percent"]
    for rows in sheets.values():
        words = [value for row in rows for _, value in row]
        assert WITHHELD_NOTE in words
        assert all(words)  # no empty cell
        assert title_of(made).banners[0] in words
        assert rows[0][0][1].startswith(title_of(made).text)
    with zipfile.ZipFile(tmp_path / "numbers.xlsx") as book:
        everything = "".join(book.read(name).decode() for name in book.namelist())
        assert "mergeCell" not in everything
        tables = [xml(book, f"xl/tables/table{i}.xml") for i in (1, 2)]
    assert [table.get("name") for table in tables] == ["Points", "Percent"]
    heads = [column.get("name", "") for table in tables for column in table.iterfind(".//s:tableColumn", NAMESPACE)]
    assert all(re.search(r"\(.+\)$", head) or head == "Measure" for head in heads)


def test_every_sheet_but_the_cover_has_its_table(pages: Mapping[str, Made], tmp_path: Path) -> None:
    """Also the one of support workers, whose name has a space that a table's may not have."""
    made = pages["lewisham-public"]
    write_spreadsheet(title_of(made), numbers_of(made), PUBLIC_MARK, tmp_path / "numbers.xlsx")
    sheets = list(read(tmp_path / "numbers.xlsx"))
    assert {"Support workers", "Course", "Groups"} <= {*sheets}
    with zipfile.ZipFile(tmp_path / "numbers.xlsx") as book:
        tables = [xml(book, f"xl/tables/table{i}.xml") for i in range(1, len(sheets))]
    assert [table.get("name") for table in tables] == [name.replace(" ", "_") for name in sheets[1:]]


@pytest.mark.parametrize(
    ("audience", "mark", "note"),
    [
        ("public", WITHHELD, WITHHELD_NOTE),
        ("borough", WITHHELD, WITHHELD_NOTE),
        ("internal", UNDEFINED, UNDEFINED_NOTE),
    ],
)
def test_a_missing_number_is_marked_for_its_audience(tmp_path: Path, audience: str, mark: str, note: str) -> None:
    row = MeasureNumbers(
        measure="m",
        instrument="0",
        label="M",
        rater="resident",
        primary=True,
        better="higher",
        scale=(0, 10),
        people="1",
    )
    write_spreadsheet(
        Title(text="T", subtitle="S", audience=audience),
        [row],
        missing_mark(Audience.of(audience)),
        tmp_path / "numbers.xlsx",
    )
    for rows in read(tmp_path / "numbers.xlsx").values():
        words = [value for line in rows for _, value in line]
        assert words.count(note) == 1
        assert (mark in words) == (rows[0][0][1] != "T")  # the cover holds no number
        assert not {WITHHELD, UNDEFINED} - {mark} & set(words)
