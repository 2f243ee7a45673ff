"""How often our 95% intervals hold the truth, on answers such as pilots get: `make simulate` writes docs/methods.md.

Twenty scenarios: five ordinal scales, each with no effect and with an effect at three correlations. Answers are a
bivariate normal rounded to whole levels and clipped to the scale, so they tie, pile up at ceilings and floors, and the
truth about them is known exactly. The formulas are written here a second time, vectorised over the runs;
test_coverage.py holds them to the package's own. The t and plus-4 intervals depend on the answers through two sums
each, so their coverage is also computed exactly, over every sample there can be: no seed decides about it.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed, parallel_config
from scipy import fft, special, stats

from atpilots.disclosure.arms import UNLIKE_SDS
from atpilots.estimators.headline_intervals import adjusted_difference_of, difference_in_change_of, t_interval
from atpilots.estimators.shares import probability_of_improvement
from atpilots.estimators.sign_flip import sign_flip_test
from atpilots.estimators.verdicts import VERDICTS, verdict

RUNS = 20_000
SEED = 20_211
NUMBERS = (8, 12, 20, 30)
OF_EACH_ARM = (11, 15, 20, 30)
# Arms that nobody drew by lot: how many standard deviations one is worse off all along, and how scores correlate.
UNLIKE, UNLIKE_R, NORMAL = (0.5, 1.0), 0.5, "normal scores"
METHODS = Path(__file__).parent.parent.parent / "docs" / "methods.md"
BEGIN, END = "<!-- simulation: begin -->", "<!-- simulation: end -->"
Z = stats.norm.ppf(0.975)


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Latent scores normal (mean, sd) before and (mean + effect, sd) after, correlation r; seen as whole levels."""

    scale: str
    lowest: int
    highest: int
    mean: float
    sd: float
    effect: float
    r: float

    @functools.cached_property
    def levels(self) -> np.ndarray:
        """The whole levels of the scale."""
        return np.arange(self.lowest, self.highest + 1)

    @functools.cached_property
    def joint(self) -> np.ndarray:
        """P(level before, level after), by Gauss-Legendre quadrature within each level of the first."""
        cuts = np.concatenate([[-8.5], (self.levels[:-1] + 0.5 - self.mean) / self.sd, [8.5]])
        nodes, weights = np.polynomial.legendre.leggauss(60)
        half = np.diff(cuts)[:, None] / 2
        x = cuts[:-1, None] + half * (nodes + 1)
        after_cuts = np.concatenate([[-np.inf], cuts[1:-1] - self.effect / self.sd, [np.inf]])
        below = special.ndtr((after_cuts - self.r * x[..., None]) / np.sqrt(1 - self.r**2))
        table = np.einsum("ij,ijk->ik", half * weights * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), np.diff(below))
        return np.asarray(table / table.sum())

    def sample(self, rng: np.random.Generator, runs: int, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Answers before and after: two arrays of runs × people."""
        cell = np.searchsorted(np.cumsum(self.joint)[:-1], rng.random((runs, n)), side="right")
        before, after = np.divmod(cell, len(self.levels))
        return self.levels[before].astype(float), self.levels[after].astype(float)

    @property
    def truth(self) -> dict[str, float]:
        """What each estimator estimates, in this population."""
        before, after = np.meshgrid(self.levels, self.levels, indexing="ij")
        change, p = (after - before).ravel(), self.joint.ravel()
        mean, mean_before = change @ p, before.ravel() @ p
        return {
            "mean_change": mean,
            "hodges_lehmann": _pseudo_median(change, p),
            "probability_of_improvement": p[change > 0].sum() + p[change == 0].sum() / 2,
            "share_better": p[change > 0].sum(),
            "standardised_mean_change_raw": mean / np.sqrt((before.ravel() - mean_before) ** 2 @ p),
            "standardised_mean_change_change": mean / np.sqrt((change - mean) ** 2 @ p),
        }


SCALES = (
    ("0 to 10, most in the middle", 0, 10, 6.0, 2.0, 0.5),
    ("0 to 10, ceiling", 0, 10, 8.8, 2.0, 0.5),
    ("0 to 10, floor", 0, 10, 2.0, 2.5, -0.6),
    ("1 to 5", 1, 5, 3.2, 1.0, 0.4),
    ("3 to 9, floor", 3, 9, 4.0, 1.5, -0.6),
)
VARIANTS = ((0.0, 0.6), (1.0, 0.6), (1.0, 0.3), (1.0, 0.8))  # share of the scale's effect, correlation
SCENARIOS = tuple(
    Scenario(name, lowest, highest, mean, sd, effect * share, r)
    for name, lowest, highest, mean, sd, effect in SCALES
    for share, r in VARIANTS
)


def intervals(before: np.ndarray, after: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The interval of each estimator in each run."""
    change = after - before
    n = change.shape[1]
    mean, sd = change.mean(1), change.std(1, ddof=1)
    won = np.column_stack([(np.sign(change) + 1) / 2, np.tile([0, 0, 1, 1], (len(change), 1))])
    share = (change > 0).mean(1)
    wilson = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    correction = np.exp(special.gammaln((n - 1) / 2) - special.gammaln((n - 2) / 2)) / np.sqrt((n - 1) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        raw, own = (correction * mean / np.where(s > 0, s, np.nan) for s in (before.std(1, ddof=1), sd))
        r = ((before - before.mean(1)[:, None]) * (after - after.mean(1)[:, None])).mean(1) / (
            before.std(1) * after.std(1)
        )
        raw_error = np.sqrt(2 * (1 - np.nan_to_num(r)) / n + raw**2 / (2 * n))
    return {
        "mean_change": _around(mean, stats.t.ppf(0.975, n - 1) * sd / np.sqrt(n)),
        "hodges_lehmann": _walsh_interval(change),
        "probability_of_improvement": _around(won.mean(1), Z * won.std(1, ddof=1) / np.sqrt(n + 4), 0.0, 1.0),
        "share_better": _around((share + Z**2 / (2 * n)) / (1 + Z**2 / n), wilson),
        "standardised_mean_change_raw": _around(raw, Z * raw_error),
        "standardised_mean_change_change": _around(own, Z * np.sqrt(1 / n + own**2 / (2 * n))),
    }


def coverage(runs: int, seed: int, numbers: tuple[int, ...] = NUMBERS) -> dict[tuple[str, int], np.ndarray]:
    """Share of runs whose interval holds the truth: per estimator and n, one value per scenario, in order."""
    cells = list(itertools.product(numbers, enumerate(SCENARIOS)))
    shares = Parallel()(delayed(_held)(scenario, runs, n, (seed, i, n)) for n, (i, scenario) in cells)
    found: dict[tuple[str, int], list[float]] = {}
    for (n, _), held in zip(cells, shares, strict=True):
        for name, share in held.items():
            found.setdefault((name, n), []).append(share)
    return {key: np.array(values) for key, values in found.items()}


def _held(scenario: Scenario, runs: int, n: int, seed: tuple[int, ...]) -> dict[str, float]:
    """Per estimator, the share of runs of one scenario whose interval holds the truth."""
    truth, held = scenario.truth, {}
    for name, (low, high) in intervals(*scenario.sample(_rng(*seed), runs, n)).items():
        defined = ~np.isnan(low)
        inside = (low[defined] - 1e-9 <= truth[name]) & (truth[name] <= high[defined] + 1e-9)
        held[name] = float(inside.mean())
    return held


@functools.cache
def exact_coverage(scenario: Scenario, n: int) -> dict[str, float]:
    """Probability that the package's own t and plus-4 intervals hold the truth, over every sample of n people."""
    return {
        "mean_change": _exact_coverage_of_t(scenario, n),
        "probability_of_improvement": _exact_coverage_of_plus_4(scenario, n),
    }


def _exact_coverage_of_t(scenario: Scenario, n: int) -> float:
    """From P(sum of changes, sum of their squares): the n-fold convolution of one person's."""
    breadth = scenario.highest - scenario.lowest
    before, after = np.meshgrid(scenario.levels, scenario.levels, indexing="ij")
    one = np.zeros((2 * breadth * n + 1, breadth**2 * n + 1))
    np.add.at(one, (after - before + breadth, (after - before) ** 2), scenario.joint)
    p = fft.irfft2(fft.rfft2(one) ** n, one.shape)
    total, squares = np.arange(p.shape[0])[:, None] - breadth * n, np.arange(p.shape[1])
    low, high = t_interval(n, total, squares)
    truth = scenario.truth["mean_change"]
    return float(p[(low - 1e-9 <= truth) & (truth <= high + 1e-9)].sum())


def _exact_coverage_of_plus_4(scenario: Scenario, n: int) -> float:
    """From P(numbers who got better, stayed the same, got worse)."""
    better, same = scenario.truth["share_better"], float(np.trace(scenario.joint))
    splits = [(b, s, n - b - s) for b in range(n + 1) for s in range(n + 1 - b)]
    p = stats.multinomial.pmf(splits, n, [better, same, 1 - better - same])
    truth = scenario.truth["probability_of_improvement"]
    held = [low - 1e-9 <= truth <= high + 1e-9 for low, high in map(_plus_four, splits)]
    return float(p[held].sum())


@functools.cache
def _plus_four(split: tuple[int, int, int]) -> tuple[float, float]:
    """The package's interval where so many got better, stayed the same, got worse."""
    found = probability_of_improvement(pd.DataFrame({"change": [1.0, 0.0, -1.0], "people": split}), better="higher")
    return found.conf_low, found.conf_high


def false_verdicts(runs: int, seed: int, numbers: tuple[int, ...] = NUMBERS) -> dict[tuple[str, int], float]:
    """Share of each verdict where nothing changed, over the scales; important: 5 to 10% of the scale's range."""
    found = dict.fromkeys(itertools.product(VERDICTS, numbers), 0.0)
    null = [(i, scenario) for i, scenario in enumerate(SCENARIOS) if scenario.effect == 0]
    for n, (i, scenario) in itertools.product(numbers, null):
        low, high = intervals(*scenario.sample(_rng(seed, 100 + i, n), runs, n))["mean_change"]
        breadth = scenario.highest - scenario.lowest
        for a, b in zip(low, high, strict=True):
            found[verdict(a, b, "higher", (0.05 * breadth, 0.1 * breadth)), n] += 1 / (runs * len(null))
    return found


def power(runs: int, seed: int, numbers: tuple[int, ...] = NUMBERS[1:]) -> dict[tuple[str, int], np.ndarray]:
    """Share of runs in which an effect that is there is told, for each way of deciding: a value per scenario.

    The t interval lies on the effect's side of no change; the package's word says so; a word read off the ends rounded
    outward by steps of 0.1 or 0.5 would; and the word could once be vetoed, unless the exact permutation test and the
    plus-4 interval agreed with it.
    """
    effects = [(i, scenario) for i, scenario in enumerate(SCENARIOS) if scenario.effect]
    cells = list(itertools.product(numbers, effects))
    shares = Parallel()(delayed(_told)(scenario, runs, n, (seed, 300 + i, n)) for n, (i, scenario) in cells)
    found: dict[tuple[str, int], list[float]] = {}
    for (n, _), told in zip(cells, shares, strict=True):
        for name, share in told.items():
            found.setdefault((name, n), []).append(share)
    return {key: np.array(values) for key, values in found.items()}


def _told(scenario: Scenario, runs: int, n: int, seed: tuple[int, ...]) -> dict[str, float]:
    before, after = scenario.sample(_rng(*seed), runs, n)
    sign, better = (1.0, "higher") if scenario.effect > 0 else (-1.0, "lower")
    each = intervals(before, after)
    low, high = each["mean_change"]
    nearer = np.where(sign > 0, low, -high)  # the end nearer to no change, better positive
    plus_4 = np.where(sign > 0, each["probability_of_improvement"][0], 1 - each["probability_of_improvement"][1])
    word = np.array([verdict(a, b, better) == "probably better" for a, b in zip(low, high, strict=True)])
    agree = [
        plus_4[run] > 0.5 and sign_flip_test(after[run] - before[run]).p_value < 0.05 for run in np.flatnonzero(word)
    ]
    return {
        "the t interval": float((nearer > 0).mean()),
        "the word on the page": float(word.mean()),
        "a word read off ends rounded by 0.1": float((np.floor(nearer * 10 + 1e-9) > 0).mean()),
        "a word read off ends rounded by 0.5": float((np.floor(nearer * 2 + 1e-9) > 0).mean()),
        "the word under the earlier veto": float(np.sum(agree)) / runs,
    }


def two_arms(runs: int, seed: int, numbers: tuple[int, ...] = OF_EACH_ARM) -> dict[tuple[str, int], np.ndarray]:
    """Of each scenario beside its like without an effect: how often the intervals of the difference hold the truth."""
    cells = list(itertools.product(numbers, enumerate(SCENARIOS)))
    shares = Parallel()(delayed(_of_two_arms)(scenario, runs, n, (seed, 400 + i, n)) for n, (i, scenario) in cells)
    found: dict[tuple[str, int], list[float]] = {}
    for (n, _), held in zip(cells, shares, strict=True):
        for name, share in held.items():
            found.setdefault((name, n), []).append(share)
    return {key: np.array(values) for key, values in found.items()}


def _of_two_arms(scenario: Scenario, runs: int, n: int, seed: tuple[int, ...]) -> dict[str, float]:
    rng, still = _rng(*seed), dataclasses.replace(scenario, effect=0.0)
    truth = scenario.truth["mean_change"] - still.truth["mean_change"]
    arms, other = scenario.sample(rng, runs, n), still.sample(rng, runs, n)
    ways = {"baseline_adjusted_difference": adjusted_difference_of, "difference_in_change": difference_in_change_of}
    held = {}
    for name, way in ways.items():
        _, low, high = way(arms, other)
        defined = ~np.isnan(low)
        held[name] = float(((low <= truth + 1e-9) & (truth <= high + 1e-9))[defined].mean())
    return held


def unlike_arms(runs: int, seed: int, numbers: tuple[int, ...] = OF_EACH_ARM) -> dict[tuple[float, int], pd.DataFrame]:
    """Of pilots where nothing happened and the piloted arm is worse off all along, by so many standard deviations and
    with so many people in an arm: a row for each of the five scales, and one for normal scores that are not rounded.

    Columns: bias, what the adjusted difference is on average, in standard deviations; interval, how often it leaves out
    no difference; word, how often the page says better or worse, having asked whether the arms are alike.
    """
    cells = list(itertools.product(UNLIKE, numbers))
    still = [dataclasses.replace(s, r=UNLIKE_R) for s in SCENARIOS if s.effect == 0]
    each = [(scenario, apart, n, (seed, 500 + i, n)) for apart, n in cells for i, scenario in enumerate([*still, None])]
    found = Parallel()(delayed(_of_unlike_arms)(scenario, apart, runs, n, way) for scenario, apart, n, way in each)
    rows = [found[at : at + len(still) + 1] for at in range(0, len(found), len(still) + 1)]
    index = [*(s.scale for s in still), NORMAL]
    return {cell: pd.DataFrame(some, index) for cell, some in zip(cells, rows, strict=True)}


def _of_unlike_arms(
    scenario: Scenario | None, apart: float, runs: int, n: int, seed: tuple[int, ...]
) -> dict[str, float]:
    rng, sd = _rng(*seed), scenario.sd if scenario else 1.0
    if scenario:
        worse_off = dataclasses.replace(scenario, mean=scenario.mean - apart * sd).sample(rng, runs, n)
        other = scenario.sample(rng, runs, n)
    else:
        start, more = rng.normal(size=(2, 2, runs, n))
        after = UNLIKE_R * start + np.sqrt(1 - UNLIKE_R**2) * more
        worse_off, other = (start[0] - apart, after[0] - apart), (start[1], after[1])
    found, low, high = adjusted_difference_of(worse_off, other)
    _, least, most = difference_in_change_of(worse_off, other)
    told = (low > 0) | (high < 0)
    pooled = np.sqrt((worse_off[0].var(axis=1, ddof=1) + other[0].var(axis=1, ddof=1)) / 2)
    alike = abs(worse_off[0].mean(axis=1) - other[0].mean(axis=1)) <= UNLIKE_SDS * pooled
    word = told & alike & ((low > 0) == (least > 0)) & ((high < 0) == (most < 0))
    return {"bias": float(np.nanmean(found)) / sd, "interval": float(told.mean()), "word": float(word.mean())}


def regression_to_the_mean(r: float, cut: int, runs: int, seed: int, n: int = 12) -> dict[str, float]:
    """People picked for a score of at most `cut` (0 to 10, mean 6, SD 2), nothing done, asked again.

    Returns the mean gain, what (1 − r)(norm − mean before) expects of it, the share of runs with p < 0.05, and that of
    "better by more" than 0.5 to 1 point, as found and after the expected part is taken off.
    """
    scenario = Scenario("0 to 10", 0, 10, 6.0, 2.0, 0.0, r)
    picked = scenario.joint * (scenario.levels <= cut)[:, None]
    cell = np.searchsorted(
        np.cumsum(picked / picked.sum())[:-1], _rng(seed, 200 + cut, round(100 * r)).random((runs, n)), side="right"
    )
    before, after = (scenario.levels[i].astype(float) for i in np.divmod(cell, len(scenario.levels)))
    low, high = intervals(before, after)["mean_change"]
    expected = (1 - r) * (6.0 - before.mean(1))
    ends = list(zip(low, high, expected, strict=True))
    return {
        "gain": float((after - before).mean()),
        "expected": float(expected.mean()),
        "detected": float(((low > 0) | (high < 0)).mean()),
        "beyond": float(np.mean([verdict(a, b, "higher", (0.5, 1.0)) == "better by more" for a, b, _ in ends])),
        "beyond_expected": float(
            np.mean([verdict(a - e, b - e, "higher", (0.5, 1.0)) == "better by more" for a, b, e in ends])
        ),
    }


def _rng(*seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _around(
    centre: np.ndarray, half: np.ndarray, least: float = -np.inf, most: float = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    return np.maximum(centre - half, least), np.minimum(centre + half, most)


def _walsh_interval(change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = change.shape[1]
    i, j = np.triu_indices(n)
    averages = np.sort((change[:, i] + change[:, j]).astype(np.float32) / 2, axis=1)
    ways = np.ones(1)
    for rank in range(1, n + 1):
        ways = np.concatenate([ways, np.zeros(rank)]) + np.concatenate([np.zeros(rank), ways])
    k = int(np.searchsorted(np.cumsum(ways / 2.0**n), 0.025))
    return averages[:, k - 1].astype(float), averages[:, -k].astype(float)


def _pseudo_median(change: np.ndarray, p: np.ndarray) -> float:
    """Median of the average of two independent changes."""
    least = change.min()
    single = np.bincount((change - least).astype(int), weights=p)
    below = np.cumsum(np.convolve(single, single))
    k = int(np.searchsorted(below, 0.5 - 1e-9))
    upper = k + 1 if abs(below[k] - 0.5) < 1e-9 else k
    return float(least + (k + upper) / 4)


def exact_table() -> str:
    """The exact coverage, lowest and highest of the scenarios, in Markdown."""
    found = {n: [exact_coverage(scenario, n) for scenario in SCENARIOS] for n in NUMBERS}
    return "".join(
        f"| `{name}` | "
        + " | ".join(f"{min(c[name] for c in found[n]):.3f} to {max(c[name] for c in found[n]):.3f}" for n in NUMBERS)
        + " |\n"
        for name in found[NUMBERS[0]][0]
    )


def table_of_arms(runs: int, seed: int) -> str:
    """The table of two arms in Markdown."""
    found = two_arms(runs, seed)
    head = "| | " + " | ".join(f"n = {n} in each arm" for n in OF_EACH_ARM)
    rows = "".join(
        f"| {name if ' ' in name else f'`{name}`'} | "
        + " | ".join(f"{found[name, n].min():.3f} to {found[name, n].max():.3f}" for n in OF_EACH_ARM)
        + " |\n"
        for name in dict.fromkeys(name for name, _ in found)
    )
    return (
        "Two arms: share of intervals that hold the true difference, lowest and highest of the 20 scenarios, each "
        "beside its like without an effect:\n\n"
        f"{head} |\n|---|{'---|' * len(OF_EACH_ARM)}\n{rows}"
    )


def table_of_unlike_arms(runs: int, seed: int) -> str:
    """The table of arms that nobody drew by lot in Markdown."""
    found, head = unlike_arms(runs, seed), "| | " + " | ".join(f"n = {n} in each arm" for n in OF_EACH_ARM)
    told = {"bias": "bias, in standard deviations", "interval": "the interval leaves out no difference",
            "word": "the word says better or worse"}  # fmt: skip
    rows = ""
    for apart, (column, words) in itertools.product(UNLIKE, told.items()):
        each = [found[apart, n][column] for n in OF_EACH_ARM]
        cells = (f"{e.drop(NORMAL).min():.3f} to {e.drop(NORMAL).max():.3f} ({e[NORMAL]:.3f})" for e in each)
        rows += f"| worse off by {apart:g}: {words} | {' | '.join(cells)} |\n"
    return (
        "Two arms that nobody drew by lot, and nothing happened in either: the piloted arm is worse off before and "
        f"after by 0.5 or 1 standard deviation, and scores before and after correlate by {UNLIKE_R:g}. Lowest and "
        "highest of the five scales (in brackets: normal scores that are not rounded):\n\n"
        f"{head} |\n|---|{'---|' * len(OF_EACH_ARM)}\n{rows}"
    )


def tables(runs: int, seed: int) -> str:
    """The tables of docs/methods.md in Markdown."""
    found = coverage(runs, seed)
    names = list(dict.fromkeys(name for name, _ in found))
    head = "| | " + " | ".join(f"n = {n}" for n in NUMBERS) + " |\n|---|" + "---|" * len(NUMBERS) + "\n"
    ranges = "".join(
        f"| `{name}` | "
        + " | ".join(f"{found[name, n].min():.3f} to {found[name, n].max():.3f}" for n in NUMBERS)
        + " |\n"
        for name in names
    )
    each = "".join(
        f"| {s.scale}; effect {round(s.truth['mean_change'], 2) + 0:+.2f}, r = {s.r} | "
        + " | ".join(
            f"{found['mean_change', n][i]:.3f}, {found['probability_of_improvement', n][i]:.3f}" for n in NUMBERS
        )
        + " |\n"
        for i, s in enumerate(SCENARIOS)
    )
    words = false_verdicts(runs, seed)
    verdicts = "".join(
        f"| {word} | " + " | ".join(f"{words[word, n]:.2%}" for n in NUMBERS) + " |\n" for word in VERDICTS
    )
    powers = power(runs, seed)
    ways = list(dict.fromkeys(name for name, _ in powers))
    heads = [n for n in NUMBERS if (ways[0], n) in powers]
    told = "| | " + " | ".join(f"n = {n}" for n in heads) + " |\n|---|" + "---|" * len(heads) + "\n"
    told += "".join(
        f"| {name} | "
        + " | ".join(
            f"{powers[name, n].mean():.3f} ({powers[name, n].min():.3f} to {powers[name, n].max():.3f})" for n in heads
        )
        + " |\n"
        for name in ways
    )
    trap = "".join(
        f"| {r} | at most {cut} | {t['gain']:+.2f} | {t['expected']:+.2f} | {t['detected']:.0%} | {t['beyond']:.0%} | "
        f"{t['beyond_expected']:.1%} |\n"
        for r in (0.5, 0.6, 0.7, 0.8)
        for cut in (4, 5)
        for t in [regression_to_the_mean(r, cut, runs, seed)]
    )
    return (
        f"{runs:,} runs of each scenario and number of people, seed {seed}.\n\n"
        "Share of 95% intervals that hold the truth, lowest and highest of the 20 scenarios:\n\n"
        f"{head}{ranges}\n"
        "Exactly, over every sample there can be, without any random number:\n\n"
        f"{head}{exact_table()}\n"
        "Simulated, per scenario, `mean_change` and then `probability_of_improvement` (effect in scale points):\n\n"
        f"{head}{each}\n"
        "Verdicts where nothing changed (five scales together; important change 5 to 10% of the range):\n\n"
        f"{head}{verdicts}\n"
        "How often an effect that is there is told, on average over the 15 scenarios with one (lowest to highest):\n\n"
        f"{told}\n"
        f"{table_of_arms(runs, seed)}\n"
        f"{table_of_unlike_arms(runs, seed)}\n"
        "Regression to the mean: 12 people picked for a low score on a 0 to 10 scale, nothing done:\n\n"
        "| retest r | picked at | mean gain | expected | p < 0.05 | better by more | same, less expected |\n"
        "|---|---|---|---|---|---|---|\n"
        f"{trap}"
    )


def main() -> None:
    """Run everything and put the tables between the markers of docs/methods.md."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run on the Dask cluster at that address")
    chosen = parser.parse_args()
    where = {"backend": "dask", "scheduler_host": chosen.scheduler} if chosen.scheduler else {"n_jobs": -1}
    before, rest = METHODS.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    with parallel_config(**where):
        text = tables(chosen.runs, chosen.seed)
    METHODS.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")
