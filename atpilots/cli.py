"""The `atpilots` command. Exit codes: 0 all well, 1 something to mend (said on standard error), 2 wrong usage."""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from atpilots.files import Problem
    from atpilots.publish import Recall

AUDIENCES = ("public", "borough", "internal")
CASE_FORMATS = ("text", "csv", "json", "bibtex", "ris", "markdown")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(arguments)
    from atpilots.files import DataError

    try:
        return int(options.run(options))
    except DataError as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("stopped; nothing was published by the report that was running", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="atpilots", description="Before/after results of small pilots.", allow_abbrev=False
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        made.set_defaults(run=run)
        return made

    command("list", _list, "the pilots found, with provenance, respondents and waves")
    check = command("check", _check, "validate pilots or a case-study file; list every problem")
    check.add_argument("targets", nargs="+", metavar="PILOT|CASES.csv")
    check.add_argument("--format", choices=("text", "json"), default="text")
    table = command("estimates", _estimates, "the tidy results table at full precision; never for sharing")
    table.add_argument("pilot", metavar="PILOT")
    table.add_argument("-o", dest="output", type=Path, metavar="FILE.csv")
    report = command("report", _report, "render and publish one page per pilot")
    report.add_argument("pilots", nargs="*", metavar="PILOT")
    report.add_argument("--all", action="store_true", help="every pilot found, the case studies and the index")
    report.add_argument("--audience", choices=AUDIENCES, default="public")
    report.add_argument(
        "--replaces", action="append", default=[], metavar="ID", help="an earlier release to recall; repeatable"
    )
    report.add_argument("--approved-by", default="", metavar="NAME", help="who decided to recall it")
    report.add_argument("--pdf", action="store_true", help="print each page as a PDF too; needs Chromium")
    report.add_argument("--jobs", type=_positive, default=1, metavar="N", help="how many at a time (default 1)")
    report.add_argument("--scheduler", default="", metavar="ADDRESS", help="run on the Dask cluster at that address")
    releases = command("releases", _releases, "a pilot's releases, and which hold what somebody withdrew")
    releases.add_argument("pilot", metavar="PILOT")
    releases.add_argument("--respondent", default="", metavar="CODE", help="follow up one respondent, never printed")
    _add_cases(command("cases", _cases, "search the case studies"))
    _add_import(command("import", _import, "a survey tool's export(s) into survey.csv, by a mapping file"))
    new = command("new", _new, "a commented pilot folder to fill in, under $ATPILOTS_DATA/pilots/")
    new.add_argument("pilot", metavar="PILOT")
    return parser


def _add_cases(cases: argparse.ArgumentParser) -> None:
    cases.add_argument("words", nargs="*", metavar="WORDS")
    for name in ("technology", "user-group", "outcome", "evidence", "country"):
        cases.add_argument(f"--{name}", action="append", metavar="WORD", help="may be given more than once")
    cases.add_argument("--facets", action="store_true", help="count the cases found by each of their words instead")
    cases.add_argument("--format", choices=CASE_FORMATS, default="text", help="with citations, but for text")


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("exports", nargs="+", type=Path, metavar="EXPORT")
    command.add_argument("--map", required=True, type=Path, metavar="MAP.toml", dest="mapping")
    command.add_argument("--tool", metavar="TOOL", help="csv, qualtrics or xlsx; default by the file's ending")
    command.add_argument("-o", required=True, type=Path, metavar="survey.csv", dest="output")
    command.add_argument("--force", action="store_true", help="replace an output file that is already there")


def _list(options: argparse.Namespace) -> int:  # noqa: ARG001
    from atpilots.files import DataError
    from atpilots.pilots import load_pilot, pilot_folders

    rows: list[tuple[str, ...]] = [("pilot", "provenance", "respondents", "both", "before only", "after only", "waves")]
    faulty = []
    for name, folder in pilot_folders().items():
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
    for line in faulty:
        print(line, file=sys.stderr)
    return 1 if faulty else 0


def _check(options: argparse.Namespace) -> int:
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
            for problem in problems:
                print(f"  {problem}")
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
        return _pilot_problems(find_pilot(target))
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


def _estimates(options: argparse.Namespace) -> int:
    from atpilots.estimators import estimate
    from atpilots.pilots import load_pilot

    table = estimate(load_pilot(options.pilot)).to_csv(index=False, lineterminator="\n")
    if options.output is None:
        sys.stdout.write(table)
    else:
        _write(options.output, table)
    return 0


def _write(path: Path, text: str) -> None:
    """The whole file or none of it, for its owner's eyes only: these figures are exact."""
    from atpilots.files import DataError, Problem, written_whole

    if path.is_dir() or not path.parent.is_dir():
        what = "is a folder" if path.is_dir() else "is to be written into a folder that is not there"
        raise DataError([Problem(path.name, what)])
    with written_whole(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="")


def _report(options: argparse.Namespace) -> int:
    from atpilots.workers import forkserver as warm

    if not options.scheduler:
        warm.begin()
    from tqdm import tqdm

    from atpilots.disclosure import Audience
    from atpilots.pilots import cautions, find_pilot, pilot_folders
    from atpilots.publish import render_all

    options.approved_by = options.approved_by.strip()
    if bool(options.replaces) != bool(options.approved_by) or (options.replaces and len(options.pilots) != 1):
        print(
            "atpilots report: --replaces ID and --approved-by NAME belong together, and to one pilot", file=sys.stderr
        )
        return 2
    if bool(options.pilots) == options.all:
        print("atpilots report: name the pilots, or give --all", file=sys.stderr)
        return 2
    pilots = list(pilot_folders().values()) if options.all else [find_pilot(pilot) for pilot in options.pilots]
    audience = Audience(options.audience)
    twice = sorted({path.name for path in pilots if [p.name for p in pilots].count(path.name) > 1})
    if twice:
        print(f"atpilots report: two pilots called {', '.join(twice)} would overwrite each other", file=sys.stderr)
        return 2
    for caution in [caution for folder in pilots for caution in cautions(folder)]:
        print(f"caution: {caution}", file=sys.stderr)
    if options.scheduler and importlib.util.find_spec("distributed") is None:
        print("atpilots report: --scheduler needs more: pip install 'atpilots[dask]'", file=sys.stderr)
        return 2
    batch = render_all(pilots, audience, jobs=options.jobs, recall=_recall(options), scheduler=options.scheduler)
    failed = 0
    with tqdm(total=len(pilots), unit="report", disable=None) as progress:
        for outcome in batch:
            status = f"published {outcome.page}" if outcome.page else f"FAILED, nothing published. {outcome.problem}"
            progress.write(f"{outcome.pilot}: {status}", file=sys.stdout if outcome.page else sys.stderr)
            progress.update()
            failed += outcome.page is None or not (_printed(outcome.page) if options.pdf else True)
    with_the_batch = _called if options.scheduler else warm.run  # whose server has imported all that they need
    if options.all and audience is Audience.PUBLIC:
        print(f"case studies: published {with_the_batch(_write_case_studies)}")
    if audience is Audience.PUBLIC and failed < len(pilots):
        print(f"index: published {with_the_batch(_write_index)}")
    return 1 if failed else 0


def _recall(options: argparse.Namespace) -> Recall | None:
    if not options.replaces:
        return None
    from atpilots.publish import Recall

    return Recall(tuple(options.replaces), options.approved_by)


def _called(write: Callable[[], Path]) -> Path:
    return write()


def _write_case_studies() -> Path:
    from atpilots.publish import write_case_studies

    return write_case_studies()


def _write_index() -> Path:
    from atpilots.publish import write_index

    return write_index()


def _releases(options: argparse.Namespace) -> int:
    from atpilots.ledger import LedgerError, releases_of

    try:
        print("\n".join(releases_of(options.pilot, options.respondent)))
    except LedgerError as error:
        print(f"atpilots releases: {error}", file=sys.stderr)
        return 1
    return 0


def _printed(page: Path) -> bool:
    from atpilots.page import PdfError, print_pdf

    try:
        print_pdf(page)
    except PdfError as error:
        print(error, file=sys.stderr)
        return False
    return True


def _cases(options: argparse.Namespace) -> int:
    from atpilots.cases import case_facets, export_cases, find_cases

    if options.facets and options.format not in {"text", "csv", "json"}:
        print("atpilots cases: --facets are counts, without citations: text, csv or json", file=sys.stderr)
        return 2
    try:
        found = find_cases(
            " ".join(options.words), technology=options.technology, user_group=options.user_group,
            outcome=options.outcome, evidence=options.evidence, country=options.country,
        )  # fmt: skip
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if found.empty:
        hint = "See what there is: atpilots cases --facets"
        print(f"{found.attrs['advice']} {hint}", file=sys.stdout if options.format == "text" else sys.stderr)
    if options.facets:
        print(_counts(case_facets(found), options.format), end="")
    elif options.format == "text":
        print(_as_text(found), end="")
    else:
        print(export_cases(found, options.format), end="")
    return 0


def _as_text(cases: pd.DataFrame) -> str:
    """Each case from its number on, folded to the width of the terminal; an address is never broken."""
    from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE

    indent = " " * 7
    width = shutil.get_terminal_size().columns
    folded = partial(
        textwrap.fill, width=width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    lines = []
    for case in cases.to_dict("records"):
        claim = (f"supplier's claim ({case['supplier_reason']})",) if case["supplier_claim"] else ()
        told = "; ".join((DIRECTION[case["direction"]], EVIDENCE_TYPE[case["evidence_type"]], *claim))
        lines += [
            folded(f"{case['case_id']}  {case['title']} ({case['country']})"),
            folded(told, initial_indent=indent),
            *(folded(reason, initial_indent=indent) for reason in case["reasons"]),
            f"{indent}{case['source_url']}",
        ]
    return "".join(f"{line}\n" for line in lines)


def _counts(facets: pd.DataFrame, style: str) -> str:
    if style == "csv":
        return facets.to_csv(index=False, lineterminator="\n")
    if style == "json":
        return json.dumps(facets.to_dict("records"), indent=1, ensure_ascii=False) + "\n"
    lines = []
    for facet, rows in facets[facets["cases"] > 0].groupby("facet", sort=False):
        lines.append(str(facet))
        lines += [
            f"  {row['cases']:>4}  {row['word']}{'' if row['label'] == row['word'] else ': ' + row['label']}".rstrip()
            for row in rows.to_dict("records")
        ]
    return "\n".join([*lines, ""])


def _import(options: argparse.Namespace) -> int:
    from atpilots.ingest import import_command

    print(import_command(options.exports, options.mapping, options.tool, options.output, overwrite=options.force))
    return 0


def _new(options: argparse.Namespace) -> int:
    from atpilots.pilots import new_pilot

    folder = new_pilot(options.pilot)
    print(f"made {folder}\nfill in pilot.toml and survey.csv, then: atpilots check {options.pilot}")
    return 0


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return int(text)
