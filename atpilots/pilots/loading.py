"""A pilot's folder, checked as a whole before anything of it is used: every problem is told at once, and no code."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

import numpy as np
import pandas as pd

from atpilots.files import (
    LARGEST_TOML,
    DataError,
    Problem,
    categories_of,
    in_checkout,
    nearest,
    read_toml_as_far,
    shown,
)
from atpilots.instruments import Instrument, load_instrument
from atpilots.pilots.folders import OPTIONAL_FILES, OWN_NOTEBOOK, find_pilot, folder_problems
from atpilots.pilots.own_text import check_own_words
from atpilots.pilots.pilot import Measure, Pilot
from atpilots.pilots.protocol import MEANT, OPTIONAL, Protocol
from atpilots.pilots.survey import CheckedSurvey, check_survey, codes_of_unreadable, missing_codes
from atpilots.pilots.survey_checks import FILE, UNKNOWN, Doubt, is_date
from atpilots.pilots.withdrawals import read_withdrawn, withdrawal_problems, without_withdrawn
from atpilots.privacy import DirectIdentifiers, normalised_code, private_names, without_codes

Found = TypeVar("Found")
MOST_MEASURES = 100  # each rater's by itself: a page of more could be larger than the gate lets past
READ = {"pilot.toml", FILE, "instruments", "map.toml", OWN_NOTEBOOK, *OPTIONAL_FILES}
STAND_IN = "-"  # of an instrument
FEWER_RECRUITED = "is smaller than the number of respondents in survey.csv ({})"
# What takes the place of a key of pilot.toml that is needed and faulty, so that the rest can be checked.
STAND_INS: Mapping[str, object] = {
    "title": "-", "borough": "-", "technology": ["wearable"], "user_group": ["carers"], "setting": "mixed",
    "provenance": "synthetic", "measures": [{"instrument": STAND_IN, "primary": True}],
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Examined:
    """A pilot's folder, looked through: the pilot where nothing is wrong, else every problem, without a code."""

    pilot: Pilot | None
    problems: tuple[Problem, ...]
    codes: frozenset[str] = dataclasses.field(repr=False)


def load_pilot(pilot: str | os.PathLike[str]) -> Pilot:
    """Load and check a pilot, by name or by the path of its folder.

    Raises DataError with every problem of its files, or where there is no such pilot. No problem repeats a code.

    >>> import atpilots as at
    >>> at.load_pilot("greenwich").protocol.borough
    'Royal Borough of Greenwich'
    """
    found = examine(find_pilot(pilot).resolve())
    if found.pilot is None:
        raise DataError(found.problems)
    return found.pilot


def examine(folder: Path) -> Examined:
    """Look through all that a pilot is loaded from. What one file or key gets wrong hides no fault of another."""
    problems = [*folder_problems(folder)]
    if any("link" in problem.what and problem.file.partition(os.sep)[0] in READ for problem in problems):
        return Examined(None, tuple(problems), frozenset())  # what lies elsewhere is not read
    reading = read_toml_as_far(folder / "pilot.toml", Protocol, STAND_INS)
    problems += reading.problems
    protocol, doubted = reading.content or Protocol.model_validate(STAND_INS), {*reading.faulty}
    if protocol.provenance == "collected" and in_checkout(folder):
        what = "collected data must not lie inside the checkout; move the pilot's folder elsewhere"
        problems.append(Problem("pilot.toml", what, column="provenance"))
    measures, unread, found = _measures(protocol, folder)
    own = tuple(name for name in unread if (folder / "instruments" / f"{name}.toml").is_file())
    if len(own) < len(unread):
        doubted.add("measures")
    problems += found
    doubt = Doubt(frozenset(doubted), _text(folder / "pilot.toml") if doubted or own else "", own)
    instruments = {name: measure.instrument for name, measure in measures.items()}
    columns = {
        item: column
        for measure in measures.values()
        for item, column in zip(measure.instrument.columns, measure.columns, strict=True)
    }
    survey = _try(lambda: check_survey(folder / FILE, protocol, instruments, columns, doubt), problems)
    problems += survey.problems if survey else ()
    names = _try(lambda: private_names(folder), problems) or frozenset()
    loaded = None
    if survey and not problems:
        loaded = _loaded(folder, protocol, measures, survey, problems)
    elif survey:
        _look_on(folder, protocol, instruments, survey, names, problems)
    else:
        _try(lambda: problems.extend(withdrawal_problems(read_withdrawn(folder), None)), problems)
        who = DirectIdentifiers(names, pd.Index(sorted(codes_of_unreadable(folder / FILE)), dtype="str"))
        _try(lambda: check_own_words(folder, protocol, instruments, who), problems)
    if not problems:
        return Examined(loaded, (), frozenset())
    typed = [folder / "pilot.toml", folder / "map.toml", *folder.glob("instruments/*.toml")]
    codes = survey.codes if survey else codes_of_unreadable(folder / FILE, "\n".join(map(_text, typed)))
    named = {*MEANT, *columns, *columns.values(), *protocol.ignore}.intersection(survey.table if survey else ())
    return Examined(None, tuple(without_codes(dict.fromkeys(problems), codes, named)), frozenset(codes))


