"""Made-up exports in other layouts: what they are taken for, which of their rows count, who pairs with whom."""

from __future__ import annotations

import csv
import io
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from builders.parameters import each_once

from atpilots.files.problems import DataError
from atpilots.ingest.conversion import import_command
from atpilots.ingest.survey_tools import read_export
from atpilots.pilots.loading import load_pilot
from atpilots.pilots.pairing import near_codes, pairing_notes

HAPPY = '[items]\nons4_happy = "Happy"\n'
ONE = 'respondent = "Code"\n[files]\n"e.csv" = "before"\n' + HAPPY
TWO = 'respondent = "Code"\nwave = "When"\n' + HAPPY
UCLA = 'respondent = "Code"\nwave = "When"\n[items]\nucla3_left_out = "Lone"\n'


class Imported:
    """What an import wrote and said, or what was wrong."""

    def __init__(self, folder: Path, mapping: str, **exports: str | bytes) -> None:
        self.folder, self.rows, self.problems, self.said = folder, [], [], ""
        paths = []
        for name, content in exports.items():
            paths.append(folder / name.replace("_", "."))
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
        (folder / "map.toml").write_text(mapping, encoding="utf-8")
        try:
            self.said = import_command(paths, folder / "map.toml", None, folder / "survey.csv", overwrite=True)
            self.rows = (folder / "survey.csv").read_text().splitlines()[1:]
        except DataError as error:
            self.problems = [str(problem) for problem in error.problems]


@pytest.fixture
def run(tmp_path):
    return lambda mapping, **exports: Imported(tmp_path, mapping, **exports)


# --- bytes --------------------------------------------------------------------------------------------------------

ROWS = 'Code{0}When{0}"Zufriedenheit{0} fröhlich – „heute“"\r\nA{0}before{0}5\r\nB{0}before{0}7\r\n'


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
     ("utf-16-be", "UTF-16"), ("cp1252", "Windows-1252 (not UTF-8 from line 1"),
     ("mac_roman", "Mac Roman, or Windows-1252 (not UTF-8")],
)  # fmt: skip
@pytest.mark.parametrize(("separator", "end"), each_once([",", ";", "\t"], ["\r\n", "\r", "\n"]))
def test_every_encoding_separator_and_line_end_is_read_and_said(encoding, said, separator, end, run):
    text = ROWS.format(separator).replace("\r\n", end)
    mapping = TWO.replace('"Happy"', f"'Zufriedenheit{separator} fröhlich - \"heute\"'".replace("\t", " "))
    done = run(mapping, e_csv=text.encode(encoding))
    assert done.rows == ["A,before,5", "B,before,7"], done.problems
    assert said in done.said


def test_cells_with_commas_line_breaks_and_quotes_stay_whole(run):
    export = 'Code;When;Happy;Why\nA;before;5;"so, ""well"";\nand so on"\nB;before;7;\n'
    assert run(TWO, e_csv=export).rows == ["A,before,5", "B,before,7"]


# --- headers ------------------------------------------------------------------------------------------------------


def test_german_exports_of_microsoft_and_surveymonkeys_layout_are_read(run):
    forms = (
        "ID;Startzeit;Fertigstellungszeit;E-Mail;Name;Ihr Kürzel;Wie glücklich waren Sie gestern?;;\n"
        "1;11.01.2021 10:01:12;11.01.2021 10:06:40;anonymous;;A;5;;\n"
    )
    mapping = ONE.replace("Code", "Ihr Kürzel").replace("Happy", "Wie glücklich waren Sie gestern?")
    done = run(mapping, e_csv=forms)
    assert done.rows == ["A,before,5"]
    assert "Microsoft Forms, semicolon-separated" in done.said
    assert '2 columns that may point at somebody left behind: "E-Mail", "Name"' in done.said
    monkey = (
        "Befragten-ID,Startdatum,Ihr Kürzel,Wie oft fühlen Sie sich,,Gestern\n"
        ",,Offene Antwort,ausgeschlossen,allein,Antwort\n"
        "118001,11.01.2021,A,oft,selten,5\n"
    )
    mapping = (
        'respondent = "Ihr Kürzel"\n[files]\n"e.csv" = "before"\n[items]\nons4_happy = "Gestern"\n'
        'ucla3_left_out = "Wie oft fühlen Sie sich: ausgeschlossen"\n[labels.ucla3]\noft = 3\nselten = 1\n'
    )
    done = run(mapping, e_csv=monkey)
    assert done.rows == ["A,before,5,3"], done.problems
    assert "2 header rows" in done.said


