"""Every finding on both sides of its trigger, and the language of everything that we say."""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from builders.bundled import bundled
from builders.folders import HEAD, write_pilot

from atpilots.disclosure.robustness import robustness_flags
from atpilots.disclosure.suppression import protect
from atpilots.disclosure.thresholds import Audience
from atpilots.estimators.headline_intervals import t_interval_of
from atpilots.estimators.results_table import estimate
from atpilots.estimators.verdicts import BETTER, WORSE, Verdict
from atpilots.page import Claim, Glance
from atpilots.page.spreadsheet import sheets_of
from atpilots.pilots.loading import load_pilot
from atpilots.report.findings.catalogue import FINDINGS, LIMITS, OWN_PLACE, findings
from atpilots.report.findings.context import Context
from atpilots.report.findings.design import TRIED
from atpilots.report.findings.evidence import Allocation, evidence_levels, first_step
from atpilots.report.findings.next_study import NEXT_STEP
from atpilots.report.findings.results import VERDICTS, change_sentences
from atpilots.report.language import unfounded_words
from atpilots.report.report import Report

D12 = (1, 0, 2, 1, 0, -1, 1, 3, 0, 1, -1, 2)
D25 = (*D12, 0, 0, 1, 1, -2, 2, 1, 0, 4, -1, 0, 1, 1)


def spread(start: int, step: int, kinds: int) -> tuple[int, ...]:
    """Baselines of sixty people: enough different answers that the results may be told."""
    return tuple(start + (i * step) % kinds for i in range(60))


BASE = tuple(3 + i % 4 for i in range(60))

SCALE = """\
label = "Test scale"
items = ["one"]
levels = {levels}
scoring = "{scoring}"
better = "{better}"
outcome_domain = "wellbeing"
"""
CHANGE = (
    'minimal_important_change = {{low = {}, high = {}, level = "group", contrast = "within", basis = "anchor", '
    'source = "Made up"}}\n'
)
NORM = 'norm = {mean = 7.0, sd = 2.0, source = "Made up"}\n'
RETEST = 'retest = {r = 0.6, source = "Made up"}\n'
ADVISED = 'advised_n = {n = 40, source = "Made up"}\n'

PROTOCOL = (
    HEAD
    + """\
[[measures]]
instrument = "scale"
primary = true
"""
)


@pytest.mark.parametrize(("given", "told"), [(1, False), (12, False), (13, True), (25, True)])
def test_the_dates_of_fewer_than_half_are_not_those_of_the_survey(make: Make, given: int, told: bool) -> None:
    context = make(columns=dated("2019-12-01", "2020-01-26"))
    answers = context.pilot.answers.astype({"date": "str"})
    answers.loc[answers.index.get_level_values("respondent") >= f"R{given:03d}", "date"] = ""
    context = dataclasses.replace(context, pilot=dataclasses.replace(context.pilot, answers=answers))
    assert bool(FINDINGS["C-13"](context)) is told


APART = [0, 2, 1, 1, 3, -1, -1, 0, -1, 1, 1, -1, 2, 1, 0, 3, 3, -1, -1, 3, -1, 2, 0, 0]  # t p 0.0358, exact p 0.0503
EDGE = [1, -2, 1, -1, 1, 1, 1, 3, 1, 0, 3, 3, 0, -2, 1, -2, 1, 2, -2, 2, 1, 2, -2, 3]  # one person decides
TIES = [0] * 7 + [3, 1, 3, 1, -2, 1, 2, 1, 1, 3, 3, 1, 1, 1, 2, -1]
TOP = [-1, 0, -2, -1, 0, -3, 0, -1, 0, -2, -1, 1, 1, -1, 0, 1, 1, 2, 1, -2, 1, -2, 3, 1, 0,
       1, 2, -1, 1, 0, 2, 1, -1, 3, 1]  # fmt: skip
MIDDLE = [1 + min(answer, 6) for answer in spread(0, 1, 4)]
SECOND = '[[measures]]\ninstrument = "ons4_happy"\n'
CONVERSION = f"[conversion]\nraw = {list(range(11))}\nscore = {list(range(0, 22, 2))}\n"

