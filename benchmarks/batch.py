"""`batch.py REPORTS JOBS AUDIENCE,… PILOT…`: what `atpilots report` does, into a folder of its own; JOBS: how many at a
time, or the address of a Dask scheduler.
"""

import sys
from pathlib import Path

from atpilots.workers import forkserver

if __name__ == "__main__":
    reports, jobs, audiences, *pilots = sys.argv[1:]
    if jobs.isdecimal():
        forkserver.begin()
    from atpilots.disclosure.thresholds import Audience
    from atpilots.publish.batch import render_each

    where = {"jobs": int(jobs)} if jobs.isdecimal() else {"scheduler": jobs}
    for outcome in render_each(pilots, *map(Audience, audiences.split(",")), **where, reports=Path(reports)):
        if outcome.page is None:
            raise SystemExit(outcome.problem)
