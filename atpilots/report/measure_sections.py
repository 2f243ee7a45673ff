"""What the page says of one measure or a few: the result in words; picture and numbers when asked for."""

from __future__ import annotations

from collections.abc import Sequence

from atpilots.disclosure import Audience, ProtectedMeasure
from atpilots.instruments import Instrument
from atpilots.page import Details, Figure, Heading, Inner, Piece, Verdict
from atpilots.report.beside import beside, yardsticks_of, zone_words
from atpilots.report.domain_figure import domain_figure, names_together
from atpilots.report.findings import Context, change_sentences
from atpilots.report.tables import domain_table, estimates_table, measure_table
from atpilots.report.wording import counted, display_label, one_measure, orientation, paragraphs, size_of_change

LEAST_TOLD = 10  # people, by which rounded numbers differ before a sentence sets them beside each other
# Measures told: of more, wide pictures would make the page too large; of still more, any but the main measure's would.
MOST_WITH_WIDE, MOST_WITH_PICTURES = 20, 30
ONE_ARM = "These are the people in “{}” alone; how they differ from others stands above."


def told_measures(context: Context, name: str, measures: Sequence[ProtectedMeasure]) -> list[Piece]:
    """Told measures that share a picture: results in words; picture and numbers when asked for."""
    first, alone, count = measures[0], len(measures) == 1, len(context.protected.told)
    pieces: list[Inner] = []
    if first is not context.main and count <= MOST_WITH_PICTURES:  # the main measure's picture stands above
        besides = {m.name: beside(context.instrument(m), yardsticks_of(context.pilot, m.name)) for m in measures}
        pieces.append(domain_figure(measures, context.synthetic, besides, wide=count <= MOST_WITH_WIDE))
    if context.protected.compared:
        pieces.insert(0, paragraphs(ONE_ARM.format(context.protocol.arms[0])))
    pieces.append(measure_table(first) if alone else domain_table(name, measures))
    pieces.append(
        paragraphs(
            *(measure_words(m, "" if alone else f"{display_label(m)}. ") for m in measures),
            *_published(context, measures),
        )
    )
    if context.protected.audience is Audience.INTERNAL:
        pieces += [estimates_table(m, context.estimates(m)) for m in measures]
    what = "Picture and numbers" if any(isinstance(piece, Figure) for piece in pieces) else "Numbers"
    details = Details(summary=f"{what}: {name}", pieces=tuple(pieces))
    found = {(m.name, m.rater): m for m in context.protected.results}
    verdicts = _verdicts([found.get((m.name, m.rater), m) for m in measures])  # a worker's view is its own
    return [Heading(text=name), *verdicts, details]


def measure_words(measure: ProtectedMeasure, label: str) -> str:
    """One measure in sentences: its result, and how many got better."""
    better = f"{str(measure.improved).capitalize()}." if measure.improved else ""
    return label + " ".join(filter(None, (*change_sentences(measure), better, _bands(measure))))


def _published(context: Context, measures: Sequence[ProtectedMeasure]) -> tuple[str, ...]:
    """What sizes of change matter, and how others are: what is the same for several measures is said once."""
    told: dict[str, list[str]] = {}
    for m in measures:
        above = m is context.main and not context.protected.compared  # where its own stand beside its picture
        others = () if above else orientation(yardsticks_of(context.pilot, m.name))[:1]
        for text in filter(None, (_important_changes(context.instrument(m)), *others)):
            told.setdefault(text, []).append(display_label(m))
    for m in measures:
        for source in orientation(yardsticks_of(context.pilot, m.name))[1:]:
            told.setdefault(source, []).append(display_label(m))
    return tuple(
        text if len(labels) == len(measures) else f"{'; '.join(labels)}: {text}" for text, labels in told.items()
    )


def _bands(measure: ProtectedMeasure) -> str:
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


def _verdicts(measures: Sequence[ProtectedMeasure]) -> list[Verdict]:
    """What is found of one measure, or of several: once where it is the same of all."""
    if len(measures) == 1:
        symbol, word = one_measure(measures[0])  # all numbers stand in the glance
        where = "Its picture stands above." if measures[0].primary else "Exploratory."
        return [Verdict(symbol=symbol, word=word, text=where)]
    found: dict[tuple[str, str], list[str]] = {}
    for measure, name in zip(measures, names_together(measures), strict=True):
        found.setdefault(one_measure(measure), []).append(name)
    if len(found) == 1:
        ((symbol, word),) = found
        of_all = "both" if len(measures) == 2 else f"all {counted(len(measures))}"
        return [Verdict(symbol=symbol, word=f"{word} on {of_all}", text="Exploratory.")]
    return [
        Verdict(symbol=symbol, word=word, text=f"Exploratory: {'; '.join(labels)}.")
        for (symbol, word), labels in found.items()
    ]


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
