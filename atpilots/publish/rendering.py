"""From a pilot's name to a published page: papermill in a private scratch folder, the exporter and its gate, then one
atomic move. A run that fails leaves the last good files as they were.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import nbformat

from atpilots import workers
from atpilots.disclosure import Audience, missing_mark
from atpilots.files import reports_folder
from atpilots.ledger import Ledger, release_of
from atpilots.page import MIME, SafeOutput, Title, write_spreadsheet
from atpilots.publish.exporter import page, safe_outputs
from atpilots.publish.gate import check_files
from atpilots.publish.manifest import manifest_of
from atpilots.publish.notebook_run import executed
from atpilots.publish.private_texts import private_texts_of
from atpilots.publish.reports_folder import (
    move_all_or_none,
    origin_note,
    private_folder,
    refuse_namesake,
    refuse_other_than_file,
    scratch_folder,
)
from atpilots.report import open_report


@dataclasses.dataclass(frozen=True)
class Recall:
    """The earlier releases that a new one takes the place of, and who decided so."""

    replaces: tuple[str, ...] = ()
    approved_by: str = ""


NO_RECALL = Recall()


def render(
    pilot: str | os.PathLike[str],
    audience: Audience,
    reports: Path | None = None,
    recall: Recall = NO_RECALL,
    patience: float = 0,
) -> Path:
    """Run the report notebook for a pilot and publish its page; the page's path.

    reports: default those of the workspace.
    Writes `<pilot>-<audience>.html`, its numbers as a spreadsheet (.xlsx) and its release manifest (.json) into
    `reports`, or into `reports/private` for the internal audience; the executed notebook and a log only into
    `reports/private`. A PDF of an older page is removed.
    Raises DataError for faulty input, RenderError where a cell failed, GateError where the page may not be shown,
    LedgerError where it would set people apart beside an earlier one, BusyError where another run is at this pilot and
    still is after `patience` seconds.
    """
    reports = reports or reports_folder()
    report = open_report(pilot, audience)
    loaded = report.pilot
    stem = f"{loaded.name}-{audience.value}"
    private = private_folder(reports)
    with scratch_folder(reports, loaded.name, patience) as scratch:
        refuse_namesake(loaded, reports)
        report.parts  # noqa: B018 - made before the kernel is forked, which then has them already
        workers.fork_kernel()
        notebook = executed(loaded, audience, scratch, log=private / f"{stem}.log")
        private_texts = private_texts_of(loaded)
        html = page(notebook, private_texts, report)
        parts = [part for _, part in safe_outputs(notebook)]
        entry = release_of(loaded, report.protected, report.quoted)
        _write(scratch / "page.html", html)
        _write(scratch / "manifest.json", manifest_of(report, entry.id, parts, html))
        has_numbers = _spreadsheet(parts, scratch / "numbers.xlsx")
        check_files(html, scratch / "manifest.json", scratch / "numbers.xlsx", private_texts)
        folder = private if audience is Audience.INTERNAL else reports
        _write(scratch / "origin.txt", str(loaded.folder.resolve()))
        drafts = {
            scratch / "origin.txt": origin_note(loaded, reports),
            scratch / "executed.ipynb": private / f"{stem}.ipynb",
            scratch / "numbers.xlsx": folder / f"{stem}.xlsx",
            scratch / "manifest.json": folder / f"{stem}.json",
            scratch / "page.html": folder / f"{stem}.html",
        }
        gone = [folder / f"{stem}.pdf", *([] if has_numbers else [folder / f"{stem}.xlsx"])]
        for place in (*drafts.values(), *gone):
            refuse_other_than_file(place)  # before the ledger has a page that could not be put there
        if audience is not Audience.INTERNAL and not report.synthetic:
            Ledger(loaded.root).record(entry, recall.replaces, recall.approved_by)
        return move_all_or_none({draft: target for draft, target in drafts.items() if draft.exists()}, gone)


def write_page(cells: list[tuple[str, SafeOutput]], title: SafeOutput, path: Path) -> Path:
    """Publish a page that no notebook is run for, by the same exporter and gate; cells: (section heading, content)."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells.append(_cell(title))
    for heading, content in cells:
        notebook.cells += [nbformat.v4.new_markdown_cell(f"## {heading}"), _cell(content)]
    html = page(notebook)
    with scratch_folder(path.parent, path.stem, patience=60) as scratch:
        _write(scratch / path.name, html)
        return move_all_or_none({scratch / path.name: path})


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _spreadsheet(parts: list[SafeOutput], draft: Path) -> bool:
    """The page's numbers as a spreadsheet; whether the page shows any."""
    title = next(piece for part in parts for piece in part.pieces if isinstance(piece, Title))
    numbers = sum(parts, start=SafeOutput(pieces=())).numbers
    if numbers:
        write_spreadsheet(title, numbers, missing_mark(Audience.of(title.audience)), draft)
    return bool(numbers)


def _cell(content: SafeOutput) -> Any:
    output = nbformat.v4.new_output("display_data", data={MIME: content.model_dump(mode="json")})
    return nbformat.v4.new_code_cell("", outputs=[output])
