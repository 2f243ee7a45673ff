"""To the nearest step, or outward; of people, to the nearest five."""

from __future__ import annotations

from atpilots.disclosure.rounding import decimals, rounded, rounded_count, rounded_down, rounded_up, rounds_to_same


def test_the_rounding_of_counts() -> None:
    assert [rounded_count(n) for n in (7, 8, 10, 12, 13, 14, 16, 17, 18)] == [5, 10, 10, 10, 15, 15, 15, 15, 20]
    assert list(rounds_to_same(14)) == [13, 14, 15, 16, 17]


def test_rounding_is_outward_or_half_away_from_zero() -> None:
    assert [rounded(x, 0.5) for x in (0.75, -0.75, 0.74, -0.25)] == [1.0, -1.0, 0.5, -0.5]
    assert [rounded_down(x, 0.1) for x in (0.3, 0.31, -0.31)] == [0.3, 0.3, -0.4]
    assert [rounded_up(x, 0.1) for x in (0.3, 0.29, 0.31, -0.31, -0.3)] == [0.3, 0.3, 0.4, -0.3, -0.3]
    assert [decimals(step) for step in (0.01, 0.05, 0.1, 0.2, 0.5, 1, 2)] == [2, 2, 1, 1, 1, 0, 0]
