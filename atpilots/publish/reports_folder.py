"""The reports folder: one run and one pilot for a name, and all files of a release in place or none."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from atpilots.files import BusyError, DataError, Problem, lock_file, locked, made_private, refuse_link, write_through
from atpilots.ledger import Ledger, LedgerError, of_a_namesake, said_in
from atpilots.pilots import Pilot, data_root, pilot_folders

JOURNAL = "moving.json"
DRAFTS = "drafts"
NAMESAKE = (
    "is the name of a pilot from another folder, whose page in the reports would be overwritten; rename this folder, "
    "or take the other pilot's files out of the reports first"
)


def private_folder(reports: Path) -> Path:
    """`reports/private`, for its owner's eyes only. Raises DataError where it is a link."""
    return made_private(reports / "private", f"{reports.name}/private")


def drafts_newer(pilot: Path, reports: Path) -> Iterator[tuple[str, bool]]:
    """The audiences of a pilot's drafts that are not as they were released, and whether an earlier one was."""
    for audience in ("public", "borough"):
        draft, released = (folder / f"{pilot.name}-{audience}.json" for folder in (reports / DRAFTS, reports))
        newer = draft.exists() and said_in(draft, "page_sha256") != (said_in(released, "draft_sha256") or "")
        if newer and not of_a_namesake(draft.with_suffix(".html"), pilot):
            yield audience, released.exists()


def not_compared(pilot: Path, reports: Path) -> str:
    """A caution where released pages in the reports are in another data root's ledger, which nobody asks; else "".

    It names the pages that are there; what else was released from another data root, nobody here can know.
    """
    known = {release.id for release in Ledger(data_root(pilot)).releases}
    pages = (path for path in sorted(reports.glob("*.json")) if said_in(path, "provenance") == "collected")
    others = [page.stem for page in pages if said_in(page, "release") not in {None, *known}]
    what = (
        f"{reports.name}/ holds releases from another data root ({', '.join(others)}), with which no page of this one"
    )
    return f"{what} is compared: if they count some of the same people, keep all in one data root" if others else ""


def index_is_old(reports: Path) -> str:
    """The name of a public page that was put there after the index was made, as a killed run leaves it; else ""."""
    index = reports / "index.html"
    made = index.stat().st_mtime if index.exists() else 0
    late = (
        page.name for page in sorted(reports.glob("*-public.html")) if page.is_file() and page.stat().st_mtime > made
    )
    return next(late, "")


def damaged(reports: Path) -> list[str]:
    """The names of the manifests beside pages that cannot be read; the index needs each of them."""
    beside = (page.with_suffix(".json") for page in sorted(reports.glob("*-public.html")))
    return [path.name for path in beside if path.exists() and not isinstance(said_in(path, "pilot"), str)]


def origin_note(pilot: Pilot, reports: Path) -> Path:
    """The private note of the folder that the pages of a pilot's name come from."""
    return private_folder(reports) / f"{pilot.name}.origin"


def refuse_namesake(pilot: Pilot, reports: Path) -> None:
    """Two pilots of one name would overwrite each other's page. Raises DataError.

    Raises LedgerError where the page that is there was released with another ledger than the one beside the data.
    """
    known = pilot_folders().get(pilot.name)
    if known is not None and known.resolve() != pilot.folder.resolve():
        what = "is the name of another pilot, whose page would be overwritten; rename the folder"
        raise DataError([Problem("pilot folder", what, value=pilot.name)])
    paths = [reports / f"{pilot.name}-{audience}.json" for audience in ("public", "borough")]
    for path in paths:
        refuse_other_than_file(path)
    ledger = Ledger(pilot.root)  # read once for all that is asked here
    manifests = [_manifest(path) for path in paths if path.exists()]
    _refuse_another_provenance(pilot, ledger, manifests)
    if not all(_is_of(pilot, ledger, manifest, origin_note(pilot, reports)) for manifest in manifests):
        raise DataError([Problem("pilot folder", NAMESAKE, value=pilot.name)])
    _refuse_lost_ledger(pilot, ledger, manifests)


def refuse_other_draft(pilot: Pilot, page: Path) -> None:
    """A draft that somebody may be reading is not replaced by another pilot's of its name. Raises DataError."""
    if of_a_namesake(page, pilot.folder):
        raise DataError([Problem("pilot folder", NAMESAKE, value=pilot.name)])


def _manifest(path: Path) -> Mapping[str, object]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict):
        what = "is damaged: it is no manifest of a release; put it back from a backup, or take that page's files away"
        raise DataError([Problem(path.name, what)])
    return manifest


def _refuse_another_provenance(pilot: Pilot, ledger: Ledger, manifests: Iterable[Mapping[str, object]]) -> None:
    """Synthetic pilots are exempt from the ledger, so real answers do not become synthetic by a word in pilot.toml; nor
    is a page that was released by that word compared with what is collected later.
    """
    published = {manifest.get("provenance") for manifest in manifests}
    if pilot.protocol.provenance == "collected":
        if "synthetic" in published:
            what = (
                "was synthetic when the page of this name in the reports was made; if its answers were collected, take "
                "that page back from everybody who has it; then take its files out of the reports"
            )
            raise DataError([Problem("pilot.toml", what, column="provenance")])
        return
    released = any(release.pilot == pilot.name for release in ledger.releases)
    if released or "collected" in published:
        what = "was collected when this pilot was released; made-up answers belong into a folder of another name"
        raise DataError([Problem("pilot.toml", what, column="provenance", allowed="collected")])


