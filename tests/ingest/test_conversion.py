"""Every survey tool has a real-shaped export, and every fault of one is told as its owner would look for it."""

from __future__ import annotations

import csv
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from builders.folders import happy_rows, write_pilot

from atpilots.cli import main
from atpilots.files.problems import DataError
from atpilots.ingest import survey_tools
from atpilots.ingest.conversion import import_command, import_survey, runs_as_formula, write_survey
from atpilots.ingest.layouts import TOOLS
from atpilots.ingest.readers.workbook import MOST_ENTRIES
from atpilots.ingest.survey_tools import read_export
from atpilots.instruments import load_instrument
from atpilots.pilots.loading import load_pilot

EXPORTS = Path(__file__).parent / "exports"
ITEM = '[items]\nons4_happy = "Happy"\n'
PLAIN = f'respondent = "Code"\nwave = "When"\n{ITEM}'


@pytest.fixture
def told(tmp_path):
    """Imports one export under a mapping, expects it to be refused, and returns what is said."""

    def tell(mapping: str, export: str | bytes | Path, name: str = "export.csv", tool: str | None = None) -> list[str]:
        with pytest.raises(DataError) as caught:
            import_survey([written(tmp_path, name, export)], written(tmp_path, "map.toml", mapping), tool)
        return [str(problem) for problem in caught.value.problems]

    return tell


@pytest.fixture
def imported(tmp_path):
    def read(mapping: str, export: str | bytes | Path, name: str = "export.csv", tool: str | None = None) -> list[str]:
        survey = import_survey([written(tmp_path, name, export)], written(tmp_path, "map.toml", mapping), tool)
        return [",".join(row) for row in [survey.columns, *survey.itertuples(index=False)]]

    return read


def written(folder: Path, name: str, content: str | bytes | Path) -> Path:
    if isinstance(content, Path):
        return content
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def exports_of(tool: str) -> list[Path]:
    """A tool's exports in the test data; the mapping's order, the later wave last."""
    made_of = ("*export*.csv", "*.xlsx", "*.sav", "*.dta")
    return sorted({path for kind in made_of for path in (EXPORTS / tool).glob(kind)}, reverse=True)


# --- every tool has an export -------------------------------------------------------------------------------------


