"""Two bands of answers: where they are cut, which numbers are told, and what the audit makes of them (R-SDC-10)."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Mapping

import numpy as np
import pytest
from builders.made_pages import Made

from atpilots.disclosure.bands import Bands, exact_bands, rounded_bands
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import Cut, cut_of, scale_of
from atpilots.files.project_folders import BUNDLED
from atpilots.instruments import load_instrument
from atpilots.page import SafeOutput

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
        ((16, 11), (12, 15), 10, ((15, 12), (10, 17))),
        ((18, 10), (11, 17), 10, None),  # 18 alone of the numbers up to 18 is told as 20
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
    found = rounded_bands(CUT, np.array(people(before)), np.array(people(after)), threshold)
    assert (None if found is None else (found.before, found.after)) == shown


def test_both_bands_add_up_to_all_and_leave_three_numbers_open() -> None:
    """Whoever knows how many people there are and reads the bands: of all people whose bands read the same."""
    assert CUT is not None
    told = 0
    for n in range(20, 63):
        found: dict[tuple[int, int], set[int]] = {}
        for below in range(n + 1):
            scores = np.array(people((below, n - below)))
            bands = rounded_bands(CUT, scores, scores, 10)
            if bands:
                assert sum(bands.before) == sum(bands.after) == n
                found.setdefault(bands.before, set()).add(below)
        told += len(found)
        for numbers in found.values():
            assert len(numbers) >= 3, (n, numbers)
            assert min(*numbers, *(n - number for number in numbers)) >= 10, (n, numbers)
    assert told > 100


def test_the_analyst_has_the_exact_numbers() -> None:
    assert CUT is not None
    bands = exact_bands(CUT, np.array(people((14, 11))), np.array(people((2, 23))))
    assert [row[1:] for row in bands.rows] == [("14", "2"), ("11", "23")]


def test_bands_that_pass_the_audit_stand_on_the_page() -> None:
    assert CUT is not None
    page = safe_statistics(SCALE, people((15, 11)), people((11, 15), shift=2))
    assert page is not None
    assert page.bands == Bands(CUT, (15, 11), (10, 16))


def test_the_page_s_numbers_are_those_of_the_survey(pages: Mapping[str, Made]) -> None:
    """Recounted from the CSV with the standard library."""
    with (BUNDLED / "greenwich" / "survey.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["rater"] == "resident" and row["ons4_happy"].isdigit()]
    waves = {
        wave: {row["respondent"]: int(row["ons4_happy"]) for row in rows if row["wave"] == wave}
        for wave in ("before", "after")
    }
    both = waves["before"].keys() & waves["after"].keys()
    low = [5 * round(sum(waves[wave][who] < 7 for who in both) / 5) for wave in ("before", "after")]
    numbers = sum(pages["greenwich-public"].released, start=SafeOutput(pieces=())).numbers
    told = next(row.bands for row in numbers if row.measure == "ons4_happy")
    assert told[0] == ("0 to 6 (low or medium)", *(f"about {number}" for number in low))
    assert told[1] == ("7 to 10 (high or very high)", *(f"about {len(both) - number}" for number in low))
