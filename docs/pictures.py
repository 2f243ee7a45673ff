"""The pictures of pages in docs/images, taken of what `make report` made; needs Chromium.

    PYTHONPATH=tests python docs/pictures.py

Each holds a fingerprint of the words of its page, so that a test tells when it has to be taken again.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image, PngImagePlugin

from atpilots import compare, open_report

IMAGES = Path(__file__).parent / "images"
REPORTS = Path(__file__).parents[1] / "reports"
# Of each picture, by its name: the pilots whose page it shows (several: the index), and its size in pixels.
PICTURES = {
    "report": (("greenwich",), (1000, 1010)),
    "greenwich": (("greenwich",), (1120, 900)),
    "lewisham": (("lewisham",), (1120, 900)),
    "index": (("greenwich", "hackney", "lewisham"), (1120, 900)),
}


def words_of(pilots: tuple[str, ...]) -> str:
    """A fingerprint of the words that the top of a page has: of a pilot's, or of the index."""
    if len(pilots) > 1:
        words = compare(pilots).text()
    else:
        report = open_report(pilots[0])
        words = (report.title() + report.summary() + report.next_steps()).text()
    return hashlib.sha256(words.encode()).hexdigest()


def take() -> None:
    """Take all pictures again."""
    from builders.browsers import chromium

    with chromium() as browser:
        for name, (pilots, (width, height)) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto((REPORTS / ("index.html" if len(pilots) > 1 else f"{pilots[0]}-public.html")).as_uri())
            held = PngImagePlugin.PngInfo()
            held.add_text("words", words_of(pilots))
            taken = Image.open(io.BytesIO(page.screenshot())).convert("P", palette=Image.Palette.ADAPTIVE, colors=64)
            taken.save(IMAGES / f"{name}.png", optimize=True, pnginfo=held)


if __name__ == "__main__":
    take()
