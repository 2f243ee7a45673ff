"""The notebooks that come along run from the top, in a new workspace, and every cell shows something."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from atpilots.cli import main
from atpilots.files.project_folders import NOTEBOOKS

ALL = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
WORDS, LINES = 50, 14  # of a Markdown cell but for the first, and of a code cell, at most
CHARACTERS = 105  # of a line of code: JupyterLab cuts longer ones off beside its file browser, at 1280 pixels


def test_the_notebooks_are_those_that_are_named() -> None:
    assert ALL == [
        "01_first_look.ipynb", "02_from_export_to_draft.ipynb", "case_studies.ipynb", "compare_pilots.ipynb",
        "own_section.ipynb", "pilot_report.ipynb",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_cells_are_short_and_begin_with_a_title(name: str) -> None:
    first, *others = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    for cell in others:
        if cell.cell_type == "markdown":
            assert len(cell.source.split()) <= WORDS
        else:
            assert len(cell.source.splitlines()) <= LINES
            assert max(map(len, cell.source.splitlines())) <= CHARACTERS


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ALL if name != "case_studies.ipynb"])
def test_a_notebook_runs_from_the_top(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATPILOTS_DATA", raising=False)
    assert main(["init", str(tmp_path / "work")]) == 0
    path = tmp_path / "work" / "notebooks" / name
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [cell for cell in code if cell.outputs]
    assert len(shown) >= len(code) - 3  # settings and made-up exports show nothing
    for cell in shown:
        kinds = {output.output_type for output in cell.outputs}
        assert "error" not in kinds
        assert not [output.text for output in cell.outputs if output.get("name") == "stderr"], cell.source
        text = "".join(output.get("text", "") for output in cell.outputs)
        assert "problem" not in text.replace("no problems", "")
    if name in {"02_from_export_to_draft.ipynb", "own_section.ipynb"}:
        assert "On average" in str(code[-1].outputs)
