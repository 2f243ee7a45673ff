"""What is said of an import: how each file was read, what stayed behind, what numbers were taken to mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from atpilots.files import shown
from atpilots.ingest.blocks import dating
from atpilots.ingest.columns import personal_columns, tells_nobody
from atpilots.ingest.export import Export
from atpilots.ingest.mapping import ExportMapping, instrument_of
from atpilots.ingest.rows import lost_columns

MOST_NAMED = 12  # columns that are named, of those that stay behind


def told(before: Export, export: Export, plan: ExportMapping) -> Iterator[str]:
    """How an export was read, what of it was left out, and which columns stay behind."""
    rows = len(export.cells) + sum(export.left_out.values())
    yield f"{export.file}: {rows} rows read ({export.note})"
    if export.left_out:
        left = sum(export.left_out.values())
        said = ", ".join(f"{count} {why}" for why, count in export.left_out.items())
        yield f"{export.file}: {left} {'row' if left == 1 else 'rows'} left out: {said}"
    for column, carry in lost_columns(before, export, plan).items():
        yield f"{export.file}: {column} stands on rows that were left out only; to carry it over: [carry] {carry}"
    used = {place for wave in (*plan.waves, None) for name in plan.columns for header in plan.headers(name, wave)
            for place in export.find(header)}  # fmt: skip
    personal = [place for place in personal_columns(export) if place not in used]
    if personal:
        names = [shown(name) for place in personal if tells_nobody(name := export.headers[0][place])][:MOST_NAMED]
        more = f" and {len(personal) - len(names)} more" if len(personal) > len(names) else ""
        one = "column that may point" if len(personal) == 1 else "columns that may point"
        yield f"{export.file}: {len(personal)} {one} at somebody left behind: {', '.join(names)}{more}"
    others = export.cells.shape[1] - len(used) - len(personal)
    if others > 0:
        columns = "1 other column" if others == 1 else f"{others} other columns"
        yield f"{export.file}: {columns} left behind, not named in the mapping"


def last_by(exports: Sequence[Export], plan: ExportMapping) -> str:
    """The column that decides which of several submissions is the last."""
    headers = [plan.date] if isinstance(plan.date, str) else [dating(export)[1] for export in exports]
    return " and ".join(dict.fromkeys(shown(header) for header in headers if header))


def codings(plan: ExportMapping, labelled: Collection[str]) -> list[str]:
    """What numbers were taken to mean: an export of codes does not say, and a reversed scale reads without a fault.

    labelled: items whose values have labels in the export.
    """
    lines = {}
    for item in plan.items:
        instrument = None if plan.labels_of(item) else instrument_of(item)
        if instrument and item in labelled:
            lines[instrument.name] = f"{instrument.name}: values are read by the labels that the export gives them"
        elif instrument and instrument.coding:
            name, coding = instrument.name, instrument.coding
            lines[name] = f"{name}: numbers are read as {coding} (else say so in [labels.{name}])"
    return list(lines.values())
