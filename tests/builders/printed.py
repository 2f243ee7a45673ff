"""A PDF of Chromium's, read back with the standard library: its words page by page, and what follows each heading."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator

OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
CONTENT = re.compile(rb"/(F\d+) [\d.]+ Tf|(?:\S+ ){4}\S+ (\S+) Tm|\S+ (\S+) Td|<([0-9A-F]+)> Tj|/MCID (\d+)|BT\b")
KID = re.compile(rb"<<[^<>]*?/Pg (\d+) 0 R[^<>]*?/MCID (\d+)\s*>>|(\d+) 0 R|(\d+)")


class Printed:
    """Of a PDF: words as they stand on its pages, and pieces in reading order with their role and page."""

    def __init__(self, pdf: bytes) -> None:
        self.objects = {int(number): body for number, body in OBJECT.findall(pdf)}
        self.pages = [number for number, body in self.objects.items() if re.search(rb"/Type /Page\b(?!s)", body)]

    def words(self) -> set[str]:
        """Every word that stands on a page; the parts of one that is broken over two lines stand by themselves."""
        text = " ".join(self._text(page) for page in self.pages)
        return set(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text)))

    def pieces(self) -> list[tuple[str, int]]:
        """Role and page of everything in reading order; a heading's parts have its role."""
        root = next(body for body in self.objects.values() if b"/Type /StructTreeRoot" in body)
        return list(self._walk(root, "", 0))

    def _walk(self, body: bytes, role: str, page: int) -> Iterator[tuple[str, int]]:
        told = re.search(rb"/S /(\w+)", body)
        if told and not (role.startswith("H") or role == "Figure"):
            role = told[1].decode()
        own = re.search(rb"/Pg (\d+) 0 R", re.sub(rb"<<[^<>]*/MCR.*?>>", b"", body[2:]))
        page = int(own[1]) if own else page
        kids = re.search(rb"/K (\[.*?\]|\d+ 0 R|\d+)", body, re.DOTALL)
        for at, _, kid, _ in KID.findall(kids[1]) if kids else ():
            if kid and (inner := self.objects.get(int(kid), b"")).startswith(b"["):
                yield from self._walk(b"<</K " + inner + b">>", role, page)
            elif kid and b"/StructElem" in inner:
                yield from self._walk(inner, role, page)
            elif not kid:
                yield role, self.pages.index(int(at) if at else page)

    def _stream(self, number: int) -> bytes:
        body = self.objects[number]
        return zlib.decompress(body[body.index(b"stream") + len(b"stream") :].lstrip(b"\r\n"))

    def _text(self, page: int) -> str:
        body = self.objects[page]
        fonts = {name: self._letters(int(number)) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)}
        contents = re.search(rb"/Contents (\d+)", body)
        told, font = [], b""
        for name, line, down, glyphs, mark in CONTENT.findall(self._stream(int(contents[1])) if contents else b""):
            if name:
                font = name
            elif glyphs:
                codes = (int(glyphs[i : i + 4], 16) for i in range(0, len(glyphs), 4))
                told.append("".join(fonts[font].get(code, "") for code in codes))
            elif line or mark or float(down or 0):
                told.append(" ")
        return "".join(told)

    def _letters(self, font: int) -> dict[int, str]:
        table = re.search(rb"/ToUnicode (\d+)", self.objects[font])
        letters: dict[int, str] = {}
        text = self._stream(int(table[1])).decode("latin1") if table else ""
        for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
            for code, means in re.findall(r"<(\w+)> <(\w+)>", block):
                letters[int(code, 16)] = bytes.fromhex(means).decode("utf-16-be")
        for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
            for first, last, means in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", block):
                for code in range(int(first, 16), int(last, 16) + 1):
                    letters[code] = chr(int(means, 16) + code - int(first, 16))
        return letters
