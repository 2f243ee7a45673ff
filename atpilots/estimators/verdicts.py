"""The word for a change: its interval against the smallest change that matters.

Eight words where a change that matters is agreed for averages, three where none is. The interval is the unrounded 95%
interval of the mean change; rounding it first could turn one verdict into another. A harm is never worded more weakly
than a benefit of the same size.
"""

from __future__ import annotations

from typing import Literal, get_args

from atpilots.instruments import Better

Verdict = Literal[
    "better by more",
    "better by as much",
    "probably better",
    "too small to matter",
    "unclear",
    "probably worse",
    "worse by as much",
    "worse by more",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
BETTER, WORSE = VERDICTS[:3], VERDICTS[:4:-1]  # the surest first
Zone = tuple[float, float]


def verdict(conf_low: float, conf_high: float, better: Better, important: Zone | None = None) -> Verdict:
    """The verdict on an interval of the change (after − before, score points, unrounded).

    better: the instrument's direction; the interval is mirrored where lower is better.
    important: the zone (low, high) of the smallest change that matters, both positive; None where none is agreed.
    With the interval [L, U] so mirrored, the first that holds: too small to matter if −low < L and U < low; better by
    more if L ≥ high; better by as much if L ≥ low; probably better if L > 0; the same for worse, mirrored; else
    unclear. Without an agreed value only the probable words are left. An interval that does not exist (NaN: fewer than
    two pairs) is unclear.
    """
    low, high = (conf_low, conf_high) if better == "higher" else (-conf_high, -conf_low)
    if important and -important[0] < low and high < important[0]:
        return "too small to matter"
    if low > 0:
        return BETTER[_surest(low, important)]
    return WORSE[_surest(-high, important)] if high < 0 else "unclear"


def _surest(least: float, important: Zone | None) -> int:
    """The place of the strongest word, where the change is at least so large."""
    if important is None:
        return 2
    return 0 if least >= important[1] else 1 if least >= important[0] else 2


def edges(word: Verdict, better: Better, important: Zone | None = None) -> tuple[float | None, float | None]:
    """What a verdict tells of the ends of its interval: the lower one lies above the first, the upper below the second.

    None for an end that the verdict does not bound; zone and direction as for `verdict`.
    """
    if word == "too small to matter" and important:
        return -important[0], important[0]
    if word not in BETTER + WORSE:
        return None, None
    least = (important[1], important[0], 0.0) if important else (0.0, 0.0, 0.0)
    rise = (word in BETTER) == (better == "higher")
    edge = least[(BETTER if word in BETTER else WORSE).index(word)]
    return (edge, None) if rise else (None, 0.0 - edge)
