"""Ratios, side by side in one run, against what a user would do instead: `make bench` writes docs/performance.md.

Whole processes are timed in turns (ours, theirs, ours, …), so that a busy machine slows both; every figure is a median
with its lowest and highest. Memory is the peak of the proportional share (PSS) of a whole process tree. With --full the
loop runs all the pilots too.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from inside import in_warm_process
from surveys import large_export, large_pilot, small_pilots

from atpilots.cases.library import load_case_studies
from atpilots.cases.ranking import CaseIndex
from atpilots.estimators.exact_tests import permutation_test
from atpilots.estimators.results_table import estimate
from atpilots.files.project_folders import CHECKOUT
from atpilots.pilots.loading import load_pilot
from atpilots.workers import forkserver

PAGE = CHECKOUT / "docs" / "performance.md"
BIN = Path(sys.executable).parent


@dataclasses.dataclass
class Row:
    """One line of the table: seconds of ours and of theirs, and what their ratio should be."""

    work: str
    ours: list[float]
    theirs: list[float]
    goal: float
    higher: bool = True  # theirs ÷ ours at least the goal; else ours ÷ theirs at most
    memory: str = ""

    @property
    def ratio(self) -> float:
        """Theirs by ours, or ours by theirs."""
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        return theirs / ours if self.higher else ours / theirs

    def __str__(self) -> str:
        met = self.ratio >= self.goal if self.higher else self.ratio <= self.goal
        goal = f"{'≥' if self.higher else '≤'} {self.goal:g} ×"
        ratio = f"**{self.ratio:.3g} ×**"
        cells = (self.work, spread(self.ours), spread(self.theirs), ratio, goal, "yes" if met else "no", self.memory)
        return f"| {' | '.join(cells)} |"


def spread(seconds: Sequence[float]) -> str:
    """Median and extremes."""
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    return f"{middle:.3g} s" if len(seconds) == 1 else f"{middle:.3g} s ({low:.3g}–{high:.3g})"


def process(*command: str | Path, **environment: str) -> tuple[float, float, str]:
    """Seconds, peak memory of the process tree in MB, and standard output of one command."""
    start = time.perf_counter()
    run = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=CHECKOUT,
        env=os.environ | environment,
    )  # fmt: skip
    peak, over = [0.0], threading.Event()
    watch = threading.Thread(target=watched, args=(run.pid, peak, over))
    watch.start()
    out = run.communicate()[0]
    seconds = time.perf_counter() - start
    over.set()
    watch.join()
    if run.returncode:
        raise RuntimeError(f"{command[0]} failed")
    return seconds, peak[0], out


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


def loop(pilot: str, folder: Path, data: Path) -> tuple[float, float]:
    """Seconds and memory of papermill and nbconvert for one pilot, as a shell loop runs them."""
    notebook, made = "notebooks/pilot_report.ipynb", folder / f"{pilot}.ipynb"
    known = {"ATPILOTS_DATA": str(data)}
    first = process(BIN / "papermill", notebook, made, "-p", "pilot", pilot, "-p", "audience", "public", **known)
    second = process(BIN / "jupyter", "nbconvert", "--to", "atpilots", made, **known)
    return first[0] + second[0], max(first[1], second[1])


def batch(folder: Path, jobs: int, pilots: Sequence[Path]) -> tuple[list[float], float, float]:
    """Seconds between one report and the next, all seconds, memory."""
    seconds, memory, out = process(sys.executable, "benchmarks/batch.py", folder, str(jobs), *pilots)
    times = [float(line) for line in out.split()]
    return np.diff(times).tolist(), seconds, memory


def reports(turns: int, number: int, full: bool, work: Path) -> list[Row]:
    """The rows about reports."""
    pilots = small_pilots(work / "data" / "pilots", number)
    looped, cold, two, r, memories = [], [], [], [], []
    for turn in range(turns):
        name = pilots[turn].name
        seconds, _, _ = process(*r_markdown(pilots[turn], work)) if shutil.which("Rscript") else (float("nan"), 0, "")
        r.append(seconds)
        _, seconds, _ = batch(work / f"cold{turn}", 2, pilots[:2])
        cold.append(seconds)
        pair = [loop(pilot.name, work, work / "data") for pilot in pilots[:2]]
        looped += [seconds for seconds, _ in pair]
        two.append(sum(seconds for seconds, _ in pair))
        memories += [memory for _, memory in pair]
        print(f"turn {turn + 1} of {turns}: {name}, loop {two[-1]:.1f} s, ours {cold[-1]:.1f} s", flush=True)
    if full:
        looped += [loop(pilot.name, work, work / "data")[0] for pilot in pilots[2:]]
    _, all_of_them, memory = batch(work / "all", 2, pilots)
    further, _, _ = batch(work / "further", 1, pilots[::2][:6])  # copies of one pilot
    inside = [
        forkserver.run(in_warm_process, work / "data", pilots[1].name, pilots[0].name) for _ in range(max(2, turns))
    ]
    each = [all_of_them / number]
    used = f"{memory:.0f} MB at most, theirs {max(memories):.0f} MB"
    rows = [
        Row(f"one of {number} pilots, `report --all --jobs 2`, against the shell loop", each, looped, 10, memory=used),
        Row("2 pilots, cold, against the shell loop", cold, two, 2),
        Row("each further pilot, against its cells and conversion in a warm process", further, inside, 1.5, False),
    ]
    if shutil.which("Rscript"):
        rows.insert(2, Row(f"one of {number} pilots, against `rmarkdown::render`", each, r, 1.5))
    else:
        print("R is not here: the comparison with R Markdown is left out")
    return rows


def r_markdown(pilot: Path, work: Path) -> tuple[str, ...]:
    """The command that renders the same tables and figures with R Markdown."""
    where = f'output_dir = "{work}", intermediates_dir = "{work}", params = list(survey = "{pilot}/survey.csv")'
    return "Rscript", "-e", f'rmarkdown::render("benchmarks/report.Rmd", {where}, quiet = TRUE)'


def start(turns: int) -> Row:
    """The row about a command that only has to start."""
    ours, theirs = [], []
    for _ in range(turns * 3):
        theirs.append(process(sys.executable, "-c", "import pandas")[0])
        ours.append(process(BIN / "atpilots", "--help")[0])
    return Row("`atpilots --help`, against `import pandas`", ours, theirs, 0.3, False)


def surveys(sizes: Sequence[int], work: Path) -> tuple[list[Row], list[str]]:
    """The rows about large surveys, and a table of every size."""
    ours, lines = {}, []
    for size in sizes:
        folder = large_pilot(work / f"large-{size}", size)
        theirs = [seconds_of(lambda f=folder: pd.read_csv(f / "survey.csv")) for _ in range(3)]
        ours[size] = [seconds_of(lambda f=folder: estimate(load_pilot(f))) for _ in range(3 if size < 1e6 else 2)]
        ratio = statistics.median(ours[size]) / statistics.median(theirs)
        lines.append(f"| {size:,} | {spread(ours[size])} | {spread(theirs)} | {ratio:.3g} × |")
    most, fewer = sizes[-1], sizes[-2]
    rows = [
        Row(
            f"load to estimate, {most:,} respondents, against `pandas.read_csv`",
            ours[most],
            theirs,
            3,
            False,
        ),
        Row(f"the same, against {fewer:,} respondents", ours[most], ours[fewer], 11, False),
    ]
    return rows, lines


def imports(turns: int, work: Path) -> list[Row]:
    """The rows about exports, in seconds of the processor of whole processes."""
    rows = []
    for kind, size, reader, goal in (("csv", 200_000, "read_csv", 8.0), ("xlsx", 20_000, "read_excel", 3.0)):
        export, mapping = large_export(work / kind, size, kind)
        command = (
            sys.executable,
            "-m",
            "atpilots",
            "import",
            export,
            "--map",
            mapping,
            "--force",
            "-o",
            work / "s.csv",
        )
        ours, theirs = [], []
        for _ in range(turns):
            theirs.append(
                processor(sys.executable, "-c", f"import pandas; pandas.{reader}({str(export)!r}, dtype=str)")
            )
            ours.append(processor(*command))
        what = f"`import` of {size:,} rows of {kind.upper()}, against `{reader}(dtype=str)`, by the processor"
        rows.append(Row(what, ours, theirs, goal, False))
    return rows


def processor(*command: str | Path) -> float:
    """Seconds of the processor that one command takes."""
    run = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, cwd=CHECKOUT)
    _, status, used = os.wait4(run.pid, 0)
    if status:
        raise RuntimeError(f"{command[0]} failed")
    return used.ru_utime + used.ru_stime


def seconds_of(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def functions() -> list[Row]:
    """The rows about single functions."""
    from scipy.stats import permutation_test as scipys

    rng, rows = np.random.default_rng(60), []
    for what, unit in (("whole numbers", 1), ("sevenths", 1 / 7), ("hundredths", 0.01)):
        change = rng.integers(-8, 13, 60) * unit
        pairs = pd.DataFrame({"before": 0.0, "after": change, "change": change})
        ours = [seconds_of(lambda p=pairs: permutation_test(p)) for _ in range(20)]
        theirs = [
            seconds_of(lambda c=change: scipys((c,), np.mean, permutation_type="samples", n_resamples=9999, rng=rng))
            for _ in range(3)
        ]
        rows.append(Row(f"exact test of 60 changes in {what}, against scipy's 9,999 resamples", ours, theirs, 100))
    cases = load_case_studies()
    indexes = []
    for size in (1_000, 100_000):
        many = pd.concat([cases] * (size // len(cases) + 1), ignore_index=True).head(size)
        many["case_id"] = [f"C{i:06d}" for i in range(size)]
        indexes.append(CaseIndex(many))
    for question in ("falls at night", "older people in England"):
        few, all_of_them = [], []
        for _ in range(15):  # in turns, so that what else the machine does meets both alike
            few.append(seconds_of(lambda q=question: indexes[0].find(q, country="UK")))
            all_of_them.append(seconds_of(lambda q=question: indexes[1].find(q, country="UK")))
        rows.append(
            Row(f'search of 100,000 cases for "{question}" in the UK, against 1,000', all_of_them, few, 10, False)
        )
    return rows


HEAD = "| work | ours | theirs | ratio | goal | met | peak memory |\n|---|---|---|---|---|---|---|\n"
WORDS = """\
# Performance

