"""An intruder: tries everything that could have made a page, by another way than the package's own audit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from scipy import stats

from atpilots.disclosure.published import PublishedStatistics, published_from
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import Scale

THRESHOLD = 10

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
            self._told[key] = safe_statistics(self.scale, *self.answers(people), THRESHOLD)
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


class Witnesses:
    """Sets of people who would have made all of several pages, found by moves that nothing of the package knows of.

    scores: a row for each person, NaN where there is no score; pages: each with its columns before and after.
    """

    def __init__(self, scale: Scale, scores: np.ndarray, pages: Sequence[JointPage], exact: bool) -> None:
        self.scale, self.truth, self.pages, self.exact = scale, scores, pages, exact
        self.raters = [(first, second) for _, first, second in pages if first]  # pages of forms that others filled in
        self.unit = scale.scores[1] - scale.scores[0]

    def fits(self, scores: np.ndarray) -> bool:
        if np.nanmin(scores) < self.scale.scores[0] or np.nanmax(scores) > self.scale.scores[-1]:
            return False
        if (np.isnan(scores) != np.isnan(self.truth)).any():  # who has a score is no secret
            return False
        for page, first, second in self.pages:
            before, after = scores[~np.isnan(scores[:, [first, second]]).any(axis=1)][:, [first, second]].T
            if self.exact:
                other = safe_statistics(self.scale, before.tolist(), after.tolist(), THRESHOLD)
            else:
                other = published_from(self.scale, before, after, page.detail)
            if other != page:
                return False
        return True

    def found(self, rng: np.random.Generator, most: int) -> Iterator[np.ndarray]:
        """The true people, then others: scores moved between two people, whole persons shifted, changes exchanged."""
        known = [self.truth]
        yield self.truth
        for _ in range(most):
            scores = known[rng.integers(len(known))].copy()
            for _ in range(rng.integers(1, 4)):  # a few at once: the one may make good what the other does to a spread
                self._move(rng, scores)
            if self.fits(scores):
                known.append(scores)
                yield scores

    def _move(self, rng: np.random.Generator, scores: np.ndarray) -> None:
        n, waves = scores.shape
        (one, other), kind = rng.choice(n, 2, replace=False), rng.integers(4 + len(self.raters))
        if kind <= 1:
            wave = rng.integers(1, waves)
            scores[one, wave] += self.unit
            scores[other, wave] -= self.unit
        elif kind == 2:
            scores[one] += self.unit
            scores[other] -= self.unit
        elif kind >= 4:  # the same forms, of other people: every page stays as it is
            columns = list(self.raters[kind - 4])
            scores[np.ix_([one, other], columns)] = scores[np.ix_([other, one], columns)]
        else:
            for _, first, second in self.pages:
                change = scores[:, second] - scores[:, first]
                scores[[one, other], second] = scores[[one, other], first] + change[[other, one]]


def facts(scale: Scale, scores: np.ndarray, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
    """Of each person, whether they rose, stayed or fell between two columns, and are at an end of the scale; also where
    there is no score, so that only others count against it.
    """
    ways = [_either(np.sign(scores[:, b] - scores[:, a]), way) for a, b in pairs for way in (-1, 0, 1)]
    ends = [_either(column, scale.scores[at]) for column in scores.T for at in (0, -1)]
    return np.array([*ways, *ends])


def _either(values: np.ndarray, value: float) -> np.ndarray:
    return np.isnan(values) | (values == value)


def learned(
    scale: Scale,
    scores: np.ndarray,
    pages: Sequence[JointPage],
    pairs: Sequence[tuple[int, int]],
    exact: bool = False,
    most: int = 40_000,
) -> str:
    """What all pages together tell a stranger, or a participant who knows a whole row: nothing where all is well.

    pairs: the columns between which people have a direction. Sets of people are found, so there may be more.
    """
    rng, kinds = np.random.default_rng(1), {tuple(row) for row in np.nan_to_num(scores, nan=-1)}
    sets: dict[tuple[float, ...] | None, set[bytes]] = {kind: set() for kind in (None, *kinds)}
    others = {kind: np.zeros(len(facts(scale, scores, pairs))) for kind in sets}
    faults: list[str] = []
    for candidate in Witnesses(scale, scores, pages, exact).found(rng, 400 if exact else most):
        untrue = ~facts(scale, candidate, pairs)
        rows = [tuple(row) for row in np.nan_to_num(candidate, nan=-1)]
        key = np.array(sorted(rows)).tobytes()
        for kind in {None, *rows} & sets.keys():
            own = 0 if kind is None else untrue[:, rows.index(kind)]
            sets[kind].add(key)
            others[kind] = np.maximum(others[kind], untrue.sum(axis=1) - own)
        few = [f"{len(sets[k])} sets for {k}" for k in sets if len(sets[k]) < (20 if k is None else 10)]
        faults = few + [f"certain to {k}" for k in sets if (others[k] < 1).any()]
        if not faults:
            return ""
    return f"{pages}: {faults}"
