"""What a pilot's report says, and in which order of thought: one method per section, each a safe output."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Callable
from functools import cached_property
from typing import Concatenate, ParamSpec

import pandas as pd

from atpilots.disclosure import FEWEST_PAIRS, Audience, ProtectedMeasure, ProtectedResults, protect
from atpilots.estimators import BETTER, estimate
from atpilots.files import CHECKOUT, UsageError, listed
from atpilots.instruments import Instrument, Yardstick, yardsticks
from atpilots.page import Facts, Heading, Listing, Piece, SafeOutput, Text, Title, safe_output
from atpilots.pilots import Pilot, shown_quotes
from atpilots.report.beside import Beside, beside, zone_words
from atpilots.report.domain_figure import domain_figure
from atpilots.report.findings import (
    GROUPS,
    NO_AGREED_SIZE,
    OWN_PLACE,
    Context,
    benefits_beside,
    change_sentences,
    findings,
    harms_beside,
)
from atpilots.report.hero import hero_figure
from atpilots.report.similar_cases import cases_like
from atpilots.report.tables import (
    bands_table,
    estimates_table,
    measure_numbers,
    measure_table,
    percent_table,
    points_table,
)
from atpilots.report.wording import display_label, orientation, people, size_of_change, stayed, within
from atpilots.vocabularies import TECHNOLOGY

P = ParamSpec("P")

QUOTE_RULES = ("R-QUO-01", "R-QUO-02", "R-QUO-03", "R-QUO-04", "R-QUO-05")
SYNTHETIC_BANNER = "Synthetic data. The figures on this page are made up and are not the pilot's results."
INTERNAL_BANNER = "Internal. Exact figures of few people: never share this page."
BOROUGH_BANNER = "For named officers of the borough under the data-sharing agreement. Do not publish."
NOTES_WITH_A_PLACE = {"usage", "costs"}
KEPT = 0.75  # of the people; where fewer are in the main result, the summary says so
LONGEST_NAME = 10  # words of a measure's name in the summary, where it has a shorter one
LONGEST_TRIED = 30  # words; a longer note of what was tried would make the summary longer than anybody reads
MOST_WITH_WIDE = 20  # measures told; the wide pictures of more would make the page larger than a megabyte
OWN_NOTES = "The pilot's own notes"
PACKAGES = ("atpilots", "pandas", "numpy", "scipy", "statsmodels", "seaborn", "matplotlib", "nbconvert")
METHOD = (
    "Each person's answers before and after were paired by the person's code. The main figure is the average change "
    "(after minus before), chosen in advance and the same for every pilot.",
    "The 95% interval comes from a paired t calculation. If the pilot were repeated many times, about 95 of 100 such "
    "intervals would hold the true average change. An exact test of it is not printed, because with few people it "
    "gives answers away.",
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
            self.title(), self.summary(), self.overview(), self.change_table(), self.measures(), *each,
            self.participants(), self.quotes(), self.caveats(), self.similar_cases(), self.method(),
            self.provenance(),
        )  # fmt: skip

    @cached_property
    def _made(self) -> dict[tuple[object, ...], SafeOutput]:
        return {}

    @property
    def synthetic(self) -> bool:
        """Whether the pilot's data are made up."""
        return self.pilot.protocol.provenance == "synthetic"

    @_made_once
    def title(self) -> SafeOutput:
        """The page's title, and the banners that must stand on top of it."""
        audience = {Audience.BOROUGH: (BOROUGH_BANNER,), Audience.INTERNAL: (INTERNAL_BANNER,)}
        banners = ((SYNTHETIC_BANNER,) if self.synthetic else ()) + audience.get(self.audience, ())
        return safe_output(
            Title(
                text=self.pilot.protocol.title,
                subtitle=f"Pilot results, {self.pilot.protocol.borough}",
                pilot=self.pilot.name,
                audience=self.audience.value,
                banners=banners,
            )
        )

    @_made_once
    def summary(self) -> SafeOutput:
        """What was tried, with whom, what changed, how sure that is, and what it cannot tell: at most 150 words."""
        protocol, main = self.pilot.protocol, self._main
        technology = " and ".join(within(TECHNOLOGY[word]) for word in protocol.technology)
        changed, *sure = change_sentences(main)
        entries = {
            "What was tried": self._tried or f"The pilot tried this technology: {technology}.",
            "Who answered": f"{self._who_answered()} {self._loss()}".strip(),
            "What changed": f"The main measure was {self._short(main)}. {changed}"
            if not main.withheld
            else f"No results can be published for the main measure, {self._short(main)}. {main.withheld}",
            "How sure this is": " ".join(sure),
            "Other measures": self._beside(),
            "What this cannot tell": "Did the technology make the difference? We only compared people with themselves.",
        }
        return self._output(Facts(entries=tuple((name, words) for name, words in entries.items() if words)))

    @_made_once
    def overview(self) -> SafeOutput:
        """The main measure in a picture, and all measures side by side in tables."""
        told = self.protected.told
        if not told:
            return self._output(
                Text(paragraphs=("No results can be published. The reason stands under each measure.",))
            )
        main, points = self._main, points_table(self.protected.measures, self.audience)
        hero = () if main.withheld else (hero_figure(main, self.synthetic, self.beside(main.name)),)
        return self._output(*hero, points, percent_table(told))

    @_made_once
    def change_table(self) -> SafeOutput:
        """Every measure's averages, change and interval, in its own points."""
        measures = self.protected.measures
        return self._output(points_table(measures, self.audience), numbers=measures)

    @_made_once
    def measures(self) -> SafeOutput:
        """Each measure: what changed in plain sentences, a figure, and its table."""
        sections = [self.measure(measure.name, measure.rater) for measure in self.protected.measures]
        return sum(sections[1:], start=sections[0])

    @_made_once
    def measure(self, name: str, rater: str = "resident") -> SafeOutput:
        """One measure: what changed in plain sentences, a figure, and its table."""
        found = [m for m in self.protected.measures if (m.name, m.rater) == (name, rater)]
        if not found:
            known = ", ".join(f"{m.name} ({m.rater})" for m in self.protected.measures)
            raise UsageError(f"no results for {name} ({rater}); there are: {known}")
        measure, instrument = found[0], self.pilot.measures[name].instrument
        heading = Heading(text=display_label(measure))
        if measure.withheld:
            return self._output(heading, Text(paragraphs=(measure.withheld,)), numbers=(measure,))
        counted = f"{str(measure.improved).capitalize()}." if measure.improved else ""
        told = " ".join([*change_sentences(measure), counted]).strip()
        sentences = _text(told, _important_changes(instrument), self.yardstick(name))
        wide = len(self.protected.told) <= MOST_WITH_WIDE
        picture = domain_figure([measure], self.synthetic, {name: self.beside(name)}, wide)
        pieces = [heading, sentences, picture, measure_table(measure), *self._bands(measure)]
        if self.audience is Audience.INTERNAL:
            context = Context(self.pilot, self.results, self.protected)
            pieces.append(estimates_table(measure, context.estimates(measure)))
        return self._output(*pieces, numbers=(measure,))

    def _bands(self, measure: ProtectedMeasure) -> tuple[Piece, ...]:
        """How many people scored in each half of the published bands: in a sentence and a table."""
        bands = measure.bands
        if bands is None:
            return ()
        better, before, after = bands.rows[measure.better == "higher"]
        told = f"{before} people scored {better} before, and {after} after. These are the better scores."
        return Text(paragraphs=(told[0].upper() + told[1:],)), bands_table(measure)

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
        started, funder = self.pilot.protocol.started, self.pilot.protocol.funder.rstrip(".")
        when = f"The pilot started in {started:%B %Y}." if started else ""
        first, second = map(people, self.protected.answered or (0, 0))
        each = f"The first survey was answered by {first}, the second by {second}." if self.protected.answered else ""
        paid = f"Who paid: {funder}." if funder else ""
        return self._output(_text(left or self._who_answered(), each, who, when, paid))

    @_made_once
    def caveats(self) -> SafeOutput:
        """What to know before using the figures: the findings that the results trigger, and the pilot's own notes."""
        placed = NOTES_WITH_A_PLACE | ({"tried"} if self._tried else set())
        notes = tuple(note for name, note in self.pilot.protocol.notes.items() if name not in placed)
        groups = {
            heading: tuple(self._findings[id_] for id_ in ids if id_ in self._findings)
            for heading, ids in GROUPS.items()
        }
        pieces: list[Piece] = []
        for heading, told in {**groups, OWN_NOTES: notes}.items():
            if told:
                words = Text(paragraphs=told) if len(told) == 1 else Listing(entries=tuple((text,) for text in told))
                pieces += [Heading(text=heading), words]
        return self._output(*pieces)

    @_made_once
    def quotes(self) -> SafeOutput:
        """What people said, where they agreed that it may be published; nothing otherwise."""
        entries = tuple((f"“{text}”",) for text in self.quoted)
        return safe_output(Listing(entries=entries), rules=QUOTE_RULES) if entries else safe_output()

    @_made_once
    def similar_cases(self) -> SafeOutput:
        """Published cases most like this pilot, whatever they found, their figures, and what nobody has tried."""
        return cases_like(self.pilot, self.protected.told)

    @_made_once
    def method(self) -> SafeOutput:
        """How the numbers were made, and the questionnaires with their sources and licences."""
        banded = {measure.name for measure in self.protected.told if measure.bands}
        of_a_kind: dict[str, list[str]] = {}
        for name, measure in self.pilot.measures.items():
            words = _questionnaire(measure.instrument, name in banded)
            of_a_kind.setdefault(words, []).append(measure.instrument.label)
        entries = tuple(("; ".join(labels), words) for words, labels in of_a_kind.items())
        return self._output(_text(*METHOD, self._rounding(), *self._other_waves()), Facts(entries=entries))

    @_made_once
    def provenance(self) -> SafeOutput:
        """Where the numbers come from: data, software and their versions. Nothing of the machine or the person."""
        lock = CHECKOUT / "requirements.lock"
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16] if lock.exists() else "none"
        entries = (
            ("Data", "Synthetic: made up, not collected" if self.synthetic else "Collected by the pilot"),
            ("Data fingerprint (keyed)", self.pilot.data_hash()[:16]),
            ("Random numbers in the analysis", "None: every figure is computed exactly"),
            *versions().items(),
            ("Fingerprint of the locked packages", digest),
        )
        return safe_output(Facts(entries=entries))

    @cached_property
    def _findings(self) -> dict[str, str]:
        """The findings that the results trigger: id and text."""
        told = findings(Context(self.pilot, self.results, self.protected, quotes=len(self.quoted)))
        return {finding.id: finding.text for finding in told}

    @property
    def _main(self) -> ProtectedMeasure:
        return next(measure for measure in self.protected.measures if measure.primary)

    @property
    def _tried(self) -> str:
        """The pilot's own words on what was tried, where they are short enough to open the summary."""
        note = self.pilot.protocol.notes.get("tried", "")
        return note if len(note.split()) <= LONGEST_TRIED else ""

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

    def _loss(self) -> str:
        """That more than a quarter are missing from the main result: they left, or left its questions blank."""
        started, twice, n = self.protected.started, self.protected.answered_twice, self._main.n
        if not started or twice is None:
            return ""
        if twice < KEPT * started:
            return "More than a quarter are missing; those who left may differ from those who stayed."
        if n is not None and n < KEPT * started:
            return f"Some left questions blank: on the main measure, {n} have a score both times."
        return ""

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
