"""Which releases and drafts hold what somebody who withdrew said or answered (R-QUO-07): told by row, never by code."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pandas as pd

from atpilots.files import find_workspace
from atpilots.ledger.differencing import same_people
from atpilots.ledger.release import Release, release_command
from atpilots.ledger.store import Ledger, LedgerError, from_record, to_record
from atpilots.pilots import (
    FILE as QUOTES,
    WITHDRAWN,
    check_folder,
    codes_as_in_survey,
    data_root,
    find_pilot,
    quote_files,
    read_withdrawn,
)

NOTE = ".draft.json"  # how the private note beside a draft ends


def draft_note(entry: Release, folder: Path) -> str:
    """What is kept beside a draft, privately: whom it counts, as fingerprints, and the folder of its pilot."""
    return json.dumps(to_record(entry) | {"folder": str(folder.resolve())})


def drafted_from(page: Path) -> Path | None:
    """The folder of the pilot that a draft is of; None where there is no draft, or no such pilot any more."""
    folder = page.exists() and said_in(page.parent.parent / "private" / f"{page.stem}{NOTE}", "folder")
    return Path(folder) if isinstance(folder, str) and os.path.isfile(os.path.join(folder, "pilot.toml")) else None


def of_a_namesake(page: Path, folder: Path) -> bool:
    """Whether a draft is of a pilot of the same name in another folder."""
    return drafted_from(page) not in {None, folder.resolve()}


def releases_of(pilot: str | os.PathLike[str], respondent: str = "", reports: Path | None = None) -> list[str]:
    """What there is of a pilot, a line each: its releases and drafts, then whose answers or words stand in which.

    Those of the same people under another name are told too, with that name. Followed up are the rows of
    withdrawn.csv, the withdrawn quotes of quotes.csv, and the respondent given, if any. The pilot's survey is not read,
    so that this works when answers were already erased.
    Raises DataError where there is no such pilot or a file cannot be read.
    """
    folder = find_pilot(pilot)
    check_folder(folder)
    ledger = Ledger(data_root(folder))
    reports = reports or ((found := find_workspace()) and found / "reports")
    drafts = list(_drafts_in(reports, folder))
    releases = ledger.of_pilot(folder.name, drafts)
    lost = {release.id: again for release, again in astray(folder, reports)}
    mine = (*releases, *(draft for draft in drafts if draft.pilot == folder.name))
    drafts = [draft for draft in drafts if draft in mine or any(same_people(one, draft) for one in mine)]
    listed = [
        f"{r.id}  {r.audience}  {'draft' if r in drafts else 'stands' if r.id in ledger.standing else 'recalled'}"
        f"{f'  (as {r.pilot})' if r.pilot != folder.name else ''}"
        f"{f'  ({lost[r.id]})' if r.id in lost else ''}"
        for r in (*releases, *drafts)
    ]
    if not releases:
        none = f"{folder.name}: no release is in the ledger (synthetic pilots and internal pages never are)"
        if gone := sorted(without_folder(folder)):
            again = f"if {folder.name} was called so, draft it (atpilots report {folder.name}), and ask again"
            none = f"{none}; there are releases of {', '.join(gone)}, which no folder is called any more: {again}"
        listed.insert(0, none)
    return [*dict.fromkeys(listed), *(_followed_up(ledger, folder, respondent, drafts) if releases or drafts else ())]


def astray(folder: Path, reports: Path | None) -> Iterator[tuple[Release, str]]:
    """The releases of a pilot that stand without their page, as a run that was killed in between leaves them, and those
    whose page is still there although they were recalled, or came out again under a new name; each with what to do.

    reports: those that the pilot was drafted into; of others nothing is known.
    """
    ledger = Ledger(data_root(folder))
    last = {r.audience: r for r in ledger.releases if r.pilot == folder.name and r.id in ledger.standing}
    old = under_old_name(folder, None)
    for release in ledger.of_pilot(folder.name) if reports else ():
        page = cast("Path", reports) / f"{release.pilot}-{release.audience}.html"
        number = said_in(page.with_suffix(".json"), "release") if page.exists() else ""
        if release.id not in ledger.standing and number == release.id:
            out = f"take {page.name} and the files beside it out"
            yield release, f"recalled, but its page is still in {page.parent.name}/; {out}"
        if release in old and number == release.id and release.audience in last:
            out = f"take {page.name} and the files beside it out, or readers find the pilot twice"
            yield release, f"of the name that it had before, and out under the new one too; {out}"
        drafted = (page.parent / "drafts" / page.name).exists()
        if release is last.get(release.audience) and drafted and number not in {release.id, None}:
            again = release_command(folder.name, release.audience)
            yield release, f"recorded, but its page is not in {page.parent.name}/; run again: {again}"


def under_old_name(folder: Path, reports: Path | None) -> tuple[Release, ...]:
    """The releases that stand of a pilot's people under a name that no folder beside it has any more, oldest first."""
    ledger = Ledger(data_root(folder))
    drafts = list(_drafts_in(reports, folder))
    mine = (r for r in ledger.of_pilot(folder.name, drafts) if r.id in ledger.standing)
    gone = without_folder(folder)
    return tuple(release for release in mine if release.pilot in gone)


