"""Questions of substance: what a survey without a fault may still hold. Warnings with counts; never a code or a row's
answers.

Each limit is such that an honest pilot seldom meets it: tests/simulations/plausibility.py measures how seldom.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from atpilots.files import Problem, listed, read_day
from atpilots.instruments import Instrument
from atpilots.pilots.pilot import Pilot
from atpilots.pilots.protocol import RATERS
from atpilots.pilots.survey_checks import FILE
from atpilots.pilots.template import examples_left, unfilled

FEWEST = 15  # people, before a correlation says anything
TURNED, CERTAIN = -0.3, 2.576  # item-rest correlation of a turned item; standard errors that it lies below zero
FEWEST_STRAIGHT, SHARE_STRAIGHT = 3, 0.1  # people with one level throughout, of all who answered
FEWEST_ITEMS, FEWEST_BITS = 10, 22  # of a row that two people do not give alike by chance
FEWEST_ANSWERS, NEIGHBOURS = 150, 0.2  # answers of a scale whose last level nobody gave; the share of the one beside it
LONG_BEFORE = 366  # days before the start


def plausibility_warnings(pilot: Pilot, today: datetime.date | None = None) -> list[Problem]:
    """What the owner of a sound pilot should look at; nothing of it makes the survey faulty. today: for dates."""
    return [
        *_turned_items(pilot),
        *_other_codings(pilot),
        *_straight_lines(pilot),
        *_same_rows(pilot),
        *_impossible_dates(pilot, today or datetime.date.today()),
        *_swapped_waves(pilot),
        *examples_left(pilot),
        *unfilled(pilot),
    ]


def _scales(pilot: Pilot) -> Iterator[Instrument]:
    """The measures of several items that go up or down together; parts of another measure are looked at with it."""
    names = {*pilot.measures}
    for measure in pilot.measures.values():
        instrument = measure.instrument
        if len(instrument.items) >= 3 and instrument.value_set is None and instrument.items_of not in names:
            yield instrument


def _levels(pilot: Pilot, instrument: Instrument, wave: str | None = None) -> pd.DataFrame:
    """The residents' levels of all items, of those who answered them all."""
    _, at, rated = (np.asarray(codes) for codes in pilot.answers.index.codes)  # type: ignore[attr-defined]
    rows = rated == RATERS.index(RATERS[0])
    if wave is not None:
        rows &= at == pilot.protocol.waves.index(wave)
    answers: pd.DataFrame = pilot.answers.loc[rows, list(instrument.columns)].astype(float)
    return answers[answers.notna().all(axis="columns")]


def _turned_items(pilot: Pilot) -> Iterator[Problem]:
    """Items that go down where all others go up, scored as the instrument says: coded the other way round."""
    for instrument in _scales(pilot):
        scored = instrument.item_scores(_levels(pilot, instrument, pilot.baseline))
        found = {}
        for item in map(str, scored):
            r = _correlation(scored[item], scored.drop(columns=item).sum(axis="columns"))
            if (
                len(scored) >= FEWEST
                and r < TURNED
                and math.atanh(max(r, -0.999)) < -CERTAIN / math.sqrt(len(scored) - 3)
            ):
                found[item] = r
        if len(found) > len(instrument.items) / 2:
            continue  # then it is not known which of them are turned
        for item, r in found.items():
            what = (
                f"goes down where the other items of {instrument.name} go up (correlation {_signed(r)}, {len(scored)} "
                f"people at {pilot.baseline}); is it coded the other way round?"
            )
            yield Problem(FILE, what, column=item)


def _correlation(one: pd.Series, other: pd.Series) -> float:
    if one.nunique() < 2 or other.nunique() < 2:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


def _other_codings(pilot: Pilot) -> Iterator[Problem]:
    """A scale whose lowest or highest level nobody gave, and many the one beside it: 1 to 4 where 0 to 4 is meant."""
    for instrument in _scales(pilot):
        given = _levels(pilot, instrument).to_numpy().ravel()
        if len(given) < FEWEST_ANSWERS or instrument.highest - instrument.lowest < 3:
            continue
        for end, beside in ((instrument.lowest, instrument.lowest + 1), (instrument.highest, instrument.highest - 1)):
            if (given == end).any() or (given == beside).mean() < NEIGHBOURS:
                continue
            what = (
                f"{instrument.name}: none of {len(given)} answers is {end}, and {100 * (given == beside).mean():.0f} % "
                f"are {beside}; were the levels numbered from another one than {instrument.lowest}?"
            )
            yield Problem(FILE, what)


