"""A result so strong that only the end of its interval nearer to no change is told: in sentences, tables, pictures, the
workbook and the manifest, in both directions of change and of better, with every numeral accounted for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from builders.folders import PROTOCOL, happy_rows, write_pilot
from builders.made_pages import Made, write
from builders.workbooks import read

from atpilots.disclosure import suppression
from atpilots.disclosure.protected import ProtectedMeasure
from atpilots.disclosure.published import DetailLevel, PublishedStatistics, details, published_from
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import Scale, scale_of
from atpilots.disclosure.suppression import AUDIT_SUPPRESSION
from atpilots.estimators import BETTER, Verdict
from atpilots.instruments import Better, load_instrument
from atpilots.page import SafeOutput, Title
from atpilots.page.spreadsheet import write_spreadsheet
from atpilots.publish.comparison import standing_alone
from atpilots.publish.numerals import register_of
from atpilots.report.findings.catalogue import FINDINGS
from atpilots.report.findings.context import Context
from atpilots.report.hero import measure_alt
from atpilots.report.opening import open_report
from atpilots.report.wording import change_interval, interval, percent_of_scale

N = 30
UCLA = ("ucla3_companionship", "ucla3_left_out", "ucla3_isolated")


def lonely_pilot(folder: Path, before: list[int], after: list[int]) -> Path:
    """A pilot whose people have these loneliness scores, of which 9 is the worst."""
    rows = [
        {"respondent": f"R{i:02d}", "wave": wave, **{item: score // 3 + (k < score % 3) for k, item in enumerate(UCLA)}}
        for wave, scores in (("before", before), ("after", after))
        for i, score in enumerate(scores)
    ]
    toml = PROTOCOL.format(provenance="synthetic", more="recruited = 50").replace("ons4_happy", "ucla3")
    return write_pilot(folder, rows, toml=toml)


@pytest.fixture(scope="module", autouse=True)
def told_by_one_end() -> Iterator[None]:
    """As if of the loneliness of these people nothing but one end passed the audit, which happens on short scales."""
    lonely = scale_of(load_instrument("ucla3"))

    def of_the_lonely_one_end(
        scale: Scale, before: Sequence[float], after: Sequence[float]
    ) -> PublishedStatistics | None:
        if scale != lonely:
            return safe_statistics(scale, before, after)
        return published_from(scale, np.array(before), np.array(after), details(scale, len(before))[-1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppression, "safe_statistics", of_the_lonely_one_end)
        yield


@pytest.fixture(scope="module")
def less_lonely(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nearly the worst before and nearly the best after: more than the end would tell nearly everybody's answers."""
    folder = tmp_path_factory.mktemp("pilots") / "less-lonely"
    return lonely_pilot(folder, [7 + i % 2 for i in range(N)], [3 + i % 3 % 2 for i in range(N)])


