"""What an import leaves behind in Python's garbage collector."""

from __future__ import annotations

import gc
import importlib
import sys
import types

import pytest

from atpilots.files import collector_paused


@pytest.fixture
def a_module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """One that the test puts among those that are imported, and that is none afterwards."""
    made = types.ModuleType("atpilots_made_up")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    del sys.modules[made.__name__]
    return made


def old(thing: object) -> bool:
    return any(other is thing for other in gc.get_objects(generation=2))


def test_the_collector_is_off_within_and_as_it_was_afterwards() -> None:
    seen = []
    with pytest.raises(ModuleNotFoundError), collector_paused():
        seen.append(gc.isenabled()) or importlib.import_module("atpilots_made_up")
    assert [*seen, gc.isenabled()] == [False, True]
    gc.disable()
    try:
        with collector_paused(), collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_imported_is_old_at_once_and_nothing_else_is(a_module: types.ModuleType) -> None:
    with collector_paused():
        kept = [[] for _ in range(1000)]
    assert not old(kept)
    with collector_paused():
        sys.modules[a_module.__name__] = a_module
    assert old(kept)
    assert not gc.get_freeze_count()


def test_what_somebody_froze_stays_so(a_module: types.ModuleType) -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with collector_paused():
            sys.modules[a_module.__name__] = a_module
        assert gc.get_freeze_count() == frozen > 0
    finally:
        gc.unfreeze()
