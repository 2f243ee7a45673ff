"""What may be told of a pilot to one audience, as frozen objects, and the marks for what is missing.

Whatever is downstream (pages, workbook, ledger) reads only these: behind them no exact number can be had.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

from atpilots.disclosure.bands import Bands
from atpilots.disclosure.robustness import RobustnessFlags
from atpilots.disclosure.rounding import decimals
from atpilots.disclosure.thresholds import WITHHELD, Audience, ImprovedCount
from atpilots.estimators import Verdict
from atpilots.instruments import Better

Unlike = Literal["start", "methods"]  # groups differ at the start, or the two differences get different words

UNDEFINED = "[z]"  # on internal pages, which withhold nothing: a number that cannot exist
WITHHELD_NOTE = f"{WITHHELD} means: withheld, to protect the people who took part."
UNDEFINED_NOTE = f"{UNDEFINED} means: not applicable, there is no such number. Nothing is withheld on an internal page."


def missing_mark(audience: Audience) -> tuple[str, str]:
    """What stands in place of a number, and what that means: on an internal page nothing is withheld."""
    return (UNDEFINED, UNDEFINED_NOTE) if audience is Audience.INTERNAL else (WITHHELD, WITHHELD_NOTE)


@dataclasses.dataclass(frozen=True)
class ProtectedMeasure:
    """One measure's results as they may be told, in score points rounded to `step`; None where withheld.

    `withheld` says why nothing is told, `missing` marks each number so missing. `verdict` follows the unrounded
    interval and nothing else. Of a result too strong for more, only the end of the interval nearer to no change is
    told, `low` or `high`, rounded towards no change.
    """

    name: str
    label: str
    rater: str
    primary: bool
    better: Better
    score_range: tuple[float, float]
    n: int | None
    step: float
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    improved: ImprovedCount | None = None
    verdict: Verdict | None = None
    zone: tuple[float, float] | None = None  # the smallest change that matters: the one that decides the verdict
    felt: bool = True  # whether it asks how people feel, rather than what they do
    bands: Bands | None = None  # people in the worse and the better half of the published bands
    remarks: RobustnessFlags | None = None  # what sentences may say beside the numbers
    at_best: bool = False  # whether it is said that many had the best score before
    withheld: str = ""
    missing: str = WITHHELD  # the mark that stands for a number which is not told

    def untold(self, **known: Any) -> ProtectedMeasure:
        """The same measure with nothing told of it but what is given."""
        bare = {f.name: f.default for f in dataclasses.fields(self) if f.default is not dataclasses.MISSING}
        return dataclasses.replace(self, **bare | known)

    def number(self, value: float | None, signed: bool = False) -> str:
        """A value with the digits of `step`, a true minus sign, and a plus sign where asked for."""
        if value is None:
            return self.missing
        text = f"{value:+.{decimals(self.step)}f}" if signed else f"{value:.{decimals(self.step)}f}"
        return ("0" + text[2:] if float(text) == 0 and text[0] in "+-" else text).replace("-", "−")

    @property
    def one_end(self) -> bool:
        """Whether only one end of the interval is told, with the verdict."""
        return not self.withheld and self.change is None

    @property
    def people(self) -> str:
        """How many people the numbers are of, or the mark."""
        return self.missing if self.n is None else str(self.n)

    @property
    def scale(self) -> str:
        """The instrument's range as people say it: "0 to 10", "−0.59 to 1"."""
        return " to ".join(f"{round(end, 2):g}".replace("-", "−") for end in self.score_range)


@dataclasses.dataclass(frozen=True)
class ProtectedWave:
    """A wave of the main measure's course as it may be told: the average change since the baseline and its interval.

    Score points, rounded as the main measure's; None where not told, and `withheld` says why. `n` of the people of the
    headline have a score then; None where they are too few to be counted.
    """

    name: str
    n: int | None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    withheld: str = ""


@dataclasses.dataclass(frozen=True)
class Attendance:
    """Exact numbers of residents: who answered anything at a wave, at the first one too, and at none after it."""

    wave: str
    answered: int
    also_first: int
    last: int


@dataclasses.dataclass(frozen=True)
class ProtectedComparison:
    """One measure of the piloted arm beside another arm, as it may be told.

    own: the other arm's numbers. adjusted: how much higher the piloted arm ended at equal baselines, as its change,
    with interval and word; n counts both arms. unadjusted: the difference between the two average changes; it has a
    word only where that decided the adjusted one's. All are withheld, or none. unlike: why the word of groups that were
    not drawn by lot is "unclear", whatever the interval.
    """

    arm: str
    own: ProtectedMeasure
    adjusted: ProtectedMeasure
    unadjusted: ProtectedMeasure
    unlike: Unlike | None = None

    @property
    def withheld(self) -> str:
        """Why nothing is told of it; empty where it is told."""
        return self.adjusted.withheld


@dataclasses.dataclass(frozen=True)
class ArmAttendance:
    """Exact numbers of an arm's residents who gave any answer before, after, and both; None where they are too few.

    recruited: None also where nobody said how many. `started`: the recruited, else those who answered before.
    """

    arm: str
    before: int | None = None
    after: int | None = None
    both: int | None = None
    recruited: int | None = dataclasses.field(default=None, repr=False)  # ledgers have the fingerprint of the rest

    @property
    def started(self) -> int | None:
        """How many there were to lose."""
        return self.before if self.recruited is None else self.recruited


@dataclasses.dataclass(frozen=True)
class ProtectedResults:
    """Everything that may be told of a pilot's numbers to one audience, and the rules behind it.

    Numbers of people are exact; None where withheld, and for the recruited also where nobody said how many. `answered`
    is how many gave any answer before, and after. Of a pilot with more than two waves, `course` has each wave after the
    first of the main measure, and `attendance` every wave; both empty where nothing may be told;
    `surveys` names the two waves of the headline. `measures` are as the residents answered them; `workers` are the
    support workers' views of the same people, which are no outcomes more. Of a pilot with other arms, `comparisons` has
    each measure beside each of them, and `arms` every arm.
    """

    audience: Audience
    recruited: int | None
    answered_twice: int | None
    measures: tuple[ProtectedMeasure, ...]
    rules: tuple[str, ...]
    answered: tuple[int, int] | None = None
    course: tuple[ProtectedWave, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    surveys: tuple[str, ...] = ()
    workers: tuple[ProtectedMeasure, ...] = ()
    comparisons: tuple[ProtectedComparison, ...] = ()
    arms: tuple[ArmAttendance, ...] = ()

    @property
    def compared(self) -> ProtectedComparison | None:
        """The main measure beside the first other arm, which is the page's result; None where that is not told."""
        return next((one for one in self.comparisons[:1] if not one.withheld), None)

    @property
    def results(self) -> tuple[ProtectedMeasure, ...]:
        """What every measure found: its change or, where arms are compared, the difference between the first two."""
        if self.compared is None:
            return self.measures
        found = {(one.own.name, one.own.rater): one for one in reversed(self.comparisons)}
        return tuple(found[measure.name, measure.rater].adjusted for measure in self.measures)

    @property
    def started(self) -> int | None:
        """How many there were to lose: the recruited, else those who answered before."""
        return self.recruited if self.recruited is not None or self.answered is None else self.answered[0]

    @property
    def told(self) -> tuple[ProtectedMeasure, ...]:
        """The measures with results."""
        return tuple(measure for measure in self.measures if not measure.withheld)

    @property
    def views(self) -> tuple[ProtectedMeasure, ...]:
        """Every measure by every rater, the withheld ones too: the residents' first."""
        return (*self.measures, *self.workers)
