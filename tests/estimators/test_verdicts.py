"""The verdicts at and beside every bound, for better as for worse."""

import math

import pytest

from atpilots.estimators.verdicts import BETTER, VERDICTS, WORSE, edges, verdict

ZONE = (1.0, 3.0)
HAIR = 1e-12

CASES = [
    (-1.0, 0.0, "unclear"),  # −low itself is not above −low
    (-1.0 + HAIR, 0.0, "too small to matter"),
    (-0.5, 1.0 - HAIR, "too small to matter"),
    (-0.5, 1.0, "unclear"),
    (HAIR, 1.0 - HAIR, "too small to matter"),
    (-0.8, -0.3, "too small to matter"),  # for worse as for better
    (HAIR, 1.0, "probably better"),
    (0.0, 1.0, "unclear"),
    (0.0, 5.0, "unclear"),
    (HAIR, 5.0, "probably better"),
    (1.0 - HAIR, 5.0, "probably better"),
    (1.0, 5.0, "better by as much"),
    (3.0 - HAIR, 5.0, "better by as much"),
    (3.0, 5.0, "better by more"),
    (3.0, 3.0, "better by more"),  # everybody changed by as much
    (0.0, 0.0, "too small to matter"),  # nobody changed
    (math.nan, math.nan, "unclear"),
]
MIRRORED = {word: word for word in VERDICTS} | dict(zip(BETTER + WORSE, WORSE + BETTER, strict=True))


@pytest.mark.parametrize(("low", "high", "expected"), CASES)
def test_verdict_against_an_agreed_value(low, high, expected):
    assert verdict(low, high, better="higher", important=ZONE) == expected
    assert verdict(-high, -low, better="lower", important=ZONE) == expected
    assert verdict(-high, -low, better="higher", important=ZONE) == MIRRORED[expected]
    assert verdict(low, high, better="lower", important=ZONE) == MIRRORED[expected]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-2.0, -HAIR, "probably worse"),
        (-2.0, 0.0, "unclear"),
        (0.0, 0.0, "unclear"),
        (0.0, 9.0, "unclear"),
        (HAIR, 9.0, "probably better"),
        (8.0, 9.0, "probably better"),
        (math.nan, math.nan, "unclear"),
    ],
)
def test_no_agreed_value_gives_no_stronger_words(low, high, expected):
    assert verdict(low, high, better="higher", important=None) == expected
    assert verdict(-high, -low, better="lower", important=None) == expected


@pytest.mark.parametrize(("end", "expected"), [(2.0 - HAIR, "probably better"), (2.0, "better by more")])
def test_of_one_value_the_middle_word_falls_away(end, expected):
    assert verdict(end, 5.0, "higher", (2.0, 2.0)) == expected


def test_every_verdict_is_reached():
    reached = {expected for *_, expected in CASES}
    assert reached | {MIRRORED[word] for word in reached} == set(VERDICTS)
    assert len(VERDICTS) == 8
    assert (BETTER[0], WORSE[0], len(BETTER), len(WORSE)) == ("better by more", "worse by more", 3, 3)


@pytest.mark.parametrize("zone", [None, ZONE])
@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize(("low", "high", "_"), CASES[:-1])
def test_the_edges_of_a_word_hold_for_every_interval_of_that_word(low, high, _, better, zone):
    for ends in ((low, high), (-high, -low)):
        least, most = edges(verdict(*ends, better, zone), better, zone)
        assert least is None or ends[0] >= least
        assert most is None or ends[1] <= most
