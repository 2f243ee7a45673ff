"""The case studies: read, and checked."""

import datetime
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from builders.case_files import VALID, rows_of, write_cases

from atpilots.cases.checks import check_library
from atpilots.cases.figures import NUMBERS_FILE
from atpilots.cases.library import (
    CASES_FILE,
    COLUMNS,
    MULTI_VALUED,
    SINGLE_VALUED,
    load_case_studies,
)
from atpilots.files.problems import DataError


def message(file: Path) -> str:
    with pytest.raises(DataError) as caught:
        load_case_studies(file)
    return str(caught.value)


# Reading


def test_the_library_is_read_from_the_checkout_wherever_one_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    cases = load_case_studies()
    assert list(cases["case_id"]) == [f"AT{number:03}" for number in range(1, 121)]
    assert list(cases.index) == list(range(120))


def test_every_cell_survives_reading():
    cases = load_case_studies()
    for row, case in zip(rows_of(CASES_FILE), cases.to_dict("records"), strict=True):
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
