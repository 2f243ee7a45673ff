"""Finding cases by everyday words and by filters; every hit says why it is one."""

from __future__ import annotations

import dataclasses
import difflib
import re
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from atpilots.cases import MULTI_VALUED, SINGLE_VALUED, load_case_studies, words_of
from atpilots.vocabularies import EVIDENCE_TYPE, OUTCOME_DOMAIN, SYNONYMS, TECHNOLOGY, UK_NATIONS, USER_GROUP

Words = str | Iterable[str]  # one word or several

# The columns whose words are searched, under the name that a reason gives them.
TEXT_COLUMNS = {
    "title": "title",
    "finding": "finding",
    "product": "product",
    "lead_organisation": "lead organisation",
    "place": "place",
    "country": "country",
}
TAG_COLUMNS: Mapping[str, Mapping[str, str]] = {
    **MULTI_VALUED,
    "setting": SINGLE_VALUED["setting"],
    "evidence_type": SINGLE_VALUED["evidence_type"],
}
# Words that carry no meaning in a question.
# fmt: off
PASSED_OVER = frozenset({
    "a", "about", "after", "against", "among", "an", "and", "any", "are", "as", "at", "be", "been", "before", "being",
    "between", "but", "by", "can", "case", "cases", "could", "did", "do", "does", "during", "evidence", "find", "for",
    "from", "had", "has", "have", "help", "helped", "helping", "helps", "how", "i", "if", "in", "into", "is", "it",
    "its", "may", "me", "more", "most", "my", "of", "on", "or", "our", "over", "people", "person", "research", "should",
    "show", "shows", "so", "some", "studies", "study", "than", "that", "the", "their", "them", "there", "these", "they",
    "this", "those", "to", "under", "up", "use", "used", "uses", "using", "was", "we", "were", "what", "when", "where",
    "whether", "which", "while", "who", "whose", "why", "will", "with", "without", "work", "worked", "works", "would",
    "you", "your",
})
# fmt: on


# Words into terms: a term is a stem, or a concept ("=older_people") that several phrases stand for.


@cache
def _stem(word: str) -> str:
    import snowballstemmer

    return str(snowballstemmer.stemmer("english").stemWord(word))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", "".join(c for c in plain if not unicodedata.combining(c)))


def _stems(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in _words(text))


@cache
def _phrases() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The concepts that each phrase (its stems) stands for: a vocabulary's word, its label, and their synonyms."""
    spoken = {word: [word, label] for vocabulary in TAG_COLUMNS.values() for word, label in vocabulary.items()}
    for word, synonyms in SYNONYMS.items():
        spoken[word] = [*spoken.get(word, [word]), *synonyms]
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    for word, texts in spoken.items():
        for stems in dict.fromkeys(_stems(text) for text in texts):
            phrases[stems] = (*phrases.get(stems, ()), f"={word}")
    return phrases


@cache
def _text_terms(text: str) -> tuple[str, ...]:
    """The stems of a text, and the concepts it mentions, once for each mention."""
    stems = _stems(text)
    longest = max(len(phrase) for phrase in _phrases())
    spans = ((i, j) for i in range(len(stems)) for j in range(i + 1, min(i + longest, len(stems)) + 1))
    concepts = (concept for i, j in spans for concept in _phrases().get(stems[i:j], ()))
    # "No comparison group" must not make a case one with a comparison group: designs are known by their tag alone.
    return (*stems, *(concept for concept in concepts if concept[1:] not in EVIDENCE_TYPE))


@dataclasses.dataclass(frozen=True)
class _Sought:
    """One word or phrase of a question. A case answers it by any of its concepts, or else by its stem."""

    text: str
    stems: tuple[str, ...]
    concepts: tuple[str, ...]

    @property
    def answers(self) -> frozenset[str]:
        return frozenset(self.concepts or self.stems)


def _sought(question: str) -> list[_Sought]:
    """The question as its longest known phrases, then single words; PASSED_OVER is left out."""
    words, sought, i = _words(question), [], 0
    stems = tuple(_stem(word) for word in words)
    while i < len(words):
        known = (j for j in range(len(words), i, -1) if stems[i:j] in _phrases())
        end = next(known, i + 1)
        concepts = _phrases().get(stems[i:end], ())
        if concepts or words[i].removesuffix("'s") not in PASSED_OVER:
            sought.append(_Sought(" ".join(words[i:end]), stems[i:end], concepts))
        i = end
    if question.strip() and not sought:
        raise ValueError(f'there is no word to search for in "{question}"')
    return sought


# Cases as places with terms: {"title": (…), "Older people": ("=older_people",), …}; the names are those in reasons.


def _places(case: Mapping[Hashable, object]) -> dict[str, tuple[str, ...]]:
    text = {name: _text_terms(str(case[column])) for column, name in TEXT_COLUMNS.items()}
    tags = {TAG_COLUMNS[column][word]: (f"={word}",) for column in TAG_COLUMNS for word in words_of(case[column])}
    return text | tags


def _where(sought: _Sought, places: Mapping[str, Collection[str]]) -> list[str]:
    return [name for name, terms in places.items() if not sought.answers.isdisjoint(terms)]


