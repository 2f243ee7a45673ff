"""Ratios, side by side, against what a user would do instead: `make bench` writes docs/performance.md.

Whole processes are measured in turns (ours, theirs, ours, …), so that a busy machine slows both; every figure is a
median with its lowest and highest. Ratios are of processor time, of every process that a command starts; wall time
stands beside it, because it depends on how many processes share the work. Memory is the peak of the proportional share
(PSS) of a whole process tree. `--rows NAME …` measures some rows only and leaves the others as they were measured
before (benchmarks/measured.json).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import dataclasses
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from inside import audiences_in_one_process, further_in_one_process, in_warm_process
from surveys import answers_of_many_measures, large_export, large_pilot, small_pilots

from atpilots.cases.library import load_case_studies
from atpilots.cases.ranking import CaseIndex
from atpilots.estimators.exact_tests import permutation_test
from atpilots.estimators.results_table import estimate
from atpilots.files.project_folders import CHECKOUT
from atpilots.pilots.loading import load_pilot
from atpilots.workers import forkserver

PAGE, MEASURED = CHECKOUT / "docs" / "performance.md", CHECKOUT / "benchmarks" / "measured.json"
BIN = Path(sys.executable).parent
SUBREAPER = 36  # Linux' prctl: processes that lose their parent become ours, so that their time is told to us
ONE = "1 process"  # and no other
WARM = "1 process, all imported"


@dataclasses.dataclass
class Timed:
    """One side of a row: seconds of the processor and of the clock, each time; and by which processes."""

    how: str
    cpu: list[float] = dataclasses.field(default_factory=list)
    wall: list[float] = dataclasses.field(default_factory=list)
    memory: float = 0.0  # MB, the peak

    def add(self, measured: tuple[float, float, float]) -> None:
        """Take in one measurement: processor, clock, memory."""
        self.cpu.append(measured[0])
        self.wall.append(measured[1])
        self.memory = max(self.memory, measured[2])

    def __str__(self) -> str:
        memory = f"; {self.memory:.0f} MB" if self.memory else ""
        wall = f"; {statistics.median(self.wall):.3g} s by the clock" if self.wall else ""
        return f"{spread(self.cpu)}{wall}; {self.how}{memory}" if self.cpu else self.how


@dataclasses.dataclass
class Row:
    """One line of the table: ours, theirs, and what their ratio should be, of processor time."""

    work: str
    ours: Timed
    theirs: Timed
    goal: float
    higher: bool = False  # theirs ÷ ours at least the goal; else ours ÷ theirs at most
    note: str = ""  # what the other side does not do

    def __str__(self) -> str:
        goal = f"{'≥' if self.higher else '≤'} {self.goal:g} ×"
        ratio, met = "", "not measured here"
        if self.ours.cpu and self.theirs.cpu:
            ours, theirs = statistics.median(self.ours.cpu), statistics.median(self.theirs.cpu)
            value = theirs / ours if self.higher else ours / theirs
            ratio = f"**{value:.3g} ×**"
            met = "yes" if (value >= self.goal if self.higher else value <= self.goal) else "no"
        cells = (self.work, str(self.ours), str(self.theirs), ratio, goal, met, self.note)
        return f"| {' | '.join(cells)} |"


def spread(seconds: Sequence[float]) -> str:
    """Median and extremes."""
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    return f"{middle:.3g} s" if len(seconds) == 1 else f"{middle:.3g} s ({low:.3g}–{high:.3g})"


def process(*command: str | Path, cwd: Path = CHECKOUT, **environment: str) -> tuple[float, float, float]:
    """Of one command, run in a folder: seconds of the processor, of the clock, peak memory of its processes in MB."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd,
        env=os.environ | environment,
    )  # fmt: skip
    peak, over = [0.0], threading.Event()
    watch = threading.Thread(target=watched, args=(run.pid, peak, over))
    watch.start()
    code = run.wait()
    seconds = time.perf_counter() - start
    over.set()
    watch.join()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)  # a server of processes that ends after the command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code:
        raise RuntimeError(f"{command[0]} failed")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, seconds, peak[0]


def here(call: Callable[[], object]) -> tuple[float, float, float]:
    """Of one call in this process: seconds of the processor and of the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - cpu, time.perf_counter() - wall, 0.0


def watched(root: int, peak: list[float], over: threading.Event) -> None:
    """Keep the highest sum of proportional memory (MB) of a process and all that come of it."""
    while not over.wait(0.5):
        total = 0.0
        try:
            tree = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
        for member in tree:
            try:
                total += member.memory_full_info().pss
            except (psutil.Error, AttributeError):
                continue
        peak[0] = max(peak[0], total / 1e6)


def report(pilot: Path, work: Path) -> tuple[float, float, float]:
    """What the command takes that makes a pilot's page, in a workspace that has no other."""
    command = (sys.executable, "-m", "atpilots")
    if not (work / "atpilots.toml").exists():
        process(*command, "init", work)
    return process(*command, "report", pilot, cwd=work)


