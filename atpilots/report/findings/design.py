"""What is said of how the pilot was done: what its design, its people and its questions can and cannot tell."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from atpilots.disclosure import (
    GROUP_TOO_SMALL,
    Leavers,
    Unlike,
    bounds_told,
    rounded,
    rounded_up,
    scale_of,
)
from atpilots.files import listed
from atpilots.report.findings.context import Context
from atpilots.report.findings.evidence import evidence_levels
from atpilots.report.planning import detectable
from atpilots.report.wording import people, points, surveys

NOT_GIVEN = "How people came into the groups is not given."
ALLOCATED = {
    "random": "People were put into the groups at random.",
    "waiting_list": "Some had it first and the others waited, but not at random.",
    "chosen": "Who was in which group was not decided at random.",
}
ALIKE = "Chance alone makes groups differ that are made at random, and the interval allows for that."
BIAS = "Groups that were not made at random may differ in ways that no calculation takes out."
TRIED = (
    "Groups that were not made at random: tried with 20 people in each, those with the technology worse off all along "
    "by half to one standard deviation, the interval found a difference in 11 to 33 of 100 pilots without any. Once it "
    "was asked whether the groups began alike, as on this page, the word did so in at most 2 of 100."
)
UNLIKE: Mapping[Unlike, str] = {
    "start": "The groups began too unlike.",
    "methods": "With and without adjusting for the start, the answer is not the same, so no more is said.",
}
COMPARISON_CANNOT = "what they answered is withheld, to protect them"
SMALL_STUDY = 30
SHORT_WEEKS = 26
GAP_TOLERANCE_WEEKS = 2
SEASON_WEEKS = 8  # so far apart in the year, daylight and weather differ; calendar seasons may change overnight
DAYS_IN_A_YEAR = 365
FEW_STAYED = 0.9
LOW_START_SDS = 0.5


def no_comparison_group(context: Context) -> str | None:
    """C-01: no comparison is told. No level of evidence where the main result is withheld."""
    if context.compared:
        return None
    word, others = context.main.verdict, context.protocol.arms[1:]
    scales = f" ({evidence_levels(word)})" if word else ""
    if others:
        return (
            "This page compares people with themselves. Without a comparison we cannot say that the technology caused "
            f"the change.{scales}"
        )
    return (
        "We compared people with themselves. Without a comparison group we cannot say that the technology caused the "
        f"change.{scales}"
    )


def arms_left_out(context: Context) -> str:
    """That there were other arms, and why none is told: one is too small, or it would tell too much."""
    one, names = len(context.protocol.arms) == 2, listed([f"“{arm}”" for arm in context.protocol.arms[1:]])
    small = context.protected.comparisons[0].withheld == GROUP_TOO_SMALL
    why = f"too few people completed {surveys(context.protected)} to compare them" if small else COMPARISON_CANNOT
    return f"There {'was another group' if one else 'were other groups'}, {names}: {why}."


def comparison_of_groups(context: Context) -> str | None:
    """C-33: a comparison is told: what the way people came into the groups leaves open, and the level of evidence."""
    word, compared = context.headline.verdict, context.compared
    if compared is None or word is None:
        return None
    told = ALIKE if context.allocation == "random" else BIAS
    return f"{told} ({evidence_levels(word, context.sound)})"


def few_people(context: Context) -> str | None:
    """C-02: fewer than 30 people, or fewer than the owners of the main questionnaire advise."""
    instrument = context.instrument(context.main)
    advised = instrument.advised_n.n if instrument.advised_n else 0
    count = context.protected.answered_twice
    if context.compared:
        return _small_groups(context, [arm.both or 0 for arm in context.protected.arms[:2]], advised)
    if count is None or count >= max(SMALL_STUDY, advised):
        return None
    advice = f" The questionnaire's owners advise at least {advised}." if advised else ""
    who = f"Only {people(count)}" if count else "Nobody"
    return f"{who} answered {surveys(context.protected)}.{advice}"


def _small_groups(context: Context, sizes: list[int], advised: int) -> str | None:
    if min(sizes) >= max(SMALL_STUDY, advised):
        return None
    advice = f" The questionnaire's owners advise at least {advised} in a group." if advised else ""
    first, second, *more = (*(f"“{arm}”" for arm in context.protocol.arms), "")
    one, other = (first, second) if more[1:] else ("one group", "the other")
    told = f"Only {sizes[0]} people in {one} and {sizes[1]} in {other} answered"
    return f"{told} {surveys(context.protected, 'both times')}.{advice}"


def detectable_change(context: Context) -> str | None:
    """C-03: the main measure's result is unclear: any other says itself what this pilot could show."""
    measure = context.main
    change = detectable(measure) if measure.verdict == "unclear" and not context.compared else None
    if change is None:
        return None
    size = max(rounded(change, measure.step), measure.step)
    return (
        f"A true change of {points(measure, size)} on {measure.label} would be found in about 4 of 5 pilots of this "
        "size."
    )


