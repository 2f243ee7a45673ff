"""Every shipped instrument against scores worked out elsewhere, and faulty instrument files."""

from __future__ import annotations

import csv
import itertools
import re
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from atpilots.files.problems import DataError
from atpilots.instruments.definition import MissingRule
from atpilots.instruments.display import scored_examples
from atpilots.instruments.instrument import Instrument
from atpilots.instruments.library import SHIPPED, load_instrument, shipped_instruments

GOLDEN = Path(__file__).parent / "golden"
SHIPPED_NAMES = shipped_instruments()
# Published decimals have at most six digits, and scores are kept to nine.
TOLERANCE = 1e-9
MOST_SETS = 300_000  # of answers are all tried


def golden(name: str) -> pd.DataFrame:
    """The golden rows of an instrument as text: its columns, `score` (blank for none) and `how` it was worked out."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return pd.DataFrame(list(csv.DictReader(stream)))


def as_numbers(text: pd.DataFrame) -> pd.DataFrame:
    return text.replace("", "nan").astype(float)


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_scored_examples_reach_both_ends_of_the_scale(name: str) -> None:
    """So they show which way an item is turned."""
    instrument = load_instrument(name)
    scores = [score for _, score in scored_examples(instrument)]
    assert (scores[0], scores[-1]) == instrument.score_range
    assert scores == sorted(scores)


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_golden_scores_are_reproduced(name: str) -> None:
    instrument, rows = load_instrument(name), golden(name)
    expected = as_numbers(rows[["score"]])["score"]
    scores = instrument.score(as_numbers(rows[list(instrument.columns)]))
    np.testing.assert_allclose(scores, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_golden_rows_cover_the_ends_and_both_sides_of_the_missing_rule(name: str) -> None:
    instrument, rows = load_instrument(name), golden(name)
    missing = (rows[list(instrument.columns)] == "").sum(axis=1)
    allowed = instrument.missing.allowed if isinstance(instrument.missing, MissingRule) else 0
    scored = rows["score"] != ""
    assert set(rows.columns) == {*instrument.columns, "score", "how"}
    assert (rows["how"] != "").all()
    assert {missing[scored].max(), missing[~scored].min()} == {allowed, allowed + 1}
    assert (missing[scored] <= allowed).all()
    assert instrument.score_range == tuple(as_numbers(rows[["score"]])["score"].agg(["min", "max"]))


def test_every_shipped_instrument_has_golden_scores_and_nothing_else_has() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.csv")) == list(SHIPPED_NAMES)


def test_the_shipped_instruments_are_those_that_users_were_promised() -> None:
    promised = """ascot_sct4 ascot_sct4_sum djg11 djg6 djg6_emotional djg6_social eq5d3l eq5d5l eq_vas icecap_o
        loneliness_direct ons4_anxious ons4_happy ons4_satisfaction ons4_worthwhile oxford_hip oxford_knee swemwbs ucla3
        wemwbs who5"""
    assert list(SHIPPED_NAMES) == promised.split()


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_shipped_instruments_say_where_they_come_from(name: str) -> None:
    instrument = load_instrument(name)
    for key in ("short_label", "coding", "missing_source", "outcome_domain", "source", "owner", "licence"):
        assert getattr(instrument, key), key


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_shipped_instruments_hold_no_wording(name: str) -> None:
    assert load_instrument(name).wording == {}


PUBLISHED = {  # name: {(level, contrast): (low, high)}, as read in the sources
    "eq5d3l": {("group", "within"): (0.08, 0.12), ("group", "between"): (0.08, 0.12)},
    "eq_vas": {("group", "within"): (5, 5), ("group", "between"): (7, 12)},
    "oxford_hip": {("group", "within"): (11, 11), ("group", "between"): (5, 5), ("person", "within"): (8, 8)},
    "oxford_knee": {("group", "within"): (9, 9), ("group", "between"): (5, 5), ("person", "within"): (7, 7)},
    "swemwbs": {("person", "within"): (1, 3)},
    "wemwbs": {("person", "within"): (3, 9)},
    "who5": {("person", "within"): (23.6, 23.6)},
}


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_important_changes_are_those_published_each_for_its_own_use(name: str) -> None:
    changes = load_instrument(name).minimal_important_change
    assert {(c.level, c.contrast): (c.low, c.high) for c in changes} == PUBLISHED.get(name, {})
    assert all(change.population for change in changes)


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_no_value_of_patients_after_surgery_or_with_cancer_judges_a_gadget(name: str) -> None:
    instrument = load_instrument(name)
    assert instrument.deciding_change("within") is None
    assert instrument.deciding_change("between") is None


@pytest.mark.parametrize(
    ("lines", "within", "between"),
    [
        ('level = "group", contrast = "within"', True, False),
        ('level = "group", contrast = "between"', False, True),
        ('level = "person", contrast = "within"', False, False),
        ('level = "group", contrast = "within", population = "Older people", only_there = true', False, False),
        ('level = "group", contrast = "within", population = "Older people"', True, False),
    ],
)
def test_only_a_group_value_for_the_contrast_at_hand_decides(
    tmp_path: Path, lines: str, within: bool, between: bool
) -> None:
    change = f'minimal_important_change = {{low = 1, high = 2, {lines}, basis = "anchor", source = "S"}}\n'
    instrument = own(tmp_path, textwrap.dedent(LEAST) + change)
    assert (instrument.deciding_change("within") is not None) is within
    assert (instrument.deciding_change("between") is not None) is between
    assert (instrument.of_one_person is not None) is ("person" in lines)


def test_only_the_ons_questions_must_be_answered_in_person() -> None:
    in_person = {name for name in SHIPPED_NAMES if load_instrument(name).self_report_only}
    assert in_person == {name for name in SHIPPED_NAMES if name.startswith("ons4_")}


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_scores_never_leave_their_range_and_bands_hold_all_of_them(name: str) -> None:
    instrument = load_instrument(name)
    rng = np.random.default_rng(sum(map(ord, name)))
    levels = rng.integers(instrument.lowest, instrument.highest + 1, size=(2000, len(instrument.columns)))
    answered = rng.random(levels.shape) > rng.choice([0.0, 0.05, 0.3], size=(2000, 1))
    scores = instrument.score(pd.DataFrame(np.where(answered, levels, np.nan), columns=list(instrument.columns)))
    low, high = instrument.score_range
    assert scores.notna().any()
    assert scores.dropna().between(low, high).all()
    in_bands = [sum(band.low <= score <= band.high for band in instrument.bands) for score in scores.dropna()]
    assert set(in_bands) == ({1} if instrument.bands else {0})


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_possible_scores_are_those_of_all_sets_of_answers(name: str) -> None:
    instrument = load_instrument(name)
    possible = instrument.possible_scores()
    assert (possible[0], possible[-1]) == instrument.score_range
    assert list(possible) == sorted(set(possible))
    levels, items = range(instrument.lowest, instrument.highest + 1), len(instrument.columns)
    if len(levels) ** items > MOST_SETS:
        return
    answers = pd.DataFrame(itertools.product(levels, repeat=items), columns=list(instrument.columns), dtype=float)
    assert set(possible) == set(instrument.score(answers))


def test_possible_scores_of_a_mean_of_recoded_and_reversed_items(tmp_path: Path) -> None:
    instrument = own(
        tmp_path,
        """\
        label = "Odd items"
        items = ["a", "b"]
        levels = [1, 3]
        recode.a = [0, 0.3, 3]
        reverse = ["b"]
        scoring = "mean"
        better = "lower"
        """,
    )
    assert instrument.possible_scores() == (0.5, 0.65, 1, 1.15, 1.5, 1.65, 2, 2.5, 3)


def test_rows_keep_their_index_and_columns_may_come_in_any_order() -> None:
    instrument = load_instrument("ucla3")
    answers = pd.DataFrame(
        {
            "other": [9, 9],
            "ucla3_isolated": [3.0, 1.0],
            "ucla3_left_out": [2.0, 1.0],
            "ucla3_companionship": [1.0, 1.0],
        },
        index=[7, 3],
    )
    pd.testing.assert_series_equal(instrument.score(answers), pd.Series([6.0, 3.0], index=[7, 3], name="ucla3"))


def test_the_two_scores_of_ascot_come_from_the_same_answers_and_are_named_apart() -> None:
    weighted, unweighted = load_instrument("ascot_sct4"), load_instrument("ascot_sct4_sum")
    assert weighted.columns == unweighted.columns
    assert "ASCOF 1A" in unweighted.label
    assert (weighted.score_range, unweighted.score_range) == ((-0.170635, 0.998645), (0, 24))


def test_subscales_share_the_columns_of_their_scale() -> None:
    scale = set(load_instrument("djg6").columns)
    halves = [set(load_instrument(f"djg6_{half}").columns) for half in ("emotional", "social")]
    assert halves[0] | halves[1] == scale
    assert not halves[0] & halves[1]


@pytest.mark.parametrize(
    ("name", "text", "level"),
    [
        ("ucla3", "Hardly ever or never", 1),
        ("ucla3", "  some  of the TIME ", 2),
        ("ucla3", "3", 3),
        ("loneliness_direct", "Often/always", 1),
        ("djg11", "more or less", 2),
        ("ons4_happy", "10", 10),
        ("ons4_happy", "10.0", 10),
    ],
)
def test_answers_are_read(name: str, text: str, level: int) -> None:
    assert load_instrument(name).read_answer(text) == level


@pytest.mark.parametrize(
    ("name", "text"),
    [("ucla3", "Sometimes"), ("ucla3", "0"), ("ucla3", "4"), ("ons4_happy", "11"), ("ons4_happy", "7.5"), ("who5", "")]
    + [("who5", word) for word in ("nan", "None", "NA", "1e0", "٣", "-1", "1,0")],
)
def test_what_is_no_answer_is_not_read_as_one(name: str, text: str) -> None:
    assert np.isnan(load_instrument(name).read_answer(text))


def own(folder: Path, text: str, name: str = "own") -> Instrument:
    """Load a pilot's own instrument with these lines."""
    (folder / f"{name}.toml").write_text(textwrap.dedent(text), encoding="utf-8")
    return load_instrument(name, folder)


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(DataError) as error:
        own(folder, text)
    return str(error.value)


