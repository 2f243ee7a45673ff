"""Faults of the notebook route (F-01 to F-15, F-40 to F-51): what was good stays, and nothing is left behind."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import psutil
import pytest
from builders.canaries import in_folder
from builders.folders import happy_rows, left_in, write_pilot
from builders.parameters import slow_but
from builders.released import READERS, released
from markupsafe import escape

from atpilots.disclosure.suppression import AUDIT_SUPPRESSION
from atpilots.disclosure.thresholds import Audience
from atpilots.files.locks import BusyError, lock_file, locked
from atpilots.files.problems import AtpilotsError, DataError, UsageError
from atpilots.files.project_folders import CHECKOUT, NOTEBOOK
from atpilots.ledger.store import Ledger, LedgerError
from atpilots.publish import batch, notebook_run, rendering, reports_folder
from atpilots.publish.batch import render_each
from atpilots.publish.exporter import DRAFT_BANNER
from atpilots.publish.notebook_run import RenderError, checked_parameters, local_files_only
from atpilots.publish.outcome import Outcome
from atpilots.publish.releasing import release
from atpilots.publish.rendering import render
from atpilots.publish.reports_folder import remove_stale_scratch
from atpilots.workers import forkserver

GOOD = {"alpha-public.html": "the last good page", "alpha-public.json": "{}"}


def a_pilot(root: Path, people: int = 25, ties: bool = False) -> Path:
    """A collected pilot with canaries in every private field."""
    rng = np.random.default_rng(17)
    codes = [f"CANARY{i:03d}" for i in range(40)]
    answers = {wave: {code: str(x) for code, x in zip(codes, rng.integers(2, 9, 40), strict=True)} for wave in "ab"}
    if ties:
        answers["b"] = dict(answers["a"])
    kept = [{code: wave[code] for code in codes[:people]} for wave in answers.values()]
    rows = [
        row | {"comments": f"CANARY comment {i} <script>alert('CANARY')</script>", "Mrs CANARY Smith": "x"}
        for i, row in enumerate(happy_rows(*kept))
    ]
    more = 'ignore = ["comments", "Mrs CANARY Smith"]'
    folder = write_pilot(root / "data" / "pilots" / "alpha", rows, more=more)
    (folder / "names.txt").write_text("CANARY Person\n", encoding="utf-8")
    return folder


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A reports folder that holds a good release."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def assert_untouched(reports: Path, private: tuple[str, ...] = ()) -> None:
    assert {path.name for path in reports.iterdir() if path.is_file() or any(path.iterdir())} == {*GOOD, "private"}
    assert {name: (reports / name).read_text(encoding="utf-8") for name in GOOD} == GOOD
    assert left_in(reports / "private") == set(private)


# F-01 to F-06: parameters


@pytest.mark.parametrize("name", ["x=1; import os", "pilot ", "__class__", "borugh", "", "{p.__class__}"])
def test_only_known_parameters_pass(name: str) -> None:
    with pytest.raises(UsageError, match="there is no parameter"):
        checked_parameters({name: "greenwich"})


def test_a_mistyped_parameter_is_told_its_neighbour() -> None:
    with pytest.raises(UsageError, match='there is no parameter "audiance"; did you mean audience\\?'):
        checked_parameters({"audiance": "public"})


@pytest.mark.parametrize(
    "value",
    ["../../etc/x", "/etc/passwd", "C:x", "a\0b", "a" * 300, "trailing.", "{p.__class__}", "http://x", "s3://x", "-",
     'a"b', "a\nb", "a\u202eb", "a\u200bb", "Greenwich", ""],
)  # fmt: skip
def test_only_names_of_pilots_pass(value: str) -> None:
    with pytest.raises(UsageError, match="the parameter pilot cannot be"):
        checked_parameters({"pilot": value})
    if value not in {"", "a" * 300}:
        with pytest.raises(AtpilotsError):
            render(value, Audience.PUBLIC)


@pytest.mark.parametrize("value", ["everybody", "PUBLIC", "public\n", "public|internal"])
def test_only_audiences_pass(value: str) -> None:
    with pytest.raises(UsageError, match="the parameter audience cannot be"):
        checked_parameters({"audience": value})


@pytest.mark.parametrize("path", ["http://example.org/x.ipynb", "https://x/y.ipynb", "s3://b/x.ipynb", "gs://b/x", "-"])
def test_papermill_reads_local_files_only(path: str) -> None:
    from papermill import iorw

    with local_files_only():
        handler = iorw.papermill_io.get_handler(path) if path != "-" else None
        assert handler is None or isinstance(handler, iorw.LocalHandler)
    assert not isinstance(iorw.papermill_io.get_handler("s3://b/x"), iorw.LocalHandler)


# F-09, F-10: what stops a run


@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("when", slow_but(4, ["replace", "_write", "copy2", "fsync"]))
def test_a_full_disk_leaves_the_last_good_release(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    def fail(*args: object, **kwargs: object) -> None:
        if when != "replace" or str(args[1]).endswith(".html"):
            raise full
        real_replace(*args, **kwargs)

    real_replace = os.replace
    folder = a_pilot(tmp_path)
    render(folder, Audience.PUBLIC, reports)
    good = published(reports / "drafts")
    owner = {"_write": rendering, "copy2": shutil, "replace": rendering.os, "fsync": rendering.os}[when]
    monkeypatch.setattr(owner, when, fail)
    (outcome,) = render_each([folder], Audience.PUBLIC, reports=reports)
    monkeypatch.undo()
    assert outcome.problem == "the computer refused: No space left on device"
    assert published(reports / "drafts") == good
    shutil.rmtree(reports / "drafts")
    assert_untouched(reports, private=("alpha-public.draft.json", "alpha-public.ipynb"))


def published(reports: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in reports.iterdir() if path.is_file()}


@pytest.mark.parametrize("files", range(4))
def test_a_machine_that_stops_between_two_files_is_put_right_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    """html, json and xlsx of the old release, a PDF that the new one removes, and a file that it adds."""
    old = {f"alpha-public.{kind}": f"old {kind}".encode() for kind in ("html", "json", "xlsx", "pdf")}
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)
    scratch = tmp_path / "private" / "run-alpha"
    scratch.mkdir(parents=True)
    drafts = {scratch / f"new.{kind}": tmp_path / f"alpha-public.{kind}" for kind in ("txt", "xlsx", "json", "html")}
    for draft in drafts:
        draft.write_text("new")
    done: list[Path] = []

    def replaced(source: Path, target: Path) -> None:
        if Path(target).parent == tmp_path:
            if len(done) == files:
                raise KeyboardInterrupt
            done.append(target)
        real(source, target)

    real = os.replace
    monkeypatch.setattr(reports_folder.os, "replace", replaced)
    monkeypatch.setattr(reports_folder, "_put_back", lambda _: None)  # the machine has stopped: nobody tidies up
    with pytest.raises(KeyboardInterrupt):
        reports_folder.move_all_or_none(drafts, [tmp_path / "alpha-public.pdf"])
    monkeypatch.undo()
    assert len(done) == files
    with reports_folder.scratch_folder(tmp_path, "alpha"):
        assert published(tmp_path) == old
    assert not left_in(tmp_path / "private")


@pytest.mark.slow
@pytest.mark.parametrize("where", ["drafts", "reports"])
def test_a_run_killed_between_two_files_is_put_right_by_the_next(tmp_path: Path, where: str) -> None:
    folder, reports = a_pilot(tmp_path), tmp_path / "reports"
    start = (
        "import os, signal, sys; sys.path.insert(0, 'tests'); from pathlib import Path\n"
        "from builders.in_process import in_process\n"
        "from atpilots.publish import rendering\n"
        "from atpilots.disclosure.thresholds import Audience\n"
        "rendering.executed = in_process\n"
        "from builders.released import released\n"
        f"def go(): released(Path({str(folder)!r}), Audience.PUBLIC, Path({str(reports)!r}))\n"
        "go(); real = os.replace\n"
    )
    kill = (
        f"survey = Path({str(folder / 'survey.csv')!r}); survey.write_text(survey.read_text().replace(',5,', ',6,'))\n"
        "def killed(source, target):\n"
        f"    here = str(target).endswith('{where}/alpha-public.html')\n"
        "    os.kill(os.getpid(), signal.SIGKILL) if here else real(source, target)\n"
        "os.replace = killed; go()"
    )
    subprocess.run([sys.executable, "-c", start], check=True, cwd=CHECKOUT)
    place = reports / "drafts" if where == "drafts" else reports
    good = published(place)
    assert subprocess.run([sys.executable, "-c", start + kill], check=False, cwd=CHECKOUT).returncode == -signal.SIGKILL
    assert (reports / "private" / "run-alpha" / "moving.json").exists()
    assert published(place) != good
    reports_folder.remove_stale_scratch(reports)
    assert published(place) == good
    assert not list((reports / "private").glob("run-*"))


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("provenance", ["collected", pytest.param("synthetic", marks=pytest.mark.slow)])
def test_a_pilot_of_the_same_name_from_another_folder_is_refused(tmp_path: Path, provenance: str) -> None:
    def pilot_in(root: Path) -> Path:
        folder = a_pilot(root)
        text = (folder / "pilot.toml").read_text(encoding="utf-8")
        (folder / "pilot.toml").write_text(text.replace('"collected"', f'"{provenance}"'), encoding="utf-8")
        return folder

    first, second, reports = pilot_in(tmp_path / "one"), pilot_in(tmp_path / "two"), tmp_path / "reports"
    released(first, Audience.PUBLIC, reports)
    good = published(reports)
    for audience in (Audience.PUBLIC, Audience.BOROUGH):
        with pytest.raises(DataError, match="is the name of a pilot from another folder"):
            released(second, audience, reports)
    assert published(reports) == good
    released(first, Audience.PUBLIC, reports)
    for path in [*reports.glob("alpha-*"), *reports.glob("drafts/alpha-*")]:
        path.unlink()
    released(second, Audience.PUBLIC, reports)


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_data_folder_that_was_moved_with_its_ledger_is_the_same(tmp_path: Path) -> None:
    a_pilot(tmp_path / "one")
    released(tmp_path / "one" / "data" / "pilots" / "alpha", Audience.PUBLIC, tmp_path / "reports")
    (tmp_path / "one").rename(tmp_path / "two")
    assert released(tmp_path / "two" / "data" / "pilots" / "alpha", Audience.PUBLIC, tmp_path / "reports").exists()
    shutil.rmtree(tmp_path / "reports" / "private")
    a_pilot(tmp_path / "three")
    with pytest.raises(DataError, match="another folder"):  # by the ledger alone
        released(tmp_path / "three" / "data" / "pilots" / "alpha", Audience.PUBLIC, tmp_path / "reports")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, MemoryError])
def test_whatever_stops_a_run_leaves_nothing_behind(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    def stopped(notebook: object, pilot: object, audience: object, scratch: Path, **how: object) -> None:
        (scratch / "half.ipynb").write_text("CANARY")
        raise stop

    monkeypatch.setattr(rendering, "executed", stopped)
    with pytest.raises(stop):
        render(a_pilot(tmp_path), Audience.PUBLIC, reports)
    assert_untouched(reports)


def vanish_or_publish(pilot: str, *how: object) -> list[Outcome]:
    """What a process of a batch does: killed (by the system, for its memory) or done."""
    if pilot == "beta":
        os.kill(os.getpid(), signal.SIGKILL)
    return [Outcome(pilot, page=Path(pilot))]


@pytest.mark.skipif(not forkserver.available(), reason="processes are not forked here")
def test_a_batch_goes_on_when_a_process_of_it_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_outcomes", vanish_or_publish)
    found = render_each(["alpha", "beta", "gamma"], Audience.PUBLIC, jobs=2, reports=tmp_path)
    assert {outcome.pilot: outcome.problem for outcome in found} == {
        "alpha": "", "beta": "its process ended early (exit code -9)", "gamma": "",
    }  # fmt: skip


@pytest.mark.skipif(not forkserver.available(), reason="processes are not forked here")
def test_every_process_that_ends_early_tells_how_while_others_are_started() -> None:
    """An exit code can be read once only, and whoever starts a process reads those of all that have ended."""

    def told(number: int) -> str:
        try:
            return str(
                forkserver.run(signal.raise_signal, signal.SIGKILL) if number % 2 else forkserver.run(str, "done")
            )
        except forkserver.StoppedError as error:
            return str(error)

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(told, range(40))) == {"done", "its process ended early (exit code -9)"}


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_batch_goes_on_when_a_pilot_of_it_fails(tmp_path: Path, reports: Path) -> None:
    faulty = write_pilot(tmp_path / "beta", happy_rows({"a": "11"}, {"a": "1"}))
    found = {o.pilot: o for o in render_each([faulty, a_pilot(tmp_path)], Audience.PUBLIC, reports=reports)}
    assert "survey.csv, row 2, column ons4_happy" in found["beta"].problem
    assert found["alpha"].page == reports / "drafts" / "alpha-public.html"


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_the_second_of_two_runs_fails_cleanly(tmp_path: Path, reports: Path) -> None:
    folder = a_pilot(tmp_path)
    (reports / "private").mkdir()
    outcomes = []
    with locked(lock_file(reports / "private", "alpha"), "alpha"):
        other = threading.Thread(
            target=lambda: outcomes.extend(render_each([folder], Audience.PUBLIC, reports=reports))
        )
        other.start()
        other.join()
    assert outcomes[0].problem == "another run is at work on alpha; nothing was changed"
    assert_untouched(reports)
    assert released(folder, Audience.PUBLIC, reports).exists()


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_run_with_other_temporary_files_meets_the_same_lock(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service, a container or another user's login may have a folder of its own for them."""
    folder = a_pilot(tmp_path)
    with reports_folder.scratch_folder(reports, "alpha") as scratch:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "other"))
        outcomes: list[Any] = []
        other = threading.Thread(
            target=lambda: outcomes.extend(render_each([folder], Audience.PUBLIC, reports=reports))
        )
        other.start()
        other.join()
        assert scratch.exists()
    assert outcomes[0].problem == "another run is at work on alpha; nothing was changed"


