"""The commands about a team's own files: init, list, check, estimates, import, new."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from atpilots.cli.terminal import say

if TYPE_CHECKING:
    from atpilots.files import Problem


def tell_cautions(folders: Iterable[Path]) -> None:
    """What the owners of pilots' folders should know, on standard error; once for a command."""
    from atpilots.pilots import cautions

    for caution in dict.fromkeys(caution for folder in folders for caution in cautions(folder)):
        say(f"caution: {caution}", file=sys.stderr)


def list_pilots(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Print the pilots found; 1 where one is faulty."""
    from atpilots.files import DataError, causes, find_workspace
    from atpilots.ledger import LedgerError
    from atpilots.pilots import OWN_NOTEBOOK, load_pilot, own_notebook, pilot_folders
    from atpilots.publish import left_over, told_of

    def to_mend(name: str, error: DataError) -> str:
        return f"{name}: {len(causes(error.problems))} to mend; see: atpilots check {name}"

    rows: list[tuple[str, ...]] = [("pilot", "provenance", "respondents", "both", "before only", "after only", "waves")]
    faulty = []
    found = pilot_folders()
    tell_cautions(found.values())
    for name, folder in found.items():
        try:
            pilot = load_pilot(folder)
        except DataError as error:
            faulty.append(to_mend(name, error))
            continue
        flow = pilot.attrition.xs("survey", level="measure").iloc[0]
        both, before_only, after_only = (int(flow[name]) for name in ("both", "before_only", "after_only"))
        counts = (both + before_only + after_only, both, before_only, after_only)
        rows.append((name, pilot.protocol.provenance, *map(str, counts), ", ".join(pilot.protocol.waves)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    around = find_workspace()
    reports = around and around / "reports"
    collected = {name: found[name] for name, provenance, *_ in rows[1:] if provenance == "collected"}
    for name in [*collected]:
        try:
            for line in told_of(found[name], reports):
                say(f"{name}: {line}")
        except DataError as error:  # of the quotes, which are not read with the answers
            faulty.append(to_mend(name, error))
        except LedgerError as error:
            faulty.append(f"{name}: {error}")
            del collected[name]
    for line in left_over(collected, found, reports):
        say(line)
    for name, folder in found.items():
        own, why_not = own_notebook(folder)
        if own or why_not:
            say(f"{name}: its own {OWN_NOTEBOOK} {'makes its page' if own else f'is not run: {why_not}'}")
    for line in faulty:
        say(line, file=sys.stderr)
    return 1 if faulty else 0


def check_files(options: argparse.Namespace) -> int:
    """Print every problem of pilots or of files of cases, a line for each cause; 1 where there is any."""
    from atpilots.files import causes

    found = {target: _checked(target) for target in options.targets}
    if options.format == "json":
        told = {
            target: [
                *map(_as_json, checked.problems),
                *(_as_json(warning) | {"warning": True} for warning in checked.warnings),
                *(_as_json(note) | {"note": True} for note in checked.notes),
            ]
            for target, checked in found.items()
        }
        say(json.dumps(told, indent=1))
    else:
        for target, checked in found.items():
            lines = causes(checked.problems)
            say(f"{target}: {len(lines) or 'no'} problem{'' if len(lines) == 1 else 's'}")
            warnings = (f"warning: {line}" for line in causes(checked.warnings))
            for line in (*lines, *warnings, *(f"note: {line}" for line in (*checked.pairs, *causes(checked.notes)))):
                say(f"  {line}")
    return 1 if any(checked.problems for checked in found.values()) else 0


@dataclasses.dataclass(frozen=True)
class _Checked:
    """What is wrong with a pilot or a file of cases, what its owner should look at or know, and who answered when."""

    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    notes: Sequence[Problem] = ()
    pairs: Sequence[str] = ()


def _as_json(problem: Problem) -> dict[str, object]:
    """A fault's fields; what was meant only where that is known."""
    return {key: value for key, value in dataclasses.asdict(problem).items() if key != "meant" or value}


def _checked(target: str) -> _Checked:
    from atpilots.files import DataError, Problem
    from atpilots.pilots import find_pilot

    try:
        if Path(target).name == "survey.csv":
            return _Checked([Problem("survey.csv", "belongs to a pilot; check the pilot's folder")])
        if target.endswith(".csv"):
            from atpilots.cases import check_library

            check_library(Path(target))
            return _Checked()
        folder = find_pilot(target).resolve()
        tell_cautions([folder])
        return _of_pilot(folder)
    except DataError as error:
        return _Checked(error.problems)


def _of_pilot(folder: Path) -> _Checked:
    """A pilot's files, the quotes read as for its report.

    Where the pilot cannot be loaded, what can be read without its answers is read all the same.
    """
    from atpilots.files import DataError, Problem, read_toml
    from atpilots.ingest import ExportMapping
    from atpilots.pilots import (
        FILE,
        OWN_NOTEBOOK,
        examine,
        own_notebook,
        pairing_notes,
        plausibility_warnings,
        quote_files,
        read_quotes,
    )
    from atpilots.privacy import without_codes

    found = examine(folder)
    problems, notes = [*found.problems], list[Problem]()
    codes = {*found.codes, *(found.pilot.all_respondents if found.pilot else ())}

    def quotes() -> None:
        if found.pilot is None:
            quote_files(folder)
            return
        refused = [quote for quote in read_quotes(found.pilot) if not quote.permitted]
        notes.extend(Problem(FILE, f"is not shown: {'; '.join(quote.refusals)}", quote.row) for quote in refused)

    def mapping() -> None:
        if (folder / "map.toml").exists():
            read_toml(folder / "map.toml", ExportMapping)

    def notebook() -> None:
        own, why_not = own_notebook(folder)
        if why_not:
            notes.append(Problem(OWN_NOTEBOOK, f"is not run, but the common notebook: {why_not}"))
        if own:
            from atpilots.publish import notebook_problems

            notes.append(Problem(OWN_NOTEBOOK, "makes this pilot's page, instead of the common notebook"))
            problems.extend(notebook_problems(own, found.pilot))

    for read in (quotes, mapping, notebook):
        try:
            read()
        except DataError as error:
            problems += without_codes((problem for problem in error.problems if problem not in problems), codes)
    if found.pilot is None or problems:
        return _Checked(problems, notes=notes)
    pairs, near = pairing_notes(found.pilot)
    return _Checked((), plausibility_warnings(found.pilot), [*near, *notes], pairs)


def print_estimates(options: argparse.Namespace) -> int:
    """Print the tidy table, or write it whole or not at all, for its owner's eyes only: these figures are exact."""
    from atpilots.estimators import estimate
    from atpilots.files import written_whole
    from atpilots.pilots import load_pilot

    output = options.output
    if output is not None:
        _refuse_no_place(output)
    pilot = load_pilot(options.pilot)
    tell_cautions([pilot.folder])
    table = estimate(pilot).to_csv(index=False, lineterminator="\n")
    if output is None:
        sys.stdout.write(table)
        return 0
    with written_whole(output) as draft:
        draft.write_text(table, encoding="utf-8", newline="")
    return 0


def _refuse_no_place(output: Path) -> None:
    """Raise DataError, before anything is worked out, where a file cannot be written, or is not ours to write over."""
    from atpilots.estimators import COLUMNS
    from atpilots.files import DataError, Problem

    if not output.parent.is_dir():
        what = "is to be written into a folder that is not there"
    elif output.is_dir():
        what = "is a folder"
    elif not output.exists():
        return
    elif not output.is_file():
        what = "is no file; give the name of one"
    elif output.read_bytes().startswith(",".join(COLUMNS).encode()):
        return
    else:
        what = "is already there, and no table of estimates; give another name"
    raise DataError([Problem(output.name or str(output), what)])


def import_exports(options: argparse.Namespace) -> int:
    """Make survey.csv of a survey tool's exports, and print what was read and written."""
    from atpilots.ingest import draft_command, import_command

    if options.draft:
        say(draft_command(options.exports, options.mapping, options.tool))
        return 0
    if options.output is None:
        say("atpilots import: give -o survey.csv, or --draft to have the mapping drafted", file=sys.stderr)
        return 2
    say(import_command(options.exports, options.mapping, options.tool, options.output, overwrite=options.force))
    return 0


def init_workspace(options: argparse.Namespace) -> int:
    """Make a workspace, and print what was made in it."""
    from atpilots.files import make_workspace

    told = make_workspace(options.folder)
    say("\n".join([f"workspace: {os.path.realpath(options.folder)}", *(told or ["nothing to make; all is there"])]))
    say("next, from there: jupyter lab notebooks/01_first_look.ipynb, atpilots report greenwich, or atpilots new PILOT")
    return 0


def make_pilot(options: argparse.Namespace) -> int:
    """Make a pilot's folder to fill in, and print where it is."""
    if options.exports:
        from atpilots.ingest import new_command

        say(new_command(options.pilot, options.exports, options.tool))
        return 0
    from atpilots.pilots import new_pilot

    folder = new_pilot(options.pilot)
    say(f"made {folder}\nfill in pilot.toml and survey.csv, then: atpilots check {options.pilot}")
    return 0