WINDOW = "window: runs from low to high, within the scores' 3 to 15"
LEAST = """\
    label = "Daily living"
    items = ["wash", "dress", "cook"]
    levels = [1, 5]
    scoring = "sum"
    better = "higher"
    """


def test_five_keys_are_enough(tmp_path: Path) -> None:
    instrument = own(tmp_path, LEAST)
    assert instrument.columns == ("own_wash", "own_dress", "own_cook")
    assert instrument.score_range == (3, 15)


def test_wrong_values_are_all_named_at_once(tmp_path: Path) -> None:
    text = """\
        short_label = 3
        items = ["wash", "Dress up"]
        levels = [1, 5, 7]
        scoring = "summ"
        missing = "imputed"
        better = "up"
        self_report_only = "perhaps"
        reverse = "wash"
        recode.wash = [0, "x"]
        bands = [{label = "x", low = 1}]
        outcome_domain = "happiness"
        norm = {mean = nan, sd = 0.0, source = "S"}
        retest = {r = 1.0, source = "S"}
        advised_n = {n = 2.5, source = "S"}
        colour = "red"
        """
    assert complaint(tmp_path, text) == textwrap.dedent("""\
        17 problems:
          own.toml, label: is required
          own.toml, short_label: is not text: "3"
          own.toml, items.2: is not a name of up to 40 small letters, digits and _, a letter first: "Dress up"
          own.toml, levels: is neither two whole numbers, lowest and highest, nor a list of answer labels
          own.toml, reverse: is not a list: "wash"
          own.toml, recode.wash.2: is not a number: "x"
          own.toml, scoring: is not allowed (did you mean "sum"?): "summ"; allowed: sum, mean, single, conversion, \
value_set
          own.toml, missing: is not allowed: "imputed"; allowed: "complete", {allowed = 1, rule = "person_mean"} or \
{allowed = 1, rule = "zero"}
          own.toml, better: is not allowed: "up"; allowed: higher, lower
          own.toml, self_report_only: is not true or false: "perhaps"
          own.toml, bands.1.high: is required
          own.toml, norm.mean: is not a number: "nan"
          own.toml, norm.sd: is not above 0: "0.0"
          own.toml, retest.r: is not below 1: "1.0"
          own.toml, advised_n.n: is not a whole number: "2.5"
          own.toml, outcome_domain: is not a known word (did you mean "wellbeing"?): "happiness"; allowed: \
wellbeing, quality_of_life, \
loneliness_social_connection, independence, self_care, safety_falls, medication_adherence, carer_wellbeing, \
health_service_use, care_cost, cognition_behaviour, digital_skills, access_to_services, communication, \
feasibility_acceptability, education_employment
          own.toml, colour: is not a known key: "red"; allowed: label, short_label, items, items_of, levels, first, \
coding, reverse, recode, scoring, conversion, value_set, missing, missing_source, better, self_report_only, \
minimal_important_change, bands, bands_source, norm, window, retest, advised_n, outcome_domain, source, owner, \
licence, wording""")


