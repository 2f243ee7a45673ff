"""The parts of an instrument: small frozen records, and the types of fields that explain themselves when wrong."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from atpilots.files import unknown_words
from atpilots.vocabularies import OUTCOME_DOMAIN, nearest_word

NAME = r"^[a-z][a-z0-9_]{0,39}$"
COMPLETE_OR_RULE = '"complete", {allowed = 1, rule = "person_mean"} or {allowed = 1, rule = "zero"}'


def _printable(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("is blank")
    return _of_one_line(text)


def _of_one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has a line break or another character that cannot be printed")
    return text


Better = Literal["higher", "lower"]  # which scores are good news
Contrast = Literal["within", "between"]  # the same people before and after, or two groups
Text = Annotated[str, AfterValidator(_printable)]
TextOrNone = Annotated[str, AfterValidator(str.strip), AfterValidator(_of_one_line)]


class Part(BaseModel):
    """A frozen record that knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MinimalImportantChange(Part):
    """The smallest change that matters, as published: a zone from `low` to `high` in score points.

    Of one person or of a group's average; within the same people or between two groups; measured in `population`, and
    where `only_there`, no judge of other people.
    """

    low: Annotated[float, Field(gt=0)]
    high: Annotated[float, Field(gt=0)]
    level: Literal["group", "person"]
    contrast: Contrast
    population: str = ""
    only_there: bool = False
    basis: Literal["distribution", "anchor", "convention"]
    source: str


class Norm(Part):
    """Mean and standard deviation of the score in a reference population."""

    mean: float
    sd: Annotated[float, Field(gt=0)]
    source: str


class Window(Part):
    """The part of the scale where averages usually lie, in round numbers: what a picture shows of a long scale.

    About two standard deviations to either side of a published average.
    """

    low: float
    high: float
    source: str


class Retest(Part):
    """Test-retest correlation of the score."""

    r: Annotated[float, Field(gt=0, lt=1)]
    source: str


class AdvisedNumber(Part):
    """How many people the owners advise to have at both waves."""

    n: Annotated[int, Field(gt=0)]
    source: str


class Band(Part):
    """A named part of the score's range, both ends included."""

    label: str
    low: float
    high: float


class MissingRule(Part):
    """Up to `allowed` items may be missing; they count as the person's own mean, or as zero."""

    allowed: Annotated[int, Field(gt=0)]
    rule: Literal["person_mean", "zero"]


class Conversion(Part):
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


def _levels(value: object) -> object:
    kinds = [type(level) for level in value] if isinstance(value, list | tuple) else []
    if kinds != [int, int] and (len(kinds) < 2 or set(kinds) != {str}):
        raise ValueError("is neither two whole numbers, lowest and highest, nor a list of answer labels")
    return tuple(value)  # type: ignore[arg-type]  # checked just above


def _name(text: str) -> str:
    if not re.fullmatch(NAME, text):
        raise ValueError("is not a name of up to 40 small letters, digits and _, a letter first")
    return text


def _outcome_domain(word: str) -> str:
    if word not in OUTCOME_DOMAIN:
        raise unknown_words([(word, nearest_word(word, OUTCOME_DOMAIN))], ", ".join(OUTCOME_DOMAIN))
    return word


def _complete(word: object) -> object:
    if word != "complete":
        raise PydanticCustomError("literal_error", "is not allowed", {"expected": COMPLETE_OR_RULE})
    return word


Name = Annotated[str, AfterValidator(_name)]
OutcomeDomain = Annotated[str, AfterValidator(_outcome_domain)]
MinimalImportantChanges = Annotated[
    tuple[MinimalImportantChange, ...], BeforeValidator(lambda value: (value,) if isinstance(value, dict) else value)
]
Levels = Annotated[tuple[int, int] | tuple[str, ...], BeforeValidator(_levels)]
Missing = Annotated[
    Annotated[Literal["complete"], BeforeValidator(_complete), Tag("(word)")] | Annotated[MissingRule, Tag("(rule)")],
    # pydantic would otherwise report a faulty rule against both branches of the union.
    Discriminator(lambda value: "(rule)" if isinstance(value, dict | MissingRule) else "(word)"),
]
