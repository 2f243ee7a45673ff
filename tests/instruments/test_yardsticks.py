"""Published averages: which there are, and which one a pilot gets."""

from __future__ import annotations

import csv
import datetime

import pytest

from atpilots.instruments import load_instrument, shipped_instruments
from atpilots.instruments.published import FILE, yardsticks

ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))


def values(name: str, started: str | None, older: bool = False) -> list[tuple[str, str]]:
    day = datetime.date.fromisoformat(started) if started else None
    return [(one.value, one.people) for one in yardsticks(name, day, older)]


def test_every_yardstick_is_verified_with_its_source_and_of_a_shipped_instrument() -> None:
    assert {row["sure"] for row in ROWS} <= {"V", "2"}
    assert all(row["source"] and row["url"] and row["period"] for row in ROWS)
    assert {row["instrument"] for row in ROWS} <= set(shipped_instruments())
    assert {row["place"] for row in ROWS} == {"UK", "England"}  # no borough is ranked
    for row in ROWS:
        low, high = load_instrument(row["instrument"]).score_range
        assert row["value"].endswith("%") or low < float(row["value"]) < high


@pytest.mark.parametrize(
    ("started", "value"),
    [("2021-01-11", "7.39"), ("2020-03-31", "7.66"), ("2020-04-01", "7.39"), ("2010-01-01", "7.71"),
     ("2026-06-01", "7.45"), (None, "7.45")],
)  # fmt: skip
def test_the_pilots_year_decides(started: str | None, value: str) -> None:
    assert values("ons4_satisfaction", started) == [(value, "adults")]


def test_older_people_get_their_own_where_it_is_published() -> None:
    assert values("loneliness_direct", "2024-11-01", older=True) == [
        ("4%", "ages 65 to 74"),
        ("5%", "ages 75 and over"),
    ]
    assert values("loneliness_direct", "2024-11-01") == [("6.6%", "adults")]
    assert values("ons4_happy", "2022-01-01", older=True) == [("7.45", "adults")]
    assert [value for value, _ in values("swemwbs", None, older=True)] == ["23.7", "23.2"]


def test_where_nothing_is_verified_there_is_none() -> None:
    assert values("ucla3", "2021-01-11") == []
    assert values("ascot_sct4", "2021-01-11") == []  # the published average is of the unweighted score
    assert values("ascot_sct4_sum", "2021-01-11") == [("19.1", "people with long-term support from councils")]