`make bench` measures all of this in one run and writes this page: ours and theirs in turns, seconds as median (lowest
to highest), on {cores} cores under Python {python}. Only ratios carry over to another machine.

{table}
The shell loop is `papermill notebooks/pilot_report.ipynb …` and `jupyter nbconvert --to atpilots …` per pilot; its time
per pilot does not depend on their number. Memory is the highest sum of the proportional share of every process of the
command.

## Large surveys

Load, check, score, pair and estimate: two waves of 14 items (SWEMWBS, UCLA-3, ONS-4), every tenth person lost.

| respondents | ours | `pandas.read_csv` | ratio |
|---|---|---|---|
{sizes}

All of it works by whole columns, and different texts are judged once each; from 100,000 rows on, pieces of the file,
columns and measures in threads, as pandas reads a file. What is exact for a pilot switches to its
large-sample form by fixed rules, the same for everybody: the permutation and signed-rank tests beyond 200 million
additions (some thousands of people on most scales) use the normal approximation; the interval of Hodges and Lehmann
beyond 300 pairs uses that of the rank sum, and its averages are counted by different changes. The mixed model's
likelihood needs a few sums of the scores only, so it is the same for ten people and for a million; drop-out bounds are
means.

## Where a report's time goes

A warm server imports everything once (by multiprocessing). Each report then gets two fresh processes of it: one that
reads, checks, audits and publishes, and a Jupyter kernel that runs the notebook. The kernel is forked after the
disclosure audit, which is the longest part, so that the audit is not done twice. Where processes cannot be forked
(Windows, macOS, a Dask worker under a nanny) ordinary kernels give the same bytes.

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
    parser.add_argument("--pilots", type=int, default=32)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        rows = [*functions(), start(options.turns)]
        sizes = (1_000, 10_000, 100_000, 1_000_000)
        more, lines = surveys(sizes, work)
        rows = reports(options.turns, options.pilots, options.full, work) + more + imports(options.turns, work) + rows
    table = HEAD + "".join(f"{row}\n" for row in rows)
    print(table)
    python = ".".join(map(str, sys.version_info[:2]))
    cores = os.cpu_count()
    PAGE.write_text(WORDS.format(cores=cores, python=python, table=table, sizes="\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
