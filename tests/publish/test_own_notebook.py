"""The notebook that makes a page: which it is, what it must have, and what of it stayed out."""

from __future__ import annotations

import json
import logging
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from builders.folders import happy_rows, write_pilot
from builders.released import READERS
from markupsafe import escape

from atpilots.cli import main
from atpilots.files.problems import DataError
from atpilots.files.project_folders import NOTEBOOK
from atpilots.page import MIME
from atpilots.pilots.folders import own_notebook
from atpilots.publish.exporter import DRAFT_BANNER, AtpilotsExporter, page
from atpilots.publish.gate import GateError
from atpilots.publish.notebook_checks import cannot_run, left_out, lost_parameters
from atpilots.publish.own_notebook import add_section
from atpilots.publish.releasing import ReleaseError, release
from atpilots.publish.rendering import render
from atpilots.report.opening import open_report

v4: Any = nbformat.v4
FILLED = "We asked {{ answered_twice }} people: {{ main.change }} points ({{ main.interval }})."


def common() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def cell(notebook: Any, source: str) -> Any:
    return next(cell for cell in notebook.cells if source in cell.source)


@pytest.fixture
def pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collected pilot in the user's data root, with a notebook of its own."""
    answers = [dict(enumerate(wave)) for wave in np.random.default_rng(17).integers(2, 9, (2, 25)).tolist()]
    coded = [{f"LB{i:03d}": answer for i, answer in wave.items()} for wave in answers]
    root = tmp_path / "data"
    monkeypatch.setenv("ATPILOTS_DATA", str(root))
    folder = write_pilot(root / "pilots" / "alpha", happy_rows(*coded))
    notebook = common()
    notebook.cells.insert(4, v4.new_markdown_cell(FILLED))
    nbformat.write(notebook, folder / "report.ipynb")
    return folder


def edit(folder: Path, source: str, new: str | None = None, **metadata: Any) -> None:
    notebook = nbformat.read(folder / "report.ipynb", as_version=4)
    found = cell(notebook, source)
    if new is None:
        notebook.cells.remove(found)
    else:
        found.source = new
        found.metadata.update(metadata)
    nbformat.write(notebook, folder / "report.ipynb")


