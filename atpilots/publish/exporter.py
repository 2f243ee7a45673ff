"""The `atpilots` nbconvert exporter: from an executed notebook to a page of released pieces, or no page at all.

Only outputs under our own MIME type are drawn, and of a pilot only those that its report, made anew from the pilot's
files, makes too: a cell can choose and order, never forge. Markdown cells give the sections (a cell starting with
"## ") and words between, with placeholders for released values; what of them may not stand on a page stops the export.
Cells tagged "lab" are for the researcher in JupyterLab only. The finished page has to pass the gate.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from pydantic import ValidationError

from atpilots.disclosure import Audience
from atpilots.files import AtpilotsError
from atpilots.ledger import Ledger, Release, release_of
from atpilots.page import MIME, Claim, SafeOutput, Steps, Tiles, Title, fragment, style, template
from atpilots.privacy import DirectIdentifiers
from atpilots.publish.gate import GateError, check_page
from atpilots.publish.markdown_cells import Written, private_faults, read_markdown
from atpilots.publish.notebook_checks import (
    LAB,
    cannot_run,
    lacking,
    left_out,
    lost_parameters,
    numbered,
    raw_cells,
    tags,
)
from atpilots.publish.numerals import register_of
from atpilots.publish.private_texts import PrivateTexts, private_texts_of
from atpilots.publish.stamp import Stamp, stamp_of_environment
from atpilots.report import Report, Told, open_report, told_values

DRAFT_BANNER = "Draft for the pilot's own team. Not to be passed on."
FAILED = "papermill-error-cell-tag"  # papermill's mark on the notebook of a run that stopped
Parts = Sequence[tuple[tuple[int, int], SafeOutput]]  # what cells released: cell, place among its outputs, object


@dataclasses.dataclass
class Section:
    """A second-level heading and the HTML under it."""

    heading: str  # what links to it say
    id: str
    claim: str = ""  # what the section found, told in its heading
    opening: bool = False  # whether it stands before the list of contents: the answer, and what to do with it
    html: Markup = dataclasses.field(default_factory=Markup)
    parts: int = 0  # released objects so far, for ids that do not depend on the notebook's other cells


class AtpilotsExporter(Exporter):
    """`jupyter nbconvert --to atpilots`: raises, and so writes no file, where the page fails the gate."""

    export_from_notebook = "Accessible pilot report"

    def _file_extension_default(self) -> str:
        return ".html"

    output_mimetype = "text/html"

    def from_notebook_node(  # type: ignore[override]  # a text exporter: str where the base class says node
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of an executed notebook."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        title = _title(safe_outputs(nb))
        if title.pilot is None:
            raise GateError(["the notebook has no released title that names its pilot"])
        self._check_folder(title, resources)
        if lost := lost_parameters(nb, title.pilot, title.audience):
            raise GateError(lost)
        html = page(nb, with_numbers=False)
        report = _report_of(title)
        if report is not None and (conflict := why_not_released(report)):
            raise GateError([conflict])  # unlike a draft, it lies anywhere, and nobody knows of it afterwards
        for note in left_out(nb):
            self.log.warning(note)
        return html, resources

    def _check_folder(self, title: Title, resources: Any) -> None:
        """An internal page is written into a folder called `private` only, as far as nbconvert tells where it goes."""
        told = self.config.get("FilesWriter", {}).get("build_directory") or resources["metadata"].get("path")
        if told is None or title.audience != Audience.INTERNAL:
            return
        if (Path(told) / resources.get("unique_key", "page")).resolve().parent.name != "private":
            raise GateError(["an internal page is written into a folder called private only"])


def page(
    notebook: NotebookNode, report: Report | None = None, with_numbers: bool = True, stamp: Stamp | None = None
) -> str:
    """The finished, checked HTML of an executed notebook.

    report: by default of the pilot that its title names. with_numbers: whether a workbook of the page's numbers will
    lie beside it. stamp: by default, of what is no release. Raises GateError where the page may not be shown.
    """
    stamp = stamp or stamp_of_environment()
    report = report or _report_of(_title(safe_outputs(notebook)))
    html = drawn(notebook, report, with_numbers, stamp)
    if report is None:
        check_page(html, PrivateTexts())
    else:
        check_page(html, private_texts_of(report.pilot), register_of(report).declaring(str(stamp)))
    return html


def drawn(notebook: NotebookNode, report: Report | None, with_numbers: bool, stamp: Stamp) -> str:
    """The page of an executed notebook before the gate. Raises GateError for a cell that may not be on it."""
    if any(FAILED in tags(cell) for cell in notebook.cells):
        raise GateError(["the notebook did not run to its end"])
    parts = safe_outputs(notebook)
    if report is not None:
        _check_origin(parts, report)
    title = shown_title(parts, report, stamp)
    written = _written(notebook, report)
    sections = [section for section in _sections(notebook, dict(parts), written) if section.html]
    _check_whole(notebook, report, {part for _, part in parts}, written, {section.id for section in sections})
    css = style(piece for _, part in parts for piece in part.pieces)
    return template("page.html.j2").render(
        title=title, sections=sections, style=css, with_numbers=with_numbers, dated=str(stamp)
    )


def filled_in(notebook: NotebookNode, report: Report) -> dict[str, str]:
    """The placeholders of a notebook's Markdown cells, with the released values that stand in their place."""
    return {name: text for cell in _written(notebook, report).values() for name, text in sorted(cell.filled.items())}


