"""What a pilot says of itself in `pilot.toml`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, model_validator

from atpilots import vocabularies
from atpilots.instruments import Text, TextOrNone

RATERS = ("resident", "support_worker")
MODES = ("self", "assisted", "phone", "proxy")
KEY = ("respondent", "wave", "rater")
OPTIONAL = ("rater", "arm", "date", "mode", "age_band")
MEANT = ("respondent", "wave", *OPTIONAL)  # columns with a fixed meaning

# Missing codes may be typed as numbers; a survey cell is text.
Code = Annotated[str, BeforeValidator(lambda code: str(code) if type(code) is int else code)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(lambda texts: (texts,) if isinstance(texts, str) else texts)]
WaveNames = Annotated[tuple[Text, ...], Field(min_length=2)]


class MeasureEntry(BaseModel):
    """One `[[measures]]` entry: an instrument, where the survey's column names differ from its item names, and
    the difference between two groups, in points, that would be worth acting on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    instrument: Text
    primary: bool = False
    columns: dict[str, Text] = {}
    worth_acting_on: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


class Protocol(BaseModel):
    """A pilot's plan: what was tried, with whom, when, and which measures were asked in which waves."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: Text
    borough: Text
    technology: Texts
    user_group: Texts
    setting: Text
    provenance: Literal["synthetic", "collected"]
    waves: WaveNames = ("before", "after")
    arms: Annotated[tuple[Text, ...], Field(min_length=1)] = ("pilot",)
    allocation: Literal["random", "waiting_list", "chosen"] | None = None
    started: datetime.date | None = None
    participants_rule: TextOrNone = ""
    selected_for_low_scores: StrictBool = False
    missing: tuple[Code, ...] = ()
    missing_in: dict[str, tuple[Code, ...]] = {}
    ignore: tuple[Text, ...] = ()
    recruited: Annotated[StrictInt, Field(ge=0)] | None = None
    planned_gap_weeks: Annotated[float, Field(gt=0)] | None = None
    events: Texts = ()
    collected_by: TextOrNone = ""
    plan_dated: datetime.date | None = None
    deviations: Texts = ()
    funder: TextOrNone = ""
    contact: TextOrNone = ""
    notes: dict[str, Text] = {}
    measures: Annotated[tuple[MeasureEntry, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [
            *_unknown("technology", self.technology, vocabularies.TECHNOLOGY),
            *_unknown("user_group", self.user_group, vocabularies.USER_GROUP),
            *_unknown("setting", (self.setting,), vocabularies.SETTING),
        ]
        named = {"waves": self.waves, "arms": self.arms, "measures": [m.instrument for m in self.measures]}
        faults += [f"{key}: {name} is named twice" for key, names in named.items() for name in _repeated(names)]
        primary = sum(measure.primary for measure in self.measures)
        if primary != 1:
            faults.append(f"measures: exactly one measure is primary = true; here {primary} are")
        if faults:
            raise ValueError("\n".join(faults))
        return self


def _unknown(key: str, words: tuple[str, ...], vocabulary: dict[str, str]) -> list[str]:
    allowed = ", ".join(vocabulary)
    return [f'{key}: is not a known word: "{word}"; allowed: {allowed}' for word in words if word not in vocabulary]


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
