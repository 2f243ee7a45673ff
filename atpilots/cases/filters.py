"""The words that a search of the cases can be narrowed by: checked, with a nearest word for a wrong one."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

import pandas as pd

from atpilots.cases.library import words_of
from atpilots.cases.question import TAG_COLUMNS
from atpilots.cases.synonyms import UK_NATIONS, nearest
from atpilots.vocabularies import EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY, USER_GROUP

Wanted = str | Iterable[str]  # one word or several

# By column; a country is whatever occurs among the cases.
FILTERS: Mapping[str, Mapping[str, str]] = {
    "technology": TECHNOLOGY,
    "user_group": USER_GROUP,
    "outcome_domain": OUTCOME_DOMAIN,
    "evidence_type": EVIDENCE_TYPE,
}


def legal_words(name: str, wanted: Wanted | None, legal: Collection[str]) -> tuple[str, ...]:
    """The wanted words as a tuple, each once. Raises ValueError for one that is not legal, suggesting the nearest."""
    words = () if wanted is None else (wanted,) if isinstance(wanted, str) else tuple(dict.fromkeys(wanted))
    for word in words:
        if word not in legal:
            meant = nearest(word, legal, FILTERS.get(name))
            said = f'; did you mean "{meant}"?' if meant else "."
            raise ValueError(f'{name} "{word}" is not known{said} Legal words: {", ".join(legal)}')
    return words


def with_nations(countries: tuple[str, ...]) -> tuple[str, ...]:
    """The countries, with the four nations where the UK is among them."""
    return (*countries, *UK_NATIONS) if "UK" in countries else countries


def add_reasons(cases: pd.DataFrame, more: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """The cases, each with more texts at the end of its `reasons`."""
    reasons = [(*before, *after) for before, after in zip(cases["reasons"], more, strict=True)]
    return cases.assign(reasons=pd.Series(reasons, index=cases.index, dtype=object))


def filter_reasons(case: Mapping[Hashable, object], wanted: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What a case shares with the wanted words of each column: ("technology: Wearable", …)."""
    shared = {column: [word for word in words_of(case[column]) if word in wanted[column]] for column in wanted}
    return tuple(
        f"{spoken(column)}: {', '.join(label(column, word) for word in words)}"
        for column, words in shared.items()
        if words
    )


def spoken(column: str) -> str:
    """A column as a reason names it."""
    return column.removesuffix("_domain").removesuffix("_type").replace("_", " ")


def label(column: str, word: str) -> str:
    """A word of a column as a reader knows it."""
    return TAG_COLUMNS[column][word] if column in TAG_COLUMNS else word