Make = Callable[..., Context]
MADE: dict[str, Context] = {}


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A context from baselines and changes, with leavers, further columns, and lines or fields of the descriptions."""

    def made(
        change: Sequence[int] = D25, *, before: Sequence[int] = BASE, leavers: int = 0, missing_after: int = 0,
        scale: str = "", levels: str = "[0, 10]", scoring: str = "single", better: str = "higher",
        second: bool = False, withdrawn: int = 0,
        rated: Sequence[int] = (), second_change: Sequence[int] = (),
        audience: Audience = Audience.PUBLIC, columns: dict[str, Sequence[str]] | None = None, quotes: int = 0,
        worth: float | None = None, others: Sequence[int] = (), apart: int = 0, **protocol: object,
    ) -> Context:  # fmt: skip
        rows: list[dict[str, object]] = []
        for position, wave in enumerate(("before", "after")):
            for i in range(len(change) + (0 if position else leavers)):
                answer = "" if position and i < missing_after else before[i] + (change[i] if position else 0)
                cells = {name: values[position] for name, values in (columns or {}).items()}
                moved = second_change[i] if position and second_change else 0
                happy = {"ons4_happy": 4 + i % 4 + moved} if second else {}
                rows.append({"respondent": f"R{i:03d}", "wave": wave, "scale": answer, **happy, **cells})
                if rated:
                    rows[-1]["rater"] = "resident"
                    answer = before[i] + (rated[i] if position else 0)
                    rows.append({**rows[-1], "rater": "support_worker", "scale": answer, **dict.fromkeys(happy, "")})
        for i, moved in enumerate(others):  # of another arm, who began alike
            scores = {"before": before[i] + apart, "after": before[i] + apart + moved}
            rows += [{"respondent": f"C{i:03d}", "wave": w, "scale": s, "arm": "waiting"} for w, s in scores.items()]
        folder = tmp_path / f"pilot-{len(list(tmp_path.iterdir()))}"
        arms = 'arms = ["pilot", "waiting"]\n' if others else ""
        rows = [{"arm": "pilot", **row} for row in rows] if others else rows
        acting = f"worth_acting_on = {worth}\n" if worth else ""
        write_pilot(folder, rows, toml=arms + PROTOCOL + acting + (SECOND if second else ""))
        (folder / "instruments").mkdir()
        (folder / "instruments" / "scale.toml").write_text(
            SCALE.format(levels=levels, scoring=scoring, better=better) + scale
        )
        codes = "".join(f"R{i:03d},2021-01-01\n" for i in range(withdrawn))
        (folder / "withdrawn.csv").write_text(f"respondent,date\n{codes}")
        pilot = load_pilot(folder)
        pilot = dataclasses.replace(pilot, protocol=pilot.protocol.model_copy(update=protocol))
        results = estimate(pilot)
        return Context(pilot, results, protect(pilot, results, audience), quotes)

    def made_once(change: Sequence[int] = D25, **given: Any) -> Context:
        key = repr((change, sorted(given.items())))
        if key not in MADE:
            MADE[key] = made(change, **given)
        return MADE[key]

    return made_once


def dated(before: str, after: str) -> dict[str, Sequence[str]]:
    return {"date": (before, after)}


UP = [2, 2, -1, 2, 3, 2, 2, 2, 2, 2, 3, 1, 3, 1, 2, 1, -1, 3, 2, 3, 3, 3, 1, 2]  # clearly better, whoever leaves
OFF = [0, 0, 1, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0]  # hardly anybody moved
FORTY = (UP * 2)[:40]
FALL = [-3, -1, 0, -2, -1, -3, -2, 0, 1, -2, -1, -2, -3, -1, 0, -2, -2, -1, -1, -3, 0, -2, -1, -2]


# id: (what triggers it, what just does not, a part of what it says)
FIXTURES: dict[str, tuple[dict[str, object], dict[str, object] | None, str]] = {
    "C-01": ({}, {"change": UP, "others": OFF}, "Without a comparison"),
    "C-02": ({"change": D25}, {"change": [*D25, *D12[:10]]}, "Only 25 people answered both surveys."),
    "C-03": ({"change": OFF}, {"change": UP}, "would be found in about 4 of 5 pilots of this size."),
    "C-04": ({"change": OFF}, {"change": UP}, "fit with no change, and with a change for the better or for the worse"),
    "C-05": (
        {"change": UP},
        {"change": UP[:10]},
        "Test scale: People probably felt better on average; how much is not clear.",
    ),
    "C-06": (
        {"scale": NORM + RETEST, "before": [5] * 60},
        {"scale": NORM + RETEST, "before": [6] * 60},
        "Some improvement would be expected anyway, about 0.8 points.",
    ),
    "C-07": (
        {"change": FORTY, "leavers": 15, "recruited": 55},
        {"change": FORTY, "leavers": 4, "recruited": 44},
        "Those who left may differ from those who stayed.",
    ),
    "C-08": (
        {"change": FORTY, "missing_after": 1, "second": True},
        {"change": FORTY, "second": True},
        "Of the 40 who answered both surveys, these have a score both times: 39 on Test scale.",
    ),
    "C-09": ({"second": True}, {}, "Of 2 outcomes, one may look better or worse by chance alone."),
    "C-10": (
        {"change": TOP, "before": [10] * 10 + MIDDLE[10:]},
        {"change": TOP, "before": [10] * 9 + MIDDLE[9:]},
        "could not improve on Test scale.",
    ),
    "C-11": (
        {"change": [0, 0, *TIES], "before": spread(0, 2, 7)},
        {"change": [*TIES, -1, 2], "before": spread(0, 1, 4)},
        "Many people had the same score",
    ),
    "C-12": ({}, {"change": D12[:10]}, "some people may have got worse"),
    "C-13": (
        {"columns": dated("2021-01-11", "2021-03-08")},
        {"columns": dated("2021-02-25", "2021-03-04"), "planned_gap_weeks": 1.0},
        "The season may explain part of a change.",
    ),
    "C-14": (
        {"columns": {"mode": ("self", "assisted")}},
        {"columns": {"mode": ("self", "self")}},
        "answered with help",
    ),
    "C-15": (
        {"collected_by": "Support workers"},
        {"collected_by": ""},
        "Support workers. People who were given",
    ),
    "C-16": ({"participants_rule": "Residents over 65"}, None, "Who could take part: Residents over 65."),
    "C-17": ({}, {"notes": {"usage": "People used it daily."}}, "We do not know how much the technology was used."),
    "C-18": ({"audience": Audience.INTERNAL}, {}, "The p-value is not the chance that the pilot worked."),
    "C-19": (
        {"change": APART},
        {"change": UP, "before": spread(0, 2, 7)},
        "Test scale: A second method is less sure that there was a change.",
    ),
    "C-20": (
        {"change": EDGE, "before": spread(2, 3, 5)},
        {"change": UP, "before": spread(0, 2, 7)},
        "Without one person's answers, the words for the result on Test scale would be others.",
    ),
    "C-21": ({"columns": {"age_band": ("65-74", "75+")}}, {"columns": {"age_band": ("65+", "65+")}}, "smaller groups"),
    "C-22": ({"change": D12[:10]}, {}, "Where a figure is withheld, that is to protect"),
    "C-23": ({}, {"plan_dated": datetime.date(2020, 1, 1)}, "No dated plan was given."),
    "C-24": ({"withdrawn": 1}, {"withdrawn": 0}, "Anybody who withdrew has been left out"),
    "C-25": ({"quotes": 2}, {"quotes": 0}, "The quotes are examples"),
    "C-26": ({}, {"notes": {"costs": "It cost little."}}, "does not assess value for money"),
    "C-27": (
        {"columns": dated("2021-01-01", "2021-07-01")},
        {"columns": dated("2021-01-01", "2021-07-02")},
        "In under six months we cannot learn",
    ),
    "C-28": ({"scoring": "conversion", "scale": CONVERSION}, {}, "shows the converted score"),
    "C-29": ({"provenance": "synthetic"}, {}, "The data are synthetic"),
    "C-30": (
        {"scale": CHANGE.format(1.0, 2.0)},
        None,
        "To see a difference of, say, 1 point between two equal groups",
    ),
    "C-31": (
        {"change": UP, "rated": FALL, "before": spread(3, 2, 5)},
        {"change": UP, "rated": UP, "before": spread(3, 2, 5)},
        "disagree on Test scale. By residents' own answers they probably got better; by their support workers' they "
        "probably got worse.",
    ),
    "C-32": ({}, {"change": [1] * 12, "audience": Audience.INTERNAL}, "if people's changes differ as much as here."),
    "C-33": (
        {"change": UP, "others": OFF, "allocation": "waiting_list"},
        {"change": UP, "others": OFF[:10], "allocation": "waiting_list"},
        "Groups that were not made at random may differ",
    ),
}


def test_every_finding_has_a_fixture_on_each_side() -> None:
    assert list(FIXTURES) == list(FINDINGS)
    assert [f"C-{number:02d}" for number in range(1, 34)] == list(FINDINGS)
    always = {id_ for id_, (_, other, _) in FIXTURES.items() if other is None}
    assert always == {"C-16", "C-30"}


def test_every_finding_has_one_place_on_the_page() -> None:
    placed = [*LIMITS, *(id_ for ids in OWN_PLACE.values() for id_ in ids)]
    assert sorted(placed) == list(FINDINGS)


@pytest.mark.parametrize("pilot", ["greenwich", pytest.param("hackney", marks=pytest.mark.slow)])
def test_every_triggered_finding_is_said_once_and_by_its_name(pilot: str) -> None:
    report = bundled(pilot)
    told = {f.id: f.text for f in findings(Context(report.pilot, report.results, report.protected))}
    lines, above = report.caveats().text().splitlines(), report.next_steps().text()
    said = [f"{name}. {told[id_]}" for id_, name in LIMITS.items() if id_ in told and told[id_] not in above]
    assert [line for line in lines if line in said] == said
    assert len(said) > 8
    assert {"C-17", "C-26", "C-27"} <= {id_ for id_ in LIMITS if id_ in told and told[id_] in above}
    with_people = [told[id_] for id_ in OWN_PLACE["participants"]]
    assert all(text in report.participants().text() for text in with_people)
    everything = (report.next_steps() + report.measures() + report.participants() + report.caveats()).text()
    sentences = [s for s in re.split(r"(?<=[.!?])\s+", everything) if "people" in s and "average" not in s]
    again = {s for s in sentences if sentences.count(s) > 1}
    assert not again & {s for text in told.values() for s in re.split(r"(?<=[.!?])\s+", text)}


@pytest.mark.parametrize("id_", FIXTURES)
def test_a_finding_is_there_where_it_is_triggered_and_only_there(make: Make, id_: str) -> None:
    triggering, other, part = FIXTURES[id_]
    assert part in str(FINDINGS[id_](make(**triggering)))
    if other is not None:
        assert part not in str(FINDINGS[id_](make(**other)))


NOT_SHOWN = "Nesta Standards of Evidence: level 1: described; a change for the better is not shown."


def test_the_level_of_evidence_follows_design_and_verdict(make: Make) -> None:
    assert "Maryland scale: level 1. Nesta Standards of Evidence: level 2.)" in str(FINDINGS["C-01"](make(UP)))
    for other in (FALL, MIXED, OFF):  # worse, unclear with an average below no change, unclear with one above
        assert NOT_SHOWN in str(FINDINGS["C-01"](make(other)))
    small = make(OFF, scale=CHANGE.format(1.0, 2.0))
    assert small.main.verdict == "too small to matter"
    assert NOT_SHOWN in str(FINDINGS["C-01"](small))


def test_where_the_main_result_is_withheld_there_is_no_level(make: Make) -> None:
    withheld = make(UP[:10])
    assert withheld.main.withheld
    assert "evel" not in str(FINDINGS["C-01"](withheld))


@pytest.mark.parametrize(
    ("allocation", "maryland", "nesta"),
    [("", 1, "level 2."), ("chosen", 3, "at most level 3."), ("waiting_list", 3, "at most level 3."),
     ("random", 5, "at most level 3.")],
)  # fmt: skip
def test_a_comparison_is_worth_more_by_the_way_people_came_into_it(
    allocation: Allocation, maryland: int, nesta: str
) -> None:
    for word in VERDICTS:
        told = evidence_levels(word, allocation)
        assert told.startswith(f"Maryland scale: level {maryland}.")
        assert told.endswith(nesta) == (word in BETTER)
    assert evidence_levels("unclear", allocation).endswith(NOT_SHOWN)
    assert ("Nesta" in evidence_levels("probably worse", allocation)) == (allocation != "random")


ARMS = ("pilot", "two", "three")


def test_how_often_unlike_groups_mislead_is_told_as_simulated() -> None:
    methods = Path(__file__).parents[2].joinpath("docs", "methods.md").read_text(encoding="utf-8")
    found = {
        what: [float(share) for row in re.findall(rf"worse off by .*{what}.*", methods)
               for share in re.findall(r"[\d.]+", row.split("|")[3].split("(")[0])]
        for what in ("interval", "word")
    }  # fmt: skip
    lowest, highest = (round(100 * end) for end in (min(found["interval"]), max(found["interval"])))
    assert "with 20 people in each, those with the technology worse off all along by half to one" in TRIED
    assert f"in {lowest} to {highest} of 100 pilots" in TRIED
    assert f"in at most {math.ceil(100 * max(found['word']))} of 100." in TRIED


def test_all_arms_that_the_page_leaves_out_are_named(make: Make) -> None:
    """Once: in the summary, of however many."""
    one, two = (Report(make(arms=arms).pilot, Audience.PUBLIC) for arms in (ARMS[:2], ARMS))
    assert "There was another group, “two”: too few people completed both surveys to compare them." in (
        one.summary().text()
    )
    assert "There were other groups, “two” and “three”:" in two.summary().text()
    assert "another group" not in "".join(part.text() for part in (one.arms(), one.caveats()))


@pytest.mark.parametrize(
    ("allocation", "level"),
    [("random", "Maryland scale: level 5. Nesta Standards of Evidence: at most level 3."),
     ("waiting_list", "Maryland scale: level 3. Nesta Standards of Evidence: at most level 3."),
     (None, "Maryland scale: level 3.")],
)  # fmt: skip
def test_a_comparison_is_worth_what_its_allocation_is(make: Make, allocation: str | None, level: str) -> None:
    context = make(UP, others=OFF, allocation=allocation)
    assert context.headline.verdict == "probably better"
    assert level in str(FINDINGS["C-33"](context))
    assert FINDINGS["C-06"](context) is None
    assert "Find out" not in str(FINDINGS["C-30"](context))
    assert str(FINDINGS["C-30"](context)).startswith("The comparison supports going on")


def test_groups_that_are_unlike_at_the_start_tell_nothing_unless_lot_made_them(make: Make) -> None:
    """The others began a point higher: nearly a standard deviation."""
    chosen = make(UP, others=OFF, apart=1, allocation="chosen")
    assert chosen.compared is not None
    assert (chosen.compared.unlike, chosen.headline.verdict) == ("start", "unclear")
    assert f"Maryland scale: level 1. {NOT_SHOWN}" in str(FINDINGS["C-33"](chosen))
    lot = make(UP, others=OFF, apart=1, allocation="random")
    assert lot.compared is not None
    assert (lot.compared.unlike, lot.headline.verdict) == (None, "probably better")


def test_the_owners_advice_counts_where_it_is_higher_than_thirty(make: Make) -> None:
    assert "owners advise at least 40" in str(FINDINGS["C-02"](make([*UP, *UP[:12]], scale=ADVISED)))
    assert FINDINGS["C-02"](make(FORTY, scale=ADVISED)) is None


def test_low_starters_are_also_those_who_were_chosen_for_it(make: Make) -> None:
    text = "People were low at the start. Some improvement would be expected anyway."
    assert FINDINGS["C-06"](make(selected_for_low_scores=True)) == text
    assert FINDINGS["C-06"](make()) is None
    # Half a standard deviation below the norm of 7 (SD 2) is 6, of the average as told; 6 itself does not count.
    assert FINDINGS["C-06"](make(scale=NORM, before=[6] * 20 + [5] * 5)) == text
    assert FINDINGS["C-06"](make(scale=NORM, before=[6] * 25)) is None


def test_the_bounds_of_drop_out_are_told_only_where_the_leavers_may_be_counted(make: Make) -> None:
    fifteen = str(FINDINGS["C-07"](make(FORTY, leavers=15, recruited=55)))
    # 40 stayers: sum of changes 80 − … computed by hand: leavers started at BASE[40:55] and could end at 0 or at 10.
    stayers, starts = sum(FORTY), BASE[40:55]
    worst = (stayers + sum(0 - start for start in starts)) / 55
    best = (stayers + sum(10 - start for start in starts)) / 55
    low, high = (int(worst * 2 // 1) / 2, -int(-best * 2 // 1) / 2)
    bounds = f"would lie between {low:+.1f} and {high:+.1f} points.".replace("+0.0", "0.0")
    assert bounds in fifteen.replace("−", "-")


def test_where_nobody_said_how_many_were_recruited_those_who_answered_before_are_counted(make: Make) -> None:
    text = str(FINDINGS["C-07"](make(FORTY, leavers=15)))
    assert text.startswith("Those who left may")
    assert "would lie between" in text
    assert FINDINGS["C-07"](make(FORTY, leavers=4)) is None


@pytest.mark.parametrize(
    ("recruited", "told", "large"), [(40, False, False), (41, True, False), (48, True, False), (49, True, True)]
)
def test_losses_are_told_below_nine_in_ten_and_are_large_below_three_in_four(
    make: Make, recruited: int, told: bool, large: bool
) -> None:
    context = make(FORTY[:36], recruited=recruited)
    assert (FINDINGS["C-07"](context) is not None) is told
    assert ("More than a quarter" in Report(context.pilot, Audience.PUBLIC).summary().text()) is large


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"leavers": 13}, ""),
        ({"leavers": 14}, "More than a quarter are missing."),
        ({"recruited": 54}, "More than a quarter are missing."),
        ({"missing_after": 10, "second": True}, ""),
        ({"missing_after": 11, "second": True},
         "Some left questions blank: on the main measure, 29 have a score both times."),
    ],
)  # fmt: skip
def test_a_loss_of_over_a_quarter_stands_in_the_summary(make: Make, given: dict[str, object], said: str) -> None:
    context = make(FORTY, **given)
    summary = Report(context.pilot, Audience.PUBLIC).summary().text()
    assert (said or "answered both times.") in summary
    assert ("quarter" in summary, "blank" in summary) == ("quarter" in said, "blank" in said)


@pytest.mark.parametrize(
    ("second_change", "said"),
    [(FALL, "Exploratory: people probably got worse on Happiness yesterday (ONS4)."), (OFF, ""),
     ([-d for d in FALL], "Exploratory: people probably got better on Happiness yesterday (ONS4).")],
)  # fmt: skip
def test_the_summary_names_a_secondary_harm_beside_an_unclear_main_measure(
    make: Make, second_change: list[int], said: str
) -> None:
    change = OFF[: len(second_change)] + [0, 1, -1, 0][: len(second_change) - len(OFF)]
    context = make(change, second=True, second_change=second_change)
    assert context.main.verdict == "unclear"
    summary = Report(context.pilot, Audience.PUBLIC).summary().text()
    assert said in summary
    assert ("Exploratory" in summary) == bool(said)
    assert "This pilot cannot tell." in str(FINDINGS["C-30"](context))
    assert NOT_SHOWN in str(FINDINGS["C-01"](context))


@pytest.mark.parametrize(
    ("low", "word", "said"), [(0.5, "worse by as much", "got worse"), (1.0, "probably worse", "probably got worse")]
)
def test_the_summary_is_as_sure_of_a_secondary_change_as_its_own_section(
    make: Make, low: float, word: str, said: str
) -> None:
    context = make(FALL, before=spread(4, 5, 5), scale=CHANGE.format(low, 2.0))
    (main,) = context.protected.measures
    assert main.verdict == word
    report = Report(context.pilot, Audience.PUBLIC)
    second = dataclasses.replace(main, label="Another scale", primary=False)
    report.__dict__["protected"] = dataclasses.replace(context.protected, measures=(main, second))
    assert f"Exploratory: people {said} on Another scale." in report.summary().text()


def test_support_workers_views_are_no_outcomes_more(make: Make) -> None:
    """Residents' results are the same with them and without; the summary tells only that they saw the reverse."""
    alone, both = (make(UP, before=spread(3, 2, 5), rated=rated, second=True, second_change=UP) for rated in ((), FALL))
    assert alone.protected.measures == both.protected.measures
    assert [(m.name, m.rater) for m in both.protected.workers] == [("scale", "support_worker")]
    one, two = (Report(context.pilot, Audience.PUBLIC) for context in (alone, both))
    reverse = "Support workers saw the reverse. "
    assert reverse in two.summary().text()
    assert two.summary().text().replace(reverse, "") == one.summary().text()
    for section in ("overview", "change_table", "measures", "next_steps", "participants"):
        assert getattr(one, section)() == getattr(two, section)()
    assert not one.raters().pieces
    found = two.raters()
    assert isinstance(found.pieces[0], Claim)
    (table,) = (piece for piece in found.pieces if isinstance(piece, Glance))
    assert [str(row.name) for row in table.rows] == [
        "Test scale (0 to 10): residents",
        "Test scale (0 to 10): support workers",
    ]
    assert {row.aside for row in table.rows} == {"(24 people)"}
    sheets = {s.name: [row["Measure"] for row in s.rows] for s in sheets_of(two.overview().numbers + found.numbers)}
    assert sheets["Support workers"] == ["Test scale, rated by support workers"]
    assert sheets["Points"] == sheets["Percent"] == [m.label for m in both.protected.measures]
    assert [(row.rater, row.change) for row in found.numbers] == [("support_worker", both.protected.workers[0].change)]


