"""An instrument in words: for a notebook, a codebook and a terminal."""

from __future__ import annotations

from typing import Any

SCORING = {
    "sum": "the sum of the items",
    "mean": "the mean of the items",
    "single": "the answer itself",
    "conversion": "the sum of the items, converted by the published table",
    "value_set": "the published value of the answers together",
}
STANDS_IN = {"person_mean": "the person's own mean stands in", "zero": "zero stands in"}


def scored_examples(instrument: Any) -> list[tuple[tuple[int, ...], float]]:
    """Answers (level numbers) to the items, in their order, and the score of each: the lowest score, a climb over the
    levels, the highest score. Where an item is reversed, the first and the last show it.
    """
    import numpy as np
    import pandas as pd

    columns, levels = list(instrument.columns), np.arange(instrument.lowest, instrument.highest + 1)
    each = pd.DataFrame(dict.fromkeys(columns, levels), dtype=float)
    worth = instrument.item_scores(each).to_numpy()
    climb = levels[np.arange(len(columns)) % len(levels)]
    chosen = levels[worth.argmin(axis=0)], climb, levels[worth.argmax(axis=0)]
    answers = list(dict.fromkeys(tuple(row.tolist()) for row in chosen))
    scores = instrument.score(pd.DataFrame(answers, columns=list(instrument.columns), dtype=float))
    return sorted(zip(answers, (scores + 0).tolist(), strict=True), key=lambda one: one[1])  # + 0: of -0.0, 0.0


def example_lines(instrument: Any) -> list[str]:
    """Scored examples, to check, a line each: "answers 1, 2, 3: score 6"."""
    return [f"answers {', '.join(map(str, given))}: score {score:g}" for given, score in scored_examples(instrument)]


# `instrument` is an Instrument, whose own module asks for these: it cannot be named here without a circle.
def in_one_line(instrument: Any) -> str:
    """Name, label, items, answers and scores of an Instrument."""
    low, high = instrument.score_range
    items = f"{len(instrument.items)} item{'' if len(instrument.items) == 1 else 's'}"
    return (
        f"Instrument {instrument.name}: {instrument.label}, {items}, answers {instrument.lowest} to "
        f"{instrument.highest}, scores {low:g} to {high:g}, {instrument.better} is better"
    )


def answers_of(instrument: Any) -> str:
    """What the answers are and mean: "1 Never, 2 Sometimes, 3 Often"; "1 to 5 (1 none of the time, …)"."""
    if instrument.has_labels:
        return ", ".join(f"{number} {label}" for number, label in enumerate(instrument.levels, instrument.first))
    meaning = f" ({instrument.coding})" if instrument.coding else ""
    return f"{instrument.lowest} to {instrument.highest}{meaning}"


def missing_of(instrument: Any) -> str:
    """How many items may be missing for a score, and what stands in for them."""
    if instrument.missing == "complete":
        return "none may be missing"
    return f"up to {instrument.missing.allowed} may be missing: {STANDS_IN[instrument.missing.rule]}"


def card(instrument: Any) -> str:
    """An Instrument as HTML for a notebook: its items, how they are answered and scored, where that is published."""
    from atpilots.page import Facts, Heading, Text, preview, table  # templates, which nobody needs who only scores

    low, high = instrument.score_range
    matters = [
        (f"Change that matters ({c.level}, {c.contrast})", f"{c.low:g} to {c.high:g} points: {c.source}")
        for c in instrument.minimal_important_change
    ]
    facts = (
        ("Answers", answers_of(instrument)),
        ("Score", f"{SCORING[instrument.scoring]}, {low:g} to {high:g}; {instrument.better} is better"),
        ("Missing items", missing_of(instrument)),
        *matters,
        *((key.capitalize(), text) for key in ("source", "owner", "licence") if (text := getattr(instrument, key))),
    )
    turned = dict.fromkeys(instrument.reverse, "reversed") | dict.fromkeys(instrument.recode, "recoded")
    rows = [
        [column, item.replace("_", " "), turned.get(item, "as answered")]
        for column, item in zip(instrument.columns, instrument.items, strict=True)
    ]
    items = table("Items", {"Survey column": False, "Item": False, "Scored": False}, [list(row) for row in rows])
    examples = table(
        "Scored examples, to check", {"Answers, in the items' order": False, "Score (points)": True},
        [[", ".join(map(str, answers)), f"{score:g}"] for answers, score in scored_examples(instrument)],
    )  # fmt: skip
    named = Text(paragraphs=(f"Named {instrument.name}.",))
    return str(preview((Heading(text=instrument.label), named, items, Facts(entries=facts), examples)))
