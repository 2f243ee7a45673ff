"""Pilots side by side on the measures that they share, in percent of each scale's range, from released numbers only.

Nothing is averaged over pilots and nothing is ranked: pilots stand in the order of their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from atpilots.page import Heading, Link, MeasureNumbers, Piece, SafeOutput, Text, Words, safe_output, table
from atpilots.report import forest_figure, one_end_note, overview_alt, percent_cells, percent_rows, percents_told

INTRODUCTION = (
    "Each chart shows one measure of the common questionnaire, for every pilot that asked it and may tell. All are in "
    "percent of the measure's scale, and better is always to the right.",
    "The pilots had different people, technologies and circumstances. So a difference between two pilots does not "
    "mean that one technology is better than the other. Nothing here is averaged over pilots.",
)
ALONE = (
    "These measures have no chart: one pilot alone tells them, or others than the residents answered. Each row is "
    "about something else, so the rows cannot be compared with each other.",
)
COLUMNS = {
    "Pilot": False,
    "Average change (% of scale)": True,
    "95% interval (% of scale)": True,
    "People": True,
}

Manifest = Mapping[str, Any]
Shared = list[tuple[Manifest, MeasureNumbers]]


def side_by_side(manifests: Sequence[Manifest]) -> SafeOutput | None:
    """A figure and a table for each measure that two or more of the public releases tell; None where there is none.

    Measures count as the same where the whole definition of their instrument is equal and residents answered it.
    """
    shared = [pilots for pilots in _by_measure(manifests) if len(pilots) > 1 and pilots[0][1].rater == "resident"]
    pieces = [piece for pilots in shared for piece in _pieces(pilots)]
    return safe_output(Text(paragraphs=INTRODUCTION), *pieces) if pieces else None


def standing_alone(manifests: Sequence[Manifest]) -> SafeOutput | None:
    """A table of the measures that are not set side by side, with links to their pilots; None where there is none."""
    alone = [pilots for pilots in _by_measure(manifests) if len(pilots) == 1 or pilots[0][1].rater != "resident"]
    cells: list[list[Words]] = [
        [row.label, Link(text=_named(manifest), href=f"{manifest['pilot']}-public.html"), *_figures(row)]
        for pilots in alone
        for manifest, row in pilots
    ]
    caption = "Other measures: average change in percent of the scale, better counted positive"
    named = ((f"{row.label}, {_named(manifest)}", row) for pilots in alone for manifest, row in pilots)
    numbers = table(caption, {"Measure": False, **COLUMNS}, cells, _note(named))
    return safe_output(Text(paragraphs=ALONE), numbers) if cells else None


def _by_measure(manifests: Sequence[Manifest]) -> list[Shared]:
    """For each measure in the order of the first release that has it: the releases that tell it, and their numbers."""
    found: dict[tuple[str, str], Shared] = {}
    for manifest in manifests:
        for row in map(MeasureNumbers.model_validate, manifest.get("numbers", ())):
            if row.percent is not None:
                found.setdefault((row.instrument, row.rater), []).append((manifest, row))
    return list(found.values())


def _pieces(pilots: Shared) -> list[Piece]:
    label = pilots[0][1].label
    rows = percent_rows((_named(pilot), told, row.percent_moved) for pilot, row in pilots if (told := row.percent))
    synthetic = any(manifest["provenance"] == "synthetic" for manifest, _ in pilots)
    caption = f"{label}: average change in each pilot, as a percentage of the scale, better to the right"
    cells: list[list[Words]] = [[_named(manifest), *_figures(row)] for manifest, row in pilots]
    caption_of_table = f"{label}: average change in percent of the scale, better counted positive"
    numbers = table(caption_of_table, COLUMNS, cells, _note((_named(manifest), row) for manifest, row in pilots))
    return [Heading(text=label), forest_figure(rows, overview_alt(rows, "pilot"), caption, synthetic), numbers]


def _figures(row: MeasureNumbers) -> list[Words]:
    return [*percent_cells(*(row.percent or (None, None, None)), row.percent_moved), row.people]


def _note(told: Iterable[tuple[str, MeasureNumbers]]) -> str:
    """To what the percentages are rounded, and that of some one end is told."""
    rows = list(told)
    steps = percents_told([(name, row.percent_step) for name, row in rows if row.percent_step])
    return f"{steps} {one_end_note(any(None in (row.percent or ()) for _, row in rows))}".strip()


def _named(manifest: Manifest) -> str:
    return f"{manifest['title']}, {manifest['borough']}"
