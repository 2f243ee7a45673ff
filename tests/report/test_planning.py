"""What is worked out of a printed interval: the spread of changes, and how many people a study needs."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from atpilots.disclosure import ProtectedMeasure
from atpilots.report.planning import sd_of_change, standardised_change
from atpilots.report.tables import measure_table, spread_rows


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
