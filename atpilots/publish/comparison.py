"""Pilots side by side: what each found at a glance, and in percent of each scale on the measures that they share.

From released numbers only. Nothing is averaged over pilots and nothing is ranked: pilots stand in alphabetical order.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from atpilots.disclosure import WITHHELD
from atpilots.files import UsageError
from atpilots.page import (
    Column,
    Details,
    Glance,
    GlanceRow,
    Link,
    MeasureNumbers,
    SafeOutput,
    Sign,
    Table,
    Text,
    Words,
    safe_output,
)
from atpilots.pilots import Pilot
from atpilots.report import (
    ONE_END_NOTE,
    SIGNS,
    glance_table,
    interval,
    open_report,
    percent_bands,
    strip,
    strip_alt,
    strip_reach,
    to_the_nearest,
)

AT_A_GLANCE = (
    "The words are those of each pilot's own page. Each pilot chose its main measure in advance. Every other result is "
    "exploratory: it may be due to chance.",
    "The pilots had different people, technologies and circumstances. So a difference between two pilots does not "
    "mean that one technology is better than the other. Pilots stand in alphabetical order of their boroughs. Nothing "
    "here is ranked, and nothing is averaged over pilots.",
)
SAME_NAME = "Measures of the same name had different questions or scales."
OF_A_BOROUGH = re.compile(r"^(?:London|Royal) Borough of |^City of ")
MOST_PILOTS, MOST_MEASURES = 6, 7  # columns; of more pilots each is a row, and the measures are columns
INTRODUCTION = (
    "Each table holds one measure of the common questionnaire, for every pilot that asked it and may tell. In the "
    "pictures all are in percent of the measure's scale, and better is always to the right.",
)
ALONE = (
    "One pilot alone tells these measures, or others than the residents answered. Each row is about something else, so "
    "the rows cannot be compared with each other.",
)

if TYPE_CHECKING:
    from atpilots.estimators import Verdict

Manifest = Mapping[str, Any]
Told = dict[int, MeasureNumbers]  # by the pilot's place in the list of all


def compare(pilots: Sequence[str | os.PathLike[str] | Pilot], audience: str = "public") -> SafeOutput:
    """Pilots (by name, path or loaded) side by side, as on the index: all measures at a glance, and shared ones.

    From what the audience may see of each; nothing is averaged and nothing is ranked. Raises UsageError for fewer than
    two pilots, DataError where the files of one have problems.

    >>> import atpilots as at
    >>> at.compare(["hackney", "greenwich"]).text().splitlines()[1]
    'Measure | Greenwich | Hackney'
    """
    from tqdm.auto import tqdm

    reports = [open_report(pilot, audience) for pilot in pilots]
    if len(reports) < 2:
        raise UsageError("compare needs two pilots or more")
    manifests = [
        {
            "pilot": report.pilot.name,
            "title": report.pilot.protocol.title,
            "borough": report.pilot.protocol.borough,
            "numbers": [row.model_dump() for row in report.change_table().numbers],
        }
        for report in tqdm(reports, unit="pilot", delay=2, leave=False)  # seen only where it takes long
    ]
    manifests.sort(key=lambda manifest: (place_of(manifest), manifest["title"]))
    parts = [part for part in (at_a_glance(manifests), side_by_side(manifests)) if part]
    if not parts:
        return SafeOutput(pieces=(), nothing="Nothing may be told of these pilots.")
    return SafeOutput.model_validate(_unlinked(sum(parts[1:], start=parts[0]).model_dump()))


def _unlinked(value: Any) -> Any:
    """Without the links to pages that need not be there."""
    if isinstance(value, dict):
        return value["text"] if value.keys() == {"text", "href"} else {key: _unlinked(v) for key, v in value.items()}
    return [_unlinked(one) for one in value] if isinstance(value, list | tuple) else value


def at_a_glance(manifests: Sequence[Manifest]) -> SafeOutput | None:
    """What each pilot found on each measure, as residents answered it: a symbol, words, the average change; or None.

    One table; of many pilots one for each few measures, so that it has room.
    """
    measures = [rows for rows in _measures(manifests) if _first(rows).rater == "resident"]
    pilots = links_of(manifests)
    if not measures:
        return None
    tables = 1 if len(pilots) <= MOST_PILOTS else math.ceil(len(measures) / MOST_MEASURES)
    size = math.ceil(len(measures) / tables)
    parts = [measures[start : start + size] for start in range(0, len(measures), size)]
    words = [f", part {number} of {len(parts)}" if len(parts) > 1 else "" for number in range(1, len(parts) + 1)]
    return safe_output(
        *(_matrix(part, pilots, which) for part, which in zip(parts, words, strict=True)), Text(paragraphs=AT_A_GLANCE)
    )


def _matrix(measures: Sequence[Told], pilots: Sequence[Link], which: str) -> Table:
    """Measures by pilots; with many pilots, those that asked any of the measures are the rows."""
    labels = [_scaled(_first(rows)) for rows in measures]
    cells = [[_result(rows.get(place)) for place in range(len(pilots))] for rows in measures]
    first, heads, names = "Measure", [link.text for link in pilots], list[Words](labels)
    if len(pilots) > MOST_PILOTS:
        asked = [place for place in range(len(pilots)) if any(place in rows for rows in measures)]
        first, heads, names = "Pilot", labels, [pilots[place] for place in asked]
        cells = [[row[place] for row in cells] for place in asked]
    told = [(f"{row.label}, {pilots[place].text}", row) for rows in measures for place, row in rows.items()]
    return Table(
        caption=f"What each pilot found{which} (average change in points of the measure's scale)",
        columns=tuple(Column(label=label) for label in (first, *heads)),
        rows=tuple((name, *row) for name, row in zip(names, cells, strict=True)),
        note=f"{_steps(told)} {SAME_NAME if len(set(labels)) < len(labels) else ''}".strip(),
        stacks=True,
    )


def _measures(manifests: Sequence[Manifest]) -> list[Told]:
    """For each measure in the order of the first release that has it: its numbers in each release that has it, too.

    Measures count as the same where the whole definition of their instrument is equal and the same people answered it.
    """
    found: dict[tuple[str, str], Told] = {}
    for place, manifest in enumerate(manifests):
        for row in map(shown, map(MeasureNumbers.model_validate, manifest.get("numbers", ()))):
            found.setdefault((row.instrument, row.rater), {})[place] = row
    return list(found.values())


def shown(row: MeasureNumbers) -> MeasureNumbers:
    """What a page says that a measure found: where it compares groups, the difference, in place of the change."""
    if not row.arms:
        return row
    arm = row.arms[0]
    return row.model_copy(
        update={
            "before": None, "after": None, "change": arm.difference, "low": arm.difference_low,
            "high": arm.difference_high, "people": arm.both, "step": arm.step, "decimals": arm.decimals,
            "percent": arm.percent, "moved": arm.moved, "percent_moved": arm.percent_moved, "verdict": arm.verdict,
        }
    )  # fmt: skip


def between_groups(row: MeasureNumbers) -> str:
    """What is said behind a difference between two groups, as a change in one is said alone."""
    return ", between two groups" if row.arms else ""


def links_of(manifests: Sequence[Manifest], name: str = "borough") -> list[Link]:
    """Links to the pilots' pages by their boroughs (or another name), and by title and borough where several share it.

    Raises KeyError for a manifest of no release.
    """
    names = [place_of(manifest) if name == "borough" else manifest[name] for manifest in manifests]
    return [
        Link(
            text=short if names.count(short) == 1 else f"{manifest['title']}, {place_of(manifest)}",
            href=f"{manifest['pilot']}-public.html",
        )
        for short, manifest in zip(names, manifests, strict=True)
    ]


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
    main = " (main measure)" if row.primary else ""
    return Sign(symbol=symbol, word=word, text=f": {average_change(row)}{between_groups(row)}{main}")


def sign_of(row: MeasureNumbers) -> tuple[str, str]:
    """The symbol and the words of a measure's result. Raises KeyError for a verdict that there is none."""
    if row.verdict is None and row.percent is not None:  # an older manifest
        return "", "Told on its page"
    return SIGNS[cast("Verdict | None", row.verdict)]


