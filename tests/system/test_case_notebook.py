"""The notebook of the evidence library runs from the top, offline, and shows its rows also without scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from atpilots import load_case_studies

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "case_studies.ipynb"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Any:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    folder = tmp_path_factory.mktemp("elsewhere")
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def outputs(notebook: Any, beginning: str) -> str:
    """Everything that the cell with this text in it showed."""
    (cell,) = [cell for cell in notebook.cells if cell.cell_type == "code" and beginning in cell.source]
    parts = [output.get("text", "") + "".join(map(str, output.get("data", {}).values())) for output in cell.outputs]
    return "".join(parts)


@pytest.mark.slow
def test_every_cell_runs_and_shows_something(ran: Any) -> None:
    for cell in ran.cells:
        if cell.cell_type == "code":
            assert cell.outputs, cell.source
            assert not [output for output in cell.outputs if output.output_type == "error"]
            assert not [output for output in cell.outputs if output.get("name") == "stderr"], cell.source


@pytest.mark.slow
def test_the_question_is_answered_by_cards_with_reasons(ran: Any) -> None:
    shown = outputs(ran, "question =")
    assert shown.index("AT034") < shown.index("AT037") < shown.index("AT041")
    assert (
        "before and after&#34;: Before and after, no comparison group" in shown or '"before and after": Before' in shown
    )
    assert "Without the filter on technology, 6 cases are found." in outputs(ran, "companion robots")
    assert outputs(ran, "case_map()").count("<img ") == 2
    assert "1.85 points" in outputs(ran, "case_card")


@pytest.mark.slow
def test_the_table_to_filter_is_whole_without_scripts_and_without_a_network(ran: Any) -> None:
    shown = outputs(ran, "itables.show")
    rows = shown[shown.index('_fallback"><table') : shown.index("</table>", shown.index('_fallback"><table'))]
    assert all(f">{case_id}<" in rows for case_id in load_case_studies()["case_id"])
    assert not re.search(r"""(?:\bfrom|\bimport\(?|\bsrc\s*=|\bfetch\()\s*["']https?://""", shown)
    assert not re.search(r"""<link[^>]+href\s*=\s*["']https?://""", shown)
