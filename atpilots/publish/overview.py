"""What a list of pilots tells of their drafts and releases: what is newer, and what a kill or a rename left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from atpilots.ledger import astray, drafted_from, not_taken_back, under_old_name, without_folder
from atpilots.publish.reports_folder import DRAFTS, damaged, drafts_newer, index_is_old


def told_of(folder: Path, reports: Path | None) -> Iterator[str]:
    """A line for each draft and release of a collected pilot that somebody should look at.

    reports: those of the workspace, if there is one. Raises LedgerError where the ledger, or the note of a draft,
    cannot be read; DataError where withdrawn.csv or the quotes cannot.
    """
    lost = dict(astray(folder, reports))
    yield from (f"its {release.audience} release {release.id} is {again}" for release, again in lost.items())
    old = {release.audience: release for release in under_old_name(folder, reports)}
    for audience, released in drafts_newer(folder, reports) if reports else ():
        if audience in {release.audience for release in lost if release.pilot == folder.name}:
            continue
        if not released and audience in old:
            yield f"its {audience} draft is newer than its release as {old[audience].pilot} ({old[audience].id})"
        else:
            yield f"its {audience} draft {'is newer than its release' if released else 'was never released'}"
    for release in not_taken_back(folder, reports):
        what = f"its {release.audience} release {release.id} still holds what somebody withdrew"
        yield f"{what}; see: atpilots releases {folder.name}"


def left_over(collected: Mapping[str, Path], pilots: Mapping[str, Path], reports: Path | None) -> Iterator[str]:
    """A line for each name that has releases or drafts and no folder any more, for a damaged manifest and an old index.

    collected: the folders whose ledgers are asked. pilots: the folders of all that are here, faulty ones too.
    """
    known = {release.pilot for folder in collected.values() for release in under_old_name(folder, reports)}
    gone = {name for folder in collected.values() for name in without_folder(folder)}
    for name in sorted(gone - known):
        yield f"{name}: was released, and no folder has that name; if it was renamed, draft it and list again"
    if reports is None:
        return
    for page in sorted((reports / DRAFTS).glob("*.html")):
        name = page.stem.rpartition("-")[0]
        folder = drafted_from(page)
        if folder and folder not in pilots.values():
            yield f"{name}: {DRAFTS}/{page.name} is of the pilot in {folder}, which is none of these"
        elif not folder and name not in pilots:
            yield f"{name}: {DRAFTS}/{page.name} is of no pilot that is here; remove it and the files beside it"
    for place in sorted(reports.glob("*.html")):
        if place.is_dir():
            yield f"{place.name} is a folder, where a page belongs; move it away"
    for manifest in damaged(reports):
        yield f"{manifest} is no manifest of a release; report (or release) the pilot again, or take its files out"
    if late := index_is_old(reports):
        yield f"{late} is newer than reports/index.html; the next report or release of any pilot makes that again"