@pytest.mark.parametrize(
    ("rated", "said"),
    [
        (UP, "On Test scale both views point the same way: for the better."),
        ([*OFF, 0, -1, 1, 0], "residents' own answers point to a change for the better; support workers' are unclear."),
    ],
)
def test_two_views_are_compared_in_words(make: Make, rated: Sequence[int], said: str) -> None:
    context = make(UP, before=spread(3, 2, 5), rated=rated)
    report = Report(context.pilot, Audience.PUBLIC)
    assert said in report.raters().text()
    assert "Both averages are of the same people." in report.raters().text()
    assert "reverse" not in report.summary().text()


def test_blank_items_are_not_told_as_too_few_surveys(make: Make) -> None:
    few = make(FORTY, missing_after=30, second=True, second_change=FORTY)
    assert few.protected.told
    assert str(FINDINGS["C-30"](few)).startswith("Too few people to learn about the main measure; use what was learned")
    assert few.main.withheld == (
        "Too few people have a score both times to publish results, because questions were left blank."
    )
    assert make(UP[:10]).main.withheld == "Too few people completed both surveys to publish results."


@pytest.mark.parametrize(
    ("leavers", "recruited", "audience", "told"),
    [
        (9, 55, Audience.PUBLIC, False),  # six more answered nothing
        (10, 50, Audience.PUBLIC, True),
        (9, 49, Audience.PUBLIC, False),
        (8, 48, Audience.BOROUGH, True),
        (7, 47, Audience.BOROUGH, False),
        (5, 45, Audience.INTERNAL, True),
    ],
)
def test_the_bounds_tell_of_no_fewer_leavers_than_the_threshold(
    make: Make, leavers: int, recruited: int, audience: Audience, told: bool
) -> None:
    text = str(FINDINGS["C-07"](make(FORTY, leavers=leavers, recruited=recruited, audience=audience)))
    assert ("would lie between" in text) is told