def test_a_lock_dies_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    code = (
        "import sys, time; from pathlib import Path; from atpilots.files.locks import locked\n"
        f"with locked(Path({str(path)!r}), 'x'):\n print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(BusyError, match="another run is at work on x"), locked(path, "x"):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with locked(path, "x", patience=5):
        pass


def test_the_scratch_folder_of_a_killed_run_is_swept_and_that_of_a_live_one_kept(tmp_path: Path) -> None:
    private = tmp_path / "private"
    for name in ("dead", "alive"):
        (private / f"run-{name}").mkdir(parents=True)
    with locked(lock_file(private, "alive"), "alive"):
        sweeper = threading.Thread(target=remove_stale_scratch, args=(tmp_path,))
        sweeper.start()
        sweeper.join()
        assert left_in(private) == {"run-alive"}


# Links, folders, and a ledger that is not the one


@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("there", [True, False], ids=["to a folder", "to nowhere"])
def test_a_private_folder_that_is_a_link_is_refused(tmp_path: Path, reports: Path, there: bool) -> None:
    """To a folder that everybody may read, say: its mode and its files stay as they are."""
    elsewhere = tmp_path / "elsewhere"
    if there:
        (elsewhere / "run-alpha").mkdir(parents=True)
        elsewhere.chmod(0o755)
    (reports / "private").symlink_to(elsewhere)
    for audience in (Audience.PUBLIC, Audience.INTERNAL):
        (outcome,) = render_each([a_pilot(tmp_path)], audience, reports=reports)
        assert "reports/private: is a link to another place, where nothing private may be written" in outcome.problem
    assert {name: (reports / name).read_text(encoding="utf-8") for name in GOOD} == GOOD
    assert [path.name for path in elsewhere.rglob("*")] == ["run-alpha"] * there
    assert not there or elsewhere.stat().st_mode & 0o777 == 0o755
    assert not (tmp_path / "data" / "ledger" / "releases.jsonl").exists()


def test_a_scratch_folder_that_is_a_link_is_taken_away_and_nothing_behind_it(tmp_path: Path) -> None:
    elsewhere, kept = tmp_path / "elsewhere", tmp_path / "kept.txt"
    elsewhere.mkdir()
    kept.write_text("kept", encoding="utf-8")
    (elsewhere / "moving.json").write_text(json.dumps({str(kept): None}), encoding="utf-8")
    private = reports_folder.private_folder(tmp_path)
    (private / "run-alpha").symlink_to(elsewhere)
    with reports_folder.scratch_folder(tmp_path, "alpha") as scratch:
        assert not scratch.is_symlink()
        assert scratch.stat().st_mode & 0o777 == 0o700
    assert kept.exists()
    assert (elsewhere / "moving.json").exists()


def test_a_lock_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """Anybody may put a link among the temporary files."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (tmp_path / "locks").symlink_to(elsewhere)
    with pytest.raises(DataError, match="locks: is a link to another place"), locked(tmp_path / "locks" / "x", "x"):
        pass
    assert list(elsewhere.iterdir()) == []
    assert elsewhere.stat().st_mode & 0o777 == 0o755


def test_folders_for_their_owner_are_closed_to_others_even_if_they_were_open(tmp_path: Path) -> None:
    for folder in (tmp_path / "private", tmp_path / "locks"):
        folder.mkdir()
        folder.chmod(0o755)
    reports_folder.private_folder(tmp_path)
    with locked(tmp_path / "locks" / "x", "x"):
        pass
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o700}


@pytest.mark.parametrize("kind", ["html", "pdf"], ids=["replaced", "removed"])
@pytest.mark.parametrize("what", ["link", "link to nowhere", "folder"])
def test_a_link_or_a_folder_in_a_files_place_stops_the_move(tmp_path: Path, kind: str, what: str) -> None:
    place, other, elsewhere = tmp_path / f"a.{kind}", tmp_path / "b.json", tmp_path / "elsewhere.html"
    if what == "folder":
        place.mkdir()
    else:
        place.symlink_to(elsewhere)
    if what == "link":
        elsewhere.write_text("elsewhere", encoding="utf-8")
    with reports_folder.scratch_folder(tmp_path, "alpha") as scratch:
        for name in ("b.json", "a.html"):
            (scratch / name).write_text("new", encoding="utf-8")
        with pytest.raises(DataError, match=f"{place.name}: is a {what.partition(' ')[0]}"):
            reports_folder.move_all_or_none(
                {scratch / "b.json": other, scratch / "a.html": tmp_path / "a.html"}, [tmp_path / "a.pdf"]
            )
    assert not other.exists()
    assert place.is_symlink() or place.is_dir()
    assert elsewhere.exists() is (what == "link")


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("what", ["a link", "a folder"])
def test_a_manifest_that_is_no_file_is_not_read(tmp_path: Path, reports: Path, what: str) -> None:
    place = reports / "alpha-public.json"
    place.unlink()
    if what == "a folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataError, match=f"alpha-public.json: is {what}"):
        released(a_pilot(tmp_path), Audience.PUBLIC, reports)
    assert Ledger(tmp_path / "data").releases == ()


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize(
    "name",
    ["alpha-public.html", *(pytest.param(f"alpha-public.{kind}", marks=pytest.mark.slow) for kind in ("xlsx", "pdf"))],
)
def test_a_page_that_has_no_place_is_not_in_the_ledger(tmp_path: Path, name: str) -> None:
    folder, reports = a_pilot(tmp_path), tmp_path / "empty"
    (reports / name).mkdir(parents=True)
    with pytest.raises(DataError, match=f"{name}: is a folder"):
        released(folder, Audience.PUBLIC, reports)
    assert Ledger(tmp_path / "data").releases == ()


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_page_that_the_ledger_does_not_know_is_told(tmp_path: Path, reports: Path) -> None:
    """An empty ledger, or an old copy with its head, does not pass for the one that the page was released with."""
    folder, data = a_pilot(tmp_path), tmp_path / "data"
    released(folder, Audience.PUBLIC, reports)
    good, (first,) = published(reports), Ledger(data).releases
    (data / "ledger").rename(tmp_path / "kept")
    for audience in (Audience.PUBLIC, Audience.BOROUGH):
        with pytest.raises(LedgerError, match=rf"a page of alpha that the ledger does not know \(release {first.id}\)"):
            released(folder, audience, reports)
    assert published(reports) == good
    assert Ledger(data).releases == ()
    shutil.rmtree(data / "ledger", ignore_errors=True)
    (tmp_path / "kept").rename(data / "ledger")
    released(folder, Audience.PUBLIC, reports)
    assert published(reports) == good


HOSTILE = """\
import os, sys, warnings, logging
report_rows = report.pilot.answers.reset_index()
print(report_rows.to_string())
print(os.environ.get("CANARY_SECRET"))
warnings.warn("CANARY warning in " + os.getcwd())
logging.basicConfig(level=logging.DEBUG, force=True)
logging.getLogger().warning("CANARY log")
logging.getLogger("papermill").debug("CANARY rows %s", report_rows.to_string())
from IPython.display import display, HTML, Javascript, SVG, Markdown
display(report_rows, report_rows.style, HTML("<b>CANARY</b>"), Javascript("alert('CANARY')"), Markdown("CANARY"))
display({"text/vnd.mermaid": "</pre><script>CANARY</script>"}, raw=True)
display({"application/vnd.plotly.v1+json": {"a": "CANARY"}}, raw=True)
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><text>CANARY</text></svg>"))
report_rows"""


def hostile_notebook(path: Path, source: str) -> Path:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    place = next(i for i, cell in enumerate(notebook.cells) if cell.source == "report.summary()")
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(source))
    notebook.cells[place].outputs = [nbformat.v4.new_output("stream", text="CANARY, stale")]
    nbformat.write(notebook, path)
    return path


def test_nothing_of_a_hostile_notebook_reaches_the_release(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run for real: prints, frames, warnings, logs, environment, every display; and what an earlier run left."""
    monkeypatch.setenv("CANARY_SECRET", "CANARY from the environment")
    hostile = hostile_notebook(tmp_path / "hostile.ipynb", HOSTILE)
    monkeypatch.setattr(notebook_run, "report_notebook", lambda _: hostile)
    page = released(a_pilot(tmp_path), Audience.PUBLIC, reports)
    html = page.read_text(encoding="utf-8")
    assert "A test pilot" in html
    private = reports / "private"
    assert all((private / name).stat().st_mode & 0o777 == 0o600 for name in left_in(private))
    shutil.rmtree(reports / "private")
    assert in_folder(reports, {"CANARY", str(tmp_path), "<script"}) == {}
    manifest = json.loads((reports / "alpha-public.json").read_text(encoding="utf-8"))
    assert manifest["release"] == Ledger(tmp_path / "data").releases[0].id
    places = [place for entries in manifest["numerals"].values() for place in entries]
    assert {"figure": "change", "of": "ons4_happy, resident"} in [{k: p[k] for k in ("figure", "of")} for p in places]
    assert all(place["rules"] for place in places if place["figure"] != "instrument")
    assert manifest["declared"]["pilot.toml"]


SLOW_CELL = 20  # seconds
STOPPED = {
    "raise ValueError('CANARY of Mrs Example')": r"cell \d+ failed \(ValueError\); the details are in private/",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": "the kernel died; the details are in private/",
    "import time; time.sleep(200)": f"a cell took longer than {SLOW_CELL} seconds; the details are in private/",
}


@pytest.mark.parametrize("source", [*list(STOPPED)[:2], pytest.param(list(STOPPED)[2], marks=pytest.mark.slow)])
def test_an_error_in_a_cell_a_dead_kernel_and_a_slow_cell_publish_nothing(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr(rendering.executed, "__defaults__", (SLOW_CELL,))
    hostile = hostile_notebook(tmp_path / "hostile.ipynb", source)
    monkeypatch.setattr(notebook_run, "report_notebook", lambda _: hostile)
    with pytest.raises(RenderError, match=STOPPED[source]) as error:
        render(a_pilot(tmp_path), Audience.PUBLIC, reports)
    assert "CANARY" not in str(error.value)
    assert_untouched(reports, private=("alpha-public.log",))
    assert (reports / "private" / "alpha-public.log").stat().st_mode & 0o777 == 0o600


def kernels_of(command: int) -> list[int]:
    """The processes that came of a command and lead a session of their own, so that Ctrl-C is not for them."""
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        found = [process.pid for process in psutil.Process(command).children(recursive=True)]
        return [process for process in found if os.getsid(process) == process]
    return []


@pytest.mark.slow
@pytest.mark.parametrize("names", [("alpha", "beta"), ("alpha",)], ids=["two reports", "one, in the command itself"])
@pytest.mark.parametrize("whom", [os.killpg, os.kill], ids=["in the terminal", "the command alone"])
def test_control_c_stops_the_command_and_leaves_nothing_behind(
    tmp_path: Path, reports: Path, whom: Callable[[int, int], None], names: tuple[str, ...]
) -> None:
    made = a_pilot(tmp_path)
    folders = [made if name == made.name else shutil.copytree(made, tmp_path / name) for name in names]
    code = (
        # As in a terminal: where the suite runs in the background, its shell has Ctrl-C ignored, and so would this.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from pathlib import Path; from atpilots import cli; from atpilots.publish import batch\n"
        f"batch.render_each.__kwdefaults__['reports'] = Path({str(reports)!r})\n"
        f"raise SystemExit(cli.main(['report', '--jobs', '2', *{[str(folder) for folder in folders]!r}]))"
    )
    run = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, start_new_session=True)
    for _ in range(1200):
        if list((reports / "private").glob("run-*")) and kernels_of(run.pid):
            break
        time.sleep(0.05)
    started = [process for process in psutil.process_iter() if os.getsid(process.pid) == run.pid]
    started += [child for process in started for child in process.children(recursive=True)]
    whom(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 1
    assert said.count("Traceback") == 0
    assert "nothing was published" in said
    assert_untouched(reports)
    gone, alive = psutil.wait_procs(set(started), timeout=20)
    # The command, its server, a renderer and its kernel, and the second report may start later; or command and kernel.
    assert len(gone) >= (4 if len(names) > 1 else 2)
    assert not alive


# F-40 to F-49


def test_nobody_changing_says_nothing_of_anybody(tmp_path: Path) -> None:
    from atpilots.report.opening import open_report

    report = open_report(a_pilot(tmp_path, ties=True))
    (measure,) = report.protected.measures
    assert measure.withheld == AUDIT_SUPPRESSION
    assert not any(word in report.measures().text() for word in ("nan", "inf", "0.0"))


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_one_respondent_more_is_blocked_until_the_first_release_is_recalled(tmp_path: Path, reports: Path) -> None:
    folder = a_pilot(tmp_path, people=25)
    page = released(folder, Audience.PUBLIC, reports)
    first, good = Ledger(tmp_path / "data").releases[0], page.read_bytes()
    assert released(folder, Audience.PUBLIC, reports).read_bytes() == good
    a_pilot(tmp_path, people=26)
    with pytest.raises(LedgerError, match=first.id):
        released(folder, Audience.PUBLIC, reports)
    assert page.read_bytes() == good
    assert not list((reports / "private").glob("run-*"))
    release(folder, READERS, reports=reports, replaces=[first.id], approved_by="Ann Officer")
    assert page.read_bytes() != good
    assert Ledger(tmp_path / "data").releases[-1].approved_by == "Ann Officer"
    assert "Ann Officer" not in page.read_text(encoding="utf-8") + (reports / "alpha-public.json").read_text()


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_internal_pages_and_synthetic_pilots_are_not_in_the_ledger(
    tmp_path: Path, reports: Path, greenwich: Path
) -> None:
    folder = a_pilot(tmp_path)
    page = render(folder, Audience.INTERNAL, reports).page
    assert page is not None
    assert page.parent == reports / "private"
    assert str(escape(DRAFT_BANNER)) in page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    assert Ledger(tmp_path / "data").releases == ()
    folder = a_pilot(tmp_path / "made up")
    text = (folder / "pilot.toml").read_text(encoding="utf-8")
    (folder / "pilot.toml").write_text(text.replace('"collected"', '"synthetic"'), encoding="utf-8")
    assert released(folder, Audience.PUBLIC, tmp_path / "made up" / "reports").parent.name == "reports"
    assert Ledger(tmp_path / "made up" / "data").releases == ()
    assert (greenwich / "greenwich-public.html").exists()
    assert not (CHECKOUT / "data" / "ledger").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel")
def test_the_same_bytes_under_another_locale_time_zone_clock_and_row_order(tmp_path: Path) -> None:
    folder, reports = a_pilot(tmp_path), tmp_path / "reports"
    render(folder, Audience.PUBLIC, reports)
    here = published(reports / "drafts")
    assert len(here) >= 2
    shutil.rmtree(reports / "drafts")
    header, *rows = (folder / "survey.csv").read_text(encoding="utf-8").splitlines()
    order = np.random.default_rng(3).permutation(len(rows))
    (folder / "survey.csv").write_text("\n".join([header, *(rows[i] for i in order)]) + "\n", encoding="utf-8")
    code = (
        "import sys; sys.path.insert(0, 'tests'); from pathlib import Path; import time\n"
        "from builders.in_process import in_process; from atpilots.publish import rendering\n"
        "from atpilots.disclosure.thresholds import Audience\n"
        "time.time = lambda: 4e9\n"
        "rendering.executed = in_process\n"
        f"rendering.render(Path({str(folder)!r}), Audience.PUBLIC, Path({str(reports)!r}))"
    )
    elsewhere = {"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **elsewhere}, cwd=CHECKOUT)
    assert published(reports / "drafts") == here


def test_notebooks_are_kept_without_outputs_and_paths() -> None:
    for path in (CHECKOUT / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)
        assert "papermill" not in notebook.metadata
        assert "/home/" not in path.read_text(encoding="utf-8")


def test_the_versions_with_known_holes_are_ruled_out() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    for floor in ('"nbconvert>=7.17.2"', '"jupyter-server>=2.20"', '"jupyterlab>=4.6.2"'):
        assert floor in text
    assert "ServerApp.ip=127.0.0.1" in (CHECKOUT / "Makefile").read_text(encoding="utf-8")


def test_a_release_is_on_the_disk_before_it_is_in_place_and_only_its_log_is_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, page, log = tmp_path / "a.pdf", tmp_path / "a.html", tmp_path / "private" / "a.log"
    old.write_text("old", encoding="utf-8")
    written, real_sync, real_replace = set[int](), os.fsync, os.replace

    def synced(descriptor: int) -> None:
        written.add(os.fstat(descriptor).st_ino)
        real_sync(descriptor)

    def replaced(source: Path, target: Path) -> None:
        assert Path(source).stat().st_ino in written
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    with reports_folder.scratch_folder(tmp_path, "alpha") as scratch:
        for name in ("log", "html"):
            (scratch / name).write_text("new", encoding="utf-8")
        assert reports_folder.move_all_or_none({scratch / "log": log, scratch / "html": page}, [old]) == page
        assert not (scratch / "moving.json").exists()
    assert [path.stat().st_mode & 0o777 for path in (log, page)] == [0o600, 0o644]
    assert not old.exists()