def started_low(context: Context) -> str | None:
    """C-06: no arms are compared, and people were chosen for low scores, or worse at the start than the norm by more
    than half its standard deviation.
    """
    if context.compared:
        return None
    measure, instrument = context.main, context.instrument(context.main)
    low, sign = context.protocol.selected_for_low_scores, 1 if instrument.better == "higher" else -1
    worse_by = 0.0
    if instrument.norm and measure.before is not None:  # the average as told: the exact one would undo its rounding
        worse_by = (instrument.norm.mean - measure.before) * sign
        low |= worse_by > LOW_START_SDS * instrument.norm.sd
    if not low:
        return None
    expected = (1 - instrument.retest.r) * worse_by if instrument.retest else 0.0
    size = f", about {measure.number(rounded_up(expected, measure.step))} points" if expected > 0 else ""
    start = "People were low at the start" if sign > 0 else "People's scores were high at the start, which is worse"
    return f"{start}. Some improvement would be expected anyway{size}."


def some_left(context: Context) -> str | None:
    """C-07: fewer than nine in ten of the recruited (where nobody said how many, of those who answered before) answered
    twice; bounds where there are leavers enough.
    """
    started, twice = context.protected.started, context.protected.answered_twice
    differ = "Those who left may differ from those who stayed."
    if context.compared:
        stayed = [(arm.both or 0) / (arm.started or 1) for arm in context.protected.arms[:2]]
        return None if min(stayed) >= FEW_STAYED else differ
    if started is None or twice is None or twice >= FEW_STAYED * started:
        return None
    return f"{differ}{_bounds(context, started, twice)}"


def many_outcomes(context: Context) -> str | None:
    """C-09: two outcomes or more. With a single secondary outcome there is nothing to adjust."""
    count = len({measure.name for measure in context.protected.measures})
    if count < 2:
        return None
    return f"Of {count} outcomes, one may look better or worse by chance alone."


def time_between(context: Context) -> str | None:
    """C-13: the gap is not as planned, the waves fall at different times of the year, or something else happened."""
    dates = context.middle_dates
    parts = []
    if dates is not None:
        first, second, weeks = dates
        planned = context.protocol.planned_gap_weeks
        if planned is not None and abs(weeks - planned) > GAP_TOLERANCE_WEEKS:
            parts.append("The time between the surveys was not as planned.")
        if not context.compared and _weeks_around_the_year(first, second) >= SEASON_WEEKS:
            parts.append(
                f"The first answers are mostly from {first:%B %Y}, the second from {second:%B %Y}. The season may "
                "explain part of a change."
            )
    events = "; ".join(event.rstrip(".") for event in context.protocol.events)
    if events and context.compared:
        parts.append(f"Between the surveys: {events}.")
    elif events:
        parts.append(f"Between the surveys: {events}. This may explain part of a change.")
    return " ".join(parts) or None


def helped_answers(context: Context) -> str | None:
    """C-14: somebody helped with or gave the answers, or the way of asking changed between the waves."""
    answers = context.answers
    asked = answers[answers["mode"] != ""]
    modes = set(asked["mode"])
    words = {"assisted": "with help", "proxy": "through another person"}
    helped = [words[mode] for mode in ("assisted", "proxy") if mode in modes]
    by_wave = asked.groupby(asked.index.get_level_values("wave"))["mode"].agg(lambda column: column.mode().iloc[0])
    parts = [f"Some people answered {listed(helped)}. Having help may make answers more positive."] if helped else []
    if by_wave.nunique() > 1:
        parts.append("The way of asking changed between the surveys, which may change the answers.")
    return " ".join(parts) or None


def asked_by_staff(context: Context) -> str | None:
    """C-15: the pilot says who asked the questions."""
    who = context.protocol.collected_by.rstrip(".")
    if not who:
        return None
    return (
        f"{who[:1].upper()}{who[1:]}. People who were given something may give kinder answers, above all to those who "
        "gave it."
    )


def who_took_part(context: Context) -> str:
    """C-16: always."""
    rule = context.protocol.participants_rule.rstrip(".")
    who = f"Who could take part: {rule}. " if rule else ""
    return f"{who}Those who took part and stayed do not stand for everybody who might use it."


def usage(context: Context) -> str:
    """C-17: always; in the pilot's own words where it gives any."""
    return context.protocol.notes.get("usage") or "We do not know how much the technology was used."


def subgroups_not_shown(context: Context) -> str | None:
    """C-21: the survey would allow subgroups."""
    bands = {band for band in context.answers["age_band"].unique() if band}
    if len(bands) < 2:
        return None
    return "Results are not shown for smaller groups, such as ages, because so few people could be recognised."


