"""Where every numeral on a pilot's page comes from (R-SDC-24): a released number, or a text declared by its hash.

The register is made from the pilot itself, apart from the notebook: what a cell made up is in no register.
"""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from atpilots import vocabularies
from atpilots.disclosure import ProtectedMeasure
from atpilots.files import folded
from atpilots.instruments import Instrument
from atpilots.page import Link, SafeOutput, Title, plain_words
from atpilots.report import (
    AXES,
    Report,
    change_interval,
    interval,
    moved_percents,
    percent,
    percent_of_scale,
    percent_step,
    spread_rows,
    told_change,
)

NUMERAL = re.compile(r"[+−-]?\d+(?:[.,]\d+)*")
SHORTEST_TEXT = 8  # characters; a shorter declared text could hide a number of the same digits
OWN_WORDS = {"pilot.toml", "title", "quotes"}  # what a pilot says itself
PACKAGE = Path(__file__).parent.parent

# The rules that a number of each kind passed (docs/disclosure.md); what is an instrument's own was published before.
RULES_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("recruited", "answered each time", "answered both times", "people"), ("R-SDC-01", "R-SDC-17")),
    "improved": ("R-SDC-02", "R-SDC-03", "R-SDC-05", "R-SDC-06", "R-SDC-14", "R-SDC-17"),
    "people by band": ("R-SDC-02", "R-SDC-03", "R-SDC-05", "R-SDC-06", "R-SDC-10", "R-SDC-14", "R-SDC-17"),
    **dict.fromkeys(
        ("before", "after", "change", "low", "high", "step", "spread", "percent of scale", "course"),
        ("R-SDC-01", "R-SDC-09", "R-SDC-14", "R-SDC-17"),
    ),
    **dict.fromkeys(("findings", "summary"), ("R-SDC-18", "R-SDC-24")),
    "difference": ("R-SDC-01", "R-SDC-09", "R-SDC-14", "R-SDC-17"),
    "instrument": (),
}


@dataclasses.dataclass(frozen=True, order=True)
class Entry:
    """What a numeral on the page is: of which measure and rater (if any), which figure, and the rules it passed."""

    figure: str
    of: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """The disclosure rules that a figure of this kind passed."""
        return RULES_OF[self.figure]

    def __str__(self) -> str:
        return f"{self.of}: {self.figure}" if self.of else self.figure


@dataclasses.dataclass(frozen=True)
class NumeralRegister:
    """The numerals that may stand on a page, each with what it is; and the declared texts, folded, longest first."""

    numbers: Mapping[str, tuple[Entry, ...]]
    texts: tuple[str, ...]
    sources: Mapping[str, str]  # what was declared, by SHA-256
    addresses: tuple[str, ...] = ()  # to which links of the page's own lead: its workbook, and whom to ask
    contact: str = ""  # whom to ask, as the page says it
    published: tuple[str, ...] = ()  # of the texts, those that somebody else published: sources, case studies, ours
    checked: bool = True

    def declaring(self, text: str) -> NumeralRegister:
        """The same with one more text that may stand on the page, which is none of the pilot's own."""
        more = _telling([text])
        return dataclasses.replace(
            self, texts=tuple(sorted((*self.texts, *more), key=len, reverse=True)), published=(*self.published, *more)
        )

    def unregistered(self, text: str) -> list[str]:
        """Numerals in a text of the page that are neither released numbers nor within a declared text."""
        if not self.checked or not any(map(str.isnumeric, text)):
            return []
        rest = folded(text)
        for declared in self.texts:
            rest = rest.replace(declared, " ") if declared in rest else rest
        strange = [c for c in rest if c.isnumeric() and c not in "0123456789"]
        return [numeral for numeral in NUMERAL.findall(rest) if numeral not in self.numbers] + strange


