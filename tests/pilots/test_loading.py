"""What of a pilot's folder stops it from being loaded, told at once and without a code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from builders.folders import PROTOCOL, happy_rows, refused, write_pilot
from builders.made_pages import TWELVE, make_pilot
from builders.parameters import each_once

from atpilots.cli import main
from atpilots.files.problems import DataError
from atpilots.files.project_folders import BUNDLED, CHECKOUT
from atpilots.pilots import loading
from atpilots.pilots.folders import data_root, find_pilot, pilot_folders
from atpilots.pilots.loading import load_pilot

ROWS = happy_rows(dict.fromkeys(["R03", "R04"], 5), dict.fromkeys(["R03", "R04"], 7))


def test_collected_data_are_refused_inside_the_checkout() -> None:
    folder = BUNDLED / "test-only-collected"
    try:
        write_pilot(folder, ROWS)
        with pytest.raises(DataError, match="collected data must not lie inside the checkout"):
            load_pilot(folder)
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def test_a_data_root_inside_the_checkout_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATPILOTS_DATA", str(CHECKOUT / "data"))
    with pytest.raises(DataError, match="must not point inside the checkout"):
        load_pilot("greenwich")


@pytest.mark.parametrize(
    "name", ["con", "../etc/passwd", "/etc", "Upper", "a" * 300, "x", "nul", "private", "{p}", "a\0b", ""]
)
def test_names_that_cannot_be_used_are_refused(name: str) -> None:
    with pytest.raises(DataError):
        load_pilot(name)


@pytest.mark.parametrize(("day", "allowed"), [("2021-03-08", True), ("2021-03-09", False)])
def test_a_plan_is_no_later_than_the_first_answer_of_the_second_wave(tmp_path: Path, day: str, allowed: bool) -> None:
    dates = {"before": "2021-01-11", "after": "2021-03-08"}
    rows = [{**row, "date": dates[str(row["wave"])]} for row in ROWS]
    rows[-1]["date"] = ""
    folder = write_pilot(tmp_path / "pilot-a", rows, more=f"plan_dated = {day}")
    if allowed:
        assert load_pilot(folder).protocol.plan_dated
        return
    (told,) = refused(folder)
    assert told.startswith("pilot.toml")
    for part in ("plan_dated", day, "is later than the first answer after “before”"):
        assert part in told


def test_every_fault_of_a_protocol_is_named(tmp_path: Path) -> None:
    toml = """\
