"""Canaries: tokens put into every private place, and looked for in every form in which a file could carry them."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

BASE64 = re.compile(rb"[A-Za-z0-9+/]{12,}={0,2}")


def sightings(data: bytes, canaries: set[str]) -> set[str]:
    """The canaries that a file holds: raw, unescaped, decoded, or packed inside."""
    found: set[str] = set()
    for form in forms(data):
        folded = form.lower()
        found |= {canary for canary in canaries if canary.lower().encode() in folded}
    return found


def forms(data: bytes, depth: int = 3) -> Iterator[bytes]:
    """The bytes themselves, and what they are once decoded."""
    yield data
    text = data.decode("utf-8", errors="ignore")
    yield html.unescape(text).encode()
    yield urllib.parse.unquote_plus(text).encode()
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text).encode(errors="ignore")
    yield re.sub(r"\s+", " ", text).encode()
    if depth == 0:
        return
    yield from chunks(data)
    for inner in packed(data):
        yield from forms(inner, depth - 1)


def packed(data: bytes) -> Iterator[bytes]:
    """What a file holds in zip, gzip or base64."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
            yield " ".join(archive.namelist()).encode()
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    for match in BASE64.findall(data):
        try:
            yield base64.b64decode(match[: len(match) // 4 * 4])
        except ValueError:
            continue


def chunks(data: bytes) -> Iterator[bytes]:
    """The chunks of a PNG file, the compressed ones unpacked, and what follows its end."""
    if not data.startswith(b"\x89PNG"):
        return
    place = 8
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        body = data[place + 8 : place + 8 + size]
        yield body
        for start in range(min(len(body), 90)):
            try:
                yield zlib.decompress(body[start:])
            except zlib.error:
                continue
        place += 12 + size


def in_folder(folder: Path, canaries: set[str]) -> dict[str, set[str]]:
    """Every file of a folder that holds a canary, or bears one in its name."""
    found = {
        path.name: sightings(path.read_bytes(), canaries) | sightings(path.name.encode(), canaries)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: hits for name, hits in found.items() if hits}


def spelled(canary: str) -> list[bytes]:
    """A canary in every form that `sightings` must recognise: a test of the test."""
    png = (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"tEXt", canary.encode())
        + _chunk(b"zTXt", b"k\0\0" + zlib.compress(canary.encode()))
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as workbook:
        workbook.writestr("xl/sharedStrings.xml", f"<t>{canary}</t>")
    return [
        canary.encode(),
        "".join(f"&#{ord(c)};" for c in canary).encode(),
        urllib.parse.quote("".join(canary)).encode().replace(b"c", b"%63"),
        json.dumps(canary.replace("a", "ä")).replace("\\u00e4", "\\u0061").encode(),
        base64.b64encode(canary.encode()),
        base64.b64encode(png),
        archive.getvalue(),
        gzip.compress(canary.encode()),
    ]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