def average_change(row: MeasureNumbers) -> str:
    """A told change in points as its page says it; the end of its interval where only that is told."""
    return _interval(row) if row.change is None else _points(row, row.change, signed=True)


def _interval(row: MeasureNumbers) -> str:
    return interval(row.low, row.high, lambda end: _points(row, end, signed=True), row.moved)


def _points(row: MeasureNumbers, value: float, signed: bool = False) -> str:
    sign = "+" if signed and round(value, row.decimals) else ""
    return f"{round(value, row.decimals) or 0:{sign}.{row.decimals}f}".replace("-", "−")


def side_by_side(manifests: Sequence[Manifest]) -> SafeOutput | None:
    """A table with small pictures for each measure that two or more of the public releases tell, residents having
    answered it; None where there is none.
    """
    pilots, tables = links_of(manifests), list[Details]()
    for rows in _told_alone(manifests, alone=False):
        label, named = _scaled(_first(rows)), [(pilots[at], row) for at, row in rows.items()]
        found = _strips(f"{label}: average change in each pilot", "Pilot", named)
        tables.append(Details(summary=f"{label}: what {len(rows)} pilots found", pieces=(found,)))
    return safe_output(Text(paragraphs=INTRODUCTION), *tables) if tables else None


def standing_alone(manifests: Sequence[Manifest]) -> SafeOutput | None:
    """A table of the measures that are not set side by side, with links to their pilots; None where there is none."""
    pilots, caption = links_of(manifests), "Other measures: average change in one pilot each"
    rows = [
        (Link(text=f"{_scaled(row)}, {pilots[at].text}", href=pilots[at].href), row)
        for rows in _told_alone(manifests, alone=True)
        for at, row in rows.items()
    ]
    if not rows:
        return None
    found = _strips(caption, "Measure (scale), pilot", rows)
    return safe_output(Text(paragraphs=ALONE), Details(summary=caption, pieces=(found,)))


