"""Questionnaires written down as data, and the only way from answers to a score.

An instrument is one TOML file. The shipped ones lie beside this module; a pilot may bring its own. A file holds item
keys, levels, scoring numbers and sources; wording only where its licence allows.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from atpilots.problems import DataError, Problem, read_toml

SHIPPED = Path(__file__).parent
NAME = r"^[a-z][a-z0-9_]{0,39}$"

# Scores are sums of published decimals. Nine digits keep every published digit and drop the binary noise that would
# turn a tie (0.516 after 0.516 by another route) into a change of 1e-17.
SCORE_DIGITS = 9


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MinimalImportantChange(_Part):
    """The smallest change that matters, as published: a zone from `low` to `high` in score points."""

    low: Annotated[float, Field(gt=0)]
    high: Annotated[float, Field(gt=0)]
    level: Literal["individual", "group"]
    basis: Literal["distribution", "anchor", "convention"]
    source: str


class Norm(_Part):
    """Mean and standard deviation of the score in a reference population."""

    mean: float
    sd: Annotated[float, Field(gt=0)]
    source: str


class Retest(_Part):
    """Test-retest correlation of the score."""

    r: Annotated[float, Field(gt=0, lt=1)]
    source: str


class AdvisedNumber(_Part):
    """How many people the owners advise to have at both waves."""

    n: Annotated[int, Field(gt=0)]
    source: str


class Band(_Part):
    """A named part of the score's range, both ends included."""

    label: str
    low: float
    high: float


class MissingRule(_Part):
    """Up to `allowed` items may be missing; they count as the person's own mean, or as zero."""

    allowed: Annotated[int, Field(gt=0)]
    rule: Literal["person_mean", "zero"]


class Conversion(_Part):
    """The published table from raw sums to scores."""

    raw: tuple[int, ...]
    score: tuple[float, ...]


class ValueSet(BaseModel):
    """constant + any_problem (any item above its lowest level) + any_worst (any at its highest) + one value per item.

    All are added, so decrements are negative numbers. Every further key is an item with one value per level.
    """

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)
    __pydantic_extra__: dict[str, tuple[float, ...]]

    constant: float
    any_problem: float = 0.0
    any_worst: float = 0.0

    @property
    def items(self) -> dict[str, tuple[float, ...]]:
        """The value of each level, by item."""
        return self.__pydantic_extra__


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Levels = Annotated[tuple[int, int] | tuple[str, ...], BeforeValidator(_as_tuple)]


