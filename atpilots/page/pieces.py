"""What a page is made of: titles, texts, lists, tables and figures, plain data that only the page's template draws.

A SafeOutput travels under one MIME type of our own. Every other output of a notebook cell (prints, frames, warnings,
tracebacks, widgets) is dropped on the way.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

if TYPE_CHECKING:
    import pandas as pd

MIME = "application/vnd.atpilots.safe-output+json"
FITS_A_TELEPHONE = 3  # columns
NUMBER_AT_THE_END = re.compile(r"\d(?:\.(\d+))?$")
RULE = r"^R-(?:SDC|QUO)-\d\d$"  # nothing else: what stands here goes into the manifest as it is
POINT_SPACE, DIGIT_SPACE = "\u2008", "\u2007"  # as wide as a full stop and as a digit


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Link(_Piece):
    """Words that lead to a public address."""

    text: str
    href: Annotated[str, Field(pattern=r"^(https?://|[a-z0-9_-]+\.(html|xlsx)$|#|mailto:|tel:)")]


class Sign(_Piece):
    """Words that carry their sentence; behind a symbol, if any, that repeats them for the eye; and what more to say."""

    symbol: str = ""
    word: str
    text: str = ""


Words = str | Link | Sign
Sentence = tuple[Words, ...]  # in a row, with a space between


class Title(_Piece):
    """The page's one first-level heading, and what the page is: of which pilot (if any), for whom."""

    kind: Literal["title"] = "title"
    text: str
    subtitle: str
    pilot: str | None = None
    audience: str = "public"
    banners: tuple[str, ...] = ()
    numbers: str = ""  # the file of the page's numbers, beside it
    contact: Sentence = ()  # whom to ask


class Claim(_Piece):
    """What its section found: the page adds it to the section's heading."""

    kind: Literal["claim"] = "claim"
    text: str


class Lead(_Piece):
    """The answer in a sentence or two, before anything else."""

    kind: Literal["lead"] = "lead"
    words: Sentence


class Tile(_Piece):
    """One of the summary's questions, its answer in a symbol and a word, and the numbers to it.

    level: of the evidence, of five; None where there is none to tell.
    """

    heading: str
    symbol: str = ""
    word: str
    text: str
    level: int | None = None


class Tiles(_Piece):
    """The summary's questions side by side; every one is a third-level heading."""

    kind: Literal["tiles"] = "tiles"
    entries: tuple[Tile, ...]


class Steps(_Piece):
    """What to do next: what the result says of it, then each thing to do, by its name."""

    kind: Literal["steps"] = "steps"
    first: str
    entries: tuple[tuple[str, str], ...]


class Verdict(_Piece):
    """A result in a symbol and words, and what more there is to say."""

    kind: Literal["verdict"] = "verdict"
    symbol: str
    word: str
    text: str


class Heading(_Piece):
    """A heading below a section's own."""

    kind: Literal["heading"] = "heading"
    text: str


class Text(_Piece):
    """Paragraphs."""

    kind: Literal["text"] = "text"
    paragraphs: tuple[str, ...]


class Listing(_Piece):
    """A bulleted list; each entry is words in a row, some of them links."""

    kind: Literal["list"] = "list"
    entries: tuple[Sentence, ...]


class Card(_Piece):
    """A link with a heading of its own, what it leads to in words, and smaller notes."""

    title: Link
    text: str
    notes: tuple[Words, ...] = ()


class Cards(_Piece):
    """A list of links with more to say of each than fits a line; every card is a third-level heading."""

    kind: Literal["cards"] = "cards"
    entries: tuple[Card, ...]


class Facts(_Piece):
    """Names and their values."""

    kind: Literal["facts"] = "facts"
    entries: tuple[tuple[str, Words], ...]


class Column(_Piece):
    """A table's column: its header with the unit, and whether it holds numbers."""

    label: str
    numeric: bool = False


