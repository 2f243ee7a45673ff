"""The last check before a page exists: only known elements, no script, no outside resource, nothing private."""

from __future__ import annotations

import base64
import dataclasses
import getpass
import re
import socket
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atpilots.accounts import Account
from atpilots.scanner import scan

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
PNG = b"\x89PNG\r\n\x1a\n"
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"pHYs"}
CONTACTS = {"an e-mail address", "a telephone number", "a postcode", "an NHS number"}
LOOK_ALIKE = str.maketrans({**dict.fromkeys("‐‑‒–—−", "-"), **dict.fromkeys("’‘ʼ`´", "'")})
SHORTEST_TEXT = 12  # characters; shorter free answers ("very good") are ordinary words
SHORTEST_USER = 6
SHORTEST_CODE = 3  # characters; shorter codes cannot be told from ordinary words
SHORTEST_NUMBER = 5  # digits; shorter numbers cannot be told from ordinary figures


class GateError(ValueError):
    """The page may not exist. `reasons` says why, without repeating what is private."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("The page was not made:\n" + "\n".join(f"  {reason}" for reason in reasons))

    def __reduce__(self) -> tuple[type[GateError], tuple[list[str]]]:
        return type(self), (list(self.reasons),)  # so that it passes from one process to another


@dataclasses.dataclass(frozen=True)
class Secrets:
    """What must not appear on a page: respondents' codes and private names, folded for comparison."""

    codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()  # free answers, and quotes that may not be shown


def secrets_of(pilot: str | None) -> Secrets:
    """What must not appear on the page of the pilot of that name; nothing for a page of no pilot."""
    if pilot is None:
        return Secrets()
    from atpilots.pilots import load_pilot

    return pilot_secrets(load_pilot(pilot))


def pilot_secrets(pilot: Pilot) -> Secrets:
    """A pilot's respondents' codes, the names in its names.txt, and what respondents wrote."""
    from atpilots.quotes import private_names

    codes = {code.casefold() for code in pilot.all_respondents}
    names = private_names(pilot.folder)
    return Secrets(frozenset(filter(_telling, codes)), names, frozenset(_free_texts(pilot)))


def _free_texts(pilot: Pilot) -> Iterator[str]:
    """What respondents wrote in columns that are not read, and quotes that may not be shown."""
    from atpilots.quotes import read_quotes
    from atpilots.tables import read_table

    table = read_table(pilot.folder / "survey.csv")
    ignored = [column for column in pilot.protocol.ignore if column in table]
    cells = {text for column in ignored for text in table[column]}
    cells |= {quote.text for quote in read_quotes(pilot) if not quote.permitted}
    declared = " ".join(" ".join(pilot.protocol.model_dump_json().split()).casefold().split())
    for cell in cells:
        text = " ".join(cell.split()).casefold()
        if len(text) >= SHORTEST_TEXT and re.search(r"[^\W\d]", text) and text not in declared:
            yield text


def check_page(html: str, secrets: Secrets, account: Account | None = None) -> None:
    """Raises GateError with every reason why the page may not be shown.

    account: what the numerals of a pilot's page may be; None for a page about no pilot.
    """
    import html5lib

    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    reasons = [*_structure(tree), *_pictures(tree), *_private(_visible(tree), secrets)]
    if account is not None:
        reasons += [*_unaccounted(tree, account), *_contacts(tree, account)]
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


def _pictures(tree: Any) -> Iterator[str]:
    for element in tree.iter("img"):
        source = element.get("src", "")
        if PICTURE.fullmatch(source) and not plain_png(base64.b64decode(source.partition(",")[2] + "==")):
            yield "a picture holds more than its pixels"


def plain_png(data: bytes) -> bool:
    """Whether a PNG file has only the chunks that pixels need, all of them whole, and nothing after its end."""
    if not data.startswith(PNG):
        return False
    place, kind = len(PNG), b""
    while place + 12 <= len(data) and kind != b"IEND":
        size = int.from_bytes(data[place : place + 4], "big")
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        check = data[place + 8 + size : place + 12 + size]
        if kind not in CHUNKS or check != zlib.crc32(kind + body).to_bytes(4, "big"):
            return False
        place += 12 + size
    return kind == b"IEND" and place == len(data)


def _texts(tree: Any) -> Iterator[tuple[str, str]]:
    """Every piece of text that a reader can get at, with the element that it stands in."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in {"style", "meta"}:
            continue
        yield element.tag, element.text or ""
        yield from ((element.tag, child.tail) for child in element if child.tail)
        yield from ((element.tag, element.get(name, "")) for name in ("alt", "title", "aria-label"))
        if element.get("href", "").startswith("http"):
            yield element.tag, element.get("href")


def _unaccounted(tree: Any, account: Account) -> Iterator[str]:
    places = Counter(tag for tag, text in _texts(tree) for _ in account.unaccounted(text))
    if places:
        where = ", ".join(f"{count} in {tag}" for tag, count in places.items())
        yield f"numbers on the page are not accounted for in its manifest: {where}"


def _contacts(tree: Any, account: Account) -> Iterator[str]:
    """E-mail addresses, telephone numbers and the like, but in declared texts."""
    declared = " ".join(account.texts)
    for tag, text in _texts(tree):
        folded = " ".join(text.split())
        if tag == "a" or folded.casefold().rstrip(".") in declared:
            continue
        yield from (f"the page holds {what}" for what in scan(folded) if what in CONTACTS)


def _visible(tree: Any) -> str:
    """All text and all attribute values but pictures, folded."""
    parts = []
    for element in tree.iter():
        parts += [element.text or "", element.tail or ""] if element.tag != "style" else [element.tail or ""]
        parts += [value for name, value in element.attrib.items() if name != "src"]
    return " ".join("\n".join(parts).split())


def _private(text: str, secrets: Secrets) -> Iterator[str]:
    folded = _plain(text)
    words = set(re.findall(r"[\w-]+(?:[./@][\w-]+)*", folded))
    if any(_stands_in(code, folded) for code in secrets.codes):
        yield (
            "a respondent's code is on the page; if the code is also an ordinary word or number there, give that "
            "person another"
        )
    if any(_stands_in(name, folded) for name in secrets.names):
        yield "a name from names.txt is on the page"
    if any(_plain(secret) in folded for secret in secrets.texts):
        yield "a free answer, or a quote that may not be shown, is on the page"
    if MACHINE_PATH.search(text) or str(Path.home()) + "/" in text:
        yield "a path of this machine is on the page"
    host = socket.gethostname().casefold()
    if len(host) > 8 and host in words:  # shorter host names are ordinary words
        yield "this machine's name is on the page"
    if _user() in words:
        yield "this machine's user is on the page"


def _plain(text: str) -> str:
    """Text as two writings of it compare equal: Unicode forms, capitals, hyphens, apostrophes, invisible characters."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(visible.translate(LOOK_ALIKE).casefold().split())


def _stands_in(secret: str, plain: str) -> bool:
    """Whether a code or name stands in a text with no letter or digit of its own beside it, however it is joined."""
    wanted = _plain(secret)
    return wanted in plain and re.search(rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])", plain) is not None


def _user() -> str:
    try:
        name = getpass.getuser().casefold()
    except (KeyError, OSError):
        return ""
    return name if len(name) >= SHORTEST_USER else ""


def _telling(code: str) -> bool:
    return len(code) >= (SHORTEST_NUMBER if code.isdigit() else SHORTEST_CODE)
