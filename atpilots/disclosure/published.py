"""What a page prints about one measure, as a function of the answers: of the true ones, and of an intruder's.

The change is after − before in score points throughout, whatever counts as better.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from functools import cache

import numpy as np

from atpilots.disclosure.robustness import RobustnessFlags
from atpilots.disclosure.rounding import rounded, rounded_count, rounded_down, rounded_up, rounds_to_same
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import FEWEST_NUMBERS_WORSE_WITH_NOBODY, FEWEST_ROUNDED_ALIKE, MIN_POSSIBLE_COUNTS
from atpilots.estimators import Directions, Interval, Verdict, plus_four, t_interval_of

FEW_SCORES, FEW_PAIRS, COARSE_STEP = 5, 20, 0.5  # R-SDC-14: scales of so few scores, below so many pairs
FINE_STEP, FINE_STEP_OF_AN_INDEX = 0.1, 0.01
SMALL_RANGE = 2.0  # score ranges up to this are those of indices
COARSEST_PART = 4  # no step is coarser than a quarter of the scale's range, or the page tells nothing
# R-SDC-13: the remarks are made of a p-value, a probability of improvement and counts, so need as many pairs.
FEWEST_REMARKED = 20
MORE_BESIDE_IMPROVEMENT = 1  # numbers who got worse, because averages and intervals narrow them further
IMPROVEMENT_STEPS = ((40, 0.05), (20, 0.1))  # R-SDC-13: from so many pairs, in such steps


@dataclasses.dataclass(frozen=True)
class DetailLevel:
    """How much a page tells: the step of scores, and whether it tells of improvement at all."""

    step: float
    threshold: int
    improvement: bool = False  # the probability of improvement
    improvers: bool = False  # the number of people who got better
    remarks: bool = False  # whether methods agree, one person decides, many had the same score twice


@dataclasses.dataclass(frozen=True)
class PublishedStatistics:
    """All that a page prints about one measure."""

    n: int
    detail: DetailLevel
    before: float
    after: float
    change: float
    low: float
    high: float
    verdict: Verdict  # lowered to unclear where the methods disagree
    improvement: Interval | None
    improved: int | None  # the rounded number who got better
    remarks: RobustnessFlags | None  # what the sentences beside the numbers tell


def details(scale: Scale, n: int, threshold: int) -> list[DetailLevel]:
    """Every amount of detail in which a measure may be told, the finest first (R-SDC-13 and 14)."""
    first, *coarser = rounding_steps(scale, n)
    improvers = n >= 2 * threshold
    finest = [
        DetailLevel(first, threshold, improvement=True, improvers=improvers, remarks=True),
        DetailLevel(first, threshold, improvers=improvers, remarks=True),
        DetailLevel(first, threshold, improvers=improvers),
    ]
    plain = [DetailLevel(step, threshold) for step in (first, *coarser)]
    return list(dict.fromkeys([*(finest if n >= FEWEST_REMARKED else []), *plain]))


def rounding_steps(scale: Scale, n: int) -> list[float]:
    """The steps to which scores may be rounded: 0.1, 0.2, 0.5, 1, 2, 5 … up to a quarter of the scale."""
    reach = scale.scores[-1] - scale.scores[0]
    few = len(scale.scores) <= FEW_SCORES and n < FEW_PAIRS
    first = COARSE_STEP if few else FINE_STEP_OF_AN_INDEX if reach <= SMALL_RANGE else FINE_STEP
    ladder = [round(digit * 10.0**power, 2) for power in range(-2, 3) for digit in (1, 2, 5)]
    return [step for step in ladder if step == first or first < step <= reach / COARSEST_PART]


def published_from(scale: Scale, changes: np.ndarray, total_before: float, detail: DetailLevel) -> PublishedStatistics:
    """What a page with that much detail prints about people with these changes and this sum of scores before."""
    n, total, step = len(changes), float(changes.sum()), detail.step
    low, high = t_interval_of(changes)
    directions = scale.directions(changes)
    return PublishedStatistics(
        n=n,
        detail=detail,
        before=rounded(total_before / n, step),
        after=rounded((total_before + total) / n, step),
        change=rounded(total / n, step),
        low=rounded_down(low, step),
        high=rounded_up(high, step),
        verdict=scale.verdict(changes),
        improvement=disclosed_improvement(directions, detail.threshold) if detail.improvement else None,
        improved=disclosed_improvers(directions, detail.threshold) if detail.improvers else None,
        remarks=scale.remarks(changes) if detail.remarks else None,
    )


@cache
def disclosed_improvers(directions: Directions, threshold: int) -> int | None:
    """The rounded number who got better, where they and all others are as many as the threshold (R-SDC-02, 03, 05).

    Nothing where fewer than three numbers round alike: of 20 people "about 10" would be 10 exactly.
    """
    large_enough = range(threshold, sum(directions) - threshold + 1)
    alike = [number for number in rounds_to_same(directions[0]) if number in large_enough]
    disclosed = directions[0] in large_enough and len(alike) >= FEWEST_ROUNDED_ALIKE
    return rounded_count(directions[0]) if disclosed else None


@cache
def all_directions(n: int) -> frozenset[Directions]:
    """Every way that n people can get better, stay the same or get worse."""
    return frozenset((better, same, n - better - same) for better in range(n + 1) for same in range(n + 1 - better))


def leaves_counts_ambiguous(possible: Collection[Directions], improvers_disclosed: bool, more: int = 0) -> bool:
    """Whether it stays open between enough numbers how many got better, and how many worse (R-SDC-06).

    more: so many more for those who got worse.
    """
    better, worse = {counts[0] for counts in possible}, {counts[2] for counts in possible}
    fewest_worse = FEWEST_NUMBERS_WORSE_WITH_NOBODY if 0 in worse else MIN_POSSIBLE_COUNTS
    fewest_better = FEWEST_ROUNDED_ALIKE if improvers_disclosed else MIN_POSSIBLE_COUNTS
    return len(better) >= fewest_better and len(worse) >= fewest_worse + more


def disclosed_improvement(directions: Directions, threshold: int) -> Interval | None:
    """The probability of improvement as it may be told: none below 20 pairs, in coarse steps, interval outward.

    Coarser, or none, where beside the number who improved (or that this is not told) it would tie down how many got
    worse: of 25 people "about 15" improved, and 0.7 (0.4 to 0.9) leaves 6 or 7 of them.
    """
    return _improvements(sum(directions), threshold).get(directions)


@cache
def _improvements(n: int, threshold: int) -> Mapping[Directions, Interval]:
    """What is disclosed about n people, by their directions, where anything is."""
    disclosed: dict[Directions, Interval] = {}
    for step in [step for fewest, step in IMPROVEMENT_STEPS if n >= fewest]:
        undecided = all_directions(n) - disclosed.keys()
        for (improvement, improved), alike in _by_disclosed_figures(undecided, step, threshold).items():
            if leaves_counts_ambiguous(alike, improved is not None, MORE_BESIDE_IMPROVEMENT):
                disclosed |= dict.fromkeys(alike, improvement)
    return _with_room_for_the_undisclosed(disclosed, n, threshold)


def _by_disclosed_figures(
    possible: Iterable[Directions], step: float, threshold: int
) -> Mapping[tuple[Interval, int | None], list[Directions]]:
    """Directions by the probability of improvement in such steps and the number who improved, as they would read."""
    alike: dict[tuple[Interval, int | None], list[Directions]] = {}
    for directions in sorted(possible):
        value, low, high = plus_four(directions)
        improvement = rounded(value, step), rounded_down(low, step), rounded_up(high, step)
        alike.setdefault((improvement, disclosed_improvers(directions, threshold)), []).append(directions)
    return alike


def _with_room_for_the_undisclosed(
    disclosed: Mapping[Directions, Interval], n: int, threshold: int
) -> Mapping[Directions, Interval]:
    """Without the figure that fewest directions share, again and again until "nothing disclosed" ties nobody down."""
    kept = dict(disclosed)
    by_improvers: dict[int | None, list[Directions]] = {}
    for directions in sorted(all_directions(n)):
        by_improvers.setdefault(disclosed_improvers(directions, threshold), []).append(directions)
    for improved, alike in by_improvers.items():
        while (left := [each for each in alike if each not in kept]) and not leaves_counts_ambiguous(
            left, improved is not None
        ):
            values = [kept[each] for each in alike if each in kept]
            fewest = min(values, key=lambda value: (values.count(value), value))
            kept = {each: value for each, value in kept.items() if each not in alike or value != fewest}
    return kept
