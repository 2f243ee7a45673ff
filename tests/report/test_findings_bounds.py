"""Findings at the very bounds of their triggers, and the numbers in them, in both directions of better."""

from __future__ import annotations

import dataclasses
import math

import pytest
from test_findings import (
    BASE,
    CHANGE,
    D12,
    FORTY,
    MIDDLE,
    NORM,
    RETEST,
    UP,
    Make,
    dated,
    make,
    spread,
)

from atpilots.disclosure.robustness import robustness_flags
from atpilots.disclosure.thresholds import Audience
from atpilots.estimators.headline_intervals import t_interval_of
from atpilots.report.findings.catalogue import FINDINGS, Context, findings
from atpilots.report.findings.results import FITS_WITH_NO_CHANGE, verdict_sentences

__all__ = ["make"]  # the fixture


def told(context: Context, **counts: int) -> Context:
    """The context with these counts told exactly."""
    return dataclasses.replace(context, protected=dataclasses.replace(context.protected, **counts))


@pytest.mark.parametrize(("n", "said"), [(29, True), (30, False)])
def test_thirty_people_are_not_few(make: Make, n: int, said: bool) -> None:
    assert (FINDINGS["C-02"](told(make(UP), answered_twice=n)) is not None) == said


@pytest.mark.parametrize(
    ("n", "text"), [(0, "Nobody answered both surveys."), (1, "Only 1 person answered both surveys.")]
)
def test_one_person_and_nobody_are_told_in_words(make: Make, n: int, text: str) -> None:
    context = told(make(D12, audience=Audience.INTERNAL), answered_twice=n, recruited=1)
    assert FINDINGS["C-02"](context) == text


def worse_off(make: Make, mean: float, better: str) -> Context:
    """Twenty-four people whose baselines average `mean`, on a scale whose norm is 5 (SD 2)."""
    before = [3, 4, 5, 6, 7, 5] * 4
    for person in range(round(abs(mean - 5) * 24)):
        before[person % 24] += 1 if mean > 5 else -1
    change = [1, -1, 0, 1, -1, 1, 0, 2, -1, 0, -2, 1] * 2
    context = make(change, before=before, better=better, scale=NORM.replace("7.0", "5.0") + RETEST)
    assert not context.main.withheld
    return context


@pytest.mark.parametrize(
    ("mean", "better", "said"),
    [(4, "higher", False), (3.875, "higher", True), (6.125, "higher", False), (6, "lower", False),
     (6.125, "lower", True), (3.875, "lower", False), (95 / 24, "higher", False)],
)  # fmt: skip
def test_worse_at_the_start_is_by_more_than_half_a_standard_deviation(
    make: Make, mean: float, better: str, said: bool
) -> None:
    text = FINDINGS["C-06"](worse_off(make, mean, better))
    assert (text is not None) == said
    if said:
        # (1 − 0.6) · 1.1 = 0.44, by the average as told, rounded outward; 95/24 is told as 4.0
        assert str(text).endswith("Some improvement would be expected anyway, about 0.5 points.")


TOP4 = [-1, 0, -2, -1, -1, 1, 1, -1, 0, 1, 1, 2, 1, -2, 1, -2, 3, 1, 0, 1]
TOP3 = [-1, 0, -2, 3, 3, -2, -2, -2, 0, 3, -1, 2, 3, 2, 3, 0, 0, 1, -1, 1]


@pytest.mark.parametrize(("change", "at_the_end", "said"), [(TOP4, 4, True), (TOP3, 3, False)])
def test_the_best_score_is_the_lowest_where_lower_is_better(
    make: Make, change: list[int], at_the_end: int, said: bool
) -> None:
    before = [10] * at_the_end + list(MIDDLE[at_the_end:])
    mirrored = make([-d for d in change], before=[10 - b for b in before], better="lower", audience=Audience.INTERNAL)
    assert not mirrored.main.withheld
    assert (FINDINGS["C-10"](mirrored) is not None) == said
    assert FINDINGS["C-10"](make(change, before=before, better="lower", audience=Audience.INTERNAL)) is None


