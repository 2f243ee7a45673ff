"""Finding cases by everyday words and by filters; every hit says why it is one."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import warnings
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from atpilots.case_words import (
    TAG_COLUMNS,
    Sought,
    found_concept,
    is_known,
    is_passed_over,
    joined,
    parse,
    spoken_words,
    stem,
    text_terms,
    words_in,
)
from atpilots.cases import CASES_FILE, MULTI_VALUED, load_case_studies, words_of
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY, UK_NATIONS, USER_GROUP, nearest

Words = str | Iterable[str]  # one word or several
Rows = NDArray[np.intp]  # numbers of cases in an index

# The columns whose words are searched, under the name that a reason gives them.
TEXT_COLUMNS = {
    "title": "title",
    "finding": "finding",
    "product": "product",
    "lead_organisation": "lead organisation",
    "place": "place",
    "country": "country",
    "year": "year",
    "case_id": "case number",
    "supplier_reason": "supplier's part",
}
FILTERS: Mapping[str, Mapping[str, str]] = {
    "technology": TECHNOLOGY,
    "user_group": USER_GROUP,
    "outcome_domain": OUTCOME_DOMAIN,
    "evidence_type": EVIDENCE_TYPE,
}
SHORTEST_MENDED = 5  # letters; a shorter word is too near to too many others to be taken for a slip
NEAR = 0.8  # how like a known word a slip must be, from 0 to 1
NEARBY = 0.7  # how like the words that are suggested instead
INDEXES_KEPT = 4
ABOVE_ANY_RELEVANCE = 1e6
MOST = 1000  # hits; more than anybody reads, and than the library has


def find_cases(
    words: str = "",
    *,
    technology: Words | None = None,
    user_group: Words | None = None,
    outcome: Words | None = None,
    evidence: Words | None = None,
    country: Words | None = None,
    limit: int | None = MOST,
    cases: pd.DataFrame | CaseIndex | None = None,
) -> pd.DataFrame:
    """The cases that answer a question, best first.

    `words` are everyday words; synonyms, endings, American spellings and slips of the pen are understood. A hit has
    every word of the question that asks for something; where no case has them all, those with the most are hits, and
    their reasons say what is missing. Words for a design or a direction ("before and after", "negative findings") put
    the cases that have it first and do not shut out the others, unless nothing else is asked for. The filters take one
    word of the vocabulary or several: any of one filter's words, and all of the filters; country "UK" includes the four
    nations. Ties, and everything when `words` is blank, stay in order of case_id. `limit` keeps the
    first so many, None all.

    Returns the columns of load_case_studies, relevance (BM25 score; 0 when `words` is blank) and reasons (a tuple of
    texts). `.attrs["found"]` is the number of hits, `.attrs["advice"]`, where there is none, what to try instead.
    Raises ValueError for an unknown filter word, naming the legal ones, or where `words` hold nothing to search for.
    """
    index = cases if isinstance(cases, CaseIndex) else _index_of(cases)
    return index.find(
        words, technology=technology, user_group=user_group, outcome=outcome, evidence=evidence, country=country,
        limit=limit,
    )  # fmt: skip


_indexes: dict[str, CaseIndex] = {}  # by a hash of their content, the latest last


def _index_of(cases: pd.DataFrame | None) -> CaseIndex:
    """The index of these cases, by default of the library: the one made before, if their content is the same."""
    if cases is None:
        key = hashlib.sha256(CASES_FILE.read_bytes()).hexdigest()
    else:
        key = hashlib.sha256(pd.util.hash_pandas_object(cases, index=False).to_numpy().tobytes()).hexdigest()
    index = _indexes.pop(key, None) or CaseIndex(load_case_studies() if cases is None else cases)
    _indexes[key] = index
    while len(_indexes) > INDEXES_KEPT:
        _indexes.pop(next(iter(_indexes)))
    return index


# Cases as places with terms: {"title": […], "Older people": ["=older_people"], …}; the names are those in reasons.


def _places(case: Mapping[Hashable, object]) -> dict[str, list[str]]:
    text = {name: text_terms(str(case[column])) for column, name in TEXT_COLUMNS.items() if _filled(case[column])}
    tags = {TAG_COLUMNS[column][word]: [f"={word}"] for column in TAG_COLUMNS for word in words_of(case[column])}
    if case["country"] in UK_NATIONS:
        text["country"].append("=uk")
    direction = str(case["direction"])
    return text | tags | {_reported(direction): [f"={found_concept(direction)}"]}


def _filled(value: object) -> bool:
    return not (value is pd.NA or value == "")


def _reported(direction: str) -> str:
    return f"reported as {DIRECTION[direction].lower()}"


_TEXTS = frozenset(TEXT_COLUMNS.values())
_TAG_LABELS = [label for labels in TAG_COLUMNS.values() for label in labels.values()]
_PLACES = {place: i for i, place in enumerate([*TEXT_COLUMNS.values(), *_TAG_LABELS, *map(_reported, DIRECTION)])}


@dataclasses.dataclass(frozen=True)
class _Hits:
    """Where each case has something: bit i of its number stands for names[i]; 0 where it has nothing."""

    where: NDArray[np.int64]
    names: tuple[str, ...]

    def told(self, number: int) -> str:
        return ", ".join(name for bit, name in enumerate(self.names) if number >> bit & 1)


class CaseIndex:
    """Cases ready to be searched: built once, in time linear in their number, and asked often.

    `find_cases` keeps the index of the library by itself. Build one to ask many questions of a large table of cases.
    """

    def __init__(self, cases: pd.DataFrame) -> None:
        with warnings.catch_warnings():  # of progress bars in a notebook, which we do not show
            warnings.filterwarnings("ignore", "IProgress not found")
            import bm25s

        self.cases = cases.sort_values("case_id", ignore_index=True)
        documents = []
        postings: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row, case in enumerate(self.cases.to_dict("records")):
            places = _places(case)
            tags = [term for place, terms in places.items() if place not in _TEXTS for term in terms]
            documents.append([term for terms in places.values() for term in terms] + tags)
            for place, terms in places.items():
                for term in set(terms):
                    postings[term][place].append(row)
        self._postings = {t: {p: np.array(rows) for p, rows in places.items()} for t, places in postings.items()}
        self._ranking = bm25s.BM25()
        if documents:
            self._ranking.index(documents, show_progress=False)

    def find(
        self,
        words: str = "",
        *,
        technology: Words | None = None,
        user_group: Words | None = None,
        outcome: Words | None = None,
        evidence: Words | None = None,
        country: Words | None = None,
        limit: int | None = MOST,
    ) -> pd.DataFrame:
        """The cases that answer a question, best first: see find_cases."""
        filters = {
            "technology": legal_words("technology", technology, TECHNOLOGY),
            "user_group": legal_words("user_group", user_group, USER_GROUP),
            "outcome_domain": legal_words("outcome", outcome, OUTCOME_DOMAIN),
            "evidence_type": legal_words("evidence", evidence, EVIDENCE_TYPE),
            "country": _with_nations(legal_words("country", country, sorted({"UK", *self._having["country"]}))),
        }
        question = self._question(words)
        rows, hits = self._matching(question, filters)
        # Rounded, so that the last bits of a float cannot decide an order.
        relevance = np.round(self._relevance(question)[rows], 4)
        marks = self._count(hits, question, "mark")[rows]
        first = _highest(marks * ABOVE_ANY_RELEVANCE + relevance, limit)
        kept = rows[first]
        found = self.cases.iloc[kept].reset_index(drop=True)
        found["relevance"] = relevance[first]
        reasons = [_word_reason(sought, hit, kept) for sought, hit in zip(question, hits, strict=True)]
        narrowed = {name: self._shared(name, wanted) for name, wanted in filters.items() if wanted}
        reasons += [_filter_reason(name, shared, kept) for name, shared in narrowed.items()]
        found["reasons"] = _tuples(reasons, len(kept))
        found.attrs["found"] = len(rows)
        if not len(rows):
            found.attrs["advice"] = self._advice(question, filters)
        return found

    def _matching(self, question: Sequence[Sought], filters: Mapping[str, Sequence[str]]) -> tuple[Rows, list[_Hits]]:
        """The rows that answer, in order of case_id, and where each word of the question stands."""
        hits = [self._hit(sought.answers) for sought in question]
        needed = self._count(hits, question, "needed")
        allowed = self._passing(filters)
        most = int(needed[allowed].max(initial=0))
        nothing = bool(question) and most == 0
        return np.flatnonzero(allowed & (needed == most) & (not nothing)), hits

    def _hit(self, answers: Collection[str]) -> _Hits:
        """In which places each case has one of the terms."""
        rows: dict[str, list[Rows]] = defaultdict(list)
        for term in sorted(answers & self._postings.keys()):
            for place, having in self._postings[term].items():
                rows[place].append(having)
        places = sorted(rows, key=_PLACES.__getitem__)
        where = np.zeros(len(self.cases), dtype=np.int64)
        for bit, place in enumerate(places):
            for having in rows[place]:
                where[having] |= 1 << bit
        return _Hits(where, tuple(places))

    def _count(self, hits: Sequence[_Hits], question: Sequence[Sought], weight: str) -> Rows:
        """How many words of that weight each case answers."""
        found = [hit.where > 0 for hit, sought in zip(hits, question, strict=True) if sought.weight == weight]
        return np.sum(found, axis=0, dtype=np.intp) if found else np.zeros(len(self.cases), dtype=np.intp)

    def _relevance(self, question: Sequence[Sought]) -> NDArray[np.floating]:
        """BM25 (Lucene's variant; k1 = 1.5, b = 0.75) of each case: literal words count on top of concepts."""
        terms = sorted({term for sought in question for term in (*sought.stems, *sought.concepts)})
        terms = [term for term in terms if term in self._postings]
        if not terms:
            return np.zeros(len(self.cases))
        scores: NDArray[np.floating] = self._ranking.get_scores(terms).astype(float)
        return scores

    @cached_property
    def _having(self) -> Mapping[str, Mapping[str, Rows]]:
        """The rows that have each word, for every column that a search can be narrowed by."""
        having = {}
        for name in (*FILTERS, "country"):
            cells = self.cases[name].explode() if name in MULTI_VALUED else self.cases[name]
            having[name] = {str(word): np.asarray(rows) for word, rows in cells.groupby(cells).groups.items()}
        return having

    def _passing(self, filters: Mapping[str, Sequence[str]]) -> NDArray[np.bool_]:
        """Whether each case has any of the wanted words of every column that has some."""
        passing = np.ones(len(self.cases), dtype=bool)
        for column, wanted in filters.items():
            if wanted:
                passing &= self._shared(column, wanted).where > 0
        return passing

    def _shared(self, column: str, wanted: Sequence[str]) -> _Hits:
        """Which of the wanted words each case has in a column."""
        where = np.zeros(len(self.cases), dtype=np.int64)
        for bit, word in enumerate(wanted):
            where[self._having[column].get(word, [])] |= 1 << bit
        return _Hits(where, tuple(_label(column, word) for word in wanted))

    def _question(self, text: str) -> list[Sought]:
        """What a question asks for, with the slips of its writer mended."""
        words = joined(words_in(text), self._is_known)
        question = parse(words, self._mended(words))
        if text.strip() and not question:
            raise ValueError(f'there is no word to search for in "{text}"')
        return question

    def _is_known(self, word: str) -> bool:
        return stem(word) in self._postings or is_known(word)

    def _mended(self, words: Sequence[str]) -> dict[str, str]:
        """For each word that no case has, the one that is probably meant."""
        unknown = [word for word in words if len(word) >= SHORTEST_MENDED and not self._is_known(word)]
        slips = {word: self._near(word, 1, NEAR) for word in unknown}
        return {word: near[0] for word, near in slips.items() if near and near[0][0] == word[0]}

    def _near(self, word: str, count: int, cutoff: float) -> list[str]:
        return difflib.get_close_matches(word, self._spoken, n=count, cutoff=cutoff)

    @cached_property
    def _spoken(self) -> list[str]:
        """Every longer word of the cases that a question may hold."""
        texts = (text for column in TEXT_COLUMNS for text in self.cases[column].dropna().astype(str).unique())
        words = {word for text in [*texts, *spoken_words()] for word in words_in(text)}
        return sorted(w for w in words if len(w) >= SHORTEST_MENDED and w.isalpha() and not is_passed_over(w))

    def _advice(self, question: Sequence[Sought], filters: Mapping[str, Sequence[str]]) -> str:
        """What to try where nothing was found: the nearest words, and what each filter shuts out."""
        missing = [s for s in question if s.weight == "needed" and not (s.answers & self._postings.keys())]
        told = [f"No case has {s.text}{self._instead(s)}." for s in missing]
        set_ = {column: wanted for column, wanted in filters.items() if wanted}
        for column in set_:
            looser = {name: () if name == column else wanted for name, wanted in filters.items()}
            count = len(self._matching(question, looser)[0])
            if count:
                told.append(f"Without the filter on {_spoken(column)}, {_cases(count)} found.")
        if not told:
            told.append("No case has all that is asked for. Leave out a word or a filter.")
        return " ".join(told)

    def _instead(self, sought: Sought) -> str:
        near = [word for part in words_in(sought.text) for word in self._near(part, 3, NEARBY)]
        return f"; the nearest words are {', '.join(near)}" if near else ""


def _highest(scores: NDArray[np.floating], limit: int | None) -> Rows:
    """Where the highest scores stand, highest first, equal ones in their order; all, or the first so many."""
    if limit is None or len(scores) <= limit:
        return np.argsort(-scores, kind="stable")
    least = np.partition(scores, -limit)[-limit] if limit else np.inf
    candidates = np.flatnonzero(scores >= least)
    return candidates[np.argsort(-scores[candidates], kind="stable")][:limit]


def _cases(count: int) -> str:
    return "1 case is" if count == 1 else f"{count} cases are"


def _word_reason(sought: Sought, hits: _Hits, rows: Rows) -> tuple[Rows, list[str]]:
    """For each row the number of a text, and the texts; a common word that is not found needs no excuse."""
    codes, numbers = pd.factorize(hits.where[rows])
    silent = "" if sought.weight == "common" else f"{sought.text}: not found"
    return codes, [f"{sought.text}: {hits.told(int(number))}" if number else silent for number in numbers]


def _filter_reason(column: str, hits: _Hits, rows: Rows) -> tuple[Rows, list[str]]:
    codes, numbers = pd.factorize(hits.where[rows])
    return codes, [f"{_spoken(column)}: {hits.told(int(number))}" for number in numbers]


def _tuples(reasons: Sequence[tuple[Rows, list[str]]], count: int) -> pd.Series:
    """The texts of each row as one tuple; equal rows share theirs, so that a long answer costs little."""
    combined = np.zeros(count, dtype=np.intp)
    for codes, texts in reasons:
        combined = pd.factorize(combined * len(texts) + codes)[0]
    _, firsts = np.unique(combined, return_index=True)
    told = np.empty(len(firsts), dtype=object)
    for i, row in enumerate(firsts):
        told[i] = tuple(texts[codes[row]] for codes, texts in reasons if texts[codes[row]])
    return pd.Series(told[combined], dtype=object)


def add_reasons(cases: pd.DataFrame, more: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """The cases, each with more texts at the end of its `reasons`."""
    reasons = [(*before, *after) for before, after in zip(cases["reasons"], more, strict=True)]
    return cases.assign(reasons=pd.Series(reasons, index=cases.index, dtype=object))


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
            meant = nearest(word, legal, FILTERS.get(name))
            said = f'; did you mean "{meant}"?' if meant else "."
            raise ValueError(f'{name} "{word}" is not known{said} Legal words: {", ".join(legal)}')
    return words


def _with_nations(countries: tuple[str, ...]) -> tuple[str, ...]:
    return (*countries, *UK_NATIONS) if "UK" in countries else countries