def test_three_header_rows_with_merged_cells_are_joined(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["ID", "Section 1", None, None, "Section 2", None],
        [None, "Your code", "How often do you feel", None, "Yesterday", "Comment"],
        [None, None, "left out", "isolated", None, None],
        [1, "A", "Often", "Often", 5, None],
        [2, "B", "Hardly ever or never", "Often", 7, "x"],
    ):
        book.active.append(row)
    for cells in ("A1:A3", "B1:D1", "C2:D2", "E1:F1", "B2:B3", "E2:E3"):
        book.active.merge_cells(cells)
    book.active.column_dimensions["F"].hidden = True
    book.save(tmp_path / "e.xlsx")
    export = read_export(tmp_path / "e.xlsx")
    assert export.headers[0] == (
        "ID", "Section 1: Your code", "Section 1: How often do you feel: left out",
        "Section 1: How often do you feel: isolated", "Section 2: Yesterday", "Section 2: Comment",
    )  # fmt: skip
    assert export.find("isolated") == [3]
    assert export.find("How often do you feel") == [2, 3]
    assert len(export.cells) == 2
    assert "hidden: column F, read like the others" in export.note


@pytest.mark.parametrize(
    "rows",
    [
        "Code,When,Happy,\nA,before,5,x\n",  # a header without a name over data
        "Code,,Happy\nA,before,5\nB,before,6\n",
        "Name,Lone,Alone\nAnna,Often,Often\nBert,Often,Some of the time\n",
        "Code,When,Happy,Why\nA,before,5,Because I said so\nB,before,6,No reason at all\n",
        "Code,When,Happy\nA,before,prefer not to say\nB,before,6\nC,after,7\n",
        "Code,,Happy\nanna,oft,prefer not to say\nbert,selten,5\n",
        "Q1,Q2,Q3\nV1,before,5\nV2,after,6\n",
    ],
)
def test_a_respondent_is_never_taken_for_a_header(rows, tmp_path):
    (tmp_path / "e.csv").write_text(rows)
    assert len(read_export(tmp_path / "e.csv").cells) == rows.count("\n") - 1


@pytest.mark.parametrize(
    ("rows", "headers", "people"),
    [
        # SmartSurvey and Snap have no real file to go by: whatever they write must pass the general rules.
        ("ID,On,Your code,How often,,,\n,,,left out,,isolated,\n,,,Then,Now,Then,Now\n1,1/2/21,A,no,no,no,no\n", 3, 1),
        ("ID.date,Q1,Q2a\nDate,Your code,How often left out\n1/2/21,A,1\n1/2/21,B,2\n", 2, 2),
        ("Person;Mood;;When\n;Joy;Grief;\nanna;often;never;before\nbert;never;often;after\n", 2, 2),
        (
            "StartDate,EndDate,Status,ResponseId,Q1\nBeginn,Ende,Typ,Antwort-ID,Kürzel\n2021-01-11,2021-01-11,0,R_1,A\n",
            2,
            1,
        ),
    ],
)
def test_a_second_and_third_header_row_are_known_by_what_stands_below(rows, headers, people, tmp_path):
    (tmp_path / "e.csv").write_text(rows)
    export = read_export(tmp_path / "e.csv")
    assert (f", {headers} header rows" in export.note, len(export.cells)) == (True, people)


def test_headers_that_stand_twice_only_matter_where_they_are_mapped(run):
    assert run(TWO, e_csv="Code,When,Happy,Note,Note\nA,before,5,,x\n").rows == ["A,before,5"]
    assert run(TWO, e_csv="Code,When,Happy,Happy\nA,before,5,6\n").problems == [
        'e.csv, row 1: ons4_happy: more than one column has the header: "Happy"'
    ]


# --- rows ---------------------------------------------------------------------------------------------------------

QUALTRICS = (
    "StartDate,Status,Finished,ResponseId,Code,Happy\n"
    "2021-01-11 10:00:00,0,1,R_1,A,5\n2021-01-11 10:00:00,1,1,R_2,A,6\n2021-01-11 10:00:00,IP Address,False,R_3,B,7\n"
    "2021-01-11 10:00:00,8,1,R_4,C,8\n"
)


def test_previews_spam_and_unfinished_rows_are_left_out_and_counted(run):
    done = run(ONE, e_csv=QUALTRICS)
    assert done.rows == ["A,before,5"]
    assert "e.csv: 3 rows left out: 1 preview, 1 spam, 1 unfinished" in done.said