def test_a_section_is_added_once_and_only_where_its_page_can_be_made(pilot: Path) -> None:
    notebook = pilot / "report.ipynb"
    notebook.unlink()
    add_section(pilot, "## At home\n\nIt was {{ main.change }} points.", 'report.measure("ons4_happy")')
    assert oct(notebook.stat().st_mode)[-3:] == "600" or os.name == "nt"
    add_section(pilot, "## At home\n\nOn average it was {{ main.change }}.", before="Who took part")
    told = [cell.source for cell in nbformat.read(notebook, as_version=4).cells]
    place = told.index("## At home\n\nOn average it was {{ main.change }}.")
    assert told[place + 1] == "## Who took part"
    assert len(told) == len(common().cells) + 1
    for heading in ("## At home?", "## Дома", "## 家"):  # others, that share their Latin letters, or lack any
        add_section(pilot, heading)
    assert len(nbformat.read(notebook, as_version=4).cells) == len(told) + 3
    kept = notebook.read_bytes()
    for words, before, why in (
        ("At home", "Who took part", "must begin with a heading"),
        ("## At work", "Who?", "is no heading of report.ipynb"),
        ("## At work\n\nIt was 1.7 points.", "Who took part", "number typed"),
        ("## At work\n\nIt was {{ main.chance }}.", "Who took part", "did you mean main.change"),
    ):
        with pytest.raises(DataError, match=why):
            add_section(pilot, words, before=before)
    assert notebook.read_bytes() == kept
    with pytest.raises(DataError, match="bundled"):
        add_section("greenwich", "## At home")


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_pilots_own_notebook_makes_its_draft_and_its_release(pilot: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    made = render(pilot, "public", reports)
    assert made.page is not None
    html = made.page.read_text(encoding="utf-8")
    manifest = json.loads(made.page.with_suffix(".json").read_text(encoding="utf-8"))
    filled = manifest["placeholders"]
    assert set(filled) == {"answered_twice", "main.change", "main.interval"}
    people, change, interval = (filled[name] for name in ("answered_twice", "main.change", "main.interval"))
    assert f"<p>We asked {people} people: {change} points ({interval}).</p>" in html
    assert filled["main.change"].strip("+−") in " ".join(manifest["numerals"])
    assert escape(DRAFT_BANNER) in html
    assert f"its own notebook, {pilot / 'report.ipynb'}" in made.told
    assert (reports / "private" / "alpha-public.log").read_text(encoding="utf-8") == f"{made.notes[0]}\n"
    assert FILLED in (reports / "private" / "alpha-public.ipynb").read_text(encoding="utf-8")
    edit(pilot, "We asked", FILLED + " Thank you.")
    with pytest.raises(ReleaseError, match="changed: the report's notebook"):
        release(pilot, READERS, reports=reports)
    edit(pilot, "We asked", FILLED)
    released = release(pilot, READERS, reports=reports).read_text(encoding="utf-8")
    assert escape(DRAFT_BANNER) not in released
    assert f"({filled['main.interval']})." in released


@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize(
    ("source", "new", "why"),
    [
        ("report.caveats()", None, "leaves out the limits"),
        ("We asked", "In all 24 of them.", 'cell 5: "24" is a number typed'),
        ("We asked", "Everybody ~~improved~~.", 'cell 5: "improved" is struck out'),
        ("We asked", "It made people happy.", 'cell 5: "made people" claims more'),
        ("We asked", "{{ ucla3.change }}", "cell 5: .* is a placeholder for nothing"),
        ("We asked", "[there](#nowhere)", None),
        ("report = at", "report.title()", "cell 3 uses report, and no cell makes it"),
    ],
)
def test_a_notebook_of_which_no_page_can_come_is_refused_before_it_runs(
    pilot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, new: str | None, why: str | None
) -> None:
    edit(pilot, source, new)
    if why:  # what needs the sections is told afterwards
        monkeypatch.setattr("atpilots.publish.rendering.executed", None)
    with pytest.raises(GateError, match=why or 'cell 5: "#nowhere" is no section'):
        render(pilot, "public", tmp_path / "reports")
    assert not list((tmp_path / "reports").glob("**/*.html"))


def test_only_the_users_own_notebook_is_run(pilot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = pilot / "report.ipynb"
    assert own_notebook(pilot, tmp_path) == (own, "")
    own.chmod(0o666)
    assert "can be changed by others" in own_notebook(pilot, tmp_path)[1]
    own.chmod(0o600)
    with monkeypatch.context() as patch:
        patch.setattr(os, "getuid", lambda: own.stat().st_uid + 1)
        assert "belongs to somebody else" in own_notebook(pilot, tmp_path)[1]
    own.rename(pilot / "other.ipynb")
    assert own_notebook(pilot, tmp_path) == (None, "")
    own.symlink_to(pilot / "other.ipynb")
    assert own_notebook(pilot, tmp_path) == (None, "it is no file")
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path / "elsewhere"))
    own.unlink()
    (pilot / "other.ipynb").rename(own)
    assert "outside the pilots/ of your workspace" in own_notebook(pilot, tmp_path)[1]


def test_list_and_check_name_it_and_what_is_wrong_with_it(pilot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["list"])
    assert "alpha: its own report.ipynb makes its page\n" in capsys.readouterr().out
    assert main(["check", "alpha"]) == 0
    assert "note: report.ipynb: makes this pilot's page" in capsys.readouterr().out
    edit(pilot, "We asked", "It was 7 points, {{ main.chang }}.")
    edit(pilot, "report.method()")
    assert main(["check", "alpha"]) == 1
    said = capsys.readouterr().out
    for reason in ('cell 5: "7" is a number typed', "did you mean main.change", "leaves out the method"):
        assert reason in said
    for content in ("{", "[]", '{"cells": 3}', "", "\0"):
        (pilot / "report.ipynb").write_text(content, encoding="utf-8")
        assert main(["check", "alpha"]) == 1
        assert "report.ipynb: cannot be read as a notebook" in capsys.readouterr().out


def test_a_page_without_what_every_page_has_is_refused_on_every_route(without_pictures: None) -> None:
    report, notebook = open_report("greenwich"), v4.new_notebook()  # no other test drew its pictures
    for name in ("title", "summary", "overview", "caveats", "method"):
        output = v4.new_output("display_data", data={MIME: getattr(report, name)().model_dump(mode="json")})
        notebook.cells += [v4.new_markdown_cell(f"## About {name}"), v4.new_code_cell("", outputs=[output])]
    page(notebook, report)
    for number, what in ((3, "the summary"), (5, "the table of all measures"), (7, "the limits"), (9, "the method")):
        notebook.cells[number].metadata["tags"] = ["lab"]
        with pytest.raises(GateError, match=f"leaves out {what}"):
            page(notebook, report)
        notebook.cells[number].metadata["tags"] = []
    notebook.cells.append(nbformat.v4.new_raw_cell("Raw words"))
    with pytest.raises(GateError, match="cell 11 is a raw cell"):
        page(notebook, report)


