"""Safe outputs: pieces of a page, their numbers and the rules that they passed; as plain text, too.

A SafeOutput travels under one MIME type of our own. Every other output of a notebook cell (prints, frames, warnings,
tracebacks, widgets) is dropped on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from atpilots.page.numbers import MeasureNumbers
from atpilots.page.pieces import (
    Cards,
    Catalogue,
    Claim,
    Details,
    Facts,
    Figure,
    Glance,
    Heading,
    Lead,
    Listing,
    Piece,
    PlainData,
    Shelf,
    Steps,
    Table,
    Text,
    Tiles,
    Title,
    Verdict,
    plain_words,
)

if TYPE_CHECKING:
    import pandas as pd

MIME = "application/vnd.atpilots.safe-output+json"
RULE = r"^R-(?:SDC|QUO)-\d\d$"  # nothing else: what stands here goes into the manifest as it is


class SafeOutput(PlainData):
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

    __str__ = __repr__  # pydantic's own is a wall of fields

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


def _lines(piece: Any) -> list[str]:
    return LINES[type(piece)](piece)


def _table_lines(piece: Table) -> list[str]:
    rows = [" | ".join(map(plain_words, row)) for row in piece.rows]
    return [piece.caption, " | ".join(column.label for column in piece.columns), *rows, piece.note]


def _shelf_lines(shelf: Shelf) -> list[str]:
    entries = [line for e in shelf.entries for line in (e.title.text, f"{e.line} {e.mark}".strip(), *e.notes)]
    return [*filter(None, [shelf.heading]), *entries, *(_lines(shelf.more) if shelf.more else ())]


def _glance_lines(piece: Glance) -> list[str]:
    rows = [
        " | ".join((f"{plain_words(row.name)} {row.aside}".strip(), row.averages, row.change, row.alt, row.word))
        for row in piece.rows
    ]
    return [piece.caption, *rows, piece.note]


LINES: Mapping[type[PlainData], Callable[[Any], list[str]]] = {
    Title: lambda piece: [piece.text, piece.subtitle, *piece.banners],
    Claim: lambda piece: [piece.text],
    Lead: lambda piece: [" ".join(map(plain_words, piece.words))],
    Tiles: lambda piece: [
        f"{tile.heading} {tile.word}. {tile.text}{f' Evidence: level {tile.level} of 5.' if tile.level else ''}"
        for tile in piece.entries
    ],
    Steps: lambda piece: [piece.first, *(f"{name}. {text}" for name, text in piece.entries)],
    Verdict: lambda piece: [f"{piece.word}. {piece.text}"],
    Heading: lambda piece: [piece.text],
    Text: lambda piece: list(piece.paragraphs),
    Listing: lambda piece: [" ".join(map(plain_words, entry)) for entry in piece.entries],
    Cards: lambda piece: [
        line for card in piece.entries for line in (card.title.text, card.text, *map(plain_words, card.notes))
    ],
    Facts: lambda piece: [f"{name}: {plain_words(value)}" for name, value in piece.entries],
    Table: _table_lines,
    Figure: lambda piece: [piece.alt, piece.caption],
    Glance: _glance_lines,
    Catalogue: lambda piece: [line for shelf in piece.shelves for line in _shelf_lines(shelf)],
    Details: lambda piece: [piece.summary, *(line for inner in piece.pieces for line in _lines(inner))],
}