def _told_alone(manifests: Sequence[Manifest], alone: bool) -> list[Told]:
    """The measures that one release alone tells or others than the residents answered; or all the others."""
    told = ({at: row for at, row in rows.items() if row.percent is not None} for rows in _measures(manifests))
    return [rows for rows in told if rows and (len(rows) == 1 or _first(rows).rater != "resident") == alone]


def _first(rows: Told) -> MeasureNumbers:
    return next(iter(rows.values()))


def _strips(caption: str, first: str, named: Sequence[tuple[Link, MeasureNumbers]]) -> Glance:
    """Told results as rows with small pictures on one axis."""
    reach = strip_reach(row.percent for _, row in named if row.percent)
    ends = ONE_END_NOTE if any(row.change is None for _, row in named) else ""
    note = f"{_steps([(link.text, row) for link, row in named])} {ends}".strip()
    rows = [_strip_row(link, row, reach) for link, row in named]
    return glance_table(caption, first, rows, reach, note)


def _strip_row(link: Link, row: MeasureNumbers, reach: int) -> GlanceRow:
    told = row.percent or (None, None, None), row.percent_moved
    averages, change = "Two groups compared" if row.arms else WITHHELD, _interval(row)
    if row.before is not None and row.after is not None and row.change is not None:
        averages = f"{_points(row, row.before)} → {_points(row, row.after)}"
        change = f"{average_change(row)} ({change})"
    symbol, word = sign_of(row)
    return GlanceRow(
        name=link, aside=f"({row.people} people{between_groups(row)})", averages=averages, change=change,
        alt=strip_alt(*told),
        strip=strip(*told, reach, percent_bands(row, row.scale)).png, symbol=symbol, word=word,
    )  # fmt: skip


def _steps(told: Sequence[tuple[str, MeasureNumbers]]) -> str:
    """To what points are rounded."""
    steps = [(name, row.step) for name, row in told if row.step]
    return f"Points, {to_the_nearest(steps)}." if steps else ""
