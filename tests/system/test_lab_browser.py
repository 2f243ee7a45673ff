"""JupyterLab as `make lab` starts it, in a real browser: the first notebook run from the top, and what it shows."""

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
from playwright.sync_api import Page

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
LEGIBLE = """() => [...document.querySelectorAll('.jp-Notebook .atpilots')].map(e => {
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
    page.goto(f"{address}lab/tree/notebooks/{notebook}?token={TOKEN}")
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


def test_a_first_look_runs_from_the_top_and_shows_its_displays(tmp_path: Path) -> None:
    with lab(tmp_path) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 9000})  # so high that Lab draws every cell
        outputs = run_all(page, address, "01_first_look.ipynb")
        assert [one for cell in outputs for one in cell if one["output_type"] == "error"] == []
        said = [one["text"] for cell in outputs for one in cell if one.get("name") == "stderr"]
        assert said == []
        kinds = [kind for cell in outputs for one in cell for kind in one.get("data", {})]
        assert kinds.count("image/png") >= 4
        assert kinds.count("text/html") >= 6
        for theme in ("JupyterLab Light", "JupyterLab Dark"):
            page.evaluate(THEME, theme)
            page.wait_for_timeout(1500)
            if shots := os.environ.get("ATPILOTS_SHOTS"):
                page.screenshot(path=f"{shots}/lab-{theme[-5:].strip()}.png")
            shown = page.evaluate(LEGIBLE)
            assert len(shown) >= 3
            assert min(map(contrast_of, shown)) >= 7, theme
        page.locator(".jp-Notebook a", has_text="greenwich-public.html").last.click()
        page.wait_for_function("jupyterapp.shell.currentWidget.title.label === 'greenwich-public.html'")
        inside = page.frame_locator("iframe").last.locator("h1")
        assert inside.text_content() == "Amazon Echo at home"
