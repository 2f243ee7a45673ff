"""How a measure passes disclosure control for an audience, and which measures are withheld because others are.

The intruder we have in mind is a neighbour, relative or warden who knows who took part. The rules' numbers (R-SDC-…)
are those of docs/disclosure.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pandas as pd

from atpilots.disclosure.bands import exact_bands
from atpilots.disclosure.compared import COMPARISON_WITHHELD, Comparisons, refuse_other_answers
from atpilots.disclosure.course import protected_course
from atpilots.disclosure.protected import (
    UNDEFINED,
    ArmAttendance,
    Attendance,
    ProtectedComparison,
    ProtectedMeasure,
    ProtectedResults,
    ProtectedWave,
)
from atpilots.disclosure.published import (
    FINE_STEP,
    FINE_STEP_OF_AN_INDEX,
    SMALL_RANGE,
    PublishedStatistics,
    many_at_best,
)
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.robustness import robustness_flags
from atpilots.disclosure.rounding import rounded, rounded_down, rounded_up
from atpilots.disclosure.scale import Scale, scale_of
from atpilots.disclosure.thresholds import FEWEST_APART, Audience, ImprovedCount, disclosed_people
from atpilots.estimators import CHANGE_DIGITS, ESTIMATORS, Estimate, estimates_by_estimator, t_interval_of, verdict
from atpilots.files import UsageError
from atpilots.instruments import Instrument
from atpilots.pilots import RATERS, Pilot

Estimates = Mapping[str, Estimate]

FEELINGS = {"wellbeing", "quality_of_life", "loneliness_social_connection", "carer_wellbeing"}

PRIMARY_SUPPRESSION = "Too few people completed both surveys to publish results."
LEFT_BLANK = "Too few people have a score both times to publish results, because questions were left blank."
TOO_FEW_FOR_A_CHANGE = "Fewer than two people completed both surveys, so there is no interval and no verdict."
TOO_FEW_RATED = "Support workers rated too few people both times to publish their view."
SOME_NOT_RATED = "They did not rate a few of these people. To protect those few, the average is not told."
# One reason whatever was found: "everybody changed alike" would tell what it withholds.
AUDIT_SUPPRESSION = "The results are withheld to protect the people who took part."

RULES = (
    "R-SDC-01", "R-SDC-02", "R-SDC-03", "R-SDC-04", "R-SDC-05", "R-SDC-06", "R-SDC-07", "R-SDC-08", "R-SDC-09",
    "R-SDC-10", "R-SDC-13", "R-SDC-14", "R-SDC-15", "R-SDC-18",
)  # fmt: skip


def protect(pilot: Pilot, results: pd.DataFrame, audience: Audience) -> ProtectedResults:
    """What `audience` may see of a pilot's results (the tidy table), at its end point, piloted arm.

    Raises UsageError where the table holds more than one row for a measure, rater and estimator (a subgroup: R-SDC-15)
    or numbers other than those of the pilot's answers.
    """
    found = estimates_of(results, pilot.endpoint, pilot.protocol.arms[0]).items()
    groups = {
        rater: [(pilot.measures[name].instrument, rater, rows) for (name, by), rows in found if by == rater]
        for rater in RATERS
    }
    recruited = pilot.protocol.recruited_into(pilot.protocol.arms[0])
    both, released = disclosed_people(pilot.answered_twice, audience), audience is not Audience.INTERNAL
    answered = None
    if released and both is not None:  # the analyst has `Pilot.attrition` itself
        each_time = pilot.attrition.loc[[(RATERS[0], "survey")]]
        answered = int(each_time["before"].sum()), int(each_time["after"].sum())
    asked = [group for group in groups[RATERS[0]] if _asked_of_residents(pilot, group[0].name)]
    measures = _secondary_suppression(pilot, [_protected_measure(pilot, *group, audience) for group in asked])
    told = {measure.name for measure in measures if not measure.withheld}
    workers = [_workers_view(pilot, *group, audience, group[0].name in told) for group in groups[RATERS[1]]]
    comparisons = _comparisons(pilot, results, measures, audience)
    if comparisons and not comparisons[0].withheld:
        measures, workers = ([_wordless(one) for one in some] for some in (measures, workers))
    several = len(pilot.follow_ups) > 1
    return ProtectedResults(
        audience=audience,
        recruited=disclosed_people(recruited, audience),
        answered_twice=both,
        measures=tuple(measures),
        comparisons=comparisons,
        arms=_arms(pilot, audience),
        rules=RULES if released else (),
        answered=answered,
        course=_course(pilot, measures, audience) if several else (),
        attendance=_attendance(pilot) if several and both is not None else (),
        surveys=(pilot.baseline, pilot.endpoint) if several else (),
        workers=tuple(_secondary_suppression(pilot, workers)),
    )


def estimates_of(results: pd.DataFrame, wave: str, arm: str) -> dict[tuple[str, str], dict[str, Estimate]]:
    """The results of a wave and an arm, by measure and rater and then by estimator. Raises UsageError for subgroups."""
    rows = results[(results["wave"] == wave) & (results["arm"] == arm)]
    if rows.duplicated(["measure", "rater", "estimator"]).any():
        raise UsageError("results of subgroups are not released")
    groups = rows.groupby(["measure", "rater"], sort=False)
    return {(str(measure), str(rater)): estimates_by_estimator(group) for (measure, rater), group in groups}


def _asked_of_residents(pilot: Pilot, name: str) -> bool:
    """Whether a measure is the residents' to tell: not one that support workers alone ever answered."""
    primary = name == pilot.primary.name
    return primary or pilot.answered(name, RATERS[0]) or not pilot.answered(name, RATERS[1])


