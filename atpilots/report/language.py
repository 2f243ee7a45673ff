"""The language that sentences on a page keep to: none claims that the technology caused a change.

A comparison of before and after cannot carry it. Held for our own sentences by tests, for a notebook's by the exporter.
"""

from __future__ import annotations

import re

UNFOUNDED = re.compile(
    r"\b(caus(?:e|es|ed|ing|al)|prov(?:e|es|ed|en)|works?|worked|effective(?:ly|ness)?|impact|thanks to|led to|"
    r"significan(?:t|tly|ce)|because of|due to|result(?:s|ed)? in|leads? to|attributable|benefit(?:s|ed)?|"
    r"boost(?:s|ed)?|cured?|helped|reduced by|made people|improved (?:wellbeing|people|lives))\b",
    re.IGNORECASE,
)
# Whole phrases in which such a word denies what it would claim.
DENIALS = (
    "cannot say that the technology caused the change",
    "is not the chance that the pilot worked",
    "prove nothing",
)


def unfounded_words(text: str) -> list[str]:
    """Every word of `text` that claims more than a before/after comparison can carry."""
    for denial in DENIALS:
        text = text.replace(denial, "")
    return [match.group(0) for match in UNFOUNDED.finditer(text)]