@pytest.mark.parametrize(("twice", "said"), [(44, True), (45, False)])
def test_nine_in_ten_stayed(make: Make, twice: int, said: bool) -> None:
    assert (FINDINGS["C-07"](told(make(FORTY), recruited=50, answered_twice=twice)) is not None) == said


@pytest.mark.parametrize("leavers", [13, 15, 18])
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_the_bounds_of_drop_out_are_told_in_halves_outward(make: Make, leavers: int, better: str) -> None:
    text = str(FINDINGS["C-07"](make(FORTY, leavers=leavers, recruited=40 + leavers, better=better)))
    starts, n = sum(BASE[40 : 40 + leavers]), 40 + leavers
    low = math.floor(2 * (sum(FORTY) - starts) / n) / 2
    high = math.ceil(2 * (sum(FORTY) + 10 * leavers - starts) / n) / 2
    expected = f"between {low:+.1f} and {high:+.1f} points.".replace("+0.0", "0.0").replace("-", "−")
    assert expected in text


def test_another_way_of_asking_is_told_though_nobody_had_help(make: Make) -> None:
    changed = "The way of asking changed between the surveys, which may change the answers."
    assert FINDINGS["C-14"](make(columns={"mode": ("self", "phone")})) == changed
    assert FINDINGS["C-14"](make(columns={"mode": ("phone", "phone")})) is None


def test_an_index_is_a_converted_score(make: Make) -> None:
    values = f"[value_set]\nconstant = 0.0\nany_problem = 0.0\nany_worst = 0.0\none = {list(map(float, range(11)))}\n"
    text = "On Test scale the page shows the converted score, as published, not the plain sum of the answers."
    assert FINDINGS["C-28"](make(scoring="value_set", scale=values)) == text


@pytest.mark.parametrize(("zeros", "many"), [(5, False), (6, True)])
def test_three_in_ten_are_many(zeros: int, many: bool) -> None:
    change = tuple(sorted([0.0] * zeros + [float(d) for d in ([1, -2, 3, 1, 2] * 3)[: 20 - zeros]]))
    assert len(change) == 20
    assert robustness_flags(change, t_interval_of(change), "higher", None).many_ties == many


def test_with_several_outcomes_chance_is_told(make: Make) -> None:
    text = str(FINDINGS["C-09"](make(second=True)))
    assert text.startswith("Of 2 outcomes, one")
    assert "Holm" not in text


def test_later_surveys_are_mentioned_where_the_main_result_ends_before_them(make: Make) -> None:
    context = make(columns=dated("2021-01-01", "2021-04-01"))
    assert "we cannot learn whether any change lasts." in str(FINDINGS["C-27"](context))
    three = context.pilot.protocol.model_copy(update={"waves": ("before", "after", "later"), "endpoint": "after"})
    later = dataclasses.replace(context, pilot=dataclasses.replace(context.pilot, protocol=three))
    assert FINDINGS["C-27"](later) == (
        "The two surveys of the main result lie within six months. It does not show whether any change lasts."
    )


@pytest.mark.parametrize("change", [[], [1], [1, 2], [0] * 12, [2] * 12])
@pytest.mark.parametrize("audience", Audience)
def test_degenerate_pilots_are_told_in_words(make: Make, change: list[int], audience: Audience) -> None:
    context = make(change, leavers=3, audience=audience, scale=CHANGE.format(1.0, 2.0) + NORM + RETEST)
    said = " ".join(finding.text for finding in findings(context))
    for wrong in ("nan", "inf ", "None", "1 people", " 0 people", "0.0 points", "0.00 points"):
        assert wrong not in said
    if audience is Audience.INTERNAL:
        assert FINDINGS["C-22"](context) is None


def test_methods_agree_on_people_of_whom_nobody_changed() -> None:
    assert robustness_flags((0.0,) * 12, (0.0, 0.0), "higher", None).methods_agree


def test_a_change_of_nought_is_not_said_to_fit_both_ways(make: Make) -> None:
    still = dataclasses.replace(make(UP, before=spread(0, 2, 7)).main, change=0.0, low=0.0, high=0.0, verdict="unclear")
    assert FITS_WITH_NO_CHANGE not in verdict_sentences(still)