@pytest.mark.parametrize(("blanks", "told"), [(0, True), (1, False), (9, False), (10, True)])
def test_the_bounds_set_no_few_people_apart_who_left_the_main_measure_out(make: Make, blanks: int, told: bool) -> None:
    """They answered another measure twice, so they did not leave; the bounds take their scores for those of leavers."""
    context = make(FORTY, leavers=15, recruited=55, second=True, missing_after=blanks)
    assert (context.protected.answered_twice, context.main.n) == (40, 40 - blanks)
    assert ("would lie between" in str(FINDINGS["C-07"](context))) is told


SMALL = {"change": OFF, "scale": CHANGE.format(1.0, 2.0)}


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ({"change": UP}, "These results support a fair test next. On their own they support neither a roll-out nor a"),
        ({"change": OFF}, "This pilot cannot tell. Decide on other grounds, or test again with more people and a "),
        (SMALL, "Do not expect a change that people notice on this measure. Compare: Give it"),
        ({"change": FALL}, "Find out why before going on. Compare: Give it"),
        ({"change": UP[:10]}, "Too few people to learn about wellbeing; use what was learned about doing it:"),
        ({"change": [2] * 30}, "The main result cannot be told; use what was learned about doing it: who came,"),
    ],
)  # fmt: skip
def test_what_to_do_next_starts_with_what_the_result_says(make: Make, given: dict[str, object], first: str) -> None:
    assert str(FINDINGS["C-30"](make(**given))).startswith(first)


