"""What a pilot's report says, and in which order of thought: one method per section, each a safe output."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Concatenate, ParamSpec

import pandas as pd

from atpilots.disclosure import (
    Audience,
    ProtectedComparison,
    ProtectedMeasure,
    ProtectedResults,
    protect,
)
from atpilots.estimators import AGREEMENT, BETTER, Estimate, estimate, mixed_model_changes
from atpilots.files import UsageError, listed
from atpilots.instruments import Instrument, Yardstick, yardsticks
from atpilots.page import (
    MIME,
    Claim,
    Details,
    Figure,
    Heading,
    Inner,
    Link,
    Listing,
    Piece,
    SafeOutput,
    Sentence,
    Sign,
    Table,
    Text,
    Title,
    Verdict,
    Words,
    safe_output,
)
from atpilots.pilots import Pilot, shown_quotes
from atpilots.report.answer import lead, steps, tiles
from atpilots.report.arms import arms_figure, baseline_table, changes_table, flow_table
from atpilots.report.beside import Beside, beside, zone_words
from atpilots.report.course import attendance_table, course_figure, course_table, mixed_table
from atpilots.report.domain_figure import domain_figure, domains, names_together
from atpilots.report.findings import (
    LIMITS,
    OWN_PLACE,
    Allocation,
    Context,
    arms_left_out,
    benefits_beside,
    both_views,
    change_sentences,
    difference_sentence,
    disagreeing,
    findings,
    harms_beside,
    months_told,
)
from atpilots.report.glance import glance, two_views
from atpilots.report.hero import hero_figure
from atpilots.report.method import method_pieces, provenance_facts
from atpilots.report.similar_cases import cases_like
from atpilots.report.tables import domain_table, estimates_table, measure_numbers, measure_table, points_table
from atpilots.report.wording import (
    SIGNS,
    counted,
    display_label,
    one_measure,
    orientation,
    paragraphs,
    people,
    size_of_change,
    stayed,
    surveys,
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
# Measures told: of more, wide pictures would make the page too large; of still more, any but the main measure's would.
MOST_WITH_WIDE, MOST_WITH_PICTURES = 20, 30
SECTIONS = (
    "next_steps", "overview", "over_time", "arms", "change_table", "measures", "raters", "participants", "quotes",
    "caveats", "similar_cases", "method",
)  # fmt: skip
WEIGHTIEST = 6  # limits that everybody sees
LONGEST_NAME = 10  # words of a measure's name in the summary, where it has a shorter one
COMPARED = "The main result compares “{}” with “{}”."
OTHERS_TOLD = " Other waves, of the same people, show the way; none is a result by itself."
TWO_VIEWS = (
    "Support workers' view is no result of its own: they may see what people do not say, miss what they feel, and "
    "judge their own work kindly."
)
UNTOLD_VIEW = "Support workers also rated {}."
SAME_PEOPLE = "Both averages are of the same people."
SOME_PEOPLE = "The workers' average is of those among the residents whom they rated both times."
WORKERS_ALONE = "Only support workers were asked about {}."
EVERYBODY_RATED = (
    "The exact rows of averages and changes count everybody whom support workers rated, those of agreement everybody "
    "whom both rated then. The figures above count those who also have both scores of their own."
)
BY_ARM = "The main result compares “{}” with “{}”."
NOT_COMPARED = "Of “{}” too little can be told to compare it."
FURTHER_ARM = "Exploratory: {}"
COURSE_OF_ONE = "Shown are the people in “{}” only."
ONE_ARM = "These are the people in “{}” alone; how they differ from others stands above."


def _made_once(make: Callable[Concatenate[Report, P], SafeOutput]) -> Callable[Concatenate[Report, P], SafeOutput]:
    """Make a section once for a report: its notebook shows it, the exporter asks for it again, the gate reads it."""

    @functools.wraps(make)
    def kept(self: Report, /, *args: P.args, **kwargs: P.kwargs) -> SafeOutput:
        call = (make.__name__, args, tuple(sorted(kwargs.items())))
        if call not in self._made:
            self._made[call] = make(self, *args, **kwargs)
        return self._made[call]

    return kept


@functools.lru_cache(maxsize=1)
def _estimates_of(pilot: Pilot) -> pd.DataFrame:
    """What is the same for every audience."""
    return estimate(pilot)


@dataclasses.dataclass(frozen=True, eq=False)
class Report:
    """A pilot's report for one audience. Every method returns a SafeOutput: safe to show, safe to share.

    >>> import atpilots as at
    >>> print(at.open_report("greenwich").title().text().splitlines()[0])
    Amazon Echo at home
    """

    pilot: Pilot
    audience: Audience

    @cached_property
    def results(self) -> pd.DataFrame:
        """The tidy results table at full precision: for the analyst, never for a page."""
        return _estimates_of(self.pilot).copy()  # an analyst may change it; other audiences' pages are made of it, too

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
        return (
            self.title(), self.summary(), self.next_steps(), self.overview(), self.over_time(), self.arms(),
            self.change_table(), self.measures(), self.raters(), self.participants(), self.quotes(), self.caveats(),
            self.similar_cases(), self.method(), self.provenance(),
        )  # fmt: skip

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
            return " ".join(f"“{one.arm}”: {one.both} of {one.before}." for one in self.protected.arms if one.both)
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
        more = f"{self._other_view()} {self._beside()}".strip()
        return self._output(lead(self._context), tiles(self._context, self._short(self._main), more))

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
        hero: tuple[Piece, ...] = ()
        if compared := protected.compared:
            first, second = self.pilot.protocol.arms[:2]
            numbers = Details(
                summary="Numbers: both groups' changes, and the differences",
                pieces=(changes_table(protected, first, second),),
            )
            hero = (arms_figure(main, compared, first, self.synthetic), numbers)
        elif not main.withheld:
            hero = (hero_figure(main, self.synthetic, self.beside(main.name)),)
        beside = not (main.withheld or protected.compared)  # of averages, which the picture of two groups has not
        others = Text(paragraphs=self.yardstick(main.name)[:1] if beside else ())
        return self._output(
            Claim(text=self._claim()), *hero, others, Heading(text="All measures at a glance"),
            glance(protected, self.audience), numbers=protected.measures,
        )  # fmt: skip

    @_made_once
    def over_time(self) -> SafeOutput:
        """The course of the main measure over all waves, and who answered when; nothing where there are only two."""
        course, attendance, main = self.protected.course, self.protected.attendance, self._main
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
        main = {c.arm: c.adjusted for c in protected.comparisons if c.own.name == self._main.name and not c.withheld}
        further = [
            FURTHER_ARM.format(within(difference_sentence(main[arm], f"people in “{first}”", f"those in “{arm}”")))
            for arm in others[1:] if arm in main
        ]  # fmt: skip
        compares = BY_ARM.format(first, others[0]) if others[1:] else ""
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
        own = {m.name: m for m in self.protected.measures if self.pilot.answered(m.name, m.rater)}
        views = [(own.get(view.name), view) for view in workers]
        told = [(m, view) for m, view in views if m and not (m.withheld or view.withheld)]
        shown = [(m, view) for m, view in views if not view.withheld]
        alone = [view.label for resident, view in shown if resident is None]
        untold: dict[str, list[str]] = {}
        for _, view in views:
            if view.withheld:
                untold.setdefault(view.withheld, []).append(within(view.label))
        whom = SAME_PEOPLE if all(m.n == view.n for m, view in told) else SOME_PEOPLE
        compared = f"{' '.join(both_views(*both) for both in told)} {whom if told else ''}".strip()
        found = paragraphs(
            TWO_VIEWS if shown else "", compared,
            WORKERS_ALONE.format(listed(alone)) if alone else "",
            *(f"{UNTOLD_VIEW.format(listed(labels))} {why}" for why, labels in untold.items()),
        )  # fmt: skip
        claim = [Claim(text="residents and support workers disagree")] if "C-31" in self._findings else []
        views_of = [self._both(*both) for both in shown]
        if self.audience is Audience.INTERNAL and shown:  # an analyst asks for the numbers, and finds the words there
            first = views_of[0].model_copy(update={"pieces": (found, *views_of[0].pieces)})
            return self._output(*claim, first, *views_of[1:], numbers=workers)
        # Beside another group one group's change has no word to glance at.
        glanced = [two_views(shown, self.audience)] if shown and not self.protected.compared else []
        return self._output(*claim, found, *glanced, *views_of, numbers=workers)

    def _both(self, resident: ProtectedMeasure | None, worker: ProtectedMeasure) -> Details:
        """One measure by both raters: picture, numbers, and what the workers' view is in sentences."""
        told, count = [m for m in (resident, worker) if m and not m.withheld], len(self.protected.views)
        pictures, pieces = count <= MOST_WITH_PICTURES, list[Inner]()
        for one_end in dict.fromkeys(m.one_end for m in told):  # a picture has either all of a result or one end
            alike = [m for m in told if m.one_end == one_end]
            if pictures:
                # what is published is of people's own answers, so it stands beside no worker's
                pieces.append(domain_figure(alike, self.synthetic, wide=count <= MOST_WITH_WIDE))
            pieces.append(domain_table(worker.label, alike))
        pieces.append(paragraphs(self._more(worker, "")))
        if self.audience is Audience.INTERNAL:
            pieces += [paragraphs(EVERYBODY_RATED), *_agreement_first(worker, self._context.estimates(worker))]
        what = "Picture and numbers" if pictures else "Numbers"
        whose = "as workers saw it" if told == [worker] else "both views"
        return Details(summary=f"{what}: {worker.label}, {whose}", pieces=tuple(pieces))

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
            by_reason: dict[str, list[str]] = {}
            for m in hidden:
                by_reason.setdefault(m.withheld, []).append(display_label(m))
            told = Text(paragraphs=tuple(f"{'; '.join(labels)}: {reason}" for reason, labels in by_reason.items()))
            sections.append(self._output(Heading(text="Not shown"), told, numbers=tuple(hidden)))
        return sum(sections[1:], start=sections[0])

    @_made_once
    def measure(self, name: str, rater: str = "resident") -> SafeOutput:
        """One measure: its result in words; its picture and its numbers when asked for."""
        found = [m for m in self.protected.views if (m.name, m.rater) == (name, rater)]
        if not found:
            known = ", ".join(f"{m.name} ({m.rater})" for m in self.protected.views)
            raise UsageError(f"no results for {name} ({rater}); there are: {known}")
        (measure,) = found
        if measure.withheld:
            sign = Verdict(symbol=SIGNS[None][0], word=SIGNS[None][1], text=measure.withheld)
            return self._output(Heading(text=display_label(measure)), sign, numbers=(measure,))
        return self._domain(display_label(measure), found)

    def _domain(self, name: str, measures: Sequence[ProtectedMeasure]) -> SafeOutput:
        """Told measures that share a picture."""
        first, alone, count = measures[0], len(measures) == 1, len(self.protected.told)
        pieces: list[Inner] = []
        if first is not self._main and count <= MOST_WITH_PICTURES:  # the main measure's picture stands above
            besides = {m.name: self.beside(m.name) for m in measures}
            pieces.append(domain_figure(measures, self.synthetic, besides, wide=count <= MOST_WITH_WIDE))
        if self.protected.compared:
            pieces.insert(0, paragraphs(ONE_ARM.format(self.pilot.protocol.arms[0])))
        pieces.append(measure_table(first) if alone else domain_table(name, measures))
        pieces.append(
            paragraphs(
                *(self._more(m, "" if alone else f"{display_label(m)}. ") for m in measures), *self._published(measures)
            )
        )
        if self.audience is Audience.INTERNAL:
            pieces += [estimates_table(m, self._context.estimates(m)) for m in measures]
        what = "Picture and numbers" if any(isinstance(piece, Figure) for piece in pieces) else "Numbers"
        details = Details(summary=f"{what}: {name}", pieces=tuple(pieces))
        found = {(m.name, m.rater): m for m in self.protected.results}
        verdicts = _verdicts([found.get((m.name, m.rater), m) for m in measures])  # a worker's view is its own
        return self._output(Heading(text=name), *verdicts, details, numbers=tuple(measures))

    def _more(self, measure: ProtectedMeasure, label: str) -> str:
        """One measure in sentences: its result, and how many got better."""
        better = f"{str(measure.improved).capitalize()}." if measure.improved else ""
        return label + " ".join(filter(None, (*change_sentences(measure), better, self._bands(measure))))

    def _published(self, measures: Sequence[ProtectedMeasure]) -> tuple[str, ...]:
        """What sizes of change matter, and how others are: what is the same for several measures is said once."""
        told: dict[str, list[str]] = {}
        for m in measures:
            above = m is self._main and not self.protected.compared  # where its own stand beside its picture
            others = () if above else self.yardstick(m.name)[:1]
            for text in filter(None, (_important_changes(self.pilot.measures[m.name].instrument), *others)):
                told.setdefault(text, []).append(display_label(m))
        for m in measures:
            for source in self.yardstick(m.name)[1:]:
                told.setdefault(source, []).append(display_label(m))
        return tuple(
            text if len(labels) == len(measures) else f"{'; '.join(labels)}: {text}" for text, labels in told.items()
        )

    def _claim(self) -> str:
        """What the section on changes found: the main measure's result, and in a word most others'."""

        def word(measure: ProtectedMeasure) -> str:
            return one_measure(measure)[1].partition(",")[0].lower()

        found = self.protected.results
        main, others = word(self._context.headline), [word(m) for m in found if not m.primary]
        common = max(dict.fromkeys(others), key=others.count, default="")
        count, several = others.count(common), len(others)
        who = "the other one" if several == 1 else "the rest" if count == several else "most others"
        rest = f", {who} {'too' if common == main else common}" if 2 * count > several else ", the others vary"
        apart = self.protected.compared and main.split()[-1] in {"better", "worse"}
        than = f" than in {self._context.other}" if apart else ""
        return f"{within(self._short(self._main))} {main}{than}{rest if others else ''}"

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

    def yardstick(self, name: str) -> tuple[str, ...]:
        """What is published of others on a measure, by the pilot's year and age, and its source; or nothing."""
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

    def _beside(self) -> str:
        """The secondary measures that the summary names: each harm, and the benefits that Holm's adjustment leaves."""
        found: dict[str, list[str]] = {}
        compared, results = self.protected.compared, self.protected.results
        fitted = 3 if self.protected.compared else 1  # intercept, arm and score before; or a mean
        for m in harms_beside(results) + benefits_beside(results, fitted):
            sure, direction = not str(m.verdict).startswith("probably"), "better" if m.verdict in BETTER else "worse"
            found.setdefault(f"{'' if sure else 'probably '}{'' if compared else 'got '}{direction}", []).append(
                display_label(m, self._short(m))
            )
        told = [f"{words} on {listed(labels)}" for words, labels in found.items()]
        return f"Exploratory: {'' if compared else 'people '}{', and '.join(told)}." if told else ""

    def _other_view(self) -> str:
        """That support workers saw the main measure go the other way."""
        return "Support workers saw the reverse." if disagreeing(self.protected, self._main) else ""

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


