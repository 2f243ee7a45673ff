"""Which findings there are, and where a page tells each: one function a finding, a Context in, a text or None out.

All are plain British English. What they decide by may be exact; what they print has passed disclosure control.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from atpilots.report.findings import design, next_study, results
from atpilots.report.findings.context import Context, Finding

FINDINGS: Mapping[str, Callable[[Context], str | None]] = MappingProxyType(
    {
        "C-01": design.no_comparison_group,
        "C-02": design.few_people,
        "C-03": design.detectable_change,
        "C-04": results.fits_with_no_change,
        "C-05": results.against_what_matters,
        "C-06": design.started_low,
        "C-07": design.some_left,
        "C-08": results.missing_answers,
        "C-09": design.many_outcomes,
        "C-10": results.at_the_top_already,
        "C-11": results.many_ties,
        "C-12": results.some_got_worse,
        "C-13": design.time_between,
        "C-14": design.helped_answers,
        "C-15": design.asked_by_staff,
        "C-16": design.who_took_part,
        "C-17": design.usage,
        "C-18": results.p_value_explained,
        "C-19": results.methods_disagree,
        "C-20": results.depends_on_one_person,
        "C-21": design.subgroups_not_shown,
        "C-22": results.something_withheld,
        "C-23": design.when_it_was_planned,
        "C-24": design.withdrawn_left_out,
        "C-25": design.quotes_chosen,
        "C-26": design.costs,
        "C-27": design.short_follow_up,
        "C-28": design.converted_scores,
        "C-29": design.synthetic,
        "C-30": next_study.next_step,
        "C-31": results.raters_disagree,
        "C-32": next_study.planned_for,
        "C-33": design.comparison_of_groups,
    }
)

# The limits of a result by their names, the weightiest first: a page shows the first that a pilot has, and the others
# when asked for.
LIMITS: Mapping[str, str] = {
    "C-01": "No comparison",
    "C-33": "The comparison",
    "C-02": "Few people",
    "C-31": "Two views",
    "C-19": "A second method",
    "C-20": "One person",
    "C-03": "What could be seen",
    "C-09": "Several outcomes",
    "C-06": "A low start",
    "C-13": "Time and season",
    "C-14": "Help with answers",
    "C-15": "Who asked the questions",
    "C-12": "Averages",
    "C-23": "The plan",
    "C-08": "Blank answers",
    "C-10": "Best scores",
    "C-11": "Same scores",
    "C-17": "Use",
    "C-26": "Cost",
    "C-27": "How long it lasts",
    "C-21": "Smaller groups",
    "C-22": "Withheld figures",
    "C-24": "Withdrawals",
    "C-25": "Quotes",
    "C-28": "Converted scores",
    "C-18": "The p-value",
    "C-32": "A next study",
}
# Findings that a page tells elsewhere: beside each measure, with the people who took part, in its banner.
OWN_PLACE: Mapping[str, tuple[str, ...]] = {
    "measures": ("C-04", "C-05"),
    "participants": ("C-16", "C-07"),
    "title": ("C-29",),
    "next steps": ("C-30",),
}


def findings(context: Context) -> tuple[Finding, ...]:
    """Every finding that the context triggers, in the order of their ids."""
    told = ((id_, function(context)) for id_, function in FINDINGS.items())
    return tuple(Finding(id_, text) for id_, text in told if text)