title = ""
borough = "B"
technology = ["alexa"]
user_group = ["older_people"]
setting = "own_home"
provenance = "real"
wave = ["before", "after"]
recruited = -1
[[measures]]
instrument = "swemwbs"
"""
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"a1x": 1}, {"a1x": 1}), toml=toml)
    with pytest.raises(DataError) as error:
        load_pilot(folder)
    places = {problem.column for problem in error.value.problems}
    assert {"title", "provenance", "wave", "recruited"} <= places


def test_an_unknown_instrument_and_item_are_named(tmp_path: Path) -> None:
    more = '[[measures]]\ninstrument = "nosuch"\n[[measures]]\ninstrument = "ucla3"\ncolumns = {ucla3_lonely = "q1"}\n'
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"a1x": 1}, {"a1x": 1}), more=more)
    with pytest.raises(DataError) as error:
        load_pilot(folder)
    first, second = map(str, error.value.problems)
    assert first.startswith(
        'pilot.toml, measures.1.instrument: there is no such instrument: "nosuch"; allowed: ascot_sct4,'
    )
    assert second == (
        "pilot.toml, measures.2.columns: ucla3_lonely is not an item of ucla3; "
        "allowed: ucla3_companionship, ucla3_left_out, ucla3_isolated"
    )


def test_a_questionnaire_of_the_pilots_own_may_not_hide_a_shipped_one(tmp_path: Path) -> None:
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"a1x": 1}, {"a1x": 1}))
    (folder / "instruments").mkdir()
    (folder / "instruments" / "ons4_happy.toml").write_text("label = 'x'")
    with pytest.raises(DataError, match="has the name of a shipped instrument; rename it"):
        load_pilot(folder)


def test_a_mistyped_withdrawal_is_refused(tmp_path: Path) -> None:
    folder = write_pilot(tmp_path / "pilot-a", ROWS)
    (folder / "withdrawn.csv").write_text("respondent,date\nRO3,2021-05-01\nR04,yesterday\n,2021-02-30\n")
    assert refused(folder) == [
        "withdrawn.csv, row 2, column respondent: is nobody in survey.csv; mend the code, or take the row out if the "
        "answers were erased",
        "withdrawn.csv, row 3, column date: is not a date; allowed: YYYY-MM-DD",
        "withdrawn.csv, row 4, column respondent: is blank",
        'withdrawn.csv, row 4, column date: is not a date: "2021-02-30"; allowed: YYYY-MM-DD',
    ]


def test_a_column_belongs_to_one_item_and_an_item_to_one_column(tmp_path: Path) -> None:
    instruments = {
        "own": 'label = "Own"\nitems = ["a", "b"]\nlevels = [0, 3]\nscoring = "sum"\nbetter = "higher"\n',
        "part": 'label = "Part"\nitems = ["a"]\nitems_of = "own"\nlevels = [0, 3]\nscoring = "sum"\nbetter="higher"\n',
    }
    toml = PROTOCOL.format(provenance="collected", more="").replace("ons4_happy", "own")
    rows = [{"respondent": f"R{i}x", "wave": w, "q1": i % 3, "own_b": 1} for i in range(3) for w in ("before", "after")]
    folder = tmp_path / "pilot-a"

    def written(own: str, part: str = "") -> Path:
        write_pilot(folder, rows, toml=f'{toml}columns = {own}\n[[measures]]\ninstrument = "part"\n{part}')
        (folder / "instruments").mkdir(exist_ok=True)
        for name, text in instruments.items():
            (folder / "instruments" / f"{name}.toml").write_text(text)
        return folder

    pilot = load_pilot(written('{own_a = "q1"}'))
    assert pilot.scores["part"].tolist() == [0, 0, 1, 1, 2, 2]  # the shared item is found under its new name
    twice = refused(written('{own_a = "q1"}', 'columns = {own_a = "q2"}\n'))
    assert twice[0] == "pilot.toml, measures.columns: own_a has more than one column"
    assert refused(written('{own_a = "own_b"}'))[0] == (
        'pilot.toml, measures.columns: own_a and own_b have the same column: "own_b"'
    )


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('title = " "', "title"), ('borough = "a\\nb"', "borough"), ("planned_gap_weeks = inf", "planned_gap_weeks"),
        ('selected_for_low_scores = "yes"', "selected_for_low_scores"), ("recruited = 34.0", "recruited"),
    ],
)  # fmt: skip
def test_values_that_nobody_can_mean_are_refused(tmp_path: Path, line: str, key: str) -> None:
    toml = PROTOCOL.format(provenance="collected", more="")
    lines = [x for x in toml.splitlines() if not x.startswith(f"{key} =")]
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"a1x": 1}, {"a1x": 1}), toml="\n".join([line, *lines]))
    (problem,) = refused(folder)
    assert problem.startswith(f"pilot.toml, {key}: ")


@pytest.mark.parametrize(
    ("recruited", "told"),
    [
        ("{a = 2, b = 1}", None),
        ("{a = 1, b = 1}", 'recruited.a: is smaller than the number of respondents in survey.csv (2): "1"'),
        ("{a = 2}", 'recruited: needs one number for each arm; write recruited = {"a" = 30, "b" = 30}'),
        ("{a = 2, b = 1.0}", 'recruited.b: is not a whole number: "1.0"'),
    ],
)
def test_the_recruited_are_given_for_each_arm(tmp_path: Path, recruited: str, told: str | None) -> None:
    people = {"a1x": 1, "a2x": 2, "b1x": 3}
    rows = [row | {"arm": str(row["respondent"])[0]} for row in happy_rows(people, people)]
    folder = write_pilot(tmp_path / "pilot-a", rows, more=f'arms = ["a", "b"]\nrecruited = {recruited}')
    if told is None:
        protocol = load_pilot(folder).protocol
        assert (protocol.recruited_into("a"), protocol.recruited_into("b")) == (2, 1)
    else:
        assert refused(folder) == [f"pilot.toml, {told}"]


def test_names_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"a1x": 1}, {"a1x": 1}))
    (folder / "names.txt").write_bytes("Zoë".encode("latin-1"))
    (told,) = refused(folder)
    assert told.startswith("names.txt: is not UTF-8 text")


@pytest.mark.parametrize("way", ["the pilot", "the pilots folder", "a relative path"])
def test_collected_data_cannot_hide_in_the_checkout_behind_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    inside, data = tmp_path / "checkout" / "mine" / "pilots", tmp_path / "data"
    folder = write_pilot(inside / "alpha", happy_rows({"P1": "5"}, {"P1": "6"}))
    (tmp_path / "checkout" / "atpilots").mkdir()
    (tmp_path / "checkout" / "atpilots" / "__init__.pyi").touch()
    monkeypatch.delenv("ATPILOTS_DATA", raising=False)
    if way == "the pilot":
        (data / "pilots").mkdir(parents=True)
        (data / "pilots" / "alpha").symlink_to(folder)
        monkeypatch.setenv("ATPILOTS_DATA", str(data))
    elif way == "the pilots folder":
        data.mkdir()
        (data / "pilots").symlink_to(inside)
        monkeypatch.setenv("ATPILOTS_DATA", str(data))
    else:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("ATPILOTS_FOLDER", "checkout/mine/pilots")
    with pytest.raises(DataError, match="inside the checkout"):
        load_pilot("alpha")


def test_a_link_to_a_pilot_is_no_second_pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has one name and one ledger, or the same page could be released from each."""
    folder = write_pilot(tmp_path / "data" / "pilots" / "alpha", happy_rows({"P1": "5"}, {"P1": "6"}))
    link = tmp_path / "links" / "pilots" / "beta"
    link.parent.mkdir(parents=True)
    link.symlink_to(folder)
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path / "links"))
    assert pilot_folders()["alpha"] == folder
    assert "beta" not in pilot_folders()
    assert find_pilot(link) == load_pilot(link).folder == folder
    assert data_root(link) == data_root(folder) == tmp_path / "data"


