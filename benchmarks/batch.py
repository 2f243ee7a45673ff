"""`batch.py REPORTS JOBS PILOT…`: what `atpilots report` does, into a folder of its own; a line per report: seconds."""

import sys
import time
from pathlib import Path

from atpilots.workers import forkserver

if __name__ == "__main__":
    start = time.perf_counter()
    forkserver.begin()
    from atpilots.disclosure.thresholds import Audience
    from atpilots.publish.batch import render_each

    reports, jobs, *pilots = sys.argv[1:]
    for outcome in render_each(pilots, Audience.PUBLIC, jobs=int(jobs), reports=Path(reports)):
        if outcome.page is None:
            raise SystemExit(outcome.problem)
        print(time.perf_counter() - start, flush=True)
