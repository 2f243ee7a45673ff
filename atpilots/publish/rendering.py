"""From a pilot's name to its page, of a collected pilot a draft: papermill in a private scratch folder, the exporter
and its gate, then one atomic move. A run that fails leaves the last good files as they were.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat

from atpilots import workers
from atpilots.disclosure import Audience, missing_mark
from atpilots.files import listed, made_private, reports_folder, write_private
from atpilots.ledger import draft_note
from atpilots.page import MIME, SafeOutput, write_spreadsheet
from atpilots.pilots import Pilot, examples_left, unfilled
from atpilots.publish.exporter import entry_of, page, refuse_hopeless, safe_outputs, shown_title, why_not_released
from atpilots.publish.gate import check_files
from atpilots.publish.manifest import manifest_of
from atpilots.publish.notebook_checks import left_out
from atpilots.publish.notebook_run import executed, notebook_of
from atpilots.publish.outcome import Outcome
from atpilots.publish.private_texts import private_texts_of
from atpilots.publish.reports_folder import (
    DRAFTS,
    move_all_or_none,
    origin_note,
    private_folder,
    refuse_namesake,
    refuse_other_draft,
    scratch_folder,
)
from atpilots.publish.stamp import Stamp, stamp_of_environment
from atpilots.report import Report, open_report


def render(
    pilot: str | os.PathLike[str] | Pilot,
    audience: str = Audience.PUBLIC,
    reports: Path | None = None,
    patience: float = 0,
    *,
    progress: bool = True,
) -> Outcome:
    """Run the report notebook for a pilot (by name, path or loaded) and make its page; where it lies, and a caution.

    reports: default those of the workspace.
    Writes `<pilot>-<audience>.html`, its numbers as a spreadsheet (.xlsx) and its manifest (.json): a draft into
    `reports/drafts`, a synthetic pilot's page into `reports`, an internal one into `reports/private`; the executed
    notebook and a log only into `reports/private`. A PDF of an older page is removed. progress: show it, on a terminal
    or in a notebook. A draft that conflicts with a release is made all the same, and the caution says so.
    Raises DataError for faulty input, RenderError where a cell failed, GateError where the page may not be shown,
    BusyError where another run is at this pilot and still is after `patience` seconds.

    >>> import atpilots as at
    >>> made = at.render("greenwich", progress=False)
    >>> made.status, made.page.name
    ('published', 'greenwich-public.html')
    """
    reports = reports or reports_folder()
    report = open_report(pilot.folder if isinstance(pilot, Pilot) else pilot, audience)
    loaded, audience = report.pilot, report.audience
    stem = f"{loaded.name}-{audience.value}"
    private = private_folder(reports)
    with scratch_folder(reports, loaded.name, patience) as scratch:
        beside = {}
        if audience is Audience.INTERNAL:
            folder = private
        elif report.synthetic:
            folder = reports
            refuse_namesake(loaded, reports)
            beside[origin_note(loaded, reports)] = str(loaded.folder.resolve())
        else:
            folder = reports / DRAFTS
            refuse_other_draft(loaded, folder / f"{stem}.html")
            beside[private / f"{stem}.draft.json"] = draft_note(entry_of(report), loaded.folder)
        made_by = notebook_of(loaded.folder, reports)
        refuse_hopeless(made_by.content, report)
        report.sections  # noqa: B018 - made before the kernel is forked, which then has them already
        workers.fork_kernels()
        notebook = executed(made_by.content, loaded, audience, scratch, log=private / f"{stem}.log", progress=progress)
        notes = (*made_by.notes, *left_out(notebook))
        moves = {scratch / "executed.ipynb": private / f"{stem}.ipynb"}
        for place, text in beside.items():
            _write(scratch / place.name, text)
            moves[scratch / place.name] = place
        files, gone = page_files(report, notebook, scratch, folder, stamp_of_environment())
        in_the_way = [why_not_released(report)]
        if folder.name == DRAFTS:
            made_private(folder, f"{reports.name}/{DRAFTS}")
            if left := [str(problem.column) for problem in (*examples_left(loaded), *unfilled(loaded))]:
                in_the_way.append(f"pilot.toml still has the template's words ({listed(left)})")
        page = move_all_or_none(moves | files, gone)
        if notes:
            write_private(private / f"{stem}.log", "".join(f"{note}\n" for note in notes))
        why = "; ".join(filter(None, in_the_way))
        caution = f"cannot be released as it is: {why}" if why else ""
        return Outcome(loaded.name, page, caution=caution, notes=notes)


def page_files(
    report: Report, notebook: Any, scratch: Path, folder: Path, stamp: Stamp, draft: str = ""
) -> tuple[dict[Path, Path], list[Path]]:
    """Page, workbook and manifest of an executed notebook, past the gate and in a scratch folder: where each belongs.

    The page comes last. Then: the older files of `folder` that have no place beside them.
    """
    private_texts, stem = private_texts_of(report.pilot), f"{report.pilot.name}-{report.audience.value}"
    html = page(notebook, report, stamp=stamp)
    parts = safe_outputs(notebook)
    released = [part for _, part in parts]
    made = {kind: scratch / f"page.{kind}" for kind in ("xlsx", "json", "html")}
    _write(made["html"], html)
    _write(made["json"], manifest_of(report, notebook, html, stamp, draft))
    if numbers := sum(released, start=SafeOutput(pieces=())).numbers:
        write_spreadsheet(shown_title(parts, report, stamp), numbers, missing_mark(report.audience), made["xlsx"])
    check_files(html, made["json"], made["xlsx"], private_texts)
    places = {source: folder / f"{stem}.{kind}" for kind, source in made.items() if source.exists()}
    return places, [folder / f"{stem}.{kind}" for kind in ("pdf", *([] if numbers else ["xlsx"]))]


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


def _cell(content: SafeOutput) -> Any:
    output = nbformat.v4.new_output("display_data", data={MIME: content.model_dump(mode="json")})
    return nbformat.v4.new_code_cell("", outputs=[output])
