"""How pieces become HTML: one template per page and one for the pieces, every tag and attribute of them named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nh3
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
MARKDOWN_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a"}
TAGS = MARKDOWN_TAGS | {
    "h3", "dl", "dt", "dd", "div", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "figure", "figcaption", "picture", "source", "img",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "h3": {"id"},
    "p": {"class"},
    "ul": {"class"},
    "div": {"class", "role", "aria-labelledby", "tabindex"},
    "caption": {"id"},
    "th": {"scope", "class"},
    "td": {"class"},
    "source": {"media", "srcset", "width", "height"},
    "img": {"src", "alt", "width", "height"},
}


def fragment(pieces: Sequence[Any], mark: str = "r") -> Markup:
    """The HTML of pieces: for the page, and as JupyterLab's preview."""
    html = template("fragment.html.j2").render(pieces=pieces, mark=mark)
    return cleaned(html, TAGS | {"h2"}, ATTRIBUTES)


def cleaned(html: str, tags: set[str], attributes: dict[str, set[str]]) -> Markup:
    """Only the named tags and attributes; link addresses are checked again by the gate."""
    return Markup(  # noqa: S704 - cleaned in this call
        nh3.clean(html, tags=tags, attributes=attributes, url_schemes={"http", "https", "data"}, link_rel=None)
    )


@cache
def template(name: str) -> jinja2.Template:
    """A template of ours, by the name of its file."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template(name)


@cache
def style() -> Markup:
    """The pages' style sheet, without the spaces that nobody needs."""
    text = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return Markup(re.sub(r"\s*([{};])\s*", r"\1", text))  # noqa: S704 - a file of ours
