"""The case studies: read and checked, graded by design, counted."""

import csv
import datetime
import itertools
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from atpilots.cases.checks import check_library
from atpilots.cases.counts import evidence_map
from atpilots.cases.figures import NUMBERS_FILE
from atpilots.cases.library import (
    AUTHORS,
    CASES_FILE,
    COLUMNS,
    EVIDENCE_LEVELS,
    MULTI_VALUED,
    NESTA_LEVELS,
    OWN_ACCOUNT,
    SINGLE_VALUED,
    evidence_levels,
    load_case_studies,
)
from atpilots.files.problems import DataError
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY

VALID = {
    "case_id": "AT121",
    "title": "Greenwich: a kettle that talks",
    "lead_organisation": "Royal Borough of Greenwich",
    "place": "",
    "country": "England",
    "year": "2021",
    "technology": "voice_assistant;smart_home",
    "product": "",
    "user_group": "older_people",
    "setting": "own_home",
    "outcome_domain": "wellbeing",
    "evidence_type": "before_after",
    "participants": "12",
    "finding": "Twelve people were asked before and after.",
    "direction": "no_difference",
    "source_type": "council",
    "source_url": "https://example.org/kettle",
    "checked_on": "2026-11-23",
}


def write_cases(path: Path, *rows: dict[str, str]) -> Path:
    file = path / "cases.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def message(file: Path) -> str:
    with pytest.raises(DataError) as caught:
        load_case_studies(file)
    return str(caught.value)


def raw_cases() -> list[dict[str, str]]:
    with CASES_FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# Reading


def test_the_library_is_read_from_the_checkout_wherever_one_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    cases = load_case_studies()
    assert list(cases["case_id"]) == [f"AT{number:03}" for number in range(1, 121)]
    assert list(cases.index) == list(range(120))


def test_every_cell_survives_reading():
    cases = load_case_studies()
    for row, case in zip(raw_cases(), cases.to_dict("records"), strict=True):
        for column in COLUMNS:
            value = case[column]
            text = ";".join(value) if column in MULTI_VALUED else "" if pd.isna(value) else str(value)
            assert text == row[column], (row["case_id"], column)


def test_every_case_keeps_its_source_and_the_day_it_was_read():
    cases = load_case_studies()
    assert cases["source_url"].str.match("https?://").all()
    assert (cases["checked_on"] != "").all()


def test_types_of_the_columns():
    cases = load_case_studies()
    assert {name for name in cases if str(cases[name].dtype) == "Int64"} == {
        "year",
        "participants",
        "nesta_level",
        "maryland_level",
    }
    assert cases["supplier_claim"].dtype == bool
    assert all(isinstance(cell, tuple) for name in MULTI_VALUED for cell in cases[name])


def test_a_valid_row_is_read(tmp_path):
    case = load_case_studies(write_cases(tmp_path, VALID)).iloc[0]
    assert case["technology"] == ("voice_assistant", "smart_home")
    assert (case["year"], case["participants"], case["place"]) == (2021, 12, "")


def test_blank_numbers_are_missing(tmp_path):
    case = load_case_studies(write_cases(tmp_path, VALID | {"year": "", "participants": ""})).iloc[0]
    assert case["year"] is pd.NA
    assert case["participants"] is pd.NA


def test_columns_may_stand_in_any_order(tmp_path):
    cases = load_case_studies(write_cases(tmp_path, dict(reversed(VALID.items()))))
    assert list(cases)[: len(COLUMNS)] == list(COLUMNS)


