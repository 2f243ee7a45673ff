"""The mapping file: which column of an export is which column of `survey.csv`, and what its answers mean."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, model_validator

from atpilots.files import folded, plain_number
from atpilots.instruments import NAME, Instrument, Text, load_instrument, shipped_instruments
from atpilots.pilots import MEANT, MODES, RATERS, Code
from atpilots.privacy import normalised_code

WORDS = {"wave": None, "rater": RATERS, "arm": None, "mode": MODES, "age_band": None}  # columns of words, not numbers
EXCEL_DAYS = "excel"  # a date_format: days are counted from the end of 1899
WAYS = "wave, wave_suffix, wave_prefix, [files], or a table per item: {before = …, after = …}"


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


def _pairs_of_codes(value: object) -> object:
    """Two codes that are one person's; checked here, because a message must repeat none."""
    if not isinstance(value, dict) or not all(isinstance(code, str) and code.strip() for code in value.values()):
        raise ValueError('give pairs of codes in quotation marks, such as "7" = "007"')
    if {*map(normalised_code, value)} & {*map(normalised_code, value.values())}:
        raise ValueError("a code that is replaced stands for another; give each the code that is to stay")
    return {normalised_code(code): normalised_code(stays) for code, stays in value.items()}


Column = Annotated[str | dict[str, str], BeforeValidator(_column)]
Labels = Annotated[dict[str, dict[str, int | str]], BeforeValidator(_label_tables)]


class Carried(BaseModel):
    """Answers that stand on another row of the same respondent: `from` is what the column of waves holds there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: Text
    source: Annotated[str, Field(alias="from")]


class ExportMapping(BaseModel):
    """What a mapping file says: one field per key, headers as they stand in the export.

    Beyond the columns: `date_format` (as for Python's strptime, or "excel") where dates are not YYYY-MM-DD, `sheet`
    of a workbook, `missing` and `missing_in` (codes written as blanks), and `labels` per instrument, or per column of
    words. `keep`: the rows to take, by what a column holds; `carry`: columns that stand on another row of the
    respondent; `same`: codes that somebody decided are one; `latest`: of several submissions the last one counts;
    `unfinished`: "keep" takes unfinished answers too; `rekey`: codes are replaced by keyed ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    respondent: Text
    wave: Text | None = None
    wave_suffix: dict[str, Text] = {}
    wave_prefix: dict[str, Text] = {}
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
    keep: dict[str, Annotated[tuple[Code, ...], Field(min_length=1)]] = {}
    carry: dict[str, Carried] = {}
    same: Annotated[dict[str, str], BeforeValidator(_pairs_of_codes)] = {}
    latest: StrictBool = False
    unfinished: Literal["keep"] | None = None
    rekey: StrictBool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._wave_faults(), *self._name_faults(), *self._label_faults()]
        if self.date_format is not None and not _gives_a_date(self.date_format):
            faults.append('date_format: gives no day, month and year; for day/month/year write "%d/%m/%Y"')
        if self.date_format is not None and self.date is None and "date" not in self.carry:
            faults.append("date_format: no column is named as date")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def columns(self) -> dict[str, str | dict[str, str]]:
        """Every column of `survey.csv` that comes from a column of the export, in order."""
        given = {column: getattr(self, column) for column in MEANT}
        carried = {column: carry.column for column, carry in self.carry.items()}
        return {column: source for column, source in given.items() if source is not None} | self.items | carried

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves in the mapping's order; none where a column names them and its labels do not."""
        tables = [wave for source in self.columns.values() if isinstance(source, dict) for wave in source]
        words = [str(word) for word in self.labels.get("wave", {}).values()]
        return tuple(
            dict.fromkeys(
                [*self.wave_suffix.values(), *self.wave_prefix.values(), *self.files.values()] or words or tables
            )
        )

    def headers(self, column: str, wave: str | None) -> tuple[str, ...]:
        """The headers under which a column may stand at a wave, the best first; none where it was not asked then.

        With `wave_suffix` or `wave_prefix` an item's header takes it; what may be asked once (the respondent's code, a
        date, an age band) stands without it, else with it.
        """
        source = self.columns[column]
        if isinstance(source, dict):
            return (source[wave],) if wave in source else ()
        marked = tuple(source + suffix for suffix, named in self.wave_suffix.items() if named == wave)
        marked += tuple(prefix + source for prefix, named in self.wave_prefix.items() if named == wave)
        if not marked or column in self.carry:
            return (source,)
        return marked if column in self.items else (source, *marked)

    def missing_codes(self, column: str) -> tuple[str, ...]:
        """The codes that mean "no answer" in a column: its own, else its instrument's, else everybody's."""
        owners = [name for name in self.missing_in if _belongs(column, name)]
        return self.missing_in.get(column, self.missing_in[owners[0]] if owners else self.missing)

    def labels_of(self, column: str) -> dict[str, str]:
        """Answer → what `survey.csv` holds for it, answers folded; empty where the mapping gives no labels."""
        tables = [labels for name, labels in self.labels.items() if _belongs(column, name)]
        return {folded(plain_number(label)): str(word) for labels in tables for label, word in labels.items()}

    def _wave_faults(self) -> Iterator[str]:
        given = [key for key in ("wave", "wave_suffix", "wave_prefix", "files") if getattr(self, key)]
        keys = {column: f"items.{column}" if column in self.items else column for column in self.columns}
        tables = {keys[column]: source for column, source in self.columns.items() if isinstance(source, dict)}
        if len({*self.wave_suffix.values()}) < len(self.wave_suffix):
            yield "wave_suffix: two suffixes stand for one wave"
        if len({*self.wave_prefix.values()}) < len(self.wave_prefix):
            yield "wave_prefix: two prefixes stand for one wave"
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
        for column in self.carry:
            if column in {"respondent", "wave"}:
                yield f"carry.{column}: cannot be carried; it is what tells the rows apart"
            elif column in self.items or (column in MEANT and getattr(self, column) is not None):
                yield f"carry.{column}: {column} is mapped already; give it once"
            elif column not in MEANT and instrument_of(column) is None:
                yield f"carry.{column}: is no column of survey.csv"
        if self.carry and self.wave is None:
            yield "carry: needs wave, the column that tells the rows of a respondent apart"
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


@functools.cache
def shipped() -> dict[str, Instrument]:
    """The shipped instruments by name, read once."""
    return {name: load_instrument(name) for name in shipped_instruments()}


def instrument_of(column: str) -> Instrument | None:
    """The shipped instrument that has the item, which says what may be answered."""
    return next((instrument for instrument in shipped().values() if column in instrument.columns), None)


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
    if date_format == EXCEL_DAYS:
        return True
    day = datetime.datetime(2001, 2, 3)
    try:
        return datetime.datetime.strptime(day.strftime(date_format), date_format) == day
    except ValueError:
        return False
