"""The figures that findings carry: every one is borne out by the finding's own words, and a wrong one is refused."""

import csv
import re

import pytest
from builders.bundled import BUNDLED_PILOTS, bundled
from builders.case_files import rows_of

from atpilots import load_pilot
from atpilots.cases.figures import COLUMNS, NUMBERS_FILE, VALUES, reported_figures
from atpilots.cases.library import CASES_FILE, load_case_studies
from atpilots.cases.pages import KIND_CAPTIONS, number_tables
from atpilots.files.problems import DataError
from atpilots.page import Link


def digits(text):
    found = {numeral.replace(",", "") for numeral in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
    return found | ({"two"} if "two" in text.split() else set())


def test_every_figure_stands_in_the_words_of_its_finding():
    """By the standard library alone, from the two files."""
    cases = {row["case_id"]: row for row in rows_of(CASES_FILE)}
    figures = rows_of(NUMBERS_FILE)
    assert len(figures) == 57
    for row in figures:
        case = cases[row["case_id"]]
        assert row["words"] in case["finding"]
        assert row["outcome_domain"] in case["outcome_domain"].split(";")
        assert not row["n"] or row["n"] == case["participants"] or row["n"] in digits(case["finding"])
        values = [row[name] for name in VALUES if row[name]]
        assert values
        for value in values:
            assert digits(value) <= digits(row["words"]), row


def test_a_rise_or_fall_is_written_as_the_words_say():
    for row in rows_of(NUMBERS_FILE):
        if row["change"].startswith("−"):
            assert re.search(r"fell|fewer|lower|dropped|down|callouts|transfers|admissions|length|falls", row["words"])
        if row["before"]:
            before, after = row["words"].find(row["before"].split()[-1]), row["words"].find(row["after"])
            assert 0 <= before < after or "against" in row["words"]


@pytest.mark.parametrize(
    ("case_id", "measure", "told"),
    [
        ("AT034", "mean loneliness", {"before": "2.22", "after": "1.99", "n": 16, "unit": "points"}),
        ("AT116", "adherence", {"before": "50", "after": "83", "n": 24, "unit": "per cent"}),
        ("AT064", "bedside falls", {"without_technology": "9.84", "with_technology": "8.71", "n": 1839}),
        ("AT112", "admissions over six months", {"without_technology": "0.32", "with_technology": "0.63", "n": 68}),
        ("AT060", "all night falls", {"without_technology": "0.02", "with_technology": "0.03", "n": 344}),
        ("AT077", "went into hospital over 12 months", {"without_technology": "49.2", "with_technology": "46.8"}),
    ],
)
def test_figures_read_by_hand(case_id, measure, told):
    table = reported_figures()
    (row,) = table[(table["case_id"] == case_id) & (table["measure"] == measure)].to_dict("records")
    assert {name: row[name] for name in told} == told


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"case_id": "AT999"}, 'case_id: is not the number of a case: "AT999"'),
        ({"before": "2.23"}, 'before: is not in the words: "2.23"'),
        ({"words": "Loneliness fell"}, 'words: are not words of the finding: "Loneliness fell"'),
        ({"n": "17"}, 'n: is neither the case\'s participants nor in its finding: "17"'),
        ({"outcome_domain": "self_care"}, 'outcome_domain: is not an outcome of the case: "self_care"'),
        ({"change": "1.99"}, "change: needs before and after, without and with, a change, or a figure from afterwards"),
        ({"after": ""}, "change: needs before and after, without and with, a change, or a figure from afterwards"),
        ({"measure": ""}, "measure: is blank"),
    ],
)
def test_a_figure_that_its_finding_does_not_bear_out_is_refused(tmp_path, changed, said):
    (right,) = [row for row in rows_of(NUMBERS_FILE) if row["case_id"] == "AT034"]
    file = tmp_path / "numbers.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows([right, right | changed])
    with pytest.raises(DataError) as caught:
        reported_figures(file)
    assert f"numbers.csv, row 3, column {said}" in str(caught.value)
    assert "row 2" not in str(caught.value)


def test_a_column_too_many_or_too_few_is_named(tmp_path):
    file = tmp_path / "numbers.csv"
    file.write_text("case_id,colour\nAT034,blue\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        reported_figures(file)
    assert "afterwards, words: is missing" in str(caught.value)
    assert "column colour: is not a known column" in str(caught.value)


def test_tables_are_design_by_design_the_strongest_first():
    tables = number_tables(reported_figures())
    assert [table.caption for table in tables] == list(KIND_CAPTIONS.values())
    changes = tables[2]
    designs = [str(row[1]) for row in changes.rows]
    assert designs[0] == "Randomised trial"
    assert designs.index("Comparison group") < designs.index("Before and after, no comparison group")
    assert sum(len(table.rows) for table in tables) == len(reported_figures())


def test_null_results_are_among_the_figures():
    assert {"no_difference", "worsened", "mixed"} <= set(reported_figures()["direction"])


# Beside a pilot's own result


def test_the_report_sets_the_pilots_own_result_above_the_others():
    pieces = bundled("greenwich").similar_cases().pieces[-1].pieces
    first = next(piece for piece in pieces if piece.kind == "table")
    own = [row for row in first.rows if row[0] == "This pilot"]
    assert own == list(first.rows[: len(own)])
    told = {m.label: m for m in bundled("greenwich").protected.told}
    (loneliness,) = own  # the only outcome of this pilot on which a case of its technology gives figures
    measure = told["Loneliness (UCLA three-item scale)"]
    assert loneliness[3:] == (
        f"{measure.number(measure.before)} points", f"{measure.number(measure.after)} points", f"{measure.n} people",
    )  # fmt: skip
    others = [row[0].text for row in first.rows if isinstance(row[0], Link)]
    assert [title[:10] for title in others] == ["US Midwest", "US: audio ", "US: audio "]


@pytest.mark.parametrize("name", BUNDLED_PILOTS)
def test_only_cases_of_a_technology_and_an_outcome_of_the_pilot_are_set_beside_it(name):
    protocol = load_pilot(name).protocol
    outcomes = {m.instrument.outcome_domain for m in load_pilot(name).measures.values()}
    cases = load_case_studies()
    alike = cases[
        [bool(set(protocol.technology) & {*t}) and bool(outcomes & {*o})
         for t, o in zip(cases["technology"], cases["outcome_domain"], strict=True)]
    ]  # fmt: skip
    pieces = [inner for piece in bundled(name).similar_cases().pieces for inner in getattr(piece, "pieces", ())]
    linked = {
        row[0].text for piece in pieces if piece.kind == "table" for row in piece.rows if isinstance(row[0], Link)
    }
    assert linked
    assert linked <= set(alike["title"])
    assert f"Of {len(alike)} cases" in bundled(name).similar_cases().text()
