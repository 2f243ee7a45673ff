"""The mapping file: which column of an export is which column of `survey.csv`, and what its answers mean."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from atpilots.files import folded, shown
from atpilots.instruments import NAME, Instrument, Text, load_instrument, shipped_instruments
from atpilots.pilots import MEANT, MODES, RATERS, Code

WORDS = {"wave": None, "rater": RATERS, "arm": None, "mode": MODES, "age_band": None}  # columns of words, not numbers
ISO = re.compile(r"(\d{4}-\d{2}-\d{2})([ T]\d{2}:\d{2}.*)?")
DATE = 'YYYY-MM-DD; for any other order give date_format in the mapping, such as "%d/%m/%Y" for day/month/year'
WAYS = "wave, wave_suffix, [files], or a table per item: {before = …, after = …}"


def _column(value: object) -> object:
    """A header, or a table wave = header; said by us because pydantic reports both halves of a union."""
    headers = value.values() if isinstance(value, dict) else [value]
    if not all(isinstance(header, str) and header.strip() for header in headers) or not list(headers):
        raise ValueError('give a column header, or one per wave: {before = "…", after = "…"}')
    return value


def _label_tables(value: object) -> object:
    if isinstance(value, dict) and any(not isinstance(labels, dict) for labels in value.values()):
        raise ValueError("answer labels belong to an instrument: put them under [labels.<instrument>]")
    return value


Column = Annotated[str | dict[str, str], BeforeValidator(_column)]
Labels = Annotated[dict[str, dict[str, int | str]], BeforeValidator(_label_tables)]


class ExportMapping(BaseModel):
    """What a mapping file says: one field per key, headers as they stand in the export.

    Beyond the columns: `date_format` (as for Python's strptime) where dates are not YYYY-MM-DD, `sheet` of a workbook,
    `missing` and `missing_in` (codes written as blanks), and `labels` per instrument, or per column of words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    respondent: Text
    wave: Text | None = None
    wave_suffix: dict[str, Text] = {}
    files: dict[str, Text] = {}
    date: Column | None = None
    mode: Column | None = None
    rater: Column | None = None
    arm: Column | None = None
    age_band: Column | None = None
    date_format: Text | None = None
    sheet: Text | None = None
    missing: tuple[Code, ...] = ()
    missing_in: dict[str, tuple[Code, ...]] = {}
    items: Annotated[dict[Annotated[str, Field(pattern=NAME)], Column], Field(min_length=1)]
    labels: Labels = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._wave_faults(), *self._name_faults(), *self._label_faults()]
        if self.date_format is not None and not _gives_a_date(self.date_format):
            faults.append('date_format: gives no day, month and year; for day/month/year write "%d/%m/%Y"')
        if self.date_format is not None and self.date is None:
            faults.append("date_format: no column is named as date")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def columns(self) -> dict[str, str | dict[str, str]]:
        """Every column of `survey.csv` that comes from a column of the export, in order."""
        given = {column: getattr(self, column) for column in MEANT}
        return {column: source for column, source in given.items() if source is not None} | self.items

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves in the mapping's order; none where a column names them and its labels do not."""
        tables = [wave for source in self.columns.values() if isinstance(source, dict) for wave in source]
        words = [str(word) for word in self.labels.get("wave", {}).values()]
        return tuple(dict.fromkeys([*self.wave_suffix.values(), *self.files.values()] or words or tables))

    def headers(self, column: str, wave: str | None) -> tuple[str, ...]:
        """The headers under which a column may stand at a wave, the best first; none where it was not asked then.

        With `wave_suffix` an item's header takes the suffix; what may be asked once (the respondent's code, a date, an
        age band) stands without it, else with it.
        """
        source = self.columns[column]
        if isinstance(source, dict):
            return (source[wave],) if wave in source else ()
        suffixed = tuple(source + suffix for suffix, named in self.wave_suffix.items() if named == wave)
        if not suffixed:
            return (source,)
        return suffixed if column in self.items else (source, *suffixed)

    def missing_codes(self, column: str) -> tuple[str, ...]:
        """The codes that mean "no answer" in a column: its own, else its instrument's, else everybody's."""
        owners = [name for name in self.missing_in if _belongs(column, name)]
        return self.missing_in.get(column, self.missing_in[owners[0]] if owners else self.missing)

    def labels_of(self, column: str) -> dict[str, str]:
        """Answer → what `survey.csv` holds for it, answers folded; empty where the mapping gives no labels."""
        tables = [labels for name, labels in self.labels.items() if _belongs(column, name)]
        return {folded(label): str(word) for labels in tables for label, word in labels.items()}

    def _wave_faults(self) -> Iterator[str]:
        given = [key for key in ("wave", "wave_suffix", "files") if getattr(self, key)]
        keys = {column: f"items.{column}" if column in self.items else column for column in self.columns}
        tables = {keys[column]: source for column, source in self.columns.items() if isinstance(source, dict)}
        if len({*self.wave_suffix.values()}) < len(self.wave_suffix):
            yield "wave_suffix: two suffixes stand for one wave"
        if len(given) > 1:
            yield f"{given[1]}: the wave is already told by {given[0]}; give one of {WAYS}"
        elif "wave" in given:
            yield from (f"{key}: a table per wave cannot stand beside wave, which names a column" for key in tables)
        elif given:
            for key, source in tables.items():
                yield from (f"{key}: {wave} is not a wave of {given[0]}" for wave in source if wave not in self.waves)
        else:
            plain = [keys[item] for item in self.items if keys[item] not in tables]
            if len(plain) == len(self.items):
                yield f"nothing tells the wave; give one of {WAYS}"
            else:
                yield from (f"{key}: other items have a table per wave; give this one its wave too" for key in plain)

    def _name_faults(self) -> Iterator[str]:
        for item in self.items.keys() & {*MEANT}:
            yield f"items.{item}: is not an item; write {item} = … above [items]"
        for key in ("labels", "missing_in"):
            for name in getattr(self, key):
                if not any(_belongs(column, name) for column in self.columns):
                    yield f"{key}.{name}: is neither an instrument of these items nor a column that is mapped"
        for name in self.labels.keys() & {"respondent", "date"}:
            yield f"labels.{name}: codes and dates have no labels"

    def _label_faults(self) -> Iterator[str]:
        for name, labels in self.labels.items():
            spellings: dict[str, set[int | str]] = {}
            for label, word in labels.items():
                spellings.setdefault(folded(label), set()).add(word)
                yield from (f"labels.{name}: {fault}" for fault in _word_fault(name, label, word))
            if any(len(words) > 1 for words in spellings.values()):
                yield f"labels.{name}: one label, but for capitals and spaces, has two meanings"
        for item in self.items:
            owners = [name for name in self.labels if _belongs(item, name)]
            if len(owners) > 1:
                yield f"labels.{owners[1]}: {item} has labels already, in labels.{owners[0]}; give them once"


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a column's cells may hold: `read` gives what `survey.csv` holds for a cell's text, or None."""

    read: Callable[[str], str | None]
    allowed: str


@functools.cache
def shipped() -> dict[str, Instrument]:
    """The shipped instruments by name, read once."""
    return {name: load_instrument(name) for name in shipped_instruments()}


def instrument_of(column: str) -> Instrument | None:
    """The shipped instrument that has the item, which says what may be answered."""
    return next((instrument for instrument in shipped().values() if column in instrument.columns), None)


def reading_of(column: str, plan: ExportMapping) -> Reading:
    """By the mapping's labels where it gives any, else by the shipped instrument, else as it stands."""
    labels, instrument = plan.labels_of(column), instrument_of(column)
    if labels:
        return Reading(lambda text: labels.get(folded(text)), ", ".join(map(shown, labels)))
    if instrument:
        return Reading(_level_reader(instrument.read_answer), instrument.answers_in_words)
    return _plain(column, plan)