def test_then_come_at_most_three_things_that_the_findings_leave_to_do(make: Make) -> None:
    """With the number of people beside the comparison that it is for."""
    unknown, cost = "We do not know how much the technology was used.", "This page does not assess value for money."
    compare, people = f"nor a stop. Compare: {NEXT_STEP} To see a difference of", "must answer both times."
    soon = str(FINDINGS["C-30"](make(UP, columns=dated("2021-01-01", "2021-03-01"))))
    assert compare in soon
    lasts = "In under six months we cannot learn whether any change lasts."
    assert soon.endswith(f"{people} Record use and cost: {unknown} {cost} Ask again after six months: {lasts}")
    late = make(UP, columns=dated("2021-01-01", "2021-08-01"), notes={"usage": "Daily."})
    assert str(FINDINGS["C-30"](late)).endswith(f"{people} Record cost: {cost}")
    arms = str(FINDINGS["C-30"](make(UP, arms=("pilot", "two"), notes={"usage": "Daily.", "costs": "Little."})))
    assert "nor a stop. Ask more people: To see a difference of" in arms
    assert arms.endswith(people)


@pytest.mark.parametrize(
    ("word", "first"),
    [("better by more", "The comparison supports going on, with the same questions asked again later."),
     ("unclear", "The comparison cannot tell. More people, or groups that are more alike, would."),
     ("too small to matter", "The comparison shows no difference that people would notice."),
     ("probably worse", "Find out why before going on.")],
)  # fmt: skip
def test_a_comparison_has_first_lines_of_its_own(word: Verdict, first: str) -> None:
    assert first_step(word, "chosen") == first_step(word, "random") == first
    assert (first_step(word) == first) == (word in WORSE)


