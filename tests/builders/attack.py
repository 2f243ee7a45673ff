"""An intruder: tries everything that could have made a page, by another way than the package's own audit."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
from scipy import stats

from atpilots.disclosure.published import PublishedStatistics, published_from
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import Scale

ROUND = 500  # sets that are tried at once

TEN = Scale(tuple(map(float, range(11))), "higher")
FIVE = Scale(tuple(map(float, range(1, 6))), "higher")
LONELY = Scale(tuple(map(float, range(3, 10))), "lower")
WIDE = Scale(tuple(map(float, range(0, 101, 4))), "higher", (10.0, 10.0))
SCALES = (TEN, FIVE, LONELY, WIDE)
JointPage = tuple[PublishedStatistics, int, int]  # and its columns before and after


def random_answers(rng: np.random.Generator, scale: Scale, n: int) -> tuple[list[float], list[float]]:
    """Before and after of n people on a scale: correlated, rounded, clipped, with some average change."""
    low, high, unit = scale.scores[0], scale.scores[-1], scale.scores[1] - scale.scores[0]
    span, shift = high - low, rng.uniform(-0.12, 0.2)
    person, wave = rng.normal(size=n), rng.normal(size=(2, n))
    spread = span * rng.uniform(0.1, 0.25)
    raw = low + span * rng.uniform(0.3, 0.7) + spread * (0.75 * person + 0.65 * wave)
    raw[1] += shift * span
    before, after = np.clip(np.round((raw - low) / unit) * unit + low, low, high)
    return before.tolist(), after.tolist()


@cache
def every_multiset(values: int, n: int) -> np.ndarray:
    """Every way to give n people one of so many values: a row of counts each."""
    bars = np.array(list(itertools.combinations(range(n + values - 1), values - 1)))
    ends = np.full((len(bars), 1), -1), np.full((len(bars), 1), n + values - 1)
    return np.diff(np.hstack([ends[0], bars, ends[1]]), axis=1) - 1


class Intruder:
    """Reads a measure's page, what is not told included, and tries every set of people that could have made it.

    Nothing here is taken from the package's search. A set of people is a row that says how many went from each score
    to each other one. All sets of n people on a short scale are tried, each asked what the package would tell of it.
    """

    def __init__(self, scale: Scale, n: int) -> None:
        levels = len(scale.scores)
        self.scale, self.n = scale, n
        self.sets = every_multiset(levels * levels, n)
        start, end = np.divmod(np.arange(levels * levels), levels)
        self.before, self.after = np.array(scale.scores)[start], np.array(scale.scores)[end]
        change = np.sign(self.after - self.before)
        self.facts = np.array(
            [change > 0, change == 0, change < 0, *(place == at for place in (start, end) for at in (0, levels - 1))]
        )  # of whoever has these scores: the direction, and an end of the scale
        self._told: dict[bytes, PublishedStatistics | None] = {}

    def told(self, people: np.ndarray) -> PublishedStatistics | None:
        """What the package tells of these people."""
        key = people.tobytes()
        if key not in self._told:
            self._told[key] = safe_statistics(self.scale, *self.answers(people))
        return self._told[key]

    def answers(self, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Their scores before and after."""
        return np.repeat(self.before, people), np.repeat(self.after, people)

    def learns(self, people: np.ndarray) -> str:
        """What the page of these people tells a stranger or one of them too much of; nothing where all is well.

        Trying stops where there is enough of everything.
        """
        page, kinds = self.told(people), np.flatnonzero(people)
        wanted = page.detail.open_people if page else 1
        sets, others = dict.fromkeys((None, *kinds), 0), {kind: np.zeros(len(self.facts)) for kind in (None, *kinds)}
        numbers = set[int]()
        for candidate in self.same_page(people):
            otherwise = self.n - self.facts @ candidate
            numbers.add(int(candidate[(self.after > self.before) == (self.scale.better == "higher")].sum()))
            for kind in (None, *kinds[candidate[kinds] > 0]):
                sets[kind] += 1
                others[kind] = np.maximum(others[kind], otherwise - (0 if kind is None else ~self.facts[:, kind]))
            faults = [
                *(f"{sets[kind]} sets for {kind}" for kind in sets if sets[kind] < (20 if kind is None else 10)),
                *(f"certain to {kind}" for kind in sets if (others[kind] < (wanted if kind is None else 1)).any()),
            ]
            if page and page.improved is not None and len(numbers) < 3:
                faults.append(f"{len(numbers)} numbers who improved")
            if not faults:
                return ""
        return f"{page}: {faults}"

    def same_page(self, people: np.ndarray) -> Iterator[np.ndarray]:
        """Every set of people of whom the package tells the same, in random order."""
        page = self.told(people)
        near = np.random.default_rng(1).permutation(self._near(page))
        return (candidate for candidate in near if self.told(candidate) == page)

    def _near(self, page: PublishedStatistics | None) -> np.ndarray:
        """Those sets of people whose averages read like the page's, generously: what is told is compared later."""
        if page is None:
            return self.sets
        change, step, n = self.after - self.before, page.detail.step * (1 + 1e-9), self.n
        before, mean = self.sets @ self.before / n, self.sets @ change / n
        half = stats.t.ppf(0.975, n - 1) * np.sqrt(np.maximum(self.sets @ change**2 / n - mean**2, 0) / (n - 1))
        fits = np.ones(len(self.sets), dtype=bool)
        for values, printed in (
            (before, page.before), (before + mean, page.after), (mean, page.change),
            (mean - half, page.low), (mean + half, page.high),
        ):  # fmt: skip
            if printed is not None:
                fits &= abs(values - printed) <= step
        return self.sets[fits]


