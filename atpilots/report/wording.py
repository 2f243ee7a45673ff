"""How a protected number is said: one way for sentences, tables, pictures and their text alternatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from atpilots.disclosure import ProtectedMeasure, ProtectedResults, Unlike, rounded, rounded_down, rounded_up
from atpilots.estimators import Verdict, edges
from atpilots.files import listed
from atpilots.instruments import MinimalImportantChange, Yardstick
from atpilots.page import Text

FINE_STEP = 0.1  # an end moved by more than this was not "just" above an edge
NEAR = 1e-9
Said = tuple[str, str]
COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# The only symbols and words of a result: on a page, in its table at a glance, and in the index of pilots.
SIGNS: Mapping[Verdict | None, tuple[str, str]] = {
    "better by more": ("▲", "Better, by more than matters"),
    "better by as much": ("▲", "Better, by about as much as matters"),
    "probably better": ("△", "Probably better"),
    "too small to matter": ("●", "Little or no change"),
    "unclear": ("◇", "Unclear"),
    "probably worse": ("▽", "Probably worse"),
    "worse by as much": ("▼", "Worse, by about as much as matters"),
    "worse by more": ("▼", "Worse, by more than matters"),
    None: ("–", "Not shown"),
}
UNTRUSTED: Mapping[Unlike, str] = {
    "start": "the groups began too unlike",
    "methods": "two ways to compare them do not agree",
}
ONE_GROUP = "–", "Not judged alone"  # one group's change, which has no word of its own beside another group's
Percents = tuple[float | None, float | None, float | None]  # change, interval
Ends = tuple[float | None, float | None]


def counted(number: int) -> str:
    """A small number as a word."""
    return COUNTED[number] if number < len(COUNTED) else str(number)


def people(count: int) -> str:
    """A number of people in words: "nobody", "1 person", "25 people"."""
    if count == 0:
        return "nobody"
    return f"{count} {'person' if count == 1 else 'people'}"


def surveys(protected: ProtectedResults, what: str = "both surveys") -> str:
    """The two surveys that the page compares: both there are, or those two of several by their names."""
    return what if not protected.surveys else f"the surveys {' and '.join(f'“{w}”' for w in protected.surveys)}"


def stayed(protected: ProtectedResults, what: str) -> str:
    """How many answered twice, of whom: "Of 55 people recruited, 40 answered both surveys"."""
    what = surveys(protected, what)
    twice, started = protected.answered_twice or 0, protected.started
    if started is None or (protected.recruited is None and started == twice):
        words = people(twice)
        return f"{words[0].upper()}{words[1:]} answered {what}."
    who = "recruited" if protected.recruited is not None else "who answered the first survey"
    return f"Of {people(started)} {who}, {twice or 'nobody'} answered {what}."


def display_label(measure: ProtectedMeasure, name: str = "") -> str:
    """The measure's name (or a shorter one), and who rated it where that was not the resident."""
    name = name or measure.label
    return name if measure.rater == "resident" else f"{name}, rated by support workers"


def one_measure(measure: ProtectedMeasure) -> tuple[str, str]:
    """The symbol and the words of a measure's result."""
    if measure.verdict is None and not measure.withheld:
        return ONE_GROUP
    return SIGNS[measure.verdict]


def rose(measure: ProtectedMeasure) -> str:
    """Which way the average went, where it did."""
    return "rose" if (measure.change or 0) > 0 else "fell"


def change_interval(measure: ProtectedMeasure) -> str:
    """The interval of the average change in points, as `interval` says it; one mark where it is withheld."""
    if measure.withheld:
        return measure.missing
    return interval(measure.low, measure.high, lambda end: measure.number(end, signed=True), moved_ends(measure))


def interval(low: float | None, high: float | None, say: Callable[[float], str], moved: Said = ("", "")) -> str:
    """ "−0.3 to +1.2"; "at least 1" or "at most −1" where only that end is told (the other one is None or no number).

    moved: what is said in an end's place, from `moved_ends`. Such an end lies on one side of no change, however it was
    rounded: so none is "at least 0".
    """
    first, last = moved
    if high is None or not math.isfinite(high):
        return first or f"{'at least' if low else 'above'} {say(low or 0.0).removeprefix('+')}"
    if low is None or not math.isfinite(low):
        return last or f"{'at most' if high else 'below'} {say(high)}"
    return f"{first or say(low)} to {last or say(high)}"


def moved_ends(measure: ProtectedMeasure) -> Said:
    """What is said in place of an end that rounding moved onto or over an edge which decided the word: "just above 0".

    Empty for the others. It follows from the word and the rounded end, so it tells nothing more.
    """
    return _moved((measure.low, measure.high), told_edges(measure), measure.step)


