"""What a Markdown cell brings onto a page: drawn as it was meant, or refused with the reason; nothing else.

Every construct of CommonMark and of GitHub's additions is parsed, so that none is printed raw or dropped. Drawn are
headings, paragraphs, emphasis, links, bulleted lists and tables of words. What no page may have is named in `REFUSED`;
marks that look like a construct but are none (a table without its second line) in `LEFT_OVER`.
"""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import mistune
from markupsafe import Markup, escape
from mistune.plugins import import_plugin

from atpilots.files import shown
from atpilots.page import FITS_A_TELEPHONE
from atpilots.privacy import INSTEAD, PATH_IN_TEXT, TO_MEND, TYPE_AGAIN, DirectIdentifiers, mixes_alphabets, people_in
from atpilots.publish.gate import LINK, TO_REACH, UNSEEN
from atpilots.publish.notebook_checks import did_you_mean
from atpilots.report import Told, unfounded_words

Token = Mapping[str, Any]
PLUGINS = ["strikethrough", "footnotes", "table", "url", "task_lists", "math"]
PLACEHOLDER = re.compile(r"\{\{([^{}\n]*)\}\}")
APART = "\0"  # in the plain words of a paragraph, what is not text
TAGS = {"emphasis": Markup("<em>{}</em>"), "strong": Markup("<strong>{}</strong>")}
SUMMARY_OF = 60  # characters of a construct that a message quotes

WITHOUT = "say it in words"
CODE = f"is code (between backticks or ~~~, or four spaces in front of a line); {WITHOUT}"
HTML = "is HTML, which no page takes from a notebook; write it in Markdown"
MATHS = (
    "is read as maths, which no page can show; say it in words (a dollar sign that is just one is \\$, and brackets "
    "need no backslash)"
)
TICKED = "is a list to tick off; write plain points (- …)"
FOOTNOTE = "is a footnote; say it where it belongs"
STRUCK = "is struck out, which whoever listens does not hear; leave the words out"
TABLE = (
    "is no whole table: it needs a line of headers, a line |---|---|, as many cells in each row, and a place in no list"
)
HEADING = "a heading is the cell's first line, begins with ## and a space, and is plain words"
PICTURE = (
    "is a picture, and nobody can look through it for people and numbers; say in words what it shows (the report's own "
    "pictures come with its parts)"
)
REFUSED: Mapping[str, str] = {
    "image": PICTURE,
    "codespan": CODE,
    "block_code": CODE,
    "block_quote": "is a quotation; what people said stands in quotes.csv, other words in a paragraph",
    "thematic_break": "is a rule; a new section begins with a heading in a cell of its own (## …)",
    "block_html": HTML,
    "inline_html": HTML,
    "strikethrough": STRUCK,
    "block_math": MATHS,
    "inline_math": MATHS,
    "footnote_ref": FOOTNOTE,
    "footnotes": FOOTNOTE,
    "task_list_item": TICKED,
    "linebreak": (
        "ends a line with two spaces or a backslash, and a page has no such breaks; leave an empty line between "
        "paragraphs, or write a list"
    ),
    "heading": f"is one heading too many: {HEADING}",
}
LEFT_OVER: Mapping[str, str] = {
    r"!\[[^\]\n]*\]?|!\[": PICTURE,
    r"\[\^[^\]\n]*\]": FOOTNOTE,
    r"\[[^\]\n]*\]:": "gives the address of a link that is not in this cell; write [words](https://…)",
    r"\[[^\]\n]*\](?:\[[^\]\n]*\]|\([^)\n]*\)?)": "is a link whose address is missing or cannot be read; write "
    "[words](https://…), without spaces in the address",
    r"\{\{[^\n]*|\}\}": "is no whole placeholder; write {{ name }} in one line",
    r"(?m:^\s*\|.*$|^.*\|\s*$|^[\s|:]*-{3,}[\s|:-]*$)": TABLE,
    r"\$\$|\\begin\{": MATHS,
    r"</?[A-Za-z!?][^>\n]*>?|<!--": HTML,
    r"`+[^`\n]*": CODE,
    r"~~[^\n]*|(?<!\S)~[^\s~][^~\n]*~": STRUCK,
    r"\*\*[^\n]*|(?<!\w)__[^\n]*": "has marks for bold words on one side only; close them, or write \\ before each",
    r"(?m:^\s*#{2,}.*$|^\s*#\s.*$)": f"looks like a heading: {HEADING}",
    r"(?<!\S)==[^\s=][^\n]*==|(?m:^\s*:\s.*$|^:::.*$)|:[a-z_]{3,}:|\^[^\s^]+\^|\[\[[^\]\n]*\]\]|\{[:%#][^}\n]*\}": (
        f"is a mark that pages do not know; {WITHOUT}"
    ),
    r"(?<![\w/.])www\.\S+": "is an address that is no link; write [words](https://www…)",
}
BRACKETED_MATHS = re.compile(r"\\{1,2}\(.*?\\{1,2}\)|\\{1,2}\[.*?\\{1,2}\]", re.DOTALL)
TYPED = (
    "is a number typed in a Markdown cell; numbers come from released objects and placeholders ({{ main.change }}), a "
    "pilot's own words from [notes]; a list has bullets (- …)"
)
UNFOUNDED = "claims more than answers before and after can carry; say what was measured (“people felt better after”)"


