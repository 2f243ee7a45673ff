"""A pilot's own report notebook: a section written into it, and what is wrong with it as far as can be told unrun."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat

from atpilots.files import DataError, Problem, in_checkout, report_notebook, write_private
from atpilots.pilots import OWN_NOTEBOOK, Pilot, load_pilot
from atpilots.publish.exporter import markdown_of, refused_words
from atpilots.publish.notebook_checks import cannot_run
from atpilots.publish.notebook_run import read_notebook
from atpilots.report import Told, value_names


def notebook_problems(path: Path, pilot: Pilot | None) -> Iterator[Problem]:
    """Why no page can come of a notebook; of its placeholders only whether their names are known, never their values.

    pilot: None where it cannot be loaded; then its words are left unread.
    Raises DataError where it is no notebook.
    """
    notebook = read_notebook(path)
    yield from (Problem(path.name, reason) for reason in cannot_run(notebook))
    if pilot:
        values = dict.fromkeys(value_names(pilot.measures, pilot.raters), Told("…"))
        written = markdown_of(notebook, values)
        yield from (Problem(path.name, reason) for reason in refused_words(written, pilot.identifiers))


def add_section(
    pilot: str | os.PathLike[str] | Pilot, words: str, *parts: str, before: str = "How far to trust this"
) -> Path:
    """Write a section of one pilot's own into the `report.ipynb` of its folder, which from then on makes its page.

    pilot: by name, path or loaded. words: Markdown that begins with "## " and the section's heading; released numbers
    stand in it by name, such as {{ main.change }}. parts: code of which each shows a part of the report, such as
    'report.measure("ons4_happy")'. before: the heading that the section is to stand in front of. Where the folder has
    no notebook, it gets a copy of the common one; a section of the same heading is replaced. Returns where the notebook
    lies. Raises DataError with every reason why no page could come of it, as far as can be told without running it;
    then nothing is written.

    >>> import atpilots as at
    >>> at.add_section("lambeth", "## At home\\n\\nThe average changed by {{ main.change }} points.").name
    'report.ipynb'
    """
    loaded = pilot if isinstance(pilot, Pilot) else load_pilot(pilot)
    if in_checkout(loaded.folder):
        raise DataError(
            [Problem("pilot folder", "is a bundled one and stays as it is; make your own: atpilots new PILOT")]
        )
    file = loaded.folder / OWN_NOTEBOOK
    notebook = read_notebook(file if file.exists() else report_notebook(loaded.folder))
    heading = words.lstrip().partition("\n")[0].strip()
    if not re.match("## +[^ ]", heading):
        raise DataError([Problem("words", 'must begin with a heading: "## At home"')])
    name = f"own-{sha256(heading.encode()).hexdigest()[:12]}"  # of any language, and of no other heading
    cells = [cell for cell in notebook.cells if not cell.get("id", "").startswith(f"{name}-")]
    headings = [cell.source.lstrip().partition("\n")[0] if cell.cell_type == "markdown" else "" for cell in cells]
    if f"## {before}" not in headings:
        known = ", ".join(f'"{one[3:]}"' for one in headings if one.startswith("## "))
        raise DataError([Problem("before", f"is no heading of {file.name}", value=before, allowed=known)])
    place = headings.index(f"## {before}")
    written: list[Any] = [nbformat.v4.new_markdown_cell(words.strip()), *map(nbformat.v4.new_code_cell, parts)]
    for number, cell in enumerate(written, 1):
        cell.id = f"{name}-{number}"
    notebook.cells = [*cells[:place], *written, *cells[place:]]
    with tempfile.TemporaryDirectory() as tried:
        trial = Path(tried, file.name)
        nbformat.write(notebook, trial)
        if problems := list(notebook_problems(trial, loaded)):
            raise DataError(problems)
        write_private(file, trial.read_text(encoding="utf-8"))
    return file
