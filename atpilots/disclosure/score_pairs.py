"""Scores before and after that go with a set of changes: the averages and the changes of one page bind each other.

Counted are people on an even scale whose changes are known: each starts where the change leaves room on the scale.
Whoever asks says which scores count, so what is found can be too few, never too many.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

ScorePairs = tuple[np.ndarray, np.ndarray]  # scores before and after, person by person
Consistent = Callable[[np.ndarray, np.ndarray], bool]
Person = tuple[int, int]  # the place of a score on the scale, and how many places it moves
Step = tuple[Person | None, Person | None]  # who moves up by one score, and who down
# A set of scores before, and one after: how many are at each place, as the digits of a number. Adding to it is quicker
# than sorting anew, and an intruder takes many thousand steps.
Tallies = tuple[int, int]
NOBODY: Step = (None, None)


def is_even(scores: Sequence[float]) -> bool:
    """Whether all scores are equally far apart."""
    return bool(np.allclose(np.diff(scores), scores[1] - scores[0]))


def spread(
    scores: Sequence[float], changes: np.ndarray, total: float, held: tuple[float, int] | None = None
) -> ScorePairs | None:
    """People with these changes whose scores before add up to `total`, as close together as may be; None without any.

    held: a score at an end of the scale, and how many people start there, no more and no fewer.
    """
    unit, top = scores[1] - scores[0], len(scores) - 1
    moves = np.rint(changes / unit).astype(int)
    least, most = np.maximum(0, -moves), top - np.maximum(0, moves)
    if held is not None and not _hold(least, most, 0 if held[0] == scores[0] else top, held[1]):
        return None
    missing = round((total - len(changes) * scores[0]) / unit)
    if (least > most).any() or not least.sum() <= missing <= most.sum():
        return None

    def levelled(level: int) -> np.ndarray:
        return np.asarray(np.minimum(np.maximum(least, level), most))

    level = bisect_left(range(top + 1), missing, key=lambda place: int(levelled(place).sum()))
    places = levelled(level)
    lowered = np.flatnonzero(places > levelled(level - 1))[: places.sum() - missing]
    places[lowered] -= 1
    return np.array(scores)[places], np.array(scores)[places + moves]


def _hold(least: np.ndarray, most: np.ndarray, place: int, number: int) -> bool:
    """Narrow where people can start, so that just `number` start at an end; False where so many cannot.

    The places of somebody who can start nowhere else, and must not start there, are left empty: least > most.
    """
    able = np.flatnonzero((least <= place) & (place <= most))
    able = able[np.argsort((most - least)[able], kind="stable")]  # first those with the least room elsewhere
    held, others = able[:number], able[number:]
    if place == 0:
        least[others] += 1
    else:
        most[others] -= 1
    least[held] = most[held] = place
    return len(held) == number


def sets_near(
    scores: Sequence[float], starts: Iterable[ScorePairs], consistent: Consistent, wanted: int
) -> tuple[int, int]:
    """How many different sets of scores before, and after, small steps lead to from `starts`; at most `wanted` each.

    Only people whose scores are `consistent` with the page count; a step moves one person, or two in opposite
    directions, by one score.
    """
    found = _Found(wanted)
    for start in starts:
        people = _people(scores, start)
        units = [(len(people) + 1) ** place for place in range(len(scores))]
        sets = sum(units[place] for place, _ in people), sum(units[place + move] for place, move in people)
        near, queue = iter([(sets, NOBODY)]), deque[tuple[list[Person], Tallies]]()
        while not found.enough:
            for sets, step in itertools.takewhile(lambda _: not found.enough, near):
                if found.lacks(sets):
                    moved = _moved(people, step)
                    if consistent(*_scores(scores, moved)):
                        found.add(sets)
                        queue.append((moved, sets))
            if not queue:
                break
            people, sets = queue.popleft()
            near = _steps(people, sets, units)
    return min(len(found.before), wanted), min(len(found.after), wanted)


class _Found:
    """Different sets of scores: so many before, and so many after, are wanted."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.before: set[int] = set()
        self.after: set[int] = set()

    @property
    def enough(self) -> bool:
        return min(len(self.before), len(self.after)) >= self.wanted

    def lacks(self, sets: Tallies) -> bool:
        """Whether these scores, before or after, are new and still wanted."""
        return (len(self.before) < self.wanted and sets[0] not in self.before) or (
            len(self.after) < self.wanted and sets[1] not in self.after
        )

    def add(self, sets: Tallies) -> None:
        self.before.add(sets[0])
        self.after.add(sets[1])


def _people(scores: Sequence[float], waves: ScorePairs) -> list[Person]:
    unit = scores[1] - scores[0]
    before, after = (np.rint((wave - scores[0]) / unit).astype(int).tolist() for wave in waves)
    return [(b, a - b) for b, a in zip(before, after, strict=True)]


def _scores(scores: Sequence[float], people: list[Person]) -> ScorePairs:
    before, moves = np.array(people).T
    array = np.array(scores)
    return array[before], array[before + moves]


def _steps(people: list[Person], sets: Tallies, units: list[int]) -> Iterator[tuple[Tallies, Step]]:
    """Every step of one person a score up, one a score down, or both, and the sets to which it leads."""
    kinds, top = sorted(set(people)), len(units) - 1
    up: list[tuple[Person | None, int, int]] = [(None, 0, 0)]
    down = up.copy()
    for person in kinds:
        before, after = person[0], person[0] + person[1]
        if before < top and after < top:
            up.append((person, units[before + 1] - units[before], units[after + 1] - units[after]))
        if before > 0 and after > 0:
            down.append((person, units[before - 1] - units[before], units[after - 1] - units[after]))
    for (higher, *rise), (lower, *fall) in itertools.product(up, down):
        if higher is not None and higher == lower and people.count(higher) == 1:
            lower, fall = None, [0, 0]
        yield (sets[0] + rise[0] + fall[0], sets[1] + rise[1] + fall[1]), (higher, lower)


def _moved(people: list[Person], step: Step) -> list[Person]:
    others = list(people)
    for person, way in zip(step, (1, -1), strict=True):
        if person is not None:
            others[others.index(person)] = (person[0] + way, person[1])
    return others
