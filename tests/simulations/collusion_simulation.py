"""What two participants who tell each other their answers can work out: the figures of docs/disclosure.md.

    PYTHONPATH=tests python tests/simulations/collusion_simulation.py [SECONDS]

Every set of people on two scores is tried; on three, as many random ones as the seconds allow.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterable

import numpy as np
from builders.attack import Intruder

from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import MIN_FOR_A_PARTICIPANT

SEED, SECONDS = 5, 120.0
DIRECTIONS = 3  # the first of an intruder's facts


def pairs_of(people: np.ndarray) -> list[np.ndarray]:
    """Every two of these people who may talk, by their answers."""
    each = np.eye(len(people), dtype=int)
    kinds = np.flatnonzero(people)
    pairs = (each[one] + each[other] for one, other in itertools.combinations_with_replacement(kinds, 2))
    return [pair for pair in pairs if (pair <= people).all()]


def two_learn(intruder: Intruder, people: np.ndarray) -> tuple[bool, bool]:
    """Whether some two of these people are left with fewer than 10 sets, or sure how everybody else changed."""
    pairs = pairs_of(people)
    sets, otherwise = np.zeros(len(pairs), dtype=int), np.zeros((len(pairs), DIRECTIONS), dtype=int)
    for candidate in intruder.same_page(people):
        for place, pair in enumerate(pairs):
            if (pair <= candidate).all():
                others = candidate - pair
                sets[place] += 1
                otherwise[place] = np.maximum(otherwise[place], others.sum() - intruder.facts[:DIRECTIONS] @ others)
        if (sets >= MIN_FOR_A_PARTICIPANT).all() and (otherwise > 0).all():
            break
    return bool((sets < MIN_FOR_A_PARTICIPANT).any()), bool((otherwise == 0).any())


def tally(intruder: Intruder, several: Iterable[np.ndarray], seconds: float) -> str:
    """How many of several sets of people are told of, and of how many of these two who talk learn too much."""
    counts, start = Counter[str](), time.process_time()
    for people in several:
        if intruder.told(people) is not None:
            few, certain = two_learn(intruder, people)
            counts.update({"told": 1, "few": few, "certain": certain, "either": few or certain})
        if time.process_time() - start > seconds:
            break
    return " | ".join(str(counts[kind]) for kind in ("told", "few", "certain", "either"))


def main() -> None:
    """Print a row for each scale and number of people."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    sys.stdout.write("| scores | people | told | fewer than 10 sets | sure of everybody else | either |\n")
    for scores, n in [((0.0, 1.0), 11), ((0.0, 1.0), 12), ((0.0, 1.0), 13), ((0.0, 1.0, 2.0), 11)]:
        intruder = Intruder(Scale(scores, "higher"), n)
        several = np.random.default_rng(SEED).permutation(intruder.sets)
        limit = np.inf if len(scores) == 2 else seconds
        sys.stdout.write(f"| {len(scores)} | {n} | {tally(intruder, several, limit)} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
