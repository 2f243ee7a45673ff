"""Which honest sentence a pilot's results trigger. Each finding is one function: a Context in, a sentence or None out.

All sentences are plain British English about released numbers; none says that the technology caused anything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from atpilots.disclosure import ReleasedMeasure, ReleasedResults, rounded_up

if TYPE_CHECKING:
    from atpilots.pilots import Pilot
    from atpilots.protocol import Protocol

SMALL_STUDY = 30
SHORT_WEEKS = 26
# At 80% power a paired t test detects (t₀.₉₇₅ + t₀.₈)/t₀.₉₇₅ half-widths of its own interval: 1.40 to 1.43 for 11 to 60
# pairs. Taken from the released interval, it tells nothing that the interval does not.
DETECTABLE_HALF_WIDTHS = 1.43

VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "clearly beyond": "People got better on average, clearly by more than the smallest change that matters.",
        "likely": "People likely got better on average, but perhaps by less than the smallest change that matters.",
        "unclear": "It is unclear whether people got better or worse on average.",
        "too small to matter": "If there was an average change, it was too small to matter.",
        "worse": "People got worse on average.",
        "better": "People got better on average.",
    }
)


@dataclasses.dataclass(frozen=True)
class Context:
    """What a finding may look at: the pilot's own description and the results as released."""

    pilot: Pilot
    released: ReleasedResults

    @property
    def protocol(self) -> Protocol:
        """The pilot's description of itself."""
        return self.pilot.protocol

    @property
    def primary(self) -> ReleasedMeasure:
        """The primary measure as released."""
        return next(measure for measure in self.released.measures if measure.primary)


@dataclasses.dataclass(frozen=True)
class Finding:
    """A triggered sentence and its id."""

    id: str
    text: str


def no_comparison_group(context: Context) -> str | None:
    """C-01: always, while no pilot has a comparison."""
    better = any(_direction(m) > 0 for m in context.released.told if m.primary)
    level = "level 2" if better else "at most level 1"
    return (
        "We compared people with themselves. Without a comparison group we cannot say that the technology made the "
        f"difference. (Maryland scale: level 1. Nesta Standards of Evidence: {level}.)"
    )


def few_people(context: Context) -> str | None:
    """C-02: fewer pairs than 30, or than the instrument's owners advise."""
    advised = context.pilot.primary.instrument.advised_n
    fewest = max(SMALL_STUDY, advised.n if advised else 0)
    shown = context.released.answered_twice
    if shown.shown is None or shown.shown >= fewest:
        return None
    advice = f" The owners of {context.pilot.primary.instrument.label} advise at least {advised.n}." if advised else ""
    return f"Only {shown} people answered the survey both times.{advice}"


def detectable_change(context: Context) -> str | None:
    """C-03: wherever the primary measure is told."""
    measure = context.primary
    if measure.low is None or measure.high is None:
        return None
    size = rounded_up(DETECTABLE_HALF_WIDTHS * (measure.high - measure.low) / 2, measure.step)
    return (
        f"A study this size could only show changes of about {measure.number(size)} points or more on {measure.label}."
    )


def many_outcomes(context: Context) -> str | None:
    """C-09: more than one outcome."""
    count = len(context.released.measures)
    if count < 2:
        return None
    return (
        f"There are {count} outcomes on this page. {context.primary.label} was chosen in advance as the main one; "
        "the others are exploratory. With this many outcomes, one may look better or worse by chance alone."
    )


def started_low(context: Context) -> str | None:
    """C-06: people were chosen for low scores."""
    if not context.protocol.selected_for_low_scores:
        return None
    return "People were chosen because their scores were low. Some improvement would be expected anyway."


def helped_answers(context: Context) -> str | None:
    """C-14: somebody helped with, or gave, the answers."""
    modes = set(context.pilot.answers["mode"]) - {"", "self"}
    if not modes:
        return None
    words = {"assisted": "with help", "phone": "by telephone", "proxy": "through another person"}
    ways = " and ".join(words[mode] for mode in sorted(modes))
    return f"Some or all people answered {ways}. Having help may make answers more positive."


def some_got_worse(context: Context) -> str | None:
    """C-12: always, where a measure is told."""
    if not context.released.told:
        return None
    return "An average hides differences: even where the average got better, some people may have got worse."


