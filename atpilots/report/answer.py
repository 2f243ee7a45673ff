"""The answer first: one sentence, four questions with their answers, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from atpilots.disclosure import ProtectedMeasure
from atpilots.estimators import BETTER, WORSE, Verdict
from atpilots.instruments import Instrument
from atpilots.page import Lead, Sign, Steps, Tile, Tiles
from atpilots.report.beside import zone_words
from atpilots.report.findings import NO_AGREED_SIZE, Context, nesta_level, next_steps, weeks_between
from atpilots.report.wording import (
    FINE_STEP,
    change_interval,
    counted,
    one_measure,
    people,
    points,
    rose,
    size_of_change,
    smallest_change,
    surveys,
    within,
)

KEPT = 0.75  # of the people; where fewer are in the main result, the summary says so
WEEKS_IN_A_MONTH = 365.25 / 12 / 7
IN_WEEKS = 9  # from so many weeks on, the time between the surveys is told in months

# What happened, as the first sentence says it of feelings; and what else it has to say.
HAPPENED: Mapping[Verdict, tuple[str, str]] = MappingProxyType(
    {
        "better by more": ("felt better", ""),
        "better by as much": ("felt better", ""),
        "probably better": ("probably felt better", "; how much is not clear"),
        "too small to matter": ("felt much the same", ""),
        "unclear": ("may or may not have felt better", ""),
        "probably worse": ("probably felt worse", "; how much is not clear"),
        "worse by as much": ("felt worse", ""),
        "worse by more": ("felt worse", ""),
    }
)
ENOUGH: Mapping[Verdict, tuple[str, str]] = MappingProxyType(
    {
        "better by more": ("▲", "Yes"),
        "better by as much": ("▲", "About enough"),
        "probably better": ("◇", "Not sure"),
        "too small to matter": ("●", "No"),
        "unclear": ("◇", "Cannot tell"),
        "probably worse": ("◇", "Not sure"),
        "worse by as much": ("▼", "About enough, for the worse"),
        "worse by more": ("▼", "Yes, for the worse"),
    }
)


def lead(context: Context) -> Lead:
    """What happened to people, and whether we know why, in at most thirty words."""
    main = context.main
    if main.verdict is None:
        return Lead(words=("This page", Sign(word="cannot tell"), "how people changed on the main measure."))
    words, more = HAPPENED[main.verdict]
    if not main.felt:
        words = words.replace("have felt", "have done").replace("felt", "did")
    made = "was the reason" if main.verdict in BETTER + WORSE else "made a difference"
    return Lead(
        words=(
            "People in this pilot", Sign(word=words), f"{_later(context)}{more}.",
            "We", Sign(word="cannot tell"), f"whether the technology {made}.",
        )
    )  # fmt: skip


def tiles(context: Context, short: str, more: str) -> Tiles:
    """The four questions of every summary. short: the main measure's name; more: what is said of other measures."""
    main, instrument = context.main, context.instrument(context.main)
    changed = "Did wellbeing change?" if main.felt else "Did people do better?"
    symbol, word = one_measure(main)
    return Tiles(
        entries=(
            Tile(heading=changed, symbol=symbol, word=word, text=f"{_change(main, short)} {more}".strip()),
            _enough(main, instrument),
            _technology(context),
            _people(context),
        )
    )


def steps(context: Context) -> Steps:
    """What to do next: what the result says of it, and at most three things to do."""
    first, entries = next_steps(context)
    return Steps(first=first, entries=entries)


def _later(context: Context) -> str:
    weeks = weeks_between(context)
    if weeks is None or weeks < 1:
        return f"at “{context.pilot.endpoint}”" if context.protected.surveys else "afterwards"
    count, unit = (weeks, "week") if weeks < IN_WEEKS else (weeks / WEEKS_IN_A_MONTH, "month")
    whole = round(count)
    return f"about {counted(whole)} {unit}{'' if whole == 1 else 's'} later"


def _change(main: ProtectedMeasure, short: str) -> str:
    if main.withheld:
        return f"No results can be published for the main measure, {short}. {main.withheld}"
    short = within(short)
    scale = f"on a scale from {main.scale}{', where lower is better' if main.better == 'lower' else ''}."
    if main.one_end:
        return f"{short[:1].upper()}{short[1:]} {smallest_change(main)}, {scale}"
    averages = f"from {main.number(main.before)} to {main.number(main.after)}"
    step = f" All are to the nearest {points(main, main.step)}." if main.step > FINE_STEP else ""
    if not main.change:
        return f"On average, {short} hardly changed: {averages}, {scale}{step}"
    return f"On average, {short} {rose(main)} by {points(main, abs(main.change))}, {averages}, {scale}{step}"


def _enough(main: ProtectedMeasure, instrument: Instrument) -> Tile:
    """Is it enough to matter? Only a zone that was published for averages answers it."""
    heading = "Is it enough to matter?"
    if main.verdict is None:
        return Tile(heading=heading, symbol="–", word="Not shown", text="There is no result to judge.")
    fits = f"The answers fit with {_from(main)} on average."
    if main.zone:
        symbol, word = ENOUGH[main.verdict]
        zone = instrument.deciding_change("within")
        matters = f" The smallest that matters is {size_of_change(zone)}." if zone else ""
        return Tile(heading=heading, symbol=symbol, word=word, text=f"{fits}{matters}")
    person = instrument.of_one_person
    one = f" {zone_words(person)}." if person else ""
    return Tile(heading=heading, symbol="◇", word="Cannot tell", text=f"{NO_AGREED_SIZE} {fits}{one}")


def _from(main: ProtectedMeasure) -> str:
    told = change_interval(main)
    return f"a change of {told} points" if main.one_end else f"changes from {told} points"


def _technology(context: Context) -> Tile:
    others = context.protocol.arms[1:]
    why = (
        "This page leaves out the people who went without it." if others else "Nobody went without it, so there is "
        "nothing to compare with."
    )  # fmt: skip
    level = nesta_level(context.main.verdict)
    return Tile(heading="Was it the technology?", symbol="✕", word="Cannot tell", text=why, level=level)


def _people(context: Context) -> Tile:
    """Those who answered both times, of whom, and how many are missing from the main result."""
    heading, protected, main = "How many people?", context.protected, context.main
    twice, started = protected.answered_twice, protected.started
    if twice is None:
        too_few = "Too few people completed both surveys to publish results."
        return Tile(heading=heading, word="Too few", text=too_few)
    both = surveys(protected, "both times")
    if started is None or (protected.recruited is None and started == twice):
        word, told = people(twice).capitalize(), f"answered {both}."
    else:
        who = "recruited" if protected.recruited is not None else "who answered the first survey"
        word, told = f"{twice} of {started}", f"{who} answered {both}."
    if started and twice < KEPT * started:
        told += " More than a quarter are missing; those who left may differ from those who stayed."
    elif started and main.n is not None and main.n < KEPT * started:
        told += f" Some left questions blank: on the main measure, {main.n} have a score both times."
    return Tile(heading=heading, word=word, text=told)
