"""Every public name says what it takes and gives, and its example runs."""

from __future__ import annotations

import doctest
import inspect
from typing import Any

import matplotlib.pyplot as plt
import pytest

import atpilots

CONSTANTS = {"ESTIMATORS", "FINDINGS"}  # tables of names, told in docs/methods.md
NAMES = sorted(set(dir(atpilots)) - CONSTANTS)
# A report's sections say in one line what they hold; their examples would all be the same.
METHODS = [
    (kind, name)
    for kind in ("Pilot", "Instrument", "SafeOutput", "CaseIndex")
    for name, method in vars(getattr(atpilots, kind)).items()
    if not name.startswith("_") and inspect.isfunction(method)
]


def runs(thing: Any, name: str) -> None:
    found = doctest.DocTestFinder(recurse=False).find(thing, name, globs={})
    runner = doctest.DocTestRunner()
    with plt.rc_context({"backend": "agg"}):
        results = [runner.run(example) for example in found]
    plt.close("all")
    assert sum(result.attempted for result in results) > 0, f"{name} has no example"
    assert not sum(result.failed for result in results)


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_has_an_example_that_runs(name: str) -> None:
    runs(inspect.unwrap(getattr(atpilots, name)), name)


@pytest.mark.parametrize(("kind", "name"), METHODS)
def test_a_method_has_an_example_that_runs(kind: str, name: str) -> None:
    runs(getattr(getattr(atpilots, kind), name), f"{kind}.{name}")


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isfunction(getattr(atpilots, name))])
def test_a_function_says_what_it_gives_and_what_it_refuses(name: str) -> None:
    function = inspect.unwrap(getattr(atpilots, name))
    said = inspect.getdoc(function) or ""
    assert "Returns" in said or len(said.split("\n\n")[0]) > 20
    for argument in inspect.signature(function).parameters:
        assert argument.rstrip("_") in said, f"{name} does not say what {argument} is"
