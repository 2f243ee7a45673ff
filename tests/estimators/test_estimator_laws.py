"""What holds for any data: symmetries, brute force for few people, and a second path in plain Python."""

import inspect
import itertools
import math
from fractions import Fraction
from statistics import NormalDist

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from atpilots.estimators import exact_tests, sign_flip
from atpilots.estimators.mixed_model import mixed_model_changes
from atpilots.estimators.results_table import ESTIMATORS
from atpilots.estimators.verdicts import VERDICTS, WORSE, verdict

# A 0-10 item, a scale of halves, and the decimals of a converted scale.
SCORES = st.sampled_from([1.0, 0.5, 0.01]).flatmap(
    lambda step: st.lists(
        st.tuples(*[st.integers(0, 10).map(lambda k: round(k * step, 2))] * 2), min_size=1, max_size=25
    )
)
FEW = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=10)
KNOWN = {
    "better": "higher",
    "score_range": (0.0, 10.0),
    "important": (1.0, 2.0),
    "norm_mean": 6.0,
    "retest_r": 0.6,
    "levels": tuple(map(float, range(11))),
    "two_levels": (0.0, 1.0),
    "other_p_values": (),
}
OF_PAIRS = {
    name: function
    for name, function in ESTIMATORS.items()
    if {"pairs"} <= set(inspect.signature(function).parameters) <= {"pairs", *KNOWN}
    and name not in {"mcnemar_test", "marginal_homogeneity_test", "holm_permutation_test"}
}
DIRECTED = [name for name, function in OF_PAIRS.items() if "better" in inspect.signature(function).parameters]
MIRRORED = {
    "share_better": "share_worse",
    "share_worse": "share_better",
    "share_importantly_better": "share_importantly_worse",
    "share_importantly_worse": "share_importantly_better",
}
# Estimates of the change, which a swap of the waves turns round, and what it leaves as it is.
TURNED = (
    "mean_change", "median_change", "hodges_lehmann", "permutation_test", "standardised_mean_change_change",
    "leave_one_out_mean_change",
)  # fmt: skip


def law(examples, **drawn):
    """A law, held up to drawn examples: to a quarter of so many, ever the same, among the fast tests, and to four times
    as many, ever others, among the slow.
    """

    def of(check):
        @pytest.mark.parametrize("factor", [0.25, pytest.param(4, marks=pytest.mark.slow)])
        def test(factor):
            run_so = settings(max_examples=int(examples * factor), deadline=None, derandomize=factor < 1)
            run_so(given(**drawn)(check))()

        return test

    return of


def pairs_of(scores):
    frame = pd.DataFrame(scores, columns=["before", "after"], dtype=float)
    return frame.assign(change=frame["after"] - frame["before"])


def changes_of(scores):
    return [Fraction(str(after)) - Fraction(str(before)) for before, after in scores]


def run(name, pairs, **other):
    function = OF_PAIRS[name]
    return function(**{k: ({"pairs": pairs} | KNOWN | other)[k] for k in inspect.signature(function).parameters})


def numbers(result):
    return [result.estimate, result.conf_low, result.conf_high, result.p_value]


def same(a, b):
    return a == pytest.approx(b, abs=1e-9, nan_ok=True)


# Symmetries


