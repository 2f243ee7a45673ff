"""What a pilot's report says, and in which order of thought: one method per section, each a safe output."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Concatenate, ParamSpec

import pandas as pd

from atpilots.disclosure import FEWEST_PAIRS, Audience, ProtectedMeasure, ProtectedResults, protect
from atpilots.estimators import BETTER, estimate
from atpilots.files import CHECKOUT, UsageError, listed
from atpilots.instruments import Instrument, Yardstick, yardsticks
from atpilots.page import (
    MIME,
    Claim,
    Details,
    Facts,
    Heading,
    Inner,
    Link,
    Listing,
    Piece,
    SafeOutput,
    Sentence,
    Sign,
    Text,
    Title,
    Verdict,
    Words,
    safe_output,
)
from atpilots.pilots import Pilot, shown_quotes
from atpilots.report.answer import lead, steps, tiles
from atpilots.report.beside import Beside, beside, zone_words
from atpilots.report.domain_figure import domain_figure, domains
from atpilots.report.findings import (
    LIMITS,
    NO_AGREED_SIZE,
    OWN_PLACE,
    Context,
    benefits_beside,
    change_sentences,
    findings,
    harms_beside,
    months_told,
)
from atpilots.report.glance import glance
from atpilots.report.hero import hero_figure
from atpilots.report.similar_cases import cases_like
from atpilots.report.tables import domain_table, estimates_table, measure_numbers, measure_table, points_table
from atpilots.report.wording import (
    SIGNS,
    counted,
    display_label,
    one_measure,
    orientation,
    people,
    size_of_change,
    smallest_change,
    stayed,
    within,
)

P = ParamSpec("P")

QUOTE_RULES = ("R-QUO-01", "R-QUO-02", "R-QUO-03", "R-QUO-04", "R-QUO-05")
SYNTHETIC_BANNER = "Synthetic data. The figures on this page are made up and are not the pilot's results."
INTERNAL_BANNER = "Internal. Exact figures of few people: never share this page."
BOROUGH_BANNER = "For named officers of the borough under the data-sharing agreement. Do not publish."
NOTES_WITH_A_PLACE = {"usage", "costs"}
CONTACT = re.compile(r"(.*?)(?:([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(\+?\d[\d ()-]{8,}\d)|$)", re.DOTALL)
LEAST_TOLD = 10  # people, by which rounded numbers differ before a sentence sets them beside each other
MOST_WITH_WIDE = 20  # measures told; the wide pictures of more would make the page larger than a megabyte
SECTIONS = (
    "next_steps", "overview", "change_table", "measures", "participants", "quotes", "caveats", "similar_cases",
    "method",
)  # fmt: skip
WEIGHTIEST = 6  # limits that everybody sees
LONGEST_NAME = 10  # words of a measure's name in the summary, where it has a shorter one
PACKAGES = ("atpilots", "pandas", "numpy", "scipy", "statsmodels", "seaborn", "matplotlib", "nbconvert")
METHOD = (
    "Each person's answers before and after were paired by a code. The main figure is the average change. It was "
    "chosen in advance, for every pilot. Its 95% interval comes from a paired t calculation.",
)
MORE_ON_METHOD = (
    "If the pilot were repeated many times, about 95 of 100 such intervals would hold the true average change. An "
    "exact test of it is not printed, because with few people it gives answers away.",
    "How much people's changes differ (the standard deviation) comes from the printed interval. So does the change "
    "in these terms. Both are rough, and they are left out where the rounding is too coarse for them.",
)


def _made_once(make: Callable[Concatenate[Report, P], SafeOutput]) -> Callable[Concatenate[Report, P], SafeOutput]:
    """Make a section once for a report: its notebook shows it, the exporter asks for it again, the gate reads it."""

    @functools.wraps(make)
    def kept(self: Report, /, *args: P.args, **kwargs: P.kwargs) -> SafeOutput:
        call = (make.__name__, args, tuple(sorted(kwargs.items())))
        if call not in self._made:
            self._made[call] = make(self, *args, **kwargs)
        return self._made[call]

    return kept


@dataclasses.dataclass(frozen=True, eq=False)
class Report:
    """A pilot's report for one audience. Every method returns a SafeOutput: safe to show, safe to share."""

    pilot: Pilot
    audience: Audience

    @cached_property
    def results(self) -> pd.DataFrame:
        """The tidy results table at full precision: for the analyst, never for a page."""
        return estimate(self.pilot)

    @cached_property
    def protected(self) -> ProtectedResults:
        """The numbers and words that this audience may see."""
        return protect(self.pilot, self.results, self.audience)

    @cached_property
    def quoted(self) -> tuple[str, ...]:
        """The quotes that may be shown, in an order that tells nothing."""
        return shown_quotes(self.pilot)

    @cached_property
    def parts(self) -> tuple[SafeOutput, ...]:
        """Every safe output that may stand on this report's page: a cell of a notebook shows these and nothing else."""
        each = (self.measure(measure.name, measure.rater) for measure in self.protected.measures)
        return (
            self.title(), self.summary(), self.next_steps(), self.overview(), self.change_table(), self.measures(),
            *each, self.participants(), self.quotes(), self.caveats(), self.similar_cases(), self.method(),
            self.provenance(),
        )  # fmt: skip

    @cached_property
    def _made(self) -> dict[tuple[object, ...], SafeOutput]:
        return {}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """In a notebook: the title, the answer, and what else there is to ask for."""
        more = Text(paragraphs=(f"More: {', '.join(f'report.{name}()' for name in SECTIONS)}.",))
        shown = self.title() + self.summary() + safe_output(more)
        bundle = shown._repr_mimebundle_(include, exclude)
        return {kind: content for kind, content in bundle.items() if kind != MIME}

    @property
    def synthetic(self) -> bool:
        """Whether the pilot's data are made up."""
        return self.pilot.protocol.provenance == "synthetic"

    @_made_once
    def title(self) -> SafeOutput:
        """The page's title, and the banners that must stand on top of it."""
        audience = {Audience.BOROUGH: (BOROUGH_BANNER,), Audience.INTERNAL: (INTERNAL_BANNER,)}
        banners = ((SYNTHETIC_BANNER,) if self.synthetic else ()) + audience.get(self.audience, ())
        subtitle = f"Pilot results, {self.pilot.protocol.borough}"
        when = months_told(self._context)
        return safe_output(
            Title(
                text=self.pilot.protocol.title,
                subtitle=f"{subtitle}, {when}" if when else subtitle,
                pilot=self.pilot.name,
                audience=self.audience.value,
                banners=banners,
                numbers=f"{self.pilot.name}-{self.audience.value}.xlsx",
                contact=_contact(self.pilot.protocol.contact),
            )
        )

    @_made_once
    def summary(self) -> SafeOutput:
        """The answer: what happened and whether we know why, then four questions with their answers."""
        return self._output(lead(self._context), tiles(self._context, self._short(self._main), self._beside()))

    @_made_once
    def next_steps(self) -> SafeOutput:
        """What the result says of what to do next, and at most three things to do."""
        return self._output(steps(self._context))

    @_made_once
    def overview(self) -> SafeOutput:
        """What changed: the main measure's picture, and all measures at a glance."""
        protected = self.protected
        if not protected.told:
            return self._output(
                Text(paragraphs=("No results can be published. The reason stands under each measure.",))
            )
        main = self._main
        hero = () if main.withheld else (hero_figure(main, self.synthetic, self.beside(main.name)),)
        orientation_ = _text("" if main.withheld else self.yardstick(main.name))
        return self._output(
            Claim(text=self._claim()), *hero, orientation_, Heading(text="All measures at a glance"),
            glance(protected.measures, self.audience), numbers=protected.measures,
        )  # fmt: skip

    @_made_once
    def change_table(self) -> SafeOutput:
        """Every measure's averages, change and interval, in its own points."""
        measures = self.protected.measures
        return self._output(points_table(measures, self.audience), numbers=measures)

    @_made_once
    def measures(self) -> SafeOutput:
        """The main measure, then the others by what they are about: results in words; the rest when asked for."""
        main, instruments = self._main, {name: measure.instrument for name, measure in self.pilot.measures.items()}
        others = domains([m for m in self.protected.measures if m is not main], instruments)
        sections = [self.measure(main.name, main.rater), *(self._domain(name, group) for name, group in others)]
        hidden = [m for m in self.protected.measures if m.withheld and m is not main]
        if hidden:
            told = Text(paragraphs=tuple(f"{display_label(m)}: {m.withheld}" for m in hidden))
            sections.append(self._output(Heading(text="Not shown"), told, numbers=tuple(hidden)))
        return sum(sections[1:], start=sections[0])

    @_made_once
    def measure(self, name: str, rater: str = "resident") -> SafeOutput:
        """One measure: its result in words; its picture and its numbers when asked for."""
        found = [m for m in self.protected.measures if (m.name, m.rater) == (name, rater)]
        if not found:
            known = ", ".join(f"{m.name} ({m.rater})" for m in self.protected.measures)
            raise UsageError(f"no results for {name} ({rater}); there are: {known}")
        (measure,) = found
        if measure.withheld:
            sign = Verdict(symbol=SIGNS[None][0], word=SIGNS[None][1], text=measure.withheld)
            return self._output(Heading(text=display_label(measure)), sign, numbers=(measure,))
        return self._domain(display_label(measure), found)

    def _domain(self, name: str, measures: Sequence[ProtectedMeasure]) -> SafeOutput:
        """Told measures that share a picture."""
        first, alone = measures[0], len(measures) == 1
        pieces: list[Inner] = []
        if first is not self._main:  # whose picture stands above
            besides = {m.name: self.beside(m.name) for m in measures}
            wide = len(self.protected.told) <= MOST_WITH_WIDE
            pieces.append(domain_figure(measures, self.synthetic, besides, wide))
        pieces.append(measure_table(first) if alone else domain_table(name, measures))
        pieces.append(
            _text(
                *(self._more(m, "" if alone else f"{display_label(m)}. ") for m in measures), *self._published(measures)
            )
        )
        if self.audience is Audience.INTERNAL:
            pieces += [estimates_table(m, self._context.estimates(m)) for m in measures]
        what = "Numbers" if first is self._main else "Picture and numbers"
        details = Details(summary=f"{what}: {name}", pieces=tuple(pieces))
        return self._output(Heading(text=name), *_verdicts(measures), details, numbers=tuple(measures))

    def _more(self, measure: ProtectedMeasure, label: str) -> str:
        """One measure in sentences: its result, and how many got better."""
        better = f"{str(measure.improved).capitalize()}." if measure.improved else ""
        return label + " ".join(filter(None, (*change_sentences(measure), better, self._bands(measure))))

    def _published(self, measures: Sequence[ProtectedMeasure]) -> tuple[str, ...]:
        """What sizes of change matter, and how others are: what is the same for several measures is said once."""
        told: dict[str, list[str]] = {}
        for m in measures:
            others = "" if m is self._main else self.yardstick(m.name)
            for text in filter(None, (_important_changes(self.pilot.measures[m.name].instrument), others)):
                told.setdefault(text, []).append(display_label(m))
        return tuple(
            text if len(labels) == len(measures) else f"{'; '.join(labels)}: {text}" for text, labels in told.items()
        )

    def _claim(self) -> str:
        """What the section on changes found: the main measure's result, and in a word most others'."""

        def word(measure: ProtectedMeasure) -> str:
            return one_measure(measure)[1].partition(",")[0].lower()

        main, others = word(self._main), [word(m) for m in self.protected.measures if m is not self._main]
        common = max(dict.fromkeys(others), key=others.count, default="")
        count, several = others.count(common), len(others)
        who = "the other one" if several == 1 else "the rest" if count == several else "most others"
        rest = f", {who} {'too' if common == main else common}" if 2 * count > several else ", the others vary"
        return f"{within(self._short(self._main))} {main}{rest if others else ''}"

    def _bands(self, measure: ProtectedMeasure) -> str:
        """How many people scored in the better half of the published bands, where enough more or fewer do now."""
        bands = measure.bands
        if bands is None:
            return ""
        place = measure.better == "higher"
        if abs(bands.after[place] - bands.before[place]) < LEAST_TOLD:
            return ""
        better, before, after = bands.rows[place]
        told = f"{before} people scored {better} before, and {after} after. These are the better scores."
        return told[0].upper() + told[1:]

    def yardstick(self, name: str) -> str:
        """What is published of others on a measure, by the pilot's year and age: for orientation, and no target."""
        return orientation(self._yardsticks(name))

    def beside(self, name: str) -> Beside:
        """What is published of a measure and drawn beside its results."""
        return beside(self.pilot.measures[name].instrument, self._yardsticks(name))

    def _yardsticks(self, name: str) -> tuple[Yardstick, ...]:
        protocol = self.pilot.protocol
        return yardsticks(name, protocol.started, older="older_people" in protocol.user_group)

    @_made_once
    def participants(self) -> SafeOutput:
        """How many took part and how many answered when, and whom they stand for."""
        who, left = (self._findings.get(id_, "") for id_ in OWN_PLACE["participants"])
        tried = self.pilot.protocol.notes.get("tried", "")
        funder = self.pilot.protocol.funder.rstrip(".")
        first, second = map(people, self.protected.answered or (0, 0))
        each = f"The first survey was answered by {first}, the second by {second}." if self.protected.answered else ""
        paid = f"Who paid: {funder}." if funder else ""
        return self._output(_text(tried, f"{left or self._who_answered()} {each}".strip(), f"{who} {paid}".strip()))

    @_made_once
    def caveats(self) -> SafeOutput:
        """How far to trust the figures: the weightiest limits, each by its name; the others when asked for."""
        above = self.next_steps().text()
        limits: list[Sentence] = [
            (Sign(word=f"{name}."), self._findings[id_])
            for id_, name in LIMITS.items()
            if id_ in self._findings and self._findings[id_] not in above
        ]
        placed = NOTES_WITH_A_PLACE | {"tried"}
        limits += [(note,) for name, note in self.pilot.protocol.notes.items() if name not in placed]
        first, more = Listing(entries=tuple(limits[:WEIGHTIEST])), Listing(entries=tuple(limits[WEIGHTIEST:]))
        details = [Details(summary="More on the figures", pieces=(more,))] if more.entries else []
        return self._output(first, *details)

    @_made_once
    def quotes(self) -> SafeOutput:
        """What people said, where they agreed that it may be published; nothing otherwise."""
        entries = tuple((f"“{text}”",) for text in self.quoted)
        if not entries:
            return SafeOutput(pieces=(), nothing="No quotes may be shown.")
        return safe_output(Listing(entries=entries), rules=QUOTE_RULES)

    @_made_once
    def similar_cases(self) -> SafeOutput:
        """Published cases most like this pilot, whatever they found, their figures, and what nobody has tried."""
        return cases_like(self.pilot, self.protected.told)

    @_made_once
    def method(self) -> SafeOutput:
        """How the numbers were made; when asked for, the rounding, the questionnaires and the software."""
        banded = {measure.name for measure in self.protected.told if measure.bands}
        of_a_kind: dict[str, list[str]] = {}
        for name, measure in self.pilot.measures.items():
            words = _questionnaire(measure.instrument, name in banded)
            of_a_kind.setdefault(words, []).append(measure.instrument.label)
        entries = tuple(("; ".join(labels), words) for words, labels in of_a_kind.items())
        made = (_text(*MORE_ON_METHOD, self._rounding()), Facts(entries=entries), *self.provenance().pieces)
        more = Details(summary="Rounding and privacy, questionnaires, software", pieces=made)
        return self._output(_text(*METHOD, *self._other_waves()), more)

    @_made_once
    def provenance(self) -> SafeOutput:
        """Where the numbers come from: data, software and their versions. Nothing of the machine or the person."""
        lock = CHECKOUT / "requirements.lock"
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16] if lock.exists() else "none"
        entries = (
            ("Data", "Synthetic: made up, not collected" if self.synthetic else "Collected by the pilot"),
            ("Data fingerprint (keyed)", self.pilot.data_hash()[:16]),
            ("Random numbers in the analysis", "None: every figure is computed exactly"),
            ("Software", ", ".join(f"{name} {version}" for name, version in versions().items())),
            ("Fingerprint of the locked packages", digest),
        )
        return safe_output(Facts(entries=entries))

    @cached_property
    def _findings(self) -> dict[str, str]:
        """The findings that the results trigger: id and text."""
        return {finding.id: finding.text for finding in findings(self._context)}

    @cached_property
    def _context(self) -> Context:
        return Context(self.pilot, self.results, self.protected, quotes=len(self.quoted))

    @property
    def _main(self) -> ProtectedMeasure:
        return next(measure for measure in self.protected.measures if measure.primary)

    def _short(self, measure: ProtectedMeasure) -> str:
        """A measure's name as the summary has room for it."""
        words = measure.label.split()
        if len(words) <= LONGEST_NAME:
            return measure.label
        return self.pilot.measures[measure.name].instrument.short_label or " ".join(words[:LONGEST_NAME]) + " …"

    def _output(self, *pieces: Piece, numbers: tuple[ProtectedMeasure, ...] = ()) -> SafeOutput:
        """Pieces made from the protected results, under the rules that these passed."""
        told = tuple(measure_numbers(m, self.pilot.measures[m.name].instrument) for m in numbers)
        return safe_output(*pieces, rules=self.protected.rules, numbers=told)

    def _beside(self) -> str:
        """The secondary measures that the summary names: each harm, and the benefits that Holm's adjustment leaves."""
        found: dict[str, list[str]] = {}
        for m in harms_beside(self.protected.measures) + benefits_beside(self.protected.measures):
            sure, direction = not str(m.verdict).startswith("probably"), "better" if m.verdict in BETTER else "worse"
            found.setdefault(f"{'' if sure else 'probably '}got {direction}", []).append(
                display_label(m, self._short(m))
            )
        told = [f"{words} on {listed(labels)}" for words, labels in found.items()]
        return f"Exploratory: people {', and '.join(told)}." if told else ""

    def _who_answered(self) -> str:
        if self.protected.answered_twice is None:
            return "Too few people completed both surveys to publish results."
        return stayed(self.protected, "the questions both before and after")

    def _rounding(self) -> str:
        if self.audience is Audience.INTERNAL:
            return ""
        return (
            "To protect the people who took part, figures are rounded, intervals outward, and nothing is published "
            f"about the answers of fewer than {self.audience.threshold} people. Results need at least {FEWEST_PAIRS} "
            "people who answered twice. How many took part is told exactly. Numbers marked “about” are to the nearest "
            "five, or what is left of all. No lowest or highest answer and no single person's answers are shown."
        )

    def _other_waves(self) -> tuple[str, ...]:
        protocol = self.pilot.protocol
        first, second, *others = protocol.waves
        waves = f"This page compares the waves “{first}” and “{second}” only." if others else ""
        arms = f"It shows the arm “{protocol.arms[0]}” only." if len(protocol.arms) > 1 else ""
        return (waves, arms)


