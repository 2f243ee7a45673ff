"""Sentences that were wrong once, and pairs of sentences that no page may hold together."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path
from typing import Any

import pytest
from builders.accessibility_rules import paragraphs_at_once, parsed, reading_grade
from builders.language import CONTRADICTIONS, contradictions, counts_that_disagree
from builders.made_pages import TWELVE, make_pilot
from test_findings import EDGE, FALL, OFF, UP, Make, make, spread
from test_wording import told

from atpilots.disclosure.thresholds import Audience
from atpilots.instruments.instrument import Instrument
from atpilots.page import fragment
from atpilots.pilots.loading import load_pilot
from atpilots.publish.site import write_index
from atpilots.report.findings.catalogue import FINDINGS, findings
from atpilots.report.findings.evidence import FIRST_STEPS
from atpilots.report.findings.results import verdict_sentences
from atpilots.report.report import Report
from atpilots.report.wording import display_label

__all__ = ["make"]  # the fixture

LEVEL = "Nesta Standards of Evidence: level 2."
PAIRS = (
    (LEVEL, "People may or may not have felt better on average."),
    ("Level 1: described; a change for the better is not shown.", "People felt better on average, by more"),
    ("Maryland scale: level 1.", "No results can be published for the main measure, X."),
    ("A true change of 2 points would be found in about 4 of 5 pilots.", "People probably felt worse on average;"),
    ("Compare the arms.", "It leaves out the arm “two”."),
    ("These results support a fair test next.", "People felt much the same on average:"),
    ("This pilot cannot tell.", "People felt better on average,"),
    ("Do not expect a change that people notice.", "People may or may not have"),
    ("Find out why before going on.", "People probably felt better"),
    ("Too few people to learn about wellbeing;", "People probably felt better"),
    ("Find out why before going on.", "The comparison supports going on"),
    ("It may be too little to matter.", "Is it enough to matter? There is no agreed size for averages."),
    ("No dated plan was given.", "The analysis plan is dated 1 May 2020."),
    ("Exploratory: people probably felt worse on average; how much is not clear.", "The answers fit with no change"),
    ("No results can be published.", "The average score rose from 1"),
    ("More than a quarter are missing;", "Some left questions blank:"),
)


def test_the_linter_finds_every_pair() -> None:
    assert len(PAIRS) == len(CONTRADICTIONS)
    for place, pair in enumerate(PAIRS):
        a, b = CONTRADICTIONS[place]
        assert f"{a} | {b}" in contradictions(" ".join(pair))
        assert [contradictions(one) for one in pair] == [[], []]


@pytest.mark.parametrize(
    ("interval", "word", "better", "fits"),
    [
        ("just above 0 to +1.2", "People probably felt better", "higher", True),
        ("0.0 to +1.2", "People probably felt better", "higher", False),
        ("+0.1 to +1.2", "People may or may not have felt better", "higher", False),
        ("−2.4 to −0.2", "Exploratory: people probably felt worse", "higher", True),
        ("−2.4 to −0.2", "Exploratory: people probably felt worse", "lower", False),
        ("−0.4 to +0.2", "People felt much the same on average", "lower", True),
    ],
)
def test_the_linter_holds_words_against_their_interval(interval: str, word: str, better: str, fits: bool) -> None:
    page = f"Before\nX\nThe answers fit with average changes from {interval} points. {word} on average."
    assert (contradictions(page, {"X": better}) == []) is fits


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("| 26", "| 25"), ("the other 12", "the other 10"), ("15 of 26", "15 of 25"), ("From 24", "From 25"),
     ("Of 24 people", "Of 25 people"), ("24 the second", "26 the second")],
)  # fmt: skip
def test_the_linter_holds_numbers_of_people_against_each_other(wrong: str, right: str) -> None:
    page = (
        "Who answered: Of 25 people recruited, 25 answered the questions both before and after.\n"
        "Happy | 5.0 | 6.2 | +1.2 | +0.7 to +1.7 | 25\nAbout 15 of 25 people improved; the other 10 or so did not.\n"
        "From 25 people who answered both times.\n26 people answered the first survey, 26 the second and 25 both."
    )
    assert counts_that_disagree(page) == []
    assert len(counts_that_disagree(page.replace(right, wrong))) >= 1


def random_report(folder: Path, seed: int) -> Report:
    """A report on made-up people: any number of them, measures, direction of change, design, losses and notes."""
    chance = random.Random(seed)  # noqa: S311 - made-up answers
    shifts = {name: chance.choice((-0.25, -0.1, -0.03, 0, 0, 0.03, 0.1, 0.25)) for name in TWELVE}
    blank = chance.choice((0, 0, 0.1))

    def answer(instrument: Instrument, own: random.Random, wave: str) -> Any:
        span, up = instrument.highest - instrument.lowest, 1 if instrument.better == "higher" else -1
        middle = (instrument.lowest + instrument.highest) / 2 + (wave == "after") * up * shifts[instrument.name] * span
        level = min(max(round(own.gauss(middle, 0.2 * span)), instrument.lowest), instrument.highest)
        return "" if wave == "after" and own.random() < blank else level

    measures = tuple(chance.sample(TWELVE, chance.choice((1, 2, 3))))
    pilot = load_pilot(make_pilot(folder, measures, chance.randint(9, 40), answer=answer))
    people = len(pilot.all_respondents)
    update = {
        "recruited": chance.choice((None, people, people + 2, 2 * people)),
        "arms": chance.choice((("pilot",), ("pilot", "two"))),
        "notes": chance.choice(({}, {"usage": "People used it daily."})),
    }
    protocol = pilot.protocol.model_copy(update=update)
    return Report(dataclasses.replace(pilot, protocol=protocol), chance.choice((Audience.PUBLIC, Audience.BOROUGH)))


@pytest.mark.parametrize("seeds", [range(2), pytest.param(range(2, 200), marks=pytest.mark.slow)], ids=["2", "200"])
@pytest.mark.usefixtures("without_pictures")  # the words that stand for them stay
def test_no_page_contradicts_itself(tmp_path: Path, seeds: range) -> None:
    words = set()
    for seed in seeds:
        report = random_report(tmp_path / f"pilot-{seed}", seed)
        page = "\n".join(part.text() for part in report.parts)
        better = {display_label(m): m.better for m in report.protected.told}
        assert contradictions(page, better) + counts_that_disagree(page) == [], seed
        words |= {m.verdict for m in report.protected.measures if m.primary}
        shown = "".join(fragment(part.pieces, mark="x") for part in report.parts)
        assert reading_grade(paragraphs_at_once(parsed(f"<!DOCTYPE html><body>{shown}</body>"))) <= 9, seed
    assert len(words) >= min(4, len(seeds) // 2)


def test_first_steps_are_plain_for_every_result_and_design() -> None:
    assert max(map(reading_grade, FIRST_STEPS.values())) <= 9


def everything(make: Make, **given: object) -> str:
    context = make(**given)
    report = Report(context.pilot, Audience.PUBLIC)
    parts = (report.summary(), report.participants(), report.method(), report.provenance())
    return " ".join([*(finding.text for finding in findings(context)), *(part.text() for part in parts)])


def test_a_trivial_change_for_the_worse_is_not_told_as_worse() -> None:
    """The short Warwick-Edinburgh scale, −0.6 (−0.8 to −0.3), where less than 1 is too little to matter."""
    trivial = told(-0.8, -0.3, zone=(1.0, 3.0))
    assert verdict_sentences(trivial) == "People felt much the same on average: any change was too small to matter."


def test_sentences_that_were_wrong_are_gone(make: Make) -> None:
    """Of a benefit, a harm, no change beside another outcome, too few people, three arms, one person who decides."""
    wrong = (
        "People got worse on average", "“two and three”", "without that comparison", "change the conclusion",
        "even where the average got better", "part of the analyst's results", "random number generator",
        "not fixed in advance",
    )  # fmt: skip
    for given in ({"change": UP}, {"change": FALL}, {"change": OFF, "second": True}, {"change": UP[:10]},
                  {"change": UP, "arms": ("pilot", "two", "three"), "provenance": "synthetic"},
                  {"change": EDGE, "before": spread(2, 3, 5)}):  # fmt: skip
        told = everything(make, **given)
        assert [sentence for sentence in wrong if sentence in told] == []


def test_a_page_without_an_average_does_not_say_what_it_hides(make: Make) -> None:
    assert FINDINGS["C-12"](make(UP[:10])) is None
    assert FINDINGS["C-12"](make(FALL)) == FINDINGS["C-12"](make(UP, before=spread(0, 2, 7)))


def test_a_pilot_that_has_arms_is_not_told_to_compare(make: Make) -> None:
    assert "Compare" not in everything(make, change=UP, arms=("pilot", "two"))


@pytest.mark.parametrize(
    ("kinds", "banner"),
    [(["synthetic"] * 2, "All of these pilots&#39; data are synthetic"),
     (["synthetic", "collected"], "Some of these pilots&#39; data are synthetic"), (["collected"], "")],
)  # fmt: skip
def test_the_index_says_all_where_all_data_are_made_up(tmp_path: Path, kinds: list[str], banner: str) -> None:
    for place, kind in enumerate(kinds):
        name = tmp_path / f"pilot{place}-public"
        name.with_suffix(".html").write_text("", encoding="utf-8")
        name.with_suffix(".json").write_text(
            f'{{"pilot": "pilot{place}", "title": "T", "borough": "B", "provenance": "{kind}"}}', encoding="utf-8"
        )
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert banner in page
    assert ("data are synthetic" in page) == bool(banner)
