"""Pages, and their cells and conversion alone, in a process that has nothing more to import."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat

from atpilots.files.project_folders import NOTEBOOK
from atpilots.page import MIME
from atpilots.publish.exporter import page
from atpilots.publish.rendering import render
from atpilots.report.opening import open_report

Seconds = tuple[float, float, float]  # of the processor, kernels included, and of the clock; and no memory


def _of(call: Callable[[], object]) -> Seconds:
    before, start = os.times(), time.perf_counter()
    call()
    return sum(os.times()[:4]) - sum(before[:4]), time.perf_counter() - start, 0.0


def audiences_in_one_process(pilot: Path, reports: Path) -> tuple[Seconds, Seconds]:
    """What a pilot's first page takes, and its second, for another audience."""
    reports.mkdir()
    first, second = (
        _of(lambda a=audience: render(pilot, a, reports, progress=False)) for audience in ("public", "borough")
    )
    return first, second


def further_in_one_process(pilots: Sequence[Path], reports: Path) -> Seconds:
    """What a page takes, of all but the first of several pilots in one process."""
    reports.mkdir()
    render(pilots[0], "public", reports, progress=False)
    cpu, wall, _ = _of(lambda: [render(pilot, "public", reports, progress=False) for pilot in pilots[1:]])
    return cpu / len(pilots[1:]), wall / len(pilots[1:]), 0.0


def in_warm_process(data: Path, another: str, pilot: str) -> Seconds:
    """What a pilot's cells and their conversion take, in a process that has done both for another pilot."""
    os.environ["ATPILOTS_DATA"] = str(data)
    for name in (another, pilot):
        cpu, start = time.process_time(), time.perf_counter()
        report, notebook = open_report(name), nbformat.read(NOTEBOOK, as_version=4)
        for cell in notebook.cells:
            last = cell.source.rpartition("\n")[2]
            if cell.cell_type == "code" and last.startswith("report."):
                data_of = {MIME: getattr(report, last[7:-2])().model_dump(mode="json")}
                cell.outputs = [nbformat.v4.new_output("display_data", data=data_of)]
        page(notebook)
        seconds = time.process_time() - cpu, time.perf_counter() - start, 0.0
    return seconds