def versions() -> dict[str, str]:
    """Python and the packages that made the numbers and the page, with their versions."""
    return {"Python": platform.python_version(), **{name: importlib.metadata.version(name) for name in PACKAGES}}


def _contact(text: str) -> Sentence:
    """How to reach the pilot's own organisation: its words, with each address and telephone number as a link."""
    words: list[Words] = []
    for before, mail, number in CONTACT.findall(text):
        words += [before.strip()] if before.strip(" ,;") else []
        if mail or number:
            words.append(
                Link(text=mail or number, href=f"mailto:{mail}" if mail else f"tel:{re.sub(r'[^+0-9]', '', number)}")
            )
    return tuple(words)


def _verdicts(measures: Sequence[ProtectedMeasure]) -> list[Verdict]:
    """What is found of one measure, or of several: once where it is the same of all."""
    if len(measures) == 1:
        symbol, word = one_measure(measures[0])
        return [Verdict(symbol=symbol, word=word, text=_in_short(measures[0]))]
    found: dict[tuple[str, str], list[str]] = {}
    for measure in measures:
        found.setdefault(one_measure(measure), []).append(display_label(measure))
    if len(found) == 1:
        ((symbol, word),) = found
        return [
            Verdict(
                symbol=symbol,
                word=f"{word} on {'both' if len(measures) == 2 else f'all {counted(len(measures))}'}",
                text="Exploratory.",
            )
        ]
    return [
        Verdict(symbol=symbol, word=word, text=f"Exploratory: {'; '.join(labels)}.")
        for (symbol, word), labels in found.items()
    ]


