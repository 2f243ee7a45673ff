"""How protected numbers become tables: captions, headers with their units, digits, and the notes below.

Every table is made from rounded numbers only, but for `estimates_table`, which an internal page alone shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from atpilots.disclosure import (
    UNDEFINED,
    UNDEFINED_NOTE,
    WITHHELD_NOTE,
    Audience,
    ProtectedComparison,
    ProtectedMeasure,
    ProtectedWave,
    decimals,
    missing_mark,
    rounded,
)
from atpilots.estimators import Estimate
from atpilots.instruments import Instrument
from atpilots.page import ArmNumbers, MeasureNumbers, Table, WaveNumbers, Words, table
from atpilots.report.planning import sd_of_change, standardised_change
from atpilots.report.wording import (
    change_interval,
    display_label,
    moved_ends,
    moved_percents,
    percent_of_scale,
    percent_step,
    to_the_nearest,
)

ONE_END_NOTE = (  # below a table that tells only one end of an interval
    "“At least” and “at most” give the end of the 95% interval that lies nearer to no change. No more is told of these "
    f"measures, to protect the people who took part. {WITHHELD_NOTE}"
)
ROUNDING_NOTE = "Figures are rounded one by one, so they may not quite add up."


def points_table(measures: Sequence[ProtectedMeasure], audience: Audience) -> Table:
    """Every measure's averages, change and interval in its own points, the withheld ones marked."""
    heads = {
        "Measure": False, "Average before (points)": True, "Average after (points)": True,
        "Average change (points)": True, "95% interval (points)": True, "People": True,
    }  # fmt: skip
    rows: list[list[Words]] = [
        [display_label(m), m.number(m.before), m.number(m.after), m.number(m.change, signed=True), change_interval(m),
         m.people]
        for m in measures
    ]  # fmt: skip
    told = [measure for measure in measures if not measure.withheld]
    note = notes(told)
    # An internal page always has numbers that cannot exist.
    if (audience is Audience.INTERNAL or len(told) < len(measures)) and WITHHELD_NOTE not in note:
        note = f"{note} {missing_mark(audience)[1]}".strip()
    return table("Average scores before and after, in the points of each measure", heads, rows, note)


def measure_table(m: ProtectedMeasure) -> Table:
    """One told measure's averages, change and interval."""
    caption = f"{display_label(m)}: average scores on a scale from {m.scale}, {m.better} is better"
    rows: list[list[Words]] = [
        ["Average before", m.number(m.before)],
        ["Average after", m.number(m.after)],
        ["Average change", m.number(m.change, signed=True)],
        ["95% interval of the average change", change_interval(m)],
    ]
    rows += [[name, f"about {number}"] for name, number in spread_rows(m)]
    note = f"From {m.n} people who answered both times. {notes([m])}".strip()
    return table(caption, {"Result": False, "Points": True}, rows, note)


def domain_table(name: str, measures: Sequence[ProtectedMeasure]) -> Table:
    """Told measures that share a scale: averages, change and interval, and how much people's changes differ."""
    heads = {
        "Measure": False, "Before (points)": True, "After (points)": True, "Change (points)": True,
        "95% interval (points)": True, "Standard deviation of the changes (points, about)": True,
        "Change in standard deviations (about)": True, "People": True,
    }  # fmt: skip
    rows: list[list[Words]] = [
        [display_label(m), m.number(m.before), m.number(m.after), m.number(m.change, signed=True), change_interval(m),
         *([number for _, number in spread_rows(m)] or ["Not told"] * 2), m.people]
        for m in measures
    ]  # fmt: skip
    return table(f"{name}: average scores on a scale from {measures[0].scale}", heads, rows, notes(measures))


def spread_rows(m: ProtectedMeasure) -> list[tuple[str, str]]:
    """How much people's changes differ, and the average change in these terms, as worked out of what is printed."""
    sd, standardised = sd_of_change(m), standardised_change(m)
    if sd is None or standardised is None:
        return []
    in_sds = f"{standardised:+.1f}".replace("+0.0", "0.0").replace("-0.0", "0.0").replace("-", "−")
    return [
        ("Standard deviation of the changes", m.number(sd)),
        ("Average change in standard deviations of the changes", in_sds),
    ]


