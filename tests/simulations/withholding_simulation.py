"""How much is told of a plausible pilot's measure, by effect: the table of docs/disclosure.md.

    PYTHONPATH=tests python tests/simulations/withholding_simulation.py [INSTRUMENT …]

Without names, all shipped instruments but those with the scale of another. The seed is fixed.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

import numpy as np
from builders.plausible import plausible_scores

from atpilots.disclosure.published import PublishedStatistics, details
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import Scale, scale_of
from atpilots.instruments import load_instrument, shipped_instruments

EFFECTS = (0.0, 0.5, 1.2)  # in SD
NUMBERS = (11, 15, 20, 30, 40)
PILOTS, SEED = 20, 1
SAME_SCALE = {"djg6_social", "ons4_anxious", "ons4_satisfaction", "ons4_worthwhile", "oxford_knee"}
AMOUNTS = ("remarks", "finest step", "coarser", "one end", "withheld")


def amount(scale: Scale, page: PublishedStatistics | None) -> str:
    """How much a page tells, in a word."""
    if page is None:
        return "withheld"
    if page.detail.one_end:
        return "one end"
    if page.detail.remarks:
        return "remarks"
    return "finest step" if page.detail.step == details(scale, page.n)[0].step else "coarser"


def told(name: str, effect: float, n: int) -> tuple[Counter[str], float]:
    """How many of so many pilots of n people are told how much of, and the longest processor time."""
    instrument = load_instrument(name)
    scale, amounts, longest = scale_of(instrument), Counter[str](), 0.0
    for pilot in range(PILOTS):
        before, after = plausible_scores(instrument, n, np.random.default_rng([SEED, n, pilot]), effect)
        start = time.process_time()
        amounts[amount(scale, safe_statistics(scale, before, after))] += 1
        longest = max(longest, time.process_time() - start)
    return amounts, longest


def _row(*cells: object) -> None:
    sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")
    sys.stdout.flush()


def main() -> None:
    """Print a row for each instrument, effect and number of people; at the end, all instruments together."""
    names = sys.argv[1:] or [name for name in shipped_instruments() if name not in SAME_SCALE]
    everything: dict[tuple[float, int], Counter[str]] = {}
    _row("instrument", "effect", "people", *AMOUNTS, "seconds")
    for name in names:
        for effect in EFFECTS:
            for n in NUMBERS:
                amounts, longest = told(name, effect, n)
                everything.setdefault((effect, n), Counter()).update(amounts)
                _row(name, effect, n, *(amounts[kind] for kind in AMOUNTS), f"{longest:.2f}")
    for (effect, n), amounts in everything.items():
        _row("all", effect, n, *(amounts[kind] for kind in AMOUNTS), "")


if __name__ == "__main__":
    main()
