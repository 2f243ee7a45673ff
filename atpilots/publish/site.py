"""The pages beside the pilots' reports: the evidence library and the index of public releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from atpilots.cases import library_sections, load_case_studies
from atpilots.files import REPORTS, DataError, Problem
from atpilots.page import Card, Cards, Link, MeasureNumbers, SafeOutput, Text, Title, safe_output
from atpilots.publish.comparison import side_by_side, standing_alone
from atpilots.publish.rendering import write_page

SYNTHETIC_BANNER = "{} pilots' data are synthetic: made up, and not the pilots' results."


def write_case_studies(reports: Path = REPORTS) -> Path:
    """Publish `case-studies.html`: the map of evidence and its gaps, and every case with its source."""
    cases = load_case_studies()
    title = Title(
        text="Case studies of assistive technology", subtitle=f"{len(cases)} published projects, each with its source"
    )
    return write_page(library_sections(cases), safe_output(title), reports / "case-studies.html")


def write_index(reports: Path = REPORTS) -> Path:
    """Publish `index.html`: the public releases in `reports`, and side by side what they have in common.

    Raises DataError for a manifest that is none.
    """
    releases = [
        _read_manifest(manifest)
        for manifest in sorted(reports.glob("*-public.json"))
        if manifest.with_suffix(".html").exists()
    ]
    synthetic = [item["provenance"] == "synthetic" for item in releases]
    title = Title(
        text="Assistive technology pilots",
        subtitle="Results of London boroughs' pilots, and published case studies",
        banners=(SYNTHETIC_BANNER.format("All these" if all(synthetic) else "Some of these"),)
        if any(synthetic)
        else (),
    )
    sections = [("Pilots", _releases(releases))]
    parts = {"Side by side": side_by_side(releases), "Other measures": standing_alone(releases)}
    sections += [(heading, told) for heading, told in parts.items() if told is not None]
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
            MeasureNumbers.model_validate(row)
    except (ValueError, TypeError, KeyError, AttributeError):
        what = "is no manifest of a release; report the pilot again, or take its files out of the reports"
        raise DataError([Problem(path.name, what)]) from None
    return dict(manifest)


def _releases(releases: list[dict[str, Any]]) -> SafeOutput:
    if not releases:
        return safe_output(Text(paragraphs=("No pilot has been released yet.",)))
    return safe_output(Cards(entries=tuple(map(_release_card, releases))))


def _release_card(item: Mapping[str, Any]) -> Card:
    label = ("Synthetic data, not the pilot's results.",) if item["provenance"] == "synthetic" else ()
    main = [row["label"] for row in item.get("numbers", ()) if row["primary"]]
    measure = (f"Main measure: {main[0]}.",) if main else ()
    link = Link(text=item["title"], href=f"{item['pilot']}-public.html")
    return Card(title=link, text=f"{item['borough']}.", notes=(*measure, *label))
