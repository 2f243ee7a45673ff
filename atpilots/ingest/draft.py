"""A mapping that writes itself: what was recognised in exports, each line with why; the rest as comments to paste.

Neither file repeats what a respondent wrote, a code, a name or an address: headers, answers of closed scales, and the
numbers of what was found.
"""

from __future__ import annotations

import dataclasses
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from atpilots.files import DataError, Problem, as_toml, made_private, refuse_link, write_private
from atpilots.ingest.drafted_mapping import ages_and_unknown, mapping_text
from atpilots.ingest.export import Export
from atpilots.ingest.found import Found
from atpilots.ingest.recognition import recognise
from atpilots.ingest.survey_tools import exports_of
from atpilots.pilots import new_pilot, protocol_text


@dataclasses.dataclass(frozen=True)
class Draft:
    """Both files as text, and what to say of them on the terminal."""

    mapping: str = dataclasses.field(repr=False)
    pilot: str = dataclasses.field(repr=False)
    said: tuple[str, ...]


def new_command(name: str, exports: Sequence[Path], tool: str | None = None) -> str:
    """`atpilots new PILOT --from EXPORT…`: the pilot's folder with a drafted pilot.toml and map.toml.

    Returns what was found, in words and counts, for the terminal. Raises DataError (see new_pilot, read_export) before
    anything is written. Only the owner can read what is written: it tells how people were asked.
    """
    draft = drafted(exports, tool)
    folder = new_pilot(name, protocol=draft.pilot)
    write_private(folder / "map.toml", draft.mapping)
    near = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    command = [
        "atpilots",
        "import",
        *map(str, exports),
        "--map",
        str(near / "map.toml"),
        "-o",
        str(near / "survey.csv"),
    ]
    typed = shlex.join(command) if os.name == "posix" else subprocess.list2cmdline(command)
    lines = [f"made {folder}", *draft.said, "read pilot.toml and map.toml: what is behind a # waits for you, then:"]
    return "\n".join([*lines, f"  {typed}", f"  atpilots check {name}"])


def draft_command(exports: Sequence[Path], mapping: Path, tool: str | None = None) -> str:
    """`atpilots import EXPORT… --draft --map MAP.toml`: the mapping, and pilot.toml beside it where there is none.

    Returns and raises as new_command; a mapping that is there stays.
    """
    refuse_link(mapping, mapping.name)
    if mapping.exists():
        raise DataError([Problem(mapping.name, "is already there; nothing was changed")])
    draft = drafted(exports, tool)
    if not mapping.parent.exists():
        made_private(mapping.parent, mapping.parent.name)
    write_private(mapping, draft.mapping)
    beside = mapping.with_name("pilot.toml")
    if not beside.exists():
        write_private(beside, draft.pilot)
    return "\n".join([f"made {mapping}", *draft.said, "read it: what is behind a # waits for you"])


def drafted(exports: Sequence[Path], tool: str | None = None) -> Draft:
    """What is recognised in exports of one survey, as a mapping and a protocol. Raises DataError with every fault."""
    problems: list[Problem] = []
    read: list[Export] = []
    for path in exports:
        try:
            read += exports_of(path, tool)
        except DataError as error:
            problems += error.problems
    names = [path.name for path in exports]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [
        Problem(name, "was given twice; a mapping cannot tell two exports of one name apart") for name in twice
    ]
    if problems:
        raise DataError(problems)
    found = recognise(read)
    return Draft(mapping_text(found), _pilot(found), tuple(_said(found)))


def _said(found: Found) -> Iterator[str]:
    for export in found.exports:
        left = "".join(f"; {count} {why} left out" for why, count in export.left_out.items())
        yield f"{export.file}: {len(export.cells)} rows ({export.note}){left}"
    yield f"respondent: {as_toml(found.respondent.name) if found.respondent else 'not recognised; fill it in'}"
    yield f"waves: {', '.join(found.waves.names)} ({found.waves.why})"
    sure = [item for item in found.items if item.sure]
    measures = ", ".join(name for name, _ in _measures(found)) or "none complete"
    ages, unknown = ages_and_unknown(found)
    to_decide = len(found.items) - len(sure) + len(ages)
    yield f"questions: {len(sure)} recognised, {to_decide} to decide, {len(unknown)} not known"
    yield f"measures: {measures}"
    yield f"left out: {_columns(len(found.personal))} that may point at somebody, {len(found.free_text)} of free text"


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


def _pilot(found: Found) -> str:
    """What of the protocol follows from the exports: the waves and the measures; the rest is for its owner to say."""
    waves = found.waves.names if len(found.waves.names) > 1 else ("before", "after")
    return protocol_text(waves, _measures(found))


def _measures(found: Found) -> list[tuple[str, str]]:
    """Instruments all of whose items were found."""
    sure = {item.column for item in found.items if item.sure}
    measures = []
    for instrument in found.instruments:
        columns = instrument.columns
        if set(columns) <= sure:
            count = "its question was" if len(columns) == 1 else f"all its {len(columns)} items were"
            measures.append((instrument.name, f"{count} recognised in map.toml"))
    return measures