def _belongs(column: str, name: str) -> bool:
    """Whether a column is the one named, or an item of the instrument named (shipped, or a pilot's own)."""
    if name in shipped():
        return column in shipped()[name].columns
    return column == name or (column not in MEANT and column.startswith(f"{name}_"))


def _word_fault(name: str, label: str, word: int | str) -> list[str]:
    if name in WORDS:
        allowed = WORDS[name]
        good = isinstance(word, str) and bool(word) and (allowed is None or word in allowed)
        return [] if good else [f'"{label}" must stand for {", ".join(allowed) if allowed else "a word"}']
    if not isinstance(word, int):
        return [f'"{label}" must stand for a whole number']
    if name in shipped():
        instrument = shipped()[name]
        if not instrument.lowest <= word <= instrument.highest:
            return [f'"{label}" must stand for a level: {instrument.lowest} to {instrument.highest}']
    return []


def _gives_a_date(date_format: str) -> bool:
    day = datetime.datetime(2001, 2, 3)
    try:
        return datetime.datetime.strptime(day.strftime(date_format), date_format) == day
    except ValueError:
        return False


def _level_reader(read_answer: Callable[[str], float]) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        level = read_answer(text)
        return None if level != level else f"{level:.0f}"  # NaN: not an answer

    return read


def _plain(column: str, plan: ExportMapping) -> Reading:
    if column == "date":
        allowed = DATE if plan.date_format is None else f"dates written as {plan.date_format}"
        return Reading(lambda text: _date(text, plan.date_format), allowed)
    if column in {"mode", "rater"}:
        words = MODES if column == "mode" else RATERS
        allowed = f"{', '.join(words)}; or say in [labels.{column}] which answer stands for which"
        return Reading(lambda text: text if text in words else None, allowed)
    return Reading(lambda text: text, "text")


def _date(text: str, date_format: str | None) -> str | None:
    """An ISO date, its time of day left out; None where the text is not a date, or not surely which."""
    try:
        if date_format is not None:
            return datetime.datetime.strptime(text, date_format).date().isoformat()
        iso = ISO.fullmatch(text)
        return datetime.date.fromisoformat(iso[1]).isoformat() if iso else None
    except ValueError:
        return None
