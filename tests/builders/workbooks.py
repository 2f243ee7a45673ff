"""A workbook read back with the standard library."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

NAMESPACE = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def read(path: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """{sheet: rows of (type, value)} in the sheets' order; every cell as the file has it."""
    with zipfile.ZipFile(path) as book:
        texts = ["".join(item.itertext()) for item in xml(book, "xl/sharedStrings.xml")]
        names = [sheet.get("name", "") for sheet in xml(book, "xl/workbook.xml").iterfind(".//s:sheet", NAMESPACE)]
        found = {}
        for number, name in enumerate(names, start=1):
            rows = []
            for row in xml(book, f"xl/worksheets/sheet{number}.xml").iterfind(".//s:row", NAMESPACE):
                cells = [(cell.get("t", "n"), cell.findtext("s:v", "", NAMESPACE)) for cell in row]
                rows.append([(kind, texts[int(value)] if kind == "s" else value) for kind, value in cells])
            found[name] = rows
        return found


def xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))  # noqa: S314 - a file that we have just written