@law(16, scores=SCORES, order=st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(scores, order):
    shuffled = order.sample(scores, len(scores))
    for name in OF_PAIRS:
        assert same(numbers(run(name, pairs_of(scores))), numbers(run(name, pairs_of(shuffled)))), name


@law(30, scores=SCORES)
def test_swapping_the_waves_turns_the_change_round_and_keeps_p(scores):
    there, back = pairs_of(scores), pairs_of([(after, before) for before, after in scores])
    for name in TURNED:
        a, b = run(name, there), run(name, back)
        assert same(
            [a.estimate, a.conf_low, a.conf_high, a.p_value], [-b.estimate, -b.conf_high, -b.conf_low, b.p_value]
        )
    for name in ("signed_rank_test", "sign_test"):
        assert same(run(name, there).p_value, run(name, back).p_value)
    for name in ("share_same", "detectable_change"):
        assert same(numbers(run(name, there)), numbers(run(name, back)))


@law(30, scores=SCORES, shift=st.integers(-20, 20))
def test_a_constant_added_to_all_scores_leaves_every_statement_about_change(scores, shift):
    moved = pairs_of([(before + shift, after + shift) for before, after in scores])
    for name in set(OF_PAIRS) - {"mean_before", "mean_after", "expected_regression_to_the_mean"}:
        assert same(numbers(run(name, pairs_of(scores))), numbers(run(name, moved))), name


@law(30, scores=SCORES)
def test_the_direction_of_better_mirrors_and_never_turns_the_change(scores):
    pairs = pairs_of(scores)
    for name in set(DIRECTED) - {"sign_test", "probability_of_improvement"}:
        assert numbers(run(name, pairs)) == numbers(run(MIRRORED[name], pairs, better="lower"))
    for name in ("sign_test", "probability_of_improvement"):
        up, down = run(name, pairs), run(name, pairs, better="lower")
        assert same(
            [up.estimate, up.conf_low, up.conf_high], [1 - down.estimate, 1 - down.conf_high, 1 - down.conf_low]
        )
        assert same(up.p_value, down.p_value)
    assert "better" not in inspect.signature(ESTIMATORS["mean_change"]).parameters


@law(30, scores=SCORES)
def test_better_same_and_worse_are_everybody(scores):
    pairs = pairs_of(scores)
    better, same_, worse = (run(f"share_{which}", pairs).estimate for which in ("better", "same", "worse"))
    assert better + same_ + worse == pytest.approx(1, abs=1e-12)
    assert run("probability_of_improvement", pairs).estimate == pytest.approx(better + same_ / 2, abs=1e-12)


@law(30, scores=SCORES)
def test_intervals_contain_their_estimates(scores):
    for name in OF_PAIRS:
        result = run(name, pairs_of(scores))
        low, high = result.conf_low, result.conf_high
        # Plus-4 adds two wins and two losses, so nobody losing may lie beyond its end; with three people all
        # intervals of two are wider than that of three.
        beyond = {"probability_of_improvement", "leave_one_out_conf_low", "leave_one_out_conf_high"}
        if not math.isnan(low) and name not in beyond:
            assert low - 1e-9 <= result.estimate <= high + 1e-9, name


@law(30, scores=SCORES)
def test_hodges_lehmann_lies_within_the_changes(scores):
    pairs = pairs_of(scores)
    result = run("hodges_lehmann", pairs)
    low, high = pairs["change"].min() - 1e-9, pairs["change"].max() + 1e-9
    assert low <= result.estimate <= high
    assert math.isnan(result.conf_low) == (len(scores) < 6)
    assert not result.conf_low < low
    assert not result.conf_high > high


@law(
    25,
    scores=st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=6, max_size=20),
    times=st.integers(2, 4),
)
def test_more_of_the_same_people_narrow_every_interval(scores, times):
    once, often = pairs_of(scores), pairs_of(scores * times)
    for name in ("mean_change", "probability_of_improvement", "share_better", "share_same", "hodges_lehmann"):
        few, many = run(name, once), run(name, often)
        assert many.conf_high - many.conf_low <= few.conf_high - few.conf_low + 1e-9, name


@law(30, scores=FEW)
def test_complete_data_have_no_drop_out(scores):
    pairs = pairs_of(scores)
    for case in ("worst", "best"):
        bound = ESTIMATORS[f"{case}_case_mean_change"](pairs, better="higher", score_range=(0.0, 6.0))
        assert same([bound.estimate, bound.conf_low, bound.conf_high], numbers(run("mean_change", pairs))[:3])


@law(40, scores=FEW, lost=st.lists(st.integers(0, 6), max_size=5), truth=st.data())
def test_the_bounds_hold_whatever_the_leavers_would_have_said(scores, lost, truth):
    everyone = pd.DataFrame(
        [*scores, *((before, math.nan) for before in lost)], columns=["before", "after"], dtype=float
    )
    said = truth.draw(st.lists(st.integers(0, 6), min_size=len(lost), max_size=len(lost)))
    mean = run("mean_change", pairs_of([*scores, *zip(lost, said, strict=True)])).estimate
    for better, order in (("higher", ("worst", "best")), ("lower", ("best", "worst"))):
        low, high = (
            ESTIMATORS[f"{case}_case_mean_change"](everyone, better=better, score_range=(0.0, 6.0)) for case in order
        )
        assert low.estimate - 1e-9 <= mean <= high.estimate + 1e-9
        assert low.n == high.n == len(scores) + len(lost)


# Exact tests by brute force


def all_sign_sums(values):
    return [
        sum(s * v for s, v in zip(signs, values, strict=True))
        for signs in itertools.product((1, -1), repeat=len(values))
    ]


def brute_force(values):
    observed = abs(sum(values))
    sums = all_sign_sums(values)
    return Fraction(sum(abs(total) >= observed for total in sums), len(sums))


def mid_rank(size, sizes):
    return Fraction(2 * sum(other < size for other in sizes) + sum(other == size for other in sizes) + 1, 2)


def pratt(changes):
    """Signed mid-ranks, the zeros ranked and then dropped."""
    sizes = [abs(d) for d in changes]
    return [mid_rank(abs(d), sizes) * (1 if d > 0 else -1) for d in changes if d]