def _in_short(measure: ProtectedMeasure) -> str:
    """Beside the verdict: whether it is exploratory, and the averages."""
    scale = f"on a scale from {measure.scale} where {measure.better} is better."
    if measure.primary:
        return "The main measure; its picture stands above."
    if measure.one_end:
        told = smallest_change(measure)
        return f"Exploratory. The score {told}, {scale}"
    return f"Exploratory. {measure.number(measure.before)} before, {measure.number(measure.after)} after, {scale}"


def _important_changes(instrument: Instrument) -> str:
    """What sizes of change are published, and for what: of averages where a word rests on it, and of one person."""
    agreed, person = instrument.deciding_change("within"), instrument.of_one_person
    told = [f"Is it enough to matter? {NO_AGREED_SIZE}"]
    if agreed:
        told = [f"The smallest average change that matters is taken to be {size_of_change(agreed)} ({agreed.source})."]
    if person:
        where = f", measured in {person.population}" if person.population else ""
        told.append(f"{zone_words(person)}{where} ({person.source}).")
    return " ".join(told)


def _questionnaire(instrument: Instrument, banded: bool) -> str:
    parts = (
        instrument.source,
        f"Bands of scores: {instrument.bands_source}" if banded else "",
        f"Owner: {instrument.owner}" if instrument.owner else "",
        f"Licence: {instrument.licence}" if instrument.licence else "",
    )
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _text(*paragraphs: str) -> Text:
    """The paragraphs that there are: an empty one is left out."""
    return Text(paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph))
