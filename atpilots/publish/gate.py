"""The last check before a page and its files exist: only known elements, no script, no outside resource, nothing
private.
"""

from __future__ import annotations

import base64
import getpass
import html as markup
import json
import re
import socket
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from atpilots.files import AtpilotsError, folded
from atpilots.privacy import (
    PARTED,
    PATH_IN_SOURCE,
    PATH_IN_TEXT,
    TO_MEND,
    TWO_ALPHABETS,
    TYPE_AGAIN,
    comparable_form,
    contacts,
    mixes_alphabets,
    people_in,
    words,
)
from atpilots.publish.numerals import NumeralRegister, strings_in
from atpilots.publish.private_texts import SHORTEST_TEXT, PrivateTexts

LARGEST_PAGE = 1_000_000  # bytes; a page travels by e-mail and opens on a phone

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "a", "p", "header", "nav", "main", "section", "footer",
    "h1", "h2", "h3", "ol", "ul", "li", "dl", "dt", "dd", "div", "strong", "em", "figure", "figcaption", "picture",
    "source", "img", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "details", "summary",
    "fieldset", "legend", "label", "input",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "aria-labelledby", "role", "tabindex",
    "scope", "src", "srcset", "media", "alt", "width", "height", "aria-hidden", "for", "type",
    "checked",
}  # fmt: skip
LINK = re.compile(r"https?://[^\s]+|#[a-z0-9-]+|[a-z0-9_-]+\.html")
TO_REACH = "mailto:", "tel:"
PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")
# Not seen, or turning round what follows: a page with them does not say what it seems to.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
PNG = b"\x89PNG\r\n\x1a\n"
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"pHYs"}
INLINE = {"a", "strong", "em", "span"}  # their letters stand directly beside those around them
# Release, instrument and file by their hash: digits in it may read as a telephone number, but never make up all of it.
FINGERPRINT = re.compile(r"\b(?=[0-9]*[a-f])(?:[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{64})\b")
SHORTEST_HOST, SHORTEST_USER = 9, 6  # characters; shorter names are ordinary words
# A workbook's XML: what stands between its tags, and its attributes but for places of cells and colours. Its theme is
# left out: it is the same in every workbook, and many of its typefaces (Shruti, Latha …) are also people's names.
XML_TEXT = re.compile(r'>([^<>]+)<| (?!(?:r|ref|sqref|rgb|xmlns[:\w]*)=)[\w:]+="([^"]*)"')
CELL = re.compile(r"![A-Z]+\d+")


