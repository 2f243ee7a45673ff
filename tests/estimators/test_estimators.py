"""The registry, the tidy table, and data with too few people or too little variation."""

import dataclasses
import gc
import inspect
import math
import subprocess
import sys
import weakref

import numpy as np
import pandas as pd
import pytest
from builders.parameters import each_once

from atpilots.estimators import means, results_table, sign_flip
from atpilots.estimators.headline_intervals import t_interval, t_interval_of
from atpilots.estimators.influence import leave_one_out
from atpilots.estimators.mixed_model import mixed_model_changes
from atpilots.estimators.result import Estimate
from atpilots.estimators.results_table import COLUMNS, ESTIMATORS, estimate, estimates_by_estimator, known_of
from atpilots.pilots.loading import load_pilot

PILOT = """
title = "Two arms"
borough = "A borough"
technology = ["voice_assistant"]
user_group = ["older_people"]
setting = "own_home"
provenance = "synthetic"
arms = ["pilot", "waiting"]
waves = ["before", "after", "later"]
endpoint = "after"
[[measures]]
instrument = "scale"
primary = true
[[measures]]
instrument = "five"
[[measures]]
instrument = "yes"
"""
SCALE = """
label = "A scale"
items = ["a", "b", "c"]
levels = [1, 5]
reverse = ["c"]
scoring = "sum"
better = "higher"
norm = {mean = 10.0, sd = 2.0, source = "none"}
retest = {r = 0.7, source = "none"}
[[minimal_important_change]]
low = 1.0
high = 3.0
level = "person"
contrast = "within"
basis = "distribution"
source = "none"
"""
SINGLE = 'label = "{0}"\nitems = ["{0}"]\nlevels = {1}\nscoring = "single"\nbetter = "{2}"\n'
KNOWN = {
    "better": "higher",
    "score_range": (0.0, 10.0),
    "important": (1.0, 2.0),
    "norm_mean": 6.0,
    "retest_r": 0.6,
    "levels": tuple(map(float, range(11))),
    "two_levels": (0.0, 1.0),
    "other_p_values": (0.03, math.nan, 0.5),
}


def pairs_of(before, after):
    frame = pd.DataFrame({"before": before, "after": after}, dtype=float)
    return frame.assign(change=frame["after"] - frame["before"])


def run(name, pairs):
    """The estimator on these pairs, with every setting filled in."""
    frames = {
        "pairs": pairs,
        "everyone": pairs[["before", "after"]],
        "items": pairs[["before", "after"]],
        "piloted": pairs,
        "raters": pd.DataFrame(
            {
                f"{rater}_{wave}": pairs[column]
                for rater, columns in (("resident", ("before", "after")), ("support_worker", ("after", "before")))
                for wave, column in zip(("before", "after"), columns, strict=True)
            }
        ),
    }
    frames["item_raters"] = frames["raters"]
    if name == "mcnemar_test":
        frames["pairs"] = pairs_of((pairs["before"] > 4) * 1.0, (pairs["after"] > 4) * 1.0)
    return ESTIMATORS[name](**{k: (KNOWN | frames)[k] for k in inspect.signature(ESTIMATORS[name]).parameters})


@pytest.fixture
def pilot(tmp_path):
    folder = tmp_path / "two-arms"
    (folder / "instruments").mkdir(parents=True)
    (folder / "pilot.toml").write_text(PILOT)
    (folder / "instruments" / "scale.toml").write_text(SCALE)
    (folder / "instruments" / "five.toml").write_text(SINGLE.format("five", "[1, 5]", "lower"))
    (folder / "instruments" / "yes.toml").write_text(SINGLE.format("yes", '["no", "yes"]', "higher"))
    rng = np.random.default_rng(5)
    rows = []
    for person in range(40):
        for wave in ("before", "after", "later")[: 1 + rng.integers(3) if person % 4 == 0 else 3]:
            arm = "pilot" if person % 2 else "waiting"
            rows.append([f"P{person}", wave, arm, *rng.integers(1, 6, 4), "yes" if rng.random() < 0.5 else "no"])
    rows.append(["late", "later", "waiting", 1, 2, 3, 4, "yes"])
    rows = [[*row[:3], rater, *row[3:]] for row in rows for rater in ("resident", "support_worker")]
    columns = ["respondent", "wave", "arm", "rater", "scale_a", "scale_b", "scale_c", "five", "yes"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "survey.csv", index=False)
    return load_pilot(folder)