def unknown_columns(survey: Path) -> list[Problem]:
    """The columns of a survey that are of no measure of the pilot in whose folder it lies; none where there is none."""
    pilot = survey.name == FILE and (survey.parent / "pilot.toml").is_file()
    return [problem for problem in examine(survey.parent).problems if problem.what == UNKNOWN] if pilot else []


def _try(read: Callable[[], Found], problems: list[Problem]) -> Found | None:
    """What is read; None where it cannot be, with the reasons among the problems."""
    try:
        return read()
    except DataError as error:
        problems += error.problems
        return None


def _loaded(
    folder: Path, protocol: Protocol, measures: dict[str, Measure], survey: CheckedSurvey, problems: list[Problem]
) -> Pilot:
    """The pilot of files that are sound, each by itself; what is wrong with them together is among the problems."""
    answers = survey.answers
    everybody = cast("pd.MultiIndex", answers.index).levels[0]
    who = np.asarray(cast("pd.MultiIndex", answers.index).codes[0])
    problems += _recruited_problems(protocol, who, answers["arm"].to_numpy()) + _count_problems(len(measures), answers)
    kept = _try(lambda: without_withdrawn(answers, folder), problems)
    kept = answers if kept is None else kept
    later = kept.loc[np.asarray(cast("pd.MultiIndex", kept.index).codes[1]) > 0, "date"]
    problems += _plan_problems(protocol, later.unique())
    loaded = Pilot(folder.name, folder, protocol, MappingProxyType(measures), kept, everybody)
    instruments = {name: measure.instrument for name, measure in measures.items()}
    _try(lambda: check_own_words(folder, protocol, instruments, loaded.identifiers), problems)
    return loaded


def _look_on(
    folder: Path, protocol: Protocol, instruments: Mapping[str, Instrument], survey: CheckedSurvey,
    names: frozenset[str], problems: list[Problem],
) -> None:  # fmt: skip
    """What is wrong with the other files of a pilot of which one is already known to be faulty."""
    codes = sorted({normalised_code(code) for code in categories_of(survey.table["respondent"])} - {""})
    sound = bool(survey.table["wave"].isin(protocol.waves).any())  # else perhaps columns changed places
    if sound:
        each = survey.table["respondent"].map(normalised_code).to_numpy(dtype=str)
        arm = survey.table["arm"].to_numpy(dtype=str)[each != ""] if "arm" in survey.table else None
        problems += _recruited_problems(protocol, each[each != ""], arm)
        rows = survey.table[survey.table["wave"].isin(protocol.waves[1:])]
        later = rows["date"].unique() if "date" in rows else ()
        problems += _plan_problems(protocol, (str(date) for date in later if is_date(str(date))))
    table = _try(lambda: read_withdrawn(folder), problems)
    problems += withdrawal_problems(table, codes if codes else None) if table is not None else []
    # Where columns changed places these are no codes, and ordinary words would be taken for some.
    who = DirectIdentifiers(names, pd.Index(codes if sound else [], dtype="str"))
    _try(lambda: check_own_words(folder, protocol, instruments, who), problems)


def _recruited_problems(protocol: Protocol, who: np.ndarray, arm: np.ndarray | None) -> list[Problem]:
    """Where fewer were recruited than answered. who, arm: of each row of the survey."""
    told: list[tuple[str, int | None, np.ndarray]] = []
    if not isinstance(protocol.recruited, dict):
        told = [("recruited", protocol.recruited, who)]
    elif arm is not None:
        told = [(f"recruited.{name}", number, who[arm == name]) for name, number in protocol.recruited.items()]
    return [
        Problem("pilot.toml", FEWER_RECRUITED.format(people), column=key, value=str(number))
        for key, number, some in told
        if number is not None and number < (people := len(np.unique(some)))
    ]


