"""What can be told of a report's notebook: before it runs, why no page can come of it; afterwards, what stayed out."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from atpilots.files import listed, nearest, shown
from atpilots.page import MIME

LAB = "lab"  # the tag of cells that stay out of the page
PARAMETERS, INJECTED = "parameters", "injected-parameters"  # papermill's tags
NAMES = ("pilot", "audience")
# What no pilot's page is without, and the methods of a report that give it.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "its title": ("title",),
    "the summary": ("summary",),
    "the table of all measures": ("overview", "change_table"),
    "the limits (“How far to trust this”)": ("caveats",),
    "the method": ("method",),
}
KINDS = (  # what an output is, by the first of these kinds of content that it has
    (r"application/vnd\.jupyter\.widget", "a widget"),
    (r"image/", "a picture"),
    (r"text/html", "a table or other HTML"),
    (r"application/", "something to click on"),
    (r"text/(?!plain)", "formatted text"),
    (r"text/plain", "a value"),
)
STREAMS = {"stdout": "printed text", "stderr": "a warning or message"}


def tags(cell: Any) -> list[str]:
    """The tags of a notebook's cell."""
    return list(cell.metadata.get("tags", []))


def numbered(notebook: Any) -> Iterator[tuple[int, Any]]:
    """The cells with their numbers as its owner counts them: the one that papermill puts in has none (0)."""
    number = 0
    for cell in notebook.cells:
        added = INJECTED in tags(cell)
        number += not added
        yield 0 if added else number, cell


def left_out(notebook: Any) -> list[str]:
    """The cells of an executed notebook of which output stays out of the page, with its kind, never its content."""
    told = []
    for number, cell in numbered(notebook):
        if cell.cell_type != "code" or LAB in tags(cell):
            continue
        outputs = cell.get("outputs", [])
        kinds = list(dict.fromkeys(_kind(output) for output in outputs if not _released(output)))
        if len(kinds) and any(_released(output) for output in outputs):
            told.append(f"cell {number} also gave what no page may show: {listed(kinds)}")
        elif kinds:
            told.append(f"cell {number} gave nothing that a page may show, but {listed(kinds)}")
        elif not outputs and cell.source.rstrip().endswith(";"):
            why = "the semicolon at its end keeps its output back"
            told.append(f"cell {number} gave nothing that a page may show: {why}")
    return told


def _released(output: Any) -> bool:
    return output.output_type in {"display_data", "execute_result"} and MIME in output.data


def _kind(output: Any) -> str:
    if output.output_type == "stream":
        return STREAMS.get(output.name, "printed text")
    if output.output_type == "error":
        return "an error"
    mimes = list(output.get("data", {}))
    found = (kind for pattern, kind in KINDS if any(re.match(pattern, mime) for mime in mimes))
    return next(found, "an empty output")


def cannot_run(notebook: Any) -> list[str]:
    """Why no page of the pilot and audience asked for can come of a notebook; what cannot be told unrun is not told."""
    read = _code(notebook)
    told = [*_parameter_faults(read), *raw_cells(notebook)]
    if len(read) < sum(cell.cell_type == "code" and INJECTED not in tags(cell) for cell in notebook.cells):
        return told  # what is missing may stand in a cell that cannot be read
    told += _report_faults(read)
    used = {
        node.attr
        for _, cell, tree in read
        if LAB not in tags(cell)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }
    if not used & {"parts"} and not any("getattr" in cell.source for _, cell, _ in read):
        told += [_lacking(what, methods) for what, methods in NEEDED.items() if used.isdisjoint(methods)]
    return told


def lacking(report: Any, released: set[Any]) -> list[str]:
    """What no page of a pilot is without, and these parts do not have."""
    return [
        _lacking(what, methods)
        for what, methods in NEEDED.items()
        if not any(getattr(report, method)() in released for method in methods)
    ]


def _lacking(what: str, methods: tuple[str, ...]) -> str:
    cells = " or ".join(f"report.{method}()" for method in methods)
    return f"the notebook leaves out {what}; every page of a pilot has it: a cell {cells}, not tagged {LAB}"


