"""What a page is made of: titles, texts, lists, tables and figures, plain data that only the page's template draws."""

from __future__ import annotations

import base64
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

FITS_A_TELEPHONE = 3  # columns
NUMBER_AT_THE_END = re.compile(r"\d(?:\.(\d+))?$")
POINT_SPACE, DIGIT_SPACE = "\u2008", "\u2007"  # as wide as a full stop and as a digit


class PlainData(BaseModel):
    """What does not change, and has nothing that nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Link(PlainData):
    """Words that lead to a public address."""

    text: str
    href: Annotated[str, Field(pattern=r"^(https?://|[a-z0-9_-]+\.(html|xlsx)$|#|mailto:|tel:)")]


class Sign(PlainData):
    """Words that carry their sentence; behind a symbol, if any, that repeats them for the eye; and what more to say."""

    symbol: str = ""
    word: str
    text: str = ""


Words = str | Link | Sign
Sentence = tuple[Words, ...]  # in a row, with a space between


def plain_words(words: Words) -> str:
    """Words without their symbol and address."""
    if isinstance(words, Sign):
        return f"{words.word}{words.text}"
    return words if isinstance(words, str) else words.text


class Title(PlainData):
    """The page's one first-level heading, and what the page is: of which pilot (if any), for whom."""

    kind: Literal["title"] = "title"
    text: str
    subtitle: str
    pilot: str | None = None
    audience: str = "public"
    banners: tuple[str, ...] = ()
    numbers: str = ""  # the file of the page's numbers, beside it
    contact: Sentence = ()  # whom to ask


class Claim(PlainData):
    """What its section found: the page adds it to the section's heading."""

    kind: Literal["claim"] = "claim"
    text: str


class Lead(PlainData):
    """The answer in a sentence or two, before anything else."""

    kind: Literal["lead"] = "lead"
    words: Sentence


class Tile(PlainData):
    """One of the summary's questions, its answer in a symbol and a word, and the numbers to it.

    level: of the evidence, of five; None where there is none to tell.
    """

    heading: str
    symbol: str = ""
    word: str
    text: str
    level: int | None = None


class Tiles(PlainData):
    """The summary's questions side by side; every one is a third-level heading."""

    kind: Literal["tiles"] = "tiles"
    entries: tuple[Tile, ...]


class Steps(PlainData):
    """What to do next: what the result says of it, then each thing to do, by its name."""

    kind: Literal["steps"] = "steps"
    first: str
    entries: tuple[tuple[str, str], ...]


class Verdict(PlainData):
    """A result in a symbol and words, and what more there is to say."""

    kind: Literal["verdict"] = "verdict"
    symbol: str
    word: str
    text: str


class Heading(PlainData):
    """A heading below a section's own."""

    kind: Literal["heading"] = "heading"
    text: str


class Text(PlainData):
    """Paragraphs."""

    kind: Literal["text"] = "text"
    paragraphs: tuple[str, ...]


class Listing(PlainData):
    """A bulleted list; each entry is words in a row, some of them links."""

    kind: Literal["list"] = "list"
    entries: tuple[Sentence, ...]


class Card(PlainData):
    """A link with a heading of its own, what it leads to in words, and smaller notes."""

    title: Link
    text: str
    notes: tuple[Words, ...] = ()


class Cards(PlainData):
    """A list of links with more to say of each than fits a line; every card is a third-level heading."""

    kind: Literal["cards"] = "cards"
    entries: tuple[Card, ...]


class Facts(PlainData):
    """Names and their values."""

    kind: Literal["facts"] = "facts"
    entries: tuple[tuple[str, Words], ...]


class Column(PlainData):
    """A table's column: its header with the unit, and whether it holds numbers."""

    label: str
    numeric: bool = False


class Table(PlainData):
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
    ends = [NUMBER_AT_THE_END.search(plain_words(cell)) for cell in cells]
    decimals = [len(end[1] or "") if end else 0 for end in ends]
    missing = [max(decimals) - count if end else 0 for end, count in zip(ends, decimals, strict=True)]
    return [
        f"{cell}{'' if count else POINT_SPACE}{DIGIT_SPACE * lacking}" if lacking and isinstance(cell, str) else cell
        for cell, count, lacking in zip(cells, decimals, missing, strict=True)
    ]


class Picture(PlainData):
    """A PNG, and the size in CSS pixels at which it is shown; it has twice as many."""

    png: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/=]+$")]
    width: int
    height: int


class Figure(PlainData):
    """A picture, the same drawn wider for where there is room, and their one text alternative; its table follows it."""

    kind: Literal["figure"] = "figure"
    narrow: Picture
    wide: Picture | None = None
    alt: Annotated[str, Field(min_length=20)]
    caption: str


class GlanceRow(PlainData):
    """A result at a glance. strip: a PNG of its change and interval; empty where there is none to draw."""

    name: Words
    aside: str = ""  # behind the name
    averages: str
    change: str
    strip: str = ""
    alt: str = ""
    symbol: str
    word: str


class Glance(PlainData):
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


class Details(PlainData):
    """What not everybody needs: shown when asked for, and on paper."""

    kind: Literal["details"] = "details"
    summary: str
    pieces: tuple[Inner, ...]


class Facet(PlainData):
    """One way to choose among the entries of a catalogue: its name, and the labels of its options."""

    name: str
    options: tuple[str, ...]


class Entry(PlainData):
    """A link, what is said of it in a line, with a mark that may not be missed, and what is said when asked for.

    options: for each facet of the catalogue, the places of the options that the entry belongs to.
    """

    title: Link
    line: str
    mark: str = ""
    notes: tuple[str, ...]
    anchor: Annotated[str, Field(pattern=r"^[a-z0-9-]*$")] = ""
    options: tuple[tuple[int, ...], ...] = ()


class Shelf(PlainData):
    """Entries of one kind, and what is told of their kind; its heading is of the third level."""

    heading: str = ""
    entries: tuple[Entry, ...]
    more: Details | None = None


class Catalogue(PlainData):
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


def table(caption: str, columns: dict[str, bool], rows: list[list[Words]], note: str = "") -> Table:
    """A Table from {header: numeric} and rows of cells."""
    heads = tuple(Column(label=label, numeric=numeric) for label, numeric in columns.items())
    return Table(caption=caption, columns=heads, rows=tuple(tuple(row) for row in rows), note=note)


def picture(png: bytes, size: tuple[int, int]) -> Picture:
    """A Picture from PNG bytes and its display size (width, height) in CSS pixels."""
    return Picture(png=base64.b64encode(png).decode("ascii"), width=size[0], height=size[1])