@pytest.mark.parametrize(
    ("change", "before", "important", "word"),
    [
        (FALL, spread(4, 5, 5), (1.0, 2.0), "probably worse"),
        (FALL, spread(4, 5, 5), (0.5, 2.0), "worse by as much"),
        (FALL, spread(4, 5, 5), (0.5, 0.6), "worse by more"),
        ([4, 3, 2, 5, 4, 3, 1, 4, 6, 3, 4, 2, 3, 5, 4, 0, 2, 4, 3, 5, 1, 4, 6, 4], spread(0, 1, 4), (1.0, 2.0),
         "better by more"),
        ([2, 1, 0, 3, 2, -1, 4, 1, 2, 0, 3, 1, -2, 2, 4, 1, 0, 2, 3, 1, -1, 2, 1, 3], spread(2, 3, 5), (1.0, 2.0),
         "probably better"),
        ([0, 1, 0, -1, 0, 0, 1, -1, 0, 1, 0, -1, 1, 0, 0, -1, 0, 1, -1, 0, 0, 0, 1, -1] * 2, spread(3, 3, 5),
         (1.0, 2.0), "too small to matter"),
        ([4, -4, 3, -3, 2, -1, 4, -4, 1, 0, 3, -2, 2, -3, 1, 0, -2, 3, -1, 2, 0, -3, 4, 1], spread(4, 3, 3), (1.0, 2.0),
         "unclear"),
        (UP, spread(0, 2, 7), (1.0, 5.0), "better by as much"),
        (UP, spread(0, 2, 7), None, "probably better"),
    ],
)  # fmt: skip
def test_the_verdicts_have_one_sentence_each(
    make: Make, change: list[int], before: tuple[int, ...], important: tuple[float, float] | None, word: str
) -> None:
    context = make(change, scale=CHANGE.format(*important) if important else "", before=before)
    assert context.main.verdict == word
    told = str(FINDINGS["C-05"](context))
    sentence = VERDICTS[word].format(felt="felt", done="felt")[1:]
    assert sentence in told
    assert ("There is no agreed size for averages." in told) == (important is None)
    assert ("It may be too little to matter." in told) == (important is not None and word.startswith("probably"))
    assert sentence in " ".join(change_sentences(context.main))


