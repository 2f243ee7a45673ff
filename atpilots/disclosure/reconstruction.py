"""The intruder's best attempt on one measure: which answers fit with everything that a page prints about it (R-SDC-14).

We assume the worst: the intruder knows who took part and exactly how many, the questionnaire with every score that it
can give, and these rules. Feasible datasets are *found*, each checked against the whole page, so their number can come
out too low (then a page tells less than it could) but never too high.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from atpilots.disclosure.dataset_search import Accept, Changes, Search, accept_any, possible_changes
from atpilots.disclosure.enumeration import every_set
from atpilots.disclosure.mean_counts import count_sets_with_mean
from atpilots.disclosure.published import PublishedStatistics, details, published_from
from atpilots.disclosure.scale import Scale
from atpilots.disclosure.score_pairs import is_even
from atpilots.disclosure.thresholds import MIN_FEASIBLE_DATASETS
from atpilots.disclosure.uneven_scales import counts_stay_ambiguous

# Limits of the audit. Any of them can only make us more careful.
MOST_FINER_PAGES = 150
MOST_FINER_TOLD = 20  # where the search succeeds, it meets about ten such pages at most


@dataclasses.dataclass(frozen=True)
class Audit:
    """How much an intruder finds: sets of answers (counting stops at 20), and whether the directions stay ambiguous."""

    changes: int
    before: int
    after: int
    ambiguous: bool

    @property
    def passed(self) -> bool:
        """Whether all of them are too many to choose from."""
        return min(self.changes, self.before, self.after) >= MIN_FEASIBLE_DATASETS and self.ambiguous


def safe_statistics(
    scale: Scale, before: Sequence[float], after: Sequence[float], threshold: int
) -> PublishedStatistics | None:
    """What may be printed about a measure: the finest detail that passes the audit; None where none does.

    That a page is coarse tells that finer ones failed. So, at a coarser step, the audit is passed once more by those
    feasible datasets alone whose own finer pages fail too.
    """
    changes = np.round(np.array(after) - np.array(before), 9)
    failed: dict[PublishedStatistics, bool] = {}
    for detail in details(scale, len(changes), threshold):
        printed = published_from(scale, changes, float(np.sum(before)), detail)
        if audit(printed, scale, changes).passed:
            accept = fails_at(scale, printed, failed)
            if not failed or audit(printed, scale, changes, accept).passed:
                return printed
        failed[printed] = True
    return None


def audit(printed: PublishedStatistics, scale: Scale, changes: np.ndarray, accept: Accept = accept_any) -> Audit:
    """What an intruder can make of a page, searching from the true changes, which fit by construction.

    On a short scale all sets of changes are tried, so what is found follows from the page: whoever goes through the
    answers that make the same page, and asks which of them would have passed, learns nothing more.
    """
    if accept is accept_any and every_set(possible_changes(scale.scores), printed.n):
        return _audit_of_a_page(printed, scale)
    return _audit(printed, scale, changes, accept)


@lru_cache(maxsize=4096)
def _audit_of_a_page(printed: PublishedStatistics, scale: Scale) -> Audit:
    return _audit(printed, scale, np.array([]), accept_any)


def _audit(printed: PublishedStatistics, scale: Scale, changes: np.ndarray, accept: Accept) -> Audit:
    half = printed.detail.step / 2
    ends = (scale.scores[0], scale.scores[-1])
    before, after = (
        # A mean at an end of the scale is true of everybody.
        0 if mean in ends else count_sets_with_mean(scale.scores, printed.n, mean - half, mean + half)
        for mean in (printed.before, printed.after)
    )
    if min(before, after) < MIN_FEASIBLE_DATASETS or printed.low == printed.high:
        return Audit(changes=0, before=before, after=after, ambiguous=False)
    search = Search(printed, scale, accept)
    if not is_even(scale.scores) and not counts_stay_ambiguous(printed, scale):
        return Audit(changes=0, before=before, after=after, ambiguous=False)
    found = search.run(changes)
    if len(found) >= MIN_FEASIBLE_DATASETS and is_even(scale.scores):
        before, after = search.score_sets(found)
    return Audit(min(len(found), MIN_FEASIBLE_DATASETS), before, after, search.directions_stay_ambiguous(found))


def fails_at(scale: Scale, printed: PublishedStatistics, failed: dict[PublishedStatistics, bool]) -> Accept:
    """Whether every finer page about other changes, which make the same coarse page, would have failed too.

    failed: the finer pages about the true changes.
    """
    known = dict(failed)
    finer_details = [page.detail for page in reversed(failed)]  # the coarsest of them is the likeliest to be told
    search = Search(printed, scale)

    def fails(changes: Changes) -> bool:
        return any(fails_with(np.array(changes), total) for total in search.totals_before(np.array(changes)))

    def fails_with(array: np.ndarray, total: float) -> bool:
        for detail in finer_details:
            finer = published_from(scale, array, total, detail)
            if finer not in known:
                if len(known) >= MOST_FINER_PAGES or list(known.values()).count(False) >= MOST_FINER_TOLD:
                    return False
                known[finer] = not audit(finer, scale, array).passed
            if not known[finer]:
                return False
        return True

    return fails


def finer_pages_fail(scale: Scale, printed: PublishedStatistics, changes: np.ndarray, total_before: float) -> Accept:
    """Whether every page finer than the one printed fails about other changes too, as it did about the true ones."""
    finer = itertools.takewhile(
        lambda detail: detail != printed.detail, details(scale, printed.n, printed.detail.threshold)
    )
    return fails_at(scale, printed, {published_from(scale, changes, total_before, detail): True for detail in finer})
