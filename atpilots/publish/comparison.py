"""Pilots side by side: what each found at a glance, and in percent of each scale on the measures that they share.

From released numbers only. Nothing is averaged over pilots and nothing is ranked: pilots stand in alphabetical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from atpilots.page import (
    Column,
    Details,
    Link,
    MeasureNumbers,
    SafeOutput,
    Sign,
    Table,
    Text,
    Words,
    safe_output,
    table,
)
from atpilots.report import (
    SIGNS,
    forest_figure,
    interval,
    one_end_note,
    overview_alt,
    percent_cells,
    percent_rows,
    percents_told,
    to_the_nearest,
)

AT_A_GLANCE = (
    "The words are those of each pilot's own page. Each pilot chose its main measure in advance. Every other result is "
    "exploratory: it may be due to chance.",
    "The pilots had different people, technologies and circumstances. So a difference between two pilots does not "
    "mean that one technology is better than the other. Pilots stand in alphabetical order of their boroughs. Nothing "
    "here is ranked, and nothing is averaged over pilots.",
)
SAME_NAME = "Rows of the same name had different questions or scales."
OF_A_BOROUGH = re.compile(r"^(?:London|Royal) Borough of |^City of ")
MOST_COLUMNS = 6  # pilots; more of them are rows, and the measures are columns
INTRODUCTION = (
    "Each chart shows one measure of the common questionnaire, for every pilot that asked it and may tell. All are in "
    "percent of the measure's scale, and better is always to the right.",
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

if TYPE_CHECKING:
    from atpilots.estimators import Verdict

Manifest = Mapping[str, Any]
Shared = list[tuple[Manifest, MeasureNumbers]]


def at_a_glance(manifests: Sequence[Manifest]) -> SafeOutput | None:
    """What each pilot found on each measure, in a symbol, words and the average change; None where nothing is told."""
    found: dict[tuple[str, str], dict[int, MeasureNumbers]] = {}
    for place, manifest in enumerate(manifests):
        for row in map(MeasureNumbers.model_validate, manifest.get("numbers", ())):
            found.setdefault((row.instrument, row.rater), {})[place] = row
    if not found:
        return None
    measures, pilots = list(found.values()), _short_names(manifests)
    labels = [_scaled(next(iter(rows.values()))) for rows in measures]
    cells = [[_result(rows.get(place)) for place in range(len(pilots))] for rows in measures]
    first, heads, names = "Measure", pilots, list[Words](labels)
    if len(pilots) > MOST_COLUMNS:
        pages = [f"{manifest['pilot']}-public.html" for manifest in manifests]
        first, heads, cells = "Pilot", labels, [list(column) for column in zip(*cells, strict=True)]
        names = [Link(text=name, href=page) for name, page in zip(pilots, pages, strict=True)]
    steps = [
        (f"{row.label}, {pilots[place]}", row.step) for rows in measures for place, row in rows.items() if row.step
    ]
    step = f"Points, {to_the_nearest(steps)}." if steps else ""
    matrix = Table(
        caption="What each pilot found (average change in points of the measure's scale)",
        columns=tuple(Column(label=label) for label in (first, *heads)),
        rows=tuple((name, *row) for name, row in zip(names, cells, strict=True)),
        note=f"{step} {SAME_NAME if len(set(labels)) < len(labels) else ''}".strip(),
    )
    return safe_output(matrix, Text(paragraphs=AT_A_GLANCE))


def _short_names(manifests: Sequence[Manifest]) -> list[str]:
    """The boroughs; the title too, where a borough has several pilots."""
    boroughs = [place_of(manifest) for manifest in manifests]
    pairs = zip(boroughs, manifests, strict=True)
    return [place if boroughs.count(place) == 1 else f"{m['title']}, {place}" for place, m in pairs]


def place_of(manifest: Manifest) -> str:
    """A borough's own name, by which it is found in the alphabet: Greenwich, not Royal Borough of Greenwich."""
    return OF_A_BOROUGH.sub("", manifest["borough"])