@lru_cache(maxsize=2)  # for the gate, then for the manifest
def register_of(report: Report) -> NumeralRegister:
    """Everything that may stand on this report's page; an internal page is watermarked instead of accounted for."""
    numbers: dict[str, dict[Entry, None]] = {}
    for entry, text in _numbers(report):
        for numeral in NUMERAL.findall(folded(text)):
            numbers.setdefault(numeral, {})[entry] = None
    declared = {name: list(strings_in(part.model_dump())) for name, part in _declared(report).items()}
    pilot, instruments = report.pilot, [measure.instrument for measure in report.pilot.measures.values()]
    dates = [date for date in (pilot.protocol.started, pilot.protocol.plan_dated) if date]
    declared["pilot.toml"] = [
        *strings_in(pilot.protocol.model_dump(mode="json")),
        *(f"{date.day} {date:%B %Y}" for date in dates),
        *(f"{date:%B %Y}" for date in dates),
    ]
    declared |= {f"instrument {i.name}": [*strings_in(_words_of(i))] for i in instruments}
    declared["axes"] = list(AXES.values())
    declared["yardsticks"] = [text for name in pilot.measures for text in report.yardstick(name)]
    declared["the package's own words"] = list(package_words())
    others = [texts for name, texts in declared.items() if name not in OWN_WORDS]
    (title,) = (piece for piece in report.title().pieces if isinstance(piece, Title))
    return NumeralRegister(
        numbers={numeral: tuple(places) for numeral, places in numbers.items()},
        texts=_telling(text for texts in declared.values() for text in texts),
        sources={
            name: hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest() for name, texts in declared.items()
        },
        addresses=(title.numbers, *(word.href for word in title.contact if isinstance(word, Link))),
        contact=" ".join(map(plain_words, title.contact)),
        published=_telling(text for texts in others for text in texts),
        checked=report.audience != "internal",
    )


def _numbers(report: Report) -> Iterator[tuple[Entry, str]]:
    """Every released number: what it is, and the words that it stands in."""
    protected = report.protected
    yield Entry("recruited"), str(protected.recruited or "")
    yield Entry("answered each time"), " ".join(map(str, protected.answered or ()))
    yield Entry("answered both times"), str(protected.answered_twice or "")
    for m in protected.views:
        yield Entry("people", f"{m.name}, {m.rater}"), m.people
    for m in (view for view in protected.views if not view.withheld):
        name = f"{m.name}, {m.rater}"
        yield Entry("improved", name), str(m.improved or "")
        yield Entry("people by band", name), "; ".join(" ".join(row) for row in (m.bands.rows if m.bands else ()))
        for what in ("before", "after", "change", "low", "high"):
            value = getattr(m, what)
            yield Entry(what, name), _either_way(m, value)
            if m.one_end and value:  # "fell by at least 1 point"
                yield Entry(what, name), m.number(abs(value))
        yield Entry("low", name), change_interval(m)
        yield Entry("step", name), _steps(m)
        yield Entry("spread", name), " ".join(number for _, number in spread_rows(m))
        yield Entry("percent of scale", name), _percents(m)
    main = next(m for m in protected.measures if m.primary)
    for wave in protected.course:
        told = "" if wave.withheld else " ".join(told_change(main, wave, report.pilot.endpoint))
        yield Entry("course", f"{main.name}, {wave.name}"), f"{told} {'' if wave.n is None else wave.n}"
    for arm in protected.arms:
        numbers = arm.recruited, arm.before, arm.after, arm.both
        yield Entry("answered each time", arm.arm), " ".join(str(n) for n in numbers if n)
    for compared in protected.comparisons:
        own, name = compared.own, f"{compared.own.name}, {compared.own.rater}, {compared.arm}"
        yield Entry("people", name), f"{own.people} {compared.adjusted.people}"
        if not compared.withheld:
            for what in ("before", "after", "change"):
                yield Entry(what, name), _either_way(own, getattr(own, what))
            yield Entry("change", name), change_interval(own)
            for m in (compared.adjusted, compared.unadjusted):
                told = f"{m.number(m.change, signed=True)} {m.number(abs(m.change or 0))} {change_interval(m)}"
                yield Entry("difference", name), f"{told} {_steps(m)} {_percents(m)}"
    for one in protected.attendance:
        yield Entry("answered each time", one.wave), f"{one.answered} {one.also_first} {one.last}"
    yield Entry("findings"), (report.participants() + report.caveats()).text()
    yield Entry("summary"), (report.summary() + report.next_steps()).text()
    for measure in report.pilot.measures.values():
        yield Entry("instrument", measure.name), " ".join(_figures_of(measure.instrument))
        averages = " ".join(one.value for one in report.beside(measure.name).yardsticks)
        yield Entry("instrument", measure.name), averages


