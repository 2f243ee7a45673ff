"""The map of evidence and its gaps: every count recomputed from the file, empty boxes too, in picture and table."""

import base64
import io
from itertools import combinations, product

import pytest
from builders.case_files import rows_of
from builders.contrast import contrast
from builders.drawn_sheets import figure_of
from PIL import Image

from atpilots.cases.appraisal import EVIDENCE_LEVELS
from atpilots.cases.counts import evidence_map, summed
from atpilots.cases.gap_map import PARTS, SHADES, case_map, technology_table
from atpilots.cases.library import CASES_FILE, load_case_studies
from atpilots.vocabularies import DIRECTION, OUTCOME_DOMAIN, TECHNOLOGY

ROWS = rows_of(CASES_FILE)


def having(technology, outcome):
    """The file's own rows of a box, by the standard library alone."""
    return [r for r in ROWS if technology in r["technology"].split(";") and outcome in r["outcome_domain"].split(";")]


def silent(rows):
    """Whether a box has cases, none of which has reported a result."""
    return bool(rows) and all(row["direction"] == "not_reported" for row in rows)


def level(row):
    return EVIDENCE_LEVELS[row["evidence_type"]].nesta


@pytest.fixture(scope="module")
def cells():
    return summed(evidence_map(load_case_studies()))


@pytest.fixture(scope="module")
def pieces():
    return case_map().pieces


def test_every_box_of_the_tables_is_recounted(pieces):
    boxes = {}
    for table, outcomes in zip((p for p in pieces if p.kind == "table"), PARTS.values(), strict=True):
        assert [column.label for column in table.columns[1:]] == [OUTCOME_DOMAIN[word] for word in outcomes]
        for technology, row in zip(TECHNOLOGY, table.rows, strict=True):
            assert row[0] == TECHNOLOGY[technology]
            boxes |= {(technology, outcome): cell for outcome, cell in zip(outcomes, row[1:], strict=True)}
        empty = sum(not having(*pair) for pair in product(TECHNOLOGY, outcomes))
        quiet = sum(silent(having(*pair)) for pair in product(TECHNOLOGY, outcomes))
        assert table.note == f"{empty} of {19 * 8} boxes are empty; {quiet} have cases but no result yet."
    assert set(boxes) == set(product(TECHNOLOGY, OUTCOME_DOMAIN))
    for pair, cell in boxes.items():
        rows = having(*pair)
        told = f"{len(rows)}, level\N{NO-BREAK SPACE}{max(map(level, rows))}" if rows else "0"
        assert cell == (f"{told}, no result yet" if silent(rows) else told), pair
    filled = [having(*pair) for pair in boxes if having(*pair)]
    assert (len(filled), sum(map(silent, filled))) == (139, 7)


@pytest.mark.parametrize("technology", TECHNOLOGY)
def test_every_row_of_a_technologys_table_is_recounted(cells, technology):
    told = technology_table(technology, cells)
    found = {outcome: rows for outcome in OUTCOME_DOMAIN if (rows := having(technology, outcome))}
    for (outcome, rows), row in zip(found.items(), told.rows, strict=True):
        levels = {f"level {n}": sum(level(r) == n for r in rows) for n in range(1, 6)}
        directions = {word.lower(): sum(r["direction"] == name for r in rows) for name, word in DIRECTION.items()}
        people = [int(r["participants"]) for r in rows if r["participants"]]
        assert row == (
            OUTCOME_DOMAIN[outcome], str(len(rows)),
            ", ".join(f"{name}: {n}" for name, n in levels.items() if n) or "None",
            ", ".join(f"{name}: {n}" for name, n in directions.items() if n) or "None",
            f"{sum(people):,} in {len(people)} of {len(rows)}" if people else "Not told",
        )  # fmt: skip
    gaps = [label.lower() for outcome, label in OUTCOME_DOMAIN.items() if outcome not in found]
    assert told.note == f"No case in this library looked at: {', '.join(gaps)}."


def test_each_picture_has_its_numbers_in_the_table_that_follows(pieces):
    kinds = [piece.kind for piece in pieces]
    assert kinds == ["text", "figure", "table", "figure", "table"]
    for picture, table in ((pieces[1], pieces[2]), (pieces[3], pieces[4])):
        with Image.open(io.BytesIO(base64.b64decode(picture.narrow.png))) as image:
            assert image.size == (2 * picture.narrow.width, 2 * picture.narrow.height)
        fullest = max(int(cell.split(",")[0]) for row in table.rows for cell in row[1:])
        assert f"with {fullest} cases" in picture.alt


@pytest.mark.parametrize("name", PARTS)
def test_the_picture_says_each_count_in_its_box_and_draws_the_empty_ones(cells, name, monkeypatch):
    drawn = []
    monkeypatch.setattr("atpilots.page.sheet.png_of", lambda sheet: drawn.append(figure_of(sheet)) or b"drawn")
    case_map()
    picture = drawn[list(PARTS).index(name)]
    words = [text.get_text() for text in picture.texts]
    boxes = [having(technology, outcome) for technology in TECHNOLOGY for outcome in PARTS[name]]
    assert [told for told in words if told.strip("()").isdigit()] == [
        f"({len(rows)})" if silent(rows) else str(len(rows)) for rows in boxes if rows
    ]
    marks = picture.findobj(lambda artist: artist.get_gid() == "box")
    assert len(marks) == 19 * 8 + 4  # and the four of the legend
    assert {OUTCOME_DOMAIN[word] for word in PARTS[name]} | set(TECHNOLOGY.values()) <= joined(words)
    borders = {mark.get_facecolor(): mark.get_linewidth() for mark in marks}
    assert len(set(borders.values())) >= 3  # the level is told by the border, too, not by colour alone
    places = [(text.get_text(), text.get_window_extent()) for text in picture.texts]
    for (one, a), (other, b) in combinations(places, 2):
        assert not a.padded(-2).overlaps(b.padded(-2)), (one, other)
    for told, box in places:
        assert picture.bbox.padded(2).contains(box.x0, box.y0), told
        assert picture.bbox.padded(2).contains(box.x1, box.y1), told


def joined(words):
    """Each line, and each two or three that follow each other: a heading may run over as many."""
    return {" ".join(words[at : at + count]) for at in range(len(words)) for count in (1, 2, 3)}


def test_letters_on_every_shade_can_be_read():
    for fill, ink, _ in SHADES.values():
        assert contrast(fill, ink) >= 7


def test_every_outcome_is_in_one_picture():
    assert [word for words in PARTS.values() for word in words] == list(OUTCOME_DOMAIN)


def test_a_map_of_some_cases_shows_the_rest_as_gaps():
    none = case_map(load_case_studies().iloc[:1].assign(direction="improved"))
    assert none.pieces[2].note == "152 of 152 boxes are empty; 0 have cases but no result yet."
    assert none.pieces[4].note == "150 of 152 boxes are empty; 0 have cases but no result yet."