def _arms(pilot: Pilot, audience: Audience) -> tuple[ArmAttendance, ...]:
    """How many of each arm answered when; of a single arm the page says it elsewhere."""
    counts = pilot.attrition_by_arm
    if len(counts) == 1:
        return ()
    few = {arm for arm, number in counts["both"].items() if disclosed_people(int(number), audience) is None}
    return tuple(
        ArmAttendance(str(arm), *(() if arm in few else (*map(int, row), pilot.protocol.recruited_into(str(arm)))))
        for arm, row in zip(counts.index, counts.to_numpy(), strict=True)
    )


def _comparisons(
    pilot: Pilot, results: pd.DataFrame, measures: list[ProtectedMeasure], audience: Audience
) -> tuple[ProtectedComparison, ...]:
    """Every measure of the piloted arm beside each other arm, the main measure first.

    measures: the piloted arm's. Nothing is told of any where the main result is not.
    """
    if not pilot.protocol.arms[1:]:
        return ()
    makers = [Comparisons(pilot, m, audience) for m in sorted(measures, key=lambda m: not m.primary)]
    found: list[ProtectedComparison] = []
    for arm in pilot.protocol.arms[1:]:
        by_measure = estimates_of(results, pilot.endpoint, arm)
        made = [maker.beside(arm, by_measure[maker.measure.name, maker.measure.rater]) for maker in makers]
        kept = _secondary_suppression(pilot, [one.own for one in made])
        found += [
            one if own is one.own else maker.withheld(arm, own.n)
            for maker, one, own in zip(makers, made, kept, strict=True)
        ]
    if found and found[0].withheld:
        many = [maker for _ in pilot.protocol.arms[1:] for maker in makers]
        found = [one if one.withheld else m.withheld(one.arm, one.own.n) for m, one in zip(many, found, strict=True)]
    return tuple(found)


def _wordless(measure: ProtectedMeasure) -> ProtectedMeasure:
    """An arm's own numbers beside another one's: the words are those of the difference between the two."""
    return dataclasses.replace(measure, verdict=None, zone=None, improved=None, bands=None, remarks=None, at_best=False)