def test_every_tool_has_an_export():
    assert {folder.name for folder in EXPORTS.iterdir()} == set(TOOLS)
    assert all(exports_of(tool) for tool in TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_an_export_becomes_the_survey_written_beside_it(tool, tmp_path):
    output = tmp_path / "survey.csv"
    import_command(exports_of(tool), EXPORTS / tool / "map.toml", None, output)
    assert output.read_text() == (EXPORTS / tool / "survey.csv").read_text()


@pytest.mark.parametrize("tool", TOOLS)
def test_the_order_of_exports_and_rows_does_not_matter(tool):
    forwards = import_survey(exports_of(tool), EXPORTS / tool / "map.toml", tool)
    backwards = import_survey(exports_of(tool)[::-1], EXPORTS / tool / "map.toml", tool)
    pd.testing.assert_frame_equal(forwards, backwards)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tool_is_known_by_its_layout_and_said(tool):
    export = read_export(exports_of(tool)[0])
    assert export.tool == tool
    assert tool in {"csv", "xlsx"} or export.note.startswith(TOOLS[tool])


def test_a_tool_that_is_named_is_believed_unless_it_cannot_be(told):
    assert read_export(EXPORTS / "qualtrics" / "export.csv", "csv").left_out == {}
    assert told(PLAIN, "Code,When,Happy\nA,before,1\n", tool="qualtrics") == [
        "export.csv, row 1: has none of the columns of Qualtrics; without --tool it is read by its own layout"
    ]
    assert told(PLAIN, "Code,When,Happy\nA,before,1\n", tool="spss") == [
        'export.csv: is not SPSS; take --tool out, or name another: "spss"'
    ]


def test_the_command_says_what_was_read_how_it_was_decoded_and_what_numbers_were_taken_to_mean(tmp_path):
    said = import_command(exports_of("qualtrics"), EXPORTS / "qualtrics" / "map.toml", "qualtrics", tmp_path / "s.csv")
    assert said.splitlines() == [
        "export.csv: 3 rows read (Qualtrics, comma-separated, Windows-1252 (not UTF-8 from line 8 of the file on; look "
        "at accents and quotation marks), 3 header rows)",
        "export.csv: 1 row left out: 1 spam",
        "export.csv: 3 other columns left behind, not named in the mapping",
        "s.csv: 4 rows of 2 respondents written (before 2, after 2)",
        "pairs: 2 answered before and after, 0 before only, 0 after only",
    ]
    said = import_command(exports_of("csv"), EXPORTS / "csv" / "map.toml", None, tmp_path / "s2.csv")
    assert (
        "ons4_happy: numbers are read as 0 not at all happy, 10 completely happy (else say so in [labels.ons4_happy])"
        in said
    )


def test_an_imported_survey_is_a_pilots_survey(tmp_path):
    folder = tmp_path / "imported"
    folder.mkdir()
    import_command(exports_of("qualtrics"), EXPORTS / "qualtrics" / "map.toml", "qualtrics", folder / "survey.csv")
    (folder / "pilot.toml").write_text(
        'title = "A made-up pilot"\nborough = "Nowhere"\ntechnology = "wearable"\nuser_group = "older_people"\n'
        'setting = "own_home"\nprovenance = "synthetic"\n[[measures]]\ninstrument = "ucla3"\nprimary = true\n'
    )
    # P-01 left an item out afterwards, and P-02's row was spam.
    assert load_pilot(folder).pairs("ucla3").to_dict("list") == {"before": [6.0], "after": [4.0], "change": [-2.0]}


# --- what a cell may hold -----------------------------------------------------------------------------------------


def test_every_bad_cell_is_told_at_once_with_the_row_of_the_spreadsheet_and_no_code(told):
    mapping = 'respondent = "Code"\nwave = "When"\ndate = "Day"\nmode = "Mode"\nrater = "Who"\n' + ITEM
    export = (
        "Code,When,Day,Mode,Who,Happy\n"
        "Ada1,before,03/04/2021,Self,resident,11\n"
        "\n"
        ",before,2021-02-30,self,carer,5.5\n"
        "=Ada2,,1/4,,,five\n"
        "Ada3,after,,,,Ada1\n"
    )
    modes = "self, assisted, phone, proxy; or say in [labels.mode] which answer stands for which"
    raters = "resident, support_worker; or say in [labels.rater] which answer stands for which"
    date = 'YYYY-MM-DD; for any other order give date_format in the mapping, such as "%d/%m/%Y" for day/month/year'
    assert sorted(told(mapping, export)) == sorted(
        [
            "export.csv, row 4, column Code: is blank; allowed: text",
            "export.csv, row 5, column Code: begins with =, +, - or @, which a spreadsheet would run as a formula",
            "export.csv, row 5, column When: is blank; allowed: text",
            f'export.csv, row 2, column Day: is not allowed: "03/04/2021"; allowed: {date}',
            f'export.csv, row 4, column Day: is not allowed: "2021-02-30"; allowed: {date}',
            f'export.csv, row 5, column Day: is not allowed: "1/4"; allowed: {date}',
            f'export.csv, row 2, column Mode: is not allowed: "Self"; allowed: {modes}',
            f'export.csv, row 4, column Who: is not allowed: "carer"; allowed: {raters}',
            'export.csv, row 2, column Happy: is not allowed: "11"; allowed: whole numbers 0 to 10',
            'export.csv, row 4, column Happy: is not allowed: "5.5"; allowed: whole numbers 0 to 10',
            'export.csv, row 5, column Happy: is not allowed: "five"; allowed: whole numbers 0 to 10',
            'export.csv, row 6, column Happy: is not allowed: "a respondent\'s code"; allowed: whole numbers 0 to 10',
        ]
    )


def test_rows_of_a_qualtrics_export_are_numbered_under_its_three_headers(told):
    export = (
        'C,W,H\nCode,When,Happy\n"{""ImportId"":""Q1""}","{""ImportId"":""Q2""}","{""ImportId"":""Q3""}"\nA,before,99\n'
    )
    allowed = "allowed: whole numbers 0 to 10"
    assert told(PLAIN, export, tool="qualtrics") == [f'export.csv, row 4, column H: is not allowed: "99"; {allowed}']


def test_the_instruments_own_labels_are_read_whatever_their_capitals(imported):
    mapping = 'respondent = "Code"\nwave = "When"\n[items]\nucla3_isolated = "Alone"\n'
    rows = imported(
        mapping, "Code,When,Alone\nA,before,often\nB,before,Hardly ever  or never\nC,before,2.0\nD,before,\n"
    )
    assert rows[1:] == ["A,before,3", "B,before,1", "C,before,2", "D,before,"]


def test_labels_replace_the_instruments_own_so_that_codes_may_run_the_other_way(imported, told):
    labels = '[labels.ucla3]\n"1" = 3\n"2" = 2\n"3" = 1\n'
    mapping = 'respondent = "Code"\nwave = "When"\n[items]\nucla3_isolated = "Alone"\n' + labels
    assert imported(mapping, "Code,When,Alone\nA,before,1\nB,before,3\n")[1:] == ["A,before,3", "B,before,1"]
    problems = told(mapping, "Code,When,Alone\nA,before,often\n")
    assert problems == ['export.csv, row 2, column Alone: is not allowed: "often"; allowed: "1", "2", "3"']


def test_unknown_items_are_copied_as_they_are_unless_labelled(imported):
    mapping = (
        'respondent = "Code"\nwave = "When"\n[items]\nmine_a = "a"\nyours_b = "b"\n[labels.mine]\nNo = 0\nYes = 1\n'
    )
    rows = imported(mapping, "Code,When,a,b\nA,before,yes,NA\nB,before,No,-3.5\n")
    assert rows == ["respondent,wave,mine_a,yours_b", "A,before,1,NA", "B,before,0,-3.5"]


def test_missing_codes_become_blanks_and_their_owners_decide(imported, told):
    mapping = 'respondent = "Code"\nwave = "When"\nmissing = [9]\n{}[items]\neq_vas = "vas"\neq5d3l_mobility = "mob"\n'
    export = "Code,When,vas,mob\nA,before,9,9\nB,before,999,2\n"
    assert told(mapping.format(""), export) == [
        'map.toml: is also an answer of eq_vas; give that its own codes in missing_in: "9"'
    ]
    rows = imported(mapping.format("missing_in = {eq_vas = [999]}\n"), export)
    assert rows[1:] == ["A,before,9,", "B,before,,2"]


def test_an_items_own_missing_codes_come_before_its_instruments(imported):
    codes = "missing_in = {eq5d3l = [9], eq5d3l_mobility = [8]}\n"
    items = '[items]\neq5d3l_self_care = "a"\neq5d3l_mobility = "b"\n'
    rows = imported(f'respondent = "Code"\nwave = "When"\n{codes}{items}', "Code,When,a,b\nA,before,9,8\n")
    assert rows[1:] == ["A,before,,"]


def test_the_words_none_and_na_are_answers_unless_declared_missing(imported):
    mapping = PLAIN.replace("ons4_happy", "my_item")
    rows = imported(mapping, "Code,When,Happy\nNA,before,None\nnull,before,N/A\n")
    assert rows[1:] == ["NA,before,None", "null,before,N/A"]


def test_codes_are_compared_and_written_by_the_surveys_own_rule(told):
    export = "Code,When,Happy\n00７,before,1\n007,before,2\n"
    assert told(PLAIN, export) == [
        "export.csv, row 3: has the same respondent, wave and rater as export.csv, row 2; keep one of the two"
    ]


def test_raters_are_kept_apart_and_blank_means_the_resident(imported, told):
    mapping = 'rater = "Who"\n' + PLAIN
    assert len(imported(mapping, "Code,When,Who,Happy\nA,before,,1\nA,before,support_worker,2\n")) == 3
    assert len(told(mapping, "Code,When,Who,Happy\nA,before,,1\nA,before,resident,2\n")) == 1


@pytest.mark.parametrize(
    ("date_format", "text", "expected"),
    [
        ("%d/%m/%Y", "03/04/2021", "2021-04-03"),
        ("%m/%d/%Y", "03/04/2021", "2021-03-04"),
        ("%d/%m/%Y %H:%M", "25/05/2020 05:03", "2020-05-25"),
        (None, "2020-11-16 09:43:33", "2020-11-16"),
        (None, "2020-11-16T09:43", "2020-11-16"),
    ],
)
def test_dates_are_read_by_the_one_rule_that_was_given(date_format, text, expected, imported):
    line = "" if date_format is None else f'date_format = "{date_format}"\n'
    rows = imported(f'date = "Day"\n{line}{PLAIN}', f"Code,When,Day,Happy\nA,before,{text},1\n")
    assert rows[1] == f"A,before,{expected},1"


def test_with_a_date_format_no_other_order_is_let_in(told):
    mapping = f'date = "Day"\ndate_format = "%d/%m/%Y"\n{PLAIN}'
    problems = told(
        mapping, "Code,When,Day,Happy\nA,before,25/12/2021,1\nB,before,12/25/2021,1\nC,before,2021-12-25,1\n"
    )
    assert [re.search(r"row \d", problem)[0] for problem in problems] == ["row 3", "row 4"]


# --- the mapping --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        (
            f'respondent = "Code"\n{ITEM}',
            "nothing tells the wave; give one of wave, wave_suffix, wave_prefix, [files], "
            "or a table per item: {before = …, after = …}",
        ),
        (
            f'respondent = "Code"\nwave = "When"\nwave_suffix = {{_a = "before"}}\n{ITEM}',
            "wave_suffix: the wave is already told by wave; give one of wave, wave_suffix, wave_prefix, [files], "
            "or a table per item: {before = …, after = …}",
        ),
        (
            f'respondent = "Code"\nwave_suffix = {{_a = "before", _b = "before"}}\n{ITEM}',
            "wave_suffix: two suffixes stand for one wave",
        ),
        (
            'respondent = "Code"\nwave = "When"\n[items]\nons4_happy = {before = "a"}\n',
            "items.ons4_happy: a table per wave cannot stand beside wave, which names a column",
        ),
        (
            'respondent = "Code"\n[items]\nons4_happy = {before = "a"}\nons4_anxious = "b"\n',
            "items.ons4_anxious: other items have a table per wave; give this one its wave too",
        ),
        (
            'respondent = "Code"\n[files]\n"a.csv" = "before"\n[items]\nons4_happy = {befor = "a"}\n',
            "items.ons4_happy: befor is not a wave of files",
        ),
        (f"{PLAIN}[labels]\nOften = 3\n", "labels: answer labels belong to an instrument: put them under"),
        (f"{PLAIN}[labels.ucla3]\nOften = 3\n", "labels.ucla3: is neither an instrument of these items nor a column"),
        (f"{PLAIN}[labels.ons4_happy]\nOften = 11\n", 'labels.ons4_happy: "Often" must stand for a level: 0 to 10'),
        (f'{PLAIN}[labels.ons4_happy]\nOften = "5"\n', 'labels.ons4_happy: "Often" must stand for a whole number'),
        (f"{PLAIN}[labels.ons4_happy]\na = 1\nA = 2\n", "labels.ons4_happy: one label, but for capitals and spaces,"),
        (
            f'mode = "Mode"\n{PLAIN}[labels.mode]\nPost = "letter"\n',
            'labels.mode: "Post" must stand for self, assisted, phone, proxy',
        ),
        (
            f"date = 'Day'\ndate_format = '%d/%m'\n{PLAIN}",
            "date_format: gives no day, month and year; for day/month/year write",
        ),
        (f"date_format = '%d/%m/%Y'\n{PLAIN}", "date_format: no column is named as date"),
        (f"{PLAIN}[labels.respondent]\na = 1\n", "labels.respondent: codes and dates have no labels"),
        (
            f"{PLAIN}my_own_a = 'a'\n[labels.my]\nYes = 1\n[labels.my_own]\nYes = 2\n",
            "labels.my_own: my_own_a has labels already, in labels.my; give them once",
        ),
        (f"missing_in = {{happy = [9]}}\n{PLAIN}", "missing_in.happy: is neither an instrument of these items nor"),
        (f'{PLAIN}date = "Day"\n', "items.date: is not an item; write date = … above [items]"),
        (f'{PLAIN}ons4_anxious = ""\n', "items.ons4_anxious: give a column header, or one per wave: "),
        (
            f"colour = 1\n{PLAIN}",
            'colour: is not a known key: "1"; allowed: respondent, wave, wave_suffix, wave_prefix, files, ',
        ),
    ],
)
def test_a_faulty_mapping_is_told_with_its_key(mapping, problem, told):
    problems = told(mapping, "Code,When,Happy\nA,before,1\n")
    assert len(problems) == 1
    assert problems[0].startswith(f"map.toml, {problem}") or problems[0].startswith(f"map.toml: {problem}")