def one_report(turns: int, work: Path) -> Iterator[Row]:
    """A report in a new process, against R and against the shell loop."""
    pilot = small_pilots(work / "data" / "pilots", 1)[0]
    ours, r, shell = Timed("1 process and its kernel"), Timed(_r(), []), Timed("3 processes one after another")
    for _ in range(turns):
        ours.add(report(pilot, work))
        if _has_r():
            r.add(process(*r_markdown(pilot, work)))
    made, known = work / "shell.ipynb", {"ATPILOTS_DATA": str(work / "data")}
    papermill = (BIN / "papermill", "notebooks/pilot_report.ipynb", made, "-p", "pilot", pilot.name)
    first, second = (
        process(*papermill, **known),
        process(BIN / "jupyter", "nbconvert", "--to", "atpilots", made, **known),
    )
    shell.add((first[0] + second[0], first[1] + second[1], max(first[2], second[2])))
    lacks = "R makes tables and figures; no audit, no gate, no text alternatives but one, no workbook, no manifest"
    yield Row("one report, cold, against `rmarkdown::render` in a fresh session", ours, r, 1.6, note=lacks)
    what = "one report, cold, against papermill and nbconvert as a shell runs them"
    yield Row(what, ours, shell, 2, higher=True, note="the shell loop writes no workbook and no manifest")


def further(turns: int, work: Path) -> Iterator[Row]:
    """What a page costs where all is imported: the first, another pilot's, a second audience's."""
    pilots = small_pilots(work / "further" / "pilots", 4)
    os.environ["ATPILOTS_DATA"] = str(work / "further")
    each, inside, second = Timed(f"{WARM}, and its kernel"), Timed(WARM), Timed(f"{WARM}, and its kernel")
    for turn in range(max(2, turns)):
        first, other = forkserver.run(audiences_in_one_process, pilots[0], work / f"two-{turn}")
        each.add(first)
        second.add(other)
        inside.add(forkserver.run(in_warm_process, work / "further", pilots[1].name, pilots[0].name))
    one_session = Timed("1 process, all loaded" if _has_r() else _r())
    session = Timed(f"{WARM}, and a kernel each")
    session.add(forkserver.run(further_in_one_process, pilots[1:], work / "session"))
    yield Row("second audience of a pilot, against its first", second, each, 0.35)
    yield Row("a report where all is imported, against its cells and conversion alone", each, inside, 1.5)
    yield Row("each further report, against R in one session", session, one_session, 0.9)


def _has_r() -> bool:
    return bool(shutil.which("Rscript")) and not subprocess.run(
        ["Rscript", "-e", "stopifnot(requireNamespace('rmarkdown'), requireNamespace('ggplot2'))"],
        check=False, capture_output=True,
    ).returncode  # fmt: skip


def _r() -> str:
    return "1 process" if _has_r() else "not measured here: R has no rmarkdown on this machine"


def r_markdown(pilot: Path, work: Path) -> tuple[str, ...]:
    """The command that renders the same tables and figures with R Markdown."""
    where = f'output_dir = "{work}", intermediates_dir = "{work}", params = list(survey = "{pilot}/survey.csv")'
    return "Rscript", "-e", f'rmarkdown::render("benchmarks/report.Rmd", {where}, quiet = TRUE)'


