"""A selection of cases goes out whole: each format is read back by a reader of its own, awkward characters and all."""

import csv
import io
import json
import re

import mistune
import pandas as pd
import pytest

from atpilots.cases.citations import STYLES, citation, export_cases
from atpilots.cases.library import COLUMNS, load_case_studies
from atpilots.cases.search import find_cases
from atpilots.files.problems import UsageError
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, TECHNOLOGY

AWKWARD = {
    "title": "50% of \\{people\\} & _others_ #1 ~ $5 ^ [a](b) <b>",
    "lead_organisation": '=HYPERLINK("x") & "Sons", Ltd',
    "finding": "Line one\nTY  - line two, | `code` & 100% *bold* {a}",
    "place": "@SUM(A1)",
    "source_url": "https://example.org/a_(b)/{c}?d=%20&e=~#f",
}
TEX_BACK = {
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    r"\textbraceleft{}": "{", r"\textbraceright{}": "}",
    r"\&": "&", r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_",
}  # fmt: skip


@pytest.fixture(scope="module")
def cases():
    real = load_case_studies()
    odd = real.iloc[[0]].assign(case_id="AT999", year=pd.NA, **AWKWARD).astype({"year": "Int64"})
    return pd.concat([real, odd], ignore_index=True)


def one_line(text: str) -> str:
    return " ".join(text.split())


# Readers of the formats, strict, written from their descriptions and not from our writers.


def read_bibtex(text: str) -> list[dict[str, str]]:
    entries, at = [], 0
    while at < len(text.rstrip()):
        head = re.compile(r"\s*@misc\{(\w+),\n").match(text, at)
        assert head, text[at : at + 80]
        entry, at = {"key": head[1]}, head.end()
        while not text.startswith("}", at):
            name = re.compile(r"  (\w+) = \{").match(text, at)
            assert name, text[at : at + 80]
            start = at = name.end()
            depth = 1
            while depth:
                if text[at] in "{}":  # BibTeX counts a brace after a backslash, too
                    depth += 1 if text[at] == "{" else -1
                at += 1
            entry[name[1]] = text[start : at - 1]
            assert text.startswith(",\n", at)
            at += 2
        entries.append(entry)
        at += 2
    return entries


def from_tex(text: str) -> str:
    return re.sub(r"\\text\w+\{\}|\\.", lambda found: TEX_BACK[found[0]], text)


def read_ris(text: str) -> list[dict[str, list[str]]]:
    records: list[dict[str, list[str]]] = []
    for line in text.split("\r\n")[:-1]:
        found = re.fullmatch(r"([A-Z][A-Z0-9])  - ([^\r\n]*)", line)
        assert found, line
        if found[1] == "TY":
            records.append({})
        records[-1].setdefault(found[1], []).append(found[2])
    return records


def note_of(case) -> str:
    claim = f" Supplier's claim: {case['supplier_reason']}." if case["supplier_claim"] else ""
    return f"Design: {EVIDENCE_TYPE[case['evidence_type']]}. Reported: {DIRECTION[case['direction']]}.{claim}"


# Each format holds every case


def test_bibtex(cases):
    entries = read_bibtex(export_cases(cases, "bibtex"))
    assert len(entries) == 121
    for entry, case in zip(entries, cases.to_dict("records"), strict=True):
        assert entry["key"] == case["case_id"]
        assert from_tex(entry["title"][1:-1]) == case["title"]
        assert from_tex(entry["author"][1:-1]) == case["lead_organisation"]
        assert from_tex(entry["abstract"]) == one_line(case["finding"])
        assert entry.get("year", "") == ("" if pd.isna(case["year"]) else str(case["year"]))
        assert entry["url"] == case["source_url"].replace("{", "%7B").replace("}", "%7D")
        assert entry["urldate"] == case["checked_on"]
        assert entry["author"][0] + entry["author"][-1] == "{}"  # else a comma would part surname and first name
        assert from_tex(entry["note"]) == note_of(case)


