"""What is found in the columns of exports, each thing with why."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from atpilots.ingest.columns import name_words
from atpilots.ingest.export import Export
from atpilots.ingest.mapping import instrument_of
from atpilots.instruments import Instrument


@dataclasses.dataclass(frozen=True)
class Question:
    """A column of one or more exports. name: what the mapping may call it; headers: everything that stands above it."""

    name: str
    headers: tuple[str, ...]
    cells: tuple[pd.Series, ...] = dataclasses.field(repr=False)
    position: int

    @functools.cached_property
    def answers(self) -> Counter[str]:
        """How often each answer was given; blanks are none."""
        return Counter(text for cells in self.cells for text in cells if text)

    def says(self, pattern: re.Pattern[str]) -> str:
        """What of a pattern the words of its headers hold; "" where nothing."""
        return next((hit[0] for header in self.headers if (hit := pattern.search(name_words(header)))), "")


@dataclasses.dataclass(frozen=True)
class Choice:
    """A column that was chosen for something, and why."""

    name: str
    why: str


@dataclasses.dataclass(frozen=True)
class Item:
    """A published question. columns: the header by wave, or one header for all waves ("")."""

    column: str
    columns: Mapping[str, str]
    why: str
    sure: bool = True

    @functools.cached_property
    def instrument(self) -> Instrument:
        """The shipped instrument that it is an item of."""
        found = instrument_of(self.column)
        if found is None:
            raise AssertionError(f"{self.column} is no item of a shipped instrument")
        return found


@dataclasses.dataclass(frozen=True)
class Waves:
    """How the waves are told. words: file or word of the wave column → wave; left: words that are none."""

    kind: str  # "files", "column", "items"
    names: tuple[str, ...]
    why: str
    column: str = ""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    left: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Found:
    """All that was found in exports of one survey."""

    exports: tuple[Export, ...] = dataclasses.field(repr=False)
    respondent: Choice | None
    other_codes: tuple[str, ...]
    date: Item | None
    date_formats: tuple[str, ...]
    waves: Waves
    items: tuple[Item, ...]
    personal: tuple[str, ...]
    free_text: tuple[str, ...]
    unknown: tuple[Question, ...]
    questions: Mapping[str, Question] = dataclasses.field(repr=False)

    @property
    def instruments(self) -> list[Instrument]:
        """Those that have an item in the exports."""
        return list({item.instrument.name: item.instrument for item in self.items}.values())

    def asked(self, item: Item) -> list[Question]:
        """The columns of an item, wave by wave."""
        return [self.questions[name] for name in item.columns.values()]
