"""Which releases, subtracted from each other, tell of a few people (R-SDC-17).

Whom a number counts is known by code, and in several ways by answers; people are set apart where any of these sets them
apart. So neither a pilot's new name nor respelt codes make others of the same people, nor does a folder that holds the
people of two pilots.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from atpilots.disclosure import FEWEST_APART
from atpilots.ledger.release import EVERYBODY, AnswerPrints, Population, Release, by_any_rater

MOST_SUBTRACTED = 4  # other populations at once

Part = tuple[str, AnswerPrints]  # a population known in one way, with the id of its release


def differencing_risks(new: Release, earlier: Iterable[Release]) -> dict[str, set[str]]:
    """Outcomes of the new release that, beside others, set a few people apart, with those others' ids."""
    found: dict[str, set[str]] = {}
    releases = list(earlier)
    for population in new.populations:
        if population.outcome == EVERYBODY:
            continue  # nothing but numbers of people, which are no secret
        name = by_any_rater(population.outcome)
        named = [(r.id, p) for r in releases for p in r.populations if by_any_rater(p.outcome) == name]
        renamed = [(r.id, p) for r in releases for p in _renamed(population, new, r)]
        ids = _conflicts(population, named) | _conflicts(_by_own_answers(population), renamed)
        if ids:
            found[population.outcome] = ids
    return found


def same_people(one: Release, other: Release) -> bool:
    """Whether two releases tell of the same people but for a few, whatever the pilot and the codes are called."""
    return any(
        distance < FEWEST_APART
        for mine in one.populations
        for theirs in other.populations
        if mine.outcome == theirs.outcome
        for distance in _distances(mine, theirs)
    )


def _renamed(population: Population, mine: Release, other: Release) -> list[Population]:
    """What another release tells under a name that this one does not have, and which may be this outcome renamed."""
    if any(p.outcome == population.outcome for p in other.populations):
        return []
    names = {p.outcome for p in mine.populations}
    others = [p for p in other.populations if p.outcome not in names and p.people != population.people]
    return [_by_own_answers(p) for p in others]


def _by_own_answers(population: Population) -> Population:
    """Other outcomes count the same people too: only by the answers to its own items is a renamed one known."""
    return dataclasses.replace(population, people=frozenset(), answers=())


def _conflicts(population: Population, others: Sequence[tuple[str, Population]]) -> set[str]:
    if any(other.told == population.told and 0 in _distances(population, other) for _, other in others):
        return set()  # nothing is told that was not told before
    return {id_ for id_, other in others if _pair_conflicts(population, other)} | _subtractions(population, others)


def _pair_conflicts(one: Population, other: Population) -> bool:
    if one.told == other.told or one.people == other.people != frozenset():  # the same people's answers: corrected
        return False
    return any(0 < distance < FEWEST_APART for distance in _distances(one, other))


def _distances(one: Population, other: Population) -> list[int]:
    """How many people two populations do not share, in every way in which they share somebody."""
    return [
        _symmetric_difference(_without(Counter(mine), theirs))
        for mine, theirs in itertools.product(_ways(one), _ways(other))
        if not set(mine).isdisjoint(theirs)
    ]


def _subtractions(new: Population, others: Sequence[tuple[str, Population]]) -> set[str]:
    """The ids of releases that, taken from a larger one together, leave a few people; the new one takes part."""
    parts = [(id_, rows) for id_, other in others for rows in _ways(other)]
    found: set[str] = set()
    for mine in _ways(new):
        whole = Counter(mine)
        choices = _choices(whole, _inside(whole, parts), MOST_SUBTRACTED)
        found |= {id_ for choice in choices if len(choice) > 1 for id_ in choice}  # one alone is a pair
        found |= _many(whole, _inside(whole, parts))
        for id_, rows in parts:
            whole = Counter(rows)
            if _inside(whole, [("", mine)]):
                choices = _choices(_without(whole, mine), _inside(whole, parts), MOST_SUBTRACTED - 1)
                found |= {i for choice in choices for i in (id_, *choice)}
                found |= {i for i in _many(_without(whole, mine), _inside(whole, parts)) for i in (id_, i)}
    return found


def _many(left: Counter[str], parts: Sequence[Part]) -> set[str]:
    """The ids of however many parts, each of people who are still left, that together leave a few; the largest first.

    A folder that pools pilots holds each of them whole, so the first that fit are those that were pooled.
    """
    used = set()
    for id_, rows in sorted(parts, key=lambda part: -len(part[1])):
        if not Counter(rows) - left:
            left = _without(left, rows)
            used.add(id_)
    return used if len(used) > 1 and 0 < _symmetric_difference(left) < FEWEST_APART else set()  # one alone is a pair


def _choices(left: Counter[str], parts: Sequence[Part], most: int) -> Iterator[tuple[str, ...]]:
    """The ids of up to `most` parts that together are, but for a few people, those who are left of a whole."""
    for place, (id_, rows) in enumerate(parts):
        rest = _without(left, rows)
        if sum(-count for count in rest.values() if count < 0) >= FEWEST_APART:
            continue  # too many who do not belong to the whole
        if 0 < _symmetric_difference(rest) < FEWEST_APART:
            yield (id_,)
        if most > 1:
            yield from ((id_, *more) for more in _choices(rest, parts[place + 1 :], most - 1))


def _inside(whole: Counter[str], parts: Iterable[Part]) -> list[Part]:
    """Those smaller parts of which most people, and all but a few, belong to the whole."""
    found = []
    for id_, rows in parts:
        if len(rows) < whole.total() and not whole.keys().isdisjoint(rows):
            strangers = (Counter(rows) - whole).total()
            if strangers < min(FEWEST_APART, len(rows) / 2):
                found.append((id_, rows))
    return found


def _ways(population: Population) -> Iterator[AnswerPrints]:
    yield from (tuple(sorted(population.people)), *population.own, *population.answers)


def _without(whole: Counter[str], part: AnswerPrints) -> Counter[str]:
    """How often each is left, below zero where the part has more of them."""
    left = whole.copy()
    left.subtract(part)
    return left


def _symmetric_difference(left: Counter[str]) -> int:
    return sum(map(abs, left.values()))