def test_contradictions_are_all_named_at_once(tmp_path: Path) -> None:
    text = """\
        label = "Daily living"
        items = ["wash", "dress", "wash"]
        levels = [5, 1]
        first = 0
        reverse = ["wash", "shop"]
        recode = {wash = [0, 1], shop = [1]}
        wording = {shop = "…"}
        scoring = "single"
        conversion = {raw = [1], score = [1]}
        missing = {allowed = 1, rule = "zero"}
        better = "higher"
        bands = [{label = "low", low = 1, high = 2}]
        [[minimal_important_change]]
        low = 2
        high = 1
        level = "group"
        contrast = "within"
        basis = "anchor"
        source = "S"
        """
    assert complaint(tmp_path, text) == textwrap.dedent("""\
        13 problems:
          own.toml, levels: the lowest comes first
          own.toml, first: belongs with answer labels
          own.toml, items: an item is named twice
          own.toml, reverse: shop is not one of the items
          own.toml, recode: shop is not one of the items
          own.toml, wording: shop is not one of the items
          own.toml, recode.wash: the item is reversed as well
          own.toml, recode.shop: the item is reversed as well
          own.toml, conversion: belongs with scoring = "conversion", and only there
          own.toml, scoring: "single" is for one item
          own.toml, missing: only sums and means can allow missing items
          own.toml, minimal_important_change: low is above high
          own.toml, bands: need a bands_source""")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('levels = ["no", "No "]', "levels: two labels are the same"),
        (
            'levels = ["no", "2"]',
            "levels: a label may not be a number; for whole-number answers give [lowest, highest]",
        ),
        ("recode = {wash = [1, 2]}", "recode.wash: 5 levels need 5 numbers"),
        ('missing = {allowed = 3, rule = "zero"}', "missing: at least one item must be answered"),
        (
            'items = ["wash"]\nscoring = "value_set"\nvalue_set = {constant = 1, wash = [0, 1]}',
            "value_set.wash: 5 levels need 5 numbers",
        ),
        (
            'scoring = "conversion"\nconversion = {raw = [3, 5], score = [1, 2]}',
            "conversion: raw runs from 3 to 15 without a gap, with one score each",
        ),
        ('scoring = "value_set"', 'value_set: belongs with scoring = "value_set", and only there'),
        (
            'scoring = "value_set"\nvalue_set = {constant = 1, wash = [0, 0, 0, 0, 1]}',
            "value_set: needs one entry per item",
        ),
        (
            'bands_source = "S"\nbands = [{label = "a", low = 3, high = 9}, {label = "b", low = 9, high = 15}]',
            "bands: run from low to high without an overlap",
        ),
        ('bands_source = "S"\nbands = [{label = "a", low = 0, high = 9}]', "bands: scores run from 3 to 15"),
        *(
            (f'window = {{low = {low}, high = {high}, source = "S"}}', WINDOW)
            for low, high in ((2, 9), (9, 16), (9, 9), (12, 9))
        ),
        (
            'minimal_important_change = {low = 1, high = 13, level = "group", contrast = "within", basis = "anchor", '
            'source = "S"}',
            "minimal_important_change: scores run from 3 to 15",
        ),
        (
            'minimal_important_change = {low = 1, high = 2, level = "person", contrast = "between", basis = "anchor", '
            'source = "S"}',
            'minimal_important_change: a value for one person has contrast = "within"',
        ),
        (
            'minimal_important_change = [{low = 1, high = 2, level = "group", contrast = "within", basis = "anchor", '
            'source = "S"}, {low = 2, high = 3, level = "group", contrast = "within", basis = "anchor", source = "S"}]',
            "minimal_important_change: one value for each level and contrast",
        ),
        ('recode = {wash = [0, 1, 2, 3, 4], dress = [0, 1, 2, 3, 4]}\nmissing = {allowed = 1, rule = "zero"}',
         'missing: "zero" is not a score of cook'),
    ],
)  # fmt: skip
def test_each_contradiction_has_its_sentence(tmp_path: Path, lines: str, message: str) -> None:
    replaced = {line.split(" = ")[0] for line in lines.splitlines()}
    kept = [line for line in textwrap.dedent(LEAST).splitlines() if line.split(" = ")[0] not in replaced]
    assert complaint(tmp_path, "\n".join([*kept, lines])) == f"1 problem:\n  own.toml, {message}"


