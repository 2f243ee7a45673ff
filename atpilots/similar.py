"""Published cases most like a pilot, as cards: whatever they found, with what they have in common with it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from atpilots.cases import load_case_studies
from atpilots.released import Card, Cards, Link, Released, Text, release
from atpilots.vocabularies import DIRECTION, OUTCOME_DOMAIN, TECHNOLOGY

if TYPE_CHECKING:
    from atpilots.pilots import Pilot


def similar_cases(pilot: Pilot) -> Released:
    """Published cases most like this pilot, whatever they found, and what nobody has tried."""
    from atpilots.case_match import match, untried  # loads the search, which most users of a report do not need

    protocol = pilot.protocol
    domains = tuple(dict.fromkeys(m.instrument.outcome_domain for m in pilot.measures.values()))
    outcomes = [domain for domain in domains if domain]
    similar = match(protocol.technology, protocol.user_group, outcomes, protocol.setting)
    gaps = untried(protocol.technology, outcomes)
    pairs = [
        f"{TECHNOLOGY[tech]} for {within(OUTCOME_DOMAIN[outcome])}" for tech, outcome in gaps.itertuples(index=False)
    ]
    nobody = f"No case in the library covers: {'; '.join(pairs)}." if pairs else ""
    intro = (
        f"From {len(load_case_studies())} published case studies, chosen by technology, people, outcome and "
        "setting, never by what they found. They had other people and other designs: their figures cannot be "
        "compared with this pilot's."
    )
    cards = Cards(entries=tuple(_case_card(case) for case in similar.to_dict("records")))
    return release(Text(paragraphs=(intro,)), cards, *([Text(paragraphs=(nobody,))] if nobody else []))


def within(label: str) -> str:
    """A label as it is written within a sentence: "GPS locator" keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _case_card(case: Mapping[Hashable, object]) -> Card:
    year = "" if pd.isna(case["year"]) else f" ({case['year']})"  # type: ignore[call-overload]
    title = Link(text=str(case["title"]), href=str(case["source_url"]))
    reported = f"{case['country']}{year}. Reported: {DIRECTION[str(case['direction'])].lower()}."
    return Card(title=title, text=str(case["finding"]), notes=(reported, *_reasons(case["reasons"])))


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
