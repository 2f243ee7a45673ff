"""The five verdicts at and beside every bound."""

import math

import pytest

from atpilots.estimators.verdicts import VERDICTS, verdict

ZONE = (1.0, 3.0)
HAIR = 1e-12

CASES = [
    (-2.0, -HAIR, "worse"),
    (-0.5, -0.1, "worse"),  # within the zone that is too small to matter, and still worse
    (-2.0, 0.0, "unclear"),
    (-1.0, 0.0, "unclear"),  # −low itself is not above −low
    (-1.0 + HAIR, 0.0, "too small to matter"),
    (-0.5, 1.0 - HAIR, "too small to matter"),
    (-0.5, 1.0, "unclear"),
    (HAIR, 1.0 - HAIR, "too small to matter"),
    (HAIR, 1.0, "likely"),
    (0.0, 1.0, "unclear"),
    (0.0, 5.0, "unclear"),
    (HAIR, 5.0, "likely"),
    (3.0 - HAIR, 5.0, "likely"),
    (3.0, 5.0, "clearly beyond"),
    (3.0, 3.0, "clearly beyond"),  # everybody changed by as much
    (0.0, 0.0, "too small to matter"),  # nobody changed
    (math.nan, math.nan, "unclear"),
]


@pytest.mark.parametrize(("low", "high", "expected"), CASES)
def test_verdict_against_an_agreed_value(low, high, expected):
    assert verdict(low, high, better="higher", important=ZONE) == expected
    assert verdict(-high, -low, better="lower", important=ZONE) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-2.0, -HAIR, "worse"),
        (-2.0, 0.0, "unclear"),
        (0.0, 0.0, "unclear"),
        (0.0, 9.0, "unclear"),
        (HAIR, 9.0, "better"),
        (math.nan, math.nan, "unclear"),
    ],
)
def test_verdict_without_an_agreed_value(low, high, expected):
    assert verdict(low, high, better="higher", important=None) == expected
    assert verdict(-high, -low, better="lower", important=None) == expected


def test_every_verdict_is_reached():
    assert {expected for *_, expected in CASES} == set(VERDICTS)
    assert len(VERDICTS) == 5
