"""What each audience may see of a pilot's results: thresholds, rounding, and what is withheld.

The intruder we have in mind is a neighbour, relative or warden who knows who took part. The rules' numbers (R-SDC-…)
are those of docs/disclosure.md; everything downstream reads only the frozen objects made here.
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from atpilots.estimators import Estimate
from atpilots.verdicts import verdict

if TYPE_CHECKING:
    from atpilots.instruments import Instrument
    from atpilots.pilots import Pilot

Estimates = Mapping[str, Estimate]

WITHHELD = "[c]"
FEWEST_PAIRS = 11  # R-SDC-01 and 09: ten degrees of freedom
COUNT_BASE = 5  # R-SDC-05
FEWEST_LEAVERS_TOLD_APART = 5  # R-SDC-16
FEW_LEVELS, FEW_PAIRS, COARSE_STEP = 5, 20, 0.5  # R-SDC-14
IMPROVEMENT_STEPS = ((40, 0.05), (20, 0.1))  # R-SDC-13: from so many pairs, in such steps
SMALL_RANGE = 2.0  # score ranges up to this (indices) are rounded to 0.01, all others to 0.1


class Audience(enum.StrEnum):
    """Who will read a page."""

    PUBLIC = "public"
    BOROUGH = "borough"
    INTERNAL = "internal"

    @classmethod
    def of(cls, name: object) -> Audience:
        """The audience of that name; anything else is the public."""
        return cls(str(name)) if str(name) in set(cls) else cls.PUBLIC

    @property
    def threshold(self) -> int:
        """The smallest number of people that a figure may describe or set apart."""
        return {Audience.PUBLIC: 10, Audience.BOROUGH: 8, Audience.INTERNAL: 1}[self]


@dataclasses.dataclass(frozen=True)
class Count:
    """A number of people as it may be told: exactly, rounded, or not at all."""

    shown: int | None
    about: bool = False

    def __str__(self) -> str:
        if self.shown is None:
            return WITHHELD
        return f"about {self.shown}" if self.about else str(self.shown)


@dataclasses.dataclass(frozen=True)
class ReleasedMeasure:
    """One measure's results as they may be told, in score points rounded to `step`; None where withheld.

    `withheld` says why nothing is told. `verdict` was found from the unrounded interval.
    """

    name: str
    label: str
    rater: str
    primary: bool
    better: str
    score_range: tuple[float, float]
    n: Count
    step: float
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    improvement: tuple[float, float, float] | None = None  # probability, interval
    verdict: str | None = None
    withheld: str = ""

    def number(self, value: float | None, signed: bool = False) -> str:
        """A value with the digits of `step`, a true minus sign, and a plus sign where asked for."""
        if value is None:
            return WITHHELD
        text = f"{value:+.{decimals(self.step)}f}" if signed else f"{value:.{decimals(self.step)}f}"
        return ("0" + text[2:] if float(text) == 0 and text[0] in "+-" else text).replace("-", "−")

    @property
    def scale(self) -> str:
        """The instrument's range in words: "0 to 10"."""
        return " to ".join(f"{end:g}".replace("-", "−") for end in self.score_range)


@dataclasses.dataclass(frozen=True)
class ReleasedResults:
    """Everything that may be told of a pilot's numbers to one audience, and the rules behind it."""

    audience: Audience
    recruited: Count | None
    answered_twice: Count
    measures: tuple[ReleasedMeasure, ...]
    rules: tuple[str, ...]

    @property
    def told(self) -> tuple[ReleasedMeasure, ...]:
        """The measures with results."""
        return tuple(measure for measure in self.measures if not measure.withheld)


def protect(pilot: Pilot, results: pd.DataFrame, audience: Audience) -> ReleasedResults:
    """What `audience` may see of a pilot's results (the tidy table), first wave after the baseline, piloted arm."""
    rows = results[(results["wave"] == pilot.follow_ups[0]) & (results["arm"] == pilot.protocol.arms[0])]
    groups = [
        (pilot.measures[str(measure)].instrument, str(rater), _estimates(group))
        for (measure, rater), group in rows.groupby(["measure", "rater"], sort=False)
    ]
    both = pilot.answered_twice
    recruited = pilot.protocol.recruited
    numbers = [both, *([recruited] if recruited is not None else []), *(_pairs(group) for _, _, group in groups)]
    about = too_close(numbers, audience.threshold)
    measures = [_measure(pilot, *group, audience, about) for group in groups]
    return ReleasedResults(
        audience=audience,
        recruited=_recruited(recruited, both, about, audience),
        answered_twice=_twice(both, about, audience),
        measures=tuple(measures),
        rules=("R-SDC-01", "R-SDC-03", "R-SDC-04", "R-SDC-07", "R-SDC-09", "R-SDC-13", "R-SDC-14", "R-SDC-16"),
    )


def too_close(numbers: list[int], threshold: int) -> bool:
    """Whether subtracting two of the numbers would set apart fewer people than the threshold (R-SDC-16)."""
    return any(0 < abs(a - b) < threshold for a, b in itertools.combinations(numbers, 2))


def rounded_count(count: int) -> int:
    """The nearest multiple of five; whole numbers never tie."""
    return COUNT_BASE * round(count / COUNT_BASE)


