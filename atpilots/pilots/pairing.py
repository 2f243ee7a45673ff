"""Who answered in two waves, by the codes as typed; and codes that may be one code, typed twice in two ways."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Collection, Mapping

from atpilots.files import Problem, plain_number, read_answers
from atpilots.pilots.pilot import Pilot
from atpilots.pilots.survey_checks import FILE
from atpilots.privacy import normalised_code

MOST_NAMED = 20
LONGEST_CODE = 60  # characters: a longer one is compared whole only
NEARLY = "differ between waves by a nought, a space, a sign, capitals or one letter only"


@dataclasses.dataclass(frozen=True)
class Pairing:
    """A later wave beside the first one: how many codes stand in both, and which of the others are nearly alike.

    near: (code of the first wave, code of the later one), both in their own wave only.
    """

    first: str
    later: str
    both: int
    first_only: int
    later_only: int
    near: tuple[tuple[str, str], ...] = dataclasses.field(repr=False)

    def __str__(self) -> str:
        return (
            f"{self.both} answered {self.first} and {self.later}, {self.first_only} {self.first} only, "
            f"{self.later_only} {self.later} only"
        )


def pairings(people: Mapping[str, Collection[str]]) -> tuple[Pairing, ...]:
    """Each later wave beside the first; people: the codes of each wave, in the waves' order."""
    waves = list(people)
    codes = {wave: set(people[wave]) for wave in waves}
    found = []
    for later in waves[1:]:
        first = codes[waves[0]]
        only, other = first - codes[later], codes[later] - first
        near = near_codes(only, other)
        found.append(Pairing(waves[0], later, len(first & codes[later]), len(only), len(other), near))
    return tuple(found)


def pairing_notes(pilot: Pilot) -> tuple[list[str], list[Problem]]:
    """How many of a pilot's respondents answered in which waves, and where codes are nearly alike: no code is told."""
    answers = pilot.answers
    index = answers.index[answers[pilot.item_columns].notna().any(axis="columns")]
    waves = index.get_level_values("wave")
    codes = index.get_level_values("respondent")
    found = pairings({wave: set(codes[waves == wave]) for wave in pilot.protocol.waves})
    near = {pair for pairing in found for pair in pairing.near}
    return [str(pairing) for pairing in found], [_near_problem(pilot, near)] if near else []


def _near_problem(pilot: Pilot, near: Collection[tuple[str, str]]) -> Problem:
    table = read_answers(pilot.folder / FILE)
    codes = table["respondent"].astype("str").map(normalised_code)
    rows = {code: int(codes.index[codes == code][0]) for code in {code for pair in near for code in pair}}
    places = sorted((rows[one], rows[other]) for one, other in near)
    said = "; ".join(f"{one} and {other}" for one, other in places[:MOST_NAMED])
    more = f"; and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
    what = f"{counted(len(places))} {NEARLY}; mend those that are one person's: rows {said}{more}"
    return Problem(FILE, what, places[0][0])


def counted(pairs: int) -> str:
    """ "5 pairs of codes"."""
    return "1 pair of codes" if pairs == 1 else f"{pairs} pairs of codes"


def near_codes(first: Collection[str], later: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of codes that may be one: alike but for noughts, spaces, signs and capitals, or for one letter.

    Another digit makes another person's code, as numbers are given in a row.
    """
    kinds = defaultdict(list)
    for code in sorted(first):
        kinds[_bare(code)].append(code)
    alike = {(one, other) for other in later for one in kinds.get(_bare(other), ())}
    single = {code for code in first if len(code) <= LONGEST_CODE} - {one for one, _ in alike}
    spellings = defaultdict(list)
    for code in sorted(single):
        for spelling in _shortened(_bare(code)):
            spellings[spelling].append(code)
    paired = {other for _, other in alike}
    for other in (code for code in later if code not in paired and len(code) <= LONGEST_CODE):
        candidates = {code for spelling in _shortened(_bare(other)) for code in spellings.get(spelling, ())}
        alike |= {(one, other) for one in candidates if _one_letter_apart(_bare(one), _bare(other))}
    return tuple(sorted(alike))


def _bare(code: str) -> str:
    """A code without signs, spaces, capitals and leading noughts."""
    plain = re.sub(r"[\W_]", "", plain_number(code).casefold())
    return re.sub(r"0*(\d+)", r"\1", plain)


def _shortened(code: str) -> set[str]:
    return {code, *(code[:place] + code[place + 1 :] for place in range(len(code)))}


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter is another or a digit, is too many, or has changed places with its neighbour."""
    if len(one) > len(other):
        one, other = other, one
    start = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return other[start].isalpha() and one[start:] == other[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        return (one + " ")[start].isalpha() or (other + " ")[start].isalpha()
    swapped = one[start + 1 : start + 2] + one[start : start + 1] + one[start + 2 :] == other[start:]
    return swapped and any(letter.isalpha() for letter in one[start : start + 2])
