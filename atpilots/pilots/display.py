"""A pilot as it shows itself in a notebook: what it is, and who answered when."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from atpilots.page import Facts, Heading, Words, preview, table

COUNTS = {
    "before": "Before",
    "after": "After",
    "both": "Both",
    "before_only": "Before only",
    "after_only": "After only",
}


def pilot_card(
    title: str, facts: Mapping[str, str], attrition: pd.DataFrame, labels: Mapping[str, str], waves: tuple[str, str]
) -> str:
    """HTML for a notebook; numbers of people only.

    attrition: as of a Pilot; labels: of its measures, by name; waves: the two that it compares.
    """
    rows: list[list[Words]] = [
        [labels.get(str(measure), "Any answer"), str(rater).replace("_", " "), *(str(count) for count in counts)]
        for (rater, measure), counts in zip(attrition.index, attrition[list(COUNTS)].to_numpy(), strict=True)
    ]
    when = "" if waves == ("before", "after") else f" (before: “{waves[0]}”; after: “{waves[1]}”)"
    who = table(
        f"Who answered when{when}, in people",
        {"Measure": False, "Rater": False, **dict.fromkeys(COUNTS.values(), True)},
        rows,
    )
    told = tuple((name, text) for name, text in facts.items() if text)
    return str(preview((Heading(text=title), Facts(entries=told), who)))


def protocol_card(keys: Mapping[str, object]) -> str:
    """HTML for a notebook: keys of pilot.toml and their values, lists and tables in words."""
    entries = tuple((key, _in_words(value)) for key, value in keys.items())
    return str(preview((Heading(text="pilot.toml"), Facts(entries=entries))))


def _in_words(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_in_words(held)}" for name, held in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_in_words, value))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
