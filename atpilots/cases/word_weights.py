"""Where the words of cases stand, and how much each weighs in each case: BM25, in which what is rare tells more."""

from __future__ import annotations

import dataclasses
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from atpilots.cases.library import MULTI_VALUED
from atpilots.cases.question import TAG_COLUMNS, found_concept, text_terms
from atpilots.cases.synonyms import UK_NATIONS
from atpilots.vocabularies import DIRECTION

CaseRows = NDArray[np.intp]  # numbers of cases in an index

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

# Cases as places with terms: ("title", […]), ("Older people", ["=older_people"]), …; the names are those in reasons.


def _places(cases: pd.DataFrame) -> Iterator[tuple[str, list[str], CaseRows]]:
    """Every place with the terms of each different cell, and the rows of the cases that have it."""
    for column, name in TEXT_COLUMNS.items():
        for text, rows in rows_by_value(cases[column]).items():
            yield name, text_terms(text), rows
    for nation, rows in rows_by_value(cases["country"]).items():
        if nation in UK_NATIONS:
            yield "country", ["=uk"], rows
    for column, labels in TAG_COLUMNS.items():
        for word, rows in rows_by_value(cases[column]).items():
            yield labels[word], [f"={word}"], rows
    for direction, rows in rows_by_value(cases["direction"]).items():
        yield _reported(direction), [f"={found_concept(direction)}"], rows


def rows_by_value(column: pd.Series) -> dict[str, CaseRows]:
    """The rows that have each value of a column, or each word of a cell with several; blank cells left out."""
    cells = column.explode() if column.name in MULTI_VALUED else column
    codes, values = pd.factorize(cells)
    order = np.argsort(codes, kind="stable")
    rows = np.split(cells.index.to_numpy()[order], np.searchsorted(codes[order], np.arange(len(values))))
    return {str(value): having for value, having in zip(values, rows[1:], strict=True) if value != ""}


def _reported(direction: str) -> str:
    return f"reported as {DIRECTION[direction].lower()}"


TEXTS = frozenset(TEXT_COLUMNS.values())
_TAG_LABELS = [name for labels in TAG_COLUMNS.values() for name in labels.values()]
# Every place with its number, in the order in which reasons name them.
PLACES = {place: i for i, place in enumerate([*TEXT_COLUMNS.values(), *_TAG_LABELS, *map(_reported, DIRECTION)])}


@dataclasses.dataclass(frozen=True)
class Posting:
    """The cases that have a term, in order, with its weight in each, and those that have it in each place."""

    rows: CaseRows
    weights: NDArray[np.float32]
    places: Mapping[str, CaseRows]


def weigh_words(cases: pd.DataFrame) -> dict[str, Posting]:
    """Each term of the cases (a stem, or a concept such as "=older_people") with where it stands and its weights.

    cases: a table like that of load_case_studies, its index the numbers from 0. Takes time linear in their number.
    """
    documents: list[list[str]] = [[] for _ in range(len(cases))]
    places: dict[str, dict[str, list[CaseRows]]] = defaultdict(lambda: defaultdict(list))
    for place, terms, rows in _places(cases):
        counted = terms if place in TEXTS else terms * 2  # what a case is filed under says more than a mention
        for row in rows.tolist():
            documents[row] += counted
        for term in set(terms):
            places[term][place].append(rows)
    return {
        term: Posting(*weighed, {name: np.unique(np.concatenate(rows)) for name, rows in places[term].items()})
        for term, weighed in _bm25(documents).items()
    }


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
