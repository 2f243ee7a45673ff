"""Arms side by side: each one's change and the difference at equal baselines, as a picture and tables.

Made from released numbers only.
"""

from __future__ import annotations

from collections.abc import Sequence

from atpilots.disclosure import ArmAttendance, ProtectedComparison, ProtectedMeasure, ProtectedResults
from atpilots.page import Figure, Table, Words, table
from atpilots.report.course import changes_figure
from atpilots.report.tables import ROUNDING_NOTE
from atpilots.report.wording import UNTRUSTED, change_interval, display_label, one_measure, to_the_nearest

DIFFERENCE = "Difference, from an equal start"


def arms_figure(measure: ProtectedMeasure, compared: ProtectedComparison, arm: str, synthetic: bool) -> Figure:
    """The main measure: the average change in either arm, and below them the difference between the two."""
    label, m = display_label(measure), compared.adjusted
    rows = [(arm, measure), (compared.arm, compared.own), (DIFFERENCE, m)]
    what = f"Average change of {label} in “{arm}” and “{compared.arm}”, where {m.better} is better, and the difference."
    caption = f"{label}: average changes, and their difference. Bars show where the true numbers may lie (95%)."
    return changes_figure(rows, what, caption, synthetic, f"Points; {m.better} is better.")


def flow_table(arms: Sequence[ArmAttendance], endpoint: str) -> Table:
    """How many of each arm answered when."""
    known = any(one.recruited is not None for one in arms)
    heads = {
        "Group": False, **({"Recruited (people)": True} if known else {}), "First survey (people)": True,
        f"“{endpoint}” (people)": True, "Both (people)": True,
    }  # fmt: skip
    rows: list[list[Words]] = []
    for one in arms:
        numbers = (*([one.recruited] if known else []), one.before, one.after, one.both)
        rows.append([one.arm, *("Too few to tell" if n is None else str(n) for n in numbers)])
    note = "Everybody who answered any question counts as having answered."
    caption = "Who was recruited, and who answered when, by group" if known else "Who answered when, by group"
    return table(caption, heads, rows, note)


def baseline_table(protected: ProtectedResults, arms: Sequence[str]) -> Table:
    """Where each arm began: the averages of those who answered both times."""
    heads = {"Measure": False, **{f"{arm} (points)": True for arm in arms}}
    rows: list[list[Words]] = []
    for m in protected.measures:
        others = _of(protected, m, arms)
        if not others[0].withheld:
            told = ("Not told" if one.withheld else one.own.number(one.own.before) for one in others)
            rows.append([display_label(m), m.number(m.before), *told])
    return table("Average scores before, by group", heads, rows, "Of the people who have a score both times.")


def changes_table(protected: ProtectedResults, piloted: str, arm: str) -> Table:
    """Every measure's change in the piloted arm and in another one, the difference between the two, and its word."""
    heads = {
        "Measure": False, f"{piloted}: average change (points)": True, f"{arm}: average change (points)": True,
        f"{DIFFERENCE} (points)": True, "Plain difference of the changes (points)": True,
        "People": True,
        "What we can say": False,
    }  # fmt: skip
    rows: list[list[Words]] = []
    steps = []
    for m in protected.measures:
        (c,) = _of(protected, m, (arm,))
        if c.withheld:
            rows.append([display_label(m), *(["Not told"] * 5), f"Not shown: {c.withheld}"])
            continue
        steps.append((display_label(m), c.adjusted.step))
        each = (
            f"{one.number(one.change, signed=True)} ({change_interval(one)})"
            for one in (m, c.own, c.adjusted, c.unadjusted)
        )
        word = one_measure(c.adjusted)[1] + (f": {UNTRUSTED[c.unlike]}" if c.unlike else "")
        rows.append([display_label(m), *each, f"{c.adjusted.n} ({m.n} and {c.own.n})", word])
    note = f"Differences are {to_the_nearest(steps)}. {ROUNDING_NOTE}" if steps else ""
    return table(f"“{piloted}” beside “{arm}”: average changes and differences, with 95% intervals", heads, rows, note)


def _of(protected: ProtectedResults, measure: ProtectedMeasure, arms: Sequence[str]) -> list[ProtectedComparison]:
    found = {(one.arm, one.own.name, one.own.rater): one for one in protected.comparisons}
    return [found[arm, measure.name, measure.rater] for arm in arms if (arm, measure.name, measure.rater) in found]
