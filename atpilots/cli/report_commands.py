"""The commands about what leaves the house: report, releases."""

from __future__ import annotations

import argparse
import importlib.util
import operator
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from atpilots.cli.pilot_commands import tell_cautions

if TYPE_CHECKING:
    from atpilots.publish import Recall


def report_pilots(options: argparse.Namespace) -> int:
    """Render and publish; print how each report went; 1 where one failed, 2 where the options do not fit."""
    from atpilots import workers

    if not options.scheduler:
        workers.begin()
    from tqdm import tqdm

    from atpilots.disclosure import Audience
    from atpilots.files import workspace
    from atpilots.pilots import find_pilot, pilot_folders
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
    workspace()  # where there is none, say so first
    audience = Audience(options.audience)
    twice = sorted({path.name for path in pilots if [p.name for p in pilots].count(path.name) > 1})
    if twice:
        print(f"atpilots report: two pilots called {', '.join(twice)} would overwrite each other", file=sys.stderr)
        return 2
    tell_cautions(pilots)
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
    with_the_batch = operator.call if options.scheduler else workers.run  # whose server has imported all that they need
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


def _write_case_studies() -> Path:
    from atpilots.publish import write_case_studies

    return write_case_studies()


def _write_index() -> Path:
    from atpilots.publish import write_index

    return write_index()


def _printed(page: Path) -> bool:
    from atpilots.page import PdfError, print_pdf

    try:
        print_pdf(page)
    except PdfError as error:
        print(error, file=sys.stderr)
        return False
    return True


def list_releases(options: argparse.Namespace) -> int:
    """Print what the ledger holds of a pilot, and in which releases somebody who withdrew still is."""
    from atpilots.ledger import LedgerError, releases_of

    try:
        print("\n".join(releases_of(options.pilot, options.respondent)))
    except LedgerError as error:
        print(f"atpilots releases: {error}", file=sys.stderr)
        return 1
    return 0
