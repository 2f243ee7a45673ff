"""An index of cases: which of them answer a question, in which order, and why."""

from __future__ import annotations

import dataclasses
import difflib
import functools
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from atpilots.cases.filters import FILTERS, Wanted, label, legal_words, spoken, with_nations
from atpilots.cases.library import MULTI_VALUED
from atpilots.cases.question import (
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
from atpilots.cases.synonyms import UK_NATIONS
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY, USER_GROUP

CaseRows = NDArray[np.intp]  # numbers of cases in an index
Mask = NDArray[np.bool_]  # whether each case of an index is meant

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
    "supplier_reason": "whose word it is",
}
SHORTEST_MENDED = 5  # letters; a shorter word is too near to too many others to be taken for a slip
LONG_WORD, SLIPS_ALLOWED = 8, 2  # letters; letters wrong in a word of that length
NEAR = 0.8  # how like a known word a slip must be, from 0 to 1
NEARBY = 0.7  # how like the words that are suggested instead
MANY_WORDS = 3  # needed words of a question, from which on a case may lack one
ABOVE_ANY_RELEVANCE = 1e6
MORE_THAN_ANY_MARKS = 1e3
MOST = 1000  # hits; more than anybody reads, and than the library has


# Cases as places with terms: ("title", […]), ("Older people", ["=older_people"]), …; the names are those in reasons.


def _places(cases: pd.DataFrame) -> Iterator[tuple[str, list[str], CaseRows]]:
    """Every place with the terms of each different cell, and the rows of the cases that have it."""
    for column, name in TEXT_COLUMNS.items():
        for text, rows in _rows_by_value(cases[column]).items():
            yield name, text_terms(text), rows
    for nation, rows in _rows_by_value(cases["country"]).items():
        if nation in UK_NATIONS:
            yield "country", ["=uk"], rows
    for column, labels in TAG_COLUMNS.items():
        for word, rows in _rows_by_value(cases[column]).items():
            yield labels[word], [f"={word}"], rows
    for direction, rows in _rows_by_value(cases["direction"]).items():
        yield _reported(direction), [f"={found_concept(direction)}"], rows


def _rows_by_value(column: pd.Series) -> dict[str, CaseRows]:
    """The rows that have each value of a column, or each word of a cell with several; blank cells left out."""
    cells = column.explode() if column.name in MULTI_VALUED else column
    codes, values = pd.factorize(cells)
    order = np.argsort(codes, kind="stable")
    rows = np.split(cells.index.to_numpy()[order], np.searchsorted(codes[order], np.arange(len(values))))
    return {str(value): having for value, having in zip(values, rows[1:], strict=True) if value != ""}


def _reported(direction: str) -> str:
    return f"reported as {DIRECTION[direction].lower()}"


_TEXTS = frozenset(TEXT_COLUMNS.values())
_TAG_LABELS = [name for labels in TAG_COLUMNS.values() for name in labels.values()]
_PLACES = {place: i for i, place in enumerate([*TEXT_COLUMNS.values(), *_TAG_LABELS, *map(_reported, DIRECTION)])}


@dataclasses.dataclass(frozen=True)
class _Posting:
    """The cases that have a term, in order, with its weight in each, and those that have it in each place."""

    rows: CaseRows
    weights: NDArray[np.float32]
    places: Mapping[str, CaseRows]


