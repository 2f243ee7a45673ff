"""The private memory of everything released from a data root, so that no two releases differ by a few people.

Whoever holds two pages can subtract them (R-SDC-17). The ledger keeps, for every outcome of every release, who was
counted (keyed fingerprints, useless without the key beside them) and what was told (one keyed fingerprint). It lies
beside the data, is for its owner's eyes only, and is never published. Synthetic pilots are exempt.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import itertools
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from atpilots.disclosure import Audience, ReleasedResults
from atpilots.locks import locked
from atpilots.pilots import SYNTHETIC_KEY, data_root, private_key

if TYPE_CHECKING:
    from atpilots.pilots import Pilot

FEWEST_APART = Audience.PUBLIC.threshold  # the strictest, for every audience: pages are passed on
MOST_SUBTRACTED = 4  # other populations at once
EVERYBODY = "answered both times"


class LedgerError(ValueError):
    """The release would, beside an earlier one, set a few people apart. The message names releases, never people."""


@dataclasses.dataclass(frozen=True)
class Population:
    """Whom one number of a release counts, and what is told of them; keyed fingerprints all."""

    outcome: str
    people: frozenset[str]
    told: str


@dataclasses.dataclass(frozen=True)
class Release:
    """One published page: its id, its populations, its quotes, and which ones it replaces on whose authority."""

    id: str
    pilot: str
    audience: str
    populations: tuple[Population, ...]
    quotes: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    approved_by: str = ""


def release_of(pilot: Pilot, released: ReleasedResults, quotes: Iterable[str] = ()) -> Release:
    """What the ledger keeps of a page about this pilot."""
    synthetic = pilot.protocol.provenance == "synthetic"
    key = SYNTHETIC_KEY if synthetic else private_key(data_root(pilot.folder))
    told = {EVERYBODY: f"{released.recruited} {released.answered_twice}"}
    people = {EVERYBODY: _everybody(pilot)}
    for measure in released.told:
        outcome = f"{measure.name} {measure.rater}"
        told[outcome] = repr(dataclasses.replace(measure, primary=False))
        people[outcome] = _paired(pilot, measure.name, measure.rater)
    populations = tuple(
        Population(outcome, fingerprints(key, pilot.name, people[outcome]), _keyed(key, told[outcome]))
        for outcome in told
    )
    marks = tuple(sorted(_keyed(key, quote) for quote in quotes))
    content = json.dumps([pilot.name, released.audience, pilot.data_hash(), [p.told for p in populations], marks])
    return Release(_keyed(key, content)[:12], pilot.name, released.audience.value, populations, marks)


def fingerprints(key: bytes, pilot: str, respondents: Iterable[str]) -> frozenset[str]:
    """Keyed fingerprints of respondents; a code stands for a person within its pilot only."""
    return frozenset(_keyed(key, f"{pilot}\n{respondent.casefold()}")[:16] for respondent in respondents)


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
    with locked(root / "ledger" / "lock", f"the ledger of {root.name}", patience=60):
        earlier = read(root)
        unknown = set(replaces) - {release.id for release in earlier if release.pilot == new.pilot}
        if unknown:
            raise LedgerError(f"there is no release {' or '.join(sorted(unknown))} of {new.pilot} in the ledger")
        if new.id in replaces:
            raise LedgerError(f"the page would be release {new.id} itself again: there is nothing to recall")
        standing_now = _standing(earlier)
        conflicts = _conflicts(new, [release for release in standing_now if release.id not in replaces])
        if conflicts:
            raise LedgerError(_refusal(conflicts))
        ids = {release.id for release in standing_now}
        if ids & set(replaces) or new.id not in ids:
            _append(root, dataclasses.replace(new, replaces=tuple(replaces), approved_by=approved_by))


def read(root: Path) -> list[Release]:
    """Every release of a data root, in the order of publishing. Raises LedgerError where a line cannot be read."""
    path = root / "ledger" / "releases.jsonl"
    lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    releases = [_read_line(line, number) for number, line in enumerate(lines[:-1], start=1)]
    if lines[-1]:
        raise LedgerError(
            f"ledger/releases.jsonl, line {len(lines)}: was cut off while it was written, so its page was never "
            "published; make a copy of the file, remove that line and report again"
        )
    return releases


def _read_line(line: bytes, number: int) -> Release:
    try:
        return _from_record(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LedgerError(
            f"ledger/releases.jsonl, line {number}: cannot be read; put the file back from a backup"
        ) from None


def containing(root: Path, quote: str) -> tuple[str, ...]:
    """The ids of all releases that hold a quote (R-QUO-07)."""
    mark = _keyed(private_key(root), quote)
    return tuple(release.id for release in read(root) if mark in release.quotes)


def counting(root: Path, pilot: str, respondent: str) -> tuple[str, ...]:
    """The ids of all releases with a figure that counts a respondent of a pilot, pooled ones included."""
    who = fingerprints(private_key(root), pilot, [respondent])
    return tuple(release.id for release in read(root) if any(who <= p.people for p in release.populations))


def standing(root: Path) -> frozenset[str]:
    """The ids of all releases that no later one recalled."""
    return frozenset(release.id for release in _standing(read(root)))


def _standing(releases: Sequence[Release]) -> list[Release]:
    """The releases that nothing later replaced; the same page released again after its recall stands again."""
    stands: list[Release] = []
    for release in releases:
        stands = [*(earlier for earlier in stands if earlier.id not in release.replaces), release]
    return stands


def _conflicts(new: Release, earlier: Sequence[Release]) -> dict[str, set[str]]:
    """Outcomes of the new release that, beside others, set a few people apart, with those others' ids."""
    found: dict[str, set[str]] = {}
    for population in new.populations:
        others = [
            (release.id, other)
            for release in earlier
            for other in release.populations
            if other.outcome == population.outcome
        ]
        if any((other.people, other.told) == (population.people, population.told) for _, other in others):
            continue  # nothing is told that was not told before
        ids = {id_ for id_, other in others if _pair_conflicts(population, other)}
        ids |= _subtractions(population, others)
        if ids:
            found[population.outcome] = ids
    return found


