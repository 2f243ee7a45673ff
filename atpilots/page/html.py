"""How pieces become HTML: one template per page and one for the pieces, every tag and attribute of them named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nh3
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
TAGS = {
    "p", "ul", "ol", "li", "strong", "em", "a",
    "h2", "h3", "dl", "dt", "dd", "div", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "figure", "figcaption", "picture", "source", "img", "span", "details", "summary", "fieldset", "legend", "label",
    "input",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "h3": {"id"},
    "p": {"class", "role"},
    "ul": {"class"},
    "li": {"class", "id"},
    "span": {"class", "aria-hidden"},
    "details": {"class"},
    "label": {"for"},
    "input": {"type", "name", "id", "checked"},
    "div": {"class", "role", "aria-labelledby", "tabindex"},
    "table": {"class"},
    "caption": {"id"},
    "th": {"scope", "class"},
    "td": {"class"},
    "source": {"media", "srcset", "width", "height"},
    "img": {"src", "alt", "width", "height", "class"},
}


def fragment(pieces: Sequence[Any], mark: str = "r") -> Markup:
    """The HTML of pieces: for the page, and as JupyterLab's preview."""
    html = template("fragment.html.j2").render(pieces=pieces, mark=mark)
    schemes = {"http", "https", "data"}  # addresses are checked again by the gate
    return Markup(nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=schemes, link_rel=None))  # noqa: S704


def preview(pieces: Sequence[Any]) -> Markup:
    """The same in a notebook: the page's own style, in the colours of JupyterLab's theme, for these pieces only."""
    own, lab = (TEMPLATES / "preview.css").read_text(encoding="utf-8").split("/* over JupyterLab's own */")
    styles = f"<style>{own}.atpilots {{{style(pieces)}}}{lab}</style>"
    return Markup(f'<div class="atpilots">{styles}{fragment(pieces)}</div>')  # noqa: S704 - ours, and cleaned


@cache
def template(name: str) -> jinja2.Template:
    """A template of ours, by the name of its file."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals["option_id"] = option_id
    return environment.get_template(name)


def style(pieces: Iterable[Any] = ()) -> Markup:
    """The style sheet of a page with these pieces, without the spaces that nobody needs."""
    catalogues = [piece for piece in pieces if piece.kind == "catalogue"]
    files = ["page.css", *(["catalogue.css"] if catalogues else [])]
    rules = [rule for catalogue in catalogues if catalogue.facets for rule in _choosing(catalogue)]
    return Markup("".join([*map(_compact, files), *rules]))  # noqa: S704 - files of ours, and places


@cache
def _compact(name: str) -> str:
    return re.sub(r"\s*([{};])\s*", r"\1", (TEMPLATES / name).read_text(encoding="utf-8"))


def option_id(facet: int, option: int | str = "") -> str:
    """The id of a catalogue's radio button, and the class of the entries that fit it; without an option, of "any"."""
    return f"{chr(ord('a') + facet)}{option}"


def _choosing(catalogue: Any) -> Iterator[str]:
    """The rules that hide an entry which does not fit every choice, and a heading none of whose entries is left.

    A browser that does not know `:has()` leaves them out, and shows everything. Each looks into the lists alone: asked
    of the whole page, a hundred of them make a slow machine wait for a second at every click.
    """
    options = [option_id(facet, place) for facet, f in enumerate(catalogue.facets) for place in range(len(f.options))]
    yield f"{','.join(f'.choose:has(#{o}:checked) ~ .shelf .entry:not(.{o})' for o in options)}{{display:none}}"
    yield ".choose:has(:checked:not(:default)) ~ .shelf{display:none}"
    left = dict.fromkeys(
        f".choose:not(:has(:checked:not(:default,{own}))) ~ .s{number}"
        for number, shelf in enumerate(catalogue.shelves)
        for entry in shelf.entries
        if (own := ",".join(f"#{option_id(facet, at)}" for facet, places in enumerate(entry.options) for at in places))
    )
    yield f"{','.join(left)}{{display:block}}"
