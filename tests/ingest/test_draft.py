"""A drafted mapping: what is recognised and why, what is left to decide, and what never stands in it."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest
from builders.forms_pair import HAPPY, PRIVATE, write_forms_pair

from atpilots.cli import main
from atpilots.files.problems import DataError
from atpilots.ingest import draft_command, import_survey
from atpilots.ingest.draft import drafted
from atpilots.pilots import load_pilot


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_forms_pair(tmp_path_factory.mktemp("forms"))


@pytest.fixture
def made(pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path))
    assert main(["new", "elmwood", "--from", *map(str, pair)]) == 0
    return tmp_path / "pilots" / "elmwood"


def _csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return path


def test_a_forms_pair_is_imported_after_one_edit(made: Path, pair: tuple[Path, Path]) -> None:
    mapping = made / "map.toml"
    text = mapping.read_text(encoding="utf-8")
    assert 'respondent = "Your pilot code"  # its header says "code"' in text
    assert 'date = "Completion time"' in text
    assert '"before.xlsx" = "before"\n"after.xlsx" = "after"' in text
    assert f'ons4_happy = "{HAPPY}"  # question as published in [' in text
    assert '"Hardly ever" = 1  # fingerprint of the answer in [' in text
    listed = dict(re.findall(r"#   (\[\d+\]) (.+)", text))
    assert {*re.findall(r"[a-z] in (\[\d+\])", text)} == {*listed}
    assert [text.count(source) for source in listed.values()] == [1] * 3
    assert '# i_can_hear_the_doorbell = "I can hear the doorbell"  # answers: Disagree, Neither' in text
    mapping.write_text(text.replace("# missing", "missing"), encoding="utf-8")
    survey = import_survey(list(pair), mapping)
    assert survey.groupby("wave", sort=False).size().to_dict() == {"before": 24, "after": 22}
    assert set(survey["ucla3_left_out"]) == {"1", "2", "3"}
    assert (survey["ons4_happy"] == "").sum() == 2


def test_the_protocol_names_what_was_found(made: Path, pair: tuple[Path, Path]) -> None:
    mapping = made / "map.toml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("# missing", "missing"), encoding="utf-8")
    assert main(["import", *map(str, pair), "--map", str(mapping), "-o", str(made / "survey.csv")]) == 0
    pilot = load_pilot(made)
    assert [*pilot.measures] == ["ucla3", "ons4_happy"]
    assert pilot.answered_twice == 21


def test_nobodys_words_codes_or_names_stand_in_a_draft(made: Path) -> None:
    for name in ("map.toml", "pilot.toml"):
        text = (made / name).read_text(encoding="utf-8")
        assert not [private for private in (*PRIVATE, "EW0", "EW1", "EW2", "EW31", "Ottokar") if private in text]
        assert (made / name).stat().st_mode & 0o777 == 0o600
    assert made.stat().st_mode & 0o777 == 0o700
    left = (made / "map.toml").read_text(encoding="utf-8").partition("may point at somebody")[2]
    assert "#   Email\n#   Name" in left


def test_nothing_that_is_there_is_overwritten(pair: tuple[Path, Path], made: Path, tmp_path: Path) -> None:
    assert main(["new", "elmwood", "--from", *map(str, pair)]) == 1
    mine = tmp_path / "map.toml"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="already there"):
        draft_command(list(pair), mine)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert (made / "map.toml").exists()


def test_waves_may_stand_in_columns_or_side_by_side(tmp_path: Path) -> None:
    people = [f"K{number}" for number in range(11, 23)]
    rows = [[code, wave, str(number % 11)] for number, code in enumerate(people) for wave in ("vorher", "nachher")]
    long = drafted([_csv(tmp_path / "long.csv", [["Kennung", "Zeitpunkt", "ons4_happy"], *rows])]).mapping
    assert 'respondent = "Kennung"' in long
    assert 'wave = "Zeitpunkt"' in long
    assert '[labels.wave]\n"vorher" = "before"\n"nachher" = "after"' in long
    wide_rows = [[code, *(str(number % most) for most in (11, 7, 3, 2))] for number, code in enumerate(people)]
    header = ["Participant", "T2_ons4_happy", "T1_ons4_happy", "T2_wash", "T1_wash"]
    wide = drafted([_csv(tmp_path / "wide.csv", [header, *wide_rows])])
    assert 'ons4_happy = {before = "T1_ons4_happy", after = "T2_ons4_happy"}' in wide.mapping
    assert wide.mapping.count('"T1_wash"') == 1  # one line for both waves, and one question is counted
    assert "questions: 1 recognised, 0 to decide, 1 not known" in wide.said


@pytest.mark.parametrize("question", ["Which age group are you in?", "How old are you?"])
def test_bands_of_ages_are_offered_and_single_years_are_not(question: str, tmp_path: Path) -> None:
    people = [(f"K{number}", ("Under 65", "65-74", "75 or over")[number % 3], str(number)) for number in range(61, 84)]
    rows = [[code, wave, "3", band, age] for code, band, age in people for wave in ("before", "after")]
    header = ["Code", "Survey", "ons4_happy", question, "Age next birthday"]
    draft = drafted([_csv(tmp_path / "ages.csv", [header, *rows])])
    mapping = draft.mapping
    assert "questions: 1 recognised, 1 to decide, 0 not known" in draft.said
    assert f'# age_band = "{question}"' in mapping.partition("[items]")[0]
    assert question not in mapping.partition("[items]")[2]
    assert mapping.count("age_band =") == 1


def test_a_questionnaire_of_ones_own_is_made_ready(tmp_path: Path) -> None:
    """Its answers for no answer are declared, and are none of the levels that are proposed."""
    said = ("Agree", "Disagree", "Neither agree nor disagree", "Prefer not to say", "Agree", "Agree")
    rows = [[f"K{n}", wave, said[n % 6], str(n % 11)] for n in range(11, 29) for wave in ("before", "after")]
    header = ["Code", "Survey", "I can reach the switch", "How sure are you?"]
    mapping = drafted([_csv(tmp_path / "own.csv", [header, *rows])]).mapping
    assert '# missing = ["Prefer not to say"]  # they look like no answer (Prefer not to say: 6 times)' in mapping
    assert "# answers: Disagree, Neither agree nor disagree, Agree" in mapping
    assert '# levels = ["Disagree", "Neither agree nor disagree", "Agree"]' in mapping
    assert "at.new_instrument" in mapping
    assert '"9"' not in mapping  # an answer like others, where all are numbers


def test_the_command_that_is_told_can_be_pasted(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Microsoft Forms calls its files "Form (1-30).xlsx", and a workspace is where one works."""
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path / "a workspace"))
    monkeypatch.chdir(tmp_path)
    files = [shutil.copy(file, f"The form {file.stem} (1-30).xlsx") for file in pair]
    assert main(["new", "elmwood", "--from", *files]) == 0
    program, *arguments = shlex.split(capsys.readouterr().out.splitlines()[-2])
    assert program == "atpilots"
    assert arguments[-1] == "a workspace/pilots/elmwood/survey.csv"
    assert main(arguments) == 1  # read, and "Prefer not to say" is not declared
    assert "Prefer not to say" in capsys.readouterr().err


