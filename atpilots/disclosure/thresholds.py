"""The thresholds of disclosure control, and numbers of people as each audience may be told them: exactly, rounded, or
not at all (R-SDC-01 to 06, 14 and 16).
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
from collections.abc import Sequence

from atpilots.disclosure.rounding import COUNT_BASE, rounded_count, rounds_to_same

WITHHELD = "[c]"
FEWEST_PAIRS = 11  # R-SDC-01 and 09: ten degrees of freedom
MIN_POSSIBLE_LEAVERS = 5  # R-SDC-16
MIN_FEASIBLE_DATASETS = 20  # R-SDC-14: so many sets of answers stand behind everything printed
MIN_POSSIBLE_COUNTS = 5  # R-SDC-06: a number of people that is not told stays open between at least five
# Where nearly everybody moved one way, the page means to say that few got worse: perhaps nobody, or one of two more.
FEWEST_NUMBERS_WORSE_WITH_NOBODY = 3
FEWEST_ROUNDED_ALIKE = 3  # numbers who got better, where one is told
# R-SDC-16, and more: numbers that are 15 apart when rounded are 11 or more apart, whatever they were. To decide by the
# numbers themselves would tell, by the word "about", that they are closer than that.
APART_WHEN_ROUNDED = 3 * COUNT_BASE


class Audience(enum.StrEnum):
    """Who will read a page."""

    PUBLIC = "public"
    BOROUGH = "borough"
    INTERNAL = "internal"

    @classmethod
    def of(cls, name: object) -> Audience:
        """The audience of that name; anything else is the public."""
        return cls(str(name)) if str(name) in set(cls) else cls.PUBLIC

    @property
    def threshold(self) -> int:
        """The smallest number of people that a figure may describe or set apart."""
        return {Audience.PUBLIC: 10, Audience.BOROUGH: 8, Audience.INTERNAL: 1}[self]


@dataclasses.dataclass(frozen=True)
class Count:
    """A number of people as it may be told: exactly, rounded, or not at all."""

    shown: int | None
    about: bool = False

    def __str__(self) -> str:
        if self.shown is None:
            return WITHHELD
        return f"about {self.shown}" if self.about else str(self.shown)


@dataclasses.dataclass(frozen=True)
class ImprovedCount:
    """How many people got better, rounded, of so many.

    The number of all is told only where the rounded parts always add up to it (R-SDC-05): else its being told would
    narrow down how many got better.
    """

    better: int
    of: Count

    def __str__(self) -> str:
        told = self.of.shown is not None and not self.of.about and self.of.shown % COUNT_BASE == 0
        return f"about {self.better}{f' of {self.of}' if told else ''} people improved"


def too_close(numbers: list[int], threshold: int) -> bool:
    """Whether subtracting two of the numbers would set apart fewer people than the threshold (R-SDC-16)."""
    return any(0 < abs(a - b) < threshold for a, b in itertools.combinations(numbers, 2))


def counts_are_rounded(recruited: int | None, disclosed: Sequence[int]) -> bool:
    """Whether a released page rounds its numbers of people (R-SDC-16): of the recruited and of those disclosed to have
    answered twice. Numbers may be equal, but not the recruited and another: that nobody left is true of everybody.
    """
    left = [] if recruited is None else [(recruited, number) for number in disclosed]
    pairs = itertools.chain(left, (pair for pair in itertools.combinations(disclosed, 2) if pair[0] != pair[1]))
    return any(abs(rounded_count(a) - rounded_count(b)) < APART_WHEN_ROUNDED for a, b in pairs)


def disclosed_recruited(recruited: int | None, both: int, about: bool, audience: Audience) -> Count | None:
    """The recruited, unless together with those who answered twice they tell the leavers too closely (R-SDC-16)."""
    if recruited is None:
        return None
    if audience is Audience.INTERNAL:
        return Count(recruited)
    if recruited < FEWEST_PAIRS:
        return Count(None)
    if not about:
        return Count(recruited)
    # Five fewer recruited must be tellable too: else their being withheld would tell that hardly anybody left.
    leavers = [_leavers(recruited - less, both) for less in (0, COUNT_BASE)]
    enough = all(len(found) >= MIN_POSSIBLE_LEAVERS for found in leavers if found)
    return Count(rounded_count(recruited), about=True) if enough else Count(None)


def _leavers(recruited: int, both: int) -> set[int]:
    """Every number of leavers that goes with the rounded numbers of recruited and of those who answered twice."""
    return {r - b for r in rounds_to_same(recruited) for b in rounds_to_same(both) if r >= b >= FEWEST_PAIRS}


def disclosed_completers(number: int, about: bool, audience: Audience) -> Count:
    """A number of people who answered twice, unless they are too few (R-SDC-01)."""
    if audience is Audience.INTERNAL:
        return Count(number)
    if number < FEWEST_PAIRS:
        return Count(None)
    return Count(rounded_count(number), about=True) if about else Count(number)