class GateError(AtpilotsError):
    """The page may not exist. `reasons` says why, without repeating what is private."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("The page was not made:\n" + "\n".join(f"  {reason}" for reason in reasons))

    def __reduce__(self) -> tuple[type[GateError], tuple[list[str]]]:
        return type(self), (list(self.reasons),)  # so that it passes from one process to another


def check_page(html: str, private_texts: PrivateTexts, register: NumeralRegister | None = None) -> None:
    """Raises GateError with every reason why the page may not be shown.

    register: what the numerals of a pilot's page may be; None for a page about no pilot.
    """
    import html5lib

    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    visible = _visible(tree)
    addresses = () if register is None else register.addresses
    reasons = [*_structure(tree, addresses), *_pictures(tree), *_private(visible, private_texts, "on the page")]
    if register is not None:
        reasons += [*_unregistered(tree, register), *_reaching(tree, register)]
    if PATH_IN_TEXT.search(visible):
        reasons.append("a path of this machine is on the page")
    if UNSEEN.search(html) or UNSEEN.search(visible):
        reasons.append("the page has a character that cannot be seen, or that turns the text round")
    if "<!--" in html:
        reasons.append("the page has a comment")
    if len(html.encode()) > LARGEST_PAGE:
        reasons.append(f"the page is larger than {LARGEST_PAGE:,} bytes")
    if reasons:
        raise GateError(list(dict.fromkeys(reasons)))


def _structure(tree: Any, addresses: Collection[str]) -> Iterator[str]:
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue  # a comment, found in the text
        if element.tag not in ELEMENTS:
            yield f"the page has an element that is not allowed: {element.tag}"
        if element.tag == "input" and element.get("type") != "radio":
            yield "the page has a field to type in or to send; only a choice among radio buttons is allowed"
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES:
                yield f"{element.tag} has an attribute that is not allowed: {name}"
            if name == "aria-hidden" and re.search(r"\w", "".join(element.itertext())):
                yield f"{element.tag} hides words from those who listen"
            if name == "href" and not LINK.fullmatch(value) and value not in addresses:
                yield "a link leads to an address that is not allowed"
            if name in {"src", "srcset"} and not PICTURE.fullmatch(value):
                yield "a picture is not a PNG within the page"
    if len(list(tree.iter("h1"))) != 1:
        yield "the page does not have exactly one first-level heading"


def _pictures(tree: Any) -> Iterator[str]:
    sources = (element.get(name, "") for element in tree.iter() for name in ("src", "srcset"))
    for source in sources:
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


def _unregistered(tree: Any, register: NumeralRegister) -> Iterator[str]:
    places = Counter(tag for tag, text in _texts(tree) for _ in register.unregistered(text))
    if places:
        where = ", ".join(f"{count} in {tag}" for tag, count in places.items())
        yield f"numbers on the page are not accounted for in its manifest: {where}"


def _reaching(tree: Any, register: NumeralRegister) -> Iterator[str]:
    """Titles with names, addresses, telephone numbers and the like, but in texts that are not the pilot's own; and
    the way to its organisation once, in its place at the end.
    """
    declared = " ".join(register.published)

    def is_declared(text: str) -> bool:
        line = folded(text).rstrip(".")
        return len(line) >= SHORTEST_TEXT and line in declared  # a shorter one may be part of another by chance

    told = ["".join(text for _, text in block if not is_declared(text)) for block in _blocks(tree)]
    contact = register.contact
    places = [number for number, text in enumerate(told) if contact and contact in " ".join(text.split())]
    if places:
        told[places[-1]] = " ".join(told[places[-1]].split()).replace(contact, "", 1)
    reaching = people_in(PARTED.join(told), named=False)  # our own sentences name statisticians
    yield from dict.fromkeys(f"the page holds {what}" for what, _ in reaching)
    links = Counter(a.get("href") for a in tree.iter("a") if a.get("href", "").startswith(TO_REACH))
    own = Counter(a.get("href") for foot in tree.iter("footer") for a in foot.iter("a"))
    if links - (own & Counter(register.addresses)):
        yield "a link leads to an address that is not allowed"


def _blocks(tree: Any) -> list[list[tuple[str, str]]]:
    """What a reader reads, in order: each block (paragraph, cell, heading …) as pieces of (element, text)."""
    blocks: list[list[tuple[str, str]]] = [[]]

    def read(element: Any) -> None:
        if not isinstance(element.tag, str) or element.tag == "style":
            return
        apart = element.tag not in INLINE
        if apart:
            blocks.append([])
        blocks[-1].append((element.tag, element.text or ""))
        for child in element:
            read(child)
            blocks[-1].append((element.tag, child.tail or ""))
        if apart:
            blocks.append([])

    read(tree)
    spoken = [[(element.tag, element.get("alt"))] for element in tree.iter("img") if element.get("alt")]
    return [block for block in [*blocks, *spoken] if block]


def _visible(tree: Any) -> str:
    """All text and all attribute values but pictures."""
    texts = ["".join(text for _, text in block) for block in _blocks(tree)]
    apart = {"src", "srcset", "alt"}
    values = {value for element in tree.iter() for name, value in element.attrib.items() if name not in apart}
    return PARTED.join(text for text in [*texts, *sorted(values)] if text.strip())


def check_files(html: str, manifest: Path, workbook: Path, private_texts: PrivateTexts) -> None:
    """Raises GateError where a page's manifest or its workbook (if there is one) holds what the page may not.

    html: the page, which passed `check_page`; what it tells, numbers of publications among it, was checked there.
    """
    content = json.loads(manifest.read_bytes(), object_pairs_hook=list)  # its keys are read like the rest
    parts = {"in the manifest": strings_in(content)}
    if workbook.exists():
        parts["in the spreadsheet"] = _workbook_texts(workbook)
    reasons: list[str] = []
    for where, texts in parts.items():
        lines = list(dict.fromkeys(line for text in texts for line in text.splitlines()))
        reasons += _private(PARTED.join(lines), private_texts, where)
        reasons += [f"{what} is {where}" for what in _contacts_elsewhere(lines, html)]
    if reasons:
        raise GateError(reasons)


def _contacts_elsewhere(lines: Iterable[str], html: str) -> tuple[str, ...]:
    """E-mail addresses, telephone numbers and the like in lines that the page does not have."""
    lines = [FINGERPRINT.sub("", line) for line in lines]
    if not contacts(PARTED.join(lines)):
        return ()
    page = f" {' '.join(words(markup.unescape(re.sub(r'<[^>]*>', ' ', html.partition('</style>')[2]))))} "
    return contacts(PARTED.join(line for line in lines if f" {' '.join(words(line))} " not in page))


def _workbook_texts(path: Path) -> Iterator[str]:
    """Every text of an .xlsx file: cells, names of sheets and tables, headers, properties, links."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/theme/"):
                content = CELL.sub("", archive.read(name).decode("utf-8"))
                yield from (markup.unescape(match[1] or match[2]) for match in XML_TEXT.finditer(content))


def _private(text: str, private_texts: PrivateTexts, where: str) -> Iterator[str]:
    """Why a text may not leave; in it, what does not belong together is parted by PARTED."""
    yield from (f"{what} is {where}; {TO_MEND[what]}" for what in private_texts.who_in(text).found_in(text))
    if mixes_alphabets(text):
        yield f"{TWO_ALPHABETS} is {where}; {TYPE_AGAIN}"
    found = words(text)
    seen, line = set(found), f" {' '.join(found)} "
    if any(seen.issuperset(secret.split()) and f" {secret} " in line for secret in private_texts.texts):
        yield f"a free answer, or a quote that may not be shown, is {where}"
    if PATH_IN_SOURCE.search(text) or str(Path.home()) + "/" in text:
        yield f"a path of this machine is {where}"
    host, user = socket.gethostname().casefold(), _user()
    if len(host) >= SHORTEST_HOST and _is_a_word(host, comparable_form(text)):
        yield f"this machine's name is {where}"
    if len(user) >= SHORTEST_USER and _is_a_word(user, comparable_form(text)):
        yield f"this machine's user is {where}"


def _is_a_word(name: str, line: str) -> bool:
    return name in line and name in re.findall(r"[\w-]+(?:[./@][\w-]+)*", line)


def _user() -> str:
    try:
        return getpass.getuser().casefold()
    except (KeyError, OSError):
        return ""
