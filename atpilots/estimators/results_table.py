"""Effect estimates for small, ordinal, tied, bounded before/after data: one pure function each, data in, Estimate out.

The name of an estimator is the label of its result; the names of its parameters say what it needs. The first is data:

    pairs     before, after and change = after − before; one row per paired respondent
    everyone  before and after of whoever answered at least once, NaN where not (`attrition`)
    items     scored items at the baseline of whoever answered them all (`cronbach_alpha`)
    raters    the same residents' scores by themselves and by their support workers (`agreement`); item_raters likewise

Scores are few, however many people there are: pairs and everyone may as well hold one row per different pair of scores
and, in the column people, how many have it. `estimate` counts once and gives every estimator the counts.

The keyword parameters are what the instrument or the pilot knows beside them (`known_of`): better, score_range,
important (for one person), norm_mean, retest_r, levels, two_levels; piloted, other_p_values. An estimator whose needs
a measure does not meet (a minimal important change where none is agreed for one person, the alpha of a single item)
gives no row. All scores are in score points; where too few people or no variation leave a number undefined, it is NaN.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from weakref import WeakKeyDictionary

import pandas as pd

from atpilots.estimators.agreement import AGREEMENT
from atpilots.estimators.attrition import best_case_mean_change, leavers_minus_stayers_before, worst_case_mean_change
from atpilots.estimators.baseline import (
    baseline_adjusted_difference,
    cronbach_alpha,
    difference_in_change,
    expected_regression_to_the_mean,
)
from atpilots.estimators.exact_tests import (
    hodges_lehmann,
    holm_permutation_test,
    permutation_test,
    sign_test,
    signed_rank_test,
)
from atpilots.estimators.influence import leave_one_out_conf_high, leave_one_out_conf_low, leave_one_out_mean_change
from atpilots.estimators.means import (
    correlation,
    detectable_change,
    mean_after,
    mean_before,
    mean_change,
    median_change,
    sd_after,
    sd_before,
    sd_change,
    standardised_mean_change_change,
    standardised_mean_change_raw,
)
from atpilots.estimators.result import Estimate
from atpilots.estimators.shares import (
    marginal_homogeneity_test,
    mcnemar_test,
    probability_of_improvement,
    share_better,
    share_importantly_better,
    share_importantly_worse,
    share_same,
    share_worse,
)
from atpilots.files import collector_paused, map_in_threads
from atpilots.pilots import Measure, Pilot

COLUMNS = (
    "pilot", "measure", "wave", "arm", "rater",
    "estimator", "estimate", "conf_low", "conf_high", "p_value", "n", "unit",
)  # fmt: skip

ESTIMATORS: Mapping[str, Callable[..., Estimate]] = MappingProxyType(
    {
        function.__name__: function  # type: ignore[misc]  # functions of many signatures join to a bare one
        for function in (
            mean_before,
            mean_after,
            mean_change,
            median_change,
            hodges_lehmann,
            probability_of_improvement,
            share_better,
            share_same,
            share_worse,
            share_importantly_better,
            share_importantly_worse,
            permutation_test,
            holm_permutation_test,
            signed_rank_test,
            sign_test,
            mcnemar_test,
            marginal_homogeneity_test,
            sd_before,
            sd_after,
            sd_change,
            correlation,
            standardised_mean_change_raw,
            standardised_mean_change_change,
            detectable_change,
            expected_regression_to_the_mean,
            baseline_adjusted_difference,
            difference_in_change,
            worst_case_mean_change,
            best_case_mean_change,
            leavers_minus_stayers_before,
            leave_one_out_mean_change,
            leave_one_out_conf_low,
            leave_one_out_conf_high,
            cronbach_alpha,
            *AGREEMENT,
        )
    }
)


def estimate(pilot: Pilot) -> pd.DataFrame:
    """Every estimator on every measure, later wave, arm and rater of a pilot: the tidy results table.

    Columns: `COLUMNS`; full precision; `wave` is the later wave, compared with the baseline. A support
    worker who never answered a measure has no rows for it. Rows that compare arms stand with the comparison arm, those
    that compare raters with the support worker.

    >>> import atpilots as at
    >>> results = at.estimate(at.load_pilot("greenwich")).set_index(["measure", "estimator"])
    >>> float(results.loc[("swemwbs", "mean_change"), "estimate"].round(2))
    1.78
    """
    with collector_paused():
        import statsmodels.stats.weightstats  # noqa: F401 - which nearly every estimator asks for
    if pilot not in _estimated:
        _estimated[pilot] = _estimates_of(pilot)
    return _estimated[pilot].copy()  # whoever asked may change it; the pilot's pages are made of it, too


_estimated = WeakKeyDictionary[Pilot, pd.DataFrame]()  # as long as somebody has the pilot


def _estimates_of(pilot: Pilot) -> pd.DataFrame:
    asked = [
        (measure, wave, arm, rater)
        for measure in pilot.measures.values()
        for rater in pilot.raters
        if rater == pilot.raters[0] or pilot.answered(measure.name, rater)
        for wave in pilot.follow_ups
        for arm in pilot.protocol.arms
    ]

    @functools.cache  # the adjusted p of each secondary measure asks for those of all others
    def p_value(measure: str, wave: str, arm: str, rater: str) -> float:
        return permutation_test(pilot.pairs(measure, wave=wave, arm=arm, rater=rater, counted=True)).p_value

    def count(one: tuple[Measure, str, str, str]) -> None:
        measure, wave, arm, rater = one
        pilot.scores_by_wave(measure.name, wave=wave, arm=arm, rater=rater, counted=True)

    def rows_of(one: tuple[Measure, str, str, str]) -> list[dict[str, object]]:
        measure, wave, arm, rater = one
        key = {"pilot": pilot.name, "measure": measure.name, "wave": wave, "arm": arm, "rater": rater}
        return [key | dataclasses.asdict(result) for result in _results_of(pilot, *one, p_value)]

    scored = len(pilot.scores)  # and then counted: what all the rest is made of, each once
    map_in_threads(count, asked, rows=scored)
    return pd.DataFrame([row for one in asked for row in rows_of(one)], columns=list(COLUMNS))


def estimates_by_estimator(rows: pd.DataFrame) -> dict[str, Estimate]:
    """Rows of the results table as the estimates that they were made from, by the estimator's name.

    rows: those of one measure, wave, arm and rater; of an estimator that stands twice the last row counts.
    """
    records = rows[[field.name for field in dataclasses.fields(Estimate)]].to_dict("records")
    return {str(record["estimator"]): Estimate(**{str(k): v for k, v in record.items()}) for record in records}


def known_of(measure: Measure) -> dict[str, object]:
    """What a measure's instrument knows, by the names under which estimators ask for it."""
    instrument = measure.instrument
    known: dict[str, object] = {"better": instrument.better, "score_range": instrument.score_range}
    # A change that matters for the average of a group says nothing of how much one person has to change.
    if important := instrument.of_one_person:
        known["important"] = (important.low, important.high)
    if instrument.norm and instrument.retest:
        known |= {"norm_mean": instrument.norm.mean, "retest_r": instrument.retest.r}
    if len(instrument.items) == 1:
        levels = instrument.possible_scores()
        known["two_levels" if len(levels) == 2 else "levels"] = levels
    return known


