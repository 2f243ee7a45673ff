"""The commands about a team's own files: init, list, check, estimates, import, new."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atpilots.files import Problem


def tell_cautions(folders: Iterable[Path]) -> None:
    """What the owners of pilots' folders should know, on standard error; once for a command."""
    from atpilots.pilots import cautions

    for caution in dict.fromkeys(caution for folder in folders for caution in cautions(folder)):
        print(f"caution: {caution}", file=sys.stderr)


def list_pilots(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Print the pilots found; 1 where one is faulty."""
    from atpilots.files import DataError
    from atpilots.pilots import load_pilot, pilot_folders
    from atpilots.publish import drafts_newer

    rows: list[tuple[str, ...]] = [("pilot", "provenance", "respondents", "both", "before only", "after only", "waves")]
    faulty = []
    found = pilot_folders()
    tell_cautions(found.values())
    for name, folder in found.items():
        try:
            pilot = load_pilot(folder)
        except DataError as error:
            faulty.append(f"{name}: {len(error.problems)} to mend; see: atpilots check {name}")
            continue
        flow = pilot.attrition.xs("survey", level="measure").iloc[0]
        both, before_only, after_only = (int(flow[name]) for name in ("both", "before_only", "after_only"))
        counts = (both + before_only + after_only, both, before_only, after_only)
        rows.append((name, pilot.protocol.provenance, *map(str, counts), ", ".join(pilot.protocol.waves)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for name, *_ in rows[1:]:
        for audience, released in drafts_newer(name):
            print(f"{name}: its {audience} draft {'is newer than its release' if released else 'was never released'}")
    for line in faulty:
        print(line, file=sys.stderr)
    return 1 if faulty else 0


def check_files(options: argparse.Namespace) -> int:
    """Print every problem of pilots or of files of cases; 1 where there is any."""
    found = {target: _problems(target) for target in options.targets}
    if options.format == "json":
        print(
            json.dumps(
                {t: [dataclasses.asdict(p) for p in ps] for t, ps in found.items()}, indent=1, ensure_ascii=False
            )
        )
    else:
        for target, problems in found.items():
            print(f"{target}: {len(problems) or 'no'} problem{'' if len(problems) == 1 else 's'}")
            for line in [*problems, *([] if problems else _unshown_quotes(target))]:
                print(f"  {line}")
    return 1 if any(found.values()) else 0


def _problems(target: str) -> tuple[Problem, ...]:
    from atpilots.cases import check_library
    from atpilots.files import DataError, Problem
    from atpilots.pilots import find_pilot

    try:
        if Path(target).name == "survey.csv":
            return (Problem("survey.csv", "belongs to a pilot; check the pilot's folder"),)
        if target.endswith(".csv"):
            check_library(Path(target))
            return ()
        folder = find_pilot(target)
        tell_cautions([folder])
        return _pilot_problems(folder)
    except DataError as error:
        return error.problems


def _pilot_problems(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with a pilot's files; the quotes are read as for its report.

    Where the pilot cannot be loaded, what can be read without its answers is read all the same.
    """
    from atpilots.files import DataError
    from atpilots.pilots import load_pilot, quote_files, read_quotes, read_withdrawn
    from atpilots.privacy import private_names

    problems: list[Problem] = []
    readers: list[Callable[[], object]]
    try:
        readers = [partial(read_quotes, load_pilot(folder))]
    except DataError as error:
        problems += error.problems
        readers = [partial(read_withdrawn, folder), partial(private_names, folder), partial(quote_files, folder)]
    for read in readers:
        try:
            read()
        except DataError as error:
            problems += (problem for problem in error.problems if problem not in problems)
    return tuple(problems)


def _unshown_quotes(target: str) -> list[Problem]:
    """Every quote of a sound pilot that its page will leave out, with all reasons; that is no fault."""
    from atpilots.files import Problem
    from atpilots.pilots import find_pilot, load_pilot, read_quotes

    if target.endswith(".csv") or not (find_pilot(target) / "quotes.csv").is_file():
        return []
    refused = (quote for quote in read_quotes(load_pilot(target)) if not quote.permitted)
    return [Problem("quotes.csv", f"is not shown: {'; '.join(q.refusals)}", q.row) for q in refused]


def print_estimates(options: argparse.Namespace) -> int:
    """Print the tidy table, or write it whole or not at all, for its owner's eyes only: these figures are exact."""
    from atpilots.estimators import estimate
    from atpilots.files import DataError, Problem, written_whole
    from atpilots.pilots import load_pilot

    pilot = load_pilot(options.pilot)
    tell_cautions([pilot.folder])
    table = estimate(pilot).to_csv(index=False, lineterminator="\n")
    output = options.output
    if output is None:
        sys.stdout.write(table)
        return 0
    if output.is_dir() or not output.parent.is_dir():
        what = "is a folder" if output.is_dir() else "is to be written into a folder that is not there"
        raise DataError([Problem(output.name, what)])
    with written_whole(output) as draft:
        draft.write_text(table, encoding="utf-8", newline="")
    return 0


def import_exports(options: argparse.Namespace) -> int:
    """Make survey.csv of a survey tool's exports, and print what was read and written."""
    from atpilots.ingest import import_command

    print(import_command(options.exports, options.mapping, options.tool, options.output, overwrite=options.force))
    return 0


def init_workspace(options: argparse.Namespace) -> int:
    """Make a workspace, and print what was made in it."""
    from atpilots.files import make_workspace

    told = make_workspace(options.folder)
    print("\n".join([f"workspace: {os.path.realpath(options.folder)}", *(told or ["nothing to make; all is there"])]))
    print("next, from there: jupyter lab notebooks, atpilots report greenwich, or atpilots new PILOT")
    return 0


def make_pilot(options: argparse.Namespace) -> int:
    """Make a pilot's folder to fill in, and print where it is."""
    from atpilots.pilots import new_pilot

    folder = new_pilot(options.pilot)
    print(f"made {folder}\nfill in pilot.toml and survey.csv, then: atpilots check {options.pilot}")
    return 0