def raw_cells(notebook: Any) -> list[str]:
    """Raw cells would vanish without a word."""
    what = f"is a raw cell, which no page shows; make it a Markdown cell, or give it the tag {LAB}"
    return [
        f"cell {number} {what}"
        for number, cell in numbered(notebook)
        if cell.cell_type == "raw" and cell.source.strip() and LAB not in tags(cell)
    ]


def lost_parameters(notebook: Any, pilot: str, audience: str) -> list[str]:
    """Why an executed notebook may show another pilot or audience than papermill was told: it only warns of that."""
    told: list[str] = []
    read = _code(notebook)
    if any(INJECTED in tags(cell) for cell in notebook.cells):
        told += _parameter_faults(read)
    own = {name for _, cell, tree in read if PARAMETERS in tags(cell) for name in _assigned(tree)}
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    shows = {"pilot": pilot, "audience": audience}
    for name, value in given.items():
        if name not in {*NAMES, *own}:
            what = f"which is no parameter of the notebook{did_you_mean(name, NAMES)}"
            told.append(f"papermill was given {shown(name)}, {what}")
        if name in shows and value != shows[name]:
            told.append(f"papermill was given {name} = {shown(value)}, but the page is that of {shown(shows[name])}")
    return told


def _parameter_faults(code: list[tuple[int, Any, ast.Module]]) -> Iterator[str]:
    tagged = [(number, tree) for number, cell, tree in code if PARAMETERS in tags(cell)]
    if not tagged:
        sets = next((f"cell {number}" for number, _, tree in code if _assigned(tree) & {*NAMES}), "the cell")
        yield (
            f"no cell has the tag {PARAMETERS}, so the pilot and audience asked for reach none; give the tag to {sets} "
            "that sets pilot and audience"
        )
        return
    if len(tagged) > 1:
        yield f"cells {listed([str(n) for n, _ in tagged])} have the tag {PARAMETERS}; only the first is used"
    number, tree = tagged[0]
    names = _assigned(tree)
    for name in NAMES:
        if name not in names:
            near = nearest(name, names - {*NAMES})
            hint = f"; it sets {shown(near)}: rename that" if near else ""
            yield f"cell {number} has the tag {PARAMETERS} and does not set {name}{hint}"
    for later, cell, other in code:
        again = _assigned(other) & {*NAMES}
        if later > number and again and PARAMETERS not in tags(cell):
            yield f"cell {later} sets {listed(sorted(again))} again, after cell {number}; what was asked for is lost"


def _report_faults(code: list[tuple[int, Any, ast.Module]]) -> Iterator[str]:
    opened = "report = at.open_report(pilot, audience=audience)"
    uses = [n for n, _, tree in code if _uses(tree, "report")]
    makes = [n for n, _, tree in code if "report" in _assigned(tree)]
    if uses and not makes:
        yield f"cell {uses[0]} uses report, and no cell makes it; above it belongs: {opened}"
    elif uses and uses[0] < makes[0]:
        yield f"cell {uses[0]} uses report, which only cell {makes[0]} makes; move that up"
    for number, _, tree in code:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "open_report":
                known = {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}
                if missing := [name for name in NAMES if name not in known]:
                    yield f"cell {number} opens a report without {listed(missing)} from the parameters; write: {opened}"


def _code(notebook: Any) -> list[tuple[int, Any, ast.Module]]:
    """The code cells that can be read, but the one that papermill puts in: number, cell, what it says."""
    cells = ((n, c, _parsed(c.source)) for n, c in numbered(notebook) if c.cell_type == "code")
    return [(n, cell, tree) for n, cell, tree in cells if tree is not None and INJECTED not in tags(cell)]


def _parsed(source: str) -> ast.Module | None:
    """The cell's Python, IPython's own commands left out; None where it is none."""
    lines = ("pass" if re.match(r"[%!?]", line) else line for line in source.splitlines())
    try:
        with warnings.catch_warnings():  # of its escapes
            warnings.simplefilter("ignore")
            return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _assigned(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _uses(tree: ast.Module, name: str) -> bool:
    loads = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    return any(node.id == name for node in loads)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message on a name that there is not: the nearest one, where any is near."""
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else ""