def not_taken_back(folder: Path, reports: Path | None) -> tuple[Release, ...]:
    """The releases of a pilot's people that stand and hold the answers or words of somebody who withdrew, oldest first.

    Raises DataError where withdrawn.csv or the quotes cannot be read.
    """
    ledger, drafts = Ledger(data_root(folder)), list(_drafts_in(reports, folder))
    if not ledger.of_pilot(folder.name, drafts):
        return ()  # no key is made where nothing was released
    held = {id_ for _, ids in _withdrawals(ledger, folder, "", drafts) for id_ in ids} & ledger.standing
    return tuple({release.id: release for release in ledger.releases if release.id in held}.values())


def without_folder(folder: Path) -> frozenset[str]:
    """The names that releases of a pilot's ledger stand under, and that no folder beside it has."""
    ledger = Ledger(data_root(folder))
    names = {release.pilot for release in ledger.releases if release.id in ledger.standing}
    return frozenset(name for name in names if not (folder.resolve().parent / name).exists())


def said_in(manifest: Path, key: str) -> object:
    """What the manifest beside a page says of it; None where there is none that can be read."""
    with contextlib.suppress(OSError, ValueError, AttributeError, RecursionError):
        return json.loads(manifest.read_bytes()).get(key)
    return None


def _drafts_in(reports: Path | None, folder: Path) -> Iterator[Release]:
    """The drafts that are there, by the private notes beside them; none of a namesake of the pilot in `folder`."""
    if reports is None:
        return
    for note in sorted((reports / "private").glob(f"*{NOTE}")):
        page = f"drafts/{note.name.removesuffix(NOTE)}.html"
        if (reports / page).exists():
            try:
                record = {key: value for key, value in json.loads(note.read_bytes()).items() if key != "folder"}
                draft = dataclasses.replace(from_record(record), id=page)
            except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
                what = f"cannot be read; draft the pilot again, or remove this file and {page}"
                raise LedgerError(f"{reports.name}/private/{note.name}: {what}") from None
            if draft.pilot != folder.name or not of_a_namesake(reports / page, folder):
                yield draft


def _followed_up(ledger: Ledger, folder: Path, respondent: str, drafts: Sequence[Release]) -> Iterator[str]:
    audiences = {release.id: release.audience for release in ledger.releases if release.id in ledger.standing}
    for place, ids in _withdrawals(ledger, folder, respondent, drafts):
        held = [id_ for id_ in dict.fromkeys(ids) if id_ in audiences]
        drafted = [draft.id for draft in drafts if draft.id in ids]
        where = ", ".join([*held, *drafted])
        # A page counts who left among those who started, too, but no release keeps who they were.
        none = "in no release that stands" if place.startswith(QUOTES) else "in no result of a release that stands"
        spelt = "its words are as they were" if place.startswith(QUOTES) else "the code is spelt as in the survey"
        none += "" if ids else f", if {spelt}"  # a recalled one knows the code
        yield f"{place}: {f'still in {where}' if where else none}"
        if drafted:
            yield f"  draft again (atpilots report {folder.name}), or remove what is not drafted any more"
        if held:
            yield (
                f"  take {'it' if len(held) == 1 else 'each'} back from everybody who has it, draft again, then: "
                f"{release_command(folder.name, audiences[held[0]], held)}"
            )


def _withdrawals(
    ledger: Ledger, folder: Path, respondent: str, drafts: Sequence[Release]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where a withdrawal is written down, and the releases and drafts that it concerns."""
    table, (quotes, _) = read_withdrawn(folder), quote_files(folder)
    for row, code in table["respondent"].items():
        yield f"{WITHDRAWN}, row {row}", ledger.counting(folder.name, code, drafts)
    if quotes is not None:
        gone = quotes[~quotes["withdrawn"].str.casefold().isin(["no", "false"])]
        for row, words in gone["quote"].items():
            yield f"{QUOTES}, row {row}", ledger.containing(words, drafts)
    if respondent:
        code = str(codes_as_in_survey(pd.Series([respondent]), folder)[0])
        yield "the answers of this respondent", ledger.counting(folder.name, code, drafts)
        if quotes is not None:
            mine = quotes[quotes["respondent"].str.casefold() == code.casefold()]
            for row, words in mine["quote"].items():
                yield f"{QUOTES}, row {row}", ledger.containing(words, drafts)