@pytest.mark.parametrize("audience", Audience)
def test_the_word_follows_the_interval_where_the_exact_test_disagrees(make: Make, audience: Audience) -> None:
    """Darwin's maize in eighths of an inch, fifteen people: below twenty nothing is remarked on a released page."""
    change = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    context = make(change, before=spread(70, 7, 11), levels="[0, 160]", audience=audience)
    rows = context.estimates(context.main)
    assert rows["mean_change"].conf_low > 0
    assert rows["permutation_test"].p_value > 0.05
    assert context.main.verdict == "probably better"
    assert (context.main.remarks is not None) == (audience is Audience.INTERNAL)
    said = str(FINDINGS["C-19"](context))
    assert ("A second method is less sure" in said) == (audience is Audience.INTERNAL)


def test_the_exact_test_may_be_surer_than_the_interval(make: Make) -> None:
    context = make([1] * 6 + [9], before=[1] * 7, audience=Audience.INTERNAL)
    rows = context.estimates(context.main)
    assert rows["mean_change"].conf_low < 0 < rows["mean_change"].conf_high
    assert rows["permutation_test"].p_value < 0.05
    assert context.main.verdict == "unclear"
    assert FINDINGS["C-19"](context) == "Test scale: A second method is surer that there was a change."


def test_darwins_maize_divides_the_methods() -> None:
    """His fifteen pairs: t p 0.0497, exact permutation p 0.0527."""
    change = tuple(sorted(map(float, [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])))
    assert not robustness_flags(change, t_interval_of(change), "higher", None).methods_agree
    mirrored = tuple(sorted(-d for d in change))
    assert not robustness_flags(mirrored, t_interval_of(mirrored), "lower", None).methods_agree


def test_some_got_worse_is_said_in_the_same_words_whoever_did(make: Make) -> None:
    assert FINDINGS["C-12"](make(UP)) == FINDINGS["C-12"](make(D25))


def test_time_that_was_not_as_planned_and_events_are_told(make: Make) -> None:
    gap = dated("2021-03-01", "2021-04-19")  # seven weeks
    assert FINDINGS["C-13"](make(columns=gap, planned_gap_weeks=5.0)) is None
    assert FINDINGS["C-13"](make(columns=gap, planned_gap_weeks=9.0)) is None
    late = "The time between the surveys was not as planned."
    assert FINDINGS["C-13"](make(columns=gap, planned_gap_weeks=4.9)) == late
    assert FINDINGS["C-13"](make(columns=gap, planned_gap_weeks=9.1)) == late
    assert "season" in str(FINDINGS["C-13"](make(columns=dated("2019-12-01", "2020-01-26"))))  # eight weeks
    assert FINDINGS["C-13"](make(columns=dated("2019-12-01", "2020-01-25"))) is None
    assert FINDINGS["C-13"](make(columns=dated("2020-03-01", "2021-03-08"), planned_gap_weeks=53.0)) is None
    assert "Between the surveys: A lockdown. This may" in str(FINDINGS["C-13"](make(events=("A lockdown.",))))
    assert FINDINGS["C-13"](make()) is None


def test_departures_from_a_dated_plan_are_told(make: Make) -> None:
    context = make(plan_dated=datetime.date(2020, 1, 1), deviations=("The gap was longer",))
    assert str(FINDINGS["C-23"](context)).endswith("2020. Departures from the plan: The gap was longer.")


