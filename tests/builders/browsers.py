"""Debian's Chromium, and pages in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from builders.made_pages import Made
from playwright.sync_api import Browser, Page, sync_playwright


def needed(path: str | None, what: str) -> str:
    """The path; without it the test is skipped, or fails where CI is set."""
    if path and Path(path).exists():
        return path
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is not installed; see docs/accessibility.md")
    raise AssertionError


@contextmanager
def chromium() -> Iterator[Browser]:
    path = needed(shutil.which("chromium") or shutil.which("google-chrome"), "Chromium")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


def opened(browser: Browser, made: Made, **context: Any) -> Page:
    """A page in a browser window of its own; scripts that a test injects are let past the page's own policy."""
    page = browser.new_context(bypass_csp=True, **context).new_page()
    page.goto(made.path.as_uri())
    return page