def nearest(units: np.ndarray) -> np.ndarray:
    """Whole numbers, halves away from zero."""
    return np.sign(units) * np.floor(abs(units) + 0.5)


def same_numbers(values: Sequence[np.ndarray], printed: Sequence[float | None], step: float) -> np.ndarray:
    """Where an estimate and the ends of its interval are printed so; what is not printed may be anything."""
    fits = np.ones(len(values[0]), dtype=bool)
    for value, number, to in zip(values, printed, (nearest, np.floor, np.ceil), strict=True):
        if number is not None:
            fits &= abs(to(np.round(value / step, 9)) * step - number) < step / 2
    return fits


def same_averages(scale: Scale, people: np.ndarray, page: PublishedStatistics) -> np.ndarray:
    """Which of many sets of people have the page's averages and interval; people: sets × people × (before, after)."""
    n, step, (before, after) = people.shape[1], page.detail.step, np.moveaxis(people, 2, 0)
    mean, half = (after - before).mean(axis=1), stats.t.ppf(0.975, n - 1) * stats.sem(after - before, axis=1)
    fits = ((people >= scale.scores[0]) & (people <= scale.scores[-1])).all(axis=(1, 2))
    for scores, printed in ((before, page.before), (after, page.after)):
        if printed is not None:
            fits &= abs(nearest(np.round(scores.mean(axis=1) / step, 9)) * step - printed) < step / 2
    return fits & same_numbers((mean, mean - half, mean + half), (page.change, page.low, page.high), step)


def moved(
    rng: np.random.Generator, people: np.ndarray, kept: np.ndarray, unit: float, pairs: Sequence[tuple[int, int]]
) -> np.ndarray:
    """Many sets of people (sets × people × waves), each with a few scores moved; who has a score stays the same.

    Scores move between two people, persons as a whole, changes and forms are exchanged: sums stay as they are. One
    score alone is moved, too: a printed average is rounded, so it does not tell the sum. kept: who keeps all scores.
    """
    every, (_, n, waves) = np.arange(len(people)), people.shape
    forms = [[first, second] for first, second in pairs if first]  # which others filled in
    for _ in range(rng.integers(1, 4)):  # a few at once: the one may make good what the other does to a spread
        old, people = people, people.copy()
        one = rng.integers(1, n, len(people))
        other = (one + rng.integers(n - 2, size=len(people))) % (n - 1) + 1
        one, other = (kept + one) % n, (kept + other) % n
        kind, wave = rng.integers(5 + len(forms), size=len(people)), rng.integers(waves, size=len(people))
        k = every[kind <= 1]
        people[k, one[k], wave[k]] += unit
        people[k, other[k], wave[k]] -= unit
        k = every[kind == 2]
        people[k, one[k]] += unit
        people[k, other[k]] -= unit
        k = every[kind == 3]
        for first, second in pairs:
            change = old[k, :, second] - old[k, :, first]
            for to, of in ((one[k], other[k]), (other[k], one[k])):
                people[k, to, second] = old[k, to, first] + change[np.arange(len(k)), of]
        k = every[kind == 4]
        people[k, one[k], wave[k]] += unit * rng.choice((-1, 1), len(k))
        for place, form in enumerate(forms, start=5):
            k = every[kind == place][:, None]
            people[k, one[k], form], people[k, other[k], form] = old[k, other[k], form], old[k, one[k], form]
        people = np.where(np.isnan(people) | np.isnan(old), old, people)
    return people