@pytest.fixture(scope="module")
def page(less_lonely: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return write(less_lonely, "public", tmp_path_factory.mktemp("pages"))


def test_the_sentence_and_the_tables_tell_the_nearer_end_and_no_more(less_lonely: Path) -> None:
    report = open_report(less_lonely)
    (measure,) = report.protected.told
    assert measure.one_end
    assert (measure.n, measure.low, measure.high, measure.verdict) == (N, None, -3.5, "probably better")
    said = report.measures().text()
    assert "The score fell on average by at least 3.5 points on a scale from 3 to 9, where lower is better." in said
    assert "in steps of 0.5 points" in said
    assert "People probably felt better on average; how much is not clear." in said
    rows = (report.overview() + report.change_table()).text().splitlines()
    assert f"{measure.label} | [c] | [c] | [c] | at most −3.5 | 30" in rows
    glance = next(row for row in rows if row.startswith("Main measure"))
    assert glance.endswith(
        "| [c] | at most −3.5 | at least 58% of the scale | Probably better; no agreed size that matters"
    )
    assert "95% interval of the average change | at most −3.5" in said
    assert said.count("[c] means: withheld") == 1
    assert "fell on average by at least 3.5 points" in report.summary().text()


def test_every_numeral_of_its_page_is_accounted_for(page: Made, less_lonely: Path) -> None:
    register = register_of(open_report(less_lonely))
    assert "at most −3.5" in page.html  # it passed the gate
    for part in page.released:
        assert register.unregistered(part.text()) == []
    assert register.unregistered("It was 3.6.") == ["3.6"]


def test_the_workbook_and_the_manifest_hold_the_end_and_marks(page: Made, tmp_path: Path) -> None:
    numbers = sum(page.released, start=SafeOutput(pieces=())).numbers
    title = next(piece for part in page.released for piece in part.pieces if isinstance(piece, Title))
    write_spreadsheet(title, numbers, ("[c]", "[c] means: withheld."), tmp_path / "numbers.xlsx")
    sheets = read(tmp_path / "numbers.xlsx")
    assert [value for _, value in sheets["Points"][-1][5:]] == ["[c]", "[c]", "[c]", "[c]", "-3.5", "30", "0.5"]
    *ends, step = (value for _, value in sheets["Percent"][-1][1:])
    assert (ends, round(float(step), 9)) == (["[c]", "58", "[c]"], 8.3)
    (row,) = json.loads(page.path.with_suffix(".json").read_text(encoding="utf-8"))["numbers"]
    assert [row[name] for name in ("before", "after", "change", "low", "high")] == [None] * 4 + [-3.5]
    assert row["percent"] == [None, 58.0, None]


def test_the_index_sets_it_among_the_others(page: Made) -> None:
    manifest = json.loads(page.path.with_suffix(".json").read_text(encoding="utf-8"))
    told = standing_alone([manifest])
    assert told is not None
    assert "(30 people) | [c] | at most −3.5 | at least 58% of the scale | Probably better" in told.text()
    assert "nearer to no change" in told.text()


def test_what_else_is_said_does_not_undo_it(less_lonely: Path) -> None:
    report = open_report(less_lonely)
    context = Context(report.pilot, report.results, report.protected)
    assert "level 2" in str(FINDINGS["C-01"](context))
    assert "would lie between" not in str(FINDINGS["C-07"](context))
    assert [FINDINGS[id_](context) for id_ in ("C-03", "C-06", "C-11", "C-19", "C-20")] == [None] * 5
    assert FINDINGS["C-22"](context) is not None
    assert "This pilot" not in report.similar_cases().text()


def test_the_internal_page_tells_everything(less_lonely: Path) -> None:
    (measure,) = open_report(less_lonely, "internal").protected.told
    assert not measure.one_end
    assert None not in (measure.before, measure.after, measure.change, measure.low, measure.high)


def made(better: Better, low: float | None, high: float | None, step: float = 0.5) -> ProtectedMeasure:
    word: Verdict = "probably better" if (low is not None) == (better == "higher") else "probably worse"
    return ProtectedMeasure(
        name="made_up", label="Made up", rater="resident", primary=True, better=better, score_range=(0, 10), n=N,
        step=step, low=low, high=high, verdict=word,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "in_points", "in_percent", "sentence"),
    [
        (made("higher", 1.0, None, 1.0), "at least 1", (None, 10, None), "rose on average by at least 1 point,"),
        (made("higher", None, -0.5), "at most −0.5", (None, None, -5), "fell on average by at least 0.5 points,"),
        (made("lower", 1.5, None), "at least 1.5", (None, None, -15), "rose on average by at least 1.5 points,"),
        (made("lower", None, -1.0), "at most −1.0", (None, 10, None), "fell on average by at least 1.0 points,"),
        (made("higher", 0.0, None), "above 0", (None, 0, None), "rose on average by more than 0 points,"),
        (made("lower", None, 0.0), "below 0", (None, 0, None), "fell on average by more than 0 points,"),
    ],
)  # fmt: skip
def test_an_end_is_said_in_the_direction_of_the_scale(
    told: ProtectedMeasure, in_points: str, in_percent: tuple[float | None, ...], sentence: str
) -> None:
    assert change_interval(told) == in_points
    assert percent_of_scale(told) == in_percent
    assert sentence in measure_alt(told)


def test_both_ends_are_told_as_before() -> None:
    assert interval(-1.0, 2.0, lambda value: f"{value:+g}") == "-1 to +2"


def test_of_a_family_with_such_a_measure_one_only_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its total would else follow from the parts."""
    parts = ("djg6", "djg6_emotional", "djg6_social")
    end = PublishedStatistics(N, DetailLevel(0.5, 1, one_end=True), None, None, None, None, -0.5, "probably better")

    def of_the_total_one_end(scale: object, before: list[float], *rest: object) -> PublishedStatistics | None:
        return end if max(scale.scores) == 6 else safe_statistics(scale, before, *rest)  # type: ignore[attr-defined, arg-type]

    columns = list(load_instrument("djg6").columns)
    rows = [
        {"respondent": f"R{i:02d}", "wave": wave, **{c: (i * k + 2 * late) % 3 + 1 for k, c in enumerate(columns, 2)}}
        for late, wave in enumerate(("before", "after"))
        for i in range(N)
    ]
    toml = PROTOCOL.format(provenance="synthetic", more="").replace("ons4_happy", parts[0])
    toml += "".join(f'[[measures]]\ninstrument = "{part}"\n' for part in parts[1:])
    monkeypatch.setattr(suppression, "safe_statistics", of_the_total_one_end)
    measures = open_report(write_pilot(tmp_path / "family", rows, toml=toml)).protected.measures
    assert measures[0].one_end
    assert [measure.withheld for measure in measures[1:]] == [AUDIT_SUPPRESSION] * 2


def test_thirty_of_thirty_who_get_better_are_told(tmp_path: Path) -> None:
    before = {f"R{i:02d}": 2 + i % 3 for i in range(N)}
    after = {who: score + 1 + (i * 7) % 4 for i, (who, score) in enumerate(before.items())}
    report = open_report(write_pilot(tmp_path / "thirty", happy_rows(before, after)))
    (measure,) = report.protected.measures
    assert not measure.withheld
    assert not measure.one_end
    assert measure.improved is None
    assert measure.verdict in BETTER
    assert "The average score rose from 3.0 before to 5.5 after" in report.measures().text()