def estimates_table(
    measure: ProtectedMeasure, estimates: Mapping[str, Estimate], what: str = "every estimate, exact"
) -> Table:
    """Estimates of a measure with their p-values, exact: for the internal page only."""
    heads = {"Estimator": False, "Estimate": True, "Interval": True, "p-value": True, "Pairs": True, "Unit": False}
    rows: list[list[Words]] = [
        [name.replace("_", " "), exact(e.estimate), exact(e.conf_low, e.conf_high),
         exact(e.p_value), str(e.n), e.unit]
        for name, e in estimates.items()
    ]  # fmt: skip
    note = "In the rows “leave one out” the interval is the range of values without any one person."
    left_out = note if "leave_one_out_mean_change" in estimates else ""
    undefined = UNDEFINED_NOTE if any(UNDEFINED in str(cell) for row in rows for cell in row) else ""
    return table(f"{display_label(measure)}: {what}", heads, rows, f"{left_out} {undefined}".strip())


def measure_numbers(
    m: ProtectedMeasure, instrument: Instrument, course: Sequence[ProtectedWave], arms: Sequence[ProtectedComparison]
) -> MeasureNumbers:
    """A measure's numbers as the manifest, the workbook and the index have them."""
    definition = instrument.model_dump_json(exclude={"window"}).encode()  # how it is drawn changes no result
    return MeasureNumbers(
        measure=m.name, instrument=hashlib.sha256(definition).hexdigest()[:16], label=display_label(m), rater=m.rater,
        primary=m.primary, better=m.better, scale=m.score_range, people=m.people, decimals=decimals(m.step),
        step=None if m.withheld else m.step, percent_step=None if m.withheld else percent_step(m),
        before=m.before, after=m.after, change=m.change, low=m.low, high=m.high,
        moved=moved_ends(m), percent_moved=moved_percents(m), verdict=arms[0].adjusted.verdict if arms else m.verdict,
        zone=arms[0].adjusted.zone if arms else m.zone,
        percent=None if m.withheld else percent_of_scale(m), bands=tuple(m.bands.rows) if m.bands else (),
        course=tuple(WaveNumbers(wave=w.name, change=w.change, low=w.low, high=w.high, people=w.n) for w in course),
        arms=tuple(map(_arm_numbers, arms)),
    )  # fmt: skip


def _arm_numbers(one: ProtectedComparison) -> ArmNumbers:
    own, m = one.own, one.adjusted
    return ArmNumbers(
        arm=one.arm, people=own.people, before=own.before, after=own.after, change=own.change, low=own.low,
        high=own.high, both=m.people, step=None if m.withheld else m.step, decimals=decimals(m.step),
        difference=m.change, difference_low=m.low, difference_high=m.high, moved=moved_ends(m),
        percent_moved=moved_percents(m),
        percent=None if m.withheld else percent_of_scale(m),
        unadjusted=(one.unadjusted.change, one.unadjusted.low, one.unadjusted.high), verdict=m.verdict,
        unadjusted_moved=moved_ends(one.unadjusted),
    )  # fmt: skip


def notes(measures: Sequence[ProtectedMeasure]) -> str:
    """To what figures are rounded; that they are rounded separately, only where a reader who subtracts finds another
    number; and what it means that one end is told.
    """
    step = f"Points, {to_the_nearest([(display_label(m), m.step) for m in measures])}." if measures else ""
    both = [m for m in measures if m.before is not None and m.after is not None]
    gaps = (rounded((m.after or 0.0) - (m.before or 0.0), m.step) - (m.change or 0.0) for m in both)
    rounding = ROUNDING_NOTE if any(abs(gap) > 1e-9 for gap in gaps) else ""
    ends = ONE_END_NOTE if any(m.one_end for m in measures) else ""
    return " ".join(filter(None, (step, rounding, ends)))


def exact(*values: float) -> str:
    """Four significant digits, ends of an interval joined by "to"; one mark for what is not defined."""
    if any(value != value for value in values):
        return UNDEFINED
    return " to ".join(f"{value:.4g}" for value in values).replace("-", "−")
