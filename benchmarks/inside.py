"""A pilot's cells and their conversion, in a process that has nothing more to import."""

from __future__ import annotations

import os
import time
from pathlib import Path

import nbformat

from atpilots.files.project_folders import NOTEBOOK
from atpilots.page.pieces import MIME
from atpilots.publish.exporter import page
from atpilots.report.opening import open_report


def in_warm_process(data: Path, another: str, pilot: str) -> float:
    """Seconds of a pilot's cells and their conversion, in a process that has done both for another pilot."""
    os.environ["ATPILOTS_DATA"] = str(data)
    for name in (another, pilot):
        start = time.perf_counter()
        report, notebook = open_report(name), nbformat.read(NOTEBOOK, as_version=4)
        for cell in notebook.cells:
            last = cell.source.rpartition("\n")[2]
            if cell.cell_type == "code" and last.startswith("report."):
                data_of = {MIME: getattr(report, last[7:-2])().model_dump(mode="json")}
                cell.outputs = [nbformat.v4.new_output("display_data", data=data_of)]
        page(notebook)
        seconds = time.perf_counter() - start
    return seconds