class Instrument(_Part):
    """A questionnaire: its items, their levels, how answers become one score, and where that is published."""

    name: Annotated[str, Field(pattern=NAME)]
    label: str
    short_label: str = ""
    items: Annotated[tuple[Annotated[str, Field(pattern=NAME)], ...], Field(min_length=1)]
    items_of: Annotated[str, Field(pattern=NAME)] | None = None
    levels: Levels
    first: int = 1
    reverse: tuple[str, ...] = ()
    recode: dict[str, tuple[float, ...]] = {}
    scoring: Literal["sum", "mean", "single", "conversion", "value_set"]
    conversion: Conversion | None = None
    value_set: ValueSet | None = None
    missing: Literal["complete"] | MissingRule = "complete"
    missing_source: str = ""
    better: Literal["higher", "lower"]
    self_report_only: bool = False
    minimal_important_change: MinimalImportantChange | None = None
    bands: tuple[Band, ...] = ()
    bands_source: str = ""
    norm: Norm | None = None
    retest: Retest | None = None
    advised_n: AdvisedNumber | None = None
    outcome_domain: str | None = None
    source: str = ""
    owner: str = ""
    licence: str = ""
    wording: dict[str, str] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._level_faults(), *self._item_faults(), *self._scoring_faults()]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _level_faults(self) -> list[str]:
        if len(self.levels) < 2:
            return ["levels: give the lowest and the highest answer, or at least two labels"]
        if not self.has_labels:
            return ["levels: the lowest comes first"] if self.lowest >= self.highest else []
        labels = [_folded(str(label)) for label in self.levels]
        faults = ["levels: two labels are the same"] if len(set(labels)) < len(labels) else []
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
        faults += [f"{item}: is both reversed and recoded" for item in self.reverse if item in self.recode]
        per_level = self.recode | (self.value_set.items if self.value_set else {})
        count = self.highest - self.lowest + 1
        faults += [f"{item}: {count} levels need {count} numbers" for item, v in per_level.items() if len(v) != count]
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
            faults += self._conversion_faults(self.conversion)
        if self.value_set and set(self.value_set.items) != set(self.items):
            faults.append("value_set: needs one entry per item")
        change = self.minimal_important_change
        if change and change.low > change.high:
            faults.append("minimal_important_change: low is above high")
        return faults

    def _conversion_faults(self, table: Conversion) -> list[str]:
        low, high = self._raw_range()
        if len(table.raw) != len(table.score) or list(table.raw) != list(range(int(low), int(high) + 1)):
            return [f"conversion: raw runs from {low:g} to {high:g} without a gap, with one score each"]
        return []

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
        owner = self.items_of or self.name
        return (owner,) if len(self.items) == 1 else tuple(f"{owner}_{item}" for item in self.items)

    @property
    def answers_in_words(self) -> str:
        """What a cell may hold, for messages."""
        if self.has_labels:
            return ", ".join(f'"{label}"' for label in self.levels) + f", or {self.lowest} to {self.highest}"
        return f"whole numbers {self.lowest} to {self.highest}"

    def read_answer(self, text: str) -> float:
        """The level number of a cell's text (trimmed; "3.0" is 3; labels whatever their capitals), or NaN if none."""
        if self.has_labels:
            labels = {_folded(str(label)): self.first + i for i, label in enumerate(self.levels)}
            if _folded(text) in labels:
                return labels[_folded(text)]
        number = _whole_number(text)
        return number if number is not None and self.lowest <= number <= self.highest else float("nan")

    def score(self, answers: pd.DataFrame) -> pd.Series:
        """Score each row of `answers`.

        answers: one float column per item, named and ordered as `columns`; level numbers, NaN where missing.
        Returns a float Series with the same index, in score points; NaN where the missing rule allows no score.
        Source: the instrument's own `source`; the missing rule is its `missing`.
        """
        levels = answers.loc[:, list(self.columns)].to_numpy(dtype=float)
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
        """Each item's own score, reversed or recoded, from the same `answers` as `score`; NaN where missing."""
        levels = answers.loc[:, list(self.columns)]
        return pd.DataFrame(self._item_scores(levels.to_numpy(dtype=float)), answers.index, list(self.columns))

    @property
    def score_range(self) -> tuple[float, float]:
        """The lowest and the highest score that anybody can have."""
        if self.conversion:
            return min(self.conversion.score), max(self.conversion.score)
        if self.value_set:
            return self._value_range(self.value_set)
        low, high = self._raw_range()
        return (low / len(self.items), high / len(self.items)) if self.scoring == "mean" else (low, high)

    def _item_scores(self, levels: np.ndarray) -> np.ndarray:
        scored = levels.copy()
        for position, item in enumerate(self.items):
            if item in self.reverse:
                scored[:, position] = self.lowest + self.highest - levels[:, position]
            elif item in self.recode:
                scored[:, position] = _looked_up(levels[:, position], self.recode[item], self.lowest)
        return scored

    def _summed(self, scored: np.ndarray) -> np.ndarray:
        if self.missing == "complete":
            return np.asarray(scored.sum(axis=1))
        answered = (~np.isnan(scored)).sum(axis=1)
        total = np.nansum(scored, axis=1)
        if self.missing.rule == "person_mean":
            total = total * (len(self.items) / np.maximum(answered, 1))
        return np.where(len(self.items) - answered <= self.missing.allowed, total, np.nan)

    def _valued(self, levels: np.ndarray, values: ValueSet) -> np.ndarray:
        index = np.full(len(levels), values.constant)
        for position, item in enumerate(self.items):
            index += _looked_up(levels[:, position], values.items[item], self.lowest)
        index += values.any_problem * (levels > self.lowest).any(axis=1)
        index += values.any_worst * (levels == self.highest).any(axis=1)
        return index

    def _raw_range(self) -> tuple[float, float]:
        whole = tuple(float(level) for level in range(self.lowest, self.highest + 1))
        per_item = [self.recode.get(item, whole) for item in self.items]
        return sum(map(min, per_item)), sum(map(max, per_item))

    def _value_range(self, values: ValueSet) -> tuple[float, float]:
        # Each item independently at its best or worst level bounds the index; the two "any" terms are then decided by
        # whether such a profile has a problem at all, so all profiles of best and worst levels are tried.
        extremes = [
            sorted({int(np.argmin(v)), int(np.argmax(v)), 0, len(v) - 1}) for v in (values.items[i] for i in self.items)
        ]
        profiles = np.array(np.meshgrid(*extremes)).reshape(len(self.items), -1).T + float(self.lowest)
        index = np.round(self._valued(profiles, values), SCORE_DIGITS)
        return float(index.min()), float(index.max())


def load_instrument(name: str, folder: Path | None = None) -> Instrument:
    """The instrument of that name: from `folder` (a pilot's own `instruments/`) or as shipped.

    Raises DataError where there is none, two, or a faulty one.
    """
    own = folder / f"{name}.toml" if folder else None
    shipped = SHIPPED / f"{name}.toml"
    if own and own.exists():
        if shipped.exists():
            raise DataError([Problem(f"instruments/{name}.toml", "has the name of a shipped instrument; rename it")])
        return read_toml(own, Instrument, name=name)
    if not shipped.exists():
        raise DataError([Problem("pilot.toml", "there is no such instrument", value=name, allowed=_known(folder))])
    return read_toml(shipped, Instrument, name=name)


def shipped_instruments() -> tuple[str, ...]:
    """The names of the instruments that come with the package."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def _known(folder: Path | None) -> str:
    own = sorted(path.stem for path in folder.glob("*.toml")) if folder and folder.is_dir() else []
    return ", ".join([*own, *shipped_instruments()])


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _whole_number(text: str) -> int | None:
    return int(float(text)) if re.fullmatch(r"[+-]?[0-9]{1,9}(\.0*)?", text) else None


def _looked_up(levels: np.ndarray, values: tuple[float, ...], first: int) -> np.ndarray:
    """values[level − first] for each level; NaN stays NaN."""
    known = ~np.isnan(levels)
    result = np.full(levels.shape, np.nan)
    result[known] = np.asarray(values)[levels[known].astype(int) - first]
    return result