def test_shared_items_must_be_there(tmp_path: Path) -> None:
    text = LEAST.replace("better", 'items_of = "djg6"\n    better').replace("cook", "item3")
    assert complaint(tmp_path, text) == textwrap.dedent("""\
        2 problems:
          own.toml, items: is not an item of djg6: "wash", "dress"
          own.toml, levels: shares its columns with djg6, so must have the same levels""")
    nobody = text.replace("djg6", "nobody")
    told = '1 problem:\n  own.toml, items_of: there is no such instrument: "nobody"; allowed: own, ascot_sct4, '
    assert complaint(tmp_path, nobody).startswith(told)


def test_one_shared_item_keeps_the_name_of_its_column(tmp_path: Path) -> None:
    instrument = own(
        tmp_path,
        """\
        label = "Isolation"
        items = ["isolated"]
        items_of = "ucla3"
        levels = ["Hardly ever or never", "Some of the time", "Often"]
        scoring = "single"
        better = "lower"
        """,
    )
    assert instrument.columns == ("ucla3_isolated",)


def test_a_shipped_name_is_taken(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ucla3\.toml: has the name of a shipped instrument; rename it$"):
        own(tmp_path, LEAST, name="ucla3")


@pytest.mark.parametrize(
    ("name", "meant"), [("nobody", ""), ("../own", "own"), ("Own", "own"), ("ucla", "ucla3"), ("EQ-5D", "eq5d3l")]
)
def test_an_unknown_instrument_brings_the_nearest_and_all_known_ones(tmp_path: Path, name: str, meant: str) -> None:
    own(tmp_path, LEAST)
    hint = f' (did you mean "{meant}"?)' if meant else ""
    told = f'such instrument{hint}: "{name}"; allowed: own, ascot_sct4, ascot_sct4_sum, djg11,'
    with pytest.raises(DataError, match=re.escape(told)):
        load_instrument(name, tmp_path)


def test_the_file_may_not_name_itself(tmp_path: Path) -> None:
    assert complaint(tmp_path, f'name = "other"\n{textwrap.dedent(LEAST)}') == (
        "1 problem:\n  own.toml, name: may not be set here"
    )


def test_the_range_of_a_value_set_is_exact_even_where_the_middle_level_is_best(tmp_path: Path) -> None:
    # All 27 profiles of three items by hand: best is the middle level throughout, 1 + 0.5 + 3 × 0.2 = 2.1; worst is
    # one item at the last level and two at the first, which has a problem and a worst level: 1 + 0.5 − 2 + 0.1 = −0.4.
    instrument = own(
        tmp_path,
        """\
        label = "Odd values"
        items = ["a", "b", "c"]
        levels = [1, 3]
        scoring = "value_set"
        better = "higher"
        [value_set]
        constant = 1
        any_problem = 0.5
        any_worst = -2
        a = [0, 0.2, 0.1]
        b = [0, 0.2, 0.1]
        c = [0, 0.2, 0.1]
        """,
    )
    assert instrument.score_range == (-0.4, 2.1)


def test_a_mean_with_missing_items_is_the_mean_of_the_answers(tmp_path: Path) -> None:
    text = LEAST.replace('"sum"', '"mean"') + 'missing = {allowed = 1, rule = "person_mean"}\n'
    instrument = own(tmp_path, text.replace("    ", ""))
    answers = pd.DataFrame([[1, 2, np.nan], [1, 2, 6 / 2], [1, np.nan, np.nan]], columns=list(instrument.columns))
    np.testing.assert_allclose(instrument.score(answers), [1.5, 2.0, np.nan])
    assert instrument.score_range == (1, 5)


def test_shipped_files_lie_beside_the_module() -> None:
    assert all((SHIPPED / f"{name}.toml").exists() for name in SHIPPED_NAMES)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            'scoring = "value_set"\nreverse = ["a"]\n[value_set]\nconstant = 1\na = [0, -1, -2]\n',
            "reverse and recode do not go",
        ),
        ('scoring = "sum"\nrecode.a = [1, 1, 1]\n', "every answer gives the same score"),
        ('scoring = "sum"\nitems_of = "own"\n', "names this instrument itself"),
    ],
)
def test_an_instrument_that_cannot_be_meant_is_refused(tmp_path: Path, lines: str, fault: str) -> None:
    head = 'label = "Own"\nitems = ["a"]\nlevels = [1, 3]\nbetter = "higher"\n'
    (tmp_path / "own.toml").write_text(head + lines)
    with pytest.raises(DataError, match=fault):
        load_instrument("own", tmp_path)


def test_an_endless_scale_is_refused_before_it_is_built(tmp_path: Path) -> None:
    lines = 'label = "Own"\nitems = ["a"]\nlevels = [0, 1000000000000]\nscoring = "sum"\nbetter = "higher"\n'
    (tmp_path / "own.toml").write_text(lines)
    with pytest.raises(DataError, match="levels: at most 10,000 apart"):
        load_instrument("own", tmp_path)