MISTAKES = [  # of pilot.toml, {} is what was typed; and where it is told
    ('setting = "{}"', "setting"), ('provenance = "{}"', "provenance"), ('technology = ["{}"]', "technology"),
    ('"{}" = 1', None), ('"{}.b" = 1', None), ('missing_in = {{"{}" = ["9"]}}', "missing_in"),
    ('missing_in = {{ons4_happy = ["{}", 1.5]}}', "missing_in"), ('notes = {{"{}" = 1}}', "notes"),
    ('notes = {{"{}" = "a\\nb"}}', "notes"), ('funder = "{}\\nx"', "funder"), ('recruited = "{}"', "recruited"),
    ('planned_gap_weeks = "{}"', "planned_gap_weeks"), ('selected_for_low_scores = "{}"', "selected_for_low_scores"),
    ('started = "{}"', "started"), ('plan_dated = "{}"', "plan_dated"), ('waves = ["{}", "{}"]', "waves"),
    ('waves = ["{}"]', "waves"), ('waves = ["{}", "after"]', None), ('arms = ["{}", "{}"]', "arms"),
    ('arms = ["{}", "control"]', None),
    ('[[measures]]\ninstrument = "{}"', None), ('[[measures]]\ninstrument = "swemwbs"\n"{}" = 1', "measures"),
    ('[[measures]]\ninstrument = "swemwbs"\nprimary = "{}"', "measures"),
    ('[[measures]]\ninstrument = "swemwbs"\ncolumns = {{"{}" = "x"}}', "measures.2.columns"),
    ('[[measures]]\ninstrument = "swemwbs"\ncolumns = {{swemwbs_clear = "{}"}}', None),
    ('[notes]\n"{}".a = 1\n[notes."{}"]\na = 2', None), ('[notes]\na = {{"{}" = 1, "{}" = 2}}', None),
    ('a."{}" = 1\n[a]\n[a]', None), ('"{}" = ', None),
]  # fmt: skip


def mistaken(folder: Path, line: str, typed: str, code: str = "GR104") -> str:
    happy = happy_rows({code: 1, "GR 777": 2}, {code: 1, "GR 777": 2})
    key = line.partition(" =")[0]
    kept = [x for x in PROTOCOL.format(provenance="collected", more="").splitlines() if not x.startswith(f"{key} =")]
    wrong = line.format(*[typed] * 2)
    toml = [*kept, wrong] if line.startswith("[") else [wrong, *kept]
    return "\n".join(refused(write_pilot(folder, happy, toml="\n".join(toml))))


@pytest.mark.parametrize(
    ("mistake", "typed"), each_once(MISTAKES, ["GR104", "gr104", "GR-104", "Doris GR104", "GR 777", "GR777"])
)
def test_no_fault_of_a_pilots_plan_repeats_a_code(tmp_path: Path, mistake: tuple[str, str | None], typed: str) -> None:
    line, place = mistake
    said = mistaken(tmp_path / "pilot-a", line, typed)
    assert not re.search("gr.?104|gr.?777|doris", said, re.IGNORECASE)
    assert place is None or f"pilot.toml, {place}" in said


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ('setting = "{}"', "own_hoem"), ('technology = ["{}"]', "voice_asistant"), ("{} = 1", "recruted"),
        ('waves = ["{}", "{}"]', "before"), ('[[measures]]\ninstrument = "{}"', "swemwbz"),
        ('missing_in = {{"{}" = ["9"]}}', "swemwbz"), ('recruited = "{}"', "34 people"),
        ('started = "{}"', "11/01/2021"),
    ],
)  # fmt: skip
def test_faults_of_a_pilots_plan_repeat_what_is_no_code(tmp_path: Path, line: str, typed: str) -> None:
    assert typed in mistaken(tmp_path / "pilot-a", line, typed)