def test_the_tools_own_row_numbers_are_no_codes(tmp_path: Path) -> None:
    header = ["ID", "Reference", HAPPY]
    files = [
        _csv(tmp_path / f"{name}.csv", [header, *([str(n), code, "4"] for n, code in enumerate(codes, start=1))])
        for name, codes in (("a", ["R7", "R8", "R9", "R10"]), ("b", ["R9", "R10", "R8", "R77"]))
    ]
    found = drafted(files).mapping
    assert 'respondent = "Reference"' in found
    assert "in the order in which the files were given" in found


def test_what_is_in_doubt_is_left_to_decide(tmp_path: Path) -> None:
    rows = [
        ["A1", "05/06/2026", "4", "-9"],
        ["A2", "07/06/2026", "5", "3"],
        ["A3", "06/06/2026", "Ask my sister Jo", "2"],
    ]
    found = drafted(
        [_csv(tmp_path / "x.csv", [["code", "date", HAPPY, "How often do you feel left out?"], *rows])]
    ).mapping
    assert '# date_format = "%d/%m/%Y"\n# date_format = "%m/%d/%Y"' in found
    assert '# missing = ["-9"]' in found
    assert "sister" not in found
    assert "# 1 more answer is not known" in found
    assert "# ucla3_left_out =" in found
    assert "only 1 of the 3 items of ucla3 were found" in found


@pytest.mark.parametrize("name", ["google_forms.csv", "microsoft_forms.xlsx"])
def test_shared_examples_are_imported_as_drafted(shared_data: Path, name: str, tmp_path: Path) -> None:
    export = shutil.copy(shared_data / "exports" / name, tmp_path / name)
    text = drafted([Path(export)]).mapping
    (tmp_path / "map.toml").write_text(text.replace("\ndate =", "\n# date ="), encoding="utf-8")
    assert len(import_survey([Path(export)], tmp_path / "map.toml")) >= 2


