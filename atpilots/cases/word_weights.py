"""Where the words of cases stand, and how much each weighs in each case: BM25, in which what is rare tells more."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from atpilots.cases.library import MULTI_VALUED
from atpilots.cases.question import TAG_COLUMNS, found_concept, text_terms
from atpilots.cases.synonyms import UK_NATIONS
from atpilots.vocabularies import DIRECTION

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

# Cases as places with terms: ("title", […]), ("Older people", ["=older_people"]), …; the names are those in reasons.


def _tags(cases: pd.DataFrame) -> Iterator[tuple[str, str, CaseRows]]:
    """What cases are filed under: the place, the term, and the rows of the cases."""
    for nation, rows in rows_by_value(cases["country"]).items():
        if nation in UK_NATIONS:
            yield "country", "=uk", rows
    for column, labels in TAG_COLUMNS.items():
        for word, rows in rows_by_value(cases[column]).items():
            yield labels[word], f"={word}", rows
    for direction, rows in rows_by_value(cases["direction"]).items():
        yield _reported(direction), f"={found_concept(direction)}", rows


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


class Postings(Mapping[str, Posting]):
    """The posting of each term of the cases: a stem, or a concept such as "=older_people".

    cases: a table like that of load_case_studies, its index the numbers from 0. Takes time linear in their number. A
    posting is put together when it is first asked for, because most terms never are.
    """

    def __init__(self, cases: pd.DataFrame) -> None:
        self._made: dict[str, Posting] = {}
        # Each different cell: its place, and the cases that have it, one cell's after another's.
        self._places, texts, rows = list[str](), list[str](), [np.zeros(0, dtype=np.intp)]
        having = [np.zeros(0, dtype=np.intp)]
        for column, name in TEXT_COLUMNS.items():
            codes, values = pd.factorize(cases[column].where(cases[column] != ""))
            rows.append(np.argsort(codes, kind="stable")[np.count_nonzero(codes < 0) :])
            having.append(np.bincount(codes[codes >= 0], minlength=len(values)))
            texts += map(str, values.tolist())
            self._places += [name] * len(values)
        cells, terms, known = text_terms(texts)
        numbers = self._numbers = {term: number for number, term in enumerate(known)}
        tags = list(_tags(cases))
        self._places += [place for place, _, _ in tags]
        rows += [some for _, _, some in tags]
        having.append(np.array([len(some) for _, _, some in tags], dtype=np.intp))
        cells = np.append(cells, np.arange(len(texts), len(self._places)))
        terms = np.append(terms, [numbers.setdefault(term, len(numbers)) for _, term, _ in tags]).astype(np.intp)
        self._rows, number_having = np.concatenate(rows), np.concatenate(having)
        self._ends = np.cumsum(number_having)
        words = np.bincount(cells, minlength=len(self._places))
        # What a case is filed under says more of it than a mention.
        weights = np.array([1 if place in TEXTS else 2 for place in self._places], dtype=np.int64)
        # How often each cell has each term, by term and then cell.
        pairs, times = np.unique(terms * len(words) + cells, return_counts=True)
        of_pair, self._cells = np.divmod(pairs, max(len(words), 1))
        self._times = times * weights[self._cells]
        self._starts = np.searchsorted(of_pair, np.arange(len(self._numbers) + 1))
        self._lengths = np.bincount(self._rows, np.repeat(weights * words, number_having), minlength=len(cases))

    def __getitem__(self, term: str) -> Posting:
        if term not in self._made:
            number = self._numbers[term]
            self._made[term] = self._posting(slice(*self._starts[number : number + 2]))
        return self._made[term]

    def _posting(self, part: slice) -> Posting:
        """That of a term whose cells are this part of all."""
        cells, count = self._cells[part].tolist(), len(self._lengths)
        several = [self._having(cell) for cell in cells]
        times = np.bincount(_joined(several), np.repeat(self._times[part], list(map(len, several))), minlength=count)
        places: dict[str, Mask] = {}
        for cell in cells:
            places.setdefault(self._places[cell], np.zeros(count, dtype=bool))[self._having(cell)] = True
        rows = np.flatnonzero(times)
        having = {place: np.flatnonzero(inside) for place, inside in places.items()}
        return Posting(rows, _bm25(times[rows], self._lengths[rows], self._lengths.mean(), count), having)

    def _having(self, cell: int) -> CaseRows:
        """The cases that have a cell."""
        return self._rows[self._ends[cell - 1] if cell else 0 : self._ends[cell]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, term: object) -> bool:
        return term in self._numbers


def _joined(several: Sequence[CaseRows]) -> CaseRows:
    return np.concatenate([np.zeros(0, dtype=np.intp), *several])


def _bm25(times: NDArray[Any], lengths: NDArray[Any], average: float, cases: int) -> NDArray[np.float32]:
    """The weights of a term in the cases that have it so many times: BM25 (Lucene's variant; k1 = 1.5, b = 0.75).

    lengths: how many terms each of them has; average: all of the cases, of whom there are so many. To the last bit what
    the package bm25s works out, one case at a time, in many times as long; a test compares the two.
    """
    rarity = np.float32(math.log(1 + (cases - len(times) + 0.5) / (len(times) + 0.5)))
    weights: NDArray[np.float32] = (rarity * (times / (1.5 * ((1 - 0.75) + 0.75 * lengths / average) + times))).astype(
        np.float32
    )
    return weights