def batch(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """33 pilots for two audiences, two at a time, against as many times one for one."""
    pilots = small_pilots(work / "batch" / "pilots", 33)
    ours, alone = Timed("2 processes at a time, each with its kernel, and a server"), Timed("1 process and its kernel")
    ours.add(process(sys.executable, "benchmarks/batch.py", work / "all", "2", "public,borough", *pilots))
    ours.cpu, ours.wall = [ours.cpu[0] / 66], [ours.wall[0] / 66]
    alone.add(report(pilots[0], work))
    what = "a page of 33 pilots for 2 audiences, against a report by itself"
    yield Row(what, ours, alone, 0.35, note=f"{ours.memory:.0f} MB in all: the server, 2 reports, their kernels")


def sizes(turns: int, work: Path) -> Iterator[Row]:
    """Reports of more people, against one of 25: three times more for loading and estimating, at most."""
    small = large_pilot(work / "sizes" / "of-25", 25)
    base = Timed("1 process and its kernel")
    for _ in range(turns):
        base.add(report(small, work))
    for people in (400, 5_000, 100_000):
        ours, pilot = Timed("1 process and its kernel"), large_pilot(work / "sizes" / f"of-{people}", people)
        ours.add(report(pilot, work))
        spent = here(lambda p=pilot: estimate(load_pilot(p)))[0]
        allowed = 1 + 3 * spent / statistics.median(base.cpu)
        note = f"loading and estimating takes {spent:.3g} s"
        yield Row(f"report of {people:,} people, against one of 25", ours, base, round(allowed, 2), note=note)


def measures(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """A report of 80 measures, against one of 7."""
    pilot, few = answers_of_many_measures(work / "many" / "eighty", 80), small_pilots(work / "few", 1)[0]
    ours, theirs = Timed("1 process and its kernel"), Timed("1 process and its kernel")
    ours.add(report(pilot, work))
    theirs.add(report(few, work))
    yield Row("report of 80 measures, against one of 7", ours, theirs, 80 / 7)


def start(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """A command that only has to start, and the first answer in a notebook."""
    ours, theirs, first = Timed(ONE), Timed(ONE), Timed(ONE)
    for _ in range(turns):
        theirs.add(process(sys.executable, "-c", "import pandas"))
        ours.add(process(sys.executable, "-m", "atpilots", "--help"))
        first.add(process(sys.executable, "-c", FIRST))
    yield Row("`atpilots --help`, against `import pandas`", ours, theirs, 0.3)
    what = "first answer in a notebook (load, estimate, overview, a search), against `import pandas`"
    yield Row(what, first, theirs, 6, note="goal: 3 s of the processor")


FIRST = """
import atpilots as at
pilot = at.load_pilot("greenwich")
at.estimate(pilot), at.open_report(pilot).overview(), at.find_cases("falls at night")
"""


def surveys(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """Large surveys: load, check, score, pair and estimate."""
    for people in (1_000, 10_000, 100_000, 1_000_000):
        folder = large_pilot(work / f"large-{people}", people)
        ours, theirs = Timed("1 process, up to 4 threads"), Timed("1 process, pandas' threads")
        for _ in range(2):
            theirs.add(here(lambda f=folder: pd.read_csv(f / "survey.csv")))
            ours.add(here(lambda f=folder: estimate(load_pilot(f))))
        goal = 2.0 if people >= 1e6 else 200.0
        lacks = "only reads: no check, no scores, no pairs, no estimates"
        what = f"load to estimate, {people:,} respondents, against `pandas.read_csv`"
        yield Row(what, ours, theirs, goal, note=lacks)


def imports(turns: int, work: Path) -> Iterator[Row]:
    """Exports of survey tools."""
    for kind, size, reader, goal in (("csv", 200_000, "read_csv", 8.0), ("xlsx", 20_000, "read_excel", 3.0)):
        export, mapping = large_export(work / kind, size, kind)
        command = (
            sys.executable, "-m", "atpilots", "import", export, "--map", mapping, "--force", "-o", work / "s.csv",
        )  # fmt: skip
        ours, theirs = Timed(ONE), Timed(ONE)
        for _ in range(turns):
            theirs.add(process(sys.executable, "-c", f"import pandas; pandas.{reader}({str(export)!r}, dtype=str)"))
            ours.add(process(*command))
        what = f"`import` of {size:,} rows of {kind.upper()}, against `{reader}(dtype=str)`"
        yield Row(what, ours, theirs, goal, note="only reads: no codes, no waves, no answers in words")


def tests(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """The exact test."""
    from scipy.stats import permutation_test as scipys

    rng = np.random.default_rng(60)
    for what, unit in (("whole numbers", 1), ("sevenths", 1 / 7), ("hundredths", 0.01)):
        change = rng.integers(-8, 13, 60) * unit
        pairs = pd.DataFrame({"before": 0.0, "after": change, "change": change})
        ours, theirs = Timed(WARM), Timed(WARM)
        for _ in range(20):
            ours.add(here(lambda p=pairs: permutation_test(p)))
        for _ in range(3):
            resampled = {"permutation_type": "samples", "n_resamples": 9999, "rng": rng}
            theirs.add(here(lambda c=change, how=resampled: scipys((c,), np.mean, **how)))
        work_ = f"exact test of 60 changes in {what}, against scipy's 9,999 resamples"
        yield Row(work_, ours, theirs, 100, higher=True, note="not exact")


def search(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """Searches of many cases, and their index."""
    cases, indexes, made = load_case_studies(), [], [Timed(WARM), Timed(WARM)]
    for timed, size in zip(made, (1_000, 100_000), strict=True):
        many = pd.concat([cases] * (size // len(cases) + 1), ignore_index=True).head(size)
        many["case_id"] = [f"C{i:06d}" for i in range(size)]
        timed.add(here(lambda m=many: indexes.append(CaseIndex(m))))
    yield Row("index of 100,000 cases, against 1,000", made[1], made[0], 100, note="goal: 5 s of the processor")
    for question in ("falls at night", "older people in England"):
        few, all_of_them = Timed(WARM), Timed(WARM)
        for _ in range(15):  # in turns, so that what else the machine does meets both alike
            few.add(here(lambda q=question: indexes[0].find(q, country="UK")))
            all_of_them.add(here(lambda q=question: indexes[1].find(q, country="UK")))
        yield Row(f'search of 100,000 cases for "{question}" in the UK, against 1,000', all_of_them, few, 4)


ROWS: Mapping[str, Callable[[int, Path], Iterator[Row]]] = {
    "one": one_report, "further": further, "batch": batch, "sizes": sizes, "measures": measures, "start": start,
    "surveys": surveys, "imports": imports, "tests": tests, "search": search,
}  # fmt: skip

HEAD = "| work | ours | theirs | ratio | goal | met | what else |\n|---|---|---|---|---|---|---|\n"
WORDS = """\
# Performance

`make bench` measures all of this and writes this page: ours and theirs in turns, as median (lowest to highest), on
{cores} cores under Python {python}, bytecode compiled on both sides. Seconds and ratios are of processor time, of all
processes that a command starts; wall time and the number of processes stand beside them. Only ratios carry over to
another machine. `python benchmarks/bench.py --rows NAME …` measures some rows anew ({names}).

{table}
The shell loop is `papermill notebooks/pilot_report.ipynb …` and `jupyter nbconvert --to atpilots …` per pilot; its time
per pilot does not depend on their number. Memory is the highest sum of the proportional share of every process of the
command.

## Large surveys

Load, check, score, pair and estimate: two waves of 14 items (SWEMWBS, UCLA-3, ONS-4), every tenth person lost.

All of it works by whole columns, and different texts are judged once each; from 100,000 rows on, pieces of the file,
columns and measures in threads, as pandas reads a file. What is exact for a pilot switches to its
large-sample form by fixed rules, the same for everybody: the permutation and signed-rank tests beyond 200 million
additions (some thousands of people on most scales) use the normal approximation; the interval of Hodges and Lehmann
beyond 300 pairs uses that of the rank sum, and its averages are counted by different changes. The mixed model's
likelihood needs a few sums of the scores only, so it is the same for ten people and for a million; drop-out bounds are
means.

## Where a report's time goes

Most of one report is Python's imports: pandas, scipy, statsmodels, matplotlib and Jupyter. So the command that makes
one report does so itself, and forks only the kernel: nothing is imported twice. For more, a warm server imports
everything once (by multiprocessing), and each pilot gets fresh processes of it: one that reads, checks, audits and
publishes, and for each audience a Jupyter kernel that runs the notebook. Kernels are forked after the disclosure audit
and the pictures, which are the longest part, so that neither is done twice; a second audience shares the reading, the
estimates and the audit, and every picture that tells the same. Where processes cannot be forked (Windows, macOS, a Dask
worker under a nanny) ordinary kernels give the same bytes.

## Past one machine

`--jobs N` is for this machine. On a Dask cluster (`pip install 'atpilots[dask]'`):

    dask scheduler
    dask worker ADDRESS --nthreads 1 --no-nanny      (once per core; no nanny, so that the worker may fork)
    atpilots report --all --scheduler ADDRESS

Every worker must see the checkout, the data and `reports/` under the same paths. A report whose worker is lost is made
again by another: publishing is one atomic move of the same bytes, so making it twice changes nothing.
`tests/simulations/coverage_simulation.py` takes `--scheduler` too.
"""


def main() -> None:
    """Measure, print, write docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    options = parser.parse_args()
    measured = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    for name in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            measured[name] = [str(row) for row in ROWS[name](options.turns, Path(folder))]
        print("\n".join(measured[name]), flush=True)
        MEASURED.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    python = ".".join(map(str, sys.version_info[:2]))
    table = HEAD + "".join(f"{line}\n" for name in ROWS for line in measured.get(name, ()))
    page = WORDS.format(cores=os.cpu_count(), python=python, table=table, names=", ".join(ROWS))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