class Table(_Piece):
    """A table with a caption; the first cell of each row is the row's header."""

    kind: Literal["table"] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    note: str = ""
    stacks: bool = False  # whether its rows are cards where the table would not fit

    @property
    def aligned(self) -> tuple[tuple[Words, ...], ...]:
        """The rows with spaces as wide as digits behind numbers, so that decimal points stand below each other."""
        columns = [[row[place] for row in self.rows] for place in range(len(self.columns))]
        filled = [_aligned(cells) if head.numeric else cells for head, cells in zip(self.columns, columns, strict=True)]
        return tuple(zip(*filled, strict=True))

    @property
    def scrolls(self) -> bool:
        """Whether it may not fit a telephone: then it scrolls in a region of its own."""
        return len(self.columns) > FITS_A_TELEPHONE and not self.stacks


def _aligned(cells: list[Words]) -> list[Words]:
    ends = [NUMBER_AT_THE_END.search(_words(cell)) for cell in cells]
    decimals = [len(end[1] or "") if end else 0 for end in ends]
    missing = [max(decimals) - count if end else 0 for end, count in zip(ends, decimals, strict=True)]
    return [
        f"{cell}{'' if count else POINT_SPACE}{DIGIT_SPACE * lacking}" if lacking and isinstance(cell, str) else cell
        for cell, count, lacking in zip(cells, decimals, missing, strict=True)
    ]


class Picture(_Piece):
    """A PNG, and the size in CSS pixels at which it is shown; it has twice as many."""

    png: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/=]+$")]
    width: int
    height: int


class Figure(_Piece):
    """A picture, the same drawn wider for where there is room, and their one text alternative; its table follows it."""

    kind: Literal["figure"] = "figure"
    narrow: Picture
    wide: Picture | None = None
    alt: Annotated[str, Field(min_length=20)]
    caption: str


class GlanceRow(_Piece):
    """A result at a glance. strip: a PNG of its change and interval; empty where there is none to draw."""

    name: Words
    aside: str = ""  # behind the name
    averages: str
    change: str
    strip: str = ""
    alt: str = ""
    symbol: str
    word: str


class Glance(_Piece):
    """Results in a table of words and small pictures on one axis, which its header draws.

    what: the number that a row gives beside its averages.
    """

    kind: Literal["glance"] = "glance"
    caption: str
    first: str  # the header of the rows' names
    what: str = "Change"
    axis: str
    axis_alt: str
    size: tuple[int, int]  # of the strips, in CSS pixels
    axis_size: tuple[int, int]
    rows: tuple[GlanceRow, ...]
    note: str = ""


Inner = Annotated[
    Heading | Text | Listing | Cards | Facts | Table | Figure | Glance | Verdict, Field(discriminator="kind")
]  # fmt: skip


class Details(_Piece):
    """What not everybody needs: shown when asked for, and on paper."""

    kind: Literal["details"] = "details"
    summary: str
    pieces: tuple[Inner, ...]


class Facet(_Piece):
    """One way to choose among the entries of a catalogue: its name, and the labels of its options."""

    name: str
    options: tuple[str, ...]


class Entry(_Piece):
    """A link, what is said of it in a line, with a mark that may not be missed, and what is said when asked for.

    options: for each facet of the catalogue, the places of the options that the entry belongs to.
    """

    title: Link
    line: str
    mark: str = ""
    notes: tuple[str, ...]
    anchor: Annotated[str, Field(pattern=r"^[a-z0-9-]*$")] = ""
    options: tuple[tuple[int, ...], ...] = ()


class Shelf(_Piece):
    """Entries of one kind, and what is told of their kind; its heading is of the third level."""

    heading: str = ""
    entries: tuple[Entry, ...]
    more: Details | None = None