def _relevance(documents: Sequence[Mapping[str, tuple[str, ...]]], question: Sequence[_Sought]) -> NDArray[np.floating]:
    """BM25 (Lucene's variant; k1 = 1.5, b = 0.75) of each document: literal words count on top of concepts."""
    import bm25s

    index = bm25s.BM25()
    index.index([[term for terms in places.values() for term in terms] for places in documents], show_progress=False)
    terms = sorted({term for sought in question for term in (*sought.stems, *sought.concepts)})
    # Rounded, so that the last bits of a float cannot decide an order.
    return np.round(np.asarray(index.get_scores(terms), dtype=float), 4)


def find_cases(
    words: str = "",
    *,
    technology: Words | None = None,
    user_group: Words | None = None,
    outcome: Words | None = None,
    evidence: Words | None = None,
    country: Words | None = None,
    cases: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The cases that answer a question, best first.

    `words` are everyday words; synonyms and endings are understood. The result holds the cases with every word of the
    question; where no case has them all, those with the most, and their reasons say what is missing. The filters take
    one word of the vocabulary or several: any of one filter's words, and all of the filters; country "UK" includes the
    four nations. Ties, and everything when `words` is blank, stay in order of case_id.

    Returns the columns of load_case_studies, relevance (BM25 score; 0 when `words` is blank) and reasons (a tuple of
    texts).
    Raises ValueError for an unknown filter word, naming the legal ones, or where `words` hold nothing to search for.
    """
    everything = (load_case_studies() if cases is None else cases).sort_values("case_id", ignore_index=True)
    filters = {
        "technology": legal_words("technology", technology, TECHNOLOGY),
        "user_group": legal_words("user_group", user_group, USER_GROUP),
        "outcome_domain": legal_words("outcome", outcome, OUTCOME_DOMAIN),
        "evidence_type": legal_words("evidence", evidence, EVIDENCE_TYPE),
        "country": _with_nations(legal_words("country", country, sorted({"UK", *everything["country"]}))),
    }
    found = _answering(everything, _sought(words))
    found = found[_passes(found, filters)]
    found = found[found["answered"] == found["answered"].max()].drop(columns="answered")
    found = add_reasons(found, [filter_reasons(case, filters) for case in found.to_dict("records")])
    return found.sort_values("relevance", ascending=False, kind="stable", ignore_index=True)


def _passes(cases: pd.DataFrame, filters: Mapping[str, Sequence[str]]) -> pd.Series[bool]:
    active = {column: set(wanted) for column, wanted in filters.items() if wanted}
    passes = [
        all(not wanted.isdisjoint(words_of(case[column])) for column, wanted in active.items())
        for case in cases.to_dict("records")
    ]
    return pd.Series(passes, index=cases.index, dtype=bool)


def add_reasons(cases: pd.DataFrame, more: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """The cases, each with more texts at the end of its `reasons`."""
    reasons = [(*before, *after) for before, after in zip(cases["reasons"], more, strict=True)]
    return cases.assign(reasons=pd.Series(reasons, index=cases.index, dtype=object))


def _answering(cases: pd.DataFrame, question: Sequence[_Sought]) -> pd.DataFrame:
    """The cases with any word of the question: relevance, reasons, and `answered`, the number of its words."""
    if not question or cases.empty:
        return cases.assign(relevance=0.0, reasons=pd.Series([()] * len(cases), dtype=object), answered=0)
    documents = [_places(case) for case in cases.to_dict("records")]
    hits = [[_where(sought, places) for sought in question] for places in documents]
    reasons = [tuple(map(_word_reason, question, case)) for case in hits]
    scored = cases.assign(
        relevance=_relevance(documents, question),
        reasons=pd.Series(reasons, index=cases.index, dtype=object),
        answered=[sum(map(bool, case)) for case in hits],
    )
    return scored[scored["answered"] > 0]


def _word_reason(sought: _Sought, places: Sequence[str]) -> str:
    return f'"{sought.text}": {", ".join(places) or "not found"}'


def filter_reasons(case: Mapping[Hashable, object], wanted: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What a case shares with the wanted words of each column: ("technology: Wearable", …)."""
    shared = {column: [word for word in words_of(case[column]) if word in wanted[column]] for column in wanted}
    return tuple(
        f"{_spoken(column)}: {', '.join(_label(column, word) for word in words)}"
        for column, words in shared.items()
        if words
    )


def _spoken(column: str) -> str:
    return column.removesuffix("_domain").removesuffix("_type").replace("_", " ")


def _label(column: str, word: str) -> str:
    return TAG_COLUMNS[column][word] if column in TAG_COLUMNS else word


# Words of a vocabulary, checked.


def legal_words(name: str, wanted: Words | None, legal: Collection[str]) -> tuple[str, ...]:
    """The wanted words as a tuple, each once. Raises ValueError for one that is not legal, suggesting the nearest."""
    words = () if wanted is None else (wanted,) if isinstance(wanted, str) else tuple(dict.fromkeys(wanted))
    for word in words:
        if word not in legal:
            raise ValueError(f'{name} "{word}" is not known{_suggestion(word, legal)} Legal words: {", ".join(legal)}')
    return words


def _suggestion(word: str, legal: Collection[str]) -> str:
    meant = [concept[1:] for concept in _phrases().get(_stems(word), ()) if concept[1:] in legal]
    by_spelling = {known.casefold(): known for known in legal}
    near = difflib.get_close_matches(word.casefold(), by_spelling, n=1)
    best = next(iter([*meant, *(by_spelling[known] for known in near)]), None)
    return f'; did you mean "{best}"?' if best else "."


def _with_nations(countries: tuple[str, ...]) -> tuple[str, ...]:
    return (*countries, *UK_NATIONS) if "UK" in countries else countries
