"""The single values that a sentence written by hand may be filled with: as the page says them, or why it does not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping

from atpilots.disclosure import ProtectedMeasure, ProtectedResults
from atpilots.report.wording import change_interval, moved_ends, one_measure

OF_PEOPLE = ("recruited", "answered_before", "answered_after", "answered_twice")
OF_A_MEASURE = ("label", "before", "after", "change", "low", "high", "interval", "people", "verdict")
MAIN = "main"  # stands for the main measure's name
FEW = "too few people answered both times to publish numbers"
ONE_END = "of this result only one end of the interval is told, to protect the people who took part"
NO_NUMBER = "there is no such number"
NOT_SAID = "pilot.toml does not say how many were recruited"


@dataclasses.dataclass(frozen=True)
class Told:
    """A value in the page's own words; or "", and why the page does not tell it."""

    text: str
    why_not: str = ""


def told_values(protected: ProtectedResults) -> Mapping[str, Told]:
    """Every value by its name: `recruited` …, and of each measure "swemwbs.change" … ("main.change" of the main one).

    Of another rater than the resident it is "swemwbs.support_worker.change".
    """
    before, after = protected.answered or (None, None)
    counts = (protected.recruited, before, after, protected.answered_twice)
    few = protected.answered_twice is None
    values = {
        name: Told("", FEW if few or name != "recruited" else NOT_SAID) if count is None else Told(str(count))
        for name, count in zip(OF_PEOPLE, counts, strict=True)
    }
    for m, result in zip(protected.views, (*protected.results, *protected.workers), strict=True):
        for name in _names(m.name, m.rater, main=m.primary):
            values |= {f"{name}.{what}": told for what, told in _of(m, result).items()}
    return values


def value_names(measures: Iterable[str], raters: Iterable[str]) -> tuple[str, ...]:
    """The names of all values that a pilot with these measures and raters may have."""
    each = (name for m in measures for rater in raters for name in _names(m, rater, main=True))
    return (*OF_PEOPLE, *dict.fromkeys(f"{name}.{what}" for name in each for what in OF_A_MEASURE))


def _names(measure: str, rater: str, *, main: bool) -> tuple[str, ...]:
    name = measure if rater == "resident" else f"{measure}.{rater}"
    return (MAIN, name) if main and rater == "resident" else (name,)


def _of(m: ProtectedMeasure, result: ProtectedMeasure) -> dict[str, Told]:
    """Of a measure's own numbers; the word is that of its result, which may be a difference from another arm."""
    people = Told("" if m.n is None else m.people, "" if m.n is not None else m.withheld or FEW)
    if m.withheld:
        told = dict.fromkeys(OF_A_MEASURE, Told("", m.withheld.rstrip(".")))
        return told | {"label": Told(m.label), "people": people}
    first, last = moved_ends(m)
    return {
        "label": Told(m.label),
        "before": _number(m, m.before),
        "after": _number(m, m.after),
        "change": _number(m, m.change, signed=True),
        "low": Told(first) if first else _number(m, m.low, signed=True),
        "high": Told(last) if last else _number(m, m.high, signed=True),
        "interval": Told(change_interval(m)),
        "people": people,
        "verdict": Told("", result.withheld.rstrip(".")) if result.withheld else Told(one_measure(result)[1]),
    }


def _number(m: ProtectedMeasure, value: float | None, signed: bool = False) -> Told:
    if value is None or not math.isfinite(value):
        return Told("", ONE_END if value is None and m.one_end else NO_NUMBER)
    return Told(m.number(value, signed))