def test_columns_that_are_not_there_are_all_told_with_the_column_they_are_for(told):
    assert told(f'arm = "Group"\n{PLAIN}', "Code,When,Happiness\nA,before,1\n") == [
        'export.csv, row 1: arm: no column has the header: "Group"',
        'export.csv, row 1: ons4_happy: no column has the header: "Happy"',
    ]


def test_a_column_that_no_wave_has_is_told_once(told):
    mapping = 'respondent = "Kode"\n[items]\nons4_happy = {before = "a", after = "b"}\n'
    assert told(mapping, "Code,a,b\nA,1,2\n") == [
        'export.csv, row 1: respondent: no column has the header (did you mean "Code"?): "Kode"'
    ]


def test_a_wording_that_two_questions_share_must_give_way_to_the_codes(told):
    mapping = 'respondent = "Q1"\nwave = "Q2"\n[items]\nons4_happy = "Happy?"\n'
    export = 'Q1,Q2,Q3,Q4\nCode,When,Happy?,Happy?\n"{""ImportId"":1}",,,\nA,before,1,2\n'
    assert told(mapping, export, tool="qualtrics") == [
        'export.csv, row 1: ons4_happy: more than one column has the header: "Happy?"'
    ]


def test_one_column_cannot_answer_two_items(told):
    mapping = 'respondent = "Code"\n[items]\nons4_happy = {before = "a", after = "a"}\n'
    assert told(mapping, "Code,a\nA,1\n") == [
        'map.toml: one column of export.csv is given for ons4_happy (after) and ons4_happy (before): "a"'
    ]


