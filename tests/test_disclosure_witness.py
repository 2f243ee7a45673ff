"""Our tables of counts beside the verdicts of acro, the public sector's output checker (golden data, made outside)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from atpilots.audits import told_counts
from atpilots.printed import improved_told
from atpilots.rounding import told_as

GOLDEN = json.loads((Path(__file__).parent / "golden" / "disclosure" / "acro_counts.json").read_text(encoding="utf-8"))
TABLES = [(tuple(table["counts"]), [word == "ok" for word in table["acro"]]) for table in GOLDEN["tables"]]
THRESHOLD = 10  # acro's own default, and ours for the public


def test_the_witness_saw_both_sides_of_the_threshold() -> None:
    assert GOLDEN["made_by"]["acro"]
    assert {count for counts, _ in TABLES for count in counts} >= {0, 1, THRESHOLD - 1, THRESHOLD, THRESHOLD + 1}
    assert dict(TABLES)[THRESHOLD, THRESHOLD - 1] == [True, False]


@pytest.mark.parametrize("rounding", [True, False])
def test_what_acro_withholds_we_withhold(rounding: bool) -> None:
    for counts, allowed in TABLES:
        told = [cell.shown is not None for cell in told_counts(counts, THRESHOLD, rounding).cells]
        assert all(theirs or not ours for ours, theirs in zip(told, allowed, strict=True)), counts


def test_where_acro_withholds_nothing_we_tell_everything() -> None:
    for counts, allowed in TABLES:
        if all(allowed):
            assert all(cell.shown is not None for cell in told_counts(counts, THRESHOLD).cells), counts


def test_we_withhold_more_only_beside_a_withheld_cell() -> None:
    """acro judges each cell by itself: (25, 9) leaves its 25 and with the total gives the 9 away."""
    stricter = [
        counts
        for counts, allowed in TABLES
        if any(
            ok and cell.shown is None for ok, cell in zip(allowed, told_counts(counts, THRESHOLD).cells, strict=True)
        )
    ]
    assert (25, 9) in stricter
    assert all(min(counts) < THRESHOLD for counts in stricter)


def test_the_sentence_on_improvement_is_one_cut_of_such_a_table() -> None:
    """Where acro tells both cells, we tell the first; unless so few numbers are rounded to it that it is narrowed."""
    pairs = [(counts, allowed) for counts, allowed in TABLES if len(counts) == 2]
    for (better, others), allowed in pairs:
        alike = [n for n in told_as(better) if min(n, better + others - n) >= THRESHOLD]
        told = improved_told((better, others, 0), THRESHOLD) is not None
        assert told is (all(allowed) and len(alike) >= 3), (better, others)
    assert sum(improved_told((*counts, 0), THRESHOLD) is not None for counts, _ in pairs) >= 5
