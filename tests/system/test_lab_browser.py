"""JupyterLab as `make lab` starts it, in a real browser: every notebook run from the top, and what it shows."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from builders.browsers import chromium
from playwright.sync_api import Browser, Page

from atpilots.files.project_folders import NOTEBOOKS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOKEN = "only-for-this-test"  # noqa: S105
PATIENCE = 120  # seconds for Lab to answer, and for a notebook to run
NOTEBOOK = "jupyterapp.shell.currentWidget"
IS_OPEN = f"window.jupyterapp && {NOTEBOOK}?.content?.widgets?.length > 3 && {NOTEBOOK}.context.isReady"
HAS_KERNEL = f"{NOTEBOOK}.sessionContext.session?.kernel?.status === 'idle'"
OUTPUTS = f"{NOTEBOOK}.content.widgets.filter(w => w.model.type === 'code').map(w => w.model.outputs.toJSON())"
RUN = f"jupyterapp.commands.execute('notebook:run-all-cells').then(() => {OUTPUTS})"
THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"
# What can be read of each display: the colours of its text and of what lies behind it.
LEGIBLE = """() => [...jupyterapp.shell.currentWidget.node.querySelectorAll('.atpilots, .dt-container')].map(e => {
    let behind = e;
    while (behind && /^rgba\\(0, 0, 0, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor))
        behind = behind.parentElement;
    return [getComputedStyle(e).color, behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)'];
})"""


@contextmanager
def lab(workspace: Path) -> Iterator[str]:
    """Lab on a free port of this machine, in a workspace of its own, ended afterwards; its address, with the token."""
    (workspace / "atpilots.toml").touch()
    shutil.copytree(NOTEBOOKS, workspace / "notebooks")
    places = {name: str(workspace / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    options = [
        "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
        f"--ServerApp.root_dir={workspace}", f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with (workspace / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], cwd=workspace, env={**os.environ, **places}, stdout=log,
            stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield _address(workspace / "jupyter_runtime_dir")
        finally:
            os.killpg(server.pid, signal.SIGINT)
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def _address(runtime: Path) -> str:
    """Where a server says that it listens."""
    for _ in range(PATIENCE * 5):
        for note in runtime.glob("jpserver-*.json"):
            if text := note.read_text(encoding="utf-8"):
                return str(json.loads(text)["url"])
        time.sleep(0.2)
    raise TimeoutError("JupyterLab did not start")


def run_all(page: Page, address: str, notebook: str) -> list[list[dict[str, Any]]]:
    """Open a notebook in Lab, run all its cells, and give each code cell's outputs."""
    page.goto(f"{address}lab/tree/notebooks/{notebook}?reset&token={TOKEN}")
    for ready in (IS_OPEN, HAS_KERNEL):
        page.wait_for_function(ready, timeout=PATIENCE * 1000)
    page.set_default_timeout(PATIENCE * 1000)
    outputs: list[list[dict[str, Any]]] = page.evaluate(RUN)
    return outputs


def contrast_of(colours: list[str]) -> float:
    from builders.contrast import contrast

    def hexed(colour: str) -> str:
        parts = colour[colour.index("(") + 1 : -1].split(",")[:3]
        return "#" + "".join(f"{int(float(part)):02x}" for part in parts)

    return contrast(*map(hexed, colours))


@pytest.fixture(scope="module")
def opened_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Browser]]:
    with lab(tmp_path_factory.mktemp("workspace")) as address, chromium() as browser:
        yield address, browser


@pytest.mark.parametrize(
    ("notebook", "pictures", "displays"),
    [
        ("01_first_look.ipynb", 4, 3), ("02_from_export_to_draft.ipynb", 0, 1), ("case_studies.ipynb", 0, 5),
        ("compare_pilots.ipynb", 1, 2), ("own_section.ipynb", 0, 0), ("pilot_report.ipynb", 0, 10),
    ],
)  # fmt: skip
def test_a_notebook_runs_from_the_top_and_can_be_read_in_light_and_dark(
    opened_lab: tuple[str, Browser], notebook: str, pictures: int, displays: int
) -> None:
    """pictures, displays: how many the notebook shows at least."""
    address, browser = opened_lab
    page = browser.new_page(viewport={"width": 1280, "height": 12000})  # so high that Lab draws every cell
    outputs = run_all(page, address, notebook)
    assert [one for cell in outputs for one in cell if one["output_type"] == "error"] == []
    assert [one["text"] for cell in outputs for one in cell if one.get("name") == "stderr"] == []
    kinds = [kind for cell in outputs for one in cell for kind in one.get("data", {})]
    assert kinds.count("image/png") >= pictures
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.evaluate(THEME, theme)
        page.wait_for_timeout(1500)
        if shots := os.environ.get("ATPILOTS_SHOTS"):
            page.screenshot(path=f"{shots}/lab-{notebook.removesuffix('.ipynb')}-{theme[-5:].strip()}.png")
        shown = page.evaluate(LEGIBLE)
        assert len(shown) >= displays
        assert min(map(contrast_of, shown), default=7) >= 7, theme
    if notebook == "01_first_look.ipynb":
        page.locator(".jp-Notebook a", has_text="greenwich-public.html").last.click()
        page.wait_for_function("jupyterapp.shell.currentWidget.title.label === 'greenwich-public.html'")
        inside = page.frame_locator("iframe").last.locator("h1")
        assert inside.text_content() == "Amazon Echo at home"
    page.close()
