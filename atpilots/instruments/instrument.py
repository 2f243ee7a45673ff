"""A questionnaire as data, what it may not contradict, and the only way from answers to a score."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from atpilots.files import folded
from atpilots.instruments.definition import (
    AdvisedNumber,
    Band,
    Better,
    Contrast,
    Conversion,
    Levels,
    MinimalImportantChange,
    MinimalImportantChanges,
    Missing,
    MissingRule,
    Name,
    Norm,
    OutcomeDomain,
    Part,
    Retest,
    Text,
    ValueSet,
    Window,
)
from atpilots.instruments.display import card, example_lines, in_one_line

MOST_LEVELS = 10_000  # between the lowest and the highest answer of an item

# Scores are sums of published decimals. Nine digits keep every published digit and drop the binary noise that would
# turn a tie (0.516 after 0.516 by another route) into a change of 1e-17.
SCORE_DIGITS = 9


class Instrument(Part):
    """A questionnaire: its items, their levels, how answers become one score, and where that is published.

    >>> import atpilots as at
    >>> at.load_instrument("swemwbs").score_range
    (7.0, 35.0)
    """

    name: Name
    label: Text
    short_label: str = ""
    items: Annotated[tuple[Name, ...], Field(min_length=1)]
    items_of: Name | None = None
    levels: Levels
    first: int = 1
    coding: str = ""  # in our words, what the lowest and the highest number of `levels` mean
    reverse: tuple[str, ...] = ()
    recode: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    scoring: Literal["sum", "mean", "single", "conversion", "value_set"]
    conversion: Conversion | None = None
    value_set: ValueSet | None = None
    missing: Missing = "complete"
    missing_source: str = ""
    better: Better
    self_report_only: bool = False
    minimal_important_change: MinimalImportantChanges = ()
    bands: tuple[Band, ...] = ()
    bands_source: str = ""
    norm: Norm | None = None
    window: Window | None = None
    retest: Retest | None = None
    advised_n: AdvisedNumber | None = None
    outcome_domain: OutcomeDomain | None = None
    source: str = ""
    owner: str = ""
    licence: str = ""
    wording: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._level_faults(), *self._item_faults(), *self._scoring_faults()]
        if not faults:  # these need the scores' range, which needs all the rest in order
            faults = self._range_faults()
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _level_faults(self) -> list[str]:
        if not self.has_labels:
            faults = ["levels: the lowest comes first"] if self.lowest >= self.highest else []
            if self.highest - self.lowest > MOST_LEVELS:
                faults.append(f"levels: at most {MOST_LEVELS:,} apart")
            return faults + ["first: belongs with answer labels"] * ("first" in self.model_fields_set)
        labels = [folded(str(label)) for label in self.levels]
        faults = ["levels: two labels are the same"] if len(set(labels)) < len(labels) else []
        if not all(labels):
            faults.append("levels: a label is blank")
        if any(_whole_number(label) is not None for label in labels):
            faults.append("levels: a label may not be a number; for whole-number answers give [lowest, highest]")
        return faults

    def _item_faults(self) -> list[str]:
        faults = ["items: an item is named twice"] if len(set(self.items)) < len(self.items) else []
        named = {"reverse": self.reverse, "recode": self.recode, "wording": self.wording}
        if self.value_set:
            named["value_set"] = self.value_set.items
        for key, items in named.items():
            faults += [f"{key}: {item} is not one of the items" for item in items if item not in self.items]
        faults += [f"recode.{item}: the item is reversed as well" for item in self.reverse if item in self.recode]
        count = self.highest - self.lowest + 1
        for key, per_level in (("recode", self.recode), ("value_set", self.value_set.items if self.value_set else {})):
            wrong = [item for item, values in per_level.items() if len(values) != count > 1]
            faults += [f"{key}.{item}: {count} levels need {count} numbers" for item in wrong]
        return faults

    def _scoring_faults(self) -> list[str]:
        faults = []
        for key in ("conversion", "value_set"):
            if (self.scoring == key) != (getattr(self, key) is not None):
                faults.append(f'{key}: belongs with scoring = "{key}", and only there')
        if self.scoring == "single" and len(self.items) > 1:
            faults.append('scoring: "single" is for one item')
        if self.missing != "complete":
            if self.scoring not in {"sum", "mean"}:
                faults.append("missing: only sums and means can allow missing items")
            elif self.missing.allowed >= len(self.items):
                faults.append("missing: at least one item must be answered")
        if self.conversion and not faults:
            (low, high), raw = self._raw_range(), self.conversion.raw
            if len(raw) != len(self.conversion.score) or list(raw) != list(range(int(low), int(high) + 1)):
                faults.append(f"conversion: raw runs from {low:g} to {high:g} without a gap, with one score each")
        if self.value_set and set(self.value_set.items) != set(self.items):
            faults.append("value_set: needs one entry per item")
        if self.value_set and (self.reverse or self.recode):
            faults.append("value_set: values the levels themselves; reverse and recode do not go with it")
        if self.items_of == self.name:
            faults.append("items_of: names this instrument itself")
        changes = self.minimal_important_change
        if any(change.low > change.high for change in changes):
            faults.append("minimal_important_change: low is above high")
        uses = [(change.level, change.contrast) for change in changes]
        if ("person", "between") in uses:
            faults.append('minimal_important_change: a value for one person has contrast = "within"')
        if len(set(uses)) < len(uses):
            faults.append("minimal_important_change: one value for each level and contrast")
        if self.bands and not self.bands_source:
            faults.append("bands: need a bands_source")
        return faults

    def _range_faults(self) -> list[str]:
        low, high = self.score_range
        if not low < high:
            return ["scoring: every answer gives the same score"]
        ends = [end for band in self.bands for end in (band.low, band.high)]
        faults = ["bands: run from low to high without an overlap"] if not _banded(self.bands) else []
        if any(not low <= end <= high for end in ends):
            faults.append(f"bands: scores run from {low:g} to {high:g}")
        if any(change.high > high - low for change in self.minimal_important_change):
            faults.append(f"minimal_important_change: scores run from {low:g} to {high:g}")
        if self.window and not low <= self.window.low < self.window.high <= high:
            faults.append(f"window: runs from low to high, within the scores' {low:g} to {high:g}")
        # A missing item that counts as zero must not bring a score that no answer could bring.
        if isinstance(self.missing, MissingRule) and self.missing.rule == "zero":
            scores = zip(self.items, self._scores_per_item(), strict=True)
            faults += [f'missing: "zero" is not a score of {item}' for item, values in scores if 0 not in values]
        return faults

    def __repr__(self) -> str:
        return in_one_line(self)

    def __str__(self) -> str:
        return "\n".join([in_one_line(self), *(f"  {line}" for line in example_lines(self))])

    def _repr_html_(self) -> str:
        return card(self)

    @property
    def has_labels(self) -> bool:
        """Whether the answers are written in words."""
        return isinstance(self.levels[0], str)

    @property
    def lowest(self) -> int:
        """The number of the lowest level."""
        return self.first if self.has_labels else int(self.levels[0])

    @property
    def highest(self) -> int:
        """The number of the highest level."""
        return self.first + len(self.levels) - 1 if self.has_labels else int(self.levels[1])

    @property
    def columns(self) -> tuple[str, ...]:
        """The survey columns of the items, in order: `<instrument>_<item>`, or the instrument's name for one item."""
        if len(self.items) == 1 and self.items_of is None:
            return (self.name,)
        return tuple(f"{self.items_of or self.name}_{item}" for item in self.items)

    @property
    def of_one_person(self) -> MinimalImportantChange | None:
        """The published change that matters for one person: to be named, never to judge an average."""
        return self._important("person", "within")

    def of_groups(self, contrast: Contrast) -> MinimalImportantChange | None:
        """The published change that matters for averages; contrast: "within" one group over time, or "between" two.

        >>> import atpilots as at
        >>> at.load_instrument("swemwbs").of_groups("within") is None  # none is published
        True
        """
        return self._important("group", contrast)

    def deciding_change(self, contrast: Contrast) -> MinimalImportantChange | None:
        """`of_groups` of a contrast, where it may judge other people than those in whom it was measured.

        >>> import atpilots as at
        >>> at.load_instrument("swemwbs").deciding_change("within") is None
        True
        """
        change = self.of_groups(contrast)
        return None if change is None or change.only_there else change

    def _important(self, level: Literal["group", "person"], contrast: Contrast) -> MinimalImportantChange | None:
        uses = {(change.level, change.contrast): change for change in self.minimal_important_change}
        return uses.get((level, contrast))

    @property
    def answers_in_words(self) -> str:
        """What a cell may hold, for messages."""
        if self.has_labels:
            return ", ".join(f'"{label}"' for label in self.levels) + f", or {self.lowest} to {self.highest}"
        return f"whole numbers {self.lowest} to {self.highest}"

    def read_answer(self, text: str) -> float:
        """The level number of a cell's text (trimmed; "3.0" is 3; labels whatever their capitals), or NaN if none.

        >>> import atpilots as at
        >>> at.load_instrument("ucla3").read_answer("Some of the time")
        2
        """
        if self.has_labels:
            labels = {folded(str(label)): self.first + i for i, label in enumerate(self.levels)}
            if folded(text) in labels:
                return labels[folded(text)]
        number = _whole_number(text)
        return number if number is not None and self.lowest <= number <= self.highest else float("nan")

    def score(self, answers: pd.DataFrame) -> pd.Series:
        """Score each row of `answers`.

        answers: one column of level numbers per item, named as `columns`; NaN where missing.
        Returns a float Series with the same index, in score points; NaN where the missing rule allows no score.
        Source: the instrument's own `source`; the missing rule is its `missing`.

        >>> import atpilots as at, pandas as pd
        >>> ucla3 = at.load_instrument("ucla3")
        >>> ucla3.score(pd.DataFrame([[1, 2, 3]], columns=ucla3.columns)).tolist()
        [6.0]
        """
        levels = (answers[column].to_numpy(dtype=float) for column in self.columns)  # one at a time: surveys are long
        if self.value_set:
            scores = self._valued(levels, self.value_set)
        else:
            scores = self._summed(self._item_scores(levels))
            if self.scoring == "mean":
                scores = scores / len(self.items)
            if self.conversion:
                scores = _looked_up(scores, self.conversion.score, self.conversion.raw[0])
        return pd.Series(np.round(scores, SCORE_DIGITS), index=answers.index, name=self.name)

    def item_scores(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Each item's own score, reversed or recoded, from the same `answers` as `score`; NaN where missing.

        >>> import atpilots as at, pandas as pd
        >>> djg6 = at.load_instrument("djg6")
        >>> djg6.item_scores(pd.DataFrame([[3, 3, 3, 3, 3, 3]], columns=djg6.columns)).iloc[0].tolist()
        [1.0, 0.0, 0.0, 0.0, 1.0, 1.0]
        """
        levels = (answers[column].to_numpy(dtype=float) for column in self.columns)
        scored = dict(zip(self.columns, self._item_scores(levels), strict=True))
        return pd.DataFrame(scored, answers.index, copy=False)

    @property
    def score_range(self) -> tuple[float, float]:
        """The lowest and the highest score that anybody can have."""
        if self.conversion:
            return min(self.conversion.score), max(self.conversion.score)
        if self.value_set:
            # Of the sums in each state only the ends: every index value of a long value set would be too many.
            values = self._values(self.value_set, lambda sums: {min(sums), max(sums)})
            return round(min(values), SCORE_DIGITS), round(max(values), SCORE_DIGITS)
        low, high = self._raw_range()
        return (low / len(self.items), high / len(self.items)) if self.scoring == "mean" else (low, high)

    def possible_scores(self) -> tuple[float, ...]:
        """Every score that somebody who answers all items can have, in ascending order, in score points.

        A person's mean in place of a missing item can bring others between them.

        >>> import atpilots as at
        >>> at.load_instrument("ucla3").possible_scores()
        (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
        """
        if self.conversion:
            scores: Iterable[float] = self.conversion.score
        elif self.value_set:
            scores = self._values(self.value_set, lambda sums: {round(total, SCORE_DIGITS) for total in sums})
        else:
            scores = {0.0}
            for of_item in self._scores_per_item():
                scores = {total + score for total in scores for score in of_item}
            if self.scoring == "mean":
                scores = {total / len(self.items) for total in scores}
        return tuple(sorted({round(score, SCORE_DIGITS) for score in scores}))

    def _item_scores(self, levels: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        for item, given in zip(self.items, levels, strict=True):
            if item in self.reverse:
                yield self.lowest + self.highest - given
            elif item in self.recode:
                yield _looked_up(given, self.recode[item], self.lowest)
            else:
                yield given

    def _summed(self, scored: Iterable[np.ndarray]) -> np.ndarray:
        if self.missing == "complete":
            return np.asarray(sum(scored))
        total, answered = np.zeros(1), np.zeros(1, dtype=int)
        for scores in scored:
            total, answered = total + np.nan_to_num(scores, nan=0.0), answered + ~np.isnan(scores)
        if self.missing.rule == "person_mean":
            total = total * (len(self.items) / np.maximum(answered, 1))
        return np.where(len(self.items) - answered <= self.missing.allowed, total, np.nan)

    def _valued(self, levels: Iterable[np.ndarray], values: ValueSet) -> np.ndarray:
        index, problem, worst = np.full(1, values.constant), np.full(1, False), np.full(1, False)
        for item, given in zip(self.items, levels, strict=True):
            index = index + _looked_up(given, values.items[item], self.lowest)
            problem, worst = problem | (given > self.lowest), worst | (given == self.highest)
        return np.asarray(index + values.any_problem * problem + values.any_worst * worst)

    def _scores_per_item(self) -> list[tuple[float, ...]]:
        whole = tuple(float(level) for level in range(self.lowest, self.highest + 1))
        return [self.recode.get(item, whole) for item in self.items]

    def _raw_range(self) -> tuple[float, float]:
        per_item = self._scores_per_item()
        return sum(map(min, per_item)), sum(map(max, per_item))

    def _values(self, values: ValueSet, kept: Callable[[set[float]], set[float]]) -> set[float]:
        """Index values, of the sums that `kept` leaves after each item.

        The two "any" terms depend only on whether the answers so far hold a problem, or a worst level; so the sums are
        kept apart for each of these states.
        """
        sums = {(False, False): {values.constant}}
        for item in self.items:
            grown: dict[tuple[bool, bool], set[float]] = {}
            for (problem, worst), totals in sums.items():
                for level, value in enumerate(values.items[item]):
                    state = (problem or level > 0, worst or level == len(values.items[item]) - 1)
                    grown.setdefault(state, set()).update(total + value for total in totals)
            sums = {state: kept(totals) for state, totals in grown.items()}
        return {
            total + values.any_problem * problem + values.any_worst * worst
            for (problem, worst), totals in sums.items()
            for total in totals
        }


def _banded(bands: tuple[Band, ...]) -> bool:
    gaps = [band.high < after.low for band, after in itertools.pairwise(bands)]
    return all(gaps) and all(band.low <= band.high for band in bands)


def _whole_number(text: str) -> int | None:
    return int(float(text)) if re.fullmatch(r"(0|-?[1-9][0-9]{0,8})(\.0*)?", text) else None


def _looked_up(levels: np.ndarray, values: tuple[float, ...], first: int) -> np.ndarray:
    """values[level − first] for each level; NaN stays NaN."""
    known = ~np.isnan(levels)
    result = np.full(levels.shape, np.nan)
    result[known] = np.asarray(values)[levels[known].astype(int) - first]
    return result
