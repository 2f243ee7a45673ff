"""What the library holds, counted: every count recomputed from the file by the standard library."""

import itertools
from collections import Counter

import pandas as pd
from builders.case_files import SUPPLIER_CLAIMS, rows_of

from atpilots.cases.appraisal import EVIDENCE_LEVELS, NESTA_LEVELS
from atpilots.cases.counts import FACETS, case_facets, evidence_map
from atpilots.cases.library import CASES_FILE, load_case_studies
from atpilots.vocabularies import DIRECTION, OUTCOME_DOMAIN, TECHNOLOGY

ROWS = rows_of(CASES_FILE)


def test_the_map_agrees_with_a_count_by_the_standard_library():
    counts: Counter[tuple[str, ...]] = Counter()
    for row in ROWS:
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


# By every word


def test_every_facet_is_recounted():
    derived = {"nesta_level": lambda row: [str(EVIDENCE_LEVELS[row["evidence_type"]].nesta)]}
    counts = case_facets(load_case_studies())
    assert list(dict.fromkeys(counts["facet"])) == list(FACETS)
    for row in counts.to_dict("records"):
        cell = derived.get(row["facet"], lambda r, facet=row["facet"]: r[facet].split(";"))
        assert row["cases"] == sum(row["word"] in cell(r) for r in ROWS), row
    for facet in FACETS:
        words = {w for r in ROWS for w in derived.get(facet, lambda r, facet=facet: r[facet].split(";"))(r)}
        assert words <= set(counts.loc[counts["facet"] == facet, "word"])


def test_words_that_no_case_has_are_counted_as_none():
    counts = case_facets(load_case_studies()).set_index(["facet", "word"])["cases"]
    assert counts["user_group", "mental_health"] == 0
    assert counts["evidence_type", "systematic_review"] == 0


def test_facets_of_no_cases_have_every_word():
    counts = case_facets(load_case_studies().iloc[:0])
    assert (counts["cases"] == 0).all()
    assert set(counts["facet"]) == set(FACETS) - {"country", "year"}
