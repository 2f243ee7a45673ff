"""Numbers of people that pages tell, beside the verdicts of acro, the public sector's output checker (made outside)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from atpilots.disclosure.bands import rounded_bands
from atpilots.disclosure.rounding import rounds_to_same
from atpilots.disclosure.scale import Cut
from atpilots.disclosure.thresholds import disclosed_part

GOLDEN = json.loads((Path(__file__).parent / "golden" / "acro_counts.json").read_text(encoding="utf-8"))
PAIRS = [
    (tuple(table["counts"]), [word == "ok" for word in table["acro"]])
    for table in GOLDEN["tables"]
    if len(table["counts"]) == 2
]
THRESHOLD = 10  # acro's own default, and ours for the public


def test_the_witness_saw_both_sides_of_the_threshold() -> None:
    assert GOLDEN["made_by"]["acro"]
    assert {count for counts, _ in PAIRS for count in counts} >= {0, THRESHOLD - 1, THRESHOLD, THRESHOLD + 1}
    assert dict(PAIRS)[THRESHOLD, THRESHOLD - 1] == [True, False]


def test_numbers_of_people_are_told_where_acro_tells_both_sides() -> None:
    """Unless so few numbers are rounded to it that it is narrowed."""
    cut, told = Cut(5.0, "low", "high"), 0
    for (some, others), allowed in PAIRS:
        alike = [n for n in rounds_to_same(some) if min(n, some + others - n) >= THRESHOLD]
        expected = all(allowed) and len(alike) >= 3
        scores = np.repeat([4.0, 5.0], [some, others])
        assert (disclosed_part(some, some + others, THRESHOLD) is not None) is expected, (some, others)
        assert (rounded_bands(cut, scores, scores, THRESHOLD) is not None) is expected, (some, others)
        told += expected
    assert told >= 5
