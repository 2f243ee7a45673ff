"""What the numbers of people on a page tell together: all sets of numbers that read alike are gathered."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import pytest

from atpilots.disclosure.thresholds import (
    WITHHELD,
    Audience,
    counts_are_rounded,
    disclosed_completers,
    disclosed_recruited,
    too_close,
)

RELEASED = [Audience.PUBLIC, Audience.BOROUGH]


def page(
    recruited: int | None, both: int, measures: Sequence[int], hidden: bool, audience: Audience
) -> tuple[str, ...]:
    """The numbers of people on a page, as `protect` finds them; `hidden`: the first measure is called too telling."""
    apart = [number for place, number in enumerate(measures) if not (hidden and place == 0)]
    about = counts_are_rounded(recruited, [number for number in (both, *apart) if number >= 11])
    told = [str(disclosed_completers(number, about, audience)) for number in measures]
    if hidden and measures[0] >= 11:
        told[0] = "too telling"
    return (
        str(disclosed_recruited(recruited, both, about, audience)),
        str(disclosed_completers(both, about, audience)),
        *told,
    )


def people(measures: int, most: int = 62) -> Iterator[tuple[int | None, int, tuple[int, ...]]]:
    """Recruited, answered twice, answered each measure twice; the recruited need not be told.

    62, 37 and 27 are the last to be rounded to 60, 35 and 25: every page has all its alternatives.
    """
    for recruited in (None, *range(1, most + 1)):
        for both in range((recruited or most) + 1):
            for answered in itertools.combinations_with_replacement(range(both + 1), measures):
                yield recruited, both, answered


def leavers_of(
    numbers: Iterable[tuple[int | None, int, tuple[int, ...]]], audiences: Sequence[Audience], hidden: bool = False
) -> dict[tuple[tuple[str, ...], ...], set[int]]:
    """The numbers of leavers that go with each page, or with the pages of several audiences side by side."""
    found: dict[tuple[tuple[str, ...], ...], set[int]] = {}
    for recruited, both, measures in numbers:
        read = tuple(page(recruited, both, measures, hidden, audience) for audience in audiences)
        if recruited is not None:
            found.setdefault(read, set()).add(recruited - both)
    return found


def too_narrow(found: dict[tuple[tuple[str, ...], ...], set[int]]) -> dict[object, set[int]]:
    """Pages that go with fewer than five numbers of leavers, unless with ten leavers or more: those may be told."""
    assert len(found) > 50
    return {read: left for read, left in found.items() if len(left) < 5 and min(left) < 10}


# Whoever reads both pages knows at least as much, so each alone is asked among the slow tests only.
@pytest.mark.parametrize(
    "audiences", [RELEASED, *(pytest.param([audience], marks=pytest.mark.slow) for audience in RELEASED)]
)
@pytest.mark.parametrize(("measures", "hidden"), [(0, False), (1, False), (1, True)])
def test_no_page_tells_fewer_than_five_numbers_of_leavers(
    audiences: list[Audience], measures: int, hidden: bool
) -> None:
    assert not too_narrow(leavers_of(people(measures), audiences, hidden))


@pytest.mark.parametrize("most", [27, pytest.param(37, marks=pytest.mark.slow)])
def test_nor_does_one_with_two_measures(most: int) -> None:
    assert not too_narrow(leavers_of(people(2, most), [Audience.PUBLIC]))
    assert not too_narrow(leavers_of(people(2, most), [Audience.PUBLIC], hidden=True))


def test_nobody_s_page_is_that_of_nobody_leaving() -> None:
    """Numbers are exact on some pages: else the search above would have had nothing to find."""
    found = leavers_of(people(0), [Audience.PUBLIC])
    exact = [left for read, left in found.items() if read[0][0].isdigit() and read[0][1].isdigit()]
    assert len(exact) > 500
    assert all(len(left) == 1 and min(left) >= 11 for left in exact)
    assert found[(("about 25", "about 25"),)] == set(range(5))
    assert found[((WITHHELD, "about 10"),)] == set(range(7))


@pytest.mark.parametrize(("further", "about"), [(0, False), (1, True), (10, True), (11, True), (12, True), (13, False)])
def test_numbers_are_exact_where_they_are_equal_or_far_apart_when_rounded(further: int, about: bool) -> None:
    assert counts_are_rounded(None, [25, 25 + further]) is about
    assert counts_are_rounded(25 + further, [25]) is (about or further == 0)
    assert not too_close([25, 25 + further], 10) or about  # what R-SDC-16 asks is asked here too
