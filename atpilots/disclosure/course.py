"""The course over several waves: of the people of the headline, and only where it sets nobody apart (R-SDC-14, 17).

A wave's average is told where everybody of the headline has a score then, or where so many have none that those who are
left, and those who are not, are groups large enough. Its numbers pass the audit by themselves, in just as much detail
as the headline, so that both tell one average before. What is not told has one reason, whatever was found.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd

from atpilots.disclosure.protected import ProtectedMeasure, ProtectedWave
from atpilots.disclosure.published import rounding_steps
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.rounding import rounded, rounded_down, rounded_up
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.thresholds import FEWEST_APART, FEWEST_PAIRS, Audience, disclosed_people
from atpilots.estimators import CHANGE_DIGITS, t_interval_of

SOME_MISSING = "a few of these people have no score then"
TOO_FEW_THEN = "too few of these people have a score then"
NOT_TOLD = "to protect the people who took part"


def protected_course(
    scale: Scale, measure: ProtectedMeasure, scores: pd.DataFrame, endpoint: str, audience: Audience
) -> tuple[ProtectedWave, ...]:
    """Every wave after the first as it may be told; nothing where the headline's averages are not.

    measure: the headline. scores: score points of its people, a column for each wave, the baseline first; NaN where
    there is none.
    """
    if measure.withheld or measure.one_end:
        return ()
    baseline, *later = scores.columns
    known = {wave: scores[wave].notna().to_numpy() for wave in later}
    if audience is Audience.INTERNAL:
        return tuple(_exact(wave, scores[[baseline, wave]].dropna(), measure.step) for wave in later)
    told = {endpoint: known[endpoint]}
    waves = {endpoint: ProtectedWave(endpoint, measure.n, measure.change, measure.low, measure.high)}
    for wave in later:
        if wave not in waves:
            waves[wave] = _wave(scale, measure, scores[[baseline, wave]], told)
            told |= {wave: known[wave]} if not waves[wave].withheld else {}
    return tuple(waves[wave] for wave in later)


def _wave(
    scale: Scale, measure: ProtectedMeasure, pairs: pd.DataFrame, told: Mapping[str, np.ndarray]
) -> ProtectedWave:
    """One wave. told: who is in each average that is told already."""
    wave, who = str(pairs.columns[1]), pairs.notna().all(axis=1).to_numpy()
    n, missing = int(who.sum()), int((~who).sum())
    bare = ProtectedWave(wave, disclosed_people(n, Audience.PUBLIC))
    if bare.n is None:
        return dataclasses.replace(bare, withheld=TOO_FEW_THEN)
    if 0 < missing < FEWEST_APART or any(_few_apart(who, others) for others in told.values()):
        return dataclasses.replace(bare, withheld=SOME_MISSING)
    before, after = (pairs[column].to_numpy(dtype=float)[who] for column in pairs)
    # Of a headline that had to be told coarsely, or of so few that only a coarse step passes, one average is enough.
    printed = None
    if measure.step == rounding_steps(scale, len(pairs))[0] == rounding_steps(scale, n)[0]:
        printed = safe_statistics(scale, before.tolist(), after.tolist())
    if printed is None or printed.detail.one_end or printed.detail.step != measure.step or n < FEWEST_PAIRS:
        return dataclasses.replace(bare, withheld=NOT_TOLD)
    return dataclasses.replace(bare, change=printed.change, low=printed.low, high=printed.high)


def _few_apart(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether people who are in one average only are so few that a subtraction tells of them."""
    return any(0 < int(apart.sum()) < FEWEST_APART for apart in (one & ~other, other & ~one))


def _exact(wave: str, pairs: pd.DataFrame, step: float) -> ProtectedWave:
    """For the analyst's own machine: whoever of the headline's people has a score then."""
    n, (before, after) = len(pairs), (pairs[column].to_numpy(dtype=float) for column in pairs)
    changes = (after - before).round(CHANGE_DIGITS) + 0.0
    if n < 2:
        return ProtectedWave(wave, n, withheld=TOO_FEW_THEN)
    low, high = t_interval_of(changes)
    return ProtectedWave(wave, n, rounded(float(changes.mean()), step), rounded_down(low, step), rounded_up(high, step))