def test_every_estimator_has_a_row_where_its_needs_are_met(pilot):
    results = estimate(pilot)
    assert tuple(results.columns) == COLUMNS
    key = ["measure", "wave", "arm", "rater", "estimator"]
    assert not results.duplicated(key).any()
    assert set(results["estimator"]) == set(ESTIMATORS)
    where = {
        name: set(rows[["measure", "arm"]].itertuples(index=False, name=None))
        for name, rows in results.groupby("estimator")
    }
    everywhere = {(m, a) for m in ("scale", "five", "yes") for a in ("pilot", "waiting")}
    only = {
        "share_importantly_better": {("scale", "pilot"), ("scale", "waiting")},
        "expected_regression_to_the_mean": {("scale", "pilot"), ("scale", "waiting")},
        "cronbach_alpha": {("scale", "pilot"), ("scale", "waiting")},
        "marginal_homogeneity_test": {("five", "pilot"), ("five", "waiting")},
        "mcnemar_test": {("yes", "pilot"), ("yes", "waiting")},
        "weighted_kappa_after": {(m, a) for m in ("five", "yes") for a in ("pilot", "waiting")},
        "baseline_adjusted_difference": {(m, "waiting") for m in ("scale", "five", "yes")},
        "holm_permutation_test": {(m, a) for m in ("five", "yes") for a in ("pilot", "waiting")},
        "mean_change": everywhere,
        "worst_case_mean_change": everywhere,
    }
    for name, expected in only.items():
        assert where[name] == expected, name
    of_raters = results[results["estimator"].str.contains("intraclass|rater|agreement|kappa")]
    assert set(of_raters["rater"]) == {"support_worker"}


def test_estimates_are_made_once_and_go_with_their_pilot(monkeypatch):
    made = []
    monkeypatch.setattr(results_table, "_results_of", lambda *one: made.append(one[1].name) or [])
    pilot = load_pilot("greenwich")
    estimate(pilot)
    once = len(made)
    estimate(pilot)
    assert len(made) == once == len(pilot.measures)
    gone = weakref.ref(pilot)
    made.clear()
    del pilot
    gc.collect()
    assert gone() is None


def test_the_power_of_as_many_pairs_is_worked_out_once():
    means._detectable_effect.cache_clear()
    for scale in (1.0, 2.0, 3.0):
        change = scale * np.array([1.0, 2.0, 4.0, -1.0])
        ESTIMATORS["detectable_change"](pd.DataFrame({"before": 0.0, "after": change, "change": change}))
    assert means._detectable_effect.cache_info().misses == 1


def test_rows_of_the_table_are_estimates_again(pilot):
    results = estimate(pilot)
    chosen = {"measure": "scale", "wave": "later", "arm": "pilot", "rater": "resident"}
    rows = results[(results[list(chosen)] == pd.Series(chosen)).all(axis=1)]
    found = estimates_by_estimator(rows)
    assert list(found) == list(rows["estimator"])
    assert all(name == one.estimator for name, one in found.items())
    pairs = pilot.pairs("scale", wave="later")
    assert found["mean_change"] == ESTIMATORS["mean_change"](pairs)
    assert type(found["mean_change"].n) is int


def test_the_family_of_holm_is_the_secondary_measures_of_one_arm_and_wave(pilot):
    results = estimate(pilot).set_index(["arm", "wave", "estimator", "measure"])["p_value"].sort_index()
    for arm in ("pilot", "waiting"):
        for wave in ("after", "later"):
            raw = results[arm, wave, "permutation_test"][["five", "yes"]].sort_values()
            adjusted = results[arm, wave, "holm_permutation_test"][raw.index]
            assert adjusted.iloc[0] == pytest.approx(min(1, 2 * raw.iloc[0]), abs=1e-12)
            assert adjusted.iloc[1] == pytest.approx(max(min(1, 2 * raw.iloc[0]), raw.iloc[1]), abs=1e-12)


def test_alpha_uses_reversed_items(pilot):
    items = pilot.baseline_items("scale")
    answers = pilot.answers.xs(("before", "resident"), level=("wave", "rater")).query("arm == 'pilot'")
    assert (items["scale_c"].to_numpy() == 6 - answers["scale_c"].to_numpy()).all()


def test_everyone_are_the_pairs_and_those_who_answered_once(pilot):
    chosen = {"wave": "later", "arm": "waiting"}
    everyone, pairs = pilot.scores_by_wave("scale", **chosen), pilot.pairs("scale", **chosen)
    assert len(everyone) > len(pairs)
    assert everyone["before"].isna().sum() == 1
    assert (
        pilot.scores_by_wave("scale", arm="waiting")["before"].notna().all()
    )  # who came later still is nobody's leaver
    pd.testing.assert_frame_equal(everyone.dropna().reset_index(drop=True), pairs[["before", "after"]])