def refuse_hopeless(notebook: NotebookNode, report: Report) -> None:
    """Raises GateError with everything that is known of a notebook before it runs, and of which no page can come."""
    written = _written(notebook, report)
    if reasons := [*cannot_run(notebook), *refused_words(written, report.pilot.identifiers)]:
        raise GateError(reasons)


def shown_title(parts: Parts, report: Report | None, stamp: Stamp) -> Title:
    """The one title of a page. Whatever makes the page of a collected pilot, only a release is without this banner."""
    title = _title(parts)
    if report is None or report.synthetic or stamp.release:
        return title
    return title.model_copy(update={"banners": (DRAFT_BANNER, *title.banners)})


@functools.lru_cache(maxsize=2)
def entry_of(report: Report) -> Release:
    """What the ledger would keep of a report's page."""
    return release_of(report.pilot, report.protected, report.quoted)


def why_not_released(report: Report) -> str:
    """Why the ledger would refuse this page as it is; "" where it would not, or need not know it. Nothing is recorded.

    A draft is made all the same: whoever decides about a recall must have read it.
    """
    if report.audience is Audience.INTERNAL or report.synthetic:
        return ""
    try:
        Ledger(report.pilot.root).check(entry_of(report))
    except AtpilotsError as error:
        return str(error)
    return ""


def safe_outputs(notebook: NotebookNode) -> list[tuple[tuple[int, int], SafeOutput]]:
    """Everything that the cells of an executed notebook released to the page, each with its place: cell and output.

    Raises GateError for an output that only pretends to be released.
    """
    return [
        ((number, place), _released(output.data[MIME], number))
        for number, cell in numbered(notebook)
        if LAB not in tags(cell)
        for place, output in enumerate(cell.get("outputs", []))
        if output.output_type in {"display_data", "execute_result"} and MIME in output.data
    ]


def _released(data: Any, number: int) -> SafeOutput:
    try:
        return SafeOutput.model_validate(data)
    except ValidationError:
        raise GateError([f"cell {number}: its output is not a released object"]) from None


def _title(parts: Parts) -> Title:
    titles = [piece for _, part in parts for piece in part.pieces if isinstance(piece, Title)]
    if len(titles) != 1:
        raise GateError([f"a page has exactly one released title; this notebook has {len(titles)}"])
    return titles[0]


def _report_of(title: Title) -> Report | None:
    """The report that the title claims to be, made anew from the pilot's files; None for a page about no pilot."""
    return None if title.pilot is None else open_report(title.pilot, title.audience)


