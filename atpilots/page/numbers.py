"""The numbers that a page shows, as plain data: for the release manifest, the workbook and the index."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from atpilots.page.pieces import PlainData


class WaveNumbers(PlainData):
    """A measure's average change since the first wave at a later one: points as rounded for the page, None where
    withheld, and how many of the main result's people have a score then.
    """

    wave: str
    change: float | None = None
    low: float | None = None
    high: float | None = None
    people: int | None = None


class ArmNumbers(PlainData):
    """A measure in another arm, and how much higher the piloted arm ended at equal baselines: as `MeasureNumbers`.

    both: the people of the two arms. unadjusted: the difference between the two average changes, with its interval.
    """

    arm: str
    people: str
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    both: str
    step: float | None = None
    decimals: int = 1
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    unadjusted: tuple[float | None, float | None, float | None] = (None, None, None)
    unadjusted_moved: tuple[str, str] = ("", "")
    percent: tuple[float | None, float | None, float | None] | None = None
    moved: tuple[str, str] = ("", "")
    percent_moved: tuple[str, str] = ("", "")
    verdict: str | None = None


class MeasureNumbers(PlainData):
    """The numbers that a page shows of one measure: for the release manifest, the spreadsheet and the index.

    Points as rounded for the page, percent of the scale's range with better counted positive; None where withheld: all,
    or all but one end of the interval.
    """

    measure: str
    instrument: str  # a fingerprint of its definition: only equal ones may stand side by side
    label: str
    rater: str
    primary: bool
    better: Literal["higher", "lower"]
    scale: tuple[float, float]
    people: str
    decimals: int = 1  # as many as the page shows
    step: float | None = None  # what its points are rounded to
    percent_step: float | None = None
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    percent: tuple[float | None, float | None, float | None] | None = None  # change, interval
    # What the page says in place of an end that rounding moved onto an edge ("just above 0"): in points, in percent.
    moved: tuple[str, str] = ("", "")
    percent_moved: tuple[str, str] = ("", "")
    verdict: str | None = None  # the word of its interval; None where withheld, and in the manifest of an older page
    zone: tuple[float, float] | None = None  # the changes that matter, where they decided the word
    bands: tuple[tuple[str, str, str], ...] = ()  # people: the band in words, before, after
    course: tuple[WaveNumbers, ...] = ()  # of a pilot with more than two waves, the main measure's
    arms: tuple[ArmNumbers, ...] = ()  # the other arms; then the word and the zone are those of the first difference

    @model_serializer(mode="wrap")
    def _without_what_few_have(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The manifests of most pilots, which have no course and no arms, stay as they are."""
        return {key: value for key, value in dump(self).items() if key not in {"course", "arms"} or value}
