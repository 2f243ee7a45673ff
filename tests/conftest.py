"""Fixtures that more than one test module uses."""

from __future__ import annotations

import io
import os
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import builders.quick_start  # noqa: F401 - before anything of Jupyter
import pytest
from filelock import FileLock
from PIL import Image

if TYPE_CHECKING:
    from builders.made_pages import Made

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent


# The files that take longest. Workers get whole files: with these first, they all end at about the same time.
LONGEST = ("test_accessibility_browser", "test_forkserver", "test_faults", "test_report", "test_findings")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], T]) -> T:
    """What `make` makes in a folder of that name; by the first of pytest-xdist's workers that asks, for all of them."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    root = factory.getbasetemp() if alone else factory.getbasetemp().parent
    folder, kept = root / name, root / f"{name}.pickle"
    with FileLock(root / f"{name}.lock"):
        if not kept.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker whose attempt failed
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
        made: T = pickle.loads(kept.read_bytes())  # noqa: S301 - our own
    return made


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
    """The folder that Greenwich's page (made with a kernel), the case studies and the index were published into."""

    def publish(reports: Path) -> Path:
        from atpilots.disclosure.thresholds import Audience
        from atpilots.publish.rendering import render
        from atpilots.publish.site import write_case_studies, write_index

        render("greenwich", Audience.PUBLIC, reports)
        write_case_studies(reports)
        write_index(reports)
        return reports

    return made_once(tmp_path_factory, "reports", publish)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, greenwich: Path) -> Mapping[str, Made]:
    """Every kind of page, by the name of its file."""
    from builders.made_pages import Pages

    return Pages(partial(made_once, tmp_path_factory), greenwich / "case-studies.html")


@pytest.fixture(scope="session")
def more_pages(pages: Mapping[str, Made]) -> dict[str, Made]:
    """Pages for slow tests: internal ones, of eleven people, of forty measures; made in about a minute."""
    from builders.made_pages import MORE

    return {name: pages[name] for name in MORE}


@pytest.fixture
def without_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where processes cannot be forked. A room's face keeps what it was once asked for: so two names."""
    from atpilots import workers
    from atpilots.workers import forkserver

    for module in (workers, forkserver):
        monkeypatch.setattr(module, "available", lambda: False)


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is drawn: every picture is one white pixel. Drawing is half of what a page takes."""
    from atpilots.report import course, domain_figure, hero, strips

    pixel = io.BytesIO()
    Image.new("L", (1, 1), 255).save(pixel, format="png")
    monkeypatch.setattr("atpilots.page.sheet.png_of", lambda *_: pixel.getvalue())
    monkeypatch.setattr("atpilots.page.sheet.Sheet._draw", lambda *_: None)
    # What was drawn already, for whoever comes next with a real page.
    kept = hero._picture, domain_figure._picture, course._picture, strips.strip_axis
    for pictures in kept:
        pictures.cache_clear()
    yield
    for pictures in kept:
        pictures.cache_clear()


@pytest.fixture
def without_kernel(monkeypatch: pytest.MonkeyPatch, without_forks: None) -> None:
    """The report notebook's cells are run in this process, not in a kernel."""
    from builders.in_process import in_process

    monkeypatch.setattr("atpilots.publish.rendering.executed", in_process)
