"""How `make docs` builds the site: these pages, the notebooks run anew, the data dictionary and the public names."""

from __future__ import annotations

import inspect
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from atpilots import __version__, load_instrument, shipped_instruments
from atpilots.instruments import SCORING, answers_of, missing_of

HERE = Path(__file__).parent
ROOT = HERE.parent
MADE = HERE / "made"  # written by each build, kept out of git

project, author, release = "atpilots", "The atpilots contributors", __version__
copyright = "the atpilots contributors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
exclude_patterns = ["_site", "made/pilot_report.ipynb"]
default_role = "code"
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
html_theme = "pydata_sphinx_theme"
html_title = "atpilots"
html_show_sourcelink = False
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_theme_options = {
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],  # the larger one says other words than it is called
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["copyright"],
    "footer_end": [],
}
# Links to files of the repository beside the pages lead nowhere on the site; in the repository they do.
suppress_warnings = ["myst.xref_missing", "mystnb.unknown_mime_type"]


def dictionary() -> str:
    """Every shipped instrument with its items' names, answers and scoring, as Markdown."""
    parts = [
        "# Data dictionary",
        "Every instrument that ships, with the names of its items: these are the columns of `survey.csv`, or what "
        "a mapping maps to. Made from the package's own files at each build. Licensed wording is not shipped.",
    ]
    for instrument in map(load_instrument, shipped_instruments()):
        low, high = instrument.score_range
        parts += [
            f"## {instrument.label}",
            f"`{instrument.name}`. Answers: {answers_of(instrument)}. Score: {SCORING[instrument.scoring]}, {low:g} to "
            f"{high:g}, {instrument.better} is better; {missing_of(instrument)}.",
            "Source: " + re.sub(r"https?://[^ ,;]+", r"<\g<0>>", instrument.source),
            "| column | asks about |\n|---|---|",
        ]
        for column, item in zip(instrument.columns, instrument.items, strict=True):
            turned = " (reversed)" * (item in instrument.reverse) or " (recoded)" * (item in instrument.recode)
            parts[-1] += f"\n| `{column}` | {instrument.wording.get(item, item.replace('_', ' '))}{turned} |"
    return "\n\n".join(parts) + "\n"


def make(_: object) -> None:
    """Write what is made of the package: the dictionary, and copies of the notebooks."""
    MADE.mkdir(exist_ok=True)
    (MADE / "dictionary.md").write_text(dictionary(), encoding="utf-8")
    for notebook in set((ROOT / "notebooks").glob("*.ipynb")) - {ROOT / "notebooks" / "pilot_report.ipynb"}:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        content["metadata"]["language_info"]["pygments_lexer"] = "ipython3"  # knows commands behind ! and %
        (MADE / notebook.name).write_text(json.dumps(content), encoding="utf-8")


def tell_arguments(_app: object, what: str, _name: str, thing: object, _options: object, lines: list[str]) -> None:
    """Set what a docstring says of each argument, of what comes back and of what is refused as a list."""
    if what not in {"function", "method"}:
        return
    names = "|".join(map(re.escape, inspect.signature(thing).parameters))  # type: ignore[arg-type]
    starts = re.compile(rf"(?:^|(?<=[.;] ))(?:(?P<name>{names}): |(?=(?P<told>Returns|Raises) ))")
    code = next((place for place, line in enumerate(lines) if line.startswith(">>>")), len(lines))
    said: list[str] = []
    for paragraph in "\n".join(lines[:code]).split("\n\n"):
        text = " ".join(paragraph.split())
        found = list(starts.finditer(text))
        ends = [one.start() for one in found] + [len(text)]
        said += [text[: ends[0]], ""]
        for one, end in zip(found, ends[1:], strict=True):
            words = text[one.end() : end].strip().removesuffix(";")
            label = f":param {one['name']}:" if one["name"] else f":{one['told']}:"
            said.append(f"{label} {words.removeprefix(one['told'] or '').strip()}")
        said.append("")
    lines[:code] = said


def add_pages(app: object, error: Exception | None) -> None:
    """Put the bundled pilots' pages beside the site, for the gallery and for what the notebooks link to."""
    if error is None:
        place = Path(app.outdir) / "pages"  # type: ignore[attr-defined]
        place.mkdir(exist_ok=True)
        for page in (ROOT / "reports").glob("*.*"):
            if page.suffix in {".html", ".xlsx"}:
                shutil.copy(page, place / page.name)
        to_a_page = re.compile(r'<a href="[^"]*reports/[^"]*?([^"/]+\.html)"[^>]*>(.*?)</a>')
        for notebook in (place.parent / "made").glob("*.html"):
            linked = to_a_page.sub(_link(place), notebook.read_text(encoding="utf-8"))
            notebook.write_text(linked, encoding="utf-8")
        for made in place.parent.rglob("*.html"):  # the corner of a table heads nothing
            told = re.sub(r"<th[^>]*>(<p></p>)?</th>", "<td></td>", text := made.read_text(encoding="utf-8"))
            if told != text:
                made.write_text(told, encoding="utf-8")


def _link(pages: Path) -> Callable[[re.Match[str]], str]:
    """A notebook's link to a page, as one to that page of the gallery; where there is none, its words."""
    return lambda link: f'<a href="../pages/{link[1]}">{link[2]}</a>' if (pages / link[1]).exists() else link[2]


def setup(app: object) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", make)  # type: ignore[attr-defined]
    app.connect("autodoc-process-docstring", tell_arguments)  # type: ignore[attr-defined]
    app.connect("build-finished", add_pages)  # type: ignore[attr-defined]