class Catalogue(_Piece):
    """Entries under headings. With facets, radio buttons choose among them, and notes are shown when asked for."""

    kind: Literal["catalogue"] = "catalogue"
    facets: tuple[Facet, ...] = ()
    shelves: tuple[Shelf, ...]
    what: str = "entries"  # what is counted
    folded: bool = False  # whether notes are shown when asked for only

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Those of all shelves."""
        return tuple(entry for shelf in self.shelves for entry in shelf.entries)


Piece = Annotated[
    Title | Claim | Lead | Tiles | Steps | Verdict | Heading | Text | Listing | Cards | Facts | Table | Figure | Glance
    | Details | Catalogue,
    Field(discriminator="kind"),
]  # fmt: skip


class WaveNumbers(_Piece):
    """A measure's average change since the first wave at a later one: points as rounded for the page, None where
    withheld, and how many of the main result's people have a score then.
    """

    wave: str
    change: float | None = None
    low: float | None = None
    high: float | None = None
    people: int | None = None


class ArmNumbers(_Piece):
    """A measure in another arm, and how much higher the piloted arm ended at equal baselines: as `MeasureNumbers`.

    both: the people of the two arms. unadjusted: the difference between the two average changes, with its interval.
    """

    arm: str
    people: str
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    both: str
    step: float | None = None
    decimals: int = 1
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    unadjusted: tuple[float | None, float | None, float | None] = (None, None, None)
    percent: tuple[float | None, float | None, float | None] | None = None
    moved: tuple[str, str] = ("", "")
    percent_moved: tuple[str, str] = ("", "")
    verdict: str | None = None


class MeasureNumbers(_Piece):
    """The numbers that a page shows of one measure: for the release manifest, the spreadsheet and the index.

    Points as rounded for the page, percent of the scale's range with better counted positive; None where withheld: all,
    or all but one end of the interval.
    """

    measure: str
    instrument: str  # a fingerprint of its definition: only equal ones may stand side by side
    label: str
    rater: str
    primary: bool
    better: Literal["higher", "lower"]
    scale: tuple[float, float]
    people: str
    decimals: int = 1  # as many as the page shows
    step: float | None = None  # what its points are rounded to
    percent_step: float | None = None
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    percent: tuple[float | None, float | None, float | None] | None = None  # change, interval
    # What the page says in place of an end that rounding moved onto an edge ("just above 0"): in points, in percent.
    moved: tuple[str, str] = ("", "")
    percent_moved: tuple[str, str] = ("", "")
    verdict: str | None = None  # the word of its interval; None where withheld, and in the manifest of an older page
    zone: tuple[float, float] | None = None  # the changes that matter, where they decided the word
    bands: tuple[tuple[str, str, str], ...] = ()  # people: the band in words, before, after
    course: tuple[WaveNumbers, ...] = ()  # of a pilot with more than two waves, the main measure's
    arms: tuple[ArmNumbers, ...] = ()  # the other arms; then the word and the zone are those of the first difference

    @model_serializer(mode="wrap")
    def _without_what_few_have(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The manifests of most pilots, which have no course and no arms, stay as they are."""
        return {key: value for key, value in dump(self).items() if key not in {"course", "arms"} or value}


class SafeOutput(_Piece):
    """Pieces of a page, the numbers in them, and the ids of the disclosure rules that they passed. Safe to share.

    >>> import atpilots as at
    >>> "R-SDC-01" in at.open_report("greenwich").change_table().rules
    True
    """

    pieces: tuple[Piece, ...]
    rules: tuple[Annotated[str, Field(pattern=RULE)], ...] = ()
    numbers: tuple[MeasureNumbers, ...] = ()
    nothing: str = "Nothing may be shown here."  # what a notebook says where there are no pieces; no page does

    def __add__(self, other: SafeOutput) -> SafeOutput:
        rules, numbers = dict.fromkeys(self.rules + other.rules), dict.fromkeys(self.numbers + other.numbers)
        return SafeOutput(pieces=self.pieces + other.pieces, rules=tuple(rules), numbers=tuple(numbers))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        from atpilots.page.html import preview

        shown = self.pieces or (Text(paragraphs=(self.nothing,)),)
        return {MIME: self.model_dump(mode="json"), "text/html": preview(shown), "text/plain": self.text()}

    def __repr__(self) -> str:
        return self.text() or self.nothing

    def to_frame(self) -> pd.DataFrame:
        """The numbers in it as the workbook has them: one row per measure and rater; NaN where withheld.

        Columns: the fields of `MeasureNumbers` (points as rounded for the page; percent of the scale, better counted
        positive, as percent, percent_low and percent_high). Empty where it holds no numbers.

        >>> import atpilots as at
        >>> at.open_report("greenwich").change_table().to_frame()["measure"].iloc[0]
        'swemwbs'
        """
        import pandas as pd

        rows = [row.model_dump() for row in self.numbers]
        for row in rows:
            row["percent"], row["percent_low"], row["percent_high"] = row["percent"] or (None, None, None)
            row["scale_low"], row["scale_high"] = row.pop("scale")
        left = ["instrument", "moved", "percent_moved", "bands", "zone"]
        return pd.DataFrame(rows).drop(columns=left, errors="ignore")

    def text(self) -> str:
        """Everything in words, a line a paragraph, row or entry; pictures by their text alternative.

        >>> import atpilots as at
        >>> at.open_report("greenwich").title().text().splitlines()[0]
        'Amazon Echo at home'
        """
        return "\n".join(line for piece in self.pieces for line in _lines(piece))