def test_unfinished_rows_may_be_kept_and_a_column_of_the_tool_chosen_by_hand(run):
    assert run('unfinished = "keep"\n' + ONE, e_csv=QUALTRICS).rows == ["A,before,5", "B,before,7"]
    done = run(ONE + '[keep]\nStatus = ["0", "8"]\n', e_csv=QUALTRICS)
    assert done.rows == ["A,before,5", "C,before,8"]
    assert "2 rows left out: 1 not one of those to keep, 1 unfinished" in done.said


def test_rows_to_keep_are_chosen_by_what_a_column_holds(run):
    mapping = TWO + '[keep]\n"Took part?" = ["Yes"]\n'
    export = "Code,When,Happy,Took part?\nA,before,5,yes\nB,before,x,No\n"
    assert run(mapping, e_csv=export).rows == ["A,before,5"]
    assert run(mapping.replace("Yes", "Ja"), e_csv=export).problems == [
        'map.toml, keep: takes no row of e.csv: "Took part?"'
    ]
    assert run(mapping.replace("Took", "Takes"), e_csv=export).problems == [
        'e.csv, row 1: keep: no column has the header: "Takes part?"'
    ]


REPEATED = (
    "record_id,redcap_repeat_instrument,redcap_repeat_instance,age,happy,lone\n"
    "1,,,75-79,,\n1,mood,1,,5,\n1,other,1,,,2\n1,mood,2,,7,\n2,,,80-84,,\n2,mood,1,,4,\n"
)


def test_repeated_forms_are_waves_and_what_stands_on_the_first_row_is_carried(run):
    mapping = (
        'respondent = "record_id"\nwave = "redcap_repeat_instance"\n[items]\nons4_happy = "happy"\n'
        'ucla3_left_out = "lone"\n[carry]\nage_band = {column = "age", from = ""}\n'
        '[labels.wave]\n1 = "before"\n2 = "after"\n'
    )
    done = run(mapping, e_csv=REPEATED)
    assert done.rows == ["1,before,75-79,5,2", "1,after,75-79,7,", "2,before,80-84,4,"], done.problems
    assert "2 rows left out: 2 carried to other rows" in done.said


def test_what_is_lost_with_a_row_without_an_answer_is_told_with_the_line_that_carries_it(run):
    mapping = f'age_band = "age"\n{TWO}'.replace('"Code"', '"record_id"').replace('"When"', '"redcap_event_name"')
    export = "record_id,redcap_event_name,age,Happy\n1,start_arm_1,75-79,\n1,before,,5\n1,after,,7\n"
    done = run(mapping, e_csv=export)
    assert 'to carry it over: [carry] age_band = {column = "age", from = "start_arm_1"}' in done.said


@pytest.mark.parametrize(
    ("carry", "problem"),
    [
        ('respondent = {column = "a", from = "b"}', "carry.respondent: cannot be carried; it is what tells the rows"),
        ('ons4_happy = {column = "a", from = "b"}', "carry.ons4_happy: ons4_happy is mapped already; give it once"),
        ('age_band = {column = "Nope", from = "b"}', 'e.csv, row 1: carry.age_band: no column has the header: "Nope"'),
        ('age_band = {column = "Happy", from = "b"}', 'e.csv: carry.age_band: no row has this in When: "b"'),
        ('age_band = {column = "Happy"}', "carry.age_band.from: is required"),
    ],
)
def test_what_cannot_be_carried_is_told(carry, problem, run):
    problems = run(f"{TWO}[carry]\n{carry}\n", e_csv="Code,When,Happy\nA,before,5\n").problems
    assert any(problem in told for told in problems), problems


TWICE = "Code,Happy,Completion time\nA,5,2021-01-11 10:00:00\nA,6,2021-01-11 10:30:00\nB,7,2021-01-11 10:00:00\n"


def test_the_last_of_several_submissions_counts_only_where_that_is_asked_for_and_sure(run):
    assert run(ONE, e_csv=TWICE).problems == [
        "e.csv, row 3: has the same respondent, wave and rater as e.csv, row 2; keep one of the two"
    ]
    done = run("latest = true\n" + ONE, e_csv=TWICE)
    assert done.rows == ["A,before,6", "B,before,7"]
    assert '1 earlier submission left out: the last one by "Completion time" counts' in done.said
    unsure = run("latest = true\n" + ONE, e_csv=TWICE.replace("2021-01-11", "01/02/2021"))
    assert len(unsure.problems) == 1
    assert "latest = true cannot tell which is later" in unsure.problems[0]


