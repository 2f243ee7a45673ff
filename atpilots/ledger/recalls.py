"""Which earlier releases hold the answers or words of somebody who withdrew (R-QUO-07): told by row, never by code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from atpilots.ledger.store import Ledger
from atpilots.pilots import (
    FILE as QUOTES,
    WITHDRAWN,
    check_folder,
    data_root,
    find_pilot,
    quote_files,
    read_withdrawn,
)
from atpilots.privacy import normalised_code


def releases_of(pilot: str | os.PathLike[str], respondent: str = "") -> list[str]:
    """What the ledger holds of a pilot, a line each: its releases, then whose answers or words stand in which.

    Releases of the same people under another name are told too, with that name. Followed up are the rows of
    withdrawn.csv, the withdrawn quotes of quotes.csv, and the respondent given, if any. The pilot's survey is not read,
    so that this works when answers were already erased.
    Raises DataError where there is no such pilot or a file cannot be read.
    """
    folder = find_pilot(pilot)
    check_folder(folder)
    ledger = Ledger(data_root(folder))
    releases = ledger.of_pilot(folder.name)
    if not releases:
        return [f"{folder.name}: no release is in the ledger (synthetic pilots and internal pages never are)"]
    stands = ledger.standing
    listed = [
        f"{r.id}  {r.audience}  {'stands' if r.id in stands else 'recalled'}"
        f"{f'  (as {r.pilot})' if r.pilot != folder.name else ''}"
        for r in releases
    ]
    return [*dict.fromkeys(listed), *_followed_up(ledger, folder, respondent)]


def _followed_up(ledger: Ledger, folder: Path, respondent: str) -> Iterator[str]:
    stands = ledger.standing
    for place, ids in _withdrawals(ledger, folder, respondent):
        held = [id_ for id_ in dict.fromkeys(ids) if id_ in stands]
        yield f"{place}: {'still in ' + ', '.join(held) if held else 'in no release that stands'}"
        if held:
            yield (
                f"  take {'it' if len(held) == 1 else 'each'} back from everybody who has it, then: "
                f"atpilots report {folder.name} {' '.join(f'--replaces {id_}' for id_ in held)} --approved-by NAME"
            )


def _withdrawals(ledger: Ledger, folder: Path, respondent: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where a withdrawal is written down, and the releases that it concerns."""
    table, (quotes, _) = read_withdrawn(folder), quote_files(folder)
    for row, code in table["respondent"].items():
        yield f"{WITHDRAWN}, row {row}", ledger.counting(folder.name, code)
    if quotes is not None:
        gone = quotes[~quotes["withdrawn"].str.casefold().isin(["no", "false"])]
        for row, words in gone["quote"].items():
            yield f"{QUOTES}, row {row}", ledger.containing(words)
    if respondent:
        code = normalised_code(respondent)
        yield "the answers of this respondent", ledger.counting(folder.name, code)
        if quotes is not None:
            mine = quotes[quotes["respondent"].str.casefold() == code.casefold()]
            for row, words in mine["quote"].items():
                yield f"{QUOTES}, row {row}", ledger.containing(words)