def _check_origin(parts: Parts, report: Report) -> None:
    """A page cannot pass for another pilot's or audience's, drop a banner, or show what somebody made up."""
    what = (
        f"its output is not what the report of {report.pilot.name} makes for this audience; to keep it off the page, "
        f"give the cell the tag {LAB}"
    )
    strange = dict.fromkeys(number for (number, _), part in parts if not report.makes(part))
    if strange:
        raise GateError([f"cell {number}: {what}" for number in strange])


def _written(notebook: NotebookNode, report: Report | None) -> dict[int, Written]:
    return markdown_of(notebook, {} if report is None else told_values(report.protected))


def markdown_of(notebook: NotebookNode, values: Mapping[str, Told]) -> dict[int, Written]:
    """The Markdown cells of a notebook that are for its page, by their numbers; filled with `values`."""
    return {
        number: read_markdown(cell.source, values, f"cell-{number}")
        for number, cell in numbered(notebook)
        if cell.cell_type == "markdown" and LAB not in tags(cell)
    }


def refused_words(written: Mapping[int, Written], who: DirectIdentifiers | None) -> list[str]:
    """What in Markdown cells may not stand on a page, a line each. who: None where the package itself wrote them."""
    own, who = {} if who is None else written, who or DirectIdentifiers()
    reasons = [
        f"cell {number}: {reason}"
        for number, cell in written.items()
        for reason in (
            *(fault.told(who) for fault in cell.faults), *(private_faults(cell, who) if number in own else ())
        )
    ]  # fmt: skip
    headings = [number for number, cell in written.items() if cell.heading]
    early = [number for number, cell in written.items() if cell.html and number < min(headings, default=number + 1)]
    return list(dict.fromkeys([*reasons, *(f"cell {n}: words stand before the first section heading" for n in early)]))


def _check_whole(
    notebook: NotebookNode,
    report: Report | None,
    released: set[SafeOutput],
    written: Mapping[int, Written],
    sections: Collection[str],
) -> None:
    """Raises GateError where something would vanish from a page, or what every pilot's page has is not on it."""
    strange = {
        number: next((anchor for anchor in cell.anchors if anchor not in sections), None)
        for number, cell in written.items()
    }
    reasons = [
        *raw_cells(notebook),
        *refused_words(written, None if report is None else report.pilot.identifiers),
        *(f'cell {n}: "#{anchor}" is no section of this page' for n, anchor in strange.items() if anchor),
        *(() if report is None else lacking(report, released)),
    ]
    if reasons:
        raise GateError(reasons)


def _sections(
    notebook: NotebookNode, parts: Mapping[tuple[int, int], SafeOutput], written: Mapping[int, Written]
) -> list[Section]:
    sections: list[Section] = []
    for number, cell in numbered(notebook):
        words = written.get(number)
        if words and words.heading:
            sections.append(Section(words.heading, _slug(words.heading, {section.id for section in sections})))
        if words and sections:
            sections[-1].html += words.html
        for place in range(len(cell.get("outputs", []))):
            if (number, place) in parts:
                _add(parts[number, place], number, sections)
    return sections


def _add(output: SafeOutput, number: int, sections: list[Section]) -> None:
    body = [piece for piece in output.pieces if not isinstance(piece, Title | Claim)]
    if not body:
        return
    if not sections:
        raise GateError([f"cell {number}: released output stands before the first section heading"])
    section = sections[-1]
    section.parts += 1
    section.claim = next((piece.text for piece in output.pieces if isinstance(piece, Claim)), section.claim)
    section.opening |= any(isinstance(piece, Tiles | Steps) for piece in body)
    section.html += fragment(body, mark=f"{section.id}-{section.parts}")


def _slug(heading: str, taken: set[str]) -> str:
    slug = re.sub(r"[^a-z]+", "-", heading.casefold()).strip("-") or "section"
    while slug in taken:
        slug += "-again"
    return slug
