"""The commands and their options. Exit codes: 0 all well, 1 something to mend (said on standard error), 2 wrong usage.

The commands' modules import what they need when they are run, so that none waits for what only another needs.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from atpilots.cli.case_commands import search_cases
from atpilots.cli.pilot_commands import (
    check_files,
    import_exports,
    init_workspace,
    list_pilots,
    make_pilot,
    print_estimates,
)
from atpilots.cli.report_commands import list_releases, release_pilot, report_pilots

AUDIENCES = ("public", "borough", "internal")
# What a command that was stopped has done; any other nothing.
STOPPED = {
    "report": "nothing was published by the report that was running",
    "release": "whether the release is recorded already is told by: atpilots list",
}
CASE_FORMATS = ("text", "csv", "json", "bibtex", "ris", "markdown")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    _open_streams()
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a ✓ of somebody's on a stream that has none
                stream.reconfigure(errors="backslashreplace")
        options = _parser().parse_args(arguments)
        code = int(options.run(options))
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.unraisablehook = lambda _: None  # what was cut off halfway complains as it is thrown away
        _say(f"stopped; {STOPPED.get(arguments[0] if arguments else '', 'nothing was written')}")
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        _close_output()
    except Exception as error:
        if not _is_told(error):
            raise
    else:
        return code
    return 1


def _open_streams() -> None:
    """A standard stream that was closed (`>&-`) leads nowhere: else the next file that is opened takes its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def _is_told(error: Exception) -> bool:
    """Say in a line what a user can mend; anything else is a fault of ours."""
    from atpilots.files import AtpilotsError, shown, visible

    if isinstance(error, AtpilotsError):
        _say("\n".join(map(visible, str(error).splitlines())))
    elif isinstance(error, OSError):  # a full disk, a folder that may not be written to
        name = f": {shown(Path(os.fsdecode(error.filename)).name)}" if error.filename else ""
        _say(f"the computer refused: {error.strerror or type(error).__name__}{name}")
        _close_output()
    elif isinstance(error, MemoryError):
        _say("the computer refused: not enough memory")
    else:
        return False
    return True


def _say(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr)


def _close_output() -> None:
    """Give up what could not be written: Python would try once more, and complain, when it ends."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        from atpilots.files import visible

        super().error(visible(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="atpilots", description="Before/after results of small pilots.", allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        made.set_defaults(run=run)
        return made

    init = command("init", init_workspace, "make a folder a workspace, readable by you only; what is there stays")
    init.add_argument("folder", nargs="?", type=_folder, default=Path(), metavar="FOLDER", help="default: this folder")
    command("list", list_pilots, "the pilots found, with provenance, respondents and waves")
    check = command("check", check_files, "validate pilots or a case-study file; list every problem")
    check.add_argument("targets", nargs="+", metavar="PILOT|CASES.csv")
    check.add_argument("--format", choices=("text", "json"), default="text")
    table = command("estimates", print_estimates, "the tidy results table at full precision; never for sharing")
    table.add_argument("pilot", metavar="PILOT")
    table.add_argument("-o", dest="output", type=Path, metavar="FILE.csv")
    report = command("report", report_pilots, "a draft of each collected pilot; a page of each synthetic one")
    report.add_argument("pilots", nargs="*", metavar="PILOT")
    report.add_argument("--all", action="store_true", help="every pilot found, the case studies and the index")
    report.add_argument(
        "--audience", choices=AUDIENCES, action="append", help="default public; given again, pages for both"
    )
    report.add_argument("--pdf", action="store_true", help="print each page as a PDF too; needs Chromium")
    report.add_argument("--jobs", type=_positive, default=1, metavar="N", help="how many at a time (default 1)")
    report.add_argument("--scheduler", default="", metavar="ADDRESS", help="run on the Dask cluster at that address")
    release = command("release", release_pilot, "publish a draft that two people read, and record it in the ledger")
    release.add_argument("pilot", metavar="PILOT")
    release.add_argument("--audience", choices=AUDIENCES[:2], default="public")
    release.add_argument(
        "--checked-by", action="append", default=[], metavar="NAME", help="who read the draft; twice, two people"
    )
    release.add_argument(
        "--replaces", action="append", default=[], metavar="ID", help="an earlier release to recall; repeatable"
    )
    release.add_argument("--approved-by", default="", metavar="NAME", help="who decided to recall it")
    releases = command("releases", list_releases, "a pilot's releases, and which hold what somebody withdrew")
    releases.add_argument("pilot", metavar="PILOT")
    releases.add_argument("--respondent", default="", metavar="CODE", help="follow up one respondent, never printed")
    _add_cases(command("cases", search_cases, "search the case studies"))
    _add_import(command("import", import_exports, "a survey tool's export(s) into survey.csv, by a mapping file"))
    new = command(
        "new", make_pilot, "a commented pilot folder to fill in, in pilots/ of the workspace or $ATPILOTS_DATA"
    )
    new.add_argument("pilot", metavar="PILOT")
    what = "a survey tool's export(s): the mapping is drafted too, with what was recognised and why"
    new.add_argument("--from", nargs="+", type=Path, default=[], metavar="EXPORT", dest="exports", help=what)
    new.add_argument("--tool", metavar="TOOL", help="the tool of the exports; default by the file")
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
    command.add_argument("--tool", metavar="TOOL", help="what wrote the files; by default recognised")
    command.add_argument("--draft", action="store_true", help="write MAP.toml with what is recognised; import nothing")
    command.add_argument("-o", type=Path, metavar="survey.csv", dest="output")
    command.add_argument("--force", action="store_true", help="replace an output file that is already there")


def _folder(text: str) -> Path:
    return Path(os.path.expanduser(text))  # where the shell does not


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return int(text)
