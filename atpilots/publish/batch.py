"""A batch of reports: fresh processes for each pilot, so many at once, one failure never stopping the others."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atpilots import workers
from atpilots.disclosure import Audience
from atpilots.files import AtpilotsError, reports_folder, shown
from atpilots.publish.outcome import Outcome
from atpilots.publish.reports_folder import remove_stale_scratch

if TYPE_CHECKING:
    import pandas as pd

LOST_WORKER = 60  # seconds until a report whose worker was lost is surely free to be made again

_one_at_a_time = threading.Lock()  # a worker that may not fork renders in its own process, one report after another


def render_all(audience: str = Audience.PUBLIC, *, jobs: int = 1, reports: Path | None = None) -> pd.DataFrame:
    """Render every pilot found, as `render` does, at most `jobs` at a time; and the index of what is published.

    audience, reports: as for `render`. Returns one row per pilot: status (draft, published, internal, failed), page,
    told (what to mend, or what stands in the way of the release; and what stayed out of the page).

    >>> import atpilots as at
    >>> at.render_all()["status"]["greenwich"]
    'published'
    """
    import pandas as pd
    from tqdm.auto import tqdm

    from atpilots.pilots import pilot_folders
    from atpilots.publish.site import write_index

    of, folders = Audience.of(audience), pilot_folders()
    batch = render_each(list(folders.values()), of, jobs=jobs, reports=reports)
    made = {outcome.pilot: outcome for outcome in tqdm(batch, total=len(folders), unit="report")}
    if of is Audience.PUBLIC:
        write_index(reports)
    rows = [(made[name].status, made[name].page, made[name].told) for name in folders]
    return pd.DataFrame(rows, pd.Index(folders, name="pilot"), ["status", "page", "told"])


def render_each(
    pilots: Sequence[str | os.PathLike[str]],
    *audiences: Audience,
    jobs: int = 1,
    reports: Path | None = None,
    scheduler: str = "",
    here: bool = False,
) -> Iterator[Outcome]:
    """Render these pilots for these audiences; outcomes as they come. No process and no scratch folder stays. Nothing
    is ever released so.

    The pages of one pilot are made in one process, which reads, estimates and audits it once. At most `jobs` of them at
    a time on this machine; or all on the Dask cluster whose scheduler has that address, whose workers see the same
    folders. There a report whose worker is lost is made again by another. here: in this very process, where it can be
    (see `workers.can_render_here`).
    """
    reports = reports or reports_folder()  # now: a cluster's workers are in other folders
    if here:
        try:
            for pilot in pilots:
                yield from workers.run_here(_outcomes, os.fspath(pilot), audiences, reports, 0)
        finally:
            remove_stale_scratch(reports)
        return
    from joblib import Parallel, delayed, parallel_config

    patience = LOST_WORKER if scheduler else 0
    tasks = (delayed(_in_its_own_process)(os.fspath(pilot), audiences, reports, patience) for pilot in pilots)
    try:
        with parallel_config(**_where(scheduler, min(jobs, max(1, len(pilots))))):
            for outcomes in Parallel(return_as="generator_unordered")(tasks):
                yield from outcomes
    finally:
        workers.stop()
        remove_stale_scratch(reports)


def _where(scheduler: str, jobs: int) -> dict[str, Any]:
    if scheduler:
        workers.refuse_dead_scheduler(scheduler)
        return {"backend": "dask", "scheduler_host": scheduler}
    return {"backend": "threading" if workers.available() else "loky", "n_jobs": jobs}  # a thread waits for a process


def _in_its_own_process(pilot: str, *how: object) -> list[Outcome]:
    try:
        with contextlib.nullcontext() if workers.available() else _one_at_a_time:
            outcomes: list[Outcome] = workers.run(_outcomes, pilot, *how)
    except workers.StoppedError as error:  # killed, or out of memory
        return [Outcome(Path(pilot).name, problem=str(error))]
    return outcomes


def _outcomes(pilot: str, audiences: Sequence[Audience], reports: Path, patience: float) -> list[Outcome]:
    if len(audiences) > 1:
        from atpilots.report import open_report

        with contextlib.suppress(Exception):  # told below, of the page that it stops
            for audience in audiences:
                open_report(pilot, audience).sections  # noqa: B018 - for all kernels, which are forked before one runs
            workers.fork_kernels(len(audiences))
    return list(dict.fromkeys(_outcome(pilot, audience, reports, patience) for audience in audiences))


def _outcome(pilot: str, audience: Audience, reports: Path, patience: float) -> Outcome:
    from atpilots.publish.rendering import render  # the program that only waits for the batch need not import all this

    name = Path(pilot).name
    try:
        return render(pilot, audience, reports, patience, progress=False)
    except AtpilotsError as error:  # worded for the reader
        return Outcome(name, problem=str(error))
    except OSError as error:  # a full disk, a folder that may not be written to
        where = f": {shown(Path(os.fsdecode(error.filename)).name)}" if error.filename else ""
        return Outcome(name, problem=f"the computer refused: {error.strerror or type(error).__name__}{where}")
    except Exception as error:  # whatever else happens to one pilot, the others go on; its text may hold data
        return Outcome(name, problem=f"stopped by an unexpected error ({type(error).__name__})")
