"""What the ledger keeps of a page: whom each of its numbers counts, and what it tells of them; keyed fingerprints all.

A person is known by the code within the pilot, and by the answers whatever the pilot or the code is called. Codes tell
one person from another; answers do so only where few people gave the same, and are kept only there.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from atpilots.disclosure import FEWEST_PAIRS, ProtectedResults
from atpilots.instruments import Instrument, shipped_instruments
from atpilots.pilots import RATERS, Pilot

EVERYBODY = "answered both times"
CODE_DIGITS = 16  # of a fingerprint, hexadecimal
ANSWER_DIGITS = 6  # enough to tell people apart; so few that many possible rows of a long questionnaire have the same

AnswerPrints = tuple[str, ...]  # sorted fingerprints of people, as often as there are such people


@dataclasses.dataclass(frozen=True)
class Population:
    """Whom one number of a release counts, and what is told of them.

    outcome: a measure and a rater, at the end point; and the wave, of another one in the main measure's course, or the
    arm, of another one than the piloted. people: by code. own, answers: the same people by their answers, in as many
    ways as are telling: to the items of the outcome's own measure, and to all items; before and after, before, after;
    in every coding that `codings` gives.
    """

    outcome: str
    people: frozenset[str]
    told: str
    own: tuple[AnswerPrints, ...] = ()
    answers: tuple[AnswerPrints, ...] = ()


@dataclasses.dataclass(frozen=True)
class Release:
    """One published page: its id, its populations, its quotes, and which ones it replaces on whose authority.

    checked_by: the two who read its draft, whose fingerprint is kept. date: YYYY-MM-DD. Older lines have none of these.
    """

    id: str
    pilot: str
    audience: str
    populations: tuple[Population, ...]
    quotes: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    approved_by: str = ""
    checked_by: tuple[str, ...] = ()
    date: str = ""
    draft: str = ""


def release_of(pilot: Pilot, protected: ProtectedResults, quotes: Iterable[str] = ()) -> Release:
    """What the ledger keeps of a page about this pilot."""
    populations = (_everybody(pilot, protected, pilot.key), *_measured(pilot, protected, pilot.key))
    marks = tuple(sorted(keyed(pilot.key, quote) for quote in quotes))
    content = json.dumps([pilot.name, protected.audience, pilot.data_hash(), [p.told for p in populations], marks])
    return Release(keyed(pilot.key, content)[:12], pilot.name, protected.audience.value, populations, marks)


def release_command(pilot: str, audience: str, replaces: Sequence[str] = ()) -> str:
    """What to type to release a draft, and to recall earlier releases with it; each NAME is to be filled in."""
    wider = "" if audience == "public" else f" --audience {audience}"
    recall = "".join(f" --replaces {id_}" for id_ in replaces) + (" --approved-by NAME" if replaces else "")
    return f"atpilots release {pilot}{wider} --checked-by NAME --checked-by NAME{recall}"


def fingerprints(key: bytes, pilot: str, respondents: Iterable[str]) -> frozenset[str]:
    """Keyed fingerprints of respondents' codes; a code stands for a person within its pilot only."""
    return frozenset(keyed(key, f"{pilot}\n{respondent.casefold()}")[:CODE_DIGITS] for respondent in respondents)


def identifying(rows: Sequence[str]) -> bool:
    """Whether people can be known again by these rows of answers: of those beyond the first eleven, half may repeat.

    Fewer than eleven are told of nowhere. How often others pass for them: tests/simulations/chance_simulation.py.
    """
    return len(rows) >= FEWEST_PAIRS and len(rows) - len(set(rows)) <= (len(rows) - FEWEST_PAIRS) // 2


def codings(answers: pd.DataFrame, instruments: Iterable[Instrument]) -> Iterator[pd.DataFrame]:
    """The answers as given; then, if any questionnaire is a pilot's own, as in other codings of it.

    answers: level numbers, a column for each item of the instruments, NaN where missing; every coding has its shape.
    The others are the ranks of own items' levels, counted from 0 or 1, from the lowest or the highest level: whatever
    the coding, the same answers have these in common. A rank is among all levels that the definition allows. Among
    those that occur, one person more could bring another level and so make others of everybody. A shipped
    questionnaire has one coding, from 0 or 1, as most own ones had that older lines hold: both are known as they are.
    """
    shipped = shipped_instruments()
    own = [instrument for instrument in instruments if (instrument.items_of or instrument.name) not in shipped]
    yield answers
    for first, turned in itertools.product((0, 1), (False, True)) if own else ():
        coded = answers.copy()
        for instrument in own:
            given = answers[list(instrument.columns)].astype(float)
            coded[given.columns] = first + (instrument.highest - given if turned else given - instrument.lowest)
        yield coded


