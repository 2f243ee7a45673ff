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
from surveys import answers_of_many_measures, large_export, large_pilot, many_cases, small_pilots

from atpilots.cases.library import load_case_studies
from atpilots.cases.ranking import CaseIndex
from atpilots.estimators.exact_tests import permutation_test
from atpilots.estimators.results_table import estimate
from atpilots.files.project_folders import CHECKOUT
from atpilots.pilots.loading import load_pilot

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
    """One line of the table: ours, theirs, and what their ratio should be."""

    work: str
    ours: Timed
    theirs: Timed | None  # None: the goal is in seconds
    goal: float | None = None
    higher: bool = False  # theirs ÷ ours at least the goal; else ours ÷ theirs at most
    own: bool = False  # whether the goal is this project's own choice, not one that was asked for
    clock: bool = False  # whether the ratio is of time by the clock
    note: str = ""  # what the other side does not do

    def __str__(self) -> str:
        ours, theirs = (self._seconds(side) for side in (self.ours, self.theirs))
        value = ours if self.theirs is None else theirs / ours if self.higher else ours / theirs
        unit = "s" if self.theirs is None else "×"
        goal, met = "none", ""
        if self.goal is not None:
            goal = f"{'≥' if self.higher else '≤'} {self.goal:g} {unit}{' (own)' if self.own else ''}"
            met = "yes" if (value >= self.goal if self.higher else value <= self.goal) else "no"
        ratio = f"**{value:.3g} {unit}**{' by the clock' if self.clock else ''}"
        return f"| {self.work} | {self.ours} | {self.theirs or ''} | {ratio} | {goal} | {met} | {self.note} |"

    def _seconds(self, side: Timed | None) -> float:
        return statistics.median(side.wall if self.clock else side.cpu) if side else 0.0


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


def reports(pilots: Sequence[Path], audiences: str, jobs: int | str, made: Path) -> tuple[float, float, float]:
    """What the pages of several pilots take, for so many audiences, so many at a time."""
    return process(sys.executable, "benchmarks/batch.py", made, str(jobs), audiences, *pilots)


def in_r(pilots: Sequence[Path], made: Path) -> tuple[float, float, float]:
    """What the same tables and figures take in one fresh session of R."""
    return process("Rscript", "benchmarks/session.R", made, *pilots)


R_LACKS = "R makes tables and figures; no checks, audit, gate, workbook, manifest, findings, words for those who listen"


def one_report(turns: int, work: Path) -> Iterator[Row]:
    """A report in a new process, against R in a fresh session."""
    for pilot in small_pilots(work / "data" / "pilots", 3):
        ours, r = Timed("1 process and its kernel"), Timed("1 process and its pandoc")
        for _ in range(turns):
            ours.add(report(pilot, work))
            r.add(in_r([pilot], work / "r"))
        what = f"one report, cold ({pilot.name[:-3]}), against `rmarkdown::render` in a fresh session"
        yield Row(what, ours, r, 1.6, note=R_LACKS)


def further(turns: int, work: Path) -> Iterator[Row]:
    """What each further page costs, of another pilot or for a second audience: differences of whole commands."""
    pilots = small_pilots(work / "further" / "pilots", 4)
    each = Timed("a process of the warm server and its kernel, one after another")
    second, r = Timed("the same process, and another kernel"), Timed("1 process and its pandoc, one after another")
    for turn in range(turns):
        one, few = (reports(of, "public", 1, work / f"{turn}-{len(of)}") for of in (pilots[:1], pilots))
        both = reports(pilots, "public,borough", 1, work / f"{turn}-both")
        each.add(_for_each(one, few, 3))
        second.add(_for_each(few, both, 4))
        r.add(_for_each(in_r(pilots[:1], work / "r"), in_r(pilots, work / "r"), 3))
    yield Row("each further report (one of each bundled pilot), against R in one session", each, r, 0.9, note=R_LACKS)
    yield Row("second audience of a pilot, against its first", second, each, 0.35)


def _for_each(less: Sequence[float], more: Sequence[float], number: int) -> tuple[float, float, float]:
    return (more[0] - less[0]) / number, (more[1] - less[1]) / number, 0.0