def test_a_question_not_asked_at_a_wave_is_blank_there(imported):
    mapping = 'respondent = "Code"\n[items]\nons4_happy = {before = "a", after = "b"}\nons4_anxious = {after = "c"}\n'
    assert imported(mapping, "Code,a,b,c\nA,1,2,3\n")[1:] == ["A,before,1,", "A,after,2,3"]


def test_files_may_have_other_headers_for_a_wave(tmp_path):
    first = written(tmp_path, "one.csv", "Code,a\nA,1\n")
    last = written(tmp_path, "two.csv", "Code,b,c\nA,2,3\n")
    mapping = written(
        tmp_path,
        "map.toml",
        'respondent = "Code"\n[files]\n"one.csv" = "before"\n"two.csv" = "after"\n'
        '[items]\nons4_happy = {before = "a", after = "b"}\nons4_anxious = {after = "c"}\n',
    )
    survey = import_survey([last, first], mapping)
    assert survey.to_dict("list") == {
        "respondent": ["A", "A"], "wave": ["before", "after"], "ons4_happy": ["1", "2"], "ons4_anxious": ["", "3"],
    }  # fmt: skip


def test_files_and_exports_must_be_the_same_ones(tmp_path, told):
    mapping = f'respondent = "Code"\n[files]\n"before.csv" = "before"\n{ITEM}'
    assert told(mapping, "Code,Happy\nA,1\n") == [
        'map.toml, files: does not say which wave this export is: "export.csv"',
        'map.toml, files: names an export that was not given: "before.csv"',
    ]


