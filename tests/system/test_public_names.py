"""Every public name says what it takes and gives, and its example runs; so do the recipes in the documentation."""

from __future__ import annotations

import doctest
import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from tqdm.std import tqdm

import atpilots
from atpilots.cli import main
from atpilots.publish import Outcome

RECIPES = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "explore.md"
MOST = 3  # lines of a recipe
CONSTANTS = {"ESTIMATORS", "FINDINGS"}  # tables of names, told in docs/methods.md
PUBLIC = {name: getattr(atpilots, name) for name in sorted(set(dir(atpilots)) - CONSTANTS)} | {"Outcome": Outcome}
SLOW = {"render", "render_all"}
METHODS = {
    f"{kind}.{name}": inspect.unwrap(getattr(thing, name))
    for kind, thing in PUBLIC.items()
    if inspect.isclass(thing)
    for name, method in vars(thing).items()
    if not name.startswith("_") and inspect.isfunction(getattr(method, "__func__", method))
}
# A report's sections say in one line what they hold; their examples would all be the same. The others are in its own.
WITHOUT = {name for name in METHODS if name.startswith("Report.")}
FUNCTIONS = {name: inspect.unwrap(thing) for name, thing in PUBLIC.items() if inspect.isfunction(thing)}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where examples are run: a workspace with a pilot of one's own, `lambeth`."""
    monkeypatch.delenv("ATPILOTS_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tqdm.auto.tqdm", tqdm)  # after a notebook ran in this process, progress would be printed
    assert main(["init", "."]) == 0
    shutil.copytree(atpilots.load_pilot("greenwich").folder, "pilots/lambeth")
    with plt.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def examples(thing: Any) -> list[doctest.Example]:
    """Lines of the docstring that do something and say what comes of it."""
    found = doctest.DocTestParser().get_examples(inspect.getdoc(thing) or "")
    return [one for one in found if one.want and doctest.SKIP not in one.options]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in (*PUBLIC, *METHODS)
     if name not in WITHOUT],
)  # fmt: skip
@pytest.mark.usefixtures("workspace")
def test_a_public_name_has_an_example_that_runs(name: str) -> None:
    thing = inspect.unwrap(METHODS.get(name) or PUBLIC[name])
    assert examples(thing), f"{name} has no example with what comes of it"
    (found,) = doctest.DocTestFinder(recurse=False).find(thing, name, globs={})
    assert not doctest.DocTestRunner().run(found).failed


def test_a_report_shows_what_is_no_section() -> None:
    """Nor makes a safe output."""
    others = {name for name in WITHOUT if inspect.signature(METHODS[name]).return_annotation != "SafeOutput"}
    shown = "".join(one.source for one in examples(atpilots.Report))
    assert others
    assert not {name for name in others if f".{name.partition('.')[2]}(" not in shown}


@pytest.mark.parametrize(("name", "function"), [*FUNCTIONS.items(), *METHODS.items()])
def test_a_function_says_what_it_takes_gives_and_refuses(name: str, function: Any) -> None:
    said = inspect.getdoc(function) or ""
    told = inspect.signature(function)
    elsewhere = re.search("as (?:of|for) `?(?:find_cases|pairs|score)", said)
    if not elsewhere:
        left = [one for one in told.parameters if one not in {"self", "cls"} and one.rstrip("_") not in said]
        assert left == [], f"{name} does not say what these are"
    if re.search(r"DataFrame|Series", str(told.return_annotation)):
        assert elsewhere or re.search(r"\b(?:rows?|columns?)\b", said), f"{name} does not say the shape of its table"
    if re.search(r"^ +raise |_one_of\(", inspect.getsource(function), re.MULTILINE):
        assert elsewhere or "Raises" in said, f"{name} does not say what it refuses"


@pytest.mark.slow
@pytest.mark.usefixtures("workspace")
def test_the_recipes_run_and_are_short() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", RECIPES.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    known: dict[str, Any] = {}
    for block in blocks:
        assert len(block.splitlines()) <= MOST
        exec(block, known)  # noqa: S102 - our own page
    assert set(pd.read_excel("results.xlsx")["pilot"]) == {"lambeth"}
    assert "People changed by +" in Path("reports/lambeth-public.html").read_text(encoding="utf-8")


def test_what_is_safe_is_printed_in_words() -> None:
    title = atpilots.open_report("greenwich").title()
    assert str(title) == title.text() == repr(title)
