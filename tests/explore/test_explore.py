"""What an analyst looks at: the pictures hold what the answers say, and none of it can reach a page."""

from __future__ import annotations

import csv
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from builders.folders import write_pilot
from builders.parameters import each_once

import atpilots as at
from atpilots.explore.plots import NOT_FOR_SHARING
from atpilots.page import MIME
from atpilots.pilots import Pilot, load_pilot

PLOTS: dict[str, Callable[..., Any]] = {
    "plot_pairs": at.plot_pairs, "plot_answers": at.plot_answers, "plot_scores": at.plot_scores,
    "plot_course": at.plot_course, "plot_missing": lambda pilot, _, **more: at.plot_missing(pilot, **more),
}  # fmt: skip
LABELS = ["Hardly ever or never", "Some of the time", "Often"]
TOML = """
title = "Lamps at home"
borough = "Alpha"
technology = ["smart_home"]
user_group = ["older_people"]
setting = "own_home"
provenance = "collected"
waves = ["before", "3 months", "6 months"]
endpoint = "6 months"
arms = ["lamp", "waiting"]
[[measures]]
instrument = "ucla3"
primary = true
[[measures]]
instrument = "ons4_happy"
"""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pilot, list[dict[str, str]]]:
    """Twelve people in two arms and three waves, some of whom leave or skip a question, and what was written down."""
    rng = np.random.default_rng(3)
    rows = [
        {
            "respondent": f"P{i:02}", "wave": wave, "arm": "lamp" if i < 7 else "waiting",
            "age_band": ("65-74" if i % 2 else "75-84") if wave == "before" else "",
            "mode": "phone" if i % 3 else "self",
            "ons4_happy": "" if (i, place) == (2, 1) else str(rng.integers(0, 11)),
            **{f"ucla3_{item}": "" if (i, place, item) == (4, 2, "isolated") else str(rng.integers(1, 4))
               for item in ("companionship", "left_out", "isolated")},
        }
        for place, wave in enumerate(("before", "3 months", "6 months"))
        for i in range(12)
        if not (i == 11 and place)
    ]  # fmt: skip
    return load_pilot(write_pilot(tmp_path_factory.mktemp("explore") / "pilots" / "lamps", rows, toml=TOML)), rows


def ucla(rows: list[dict[str, str]], wave: str) -> dict[str, float]:
    items = ("ucla3_companionship", "ucla3_left_out", "ucla3_isolated")
    asked = [row for row in rows if row["wave"] == wave and all(row[item] for item in items)]
    return {row["respondent"]: sum(int(row[item]) for item in items) for row in asked}


@pytest.mark.parametrize(("name", "style"), each_once(PLOTS, ["default", "dark_background"]))
def test_every_picture_says_that_it_is_not_for_sharing_and_draws_where_it_is_told(
    survey: tuple[Pilot, list[dict[str, str]]], name: str, style: str
) -> None:
    with plt.style.context(style):
        _, ax = plt.subplots()
        assert PLOTS[name](survey[0], "ucla3", ax=ax) is ax
        own = PLOTS[name](survey[0], "ucla3")
    assert own is not ax
    for drawn in (ax, own):
        assert any(NOT_FOR_SHARING in text.get_text() for text in drawn.texts)
    figure: Any = own.figure
    figure.canvas.draw()
    assert MIME not in getattr(own, "_repr_mimebundle_", dict)()


def test_pairs_are_drawn_as_thick_as_they_are_many(survey: tuple[Pilot, list[dict[str, str]]]) -> None:
    pilot, rows = survey
    before, after = ucla(rows, "before"), ucla(rows, "6 months")
    lamp = {row["respondent"] for row in rows if row["arm"] == "lamp"}
    pairs = Counter((before[who], after[who]) for who in before.keys() & after.keys() & lamp)
    *lines, average = at.plot_pairs(pilot, "ucla3").lines
    drawn = {tuple(np.asarray(line.get_ydata(), dtype=float)): round(line.get_linewidth() / 1.2) for line in lines}
    assert drawn == pairs
    means = [statistics.fmean(scores[who] for who in lamp & before.keys() & after.keys()) for scores in (before, after)]
    assert list(np.asarray(average.get_ydata(), dtype=float)) == pytest.approx(means)


