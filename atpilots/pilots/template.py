"""A pilot's folder to fill in, with every key of `pilot.toml` explained where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from atpilots.files import DataError, Problem, keep_out_of_git, made_private, workspace, write_private
from atpilots.instruments import load_instrument
from atpilots.pilots.folders import NAME, collected_root

TEMPLATE = Path(__file__).with_name("template.toml")


def new_pilot(name: str, root: Path | None = None, *, protocol: str | None = None) -> Path:
    """Make the folder `<root>/pilots/<name>` with a commented pilot.toml and the header of survey.csv.

    All of it is for its owner's eyes only. root: default $ATPILOTS_DATA, else the workspace. protocol: what pilot.toml
    is to hold; then survey.csv is left for an import to make. Raises UsageError
    where there is neither, DataError where it is inside the checkout, the name cannot be used, or the folder is there.
    """
    root = collected_root() if root is None else root
    if root is None:
        workspace()  # raises where there is none
        what = "is not set; collected data stay outside the checkout: set it, or make a workspace: atpilots init FOLDER"
        raise DataError([Problem("ATPILOTS_DATA", what)])
    if not NAME.fullmatch(name):
        allowed = "2 to 40 of a-z, 0-9, - and _, beginning with a letter"
        raise DataError([Problem("pilot folder", "has a name that cannot be used", value=name, allowed=allowed)])
    folder = root / "pilots" / name
    if folder.exists():
        raise DataError([Problem("pilot folder", "is already there; nothing was changed", value=name)])
    if not folder.parent.exists():
        keep_out_of_git(made_private(folder.parent, "pilots"))
    made_private(folder, name)
    made_private(folder / "instruments", "instruments")
    write_private(folder / "pilot.toml", TEMPLATE.read_text(encoding="utf-8") if protocol is None else protocol)
    if protocol is None:
        measures = [load_instrument(name) for name in ("swemwbs", "ons4_satisfaction")]
        columns = ["respondent", "wave", "date", "mode", *(item for measure in measures for item in measure.columns)]
        write_private(folder / "survey.csv", ",".join(columns) + "\n")
    return folder


def protocol_text(waves: Sequence[str], measures: Sequence[tuple[str, str]]) -> str:
    """The commented pilot.toml for these waves and measures (instrument, why it is there), the rest to fill in."""
    text = TEMPLATE.read_text(encoding="utf-8")
    told = ", ".join(json.dumps(wave, ensure_ascii=False) for wave in waves)
    end = f"\nendpoint = {json.dumps(waves[-1])}            # the wave of the headline" if len(waves) > 2 else ""
    text = re.sub(r"^waves = \[.*?\]", lambda _: f"waves = [{told}]", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^(waves = .*)$", lambda line: line[1] + end, text, count=1, flags=re.MULTILINE)
    before, _, after = text.partition("[[measures]]")
    rest = after[after.index("# worth_acting_on") :]
    parts: list[str] = []
    for name, why in measures:
        primary = "" if parts else "primary = true  # the first in the export: the main one is for you to choose\n"
        parts.append(f'[[measures]]\ninstrument = "{name}"  # {why}\n{primary}\n')
    if not parts:
        parts = ["# No questionnaire was recognised as a whole. Name yours, and its items in map.toml:\n"
                 '# [[measures]]\n# instrument = "your_own"\n# primary = true\n\n']  # fmt: skip
    return before + "".join(parts) + rest
