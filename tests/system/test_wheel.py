"""The wheel, built and installed into a new environment: from an empty folder it does all that a checkout does."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from builders.bundled import BUNDLED_PILOTS
from builders.folders import happy_rows, write_pilot

from atpilots.files.project_folders import CHECKOUT

pytestmark = pytest.mark.slow
ROOM_FOR = 600  # seconds


def run(*command: str | Path, cwd: Path, expect: int = 0) -> str:
    """What a command says, run as by somebody who has no checkout."""
    foreign = ("PYTHON", "ATPILOTS_", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=ROOM_FOR
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sdist, and of the wheel that was built from it alone."""
    made = tmp_path_factory.mktemp("built")
    assert CHECKOUT is not None
    uv = [sys.executable, "-m", "uv", "build", "--quiet", "--offline", "--no-build-isolation"]
    run(*uv, "--python", sys.executable, "-o", made, CHECKOUT, cwd=made)
    return made


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel; what it depends on is taken from this one, which has our checkout only by a
    file that counts in its own place.
    """
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False, symlinks=True)
    (wheel,) = built.glob("*.whl")
    python = environment / "bin" / "python"
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-index", "--no-deps"]
    run(*uv, "--python", python, wheel, cwd=environment)
    beside = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=environment).strip())
    (beside / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return environment


def beside(environment: Path) -> set[Path]:
    """All that lies in an environment but for bytecode."""
    return {path for path in environment.rglob("*") if path.suffix != ".pyc" and path.name != "__pycache__"}


def test_the_wheel_holds_one_copy_of_what_a_checkout_has(built: Path) -> None:
    assert CHECKOUT is not None
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        shipped = {name.removeprefix("atpilots/shipped/"): archive.read(name) for name in names if "/shipped/" in name}
    ours = {name: content for name, content in shipped.items() if name.startswith(("data/", "notebooks/"))}
    places = [path for folder in ("data", "notebooks") for path in (CHECKOUT / folder).rglob("*") if path.is_file()]
    kept = [path for path in places if path.suffix in {".csv", ".toml", ".ipynb"} and ".ipynb_ch" not in str(path)]
    assert ours == {path.relative_to(CHECKOUT).as_posix(): path.read_bytes() for path in kept}
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"atpilots"}
    assert not [name for name in names if name.endswith((".pyc", "make_synthetic_pilots.py"))]


def test_the_sdist_is_a_checkout_but_for_its_reports(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= {
        "Makefile", "pyproject.toml", "requirements.lock", "atpilots.toml", "README.md", "LICENSE", ".ci/strip-outputs",
        "data/case_studies.csv", "data/pilots/hackney/survey.csv", "notebooks/pilot_report.ipynb", "tests/conftest.py",
    }  # fmt: skip
    assert not [name for name in names if name.startswith((".venv", "reports/", "pilots/", "ledger/"))]


def test_without_a_workspace_all_that_only_reads_works(installed: Path, tmp_path: Path) -> None:
    atpilots = functools.partial(run, installed / "bin" / "atpilots", cwd=tmp_path)
    assert "greenwich  synthetic   34" in atpilots("list")
    assert "AT0" in atpilots("cases", "falls", "at", "night")
    assert atpilots("check", "greenwich").startswith("greenwich: no problems\n")
    assert "mean_change" in atpilots("estimates", "hackney")
    for command in (["report", "greenwich"], ["new", "lambeth"]):
        assert "there is no workspace here" in (told := atpilots(*command, expect=1))
        assert "atpilots init" in told
        assert "Traceback" not in told
    assert [*tmp_path.iterdir()] == []


def test_from_an_empty_folder_to_pages_by_the_command_and_by_the_plain_tools(installed: Path, tmp_path: Path) -> None:
    before = beside(installed)
    team, python = tmp_path / "team", installed / "bin" / "python"
    atpilots = functools.partial(run, installed / "bin" / "atpilots", cwd=team)
    team.mkdir()
    atpilots("init")
    told = atpilots("report", "--all")
    assert "index: published" in told
    reports = team / "reports"
    assert {path.name for path in reports.glob("*.html")} == {
        "index.html", "case-studies.html", *(f"{name}-public.html" for name in BUNDLED_PILOTS)
    }  # fmt: skip
    executed = "reports/private/greenwich.ipynb"
    run(python, "-m", "papermill", "notebooks/pilot_report.ipynb", executed, "-p", "pilot", "greenwich", cwd=team)
    run(python, "-m", "nbconvert", "--to", "atpilots", executed, cwd=team)
    assert "Royal Borough of Greenwich" in (reports / "private" / "greenwich.html").read_text(encoding="utf-8")
    code = "import atpilots as at; print(len(at.load_case_studies()), at.open_report('greenwich').pilot.name)"
    assert run(python, "-c", code, cwd=team) == "120 greenwich\n"

    write_pilot(team / "pilots" / "lambeth", happy_rows({"A1x": 1, "B1x": 2}, {"B1x": 3}))
    assert "lambeth    collected" in atpilots("list")
    notebook = team / "notebooks" / "pilot_report.ipynb"  # the team's own is the one that is run
    notebook.write_text(
        notebook.read_text(encoding="utf-8").replace("report.title()", "report.title(), 1 / 0"), encoding="utf-8"
    )
    assert "failed (ZeroDivisionError)" in atpilots("report", "greenwich", expect=1)
    assert beside(installed) == before