def moved_percents(measure: ProtectedMeasure) -> Said:
    """The same for the interval in percent of the scale."""
    _, low, high = percent_of_scale(measure)
    least, most = (None if edge is None else edge * _part(measure) for edge in told_edges(measure))
    if measure.better == "lower":
        least, most = _minus(most), _minus(least)
    whole = None if least is None else rounded_down(least, 1), None if most is None else rounded_up(most, 1)
    return _moved((low, high), whole, measure.step)


def short_of_the_line(ends: Ends, change: float | None, moved: Said, short: float) -> Ends:
    """The ends as they are drawn: one that was moved onto a line stops short of it, or at the change."""
    low, high = ends
    if low is not None and moved[0]:
        low = low + short if change is None else min(low + short, change)
    if high is not None and moved[1]:
        high = high - short if change is None else max(high - short, change)
    return low, high


def told_edges(measure: ProtectedMeasure) -> Ends:
    """What the word tells of the interval's ends: one lies above, the other below."""
    return (None, None) if measure.verdict is None else edges(measure.verdict, measure.better, measure.zone)


def _moved(ends: Ends, limits: Ends, step: float) -> Said:
    (low, high), (least, most) = ends, limits
    just = "just " if step <= FINE_STEP else ""
    onto_least = low is not None and least is not None and low < least + NEAR
    onto_most = high is not None and most is not None and high > most - NEAR
    return (
        f"{just}above {_shortest(least)}" if onto_least else "",
        f"{just}below {_shortest(most)}" if onto_most else "",
    )


def _shortest(value: float | None) -> str:
    return f"{value or 0:g}".replace("-", "−")


def smallest_change(measure: ProtectedMeasure) -> str:
    """What a measure of which one end is told tells of its change: "rose by at least 1 point"."""
    fell = measure.low is None
    end, edge = (abs(ends[fell] or 0.0) for ends in ((measure.low, measure.high), told_edges(measure)))
    if moved_ends(measure)[fell]:
        least = f"more than {_shortest(edge)} point{'' if edge == 1 else 's'}"
    else:
        least = f"{'at least' if end else 'more than'} {points(measure, end)}"
    return f"{'fell' if fell else 'rose'} on average by {least}"


def points(measure: ProtectedMeasure, value: float) -> str:
    """A number of score points: "1 point", "0.5 points"."""
    return f"{measure.number(value)} point{'' if measure.number(value) == '1' else 's'}"


def percent_of_scale(measure: ProtectedMeasure) -> Percents:
    """A measure's change and the ends of its interval in percent of its scale's range, better counted positive.

    Whole percents, the interval outward; None for what is not told. Made from the rounded numbers, so it tells nothing
    more than they do.
    """
    part = _part(measure)
    change, low, high = (None if v is None else v * part for v in (measure.change, measure.low, measure.high))
    if measure.better == "lower":
        change, low, high = map(_minus, (change, high, low))
    return (
        None if change is None else rounded(change, 1),
        None if low is None else rounded_down(low, 1),
        None if high is None else rounded_up(high, 1),
    )


def percent_step(measure: ProtectedMeasure) -> float:
    """To what a percentage of the scale is rounded: whole percents, and no finer than the points behind it."""
    return max(1.0, round(measure.step * _part(measure), 1))


def to_the_nearest(steps: Sequence[tuple[str, float]]) -> str:
    """What figures of such names are rounded to, the commonest step first: "to the nearest 0.1 (Worthwhile: 0.2)"."""
    each = [step for _, step in steps]
    common = max(dict.fromkeys(each), key=each.count)
    others = "; ".join(f"{name}: {step:g}" for name, step in steps if step != common)
    return f"to the nearest {common:g}{f' ({others})' if others else ''}"


def _part(measure: ProtectedMeasure) -> float:
    return 100 / (measure.score_range[1] - measure.score_range[0])


def _minus(value: float | None) -> float | None:
    return None if value is None else 0.0 - value


def percent(value: float) -> str:
    """A change in whole percents: "+6%", "0%", "−3%"."""
    return f"{value:+.0f}%".replace("+0%", "0%").replace("-0%", "0%").replace("-", "−")


def orientation(published: Sequence[Yardstick]) -> tuple[str, ...]:
    """What is published of others, with people, place and time, and its source; nothing where nothing is."""
    if not published:
        return ()
    one = published[0]
    values = listed([f"{other.value} for {other.people}" for other in published])
    return (
        f"For orientation, not a target: other people's {one.statistic} was {values} ({one.place}, {one.period}).",
        f"Source of the published figures: {one.source}.",
    )


def size_of_change(change: MinimalImportantChange) -> str:
    """How large a published change is: "1 to 3 points"."""
    if change.low == change.high == 1:
        return "1 point"
    return f"{change.low:g} points" if change.low == change.high else f"{change.low:g} to {change.high:g} points"


def within(label: str) -> str:
    """A label as it is written within a sentence: "GPS locator" keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def paragraphs(*texts: str) -> Text:
    """The paragraphs that there are: an empty one is left out."""
    return Text(paragraphs=tuple(text for text in texts if text))