class CaseIndex:
    """Cases ready to be searched: built once, in time linear in their number, and asked often.

    `find_cases` keeps the index of the library by itself. Build one to ask many questions of a large table of cases.
    """

    def __init__(self, cases: pd.DataFrame) -> None:
        self.cases = cases.sort_values("case_id", ignore_index=True)
        documents: list[list[str]] = [[] for _ in range(len(cases))]
        places: dict[str, dict[str, list[CaseRows]]] = defaultdict(lambda: defaultdict(list))
        for place, terms, rows in _places(self.cases):
            counted = terms if place in _TEXTS else terms * 2  # what a case is filed under says more than a mention
            for row in rows.tolist():
                documents[row] += counted
            for term in set(terms):
                places[term][place].append(rows)
        self._postings = {
            term: _Posting(*weighed, {name: np.unique(np.concatenate(rows)) for name, rows in places[term].items()})
            for term, weighed in _bm25(documents).items()
        }

    def find(
        self,
        words: str = "",
        *,
        technology: Wanted | None = None,
        user_group: Wanted | None = None,
        outcome: Wanted | None = None,
        evidence: Wanted | None = None,
        country: Wanted | None = None,
        limit: int | None = MOST,
    ) -> pd.DataFrame:
        """The cases that answer a question, best first: see find_cases."""
        filters = {
            "technology": legal_words("technology", technology, TECHNOLOGY),
            "user_group": legal_words("user_group", user_group, USER_GROUP),
            "outcome_domain": legal_words("outcome", outcome, OUTCOME_DOMAIN),
            "evidence_type": legal_words("evidence", evidence, EVIDENCE_TYPE),
            "country": with_nations(legal_words("country", country, sorted({"UK", *self._having["country"]}))),
        }
        question = self._question(words)
        rows = self._matching(question, filters)
        kept, relevance = self._best(rows, question, limit)
        found = self.cases.iloc[kept].reset_index(drop=True)
        found["relevance"] = relevance
        reasons = [self._word_reason(sought, kept) for sought in question]
        reasons += [self._filter_reason(name, wanted, kept) for name, wanted in filters.items() if wanted]
        found["reasons"] = _tuples(reasons, len(kept))
        found.attrs["found"] = len(rows)
        if not len(rows):
            found.attrs["advice"] = self._advice(question, filters)
        return found

    # All that is done for every case of the index is here, by whole columns; reasons are made for those shown only.

    def _matching(self, question: Sequence[Sought], filters: Mapping[str, Sequence[str]]) -> CaseRows:
        """The rows that answer, in order of case_id: of those that pass, those with the most needed words.

        Of three or more needed words a case may lack one more than the best does: it ranks below, but is there.
        """
        passing = self._passing(filters)
        needed = self._count(question, "needed") * passing
        most = int(needed.max(initial=0))
        least = most - 1 if most >= MANY_WORDS - 1 and _needed(question) >= MANY_WORDS else most
        return np.flatnonzero(needed >= least if most else passing & (not question))

    def _passing(self, filters: Mapping[str, Sequence[str]]) -> Mask:
        """Whether each case has any of the wanted words of every column that has some."""
        passing = np.ones(len(self.cases), dtype=bool)
        for column, wanted in filters.items():
            if wanted:
                passing &= self._any([self._having[column][word] for word in wanted if word in self._having[column]])
        return passing

    def _count(self, question: Sequence[Sought], weight: str) -> NDArray[np.uint16]:
        """How many words of that weight each case answers."""
        count = np.zeros(len(self.cases), dtype=np.uint16)
        for sought in question:
            if sought.weight == weight:
                # What a case is filed under comes first; a mention of a direction or design does not move it up.
                terms = sought.concepts if weight == "mark" else sorted(sought.answers)
                count += self._any([self._postings[term].rows for term in terms if term in self._postings])
        return count

    def _any(self, several: Sequence[CaseRows]) -> Mask:
        """Whether each case is in any of several lists of rows."""
        inside = np.zeros(len(self.cases), dtype=bool)
        for rows in several:
            inside[rows] = True
        return inside

    def _found(self, sought: Sought) -> list[_Posting]:
        return [self._postings[term] for term in sorted(sought.answers & self._postings.keys())]

    def _best(
        self, rows: CaseRows, question: Sequence[Sought], limit: int | None
    ) -> tuple[CaseRows, NDArray[np.float64]]:
        """The first so many of the rows, best first, and their relevance: literal words count on top of concepts."""
        if not question:
            return rows[:limit], np.zeros(len(rows[:limit]))
        relevance = np.zeros(len(self.cases), dtype=np.float32)
        for term in sorted({term for sought in question for term in (*sought.stems, *sought.concepts)}):
            if term in self._postings:
                relevance[self._postings[term].rows] += self._postings[term].weights
        # Rounded, so that the last bits of a float cannot decide an order.
        relevance = np.round(relevance[rows], 4)
        answered = self._count(question, "needed")[rows].astype(float) * MORE_THAN_ANY_MARKS
        if any(sought.weight == "mark" for sought in question):
            answered += self._count(question, "mark")[rows]
        first = _highest(answered * ABOVE_ANY_RELEVANCE + relevance, limit)
        return rows[first], np.round(relevance[first].astype(float), 4)

    @cached_property
    def _having(self) -> Mapping[str, Mapping[str, CaseRows]]:
        """The rows that have each word, for every column that a search can be narrowed by."""
        return {name: _rows_by_value(self.cases[name]) for name in (*FILTERS, "country")}

    # Why a case was found

    def _word_reason(self, sought: Sought, kept: CaseRows) -> _Reason:
        """Where each case has a word; a common word that is not found needs no excuse."""
        found = self._found(sought)
        places = sorted({place for posting in found for place in posting.places}, key=_PLACES.__getitem__)
        names: list[str] = []
        having: list[list[CaseRows]] = []
        for place in places:
            rows = np.unique(np.concatenate([p.places[place] for p in found if place in p.places]))
            said = self._said(sought, place) if place in _TEXTS else rows
            names += [place, f"{place} (in other words)"]
            having += [[part] if len(part) else [] for part in (np.intersect1d(rows, said), np.setdiff1d(rows, said))]
        silent = "" if sought.weight == "common" else f"{sought.text}: not found"
        return _reason(sought.text, names, having, kept, silent)

    def _said(self, sought: Sought, place: str) -> CaseRows:
        """The cases that have every word of a phrase itself in a place, not only another word for it."""
        none = np.zeros(0, dtype=np.intp)
        postings = [self._postings.get(term) for term in sought.stems]
        rows = [posting.places.get(place, none) if posting else none for posting in postings]
        return functools.reduce(np.intersect1d, rows)

    def _filter_reason(self, column: str, wanted: Sequence[str], kept: CaseRows) -> _Reason:
        """Which of the wanted words each case has in a column."""
        having = [[self._having[column][word]] if word in self._having[column] else [] for word in wanted]
        return _reason(spoken(column), [label(column, word) for word in wanted], having, kept, "")

    # What a question means to these cases

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
        return {word: near[0] for word, near in slips.items() if near and _is_slip(word, near[0])}

    def _near(self, word: str, count: int, cutoff: float) -> list[str]:
        return difflib.get_close_matches(word, self._vocabulary, n=count, cutoff=cutoff)

    @cached_property
    def _vocabulary(self) -> list[str]:
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
            count = len(self._matching(question, looser))
            if count:
                told.append(f"Without the filter on {spoken(column)}, {_cases(count)} found.")
        if not told:
            told.append("No case has all that is asked for. Leave out a word or a filter.")
        return " ".join(told)

    def _instead(self, sought: Sought) -> str:
        near = [word for part in words_in(sought.text) for word in self._near(part, 3, NEARBY)]
        return f"; the nearest words are {', '.join(near)}" if near else ""


