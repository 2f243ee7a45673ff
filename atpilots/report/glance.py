"""All measures at a glance: averages, change, a small picture on one axis, and the word for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atpilots.disclosure import Audience, ProtectedMeasure, ProtectedResults, missing_mark
from atpilots.page import Glance, GlanceRow
from atpilots.pilots import RATERS
from atpilots.report.strips import HEIGHT, WIDTH, percent_bands, strip, strip_alt, strip_axis, strip_reach
from atpilots.report.tables import notes
from atpilots.report.wording import (
    UNTRUSTED,
    change_interval,
    display_label,
    moved_percents,
    one_measure,
    people,
    percent_of_scale,
    within,
)

EXPLORATORY = "All measures but the main one are exploratory."
AXES: Mapping[int, str] = {
    reach: f"In percent of each scale, from {reach}% worse at the left to {reach}% better at the right"
    for reach in (20, 50, 100)
}
BAND = "The grey band is the smallest change that matters, where one is agreed for averages."


def glance(protected: ProtectedResults, audience: Audience) -> Glance:
    """Every measure in a row, the withheld ones marked; where arms are compared, the difference between them."""
    told = [measure for measure in protected.results if not measure.withheld]
    reach = strip_reach(map(percent_of_scale, told))
    rows = [_row(measure, reach) for measure in protected.results]
    caption, what = "Average changes", "Change"
    if protected.compared:
        rows = _of_two_groups(rows, protected)
        caption, what = "Differences from an equal start", "Difference"
    note = f"{EXPLORATORY if len(rows) > 1 else ''} {_note(rows, told, audience)}".strip()
    return glance_table(caption, "Measure (scale)", rows, reach, note).model_copy(update={"what": what})


def two_views(views: Sequence[tuple[ProtectedMeasure | None, ProtectedMeasure]], audience: Audience) -> Glance:
    """Measures by residents (None where they were not asked) and by support workers, a row below the other."""
    measures = [measure for both in views for measure in both if measure]
    told = [measure for measure in measures if not measure.withheld]
    reach = strip_reach(map(percent_of_scale, told))
    rows = []
    for m in measures:
        name = f"{_with_scale(m, m.label)}: {'residents' if m.rater == RATERS[0] else 'support workers'}"
        aside = "" if m.n is None else f"({people(m.n)})"
        rows.append(_row(m, reach).model_copy(update={"name": name, "aside": aside}))
    caption = "Average changes as residents and as support workers saw them"
    return glance_table(caption, "Measure (scale), and whose view", rows, reach, _note(rows, told, audience))


def _of_two_groups(rows: Sequence[GlanceRow], protected: ProtectedResults) -> list[GlanceRow]:
    """The rows of differences at equal baselines, with the averages of both arms."""
    beside = {(one.own.name, one.own.rater): one for one in reversed(protected.comparisons)}
    arms = list(dict.fromkeys(one.arm for one in protected.comparisons))
    other, found = f"“{arms[0]}”" if arms[1:] else "other group", list[GlanceRow]()
    for row, mine in zip(rows, protected.measures, strict=True):
        one = beside[mine.name, mine.rater]
        if not one.withheld:
            with_it, without = (f"{m.number(m.before)} → {m.number(m.after)}" for m in (mine, one.own))
            word = f"{row.word}: {UNTRUSTED[one.unlike]}" if one.unlike else row.word
            row = row.model_copy(update={"averages": f"{with_it}; {other} {without}", "word": word})
        found.append(row)
    return found


def glance_table(caption: str, first: str, rows: Sequence[GlanceRow], reach: int, note: str) -> Glance:
    """Rows with strips of this reach, below their axis; first: the header of what a row stands for."""
    axis, caption = strip_axis(reach), f"{caption}; in the pictures better is to the right"
    return Glance(
        caption=caption, first=first, axis=axis.png, axis_alt=AXES[reach], axis_size=(axis.width, axis.height),
        size=(WIDTH, HEIGHT), rows=tuple(rows), note=note,
    )  # fmt: skip


def _row(m: ProtectedMeasure, reach: int) -> GlanceRow:
    symbol, word = one_measure(m)
    label = _with_scale(m, display_label(m))
    name = f"Main measure: {within(label)}" if m.primary else label
    if m.withheld:
        return GlanceRow(
            name=name,
            averages=m.missing,
            change=m.missing,
            alt="Not shown",
            symbol=symbol,
            word=f"{word}: {m.withheld}",
        )
    told = percent_of_scale(m), moved_percents(m)
    averages = m.missing if m.one_end else f"{m.number(m.before)} → {m.number(m.after)}"
    change = change_interval(m) if m.one_end else f"{m.number(m.change, signed=True)} ({change_interval(m)})"
    return GlanceRow(
        name=name, averages=averages, change=change, alt=strip_alt(*told), symbol=symbol,
        strip=strip(*told, reach, percent_bands(m, m.score_range)).png, word=f"{word}{_how_sure(m)}",
    )  # fmt: skip


def _with_scale(m: ProtectedMeasure, label: str) -> str:
    scale = f"{m.scale}{', lower is better' if m.better == 'lower' else ''}"
    return f"{label[:-1]}, {scale})" if label.endswith(")") else f"{label} ({scale})"


def _how_sure(m: ProtectedMeasure) -> str:
    if not str(m.verdict).startswith("probably"):
        return ""
    return ", perhaps by too little to matter" if m.zone else "; no agreed size that matters"


def _note(rows: Sequence[GlanceRow], told: Sequence[ProtectedMeasure], audience: Audience) -> str:
    band = BAND if any(m.zone for m in told) else ""
    rounding = notes(told)
    mark, meaning = missing_mark(audience)
    used = any(mark in f"{row.averages} {row.change}" for row in rows)
    missing = meaning if used and meaning not in rounding else ""
    return " ".join(filter(None, (band, rounding, missing)))