def safe_output(*pieces: Any, rules: tuple[str, ...] = (), numbers: tuple[MeasureNumbers, ...] = ()) -> SafeOutput:
    """The pieces as one safe output."""
    return SafeOutput(pieces=pieces, rules=rules, numbers=numbers)


def table(caption: str, columns: dict[str, bool], rows: list[list[Words]], note: str = "") -> Table:
    """A Table from {header: numeric} and rows of cells."""
    heads = tuple(Column(label=label, numeric=numeric) for label, numeric in columns.items())
    return Table(caption=caption, columns=heads, rows=tuple(tuple(row) for row in rows), note=note)


def picture(png: bytes, size: tuple[int, int]) -> Picture:
    """A Picture from PNG bytes and its display size (width, height) in CSS pixels."""
    return Picture(png=base64.b64encode(png).decode("ascii"), width=size[0], height=size[1])


def _words(words: Words) -> str:
    if isinstance(words, Sign):
        return f"{words.word}{words.text}"
    return words if isinstance(words, str) else words.text


def _lines(piece: Any) -> list[str]:
    return LINES[type(piece)](piece)


def _table_lines(piece: Table) -> list[str]:
    rows = [" | ".join(map(_words, row)) for row in piece.rows]
    return [piece.caption, " | ".join(column.label for column in piece.columns), *rows, piece.note]


def _shelf_lines(shelf: Shelf) -> list[str]:
    entries = [line for e in shelf.entries for line in (e.title.text, f"{e.line} {e.mark}".strip(), *e.notes)]
    return [*filter(None, [shelf.heading]), *entries, *(_lines(shelf.more) if shelf.more else ())]


def _glance_lines(piece: Glance) -> list[str]:
    rows = [
        " | ".join((f"{_words(row.name)} {row.aside}".strip(), row.averages, row.change, row.alt, row.word))
        for row in piece.rows
    ]
    return [piece.caption, *rows, piece.note]


LINES: Mapping[type[_Piece], Callable[[Any], list[str]]] = MappingProxyType(
    {
        Title: lambda piece: [piece.text, piece.subtitle, *piece.banners],
        Claim: lambda piece: [piece.text],
        Lead: lambda piece: [" ".join(map(_words, piece.words))],
        Tiles: lambda piece: [
            f"{tile.heading} {tile.word}. {tile.text}{f' Evidence: level {tile.level} of 5.' if tile.level else ''}"
            for tile in piece.entries
        ],
        Steps: lambda piece: [piece.first, *(f"{name}. {text}" for name, text in piece.entries)],
        Verdict: lambda piece: [f"{piece.word}. {piece.text}"],
        Heading: lambda piece: [piece.text],
        Text: lambda piece: list(piece.paragraphs),
        Listing: lambda piece: [" ".join(map(_words, entry)) for entry in piece.entries],
        Cards: lambda piece: [
            line for card in piece.entries for line in (card.title.text, card.text, *map(_words, card.notes))
        ],
        Facts: lambda piece: [f"{name}: {_words(value)}" for name, value in piece.entries],
        Table: _table_lines,
        Figure: lambda piece: [piece.alt, piece.caption],
        Glance: _glance_lines,
        Catalogue: lambda piece: [line for shelf in piece.shelves for line in _shelf_lines(shelf)],
        Details: lambda piece: [piece.summary, *(line for inner in piece.pieces for line in _lines(inner))],
    }
)
