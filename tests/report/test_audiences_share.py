"""What is the same for every audience is worked out once, and no audience's report can change another's."""

from __future__ import annotations

import dataclasses

import pytest

from atpilots.disclosure import ProtectedMeasure
from atpilots.pilots.loading import load_pilot
from atpilots.report.course import changes_figure
from atpilots.report.opening import open_report


def test_audiences_share_the_answers_and_the_estimates_but_not_what_an_analyst_changes_of_them() -> None:
    assert open_report("greenwich").pilot is open_report("greenwich", "borough").pilot
    pilot = load_pilot("greenwich")  # reports of its own: those above are other tests', too
    public, borough = (open_report(pilot, audience) for audience in ("public", "borough"))
    kept = borough.results["estimate"].tolist()
    public.results["estimate"] = 0.0
    again = open_report(pilot, "internal")
    assert borough.results["estimate"].tolist() == kept == again.results["estimate"].tolist()


def test_a_picture_of_changes_is_kept_for_what_it_shows_alone() -> None:
    main = next(measure for measure in open_report("greenwich").protected.measures if measure.primary)
    less = dataclasses.replace(main, low=(main.low or 0) - main.step)

    def drawn(
        name: str = "Week 4", measure: ProtectedMeasure = main, synthetic: bool = False, axis: str = "Points"
    ) -> str:
        return changes_figure([(name, measure)], "What", "Caption", synthetic, axis).narrow.png

    different = [drawn(), drawn("Week 5"), drawn(measure=less), drawn(synthetic=True), drawn(axis="Steps")]
    assert len(set(different)) == 5
    assert drawn() == different[0]


@pytest.mark.slow
def test_a_measure_by_itself_is_made_only_where_a_notebook_shows_one() -> None:
    report = open_report(open_report("greenwich").pilot)
    assert report.makes(report.overview())
    assert "parts" not in report.__dict__
    assert report.makes(report.measure("ons4_happy"))
    assert not report.makes(open_report(report.pilot, "borough").title())
