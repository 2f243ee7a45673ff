"""The printed interval never contradicts the printed word: at no change, and at both ends of a zone."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from atpilots.disclosure.protected import ProtectedMeasure
from atpilots.disclosure.rounding import rounded_down, rounded_up
from atpilots.disclosure.thresholds import Audience
from atpilots.estimators.headline_intervals import p_value_of
from atpilots.estimators.verdicts import Verdict, edges, verdict
from atpilots.instruments import Better
from atpilots.report.axis import bar_ends
from atpilots.report.findings.results import benefits_beside, change_sentences, harms_beside, verdict_sentences
from atpilots.report.strips import strip_alt
from atpilots.report.tables import measure_table, points_table
from atpilots.report.wording import change_interval, moved_percents, percent_of_scale, percent_step, smallest_change

ZONE = (1.2, 3.0)


def told(
    low: float, high: float, step: float = 0.1, better: Better = "higher", zone: tuple[float, float] | None = ZONE
) -> ProtectedMeasure:
    """A measure as it is told whose true interval this is."""
    return ProtectedMeasure(
        name="made_up", label="Made up", rater="resident", primary=True, better=better, score_range=(0, 10), n=20,
        step=step, before=5.0, after=5.0, change=(low + high) / 2, low=rounded_down(low, step),
        high=rounded_up(high, step), verdict=verdict(low, high, better, zone), zone=zone,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (told(0.04, 2.0), "just above 0 to +2.0"),
        (told(0.1, 2.0), "+0.1 to +2.0"),
        (told(0.4, 2.0, 0.5), "above 0 to +2.0"),
        (told(-2.0, -0.04), "−2.0 to just below 0"),
        (told(-0.04, 2.0), "−0.1 to +2.0"),
        (told(0.0, 2.0), "0.0 to +2.0"),  # an end exactly 0: unclear, and nothing moved
        (told(1.24, 2.0), "just above 1.2 to +2.0"),
        (told(1.3, 2.0, 0.5), "above 1.2 to +2.0"),
        (told(3.05, 4.0), "just above 3 to +4.0"),
        (told(3.1, 4.0, 0.5), "above 3 to +4.0"),
        (told(-4.0, -3.05), "−4.0 to just below −3"),
        (told(-1.16, 1.14), "just above −1.2 to just below 1.2"),
        (told(0.05, 1.1), "0.0 to +1.1"),  # too small to matter: no change decided nothing
        (told(0.04, 2.0, better="lower"), "just above 0 to +2.0"),
        (told(0.0741, 0.2, 0.01, zone=(0.074, 0.074)), "just above 0.074 to +0.20"),
        (told(0.04, 2.0, zone=None), "just above 0 to +2.0"),
    ],
)
def test_an_end_that_rounding_moved_onto_an_edge_is_said_to_lie_beside_it(measure: ProtectedMeasure, said: str) -> None:
    assert change_interval(measure) == said
    assert said in str(measure_table(measure))


@pytest.mark.parametrize("step", [0.01, 0.1, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("zone", [None, ZONE, (2.0, 2.0)])
def test_no_interval_contradicts_its_word(step: float, better: Better, zone: tuple[float, float] | None) -> None:
    """An end reads as lying where the word needs it: rounded to its far side, or put in words with the edge itself."""
    ends = [k * 0.37 - 4.44 for k in range(25)]
    for low, high in itertools.combinations(ends, 2):
        measure = told(low, high, step, better, zone)
        assert measure.verdict
        least, most = edges(measure.verdict, better, zone)
        first, last = change_interval(measure).split(" to ")
        assert least is None or "above" in first or (measure.low or 0) > least
        assert most is None or "below" in last or (measure.high or 0) < most
        assert ("above" in first, "below" in last) <= (least is not None, most is not None)


def test_percents_say_the_same() -> None:
    measure = told(0.04, 2.0)
    assert moved_percents(measure) == ("just above 0", "")
    assert moved_percents(told(0.04, 2.0, better="lower")) == ("", "just below 0")
    assert strip_alt(percent_of_scale(measure), moved_percents(measure)).endswith("just above 0 to +20%")
    wide = told(0.15, 50.0)  # 0.1 points are 0% of so long a scale
    wide = ProtectedMeasure(**{**vars(wide), "score_range": (0, 100), "verdict": "probably better"})
    assert moved_percents(wide)[0] == "just above 0"


@pytest.mark.parametrize("measure", [told(0.04, 2.0), told(-2.0, -0.04), told(1.21, 1.9)])
def test_the_bar_stops_short_of_the_line(measure: ProtectedMeasure) -> None:
    low, high = bar_ends(measure, 10)
    assert measure.change is not None
    assert low <= measure.change <= high
    assert low > 0 or high < 0


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(1.0, None, "rose on average by more than 1.2 points"), (None, -3.0, "fell on average by at least 3.0 points"),
     (None, -1.0, "fell on average by more than 1.2 points")],
)  # fmt: skip
def test_one_end_is_held_against_the_zone(low: float | None, high: float | None, said: str) -> None:
    word: Verdict = "better by as much" if low else "worse by as much"
    measure = ProtectedMeasure(
        name="made_up", label="Made up", rater="resident", primary=True, better="higher", score_range=(0, 10), n=20,
        step=0.5, low=low, high=high, verdict=word, zone=ZONE,
    )  # fmt: skip
    assert smallest_change(measure) == said


def secondary(low: float, high: float, rater: str = "resident") -> ProtectedMeasure:
    return dataclasses.replace(told(low, high, zone=None), primary=False, rater=rater)


def test_other_measures_get_the_word_of_their_own_interval_and_are_exploratory() -> None:
    word = "people probably felt better on average; how much is not clear."
    assert verdict_sentences(told(0.2, 2.0, zone=None)) == word.capitalize()
    assert verdict_sentences(secondary(0.2, 2.0)) == f"Exploratory: {word}"
    assert verdict_sentences(secondary(0.2, 2.0, "support_worker")) == f"As support workers saw it: {word}"
    skill = dataclasses.replace(told(-0.2, 2.0), felt=False)
    assert verdict_sentences(skill).startswith("People may or may not have done better on average.")


def test_a_secondary_harm_is_always_named_and_a_benefit_after_holm() -> None:
    main, weak, strong, harm = told(0.2, 2.0), secondary(0.1, 2.0), secondary(1.0, 2.0), secondary(-2.0, -0.1)
    assert harms_beside([main, weak, harm]) == [harm]
    assert benefits_beside([main, weak]) == [weak]  # alone there is nothing to adjust
    assert benefits_beside([main, weak, strong, secondary(-1.0, 1.0)]) == [strong]
    assert benefits_beside([main]) == harms_beside([main]) == []
    alike = dataclasses.replace(strong, low=0.0, high=0.0, verdict="unclear")  # on an internal page
    assert benefits_beside([main, strong, alike]) == [strong]
    withheld = dataclasses.replace(strong, low=None, high=None, change=None, verdict=None, withheld="No.")
    assert benefits_beside([weak, *[withheld] * 3]) == []  # what is not told may be the weakest of all


def test_holm_takes_the_p_of_the_interval() -> None:
    """R: x <- c(3,4,3,4,1,4,2,3,4,3,2,4); y <- c(3,4,4,4,4,5,5,5,5,4,4,4); t.test(y, x, paired = TRUE)$p.value"""
    assert p_value_of(12, 0.4582, 1.8751) == pytest.approx(0.0040, abs=0.0001)


def test_the_step_is_told_below_every_table_and_where_it_is_coarse_in_the_sentence() -> None:
    fine, coarse = told(0.2, 2.0), dataclasses.replace(told(0.5, 2.0, 0.5), label="Worthwhile", score_range=(1.0, 5.0))
    for_all = "Points, to the nearest 0.1."
    assert for_all in str(measure_table(fine))
    assert for_all in str(points_table([fine, fine], Audience.PUBLIC))
    assert "Points, to the nearest 0.1 (Worthwhile: 0.5)." in str(points_table([fine, fine, coarse], Audience.PUBLIC))
    assert percent_step(fine) == 1
    assert percent_step(coarse) == 12.5
    assert "All are to the nearest 0.5 points." in " ".join(change_sentences(coarse))
    assert "nearest" not in " ".join(change_sentences(fine))


def test_percents_are_worked_out_of_the_rounded_points() -> None:
    """The case of the printed interval: 1.167 points of 4, told as 1.0 to the nearest 0.5, are 25% and no 29%."""
    coarse = dataclasses.replace(told(0.458, 1.875, 0.5, zone=None), change=1.0, score_range=(1.0, 5.0))
    assert percent_of_scale(coarse) == (25, 0, 50)
    assert change_interval(coarse) == "above 0 to +2.0"
    assert strip_alt(percent_of_scale(coarse), moved_percents(coarse)) == "+25% of the scale, above 0 to +50%"


@pytest.mark.parametrize(
    ("ends", "said"),
    [((-0.594, 1.0), "−0.59 to 1"), ((-0.17, 1.0), "−0.17 to 1"), ((7.0, 35.0), "7 to 35"), ((3.5, 9.0), "3.5 to 9")],
)
def test_the_ends_of_a_scale_are_said_as_people_say_them(ends: tuple[float, float], said: str) -> None:
    assert dataclasses.replace(told(0.2, 2.0), score_range=ends).scale == said