def test_a_library_without_cases_yet_is_read(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    assert load_case_studies(file).shape == (0, len(COLUMNS) + 4)


def test_importing_is_cheap():
    slow = {"pandera", "bm25s", "snowballstemmer", "pydantic"}
    code = f"import sys, atpilots.cases.similarity; print({slow} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == "set()\n"


# Refusing


def test_three_mistakes_of_a_new_case_are_named_together(tmp_path):
    wrong = VALID | {"technology": "voice_assistant;alexa", "participants": "about 12", "source_url": "kettle.example"}
    assert message(write_cases(tmp_path, VALID | {"case_id": "AT120"}, wrong)) == (
        "3 problems:\n"
        '  cases.csv, row 3, column technology: is not a known word (did you mean "voice_assistant"?): "alexa"; '
        "allowed: voice_assistant, "
        "tablet_video_calling, wearable, telecare_alarm, falls_detector, activity_monitoring, gps_locator, "
        "medication_dispenser, telehealth_monitoring, companion_robot, smart_home, mobile_app, communication_aid, "
        "reading_writing_aid, reminder_prompting, virtual_reality, hearing_vision_aid, digital_inclusion_support, "
        "reminiscence_gaming\n"
        '  cases.csv, row 3, column participants: is not a number of people: "about 12"; allowed: blank, or 1 or '
        "more\n"
        '  cases.csv, row 3, column source_url: is not a web address: "kettle.example"; allowed: http:// or https://'
    )


LEGAL = {name: ", ".join(words) for name, words in {**MULTI_VALUED, **SINGLE_VALUED}.items()}


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("case_id", "AT12", 'is not a case id: "AT12"; allowed: AT and at least three digits'),
        ("case_id", "", "is not a case id; allowed: AT and at least three digits"),
        ("title", "", "is blank"),
        ("title", "x" * 91, f'is too long: "{"x" * 40}…"; allowed: at most 90 characters'),
        ("lead_organisation", "", "is blank"),
        ("country", "", "is blank"),
        ("year", "21", 'is not a year: "21"; allowed: blank, or 1900 to 2099'),
        ("year", "2121", 'is not a year: "2121"; allowed: blank, or 1900 to 2099'),
        ("technology", "", "is blank"),
        (
            "technology",
            "wearable;",
            f'is not a known word (did you mean "wearable"?): "wearable;"; allowed: {LEGAL["technology"]}',
        ),
        ("technology", "wearable; wearable", 'is given more than once: "wearable"'),
        (
            "user_group",
            "elderly",
            f'is not a known word (did you mean "older_people"?): "elderly"; allowed: {LEGAL["user_group"]}',
        ),
        (
            "setting",
            "own_home;mixed",
            f'is not a known word (did you mean "own_home"?): "own_home;mixed"; allowed: {LEGAL["setting"]}',
        ),
        ("setting", "", f"is not a known word; allowed: {LEGAL['setting']}"),
        (
            "outcome_domain",
            "falls",
            f'is not a known word (did you mean "safety_falls"?): "falls"; allowed: {LEGAL["outcome_domain"]}',
        ),
        (
            "evidence_type",
            "RCT",
            f'is not a known word (did you mean "randomised_trial"?): "RCT"; allowed: {LEGAL["evidence_type"]}',
        ),
        ("participants", "-3", 'is not a number of people: "-3"; allowed: blank, or 1 or more'),
        ("participants", "12.5", 'is not a number of people: "12.5"; allowed: blank, or 1 or more'),
        ("participants", "0", 'is not a number of people: "0"; allowed: blank, or 1 or more'),
        ("country", "england", 'is not how we write the country (did you mean "England"?): "england"'),
        ("country", "United Kingdom", 'is not how we write the country (did you mean "UK"?): "United Kingdom"'),
        ("country", "U.S.A.", 'is not how we write the country (did you mean "United States"?): "U.S.A."'),
        ("finding", "", "is blank"),
        ("finding", "y" * 261, f'is too long: "{"y" * 40}…"; allowed: at most 260 characters'),
        ("direction", "better", f'is not a known word: "better"; allowed: {LEGAL["direction"]}'),
        ("source_type", "blog", f'is not a known word: "blog"; allowed: {LEGAL["source_type"]}'),
        ("source_url", "", "is not a web address; allowed: http:// or https://"),
        ("source_url", "javascript:x", 'is not a web address: "javascript:x"; allowed: http:// or https://'),
        (
            "source_url",
            'https://a.org/"><b>',
            'is not a web address: "https://a.org/"><b>"; allowed: http:// or https://',
        ),
        ("checked_on", "23/11/2026", 'is not a date: "23/11/2026"; allowed: YYYY-MM-DD'),
        ("checked_on", "2026-02-30", 'is not a date: "2026-02-30"; allowed: YYYY-MM-DD'),
        ("checked_on", "20261123", 'is not a date: "20261123"; allowed: YYYY-MM-DD'),
    ],
)
def test_a_bad_cell_is_named_with_what_is_allowed(tmp_path, column, cell, said):
    file = write_cases(tmp_path, VALID | {column: cell})
    assert message(file) == f"1 problem:\n  cases.csv, row 2, column {column}: {said}"


@pytest.mark.parametrize("unseen", ["\0", "\u202e", "\u200b", "\n"])
@pytest.mark.parametrize("column", ["title", "place", "product", "finding"])
def test_a_character_that_cannot_be_seen_is_refused(tmp_path, column, unseen):
    said = message(write_cases(tmp_path, VALID | {column: f"Gre{unseen}enwich"}))
    assert f"row 2, column {column}: holds a character that cannot be seen" in said