def _agreement_first(worker: ProtectedMeasure, estimates: Mapping[str, Estimate]) -> list[Table]:
    """How far the raters agree, then every other estimate of the support workers' view."""
    of_both = [function.__name__ for function in AGREEMENT if function.__name__ in estimates]
    others = {name: e for name, e in estimates.items() if name not in of_both}
    agreement = {name: estimates[name] for name in of_both}
    tables = [estimates_table(worker, agreement, "how far residents agree, exact")] if agreement else []
    return [*tables, estimates_table(worker, others)]


def _verdicts(measures: Sequence[ProtectedMeasure]) -> list[Verdict]:
    """What is found of one measure, or of several: once where it is the same of all."""
    if len(measures) == 1:
        symbol, word = one_measure(measures[0])
        return [Verdict(symbol=symbol, word=word, text=_in_short(measures[0]))]
    found: dict[tuple[str, str], list[str]] = {}
    for measure, name in zip(measures, names_together(measures), strict=True):
        found.setdefault(one_measure(measure), []).append(name)
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
    """Beside the verdict: where the picture is, or that the result is exploratory. All numbers stand in the glance."""
    return "Its picture stands above." if measure.primary else "Exploratory."


def _important_changes(instrument: Instrument) -> str:
    """What sizes of change are published, and for what: of averages where a word rests on it, and of one person."""
    agreed, person = instrument.deciding_change("within"), instrument.of_one_person
    told = []
    if agreed:
        told = [f"The smallest average change that matters is taken to be {size_of_change(agreed)} ({agreed.source})."]
    if person:
        where = f", measured in {person.population}" if person.population else ""
        told.append(f"{zone_words(person)}{where} ({person.source}).")
    return " ".join(told)
