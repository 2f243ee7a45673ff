"""The pages beside the pilots' reports: the evidence library and the index of public releases."""

from __future__ import annotations

import datetime
import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from atpilots.cases import load_case_studies
from atpilots.publish import REPORTS, write_page
from atpilots.released import Card, Cards, Column, Link, Released, Table, Text, Title, release
from atpilots.side_by_side import side_by_side
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY, USER_GROUP

SYNTHETIC_BANNER = "Some of these pilots' data are synthetic: made up, and not the pilots' results."
INTRODUCTION = (
    "Each case is a published project that tried assistive technology. The findings are in our own words, with the "
    "figures that the source reports. They come from different people, designs and measures, so they are listed and "
    "counted here, never averaged.",
    "A case with several technologies stands under the first that it names.",
)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
ON_EVIDENCE = (
    "Each case names its design. A randomised trial can tell what the technology itself changed. A study that "
    "compares the same people before and after cannot, and a description does not measure change at all. Where a "
    "supplier is the only source, the case says so.",
)


def write_case_studies(reports: Path = REPORTS) -> Path:
    """Publish `case-studies.html`: every case under its first technology, with its source."""
    cases = load_case_studies()
    title = Title(
        text="Case studies of assistive technology", subtitle=f"{len(cases)} published projects, each with its source"
    )
    grouped = cases.groupby(cases["technology"].str[0], sort=False)
    present = [technology for technology in TECHNOLOGY if technology in grouped.groups]
    sections = [
        ("About these cases", release(Text(paragraphs=INTRODUCTION), _counts(cases), Text(paragraphs=ON_EVIDENCE))),
        *((TECHNOLOGY[name], release(_cards(grouped.get_group(name)))) for name in present),
    ]
    return write_page(sections, release(title), reports / "case-studies.html")


def write_index(reports: Path = REPORTS) -> Path:
    """Publish `index.html`: the public releases in `reports`, and side by side what they have in common."""
    releases = [
        json.loads(manifest.read_text(encoding="utf-8"))
        for manifest in sorted(reports.glob("*-public.json"))
        if manifest.with_suffix(".html").exists()
    ]
    synthetic = any(item["provenance"] == "synthetic" for item in releases)
    title = Title(
        text="Assistive technology pilots",
        subtitle="Results of London boroughs' pilots, and published case studies",
        banners=(SYNTHETIC_BANNER,) if synthetic else (),
    )
    sections = [("Pilots", _releases(releases))]
    compared = side_by_side(releases)
    if compared is not None:
        sections.append(("Side by side", compared))
    if (reports / "case-studies.html").exists():
        library = Link(text="Case studies of assistive technology", href="case-studies.html")
        card = Card(title=library, text="What others tried, for whom, and what they reported.")
        sections.append(("Case studies", release(Cards(entries=(card,)))))
    return write_page(sections, release(title), reports / "index.html")


def _releases(releases: list[dict[str, Any]]) -> Released:
    if not releases:
        return release(Text(paragraphs=("No pilot has been released yet.",)))
    return release(Cards(entries=tuple(map(_release_card, releases))))


def _release_card(item: Mapping[str, Any]) -> Card:
    label = ("Synthetic data, not the pilot's results.",) if item["provenance"] == "synthetic" else ()
    main = [row["label"] for row in item.get("numbers", ()) if row["primary"]]
    measure = (f"Main measure: {main[0]}.",) if main else ()
    link = Link(text=item["title"], href=f"{item['pilot']}-public.html")
    return Card(title=link, text=f"{item['borough']}.", notes=(*measure, *label))


def _counts(cases: pd.DataFrame) -> Table:
    columns = ("Technology", "Cases", *DIRECTION.values())
    rows = []
    for technology, label in TECHNOLOGY.items():
        having = cases[cases["technology"].map(lambda words, wanted=technology: wanted in words)]
        rows.append((label, str(len(having)), *(str(int((having["direction"] == d).sum())) for d in DIRECTION)))
    return Table(
        caption="Cases by technology and by what they reported (number of cases)",
        columns=tuple(Column(label=name, numeric=i > 0) for i, name in enumerate(columns)),
        rows=tuple(rows),
        note="A case with several technologies is counted once for each.",
    )


def _cards(cases: pd.DataFrame) -> Cards:
    return Cards(entries=tuple(_card(case) for case in cases.to_dict("records")))


def _card(case: Mapping[Hashable, Any]) -> Card:
    place = ", ".join(part for part in (case["place"], case["country"]) if part)
    year = "" if pd.isna(case["year"]) else f", {case['year']}"
    people = "" if pd.isna(case["participants"]) else f" People: {case['participants']}."
    groups = ", ".join(USER_GROUP[word] for word in case["user_group"])
    outcomes = ", ".join(OUTCOME_DOMAIN[word] for word in case["outcome_domain"])
    claim = " As claimed by the supplier." if case["supplier_claim"] else ""
    reported = f"Reported: {DIRECTION[case['direction']].lower()}."
    design = f"Design: {EVIDENCE_TYPE[case['evidence_type']].lower()}.{people}{claim}"
    return Card(
        title=Link(text=case["title"], href=case["source_url"]),
        text=case["finding"],
        notes=(
            f"{reported} {design}",
            f"For: {groups}. About: {outcomes}.",
            f"{case['lead_organisation']}, {place}{year}. Source checked on {_day(case['checked_on'])}. "
            f"Case {case['case_id']}.",
        ),
    )


def _day(written: object) -> str:
    """A day as people write it: 23 November 2026. The months are ours, so that no locale changes a page."""
    day = datetime.date.fromisoformat(str(written)[:10])
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
