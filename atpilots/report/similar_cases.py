"""Which published cases a report shows beside its pilot, as cards and figures: the most alike, whatever they found."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from atpilots.cases import load_case_studies
from atpilots.page import Catalogue, Details, Entry, SafeOutput, Shelf, Text, Words, safe_output
from atpilots.report.wording import display_label, within
from atpilots.vocabularies import EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY

if TYPE_CHECKING:
    from atpilots.disclosure import ProtectedMeasure
    from atpilots.pilots import Pilot


def cases_like(pilot: Pilot, told: Sequence[ProtectedMeasure] = ()) -> SafeOutput:
    """Published cases most like this pilot, whatever they found, the figures they carry, and what nobody has tried.

    told: the pilot's released measures, which stand above the cases' figures on the same outcomes.
    """
    from atpilots.cases import match_cases, untried  # they load the search, which most users of a report do not need

    protocol, outcomes = pilot.protocol, _outcomes(pilot)
    similar = match_cases(protocol.technology, protocol.user_group, outcomes, protocol.setting)
    gaps = untried(protocol.technology, outcomes)
    pairs = [
        f"{TECHNOLOGY[tech]} for {within(OUTCOME_DOMAIN[outcome])}" for tech, outcome in gaps.itertuples(index=False)
    ]
    nobody = f"No case in the library covers: {'; '.join(pairs)}." if pairs else ""
    intro = (
        f"Chosen from {len(load_case_studies())} published cases by technology, people, outcome and setting, never by "
        "result. Their figures cannot be compared with this pilot's."
    )
    entries = tuple(_entry(case) for case in similar.to_dict("records"))
    rows = Catalogue(shelves=(Shelf(entries=entries),), what="cases", folded=True)
    return safe_output(Text(paragraphs=(intro,)), rows, _reported(pilot, told, nobody))


def _outcomes(pilot: Pilot) -> list[str]:
    domains = dict.fromkeys(measure.instrument.outcome_domain for measure in pilot.measures.values())
    return [domain for domain in domains if domain]


def _reported(pilot: Pilot, told: Sequence[ProtectedMeasure], nobody: str) -> Details:
    """What others reported: the figures of every case with a technology and an outcome of the pilot, beside its own.

    nobody: what no case covers.
    """
    from atpilots.cases import number_tables, reported_figures

    technologies, outcomes = set(pilot.protocol.technology), set(_outcomes(pilot))
    cases = load_case_studies()
    alike = [
        bool(technologies & set(has) and outcomes & set(about))
        for has, about in zip(cases["technology"], cases["outcome_domain"], strict=True)
    ]
    numbers = reported_figures()
    numbers = numbers[numbers["case_id"].isin(cases.loc[alike, "case_id"]) & numbers["outcome_domain"].isin(outcomes)]
    with_figures = numbers["case_id"].nunique()
    told_of = (
        f"Of {sum(alike)} cases with a technology and an outcome of this pilot, {with_figures} give figures on such an "
        "outcome that we list. They were chosen by hand from the findings, and stand as their sources report them, "
        "design by design. Each is on a measure of its own, so no two rows can be compared, and nothing is averaged."
    )
    reported = set(numbers["outcome_domain"])
    averages = [m for m in told if not m.one_end]
    own = [_own_row(m, pilot) for m in averages if pilot.measures[m.name].instrument.outcome_domain in reported]
    tables = number_tables(numbers, own)
    first = Text(paragraphs=(told_of, nobody) if nobody else (told_of,))
    return Details(summary="What did others report?", pieces=(first, *tables))


def _own_row(measure: ProtectedMeasure, pilot: Pilot) -> list[Words]:
    """This pilot's averages as a row of the others' table."""
    scale = f"{display_label(measure)} (scale from {measure.scale}, {measure.better} is better)"
    averages = (f"{measure.number(value)} points" for value in (measure.before, measure.after))
    first, *others = pilot.protocol.arms
    design = f"Before and after, “{first}” only" if others else EVIDENCE_TYPE["before_after"]
    return ["This pilot", design, scale, *averages, f"{measure.n} people"]


def _entry(case: Mapping[Hashable, object]) -> Entry:
    """A case in a row; behind it what was found, and why the case is shown."""
    from atpilots.cases import case_entry

    year = "" if pd.isna(case["year"]) else f", {case['year']}"  # type: ignore[call-overload]
    row = case_entry(case)
    notes = (str(case["finding"]), f"{case['country']}{year}.", *_reasons(case["reasons"]))
    return row.model_copy(update={"notes": notes})


def _reasons(reasons: object) -> tuple[str, ...]:
    """Why a case is shown: its evidence, what it has in common with the pilot, and perhaps why nevertheless."""
    notes, alike = [], []
    for reason in reasons if isinstance(reasons, tuple) else ():
        what, _, words = str(reason).partition(": ")
        if what == "evidence":
            notes.append(f"Evidence: {within(words)}.")
        elif words:
            alike.append(f"{what} ({', '.join(map(within, words.split(', ')))})")
        else:
            notes.append(f"{what[:1].upper()}{what[1:]}.")
    return (*notes, f"Alike in {', '.join(alike)}.") if alike else tuple(notes)
