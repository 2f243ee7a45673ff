"""The private memory of everything released from a data root, so that no two releases differ by a few people.

Whoever holds two pages can subtract them (R-SDC-17). The ledger lies beside the data, is for its owner's eyes only, and
is never published. A line is a release; a small head beside them says how many lines there are and, keyed, which.
Synthetic pilots are exempt.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from atpilots.files import AtpilotsError, locked, made_private, private_key, refuse_link, write_private, write_through
from atpilots.ledger.differencing import FEWEST_APART, MOST_SUBTRACTED, differencing_risks, same_people
from atpilots.ledger.release import EVERYBODY, Population, Release, fingerprints, keyed, release_of

__all__ = [
    "EVERYBODY", "FEWEST_APART", "MOST_SUBTRACTED", "LedgerError", "Population", "Release", "check", "containing",
    "counting", "fingerprints", "of_pilot", "read", "record", "release_of", "standing",
]  # fmt: skip

FOLDER, RELEASES, HEAD = "ledger", "releases.jsonl", "head.json"
PUT_BACK = f"put {RELEASES} and {HEAD} back from one backup, because a page is compared with all that were released"


class LedgerError(AtpilotsError):
    """The release would, beside an earlier one, set a few people apart. The message names releases, never people."""


def check(root: Path, new: Release) -> None:
    """Raise LedgerError where the release would, beside those that stand, set a few people apart; record nothing."""
    with _locked(root):
        _refuse(new, _standing(_read(root)))


def record(root: Path, new: Release, replaces: Sequence[str] = (), approved_by: str = "") -> None:
    """Check a release against every earlier one and write it down, in one step under a lock.

    replaces, approved_by: the ids of the earlier releases that this one recalls, and who decided so.
    Raises LedgerError where the two pages together would set a few people apart.
    """
    approved_by = " ".join(approved_by.split())
    if bool(replaces) != bool(approved_by):
        raise LedgerError("--replaces ID and --approved-by NAME belong together")
    if not approved_by.isprintable() or (approved_by and not any(map(str.isalpha, approved_by))):
        raise LedgerError("--approved-by needs a name in letters")
    with _locked(root):
        earlier = _read(root)
        _refuse_recall(new, earlier, replaces)
        standing_now = _standing(earlier)
        _refuse(new, [release for release in standing_now if release.id not in replaces])
        ids = {release.id for release in standing_now}
        if ids & set(replaces) or new.id not in ids:
            _append(root, dataclasses.replace(new, replaces=tuple(replaces), approved_by=approved_by))


def _refuse_recall(new: Release, earlier: Sequence[Release], replaces: Sequence[str]) -> None:
    """A recall reaches the releases of the pilot's name, of the same people, and those that stand in the way."""
    unknown = set(replaces) - {r.id for r in earlier if r.pilot == new.pilot or same_people(new, r)}
    if unknown:
        unknown -= set().union(*differencing_risks(new, _standing(earlier)).values())
    if unknown:
        names = " or ".join(sorted(unknown))
        raise LedgerError(f"there is no release {names} of {new.pilot} in the ledger, nor one of the same people")
    if new.id in replaces:
        raise LedgerError(f"the page would be release {new.id} itself again: there is nothing to recall")


def _refuse(new: Release, others: Sequence[Release]) -> None:
    found = differencing_risks(new, others)
    if found:
        raise LedgerError(_refusal(found))


def read(root: Path) -> list[Release]:
    """Every release of a data root, in the order of publishing.

    Raises LedgerError where a line cannot be read, or where the lines are fewer or others than were written; BusyError
    where another run holds the ledger for a minute.
    """
    if not (root / FOLDER).exists():
        return []  # nothing is made where nothing was released
    with _locked(root):  # else a line that another run is at the middle of would look cut off
        return _read(root)


def _read(root: Path) -> list[Release]:
    lines = _lines(root)
    _check_head(root, lines[:-1])
    releases = [_read_line(line, number) for number, line in enumerate(lines[:-1], start=1)]
    if lines[-1]:
        raise LedgerError(
            f"ledger/releases.jsonl, line {len(lines)}: was cut off while it was written, so its page was never "
            "published; make a copy of the file, remove that line and report again"
        )
    return releases


def _lines(root: Path) -> list[bytes]:
    """The lines of the ledger; after them what was cut off, if anything was."""
    refuse_link(root / FOLDER, FOLDER)
    path = root / FOLDER / RELEASES
    return path.read_bytes().split(b"\n") if path.exists() else [b""]