def test_ris(cases):
    records = read_ris(export_cases(cases, "ris"))
    assert len(records) == 121
    for record, case in zip(records, cases.to_dict("records"), strict=True):
        assert next(iter(record)) == "TY"
        assert list(record)[-1] == "ER"
        assert record["ID"] == [case["case_id"]]
        assert record["TI"] == [one_line(case["title"])]
        (author,) = record["AU"]
        assert author.count(",") == 1  # at its end: an organisation has no first name
        assert author == case["lead_organisation"].replace(",", "") + ","
        assert record["PB"] == [case["lead_organisation"]]
        assert record["N1"] == [note_of(case)]
        assert record["AB"] == [one_line(case["finding"])]
        assert record["Y2"] == [f"{case['checked_on'].replace('-', '/')}/"]
        assert {TECHNOLOGY[word] for word in case["technology"]} <= set(record["KW"])
        assert ("PY" in record) == (not pd.isna(case["year"]))


def test_markdown_is_a_list_of_links_and_nothing_else(cases):
    parsed = mistune.create_markdown(renderer="ast")(export_cases(cases, "markdown"))
    (listing,) = [block for block in parsed if block["type"] != "blank_line"]
    assert listing["type"] == "list"
    for item, case in zip(listing["children"], cases.to_dict("records"), strict=True):
        link, *rest = item["children"][0]["children"]
        assert link["type"] == "link"
        assert link["attrs"]["url"].replace("&amp;", "&") == (
            case["source_url"].replace("{", "%7B").replace("}", "%7D")
        )
        assert "".join(part["raw"] for part in link["children"]) == case["title"].replace("&", "&amp;")
        told = "".join(part.get("raw", "") for part in rest)
        assert {part["type"] for part in rest} == {"text"}
        assert case["case_id"] in told
        assert ("Supplier's claim." in told) == case["supplier_claim"]


def test_csv_holds_every_column_and_no_formula(cases):
    rows = list(csv.DictReader(io.StringIO(export_cases(cases, "csv"))))
    assert len(rows) == 121
    for row, case in zip(rows, cases.to_dict("records"), strict=True):
        assert row["technology"] == ";".join(case["technology"])
        assert row["source_url"] == case["source_url"]
        assert row["citation"].lstrip("'") == citation(case)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert rows[-1]["lead_organisation"] == f"'{AWKWARD['lead_organisation']}"
    assert rows[-1]["place"] == "'@SUM(A1)"


def test_the_file_itself_comes_back_from_its_export(tmp_path):
    real = load_case_studies()
    rows = list(csv.DictReader(io.StringIO(export_cases(real, "csv"))))
    with (tmp_path / "again.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(COLUMNS), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    pd.testing.assert_frame_equal(load_case_studies(tmp_path / "again.csv"), real)


def test_json_keeps_numbers_and_lists(cases):
    records = json.loads(export_cases(cases, "json"))
    assert [record["case_id"] for record in records] == list(cases["case_id"])
    assert records[2]["participants"] == 12
    assert records[0]["participants"] is None
    assert records[0]["technology"] == ["smart_home", "activity_monitoring"]


def test_a_citation_says_who_when_what_where_and_when_checked(cases):
    assert citation(cases.iloc[33].to_dict()) == (
        "University of Nebraska-Lincoln (2021). US Midwest: Amazon Echo for adults aged 75+ in independent living. "
        f"{cases['source_url'][33]} (checked on 23 November 2026)."
    )


@pytest.mark.parametrize("style", STYLES)
def test_a_search_goes_out_in_its_order_and_nothing_found_is_nothing(cases, style):
    found = find_cases("loneliness", technology="voice_assistant", cases=cases)
    text = export_cases(found, style)
    places = [text.index(case_id) for case_id in found["case_id"]]
    assert places == sorted(places)
    assert not re.search(r"AT\d", export_cases(found.iloc[:0], style))


def test_reasons_go_with_a_search(cases):
    found = find_cases("falls at night", cases=cases)
    rows = list(csv.DictReader(io.StringIO(export_cases(found, "csv"))))
    assert rows[0]["reasons"] == ";".join(found["reasons"][0])
    assert json.loads(export_cases(found, "json"))[0]["reasons"] == list(found["reasons"][0])


def test_another_format_is_refused(cases):
    with pytest.raises(UsageError, match='"xml" is not a format; there are: csv, json, bibtex, ris, markdown'):
        export_cases(cases, "xml")
