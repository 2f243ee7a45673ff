"""How often two pilots of different people pass for the same people by chance: the figure of docs/disclosure.md.

    python tests/simulations/chance_simulation.py [PAIRS]

For every shipped instrument asked alone, pairs of pilots are drawn from one population: in the middle of the scale,
near its best end, or close together. Each is counted as shipped, and as if it were an own one, which is known in other
codings too. The seed is fixed.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Sequence

import numpy as np

from atpilots.instruments import Instrument, load_instrument, shipped_instruments
from atpilots.ledger import release
from atpilots.ledger.differencing import differencing_risks
from atpilots.ledger.release import AnswerPrints, Population, Release

SIZES = ((11, 11), (11, 13), (11, 15), (12, 12), (13, 13), (15, 15), (15, 19), (20, 20), (25, 27), (40, 40), (60, 60))
PAIRS, SEED = 2000, 1
BETWEEN_ITEMS = 0.6  # of an item's variance is what its person and wave have in common over all items
# Retest correlation, where people stand on the way to the highest level, and how far they spread.
POPULATIONS = (
    ((0.5, 0.8), (0.45, 0.65), (0.20, 0.28)),
    ((0.5, 0.8), (0.80, 0.95), (0.15, 0.22)),
    ((0.7, 0.9), (0.60, 0.80), (0.08, 0.14)),
)


def alarms(
    name: str,
    one: int,
    other: int,
    pairs: int = PAIRS,
    telling: Callable[[Sequence[str]], bool] = release.identifying,
    own: bool = False,
) -> int:
    """How many of so many pairs of pilots, of one and of other people, are refused beside each other."""
    instrument, found = load_instrument(name), 0
    for pair in range(pairs):
        rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), one, other, pair])
        population = [rng.uniform(*ends) for ends in POPULATIONS[pair % len(POPULATIONS)]]
        shift = rng.uniform(-0.1, 0.5)
        drawn = [_answers(instrument, n, population, shift, rng) for n in (one, other)]
        first, second = (
            _release(f"pilot of {len(ranks)}, {i}", _codings(ranks, _steps(instrument), own), telling)
            for i, ranks in enumerate(drawn)
        )
        found += bool(differencing_risks(second, [first]))
    return found


def _answers(
    instrument: Instrument, n: int, population: Sequence[float], shift: float, rng: np.random.Generator
) -> np.ndarray:
    """Ranks of levels, from 0: one row per person, one column per item before, then per item after."""
    retest, stand, spread = population
    items = len(instrument.items)
    wave = np.sqrt(retest) * rng.normal(size=n) + np.sqrt(1 - retest) * rng.normal(size=(2, n))
    wave[1] += shift
    common = BETWEEN_ITEMS if items > 1 else 1.0
    spot = np.sqrt(common) * wave + np.sqrt(1 - common) * rng.normal(size=(items, 2, n))
    return np.round(np.clip(stand + spread * spot, 0, 1) * _steps(instrument)).transpose(2, 1, 0).reshape(n, -1)


def _steps(instrument: Instrument) -> int:
    levels = instrument.highest - instrument.lowest
    return 10 if levels > 20 else levels  # people answer a long scale in tens


def _codings(ranks: np.ndarray, steps: int, own: bool) -> list[np.ndarray]:
    """As `releases.codings` gives them."""
    return [ranks, ranks + 1, steps - ranks, steps - ranks + 1] if own else [ranks]


def _release(name: str, codings: Sequence[np.ndarray], telling: Callable[[Sequence[str]], bool]) -> Release:
    half = codings[0].shape[1] // 2
    rows = [
        [" ".join(f"{level:.0f}" for level in row[side]) for row in answers]
        for answers in codings
        for side in (np.s_[:], np.s_[:half], np.s_[half:])
    ]
    ways: tuple[AnswerPrints, ...] = tuple(tuple(sorted(some)) for some in rows if telling(some))
    people = frozenset(f"{name} {i}" for i in range(len(codings[0])))
    return Release(name, name, "public", (Population("outcome", people, name, own=ways),))


def main() -> None:
    """Print a row for each instrument as it is done."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    for name in shipped_instruments():
        for own in (False, True):
            found = [alarms(name, one, other, pairs, own=own) for one, other in SIZES]
            kind = "as an own one" if own else "as shipped"
            sys.stdout.write(f"{name}, {kind}: {sum(found)} of {pairs * len(SIZES)} pairs; by size {found}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