def test_questions_asked_twice_are_told_by_their_headers_with_a_date_for_each_wave(tmp_path: Path) -> None:
    asked = [f"T{time}_{name}" for time in (1, 2) for name in ("happy", "lifesat", "worthwhile", "anxious", "date")]
    rows = [
        [f"SN{n}", *[str(n % 11)] * 4, str(46030 + n), *[str((n + 3) % 11)] * 4, str(46150 + n)] for n in range(10, 22)
    ]
    export = _csv(tmp_path / "one.csv", [["Participant ref", *asked], *rows])
    found = drafted([export]).mapping
    assert 'date = {before = "T1_date", after = "T2_date"}' in found
    assert 'date_format = "excel"' in found
    assert 'ons4_satisfaction = {before = "T1_lifesat", after = "T2_lifesat"}  # one of four short names' in found
    (tmp_path / "map.toml").write_text(found, encoding="utf-8")
    survey = import_survey([export], tmp_path / "map.toml")
    assert survey.loc[0, ["respondent", "date", "ons4_happy"]].tolist() == ["SN10", "2026-01-18", "10"]


def test_codes_that_look_like_postcodes_are_codes_and_answers_yes_or_no_nobodys_telephone(tmp_path: Path) -> None:
    codes = [f"{letters}0{day}ES" for letters in ("MA", "KR", "LO") for day in range(1, 6)]
    rows = [[code, wave, str(n % 11), "Yes" if n % 2 else "No"] for n, code in enumerate(codes)
            for wave in ("First survey", "Second survey")]  # fmt: skip
    header = ["Bitte Ihren Code", "Is this your first or second survey?", HAPPY, "Do you own a phone?"]
    found = drafted([_csv(tmp_path / "x.csv", [header, *rows])]).mapping
    assert 'respondent = "Bitte Ihren Code"' in found
    assert '"First survey" = "before"\n"Second survey" = "after"' in found
    assert "may point at somebody" not in found
    other = drafted([_csv(tmp_path / "y.csv", [["Where?", "", HAPPY, "You"], *rows])]).mapping
    assert "may point at somebody; nothing of them is imported:\n#   Where?" in other


def test_sheets_that_ask_the_same_are_waves(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for sheet, title in ((workbook.active, "After"), (workbook.create_sheet("Before"), "Before")):
        sheet.title = title
        for row in (["Code", HAPPY], *([f"R{n}", n - 8 + (title == "After")] for n in range(11, 16))):
            sheet.append(row)
    path = tmp_path / "before and after.xlsx"
    workbook.save(path)
    (tmp_path / "map.toml").write_text(drafted([path]).mapping, encoding="utf-8")
    survey = import_survey([path], tmp_path / "map.toml")
    assert survey.loc[:1, ["wave", "ons4_happy"]].to_numpy().tolist() == [["before", "3"], ["after", "4"]]
    for row in workbook["Before"]["A1:B1"]:
        row[0].value, row[1].value = "What a code means", "Values"
    workbook.save(path)
    with pytest.raises(DataError, match="more than one sheet"):
        drafted([path])


def test_follow_ups_are_put_in_order_by_their_months(tmp_path: Path) -> None:
    events = {"enrolment_arm_1": "", "followup_6m_arm_1": "7", "followup_3m_arm_1": "6", "baseline_arm_1": "5"}
    rows = [[str(who), event, happy] for who in range(1, 13) for event, happy in events.items()]
    found = drafted([_csv(tmp_path / "x.csv", [["record_id", "redcap_event_name", "ons4_happy"], *rows])]).mapping
    assert '"baseline_arm_1" = "before"\n"followup_3m_arm_1" = "after"\n"followup_6m_arm_1" = "wave 3"' in found
    assert '"redcap_event_name" = ["baseline_arm_1"' in found


def test_a_questionnaire_is_not_taken_for_another_with_the_same_questions(tmp_path: Path) -> None:
    asked = [
        "Mobility",
        "Self-care",
        "Usual activities",
        "Pain/Discomfort",
        "Anxiety/Depression",
        "WHO5: I woke up feeling fresh and rested",
    ]
    rows = [[f"K{n}", "I have no problems in walking about", *["A little"] * 4, "3"] for n in range(10, 16)]
    found = drafted([_csv(tmp_path / "x.csv", [["Client ID", *asked], *rows])]).mapping
    assert "it may as well be eq5d3l, which has the same questions" in found
    assert "\n# [labels.eq5d5l]\n# " in found
    assert 'who5_rested = "WHO5: I woke up feeling fresh and rested"' in found
