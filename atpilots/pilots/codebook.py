"""A pilot's answers as a researcher reads them, and what each column of its survey means."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from atpilots.instruments import Instrument, answers_of, missing_of, published_wording


def labelled(answers: pd.DataFrame, instruments: Mapping[str, Instrument]) -> pd.DataFrame:
    """Level numbers with their labels: an ordered categorical where an item's answers are words, else as they are."""
    table = answers.copy()
    for instrument in instruments.values():
        if instrument.has_labels:
            names = dict(enumerate(map(str, instrument.levels), instrument.first))
            kind = pd.CategoricalDtype(list(names.values()), ordered=True)
            for column in instrument.columns:  # measures may share items
                table[column] = answers[column].map(names).astype(kind)
    return table


def codebook(instruments: Mapping[str, Instrument], columns: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """One row per item of each instrument; columns: the survey's own names of its items, in the instrument's order."""
    published = {
        (wording.instrument, wording.item): wording.text
        for wording in reversed(published_wording())  # of several the first counts
        if wording.level is None and wording.text
    }
    rows = [
        {
            "column": column,
            "survey_column": own,
            "measure": name,
            "label": instrument.label,
            "item": item,
            "wording": instrument.wording.get(item) or published.get((name, item), ""),
            "answers": answers_of(instrument),
            "reversed": item in instrument.reverse,
            "scoring": instrument.scoring,
            "missing": missing_of(instrument),
            "better": instrument.better,
            "source": instrument.source,
        }
        for name, instrument in instruments.items()
        for item, column, own in zip(instrument.items, instrument.columns, columns[name], strict=True)
    ]
    return pd.DataFrame(rows)
