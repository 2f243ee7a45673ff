"""What two arms' pages and the difference between them tell together, to a stranger and to one of the people."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from builders.attack import FIVE, LONELY, TEN, Group, learned, random_answers, same_numbers
from scipy import stats

from atpilots.disclosure.arms import ArmsAudit, Contrast, PublishedDifference, _beside, difference_told, step_between
from atpilots.disclosure.published import averages_alone
from atpilots.disclosure.reconstruction import Waves, in_order, leaves_open_beside, safe_statistics
from atpilots.disclosure.scale import Scale

MOST = 400_000


def same_difference(scale: Scale, told: PublishedDifference, by_lot: bool) -> Callable[..., np.ndarray]:
    """Which of many pairs of arms have that difference printed, worked out by another way than the package's.

    Each arm: pairs × people × columns, of which the first two are the scores before and after.
    """

    def same(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """The normal equations of after ~ arm + before, and the sandwich with (1 − h)² below the squared residuals."""
        if not len(first):
            return np.zeros(0, dtype=bool)
        sizes = first.shape[1], second.shape[1]
        both = np.concatenate([first[..., :2], second[..., :2]], axis=1)
        arm = np.broadcast_to(np.repeat([1.0, 0.0], sizes), both.shape[:2])
        design = np.stack([arm, np.ones_like(arm), both[..., 0]], axis=2)
        inverse = np.linalg.pinv(np.swapaxes(design, 1, 2) @ design)
        beta = np.einsum("kij,knj,kn->ki", inverse, design, both[..., 1])
        hat = np.einsum("kni,kij,knj->kn", design, inverse, design)
        residual = both[..., 1] - np.einsum("kni,ki->kn", design, beta)
        weight = np.einsum("kj,knj->kn", inverse[:, 0], design)
        error = np.sqrt(((weight * residual / (1 - hat)) ** 2).sum(axis=1))
        half = stats.t.ppf(0.975, sum(sizes) - 3) * error
        ends = beta[:, 0] - half, beta[:, 0] + half
        changes = [people[..., 1] - people[..., 0] for people in (first, second)]
        plain = stats.ttest_ind(*changes, axis=1, equal_var=False).confidence_interval()
        apart = changes[0].mean(axis=1) - changes[1].mean(axis=1)
        pooled = sum((n - 1) * p[..., 0].var(axis=1, ddof=1) for n, p in zip(sizes, (first, second), strict=True))
        starts = abs(first[..., 0].mean(axis=1) - second[..., 0].mean(axis=1))
        start = starts > 0.25 * np.sqrt(pooled / (sum(sizes) - 2))
        words = [(low > 0).astype(int) - (high < 0) for low, high in (ends, (plain.low, plain.high))]
        unlike = np.where(start, "start", np.where(words[0] != words[1], "methods", ""))
        if by_lot:
            unlike = np.full(len(first), "")
        word = np.where(unlike != "", 0, words[0]) * (1 if scale.better == "higher" else -1)
        said = {"probably better": 1, "unclear": 0, "probably worse": -1}[told.verdict]
        return (
            same_numbers((beta[:, 0], *ends), told.adjusted, told.step)
            & same_numbers((apart, plain.low, plain.high), told.unadjusted, told.step)
            & (unlike == (told.unlike or ""))
            & (word == said)
        )

    return same


def attacked(seed: int, known: int | None = None) -> list[str] | None:
    """The faults of a random pair of arms; None where nothing is told of the difference. known: the place of an arm of
    which the intruder knows everybody's answers.
    """
    rng = np.random.default_rng(seed)
    scale = (TEN, FIVE, LONELY)[rng.integers(3)]
    answers = [random_answers(rng, scale, int(rng.integers(11, 32))) for _ in range(2)]
    waves = [in_order(*one) for one in answers]
    audit = ArmsAudit(Contrast(scale, None, bool(rng.integers(2))), waves[0])
    told, own = audit.beside(waves[1]), safe_statistics(scale, *waves[0])
    if told is None or own is None:
        return None
    arms = [
        Group(np.array(one).T, [(averages_alone(page), 0, 1)], [(0, 1)], words=False)
        for one, page in zip(waves, (own, told[0]), strict=True)
    ]
    same = same_difference(scale, told[1], audit.contrast.random)
    if known is None:
        return learned(scale, arms, MOST, same)

    def beside(mine: np.ndarray) -> np.ndarray:
        theirs = np.broadcast_to(arms[known].truth, (len(mine), *arms[known].truth.shape))
        return same(*((theirs, mine) if known == 0 else (mine, theirs)))

    return learned(scale, [arms[1 - known]], MOST, beside)


def attacked_by_an_organiser(seed: int) -> list[str] | None:
    """The faults where the intruder knows all answers of the arm that the page compares with. No promise is made."""
    return attacked(seed, known=1)


def test_two_arms_together_make_nothing_certain() -> None:
    found = [attacked(seed) for seed in (0, 2, 109)]  # of the last nothing may be told of the difference
    assert [fault for fault in found if fault] == []
    assert found.count(None) < len(found)


@pytest.mark.slow
def test_two_arms_of_150_random_pages_together_make_nothing_certain() -> None:
    found = [attacked(seed) for seed in range(150)]  # more: tests/simulations/attacks.py
    assert [fault for fault in found if fault] == []
    assert found.count([]) >= 60


def test_the_attack_finds_what_is_certain() -> None:
    """It can fail: a difference told ten times as finely as either arm leaves few people who could have made it."""
    rng, contrast = np.random.default_rng(7), Contrast(TEN, None, False)
    waves = [in_order(*random_answers(rng, TEN, 12)) for _ in range(2)]
    one, other = (safe_statistics(TEN, *each) for each in waves)
    assert one is not None
    assert other is not None
    first, second = (np.array(each).T for each in waves)
    arms = [Group(each, [(page, 0, 1)], [(0, 1)], words=False) for each, page in ((first, one), (second, other))]

    def found(step: float) -> list[str]:
        difference = difference_told(contrast, (first[:, 0], first[:, 1]), (second[:, 0], second[:, 1]), step)
        assert difference is not None
        return learned(TEN, arms, 30_000, same_difference(TEN, difference, by_lot=False))

    assert found(step_between(TEN, one, other)) == []
    assert "sets for None" in str(found(0.01))


def test_what_was_found_of_arms_is_kept_for_these_arms_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    _beside.cache_clear()
    looks: list[bool] = []
    monkeypatch.setattr(
        "atpilots.disclosure.arms.leaves_open_beside",
        lambda *asked: looks.append(leaves_open_beside(*asked)) or looks[-1],
    )
    rng, contrast = np.random.default_rng(11), Contrast(TEN, None, False)
    one, other, third, fourth = (in_order(*random_answers(rng, TEN, n)) for n in (24, 22, 26, 20))

    def audited(contrast: Contrast, piloted: Waves, *others: Waves) -> tuple[list[object], int]:
        before, audit = len(looks), ArmsAudit(contrast, piloted)
        return [audit.beside(arm) for arm in others], len(looks) - before

    found, several = audited(contrast, one, other, third)
    assert None not in found
    assert several == 4
    assert audited(contrast, one, other, third) == (found, 0)
    for different in (
        (dataclasses.replace(contrast, random=True), one, other),
        (dataclasses.replace(contrast, important=(1.0, 2.0)), one, other),
        (Contrast(dataclasses.replace(TEN, better="lower"), None, False), one, other),
        (contrast, fourth, other),
        (contrast, one, fourth),
        (contrast, one, third),  # which was audited beside another arm only
    ):
        assert audited(*different)[1], different


def test_a_difference_is_no_finer_than_either_arm_nor_than_one_person() -> None:
    rng = np.random.default_rng(3)
    pages = [safe_statistics(TEN, *random_answers(rng, TEN, n)) for n in (12, 30)]
    assert pages[0] is not None
    assert pages[1] is not None
    assert [page.detail.step for page in pages if page] == [0.1, 0.1]
    assert step_between(TEN, pages[0], pages[1]) == 0.2
    assert step_between(TEN, pages[1], pages[1]) == 0.1
