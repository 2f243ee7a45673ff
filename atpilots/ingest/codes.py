"""How respondents' codes pair up: told in numbers and rows, listed for somebody to decide, replaced by keyed ones."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from atpilots.files import refuse_link, write_private
from atpilots.pilots import MOST_NAMED, NEARLY, codes_key, counted, keyed_code, pairings

HEADING = "# Codes that may be one person's. Take the # away before each that is, and import again, with --force."
MOVE = "# (below [same], which stands above)"
TABLES = re.compile(r"^[ \t]*(\[.*?\]|same\b)", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Codes:
    """How the codes of an import pair up: lines that name no code, and the pairs that may be one person's."""

    lines: tuple[str, ...]
    near: tuple[tuple[str, str], ...] = dataclasses.field(repr=False)


def codes_of(survey: pd.DataFrame, waves: Sequence[str]) -> Codes:
    """How many codes pair up between the first wave and each later one; survey: with the columns file and row."""
    people = {wave: survey.loc[survey["wave"] == wave, "respondent"] for wave in waves}  # who answered anything
    found = pairings(people)
    lines = [f"pairs: {pairing}" for pairing in found]
    near = dict.fromkeys((one, other) for pairing in found for one, other in pairing.near)
    if near:
        places = [
            f"{_where(survey, pairing.first, one)} and {_where(survey, pairing.later, other)}"
            for pairing in found
            for one, other in pairing.near
        ]
        more = f"; and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
        lines.append(f"{counted(len(near))} {NEARLY}: {'; '.join(places[:MOST_NAMED])}{more}")
    return Codes(tuple(lines), tuple(near))


def write_same(near: Sequence[tuple[str, str]], mapping: Path, output: Path) -> str:
    """List pairs of codes, commented out, at the end of the pilot's own mapping; what to do with it, for the terminal.

    What somebody wrote there stays. The pilot's mapping lies beside its survey; where the mapping that was used lies
    elsewhere, a copy of it is made there. Only its owner can read it from then on (mode 0600).
    """
    path = mapping if mapping.resolve().parent == output.resolve().parent else output.parent / "map.toml"
    refuse_link(path, path.name)
    text = path.read_text(encoding="utf-8-sig") if path.exists() else mapping.read_text(encoding="utf-8-sig")
    lines = [f"{_quoted(other)} = {_quoted(one)}" for one, other in near]
    new = [f"# {line}" for line in lines if line not in text]
    if new:
        tables = [table.strip("[ \t\"']") for table in TABLES.findall(text)]  # a second [same] would be a fault
        title = ["[same]"] if "same" not in tables else [MOVE] if tables[-1] != "same" else []
        block = "\n".join([HEADING, *title, *new]) + "\n"
        if path.exists():
            write_private(path, ("" if text.endswith("\n") or not text else "\n") + "\n" + block, append=True)
        else:
            write_private(path, text.rstrip("\n") + "\n\n" + block)
    os.chmod(path, 0o600)
    return f"they are listed in {path.name}, commented out, under [same]; whether two are one person is yours to decide"


def rekeyed(survey: pd.DataFrame, output: Path) -> pd.DataFrame:
    """The survey with keyed codes, sorted by them: an order by the old ones would tell of them."""
    key = codes_key(output.resolve().parent, make=True)
    if key is None:
        raise AssertionError  # it was just made
    new = {code: keyed_code(code, key) for code in survey["respondent"].unique()}
    keyed = survey.assign(respondent=survey["respondent"].map(new))
    return keyed.sort_values("respondent", kind="stable").reset_index(drop=True)


def _where(survey: pd.DataFrame, wave: str, code: str) -> str:
    first = survey[(survey["wave"] == wave) & (survey["respondent"] == code)].iloc[0]
    return f"{first['file']} row {first['row']}"


def _quoted(code: str) -> str:
    """A code as a TOML string."""
    escaped = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in code.replace("\\", "\\\\"))
    return '"' + escaped.replace('"', '\\"') + '"'
