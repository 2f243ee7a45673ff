"""The private memory of everything released from a data root, so that no two releases differ by a few people.

Whoever holds two pages can subtract them (R-SDC-17). The ledger lies beside the data, is for its owner's eyes only, and
is never published. A line is a release; a small head beside them says how many lines there are and, keyed, which.
Synthetic pilots are exempt.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

from atpilots.disclosure import FEWEST_APART
from atpilots.files import AtpilotsError, locked, made_private, private_key, refuse_link, write_private, write_through
from atpilots.ledger.differencing import differencing_risks, same_people
from atpilots.ledger.release import Population, Release, fingerprints, keyed, release_command

FOLDER, RELEASES, HEAD = "ledger", "releases.jsonl", "head.json"
PUT_BACK = f"put {RELEASES} and {HEAD} back from one backup, because a page is compared with all that were released"


class LedgerError(AtpilotsError):
    """The release would, beside an earlier one, set a few people apart. The message names releases, never people."""


class Ledger:
    """The ledger of a data root.

    What is asked of it is answered from one reading, made at the first question; `check` and `record` read anew. Every
    reading raises LedgerError where a line cannot be read, or where the lines are fewer or others than were written;
    BusyError where another run holds the ledger for a minute.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / FOLDER

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """Every release, in the order of publishing."""
        if not self.folder.exists():
            return ()  # nothing is made where nothing was released
        with self._locked():  # else a line that another run is at the middle of would look cut off
            return tuple(self._read())

    @property
    def standing(self) -> frozenset[str]:
        """The ids of all releases that no later one recalled."""
        return frozenset(release.id for release in _standing(self.releases))

    def of_pilot(self, pilot: str, drafts: Sequence[Release] = ()) -> tuple[Release, ...]:
        """The releases of a pilot, also those under another name that count the same people but for a few.

        drafts: whose people are known too, if they are the pilot's.
        """
        named = [release for release in (*self.releases, *drafts) if release.pilot == pilot]
        return tuple(r for r in self.releases if r.pilot == pilot or any(same_people(mine, r) for mine in named))

    def containing(self, quote: str, drafts: Sequence[Release] = ()) -> tuple[str, ...]:
        """The ids of all releases, and of these drafts, that hold a quote (R-QUO-07)."""
        mark = keyed(private_key(self.root), quote)
        return tuple(release.id for release in (*self.releases, *drafts) if mark in release.quotes)

    def counting(self, pilot: str, respondent: str, drafts: Sequence[Release] = ()) -> tuple[str, ...]:
        """The ids of all releases, and of these drafts, with a figure that counts a respondent of a pilot.

        Whatever the pilot was called then.
        """
        key, everything = private_key(self.root), (*self.releases, *drafts)
        names = {pilot, *(release.pilot for release in (*self.of_pilot(pilot, drafts), *drafts))}
        who = frozenset[str]().union(*(fingerprints(key, name, [respondent]) for name in names))
        return tuple(r.id for r in everything if any(who & p.people for p in r.populations))

    def dated(self, new: Release) -> Release:
        """The release with the date of the same one that stands: the same people released the same draft.

        Raises LedgerError where others released it already.
        """
        standing = _standing(self.releases)
        for release in standing:
            if release.draft and (release.id, release.draft) == (new.id, new.draft) and not _signed(new, standing):
                raise LedgerError(f"this very draft was released on {release.date}, by two others; nothing was changed")
        return _signed(new, standing) or new

    def check(self, new: Release) -> None:
        """Raise LedgerError where the release would, beside those that stand, set few people apart; record nothing."""
        with self._locked():
            _refuse(new, _standing(self._read()))

    def record(self, new: Release, replaces: Sequence[str] = (), approved_by: str = "") -> None:
        """Check a release against every earlier one and write it down, in one step under a lock.

        replaces, approved_by: the ids of the earlier releases that this one recalls, and who decided so.
        Raises LedgerError where the two pages together would set a few people apart.
        """
        approved_by = " ".join(approved_by.split())
        if bool(replaces) != bool(approved_by):
            raise LedgerError("--replaces ID and --approved-by NAME belong together")
        if not approved_by.isprintable() or (approved_by and not any(map(str.isalpha, approved_by))):
            raise LedgerError("--approved-by needs a name in letters")
        with self._locked():
            earlier = self._read()
            _refuse_recall(new, earlier, replaces)
            standing_now = _standing(earlier)
            _refuse(new, [release for release in standing_now if release.id not in replaces])
            if any(r.id in replaces for r in standing_now) or not _signed(new, standing_now):
                self._append(dataclasses.replace(new, replaces=tuple(replaces), approved_by=approved_by))
        self.__dict__.pop("releases", None)  # which were read before

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self.folder / "lock", f"the ledger of {self.root.name}", patience=60)

    def _read(self) -> list[Release]:
        lines = self._lines()
        self._check_head(lines[:-1])
        releases = [_read_line(line, number) for number, line in enumerate(lines[:-1], start=1)]
        if lines[-1]:
            raise LedgerError(
                f"ledger/{RELEASES}, line {len(lines)}: was cut off while it was written, so its page was never "
                "published; make a copy of the file, remove that line and report again"
            )
        return releases

    def _lines(self) -> list[bytes]:
        """The lines of the ledger; after them what was cut off, if anything was."""
        refuse_link(self.folder, FOLDER)
        path = self.folder / RELEASES
        return path.read_bytes().split(b"\n") if path.exists() else [b""]

    def _check_head(self, lines: Sequence[bytes]) -> None:
        """An emptied, shortened, lengthened or exchanged ledger would let the same people look new.

        A run that stopped between a line and its head leaves one line more, whose own mark tells that we wrote it.
        """
        path, count = self.folder / HEAD, 0
        others = LedgerError(f"ledger/{RELEASES}: holds other releases than were written; {PUT_BACK}")
        if path.exists():
            try:
                head = json.loads(path.read_bytes())
                count, mark = int(head["lines"]), str(head["mac"])
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
                raise LedgerError(f"ledger/{HEAD}: is damaged; {PUT_BACK}") from None
            if not count <= len(lines) <= count + 1:
                raise LedgerError(
                    f"ledger/{RELEASES}: holds {len(lines)} releases, and {count} were written; {PUT_BACK}"
                )
            if _mark(private_key(self.root), lines[:count]) != mark:
                raise others
        elif len(lines) > 1:
            raise LedgerError(f"ledger/{HEAD}: is gone; {PUT_BACK}")
        if not all(_is_ours(private_key(self.root), line, count) for line in lines[count:]):
            raise others

    def _append(self, release: Release) -> None:
        made_private(self.folder, FOLDER)
        key, lines = private_key(self.root), self._lines()[:-1]
        if lines:  # a run that stopped in between may have left the head one line behind, or none
            self._write_head(key, lines)
        entry = json.loads(json.dumps(to_record(release)))
        entry["mac"] = _line_mark(key, entry, len(lines))
        line = json.dumps(entry, sort_keys=True, ensure_ascii=False)
        write_private(self.folder / RELEASES, f"{line}\n", append=True)
        write_through(self.folder / RELEASES)
        self._write_head(key, [*lines, line.encode()])

    def _write_head(self, key: bytes, lines: Sequence[bytes]) -> None:
        """The draft is written through before it takes the old head's place: there is always a whole one."""
        draft = self.folder / f"{HEAD}.draft"
        write_private(draft, json.dumps({"lines": len(lines), "mac": _mark(key, lines)}))
        write_through(draft)
        os.replace(draft, self.folder / HEAD)


