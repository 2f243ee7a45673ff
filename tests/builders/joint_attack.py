"""An intruder who reads one measure's whole page, what is not told included, and tries every joint table of answers.

Nothing here is taken from the package's search. A joint table says how many people went from each score to each other
one. All tables of n people on a short scale are gone through by their changes: for every way to spread n people over
the changes that two scores can make, every way to spread those who changed alike over the scores they can have started
from.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from builders.attack import every_multiset
from scipy import stats

from atpilots.disclosure.bands import Bands, Cut
from atpilots.disclosure.published import PublishedStatistics, published_from
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.suppression import disclosable

THRESHOLD = 10


@dataclasses.dataclass(frozen=True)
class Page:
    """All that a page tells of one measure; None or False where it says nothing, which tells something too."""

    printed: PublishedStatistics
    bands: Bands | None
    at_best: bool


def page_about(scale: Scale, cut: Cut | None, before: Sequence[float], after: Sequence[float]) -> Page | None:
    """What the package would tell of these answers; None where the measure is withheld."""
    told = disclosable(scale, cut, tuple(before), tuple(after), THRESHOLD)
    return None if told is None else Page(*told)


@dataclasses.dataclass(frozen=True)
class Group:
    """People with the same set of changes and the same sum of scores before: every joint table of theirs."""

    changes: tuple[float, ...]
    total_before: float
    tables: np.ndarray  # a row for each joint table: how many went from the row's to the column's score, flattened


@cache
def places(levels: int) -> dict[int, list[tuple[int, int]]]:
    """For every change in levels, the scores (by place) it can lead from and to."""
    found: dict[int, list[tuple[int, int]]] = {}
    for start, end in itertools.product(range(levels), repeat=2):
        found.setdefault(end - start, []).append((start, end))
    return dict(sorted(found.items()))


def tables_with(counts: Sequence[int], levels: int) -> np.ndarray:
    """Every joint table in which so many people make each change (from the largest fall to the largest rise)."""
    tables = np.zeros((1, levels * levels), dtype=np.uint8)
    for (_, cells), count in zip(places(levels).items(), counts, strict=True):
        spread = every_multiset(len(cells), int(count)) if len(cells) > 1 else np.array([[count]])
        wide = np.zeros((len(spread), levels * levels), dtype=np.uint8)
        wide[:, [start * levels + end for start, end in cells]] = spread
        tables = (tables[:, None, :] + wide[None, :, :]).reshape(-1, levels * levels)
    return tables


def starts(tables: np.ndarray, levels: int) -> np.ndarray:
    """How many had each score before: a row for each table."""
    return tables.reshape(-1, levels, levels).sum(axis=2)


def ends(tables: np.ndarray, levels: int) -> np.ndarray:
    """How many had each score after."""
    return tables.reshape(-1, levels, levels).sum(axis=1)


def groups_that_read_the_same(printed: PublishedStatistics, scale: Scale) -> Iterator[Group]:
    """Every set of changes, and sum of scores before, whose page of that much detail reads the same."""
    levels, unit, n, step = len(scale.scores), scale.scores[1] - scale.scores[0], printed.n, printed.detail.step
    values = np.array(list(places(levels))) * unit
    counts = every_multiset(len(values), n)
    total, squares = counts @ values, counts @ values**2
    half = stats.t.ppf(0.975, n - 1) * np.sqrt(np.maximum(squares - total**2 / n, 0) / (n - 1) / n)
    near = abs(total / n - printed.change) < step  # generous: what is printed is compared below
    near &= (abs(total / n - half - printed.low) < 2 * step) & (abs(total / n + half - printed.high) < 2 * step)
    for row in counts[near]:
        changes = np.repeat(values, row)
        sums = [n * scale.scores[0] + unit * place for place in range(n * (levels - 1) + 1)]
        sums = [b for b in sums if abs(b / n - printed.before) < step]
        sums = [b for b in sums if abs((b + changes.sum()) / n - printed.after) < step]
        alike = [b for b in sums if published_from(scale, changes, b, printed.detail) == printed]
        if alike:
            tables = tables_with(row, levels)
            before = starts(tables, levels) @ np.array(scale.scores)
            for total_before in alike:
                chosen = tables[np.isclose(before, total_before)]
                if len(chosen):
                    yield Group(tuple(changes.tolist()), total_before, chosen)


def answers_of(table: np.ndarray, scale: Scale) -> tuple[list[float], list[float]]:
    """Answers before and after of people with that joint table."""
    levels = len(scale.scores)
    start, end = np.divmod(np.repeat(np.arange(levels * levels), table), levels)
    scores = np.array(scale.scores)
    return scores[start].tolist(), scores[end].tolist()
