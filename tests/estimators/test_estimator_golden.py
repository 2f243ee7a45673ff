"""Every estimator against numbers made outside the package, nearly all by R; see tests/estimators/golden/README.md."""

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from atpilots.estimators import exact_tests
from atpilots.estimators.mixed_model import mixed_model_changes
from atpilots.estimators.result import Estimate
from atpilots.estimators.results_table import ESTIMATORS
from atpilots.estimators.sign_flip import SignFlip

FOLDER = Path(__file__).parent / "golden"
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
CASES = {f"{stem}: {c['id']}: {c.get('estimator')}": c for stem, file in FILES.items() for c in file["cases"]}
ESTIMATED = {key: case for key, case in CASES.items() if case.get("estimator")}
CLOSED_FORM = 1e-9

# The numbers as the published sources and our own notes print them, each to its last digit.
PRINTED = [
    (
        "means: G-01: mean_change",
        "estimate 1.58 conf_low 0.700114236723 conf_high 2.459885763277 p_value 0.00283289019738",
    ),
    ("exact: G-01: signed_rank_test", "p_value 0.00390625"),
    (
        "means: G-02: mean_change",
        "p_value 0.0497029440218 conf_low 0.00389916479912 conf_high 5.22943416853421",
    ),
    ("exact: G-02: permutation_test", "p_value 0.0526733398"),
    ("exact: G-02: signed_rank_test", "estimate 96 p_value 0.041259765625"),
    ("exact: G-02: hodges_lehmann", "estimate 3.125 conf_low 0.5 conf_high 5.1875"),
    ("exact: G-03: signed_rank_test", "estimate 40 p_value 0.0390625"),
    ("exact: G-03: hodges_lehmann", "estimate 0.46 conf_low 0.010 conf_high 0.786"),
    ("means: G-04: mean_change", "estimate .75 conf_low -0.0222480697 conf_high 1.5222480697 p_value 0.0558399987"),
    ("exact: G-04: permutation_test", "p_value 0.09375"),
    ("exact: G-04: signed_rank_test", "p_value 0.09765625"),
    ("exact: G-04: sign_test", "p_value 0.1796875"),
    ("exact: G-04: hodges_lehmann", "estimate 0.75"),
    ("shares: G-04: probability_of_improvement", "estimate 0.708333 conf_low 0.4423 conf_high 0.8702"),
    ("means: G-05: mean_change", "estimate .68 conf_low 0.1375963585 conf_high 1.2224036415 p_value 0.0161553164"),
    ("exact: G-05: permutation_test", "p_value 0.0225524902"),
    ("exact: G-05: signed_rank_test", "p_value 0.0177841186523"),
    ("exact: G-05: hodges_lehmann", "estimate 0.5"),
    ("shares: G-05: probability_of_improvement", "estimate 0.70 conf_low 0.5243 conf_high 0.8205"),
    ("means: G-06: standardised_mean_change_raw", "estimate 0.4657646818"),
    ("means: G-06: standardised_mean_change_change", "estimate 0.573845662609"),
    ("spread: G-01: sd_before", "estimate 1.78901"),
    ("spread: G-01: sd_after", "estimate 2.002249"),
    ("spread: G-01: sd_change", "estimate 1.229995"),
    ("spread: G-01: correlation", "estimate 0.7951702"),
    ("shares: G-07: mcnemar_test", "p_value 3.71593614e-05"),
    ("shares: G-07-corrected: None", "statistic 16.81779661 p_value 4.114562281e-05"),
    ("shares: G-08-81/263: share_better", "conf_low .2553 conf_high .3662"),
    ("shares: G-08-15/148: share_better", "conf_low .0624 conf_high .1605"),
    ("shares: G-08-0/20: share_better", "conf_low 0 conf_high .1611"),
    ("shares: G-08-1/29: share_better", "conf_low .0061 conf_high .1718"),
    ("shares: G-08-0/12: share_better", "conf_low 0 conf_high .2425"),
    ("shares: G-08-12/12: share_better", "conf_low .7575 conf_high 1"),
    ("reliability: G-10: cronbach_alpha", "estimate 0.8431427696"),
    ("ordinal: G-10-wine: None", "temp 3.062996626 contact 1.834884922 log_likelihood -81.56540929"),
    ("ordinal: G-11: None", "estimate 1.744 error .944 z 1.847 p_value .0647"),
]