@pytest.mark.parametrize(
    ("day", "told"), [(11, "The analysis plan is dated 11 January 2021."), (12, "The plan was written while the pilot")]
)
@pytest.mark.parametrize(
    "given",
    [{"columns": dated("2021-01-11", "2021-03-08"), "started": datetime.date(2021, 1, 1)},
     {"started": datetime.date(2021, 1, 11)}],
    ids=["by the answers", "by the start"],
)  # fmt: skip
def test_a_plan_is_held_against_the_first_answer(make: Make, given: dict[str, object], day: int, told: str) -> None:
    assert str(FINDINGS["C-23"](make(plan_dated=datetime.date(2021, 1, day), **given))).startswith(told)


def test_a_plan_without_anything_to_hold_it_against_is_told_with_its_date(make: Make) -> None:
    told = FINDINGS["C-23"](make(plan_dated=datetime.date(2021, 1, 11)))
    assert told == "The analysis plan is dated 11 January 2021."


def test_people_picked_for_low_scores_do_not_look_clearly_better(make: Make) -> None:
    """The trap of regression to the mean: a gain of the expected size must carry the warning with it."""
    context = make([1, 2, 1, 1, 2, 1, 0, 1, 2, 1, 2, 1], before=[3, 4] * 30, selected_for_low_scores=True,
                   scale=CHANGE.format(1.0, 2.0))  # fmt: skip
    assert context.main.verdict != "better by more"
    assert FINDINGS["C-06"](context) is not None


def everything_said(make: Make) -> list[str]:
    sides = [side for triggering, other, _ in FIXTURES.values() for side in (triggering, other) if side is not None]
    contexts = [make(**side) for side in sides]
    said = [finding.text for context in contexts for finding in findings(context)]
    said += [text for context in contexts for m in context.protected.measures for text in change_sentences(m)]
    reports = [bundled(pilot, audience) for pilot in ("greenwich", "hackney") for audience in ("public", "borough")]
    for report in reports:
        parts = (report.title(), report.summary(), report.next_steps(), report.overview(), report.measures(),
                 report.participants())  # fmt: skip
        said += [part.text() for part in (*parts, report.caveats(), report.method())]
    return said


@pytest.mark.usefixtures("without_pictures")
@pytest.mark.slow
def test_nothing_that_we_say_claims_more_than_it_can(make: Make) -> None:
    said = everything_said(make)
    assert len(said) > 200
    for text in said:
        assert unfounded_words(text) == [], text
        assert not re.search(r"\b(nan|None(?!: every)|inf|−?0\.0 points or more)\b", text), text
        assert not re.search(r"p\s*[<=]\s*0|\*\*", text), text


@pytest.mark.parametrize(
    "claim",
    ["This proves it.", "It works.", "The Echo caused this.", "a significant change", "It helped people.",
     "due to technology", "It improved wellbeing.", "made people happier", "reduced by the Echo", "It leads to less."],
)  # fmt: skip
def test_the_linter_finds_claims(claim: str) -> None:
    assert unfounded_words(claim)


def test_sentences_are_short(make: Make) -> None:
    for id_, (given, _, _) in FIXTURES.items():
        for sentence in re.split(r"(?<=[.!?])\s+", str(FINDINGS[id_](make(**given)))):
            assert len(sentence.split()) <= 30, sentence


def test_a_withheld_count_leaves_no_trace_in_any_finding(make: Make) -> None:
    context = make(UP[:9], recruited=14)
    assert context.protected.answered_twice is None
    said = " ".join(finding.text for finding in findings(context))
    assert not re.search(r"\b(9|14)\b", said)


MIXED = [-1, 0, 1, 0, -2] * 5


def lower_is_better(make: Make, **given: object) -> Context:
    return make(**given, better="lower")


def test_low_is_high_where_lower_is_better(make: Make) -> None:
    worse_off = lower_is_better(
        make, scale=NORM.replace("7.0", "3.0") + RETEST, before=[5] * 25, change=[-1, 0, 1, 0, -2] * 5
    )
    text = FINDINGS["C-06"](worse_off)
    assert text is not None
    assert text.startswith("People's scores were high at the start, which is worse. Some improvement would be expected")
    assert FINDINGS["C-06"](lower_is_better(make, scale=NORM + RETEST, before=[5] * 25, change=MIXED)) is None
    # Chosen for bad scores, yet better off than the norm: no size of an improvement that is not to be expected.
    chosen = make(scale=NORM.replace("7.0", "2.0") + RETEST, before=[5] * 25, selected_for_low_scores=True)
    assert str(FINDINGS["C-06"](chosen)).endswith("Some improvement would be expected anyway.")


def test_the_level_of_evidence_follows_the_direction_of_better(make: Make) -> None:
    falls = lower_is_better(make, change=FALL, before=spread(4, 5, 5))
    assert falls.main.change is not None
    assert falls.main.change < 0
    assert "level 2." in str(FINDINGS["C-01"](falls))
    assert NOT_SHOWN in str(FINDINGS["C-01"](lower_is_better(make, change=UP, before=spread(0, 2, 7))))


def test_an_average_that_rounds_to_itself_neither_rose_nor_fell(make: Make) -> None:
    measure = dataclasses.replace(make(UP, before=spread(0, 2, 7)).main, before=4.6, after=4.6, change=-0.1)
    assert change_sentences(measure)[0].startswith("The average score was 4.6 before and 4.6 after,")
