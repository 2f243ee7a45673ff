"""Bad surveys are refused with every problem at once, as the spreadsheet shows it, and without a respondent's code."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.folders import happy_rows, refused, write_pilot

from atpilots.pilots.loading import load_pilot
from atpilots.pilots.survey_checks import UNSAID

TEN = "allowed: whole numbers 0 to 10, blank, or declared missing"

TWELVE = {f"R{number:02d}": number % 11 for number in range(1, 13)}


def survey(tmp_path: Path, text: str | bytes, more: str = "") -> Path:
    folder = write_pilot(tmp_path / "pilot-a", happy_rows(TWELVE, TWELVE), more=more)
    (folder / "survey.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_every_bad_cell_is_named_with_its_row_column_value_and_what_is_allowed(tmp_path: Path) -> None:
    text = (
        "respondent,wave,rater,date,mode,ons4_happy\n"
        "A01,before,,2021-01-11,phone,11\n"
        "A01,befor,,2021-01-11,phone,5\n"
        "\n"
        "A02,before,nurse,11/01/2021,fax,5 - ok\n"
        ",after,,2021-02-31,,five\n"
    )
    assert refused(survey(tmp_path, text)) == [
        f'survey.csv, row 2, column ons4_happy: is not allowed: "11"; {TEN}',
        'survey.csv, row 3, column wave: is not allowed (did you mean "before"?): "befor"; allowed: before, after',
        'survey.csv, row 5, column date: is not allowed: "11/01/2021"; allowed: YYYY-MM-DD',
        'survey.csv, row 5, column mode: is not allowed: "fax"; allowed: self, assisted, phone, proxy',
        'survey.csv, row 5, column rater: is not allowed (did you mean "support_worker"?): "nurse"; allowed: resident, '
        "support_worker",
        f'survey.csv, row 5, column ons4_happy: is not allowed: "5 - ok"; {TEN}',
        'survey.csv, row 6, column date: is not allowed: "2021-02-31"; allowed: YYYY-MM-DD',
        "survey.csv, row 6, column respondent: is blank; allowed: the respondent's code; not blank",
        f'survey.csv, row 6, column ons4_happy: is not allowed: "five"; {TEN}',
    ]


@pytest.mark.parametrize("cell", ["-9", "5.5", "99", "1e1", "None", "NA", "n/a", "1_0", "+3", "-0", "03", "٣"])
def test_nothing_is_coerced_into_an_answer_or_into_missing(tmp_path: Path, cell: str) -> None:
    found = refused(survey(tmp_path, f"respondent,wave,ons4_happy\nA01,before,{cell}\nA01,after,5\n"))
    assert found == [f'survey.csv, row 2, column ons4_happy: is not allowed: "{cell}"; {TEN}']


def test_declared_missing_codes_spaces_and_a_trailing_point_zero_are_read(tmp_path: Path) -> None:
    text = "respondent,wave,ons4_happy\nA01,before, 5 \nA01,after,-9\nA02,before,3.0\nA02,after,\n"
    pilot = load_pilot(survey(tmp_path, text, more="missing = [-9]"))
    assert pilot.answers["ons4_happy"].tolist()[0::2] == [5.0, 3.0]
    assert pilot.answers["ons4_happy"].isna().tolist() == [False, True, False, True]


def test_a_missing_code_that_is_also_an_answer_is_refused(tmp_path: Path) -> None:
    folder = write_pilot(tmp_path / "pilot-a", happy_rows(TWELVE, TWELVE), more='missing = ["9"]')
    assert refused(folder) == [
        'pilot.toml, missing: "9" is also an answer of ons4_happy; give that item its own codes in missing_in'
    ]


def test_a_duplicate_is_refused_with_its_rows_and_without_its_code(tmp_path: Path) -> None:
    text = "respondent,wave,ons4_happy\nSecretA1,before,5\nSecretA1,after,6\nB2x,before,5\nSecretA1,before,7\n"
    found = refused(survey(tmp_path, text))
    assert found == [
        "survey.csv, row 2: stands twice for the same respondent, wave before and rater resident: rows 2 and 5"
    ]


def test_the_same_respondent_may_answer_for_two_raters(tmp_path: Path) -> None:
    text = "respondent,wave,rater,ucla3_companionship,ucla3_left_out,ucla3_isolated\n" + "".join(
        f"A0{i},{wave},{rater},1,2,3\n"
        for i in (1, 2)
        for wave in ("before", "after")
        for rater in ("", "support_worker")
    )
    folder = survey(tmp_path, text)
    (folder / "pilot.toml").write_text((folder / "pilot.toml").read_text().replace("ons4_happy", "ucla3"))
    pilot = load_pilot(folder)
    assert [len(pilot.pairs("ucla3", rater=rater)) for rater in pilot.raters] == [2, 2]


def test_ons4_is_not_answered_by_another_rater(tmp_path: Path) -> None:
    text = "respondent,wave,rater,ons4_happy\nA01,before,,5\nA01,before,support_worker,6\n"
    assert refused(survey(tmp_path, text)) == [
        "survey.csv, row 3, column ons4_happy: is to be answered by the resident in person, not by another rater"
    ]


def test_a_code_in_the_wrong_column_is_not_repeated(tmp_path: Path) -> None:
    text = "respondent,wave,ons4_happy\nGorse-7,before,gorse-7\nGorse-7,after,5\n"
    assert refused(survey(tmp_path, text)) == [
        'survey.csv, row 2, column ons4_happy: is not allowed: "a respondent\'s code"; '
        "allowed: whole numbers 0 to 10, blank, or declared missing"
    ]


def test_codes_that_differ_in_capitals_only_are_refused_and_odd_spaces_are_one_code(tmp_path: Path) -> None:
    text = "respondent,wave,ons4_happy\nab1,before,5\nAB1,after,5\n"
    assert refused(survey(tmp_path, text)) == [
        "survey.csv, row 2, column respondent: is spelt with different capitals in rows 2 and 3; "
        "one person's codes are joined in map.toml, [same]"
    ]
    text = "respondent,wave,ons4_happy\nA 1,before,5\n\u00a0A\u00a0\u00a01 ,after,6\n007,before,1\n7,after,2\n"
    assert len(load_pilot(survey(tmp_path, text)).pairs("ons4_happy")) == 1


def test_columns_are_named_where_they_are_missing_unknown_or_repeated(tmp_path: Path) -> None:
    assert refused(survey(tmp_path, "respondent,wave,happy,Mrs Smith\nA01,before,5,x\n")) == [
        "survey.csv, row 1, column Mrs Smith: is not a column of any measure; name it in ignore (pilot.toml) if it is "
        "not needed",
        "survey.csv, row 1, column happy: is not a column of any measure; name it in ignore (pilot.toml) if it is "
        'not needed (did you mean "ons4_happy"?)',
    ]
    found = refused(survey(tmp_path, "respondent,wave,ons4_happy,ons4_happy\nA01,before,5,6\n"))
    assert found == ["survey.csv, row 1: columns C and D have the same header"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "survey.csv: is empty"),
        (b"respondent,wave,ons4_happy\n", "survey.csv: has no rows under its header"),
        (b"respondent;wave;ons4_happy\nA;before;5\n",
         "survey.csv, row 1: is separated by semicolons, not commas; "),
        ("respondent,wave,ons4_happy\nÄ,before,5\n".encode("cp1252"),
         'survey.csv: is not UTF-8 text; in the spreadsheet program, save it as "CSV UTF-8"'),
        ("respondent,wave,ons4_happy\nA,before,5\n".encode("utf-16"),
         'survey.csv: is not UTF-8 text; in the spreadsheet program, save it as "CSV UTF-8"'),
        (b"respondent,wave,ons4_happy\nA,before,5,6\nB,before,5\n",
         "survey.csv, row 2: has 4 cells where the header has 3"),
    ],
)  # fmt: skip
def test_files_that_are_no_survey_say_why(tmp_path: Path, content: bytes, message: str) -> None:
    (told,) = refused(survey(tmp_path, content))
    assert told.startswith(message)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = "\ufeffrespondent,wave,ons4_happy\r\nA01,before,5\r\nA01,after,6\r\n"
    assert load_pilot(survey(tmp_path, text)).pairs("ons4_happy")["change"].tolist() == [1.0]


def test_a_follow_up_before_its_baseline_is_refused(tmp_path: Path) -> None:
    text = "respondent,wave,date,ons4_happy\nA01,before,2021-03-01,5\nA01,after,2021-02-01,5\n"
    assert refused(survey(tmp_path, text)) == [
        'survey.csv, row 3, column date: is earlier than the same respondent\'s wave before: "2021-02-01"'
    ]


def test_rows_keep_their_spreadsheet_numbers_over_line_breaks_in_cells(tmp_path: Path) -> None:
    text = 'respondent,wave,comments,ons4_happy\nA01,before,"two\nlines",5\nA01,after,,12\n'
    assert refused(survey(tmp_path, text, more='ignore = ["comments"]')) == [
        f'survey.csv, row 3, column ons4_happy: is not allowed: "12"; {TEN}'
    ]


def test_arms_are_checked_and_may_be_written_once(tmp_path: Path) -> None:
    more = 'arms = ["pilot", "waiting list"]'
    text = "respondent,wave,arm,ons4_happy\nA01,before,pilot,5\nA01,after,,6\nB01,before,waiting list,5\nB01,after,,5\n"
    pilot = load_pilot(survey(tmp_path, text, more=more))
    assert pilot.pairs("ons4_happy")["change"].tolist() == [1.0]
    assert pilot.pairs("ons4_happy", arm="waiting list")["change"].tolist() == [0.0]
    text = "respondent,wave,arm,ons4_happy\nA01,before,pilot,5\nA01,after,waiting list,6\nB01,before,,5\n"
    assert refused(survey(tmp_path, text, more=more)) == [
        "survey.csv, row 2, column arm: is in different arms in rows 2 and 3",
        "survey.csv, row 4, column arm: is given in none of the respondent's rows",
    ]


def test_a_file_without_its_header_is_not_read_out(tmp_path: Path) -> None:
    assert refused(survey(tmp_path, "GR100,before,5\nGR101,before,6\n")) == [
        "survey.csv, row 1: must name the columns respondent and wave in its first row; row 1 holds answers already"
    ]


def test_codes_in_any_column_are_known_by_their_pattern(tmp_path: Path) -> None:
    text = (
        "respondent,wave,ons4_happy,GR102\nGR101,before,5,\nbefore,GR999,4,\nGR103,before,104103,\n104103,before,5,\n"
    )
    found = " ".join(refused(survey(tmp_path, text)))
    assert "a respondent's code" in found
    assert not {"GR101", "GR102", "GR999", "104103"} & set(found.replace('"', " ").split())


def test_cells_keys_and_columns_are_all_told_at_once(tmp_path: Path) -> None:
    text = "respondent,wave,ons4_happy,extra\nA01,before,5,\nA01,before,6,\nA02,befor,99,\n"
    assert refused(survey(tmp_path, text)) == [
        "survey.csv, row 1, column extra: is not a column of any measure; name it in ignore (pilot.toml) if it is not "
        "needed",
        "survey.csv, row 2: stands twice for the same respondent, wave before and rater resident: rows 2 and 3",
        'survey.csv, row 4, column wave: is not allowed (did you mean "before"?): "befor"; allowed: before, after',
        f'survey.csv, row 4, column ons4_happy: is not allowed: "99"; {TEN}',
    ]


@pytest.mark.parametrize(
    ("column", "wrong"), [("date", "11/01/2021"), ("wave", "pre"), ("rater", "me"), ("mode", "post")]
)
def test_the_same_mistake_in_every_row_is_told_of_every_row(tmp_path: Path, column: str, wrong: str) -> None:
    cells = {"respondent": "A1", "wave": "before", "date": "", "rater": "", "mode": ""}
    rows = [cells | {"respondent": f"A{i}", column: wrong} for i in range(3)]
    lines = [",".join([*cells, "ons4_happy"]), *(",".join([*row.values(), "5"]) for row in rows)]
    found = refused(survey(tmp_path, "\n".join(lines) + "\n"))
    assert [text.partition(": is not allowed")[0] for text in found] == [
        f"survey.csv, row {row}, column {column}" for row in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    "told",
    ["QX105", "qx105 said 3", "before QX105", "QX-105", "QX 105, QX107", "notes on QX999", "(QX105)", "said QX-105:"],
)
@pytest.mark.parametrize("column", ["wave", "ons4_happy", "a header"])
def test_no_message_repeats_a_code_whatever_stands_beside_it(tmp_path: Path, column: str, told: str) -> None:
    header = ["respondent", "wave", "ons4_happy", *([f'"{told}"'] if column == "a header" else [])]
    row = {"respondent": "QX106", "wave": "before", "ons4_happy": "5"} | {column: f'"{told}"'}
    text = "\n".join([",".join(header), ",".join(row.values()), "QX105,after,5", "QX107,after,5"]) + "\n"
    (found,) = refused(survey(tmp_path, text))
    assert "a respondent's code" in found or UNSAID in found
    assert "qx" not in found.casefold()


@pytest.mark.parametrize(
    "told",
    ["Mrs Doris Bell", "Doris Bell", "07700 900123", "943 476 5919", "d.bell@example.org", "SE9 1AB", "14 Church Road"],
)
@pytest.mark.parametrize("column", ["wave", "ons4_happy", "date"])
def test_no_message_repeats_what_points_at_somebody(tmp_path: Path, column: str, told: str) -> None:
    row = {"respondent": "A1", "wave": "before", "date": "", "ons4_happy": "5"}
    (found,) = refused(survey(tmp_path, "\n".join(map(",".join, [row, (row | {column: told}).values()])) + "\n"))
    assert f'survey.csv, row 2, column {column}: is not allowed: "{UNSAID}"; allowed: ' in found
    again = [(row | {"respondent": f"A{i}", "ons4_happy": "Very Good"}).values() for i in range(3)]
    assert '"Very Good"' in refused(survey(tmp_path, "\n".join(map(",".join, [row, *again])) + "\n"))[0]


@pytest.mark.parametrize("header", ["", "\u200b", "Nr"])
def test_codes_are_known_where_nobody_named_their_column(tmp_path: Path, header: str) -> None:
    rows = [f"QX{n},before,{'QX702' if n == 705 else 11}" for n in range(701, 713)]
    said = "\n".join(refused(survey(tmp_path, "\n".join([f"{header},wave,ons4_happy", *rows]) + "\n")))
    assert "row 1" in said
    assert "QX70" not in said


def test_rows_that_are_too_long_are_no_empty_survey(tmp_path: Path) -> None:
    text = "respondent,wave,ons4_happy\nA1,before,5,a,b\nA1,after,5,a,b\n"
    assert refused(survey(tmp_path, text)) == [
        f"survey.csv, row {row}: has 5 cells where the header has 3" for row in (2, 3)
    ]


@pytest.mark.parametrize("form", ["{} March 2026", "2026-03-{} 10:15", "{}.3.26", "460{}"])
def test_dates_in_words_with_a_time_or_as_a_spreadsheets_numbers_are_told(tmp_path: Path, form: str) -> None:
    rows = "".join(f"P{i:03d},before,{form.format(i)},5\n" for i in range(14, 26))
    found = refused(survey(tmp_path, f"respondent,wave,date,ons4_happy\n{rows}"))
    assert 'is not allowed (did you mean "20' in found[11]
    assert form.format(25) in found[11]
    changed = "".join(f"2026-03-{i},before,460{i},5\n" for i in range(14, 26))  # these may be codes
    assert "460" not in "".join(refused(survey(tmp_path, f"respondent,wave,date,ons4_happy\n{changed}")))


def test_dates_that_are_written_in_another_way_are_told_however_many(tmp_path: Path) -> None:
    rows = "".join(f"P{i:03d},before,{i + 1}/01/2021,5\n" for i in range(12))
    found = refused(survey(tmp_path, f"respondent,wave,date,ons4_happy\n{rows}"))
    assert found[11] == 'survey.csv, row 13, column date: is not allowed: "12/01/2021"; allowed: YYYY-MM-DD'


def test_columns_that_changed_places_tell_no_code(tmp_path: Path) -> None:
    rows = "".join(f"{wave},QX{i:03d},5\n" for i in range(9) for wave in ("before", "after"))
    found = refused(survey(tmp_path, f"respondent,wave,ons4_happy\n{rows}"))
    assert any("row 2, column wave: is not allowed; allowed: before, after" in line for line in found)
    assert not any("QX" in line for line in found)


def test_a_table_that_lies_on_its_side_tells_no_code(tmp_path: Path) -> None:
    rows = [["respondent", "QX1", "QX2", "QX1", "QX2"], ["wave", "a", "a", "b", "b"], ["ons4_happy", *"1234"]]
    found = refused(survey(tmp_path, "\n".join(map(",".join, rows)) + "\n"))
    assert found == [
        "survey.csv, row 1: columns B and D have the same header",
        "survey.csv, row 1: columns C and E have the same header",
    ]


def test_columns_far_to_the_right_have_two_letters(tmp_path: Path) -> None:
    header = ["respondent", "wave", "ons4_happy", *(f"x{i}" for i in range(23)), "twice", "twice"]
    found = refused(survey(tmp_path, ",".join(header) + "\n" + "A1,before,5" + "," * 25 + "\n"))
    assert found[0] == "survey.csv, row 1: columns AA and AB have the same header"


@pytest.mark.parametrize("code", ["A2\u200b", "A\u00ad2", "A2\ufeff"])
def test_a_code_with_a_character_that_cannot_be_seen_is_refused(tmp_path: Path, code: str) -> None:
    found = refused(survey(tmp_path, f"respondent,wave,ons4_happy\nA2,before,5\n{code},after,6\n"))
    assert found == ["survey.csv, row 3, column respondent: has a character that cannot be seen; type the code again"]


@pytest.mark.parametrize("alike", ["A\u00b2", "\u0410" + "2", "\u0391" + "2"])  # a raised 2; a Cyrillic and a Greek A
def test_codes_that_only_look_alike_are_not_joined(tmp_path: Path, alike: str) -> None:
    assert refused(survey(tmp_path, f"respondent,wave,ons4_happy\nA2,before,5\n{alike},after,6\n")) == [
        "survey.csv, row 2, column respondent: is written in ways that look alike but differ in rows 2 and 3; use one "
        "of them"
    ]


@pytest.mark.parametrize("column", ["respondent", "wave", "ons4_happy"])
def test_a_needed_column_cannot_be_ignored(tmp_path: Path, column: str) -> None:
    folder = write_pilot(tmp_path / "pilot-a", happy_rows(TWELVE, TWELVE), more=f'ignore = ["{column}"]')
    assert refused(folder) == [f"pilot.toml, ignore: names a column that is needed: {column}"]


def test_blank_first_rows_are_passed_over_and_counted(tmp_path: Path) -> None:
    text = "\n,,\nrespondent,wave,ons4_happy\nA01,before,12\n"
    assert refused(survey(tmp_path, text)) == [f'survey.csv, row 4, column ons4_happy: is not allowed: "12"; {TEN}']


SWALLOWED = "holds a line break; a quotation mark that is not closed may have swallowed the rows that follow"


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        # Both quotation marks stray, in free text: rows 3 and 4 are gone, and every column still fits.
        (['A01,before,5,"kind', "A02,before,6,", 'A03,before,7,"good', "A04,before,8,"], "row 2, column comments"),
        (['A01,before,5,"kind', 'A02,before,6,very"', "A03,before,7,"], "row 2, column comments"),
        (["A01,before,5,", '"A02,before,6,', 'A03,before",7,x', "A04,before,8,"], "row 3, column respondent"),
    ],
)
def test_a_stray_quotation_mark_that_swallows_rows_is_found(tmp_path: Path, rows: list[str], place: str) -> None:
    text = "\n".join(["respondent,wave,ons4_happy,comments", *rows]) + "\n"
    found = refused(survey(tmp_path, text, more='ignore = ["comments"]'))
    assert f"survey.csv, {place}: {SWALLOWED}" in found


def test_free_text_may_hold_line_breaks_and_commas(tmp_path: Path) -> None:
    text = (
        'respondent,wave,ons4_happy,comments\nA01,before,5,"Kind.\nGood, warm, before lunch, and dry."\nA01,after,6,\n'
    )
    assert load_pilot(survey(tmp_path, text, more='ignore = ["comments"]')).answered_twice == 1


def test_a_quotation_mark_that_is_never_closed_is_found(tmp_path: Path) -> None:
    text = 'respondent,wave,ons4_happy\nA01,before,5\n"A02,before,6\nA03,before,7\n'
    assert refused(survey(tmp_path, text)) == ["survey.csv: has a quotation mark that is never closed"]
