"""Which published cases are most like a pilot, and which of its hopes nobody has tried. No result is a criterion."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from atpilots.cases.filters import Wanted, label, legal_words, spoken
from atpilots.cases.library import load_case_studies, words_of
from atpilots.files import UsageError
from atpilots.vocabularies import EVIDENCE_TYPE, OUTCOME_DOMAIN, SETTING, TECHNOLOGY, USER_GROUP

# What likeness is made of, the most telling first. A case's direction is not among them.
WEIGHTS = {"technology": 4, "outcome_domain": 3, "user_group": 2, "evidence_type": 2, "setting": 1}
# A single study's design: 0 at Nesta level 1 (nothing measured beforehand), 1 from level 3 (somebody to compare with).
WEAKEST, STRONG = 1, 3

# Findings that a list of improvements would hide. "Not reported" is no finding.
CONTRARY = ("mixed", "no_difference", "worsened")
CONTRARY_REASON = "shown because every case above reports an improvement, or no result"


def match_cases(
    technology: Wanted,
    user_group: Wanted,
    outcome_domains: Wanted,
    setting: str,
    cases: pd.DataFrame | None = None,
    limit: int = 6,
) -> pd.DataFrame:
    """The cases most like a pilot, best first, at most `limit` of them.

    Similarity is the weighted mean (WEIGHTS) of: the shares of the pilot's technologies, outcomes and user groups that
    the case has, whether the setting is the same, and the strength of its design (0, ½ or 1 for Nesta level 1, 2 or
    higher). A case that shares neither a technology nor an outcome is not similar. The direction of a finding plays no
    part. technology, user_group, outcome_domains, setting: the pilot's, in words of the vocabularies; cases: as for
    find_cases. Where none of the top cases has a mixed, null or negative finding although a similar case of one of the
    pilot's technologies has, the best such case takes the last place. Of equals, stronger designs come first, then the
    order is that of case_id.

    Returns the columns of load_case_studies, similarity (0 to 1) and reasons (a tuple of texts).
    Raises UsageError for a word that is not in its vocabulary, or a limit below 2.

    >>> import atpilots as at
    >>> like = at.match_cases(["voice_assistant"], ["older_people"], ["wellbeing"], "own_home", limit=3)
    >>> len(like)
    3
    """
    if limit < 2:
        raise UsageError(f"limit must be at least 2, so that a finding of another direction has room, not {limit}")
    pilot = {
        "technology": legal_words("technology", technology, TECHNOLOGY),
        "outcome_domain": legal_words("outcome", outcome_domains, OUTCOME_DOMAIN),
        "user_group": legal_words("user_group", user_group, USER_GROUP),
        "setting": legal_words("setting", setting, SETTING),
    }
    ranked = _ranked(load_case_studies() if cases is None else cases, pilot)
    contrary = _contrary(ranked, pilot["technology"], limit)
    chosen = ranked.iloc[:limit] if contrary.empty else pd.concat([ranked.iloc[: limit - 1], contrary])
    reasons = [_reasons(case, pilot) for case in chosen.to_dict("records")]
    if not contrary.empty:
        reasons[-1] = (*reasons[-1], CONTRARY_REASON)
    return chosen.assign(reasons=pd.Series(reasons, index=chosen.index, dtype=object)).reset_index(drop=True)


def _ranked(cases: pd.DataFrame, pilot: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    ordered = cases.sort_values("case_id", ignore_index=True)
    shares = pd.DataFrame(
        {column: [_share(wanted, cell) for cell in ordered[column]] for column, wanted in pilot.items()}, dtype=float
    )
    levels = ordered["nesta_level"].astype(float).clip(WEAKEST, STRONG)
    shares["evidence_type"] = (levels - WEAKEST) / (STRONG - WEAKEST)
    similarity = shares.mul(pd.Series(WEIGHTS)).sum(axis=1) / sum(WEIGHTS.values())
    # Rounded, so that the last bits of a float cannot decide an order.
    ranked = ordered.assign(similarity=similarity.round(6))
    similar = ranked[(shares["technology"] > 0) | (shares["outcome_domain"] > 0)]
    return similar.sort_values(["similarity", "nesta_level"], ascending=False, kind="stable", ignore_index=True)


def _share(wanted: Sequence[str], cell: object) -> float:
    """The share of the pilot's words that a case has; 0 where the pilot names none."""
    return len(set(wanted) & set(words_of(cell))) / max(len(wanted), 1)


def _reasons(case: Mapping[Hashable, object], pilot: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What a case shares with the pilot ("technology: Wearable"), and how its finding was come by."""
    shared = {column: [word for word in words_of(case[column]) if word in wanted] for column, wanted in pilot.items()}
    alike = [
        f"{spoken(column)}: {', '.join(label(column, word) for word in words)}"
        for column, words in shared.items()
        if words
    ]
    design = EVIDENCE_TYPE[str(case["evidence_type"])]
    claim = f"; supplier's claim ({case['supplier_reason']})" if case["supplier_claim"] else ""
    return *alike, f"evidence: {design} (Nesta level {case['nesta_level']} at most){claim}"


def _contrary(ranked: pd.DataFrame, technology: Sequence[str], limit: int) -> pd.DataFrame:
    """The contrary finding that takes the last of the `limit` places, as a table; empty where there is none to show, or
    one has a place of its own.
    """
    contrary = ranked["direction"].isin(CONTRARY)
    if contrary.iloc[:limit].any():
        return ranked.iloc[:0]
    same = np.array([_share(technology, cell) > 0 for cell in ranked["technology"]], dtype=bool)
    return ranked[contrary & same].iloc[:1]


def untried(technology: Wanted, outcome_domains: Wanted, cases: pd.DataFrame | None = None) -> pd.DataFrame:
    """The pilot's pairs of technology and outcome that no case covers, whatever its finding.

    Returns technology and outcome_domain (words), in the order given; no row where every pair has been tried.
    Raises UsageError for a word that is not in its vocabulary.
    """
    known = load_case_studies() if cases is None else cases
    tried = {
        pair
        for technologies, outcomes in zip(known["technology"], known["outcome_domain"], strict=True)
        for pair in product(technologies, outcomes)
    }
    hoped = product(
        legal_words("technology", technology, TECHNOLOGY), legal_words("outcome", outcome_domains, OUTCOME_DOMAIN)
    )
    return pd.DataFrame([pair for pair in hoped if pair not in tried], columns=["technology", "outcome_domain"])
