"""What is the same for every audience is worked out once, and no audience's report can change another's."""

from __future__ import annotations

import pytest

from atpilots.pilots.loading import load_pilot
from atpilots.report.opening import open_report


def test_audiences_share_the_answers_and_the_estimates_but_not_what_an_analyst_changes_of_them() -> None:
    assert open_report("greenwich").pilot is open_report("greenwich", "borough").pilot
    pilot = load_pilot("greenwich")  # reports of its own: those above are other tests', too
    public, borough = (open_report(pilot, audience) for audience in ("public", "borough"))
    kept = borough.results["estimate"].tolist()
    public.results["estimate"] = 0.0
    again = open_report(pilot, "internal")
    assert borough.results["estimate"].tolist() == kept == again.results["estimate"].tolist()


@pytest.mark.slow
def test_a_measure_by_itself_is_made_only_where_a_notebook_shows_one() -> None:
    report = open_report(open_report("greenwich").pilot)
    assert report.makes(report.overview())
    assert "parts" not in report.__dict__
    assert report.makes(report.measure("ons4_happy"))
    assert not report.makes(open_report(report.pilot, "borough").title())
