"""What a pilot's report says, and in which order of thought: one method per section, each a safe output."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Concatenate, ParamSpec

import pandas as pd

from atpilots.disclosure import Audience, ProtectedComparison, ProtectedMeasure, ProtectedResults, protect
from atpilots.estimators import estimate, mixed_model_changes
from atpilots.files import UsageError, listed
from atpilots.page import (
    MIME,
    Claim,
    Details,
    Heading,
    Inner,
    Link,
    Listing,
    Piece,
    SafeOutput,
    Sentence,
    Sign,
    Steps,
    Text,
    Title,
    Verdict,
    Words,
    safe_output,
)
from atpilots.pilots import Pilot, shown_quotes
from atpilots.report.answer import claim, lead, tiles
from atpilots.report.arms import arms_figure, baseline_table, changes_table, flow_table
from atpilots.report.beside import Beside, beside, yardsticks_of
from atpilots.report.course import attendance_table, course_figure, course_table, mixed_table
from atpilots.report.domain_figure import domains
from atpilots.report.findings import (
    LIMITS,
    OWN_PLACE,
    UNLIKE,
    Allocation,
    Context,
    arms_left_out,
    difference_sentence,
    findings,
    months_told,
    next_steps,
)
from atpilots.report.glance import glance
from atpilots.report.hero import hero_figure
from atpilots.report.measure_sections import told_measures
from atpilots.report.method import method_pieces, provenance_facts
from atpilots.report.raters import raters_pieces
from atpilots.report.similar_cases import cases_like
from atpilots.report.tables import measure_numbers, points_table
from atpilots.report.wording import SIGNS, display_label, orientation, paragraphs, people, stayed, surveys, within

P = ParamSpec("P")

QUOTE_RULES = ("R-QUO-01", "R-QUO-02", "R-QUO-03", "R-QUO-04", "R-QUO-05")
SYNTHETIC_BANNER = "Synthetic data. The figures on this page are made up and are not the pilot's results."
INTERNAL_BANNER = "Internal. Exact figures of few people: never share this page."
BOROUGH_BANNER = "For named officers of the borough under the data-sharing agreement. Do not publish."
NOTES_WITH_A_PLACE = {"usage", "costs"}
CONTACT = re.compile(r"(.*?)(?:([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(\+?\d[\d ()-]{8,}\d)|$)", re.DOTALL)
SECTIONS = (
    "next_steps", "overview", "over_time", "arms", "change_table", "measures", "raters", "participants", "quotes",
    "caveats", "similar_cases", "method",
)  # fmt: skip
WEIGHTIEST = 6  # limits that everybody sees
COMPARED = "The main result compares “{}” with “{}”."
OTHERS_TOLD = " Other waves, of the same people, show the way; none is a result by itself."

NOT_COMPARED = "Of “{}” too little can be told to compare it."

COURSE_OF_ONE = "Shown are the people in “{}” only."


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
    """A pilot's report for one audience. Every method returns a SafeOutput: safe to show, safe to share.

    >>> import atpilots as at
    >>> report = at.open_report("greenwich")
    >>> print(report.title().text().splitlines()[0])
    Amazon Echo at home
    >>> report.makes(report.measure("ons4_happy")), len(report.yardstick("swemwbs")), report.beside("swemwbs").window
    (True, 2, (14.0, 30.0))
    """

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
    def sections(self) -> tuple[SafeOutput, ...]:
        """What the common notebook shows, and the provenance."""
        return self.title(), self.summary(), *(getattr(self, name)() for name in SECTIONS), self.provenance()

    @cached_property
    def parts(self) -> tuple[SafeOutput, ...]:
        """Every safe output that may stand on this report's page: a cell of a notebook shows these and nothing else."""
        each = (self.measure(measure.name, measure.rater) for measure in self.protected.views)
        return (*self.sections, *each)

    def makes(self, part: SafeOutput) -> bool:
        """Whether a safe output is one of `parts`; each measure by itself is made only where it is not a section."""
        return part in self.sections or part in self.parts

    @cached_property
    def _made(self) -> dict[tuple[object, ...], SafeOutput]:
        return {}

    @property
    def sound_comparison(self) -> Allocation:
        """How people came into the arms that are compared; "" where none are, or they are too unlike to count."""
        return self._context.sound

    @property
    def people_told(self) -> str:
        """How many answered both times, of whom, in a sentence; empty where it is not told."""
        if self.protected.compared:
            return " ".join(f"“{one.arm}”: {one.both} of {one.started}." for one in self.protected.arms if one.both)
        return "" if self.protected.answered_twice is None else stayed(self.protected, "both times")

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
        return self._output(lead(self._context), tiles(self._context))

    @_made_once
    def next_steps(self) -> SafeOutput:
        """What the result says of what to do next, and at most three things to do."""
        first, entries = next_steps(self._context)
        return self._output(Steps(first=first, entries=entries))

    @_made_once
    def overview(self) -> SafeOutput:
        """What changed: the main measure's picture, and all measures at a glance."""
        protected = self.protected
        if not protected.told:
            return self._output(paragraphs("No results can be published. The reason stands under each measure."))
        main = self._context.main
        hero: tuple[Piece, ...] = ()
        if compared := protected.compared:
            first, second = self.pilot.protocol.arms[:2]
            summary = "Numbers: both groups' changes, and the differences"
            numbers = Details(summary=summary, pieces=(changes_table(protected, first, second),))
            hero = (arms_figure(main, compared, first, self.synthetic), numbers)
        elif not main.withheld:
            hero = (hero_figure(main, self.synthetic, self.beside(main.name)),)
        beside = not (main.withheld or protected.compared)  # of averages, which the picture of two groups has not
        others = Text(paragraphs=self.yardstick(main.name)[:1] if beside else ())
        return self._output(
            Claim(text=claim(self._context)), *hero, others, Heading(text="All measures at a glance"),
            glance(protected, self.audience), numbers=protected.measures,
        )  # fmt: skip

    @_made_once
    def over_time(self) -> SafeOutput:
        """The course of the main measure over all waves, and who answered when; nothing where there are only two."""
        course, attendance, main = self.protected.course, self.protected.attendance, self._context.main
        waves = self.pilot.baseline, self.pilot.endpoint
        pieces, hidden = list[Piece](), list[Inner]()
        if course:
            others = len([wave for wave in course if not wave.withheld]) > 1
            alone = COURSE_OF_ONE.format(self.pilot.protocol.arms[0]) if self.protected.compared else ""
            told = course_table(main, course, *waves)
            pieces = [paragraphs(f"{COMPARED.format(*waves)}{OTHERS_TOLD if others else ''} {alone}".strip())]
            pieces += [course_figure(main, course, *waves, self.synthetic)] if others else [told]
            hidden += [told] if others else []
        if self.audience is Audience.INTERNAL and self.pilot.follow_ups[1:]:
            scores = self.pilot.scores_over_time(main.name)
            hidden.append(mixed_table(main, mixed_model_changes(scores), waves[0]))
        hidden += [attendance_table(attendance)] if attendance else []
        if hidden:
            pieces.append(Details(summary="Numbers wave by wave", pieces=tuple(hidden)))
        if not pieces:
            return SafeOutput(pieces=(), nothing="There is no course over later waves to show.")
        return self._output(*pieces, numbers=(main,))

    @_made_once
    def arms(self) -> SafeOutput:
        """The piloted arm beside the others: who took part, where they began, and how each changed."""
        protected, (first, *others) = self.protected, self.pilot.protocol.arms
        if not others:
            return SafeOutput(pieces=(), nothing="There is no comparison of arms to show.")
        if protected.compared is None:
            return SafeOutput(pieces=(), nothing=arms_left_out(self._context))  # the summary says it
        told = [arm for arm in others if any(c.arm == arm and not c.withheld for c in protected.comparisons)]
        further = []
        for one in protected.comparisons:
            if one.arm in others[1:] and one.own.name == self._context.main.name and not one.withheld:
                found = difference_sentence(one.adjusted, f"people in “{first}”", f"those in “{one.arm}”")
                further.append(f"Exploratory: {within(found)} {UNLIKE[one.unlike] if one.unlike else ''}".strip())
        compares = COMPARED.format(first, others[0]) if others[1:] else ""
        words = (compares, *further, *(NOT_COMPARED.format(arm) for arm in others if arm not in told))
        numbers = (
            baseline_table(protected, (first, *told)),
            flow_table(protected.arms, self.pilot.endpoint),
            *(changes_table(protected, first, arm) for arm in told if arm != others[0]),
        )
        more = "Where each group began, and who answered" + ", further comparisons" * bool(numbers[2:])
        claim = Claim(text=listed([f"“{arm}”" for arm in (first, *others)]))
        details = Details(summary=more, pieces=numbers)
        return self._output(claim, paragraphs(*words), details, numbers=protected.measures)

    @_made_once
    def raters(self) -> SafeOutput:
        """How support workers saw the residents, beside what these said themselves; nothing where no worker did."""
        workers = self.protected.workers
        if not workers:
            return SafeOutput(pieces=(), nothing="There is no comparison of raters to show: residents alone answered.")
        return self._output(*raters_pieces(self._context, "C-31" in self._findings), numbers=workers)

    @_made_once
    def change_table(self) -> SafeOutput:
        """Every measure's averages, change and interval, in its own points."""
        measures = self.protected.measures
        return self._output(points_table(measures, self.audience), numbers=measures)

    @_made_once
    def measures(self) -> SafeOutput:
        """The main measure, then the others by what they are about: results in words; the rest when asked for."""
        main, instruments = (
            self._context.main,
            {name: measure.instrument for name, measure in self.pilot.measures.items()},
        )
        others = domains([m for m in self.protected.measures if m is not main], instruments)
        sections = [self.measure(main.name, main.rater), *(self._told(name, group) for name, group in others)]
        hidden = [m for m in self.protected.measures if m.withheld and m is not main]
        if hidden:
            by_reason: dict[str, list[str]] = {}
            for m in hidden:
                by_reason.setdefault(m.withheld, []).append(display_label(m))
            told = Text(paragraphs=tuple(f"{'; '.join(labels)}: {reason}" for reason, labels in by_reason.items()))
            sections.append(self._output(Heading(text="Not shown"), told, numbers=tuple(hidden)))
        return sum(sections[1:], start=sections[0])

    @_made_once
    def measure(self, name: str, rater: str = "resident") -> SafeOutput:
        """A measure by name and rater: its result in words, the rest when asked for. Raises UsageError for none."""
        found = [m for m in self.protected.views if (m.name, m.rater) == (name, rater)]
        if not found:
            known = ", ".join(f"{m.name} ({m.rater})" for m in self.protected.views)
            raise UsageError(f"no results for {name} ({rater}); there are: {known}")
        (measure,) = found
        if measure.withheld:
            sign = Verdict(symbol=SIGNS[None][0], word=SIGNS[None][1], text=measure.withheld)
            return self._output(Heading(text=display_label(measure)), sign, numbers=(measure,))
        return self._told(display_label(measure), found)

    def _told(self, name: str, measures: Sequence[ProtectedMeasure]) -> SafeOutput:
        return self._output(*told_measures(self._context, name, measures), numbers=tuple(measures))

    def yardstick(self, name: str) -> tuple[str, ...]:
        """What is published of others on a measure (by name), by the pilot's year and age, with its source; or none."""
        return orientation(yardsticks_of(self.pilot, name))

    def beside(self, name: str) -> Beside:
        """What is published of a measure (by name) and drawn beside its results."""
        return beside(self.pilot.measures[name].instrument, yardsticks_of(self.pilot, name))

    @_made_once
    def participants(self) -> SafeOutput:
        """How many took part and how many answered when, and whom they stand for."""
        who, left = (self._findings.get(id_, "") for id_ in OWN_PLACE["participants"])
        tried = self.pilot.protocol.notes.get("tried", "")
        funder = self.pilot.protocol.funder.rstrip(".")
        paid = f"Who paid: {funder}." if funder else ""
        counts = "" if left and self.protected.answered is None else self._who_answered()  # the summary has them
        if self.protected.compared or self.protected.attendance:
            counts = ""  # the summary has them, and the section on the groups or on the waves
        return self._output(paragraphs(tried, f"{counts} {left}".strip(), f"{who} {paid}".strip()))

    @_made_once
    def caveats(self) -> SafeOutput:
        """How far to trust the figures: the weightiest limits, each by its name; the others when asked for."""
        above = self.next_steps().text() + self.raters().text()
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
        return self._output(*method_pieces(self._context))

    @_made_once
    def provenance(self) -> SafeOutput:
        """Where the numbers come from: data, software and their versions. Nothing of the machine or the person."""
        return safe_output(provenance_facts(self.pilot))

    @cached_property
    def _findings(self) -> dict[str, str]:
        """The findings that the results trigger: id and text."""
        return {finding.id: finding.text for finding in findings(self._context)}

    @cached_property
    def _context(self) -> Context:
        return Context(self.pilot, self.results, self.protected, quotes=len(self.quoted))

    def _output(self, *pieces: Piece, numbers: tuple[ProtectedMeasure, ...] = ()) -> SafeOutput:
        """Pieces made from the protected results, under the rules that these passed."""
        protected, beside = self.protected, dict[tuple[str, str], list[ProtectedComparison]]()
        for one in protected.comparisons if protected.compared else ():
            beside.setdefault((one.own.name, one.own.rater), []).append(one)
        told = tuple(
            measure_numbers(
                m, self.pilot.measures[m.name].instrument, protected.course if m.primary else (),
                beside.get((m.name, m.rater), ()),
            )
            for m in numbers
        )  # fmt: skip
        return safe_output(*pieces, rules=self.protected.rules, numbers=told)

    def _who_answered(self) -> str:
        if self.protected.answered_twice is None:
            return f"Too few people completed {surveys(self.protected)} to publish results."
        twice, answered, recruited = self.protected.answered_twice, self.protected.answered, self.protected.recruited
        if answered is None or {*answered, recruited or twice} == {twice}:
            return stayed(self.protected, "both surveys")
        first, second = answered
        later = f"the one at “{self.pilot.endpoint}”" if self.pilot.follow_ups[1:] else "the second"
        both = f"{second} {later} and {twice} both."
        told = f"{people(first)} answered the first survey, {both}"
        return f"{people(recruited)} were recruited. {told}" if recruited else told


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