@dataclasses.dataclass(frozen=True)
class Fault:
    """Something in a cell that no page may show: what, and the words that are meant, if they help."""

    what: str
    words: str = ""

    def told(self, who: DirectIdentifiers) -> str:
        """In a line, its words quoted unless they tell who somebody is."""
        words = " ".join(self.words.split())
        words = f"{words[:SUMMARY_OF]}…" if len(words) > SUMMARY_OF else words
        return f"{shown(words)} {self.what}" if words and not any(who.found_in(words)) else f"something {self.what}"


@dataclasses.dataclass
class Written:
    """A Markdown cell as it stands on a page. `texts` are its words as a reader gets them, a block each."""

    heading: str = ""
    html: Markup = dataclasses.field(default_factory=Markup)
    texts: list[str] = dataclasses.field(default_factory=list)
    anchors: list[str] = dataclasses.field(default_factory=list)  # sections that its links lead to
    filled: dict[str, str] = dataclasses.field(default_factory=dict)  # placeholders, and what stands there
    faults: list[Fault] = dataclasses.field(default_factory=list)


class _Inline(mistune.InlineParser):
    """Mistune's, but what was escaped stays known as such, and placeholders are tokens of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.register("placeholder", PLACEHOLDER.pattern, self._placeholder, before="escape", start_chars="{")

    def parse_escape(self, m: re.Match[str], state: mistune.InlineState) -> int:
        state.append_token({"type": "escaped", "raw": m.group()[1::2]})
        return m.end()

    def _placeholder(self, _inline: object, m: re.Match[str], state: mistune.InlineState) -> int:
        state.append_token({"type": "placeholder", "raw": m.group()[2:-2].strip()})
        return m.end()


def read_markdown(source: str, values: Mapping[str, Told], mark: str) -> Written:
    """A Markdown cell, drawn and filled; `faults` say what of it may not stand on a page.

    values: what its placeholders may be; nothing on a page about no pilot. mark: makes the ids in it its own.
    """
    return _Reading(values, mark).read(source)


def private_faults(written: Written, who: DirectIdentifiers) -> Iterator[str]:
    """What in a cell's words leads to a person or a machine, or claims too much: a line each time."""
    for text in written.texts:
        for what, words in who.places_in(text):
            yield f"{shown(words)} holds {what}; {TO_MEND[what]}"
        for what, words in people_in(text):
            yield Fault(f"reads as {what}; {INSTEAD[what]}", words).told(who)
        if path := PATH_IN_TEXT.search(text):
            yield Fault("reads as a path of a machine; leave it out", path.group()).told(who)
        if mixes_alphabets(text):
            yield f"a word is in letters of two alphabets; {TYPE_AGAIN}"
        yield from (Fault(UNFOUNDED, word).told(who) for word in dict.fromkeys(unfounded_words(text)))


