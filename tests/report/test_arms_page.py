"""A page with a comparison arm: what leads it, what stands beside it, and what a small arm may not give away."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders.attack import TEN, random_answers
from builders.folders import write_pilot

from atpilots.disclosure import Audience, rounded, rounded_down, rounded_up
from atpilots.estimators.results_table import ESTIMATORS
from atpilots.ledger.differencing import differencing_risks
from atpilots.ledger.release import release_of
from atpilots.page.spreadsheet import sheets_of
from atpilots.pilots.loading import load_pilot
from atpilots.publish.comparison import at_a_glance
from atpilots.report import Report
from atpilots.report.arms import changes_table

pytestmark = pytest.mark.usefixtures("without_pictures")
Answers = tuple[list[float], list[float]]


def made(
    folder: Path, arms: dict[str, Answers], more: str = 'allocation = "waiting_list"', audience: str = "public"
) -> Report:
    rows = [
        {"respondent": f"{arm[0].upper()}{i:03d}", "wave": wave, "arm": arm, "ons4_happy": f"{answers[place][i]:.0f}"}
        for arm, answers in arms.items()
        for place, wave in enumerate(("before", "after"))
        for i in range(len(answers[0]))
    ]
    names = ", ".join(f'"{arm}"' for arm in arms)
    return Report(load_pilot(write_pilot(folder, rows, more=f"arms = [{names}]\n{more}")), Audience.of(audience))


def arm(seed: int, n: int, shift: int = 0) -> Answers:
    before, _ = random_answers(np.random.default_rng(seed), TEN, n)
    noise = np.random.default_rng(seed + 100).integers(-2, 3, n)
    return before, np.clip(np.array(before) + noise + shift, 0, 10).tolist()


ARMS = {"pilot": arm(1, 26, 2), "waiting": arm(2, 24)}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return made(tmp_path_factory.mktemp("arms") / "pilots" / "alpha", ARMS, 'allocation = "random"')


def pairs(answers: Answers) -> pd.DataFrame:
    frame = pd.DataFrame({"before": answers[0], "after": answers[1]})
    return frame.assign(change=frame["after"] - frame["before"])


def test_the_headline_is_the_adjusted_difference_and_the_arms_stand_beside_it(report: Report) -> None:
    compared = report.protected.compared
    assert compared is not None
    told = ESTIMATORS["baseline_adjusted_difference"](pairs(ARMS["waiting"]), piloted=pairs(ARMS["pilot"]))
    m, step = compared.adjusted, compared.adjusted.step
    assert (m.change, m.low, m.high) == (
        rounded(told.estimate, step), rounded_down(told.conf_low, step), rounded_up(told.conf_high, step),
    )  # fmt: skip
    assert (m.n, compared.own.n, m.verdict) == (50, 24, "probably better")
    assert report.protected.measures[0].verdict is None
    said = report.summary().text()
    assert said.startswith(
        "Afterwards, people who had it probably felt better than those who did not; how much is not clear."
    )
    assert "As people were put into the groups at random, the technology is probably the reason." in said
    assert "26 and 24. of 26 who had it and 24 who did not answered both times." in said
    assert "Without a comparison" not in report.caveats().text()
    assert "Maryland scale: level 5" in report.caveats().text()
    assert f"{m.number(m.change, signed=True)} (" in report.overview().text()
    assert "| 50 (26 and 24) |" in report.overview().text()
    assert "pilot | 26 | 26 | 26" in report.arms().text()


def test_why_a_clear_interval_has_no_word_is_told_wherever_it_stands(tmp_path: Path) -> None:
    """People in the third arm began three points higher, and did not change."""
    before = (np.array(arm(5, 25)[0]) + 3).clip(max=9)
    after = (before + np.random.default_rng(6).integers(-1, 2, 25)).clip(0, 10)
    arms = {**ARMS, "high": (before.tolist(), after.tolist())}
    report = made(tmp_path / "alpha", arms)
    (other,) = (c for c in report.protected.comparisons if c.arm == "high")
    assert other.unlike == "start"
    assert other.adjusted.low is not None
    assert other.adjusted.low > 0
    said = report.arms().text()
    assert "| Unclear: the groups began too unlike" in said
    assert "may or may not have felt better than those in “high”. The groups began too unlike." in said
    assert "On the main measure" not in report.summary().text()
    assert "would hold the true difference" in report.method().text()


def test_the_plain_difference_has_a_word_for_its_ends_where_it_decided(report: Report, tmp_path: Path) -> None:
    """So that an end which rounding moved onto 0 is "just above 0", and does not look as if the two ways differed."""
    alike = np.array(ARMS["pilot"][0][:24])
    after = (alike + np.random.default_rng(7).integers(-2, 3, 24)).clip(0, 10)
    asked = made(tmp_path / "alpha", {"pilot": ARMS["pilot"], "waiting": (alike.tolist(), after.tolist())})
    by_lot, chosen = (one.protected.comparisons[0] for one in (report, asked))
    assert (chosen.unlike, chosen.adjusted.verdict, by_lot.adjusted.verdict) == (None, *["probably better"] * 2)
    assert (chosen.unadjusted.verdict, by_lot.unadjusted.verdict) == ("probably better", None)
    near = dataclasses.replace(chosen, unadjusted=dataclasses.replace(chosen.unadjusted, low=0.0))
    protected = dataclasses.replace(asked.protected, comparisons=(near,))
    told = changes_table(protected, "pilot", "waiting")
    assert any("(just above 0 to " in str(cell) for cell in told.rows[0])


def test_the_recruited_are_told_group_by_group(tmp_path: Path) -> None:
    report = made(tmp_path / "alpha", ARMS, "recruited = {pilot = 40, waiting = 25}")
    said = report.summary().text()
    assert "of 40 recruited who had it and 25 who did not answered both times." in said
    assert "More than a quarter of a group are missing." in said
    assert report.people_told == "“pilot”: 26 of 40. “waiting”: 24 of 25."
    assert "pilot | 40 | 26 | 26 | 26" in report.arms().text()
    assert "Those who left may differ" in report.participants().text()


def test_workbook_manifest_and_index_have_the_groups(report: Report) -> None:
    (row,) = report.arms().numbers
    assert row.verdict == "probably better"
    (sheet,) = (sheet for sheet in sheets_of([row]) if sheet.name == "Groups")
    assert sheet.rows[0]["Difference from an equal start (points)"] == row.arms[0].difference
    manifest = {
        "pilot": "alpha", "title": "A", "borough": "Borough of Tests", "provenance": "synthetic",
        "numbers": [row.model_dump(mode="json")],
    }  # fmt: skip
    told = at_a_glance([manifest])
    assert told is not None
    assert f"Probably better: {report.protected.results[0].number(row.arms[0].difference, signed=True)}" in told.text()
    assert ", between two groups (main measure)" in told.text()
    assert "arms" not in row.model_copy(update={"arms": ()}).model_dump()


def test_a_small_arm_is_named_and_gives_nothing_away(tmp_path: Path) -> None:
    """Whoever its people are and however many, every word of the page is the same."""
    pages = []
    for name, other in {"a": arm(2, 10), "b": arm(5, 3, 3)}.items():
        report = made(tmp_path / name / "alpha", {"pilot": ARMS["pilot"], "waiting": other})
        parts = (
            report.summary(),
            report.next_steps(),
            report.overview(),
            report.arms(),
            report.measures(),
            report.caveats(),
        )
        pages.append("\n".join(part.text() for part in parts))
        assert report.people_told == "26 people answered both times."
    assert pages[0] == pages[1]
    assert "There was another group, “waiting”: too few people completed both surveys to compare them." in pages[0]
    assert "Maryland scale: level 1" in pages[0]
    assert "“pilot”" not in pages[0]


def test_a_third_arm_is_secondary_and_a_small_one_is_left_out(tmp_path: Path) -> None:
    arms = {**ARMS, "more": arm(3, 20, 1), "few": arm(4, 8)}
    report = made(tmp_path / "alpha", arms)
    said = report.arms().text()
    assert said.startswith("“pilot”, “waiting”, “more” and “few”")
    assert "Exploratory: people in “pilot” may or may not have felt better than those in “more”." in said
    assert "“pilot” beside “more”" in said
    assert "Of “few” too little can be told to compare it." in said
    assert "few | Too few to tell | Too few to tell | Too few to tell" in said
    assert "people in “pilot”" in report.summary().text()


def test_of_an_arm_too_populations_are_remembered(report: Report) -> None:
    """One more person waits: the same pilot again, and what the two pages tell differs by one."""
    first = release_of(report.pilot, report.protected)
    assert [p.outcome for p in first.populations if "waiting" in p.outcome] == ["ons4_happy resident waiting"]
    fewer = made(report.pilot.folder, {**ARMS, "waiting": (ARMS["waiting"][0][:-1], ARMS["waiting"][1][:-1])})
    assert fewer.protected.compared is not None
    risks = differencing_risks(release_of(fewer.pilot, fewer.protected), [first])
    assert "ons4_happy resident waiting" in risks


def test_the_internal_page_withholds_no_comparison(tmp_path: Path) -> None:
    report = made(tmp_path / "alpha", {"pilot": ARMS["pilot"], "waiting": arm(2, 6)}, audience="internal")
    assert report.protected.compared is not None
    assert "“pilot” beside “waiting”" in report.overview().text()