def _count_problems(measures: int, answers: pd.DataFrame) -> list[Problem]:
    """What no page has room for is told before the work, not after it."""
    raters = max(1, len(answers.index.unique("rater")))
    if measures * raters <= MOST_MEASURES:
        return []
    each = f" for each of {raters} raters" if raters > 1 else ""
    what = f"names {measures} measures{each}, more than a page has room for; make two pilots of it"
    return [Problem("pilot.toml", what, column="measures", allowed=f"at most {MOST_MEASURES // raters}")]


def _plan_problems(protocol: Protocol, later: Iterable[str]) -> list[Problem]:
    """A plan that was written when results could be known is none. later: the dates of the waves after the baseline."""
    first = min((date for date in later if date), default="")
    if not (protocol.plan_dated and first and protocol.plan_dated.isoformat() > first):
        return []
    what = f"is later than the first answer after “{protocol.waves[0]}”; a plan is written before that"
    return [Problem("pilot.toml", what, column="plan_dated", value=protocol.plan_dated.isoformat())]


def _measures(protocol: Protocol, folder: Path) -> tuple[dict[str, Measure], list[str], list[Problem]]:
    """The measures whose instruments can be read, the names of the other instruments, and what is wrong with any."""
    measures: dict[str, Measure] = {}
    unread: list[str] = []
    problems: list[Problem] = []
    renamed = {item: column for entry in protocol.measures for item, column in entry.columns.items()}
    for number, entry in enumerate(protocol.measures, start=1):
        place = f"measures.{number}"
        instrument = _instrument(entry.instrument, folder, f"{place}.instrument", problems)
        if instrument is None:
            unread.append(entry.instrument)
            continue
        meant = {item: item for item in instrument.columns}
        for item in sorted(entry.columns.keys() - meant.keys()):
            what, allowed = f"{item} is not an item of {instrument.name}", ", ".join(instrument.columns)
            near = nearest(item, [item for item in instrument.columns if item not in entry.columns])
            meant |= {near: item} if near else {}
            problems.append(Problem("pilot.toml", what, None, f"{place}.columns", None, allowed, near))
        low, high = instrument.score_range
        if entry.worth_acting_on and entry.worth_acting_on > high - low:
            what = f"is more than {instrument.name} can differ, whose scores run from {low:g} to {high:g}"
            value = f"{entry.worth_acting_on:g}"
            problems.append(Problem("pilot.toml", what, column=f"{place}.worth_acting_on", value=value))
        columns = tuple(entry.columns.get(meant[item], renamed.get(item, item)) for item in instrument.columns)
        measures[instrument.name] = Measure(instrument, entry.primary, columns, entry.worth_acting_on)
    problems += _naming_problems(protocol, measures)
    every = not unread
    problems += _missing_code_problems(protocol, {name: one.instrument for name, one in measures.items()}, every=every)
    return measures, unread, problems


def _instrument(name: str, folder: Path, place: str, problems: list[Problem]) -> Instrument | None:
    """An instrument, or the one that was probably meant, so that its columns are known; None where none can be read."""
    if name == STAND_IN:
        return None
    try:
        return load_instrument(name, folder / "instruments")
    except DataError as error:
        keyless = [problem for problem in error.problems if problem.file == "pilot.toml" and problem.column is None]
        problems += [dataclasses.replace(p, column=place) if p in keyless else p for p in error.problems]
        meant = next((problem.meant for problem in keyless if problem.meant), None)
    return _try(lambda: load_instrument(meant, folder / "instruments"), []) if meant else None


def _text(path: Path) -> str:
    """What stands in a small file, whether or not it is UTF-8."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_TOML).decode("utf-8", errors="replace")
    except OSError:
        return ""


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


def _missing_code_problems(protocol: Protocol, instruments: dict[str, Instrument], *, every: bool) -> list[Problem]:
    """A missing code that is also an answer would silently delete answers; an unused entry is a typing error.

    every: whether these are all instruments of the pilot.
    """
    problems = []
    items = {item: instrument for instrument in instruments.values() for item in instrument.columns}
    for item, codes in missing_codes(protocol, instruments).items():
        for code in codes:
            if items[item].read_answer(code) == items[item].read_answer(code):  # not NaN
                what = f"{shown(code)} is also an answer of {item}; give that item its own codes in missing_in"
                problems.append(Problem("pilot.toml", what, column="missing"))
    known = [*items, *instruments, *OPTIONAL]
    for key in sorted(protocol.missing_in.keys() - {*known}) if every else ():
        what, meant = "is neither an item nor a measure", nearest(key, known)
        problems.append(Problem("pilot.toml", what, None, f"missing_in.{key}", None, ", ".join(known), meant))
    return problems