def _refuse_lost_ledger(pilot: Pilot, ledger: Ledger, manifests: Iterable[Mapping[str, object]]) -> None:
    """A page that the ledger does not know was released with another one: emptied, an old copy, or gone."""
    if pilot.protocol.provenance != "collected":
        return
    known = {None, *(release.id for release in ledger.releases)}
    released = {manifest.get("release") for manifest in manifests if manifest.get("provenance") == "collected"}
    if lost := sorted(map(str, released - known)):
        raise LedgerError(
            f"the reports hold a page of {pilot.name} that the ledger does not know (release {', '.join(lost)}), so no "
            "page can be compared with it; put the ledger folder beside the data back from a backup, or take that page "
            "back from everybody who has it and its files out of the reports"
        )


def _is_of(pilot: Pilot, ledger: Ledger, manifest: Mapping[str, object], note: Path) -> bool:
    """Whether a published page is this pilot's: by the note of its folder, else by the ledger beside the data."""
    refuse_other_than_file(note)
    if note.exists() and note.read_text(encoding="utf-8", errors="replace") == str(pilot.folder.resolve()):
        return True
    if pilot.protocol.provenance == "collected":  # its folder may have been moved, ledger and all
        return manifest.get("release") in {None, *(release.id for release in ledger.releases)}
    return not note.exists()


@contextlib.contextmanager
def scratch_folder(reports: Path, name: str, patience: float = 0) -> Iterator[Path]:
    """A private folder that only one run at a time has, removed afterwards whatever happens.

    It has the same name every time, so that the next run removes what a killed one left.
    """
    private = private_folder(reports)
    folder = private / f"run-{name}"
    with locked(lock_file(private, name), name, patience):
        _clear(folder)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            _clear(folder)


def remove_stale_scratch(reports: Path) -> None:
    """Remove the scratch folders of runs that were killed; those of runs at work stay."""
    private = reports / "private"
    if private.is_symlink():
        return  # no run works there
    for folder in private.glob("run-*"):
        name = folder.name.removeprefix("run-")
        with contextlib.suppress(BusyError, DataError), locked(lock_file(private, name), name):
            _clear(folder)  # one that cannot be undone is told to whoever reports that pilot


def move_all_or_none(moves: Mapping[Path, Path], gone: Iterable[Path] = ()) -> Path:
    """All files of a scratch folder into place, written through to the disk, and older ones removed; or none of it.

    Where a move fails, the others are put back; where the machine stops in between, the next run puts them back.
    Whatever lies in the private folder or among the drafts is for its owner's eyes only. Returns the last one's new
    place.
    Raises DataError where a place is taken by a link or a folder, which could not be put back.
    """
    scratch, places = next(iter(moves)).parent, [*moves.values(), *gone]
    for target in places:
        refuse_other_than_file(target)
    kept = {str(place): f"old-{i}" if place.exists() else None for i, place in enumerate(places)}
    for place, name in kept.items():
        if name:
            shutil.copy2(place, scratch / name)
    for source, target in moves.items():
        source.chmod(0o600 if target.parent.name in {"private", DRAFTS} else 0o644)
        write_through(source)
    draft = scratch / f"{JOURNAL}.draft"
    draft.write_text(json.dumps(kept), encoding="utf-8")
    write_through(draft)
    os.replace(draft, scratch / JOURNAL)
    try:
        for source, target in moves.items():
            os.replace(source, target)
        for older in places[len(moves) :]:
            older.unlink(missing_ok=True)
    except BaseException:
        _put_back(scratch)
        raise
    (scratch / JOURNAL).unlink()
    return target


def refuse_other_than_file(place: Path) -> None:
    """Raise DataError where a file of a release cannot be put, because a link or a folder is there."""
    refuse_link(place, place.name)
    if place.is_dir():
        raise DataError([Problem(place.name, "is a folder, where a file of the release belongs; move it away")])


def _put_back(scratch: Path) -> None:
    """Undo the moves that the journal of a scratch folder tells of; those already undone are passed over."""
    try:
        moved = dict(json.loads((scratch / JOURNAL).read_text(encoding="utf-8")))
    except (ValueError, TypeError, OSError, RecursionError):
        what = "is damaged: it said what a run that was stopped had moved; look at the pages, then remove its folder"
        raise DataError([Problem(f"{scratch.parent.name}/{scratch.name}/{JOURNAL}", what)]) from None
    for place, name in moved.items():
        target, old = Path(place), scratch / str(name)
        if name is None:
            target.unlink(missing_ok=True)
        elif old.exists() and not (target.exists() and target.read_bytes() == old.read_bytes()):
            os.replace(old, target)
    (scratch / JOURNAL).unlink()


def _clear(folder: Path) -> None:
    """Remove a scratch folder; first undo what its run left half done. Of a link, only the link."""
    if folder.is_symlink():
        folder.unlink()
        return
    if (folder / JOURNAL).exists():
        _put_back(folder)
    shutil.rmtree(folder, ignore_errors=True)
