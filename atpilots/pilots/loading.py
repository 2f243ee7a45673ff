"""A pilot's folder, checked as a whole before anything of it is used: every problem is told at once, and no code."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import cast

import pandas as pd

from atpilots.files import DataError, Problem, in_checkout, read_toml, shown
from atpilots.instruments import Instrument, load_instrument
from atpilots.pilots.folders import check_folder, find_pilot
from atpilots.pilots.own_text import check_own_words
from atpilots.pilots.pilot import Measure, Pilot
from atpilots.pilots.protocol import Protocol
from atpilots.pilots.survey import missing_codes, read_survey, respondents_in
from atpilots.pilots.withdrawals import without_withdrawn
from atpilots.privacy import without_codes

MOST_MEASURES = 100  # each rater's by itself: a page of more could be larger than the gate lets past


def load_pilot(pilot: str | os.PathLike[str]) -> Pilot:
    """Load and check a pilot, by name or by the path of its folder.

    Raises DataError with every problem of its files, or where there is no such pilot. No problem repeats a code.
    """
    folder = find_pilot(pilot).resolve()
    try:
        return _loaded(folder)
    except DataError as error:
        raise DataError(without_codes(error.problems, respondents_in(folder / "survey.csv"))) from None


def _loaded(folder: Path) -> Pilot:
    check_folder(folder)
    protocol = read_toml(folder / "pilot.toml", Protocol)
    if protocol.provenance == "collected" and in_checkout(folder):
        what = "collected data must not lie inside the checkout; move the pilot's folder elsewhere"
        raise DataError([Problem("pilot.toml", what, column="provenance")])
    measures = _measures(protocol, folder)
    instruments = {name: measure.instrument for name, measure in measures.items()}
    columns = {
        item: column
        for measure in measures.values()
        for item, column in zip(measure.instrument.columns, measure.columns, strict=True)
    }
    answers = read_survey(folder / "survey.csv", protocol, instruments, columns)
    everybody = cast("pd.MultiIndex", answers.index).levels[0]
    if protocol.recruited is not None and protocol.recruited < len(everybody):
        what = f"is smaller than the number of respondents in survey.csv ({len(everybody)})"
        raise DataError([Problem("pilot.toml", what, column="recruited", value=str(protocol.recruited))])
    _check_count(len(measures), answers)
    kept = without_withdrawn(answers, folder)
    _check_plan(protocol, kept)
    loaded = Pilot(folder.name, folder, protocol, MappingProxyType(measures), kept, everybody)
    check_own_words(folder, protocol, instruments, loaded.identifiers)
    return loaded


def _check_count(measures: int, answers: pd.DataFrame) -> None:
    """What no page has room for is told before the work, not after it."""
    raters = max(1, answers.index.get_level_values("rater").nunique())
    if measures * raters > MOST_MEASURES:
        each = f" for each of {raters} raters" if raters > 1 else ""
        what = f"names {measures} measures{each}, more than a page has room for; make two pilots of it"
        raise DataError([Problem("pilot.toml", what, column="measures", allowed=f"at most {MOST_MEASURES // raters}")])


def _check_plan(protocol: Protocol, answers: pd.DataFrame) -> None:
    """A plan that was written when results could be known is none."""
    later = answers.loc[answers.index.get_level_values("wave") != protocol.waves[0], "date"]
    first = min((date for date in later.unique() if date), default="")
    if protocol.plan_dated and first and protocol.plan_dated.isoformat() > first:
        what = f"is later than the first answer after “{protocol.waves[0]}”; a plan is written before that"
        raise DataError([Problem("pilot.toml", what, column="plan_dated", value=protocol.plan_dated.isoformat())])


def _measures(protocol: Protocol, folder: Path) -> dict[str, Measure]:
    measures: dict[str, Measure] = {}
    problems: list[Problem] = []
    renamed = {item: column for entry in protocol.measures for item, column in entry.columns.items()}
    for entry in protocol.measures:
        try:
            instrument = load_instrument(entry.instrument, folder / "instruments")
        except DataError as error:
            problems += error.problems
            continue
        for item in entry.columns.keys() - set(instrument.columns):
            what, allowed = f"{item} is not an item of {instrument.name}", ", ".join(instrument.columns)
            problems.append(Problem("pilot.toml", what, column="measures.columns", allowed=allowed))
        low, high = instrument.score_range
        if entry.worth_acting_on and entry.worth_acting_on > high - low:
            what = f"is more than {instrument.name} can differ, whose scores run from {low:g} to {high:g}"
            problems.append(Problem("pilot.toml", what, column="measures.worth_acting_on"))
        columns = tuple(entry.columns.get(item, renamed.get(item, item)) for item in instrument.columns)
        measures[instrument.name] = Measure(instrument, entry.primary, columns, entry.worth_acting_on)
    problems += _naming_problems(protocol, measures)
    problems += _missing_code_problems(protocol, {name: measure.instrument for name, measure in measures.items()})
    if problems:
        raise DataError(problems)
    return measures


def _naming_problems(protocol: Protocol, measures: dict[str, Measure]) -> list[Problem]:
    """Two columns for one item, one column for two items, or one label for two measures: none can be meant."""
    problems = []
    given: dict[str, set[str]] = {}
    for entry in protocol.measures:
        for item, column in entry.columns.items():
            given.setdefault(item, set()).add(column)
    for item in sorted(item for item, columns in given.items() if len(columns) > 1):
        problems.append(Problem("pilot.toml", f"{item} has more than one column", column="measures.columns"))
    used: dict[str, str] = {}
    for measure in measures.values():
        for item, column in zip(measure.instrument.columns, measure.columns, strict=True):
            if used.setdefault(column, item) != item:
                what = f"{used[column]} and {item} have the same column"
                problems.append(Problem("pilot.toml", what, column="measures.columns", value=column))
    labels = [measure.instrument.label for measure in measures.values()]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        problems.append(Problem("pilot.toml", "two measures have the same label", column="measures", value=label))
    return problems


def _missing_code_problems(protocol: Protocol, instruments: dict[str, Instrument]) -> list[Problem]:
    """A missing code that is also an answer would silently delete answers; an unused entry is a typing error."""
    problems = []
    items = {item: instrument for instrument in instruments.values() for item in instrument.columns}
    for item, codes in missing_codes(protocol, instruments).items():
        for code in codes:
            if items[item].read_answer(code) == items[item].read_answer(code):  # not NaN
                what = f"{shown(code)} is also an answer of {item}; give that item its own codes in missing_in"
                problems.append(Problem("pilot.toml", what, column="missing"))
    known = {*items, *instruments, "rater", "arm", "date", "mode", "age_band"}
    for key in sorted(protocol.missing_in.keys() - known):
        problems.append(Problem("pilot.toml", "is neither an item nor a measure", column=f"missing_in.{key}"))
    return problems