DEGENERATE = [
    ([], []),
    ([5], [5]),
    ([5], [7]),
    ([5, 5], [5, 5]),
    ([5, 5], [6, 6]),
    ([4, 6], [5, 6]),
    ([3, 6, 4], [4, 7, 5]),
    ([3] * 12, [3] * 12),
    ([3] * 12, [4] * 12),
    ([0.516] * 9, [0.516] * 8 + [0.7]),
    ([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7]),
    ([1, 2, 3, 4, 5, 6], [4] * 6),
    ([0] * 7, [10] * 7),
    ([0] * 6 + [1], [10] * 7),
]


@pytest.mark.parametrize(("name", "data"), each_once(sorted(ESTIMATORS), DEGENERATE))
def test_degenerate_data_give_an_estimate_without_warning(name, data):
    before, after = data
    if name == "marginal_homogeneity_test" and before[:1] == [0.516]:
        return  # it is for an item, whose scores are its levels: decimals do not occur there
    result = run(name, pairs_of(before, after))
    assert isinstance(result, Estimate)
    assert result.estimator == name
    assert not any(math.isinf(value) for value in (result.estimate, result.conf_low, result.conf_high))
    assert math.isnan(result.p_value) or 0 <= result.p_value <= 1
    if len(before) == 0 and name != "expected_regression_to_the_mean":
        assert math.isnan(result.estimate)
        assert math.isnan(result.p_value)
        assert result.n == 0
    if not math.isnan(result.conf_low) and name not in {"probability_of_improvement"}:
        assert result.conf_low - 1e-9 <= result.estimate <= result.conf_high + 1e-9


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_thousands_of_people_take_the_large_sample_form(name):
    rng = np.random.default_rng(2)
    before = rng.integers(0, 11, 20_000)
    pairs = pairs_of(before, np.clip(before + rng.integers(-3, 4, 20_000), 0, 10))
    result = run(name, pairs)
    assert math.isfinite(result.estimate) or name == "leavers_minus_stayers_before"
    if not math.isnan(result.conf_low):
        assert result.conf_low <= result.estimate <= result.conf_high


@pytest.mark.slow
@pytest.mark.parametrize("name", ["permutation_test", "holm_permutation_test", "signed_rank_test"])
def test_a_p_that_is_not_exact_says_so(name, monkeypatch):
    rng = np.random.default_rng(8)
    exact = run(name, pairs_of(np.zeros(60), rng.integers(-4, 6, 60)))
    assert "approximation" not in exact.unit
    assert "approximation" not in run(name, pairs_of(np.zeros(40), rng.normal(size=40))).unit
    if name != "signed_rank_test":  # whose ranks always share a step
        many = run(name, pairs_of(np.zeros(41), rng.normal(size=41)))
        assert many.unit == "points, p by normal approximation"
    monkeypatch.setattr(sign_flip, "MOST_ADDITIONS", 0)
    rough = run(name, pairs_of(np.zeros(60), rng.integers(1, 6, 60)))
    assert rough.unit.endswith(", p by normal approximation")


@pytest.mark.parametrize(("n", "note"), [(300, ""), (301, ", interval by normal approximation")])
def test_an_interval_that_is_not_exact_says_so(n, note):
    assert run("hodges_lehmann", pairs_of(np.zeros(n), np.arange(n) % 7)).unit == f"points{note}"


NOISE = np.array([0.1 + 0.2, 0.3, 0.3 + 1e-10, 0.1 * 3, 0.3 - 1e-10, 0.3])


@pytest.mark.parametrize("name", sorted(set(ESTIMATORS) - {"mcnemar_test", "marginal_homogeneity_test"}))
def test_rounding_errors_are_no_variation(name):
    """Unrounded scores whose only differences are binary noise: equal, not infinitely reliable or very different."""
    steps = np.array([0, 1, 2, 1, 0, 3])
    for before, after in ((NOISE, NOISE[::-1]), (NOISE, NOISE + steps), (steps + NOISE, NOISE)):
        clean = pairs_of(np.round(before, 6), np.round(after, 6))
        rough, exact = run(name, pairs_of(before, after)), run(name, clean)
        for field in ("estimate", "conf_low", "conf_high"):
            assert getattr(rough, field) == pytest.approx(getattr(exact, field), abs=1e-6, nan_ok=True), field


