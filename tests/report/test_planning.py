"""What is worked out of a printed interval: the spread of changes, and how many people a study needs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from builders.accessibility_rules import reading_grade
from builders.bundled import bundled
from builders.folders import write_pilot
from scipy import stats
from test_findings import CHANGE, FORTY, OFF, PROTOCOL, UP, Make, make, spread

from atpilots.disclosure import ProtectedMeasure
from atpilots.disclosure.thresholds import Audience
from atpilots.files import DataError
from atpilots.pilots.loading import load_pilot
from atpilots.report.findings.catalogue import FINDINGS
from atpilots.report.planning import (
    an_example,
    detectable,
    people_needed,
    sd_of_change,
    standardised_change,
    two_digits,
)
from atpilots.report.tables import measure_table, spread_rows

__all__ = ["make"]
BETWEEN = (
    'minimal_important_change = {low = 2.0, high = 3.0, level = "group", contrast = "between", basis = "anchor", '
    'source = "Made up", population = "people like these"}\n'
)


def measure(**given: object) -> ProtectedMeasure:
    kept: dict[str, object] = {
        "name": "scale", "label": "Test scale", "rater": "resident", "primary": True, "better": "higher",
        "score_range": (0.0, 10.0), "n": 25, "step": 0.1, "before": 5.0, "after": 5.7, "change": 0.7, "low": 0.1,
        "high": 1.3,
    }  # fmt: skip
    return ProtectedMeasure(**kept | given)  # type: ignore[arg-type]


def test_the_spread_of_changes_is_what_the_printed_interval_was_made_from() -> None:
    # By hand: (1.3 − 0.1 − 0.1) / (2 × 2.0639) × 5 = 1.3324
    assert sd_of_change(measure()) == pytest.approx(1.3324, abs=1e-4)
    assert standardised_change(measure()) == pytest.approx(0.7 / 1.3324, abs=1e-4)
    assert spread_rows(measure()) == [
        ("Standard deviation of the changes", "1.3"),
        ("Average change in standard deviations of the changes", "+0.5"),
    ]
    assert "about 1.3" in str(measure_table(measure()).model_dump())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"low": 0.0, "high": 0.4}, True),  # the step is a quarter of the width
        ({"low": 0.0, "high": 0.3}, False),
        ({"low": -1.0, "high": 1.0, "step": 0.5}, True),
        ({"low": -0.5, "high": 1.0, "step": 0.5}, False),
        ({"low": None, "change": None, "before": None, "after": None}, False),
        ({"n": None, "low": None, "high": None}, False),
        ({"low": 0.7, "high": 0.7}, False),
    ],
)
def test_no_spread_is_told_where_the_rounding_is_too_coarse_or_an_end_is_not_told(
    given: dict[str, object], told: bool
) -> None:
    assert (sd_of_change(measure(**given)) is not None) is told
    assert bool(spread_rows(measure(**given))) is told


@pytest.mark.parametrize("n", [11, 30, 60])
@pytest.mark.parametrize("step", [0.1, 0.2])
def test_the_spread_is_right_on_average_over_where_the_ends_fall(n: int, step: float) -> None:
    sd, half = 2.0, stats.t.ppf(0.975, n - 1) * 2.0 / math.sqrt(n)
    found = []
    for place in range(200):
        middle = 0.3 + step * place / 200
        low, high = (math.floor((middle - half) / step) * step, math.ceil((middle + half) / step) * step)
        found.append(sd_of_change(measure(n=n, step=step, low=low, high=high)))
    assert sum(found) / len(found) == pytest.approx(sd, rel=0.02)  # type: ignore[arg-type]


def test_a_change_that_is_nearly_none_has_no_sign() -> None:
    assert spread_rows(measure(change=-0.02))[1][1] == "0.0"
    assert spread_rows(measure(change=-0.7, low=-1.3, high=-0.1))[1][1] == "−0.5"


def power_of_two_groups(each: int, effect: float) -> float:
    """Power of a two-sided 5% t test of two equal groups, from scipy's noncentral t: what R's power.t.test computes."""
    df, shift = 2 * each - 2, effect * math.sqrt(each / 2)
    edge = stats.t.ppf(0.975, df)
    return float(stats.nct.sf(edge, df, shift) + stats.nct.cdf(-edge, df, shift))


@pytest.mark.parametrize("difference", [0.2, 0.5, 0.9, 1.2])
def test_so_many_people_find_the_difference_four_times_in_five_and_fewer_do_not(difference: float) -> None:
    needed, sd = people_needed(measure(), difference), sd_of_change(measure())
    assert needed is not None
    assert sd is not None
    assert needed % 2 == 0
    assert (
        power_of_two_groups(needed // 2, difference / sd) >= 0.8 > power_of_two_groups(needed // 2 - 1, difference / sd)
    )


def test_the_total_is_what_r_says_for_these_released_values() -> None:
    # R: 2 * ceiling(power.t.test(delta = 1, sd = 1.332439, power = 0.8)$n) is 2 * ceiling(28.86) = 58.
    assert people_needed(measure(), 1.0) == 58


@pytest.mark.parametrize(("difference", "needed"), [(9.0, 20), (0.026, None)])
def test_very_large_and_very_small_differences(difference: float, needed: int | None) -> None:
    assert people_needed(measure(), difference) == needed


@pytest.mark.parametrize("n", [11, 25, 60])
def test_four_of_five_pilots_of_this_size_find_that_change(n: int) -> None:
    one = measure(n=n)
    size, sd = detectable(one), sd_of_change(one)
    assert size is not None
    assert sd is not None
    edge, shift = stats.t.ppf(0.975, n - 1), size / sd * math.sqrt(n)
    power = stats.nct.sf(edge, n - 1, shift) + stats.nct.cdf(-edge, n - 1, shift)
    assert power == pytest.approx(0.8, abs=1e-6)


def test_without_a_spread_there_is_no_plan() -> None:
    coarse = measure(low=0.0, high=0.3)
    assert detectable(coarse) is None
    assert people_needed(coarse, 1.0) is None


@pytest.mark.parametrize(
    ("people", "said"), [(20, 20), (83.6, 84), (99.1, 100), (101, 110), (407, 410), (1201, 1300), (9, 9)]
)
def test_numbers_of_people_are_rounded_up_to_two_digits(people: float, said: int) -> None:
    assert two_digits(people) == said


@pytest.mark.parametrize(
    ("scale", "example"), [((7.0, 35.0), 2.8), ((-0.170635, 0.998645), 0.12), ((0.0, 48.0), 4.8), ((0.0, 100.0), 10)]
)
def test_the_example_is_a_tenth_of_the_scale(scale: tuple[float, float], example: float) -> None:
    assert an_example(measure(score_range=scale)) == pytest.approx(example)


@pytest.mark.parametrize(
    ("given", "difference", "why"),
    [
        ({"worth": 1.5, "scale": BETWEEN}, " 1.5 points", "The pilot named this difference as worth acting on."),
        ({"scale": BETWEEN}, " 2 points", "This difference is a published one, of people like these."),
        ({}, ", say, 1 point", "This difference is only an example: a tenth of the scale."),
        (
            {"scale": CHANGE.format(2.0, 3.0)},
            ", say, 1 point",
            "This difference is only an example",
        ),  # one group's is no plan
    ],
)
def test_the_difference_is_named_and_said_where_it_comes_from(
    make: Make, given: dict[str, object], difference: str, why: str
) -> None:
    said = str(FINDINGS["C-30"](make(UP, before=spread(0, 2, 7), **given)))
    assert f"To see a difference of{difference} between two equal groups, about" in said
    more = str(FINDINGS["C-32"](make(UP, before=spread(0, 2, 7), **given)))
    assert why in more
    assert "4 times in 5, by a t test of the changes at 5%" in more
    assert "recruit" not in said
    assert reading_grade(said) <= 9
    assert reading_grade(more) <= 9


def test_blank_answers_are_allowed_for_and_nobody_is_said_to_have_left(make: Make) -> None:
    said = str(FINDINGS["C-30"](make(FORTY, missing_after=8, second=True, second_change=FORTY)))
    assert "With as many missing as here" in said
    assert "leav" not in said


def test_leavers_are_allowed_for(make: Make) -> None:
    context = make(FORTY, leavers=15, recruited=55)
    needed = people_needed(context.main, 1.0)
    assert needed is not None
    said = str(FINDINGS["C-30"](context))
    assert f"about {two_digits(needed)} people in all" in said
    assert f"With as many missing as here, recruit about {two_digits(needed * 55 / 40)}." in said
    assert str(FINDINGS["C-30"](make(FORTY, leavers=15))) == said  # nobody said how many: those who answered before
    assert "recruit about" not in str(FINDINGS["C-30"](make(FORTY, recruited=40)))
    assert reading_grade(said) <= 9


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_point_shows_nothing_of_what_a_study_can_detect(make: Make, better: str) -> None:
    context = make([1] * 12, better=better, audience=Audience.INTERNAL)
    assert context.main.low == context.main.high == 1
    assert FINDINGS["C-03"](context) is None
    assert "people in all" not in str(FINDINGS["C-30"](context))


def test_what_a_pilot_could_have_shown_is_in_plain_words(make: Make) -> None:
    context = make(OFF)
    assert context.main.verdict == "unclear"
    size = detectable(context.main)
    assert size is not None
    said = str(FINDINGS["C-03"](context))
    assert said == (
        f"A true change of {size:.1f} points on Test scale would be found in about 4 of 5 pilots of this size."
    )
    assert reading_grade(said) <= 9


def test_no_difference_larger_than_the_scale_is_worth_acting_on(tmp_path: Path) -> None:
    rows = [{"respondent": "R1", "wave": wave, "ons4_happy": 5} for wave in ("before", "after")]
    protocol = PROTOCOL.replace('"scale"', '"ons4_happy"')
    write_pilot(tmp_path / "good", rows, toml=f"{protocol}worth_acting_on = 10\n")
    assert load_pilot(tmp_path / "good").primary.worth_acting_on == 10
    write_pilot(tmp_path / "bad", rows, toml=f"{protocol}worth_acting_on = 10.5\n")
    with pytest.raises(DataError, match="is more than ons4_happy can differ, whose scores run from 0 to 10"):
        load_pilot(tmp_path / "bad")


def test_a_yardstick_is_for_orientation_and_no_target() -> None:
    told = bundled("greenwich").measure("ons4_satisfaction").text()
    said = "For orientation, not a target: other people's average was 7.39 for adults (UK, year to March 2021)."
    assert said in told
    assert "Source of the published figures: Office for National Statistics" in told
    assert "For orientation" not in bundled("greenwich").measure("ucla3").text()