# --- answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "level"),
    [("0 - Not at all", "0"), ("10 - Completely", "10"), ("5 – very satisfied", "5"), ("Completely (10)", "10"),
     ("10 (completely)", "10"), ("7.0", "7"), ("7,00", "7"), ("(3) so so", "3"), ("3: so so", "3")],
)  # fmt: skip
def test_a_number_beside_words_is_read(cell, level, run):
    assert run(TWO, e_csv=f'Code,When,Happy\nA,before,"{cell}"\n').rows == [f"A,before,{level}"]


@pytest.mark.parametrize("cell", ["2-3 days", "11 - Completely", "3 or so 4", "5.5", "1,000", "10/10"])
def test_other_numbers_in_a_text_are_no_answer(cell, run):
    assert len(run(TWO, e_csv=f'Code,When,Happy\nA,before,"{cell}"\n').problems) == 1


@pytest.mark.parametrize("code", ["-9", "-9.00", "−9.0"])
def test_a_declared_missing_code_is_compared_as_a_number(code, run):
    mapping = TWO.replace("wave", 'missing = ["-9"]\nwave')
    assert run(mapping, e_csv=f"Code,When,Happy\nA,before,{code}\n").rows == ["A,before,"]


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (["3 - Hardly ever or never", "2"], "says one number and words that stand for another"),
        (["1 - A bit", "2 - A bit"], "is one answer with two numbers in this column"),
    ],
)
def test_contradictory_codings_of_one_column_are_refused(cells, what, run):
    rows = "".join(f"R{number},before,{cell}\n" for number, cell in enumerate(cells))
    problems = run(UCLA, e_csv=f"Code,When,Lone\n{rows}").problems
    assert problems
    assert all(what in problem for problem in problems)


def test_values_without_a_label_beside_labels_that_turn_the_scale_are_refused(tmp_path):
    import pyreadstat

    table = pd.DataFrame({"code": ["A", "B"], "lone": [1.0, 2.0]})
    labels = {"lone": {1: "Often"}}  # 1 is hardly ever to the instrument: what is 2?
    pyreadstat.write_sav(table, tmp_path / "e.sav", variable_value_labels=labels)
    mapping = 'respondent = "code"\n[files]\n"e.sav" = "before"\n[items]\nucla3_left_out = "lone"\n'
    (tmp_path / "map.toml").write_text(mapping)
    with pytest.raises(DataError, match="row 2, column lone: has no label that can be read"):
        import_command([tmp_path / "e.sav"], tmp_path / "map.toml", None, tmp_path / "s.csv")


# --- people -------------------------------------------------------------------------------------------------------

BEFORE = "Code,Happy,Email\n007,5,a@x.org\nGR 12,4,\nAB-3,4,\nQX9,3,\nzz1,1,\nLone,2,\n"
AFTER = "Code,Happy,Email\n7,5,a@x.org\ngr12,4,\nAB3,4,\nQY9,3,\nzz1,1,\nzz2,2,\n"
FILES = 'respondent = "Code"\n[files]\n"b.csv" = "before"\n"a.csv" = "after"\n' + HAPPY
BOTH = {"b_csv": BEFORE, "a_csv": AFTER}
CODES = ("007", "GR 12", "gr12", "AB-3", "AB3", "QX9", "QY9", "Lone", "zz1")


def test_codes_that_are_nearly_alike_are_listed_to_decide_and_told_by_rows_only(run):
    done = run(FILES + "# mine\n", b_csv=BEFORE, a_csv=AFTER)
    assert "pairs: 1 answered before and after, 5 before only, 5 after only" in done.said
    assert "4 pairs of codes differ between waves" in done.said
    assert "b.csv row 2 and a.csv row 2" in done.said
    assert not [code for code in CODES if code in done.said]
    path = done.folder / "map.toml"
    written = path.read_text()
    assert written.startswith(FILES + "# mine\n")
    assert written.count('# "7" = "007"') == written.count('# "gr12" = "GR 12"') == 1
    assert tomllib.loads(written)["same"] == {}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    import_command(
        [done.folder / n for n in ("b.csv", "a.csv")], path, None, done.folder / "survey.csv", overwrite=True
    )
    assert path.read_text() == written  # not listed twice
    decided = run(written.replace('# "', '"'), b_csv=BEFORE, a_csv=AFTER)
    assert "pairs: 5 answered before and after, 1 before only, 1 after only" in decided.said