def when_it_was_planned(context: Context) -> str:
    """C-23: always; the date of the plan against the first answer (where none has a date, the start)."""
    plan, deviations = context.protocol.plan_dated, "; ".join(d.rstrip(".") for d in context.protocol.deviations)
    dates = [date for date in context.pilot.answers["date"].unique() if date]
    first = min(dates, default=str(context.protocol.started or ""))
    if plan is None:
        told = "No dated plan was given."
    elif first and plan.isoformat() > first:
        told = "The plan was written while the pilot ran."
    else:
        told = f"The analysis plan is dated {plan.day} {plan:%B %Y}."
    return f"{told}{f' Departures from the plan: {deviations}.' if deviations else ''}"


def withdrawn_left_out(context: Context) -> str | None:
    """C-24: somebody withdrew. Nothing else is ever dropped: faulty or repeated rows stop the report."""
    if len(context.pilot.answers.index.unique("respondent")) == len(context.pilot.all_respondents):
        return None
    return "Anybody who withdrew has been left out of every figure."


def quotes_chosen(context: Context) -> str | None:
    """C-25: the page shows quotes."""
    if not context.quotes:
        return None
    return "The quotes are examples, chosen with the people's consent. They include less happy ones and prove nothing."


def costs(context: Context) -> str:
    """C-26: always; in the pilot's own words where it gives any."""
    return context.protocol.notes.get("costs") or "This page does not assess value for money."


def short_follow_up(context: Context) -> str | None:
    """C-27: less than six months between the waves on the page, by the dates or else by the plan."""
    weeks = weeks_between(context)
    if weeks is None or weeks >= SHORT_WEEKS:
        return None
    if context.pilot.endpoint != context.pilot.follow_ups[-1]:
        return "The two surveys of the main result lie within six months. It does not show whether any change lasts."
    return "In under six months we cannot learn whether any change lasts."


def converted_scores(context: Context) -> str | None:
    """C-28: a score is not the plain sum of its answers."""
    labels = [
        m.instrument.label
        for m in context.pilot.measures.values()
        if m.instrument.scoring in {"conversion", "value_set"}
    ]
    if not labels:
        return None
    return f"On {listed(labels)} the page shows the converted score, as published, not the plain sum of the answers."


def synthetic(context: Context) -> str | None:
    """C-29: made-up data."""
    if not context.synthetic:
        return None
    return "The data are synthetic: made up to show how a report looks. They say nothing about the pilot."


def weeks_between(context: Context) -> float | None:
    """How many weeks lie between the surveys on the page: by their dates, else by the plan."""
    dates = context.middle_dates
    return dates[2] if dates is not None else context.protocol.planned_gap_weeks


def months_told(context: Context) -> str:
    """From which month to which people answered, by the middle dates of the two surveys; else when the pilot began."""
    dates, started = context.middle_dates, context.protocol.started
    if dates is None:
        return f"from {started:%B %Y}" if started else ""
    first, second, _ = dates
    year = "" if first.year == second.year else f" {first:%Y}"
    return f"{first:%B}{year} to {second:%B %Y}" if (first.month, year) != (second.month, "") else f"{first:%B %Y}"


def _bounds(context: Context, recruited: int, twice: int) -> str:
    """Best and worst case, coarsely, where enough people left. Bounds also tell of the answers of those who left only
    this measure out, who must be enough too, or nobody.
    """
    measure, rows, threshold = context.main, context.estimates(context.main), context.protected.audience.threshold
    worst, change = rows["worst_case_mean_change"], rows["mean_change"]
    started, number = worst.n, worst.n - change.n
    few = min(recruited - twice, number) < threshold
    withheld = measure.withheld or measure.one_end  # then nothing else tells of the average change either
    if withheld or few or any(0 < abs(apart) < threshold for apart in (twice - change.n, started - twice)):
        return ""
    scale, total = scale_of(context.instrument(measure)), change.estimate * change.n
    assumed = scale.scores[0] if measure.better == "higher" else scale.scores[-1]
    told = bounds_told(scale, Leavers(number, total + number * assumed - worst.estimate * started, change.n, total))
    if told is None:
        return ""
    who = "did not answer at the end" if context.pilot.follow_ups[1:] else "answered only the first survey"
    return (
        f" Had those who {who} ended as low or as high as {measure.label} allows, the average "
        "change would lie between "
        f"{measure.number(told[0], signed=True)} and {measure.number(told[1], signed=True)} points."
    )


def _weeks_around_the_year(first: pd.Timestamp, second: pd.Timestamp) -> float:
    """How far apart two dates lie in the year, whatever the year: at most half of one."""
    apart = abs(first.day_of_year - second.day_of_year)
    return float(min(apart, DAYS_IN_A_YEAR - apart) / 7)