def who_took_part(context: Context) -> str | None:
    """C-16: always."""
    rule = context.protocol.participants_rule
    who = f"The pilot was for: {rule[0].lower()}{rule[1:].rstrip('.')}. " if rule else ""
    return f"{who}Those who took part and stayed are not a sample of everybody whom the technology might be for."


def no_usage_data(context: Context) -> str | None:  # noqa: ARG001 - every finding takes the context
    """C-17: the survey holds no usage data."""
    return "We do not know how much the technology was used."


def no_costs(context: Context) -> str | None:  # noqa: ARG001
    """C-26: always; no pilot folder holds costs."""
    return "This page does not assess value for money."


def short_follow_up(context: Context) -> str | None:
    """C-27: less than six months between the waves."""
    weeks = context.protocol.planned_gap_weeks
    if weeks is None or weeks >= SHORT_WEEKS:
        return None
    return f"People were asked again after about {weeks:g} weeks. We do not know whether any change lasts."


def not_fixed_in_advance(context: Context) -> str | None:
    """C-23: no dated plan, or deviations from it."""
    if context.protocol.plan_dated and not context.protocol.deviations:
        return None
    return "The analysis was not fixed in a dated plan before the answers were collected, or was changed afterwards."


def something_withheld(context: Context) -> str | None:
    """C-22: anything withheld."""
    released = context.released
    counts = [released.answered_twice, *([released.recruited] if released.recruited else [])]
    if not any(measure.withheld for measure in released.measures) and all(c.shown is not None for c in counts):
        return None
    return (
        "Where this page shows [c], a number is withheld because so few people took part that it could identify them."
    )


def next_step(context: Context) -> str | None:  # noqa: ARG001
    """C-30: always."""
    return (
        "Next step: to learn whether the technology makes the difference, compare with people who get it later, for "
        "example a waiting list or a stepped roll-out."
    )


FINDINGS: Mapping[str, Callable[[Context], str | None]] = MappingProxyType(
    {
        "C-01": no_comparison_group,
        "C-02": few_people,
        "C-03": detectable_change,
        "C-06": started_low,
        "C-09": many_outcomes,
        "C-12": some_got_worse,
        "C-14": helped_answers,
        "C-16": who_took_part,
        "C-17": no_usage_data,
        "C-22": something_withheld,
        "C-23": not_fixed_in_advance,
        "C-26": no_costs,
        "C-27": short_follow_up,
        "C-30": next_step,
    }
)


def findings(context: Context) -> tuple[Finding, ...]:
    """Every finding that the context triggers, in the order of their ids."""
    told = ((id_, function(context)) for id_, function in FINDINGS.items())
    return tuple(Finding(id_, text) for id_, text in told if text)


def change_sentences(measure: ReleasedMeasure) -> tuple[str, ...]:
    """One measure's result in plain sentences: the two averages, the change with its interval, the verdict (C-05)."""
    if measure.withheld:
        return (measure.withheld,)
    m = measure
    low, high = m.score_range
    return (
        f"The average score {_moved(m)} on a scale from {low:g} to {high:g}, where {m.better} is better.".replace(
            "-", "−"
        ),
        f"The average change was {m.number(m.change, signed=True)} points. The answers fit with average changes from "
        f"{m.number(m.low, signed=True)} to {m.number(m.high, signed=True)} points.",
        _verdict_sentence(m),
    )


def _moved(measure: ReleasedMeasure) -> str:
    before, after = measure.number(measure.before), measure.number(measure.after)
    if not measure.change:
        return f"was {before} before and {after} after,"
    return f"{'rose' if measure.change > 0 else 'fell'} from {before} before to {after} after,"


def _verdict_sentence(measure: ReleasedMeasure) -> str:
    sentence = VERDICTS[str(measure.verdict)]
    low, high = float(measure.low or 0), float(measure.high or 0)
    if measure.verdict == "unclear" and low <= 0 <= high:
        sentence += " The answers fit with no change, and with a change for the worse."
    return sentence


def _direction(measure: ReleasedMeasure) -> int:
    """+1 where the average got better, −1 where worse, 0 where it did not move."""
    change = measure.change or 0.0
    return ((change > 0) - (change < 0)) * (1 if measure.better == "higher" else -1)
