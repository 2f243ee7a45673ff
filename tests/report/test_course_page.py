"""The section on the course: table, picture and workbook tell the same, and nothing that may not be told."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.folders import write_three_waves

from atpilots.disclosure import Audience
from atpilots.page.spreadsheet import sheets_of
from atpilots.pilots.loading import load_pilot
from atpilots.report import Report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_three_waves(tmp_path_factory.mktemp("course") / "pilots" / "alpha")


@pytest.mark.usefixtures("without_pictures")
def test_the_course_is_told_without_what_would_set_a_few_apart(folder: Path) -> None:
    report = Report(load_pilot(folder), Audience.PUBLIC)
    said, main = report.over_time().text(), report.protected.measures[0]
    assert "3 months | Not told | Not told | 24" in said
    assert f"after (main result) | {main.number(main.change, signed=True)} | " in said
    assert "before | 27 | 27 | 0" in said
    assert "3 months | 24 | 24 | 0" in said
    assert "mixed model" not in said
    (course,) = (sheet for sheet in sheets_of(report.over_time().numbers) if sheet.name == "Course")
    assert [(row["Wave"], row["Average change (points)"]) for row in course.rows] == [
        ("3 months", None), ("after", main.change),
    ]  # fmt: skip


@pytest.mark.usefixtures("without_pictures")
def test_the_mixed_model_stands_on_the_internal_page_only(folder: Path) -> None:
    said = Report(load_pilot(folder), Audience.INTERNAL).over_time().text()
    assert "A check, not the result: a linear mixed model" in said
    assert "3 months | Not told" not in said


@pytest.mark.usefixtures("without_pictures")
def test_the_two_surveys_compared_go_by_their_names(folder: Path) -> None:
    report = Report(load_pilot(folder), Audience.PUBLIC)
    assert "answered the surveys “before” and “after”" in report.summary().text()
    assert "Only 27 people answered the surveys “before” and “after”." in report.caveats().text()
    assert "at “after”" in report.summary().text()  # no date says how much later
    assert not any(type(piece).__name__ == "Figure" for piece in report.over_time().pieces)  # it alone is no course
