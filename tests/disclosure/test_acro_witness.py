"""Numbers of people that pages tell, beside the verdicts of acro, the public sector's output checker (made outside)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from atpilots.disclosure.bands import Cut, rounded_bands
from atpilots.disclosure.published import disclosed_improvers
from atpilots.disclosure.rounding import rounds_to_same

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


def test_the_number_who_improved_is_told_where_acro_tells_both_sides() -> None:
    """Unless so few numbers are rounded to it that it is narrowed."""
    for (better, others), allowed in PAIRS:
        alike = [n for n in rounds_to_same(better) if min(n, better + others - n) >= THRESHOLD]
        told = disclosed_improvers((better, others, 0), THRESHOLD) is not None
        assert told is (all(allowed) and len(alike) >= 3), (better, others)
    assert sum(disclosed_improvers((*counts, 0), THRESHOLD) is not None for counts, _ in PAIRS) >= 5


def test_bands_are_counted_where_acro_tells_both() -> None:
    cut = Cut(5.0, "low", "high")
    for (low, high), allowed in PAIRS:
        scores = np.repeat([4.0, 5.0], [low, high])
        assert (rounded_bands(cut, scores, scores, THRESHOLD) is not None) is all(allowed), (low, high)