def _either_way(m: ProtectedMeasure, value: float | None) -> str:
    return f"{m.number(value)} {m.number(value, signed=True)}"


def _steps(m: ProtectedMeasure) -> str:
    return f"{m.step:g} {m.number(m.step)} {percent_step(m):g}"


def _percents(m: ProtectedMeasure) -> str:
    change, low, high = percent_of_scale(m)
    return f"{'' if change is None else percent(change)} {interval(low, high, percent, moved_percents(m))}"


def _figures_of(instrument: Instrument) -> Iterator[str]:
    """The instrument's own published figures that a page tells: ends of the scale, and changes that matter."""
    zones = [end for change in instrument.minimal_important_change for end in (change.low, change.high)]
    window = (instrument.window.low, instrument.window.high) if instrument.window else ()
    for value in (*instrument.score_range, *zones, *window):
        yield f"{value:g} {round(value, 2):g}".replace("-", "−")


def _declared(report: Report) -> dict[str, SafeOutput]:
    """Parts of the page that tell of other things than the survey."""
    return {
        "case studies": report.similar_cases(),
        "method": report.method(),
        "provenance": report.provenance(),
        "title": report.title(),
        "quotes": report.quotes(),
    }


def standing_texts(instruments: Iterable[Instrument]) -> Iterator[str]:
    """Words that stand on a page whoever answered: the package's, its vocabularies' and those of the instruments."""
    yield from package_words()
    for instrument in instruments:
        yield from strings_in(_words_of(instrument))
    for vocabulary in (vocabularies.TECHNOLOGY, vocabularies.USER_GROUP, vocabularies.OUTCOME_DOMAIN):
        yield from vocabulary.values()


def _words_of(instrument: Instrument) -> dict[str, Any]:
    words = instrument.model_dump(
        include={"label", "short_label", "source", "bands_source", "owner", "licence", "wording"}
    )
    changes = [[change.population, change.source] for change in instrument.minimal_important_change]
    return {**words, "changes": changes}


@cache
def package_words() -> tuple[str, ...]:
    """Every sentence that the package writes around numbers, read from its own source."""
    sources = sorted((PACKAGE / "report").rglob("*.py"))
    trees = [ast.parse(source.read_text(encoding="utf-8")) for source in sources]
    nodes = (node for tree in trees for node in ast.walk(tree))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    template = (PACKAGE / "page" / "templates" / "page.html.j2").read_text(encoding="utf-8")
    return tuple(
        text for text in [*texts, *re.findall(r"(?<=[>}])[^<>{}]+(?=[<{])", template)] if len(text) >= SHORTEST_TEXT
    )


def _telling(texts: Iterable[str]) -> tuple[str, ...]:
    """Declared texts that hold numerals and enough else to be known by, longest first."""
    known = {folded(text).rstrip(".") for text in texts}
    kept = {t for t in known if len(t) >= SHORTEST_TEXT and any(map(str.isnumeric, t))}
    short = {t for t in known if 0 < len(t) < SHORTEST_TEXT and any(map(str.isdigit, t))}
    short = {t for t in short if not NUMERAL.fullmatch(t.rstrip("%")) or t.count(".") > 1}  # "(2018)", "3.1.1", "ucla3"
    return tuple(sorted(kept | short, key=lambda text: (-len(text), text)))


def strings_in(value: Any) -> Iterator[str]:
    """Every text of a document; of a mapping its values only, because its keys are ours."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from strings_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings_in(part)
