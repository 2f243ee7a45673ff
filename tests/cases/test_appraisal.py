"""What a finding can be worth: graded by design whatever it found, and whose word it rests on."""

import pandas as pd
import pytest
from builders.case_files import SUPPLIER_CLAIMS, VALID, rows_of, write_cases

from atpilots.cases.appraisal import AUTHORS, EVIDENCE_LEVELS, NESTA_LEVELS, OWN_ACCOUNT
from atpilots.cases.library import CASES_FILE, load_case_studies
from atpilots.vocabularies import EVIDENCE_TYPE


def test_every_design_has_a_level_and_a_reason():
    assert set(EVIDENCE_LEVELS) == set(EVIDENCE_TYPE)
    assert all(level.nesta in NESTA_LEVELS and level.reason for level in EVIDENCE_LEVELS.values())
    assert all(level.maryland in {None, 1, 2, 3, 4, 5} for level in EVIDENCE_LEVELS.values())


def test_levels_are_as_published_the_strongest_first():
    levels = {word: (level.nesta, level.maryland) for word, level in EVIDENCE_LEVELS.items()}
    assert levels["before_after"] == (2, 1)
    assert levels["randomised_trial"] == (3, 5)
    assert levels["qualitative"] == (1, None)
    assert [nesta for nesta, _ in levels.values()] == sorted((nesta for nesta, _ in levels.values()), reverse=True)


def test_each_case_has_the_level_of_its_design_whatever_it_found():
    for row, case in zip(rows_of(CASES_FILE), load_case_studies().to_dict("records"), strict=True):
        level = EVIDENCE_LEVELS[row["evidence_type"]]
        assert case["nesta_level"] == level.nesta
        assert (None if pd.isna(case["maryland_level"]) else case["maryland_level"]) == level.maryland


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
