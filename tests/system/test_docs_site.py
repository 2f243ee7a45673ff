"""The documentation builds as a site without a warning, holds every public name and item, and can be read by all."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from builders.browsers import chromium, needed
from PIL import Image

import atpilots
from atpilots import load_instrument, shipped_instruments

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without running the notebooks: `make docs` and their own tests do that."""
    place = tmp_path_factory.mktemp("site") / "html"
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-D", "nb_execution_mode=off"]
    done = subprocess.run([*build, "-b", "html", "docs", str(place)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return place


def pages_of(site: Path) -> list[Path]:
    return [*site.glob("*.html"), *site.glob("how-to/*.html"), *site.glob("made/*.html")]


@pytest.mark.slow
def test_every_public_name_and_every_item_is_told(site: Path) -> None:
    reference = (site / "reference.html").read_text(encoding="utf-8")
    for name in set(dir(atpilots)) - {"ESTIMATORS", "FINDINGS"}:
        assert f'id="atpilots.{name}"' in reference, name
        assert f'href="#atpilots.{name}" title="atpilots.{name}"' in reference, f"{name} is in no list of names"
    dictionary = (site / "made" / "dictionary.html").read_text(encoding="utf-8")
    for name in shipped_instruments():
        assert all(f">{column}<" in dictionary for column in load_instrument(name).columns), name


@pytest.mark.slow
def test_no_link_leads_to_a_place_that_is_not_there(site: Path) -> None:
    """A link to something that Sphinx does not know becomes one to a place of the same page."""
    for page in pages_of(site):
        text = page.read_text(encoding="utf-8")
        lost = {place for place in re.findall(r'href="#([^"]+)"', text) if f'id="{place}"' not in text}
        assert lost == set(), page.name


def test_the_pictures_show_the_words_of_today() -> None:
    """Where they do not: make report, then PYTHONPATH=tests python docs/pictures.py."""
    taken = runpy.run_path(str(ROOT / "docs" / "pictures.py"))
    for name, (pilots, size) in taken["PICTURES"].items():
        with Image.open(ROOT / "docs" / "images" / f"{name}.png") as picture:
            assert picture.size == size
            assert picture.info["words"] == taken["words_of"](pilots), name


@pytest.mark.slow
@pytest.mark.browser
def test_everybody_can_read_the_site(site: Path) -> None:
    wrong = {}
    with chromium() as browser:
        for scheme in ("light", "dark"):
            page = browser.new_context(bypass_csp=True, color_scheme=scheme).new_page()
            for path in pages_of(site):
                page.goto(path.as_uri())
                page.add_script_tag(path=needed(str(AXE), "axe"))
                found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
                if found:
                    wrong[path.name, scheme] = found
        assert wrong == {}
