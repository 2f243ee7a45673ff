"""What a result is worth by its design, and what to do with it: from the verdict and the way people came into groups.

`allocation` is "" where people are compared with themselves, and where the arms are too unlike to be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from atpilots.estimators import BETTER, WORSE, Verdict

Allocation = Literal["", "chosen", "waiting_list", "random"]
MARYLAND: Mapping[Allocation, int] = {"": 1, "chosen": 3, "waiting_list": 3, "random": 5}

# By the result, and whether it is a comparison of groups.
FIRST_STEPS: Mapping[tuple[str | None, bool], str] = {
    ("better", False): "These results support a fair test next. On their own they support neither a roll-out nor a "
    "stop.",
    ("unclear", False): "This pilot cannot tell. Decide on other grounds, or test again with more people and a "
    "comparison.",
    ("too small to matter", False): "Do not expect a change that people notice on this measure.",
    ("worse", False): "Find out why before going on.",
    ("better", True): "The comparison supports going on, with the same questions asked again later.",
    ("unclear", True): "The comparison cannot tell. More people, or groups that are more alike, would.",
    ("too small to matter", True): "The comparison shows no difference that people would notice.",
    (None, False): "use what was learned about doing it: who came, who stayed, what was used.",
}


def evidence_levels(word: Verdict, allocation: Allocation = "") -> str:
    """The levels on the Maryland scale and the Nesta Standards: by design and result, never by an estimate's sign."""
    maryland, level = f"Maryland scale: level {MARYLAND[allocation]}.", nesta_level(word, allocation)
    if level is None:
        return maryland
    most = "at most " if level > 2 else ""
    shown = ": described; a change for the better is not shown" if level == 1 else ""
    return f"{maryland} Nesta Standards of Evidence: {most}level {level}{shown}."


def nesta_level(word: Verdict | None, allocation: Allocation) -> int | None:
    """The highest level of the Nesta Standards that a result can reach; None where it is withheld, or a proven harm."""
    if word is None or (word in WORSE and allocation == "random"):
        return None
    return 1 if word not in BETTER else 3 if allocation else 2


def first_step(word: Verdict | None, allocation: Allocation = "") -> str:
    """What to do with a result; None where it is withheld."""
    result = "better" if word in BETTER else "worse" if word in WORSE else word
    return FIRST_STEPS.get((result, bool(allocation)), FIRST_STEPS[result, False])