def _signed(new: Release, standing: Sequence[Release]) -> Release | None:
    """The same release as it stands, where the same people released the same draft: there is nothing new to record."""

    def act(release: Release) -> object:
        return release.id, frozenset(release.checked_by), release.draft

    return next((release for release in standing if act(release) == act(new)), None)


def _standing(releases: Sequence[Release]) -> list[Release]:
    """The releases that nothing later replaced; the same page released again after its recall stands again."""
    stands: list[Release] = []
    for release in releases:
        stands = [*(earlier for earlier in stands if earlier.id not in release.replaces), release]
    return stands


def _refuse_recall(new: Release, earlier: Sequence[Release], replaces: Sequence[str]) -> None:
    """A recall reaches the releases of the pilot's name, of the same people, and those that stand in the way."""
    unknown = set(replaces) - {r.id for r in earlier if r.pilot == new.pilot or same_people(new, r)}
    if unknown:
        unknown -= set().union(*differencing_risks(new, _standing(earlier)).values())
    if unknown:
        names = " or ".join(sorted(unknown))
        raise LedgerError(f"there is no release {names} of {new.pilot} in the ledger, nor one of the same people")
    if new.id in replaces:
        raise LedgerError(
            f"the page would be release {new.id} itself again: there is nothing to recall, leave --replaces out"
        )


def _refuse(new: Release, others: Sequence[Release]) -> None:
    found = differencing_risks(new, others)
    if found:
        ids = sorted(set().union(*found.values()))
        raise LedgerError(
            f"together with an earlier release it would set fewer than {FEWEST_APART} people apart "
            f"({', '.join(found)}). Earlier releases: {', '.join(ids)}. To recall them, after they have been taken "
            f"back from everybody who has them: {release_command(new.pilot, new.audience, ids)}"
        )


def _mark(key: bytes, lines: Sequence[bytes]) -> str:
    return keyed(key, b"\n".join(lines).decode("latin-1"))  # every byte counts


def _line_mark(key: bytes, entry: Mapping[str, object], place: int) -> str:
    return keyed(key, f"{place}\n{json.dumps(entry, sort_keys=True, ensure_ascii=False)}")


def _is_ours(key: bytes, line: bytes, place: int) -> bool:
    """Whether we wrote a line at that place; one that cannot be read is told of where it is read."""
    try:
        entry = json.loads(line)
        mac = entry.pop("mac", "")
    except (ValueError, AttributeError, TypeError, RecursionError):
        return True
    return bool(mac == _line_mark(key, entry, place))


def _read_line(line: bytes, number: int) -> Release:
    try:
        return from_record(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise LedgerError(
            f"ledger/{RELEASES}, line {number}: cannot be read; put the file back from a backup"
        ) from None


def to_record(release: Release) -> dict[str, object]:
    """A release as a line of the ledger has it."""
    populations = [{**dataclasses.asdict(p), "people": sorted(p.people)} for p in release.populations]
    return dataclasses.asdict(release) | {"populations": populations}


def from_record(record: Mapping[str, object]) -> Release:
    """The release that a line of the ledger tells of; older ones have no names, date and draft."""
    populations = tuple(map(_population, record["populations"]))  # type: ignore[call-overload]
    lists = {name: tuple(record.get(name, ())) for name in ("quotes", "replaces", "checked_by")}  # type: ignore[var-annotated, arg-type]
    fields = {name: value for name, value in record.items() if name != "mac"} | lists | {"populations": populations}
    return Release(**fields)  # type: ignore[arg-type]


def _population(record: Mapping[str, Iterable[str]]) -> Population:
    ways = {name: tuple(map(tuple, record[name])) for name in ("own", "answers")}
    return Population(str(record["outcome"]), frozenset(record["people"]), str(record["told"]), **ways)
