"""What each audience may see: every threshold on both of its sides."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders.bundled import bundled
from builders.folders import happy_rows, write_pilot

from atpilots.disclosure.protected import UNDEFINED, UNDEFINED_NOTE, ProtectedResults
from atpilots.disclosure.suppression import RULES, protect
from atpilots.disclosure.thresholds import WITHHELD, Audience
from atpilots.estimators.headline_intervals import t_interval_of
from atpilots.estimators.results_table import estimate
from atpilots.files.problems import UsageError
from atpilots.files.project_folders import BUNDLED
from atpilots.page import Table
from atpilots.pilots.loading import load_pilot
from atpilots.report.opening import open_report

PUBLIC, BOROUGH, INTERNAL = Audience.PUBLIC, Audience.BOROUGH, Audience.INTERNAL


def released(folder: Path, n: int, audience: Audience = PUBLIC, more: str = "", gone: int = 0) -> ProtectedResults:
    """The results of n people who answered twice, and `gone` who answered once, with ordinary answers."""
    rng = np.random.default_rng(n)
    before, after = rng.integers(3, 8, size=n + gone), rng.integers(4, 9, size=n)
    first = {f"P{i:03d}": str(x) for i, x in enumerate(before)}
    rows = happy_rows(first, {f"P{i:03d}": str(x) for i, x in enumerate(after)})
    pilot = load_pilot(write_pilot(folder / f"pilot-{n}-{gone}-{audience}", rows, more=more))
    return protect(pilot, estimate(pilot), audience)


@pytest.mark.parametrize(("audience", "threshold"), [(PUBLIC, 10), (BOROUGH, 8), (INTERNAL, 1)])
def test_every_audience_has_its_threshold(audience: Audience, threshold: int) -> None:
    assert audience.threshold == threshold


@pytest.mark.parametrize("name", ["", "Public", "friends", None, 3, "borough "])
def test_an_unknown_audience_is_the_public(name: object) -> None:
    assert Audience.of(name) is PUBLIC


@pytest.mark.parametrize("audience", [PUBLIC, BOROUGH])
@pytest.mark.parametrize(("n", "told"), [(9, False), (10, False), (11, True)])
def test_eleven_pairs_are_the_fewest(tmp_path: Path, audience: Audience, n: int, told: bool) -> None:
    results = released(tmp_path, n, audience)
    (measure,) = results.measures
    assert (measure.change is not None) is told
    assert (results.answered_twice, measure.n, measure.people) == ((n, n, str(n)) if told else (None, None, WITHHELD))
    if not told:
        assert measure.withheld == "Too few people completed both surveys to publish results."
        assert [measure.before, measure.low, measure.verdict] == [None] * 3


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("audience", list(Audience))
def test_hardly_anybody_makes_no_nonsense(tmp_path: Path, n: int, audience: Audience) -> None:
    results = released(tmp_path, n, audience, gone=3)
    (measure,) = results.measures
    numbers = [measure.before, measure.after, measure.change, measure.low, measure.high]
    assert all(number is None or np.isfinite(number) for number in numbers)
    assert audience is INTERNAL or measure.withheld


def test_results_of_subgroups_raise(tmp_path: Path) -> None:
    pilot = load_pilot("greenwich")
    results = estimate(pilot)
    with pytest.raises(UsageError, match="subgroups"):
        protect(pilot, pd.concat([results, results]), PUBLIC)


def test_results_of_other_answers_raise() -> None:
    pilot = load_pilot("greenwich")
    results = estimate(pilot)
    row = (results["estimator"] == "mean_change") & (results["measure"] == "ucla3")
    results.loc[row, "conf_low"] += 1e-6
    with pytest.raises(UsageError, match="does not fit the pilot's answers"):
        protect(pilot, results, PUBLIC)


@pytest.mark.parametrize(
    ("recruited", "completed", "told"),
    [(38, 25, (38, 25)), (25, 25, (25, 25)), (12, 11, (12, 11)), (11, 10, (11, None)), (10, 10, (None, None))],
)
@pytest.mark.parametrize("audience", [PUBLIC, BOROUGH])
def test_the_recruited_are_told_exactly_from_eleven_on(
    tmp_path: Path, audience: Audience, recruited: int, completed: int, told: tuple[int | None, int | None]
) -> None:
    results = released(tmp_path, completed, audience, more=f"recruited = {recruited}")
    assert (results.recruited, results.answered_twice) == told


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("n", [10, 11])
def test_who_answered_each_survey_is_told_with_who_answered_both(tmp_path: Path, n: int, audience: Audience) -> None:
    told = n > 10 and audience is not INTERNAL
    assert released(tmp_path, n, audience, gone=3).answered == ((n + 3, n) if told else None)


@pytest.mark.parametrize(
    ("better", "n", "sentence"),
    [
        (14, 25, "about 15 of 25 people improved; the other 10 or so did not"),
        (13, 26, "about 15 of 26 people improved; the other 11 or so did not"),
        (16, 25, None),
    ],
)
def test_improvers_are_told_of_the_exact_number_of_people(
    tmp_path: Path, better: int, n: int, sentence: str | None
) -> None:
    before = [str(3 + i % 4) for i in range(n)]
    after = [str(int(b) + (1 + i % 2 if i < better else -(i % 3))) for i, b in enumerate(before)]
    rows = happy_rows(*({f"P{i}": x for i, x in enumerate(wave)} for wave in (before, after)))
    pilot = load_pilot(write_pilot(tmp_path / "pilot", rows))
    (measure,) = protect(pilot, estimate(pilot), PUBLIC).measures
    assert not measure.withheld
    assert measure.improved == (None if sentence is None else measure.improved)
    assert (str(measure.improved) if measure.improved else None) == sentence


def test_the_internal_page_withholds_nothing_but_is_marked(tmp_path: Path) -> None:
    results = released(tmp_path, 5, INTERNAL, gone=2)
    assert results.measures[0].change is not None
    assert results.answered_twice == 5
    assert results.rules == ()
    report = bundled("greenwich", "internal")
    assert any(banner.startswith("Internal.") for banner in report.title().pieces[0].banners)


def test_internal_intervals_are_told_outward(tmp_path: Path) -> None:
    for n in range(4, 9):
        measure = released(tmp_path, n, INTERNAL).measures[0]
        pilot = load_pilot(tmp_path / f"pilot-{n}-0-internal")
        low, high = t_interval_of(pilot.pairs(measure.name)["change"].to_numpy())
        assert measure.low is not None
        assert measure.high is not None
        assert measure.low <= low + 1e-9 < measure.low + measure.step + 2e-9
        assert measure.high - measure.step - 2e-9 < high - 1e-9 <= measure.high


@pytest.mark.parametrize("both", [0, 1])
def test_an_internal_page_marks_what_does_not_exist_and_withholds_nothing(tmp_path: Path, both: int) -> None:
    measure = released(tmp_path, both, INTERNAL, gone=4).measures[0]
    assert (measure.number(measure.change), measure.people) == (UNDEFINED, str(both))
    assert measure.withheld == "Fewer than two people completed both surveys, so there is no interval and no verdict."
    hidden = released(tmp_path, both, PUBLIC, gone=4).measures[0]
    assert (hidden.number(hidden.change), hidden.people) == (WITHHELD, WITHHELD)


def test_the_mark_of_what_does_not_exist_is_explained_by_each_table_that_has_it() -> None:
    internal, public = (bundled("greenwich", name) for name in ("internal", "public"))
    pieces = [inner for piece in (internal.overview() + internal.measures()).pieces for inner in
              (piece, *getattr(piece, "pieces", ()))]  # fmt: skip
    tables = [piece for piece in pieces if isinstance(piece, Table)]
    marked = [any(UNDEFINED in str(cell) for row in one.rows for cell in row) for one in tables]
    assert any(marked)
    assert [UNDEFINED_NOTE in one.note for one in tables] == marked
    text = (internal.overview() + internal.measures()).text()
    assert f"{UNDEFINED} to" not in text
    assert WITHHELD not in text
    assert UNDEFINED not in (public.overview() + public.measures()).text()


def test_a_released_page_names_the_rules_that_it_passed() -> None:
    report = bundled("greenwich")
    assert report.change_table().rules == RULES


def test_released_objects_cannot_be_changed() -> None:
    table = bundled("greenwich").change_table()
    with pytest.raises(Exception, match="frozen"):
        table.pieces = ()


def test_the_order_of_the_respondents_changes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "greenwich"
    shutil.copytree(BUNDLED / "greenwich", copy)
    header, *rows = (copy / "survey.csv").read_text(encoding="utf-8").splitlines()
    (copy / "survey.csv").write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    assert open_report(copy).protected == bundled("greenwich").protected


@pytest.mark.parametrize("better", [7, 8, 9, 10, 15, 16, 17])
def test_the_two_audiences_pages_together_tell_no_more_of_a_measure_than_one(tmp_path: Path, better: int) -> None:
    before = [str(3 + i % 4) for i in range(25)]
    after = [str(int(b) + (1 + i % 2 if i < better else -(i % 3))) for i, b in enumerate(before)]
    rows = happy_rows(*({f"P{i}": x for i, x in enumerate(wave)} for wave in (before, after)))
    pilot = load_pilot(write_pilot(tmp_path / "pilot", rows))
    results = estimate(pilot)
    assert protect(pilot, results, PUBLIC).measures == protect(pilot, results, BOROUGH).measures