def _straight_lines(pilot: Pilot) -> Iterator[Problem]:
    """People with one level on every item of a scale whose items point in both directions, the middle level apart."""
    for instrument in _scales(pilot):
        if not _both_ways(instrument):
            continue
        levels = _levels(pilot, instrument)
        same = levels.nunique(axis="columns") == 1
        middle = levels.iloc[:, 0] * 2 == instrument.lowest + instrument.highest
        count = int((same & ~middle).sum())
        if count >= FEWEST_STRAIGHT and count > SHARE_STRAIGHT * len(levels):
            what = (
                f"{instrument.name}: {count} of {len(levels)} questionnaires have the same answer to all "
                f"{len(instrument.items)} items, although these point in both directions; were they read?"
            )
            yield Problem(FILE, what)


def _both_ways(instrument: Instrument) -> bool:
    """Whether the highest level is better in some items, and worse in others."""
    ends = pd.DataFrame(
        {column: [float(instrument.lowest), float(instrument.highest)] for column in instrument.columns}
    )
    scored = instrument.item_scores(ends)
    return len({bool(scored[item].iloc[1] > scored[item].iloc[0]) for item in scored}) == 2


def _same_rows(pilot: Pilot) -> Iterator[Problem]:
    """Two respondents of one wave with the same answer to every one of many questions: a row pasted twice."""
    items = pilot.item_columns
    bits = {
        item: math.log2(instrument.highest - instrument.lowest + 1)
        for instrument in (measure.instrument for measure in pilot.measures.values())
        for item in instrument.columns
    }
    if len(items) < FEWEST_ITEMS or sum(bits[item] for item in items) < FEWEST_BITS:
        return
    for wave in pilot.protocol.waves:
        _, at, rated = (np.asarray(codes) for codes in pilot.answers.index.codes)  # type: ignore[attr-defined]
        rows = (at == pilot.protocol.waves.index(wave)) & (rated == RATERS.index(RATERS[0]))
        answers = pilot.answers.loc[rows, items].astype(float).reset_index(drop=True)
        answers = answers[answers.notna().sum(axis="columns") >= FEWEST_ITEMS]
        answers = answers[_varied(pilot, answers)]
        alike = int(answers.fillna(-1).duplicated(keep=False).sum())
        if alike:
            what = (
                f"{alike} respondents of {wave} share all their {len(items)} answers with another respondent; were "
                "rows entered twice, under two codes?"
            )
            yield Problem(FILE, what)


def _varied(pilot: Pilot, answers: pd.DataFrame) -> pd.Series:
    """Rows that are not much the same throughout: those at one end of every scale are often alike."""
    varied = pd.Series(0, index=answers.index)
    for measure in pilot.measures.values():
        own = answers[list(measure.instrument.columns)]
        varied += own.nunique(axis="columns") - 1 if own.shape[1] > 1 else 0
    return varied >= 3


def _impossible_dates(pilot: Pilot, today: datetime.date) -> Iterator[Problem]:
    """Dates to come, and dates long before the pilot began."""
    days = _days(pilot)
    if days.empty:
        return
    ahead = int((days > pd.Timestamp(today)).sum())
    if ahead:
        yield Problem(FILE, f"{ahead} of {len(days)} are in the future", column="date")
    if pilot.protocol.started is None:
        return
    early = int((days < pd.Timestamp(pilot.protocol.started) - pd.Timedelta(days=LONG_BEFORE)).sum())
    if early:
        what = f"{early} of {len(days)} are more than a year before the pilot started ({pilot.protocol.started})"
        yield Problem(FILE, what, column="date")


def _swapped_waves(pilot: Pilot) -> Iterator[Problem]:
    """A wave that was mostly asked before the one that it should follow."""
    days = _days(pilot)
    middles = days.groupby(days.index.get_level_values("wave"), observed=True).median()
    dated = [wave for wave in pilot.protocol.waves if wave in middles.index]
    for first, later in itertools.pairwise(dated):
        if middles[later] < middles[first]:
            what = f"most of {later} are earlier than most of {first}; have the waves changed places?"
            yield Problem(FILE, what, column="date")
        elif middles[later] == middles[first] and len(days) >= FEWEST:
            yield Problem(
                FILE, f"{listed([first, later])} are of the same day; is the date that of the export?", column="date"
            )


def _days(pilot: Pilot) -> pd.Series:
    """The dates of the survey's rows, without those that are blank."""
    texts = pilot.answers["date"].astype(str)
    known = {text: pd.Timestamp(day) for text in texts.unique() if (day := read_day(text))}
    return texts.map(known).dropna()