def test_a_value_for_averages_of_groups_says_nothing_of_one_person(pilot):
    scale = pilot.measures["scale"]
    change = scale.instrument.of_one_person
    assert known_of(scale)["important"] == (1.0, 3.0)
    group = scale.instrument.model_copy(
        update={"minimal_important_change": (change.model_copy(update={"level": "group"}),)}
    )
    assert "important" not in known_of(dataclasses.replace(scale, instrument=group))


@pytest.mark.parametrize("which", ["better", "worse"])
def test_a_change_of_a_third_reaches_an_important_third(which):
    """Changes carry nine digits, so 0.333333333 must not fall short of 1/3."""
    ends = ([0], [1 / 3]) if which == "better" else ([1 / 3], [0])
    reached = ESTIMATORS[f"share_importantly_{which}"](pairs_of(*ends), better="higher", important=(1 / 3, 1.0))
    assert reached.estimate == 1


def test_a_measure_that_nobody_answered_twice_does_not_count_for_holm():
    pairs = pairs_of(np.zeros(10), [1, 2, 1, 3, 0, 2, 1, 1, -1, 2])
    holm = ESTIMATORS["holm_permutation_test"]
    alone = ESTIMATORS["permutation_test"](pairs).p_value
    assert holm(pairs, other_p_values=(math.nan, math.nan)).p_value == alone < 0.05
    assert holm(pairs, other_p_values=(0.5, math.nan)).p_value == pytest.approx(2 * alone)


def test_the_fast_interval_is_that_of_the_estimator():
    for change in ([1, 0, 2, 1, 0, -1, 1, 3, 0, 1, -1, 2], [3, -1], [0] * 9 + [1], [2, 2, 2], [-1, -2, -3, 0, -1]):
        pairs = pairs_of(np.zeros(len(change)), change)
        mean = run("mean_change", pairs)
        array = pairs["change"].to_numpy()
        ends = pytest.approx((mean.conf_low, mean.conf_high), abs=1e-12)
        assert t_interval_of(array) == ends
        assert t_interval(len(array), array.sum(), (array**2).sum()) == ends


def test_many_different_changes_go_on_a_grid():
    rng = np.random.default_rng(2)
    pairs = pairs_of(np.zeros(3_500), rng.normal(1, 2, 3_500))
    result = run("hodges_lehmann", pairs)
    walsh = np.add.outer(pairs["change"].to_numpy(), pairs["change"].to_numpy())[np.triu_indices(3_500)] / 2
    step = np.ptp(pairs["change"]) / 3_000
    assert result.estimate == pytest.approx(np.median(walsh), abs=step)


def test_leave_one_out_is_the_mean_change_of_the_others():
    pairs = pairs_of([3, 5, 4, 6, 2.5], [4, 5, 6, 9, 3])
    for left, row in leave_one_out(pairs).iterrows():
        others = run("mean_change", pairs.drop(index=left))
        assert (row["estimate"], row["conf_low"], row["conf_high"]) == pytest.approx(
            (others.estimate, others.conf_low, others.conf_high), abs=1e-12
        )
    constant_but_one = leave_one_out(pairs_of([0] * 5, [0.1, 0.1, 0.1, 0.1, 0.7]))
    assert constant_but_one.iloc[4]["conf_low"] == pytest.approx(0.1, abs=1e-15)


def test_labels_are_the_functions_names():
    assert all(name == function.__name__ for name, function in ESTIMATORS.items())


def test_importing_the_estimators_imports_no_statistics_library():
    slow = {"scipy", "statsmodels", "pandera"}
    code = f"import sys, atpilots.estimators.results_table; print(*({slow} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


@pytest.mark.slow
def test_the_mixed_model_is_fitted_wherever_people_differ_and_nowhere_else() -> None:
    """Of complete pairs it is the paired z interval where scores before and after go together; else there is none."""
    rng = np.random.default_rng(0)
    for _ in range(60):
        people = int(rng.integers(4, 20))
        start = rng.normal(5, 2, people)
        before, after = (np.clip(np.rint(start + rng.normal(0, 1.5, people)), 0, 10) for _ in "ab")
        found = mixed_model_changes(pd.DataFrame({"before": before, "after": after}))["after"]
        if np.cov(before, after)[0, 1] <= 0:
            assert math.isnan(found.estimate)
        else:
            half = 1.959964 * np.std(after - before, ddof=1) / math.sqrt(people)
            assert found.conf_high - found.estimate == pytest.approx(half, rel=1e-5)
