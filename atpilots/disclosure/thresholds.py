"""The thresholds of disclosure control, and numbers of people as each audience may be told them (R-SDC-01 to 06, 14).

How many took part is told exactly: the intruder is assumed to know it, and a trial's report needs it. How many of them
answered in a certain way is rounded, or withheld.
"""

from __future__ import annotations

import dataclasses
import enum
from functools import lru_cache

from atpilots.disclosure.rounding import rounded_count, rounds_to_same

WITHHELD = "[c]"
FEWEST_PAIRS = 11  # R-SDC-01 and 09: ten degrees of freedom
MIN_FEASIBLE_DATASETS = 20  # R-SDC-14: so many sets of answers stand behind everything printed
MIN_FOR_A_PARTICIPANT = 10  # and so many, of the others' answers, for somebody who knows their own
FEWEST_ROUNDED_ALIKE = 3  # numbers of people that are told as the same one


class Audience(enum.StrEnum):
    """Who will read a page.

    >>> import atpilots as at
    >>> at.Audience("borough").threshold  # the fewest people that a number on such a page may describe
    8
    """

    PUBLIC = "public"
    BOROUGH = "borough"
    INTERNAL = "internal"

    @classmethod
    def of(cls, name: object) -> Audience:
        """The audience of that name; anything else is the public.

        >>> import atpilots as at
        >>> at.Audience.of("everybody").value
        'public'
        """
        return cls(str(name)) if str(name) in set(cls) else cls.PUBLIC

    @property
    def threshold(self) -> int:
        """The smallest number of people that a figure may describe or set apart."""
        return {Audience.PUBLIC: 10, Audience.BOROUGH: 8, Audience.INTERNAL: 1}[self]


# Of people whom a page sets apart, whoever reads it: pages are passed on, and whoever read "about 10 improved" on a
# borough page and nothing of it on the public one would know that 8 or 9 did.
FEWEST_APART = Audience.PUBLIC.threshold


@dataclasses.dataclass(frozen=True)
class ImprovedCount:
    """How many people got better, rounded, of so many.

    All others are told as what is left of the exact number of all: that tells nothing more (R-SDC-05).
    """

    better: int
    of: int

    def __str__(self) -> str:
        others = self.of - self.better
        return f"about {self.better} of {self.of} people improved; the other {others} or so did not"


def disclosed_people(number: int | None, audience: Audience) -> int | None:
    """A number of people exactly, unless they are too few (R-SDC-01); None where it is withheld or nobody said it."""
    return None if number is None or (number < FEWEST_PAIRS and audience is not Audience.INTERNAL) else number


@lru_cache(maxsize=4096)
def disclosed_part(number: int, of: int, threshold: int) -> int | None:
    """A number of people rounded, where they and all others are as many as the threshold (R-SDC-02, 03, 05).

    Nothing where fewer than three such numbers round alike: of 20 people "about 10" would be 10 exactly.
    """
    large_enough = range(threshold, of - threshold + 1)
    alike = [other for other in rounds_to_same(number) if other in large_enough]
    return rounded_count(number) if number in large_enough and len(alike) >= FEWEST_ROUNDED_ALIKE else None
