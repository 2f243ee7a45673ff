"""Two bands of answers: where they are cut, which numbers are told, and what the audit makes of them (R-SDC-10)."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from builders.made_pages import Made
from hypothesis import given, settings, strategies as st

from atpilots.disclosure import bands
from atpilots.disclosure.bands import Bands, Cut, TrueScores, cut_of, rounded_bands, safe_bands
from atpilots.disclosure.dataset_search import Search
from atpilots.disclosure.published import PublishedStatistics
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import scale_of
from atpilots.instruments import load_instrument
from atpilots.page.pieces import SafeOutput
from atpilots.pilots.folders import BUNDLED

HAPPY = load_instrument("ons4_happy")
SCALE, CUT = scale_of(HAPPY), cut_of(HAPPY)
assert CUT is not None


@pytest.mark.parametrize(
    ("name", "at", "lower", "upper"),
    [
        ("ons4_happy", 7, "0 to 6 (low or medium)", "7 to 10 (high or very high)"),
        ("ons4_anxious", 4, "0 to 3 (very low or low)", "4 to 10 (medium or high)"),
        ("djg6", 2, "0 to 1 (not lonely)", "2 to 6 (moderately lonely or severely lonely)"),
        ("djg6_social", 1, "0 (not lonely)", "1 to 3 (lonely)"),
        ("loneliness_direct", 5, "1 to 4 (not often or always lonely)", "5 (often or always lonely)"),
    ],
)
def test_bands_are_cut_where_the_publisher_cuts(name: str, at: float, lower: str, upper: str) -> None:
    assert cut_of(load_instrument(name)) == Cut(at, lower, upper)


@pytest.mark.parametrize(("better", "at"), [("higher", 9), ("lower", 7)])
def test_of_an_odd_number_the_middle_band_counts_to_the_worse(better: str, at: float) -> None:
    three = HAPPY.model_copy(update={"bands": HAPPY.bands[1:], "better": better})
    cut = cut_of(three)
    assert cut is not None
    assert cut.at == at


def test_without_published_bands_there_is_no_cut() -> None:
    assert cut_of(load_instrument("swemwbs")) is None


def people(counts: tuple[int, int], shift: int = 0) -> list[float]:
    """Scores with so many people below the cut and from it on, spread over both bands."""
    low, high = itertools.cycle([3, 4, 5, 6, 2, 5]), itertools.cycle([7, 8, 9, 7, 8, 10])
    scores = [*itertools.islice(low, counts[0]), *itertools.islice(high, counts[1])]
    return [float(score) for score in scores[shift:] + scores[:shift]]


@pytest.mark.parametrize(
    ("before", "after", "threshold", "shown"),
    [
        ((14, 11), (11, 14), 10, ((15, 10), (10, 15))),
        ((15, 10), (10, 15), 10, ((15, 10), (10, 15))),
        ((16, 9), (11, 14), 10, None),
        ((14, 11), (9, 16), 10, None),
        ((16, 9), (11, 14), 8, ((15, 10), (10, 15))),
        ((17, 8), (11, 14), 8, ((15, 10), (10, 15))),
        ((18, 7), (11, 14), 8, None),
        ((25, 0), (11, 14), 10, None),
    ],
)
def test_every_band_holds_the_threshold_in_both_waves(
    before: tuple[int, int], after: tuple[int, int], threshold: int, shown: tuple[tuple[int, int], ...] | None
) -> None:
    assert CUT is not None
    found = rounded_bands(CUT, people(before), people(after), threshold)
    assert (None if found is None else (found.before, found.after)) == shown


scores = st.lists(st.tuples(st.integers(3, 9), st.integers(-2, 3)), min_size=22, max_size=40)


def assert_an_intruder_s_scores_make_the_same_page(drawn: list[tuple[int, int]]) -> None:
    """What the audit counts are people on the scale whose averages, changes and bands read the same."""
    assert CUT is not None
    before = [float(score) for score, _ in drawn]
    after = [float(min(10, max(0, score + change))) for score, change in drawn]
    printed = safe_statistics(SCALE, before, after, 10)
    if printed is None:
        return
    truth = TrueScores(CUT, SCALE, printed, np.array(before), np.array(after))
    changes = np.array(after) - np.array(before)
    for candidate in Search(printed, SCALE).run(changes)[:10]:
        pair = truth.with_changes(np.array(candidate))
        if pair is not None:
            assert all(float(score).is_integer() and 0 <= score <= 10 for wave in pair for score in wave)
            assert sorted(b - a for a, b in zip(*pair, strict=True)) == list(candidate)
            assert same_page(printed, *pair)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(scores)
def test_an_intruder_s_scores_make_the_same_page(drawn: list[tuple[int, int]]) -> None:
    assert_an_intruder_s_scores_make_the_same_page(drawn)


@pytest.mark.slow
@settings(max_examples=50, deadline=None, derandomize=True)
@given(scores)
def test_an_intruder_s_scores_make_the_same_page_whatever_the_answers(drawn: list[tuple[int, int]]) -> None:
    assert_an_intruder_s_scores_make_the_same_page(drawn)


def same_page(printed: PublishedStatistics, before: Sequence[float], after: Sequence[float]) -> bool:
    from atpilots.disclosure.published import published_from

    other = published_from(SCALE, np.array(after) - np.array(before), float(sum(before)), printed.detail)
    return other == printed


def test_bands_are_told_where_enough_answers_fit_and_left_out_where_not() -> None:
    """The same numbers of people; but at one score below the cut and one above, nobody had room to answer otherwise."""
    assert CUT is not None
    varied = people((15, 10)), people((10, 15), shift=2)
    printed = safe_statistics(SCALE, *varied, 10)
    assert printed is not None
    assert safe_bands(CUT, SCALE, printed, *varied, 10) == Bands(CUT, (15, 10), (10, 15))
    alike = [6.0] * 15 + [7.0] * 10, [6.0] * 10 + [7.0] * 15
    assert safe_bands(CUT, SCALE, printed, *alike, 10) is None
    assert rounded_bands(CUT, *alike, 10) == Bands(CUT, (15, 10), (10, 15))


def test_the_page_s_numbers_are_those_of_the_survey(pages: dict[str, Made]) -> None:
    """Recounted from the CSV with the standard library."""
    with (BUNDLED / "greenwich" / "survey.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["rater"] == "resident" and row["ons4_happy"].isdigit()]
    waves = {
        wave: {row["respondent"]: int(row["ons4_happy"]) for row in rows if row["wave"] == wave}
        for wave in ("before", "after")
    }
    both = waves["before"].keys() & waves["after"].keys()
    high = [5 * round(sum(waves[wave][who] >= 7 for who in both) / 5) for wave in ("before", "after")]
    numbers = sum(pages["greenwich-public"].released, start=SafeOutput(pieces=())).numbers
    told = next(row.bands for row in numbers if row.measure == "ons4_happy")
    assert told[1] == ("7 to 10 (high or very high)", f"about {high[0]}", f"about {high[1]}")


@pytest.mark.parametrize(
    ("part", "found"), [("nothing", None), ("sets_near", (20, 19)), ("sets_near", (19, 20)), ("finer pages", None)]
)
def test_bands_need_twenty_sets_of_both_waves_whose_finer_pages_fail_too(
    monkeypatch: pytest.MonkeyPatch, part: str, found: tuple[int, int] | None
) -> None:
    """Each alone keeps these bands back, which are told as they are."""
    assert CUT is not None
    before, after = people((20, 20)), people((15, 25), shift=9)
    printed = safe_statistics(SCALE, before, after, threshold=10)
    assert printed is not None
    if part == "sets_near":
        monkeypatch.setattr(bands, "sets_near", lambda *_: found)
    if part == "finer pages":
        monkeypatch.setattr(bands, "finer_pages_fail", lambda *_: lambda _: False)
    assert (safe_bands(CUT, SCALE, printed, before, after, 10) is not None) is (part == "nothing")
