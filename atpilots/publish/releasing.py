"""From a draft that two people read to a page in the reports: the same page, in the ledger and without the banner."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat

from atpilots.disclosure import Audience
from atpilots.files import AtpilotsError, DataError, UsageError, listed, reports_folder
from atpilots.ledger import Ledger
from atpilots.pilots import Pilot, unfilled
from atpilots.publish.exporter import drawn, entry_of
from atpilots.publish.gate import GateError
from atpilots.publish.manifest import fingerprints
from atpilots.publish.notebook_run import notebook_of
from atpilots.publish.numerals import register_of
from atpilots.publish.readers import two_people
from atpilots.publish.rendering import page_files
from atpilots.publish.reports_folder import (
    DRAFTS,
    move_all_or_none,
    origin_note,
    refuse_namesake,
    refuse_other_than_file,
    scratch_folder,
)
from atpilots.publish.stamp import Stamp
from atpilots.report import Report, open_report

CHECKLIST = Path(__file__).parent / "checklist.md"
CHANGED = {
    "data": "the answers (survey.csv, withdrawn.csv)",
    "protocol": "pilot.toml or an instrument",
    "notebook": "the report's notebook",
    "versions": "the versions of Python and its packages",
}


class ReleaseError(AtpilotsError):
    """There is no draft that may be released. The message says why, and what to do."""


@dataclasses.dataclass(frozen=True)
class Draft:
    """The draft that is to be released: its page, the page's fingerprint, and the executed notebook that it shows."""

    page: Path
    fingerprint: str
    notebook: Any


def draft_of(pilot: str | os.PathLike[str] | Pilot, audience: str) -> Draft:
    """The draft of a pilot's page for an audience. Raises ReleaseError where there is none that may be released."""
    return _draft(_report(pilot, audience), reports_folder())


def release(
    pilot: str | os.PathLike[str] | Pilot,
    checked_by: Sequence[str],
    audience: str = Audience.PUBLIC,
    *,
    replaces: Sequence[str] = (),
    approved_by: str = "",
    reports: Path | None = None,
) -> Path:
    """Publish the draft of a pilot as it was read, and record it in the ledger with the names of its two readers.

    Page, workbook and manifest are put into `reports`, all or none. The page differs from the draft by the banner, the
    date and the release number only. replaces, approved_by: earlier releases that this one recalls, and who decided so.
    Raises ReleaseError where there is no draft, or not of what would be released now; UsageError for the names;
    LedgerError where it would set people apart beside an earlier release; DataError where pilot.toml still has words of
    the template; and as `render` DataError, GateError, BusyError.
    """
    names, report = two_people(checked_by), _report(pilot, audience)
    reports = reports or reports_folder()
    loaded = report.pilot
    with scratch_folder(reports, loaded.name) as scratch:
        draft = _draft(report, reports)
        refuse_namesake(loaded, reports)
        ledger = Ledger(loaded.root)
        entry = ledger.dated(
            dataclasses.replace(entry_of(report), checked_by=names, date=_today(), draft=draft.fingerprint)
        )
        stamp, origin = Stamp(entry.date, entry.id), scratch / "origin.txt"
        origin.write_text(str(loaded.folder.resolve()), encoding="utf-8", newline="\n")
        files, gone = page_files(report, draft.notebook, scratch, reports, stamp, draft.fingerprint)
        moves = {origin: origin_note(loaded, reports), **files}
        for place in (*moves.values(), *gone):
            refuse_other_than_file(place)  # before the ledger has a page that could not be put there
        ledger.record(entry, replaces, approved_by)
        return move_all_or_none(moves, gone)


def _today() -> str:
    return datetime.date.today().isoformat()


def _report(pilot: str | os.PathLike[str] | Pilot, audience: str) -> Report:
    report = open_report(pilot.folder if isinstance(pilot, Pilot) else pilot, audience)
    if report.synthetic:
        raise ReleaseError(f"{report.pilot.name} is synthetic: there is nothing to release; `report` writes its page")
    if report.audience is Audience.INTERNAL:
        raise UsageError("an internal page is never released")
    if problems := [*unfilled(report.pilot)]:
        raise DataError(problems)
    return report


def _draft(report: Report, reports: Path) -> Draft:
    stem = f"{report.pilot.name}-{report.audience.value}"
    audience = "" if report.audience is Audience.PUBLIC else f" --audience {report.audience.value}"
    again = f"draft again (atpilots report {report.pilot.name}{audience}), and read it"
    page = reports / DRAFTS / f"{stem}.html"
    if not page.exists():
        raise ReleaseError(f"there is no {DRAFTS}/{page.name} to release; {again}")
    try:
        html, manifest = page.read_bytes(), json.loads(page.with_suffix(".json").read_bytes())
        notebook = nbformat.read(reports / "private" / f"{stem}.ipynb", as_version=4)
        stamp = Stamp(str(manifest["date"] or ""))
        whole = manifest["page_sha256"] == sha256(html).hexdigest()
        changed = _changed(report, manifest, notebook_of(report.pilot.folder, reports).content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ReleaseError(f"the files of {DRAFTS}/{page.name} cannot be read; {again}") from None
    if not whole:
        raise ReleaseError(f"{DRAFTS}/{page.name} is not as it was made; {again}")
    if changed:
        raise ReleaseError(f"since the draft of {report.pilot.name} was made, changed: {listed(changed)}; {again}")
    try:
        same = drawn(notebook, report, True, stamp).encode() == html
    except GateError:
        same = False
    if not same:
        raise ReleaseError(f"{DRAFTS}/{page.name} is not what its notebook makes now; {again}")
    return Draft(page, manifest["page_sha256"], notebook)


def _changed(report: Report, manifest: Mapping[str, Any], notebook: Any) -> list[str]:
    """What of a page is not as it was when its draft was made; of the texts on it, only where nothing else says so."""
    found = [CHANGED[key] for key, value in fingerprints(report, notebook).items() if manifest[key] != value]
    now, then = register_of(report).sources, manifest["declared"]
    return found or sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