def test_waves_named_by_a_column_may_be_put_in_the_pilots_words(imported):
    mapping = f'{PLAIN}[labels.wave]\n"At the start" = "before"\n"Six weeks on" = "after"\n'
    rows = imported(mapping, "Code,When,Happy\nA,six weeks on,1\nA,At the start,2\n")
    assert rows[1:] == ["A,before,2", "A,after,1"]


# --- files that are not what they seem ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "tool", "problem"),
    [
        ("e.csv", b"PK\x03\x04rest", None, "is an Excel workbook, not CSV; name it .xlsx, or save it as CSV UTF-8"),
        (
            "e.csv",
            b"PK\x03\x04rest",
            "qualtrics",
            "is an Excel workbook, not CSV; name it .xlsx, or save it as CSV UTF-8",
        ),
        (
            "e.xls",
            b"\xd0\xcf\x11\xe0",
            None,
            "is not a kind of file that can be read; save it as .xlsx or as CSV UTF-8",
        ),
        ("e.xlsm", b"PK\x03\x04", None, "is not a kind of file that can be read; save it as .xlsx or as CSV UTF-8"),
        ("e.xlsx", b"\xd0\xcf\x11\xe0", None, "is an .xls or password-protected workbook; save it as plain .xlsx"),
        ("e.xlsx", b"Code,When\n", None, "is not an Excel workbook (.xlsx)"),
        ("e.csv", b"Code,When\n", "typeform", 'there is no such tool: "typeform"; allowed: qualtrics, surveymonkey, '),
        ("e.csv", b"\xff\xfeC\x00o\x00\x00", None, "is damaged UTF-16 text; save it as"),
        ("e.csv", b"Code\0\0\0,When\n", None, "is no text that can be read; save it as"),
        ("e.csv", b"\x81\x8d", "qualtrics", "is neither UTF-8 nor Windows-1252 text"),
        ("e.csv", b"", None, "is empty"),
        ("e.csv", "a,b\nA,B\n" * 20 + "1,2,3\n", None, "row 41: has 3 cells where the header has 2"),
        ("e.csv", 'a,b\nA,"B\n', None, "is not a readable CSV file: unexpected end of data"),
        ("e.csv", 'a,b,c\nA,"B,\nC,D,E\nF,G,"\n', None, "row 2: holds what reads as a row of its own; close the"),
        ("e.csv", b"$FL2@(#) SPSS", None, "is an SPSS file, not CSV; name it .sav"),
        ("e.sav", b"$FL2@(#) SPSS", None, "is not a readable file of SPSS"),
        ("e.dta", b"Code,When\n", None, "is not a file of Stata"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_way_out(name, content, tool, problem, told):
    problems = told(PLAIN, content, name=name, tool=tool)
    assert len(problems) == 1
    assert problem in problems[0]


def test_every_unreadable_file_is_told_at_once(tmp_path):
    with pytest.raises(DataError) as caught:
        import_survey([tmp_path / "a.csv", tmp_path / "b.xls"], written(tmp_path, "map.toml", PLAIN))
    assert len(caught.value.problems) == 2


def workbook(folder: Path, *rows: tuple[object, ...]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in [("Code", "When", "Happy"), *rows]:
        book.active.append(row)
    return book


SHEET = "xl/worksheets/sheet1.xml"


def saved(book: openpyxl.Workbook, folder: Path, change=lambda xml: xml, part: str = SHEET) -> Path:
    """The workbook as a file, the XML of one part changed as only another program would write it."""
    book.save(folder / "plain.xlsx")
    with zipfile.ZipFile(folder / "plain.xlsx") as old, zipfile.ZipFile(folder / "e.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            new.writestr(name, change(content) if name == part else content)
    return folder / "e.xlsx"


def test_a_formula_without_a_stored_value_is_refused_and_one_with_it_is_read(tmp_path, told, imported):
    book = workbook(tmp_path, ("A", "before", "=3+4"), ("B", "before", 5))
    assert told(PLAIN, saved(book, tmp_path)) == [
        "e.xlsx, row 2, column C: is a formula without a stored value; open the workbook in Excel and save it"
    ]
    stored = saved(book, tmp_path, lambda xml: re.sub("</f><v ?/>|</f><v></v>", "</f><v>7</v>", xml))
    assert imported(PLAIN, stored)[1:] == ["A,before,7", "B,before,5"]


def test_a_formula_that_gives_an_empty_text_is_a_blank(tmp_path, imported):
    book = workbook(tmp_path, ("A", "before", '=""'))
    path = saved(book, tmp_path, lambda xml: xml.replace('<c r="C2">', '<c r="C2" t="str">'))
    assert imported(PLAIN, path)[1:] == ["A,before,"]


def test_error_cells_are_refused(tmp_path, told):
    book = workbook(tmp_path, ("A", "before", "#N/A"))
    assert told(PLAIN, saved(book, tmp_path)) == ['e.xlsx, row 2, column C: is an error: "#N/A"']


def test_hidden_rows_are_refused(tmp_path, told):
    book = workbook(tmp_path, ("A", "before", 1), ("B", "before", 2))
    book.active.row_dimensions[3].hidden = True
    assert told(PLAIN, saved(book, tmp_path)) == [
        "e.xlsx, row 3: is hidden, perhaps by a filter; show every row, and delete what is not data"
    ]


def test_a_sheet_is_named_where_there_are_two_and_a_hidden_one_is_not_read(tmp_path, told, imported):
    book = workbook(tmp_path, ("A", "before", 1))
    book.create_sheet("Names").sheet_state = "hidden"
    path = saved(book, tmp_path)
    assert told(PLAIN, path) == [
        "e.xlsx: has more than one sheet (hidden ones count); name the one to read: sheet, in the mapping; "
        'allowed: "Sheet", "Names"'
    ]
    assert told(f'sheet = "Names"\n{PLAIN}', path) == ['e.xlsx: the sheet is hidden; show it, and look at it: "Names"']
    assert told(f'sheet = "Data"\n{PLAIN}', path) == ['e.xlsx: has no such sheet: "Data"; allowed: "Sheet", "Names"']
    assert imported(f'sheet = "Sheet"\n{PLAIN}', path)[1:] == ["A,before,1"]
    assert told(f'sheet = "Sheet"\n{PLAIN}', "Code,When,Happy\n") == [
        'export.csv: has no sheets; take sheet out of the mapping: "Sheet"'
    ]


def test_a_date_that_excel_made_of_an_answer_is_refused(tmp_path, told):
    book = workbook(tmp_path, ("A", "before", pd.Timestamp("2021-02-01")))
    assert told(PLAIN, saved(book, tmp_path)) == [
        'e.xlsx, row 2, column Happy: is not allowed: "2021-02-01"; allowed: whole numbers 0 to 10'
    ]


def test_a_wrong_size_written_by_another_tool_loses_no_cells(tmp_path, imported):
    book = workbook(tmp_path, ("A", "before", 1))
    path = saved(book, tmp_path, lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1"', xml))
    assert imported(PLAIN, path)[1:] == ["A,before,1"]


def test_an_extension_that_openpyxl_does_not_know_is_no_warning(tmp_path, imported):
    extension = '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    path = saved(workbook(tmp_path, ("A", "before", 1)), tmp_path, lambda xml: xml.replace("</worksheet>", extension))
    assert imported(PLAIN, path)[1:] == ["A,before,1"]


ENTITIES = [
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
]


@pytest.mark.parametrize("entities", ENTITIES)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_refused_in_every_part(entities, part, tmp_path):
    path = saved(workbook(tmp_path, ("A", "before", 1)), tmp_path, lambda xml: entities + xml, part)
    with pytest.raises(DataError, match="is not a readable Excel workbook") as caught:
        read_export(path)
    causes, error = [], caught.value
    while error := error.__context__:
        causes.append(type(error).__name__)
    assert "EntitiesForbidden" in causes


def test_a_damaged_workbook_is_refused(tmp_path, told):
    path = saved(workbook(tmp_path, ("A", "before", 1)), tmp_path, lambda xml: xml[:-40])
    assert told(PLAIN, path)[0].startswith("e.xlsx: is not a readable Excel workbook (ParseError)")


def test_macros_are_refused_whatever_the_ending(tmp_path, told):
    path = saved(workbook(tmp_path), tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
    assert told(PLAIN, path) == ["e.xlsx: holds macros; save it as plain .xlsx"]


@pytest.mark.parametrize(("name", "size"), [("one large part", 60_000_000), ("one that unpacks to much", 4_000_000)])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(name, size, tmp_path, told):
    path = saved(workbook(tmp_path), tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    assert told(PLAIN, path) == ["e.xlsx: unpacks to far more than a survey export would; it is not read"]


def test_too_many_parts_rows_or_columns_are_refused(tmp_path, told, monkeypatch):
    path = saved(workbook(tmp_path), tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(MOST_ENTRIES):
            archive.writestr(f"{number}.txt", "x")
    assert told(PLAIN, path) == ["e.xlsx: unpacks to far more than a survey export would; it is not read"]
    book = workbook(tmp_path)
    book.active["A1048576"] = 1
    assert told(PLAIN, saved(book, tmp_path)) == [
        "e.xlsx, row 1048576: has more than 250000 rows; delete the empty ones at its end"
    ]
    book = workbook(tmp_path)
    book.active["XFD1"] = 1
    assert told(PLAIN, saved(book, tmp_path)) == ["e.xlsx, row 1: has more than 2000 columns"]
    monkeypatch.setattr(survey_tools, "MOST_BYTES", 1_000)
    assert told(PLAIN, saved(workbook(tmp_path), tmp_path)) == ["e.xlsx: is larger than 0 MB"]


def test_a_merged_range_of_a_million_cells_is_never_expanded(tmp_path, imported):
    merged = '</sheetData><mergeCells><mergeCell ref="D1:XFD1048576"/></mergeCells>'
    path = saved(workbook(tmp_path, ("A", "before", 1)), tmp_path, lambda xml: xml.replace("</sheetData>", merged))
    assert imported(PLAIN, path)[1:] == ["A,before,1"]


# --- writing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+44 7700 900000", "-1 (not asked)", "@SUM(A1)", "\tx", "\rx", "-"])
def test_text_that_a_spreadsheet_would_run_is_refused(text, tmp_path):
    survey = pd.DataFrame({"respondent": ["A"], "wave": ["before"], "my_item": [text]})
    assert runs_as_formula(text)
    with pytest.raises(DataError, match=r"s\.csv, row 2, column my_item: begins with =, \+, - or @"):
        write_survey(survey, tmp_path / "s.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["-9", "+1", "-0.5", "7", "a=b", ""])
def test_numbers_and_inner_signs_are_no_formulas(text):
    assert not runs_as_formula(text)


def test_a_survey_is_only_replaced_when_told_to(tmp_path):
    output = tmp_path / "survey.csv"
    output.write_text("mended by hand")
    arguments = exports_of("csv"), EXPORTS / "csv" / "map.toml", None, output
    with pytest.raises(DataError, match=r"survey\.csv: is already there; give another name, or --force to replace it"):
        import_command(*arguments)
    assert output.read_text() == "mended by hand"
    import_command(*arguments, overwrite=True)
    assert output.read_text() == (EXPORTS / "csv" / "survey.csv").read_text()
    assert list(tmp_path.iterdir()) == [output]


def test_an_item_of_no_measure_is_told_as_check_tells_it(tmp_path, monkeypatch, capsys):
    """At once, because whoever typed it has the mapping open."""
    monkeypatch.chdir(tmp_path)
    folder = write_pilot(tmp_path / "pilots" / "alpha", happy_rows({"A01": 1}, {"A01": 2}))
    (folder / "survey.csv").unlink()
    for wave in ("before", "after"):
        (tmp_path / f"{wave}.csv").write_text("Code,Happy,Wash\nA01,5,x\n", encoding="utf-8")
    files = '[files]\n"before.csv" = "before"\n"after.csv" = "after"\n'
    mapping = f'respondent = "Code"\n{files}[items]\nons4_hapy = "Happy"\nown_wash = "Wash"\n'
    (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
    command = ["import", "before.csv", "after.csv", "--map", "map.toml", "-o"]
    assert main([*command, "elsewhere.csv"]) == 0  # of no pilot, so of no measures
    assert "is not a column" not in capsys.readouterr().out
    assert main([*command, str(folder / "survey.csv")]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "is not a column" in line]
    assert [line.partition("column ")[2].partition(":")[0] for line in told] == ["ons4_hapy", "own_wash"]
    assert main(["check", str(folder)]) == 1
    checked = capsys.readouterr().out
    assert all(f"\n  {line}\n" in checked for line in told)


def test_an_export_is_never_overwritten(tmp_path):
    export = written(tmp_path, "export.csv", (EXPORTS / "csv" / "export.csv").read_bytes())
    with pytest.raises(DataError, match="is one of the files to be read"):
        import_command([export], EXPORTS / "csv" / "map.toml", None, export, overwrite=True)


def test_a_failed_write_leaves_the_old_survey_and_nothing_else(tmp_path, monkeypatch):
    output = written(tmp_path, "survey.csv", "old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_survey(pd.DataFrame({"respondent": ["A"]}), output, overwrite=True)
    assert output.read_text() == "old"
    assert list(tmp_path.iterdir()) == [output]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(DataError, match=r"s\.csv: its folder is not there"):
        write_survey(pd.DataFrame({"respondent": ["A"]}), tmp_path / "none" / "s.csv")


# --- the real exports ---------------------------------------------------------------------------------------------

UCLA3 = """
unfinished = "keep"
respondent = "ResponseId"
date = "StartDate"
missing = ["NA"]
{date_format}
[items]
ucla3_companionship = {{before = "Q13_1", during = "Q39_1"}}
ucla3_left_out = {{before = "Q13_2", during = "Q39_2"}}
ucla3_isolated = {{before = "Q13_3", during = "Q39_3"}}
"""
SLASHES = 'date_format = "%d/%m/%Y %H:%M"'
DJG11 = (
    'unfinished = "keep"\nrespondent = "ResponseId"\nmissing = ["NA"]\n[items]\n'
    + "".join(f'djg11_item{n} = {{before = "Q50_{n}", during = "Q34_{n}"}}\n' for n in range(1, 12))
    # The export codes 1 yes, 2 more or less, 3 no; the instrument counts from no.
    + '[labels.djg11]\n"1" = 3\n"2" = 2\n"3" = 1\n'
)
UCLA3_ITEMS = ["ucla3_companionship", "ucla3_left_out", "ucla3_isolated"]
SOCIAL = {1, 4, 7, 8, 11}  # the positively worded items; de Jong Gierveld and van Tilburg's manual


def study(folder: Path, tmp_path: Path, number: int, mapping: str) -> pd.DataFrame:
    """A real export's survey, read back from the file that the command wrote."""
    export = folder / "lockdown-loneliness" / f"study-{number}-qualtrics-export.csv"
    import_command([export], written(tmp_path, "map.toml", mapping), None, tmp_path / "survey.csv")
    with (tmp_path / "survey.csv").open(encoding="utf-8", newline="") as stream:
        survey = pd.DataFrame(list(csv.DictReader(stream)))
    return survey.set_index(["respondent", "wave"])


def authors_items(folder: Path, name: str) -> pd.DataFrame:
    """The authors' scores: one row per respondent and period, one column per item number."""
    table = pd.read_csv(folder / "lockdown-loneliness" / name)
    wide = table.pivot(index=["response_id", "lockdown_period"], columns="item", values="score")
    return wide.rename_axis(["respondent", "wave"])


@pytest.mark.real_data
@pytest.mark.parametrize(("number", "asked", "kept", "date"), [(1, 571, 220, SLASHES), (2, 209, 76, "")])
def test_real_ucla3_items_are_those_of_the_authors(number, asked, kept, date, shared_data, tmp_path):
    survey = study(shared_data, tmp_path, number, UCLA3.format(date_format=date))
    theirs = authors_items(shared_data, f"study-{number}-ucla3-items.csv")
    # Everybody asked is imported at both waves; the authors' exclusions are made afterwards, by their list of ids.
    assert len(survey) == 2 * asked
    assert len(theirs) == 2 * kept
    ours = survey.loc[theirs.index, UCLA3_ITEMS].replace("", None).astype(float)
    np.testing.assert_array_equal(ours, theirs[[1, 2, 3]])  # a missing answer equals a missing answer
    assert survey["date"].str.fullmatch(r"2020-\d\d-\d\d").all()


@pytest.mark.real_data
def test_real_djg11_answers_score_as_the_authors_scored_them(shared_data, tmp_path):
    survey = study(shared_data, tmp_path, 2, DJG11)
    theirs = authors_items(shared_data, "study-2-djg11-items.csv")
    assert len(theirs) == 2 * 76
    instrument = load_instrument("djg11")
    levels = survey.loc[theirs.index, list(instrument.columns)].astype(float)
    for item in range(1, 12):  # by the manual, without the instrument: lonely is "more or less" and …
        lonely = levels[f"djg11_item{item}"].isin([1, 2] if item in SOCIAL else [2, 3])
        assert (lonely == (theirs[item] == 1)).all(), item
    assert (instrument.score(levels) == theirs.sum(axis="columns")).all()


@pytest.mark.real_data
def test_a_real_export_is_refused_until_its_missing_code_and_date_order_are_declared(shared_data, tmp_path):
    with pytest.raises(DataError) as caught:
        study(shared_data, tmp_path, 1, UCLA3.format(date_format="").replace('missing = ["NA"]', ""))
    told = [str(problem) for problem in caught.value.problems]
    assert sum('column Q13_1: is not allowed: "NA"' in problem for problem in told) == 182
    assert sum("column StartDate: is not allowed" in problem for problem in told) == 571
    assert not any("R_" in problem for problem in told)
