"""A large survey's columns and measures side by side: numpy and pandas let go of the interpreter while they compute."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TypeVar

LARGE = 100_000  # rows; of fewer, starting threads takes longer than they save
MOST = 4  # threads; of more, most would wait for the interpreter

In = TypeVar("In")
Out = TypeVar("Out")


def map_in_threads(call: Callable[[In], Out], over: Iterable[In], *, rows: int) -> list[Out]:
    """`call` of each, in their order: in threads where so many rows are large."""
    if rows < LARGE:
        return [call(one) for one in over]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST)) as threads:
        return list(threads.map(call, over))
