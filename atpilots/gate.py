"""The last check before a page exists: only known elements, no script, no outside resource, nothing private."""

from __future__ import annotations

import dataclasses
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from atpilots.pilots import Pilot

LARGEST_PAGE = 1_000_000  # bytes; a page travels by e-mail and opens on a phone

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "a", "p", "header", "nav", "main", "section", "footer",
    "h1", "h2", "h3", "ol", "ul", "li", "dl", "dt", "dd", "div", "strong", "em", "figure", "figcaption", "img",
    "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "aria-labelledby", "role", "tabindex",
    "scope", "src", "alt", "width", "height",
}  # fmt: skip
LINK = re.compile(r"https?://[^\s]+|#[a-z0-9-]+|[a-z0-9_-]+\.html")
PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")
MACHINE_PATH = re.compile(r"(?<![\w.:/-])(?:/(?:home|root|tmp|Users|private|var|mnt|srv|opt)/|[A-Za-z]:\\|file:)")
SHORTEST_CODE = 3  # characters; shorter codes cannot be told from ordinary words
SHORTEST_NUMBER = 5  # digits; shorter numbers cannot be told from ordinary figures


class GateError(ValueError):
    """The page may not exist. `reasons` says why, without repeating what is private."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("The page was not made:\n" + "\n".join(f"  {reason}" for reason in reasons))


@dataclasses.dataclass(frozen=True)
class Secrets:
    """What must not appear on a page: respondents' codes and private names, folded for comparison."""

    codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def secrets_of(pilot: str | None) -> Secrets:
    """What must not appear on the page of the pilot of that name; nothing for a page of no pilot."""
    if pilot is None:
        return Secrets()
    from atpilots.pilots import load_pilot

    return pilot_secrets(load_pilot(pilot))


def pilot_secrets(pilot: Pilot) -> Secrets:
    """A pilot's respondents' codes, and the names in its names.txt."""
    codes = {code.casefold() for code in pilot.all_respondents}
    path = pilot.folder / "names.txt"
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
    names = {" ".join(line.split()).casefold() for line in lines if line.strip()}
    return Secrets(frozenset(filter(_telling, codes)), frozenset(names))


def check_page(html: str, secrets: Secrets) -> None:
    """Raises GateError with every reason why the page may not be shown."""
    import html5lib

    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    reasons = [*_structure(tree), *_private(_visible(tree), secrets)]
    if "<!--" in html:
        reasons.append("the page has a comment")
    if len(html.encode()) > LARGEST_PAGE:
        reasons.append(f"the page is larger than {LARGEST_PAGE:,} bytes")
    if reasons:
        raise GateError(list(dict.fromkeys(reasons)))


def _structure(tree: Any) -> Iterator[str]:
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue  # a comment, found in the text
        if element.tag not in ELEMENTS:
            yield f"the page has an element that is not allowed: {element.tag}"
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES:
                yield f"{element.tag} has an attribute that is not allowed: {name}"
            if name == "href" and not LINK.fullmatch(value):
                yield "a link leads to an address that is not allowed"
            if name == "src" and not PICTURE.fullmatch(value):
                yield "a picture is not a PNG within the page"
    if len(list(tree.iter("h1"))) != 1:
        yield "the page does not have exactly one first-level heading"


def _visible(tree: Any) -> str:
    """All text and all attribute values but pictures, folded."""
    parts = []
    for element in tree.iter():
        parts += [element.text or "", element.tail or ""] if element.tag != "style" else [element.tail or ""]
        parts += [value for name, value in element.attrib.items() if name != "src"]
    return " ".join("\n".join(parts).split())


def _private(text: str, secrets: Secrets) -> Iterator[str]:
    folded = text.casefold()
    words = set(re.findall(r"[\w-]+(?:[./@][\w-]+)*", folded))
    if any(code in words or (" " in code and code in folded) for code in secrets.codes):
        yield "a respondent's code is on the page"
    if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in secrets.names):
        yield "a name from names.txt is on the page"
    if MACHINE_PATH.search(text) or str(Path.home()) + "/" in text:
        yield "a path of this machine is on the page"
    host = socket.gethostname().casefold()
    if len(host) > 8 and host in words:  # shorter host names are ordinary words
        yield "this machine's name is on the page"


def _telling(code: str) -> bool:
    return len(code) >= (SHORTEST_NUMBER if code.isdigit() else SHORTEST_CODE)
