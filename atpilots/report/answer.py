"""The answer first: one sentence, four questions with their answers, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from atpilots.disclosure import ProtectedMeasure
from atpilots.estimators import BETTER, WORSE, Verdict
from atpilots.files import listed
from atpilots.instruments import Instrument
from atpilots.page import Lead, Sign, Tile, Tiles
from atpilots.report.beside import zone_words
from atpilots.report.findings import (
    ALLOCATED,
    NO_AGREED_SIZE,
    NOT_GIVEN,
    UNLIKE,
    Context,
    arms_left_out,
    benefits_beside,
    disagreeing,
    happened,
    harms_beside,
    nesta_level,
    weeks_between,
)
from atpilots.report.wording import (
    FINE_STEP,
    change_interval,
    counted,
    display_label,
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
LONGEST_NAME = 10  # words of a measure's name in the summary, where it has a shorter one
IN_WEEKS = 9  # from so many weeks on, the time between the surveys is told in months

ENOUGH: Mapping[Verdict, tuple[str, str]] = {
    "better by more": ("▲", "Yes"),
    "better by as much": ("▲", "About enough"),
    "probably better": ("◇", "Not sure"),
    "too small to matter": ("●", "No"),
    "unclear": ("◇", "Cannot tell"),
    "probably worse": ("◇", "Not sure"),
    "worse by as much": ("▼", "About enough, for the worse"),
    "worse by more": ("▼", "Yes, for the worse"),
}


def lead(context: Context) -> Lead:
    """What happened to people, and whether we know why, in at most thirty words."""
    main = context.main
    if context.compared:
        return _lead_of_two(context)
    if main.verdict is None:
        return Lead(words=("This page", Sign(word="cannot tell"), "how people changed on the main measure."))
    words, _, more = happened(main)
    made = "was the reason" if main.verdict in BETTER + WORSE else "made a difference"
    return Lead(
        words=(
            "People in this pilot", Sign(word=words), f"{_later(context)}{more}.",
            "We", Sign(word="cannot tell"), f"whether the technology {made}.",
        )
    )  # fmt: skip


def _lead_of_two(context: Context) -> Lead:
    """The same of two arms, in the words of the difference between them."""
    main, (first, second) = context.headline, context.groups
    words, than, more = happened(main)
    when = _later(context)
    start = (f"{when[0].upper()}{when[1:]}, {first}", Sign(word=f"{words} {than} {second}", text=f"{more}."))
    if context.compared and context.compared.unlike == "start":
        return Lead(words=(*start, "The groups were", Sign(word="too unlike"), "to say more."))
    if context.compared and context.compared.unlike:
        return Lead(words=(*start, "Two ways to compare them", Sign(word="do not agree", text=".")))
    if main.verdict not in BETTER + WORSE:
        return Lead(words=start)
    what = _what(context)
    if context.allocation == "random":
        told = "As people were put into the groups at random,", f"{what} is", Sign(word="probably the reason", text=".")
        return Lead(words=(*start, *told))
    return Lead(words=(*start, "We", Sign(word="cannot be sure"), f"that {what} was the reason."))


def _what(context: Context) -> str:
    """What the piloted arm had: of three arms, by its name."""
    return f"“{context.protocol.arms[0]}”" if context.protocol.arms[2:] else "the technology"


def tiles(context: Context) -> Tiles:
    """The four questions of every summary."""
    main, instrument = context.headline, context.instrument(context.main)
    changed = "Did wellbeing change?" if main.felt else "Did people do better?"
    symbol, word = one_measure(main)
    found = _found(context, short_name(context, context.main))
    other_view = "Support workers saw the reverse." if disagreeing(context.protected, context.main) else ""
    text = " ".join(filter(None, (found, other_view, _beside(context))))
    return Tiles(
        entries=(
            Tile(heading=changed, symbol=symbol, word=word, text=text),
            _enough(main, instrument),
            _technology(context),
            _people(context),
        )
    )


def _found(context: Context, short: str) -> str:
    compared, m = context.compared, context.main
    if compared is None:
        return _change(m, short)
    other, difference = compared.own, compared.adjusted
    scale = f"on a scale from {m.scale}{', where lower is better' if m.better == 'lower' else ''}"
    apart = "ended much alike"
    if difference.change:
        size = f"{points(difference, abs(difference.change))} {'higher' if difference.change > 0 else 'lower'}"
        apart = f"ended {size}"
    each = (f"{a.number(a.before)} to {a.number(a.after)}" for a in (m, other))
    told = f"From an equal start, {within(short)} {apart}, {scale}: {', against '.join(each)}"
    return f"{told} in {context.other}."


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
    compared, ends = main.before is None and not main.one_end, f"{change_interval(main)} points"
    if compared:
        fits = f"The answers fit with differences from {ends}."
    else:
        fits = f"The answers fit with {'a change of' if main.one_end else 'changes from'} {ends} on average."
    if main.zone:
        symbol, word = ENOUGH[main.verdict]
        zone = instrument.deciding_change("between" if compared else "within")
        matters = f" The smallest that matters is {size_of_change(zone)}." if zone else ""
        return Tile(heading=heading, symbol=symbol, word=word, text=f"{fits}{matters}")
    person = None if compared else instrument.of_one_person  # a person's change says nothing of groups
    one = f" {zone_words(person)}." if person else ""
    return Tile(heading=heading, symbol="◇", word="Cannot tell", text=f"{NO_AGREED_SIZE} {fits}{one}")


def _technology(context: Context) -> Tile:
    heading, word, compared = "Was it the technology?", context.headline.verdict, context.compared
    level = nesta_level(word, context.sound)
    if compared is None:
        why = "Nobody went without it, so there is nothing to compare with."
        if context.protocol.arms[1:]:
            why = arms_left_out(context)
        return Tile(heading=heading, symbol="✕", word="Cannot tell", text=why, level=level)
    how = ALLOCATED[context.protocol.allocation] if context.protocol.allocation else NOT_GIVEN
    if compared.unlike:
        return Tile(
            heading=heading, symbol="✕", word="Cannot tell", text=f"{how} {UNLIKE[compared.unlike]}", level=level
        )
    if word not in BETTER + WORSE:
        told = "The two groups did not clearly differ." if word == "unclear" else "The two groups hardly differed."
        if context.protocol.arms[2:]:
            told = told.replace("The two groups", "{} and {}".format(*(f"“{a}”" for a in context.protocol.arms[:2])))
        return Tile(heading=heading, symbol="◇", word="No difference shown", text=f"{how} {told}", level=level)
    if context.allocation == "random":
        why = f"{how} So only chance and {_what(context)} set them apart."
        return Tile(heading=heading, symbol="●", word="Probably", text=why, level=level)
    return Tile(heading=heading, symbol="◇", word="Perhaps", text=f"{how} They may differ in other ways.", level=level)


def _people(context: Context) -> Tile:
    """Those who answered both times, of whom, and how many are missing from the main result."""
    heading, protected, main = "How many people?", context.protected, context.main
    twice, started = protected.answered_twice, protected.started
    if context.compared:
        return _people_of_two(context)
    if twice is None:
        too_few = f"Too few people completed {surveys(protected)} to publish results."
        return Tile(heading=heading, word="Too few", text=too_few)
    both = surveys(protected, "both times")
    if started is None or (protected.recruited is None and started == twice):
        word, told = people(twice).capitalize(), f"answered {surveys(protected, 'both times')}."
    else:
        word, told = f"{twice} of {started}", f"who answered the first survey answered {both}."
        if protected.recruited is not None:
            told = f"recruited answered {both}."
        elif protected.surveys:
            told = "who answered at “{}” also did at “{}”.".format(*protected.surveys)
    if started and twice < KEPT * started:
        told += " More than a quarter are missing."
    elif started and main.n is not None and main.n < KEPT * started:
        told += f" Some left questions blank: on the main measure, {main.n} have a score both times."
    return Tile(heading=heading, word=word, text=told)


def _people_of_two(context: Context) -> Tile:
    """The same of the two arms that are compared."""
    main, other = context.protected.arms[:2]
    (first, second), counts = context.groups, ((main.started, main.both), (other.started, other.both))
    each = [f"{started} {who.removeprefix('people ').removeprefix('those ')}"
            for (started, _), who in zip(counts, (first, second), strict=True)]  # fmt: skip
    if main.recruited is not None:
        each[0] = each[0].replace(" ", " recruited ", 1)
    told = f"of {each[0]} and {each[1]} answered both times."
    if any((both or 0) < KEPT * (started or 0) for started, both in counts):
        told += " More than a quarter of a group are missing."
    people_told = context.headline.n or 0
    if people_told < min(KEPT * sum(n or 0 for n, _ in counts), sum(both or 0 for _, both in counts)):
        told += f" On the main measure {people_told} have a score both times."
    return Tile(heading="How many people?", word=f"{main.both} and {other.both}", text=told)


def _beside(context: Context) -> str:
    """The secondary measures that the summary names: each harm, and the benefits that Holm's adjustment leaves."""
    found: dict[str, list[str]] = {}
    compared, results = context.protected.compared, context.protected.results
    fitted = 3 if context.protected.compared else 1  # intercept, arm and score before; or a mean
    for m in harms_beside(results) + benefits_beside(results, fitted):
        sure, direction = not str(m.verdict).startswith("probably"), "better" if m.verdict in BETTER else "worse"
        found.setdefault(f"{'' if sure else 'probably '}{'' if compared else 'got '}{direction}", []).append(
            display_label(m, short_name(context, m))
        )
    told = [f"{words} on {listed(labels)}" for words, labels in found.items()]
    return f"Exploratory: {'' if compared else 'people '}{', and '.join(told)}." if told else ""


def claim(context: Context) -> str:
    """What the section on changes found: the main measure's result, and in a word most others'."""

    def word(measure: ProtectedMeasure) -> str:
        return one_measure(measure)[1].partition(",")[0].lower()

    found = context.protected.results
    main, others = word(context.headline), [word(m) for m in found if not m.primary]
    common = max(dict.fromkeys(others), key=others.count, default="")
    count, several = others.count(common), len(others)
    who = "the other one" if several == 1 else "the rest" if count == several else "most others"
    rest = f", {who} {'too' if common == main else common}" if 2 * count > several else ", the others vary"
    apart = context.protected.compared and main.split()[-1] in {"better", "worse"}
    than = f" than in {context.other}" if apart else ""
    return f"{within(short_name(context, context.main))} {main}{than}{rest if others else ''}"


def short_name(context: Context, measure: ProtectedMeasure) -> str:
    """A measure's name as the summary has room for it."""
    words = measure.label.split()
    if len(words) <= LONGEST_NAME:
        return measure.label
    return context.instrument(measure).short_label or " ".join(words[:LONGEST_NAME]) + " …"