def _scaled(row: MeasureNumbers) -> str:
    low, high = (f"{round(end, 2):g}".replace("-", "−") for end in row.scale)
    return f"{row.label} ({low} to {high}{', lower is better' if row.better == 'lower' else ''})"


def _result(row: MeasureNumbers | None) -> Words:
    if row is None:
        return "Not asked"
    symbol, word = sign_of(row)
    if row.percent is None:
        return Sign(symbol=symbol, word=word)
    if row.verdict is None:  # an older manifest
        symbol, word = "", "Told on its page"
    return Sign(symbol=symbol, word=word, text=f": {average_change(row)}{' (main measure)' if row.primary else ''}")


def sign_of(row: MeasureNumbers) -> tuple[str, str]:
    """The symbol and the words of a measure's result. Raises KeyError for a verdict that there is none."""
    return SIGNS[cast("Verdict | None", row.verdict)]


def average_change(row: MeasureNumbers) -> str:
    """A told change in points as its page says it; the end of its interval where only that is told."""

    def said(value: float) -> str:
        return f"{value:+.{row.decimals}f}".replace("-", "−") if round(value, row.decimals) else f"{0:.{row.decimals}f}"

    return interval(row.low, row.high, said, row.moved) if row.change is None else said(row.change)


def side_by_side(manifests: Sequence[Manifest]) -> SafeOutput | None:
    """A figure and a table for each measure that two or more of the public releases tell; None where there is none.

    Measures count as the same where the whole definition of their instrument is equal and residents answered it.
    """
    shared = [pilots for pilots in _by_measure(manifests) if len(pilots) > 1 and pilots[0][1].rater == "resident"]
    return safe_output(Text(paragraphs=INTRODUCTION), *map(_shown, shared)) if shared else None


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
    return safe_output(Text(paragraphs=ALONE), Details(summary=caption, pieces=(numbers,))) if cells else None


def _by_measure(manifests: Sequence[Manifest]) -> list[Shared]:
    """For each measure in the order of the first release that has it: the releases that tell it, and their numbers."""
    found: dict[tuple[str, str], Shared] = {}
    for manifest in manifests:
        for row in map(MeasureNumbers.model_validate, manifest.get("numbers", ())):
            if row.percent is not None:
                found.setdefault((row.instrument, row.rater), []).append((manifest, row))
    return list(found.values())


def _shown(pilots: Shared) -> Details:
    """A measure's chart and its table."""
    label = pilots[0][1].label
    rows = percent_rows((_named(pilot), told, row.percent_moved) for pilot, row in pilots if (told := row.percent))
    synthetic = any(manifest["provenance"] == "synthetic" for manifest, _ in pilots)
    caption = f"{label}: average change in each pilot, as a percentage of the scale, better to the right"
    cells: list[list[Words]] = [[_named(manifest), *_figures(row)] for manifest, row in pilots]
    caption_of_table = f"{label}: average change in percent of the scale, better counted positive"
    numbers = table(caption_of_table, COLUMNS, cells, _note((_named(manifest), row) for manifest, row in pilots))
    chart = forest_figure(rows, overview_alt(rows, "pilot"), caption, synthetic)
    return Details(summary=f"{label}: chart and table", pieces=(chart, numbers))


def _figures(row: MeasureNumbers) -> list[Words]:
    return [*percent_cells(*(row.percent or (None, None, None)), row.percent_moved), row.people]


def _note(told: Iterable[tuple[str, MeasureNumbers]]) -> str:
    """To what the percentages are rounded, and that of some one end is told."""
    rows = list(told)
    steps = percents_told([(name, row.percent_step) for name, row in rows if row.percent_step])
    return f"{steps} {one_end_note(any(None in (row.percent or ()) for _, row in rows))}".strip()


def _named(manifest: Manifest) -> str:
    return f"{manifest['title']}, {manifest['borough']}"
