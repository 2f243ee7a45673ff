"""Before/after wellbeing results of small assistive-technology pilots, as honest, shareable reports.

The nouns: a **pilot** is a folder with a protocol and a survey; an **instrument** turns answers into scores; **pairs**
are the scores of those who answered twice; **results** are all estimates in one tidy table; a **report** says of them
what one audience may see; **cases** are published case studies to compare with.

    pilot = load_pilot("greenwich")
    pairs = pilot.pairs("swemwbs")
    results = estimate(pilot)
    report = open_report(pilot, audience="public")
    cases = find_cases("falls", technology="wearable")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atpilots.case_counts import case_facets, evidence_map
    from atpilots.case_export import export_cases
    from atpilots.case_index import CaseIndex
    from atpilots.case_match import match as match_cases
    from atpilots.case_numbers import reported_numbers
    from atpilots.case_page import case_card, show_cases
    from atpilots.case_search import find_cases
    from atpilots.cases import load_case_studies
    from atpilots.disclosure import Audience
    from atpilots.estimators import ESTIMATORS, Estimate, estimate
    from atpilots.findings import FINDINGS, Finding
    from atpilots.gap_map import case_map
    from atpilots.instruments import Instrument, load_instrument, shipped_instruments
    from atpilots.pilots import Pilot, load_pilot
    from atpilots.problems import DataError, Problem
    from atpilots.released import Released
    from atpilots.report import Report, open_report

__version__ = "0.1.0"

# Where each public name lives. Modules are imported when a name is first used, so that `import atpilots` costs nothing.
_HOMES = {
    "load_pilot": "pilots",
    "Pilot": "pilots",
    "load_instrument": "instruments",
    "shipped_instruments": "instruments",
    "Instrument": "instruments",
    "estimate": "estimators",
    "Estimate": "estimators",
    "ESTIMATORS": "estimators",
    "Finding": "findings",
    "FINDINGS": "findings",
    "load_case_studies": "cases",
    "find_cases": "case_search",
    "CaseIndex": "case_index",
    "case_facets": "case_counts",
    "evidence_map": "case_counts",
    "export_cases": "case_export",
    "reported_numbers": "case_numbers",
    "case_map": "gap_map",
    "case_card": "case_page",
    "show_cases": "case_page",
    "match_cases": "case_match",
    "open_report": "report",
    "Report": "report",
    "Released": "released",
    "Audience": "disclosure",
    "DataError": "problems",
    "Problem": "problems",
}
_RENAMED = {"match_cases": "match"}

__all__ = [
    "load_pilot", "Pilot", "load_instrument", "shipped_instruments", "Instrument", "estimate", "Estimate", "ESTIMATORS",
    "Finding", "FINDINGS", "load_case_studies", "find_cases", "CaseIndex",
    "case_facets", "evidence_map", "case_map", "case_card", "show_cases", "reported_numbers", "export_cases",
    "match_cases", "open_report", "Report",
    "Released", "Audience", "DataError", "Problem",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'atpilots' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"atpilots.{_HOMES[name]}"), _RENAMED.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