def _bm25(documents: Sequence[Sequence[str]]) -> dict[str, tuple[CaseRows, NDArray[np.float32]]]:
    """The rows that have each term, and its weight in each: BM25 (Lucene's variant; k1 = 1.5, b = 0.75)."""
    if not documents:
        return {}
    with warnings.catch_warnings():  # of progress bars in a notebook, which we do not show
        warnings.filterwarnings("ignore", "IProgress not found")
        import bm25s
    ranking = bm25s.BM25()
    ranking.index(documents, show_progress=False)
    # Its own get_scores adds one case at a time, which takes ten times as long where half the cases have a word.
    rows, weights, starts = (ranking.scores[part] for part in ("indices", "data", "indptr"))
    # It adds "" to the words, which no case has.
    parts = {term: slice(starts[i], starts[i + 1]) for term, i in ranking.vocab_dict.items() if term}
    return {term: (rows[part].astype(np.intp), weights[part]) for term, part in parts.items()}


def _highest(scores: NDArray[np.floating], limit: int | None) -> CaseRows:
    """Where the highest scores stand, highest first, equal ones in their order; all, or the first so many."""
    if limit is None or len(scores) <= limit:
        return np.argsort(-scores, kind="stable")
    if not limit:
        return np.zeros(0, dtype=np.intp)
    least = np.partition(scores, -limit)[-limit]
    above, level = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
    return np.concatenate([above[np.argsort(-scores[above], kind="stable")], level[: limit - len(above)]])


def _is_slip(word: str, known: str) -> bool:
    """Whether one word is a slip of the other: one letter more, less or wrong, or two swapped; two in long words."""
    parts = difflib.SequenceMatcher(None, word, known, autojunk=False).get_opcodes()
    wrong = sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in parts if kind != "equal")
    swapped = len(word) == len(known) and sorted(word) == sorted(known) and wrong <= SLIPS_ALLOWED
    return word[0] == known[0] and (swapped or wrong <= (1 if len(word) < LONG_WORD else SLIPS_ALLOWED))


def _needed(question: Sequence[Sought]) -> int:
    return sum(sought.weight == "needed" for sought in question)


def _cases(count: int) -> str:
    return "1 case is" if count == 1 else f"{count} cases are"


_Reason = tuple[CaseRows, list[str]]  # for each case the number of a text, and the texts


def _reason(
    asked: str, names: Sequence[str], having: Sequence[Sequence[CaseRows]], kept: CaseRows, silent: str
) -> _Reason:
    """What is told of each kept case: the names of those lists of rows it is in, or what is told of one in none."""
    where = np.zeros(len(kept), dtype=np.int64)  # bit i stands for names[i]
    for bit, several in enumerate(having):
        for rows in several:
            where[_are_in(kept, rows)] |= 1 << bit
    codes, numbers = pd.factorize(where)
    told = [", ".join(name for bit, name in enumerate(names) if number >> bit & 1) for number in numbers.tolist()]
    return codes, [f"{asked}: {text}" if text else silent for text in told]


def _are_in(some: CaseRows, rows: CaseRows) -> Mask:
    """Whether each of some rows is among those, which are in order."""
    nearest = np.minimum(np.searchsorted(rows, some), len(rows) - 1)
    inside: Mask = rows[nearest] == some
    return inside


def _tuples(reasons: Sequence[_Reason], count: int) -> pd.Series:
    """The texts of each row as one tuple; equal rows share theirs, so that a long answer costs little."""
    combined = np.zeros(count, dtype=np.intp)
    for codes, texts in reasons:
        combined = pd.factorize(combined * len(texts) + codes)[0]
    _, firsts = np.unique(combined, return_index=True)
    told = np.empty(len(firsts), dtype=object)
    for i, row in enumerate(firsts):
        told[i] = tuple(texts[codes[row]] for codes, texts in reasons if texts[codes[row]])
    return pd.Series(told[combined], dtype=object)
