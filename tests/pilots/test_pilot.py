"""Answers of a pilot: scored and paired by respondent only."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders.bundled import BUNDLED_PILOTS
from builders.folders import PROTOCOL, happy_rows, write_pilot

from atpilots.estimators.results_table import estimate
from atpilots.files import tables
from atpilots.files.problems import UsageError
from atpilots.files.project_folders import BUNDLED, CHECKOUT
from atpilots.pilots.loading import load_pilot


@pytest.fixture
def plus_two() -> list[dict[str, object]]:
    """Twenty residents, every one exactly two points higher after."""
    before = {f"R{i:02d}": i % 8 for i in range(20)}
    return happy_rows(before, {who: answer + 2 for who, answer in before.items()})


def shuffled(rows: list[dict[str, object]], seed: int) -> list[dict[str, object]]:
    order = np.random.default_rng(seed).permutation(len(rows))
    return [rows[i] for i in order]


def test_the_order_of_rows_does_not_matter(tmp_path: Path, plus_two: list[dict[str, object]]) -> None:
    straight = load_pilot(write_pilot(tmp_path / "straight", plus_two))
    mixed = load_pilot(write_pilot(tmp_path / "mixed", shuffled(plus_two, seed=3)))
    assert (mixed.pairs("ons4_happy")["change"] == 2).all()
    pd.testing.assert_frame_equal(straight.pairs("ons4_happy"), mixed.pairs("ons4_happy"))
    assert straight.data_hash() == mixed.data_hash()
    ours, theirs = (estimate(pilot).drop(columns="pilot") for pilot in (straight, mixed))
    pd.testing.assert_frame_equal(ours, theirs)


def test_the_fingerprint_is_of_the_answers_as_pandas_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plus_two: list[dict[str, object]]
) -> None:
    """Blanks, what has to be quoted, a few rows at a time: a fingerprint that a ledger holds stays what it is."""
    monkeypatch.setattr("atpilots.pilots.answer_rows.AT_A_TIME", 3)
    rows = [row | {"respondent": f'{row["respondent"]} "é", 1', "age_band": "60, or more"} for row in plus_two]
    rows[5]["ons4_happy"] = ""
    pilot = load_pilot(write_pilot(tmp_path / "pilot", rows))
    assert len(pilot.answers) > 3
    text = pilot.answers.reset_index().to_csv(index=False, lineterminator="\n")
    assert '"' in text
    assert ",\n" in text
    assert pilot.data_hash() == hmac.new(pilot.key, text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED_PILOTS)
def test_a_large_survey_is_read_in_pieces_and_threads_with_the_same_result(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    whole, expected = load_pilot(name), estimate(load_pilot(name))
    for constant, value in (("parallel.LARGE", 0), ("tables.FIRST", 64), ("tables.PIECE", 128)):
        monkeypatch.setattr(f"atpilots.files.{constant}", value)
    assert len(tables._read_pieces(whole.folder / "survey.csv", [])[0]) > 10
    pilot = load_pilot(name)
    pd.testing.assert_frame_equal(pilot.answers, whole.answers)
    pd.testing.assert_frame_equal(pilot.scores, whole.scores)
    pd.testing.assert_frame_equal(estimate(pilot), expected, check_exact=True)


@pytest.mark.parametrize("cell", ["", "  ", '""'])
def test_a_column_without_any_answer_is_blank_in_every_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    for constant, value in (("FIRST", 16), ("PIECE", 32)):
        monkeypatch.setattr(f"atpilots.files.tables.{constant}", value)
    lines = ["a,b,c", *(f" x{i % 3},{cell},yes" for i in range(40))]
    (tmp_path / "table.csv").write_text("\n".join(lines), encoding="utf-8")
    table = tables.read_answers(tmp_path / "table.csv")
    assert table.astype("str").to_numpy().tolist() == [[f"x{i % 3}", "", "yes"] for i in range(40)]
    assert [sorted(tables.categories_of(cells)) for _, cells in table.items()] == [["x0", "x1", "x2"], [""], ["yes"]]


def test_one_drop_out_and_one_late_joiner(tmp_path: Path, plus_two: list[dict[str, object]]) -> None:
    rows = [r for r in plus_two if (r["respondent"], r["wave"]) not in {("R00", "before"), ("R19", "after")}]
    pilot = load_pilot(write_pilot(tmp_path / "pilot-a", shuffled(rows, seed=5)))
    result = estimate(pilot).set_index("estimator").loc["mean_change"]
    assert (result["estimate"], result["conf_low"], result["conf_high"], result["n"]) == (2.0, 2.0, 2.0, 18)
    flow = pilot.attrition.loc[("resident", "survey")]
    assert flow.to_dict() == {"before": 19, "after": 19, "both": 18, "before_only": 1, "after_only": 1}


def test_change_is_after_minus_before_whatever_is_better(tmp_path: Path) -> None:
    rows = [r | {"ons4_anxious": r.pop("ons4_happy")} for r in happy_rows({"a1x": 3, "b1x": 5}, {"a1x": 1, "b1x": 5})]
    folder = write_pilot(
        tmp_path / "pilot-a",
        rows,
        toml=PROTOCOL.format(provenance="collected", more="").replace("ons4_happy", "ons4_anxious"),
    )
    assert load_pilot(folder).pairs("ons4_anxious")["change"].tolist() == [-2.0, 0.0]


def test_a_withdrawn_respondent_is_gone_from_everything(tmp_path: Path, plus_two: list[dict[str, object]]) -> None:
    folder = write_pilot(tmp_path / "pilot-a", plus_two)
    (folder / "withdrawn.csv").write_text("respondent,date\n R03 ,2021-05-01\n", encoding="utf-8")
    pilot = load_pilot(folder)
    assert len(pilot.pairs("ons4_happy")) == 19
    assert "R03" not in pilot.answers.index.get_level_values("respondent")
    assert "R03" in pilot.all_respondents


def test_pairs_names_what_there_is_when_asked_for_what_is_not() -> None:
    pilot = load_pilot("greenwich")
    with pytest.raises(UsageError, match='there is no measure "wellbeing"; there is: swemwbs, ons4_satisfaction'):
        pilot.pairs("wellbeing")
    with pytest.raises(UsageError, match='there is no wave "before"; there is: after'):
        pilot.pairs("swemwbs", wave="before")


def test_a_pilot_shows_itself_without_a_code() -> None:
    pilot = load_pilot("greenwich")
    shown = pilot._repr_html_() + repr(pilot)
    assert "Synthetic: made up" in shown
    assert not any(code in shown for code in pilot.all_respondents)


def test_the_bundled_pilots_share_one_questionnaire_and_have_the_planned_dirt() -> None:
    greenwich, hackney = load_pilot("greenwich"), load_pilot("hackney")
    assert list(greenwich.measures) == list(hackney.measures)
    instruments = [
        (BUNDLED / name / "instruments" / "daily_living.toml").read_bytes() for name in ("greenwich", "hackney")
    ]
    assert instruments[0] == instruments[1]
    assert greenwich.raters == ("resident",)
    assert hackney.raters == ("resident", "support_worker")
    assert [m for m in hackney.measures if hackney.answered(m, "support_worker")] == ["daily_living"]
    for pilot, recruited, both in ((greenwich, 34, 26), (hackney, 52, 41)):
        assert (pilot.protocol.recruited, pilot.answered_twice) == (recruited, both)
        survey = pilot.attrition.loc[("resident", "survey")]
        assert survey["before_only"] > 0
        assert survey["after_only"] == 1
        for measure in pilot.measures:
            change = pilot.pairs(measure)["change"]
            assert (change < 0).any()
            assert (change > 0).any()
            assert (change == 0).any()
        assert (
            pilot.answers[pilot.measures["swemwbs"].instrument.columns[0]].isna().any()
            or pilot.attrition["both"].nunique() > 1
        )
    top = greenwich.scores["ons4_worthwhile"].dropna()
    assert (top == 10).mean() > 0.25  # a ceiling


def test_the_committed_surveys_are_what_the_generator_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import runpy
    import shutil

    copy = tmp_path / "data"
    shutil.copytree(CHECKOUT / "data", copy)
    runpy.run_path(str(copy / "make_synthetic_pilots.py"), run_name="__main__")
    for name in BUNDLED_PILOTS:
        made, committed = (root / "pilots" / name / "survey.csv" for root in (copy, CHECKOUT / "data"))
        assert made.read_bytes() == committed.read_bytes()


def test_a_pilot_that_everybody_left_has_a_flow_of_nobody(tmp_path: Path, plus_two: list[dict[str, object]]) -> None:
    folder = write_pilot(tmp_path / "pilot-a", plus_two)
    codes = sorted({str(row["respondent"]) for row in plus_two})
    (folder / "withdrawn.csv").write_text("respondent,date\n" + "".join(f"{c},2021-05-01\n" for c in codes))
    pilot = load_pilot(folder)
    assert pilot.attrition.loc[("resident", "survey")].sum() == 0
    assert (estimate(pilot)["n"] == 0).all()