def stripped(notebook: Any) -> None:
    cell(notebook, "pilot = ").metadata["tags"] = []


def renamed(notebook: Any) -> None:
    cell(notebook, "pilot = ").source = 'pilots = "greenwich"\naudience = "public"'


def set_again(notebook: Any) -> None:
    notebook.cells.insert(2, v4.new_code_cell('pilot = "hackney"'))


def fixed(notebook: Any) -> None:
    cell(notebook, "report = ").source = 'report = at.open_report("greenwich", audience=audience)\nreport.title()'


def not_made(notebook: Any) -> None:
    cell(notebook, "report = ").source = "%pip list\nreport.title()"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (stripped, "no cell has the tag parameters, .*; give the tag to cell 2"),
        (renamed, 'cell 2 has the tag parameters and does not set pilot; it sets "pilots": rename that'),
        (set_again, "cell 3 sets pilot again, after cell 2"),
        (fixed, "cell 3 opens a report without pilot from the parameters"),
        (not_made, "cell 3 uses report, and no cell makes it"),
    ],
)
def test_lost_parameters_are_named_as_the_cause(change: Any, why: str) -> None:
    notebook = common()
    assert cannot_run(notebook) == []
    change(notebook)
    assert any(re.search(why, reason) for reason in cannot_run(notebook))


def test_what_papermill_only_warns_of_stops_the_export() -> None:
    notebook = common()
    injected = v4.new_code_cell('pilot = "hackney"', metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(2, injected)
    notebook.metadata["papermill"] = {"parameters": {"pilot": "hackney", "audience": "public"}}
    assert lost_parameters(notebook, "hackney", "public") == []
    (said,) = lost_parameters(notebook, "greenwich", "public")
    assert said == 'papermill was given pilot = "hackney", but the page is that of "greenwich"'
    stripped(notebook)
    assert "no cell has the tag parameters" in lost_parameters(notebook, "hackney", "public")[0]
    notebook.metadata["papermill"] = {"parameters": {"audiense": "borough"}}
    assert any("did you mean audience?" in reason for reason in lost_parameters(notebook, "hackney", "public"))


def test_cells_whose_output_stayed_out_are_told_by_kind(
    without_pictures: None, caplog: pytest.LogCaptureFixture
) -> None:
    report, notebook = open_report("greenwich"), v4.new_notebook()  # no other test drew its pictures
    for name in ("title", "summary", "overview", "caveats", "method"):
        output = v4.new_output("display_data", data={MIME: getattr(report, name)().model_dump(mode="json")})
        notebook.cells += [v4.new_markdown_cell(f"## About {name}"), v4.new_code_cell("", outputs=[output])]
    shown = {"text/html": "<table>CANARY</table>", "text/plain": "CANARY"}
    notebook.cells += [
        v4.new_code_cell("", outputs=[v4.new_output("display_data", data=shown)]),
        v4.new_code_cell("", outputs=[v4.new_output("stream", text="CANARY")], metadata={"tags": ["lab"]}),
        v4.new_code_cell("report.quotes();"),
        v4.new_code_cell("x = 3"),
    ]
    notebook.cells[3].outputs.append(v4.new_output("stream", name="stderr", text="CANARY"))
    told = [
        "cell 4 also gave what no page may show: a warning or message",
        "cell 11 gave nothing that a page may show, but a table or other HTML",
        "cell 13 gave nothing that a page may show: the semicolon at its end keeps its output back",
    ]
    assert left_out(notebook) == told
    exporter = AtpilotsExporter()
    exporter.log = logging.getLogger("nbconvert-of-a-test")
    html, _ = exporter.from_notebook_node(notebook)
    assert [record.message for record in caplog.records if record.name == exporter.log.name] == told
    assert "CANARY" not in html + caplog.text
    injected = v4.new_code_cell('pilot = "greenwich"', metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(1, injected)  # by papermill, into no notebook that anybody edits
    assert left_out(notebook) == told


def test_a_common_notebook_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pilot_report.ipynb").write_text("{", encoding="utf-8")
    monkeypatch.setattr("atpilots.publish.notebook_run.report_notebook", lambda _: tmp_path / "pilot_report.ipynb")
    with pytest.raises(DataError, match=r"pilot_report\.ipynb: cannot be read as a notebook"):
        render("greenwich", "public", tmp_path / "reports")