def test_bars_count_the_answers_as_given(survey: tuple[Pilot, list[dict[str, str]]]) -> None:
    pilot, rows = survey
    ax = at.plot_answers(pilot, "ucla3", waves=["3 months"])
    widths = [[bar.get_width() for bar in container] for container in ax.containers]  # one container a level
    for place, item in enumerate(("ucla3_companionship", "ucla3_left_out", "ucla3_isolated")):
        given = [row[item] for row in rows if row["wave"] == "3 months" and row[item]]
        for level in (1, 2, 3):
            assert widths[level - 1][place] == pytest.approx(100 * given.count(str(level)) / len(given))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == LABELS


def test_the_picture_of_gaps_counts_everybody_once(survey: tuple[Pilot, list[dict[str, str]]]) -> None:
    ax = at.plot_missing(survey[0])
    counts = [int(label.get_text().split()[0]) for label in ax.get_yticklabels()]
    assert counts == [9, 1, 1, 1]  # whole; no happiness at 3 months; half of the loneliness at the end; who left
    assert sum(text.get_text() == "½" for text in ax.texts) == 1


@pytest.mark.parametrize("by", [None, "age_band", "mode", "rater", "arm"])
def test_descriptions_are_those_of_the_answers(survey: tuple[Pilot, list[dict[str, str]]], by: str | None) -> None:
    pilot, rows = survey
    table = at.describe(pilot, "ucla3", by)
    band = {row["respondent"]: row["age_band"] for row in rows if row["wave"] == "before"}
    before = ucla(rows, "before")
    for key, found in table.iterrows():
        group, wave = key if by else (None, key)
        kept = {
            row["respondent"]
            for row in rows
            if row["wave"] == wave
            and group
            in (
                {None: [None], "rater": ["resident"], "age_band": [band[row["respondent"]]]}.get(by)
                or [row.get(str(by))]
            )
        }
        scores = {who: score for who, score in ucla(rows, str(wave)).items() if who in kept}
        assert found["n"] == len(scores)
        assert found["mean"] == pytest.approx(statistics.fmean(scores.values()))
        assert found["median"] == statistics.median(scores.values())
        if wave != "before":
            changes = [score - before[who] for who, score in scores.items() if who in before]
            assert found["pairs"] == len(changes)
            assert found["mean_change"] == pytest.approx(statistics.fmean(changes))
    assert table["pairs"].isna().sum() == len(table) // 3


def test_answers_have_their_labels_and_the_codebook_every_item(survey: tuple[Pilot, list[dict[str, str]]]) -> None:
    pilot, rows = survey
    table = pilot.answers_table()
    assert table.index.names == ["respondent", "wave", "rater"]
    row = next(row for row in rows if row["respondent"] == "P03" and row["wave"] == "before")
    assert table.loc[("P03", "before", "resident"), "ucla3_left_out"] == LABELS[int(row["ucla3_left_out"]) - 1]
    assert table["ucla3_left_out"].cat.ordered
    assert str(table["ons4_happy"].dtype) == "Int64"
    assert pilot.codebook()["column"].tolist() == [*(c for c in table if c.startswith("ucla3")), "ons4_happy"]
    assert set(pilot.codebook()["answers"]) == {
        "1 Hardly ever or never, 2 Some of the time, 3 Often", "0 to 10 (0 not at all happy, 10 completely happy)",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda p: at.describe(p, "ucla"), 'there is no measure "ucla"; there is: ucla3, ons4_happy'),
        (lambda p: at.describe(p, "ucla3", "gender"), "there is no grouping by"),
        (lambda p: at.plot_pairs(p, "ucla3", wave="after"), "there is no wave"),
        (lambda p: at.plot_answers(p, "ucla3", waves=["after"]), "there is no wave"),
        (lambda p: at.plot_missing(p, rater="carer"), "there is no rater"),
    ],
)
def test_a_name_that_there_is_not_is_answered_with_those_that_there_are(
    survey: tuple[Pilot, list[dict[str, str]]], ask: Callable[[Pilot], object], said: str
) -> None:
    with pytest.raises(at.UsageError, match=said) as caught:
        ask(survey[0])
    assert caught.value._render_traceback_() == [f"UsageError: {caught.value}"]


