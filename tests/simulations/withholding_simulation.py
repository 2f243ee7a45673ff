"""How often a plausible pilot's measure is withheld: the table of docs/disclosure.md.

    python tests/simulations/withholding_simulation.py [INSTRUMENT …]

Takes hours for all instruments; the seed is fixed, so parts can be run apart.
"""

from __future__ import annotations

import sys

import numpy as np
from builders.plausible import plausible_scores

from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import scale_of
from atpilots.instruments import load_instrument, shipped_instruments

NUMBERS = (12, 15, 20, 25, 30, 40, 52)
PILOTS, SEED, THRESHOLD = 20, 1, 10


def withheld(name: str, n: int, pilots: int = PILOTS) -> int:
    """How many of so many pilots of n people have this measure withheld."""
    instrument = load_instrument(name)
    scale, count = scale_of(instrument), 0
    for pilot in range(pilots):
        before, after = plausible_scores(instrument, n, np.random.default_rng([SEED, n, pilot]))
        count += safe_statistics(scale, before, after, THRESHOLD) is None
    return count


def main() -> None:
    """Print a row for each instrument as it is done."""
    for name in sys.argv[1:] or shipped_instruments():
        sys.stdout.write(f"| {name} | {' | '.join(str(withheld(name, n)) for n in NUMBERS)} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