@law(60, scores=FEW)
def test_exact_p_values_are_those_of_all_sign_patterns(scores):
    changes, pairs = changes_of(scores), pairs_of(scores)
    assert run("permutation_test", pairs).p_value == float(brute_force(changes))
    assert run("signed_rank_test", pairs).p_value == float(brute_force(pratt(changes)))
    assert run("sign_test", pairs).p_value == pytest.approx(
        float(brute_force([(d > 0) - (d < 0) for d in changes])), 1e-12
    )


@law(40, scores=SCORES)
def test_exact_p_values_are_shares_of_two_to_the_n(scores):
    for name in ("permutation_test", "signed_rank_test"):
        p = run(name, pairs_of(scores)).p_value
        assert 0 < p <= 1
        assert (p * 2 ** len(scores)).is_integer()


@law(40, scores=SCORES)
def test_a_whole_number_counts_the_sign_patterns_as_an_array_does(scores):
    pairs = pairs_of(scores)
    p = run("permutation_test", pairs).p_value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_flip, "MOST_DIGITS", 0)
        assert run("permutation_test", pairs).p_value == pytest.approx(p, rel=1e-14)


@law(40, changes=st.lists(st.floats(-9, 9).map(lambda x: round(x, 6)), min_size=1, max_size=9))
def test_changes_that_share_no_step_are_enumerated(changes):
    p = run("permutation_test", pairs_of([(0, d) for d in changes])).p_value
    assert p == float(brute_force([Fraction(str(d)) for d in changes]))


def test_the_large_sample_form_joins_the_exact_one(monkeypatch):
    pairs = pairs_of([(0, (k * 7) % 11 - 4.8) for k in range(120)])
    precise = [run(name, pairs).p_value for name in ("permutation_test", "signed_rank_test")]
    monkeypatch.setattr(sign_flip, "MOST_ADDITIONS", 0)
    rough = [run(name, pairs).p_value for name in ("permutation_test", "signed_rank_test")]
    assert rough == pytest.approx(precise, abs=0.01)
    assert rough != precise
    exact_k = exact_tests._signed_rank_quantile(exact_tests.MOST_EXACT_RANKS)
    monkeypatch.setattr(exact_tests, "MOST_EXACT_RANKS", 0)
    assert abs(exact_tests._signed_rank_quantile.__wrapped__(300) - exact_k) <= 5


def test_no_exact_test_can_reach_five_percent_with_five_people():
    for name in ("permutation_test", "signed_rank_test", "sign_test"):
        assert run(name, pairs_of([(0, d) for d in range(1, 6)])).p_value == pytest.approx(0.0625, 1e-12)


# A second path in plain Python for every headline number

Z = NormalDist().inv_cdf(0.975)