def test_many_scores_are_drawn_as_quantiles(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = [{"respondent": f"P{i}", "wave": wave, "ons4_happy": str(rng.integers(0, 11))}
            for wave in ("before", "after") for i in range(300)]  # fmt: skip
    ax = at.plot_scores(load_pilot(write_pilot(tmp_path / "pilots" / "many", rows)), "ons4_happy")
    assert not [dots for dots in ax.collections if len(dots.get_offsets()) > 100]  # type: ignore[arg-type]


def test_an_instrument_of_ones_own_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    rows = [{"respondent": f"P{i}", "wave": wave, "ons4_happy": "3"} for wave in ("before", "after") for i in range(3)]
    folder = write_pilot(tmp_path / "pilots" / "own", rows)
    keys: dict[str, Any] = {"label": "Lamp skills", "items": ["on", "off"], "levels": ["No", "With help", "Yes"]}
    with pytest.raises(at.DataError, match="better: is not allowed"):
        at.new_instrument(folder, "lamp", **keys, better="nothing")
    with pytest.raises(at.DataError, match="is there already"):
        at.new_instrument(folder, "swemwbs", **keys, better="higher")
    assert not list(folder.rglob("lamp.toml"))
    made = at.new_instrument(folder, "lamp", **keys, better="higher", reverse=["off"], source="Ours")
    assert at.load_instrument("lamp", folder / "instruments") == made
    assert "Scored examples, to check" in made._repr_html_()
    assert str(made).splitlines()[1:] == [
        "  answers 1, 3: score 2", "  answers 1, 2: score 3", "  answers 3, 1: score 6",
    ]  # fmt: skip
    part = at.new_instrument(folder, "lamp_on", **{**keys, "items": ["on"]}, better="higher", items_of="lamp")
    assert part.columns == ("lamp_on",)
    with pytest.raises(at.DataError, match='items: is not a list: "on"'):
        at.new_instrument(folder, "switch", **{**keys, "items": "on"}, better="higher")
    with pytest.raises(at.DataError, match="name: is not one of up to 40 small letters"):
        at.new_instrument(folder, "../Lamp", **keys, better="higher")
    with pytest.raises(at.DataError, match="bundled"):
        at.new_instrument("greenwich", "lamp", **keys, better="higher")


def test_pilots_side_by_side_are_those_of_their_own_reports() -> None:
    told = at.compare(["hackney", "greenwich"])
    frame = at.open_report("greenwich").change_table().to_frame().set_index(["measure", "rater"])
    change = frame.loc[("swemwbs", "resident"), "change"]
    assert f"Mental wellbeing (SWEMWBS) (7 to 35) | Probably better: {change:+.1f} (main measure)" in told.text()
    assert "href" not in told.model_dump_json()
    with pytest.raises(at.UsageError, match="two pilots"):
        at.compare(["greenwich"])


def test_objects_show_themselves_without_a_wall_of_text(survey: tuple[Pilot, list[dict[str, str]]]) -> None:
    pilot, _ = survey
    for thing in (pilot, pilot.protocol, pilot.primary, pilot.primary.instrument):
        assert len(repr(thing)) < 200
        assert "\n" not in repr(thing)
        shown = thing._repr_html_()
        assert 'scope="row"' in shown or "<dt>" in shown
        assert "P01" not in shown
    with Path(pilot.folder / "survey.csv").open(encoding="utf-8", newline="") as stream:
        people = len({row["respondent"] for row in csv.DictReader(stream)})
    assert f"{people} people" in repr(pilot)
    assert isinstance(at.open_report("greenwich").change_table().to_frame(), pd.DataFrame)
