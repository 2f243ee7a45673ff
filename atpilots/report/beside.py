"""What is published of a measure and drawn beside its results, and how that is said. None of it is the pilot's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from atpilots.disclosure import ProtectedMeasure
from atpilots.files import listed
from atpilots.instruments import Instrument, MinimalImportantChange, Yardstick, yardsticks
from atpilots.page import MeasureNumbers
from atpilots.pilots import Pilot
from atpilots.report.wording import size_of_change

Range = tuple[float, float]
EVERYBODY = {"adults", "men", "women"}


@dataclasses.dataclass(frozen=True)
class Beside:
    """Of an instrument: the usual part of its scale, the smallest change that matters, and published averages."""

    window: Range | None = None
    zone: MinimalImportantChange | None = None
    yardsticks: tuple[Yardstick, ...] = ()


def yardsticks_of(pilot: Pilot, name: str) -> tuple[Yardstick, ...]:
    """What is published of others on a measure, by the pilot's year and age."""
    protocol = pilot.protocol
    return yardsticks(name, protocol.started, older="older_people" in protocol.user_group)


def beside(instrument: Instrument, published: Sequence[Yardstick] = ()) -> Beside:
    """What to draw beside one group's change; published: the yardsticks of the pilot's year and people."""
    window = (instrument.window.low, instrument.window.high) if instrument.window else None
    zone = instrument.deciding_change("within") or instrument.of_one_person
    return Beside(window, zone, tuple(one for one in published if one.statistic == "average"))


def zone_bands(measure: ProtectedMeasure | MeasureNumbers, zone: MinimalImportantChange | None = None) -> list[Range]:
    """Changes that matter, in points: for the better, and for the worse too where the printed interval reaches below no
    change, because a harm is shown no more weakly than a benefit of its size.

    zone: None for the one that decided the word, if any.
    """
    least, most = (zone.low, zone.high) if zone else measure.zone or (0.0, 0.0)
    if not most:
        return []
    better = 1 if measure.better == "higher" else -1
    worse_end = measure.low if better > 0 else measure.high
    harm = worse_end is None or worse_end * better < 0
    ends = [(sign * least, sign * most) for sign in (better, -better)[: 1 + harm]]
    return [(min(pair), max(pair)) for pair in ends]


def zone_words(zone: MinimalImportantChange) -> str:
    """What a grey zone is: of averages, or of one person, where it judges no average."""
    size = size_of_change(zone)
    if zone.level == "group":
        return f"Smallest change that matters: {size}"
    verb = "is" if size == "1 point" else "are"
    meaning = "more than answers vary by chance" if zone.basis == "distribution" else "enough to notice"
    return f"For one person, {size} {verb} {meaning}"


def yardstick_words(published: Sequence[Yardstick]) -> tuple[str, str]:
    """Whose average is published, and its values: "England average", "23.2 to 23.7"."""
    people = {one.people for one in published}
    whose = "" if people <= EVERYBODY else f", {listed(sorted(people))}"
    values = sorted({one.value for one in published}, key=float)
    return f"{published[0].place} average{whose}", " to ".join(values[:: max(len(values) - 1, 1)])


def yardstick_sentence(published: Sequence[Yardstick]) -> str:
    """The published averages for a text alternative; nothing where there are none."""
    if not published:
        return ""
    values = listed([f"{one.value} for {one.people}" for one in published])
    return f"Published averages, {published[0].place}: {values}."