def _read_line(line: bytes, number: int) -> Release:
    try:
        return _from_record(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise LedgerError(
            f"ledger/releases.jsonl, line {number}: cannot be read; put the file back from a backup"
        ) from None


def _check_head(root: Path, lines: Sequence[bytes]) -> None:
    """An emptied, shortened, lengthened or exchanged ledger would let the same people look new.

    A run that stopped between a line and its head leaves one line more, whose own mark tells that we wrote it there.
    """
    path, count = root / FOLDER / HEAD, 0
    if path.exists():
        try:
            head = json.loads(path.read_bytes())
            count, mark = int(head["lines"]), str(head["mac"])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise LedgerError(f"ledger/{HEAD}: is damaged; {PUT_BACK}") from None
        if not count <= len(lines) <= count + 1:
            raise LedgerError(f"ledger/{RELEASES}: holds {len(lines)} releases, and {count} were written; {PUT_BACK}")
        if _mark(private_key(root), lines[:count]) != mark:
            raise LedgerError(f"ledger/{RELEASES}: holds other releases than were written; {PUT_BACK}")
    elif len(lines) > 1:
        raise LedgerError(f"ledger/{HEAD}: is gone; {PUT_BACK}")
    for line in lines[count:]:
        if not _is_ours(private_key(root), line, count):
            raise LedgerError(f"ledger/{RELEASES}: holds other releases than were written; {PUT_BACK}")


def _is_ours(key: bytes, line: bytes, place: int) -> bool:
    """Whether we wrote a line at that place; one that cannot be read is told of where it is read."""
    try:
        entry = json.loads(line)
        mac = entry.pop("mac", "")
    except (ValueError, AttributeError, TypeError, RecursionError):
        return True
    return bool(mac == _line_mark(key, entry, place))


def _line_mark(key: bytes, entry: Mapping[str, object], place: int) -> str:
    return keyed(key, f"{place}\n{json.dumps(entry, sort_keys=True, ensure_ascii=False)}")


def _write_head(folder: Path, key: bytes, lines: Sequence[bytes]) -> None:
    """The draft is written through before it takes the old head's place: there is always a whole one."""
    head = {"lines": len(lines), "mac": _mark(key, lines)}
    draft = folder / f"{HEAD}.draft"
    write_private(draft, json.dumps(head))
    write_through(draft)
    os.replace(draft, folder / HEAD)


def _mark(key: bytes, lines: Sequence[bytes]) -> str:
    return keyed(key, b"\n".join(lines).decode("latin-1"))  # every byte counts


def containing(root: Path, quote: str) -> tuple[str, ...]:
    """The ids of all releases that hold a quote (R-QUO-07)."""
    mark = keyed(private_key(root), quote)
    return tuple(release.id for release in read(root) if mark in release.quotes)


def counting(root: Path, pilot: str, respondent: str) -> tuple[str, ...]:
    """The ids of all releases with a figure that counts a respondent of a pilot, whatever it was called then."""
    key = private_key(root)
    who = fingerprints(key, pilot, [respondent]).union(
        *(fingerprints(key, release.pilot, [respondent]) for release in of_pilot(root, pilot))
    )
    return tuple(r.id for r in read(root) if any(who & p.people for p in r.populations))


def of_pilot(root: Path, pilot: str) -> tuple[Release, ...]:
    """The releases of a pilot, also those under another name that count the same people but for a few."""
    releases = read(root)
    named = [release for release in releases if release.pilot == pilot]
    return tuple(r for r in releases if r.pilot == pilot or any(same_people(mine, r) for mine in named))


def standing(root: Path) -> frozenset[str]:
    """The ids of all releases that no later one recalled."""
    return frozenset(release.id for release in _standing(read(root)))


def _standing(releases: Sequence[Release]) -> list[Release]:
    """The releases that nothing later replaced; the same page released again after its recall stands again."""
    stands: list[Release] = []
    for release in releases:
        stands = [*(earlier for earlier in stands if earlier.id not in release.replaces), release]
    return stands


def _refusal(found: Mapping[str, set[str]]) -> str:
    ids = sorted(set().union(*found.values()))
    outcomes = ", ".join(found)
    return (
        f"together with an earlier release it would set fewer than {FEWEST_APART} people apart ({outcomes}). "
        f"Earlier releases: {', '.join(ids)}. To recall them, after they have been taken back from everybody who "
        "has them: atpilots report PILOT --replaces ID [--replaces ID …] --approved-by NAME"
    )


def _append(root: Path, release: Release) -> None:
    folder, key, lines = made_private(root / FOLDER, FOLDER), private_key(root), _lines(root)[:-1]
    if lines:  # a run that stopped in between may have left the head one line behind, or none
        _write_head(folder, key, lines)
    entry = json.loads(json.dumps(_to_record(release)))
    entry["mac"] = _line_mark(key, entry, len(lines))
    line = json.dumps(entry, sort_keys=True, ensure_ascii=False)
    write_private(folder / RELEASES, f"{line}\n", append=True)
    write_through(folder / RELEASES)
    _write_head(folder, key, [*lines, line.encode()])


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    with locked(root / FOLDER / "lock", f"the ledger of {root.name}", patience=60):
        yield


def _to_record(release: Release) -> dict[str, object]:
    populations = [{**dataclasses.asdict(p), "people": sorted(p.people)} for p in release.populations]
    return dataclasses.asdict(release) | {"populations": populations}


def _from_record(record: Mapping[str, object]) -> Release:
    populations = tuple(map(_population, record["populations"]))  # type: ignore[call-overload]
    lists = {name: tuple(record[name]) for name in ("quotes", "replaces")}  # type: ignore[var-annotated, arg-type]
    fields = {name: value for name, value in record.items() if name != "mac"} | lists | {"populations": populations}
    return Release(**fields)  # type: ignore[arg-type]


def _population(record: Mapping[str, Iterable[str]]) -> Population:
    ways = {name: tuple(map(tuple, record[name])) for name in ("own", "answers")}
    return Population(str(record["outcome"]), frozenset(record["people"]), str(record["told"]), **ways)