@pytest.mark.parametrize(
    "mine", ["[same] # mine\n", "[ same ]\n", '["same"]\n', '[same]\n[missing_in]\nons4_happy = ["99"]\n']
)
def test_codes_are_listed_under_the_mappings_own_table_where_it_has_one(run, mine):
    written = (run(FILES + mine, b_csv=BEFORE, a_csv=AFTER).folder / "map.toml").read_text()
    assert tomllib.loads(written)["same"] == {}
    assert ("(below [same]" in written) == ("[missing_in]" in mine)


def test_addresses_are_no_codes_and_what_replaces_them_is_told(run):
    exports = {name: text.replace("Lone", "lone@x.org").replace("zz2", "z@x.org") for name, text in BOTH.items()}
    assert "codes that are e-mail addresses point at people; rekey = true" in run(FILES, **exports).said
    assert "e-mail addresses" not in run(f"rekey = true\n{FILES}", **exports).said
    assert "e-mail addresses" not in run(FILES, **BOTH).said


def test_a_mapping_that_lies_elsewhere_is_copied_beside_the_survey(tmp_path, run):
    done = run(FILES, b_csv=BEFORE, a_csv=AFTER)
    (tmp_path / "pilot").mkdir()
    mapping = tmp_path / "shared.toml"
    mapping.write_text(FILES)
    said = import_command([tmp_path / n for n in ("b.csv", "a.csv")], mapping, None, tmp_path / "pilot" / "survey.csv")
    assert mapping.read_text() == FILES
    assert '# "7" = "007"' in (tmp_path / "pilot" / "map.toml").read_text()
    assert "they are listed in map.toml" in said
    assert done.rows


@pytest.mark.parametrize(
    ("first", "later", "near"),
    [("007", "7", True), ("GR12", "GR13", False), ("GR12", "GB12", True), ("GR1O", "GR10", True),
     ("GR12", "RG12", True), ("GR12", "GRR12", True), ("12", "123", False),
     ("A-1", "A1", True), ("1.00", "1", True), ("GR12", "XY99", False)],
)  # fmt: skip
def test_which_codes_are_nearly_alike(first, later, near):
    assert bool(near_codes({first}, {later})) == near


@pytest.mark.parametrize("same", ['"7" = "007"\n"007" = "8"', "a = 7", '"7" = ""'])
def test_a_fault_of_same_repeats_no_code(same, run):
    problems = run(f"{FILES}[same]\n{same}\n", b_csv=BEFORE, a_csv=AFTER).problems
    assert len(problems) == 1
    assert problems[0].startswith("map.toml, same: ")
    assert '"007"' not in problems[0].replace('such as "7" = "007"', "")


PILOT = (
    'title = "A made-up pilot"\nborough = "Nowhere"\ntechnology = "wearable"\nuser_group = "older_people"\n'
    'setting = "own_home"\nprovenance = "synthetic"\n[[measures]]\ninstrument = "ons4_happy"\nprimary = true\n'
)


def test_keyed_codes_match_later_imports_and_withdrawals_and_tell_nothing(tmp_path, run):
    done = run("rekey = true\n" + FILES, b_csv=BEFORE, a_csv=AFTER)
    survey = (tmp_path / "survey.csv").read_text()
    assert not [code for code in CODES if code in survey]
    again = run("rekey = true\n" + FILES, b_csv=BEFORE, a_csv=AFTER)
    assert again.rows == done.rows
    key = tmp_path / "private" / "codes.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    pilot = tmp_path / "made_up"
    pilot.mkdir()
    (pilot / "pilot.toml").write_text(PILOT)
    for name in ("survey.csv", "private"):
        (tmp_path / name).rename(pilot / name)
    (pilot / "withdrawn.csv").write_text("respondent,date\nzz1,2021-05-01\n")
    loaded = load_pilot(pilot)
    assert len(loaded.all_respondents) == 11
    assert loaded.answers.index.get_level_values("respondent").nunique() == 10
    assert pairing_notes(loaded)[0] == ["0 answered before and after, 5 before only, 5 after only"]