def t_cdf(t, df):
    """Student's distribution function, by Simpson's rule on the angle: P(|T| < t) = c·∫cos^(df−1)."""
    steps = 2000
    width = math.atan(t / math.sqrt(df)) / steps
    weights = [1, *([4, 2] * (steps // 2))[:-1], 1]
    area = sum(w * math.cos(i * width) ** (df - 1) for i, w in enumerate(weights)) * width / 3
    constant = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(math.pi)
    return 0.5 + constant * area


def t_quantile(df):
    low, high = 0.0, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_cdf(middle, df) < 0.975 else (low, middle)
    return low


def plain_mean_change(changes):
    n = len(changes)
    mean = sum(changes) / n
    if n == 1:
        return [float(mean), math.nan, math.nan, math.nan]
    error = math.sqrt(sum((d - mean) ** 2 for d in changes) / (n - 1) / n)
    if error == 0:
        return [float(mean), float(mean), float(mean), math.nan]
    half = t_quantile(n - 1) * error
    return [float(mean), float(mean) - half, float(mean) + half, 2 * (1 - t_cdf(abs(float(mean)) / error, n - 1))]


def plain_permutation_p(changes):
    ways = {Fraction(0): 1}
    for change in changes:
        grown = {}
        for total, count in ways.items():
            for moved in (total + change, total - change):
                grown[moved] = grown.get(moved, 0) + count
        ways = grown
    return sum(count for total, count in ways.items() if abs(total) >= abs(sum(changes))) / 2 ** len(changes)


def plain_improvement(changes):
    won = [Fraction((d > 0) - (d < 0) + 1, 2) for d in changes]
    padded = [*won, 1, 1, 0, 0]
    centre = sum(padded) / len(padded)
    s = math.sqrt(sum((w - centre) ** 2 for w in padded) / (len(padded) - 1))
    half = Z * s / math.sqrt(len(padded))
    return [float(sum(won) / len(won)), max(0.0, float(centre) - half), min(1.0, float(centre) + half), math.nan]


def plain_hodges_lehmann(changes):
    n = len(changes)
    averages = sorted((changes[i] + changes[j]) / 2 for i in range(n) for j in range(i, n))
    middle = len(averages) // 2
    estimate = averages[middle] if len(averages) % 2 else (averages[middle - 1] + averages[middle]) / 2
    counts = {0: 1}
    for rank in range(1, n + 1):
        counts = {s: counts.get(s, 0) + counts.get(s - rank, 0) for s in range(rank * (rank + 1) // 2 + 1)}
    below, k = 0, 0
    while 40 * (below + counts[k]) <= 2**n:
        below, k = below + counts[k], k + 1
    ends = (float(averages[k - 1]), float(averages[-k])) if k else (math.nan, math.nan)
    return [float(estimate), *ends, math.nan]


def plain_wilson(count, n):
    p = count / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return [p, max(0.0, centre - half), min(1.0, centre + half), math.nan]


@law(30, scores=SCORES)
def test_headline_numbers_by_a_second_path(scores):
    changes, pairs, n = changes_of(scores), pairs_of(scores), len(scores)
    assert same(numbers(run("mean_change", pairs)), plain_mean_change(changes))
    assert same(run("permutation_test", pairs).p_value, plain_permutation_p(changes))
    assert same(run("signed_rank_test", pairs).p_value, plain_permutation_p(pratt(changes)))
    assert same(numbers(run("probability_of_improvement", pairs)), plain_improvement(changes))
    assert same(numbers(run("hodges_lehmann", pairs)), plain_hodges_lehmann(changes))
    assert same(numbers(run("share_better", pairs)), plain_wilson(sum(d > 0 for d in changes), n))
    assert same(numbers(run("share_worse", pairs)), plain_wilson(sum(d < 0 for d in changes), n))
    assert same(numbers(run("share_importantly_better", pairs)), plain_wilson(sum(d >= 1 for d in changes), n))
    assert same(numbers(run("share_importantly_worse", pairs)), plain_wilson(sum(d <= -1 for d in changes), n))


@law(30, scores=FEW, other=FEW)
def test_adjusting_without_a_baseline_difference_is_the_difference_of_means(scores, other):
    """Where the baseline is constant the adjusted difference is the plain one; an arm against itself is nought."""
    flat, flat_other = ([(3, after) for _, after in side] for side in (scores, other))
    arms = {"pairs": pairs_of(flat_other), "piloted": pairs_of(flat)}
    adjusted = ESTIMATORS["baseline_adjusted_difference"](**arms)
    assert same(adjusted.estimate, ESTIMATORS["difference_in_change"](**arms).estimate)
    itself = ESTIMATORS["difference_in_change"](pairs_of(scores), piloted=pairs_of(scores))
    assert same(itself.estimate, 0)


@law(15, scores=st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=4, max_size=20))
def test_a_converged_mixed_model_of_complete_pairs_is_the_mean_change(scores):
    pairs = pairs_of(scores)
    model, plain = mixed_model_changes(pairs[["before", "after"]])["after"], run("mean_change", pairs)
    if not math.isnan(model.estimate):
        assert model.estimate == pytest.approx(plain.estimate, abs=1e-6)
        error = pairs["change"].std() / math.sqrt(len(pairs))
        assert model.conf_high - model.conf_low == pytest.approx(2 * Z * error, abs=1e-4)


@law(30, rows=st.lists(st.tuples(*[st.integers(1, 5)] * 3), min_size=2, max_size=30))
def test_alpha_by_a_second_path(rows):
    result = ESTIMATORS["cronbach_alpha"](pd.DataFrame(rows, columns=["a", "b", "c"], dtype=float))
    sums = [sum(row) for row in rows]

    def variance(values):
        mean = Fraction(sum(values), len(values))
        return sum((v - mean) ** 2 for v in values) / (len(values) - 1)

    if variance(sums) == 0:
        assert math.isnan(result.estimate)
    else:
        alpha = Fraction(3, 2) * (1 - sum(variance(item) for item in zip(*rows, strict=True)) / variance(sums))
        assert same(result.estimate, float(alpha))
        assert result.conf_low <= result.estimate + 1e-9
        assert result.estimate <= result.conf_high + 1e-9 <= 1 + 2e-9


# Verdicts


@law(
    100,
    ends=st.lists(st.floats(-10, 10), min_size=2, max_size=2).map(sorted),
    zone=st.sampled_from([None, (1.0, 3.0), (2.0, 2.0)]),
)
def test_a_verdict_is_the_same_from_either_direction(ends, zone):
    low, high = ends
    found = verdict(low, high, "higher", zone)
    assert found == verdict(-high, -low, "lower", zone)
    assert found in (VERDICTS if zone else ("probably worse", "probably better", "unclear"))
    assert (found in WORSE) == (high < 0 and found != "too small to matter")