def test_codes_of_a_letter_or_a_digit_hide_no_sentence(tmp_path: Path) -> None:
    for code in ("a", "is", "7"):
        said = mistaken(tmp_path / "pilot-a", 'setting = "{}"', "own_hoem", code)
        assert said.startswith(
            'pilot.toml, setting: is not a known word (did you mean "own_home"?): "own_hoem"; allowed: '
        )


@pytest.mark.parametrize("how", ["cp037", "a workbook"])
def test_a_code_is_not_told_where_the_survey_cannot_be_read(
    tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows then which they are: so no word with a number in it, unless it is a questionnaire's."""
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"GR104": 1}, {"GR104": 1}))
    survey, toml = folder / "survey.csv", folder / "pilot.toml"
    survey.write_bytes(b"PK\x03\x04\x00\x9c\n\xff,\n" if how == "a workbook" else survey.read_text().encode(how))
    text = toml.read_text(encoding="utf-8").replace('"own_home"', '"gr-777"').replace("ons4_happy", "ons4_hapy")
    toml.write_text(f'GR104 = 1\nrecruted = 7\n"GR 105" = "30"\nstarted = "2021-31-11"\n{text}', encoding="utf-8")
    (folder / "map.toml").write_text('respondent = "Code"\nGR106 = 1\n[items]\nons4_happy = "a"', encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert not re.search("gr.?(104|105|106|777)", said, re.IGNORECASE)
    for told in ("survey.csv: ", "pilot.toml, recruted: ", '"ons4_hapy"', '"2021-31-11"', "map.toml, "):
        assert told in said


def test_a_file_named_after_somebody_is_told_without_the_code(tmp_path: Path) -> None:
    folder = write_pilot(tmp_path / "pilot-a", happy_rows({"GR104": 1}, {"GR104": 1}))
    (folder / "GR104-withdrawn.csv").write_text("", encoding="utf-8")
    (told,) = refused(folder)
    assert told.startswith("a file named after a respondent's code: is not read; did you mean withdrawn.csv?")


def test_more_measures_than_a_page_has_room_for_are_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_pilot(tmp_path / "pilot", TWELVE[:3], people=2)
    assert load_pilot(folder).measures
    monkeypatch.setattr(loading, "MOST_MEASURES", 2)
    with pytest.raises(DataError) as error:
        load_pilot(folder)
    (problem,) = error.value.problems
    assert (problem.column, problem.allowed) == ("measures", "at most 2")
    assert "names 3 measures, more than a page has room for" in str(problem)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "pilot.toml, endpoint: is needed with more than two waves"),
        ('endpoint = "before"', "pilot.toml, endpoint: is no wave after the first; give “after” or “later”"),
    ],
)
def test_with_more_than_two_waves_the_end_point_is_asked_for(tmp_path: Path, line: str, said: str) -> None:
    toml = PROTOCOL.format(provenance="collected", more=line).replace('"after"]', '"after", "later"]')
    rows = happy_rows({"A1": 1}, {"A1": 2})
    (problem,) = refused(write_pilot(tmp_path / "pilot-a", rows, toml=toml))
    assert said in problem


def test_every_number_is_that_of_the_end_point(tmp_path: Path) -> None:
    toml = PROTOCOL.format(provenance="collected", more='endpoint = "later"').replace('"after"]', '"after", "later"]')
    rows = happy_rows({"A1": 1, "A2": 1}, {"A1": 2})
    rows += [{"respondent": who, "wave": "later", "ons4_happy": 5} for who in ("A1", "A2", "A3")]
    pilot = load_pilot(write_pilot(tmp_path / "pilots" / "alpha", rows, toml=toml))
    assert pilot.pairs("ons4_happy")["change"].tolist() == [4, 4]
    assert pilot.respondents() == {"A1", "A2"}
    assert pilot.attrition_by_wave.to_numpy().tolist() == [[2, 2, 0], [1, 1, 0], [3, 2, 3]]
    assert pilot.scores_over_time("ons4_happy").notna().sum().tolist() == [2, 1, 3]