def facts(scale: Scale, people: np.ndarray, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
    """Of each person of many sets, whether they rose, stayed or fell between two columns, and are at an end of the
    scale: facts × … × people; also where there is no score, so that only others count against it.
    """
    ways = [_either(np.sign(people[..., b] - people[..., a]), way) for a, b in pairs for way in (-1, 0, 1)]
    ends = [_either(people[..., wave], scale.scores[at]) for wave in range(people.shape[-1]) for at in (0, -1)]
    return np.array([*ways, *ends])


def _either(values: np.ndarray, value: float) -> np.ndarray:
    return np.isnan(values) | (values == value)


Row = tuple[float, ...]


class Learned:
    """What a stranger, and each participant who knows their own whole row, cannot tell apart.

    pairs: the columns between which people have a direction. Sets of people are found, so there may be more.
    """

    def __init__(self, scale: Scale, truth: np.ndarray, pairs: Sequence[tuple[int, int]]) -> None:
        self.scale, self.pairs, self.size = scale, pairs, len(truth)
        kinds: tuple[Row | None, ...] = None, *{tuple(row) for row in np.nan_to_num(truth, nan=-1).tolist()}
        self.sets: dict[Row | None, set[bytes]] = {kind: set() for kind in kinds}
        self.with_one: dict[Row | None, list[tuple[int, int]]] = {kind: [] for kind in kinds}  # known sets, and who
        self.others = {kind: np.zeros(len(facts(scale, truth[None], pairs))) for kind in kinds}

    def add(self, people: np.ndarray, place: int) -> bool:
        """People who make the pages, and where they will be among the known ones; whether they are new."""
        rows = [tuple(row) for row in np.nan_to_num(people, nan=-1).tolist()]
        key = np.array(sorted(rows)).tobytes()
        if key in self.sets[None]:
            return False
        untrue = ~facts(self.scale, people, self.pairs)
        for kind in (*dict.fromkeys(rows), None):
            if kind in self.sets:
                who = 0 if kind is None else rows.index(kind)
                own = 0 if kind is None else untrue[:, who]
                self.sets[kind].add(key)
                self.with_one[kind].append((place, who))
                self.others[kind] = np.maximum(self.others[kind], untrue.sum(axis=1) - own)
        return True

    def starts(self, rng: np.random.Generator, known: int, number: int) -> tuple[np.ndarray, np.ndarray]:
        """So many places of known sets, and who is kept of each: where something seems certain to one, mostly they."""
        faults, places = [kind for kind in self.faults() if kind], rng.integers(known, size=number)
        kept = rng.integers(self.size, size=number)
        for at in range(number if faults else 0):
            if at % 4:
                held = self.with_one[faults[at % len(faults)]]
                places[at], kept[at] = held[rng.integers(len(held))]
        return places, kept

    def faults(self) -> dict[Row | None, str]:
        """Of what too little is left open, by who learns it."""
        few = {k: f"{len(s)} sets for {k}" for k, s in self.sets.items() if len(s) < (20 if k is None else 10)}
        return few | {k: f"certain to {k}" for k, others in self.others.items() if (others < 1).any()}


@dataclasses.dataclass(frozen=True)
class Group:
    """People of whom pages tell: a row of scores for each, NaN where there is none; the pages with their columns; and
    the columns between which people have a direction. words: whether the pages tell words and counts, too.
    """

    truth: np.ndarray
    pages: Sequence[JointPage]
    pairs: Sequence[tuple[int, int]]
    words: bool = True

    def made_by(self, scale: Scale, several: np.ndarray) -> np.ndarray:
        """Which of many sets of people make the pages."""
        left = np.arange(len(several))
        for page, *columns in self.pages:
            who = ~np.isnan(self.truth[:, columns]).any(axis=1)
            shown = several[left][:, who][:, :, columns]
            fits = same_averages(scale, shown, page)
            if self.words:
                for place in np.flatnonzero(fits):
                    fits[place] = published_from(scale, *shown[place].T, page.detail) == page
            left = left[fits]
        return np.isin(np.arange(len(several)), left)


def learned(
    scale: Scale,
    groups: Sequence[Group],
    most: int = 200_000,
    tied: Callable[..., np.ndarray] | None = None,
    asked: Callable[..., bool] | None = None,
) -> list[str]:
    """What all pages together tell a stranger, or a participant who knows a whole row: nothing where all is well.

    most: how many sets are tried; tied: which of many sets of all groups make what is told of the groups together;
    asked: whether a set of each group would be told of alike, where only such sets count.
    """
    rng, unit = np.random.default_rng(1), scale.scores[1] - scale.scores[0]
    each, known = [Learned(scale, g.truth, g.pairs) for g in groups], [[g.truth for g in groups]]
    for one, group in zip(each, groups, strict=True):
        assert group.made_by(scale, group.truth[None]).all()
        one.add(group.truth, 0)
    for at in range(most // ROUND):
        faulty = [place for place, one in enumerate(each) if one.faults()] or [0]
        moving = (
            faulty[at % len(faulty)] if at % 3 else at // 3 % len(groups)
        )  # others make room for these now and then
        places, kept = each[moving].starts(rng, len(known), ROUND)
        tried = [np.array([known[place][of] for place in places]) for of in range(len(groups))]
        columns = [(first, second) for _, first, second in groups[moving].pages]
        tried[moving] = moved(rng, tried[moving], kept, unit, columns)
        left = np.flatnonzero(groups[moving].made_by(scale, tried[moving]))
        if tied is not None:
            left = left[tied(*(several[left] for several in tried))]
        for place in left:
            people = [several[place] for several in tried]
            if asked is None or asked(*people):
                new = [one.add(found, len(known)) for one, found in zip(each, people, strict=True)]
                known += [people] if any(new) else []
                if not any(one.faults() for one in each):
                    return []
    return [fault for one in each for fault in one.faults().values()]
