"""The commands about what leaves the house: report, release, releases."""

from __future__ import annotations

import argparse
import importlib.util
import operator
import sys
from pathlib import Path

from atpilots.cli.pilot_commands import tell_cautions
from atpilots.cli.terminal import printable, say

LARGE = 5_000_000  # bytes of a survey


def report_pilots(options: argparse.Namespace) -> int:
    """Draft collected pilots, publish synthetic ones; print how each went; 1 where one failed, 2 for wrong options."""
    from atpilots import workers

    if options.scheduler and importlib.util.find_spec("distributed") is None:
        say("atpilots report: --scheduler needs more: pip install 'atpilots[dask]'", file=sys.stderr)
        return 2
    alone = len(options.pilots) == 1 and not options.all and not options.scheduler and workers.can_render_here()
    if options.scheduler:
        workers.refuse_dead_scheduler(options.scheduler)  # before anything else is read or imported
    elif not alone:
        workers.begin()
    from atpilots.disclosure import Audience
    from atpilots.files import workspace
    from atpilots.pilots import find_pilot, pilot_folders
    from atpilots.publish import render_each

    if bool(options.pilots) == options.all:
        say("atpilots report: name the pilots, or give --all", file=sys.stderr)
        return 2
    pilots = list(pilot_folders().values()) if options.all else [find_pilot(pilot) for pilot in options.pilots]
    workspace()  # where there is none, say so first
    audiences = [*dict.fromkeys(map(Audience, options.audience or [Audience.PUBLIC]))]
    twice = sorted({path.name for path in pilots if [p.name for p in pilots].count(path.name) > 1})
    if twice:
        say(f"atpilots report: two pilots called {', '.join(twice)} would overwrite each other", file=sys.stderr)
        return 2
    tell_cautions(pilots)
    asked, pilots = len(pilots), _without_faults(pilots)
    if not pilots:
        return 1
    batch = render_each(pilots, *audiences, jobs=options.jobs, scheduler=options.scheduler, here=alone)
    batch = iter(list(batch)) if alone else batch  # a bar of progress brings a thread, beside which nothing may fork
    from tqdm import tqdm

    failed, made = asked - len(pilots), set()
    with tqdm(total=len(pilots) * len(audiences), unit="report", disable=None) as progress:
        for outcome in batch:
            progress.write(printable(outcome), file=sys.stdout if outcome.page else sys.stderr)
            if outcome.caution:
                progress.write(f"caution: {outcome.pilot} {outcome.caution}", file=sys.stderr)
            for note in outcome.notes:
                progress.write(f"note: {outcome.pilot}: {note}", file=sys.stderr)
            made.add(outcome.status)
            progress.update()
            failed += outcome.page is None or not (_printed(outcome.page) if options.pdf else True)
    with_the_batch = operator.call if options.scheduler or alone else workers.run  # where all is imported already
    if options.all and Audience.PUBLIC in audiences:
        say(f"case studies: published {with_the_batch(_write_case_studies)}")
    if Audience.PUBLIC in audiences and "published" in made:
        say(f"index: published {with_the_batch(_write_index)}")
    if "draft" in made:
        command = "atpilots release PILOT --checked-by NAME --checked-by NAME"
        say(f"drafts are for the pilot's own team; two people read one, then: {command}")
    return 1 if failed else 0


def _without_faults(pilots: list[Path]) -> list[Path]:
    """The pilots that can be loaded. The others are told at once, not when everything that draws a page is imported."""
    from atpilots.files import DataError
    from atpilots.pilots import load_pilot

    sound = []
    for folder in pilots:
        try:
            if (folder / "survey.csv").stat().st_size < LARGE:  # a larger one is read once, by the report
                load_pilot(folder)
            sound.append(folder)
        except DataError as error:
            say(f"{folder.name}: FAILED, nothing published. {error}", file=sys.stderr)
        except OSError:  # told by the report
            sound.append(folder)
    return sound


def release_pilot(options: argparse.Namespace) -> int:
    """Publish a draft that two people read; 1 where it may not be, 2 where the names are missing or do not fit."""
    from atpilots.files import UsageError
    from atpilots.pilots import find_pilot
    from atpilots.publish import two_people

    names, ask = options.checked_by, sys.stdin.isatty()
    if bool(options.replaces) != bool(options.approved_by.strip()):
        say("atpilots release: --replaces ID and --approved-by NAME belong together", file=sys.stderr)
        return 2
    try:
        if not ask or len(names) >= 2:
            two_people(names)
        if not _without_faults([find_pilot(options.pilot)]):
            return 1
        # Whatever draws a page, imported last.
        from atpilots.publish import CHECKLIST, draft_of, not_compared, release, write_index

        draft = draft_of(options.pilot, options.audience)
        if others := not_compared(find_pilot(options.pilot), draft.page.parent.parent):
            say(f"caution: {others}", file=sys.stderr)
        say(f"To be released: {draft.page}\n\n{CHECKLIST.read_text(encoding='utf-8')}")
        while ask and len(names) < 2:
            names.append(input(f"Name of the {'second' if names else 'first'} person who read it: "))
        two_people(names)
    except (UsageError, EOFError) as error:
        say(f"atpilots release: {str(error) or 'no name was given'}", file=sys.stderr)
        return 2
    page = release(options.pilot, names, options.audience, replaces=options.replaces, approved_by=options.approved_by)
    say(f"{page.stem.removesuffix(f'-{options.audience}')}: released {page}")
    if options.audience == "public":
        say(f"index: published {write_index()}")
    return 0 if not draft.page.with_suffix(".pdf").exists() or _printed(page) else 1


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
        say(error, file=sys.stderr)
        return False
    return True


def list_releases(options: argparse.Namespace) -> int:
    """Print what the ledger holds of a pilot, and in which releases somebody who withdrew still is."""
    from atpilots.ledger import LedgerError, releases_of

    try:
        say("\n".join(releases_of(options.pilot, options.respondent)))
    except LedgerError as error:
        say(f"atpilots releases: {error}", file=sys.stderr)
        return 1
    return 0