def by_any_rater(outcome: str) -> str:
    """An outcome as the residents', whoever rated it: averages of one measure by two raters are of the same people."""
    measure = outcome.removesuffix(f" {RATERS[1]}")
    return outcome if measure == outcome else f"{measure} {RATERS[0]}"


def keyed(key: bytes, text: str) -> str:
    """The fingerprint of a text that only the key's holder can make."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _everybody(pilot: Pilot, protected: ProtectedResults, key: bytes) -> Population:
    """Those residents who answered anything at both waves."""
    people = pilot.respondents()
    told = keyed(key, f"{protected.recruited} {protected.answered_twice} {protected.answered}{protected.arms or ''}")
    answers = _ways(pilot, pilot.measures, RATERS[0], people, key)
    return Population(EVERYBODY, fingerprints(key, pilot.name, people), told, answers=answers)


def _measured(pilot: Pilot, protected: ProtectedResults, key: bytes) -> Iterable[Population]:
    """Those whom the figures of each measure count that is told."""
    residents = {measure.name for measure in protected.told}
    for measure in (view for view in protected.views if not view.withheld):
        people = pilot.respondents(measure.name, measure.rater)
        if measure.rater != RATERS[0] and measure.name in residents:  # of the same people
            people &= pilot.respondents(measure.name)
        own = _ways(pilot, [measure.name], measure.rater, people, key)
        yield Population(
            f"{measure.name} {measure.rater}",
            fingerprints(key, pilot.name, people),
            # All that is told; whether it is the main measure tells nothing of the answers.
            keyed(key, repr(dataclasses.replace(measure, primary=False))),
            own,
            tuple(way for way in _ways(pilot, pilot.measures, RATERS[0], people, key) if way not in own),
        )
    yield from _course(pilot, protected, key)
    yield from _other_arms(pilot, protected, key)


def _course(pilot: Pilot, protected: ProtectedResults, key: bytes) -> Iterable[Population]:
    """Those whom each average of the main measure's course counts, beside the end point's."""
    name, rater = pilot.primary.name, RATERS[0]
    for wave in protected.course:
        if not wave.withheld and wave.name != pilot.endpoint:
            people = pilot.respondents(name, rater) & pilot.respondents(name, rater, wave.name)
            own = _ways(pilot, [name], rater, people, key, wave.name)
            told = keyed(key, repr(wave))
            yield Population(f"{name} {rater} {wave.name}", fingerprints(key, pilot.name, people), told, own)


def _other_arms(pilot: Pilot, protected: ProtectedResults, key: bytes) -> Iterable[Population]:
    """Those whom each measure's figures count in another arm, and what is told of them and of the difference."""
    for one in protected.comparisons:
        if not one.withheld:
            name, rater = one.own.name, one.own.rater
            people = pilot.respondents(name, rater, arm=one.arm)
            own = _ways(pilot, [name], rater, people, key)
            told = keyed(key, repr(dataclasses.replace(one, arm="")))
            yield Population(f"{name} {rater} {one.arm}", fingerprints(key, pilot.name, people), told, own)


def _ways(
    pilot: Pilot, measures: Iterable[str], rater: str, people: frozenset[str], key: bytes, wave: str = ""
) -> tuple[AnswerPrints, ...]:
    """People by their answers to the measures' items: before and after, before, after; only where that is telling.
    wave: the one after; by default the end point.

    The values alone, in the order of the items' names: neither the file's order nor a measure's name matters.
    """
    if len(people) < FEWEST_PAIRS:
        return ()
    instruments = [pilot.measures[name].instrument for name in measures]
    items = sorted({item for instrument in instruments for item in instrument.columns})
    answers = pilot.answers.loc[pilot.answers.index.get_level_values("rater") == rater, items]
    ways: dict[AnswerPrints, None] = {}  # each once, though codings may be the same
    for coded in codings(answers, instruments):
        before, after = (_texts(coded, at, sorted(people)) for at in (pilot.baseline, wave or pilot.endpoint))
        both = [f"{one}\n{other}" for one, other in zip(before, after, strict=True)]
        for rows in filter(identifying, (both, before, after)):
            ways[tuple(sorted(keyed(key, f"answers\n{row}")[:ANSWER_DIGITS] for row in rows))] = None
    return tuple(ways)


def _texts(answers: pd.DataFrame, wave: str, people: list[str]) -> list[str]:
    """Each person's answers of a wave in one text: whole level numbers, nan where there is none."""
    asked = answers[answers.index.get_level_values("wave") == wave].droplevel(["wave", "rater"])
    return [" ".join(f"{level:.0f}" for level in row) for row in asked.reindex(people).to_numpy(dtype=float)]
