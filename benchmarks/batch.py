"""`batch.py REPORTS JOBS AUDIENCE,… PILOT…`: what `atpilots report` does, into a folder of its own."""

import sys
from pathlib import Path

from atpilots.workers import forkserver

if __name__ == "__main__":
    forkserver.begin()
    from atpilots.disclosure.thresholds import Audience
    from atpilots.publish.batch import render_each

    reports, jobs, audiences, *pilots = sys.argv[1:]
    for outcome in render_each(pilots, *map(Audience, audiences.split(",")), jobs=int(jobs), reports=Path(reports)):
        if outcome.page is None:
            raise SystemExit(outcome.problem)
