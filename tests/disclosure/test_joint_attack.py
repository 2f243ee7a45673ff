"""The intruder who tries every set of people finds enough of them behind every page, and behind what is withheld."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from builders.attack import Intruder

from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import Cut, Scale


def some(intruder: Intruder, number: int) -> np.ndarray:
    """Some sets of people: half of them any, half of them of a few kinds, as strong results are."""
    rng = np.random.default_rng([intruder.n, 5])
    any_ = rng.permutation(intruder.sets)[: number // 2]
    chances = rng.dirichlet(np.full(len(intruder.before), 0.4), size=number - len(any_))
    return np.vstack([any_, [rng.multinomial(intruder.n, chance) for chance in chances]])


@pytest.mark.slow
@pytest.mark.parametrize("n", [11, 12, 13])
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_no_set_of_people_on_two_scores_is_told_of_too_much(n: int, better: Literal["higher", "lower"]) -> None:
    """All 364 sets (455, 560): neither a page nor its being withheld makes anything certain."""
    intruder = Intruder(Scale((0.0, 1.0), better), n)
    withheld = [people for people in intruder.sets if intruder.told(people) is None]
    told = [people for people in intruder.sets if intruder.told(people) is not None]
    assert len(told) > len(withheld) > 20
    assert not [fault for people in (*told, *withheld[::10]) if (fault := intruder.learns(people))]


SCALES = [((0.0, 1.0, 2.0), 11), ((1.0, 3.0, 6.0), 11)]


@pytest.mark.slow
@pytest.mark.parametrize(("scores", "n"), SCALES)
def test_nor_is_one_on_three_scores(scores: tuple[float, ...], n: int) -> None:
    intruder = Intruder(Scale(scores, "higher", (0.25, 0.5), Cut(scores[2], "lower", "upper")), n)
    assert not [fault for people in some(intruder, 8) if (fault := intruder.learns(people))]


def test_one_end_is_told_where_nothing_finer_may_be() -> None:
    """Thirty people near the worst of four scores, all near the best afterwards."""
    before = [3.0] * 20 + [2.0] * 10
    after = [0.0] * 12 + [1.0] * 8 + [1.0] * 5 + [0.0] * 5
    page = safe_statistics(Scale((0.0, 1.0, 2.0, 3.0), "lower", None, Cut(1.0, "not lonely", "lonely")), before, after)
    assert page
    assert page.detail.one_end
    assert page.high is not None
    assert page.high < 0


def test_the_intruder_sees_what_gives_people_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first page is told of everybody, some of them can be found."""
    from atpilots.disclosure import reconstruction

    monkeypatch.setattr(reconstruction.Audit, "_leaves_open", lambda *_: True)
    reconstruction._safe_statistics.cache_clear()
    intruder = Intruder(Scale((0.0, 1.0), "higher"), 11)
    assert [people for people in intruder.sets[::7] if intruder.learns(people)]
    reconstruction._safe_statistics.cache_clear()
