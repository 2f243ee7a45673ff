"""Every page opened in a real browser: it loads nothing, runs nothing, and fits a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

pytestmark = pytest.mark.browser

PAGES = ("greenwich-public.html", "case-studies.html", "index.html")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        reason = "Chromium is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield launched
        launched.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_offline_without_requests_messages_or_dialogs(
    greenwich: Path, browser: Browser, name: str
) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.goto((greenwich / name).as_uri())
    page.wait_for_load_state()
    outside = [text for text in seen if not text.startswith(("data:image/png", (greenwich / name).as_uri()))]
    assert outside == []
    assert page.locator("h1").count() == 1
    assert all(page.evaluate("[...document.images].map(i => i.complete && i.naturalWidth > 0)"))
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_without_scrolling_sideways(greenwich: Path, browser: Browser, name: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto((greenwich / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