def batch(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """Many pilots, two at a time: against the shell loop, and on two Dask workers."""
    pilots = small_pilots(work / "batch" / "pilots", 32)
    two = "2 at a time, each with its kernel, and a server"
    ours, loop = Timed(f"{two}; of 32"), Timed("2 at a time, each 3 processes one after another; of 2")
    local, dask = Timed(f"{two}; of 6"), Timed("a scheduler, 2 workers, each with its kernel, and their start; of 6")
    ours.add(_shared(reports(pilots, "public", 2, work / "all"), 32))
    loop.add(_shared(shell_loop(pilots[:2], work), 2))
    local.add(_shared(reports(pilots[:6], "public", 2, work / "local"), 6))
    dask.add(_shared(on_dask(pilots[:6], work / "dask"), 6))
    what = "a page of 32 pilots, against the loop of papermill and nbconvert"
    yield Row(what, ours, loop, 10, higher=True, note="the loop writes no workbook, no manifest and no index")
    yield Row("a page on a Dask cluster of two workers, against two at a time without", dask, local)


def audiences(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """Many pilots for two audiences, and what memory a worker takes."""
    pilots = small_pilots(work / "audiences" / "pilots", 33)
    every = Timed("2 at a time, each with its kernels, and a server; of 66")
    alone = Timed("1 at a time, with its kernels, and a server; of 6")
    every.add(_shared(reports(pilots, "public,borough", 2, work / "every"), 66))
    alone.add(_shared(reports(pilots[:3], "public,borough", 1, work / "alone"), 6))
    note = f"a worker and its kernels take {every.memory - alone.memory:.0f} MB"
    yield Row("a page of 33 pilots for 2 audiences, against one of 3 pilots, one at a time", every, alone, note=note)


def _shared(measured: tuple[float, float, float], pages: int) -> tuple[float, float, float]:
    return measured[0] / pages, measured[1] / pages, measured[2]


def shell_loop(pilots: Sequence[Path], work: Path) -> tuple[float, float, float]:
    """What the pages take where a shell runs papermill and nbconvert for each, two at a time."""
    known = {"ATPILOTS_DATA": str(work / "batch"), "BIN": str(BIN), "MADE": str(work)}
    loop = (
        'printf "%s\\n" "$@" | xargs -P 2 -I {} sh -c \'"$BIN/papermill" notebooks/pilot_report.ipynb "$MADE/{}.ipynb" '
        '-p pilot {} && "$BIN/jupyter" nbconvert --to atpilots "$MADE/{}.ipynb"\''
    )
    return process("sh", "-c", loop, "sh", *(pilot.name for pilot in pilots), **known)


def on_dask(pilots: Sequence[Path], made: Path) -> tuple[float, float, float]:
    """What the pages take on a Dask cluster of two workers on this machine, which starts and ends with them."""
    address = "tcp://127.0.0.1:18786"
    dask = (
        f'"$DASK" scheduler --port 18786 --no-dashboard & A=$!; "$DASK" worker {address} --nthreads 1 --no-nanny '
        f'--no-dashboard & B=$!; "$DASK" worker {address} --nthreads 1 --no-nanny --no-dashboard & C=$!; '
        f'until "$0" -c "import socket; socket.create_connection((\'127.0.0.1\', 18786))"; do sleep 1; done; '
        '"$0" "$@"; DONE=$?; kill $B $C $A; wait; exit $DONE'
    )
    run = (sys.executable, "benchmarks/batch.py", made, address, "public", *pilots)
    return process("sh", "-c", dask, *run, DASK=str(BIN / "dask"))


def sizes(turns: int, work: Path) -> Iterator[Row]:
    """Reports of more people, against one of 40: three times more for loading and estimating, at most."""
    pilots = {people: large_pilot(work / "sizes" / f"of-{people}", people) for people in (40, 25, 400, 5_000, 100_000)}
    base, several = Timed("1 process and its kernel"), {people: Timed("1 process and its kernel") for people in pilots}
    del several[40]
    for _ in range(turns):
        for timed, pilot in ((base, pilots[40]), *((several[people], pilots[people]) for people in several)):
            timed.add(report(pilot, work))
    for people, ours in several.items():
        estimate(load_pilot(pilots[people]))  # what is imported when first used
        spent = here(lambda p=pilots[people]: estimate(load_pilot(p)))[0]
        allowed = 1 + 3 * spent / statistics.median(base.cpu)
        note = f"loading and estimating takes {spent:.3g} s; goal: the other and three times that"
        yield Row(f"report of {people:,} people, against one of 40", ours, base, round(allowed, 2), note=note)


def measures(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """A report of 80 measures, against one of 7."""
    pilot, few = answers_of_many_measures(work / "many" / "eighty", 80), small_pilots(work / "few", 1)[0]
    ours, theirs = Timed("1 process and its kernel"), Timed("1 process and its kernel")
    ours.add(report(pilot, work))
    theirs.add(report(few, work))
    yield Row("report of 80 measures, against one of 7", ours, theirs, round(80 / 7, 1), own=True)


def start(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """A command that only has to start, and the first answer in a notebook."""
    ours, theirs, first = Timed(ONE), Timed(ONE), Timed(ONE)
    for _ in range(turns):
        theirs.add(process(sys.executable, "-c", "import pandas"))
        ours.add(process(sys.executable, "-m", "atpilots", "--help"))
        first.add(process(sys.executable, "-c", FIRST))
    yield Row("`atpilots --help`, against `import pandas`", ours, theirs, 0.3, own=True)
    yield Row("first answer in a notebook: load, estimate, overview, a search", first, None, 3)


FIRST = """
import atpilots as at
pilot = at.load_pilot("greenwich")
at.estimate(pilot), at.open_report(pilot).overview(), at.find_cases("falls at night")
"""


def surveys(turns: int, work: Path) -> Iterator[Row]:
    """Large surveys: load, check, score, pair and estimate."""
    lacks = "only reads: no check, no scores, no pairs, no estimates"
    for people in (100_000, 1_000_000):
        folder = large_pilot(work / f"large-{people}", people)
        ours, theirs = Timed("1 process, up to 4 threads"), Timed("1 process, pandas' threads")
        for _ in range(turns):
            theirs.add(here(lambda f=folder: pd.read_csv(f / "survey.csv")))
            ours.add(here(lambda f=folder: estimate(load_pilot(f))))
        goal, what = 2 if people >= 1e6 else None, f"load to estimate, {people:,} people, against `pandas.read_csv`"
        yield Row(what, ours, theirs, goal, clock=True, note=lacks)
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
        yield Row(what, ours, theirs, goal, own=True, note="only reads: no codes, no waves, no answers in words")


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
        yield Row(work_, ours, theirs, 100, higher=True, own=True, note="not exact")


def search(turns: int, work: Path) -> Iterator[Row]:  # noqa: ARG001
    """Searches of many cases, and their index."""
    indexes, made = [], [Timed(WARM), Timed(WARM)]
    for timed, size in zip(made, (1_000, 100_000), strict=True):
        cases = many_cases(load_case_studies(), size)
        timed.add(here(lambda m=cases: indexes.append(CaseIndex(m))))
    yield Row("index of 100,000 cases, no two texts alike", made[1], None, 5, note=f"of 1,000: {made[0].cpu[0]:.3g} s")
    for question in ("falls at night", "older people in England"):
        few, all_of_them = Timed(WARM), Timed(WARM)
        for _ in range(15):  # in turns, so that what else the machine does meets both alike
            few.add(here(lambda q=question: indexes[0].find(q, country="UK")))
            all_of_them.add(here(lambda q=question: indexes[1].find(q, country="UK")))
        yield Row(f'search of 100,000 cases for "{question}" in the UK, against 1,000', all_of_them, few, 4)


ROWS: Mapping[str, Callable[[int, Path], Iterator[Row]]] = {
    "one": one_report, "further": further, "batch": batch, "audiences": audiences, "sizes": sizes,
    "measures": measures, "start": start,
    "surveys": surveys, "imports": imports, "tests": tests, "search": search,
}  # fmt: skip

HEAD = "| work | ours | theirs | ratio | goal | met | what else |\n|---|---|---|---|---|---|---|\n"
WORDS = """\
# Performance

`make bench` measures all of this and writes this page: ours and theirs in turns, as median (lowest to highest), on
{cores} cores under Python {python}, bytecode compiled on both sides. Seconds and ratios are of processor time, of all
processes that a command starts; wall time and the number of processes stand beside them. Only ratios carry over to
another machine. Goals marked "own" are this project's choice. `python benchmarks/bench.py --rows NAME …` measures some
rows anew ({names}).

{table}
{missing}\
The loop is `papermill notebooks/pilot_report.ipynb …` and `jupyter nbconvert --to atpilots …` per pilot; its time per
pilot does not depend on their number. R renders `benchmarks/report.Rmd`: the same scores, paired tests and tables, and
a picture for each measure, by ggplot2. A further report is the difference of whole commands: of four pilots and of
one, divided by three; a second audience that of four pilots for two audiences and for one, divided by four. R needs
`r-cran-rmarkdown`, `r-cran-ggplot2`, `r-cran-sandwich` and `r-cran-psych` of Debian. Memory is the highest sum of the
proportional share of every process of the command.

## Large surveys

Load, check, score, pair and estimate: two waves of 14 items (SWEMWBS, UCLA-3, ONS-4), every tenth person lost.

All of it works by whole columns, and different texts are judged once each; from 100,000 rows on, pieces of the file,
columns and scores are worked out in threads, as pandas reads a file. Estimators are not: they are Python's work on some
tens of different scores, and threads would wait for each other. Of a million people's time two fifths are the parsing
of the file, and a fifth is finding out which respondents' codes are the same. The audit and the fingerprint of the data
go by different changes and texts, too, so that a page of 100,000 people takes a quarter longer than one of 40.

What is exact for a pilot switches to its large-sample form by fixed rules, the same for everybody: the permutation and
signed-rank tests beyond 200 million additions (some thousands of people on most scales) use the normal approximation;
the interval of Hodges and Lehmann beyond 300 pairs uses that of the rank sum, and its averages are counted by different
changes. The mixed model's likelihood needs a few sums of the scores only, so it is the same for ten people and for a
million; drop-out bounds are means.

## Where a report's time goes

Three fifths of one cold report is Python's imports. Of 4.4 s of them, SciPy takes 1.2 s (statsmodels' tests ask for
`scipy.stats`, which asks for nearly all the rest), this package 0.8 s (fonts and cases read, models built), Jupyter 0.7
s, pandas 0.4 s, matplotlib 0.3 s (of which pictures need shapes, letters and pixels, no figures with axes). They are
made with Python's garbage collector off, which is a tenth of them, in a notebook, too, and every template is compiled
once, for both processes. The command that makes one report imports them itself, and forks only the kernel: nothing is
imported twice. For more, a warm server imports everything once (by multiprocessing), and each pilot gets fresh
processes of it: one that reads, checks, audits and publishes, and for each audience a Jupyter kernel that runs the
notebook. Kernels are forked after the disclosure audit and the pictures, which are the longest part, so that neither is
done twice; a second audience shares the reading, the estimates and the audit, that of groups too, and every picture
that tells the same. A fifth of a first page is its pictures, half of that the compression of their pixels, a third
their letters. The gate reads every finished file; codes of respondents it looks for only in pieces of text that
no file before had. What is left of a second audience is its own page: two fifths of it its notebook's run (mostly the
kernel's), a fifth the gate (half of that reads HTML), a fifth its sections, the rest template, workbook and manifest. A
pilot with groups (Lewisham) takes longer for its first: a quarter of the report is estimates, a fifth the audit, most
of that of each measure together with its groups. Where processes cannot be forked (Windows, macOS, a Dask worker under
a nanny) ordinary kernels give the same bytes.

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
    lacking = ", ".join(name for name in ROWS if name not in measured)
    missing = f"Not measured since the code that measures them changed: {lacking}.\n\n" if lacking else ""
    page = WORDS.format(cores=os.cpu_count(), python=python, table=table, names=", ".join(ROWS), missing=missing)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