def test_check_tells_how_codes_pair_up_and_which_rows_are_nearly_alike(tmp_path):
    pilot = tmp_path / "made_up"
    pilot.mkdir()
    (pilot / "pilot.toml").write_text(PILOT)
    (pilot / "survey.csv").write_text("respondent,wave,ons4_happy\n007,before,1\n7,after,2\nB,before,3\nB,after,4\n")
    lines, near = pairing_notes(load_pilot(pilot))
    assert lines == ["1 answered before and after, 1 before only, 1 after only"]
    assert str(near[0]).endswith("mend those that are one person's: rows 2 and 3")


@pytest.mark.parametrize("above", ["Results of March,,\n,,\n", "Results of March,,\nExported:,3/6/2026,\n"])
def test_titles_above_the_headers_are_left_out_and_said(above, tmp_path):
    (tmp_path / "e.csv").write_text(f"{above}ID,Q1,Q2\n1,A,5\n2,B,6\n")
    export = read_export(tmp_path / "e.csv")
    assert (export.headers, export.cells.index.tolist()) == ((("ID", "Q1", "Q2"),), [4, 5])
    assert "above the headers left out" in export.note


def test_a_first_row_that_ran_into_the_next_is_refused_and_not_told(tmp_path):
    (tmp_path / "e.csv").write_text("Code,A,B,C,D,EWren,4,5,6,7,8\nKim,1,2,3,4,5\n")
    with pytest.raises(DataError, match="11 cells where no row below has more than 6; a line break is missing") as told:
        read_export(tmp_path / "e.csv")
    assert "Wren" not in str(told.value)


def test_a_cell_that_is_no_answer_is_refused_by_its_row_and_not_told(tmp_path):
    (tmp_path / "e.csv").write_text("Code,A\nKim,1\nWren," + "x" * 200_000 + "\n")
    with pytest.raises(DataError) as told:
        read_export(tmp_path / "e.csv")
    assert str(told.value.problems[0]) == (
        "e.csv, row 3: has a cell of more than 131,072 characters; is a quotation mark not closed?"
    )


def test_personal_columns_stay_behind_and_are_named(run):
    export = "Code,When,Happy,Vorname,Postcode,IP Address,Comment\nA,before,5,Wren,SE9 1AA,203.0.113.7,dear Wren\n"
    done = run(TWO, e_csv=export)
    assert '3 columns that may point at somebody left behind: "Vorname", "Postcode", "IP Address"' in done.said
    assert "1 other column left behind" in done.said
    for column in ("Vorname", "Comment", "IP Address"):
        told = "".join(run(TWO.replace("Happy", column), e_csv=export).problems)
        assert "a text that is not repeated here" in told
        assert "Wren" not in told
        assert "203" not in told


# --- size ---------------------------------------------------------------------------------------------------------


def survey_of(people: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    items = [f"Q{number}" for number in range(1, 15)]
    writer.writerow(["Id", "Email", "Started", "Code", "When", *items, "Comment"])
    for wave in ("before", "after"):
        for number in range(people):
            answers = [(number * item) % 5 + 1 for item in range(3, 17)]
            row = [f"{wave[0]}{number}", f"a{number}@example.org", f"2026-09-{number % 28 + 1:02d} 10:00:00"]
            writer.writerow([*row, f"GR{number:06d}", wave, *answers, f"some words, number {number}"])
    return text.getvalue()


SWEMWBS = 'respondent = "Code"\nwave = "When"\ndate = "Started"\n[items]\n' + "".join(
    f'swemwbs_{item} = "Q{number}"\n'
    for number, item in enumerate(
        ("optimistic", "useful", "relaxed", "problems", "clear_thinking", "close", "own_mind"), start=1
    )
)


def test_two_thousand_respondents_are_read(run):
    done = run(SWEMWBS, e_csv=survey_of(2_000))
    assert len(done.rows) == 4_000
    assert "pairs: 2000 answered before and after, 0 before only, 0 after only" in done.said


@pytest.mark.slow
def test_two_hundred_thousand_rows_take_at_most_eight_times_what_reading_them_takes(tmp_path):
    (tmp_path / "e.csv").write_text(survey_of(100_000))
    (tmp_path / "map.toml").write_text(SWEMWBS)
    read = "import pandas; pandas.read_csv('e.csv', dtype=str)"
    run = "import sys; from atpilots.cli import main; sys.exit(main(sys.argv[1:]))"
    ours = processor_time(tmp_path, run, "import", "e.csv", "--map", "map.toml", "-o", "survey.csv")
    assert ours <= 8 * processor_time(tmp_path, read)
    assert (tmp_path / "survey.csv").read_text().count("\n") == 200_001


def processor_time(folder: Path, code: str, *arguments: str) -> float:
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
