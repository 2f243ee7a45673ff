"""The way in to a search of the cases: which cases are searched, and an index of them that is made once and kept.

Which of them are hits, in which order and why, is decided in `ranking`.
"""

from __future__ import annotations

import hashlib

import pandas as pd

from atpilots.cases.filters import Wanted
from atpilots.cases.library import load_case_studies
from atpilots.cases.ranking import MOST, CaseIndex
from atpilots.files import CASES_FILE

INDEXES_KEPT = 4


def find_cases(
    words: str = "",
    *,
    technology: Wanted | None = None,
    user_group: Wanted | None = None,
    outcome: Wanted | None = None,
    evidence: Wanted | None = None,
    country: Wanted | None = None,
    limit: int | None = MOST,
    cases: pd.DataFrame | CaseIndex | None = None,
) -> pd.DataFrame:
    """The cases that answer a question, best first.

    `words` are everyday words; synonyms, endings, American spellings and slips of the pen are understood. A hit has
    every word of the question that asks for something; where no case has them all, those with the most are hits. Of
    three or more such words a hit may lack one more, and ranks below. The reasons say what is missing. Words for a
    design or a direction ("before and after", "negative findings") put the cases that have it first and do not shut
    out the others, unless nothing else is asked for. The filters (technology, user_group,
    outcome, evidence, country) take one word of the vocabulary or several: any of
    one filter's words, and all of the filters; country "UK" includes the four nations. Ties, and everything when
    `words` is blank, stay in order of case_id. `limit` keeps the first so many, None all.

    Returns the columns of load_case_studies, relevance (BM25 score; 0 when `words` is blank) and reasons (a tuple of
    texts). `.attrs["found"]` is the number of hits, `.attrs["advice"]`, where there is none, what to try instead.
    `cases` may be a table like that of load_case_studies. It is indexed once, and again when its content changes. To
    ask a large one often, give a CaseIndex: a table is read through at each call, to know whether it is the same.
    Raises UsageError for an unknown filter word, naming the legal ones, or where `words` hold nothing to search for.

    >>> import atpilots as at
    >>> found = at.find_cases("falls at night", technology="falls_detector")
    >>> all("falls_detector" in words for words in found["technology"])
    True
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
