"""From a pilot's name to a published page: papermill in a private scratch folder, the exporter and its gate, then one
atomic move. A run that fails leaves the last good files as they were.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat

from atpilots.disclosure import Audience
from atpilots.exporter import page
from atpilots.gate import pilot_secrets
from atpilots.pilots import CHECKOUT, Pilot, load_pilot, pilot_folders
from atpilots.problems import DataError, Problem
from atpilots.released import MIME, Released, Title
from atpilots.spreadsheet import write_spreadsheet

NOTEBOOK = CHECKOUT / "notebooks" / "pilot_report.ipynb"
REPORTS = CHECKOUT / "reports"


class RenderError(RuntimeError):
    """The notebook did not run to its end. The message names the cell and the kind of error; details are in the log."""


def render(pilot: str | os.PathLike[str], audience: Audience, reports: Path = REPORTS) -> Path:
    """Run the report notebook for a pilot and publish its page; the page's path.

    Writes `<pilot>-<audience>.html`, its numbers as a spreadsheet (.xlsx) and its release manifest (.json) into
    `reports`, or into `reports/private` for the internal audience; the executed notebook and a log only into
    `reports/private`. A PDF of an older page is removed.
    Raises DataError for faulty input, RenderError where a cell failed, GateError where the page may not be shown.
    """
    loaded = load_pilot(pilot)
    _refuse_namesake(loaded)
    stem = f"{loaded.name}-{audience.value}"
    with _scratch(reports) as scratch:
        notebook = _executed(loaded, audience, scratch, log=private_folder(reports) / f"{stem}.log")
        html = page(notebook, pilot_secrets(loaded))
        (scratch / "page.html").write_text(html, encoding="utf-8", newline="\n")
        (scratch / "manifest.json").write_text(
            _manifest(loaded, audience, notebook, html), encoding="utf-8", newline="\n"
        )
        os.replace(scratch / "executed.ipynb", private_folder(reports) / f"{stem}.ipynb")
        folder = private_folder(reports) if audience is Audience.INTERNAL else reports
        (folder / f"{stem}.pdf").unlink(missing_ok=True)
        _publish_spreadsheet(released_parts(notebook), scratch / "numbers.xlsx", folder / f"{stem}.xlsx", audience)
        _move(scratch / "manifest.json", folder / f"{stem}.json", audience)
        return _move(scratch / "page.html", folder / f"{stem}.html", audience)


def write_page(cells: list[tuple[str, Released]], title: Released, path: Path) -> Path:
    """Publish a page that no notebook is run for, by the same exporter and gate; cells: (section heading, content)."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells.append(_cell(title))
    for heading, content in cells:
        notebook.cells += [nbformat.v4.new_markdown_cell(f"## {heading}"), _cell(content)]
    html = page(notebook)
    with _scratch(path.parent) as scratch:
        (scratch / path.name).write_text(html, encoding="utf-8", newline="\n")
        return _move(scratch / path.name, path, Audience.PUBLIC)


def private_folder(reports: Path) -> Path:
    """`reports/private`, for its owner's eyes only."""
    folder = reports / "private"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _refuse_namesake(pilot: Pilot) -> None:
    """Two pilots of one name would overwrite each other's page."""
    folder = pilot_folders().get(pilot.name)
    if folder is not None and folder.resolve() != pilot.folder.resolve():
        what = "is the name of another pilot, whose page would be overwritten; rename the folder"
        raise DataError([Problem("pilot folder", what, value=pilot.name)])


@contextlib.contextmanager
def _scratch(reports: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=private_folder(reports)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _executed(pilot: Pilot, audience: Audience, scratch: Path, log: Path) -> Any:
    """The notebook after every cell ran; through the environment, its kernel finds a pilot that was given by path."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    log.unlink(missing_ok=True)
    parameters = {"pilot": pilot.name, "audience": audience.value}
    with _environment(ATPILOTS_FOLDER=str(pilot.folder.parent)):
        try:
            return papermill.execute_notebook(
                str(NOTEBOOK), str(scratch / "executed.ipynb"), parameters=parameters, kernel_name="python3",
                progress_bar=False, log_output=False, cwd=str(scratch), config=_kernel_settings(),
            )  # fmt: skip
        except PapermillExecutionError as error:
            _write_private(log, str(error))
            reason = f"cell {error.exec_count} failed ({error.ename}); the details are in {log.parent.name}/{log.name}"
            raise RenderError(reason) from None


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


def _manifest(pilot: Pilot, audience: Audience, notebook: Any, html: str) -> str:
    """What was released, under which rules, from which data: everything in words, no picture, nothing private."""
    parts = released_parts(notebook)
    numbers = sum(parts, start=Released(pieces=())).numbers
    content = {
        "pilot": pilot.name,
        "title": pilot.protocol.title,
        "borough": pilot.protocol.borough,
        "provenance": pilot.protocol.provenance,
        "audience": audience.value,
        "data": pilot.data_hash(),
        "page_sha256": sha256(html.encode()).hexdigest(),
        "numbers": [row.model_dump(mode="json") for row in numbers],
        "released": [{"rules": list(part.rules), "text": part.text()} for part in parts],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _publish_spreadsheet(parts: list[Released], draft: Path, target: Path, audience: Audience) -> None:
    """The page's numbers as a spreadsheet; none, and no older one either, where the page shows no numbers."""
    title = next(piece for part in parts for piece in part.pieces if isinstance(piece, Title))
    numbers = sum(parts, start=Released(pieces=())).numbers
    if not numbers:
        target.unlink(missing_ok=True)
        return
    write_spreadsheet(title, numbers, draft)
    _move(draft, target, audience)


def released_parts(notebook: Any) -> list[Released]:
    """Everything that the cells of an executed notebook released, in order."""
    return [
        Released.model_validate(output.data[MIME])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]


def _move(source: Path, target: Path, audience: Audience) -> Path:
    """Into place in one step, written through to the disk; readable by others only where it may be."""
    source.chmod(0o600 if audience is Audience.INTERNAL else 0o644)
    with source.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(source, target)
    return target


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def _cell(content: Released) -> Any:
    output = nbformat.v4.new_output("display_data", data={MIME: content.model_dump(mode="json")})
    return nbformat.v4.new_code_cell("", outputs=[output])