@pytest.mark.parametrize("country", ["Austria", "Iceland", "Finland", "New Zealand", "Switzerland", "Poland"])
def test_a_country_new_to_the_library_is_legal(tmp_path, country):
    assert load_case_studies(write_cases(tmp_path, VALID | {"country": country}))["country"].item() == country


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([VALID | {"checked_on": "2026-11-24"}], 'row 2, column checked_on: is later than today: "2026-11-24"'),
        ([VALID, VALID | {"case_id": "AT122"}], 'row 3, column case_id: is a copy of an earlier case: "AT122"'),
    ],
)
def test_a_file_that_can_be_read_may_not_be_fit_to_publish(tmp_path, rows, said):
    with pytest.raises(DataError) as caught:
        check_library(write_cases(tmp_path, *rows), datetime.date(2026, 11, 23))
    assert said in str(caught.value)


def test_a_file_without_cases_and_one_of_figures_are_checked(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="holds no case"):
        check_library(file)
    check_library(CASES_FILE, datetime.date(2026, 11, 23))
    check_library(NUMBERS_FILE)


def test_the_longest_texts_allowed_are_read(tmp_path):
    file = write_cases(tmp_path, VALID | {"title": "x" * 90, "finding": "y" * 260})
    assert len(load_case_studies(file)) == 1


def test_every_column_with_rules_refuses_something(tmp_path):
    nonsense = write_cases(tmp_path, dict.fromkeys(COLUMNS, "?" * 300))
    with pytest.raises(DataError) as caught:
        load_case_studies(nonsense)
    free = {"lead_organisation", "place", "country", "product"}  # any text but, for two of them, none
    assert {problem.column for problem in caught.value.problems} == set(COLUMNS) - free


def test_two_rows_may_not_share_an_id(tmp_path):
    assert message(write_cases(tmp_path, VALID, VALID)) == (
        '1 problem:\n  cases.csv, row 3, column case_id: is used by an earlier row too: "AT121"'
    )


def test_columns_unknown_and_missing_are_both_named(tmp_path):
    row = {"url" if name == "source_url" else name: cell for name, cell in VALID.items()}
    assert message(write_cases(tmp_path, row)) == (
        "2 problems:\n"
        "  cases.csv, row 1, column source_url: is missing\n"
        f"  cases.csv, row 1, column url: is not a known column; allowed: {', '.join(COLUMNS)}"
    )


def test_a_missing_file_is_named(tmp_path):
    assert message(tmp_path / "none.csv") == "1 problem:\n  none.csv: there is no such file"


# Grading


def test_every_design_has_a_level_and_a_reason():
    assert set(EVIDENCE_LEVELS) == set(EVIDENCE_TYPE)
    assert all(level.nesta in NESTA_LEVELS and level.reason for level in EVIDENCE_LEVELS.values())
    assert all(level.maryland in {None, 1, 2, 3, 4, 5} for level in EVIDENCE_LEVELS.values())


def test_levels_as_a_table():
    table = evidence_levels().set_index("evidence_type")
    assert list(table.index) == list(EVIDENCE_LEVELS)
    assert list(table.loc["before_after", ["nesta_level", "maryland_level"]]) == [2, 1]
    assert list(table.loc["randomised_trial", ["nesta_level", "maryland_level"]]) == [3, 5]
    assert table.loc["qualitative", "maryland_level"] is pd.NA
    assert list(table["label"]) == [EVIDENCE_TYPE[word] for word in table.index]
    assert table["nesta_level"].is_monotonic_decreasing


def test_each_case_has_the_level_of_its_design_whatever_it_found():
    for row, case in zip(raw_cases(), load_case_studies().to_dict("records"), strict=True):
        level = EVIDENCE_LEVELS[row["evidence_type"]]
        assert case["nesta_level"] == level.nesta
        assert (None if pd.isna(case["maryland_level"]) else case["maryland_level"]) == level.maryland


# Read in the file by hand: the findings that rest on the word of whoever sells the product.
SUPPLIER_CLAIMS = {
    "AT011", "AT012", "AT042", "AT050", "AT053", "AT058", "AT074", "AT101", "AT102", "AT103", "AT110",
}  # fmt: skip

# Read in the file by hand: the findings told by those who ran or paid for the project, and by nobody else.
OWN_ACCOUNTS = {
    "AT004", "AT024", "AT026", "AT044", "AT046", "AT055", "AT056", "AT057", "AT068", "AT069", "AT075", "AT093", "AT094",
    "AT100",
}  # fmt: skip


