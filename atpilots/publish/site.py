"""The pages beside the pilots' reports: the evidence library and the index of public releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from atpilots.cases import library_sections, load_case_studies
from atpilots.files import DataError, Problem, reports_folder
from atpilots.page import Card, Cards, Link, MeasureNumbers, SafeOutput, Sign, Text, Title, safe_output
from atpilots.publish.comparison import (
    at_a_glance,
    average_change,
    between_groups,
    links_of,
    place_of,
    shown,
    side_by_side,
    sign_of,
    standing_alone,
)
from atpilots.publish.rendering import write_page

ALL_SYNTHETIC = "All of these pilots' data are synthetic: made up, and not the pilots' results."
SOME_SYNTHETIC = "Some of these pilots' data are synthetic, made up and not the pilots' results: {}."


def write_case_studies(reports: Path | None = None) -> Path:
    """Publish `case-studies.html`: the map of evidence and its gaps, and every case with its source."""
    cases = load_case_studies()
    title = Title(
        text="Case studies of assistive technology", subtitle=f"{len(cases)} published projects, each with its source"
    )
    return write_page(library_sections(cases), safe_output(title), (reports or reports_folder()) / "case-studies.html")


def write_index(reports: Path | None = None) -> Path:
    """Publish `index.html`: the public releases in `reports`, what each found, and side by side what they share.

    Raises DataError for a manifest that is none.
    """
    reports = reports or reports_folder()
    releases = [
        _read_manifest(manifest)
        for manifest in sorted(reports.glob("*-public.json"))
        if manifest.with_suffix(".html").exists()
    ]
    releases.sort(key=lambda item: (place_of(item).casefold(), item["title"].casefold(), item["pilot"]))
    title = Title(
        text="Assistive technology pilots",
        subtitle="Results of London boroughs' pilots, and published case studies",
        banners=_banners(releases),
    )
    parts = {
        "Results at a glance": at_a_glance(releases),
        "Pilots": _releases(releases),
        "Side by side": side_by_side(releases),
        "Other measures": standing_alone(releases),
    }
    sections = [(heading, told) for heading, told in parts.items() if told is not None]
    if (reports / "case-studies.html").exists():
        library = Link(text="Case studies of assistive technology", href="case-studies.html")
        card = Card(title=library, text="What others tried, for whom, and what they reported.")
        sections.append(("Case studies", safe_output(Cards(entries=(card,)))))
    return write_page(sections, safe_output(title), reports / "index.html")


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not all(isinstance(manifest[key], str) for key in ("pilot", "title", "borough", "provenance")):
            raise TypeError
        for row in manifest.get("numbers", ()):
            sign_of(MeasureNumbers.model_validate(row))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, IsADirectoryError):
        what = "is no manifest of a release; report (or release) the pilot again, or take its files out of the reports"
        raise DataError([Problem(path.name, what)]) from None
    return dict(manifest)


def _banners(releases: list[dict[str, Any]]) -> tuple[str, ...]:
    named = zip(releases, links_of(releases), strict=True)
    made_up = [link.text for item, link in named if item["provenance"] == "synthetic"]
    if not made_up:
        return ()
    return (ALL_SYNTHETIC,) if len(made_up) == len(releases) else (SOME_SYNTHETIC.format("; ".join(made_up)),)


def _releases(releases: list[dict[str, Any]]) -> SafeOutput:
    if not releases:
        return safe_output(Text(paragraphs=("No pilot has been released yet.",)))
    return safe_output(Cards(entries=tuple(map(_release_card, releases, links_of(releases, "title")))))


def _release_card(item: Mapping[str, Any], link: Link) -> Card:
    label = ("Synthetic data, not the pilot's results.",) if item["provenance"] == "synthetic" else ()
    numbers = map(shown, map(MeasureNumbers.model_validate, item.get("numbers", ())))
    main = [_found(row) for row in numbers if row.primary]
    level = (f"Evidence: level {item['level']} of 5 (Nesta).",) if item.get("level") else ()
    people = (item["people"],) if item.get("people") else ()
    return Card(title=link, text=f"{item['borough']}.", notes=(*main, *people, *level, *label))


def _found(row: MeasureNumbers) -> Sign:
    """The symbol and the word for the main measure's result, the average change, and which measure it is."""
    symbol, word = sign_of(row)
    told = "" if row.percent is None else f", {average_change(row)} points{between_groups(row)}"
    return Sign(symbol=symbol, word=word, text=f"{told}. Main measure: {row.label}.")
