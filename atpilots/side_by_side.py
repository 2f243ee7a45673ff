"""Pilots side by side on the measures that they share, in percent of each scale's range, from released numbers only.

Nothing is averaged over pilots and nothing is ranked: pilots stand in the order of their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from atpilots.figures import forest_figure, overview_alt, percent
from atpilots.released import Heading, Numbers, Piece, Released, Text, Words, release, table

INTRODUCTION = (
    "Each chart shows one measure of the common questionnaire, for every pilot that asked it and may tell. All are in "
    "percent of the measure's scale, and better is always to the right.",
    "The pilots had different people, technologies and circumstances. So a difference between two pilots does not "
    "mean that one technology is better than the other. Nothing here is averaged over pilots.",
)
COLUMNS = {
    "Pilot": False,
    "Average change (% of scale)": True,
    "95% interval (% of scale)": True,
    "People": True,
}

Manifest = Mapping[str, Any]
Shared = list[tuple[Manifest, Numbers]]


def side_by_side(manifests: Sequence[Manifest]) -> Released | None:
    """A figure and a table for each measure that two or more of the public releases tell; None where there is none.

    Measures count as the same where the whole definition of their instrument is equal and residents answered it.
    """
    shared = shared_measures(manifests)
    pieces = [piece for pilots in shared for piece in _pieces(pilots)]
    return release(Text(paragraphs=INTRODUCTION), *pieces) if pieces else None


def shared_measures(manifests: Sequence[Manifest]) -> list[Shared]:
    """For each measure in the order of the first release that has it: the releases that tell it, and their numbers."""
    found: dict[str, Shared] = {}
    for manifest in manifests:
        for row in map(Numbers.model_validate, manifest.get("numbers", ())):
            if row.percent is not None and row.rater == "resident":
                found.setdefault(row.instrument, []).append((manifest, row))
    return [pilots for pilots in found.values() if len(pilots) > 1]


def _pieces(pilots: Shared) -> list[Piece]:
    label = pilots[0][1].label
    rows = pd.DataFrame(
        [(_named(manifest), *(row.percent or ())) for manifest, row in pilots],
        columns=["label", "change", "low", "high"],
    )
    synthetic = any(manifest["provenance"] == "synthetic" for manifest, _ in pilots)
    caption = f"{label}: average change in each pilot, as a percentage of the scale, better to the right"
    cells: list[list[Words]] = [
        [name, percent(change)[:-1], f"{percent(low)[:-1]} to {percent(high)[:-1]}", row.people]
        for (name, change, low, high), (_, row) in zip(rows.itertuples(index=False, name=None), pilots, strict=True)
    ]
    numbers = table(f"{label}: average change in percent of the scale, better counted positive", COLUMNS, cells)
    return [Heading(text=label), forest_figure(rows, overview_alt(rows, "pilot"), caption, synthetic), numbers]


def _named(manifest: Manifest) -> str:
    return f"{manifest['title']}, {manifest['borough']}"
