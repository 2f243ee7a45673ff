"""What the library holds: cases counted by each of their words, and the map of evidence and its gaps; never pooled."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pandas as pd

from atpilots.cases.appraisal import NESTA_LEVELS
from atpilots.cases.library import MULTI_VALUED, SINGLE_VALUED, load_case_studies
from atpilots.vocabularies import DIRECTION, OUTCOME_DOMAIN, TECHNOLOGY

# What cases are counted by. Those without a vocabulary have the words that occur, in order.
FACETS: Mapping[str, Mapping[Any, str] | None] = {
    "technology": dict(MULTI_VALUED["technology"]),
    "user_group": dict(MULTI_VALUED["user_group"]),
    "setting": dict(SINGLE_VALUED["setting"]),
    "outcome_domain": dict(MULTI_VALUED["outcome_domain"]),
    "evidence_type": dict(SINGLE_VALUED["evidence_type"]),
    "nesta_level": {level: f"Level {level} at most" for level in NESTA_LEVELS},
    "direction": dict(SINGLE_VALUED["direction"]),
    "country": None,
    "year": None,
}
UNKNOWN = "Not given"


def case_facets(cases: pd.DataFrame | None = None) -> pd.DataFrame:
    """How many of the cases have each word: of every vocabulary, also where none has it, and each country and year.

    cases: default all of the library. Returns one row per facet and word: facet (a column of the cases), word (as it is
    written there; "" where a case gives none), label, cases. A case of two technologies is counted once for each, so a
    facet need not add up.

    >>> import atpilots as at
    >>> at.case_facets().columns.tolist()
    ['facet', 'word', 'label', 'cases']
    """
    rows, cases = [], load_case_studies() if cases is None else cases
    for facet, labels in FACETS.items():
        cells = cases[facet].explode() if facet in MULTI_VALUED else cases[facet]
        counts = cells.value_counts().to_dict() | {"": int(cells.isna().sum())}
        if not counts[""]:
            del counts[""]
        words = list(labels) if labels is not None else sorted(counts, key=lambda word: (word == "", str(word)))
        named = labels or {word: str(word) if word != "" else UNKNOWN for word in words}
        rows += [(facet, str(word), named[word], counts.get(word, 0)) for word in words]
    return pd.DataFrame(rows, columns=["facet", "word", "label", "cases"])


def evidence_map(cases: pd.DataFrame | None = None) -> pd.DataFrame:
    """How much evidence there is, of which level and direction, for each technology and outcome.

    cases: default all of the library.
    Returns one row per technology, outcome_domain and nesta_level, empty cells included (19 x 16 x 5 = 1,520 rows, in
    the order of the vocabularies): cases; participants (Int64: their sum over the cases that report them, missing where
    none does); participants_reported (the number of such cases); supplier_claims; and one count per direction.
    A case of two technologies and three outcomes is in six cells, so cells must not be added up to a total.

    >>> import atpilots as at
    >>> {"technology", "outcome_domain", "cases"} <= {*at.evidence_map().columns}
    True
    """
    cases = load_case_studies() if cases is None else cases
    long = cases.explode("technology").explode("outcome_domain")
    for direction in DIRECTION:
        long[direction] = long["direction"] == direction
    cells = pd.MultiIndex.from_tuples(
        product(TECHNOLOGY, OUTCOME_DOMAIN, NESTA_LEVELS), names=["technology", "outcome_domain", "nesta_level"]
    )
    groups = long.groupby(list(cells.names))
    counts = groups[list(DIRECTION)].sum().reindex(cells, fill_value=0)
    counts.insert(0, "cases", groups.size().reindex(cells, fill_value=0))
    counts.insert(1, "participants", groups["participants"].sum(min_count=1).reindex(cells))
    counts.insert(2, "participants_reported", groups["participants"].count().reindex(cells, fill_value=0).astype(int))
    counts.insert(3, "supplier_claims", groups["supplier_claim"].sum().reindex(cells, fill_value=0))
    return counts.reset_index()


def summed(cells: pd.DataFrame) -> pd.DataFrame:
    """The evidence map's rows of all levels added up, which never counts a case twice: a case has one level.

    Returns one row per technology and outcome_domain: the counts of evidence_map; level, the highest that has a case
    (0 where none has); and levels, the number of cases by level.
    """
    counts = ["cases", "participants_reported", "supplier_claims", *DIRECTION]
    groups = cells.groupby(["technology", "outcome_domain"], sort=False)
    rows = groups[counts].sum()
    rows["participants"] = groups["participants"].sum(min_count=1)
    having = cells[cells["cases"] > 0]
    rows["level"] = (
        having.groupby(["technology", "outcome_domain"])["nesta_level"].max().reindex(rows.index, fill_value=0)
    )
    wide = cells.pivot(index=["technology", "outcome_domain"], columns="nesta_level", values="cases")
    levels = [
        {level: int(count) for level, count in zip(NESTA_LEVELS, wide.loc[pair], strict=True) if count}
        for pair in rows.index
    ]
    rows["levels"] = pd.Series(levels, index=rows.index, dtype=object)
    return rows.reset_index()
