"""Processes forked from the warm server: each fresh, each ended with its work, none running the program again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

import atpilots
from atpilots.disclosure.thresholds import Audience
from atpilots.files.problems import DataError, Problem
from atpilots.files.project_folders import CHECKOUT
from atpilots.publish.batch import render_each
from atpilots.publish.rendering import render
from atpilots.workers import forkserver

pytestmark = pytest.mark.skipif(not forkserver.available(), reason="processes are not forked here")

REMEMBERED: list[str] = []


def remember(word: str) -> list[str]:
    REMEMBERED.append(word)
    return list(REMEMBERED)


def the_folder_and(name: str) -> tuple[str, str | None]:
    return os.getcwd(), os.environ.get(name)


def refuse() -> None:
    raise DataError([Problem("survey.csv", "is empty"), Problem("pilot.toml", "is not there")])


def vanish() -> None:
    os._exit(9)


def gone(process: int) -> bool:
    """Whether a process has ended, within ten seconds."""
    return within(lambda: not Path(f"/proc/{process}").exists())


def within(happened: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.05)
    return happened()


def test_nothing_passes_from_one_process_to_the_next() -> None:
    assert forkserver.run(remember, "one") == ["one"]
    assert forkserver.run(remember, "two") == ["two"]
    assert REMEMBERED == []


def test_a_process_has_the_folder_and_the_environment_of_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATPILOTS_TEST", "now")
    assert forkserver.run(the_folder_and, "ATPILOTS_TEST") == (str(tmp_path), "now")
    monkeypatch.delenv("ATPILOTS_TEST")
    assert forkserver.run(the_folder_and, "ATPILOTS_TEST") == (str(tmp_path), None)


def test_a_server_that_is_still_importing_hears_no_ctrl_c() -> None:
    code = (
        "from multiprocessing import forkserver; from atpilots.workers import begin; begin()\n"
        "print(open(f'/proc/{forkserver._forkserver._forkserver_pid}/status').read())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    blocked = int(next(line.split()[1] for line in told.splitlines() if line.startswith("SigBlk")), 16)
    assert blocked & 1 << signal.SIGINT - 1


def what_is_left_out() -> tuple[bool, str]:
    checked = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("text")])
    nbformat.validate(checked)
    return "rfc3987_syntax" in sys.modules, import_module("rfc3987_syntax").__name__


@pytest.mark.slow
def test_what_takes_seconds_to_import_is_left_out_of_the_server_but_may_be_imported() -> None:
    assert forkserver.run(what_is_left_out) == (False, "rfc3987_syntax")


def test_an_error_comes_back_whole() -> None:
    with pytest.raises(DataError, match=r"2 problems:\n.*is empty\n.*is not there") as error:
        forkserver.run(refuse)
    assert len(error.value.problems) == 2


def test_a_process_that_vanishes_is_told() -> None:
    with pytest.raises(forkserver.StoppedError, match=r"its process ended early \(exit code 9\)"):
        forkserver.run(vanish)


def test_the_program_that_runs_is_not_run_again_and_the_working_folder_is_not_imported_from(tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text("raise SystemExit('imported from the working folder')")
    program = tmp_path / "sub" / "program.py"
    program.parent.mkdir()
    lines = (
        "import os", "from atpilots.workers import forkserver", "forkserver.PRELOADED[:] = ['pandas']",
        "print('ran', flush=True)", "print(forkserver.run(os.getppid) > 0)",
    )  # fmt: skip
    program.write_text("\n".join(lines))
    run = subprocess.run([sys.executable, program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == "ran\nTrue\n"
    assert run.stderr == ""


def test_every_process_has_the_package_of_the_program_that_runs(tmp_path: Path) -> None:
    """Another copy that Python would find first, the one installed say, may be older: its pages would be others."""
    (tmp_path / "atpilots").mkdir()
    (tmp_path / "atpilots" / "__init__.py").write_text("raise SystemExit('another copy')")
    code = (
        f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); import os, subprocess, atpilots\n"
        "from atpilots.workers import ReportKernelManager, forkserver; forkserver.PRELOADED[:] = ['atpilots.files']\n"
        "where = 'import atpilots; print(atpilots.__file__, flush=True)'\n"
        "forkserver.run(exec, where, {}); exec(where)\n"
        "kernels = os.environ | ReportKernelManager().kernel_spec.env\n"
        "subprocess.run([sys.executable, '-c', where], env=kernels, check=True)"
    )
    # Safe: else a working folder that is the checkout would be found before the other copy.
    env = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == [atpilots.__file__] * 3, run.stderr


@pytest.mark.parametrize("stop", ["INT", "KILL"])
@pytest.mark.slow
def test_processes_end_with_whoever_asked_for_them(tmp_path: Path, stop: str) -> None:
    code = (
        # As in a terminal: where the suite runs in the background, its shell has Ctrl-C ignored, and so would this.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; sys.path.insert(0, 'tests'); from pathlib import Path\n"
        "from builders import forked; from atpilots.workers import forkserver; forkserver.PRELOADED.clear()\n"
        f"forkserver.run(forked.tell_process_ids, Path({str(tmp_path)!r}))"
    )
    asking = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        ids = tmp_path / "ids"
        assert within(lambda: ids.exists() and len(ids.read_text().split()) == 2, 60)
        renderer, kernel = map(int, ids.read_text().split())
        asking.send_signal(getattr(__import__("signal"), f"SIG{stop}"))
        assert asking.wait(20) != 0
        assert gone(renderer)
        assert gone(kernel)
    finally:
        asking.kill()
        asking.wait()


def test_control_c_while_a_kernel_is_forked_ends_the_process() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from builders import forked; from atpilots.workers import forkserver; forkserver.PRELOADED.clear()\n"
        "print(forkserver.run(forked.fork_under_control_c))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stderr.endswith("StoppedError: its process ended early (exit code 130)\n")
    assert "KeyboardInterrupt" not in run.stderr
    assert run.stdout == ""


def assert_same_bytes(page: Path, other: Path) -> None:
    for ending in (".html", ".xlsx", ".json"):
        assert page.with_suffix(ending).read_bytes() == other.with_suffix(ending).read_bytes(), ending


@pytest.mark.slow
def test_a_kernel_forked_from_a_renderer_and_one_from_the_server_give_the_same_bytes(
    tmp_path: Path, greenwich: Path
) -> None:
    """`greenwich` was rendered in a process of its own, with a kernel from the server."""
    outcomes = list(render_each(["greenwich"], Audience.PUBLIC, Audience.BOROUGH, reports=tmp_path))
    pages = [outcome.page for outcome in outcomes if outcome.page]
    assert [page.name for page in pages] == ["greenwich-public.html", "greenwich-borough.html"]
    assert_same_bytes(pages[0], greenwich / pages[0].name)


@pytest.mark.slow
@pytest.mark.usefixtures("without_forks")
def test_a_kernel_started_from_nothing_gives_the_same_bytes(tmp_path: Path, greenwich: Path) -> None:
    page = render("greenwich", Audience.PUBLIC, tmp_path).page
    assert page is not None
    assert_same_bytes(page, greenwich / page.name)


@pytest.mark.slow
def test_a_program_that_has_used_joblib_s_own_processes_is_served_too() -> None:
    code = (
        "import multiprocessing, os; from joblib.externals.loky.backend import context\n"
        "multiprocessing.set_start_method('loky', force=True)\n"
        "from atpilots import workers; print(workers.run(os.getppid) > 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout == "True\n", run.stderr
