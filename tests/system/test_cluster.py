"""The batch on a Dask cluster: a real scheduler and two real workers on this machine, one of them killed half-way."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders.folders import happy_rows, write_pilot

from atpilots.disclosure.thresholds import Audience
from atpilots.publish.batch import render_each

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),  # distributed's own
]

DASK = Path(sys.executable).with_name("dask")
PILOTS = [f"pilot-{letter}" for letter in "abcdef"]


@contextlib.contextmanager
def started(folder: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the cluster, in a session of its own, ended at the end whatever happens."""
    with (folder / f"{command[0]}.log").open("ab") as log:
        process = subprocess.Popen([DASK, *command], stdout=log, stderr=log, cwd=folder, start_new_session=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The scheduler's address, and its two workers; the system chooses the ports."""
    pytest.importorskip("distributed")
    told = tmp_path / "scheduler.json"
    here = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(told))
    with contextlib.ExitStack() as stack:
        stack.enter_context(started(tmp_path, "scheduler", *here, "--port", "0"))
        options = (*here[:3], "--scheduler-file", str(told), "--nthreads", "1", "--no-nanny", "--death-timeout", "60")
        while not told.exists() or not told.read_text():
            time.sleep(0.1)
        workers = [stack.enter_context(started(tmp_path, "worker", *options)) for _ in range(2)]
        yield json.loads(told.read_text())["address"], workers


def test_every_report_is_made_once_though_a_worker_is_killed(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    from distributed import Client

    address, workers = cluster
    answers = {f"r{i}": i % 10 for i in range(24)}, {f"r{i}": (i + i % 3) % 10 for i in range(24)}
    folders = [write_pilot(tmp_path / "pilots" / name, happy_rows(*answers)) for name in PILOTS]
    with Client(address) as client:
        client.wait_for_workers(2, timeout=60)
    reports, outcomes = tmp_path / "reports", []
    for outcome in render_each(folders, Audience.PUBLIC, reports=reports, scheduler=address):
        outcomes.append(outcome)
        if len(outcomes) == 1:
            workers[0].send_signal(signal.SIGKILL)
    assert sorted(outcome.pilot for outcome in outcomes) == PILOTS
    assert [outcome.problem for outcome in outcomes] == [""] * len(PILOTS)
    assert {path.stem for path in (reports / "drafts").glob("*.html")} == {f"{name}-public" for name in PILOTS}
    assert not list((reports / "private").glob("run-*"))
