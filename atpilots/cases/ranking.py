"""Which cases answer a question, in which order, and why: the one place where cases are ranked for a search.

What a question asks for is decided in `question`, what a word weighs in `word_weights`. `search` is the way in, and
keeps the indexes. How like a pilot a case is, which needs no question, is decided in `similarity`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from atpilots.cases.filters import FILTERS, Wanted, label, legal_words, spoken
from atpilots.cases.question import Sought, is_known, joined, parse, stem, words_in
from atpilots.cases.spelling import Spelling
from atpilots.cases.synonyms import UK_NATIONS
from atpilots.cases.word_weights import PLACES, TEXTS, CaseRows, Mask, Postings, rows_by_value
from atpilots.files import UsageError
from atpilots.vocabularies import EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY, USER_GROUP

MANY_WORDS = 3  # needed words of a question, from which on a case may lack one
ABOVE_ANY_RELEVANCE = 1e6
MORE_THAN_ANY_MARKS = 1e3
MOST = 1000  # hits; more than anybody reads, and than the library has


class CaseIndex:
    """Cases ready to be searched: built once, in time linear in their number, and asked often.

    `find_cases` keeps the index of the library by itself. Build one to ask many questions of a large table of cases.

    >>> import atpilots as at
    >>> index = at.CaseIndex(at.load_case_studies())
    >>> len(index.find("falls at night")) > 0
    True
    """

    def __init__(self, cases: pd.DataFrame) -> None:
        self.cases = cases.sort_values("case_id", ignore_index=True)
        self._postings = Postings(self.cases)
        self._spelling = Spelling(self.cases)

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
        """The cases that answer a question, best first: arguments and columns as of find_cases.

        >>> import atpilots as at
        >>> at.CaseIndex(at.load_case_studies()).find(technology="companion_robot", limit=2)["case_id"].size
        2
        """
        filters = {
            "technology": legal_words("technology", technology, TECHNOLOGY),
            "user_group": legal_words("user_group", user_group, USER_GROUP),
            "outcome_domain": legal_words("outcome", outcome, OUTCOME_DOMAIN),
            "evidence_type": legal_words("evidence", evidence, EVIDENCE_TYPE),
            "country": legal_words("country", country, sorted({"UK", *self._having["country"]})),
        }
        if "UK" in filters["country"]:
            filters["country"] += UK_NATIONS
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
        asked = sum(sought.weight == "needed" for sought in question)
        least = most - 1 if most >= MANY_WORDS - 1 and asked >= MANY_WORDS else most
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
        return {name: rows_by_value(self.cases[name]) for name in (*FILTERS, "country")}

    # Why a case was found

    def _word_reason(self, sought: Sought, kept: CaseRows) -> _Reason:
        """Where each case has a word; a common word that is not found needs no excuse."""
        found = [self._postings[term] for term in sorted(sought.answers & self._postings.keys())]
        places = sorted({place for posting in found for place in posting.places}, key=PLACES.__getitem__)
        having: dict[str, Mask] = {}
        for place in places:
            there = _are_in_any(kept, [posting.places[place] for posting in found if place in posting.places])
            said = self._said(sought, place, kept) if place in TEXTS else there
            having |= {place: there & said, f"{place} (in other words)": there & ~said}
        silent = "" if sought.weight == "common" else f"{sought.text}: not found"
        return _reason(sought.text, having, len(kept), silent)

    def _said(self, sought: Sought, place: str, kept: CaseRows) -> Mask:
        """Whether each case has every word of a phrase itself in a place, not only another word for it."""
        said = np.ones(len(kept), dtype=bool)
        for term in sought.stems:
            posting = self._postings.get(term)
            said &= _are_in_any(kept, [posting.places[place]] if posting and place in posting.places else [])
        return said

    def _filter_reason(self, column: str, wanted: Sequence[str], kept: CaseRows) -> _Reason:
        """Which of the wanted words each case has in a column."""
        rows = self._having[column]
        having = {label(column, word): _are_in_any(kept, [rows[word]] if word in rows else []) for word in wanted}
        return _reason(spoken(column), having, len(kept), "")

    # What a question means to these cases

    def _question(self, text: str) -> list[Sought]:
        """What a question asks for, with the slips of its writer mended."""
        words = joined(words_in(text), self._is_known)
        unknown = [word for word in words if not self._is_known(word)]
        slips = {word: meant for word in unknown if (meant := self._spelling.meant(word))}
        question = parse(words, slips)
        if text.strip() and not question:
            raise UsageError(f'there is no word to search for in "{text}"')
        return question

    def _is_known(self, word: str) -> bool:
        return stem(word) in self._postings or is_known(word)

    def _advice(self, question: Sequence[Sought], filters: Mapping[str, Sequence[str]]) -> str:
        """What to try where nothing was found: the nearest words, and what each filter shuts out."""
        told = []
        for sought in question:
            if sought.weight == "needed" and not (sought.answers & self._postings.keys()):
                near = ", ".join(self._spelling.nearby(sought.text))
                told.append(f"No case has {sought.text}{'; the nearest words are ' if near else ''}{near}.")
        for column in (name for name, wanted in filters.items() if wanted):
            count = len(self._matching(question, {**filters, column: ()}))
            if count:
                found = "1 case is" if count == 1 else f"{count} cases are"
                told.append(f"Without the filter on {spoken(column)}, {found} found.")
        if not told:
            told.append("No case has all that is asked for. Leave out a word or a filter.")
        return " ".join(told)


def _highest(scores: NDArray[np.floating], limit: int | None) -> CaseRows:
    """Where the highest scores stand, highest first, equal ones in their order; all, or the first so many."""
    if limit is None or len(scores) <= limit:
        return np.argsort(-scores, kind="stable")
    if not limit:
        return np.zeros(0, dtype=np.intp)
    least = np.partition(scores, -limit)[-limit]
    above, level = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
    return np.concatenate([above[np.argsort(-scores[above], kind="stable")], level[: limit - len(above)]])


_Reason = tuple[CaseRows, list[str]]  # for each case the number of a text, and the texts


def _reason(asked: str, having: Mapping[str, Mask], count: int, silent: str) -> _Reason:
    """What is told of each of so many kept cases: the names of what it has, or what is told of one that has none."""
    where = np.zeros(count, dtype=np.int64)  # bit i stands for names[i]
    names = [name for name, has in having.items() if has.any()]
    for bit, name in enumerate(names):
        where[having[name]] |= 1 << bit
    codes, numbers = pd.factorize(where)
    told = [", ".join(name for bit, name in enumerate(names) if number >> bit & 1) for number in numbers.tolist()]
    return codes, [f"{asked}: {text}" if text else silent for text in told]


def _are_in_any(some: CaseRows, several: Sequence[CaseRows]) -> Mask:
    """Whether each of some rows is in one of several lists of rows, each in order."""
    inside = np.zeros(len(some), dtype=bool)
    for rows in several:
        if len(rows):
            inside |= rows[np.minimum(np.searchsorted(rows, some), len(rows) - 1)] == some
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