def test_supplier_claims_are_marked_with_the_reason():
    cases = load_case_studies().set_index("case_id")
    assert set(cases.index[cases["supplier_claim"]]) == SUPPLIER_CLAIMS
    reasons = cases["supplier_reason"]
    # AT083: authors only, an interest and not a claim.
    assert set(cases.index[reasons != ""]) == SUPPLIER_CLAIMS | {"AT083"} | OWN_ACCOUNTS
    assert set(cases.index[reasons == OWN_ACCOUNT]) == OWN_ACCOUNTS
    assert reasons["AT058"] == "the finding names the supplier as where figures come from"
    assert reasons["AT042"] == "the source is the supplier's own; the source's address has the product's name"
    assert reasons["AT083"] == AUTHORS
    assert reasons["AT034"] == ""


@pytest.mark.parametrize(
    ("changed", "claim", "reason"),
    [
        ({"source_type": "supplier"}, True, "the source is the supplier's own"),
        (
            {"finding": "As claimed by supplier: 9 in 10 were glad."}, True,
            "the finding is given as the supplier's claim",
        ),
        (
            {"finding": "The supplier's own survey says so."}, True,
            "the finding names the supplier as where figures come from",
        ),
        ({"finding": "Some authors worked for the supplier."}, False, AUTHORS),
        ({"finding": "Fewer fell, as claimed by the department that paid."}, False, OWN_ACCOUNT),
        ({"finding": "This is the service's own estimate."}, False, OWN_ACCOUNT),
        (
            {"product": "Kettle Talk, other", "lead_organisation": "KettleTalk Ltd with a council"}, True,
            "the lead organisation has the product's name",
        ),
        (
            {"product": "Kettle (Mark 2)", "source_url": "https://blog.kettle.example/a"}, True,
            "the source's address has the product's name",
        ),
        ({"product": "Echo", "lead_organisation": "Echoes of the past"}, False, ""),
    ],
)  # fmt: skip
def test_each_part_that_a_supplier_may_have_is_seen(tmp_path, changed, claim, reason):
    case = load_case_studies(write_cases(tmp_path, VALID | changed)).iloc[0]
    assert (case["supplier_claim"], case["supplier_reason"]) == (claim, reason)


# Counting


def test_the_map_agrees_with_a_count_by_the_standard_library():
    counts: Counter[tuple[str, ...]] = Counter()
    for row in raw_cases():
        level = str(EVIDENCE_LEVELS[row["evidence_type"]].nesta)
        for technology, outcome in itertools.product(row["technology"].split(";"), row["outcome_domain"].split(";")):
            cell = (technology, outcome, level)
            counts[*cell, "cases"] += 1
            counts[*cell, row["direction"]] += 1
            counts[*cell, "supplier_claims"] += row["case_id"] in SUPPLIER_CLAIMS
            counts[*cell, "participants"] += int(row["participants"] or 0)
            counts[*cell, "participants_reported"] += row["participants"] != ""
    table = evidence_map(load_case_studies())
    measures = ["cases", "participants", "participants_reported", "supplier_claims", *DIRECTION]
    assert list(table) == ["technology", "outcome_domain", "nesta_level", *measures]
    for line in table.to_dict("records"):
        cell = (line["technology"], line["outcome_domain"], str(line["nesta_level"]))
        expected = {measure: counts[*cell, measure] for measure in measures}
        if not expected["participants_reported"]:
            assert pd.isna(line["participants"])
            del expected["participants"]
        assert {measure: line[measure] for measure in expected} == expected, cell


def test_the_map_has_every_cell_once_empty_ones_too():
    table = evidence_map(load_case_studies())
    cells = list(zip(table["technology"], table["outcome_domain"], table["nesta_level"], strict=True))
    assert cells == list(itertools.product(TECHNOLOGY, OUTCOME_DOMAIN, NESTA_LEVELS))
    assert (table["cases"] == 0).any()
    assert (table[list(DIRECTION)].sum(axis=1) == table["cases"]).all()


def test_a_map_of_no_cases_has_the_same_shape():
    cases = load_case_studies()
    full, empty = evidence_map(cases), evidence_map(cases.iloc[:0])
    assert list(empty) == list(full)
    assert len(empty) == len(full)
    assert empty["cases"].sum() == 0
    assert empty["participants"].isna().all()


def test_counting_leaves_the_cases_as_they_were():
    cases = load_case_studies()
    before = cases.copy(deep=True)
    evidence_map(cases)
    pd.testing.assert_frame_equal(cases, before)
