"""A pilot as read; the only way from answers to scores and pairs, always by respondent."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from atpilots.files import SYNTHETIC_KEY, UsageError, map_in_threads, private_key, shown
from atpilots.instruments import Instrument
from atpilots.pilots.answer_rows import AnswerRows, written_out
from atpilots.pilots.codebook import codebook, labelled
from atpilots.pilots.folders import data_root
from atpilots.pilots.protocol import RATERS, TEXTS, Protocol
from atpilots.privacy import DirectIdentifiers, private_names


@dataclasses.dataclass(frozen=True)
class Measure:
    """An instrument as one pilot used it.

    >>> import atpilots as at
    >>> at.load_pilot("greenwich").primary.name
    'swemwbs'
    """

    instrument: Instrument
    primary: bool
    columns: tuple[str, ...]
    worth_acting_on: float | None = None  # a difference between two groups, in points

    def __repr__(self) -> str:
        return f"Measure{' (main)' if self.primary else ''}: {self.instrument!r}"

    def _repr_html_(self) -> str:
        return self.instrument._repr_html_()

    @property
    def name(self) -> str:
        """The instrument's name."""
        return self.instrument.name


@dataclasses.dataclass(frozen=True, eq=False)
class Pilot:
    """A pilot's protocol and its checked answers. Nothing of it changes after loading.

    `answers` holds respondents' codes and is for the library's own use; a Pilot shows counts only.

    >>> import atpilots as at
    >>> at.load_pilot("greenwich").protocol.waves
    ('before', 'after')
    """

    name: str
    folder: Path = dataclasses.field(repr=False)
    protocol: Protocol = dataclasses.field(repr=False)
    measures: MappingProxyType[str, Measure] = dataclasses.field(repr=False)
    answers: pd.DataFrame = dataclasses.field(repr=False)
    all_respondents: pd.Index = dataclasses.field(repr=False)  # the withdrawn included: never on a page

    @property
    def baseline(self) -> str:
        """The first wave."""
        return self.protocol.waves[0]

    @property
    def follow_ups(self) -> tuple[str, ...]:
        """The waves after the first."""
        return self.protocol.waves[1:]

    @property
    def endpoint(self) -> str:
        """The wave that every headline compares with the baseline."""
        return self.protocol.endpoint or self.follow_ups[0]

    @property
    def primary(self) -> Measure:
        """The one measure that was declared primary."""
        return next(measure for measure in self.measures.values() if measure.primary)

    @property
    def item_columns(self) -> list[str]:
        """Every item of the measures, sorted: the columns of `answers` that hold answers."""
        return sorted({item for measure in self.measures.values() for item in measure.instrument.columns})

    @cached_property
    def root(self) -> Path:
        """The data folder that the pilot lies in, which also holds the private key and the ledger."""
        return data_root(self.folder)

    @cached_property
    def key(self) -> bytes:
        """What its fingerprints are keyed with: the private key of the root; a known one where the data are made up."""
        return SYNTHETIC_KEY if self.protocol.provenance == "synthetic" else private_key(self.root)

    @cached_property
    def identifiers(self) -> DirectIdentifiers:
        """The names and codes that nothing of this pilot may tell; those who withdrew included."""
        return DirectIdentifiers(private_names(self.folder), self.all_respondents)

    @cached_property
    def raters(self) -> tuple[str, ...]:
        """Who answered: residents, and perhaps their support workers."""
        return tuple(rater for rater in RATERS if rater == RATERS[0] or self._rows.of_rater(rater).any())

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per answered questionnaire (indexed like `answers`), one column of score points per measure."""
        instruments = [measure.instrument for measure in self.measures.values()]
        scored = map_in_threads(lambda instrument: instrument.score(self.answers), instruments, rows=len(self.answers))
        return pd.DataFrame({scores.name: scores for scores in scored}, copy=False)

    def pairs(
        self,
        measure: str,
        *,
        wave: str | None = None,
        rater: str = RATERS[0],
        arm: str | None = None,
        counted: bool = False,
    ) -> pd.DataFrame:
        """Everybody who has a score at the baseline and at `wave`, matched by respondent within rater.

        measure: by name; wave: a later one (default: the end point); rater: resident or support_worker; arm: default
        the piloted arm; counted: instead of one row per paired respondent, one per different pair of scores and, in the
        column people, how many have it.
        Returns score points, without codes: before, after, change = after − before.
        Raises UsageError for a name that the pilot does not have.

        >>> import atpilots as at
        >>> at.load_pilot("greenwich").pairs("swemwbs").columns.tolist()
        ['before', 'after', 'change']
        """
        both = self.scores_by_wave(measure, wave=wave, rater=rater, arm=arm, counted=counted).dropna()
        # Rounding to the scores' own digits keeps equal changes equal; see instruments.SCORE_DIGITS.
        return both.assign(change=(both["after"] - both["before"]).round(9)).reset_index(drop=True)

    def scores_by_wave(
        self,
        measure: str,
        *,
        wave: str | None = None,
        rater: str = RATERS[0],
        arm: str | None = None,
        counted: bool = False,
    ) -> pd.DataFrame:
        """Everybody who has a score at the baseline, at `wave` or at both; arguments and errors as for `pairs`.

        Returns one row per respondent, without codes, in score points: before, after; NaN where there is no score.

        >>> import atpilots as at
        >>> at.load_pilot("greenwich").scores_by_wave("ucla3").columns.tolist()
        ['before', 'after']
        """
        wave, arm = wave or self.endpoint, arm or self.protocol.arms[0]
        _one_of("measure", measure, tuple(self.measures))
        _one_of("wave", wave, self.follow_ups)
        _one_of("rater", rater, RATERS)
        _one_of("arm", arm, self.protocol.arms)
        asked = measure, wave, rater, arm
        if counted and asked in self._counted:
            return self._counted[asked].copy(deep=False)
        scores, place = self._different(measure)
        none = len(scores) - 1
        before, after = (
            self._rows.per_respondent(place, name, rater, none)[self._rows.members[arm]]
            for name in (self.baseline, wave)
        )
        if not counted:
            scored = (before != none) | (after != none)
            return pd.DataFrame({"before": scores[before[scored]], "after": scores[after[scored]]})
        both, people = np.unique(before.astype(np.int64) * len(scores) + after, return_counts=True)
        scored = both != none * len(scores) + none
        before, after = np.divmod(both[scored], len(scores))
        found = pd.DataFrame({"before": scores[before], "after": scores[after], "people": people[scored]})
        self._counted[asked] = found
        return found.copy(deep=False)

    def scores_over_time(self, measure: str, *, rater: str = RATERS[0], arm: str | None = None) -> pd.DataFrame:
        """Everybody's scores at every wave; measure, rater, arm and errors as for `pairs`.

        Returns one row per respondent who has any score, without codes, and one column of score points per wave, in
        their order; NaN where there is no score.

        >>> import atpilots as at
        >>> at.load_pilot("greenwich").scores_over_time("ucla3").columns.tolist()
        ['before', 'after']
        """
        _one_of("measure", measure, tuple(self.measures))
        values, members = self.scores[measure].to_numpy(dtype=float), self._rows.members[arm or self.protocol.arms[0]]
        waves = {wave: self._rows.per_respondent(values, wave, rater, np.nan)[members] for wave in self.protocol.waves}
        return pd.DataFrame(waves).dropna(how="all").reset_index(drop=True)

    def ratings(self, measure: str, *, wave: str | None = None, arm: str | None = None) -> pd.DataFrame:
        """The same residents' scores by each rater, at the baseline and at `wave`; arguments and errors as for `pairs`.

        Returns one row per respondent whom anybody rated, without codes, in score points: resident_before,
        resident_after, support_worker_before, support_worker_after; NaN where there is no score.

        >>> import atpilots as at
        >>> at.load_pilot("lewisham").ratings("medicines").shape
        (27, 4)
        """
        _one_of("measure", measure, tuple(self.measures))
        values, members = self.scores[measure].to_numpy(dtype=float), self._rows.members[arm or self.protocol.arms[0]]
        waves = {"before": self.baseline, "after": wave or self.endpoint}
        rated = {
            f"{rater}_{when}": self._rows.per_respondent(values, name, rater, np.nan)[members]
            for rater in RATERS
            for when, name in waves.items()
        }
        return pd.DataFrame(rated).dropna(how="all").reset_index(drop=True)

    def baseline_items(self, measure: str, *, rater: str = RATERS[0], arm: str | None = None) -> pd.DataFrame:
        """The scored items (reversed or recoded as the instrument says) of whoever answered them all at the baseline.

        Arguments and errors as for `pairs`. Returns one row per respondent, without codes, and one column per item.

        >>> import atpilots as at
        >>> at.load_pilot("greenwich").baseline_items("ucla3").shape[1]
        3
        """
        _one_of("measure", measure, tuple(self.measures))
        asked = self._rows.of(self.baseline, rater)
        asked &= self._rows.members[arm or self.protocol.arms[0]][self._rows.who]
        instrument = self.measures[measure].instrument
        answers = self.answers[list(instrument.columns)]
        asked &= answers.notna().to_numpy().all(axis=1)
        return instrument.item_scores(answers[asked].reset_index(drop=True))

    def answered(self, measure: str, rater: str) -> bool:
        """Whether that rater ever gave enough answers for a score of that measure; errors as for `pairs`.

        >>> import atpilots as at
        >>> at.load_pilot("greenwich").answered("swemwbs", "support_worker")
        False
        """
        _one_of("measure", measure, tuple(self.measures))
        return bool(self.scores[measure].notna().to_numpy()[self._rows.of_rater(rater)].any())

    def respondents(
        self, measure: str | None = None, rater: str = RATERS[0], wave: str | None = None, arm: str | None = None
    ) -> frozenset[str]:
        """The codes of those in an arm (default: the piloted one) whom the figures count: with answers by that rater at
        the baseline and at `wave` (default: the end point), enough of them for a score of `measure` (None: any answer
        at all).

        >>> import atpilots as at
        >>> pilot = at.load_pilot("greenwich")
        >>> len(pilot.respondents()) == pilot.answered_twice
        True
        """
        before, after = self._answered_when(measure, rater, wave, arm)
        return frozenset(self._rows.respondents[before & after])

    @property
    def answered_twice(self) -> int:
        """How many residents of the piloted arm gave any answer at the baseline and at the end point."""
        before, after = self._answered_when(None, RATERS[0])
        return int((before & after).sum())

    @cached_property
    def attrition(self) -> pd.DataFrame:
        """Who answered when, in the piloted arm: counts by rater and measure ("survey" is any answer at all).

        Columns: before, after, both, before_only, after_only, for the baseline and the end point.
        """
        rows = {}
        for rater in self.raters:
            for measure in (None, *(name for name in self.measures if self.answered(name, rater))):
                before, after = self._answered_when(measure, rater)
                masks = before, after, before & after, before & ~after, after & ~before
                rows[rater, measure or "survey"] = [int(mask.sum()) for mask in masks]
        index = pd.MultiIndex.from_tuples(rows, names=["rater", "measure"])
        return pd.DataFrame(list(rows.values()), index, ["before", "after", "both", "before_only", "after_only"])

    @cached_property
    def attrition_by_arm(self) -> pd.DataFrame:
        """How many residents of each arm gave any answer: one row per arm, the piloted one first.

        Columns: before, after, both, for the baseline and the end point.
        """
        each = [self._answered_when(None, RATERS[0], arm=arm) for arm in self.protocol.arms]
        rows = [[int(mask.sum()) for mask in (before, after, before & after)] for before, after in each]
        return pd.DataFrame(rows, pd.Index(self.protocol.arms, name="arm"), ["before", "after", "both"])

    @cached_property
    def attrition_by_wave(self) -> pd.DataFrame:
        """How many residents of the piloted arm gave any answer at each wave, and who left after it.

        One row per wave, in order. Columns: answered; also_first, of them those who answered at the baseline; last, of
        them those who answered at no later wave.
        """
        member = self._rows.members[self.protocol.arms[0]]
        there = [self._rows.per_respondent(self._any_answer, w, RATERS[0]) & member for w in self.protocol.waves]
        rows = [
            (int(here.sum()), int((here & there[0]).sum()), int((here & ~np.any(there[place + 1 :], axis=0)).sum()))
            for place, here in enumerate(there)
        ]
        return pd.DataFrame(rows, pd.Index(self.protocol.waves, name="wave"), ["answered", "also_first", "last"])

    def answers_table(self, *, labels: bool = True) -> pd.DataFrame:
        """Every answer as given, not reversed; those who withdrew left out. Codes are in it: not for sharing.

        labels: answers in words where the questionnaire has them (an ordered categorical), else level numbers (Int64).
        Returns one row per respondent, wave and rater, which are its index; arm, date, mode and age_band, then a column
        per item of every measure; missing values where nothing was answered.

        >>> import atpilots as at
        >>> at.load_pilot("greenwich").answers_table()["ucla3_left_out"].cat.categories.tolist()
        ['Hardly ever or never', 'Some of the time', 'Often']
        """
        table = self.answers.copy()
        for column in self.item_columns:
            table[column] = table[column].astype("float64").astype("Int64")
        table = table.astype(dict.fromkeys(TEXTS, "str"))
        return labelled(table, self._instruments) if labels else table

    def codebook(self) -> pd.DataFrame:
        """What the columns of the survey mean: one row per item of each measure, in their order; safe to share.

        Columns: column (as in `answers_table`), survey_column (as in survey.csv), measure, label, item, wording (where
        the licence lets it stand), answers, reversed, scoring, missing, better, source.

        >>> import atpilots as at
        >>> at.load_pilot("greenwich").codebook().set_index("column").loc["ons4_happy", "wording"]
        'Overall, how happy did you feel yesterday?'
        """
        return codebook(self._instruments, {name: measure.columns for name, measure in self.measures.items()})

    @property
    def _instruments(self) -> dict[str, Instrument]:
        return {name: measure.instrument for name, measure in self.measures.items()}

    def data_hash(self) -> str:
        """HMAC-SHA256 of the sorted answers, the same however the file was sorted; nobody without the key can try
        answers until one fits.

        >>> import atpilots as at
        >>> len(at.load_pilot("greenwich").data_hash())
        64
        """
        return self._data_hash

    @cached_property
    def _data_hash(self) -> str:
        found = hmac.new(self.key, digestmod=hashlib.sha256)
        for rows in written_out(self.answers):
            found.update(rows)
        return found.hexdigest()

    @cached_property
    def _rows(self) -> AnswerRows:
        return AnswerRows(self.answers, self.protocol.waves, self.protocol.arms)

    @cached_property
    def _counted(self) -> dict[tuple[str, ...], pd.DataFrame]:
        return {}

    def _different(self, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """The different scores of a measure, lowest first, then NaN; and which of them each row of `answers` has."""
        found, scores = pd.factorize(self.scores[measure].to_numpy())
        order, last = np.argsort(scores), len(scores)
        place = np.full(last + 1, last, dtype=np.min_scalar_type(-last - 1))  # NaN's code is −1, and so the last place
        place[order] = np.arange(last)
        return np.append(scores[order], np.nan), place[found]

    def _answered_when(
        self, measure: str | None, rater: str, wave: str | None = None, arm: str | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Which respondents that the survey names, of an arm (default: the piloted one), have a score of a measure
        (None: any answer) by that rater at the baseline, and which at `wave` (default: the end point).
        """
        answered = self._any_answer if measure is None else self.scores[measure].notna().to_numpy()
        member = self._rows.members[arm or self.protocol.arms[0]]
        before, after = (
            self._rows.per_respondent(answered, at, rater) & member for at in (self.baseline, wave or self.endpoint)
        )
        return before, after

    @cached_property
    def _any_answer(self) -> np.ndarray:
        """Which rows of `answers` hold an answer to any item."""
        return self.answers[self.item_columns].notna().any(axis=1).to_numpy()

    def __repr__(self) -> str:
        people = len(self.answers.index.unique("respondent"))
        return f"Pilot {self.name!r}: {self.protocol.title}, {people} people, measures {', '.join(self.measures)}"

    def _repr_html_(self) -> str:
        from atpilots.pilots.display import pilot_card  # templates, which nobody needs who only counts

        protocol, measures = self.protocol, self.measures.items()
        facts = {
            "Where": protocol.borough,
            "Data": "Synthetic: made up, not collected" if protocol.provenance == "synthetic" else "Collected",
            "Waves": ", ".join(protocol.waves),
            "End point": self.endpoint if self.follow_ups[1:] else "",
            "Arms": ", ".join(protocol.arms) if len(protocol.arms) > 1 else "",
        }
        labels = {n: f"{m.instrument.label} ({n}){', main measure' if m.primary else ''}" for n, m in measures}
        return pilot_card(protocol.title, facts, self.attrition, labels, (self.baseline, self.endpoint))


def _one_of(what: str, name: str, allowed: tuple[str, ...]) -> None:
    if name not in allowed:
        raise UsageError(f"there is no {what} {shown(name)}; there is: {', '.join(allowed)}")
