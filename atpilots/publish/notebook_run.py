"""How the report notebook is run: papermill, with checked parameters only, and a kernel that no network reaches."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from atpilots.disclosure import Audience
from atpilots.files import AtpilotsError, DataError, Problem, UsageError, report_notebook, shown, write_private
from atpilots.pilots import NAME, Pilot, own_notebook
from atpilots.publish.notebook_checks import INJECTED, PARAMETERS, did_you_mean, tags

LONGEST_CELL, LONGEST_START = 300, 60  # seconds


class RenderError(AtpilotsError):
    """The notebook did not run to its end. The message names the cell and the kind of error; details are in the log."""


@dataclasses.dataclass(frozen=True)
class ReportNotebook:
    """The notebook that makes a pilot's page, and what is to know of it."""

    content: Any
    notes: tuple[str, ...] = ()


def notebook_of(pilot: Path, reports: Path) -> ReportNotebook:
    """The notebook of a pilot's folder where it has one that may be run; else that of the workspace around `reports`.

    Raises DataError where it cannot be read.
    """
    own, why_not = own_notebook(pilot, reports)
    note = f"was made by its own notebook, {own}" if own else f"was made by the common notebook, not its own: {why_not}"
    return ReportNotebook(read_notebook(own or report_notebook(reports)), (note,) if own or why_not else ())


def read_notebook(path: Path) -> Any:
    """A notebook's content. Raises DataError where it is none."""
    try:
        with warnings.catch_warnings():  # of cells without ids, as older versions write them
            warnings.simplefilter("ignore")
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
        return notebook
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, nbformat.ValidationError):
        what = "cannot be read as a notebook; open it in JupyterLab and save it again, or take it away"
        raise DataError([Problem(path.name, what)]) from None


def executed(
    notebook: Any,
    pilot: Pilot,
    audience: Audience,
    scratch: Path,
    log: Path,
    seconds: int = LONGEST_CELL,
    *,
    progress: bool = False,
) -> Any:
    """The notebook after every cell ran; through the environment, its kernel finds a pilot that was given by path.

    Whatever stops it is told by the number of the cell and the kind of error; the words of the error, which may hold
    answers, go into the private log only.
    """
    with warnings.catch_warnings():  # in a notebook without widgets, that its progress is told in text
        warnings.simplefilter("ignore")
        import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from atpilots.workers import ReportKernelManager, environment

    log.unlink(missing_ok=True)
    parameters = checked_parameters({"pilot": pilot.name, "audience": audience.value})
    with environment(ATPILOTS_FOLDER=str(pilot.folder.parent)), local_files_only():
        try:
            made = papermill.execute_notebook(  # without an output path, else it saves all before and after each cell
                notebook, None, parameters=parameters, kernel_name="python3",
                progress_bar=progress, log_output=False, cwd=str(scratch), config=_kernel_settings(),
                execution_timeout=seconds, start_timeout=LONGEST_START, kernel_manager_class=ReportKernelManager,
                shutdown_kernel="immediate",
            )  # fmt: skip
            nbformat.write(made, scratch / "executed.ipynb")
            return made
        except PapermillExecutionError as error:
            reason, details = f"cell {_number(notebook, error.cell_index)} failed ({error.ename})", str(error)
        except CellTimeoutError as error:
            reason, details = f"a cell took longer than {seconds} seconds", str(error)
        except DeadKernelError as error:
            reason, details = "the kernel died", str(error)
        write_private(log, details)
    raise RenderError(f"{reason}; the details are in {log.parent.name}/{log.name}")


def _number(notebook: Any, place: int) -> int:
    """The number of a cell in the notebook, by its place in the run, to which papermill's own cell was added."""
    tagged = (at for at, cell in enumerate(notebook.cells) if PARAMETERS in tags(cell))
    return place + (place <= next(tagged, place))


def notebook_hash(notebook: Any) -> str:
    """SHA-256 of a report's notebook as far as it makes the page: its cells' kinds, sources and tags.

    It is the same before and after a run: the cell that papermill adds is left out.
    """
    told = [[cell.cell_type, cell.source, tags(cell)] for cell in notebook.cells if INJECTED not in tags(cell)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def checked_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters that papermill may see: it runs their names as code, and only warns of those it does not know.

    Raises UsageError for a name other than those of the notebook, or a value that is not allowed for it.
    """
    allowed = {"pilot": NAME, "audience": re.compile("|".join(Audience))}
    for name, value in parameters.items():
        if name not in allowed:
            raise UsageError(f"there is no parameter {shown(name)}{did_you_mean(name, allowed)}")
        if not allowed[name].fullmatch(value):
            raise UsageError(f"the parameter {name} cannot be {shown(value)}")
    return dict(parameters)


@contextlib.contextmanager
def local_files_only() -> Iterator[None]:
    """Take away papermill's ways to read and write over a network."""
    from papermill import iorw

    kept = iorw.papermill_io
    iorw.papermill_io = iorw.PapermillIO()
    iorw.papermill_io.register("local", iorw.LocalHandler())
    try:
        yield
    finally:
        iorw.papermill_io = kept


def _kernel_settings() -> Any:
    """Talk to the kernel through files that only this user can open, not a network port, where the system can."""
    from traitlets.config import Config

    return Config({"KernelManager": {"transport": "tcp" if os.name == "nt" else "ipc"}})
