"""How large libraries are imported: without the search for garbage, of which an import leaves none.

Python searches whenever enough is new, and again and again through all that is there: that is an eighth of the time
until the first answer in a notebook.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Python's garbage collector off, and afterwards as it was; what was imported counts as old, not as new."""
    was_on, modules = gc.isenabled(), len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if len(sys.modules) > modules and not gc.get_freeze_count():  # what others froze stays frozen
                gc.freeze()
                gc.unfreeze()  # into the oldest generation
            gc.enable()
