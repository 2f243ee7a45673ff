"""Parameters of tests: which pairs are tried each time, and which among the slow tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import pytest

SLOW = pytest.mark.slow


def each_once(firsts: Iterable[Any], seconds: Iterable[Any]) -> list[Any]:
    """Every pair: so many among the fast tests that each of either stands in one, the others among the slow ones."""
    first, second = list(firsts), list(seconds)
    fast = {(i % len(first), i % len(second)) for i in range(max(len(first), len(second)))}
    pairs = itertools.product(enumerate(first), enumerate(second))
    return [pytest.param(a, b, marks=() if (i, j) in fast else SLOW) for (i, a), (j, b) in pairs]


def slow_but(fast: int, values: Iterable[Any]) -> list[Any]:
    """The values: every `fast`-th among the fast tests, the others among the slow ones."""
    return [pytest.param(value, marks=() if place % fast == 0 else SLOW) for place, value in enumerate(values)]