def _course(pilot: Pilot, measures: list[ProtectedMeasure], audience: Audience) -> tuple[ProtectedWave, ...]:
    main = next(measure for measure in measures if measure.primary)
    scores = pilot.scores_over_time(main.name).dropna(subset=[pilot.baseline, pilot.endpoint])
    return protected_course(scale_of(pilot.primary.instrument), main, scores, pilot.endpoint, audience)


def _attendance(pilot: Pilot) -> tuple[Attendance, ...]:
    counts = pilot.attrition_by_wave
    return tuple(
        Attendance(str(wave), *map(int, row)) for wave, row in zip(counts.index, counts.to_numpy(), strict=True)
    )


def _workers_view(
    pilot: Pilot, instrument: Instrument, rater: str, rows: Estimates, audience: Audience, beside: bool
) -> ProtectedMeasure:
    """How support workers rated a measure, before others are withheld for its sake.

    Beside residents' averages that are told, theirs is of the same people: where they rated all of these, or so few of
    them not that this sets nobody apart (R-SDC-17). Of a measure that residents do not tell, of all whom they rated.
    """
    pairs, missing = pilot.pairs(instrument.name, rater=rater), 0
    if audience is not Audience.INTERNAL:
        _refuse_another_table(pairs, rows)
    if beside:
        ratings = pilot.ratings(instrument.name).dropna(subset=[f"{RATERS[0]}_{wave}" for wave in ("before", "after")])
        both = ratings.dropna().rename(columns={f"{rater}_{wave}": wave for wave in ("before", "after")})
        pairs = both.assign(change=(both["after"] - both["before"]).round(CHANGE_DIGITS))
        missing = len(ratings) - len(both)
        rows = {name: ESTIMATORS[name](pairs) for name in ("mean_before", "mean_after", "mean_change")}
    view = _protected_measure(pilot, instrument, rater, rows, audience, pairs)
    if audience is Audience.INTERNAL:
        return view
    if view.n is None:
        return dataclasses.replace(view, withheld=TOO_FEW_RATED)
    return view.untold(withheld=SOME_NOT_RATED) if 0 < missing < FEWEST_APART else view


def _protected_measure(
    pilot: Pilot,
    instrument: Instrument,
    rater: str,
    rows: Estimates,
    audience: Audience,
    pairs: pd.DataFrame | None = None,
) -> ProtectedMeasure:
    """A measure as it may be disclosed, before others are withheld for its sake.

    pairs: those whom the rows count; by default everybody who has a score twice.
    """
    scale, (low, high) = scale_of(instrument), instrument.score_range
    bare = ProtectedMeasure(
        name=instrument.name,
        label=instrument.label,
        rater=rater,
        primary=instrument.name == pilot.primary.name and rater == "resident",
        better=instrument.better,
        score_range=instrument.score_range,
        n=disclosed_people(rows["mean_change"].n, audience),
        step=FINE_STEP_OF_AN_INDEX if high - low <= SMALL_RANGE else FINE_STEP,
        zone=scale.important,
        felt=instrument.outcome_domain in FEELINGS,
    )
    pairs = pilot.pairs(instrument.name, rater=rater) if pairs is None else pairs
    if audience is Audience.INTERNAL:
        return _internal_measure(bare, rows, pairs, scale)
    if bare.n is None:
        enough = disclosed_people(len(pilot.respondents(rater=rater)), audience)
        return dataclasses.replace(bare, withheld=too_few(pilot) if enough is None else LEFT_BLANK)
    _refuse_another_table(pairs, rows)
    printed = safe_statistics(scale, pairs["before"].tolist(), pairs["after"].tolist())
    return _with_published(bare, printed) if printed else dataclasses.replace(bare, withheld=AUDIT_SUPPRESSION)


def too_few(pilot: Pilot) -> str:
    """That too few answered both surveys, of several by their names."""
    both = f"the surveys “{pilot.baseline}” and “{pilot.endpoint}”" if pilot.follow_ups[1:] else "both surveys"
    return PRIMARY_SUPPRESSION.replace("both surveys", both)


