"""How a page becomes a tagged PDF: as Chromium prints it. Optional; the page itself is the better thing to read."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from atpilots.files import AtpilotsError, written_whole

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
LONGEST = 120  # seconds


class PdfError(AtpilotsError):
    """No PDF was made; the message says why."""


def print_pdf(page: Path) -> Path:
    """Print a published page beside itself, with headings, tables and text alternatives tagged; the PDF's path.

    The bytes differ from run to run: Chromium writes the time into them. Raises PdfError where that fails.
    """
    target = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="atpilots-pdf-") as scratch:
        draft = Path(scratch) / "page.pdf"
        options = [
            "--headless", "--disable-gpu", "--disable-background-networking", "--no-first-run",
            f"--user-data-dir={scratch}/profile", "--export-tagged-pdf", "--generate-pdf-document-outline",
            "--no-pdf-header-footer", f"--print-to-pdf={draft}",
        ]  # fmt: skip
        if os.name == "posix" and os.geteuid() == 0:  # in a container; Chromium refuses to run as root in its sandbox
            options.append("--no-sandbox")
        try:
            subprocess.run([_browser(), *options, page.as_uri()], capture_output=True, timeout=LONGEST, check=True)
        except (subprocess.SubprocessError, OSError) as error:
            raise PdfError(f"the browser could not print {page.name} ({type(error).__name__})") from None
        if not draft.exists():
            raise PdfError(f"the browser printed nothing of {page.name}")
        draft.chmod(page.stat().st_mode & 0o777)
        with written_whole(target) as whole:
            shutil.copy(draft, whole)
    return target


def _browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise PdfError(f"a PDF needs one of these browsers: {', '.join(BROWSERS)}")
    return found
