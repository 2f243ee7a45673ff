"""What is wrong with a pilot's own report notebook, as far as it can be told without running it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from atpilots.files import Problem
from atpilots.pilots import Pilot
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
