"""From a pilot's name to a published page: papermill in a private scratch folder, the exporter and its gate, then one
atomic move. A run that fails leaves the last good files as they were.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import json
import os
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat

from atpilots.disclosure import Audience, missing_mark
from atpilots.files import NOTEBOOK, REPORTS, AtpilotsError, shown, write_private
from atpilots.ledger import Ledger, release_of
from atpilots.page import MIME, SafeOutput, Title, write_spreadsheet
from atpilots.pilots import NAME, Pilot
from atpilots.publish.exporter import page, safe_outputs
from atpilots.publish.gate import check_files, pilot_secrets
from atpilots.publish.numerals import register_of
from atpilots.publish.reports_folder import (
    move_all_or_none,
    origin_note,
    private_folder,
    refuse_namesake,
    refuse_other_than_file,
    scratch_folder,
)
from atpilots.report import Report, open_report, versions
from atpilots.workers import forkserver as warm

LONGEST_CELL, LONGEST_START = 300, 60  # seconds


@dataclasses.dataclass(frozen=True)
class Recall:
    """The earlier releases that a new one takes the place of, and who decided so."""

    replaces: tuple[str, ...] = ()
    approved_by: str = ""


NO_RECALL = Recall()


class RenderError(AtpilotsError):
    """The notebook did not run to its end. The message names the cell and the kind of error; details are in the log."""


def render(
    pilot: str | os.PathLike[str],
    audience: Audience,
    reports: Path = REPORTS,
    recall: Recall = NO_RECALL,
    patience: float = 0,
) -> Path:
    """Run the report notebook for a pilot and publish its page; the page's path.

    Writes `<pilot>-<audience>.html`, its numbers as a spreadsheet (.xlsx) and its release manifest (.json) into
    `reports`, or into `reports/private` for the internal audience; the executed notebook and a log only into
    `reports/private`. A PDF of an older page is removed.
    Raises DataError for faulty input, RenderError where a cell failed, GateError where the page may not be shown,
    LedgerError where it would set people apart beside an earlier one, BusyError where another run is at this pilot and
    still is after `patience` seconds.
    """
    report = open_report(pilot, audience)
    loaded = report.pilot
    stem = f"{loaded.name}-{audience.value}"
    private = private_folder(reports)
    with scratch_folder(reports, loaded.name, patience) as scratch:
        refuse_namesake(loaded, reports)
        report.parts  # noqa: B018 - made before the kernel is forked, which then has them already
        warm.fork_kernel()
        notebook = executed(loaded, audience, scratch, log=private / f"{stem}.log")
        secrets = pilot_secrets(loaded)
        html = page(notebook, secrets, report)
        parts = [part for _, part in safe_outputs(notebook)]
        entry = release_of(loaded, report.released, report.quoted)
        _write(scratch / "page.html", html)
        _write(scratch / "manifest.json", manifest(report, entry.id, parts, html))
        has_numbers = _spreadsheet(parts, scratch / "numbers.xlsx")
        check_files(html, scratch / "manifest.json", scratch / "numbers.xlsx", secrets)
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


def executed(pilot: Pilot, audience: Audience, scratch: Path, log: Path, seconds: int = LONGEST_CELL) -> Any:
    """The notebook after every cell ran; through the environment, its kernel finds a pilot that was given by path.

    Whatever stops it is told by the number of the cell and the kind of error; the words of the error, which may hold
    answers, go into the private log only.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from atpilots.workers import ReportKernelManager

    log.unlink(missing_ok=True)
    parameters = checked_parameters({"pilot": pilot.name, "audience": audience.value})
    with _environment(ATPILOTS_FOLDER=str(pilot.folder.parent)), local_files_only():
        try:
            made = papermill.execute_notebook(  # without an output path, else it saves all before and after each cell
                str(NOTEBOOK), None, parameters=parameters, kernel_name="python3",
                progress_bar=False, log_output=False, cwd=str(scratch), config=_kernel_settings(),
                execution_timeout=seconds, start_timeout=LONGEST_START, kernel_manager_class=ReportKernelManager,
                shutdown_kernel="immediate",
            )  # fmt: skip
            nbformat.write(made, scratch / "executed.ipynb")
            return made
        except PapermillExecutionError as error:
            reason, details = f"cell {error.exec_count} failed ({error.ename})", str(error)
        except CellTimeoutError as error:
            reason, details = f"a cell took longer than {seconds} seconds", str(error)
        except DeadKernelError as error:
            reason, details = "the kernel died", str(error)
        write_private(log, details)
    raise RenderError(f"{reason}; the details are in {log.parent.name}/{log.name}")


def checked_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters that papermill may see: it runs their names as code, and only warns of those it does not know.

    Raises ValueError for a name other than those of the notebook, or a value that is not allowed for it.
    """
    allowed = {"pilot": NAME, "audience": re.compile("|".join(Audience))}
    for name, value in parameters.items():
        if name not in allowed:
            near = difflib.get_close_matches(name, allowed, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"there is no parameter {shown(name)}{hint}")
        if not allowed[name].fullmatch(value):
            raise ValueError(f"the parameter {name} cannot be {shown(value)}")
    return dict(parameters)


@contextlib.contextmanager
def local_files_only() -> Iterator[None]:
    """Take away papermill's ways to read and write over a network."""
    from papermill import iorw

    kept = iorw.papermill_io
    iorw.papermill_io = iorw.PapermillIO()
    iorw.papermill_io.register("local", iorw.LocalHandler())
    try:
        yield
    finally:
        iorw.papermill_io = kept


def _kernel_settings() -> Any:
    """Talk to the kernel through files that only this user can open, not a network port, where the system can."""
    from traitlets.config import Config

    return Config({"KernelManager": {"transport": "tcp" if os.name == "nt" else "ipc"}})


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def manifest(report: Report, release_id: str, parts: list[SafeOutput], html: str) -> str:
    """What was released, under which rules, from which data: everything in words, no picture, nothing private."""
    pilot, account = report.pilot, register_of(report)
    content = {
        "release": release_id,
        "pilot": pilot.name,
        "title": pilot.protocol.title,
        "borough": pilot.protocol.borough,
        "provenance": pilot.protocol.provenance,
        "audience": report.audience.value,
        "data": pilot.data_hash(),
        "versions": versions(),
        "page_sha256": sha256(html.encode()).hexdigest(),
        "numbers": [row.model_dump(mode="json") for row in sum(parts, start=SafeOutput(pieces=())).numbers],
        "numerals": {
            numeral: [{"figure": e.figure, "of": e.of, "rules": list(e.rules)} for e in sorted(entries)]
            for numeral, entries in sorted(account.numbers.items())
        },
        "declared": dict(sorted(account.sources.items())),
        "rules": list(report.released.rules),
        "released": [{"rules": list(part.rules), "text": part.text()} for part in parts],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


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
