"""The words that a search of the cases can be narrowed by: checked, with a nearest word for a wrong one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from atpilots.cases.question import TAG_COLUMNS
from atpilots.files import UsageError
from atpilots.vocabularies import EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY, USER_GROUP, nearest_word

Wanted = str | Iterable[str]  # one word or several

# By column; a country is whatever occurs among the cases.
FILTERS: Mapping[str, Mapping[str, str]] = {
    "technology": TECHNOLOGY,
    "user_group": USER_GROUP,
    "outcome_domain": OUTCOME_DOMAIN,
    "evidence_type": EVIDENCE_TYPE,
}


def legal_words(name: str, wanted: Wanted | None, legal: Collection[str]) -> tuple[str, ...]:
    """The wanted words as a tuple, each once. Raises UsageError for one that is not legal, suggesting the nearest."""
    words = () if wanted is None else (wanted,) if isinstance(wanted, str) else tuple(dict.fromkeys(wanted))
    for word in words:
        if word not in legal:
            meant = nearest_word(word, FILTERS.get(name) or dict(zip(legal, legal, strict=True)))
            said = f'; did you mean "{meant}"?' if meant else "."
            raise UsageError(f'{name} "{word}" is not known{said} Legal words: {", ".join(legal)}')
    return words


def spoken(column: str) -> str:
    """A column as a reason names it."""
    return column.removesuffix("_domain").removesuffix("_type").replace("_", " ")


def label(column: str, word: str) -> str:
    """A word of a column as a reader knows it."""
    return TAG_COLUMNS[column][word] if column in TAG_COLUMNS else word