def pairs_of(data):
    frame = pd.DataFrame(data, dtype=float)
    return frame.assign(change=frame["after"] - frame["before"])


def pairs_of_table(counts):
    """One row per person from the counts of levels before (rows) and after (columns)."""
    rows = [(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)]
    return pairs_of(pd.DataFrame(rows, columns=["before", "after"]))


def run(case) -> Estimate:
    settings = {k: tuple(v) if isinstance(v, list) else v for k, v in case.get("settings", {}).items()}
    if "piloted" in settings:
        settings["piloted"] = pairs_of(settings["piloted"])
    read = {"pairs": pairs_of, "table": pairs_of_table}.get(case["frame"], lambda data: pd.DataFrame(data, dtype=float))
    if case["estimator"] == "mixed_model_change":
        return mixed_model_changes(read(case["data"]))[settings.get("wave", "after")]
    return ESTIMATORS[case["estimator"]](read(case["data"]), **settings)


@pytest.mark.parametrize("key", ESTIMATED)
def test_estimator_agrees_with_what_others_computed(key):
    case = ESTIMATED[key]
    result = run(case)
    assert result.estimator == case["estimator"]
    tolerance = case.get("tolerance", CLOSED_FORM)
    for field in ("estimate", "conf_low", "conf_high", "p_value", "n"):
        if field in case["expected"]:
            assert getattr(result, field) == pytest.approx(case["expected"][field], rel=tolerance, abs=tolerance), field
        else:
            assert math.isnan(getattr(result, field)), field


def test_every_estimator_has_a_golden_number():
    assert {case["estimator"] for case in ESTIMATED.values()} == {*ESTIMATORS, "mixed_model_change"}


def test_every_looser_tolerance_is_justified():
    loose = [case for case in CASES.values() if "tolerance" in case]
    assert all(case["why"] for case in loose)
    assert all(case["tolerance"] <= 1e-6 for case in loose)


def test_every_file_names_its_script_and_versions():
    for stem, file in FILES.items():
        assert (FOLDER / file["script"]).stem == stem
        made_by_r = file["script"].endswith(".R")
        assert file["R"].startswith("R version") if made_by_r else file["Python"].startswith("3.")
    assert FILES["exact"]["packages"].keys() == {"coin", "exactRankTests"}


@pytest.mark.parametrize(("key", "printed"), PRINTED, ids=[key for key, _ in PRINTED])
def test_r_said_what_is_published(key, printed):
    words = printed.split()
    for field, text in zip(words[::2], words[1::2], strict=True):
        digits = text.lower().partition("e")[0].partition(".")[2]
        exponent = int(text.lower().partition("e")[2] or 0)
        assert CASES[key]["expected"][field] == pytest.approx(float(text), abs=0.51 * 10 ** (exponent - len(digits))), (
            field
        )


def test_holm_agrees_with_the_textbook_family(monkeypatch):
    """G-09: p.adjust(c(.001, .013, .04, .21, .6), "holm")."""
    family = (0.001, 0.013, 0.04, 0.21, 0.6)
    adjusted = []
    for i, p in enumerate(family):
        others = family[:i] + family[i + 1 :]
        monkeypatch.setattr(exact_tests, "sign_flip_test", lambda *_, p=p: SignFlip(p, exact=True))
        adjusted.append(exact_tests.holm_permutation_test(pairs_of_table([[1]]), other_p_values=others).p_value)
    assert adjusted == pytest.approx([0.005, 0.052, 0.12, 0.42, 0.6], abs=1e-12)


def test_the_permutation_test_agrees_with_the_ordinal_model():
    """G-11: no model is needed to see what the cumulative link mixed model sees."""
    model = CASES["ordinal: G-11: None"]
    tested = ESTIMATORS["permutation_test"](pairs_of(model["data"]))
    assert math.copysign(1, tested.estimate) == math.copysign(1, model["expected"]["estimate"])
    assert 0.05 < model["expected"]["p_value"] < tested.p_value < 0.1
