"""Numbers of people are told exactly or not at all; how many of them improved only roughly."""

from __future__ import annotations

import pytest

from atpilots.disclosure.thresholds import Audience, ImprovedCount, disclosed_part, disclosed_people

RELEASED = [Audience.PUBLIC, Audience.BOROUGH]


@pytest.mark.parametrize("audience", RELEASED)
def test_eleven_people_and_more_are_told_exactly_and_fewer_not(audience: Audience) -> None:
    assert [disclosed_people(number, audience) for number in range(11)] == [None] * 11
    assert [disclosed_people(number, audience) for number in range(11, 63)] == list(range(11, 63))


def test_the_analyst_sees_every_number_and_nobody_one_that_is_not_known() -> None:
    assert [disclosed_people(number, Audience.INTERNAL) for number in range(63)] == list(range(63))
    assert {disclosed_people(None, audience) for audience in Audience} == {None}


@pytest.mark.parametrize("threshold", sorted({audience.threshold for audience in RELEASED}))
def test_the_sentence_on_improvers_leaves_three_numbers_open_and_sets_nobody_few_apart(threshold: int) -> None:
    """Whoever knows how many people there are and reads the sentence: of all numbers that would make the same one."""
    sentences = 0
    for n in range(2 * threshold, 63):
        found: dict[str, set[int]] = {}
        for better in range(n + 1):
            told = disclosed_part(better, n, threshold)
            if told is not None:
                found.setdefault(str(ImprovedCount(told, n)), set()).add(better)
                assert min(told, n - told) >= threshold, (told, n)
        sentences += len(found)
        for sentence, numbers in found.items():
            assert len(numbers) >= 3, (n, sentence)
            assert min(*numbers, *(n - number for number in numbers)) >= threshold, (n, sentence)
    assert sentences > 100