def rounded(value: float, step: float) -> float:
    """The nearest multiple of `step`, halves away from zero."""
    return _tidy(math.copysign(math.floor(_tidy(abs(value) / step) + 0.5) * step, value))


def rounded_down(value: float, step: float) -> float:
    """The multiple of `step` at or below the value."""
    return _tidy(math.floor(_tidy(value / step)) * step)


def rounded_up(value: float, step: float) -> float:
    """The multiple of `step` at or above the value."""
    return _tidy(math.ceil(_tidy(value / step)) * step)


def decimals(step: float) -> int:
    """How many decimals a multiple of `step` needs."""
    return max(0, math.ceil(-math.log10(step) - 1e-9))


def rounding_step(instrument: Instrument, pairs: int, audience: Audience) -> float:
    """How finely scores may be told (R-SDC-14)."""
    low, high = instrument.score_range
    fine = 0.01 if high - low <= SMALL_RANGE else 0.1
    if audience is Audience.INTERNAL:
        return fine / 10
    levels = instrument.highest - instrument.lowest + 1
    coarse = len(instrument.items) == 1 and levels <= FEW_LEVELS and pairs < FEW_PAIRS
    return COARSE_STEP if coarse else fine


def _measure(
    pilot: Pilot, instrument: Instrument, rater: str, rows: Estimates, audience: Audience, about: bool
) -> ReleasedMeasure:
    pairs = _pairs(rows)
    step = rounding_step(instrument, pairs, audience)
    bare = ReleasedMeasure(
        name=instrument.name,
        label=instrument.label,
        rater=rater,
        primary=instrument.name == pilot.primary.name and rater == "resident",
        better=instrument.better,
        score_range=instrument.score_range,
        n=_twice(pairs, about, audience),
        step=step,
    )
    reason = _reason_to_withhold(rows, instrument, step, audience)
    if reason:
        return dataclasses.replace(bare, n=Count(None), withheld=reason)
    change = rows["mean_change"]
    important = instrument.minimal_important_change
    zone = (important.low, important.high) if important else None
    return dataclasses.replace(
        bare,
        before=rounded(rows["mean_before"].estimate, step),
        after=rounded(rows["mean_after"].estimate, step),
        change=rounded(change.estimate, step),
        low=rounded_down(change.conf_low, step),
        high=rounded_up(change.conf_high, step),
        improvement=_improvement(rows["probability_of_improvement"], audience),
        verdict=verdict(change.conf_low, change.conf_high, better=instrument.better, important=zone),
    )


def _reason_to_withhold(rows: Estimates, instrument: Instrument, step: float, audience: Audience) -> str:
    fewest = 2 if audience is Audience.INTERNAL else FEWEST_PAIRS
    if _pairs(rows) < fewest:
        return "Too few people completed both surveys to publish results."
    change = rows["mean_change"]
    if not change.conf_low < change.conf_high:  # everybody changed alike: true of each person
        return "The results would say something about every single person."
    means = [rounded(rows[name].estimate, step) for name in ("mean_before", "mean_after")]
    if audience is not Audience.INTERNAL and any(mean in instrument.score_range for mean in means):
        return "The results would say something about every single person."
    return ""


def _improvement(row: Estimate, audience: Audience) -> tuple[float, float, float] | None:
    if audience is Audience.INTERNAL:
        return row.estimate, row.conf_low, row.conf_high
    for fewest, step in IMPROVEMENT_STEPS:
        if row.n >= fewest:
            low, high = rounded_down(row.conf_low, step), rounded_up(row.conf_high, step)
            return rounded(row.estimate, step), low, high
    return None


def _recruited(recruited: int | None, both: int, about: bool, audience: Audience) -> Count | None:
    """The recruited, unless together with those who answered twice they tell the leavers too closely (R-SDC-16)."""
    if recruited is None:
        return None
    if audience is Audience.INTERNAL or not about:
        return Count(recruited)
    leavers = {r - b for r in _told_as(recruited) for b in _told_as(both) if r >= b and b >= FEWEST_PAIRS}
    enough = both < FEWEST_PAIRS or len(leavers) >= FEWEST_LEAVERS_TOLD_APART
    return Count(rounded_count(recruited), about=True) if enough else Count(None)


def _twice(number: int, about: bool, audience: Audience) -> Count:
    if audience is Audience.INTERNAL:
        return Count(number)
    if number < FEWEST_PAIRS:
        return Count(None)
    return Count(rounded_count(number), about=True) if about else Count(number)


def _told_as(number: int) -> range:
    """Every number that is rounded to the same multiple of five."""
    shown = rounded_count(number)
    return range(max(0, shown - COUNT_BASE // 2), shown + COUNT_BASE // 2 + 1)


def _pairs(rows: Estimates) -> int:
    return rows["mean_change"].n


def _estimates(rows: pd.DataFrame) -> Estimates:
    """A measure's rows of the results table, by estimator."""
    fields = [field.name for field in dataclasses.fields(Estimate)]
    records = rows[fields].to_dict("records")
    return {str(record["estimator"]): Estimate(**{str(k): v for k, v in record.items()}) for record in records}


def _tidy(value: float) -> float:
    """Without the binary noise that would push 0.3 / 0.1 over or under a whole number."""
    return round(value, 9) + 0.0