def _results_of(
    pilot: Pilot, measure: Measure, wave: str, arm: str, rater: str, p_value: Callable[..., float]
) -> list[Estimate]:
    """The result of every estimator whose needs one measure, wave, arm and rater meet.

    p_value: the permutation test's, of any measure, wave, arm and rater.
    """
    known = known_of(measure)
    known["pairs"] = pilot.pairs(measure.name, wave=wave, rater=rater, arm=arm, counted=True)
    known["everyone"] = pilot.scores_by_wave(measure.name, wave=wave, rater=rater, arm=arm, counted=True)
    if arm != pilot.protocol.arms[0]:
        known["piloted"] = pilot.pairs(measure.name, wave=wave, rater=rater, counted=True)
    if rater != pilot.raters[0] and pilot.answered(measure.name, pilot.raters[0]):
        known["raters"] = pilot.ratings(measure.name, wave=wave, arm=arm)
        if len(measure.instrument.items) == 1:
            known["item_raters"] = known["raters"]
    if not measure.primary:
        others = [m.name for m in pilot.measures.values() if not m.primary and m.name != measure.name]
        known["other_p_values"] = tuple(p_value(name, wave, arm, rater) for name in others)
    if len(measure.instrument.items) > 1 and measure.instrument.scoring != "value_set":
        known["items"] = pilot.baseline_items(measure.name, rater=rater, arm=arm)
    return [
        function(**{name: known[name] for name in wanted})
        for function in ESTIMATORS.values()
        if (wanted := _needs(function)) <= known.keys()
    ]


@functools.cache
def _needs(function: Callable[..., Estimate]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)
