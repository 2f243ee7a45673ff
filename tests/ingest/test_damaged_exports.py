"""Exports with bytes flipped, rows cut and headers doubled: read, drafted or refused, and nobody's words in it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from builders.parameters import slow_but

from atpilots.files.problems import DataError
from atpilots.ingest.conversion import import_command
from atpilots.ingest.draft import drafted
from atpilots.ingest.layouts import TOOLS

EXPORTS = Path(__file__).parent / "exports"
# What stands in the personal and free columns of the text exports below, and may be in no message.
SECRETS = ("Wrenifer", "Ashbycott", "wrenifer@example.org", "203.0.113.77", "the lamp by my bed hums", "51.4812")
PERSONAL = dict(
    zip(("Name", "Surname", "Email", "IP Address", "Anything else?", "LocationLatitude"), SECRETS, strict=True)
)


def with_secrets(content: bytes) -> bytes:
    """A text export with personal columns, first and last, the cells of a row in a row."""
    encoding = "cp1252" if b"\x96" in content or b"\x92" in content else "utf-8-sig"
    lines = content.decode(encoding).split("\n")
    mark = ";" if ";" in lines[0] else ","
    told = [mark.join(PERSONAL), mark.join(f'"{secret}"' for secret in SECRETS)]
    made = [
        f"{told[min(number, 1)]}{mark}{line.rstrip()}{mark}{told[min(number, 1)]}"
        for number, line in enumerate(line for line in lines if line.strip())
    ]
    return "\n".join(made).encode(encoding)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The same file with one thing wrong."""
    data = bytearray(content)
    lines = content.split(b"\n")
    match chance.randrange(7):
        case 0:  # bytes flipped
            for _ in range(chance.choice([1, 3, 30])):
                data[chance.randrange(len(data))] = chance.randrange(256)
        case 1:  # cut short
            del data[chance.randrange(len(data)) :]
        case 2:  # a piece gone
            start = chance.randrange(len(data))
            del data[start : start + chance.randrange(1, 60)]
        case 3:  # a header twice
            return b"\n".join([lines[0], *lines])
        case 4:  # a row where another belongs
            return b"\n".join([*lines[:1], *chance.sample(lines, len(lines))])
        case 5:  # a character that means something to a reader
            start = chance.randrange(len(data))
            data[start:start] = chance.choice([b'"', b",", b";", b"\n", b"\r", b"\t", b"\0", b"'", b"\xff\xfe", b"="])
        case 6:  # written by another program
            return content.decode("cp1252", "replace").encode(chance.choice(["utf-16", "utf-8", "utf-16-le"]))
    return bytes(data)


def check_one(tool: str, seed: int, folder: Path) -> None:
    chance = random.Random(f"{tool} {seed}")  # noqa: S311
    exports = []
    for path in sorted((EXPORTS / tool).iterdir()):
        if path.suffix in {".toml", ".py"} or path.name == "survey.csv":
            continue
        content = path.read_bytes()
        if path.suffix == ".csv" and tool not in {"qualtrics", "surveymonkey"}:
            content = with_secrets(content)
        exports.append(folder / path.name)
        exports[-1].write_bytes(damaged(content, chance))
    try:
        said = import_command(exports, EXPORTS / tool / "map.toml", None, folder / "survey.csv", overwrite=True)
    except DataError as error:
        said = str(error) + "".join(map(str, error.problems))
    try:
        draft = drafted(exports)
        said += draft.mapping + draft.pilot + "".join(draft.said)
    except DataError as error:
        said += str(error) + "".join(map(str, error.problems))
    assert not [secret for secret in SECRETS if secret in said], (tool, seed)


@pytest.mark.parametrize("tool", slow_but(3, [tool for tool in TOOLS if tool not in {"spss", "stata"}]))
def test_a_damaged_export_is_read_or_refused_and_nobody_is_quoted(tool, tmp_path):
    for seed in range(6):
        check_one(tool, seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("tool", TOOLS)
def test_many_damaged_exports(tool, tmp_path):
    for seed in range(6, 300):
        check_one(tool, seed, tmp_path)
