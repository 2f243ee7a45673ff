"""What a pilot says of itself in `pilot.toml`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    Tag,
    ValidationInfo,
    model_validator,
)

from atpilots.files import faulty_value, read_day, tell_faults, typed_days, unknown_words
from atpilots.instruments import Text, TextOrNone
from atpilots.vocabularies import SETTING, TECHNOLOGY, USER_GROUP, nearest_word

RATERS = ("resident", "support_worker")
MODES = ("self", "assisted", "phone", "proxy")
KEY = ("respondent", "wave", "rater")
TEXTS = ("arm", "date", "mode", "age_band")  # that the answers hold beside level numbers
OPTIONAL = ("rater", *TEXTS)
MEANT = ("respondent", "wave", *OPTIONAL)  # columns with a fixed meaning

# What people write for a word of ours that is spelt quite otherwise, in a cell or as a key.
SAID_IN_CELLS: Mapping[str, tuple[str, ...]] = {
    "before": ("pre", "baseline", "start", "t0", "first", "wave 1", "pre-test", "enrolment"),
    "after": ("post", "follow-up", "followup", "end", "t1", "t2", "second", "wave 2", "post-test", "final"),
    "resident": ("self", "participant", "client", "tenant", "patient", "user", "person", "own answer"),
    "support_worker": ("carer", "staff", "worker", "key worker", "keyworker", "family", "relative", "nurse"),
    "self": ("alone", "self-completed", "own", "paper", "online", "postal", "web", "by themselves"),
    "assisted": ("with help", "helped", "face to face", "interview", "in person", "supported", "home visit"),
    "phone": ("telephone", "call", "by phone", "telephone interview", "tel"),
    "proxy": ("on behalf", "by carer", "by relative", "someone else", "for them"),
}
SAID_IN_PILOT: Mapping[str, tuple[str, ...]] = {
    "title": ("name", "pilot", "project", "pilot name"),
    "borough": ("council", "local authority", "authority", "organisation", "organization", "area", "district"),
    "technology": ("device", "devices", "product", "equipment", "tech"),
    "user_group": ("users", "client group", "audience", "target group", "population", "people", "groups"),
    "setting": ("place", "location", "where"),
    "provenance": ("data", "data source", "origin", "synthetic", "status"),
    "waves": ("timepoints", "time points", "times", "phases", "points"),
    "endpoint": ("end point", "primary endpoint", "main wave", "headline", "final wave"),
    "arms": ("groups", "conditions", "treatment arms"),
    "allocation": ("randomisation", "randomization", "assignment"),
    "started": ("start", "start date", "date", "began", "from"),
    "participants_rule": ("inclusion", "eligibility", "inclusion criteria", "criteria", "who", "participants"),
    "selected_for_low_scores": ("selected low", "low scores"),
    "missing": ("missing codes", "missing values", "na", "blank"),
    "ignore": ("ignored", "skip", "drop", "exclude", "other columns", "extra columns"),
    "recruited": ("n", "sample size", "recruits", "number recruited", "enrolled", "sample"),
    "planned_gap_weeks": ("gap", "gap weeks", "weeks", "interval"),
    "collected_by": ("interviewer", "interviewers", "surveyed by", "by"),
    "plan_dated": ("plan", "plan date", "preregistered", "registered", "protocol date"),
    "funder": ("funding", "funded by", "sponsor"),
    "contact": ("email", "e-mail", "telephone", "phone", "address", "contact details"),
    "notes": ("comments", "text", "remarks", "words"),
    "measures": ("instruments", "outcomes", "questionnaires", "scales", "measure", "instrument", "survey"),
    "worth_acting_on": ("smallest difference", "minimum difference", "target", "mcid", "mid"),
    "synthetic": ("made up", "invented", "fake", "simulated", "example", "test", "demo"),
    "collected": ("real", "actual", "survey", "live", "genuine"),
    "random": ("randomised", "randomized", "rct", "by chance", "lottery"),
    "waiting_list": ("waitlist", "wait list", "delayed", "later", "stepped"),
    "chosen": ("volunteers", "self-selected", "selected", "not random", "by choice", "picked", "none"),
}

# Missing codes may be typed as numbers; a survey cell is text.
Code = Annotated[str, BeforeValidator(lambda code: str(code) if type(code) is int else code)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(lambda texts: (texts,) if isinstance(texts, str) else texts)]
WaveNames = Annotated[tuple[Text, ...], Field(min_length=2)]
People = Annotated[StrictInt, Field(ge=0)]
Recruited = Annotated[
    Annotated[People, Tag("(all)")] | Annotated[dict[str, People], Tag("(by arm)")],
    Discriminator(lambda value: "(by arm)" if isinstance(value, Mapping) else "(all)"),
]


def _day(value: object) -> object:
    """A date of TOML, or a text that is one; no number, which would be taken for seconds since 1970."""
    if type(value) is datetime.date or (isinstance(value, str) and read_day(value)):
        return value
    if isinstance(value, datetime.datetime):
        return value.date()
    text = value if isinstance(value, str) else str(value) if type(value) is int else ""
    sure = typed_days([f"{text[:4]}-{text[4:6]}-{text[6:]}" if text.isdigit() and len(text) == 8 else text])
    raise faulty_value("is not a date as YYYY-MM-DD, without quotation marks", next(iter(sure.values()), None))


Day = Annotated[datetime.date, BeforeValidator(_day)]


def _known(vocabulary: Mapping[str, str]) -> Callable[[str | tuple[str, ...]], str | tuple[str, ...]]:
    def checked(given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        unknown = [word for word in ((given,) if isinstance(given, str) else given) if word not in vocabulary]
        if unknown:
            raise unknown_words(((word, nearest_word(word, vocabulary)) for word in unknown), ", ".join(vocabulary))
        return given

    return checked


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
    SAID: ClassVar = SAID_IN_PILOT

    title: Text
    borough: Text
    technology: Annotated[Texts, AfterValidator(_known(TECHNOLOGY))]
    user_group: Annotated[Texts, AfterValidator(_known(USER_GROUP))]
    setting: Annotated[Text, AfterValidator(_known(SETTING))]
    provenance: Literal["synthetic", "collected"]
    waves: WaveNames = ("before", "after")
    endpoint: Text | None = None
    arms: Annotated[tuple[Text, ...], Field(min_length=1)] = ("pilot",)
    allocation: Literal["random", "waiting_list", "chosen"] | None = None
    started: Day | None = None
    participants_rule: TextOrNone = ""
    selected_for_low_scores: StrictBool = False
    missing: tuple[Code, ...] = ()
    missing_in: dict[str, tuple[Code, ...]] = {}
    ignore: tuple[Text, ...] = ()
    recruited: Recruited | None = None
    planned_gap_weeks: Annotated[float, Field(gt=0)] | None = None
    events: Texts = ()
    collected_by: TextOrNone = ""
    plan_dated: Day | None = None
    deviations: Texts = ()
    funder: TextOrNone = ""
    contact: TextOrNone = ""
    notes: dict[str, Text] = {}
    measures: Annotated[tuple[MeasureEntry, ...], Field(min_length=1)]

    def recruited_into(self, arm: str) -> int | None:
        """How many agreed to take part in an arm; None where nobody said: a number of all arms tells of none."""
        if isinstance(self.recruited, dict):
            return self.recruited.get(arm)
        return self.recruited if len(self.arms) == 1 else None

    def __repr__(self) -> str:
        measures = ", ".join(entry.instrument for entry in self.measures)
        return f"Protocol: {self.title}, {self.borough}, waves {', '.join(self.waves)}, measures {measures}"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from atpilots.pilots.display import protocol_card  # templates, which nobody needs who only counts

        keys = self.model_dump(mode="json", exclude_defaults=True, exclude={"measures"})
        measures = [f"{entry.instrument}{' (main)' if entry.primary else ''}" for entry in self.measures]
        return protocol_card({**keys, "measures": measures})

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        named = {"waves": self.waves, "arms": self.arms, "measures.instrument": [m.instrument for m in self.measures]}
        faults = [f"{key}: {name} is named twice" for key, names in named.items() for name in _repeated(names)]
        primary = sum(measure.primary for measure in self.measures)
        if primary != 1:
            faults.append(f"measures.primary: exactly one measure is primary = true; here {primary} are")
        later = " or ".join(f"“{wave}”" for wave in self.waves[1:])
        if self.endpoint is not None and self.endpoint not in self.waves[1:]:
            faults.append(f"endpoint: is no wave after the first; give {later}")
        elif self.endpoint is None and len(self.waves) > 2 and not _repeated(self.waves):
            what = "the wave that the main result compares with the first, chosen in advance"
            faults.append(f"endpoint: is needed with more than two waves: {what}; give {later}")
        if isinstance(self.recruited, dict) and self.recruited.keys() != {*self.arms}:
            each = ", ".join(f'"{arm}" = 30' for arm in self.arms)
            faults.append(f"recruited: needs one number for each arm; write recruited = {{{each}}}")
        tell_faults(faults, info.context)
        return self


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
