"""What a result is worth by its design, and what to do with it: from the verdict and the way people came into groups.

`allocation` is "" where people are compared with themselves, as on every page that tells one arm.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from atpilots.estimators import BETTER, WORSE, Verdict

Allocation = Literal["", "chosen", "waiting_list", "random"]
MARYLAND: Mapping[Allocation, int] = MappingProxyType({"": 1, "chosen": 3, "waiting_list": 3, "random": 5})


def evidence_levels(word: Verdict, allocation: Allocation = "") -> str:
    """The levels on the Maryland scale and the Nesta Standards: by design and result, never by an estimate's sign."""
    maryland = f"Maryland scale: level {MARYLAND[allocation]}."
    if word in BETTER:
        return f"{maryland} Nesta Standards of Evidence: {'at most level 3' if allocation else 'level 2'}."
    if word in WORSE and allocation == "random":
        return maryland
    return f"{maryland} Nesta Standards of Evidence: level 1: described; a change for the better is not shown."