def _pair_conflicts(one: Population, other: Population) -> bool:
    return 0 < len(one.people ^ other.people) < FEWEST_APART and one.told != other.told


def _subtractions(new: Population, others: Sequence[tuple[str, Population]]) -> set[str]:
    """The ids of releases that, taken from a larger one together, leave a few people; the new one takes part."""
    named = [("", new), *others]
    found: set[str] = set()
    for whole_id, whole in named:
        parts = [(i, part) for i, part in named if part.people < whole.people]
        for size in range(2, min(MOST_SUBTRACTED, len(parts)) + 1):  # one alone is a pair
            for chosen in itertools.combinations(parts, size):
                ids = {whole_id, *(i for i, _ in chosen)}
                if "" in ids and _leaves_few(whole, [part for _, part in chosen]):
                    found |= ids - {""}
    return found


def _leaves_few(whole: Population, parts: Sequence[Population]) -> bool:
    together = frozenset().union(*(part.people for part in parts))
    disjoint = len(together) == sum(len(part.people) for part in parts)
    return disjoint and 0 < len(whole.people - together) < FEWEST_APART


def _refusal(conflicts: Mapping[str, set[str]]) -> str:
    ids = sorted(set().union(*conflicts.values()))
    outcomes = ", ".join(conflicts)
    return (
        f"together with an earlier release it would set fewer than {FEWEST_APART} people apart ({outcomes}). "
        f"Earlier releases: {', '.join(ids)}. To recall them, after they have been taken back from everybody who "
        "has them: atpilots report PILOT --replaces ID [--replaces ID …] --approved-by NAME"
    )


def _append(root: Path, release: Release) -> None:
    folder = root / "ledger"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    line = json.dumps(_to_record(release), sort_keys=True, ensure_ascii=False) + "\n"
    descriptor = os.open(folder / "releases.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())


def _to_record(release: Release) -> dict[str, object]:
    populations = [{"outcome": p.outcome, "people": sorted(p.people), "told": p.told} for p in release.populations]
    return dataclasses.asdict(release) | {"populations": populations}


def _from_record(record: dict[str, object]) -> Release:
    populations = tuple(
        Population(p["outcome"], frozenset(p["people"]), p["told"])
        for p in record["populations"]  # type: ignore[attr-defined]
    )
    lists = {name: tuple(record[name]) for name in ("quotes", "replaces")}  # type: ignore[var-annotated, arg-type]
    fields = {**record, **lists, "populations": populations}
    return Release(**fields)  # type: ignore[arg-type]


def _keyed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _paired(pilot: Pilot, measure: str, rater: str) -> set[str]:
    """The codes of those whom a measure's figures count."""
    scores = pilot.scores[measure].xs(rater, level="rater").unstack("wave")
    both = scores.reindex(columns=[pilot.baseline, pilot.follow_ups[0]]).dropna().index
    return set(both) & _in_arm(pilot)


def _everybody(pilot: Pilot) -> set[str]:
    """The codes of those residents who answered anything at both waves."""
    items = sorted({item for measure in pilot.measures.values() for item in measure.instrument.columns})
    answered = pilot.answers[items].notna().any(axis=1).xs("resident", level="rater").unstack("wave", fill_value=False)
    waves = answered.reindex(columns=[pilot.baseline, pilot.follow_ups[0]], fill_value=False)
    return set(waves.index[waves.all(axis=1)]) & _in_arm(pilot)


def _in_arm(pilot: Pilot) -> set[str]:
    arms = pilot.answers["arm"]
    return set(arms.index.get_level_values("respondent")[arms == pilot.protocol.arms[0]])
