"""Published wording: recognised however tools write it, with its source; licensed wording only as a fingerprint."""

from __future__ import annotations

import pytest

from atpilots.instruments import load_instrument
from atpilots.instruments.wording import answer_meant, fingerprint, published_wording, questions_asked

HAPPY = "Overall, how happy did you feel yesterday?"


def test_text_ships_only_under_the_open_government_licence_and_everything_has_a_source() -> None:
    for wording in published_wording():
        assert len(wording.source) > 20, wording
        assert len(wording.sha256) == 64
        assert not wording.text or ("ONS" in wording.source and "OGL v3.0" in wording.source)
        instrument = load_instrument(wording.instrument)
        assert wording.item in {"", *instrument.columns}
        assert wording.item or wording.level is not None
        assert wording.level is None or instrument.lowest <= wording.level <= instrument.highest


def test_no_answer_has_two_levels() -> None:
    levels: dict[tuple[str, str, str], set[int | None]] = {}
    for wording in published_wording():
        if wording.level is not None:
            levels.setdefault((wording.instrument, wording.item, wording.sha256), set()).add(wording.level)
    assert not [key for key, found in levels.items() if len(found) > 1]


@pytest.mark.parametrize(
    "header",
    [
        HAPPY, HAPPY.upper(), f"Q12. {HAPPY[:-1]}", "3) Overall , how happy did you feel yesterday?*",
        f"Please answer. - {HAPPY}", f"Q1[SQ003]. About you [{HAPPY}]",
        f"Wellbeing: {HAPPY} (0 = not at all, 10 = completely)",
        "About yesterday\nOverall, how happy did you feel\N{NO-BREAK SPACE}yesterday?",
    ],
)  # fmt: skip
def test_a_question_is_recognised_however_a_tool_writes_it(header: str) -> None:
    (match,) = questions_asked(header)
    assert (match.wording.item, match.exact) == ("ons4_happy", True)
    assert "as published in ONS" in match.why


def test_a_wording_that_is_nearly_a_shipped_one_says_so() -> None:
    (match,) = questions_asked("Overall, how happy did you feel today?")
    assert match.wording.item == "ons4_happy"
    assert not match.exact
    assert match.why.startswith(f'near: 92 % like "{HAPPY}"')


@pytest.mark.parametrize(
    "header",
    [
        "Overall, how satisfied are you with the service?",
        "How often do you feel lonely or isolated?",
        "I can hear it",
        "",
    ],
)
def test_another_question_is_not_taken_for_a_published_one(header: str) -> None:
    assert questions_asked(header) == ()


def test_answers_are_known_by_their_fingerprint() -> None:
    found = answer_meant("hardly  EVER", "ucla3", "ucla3_left_out")
    assert found is not None
    assert found.wording.level == 1
    assert not found.wording.text
    assert answer_meant("hardly ever", "ons4_happy", "ons4_happy") is None


def test_a_fingerprint_is_of_the_words_only() -> None:
    assert fingerprint("Q3. I\N{RIGHT SINGLE QUOTATION MARK}ve  been  \N{EN DASH} here?") == fingerprint(
        "I've been - here"
    )
    assert fingerprint("I have been here") != fingerprint("I've been here")
