"""The word for a change: its interval against the smallest change that matters.

Five words where an instrument has an agreed minimal important change, three where it has none. The interval is the
unrounded 95% interval of the mean change; rounding it first could turn one verdict into another.
"""

from __future__ import annotations

from typing import Literal

from atpilots.instruments import Better

Verdict = Literal["worse", "clearly beyond", "too small to matter", "likely", "unclear", "better"]
VERDICTS: tuple[Verdict, ...] = ("worse", "clearly beyond", "too small to matter", "likely", "unclear")


def verdict(
    conf_low: float,
    conf_high: float,
    better: Better,
    important: tuple[float, float] | None = None,
) -> Verdict:
    """The verdict on an interval of the change (after − before, score points, unrounded).

    better: the instrument's direction; the interval is mirrored where lower is better.
    important: the zone (low, high) of the minimal important change, both positive; None where no value is agreed.
    With the interval [L, U] so mirrored, the first that holds: worse if U < 0; clearly beyond if L ≥ high; too small
    to matter if −low < L and U < low; likely if L > 0; else unclear. Without an agreed value: worse, better (L > 0),
    unclear. An interval that does not exist (NaN: fewer than two pairs) is unclear.
    """
    low, high = (conf_low, conf_high) if better == "higher" else (-conf_high, -conf_low)
    if high < 0:
        return "worse"
    if important is None:
        return "better" if low > 0 else "unclear"
    smallest, largest = important
    if low >= largest:
        return "clearly beyond"
    if -smallest < low and high < smallest:
        return "too small to matter"
    return "likely" if low > 0 else "unclear"