class _Reading:
    def __init__(self, values: Mapping[str, Told], mark: str) -> None:
        self.values, self.mark, self.written, self.tables = values, mark, Written(), 0
        self.typed = ""  # all words but those that placeholders were filled with

    def read(self, source: str) -> Written:
        written = self.written
        plain = PLACEHOLDER.sub("", source)
        for match in BRACKETED_MATHS.finditer(plain):
            self.refuse(MATHS, match.group())
        plugins = [import_plugin(name) for name in PLUGINS]
        found, state = mistune.Markdown(inline=_Inline(), plugins=plugins).parse(source)
        tokens = [token for token in cast("list[Token]", found) if token["type"] != "blank_line"]
        if tokens and _is_section(tokens[0]):
            self.heading(tokens.pop(0))
        self.unused_addresses(state.env.get("ref_links", {}), source)
        written.html = Markup("\n").join(self.blocks(tokens))
        if any(character.isnumeric() for character in plain + self.typed):  # the other way round: &frac12;, &half;
            typed = (word for word in plain.split() if any(map(str.isnumeric, word)))
            written.faults.insert(0, Fault(TYPED, next(typed, "")))
        for character in set(UNSEEN.findall(source)):
            what = "is a character that cannot be seen or turns the text round; take it out"
            self.refuse(what, f"U+{ord(character):04X}")
        written.faults = list(dict.fromkeys(written.faults))
        return written

    def heading(self, token: Token) -> None:
        children = token["children"]
        words = "".join(child.get("raw", "") for child in children)
        if not words.strip() or any(child["type"] not in {"text", "escaped"} for child in children):
            self.refuse(f"is no heading of a section: {HEADING}", _said(token))
        _, self.written.heading, raw = self.inline(children)
        self.check_text(raw, self.written.heading)

    def unused_addresses(self, defined: Mapping[str, Any], source: str) -> None:
        """A link's address that no link uses, and a footnote that nothing refers to, would vanish."""
        for label, link in defined.items():
            used = re.findall(rf"\[{re.escape(str(link.get('label', label)))}\](?!:)", source, re.IGNORECASE)
            if not used:
                self.refuse("is an address that no link in this cell uses; take it out", str(link.get("url", label)))
        if re.search(r"(?m)^ {0,3}\[\^[^\]\n]+\]:", source):
            self.refuse(FOOTNOTE)

    def refuse(self, what: str, words: str = "") -> None:
        self.written.faults.append(Fault(what, words))

    def blocks(self, tokens: Iterable[Token]) -> list[Markup]:
        above, drawn = Markup(), list[Markup]()  # above: the words of a paragraph, a table's caption if one follows
        for token in tokens:
            kind = token["type"]
            if kind == "blank_line":
                continue
            caption, above = above, Markup()
            if kind == "table":
                table = self.table(token, caption)
                drawn = [*drawn[:-1], table] if caption else [*drawn, table]
            elif kind == "paragraph":
                above = self.words(token["children"])
                drawn.append(Markup("<p>{}</p>").format(above))
            elif kind == "block_text":
                drawn.append(self.words(token["children"]))
            elif kind == "list":
                drawn.append(Markup("<ul>{}</ul>").format(Markup().join(self.blocks(token["children"]))))
            elif kind == "list_item":
                drawn.append(Markup("<li>{}</li>").format(Markup().join(self.blocks(token["children"]))))
            else:
                self.refuse(REFUSED.get(kind, f"is what a page does not know; {WITHOUT}"), _said(token))
        return drawn

    def words(self, tokens: Iterable[Token]) -> Markup:
        """A block's words as HTML; they are checked as what they are: one text."""
        body, filled, raw = self.inline(tokens)
        self.check_text(raw, filled)
        return body

    def check_text(self, raw: str, filled: str) -> None:
        for pattern, what in LEFT_OVER.items():
            for match in re.finditer(pattern, raw):
                self.refuse(what, match.group().replace(APART, " "))
        self.written.texts.append(filled)

    def inline(self, tokens: Iterable[Token]) -> tuple[Markup, str, str]:
        """HTML, the words as they are read, and as they were typed, all that is no text left out."""
        body, filled, raw = Markup(), "", ""
        for token in tokens:
            kind, written = token["type"], token.get("raw", "")
            if kind == "text":
                said, typed = html.unescape(written), written
            elif kind == "escaped":
                said, typed = written, APART * len(written)
            elif kind == "softbreak":
                said, typed = " ", "\n"
            elif kind == "placeholder":
                said, typed = self.fill(written), APART
            elif kind in {"emphasis", "strong", "link"}:
                inner, said, typed = self.inline(token["children"])
                body += self.link(token, inner, said) if kind == "link" else TAGS[kind].format(inner)
                typed = typed if kind != "link" else APART + re.sub(r"www\.", "", typed) + APART
                filled, raw = filled + said, raw + typed
                continue
            else:
                self.refuse(REFUSED.get(kind, f"is what a page does not know; {WITHOUT}"), _said(token))
                said, typed = "", APART
            if kind in {"text", "escaped"}:
                self.typed += said
            body, filled, raw = body + escape(said), filled + said, raw + typed
        return body, filled, raw

    def link(self, token: Token, inner: Markup, said: str) -> Markup:
        address = str(token["attrs"]["url"])
        if address.startswith(TO_REACH):
            self.refuse("is a way to reach somebody; the council's own belongs into contact in pilot.toml", address)
            return inner
        if not LINK.fullmatch(address):
            self.refuse(
                "is an address that no page may lead to; give a whole one (https://…), or a section (#…)", address
            )
        if token["attrs"].get("title"):
            self.refuse("is a link's title, which only a mouse can show; say it in the words", token["attrs"]["title"])
        if not said.strip():
            self.refuse("is a link without words", address)
        if address.startswith("#"):
            self.written.anchors.append(address[1:])
        self.written.texts.append(address)
        return Markup('<a href="{}">{}</a>').format(address, inner)

    def fill(self, name: str) -> str:
        told = self.values.get(name)
        if told is None:
            hint = did_you_mean(name, self.values)
            self.refuse(f"is a placeholder for nothing that this page tells{hint}", f"{{{{ {name} }}}}")
            return ""
        if told.why_not:
            self.refuse(f"cannot be filled: {told.why_not}", f"{{{{ {name} }}}}")
        self.written.filled[name] = told.text
        return told.text

    def table(self, token: Token, caption: Markup) -> Markup:
        """A table of words: the paragraph above is its caption, its first column names the rows."""
        head, *bodies = token["children"]
        if not caption:
            self.refuse("is a table without a caption; write one as the paragraph above it", _said(head))
        self.tables += 1
        mark = f"{self.mark}-t{self.tables}"
        columns = [self.words(cell["children"]) for cell in head["children"]]
        rows = [[self.words(c["children"]) for c in row["children"]] for body in bodies for row in body["children"]]
        if not all(columns) or not all(row[0] for row in rows):
            self.refuse("is a table with an empty header; every column and every row needs a name", _said(head))
        heads = Markup().join(
            Markup('<th scope="col"{}>{}</th>').format(Markup(' class="t"') if place else "", column)
            for place, column in enumerate(columns)
        )
        lines = Markup().join(
            Markup('<tr><th scope="row">{}</th>{}</tr>').format(
                first, Markup().join(Markup('<td class="t">{}</td>').format(cell) for cell in others)
            )
            for first, *others in rows
        )
        drawn = Markup(
            '<table><caption id="{}">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        ).format(mark, caption, heads, lines)
        if len(columns) <= FITS_A_TELEPHONE:
            return Markup('<div class="table">{}</div>').format(drawn)
        scrolls = Markup('<div class="scroll" role="region" aria-labelledby="{}" tabindex="0">{}</div>')
        return Markup('<div class="table wide">{}</div>').format(scrolls.format(mark, drawn))


def _is_section(token: Token) -> bool:
    return bool(token["type"] == "heading" and token["style"] == "atx" and token["attrs"]["level"] == 2)


def _said(token: Token) -> str:
    """The words of whatever it is, for a message."""
    if "children" in token:
        return " ".join("".join(_said(child) for child in token["children"]).split())
    return str(token.get("raw", " "))
