"""A pilot's folder to fill in, with every key of `pilot.toml` explained where it stands."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from atpilots.files import BUNDLED, DataError, Problem, as_toml, keep_out_of_git, made_private, workspace, write_private
from atpilots.instruments import NAME, Instrument, load_instrument, shipped_instruments
from atpilots.pilots.folders import collected_root, find_pilot, naming_problems
from atpilots.pilots.pilot import Pilot
from atpilots.privacy import texts_in

TEMPLATE, EXAMPLE = Path(__file__).with_name("template.toml"), "  # an example: "


def new_pilot(name: str, *, protocol: str | None = None) -> Path:
    """Make a pilot's folder in $ATPILOTS_DATA, else the workspace: a commented pilot.toml, the header of survey.csv.

    All of it is for its owner's eyes only. protocol: what pilot.toml is to hold; then survey.csv is left for an import
    to make. Raises UsageError where there is neither place, DataError where it is inside the checkout, the name cannot
    be used, or the folder is there.
    """
    root = collected_root()
    if root is None:
        workspace()  # raises where there is none
        what = "is not set; collected data stay outside the checkout: set it, or make a workspace: atpilots init FOLDER"
        raise DataError([Problem("ATPILOTS_DATA", what)])
    if problems := [*naming_problems(name)]:
        raise DataError(problems)
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


def examples_left(pilot: Pilot) -> Iterator[Problem]:
    """The examples of the template that stand as they were, a problem each. They may be right: their note says so."""
    examples = {line for line in TEMPLATE.read_text(encoding="utf-8").splitlines() if EXAMPLE in line}
    for line in (pilot.folder / "pilot.toml").read_text(encoding="utf-8-sig").splitlines():
        if line in examples:
            what = f"is the template's example ({line.partition(EXAMPLE)[2]})"
            yield Problem("pilot.toml", what, column=line.partition(" = ")[0])


def unfilled(pilot: Pilot) -> Iterator[Problem]:
    """The sentences of the template that nobody replaced by the pilot's own, a problem each: they stand on the page."""
    asked = tomllib.loads(re.sub(r"^# (?=\w+ = )", "", TEMPLATE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    sentences = {text for key, text in texts_in(asked) if " " in text}
    for key, text in texts_in(pilot.protocol.model_dump(exclude={"waves", "endpoint", "arms", "measures"})):
        if text in sentences:
            yield Problem("pilot.toml", "is not filled in, and stands on the page as it is", column=key, value=text)


def new_instrument(
    pilot: str | os.PathLike[str] | Pilot,
    name: str,
    *,
    label: str,
    items: Sequence[str],
    levels: Sequence[str] | tuple[int, int],
    better: str,
    scoring: str = "sum",
    reverse: Sequence[str] = (),
    **more: object,
) -> Instrument:
    """Write a questionnaire of a pilot's own into its `instruments/` folder: `<name>.toml`, from a few answers.

    pilot: by name, path or loaded. items: names of small letters, digits and _, in the order of the questions. levels:
    the answers in words, lowest first, or the lowest and the highest whole number. better: "higher" or "lower" scores.
    scoring: sum, mean or single (for one item). reverse: items of which the lowest answer counts as the highest. more:
    other keys of an instrument's file (docs/formats.md), such as source, short_label, missing, or, for a subscale,
    items_of. Returns the Instrument: in a notebook, and printed, it shows scored examples to check. It counts once
    pilot.toml names it as a measure. Raises DataError with every fault, and where the file is there already; then
    nothing is written.

    >>> import atpilots as at
    >>> at.new_instrument(
    ...     "lambeth", "lamp_skills", label="Using the lamp", items=["switch_on", "dim"],
    ...     levels=["No", "With help", "Yes"], better="higher",
    ... )
    Instrument lamp_skills: Using the lamp, 2 items, answers 1 to 3, scores 2 to 6, higher is better
    """
    folder = (pilot.folder if isinstance(pilot, Pilot) else find_pilot(pilot)) / "instruments"
    file = folder / f"{name}.toml"
    if folder.resolve().is_relative_to(BUNDLED):
        raise DataError(
            [Problem("pilot folder", "is a bundled one and stays as it is; make your own: atpilots new PILOT")]
        )
    if not re.fullmatch(NAME, name):
        raise DataError(
            [Problem("name", "is not one of up to 40 small letters, digits and _, a letter first", value=name)]
        )
    if file.exists() or name in shipped_instruments():
        raise DataError([Problem(file.name, "is there already; choose another name")])
    several = {"items": items, "levels": levels, **({"reverse": reverse} if reverse else {})}
    lists = {key: value if isinstance(value, str) else list(value) for key, value in several.items()}  # "on": no o, n
    keys: dict[str, object] = {"label": label, **lists, "scoring": scoring, "better": better, **more}
    text = "".join(f"{key} = {as_toml(value)}\n" for key, value in keys.items())
    with tempfile.TemporaryDirectory() as tried:
        for other in folder.glob("*.toml"):  # a subscale shares the items of another one
            shutil.copy(other, tried)
        Path(tried, file.name).write_text(text, encoding="utf-8")
        made = load_instrument(name, Path(tried))
    if not folder.exists():
        made_private(folder, "instruments")
    write_private(file, text)
    return made


def protocol_text(waves: Sequence[str], measures: Sequence[tuple[str, str]]) -> str:
    """The commented pilot.toml for these waves and measures (instrument, why it is there), the rest to fill in."""
    text = TEMPLATE.read_text(encoding="utf-8")
    end = f"\nendpoint = {as_toml(waves[-1])}            # the wave of the headline" if len(waves) > 2 else ""
    text = re.sub(r"^waves = \[.*?\]", lambda _: f"waves = {as_toml(list(waves))}", text, count=1, flags=re.MULTILINE)
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
