"""Fixtures that more than one test module uses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from builders.in_process import in_process
from builders.made_pages import Made, write_all

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public survey records; without it the test is skipped, or fails where CI is set."""
    folder = Path(os.environ.get("ATPILOTS_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        reason = f"the real survey records are not at {folder}; set ATPILOTS_SHARED_DATA"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def greenwich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the bundled Greenwich pilot, the case studies and the index were published into."""
    from atpilots.disclosure.thresholds import Audience
    from atpilots.publish.rendering import render
    from atpilots.publish.site import write_case_studies, write_index

    reports = tmp_path_factory.mktemp("reports")
    render("greenwich", Audience.PUBLIC, reports)
    write_case_studies(reports)
    write_index(reports)
    return reports


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """Every kind of page, by the name of its file; made once, in about fifteen seconds."""
    return write_all(tmp_path_factory.mktemp("pages"))


@pytest.fixture
def without_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report notebook's cells are run in this process, not in a kernel."""
    from atpilots.publish import rendering
    from atpilots.workers import forkserver

    monkeypatch.setattr(rendering, "executed", in_process)
    monkeypatch.setattr(forkserver, "available", lambda: False)