def _secondary_suppression(pilot: Pilot, measures: list[ProtectedMeasure]) -> list[ProtectedMeasure]:
    """Secondary suppression: a withheld subscale is its total less the others, so of a family of measures that share
    items, one of which failed the audit or is told with one end only, one only is disclosed: the main measure, else the
    one of most items.
    """
    withheld: set[tuple[str, str]] = set()
    for measure in measures:
        if measure.withheld in {AUDIT_SUPPRESSION, COMPARISON_WITHHELD} or measure.one_end:
            family = [m for m in measures if m.rater == measure.rater and m.name in _relatives(pilot, measure.name)]
            disclosed = [m for m in family if not m.withheld]
            disclosed.sort(key=lambda m: (m.primary, len(pilot.measures[m.name].columns)), reverse=True)
            withheld |= {(m.name, m.rater) for m in disclosed[1:]}
    return [m.untold(withheld=AUDIT_SUPPRESSION) if (m.name, m.rater) in withheld else m for m in measures]


def _relatives(pilot: Pilot, name: str) -> set[str]:
    """The measures that share items with a measure, directly or through others."""
    family, grown = {name}, True
    while grown:
        items = {column for member in family for column in pilot.measures[member].columns}
        more = {other for other, m in pilot.measures.items() if items & set(m.columns)} - family
        family, grown = family | more, bool(more)
    return family


def _with_published(bare: ProtectedMeasure, printed: PublishedStatistics) -> ProtectedMeasure:
    return dataclasses.replace(
        bare,
        step=printed.detail.step,
        before=printed.before,
        after=printed.after,
        change=printed.change,
        low=printed.low,
        high=printed.high,
        improved=None if printed.improved is None else ImprovedCount(printed.improved, printed.n),
        verdict=printed.verdict,
        bands=printed.bands,
        remarks=printed.remarks,
        at_best=printed.at_best,
    )


def _internal_measure(bare: ProtectedMeasure, rows: Estimates, pairs: pd.DataFrame, scale: Scale) -> ProtectedMeasure:
    """For the analyst's own machine: a digit more, nothing withheld; what does not exist is marked as such."""
    change, step = rows["mean_change"], bare.step / 10
    if not change.conf_low <= change.conf_high:  # NaN below two pairs
        return dataclasses.replace(bare, withheld=TOO_FEW_FOR_A_CHANGE, missing=UNDEFINED)
    changes = tuple(sorted((pairs["change"].to_numpy(dtype=float).round(CHANGE_DIGITS) + 0.0).tolist()))
    scores = pairs["before"].to_numpy(dtype=float), pairs["after"].to_numpy(dtype=float)
    return dataclasses.replace(
        bare,
        step=step,
        before=rounded(rows["mean_before"].estimate, step),
        after=rounded(rows["mean_after"].estimate, step),
        change=rounded(change.estimate, step),
        low=rounded_down(change.conf_low, step),
        high=rounded_up(change.conf_high, step),
        verdict=verdict(change.conf_low, change.conf_high, scale.better, scale.important),
        bands=exact_bands(scale.cut, *scores) if scale.cut else None,
        remarks=robustness_flags(changes, t_interval_of(changes), scale.better, scale.important),
        at_best=many_at_best(scale, scores[0], threshold=0),
    )


def _refuse_another_table(pairs: pd.DataFrame, rows: Estimates) -> None:
    change = pairs["change"].to_numpy()
    ours = (pairs["before"].mean(), pairs["after"].mean(), change.mean(), *t_interval_of(change))
    theirs = [rows[name].estimate for name in ("mean_before", "mean_after", "mean_change")]
    interval = rows["mean_change"].conf_low, rows["mean_change"].conf_high
    refuse_other_answers(zip(ours, [*theirs, *interval], strict=True))
