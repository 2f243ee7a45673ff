"""Names and respondents' codes are known however they are written, and ordinary text is left alone."""

from __future__ import annotations

import csv
import itertools
import json
import re
import string
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import html5lib
import pandas as pd
import pytest
from builders.made_pages import Made

from atpilots.files.problems import DataError
from atpilots.files.project_folders import CHECKOUT
from atpilots.privacy.identifiers import A_CODE, A_NAME, A_NUMBER, DirectIdentifiers
from atpilots.privacy.names_as_said import private_names
from atpilots.privacy.scanner import people_in
from atpilots.privacy.text import LOOK_ALIKES, comparable_form, mixes_alphabets, visible_form, words

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u180f\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2063"
    "\u2066\u2069\u206f\u2800\u3164\ufe00\ufe0f\ufeff\uffa0\ufff0\ufff8\U0001bca0\U0001d173\U000e0001\U000e0061"
    "\U000e0100\U000e01ef\U000e0fff\u20dd\x07"
)
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
SPACES = " \t\n\u00a0\u1680\u2000\u2009\u200a\u2028\u202f\u205f\u3000"
APOSTROPHES = "'’‘ʼ`´＇"
DOTS = ".·•∙⋅‧。．"
NUMBERS = [*map(str, range(1000)), *(f"{number:03}" for number in range(100))]
LETTERS = [*string.ascii_lowercase, *map("".join, itertools.product(string.ascii_lowercase, repeat=2))]
MIXED = [a + b for a, b in itertools.product(string.ascii_lowercase, string.digits)]
SHORT = frozenset([*NUMBERS, *LETTERS])
PAIRS = frozenset([*MIXED, *(pair[::-1] for pair in MIXED)])


def told(text: str, names: tuple[str, ...] = (), codes: tuple[str, ...] = ()) -> list[str]:
    return list(DirectIdentifiers(frozenset(names), pd.Index(codes, dtype="str")).found_in(text))


# A text as a reader sees it


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda sign: f"{ord(sign):04x}")
def test_nothing_invisible_is_read(sign: str) -> None:
    assert visible_form(f"Do{sign}ris") == "Doris"
    assert told(f"Do{sign}ris sang", names=("Doris",)) == [A_NAME]
    assert told(f"GR{sign}104 sang", codes=("GR104",)) == [A_CODE]


@pytest.mark.parametrize(("signs", "seen"), [(DASHES, "-"), (SPACES, " "), (APOSTROPHES, "'"), (DOTS, ".")])
def test_signs_that_look_alike_are_one(signs: str, seen: str) -> None:
    assert {visible_form(f"a{sign}b") for sign in signs} == {f"a{seen}b"}


def test_digits_of_every_writing_are_digits() -> None:
    assert visible_form("٣ ३ ３ ³ ③ 𝟛 3") == "3 3 3 3 3 3 3"
    assert visible_form("1⁄2 ½") == "1/2 1/2"


def test_capitals_and_accents_stay_where_they_tell() -> None:
    assert visible_form("  Mrs\u00a0Dóris  ŵŷ ") == "Mrs Dóris ŵŷ"


@pytest.mark.parametrize(
    "text",
    ["Dóris", "Do\u0301ris", "DORIS", "ＤＯＲＩＳ", "Đoris", "ᴅᴏʀɪs", "𝐃𝐨𝐫𝐢𝐬", "🅳🅾🆁🅸🆂", "🄳🄾🅁🄸🅂", "🇩🇴🇷🇮🇸", "Dorıs",
     "Dør\u0336is"],
)  # fmt: skip
def test_accents_and_shapes_of_a_letter_are_folded(text: str) -> None:
    assert words(text) == ("doris",)
    assert told(f"said {text}.", names=("doris",)) == [A_NAME]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Łukasz Żak", "LUKASZ ZAK"), ("Lukasz Zak", "Łukasz Żak"), ("Sæbjørn", "Saebjorn"), ("Bœuf", "boeuf"),
        ("Groß", "GROSS"), ("İpek Işık", "ipek isik"), ("Ŵyn", "Wyn"), ("Άννα", "ΑΝΝΑ"), ("Ёлкин", "елкин"),
    ],
)  # fmt: skip
def test_names_in_letters_of_many_languages_are_known(name: str, text: str) -> None:
    assert told(f"said {text}.", names=(name,)) == [A_NAME]


@pytest.mark.parametrize(
    ("name", "text"),
    [("Anna", "ΑΝΝΑ"), ("Patom", "РАТОМ"), ("Copa", "Сора"), ("Nona", "ΝΟΝΑ"), ("Zeta", "ΖΕΤΑ"), ("Seba", "ЅЕВА"),
     ("Osu", "օտս")],
)  # fmt: skip
def test_a_name_in_look_alike_letters_from_end_to_end_is_known(name: str, text: str) -> None:
    assert not mixes_alphabets(text)
    assert told(f"said {text}.", names=(name,)) == [A_NAME]


def test_a_code_in_look_alike_letters_is_known() -> None:
    assert told("(РС104)", codes=("PC104",)) == [A_CODE]


def test_every_look_alike_is_a_small_letter_of_another_shape_or_alphabet() -> None:
    assert len(LOOK_ALIKES) >= 60
    for sign, latin in LOOK_ALIKES.items():
        assert sign == sign.casefold()
        assert not sign.isascii()
        assert unicodedata.normalize("NFKD", sign) == sign
        assert latin.isascii()
        assert comparable_form(sign) == latin


@pytest.mark.parametrize(("text", "read"), [("রুমা", "রমা"), ("किरण", "करण")])
def test_vowel_signs_are_part_of_a_word(text: str, read: str) -> None:
    """Bengali and Hindi: another vowel is another name."""
    assert words(f"{text} {read}") == tuple(unicodedata.normalize("NFKD", name) for name in (text, read))
    assert told(text, names=(text,)) == [A_NAME]
    assert told(text, names=(read,)) == []


@pytest.mark.parametrize(
    "text", ["Dоris", "Мrs Smith", "ΑNNA", "βeta", "ᎠORIS", "pаss", "GRА104", "Ａnnа", "Do\u200bгis"]
)
def test_a_word_in_two_alphabets_is_seen(text: str) -> None:
    assert mixes_alphabets(f"It was {text}, they said.")


@pytest.mark.parametrize(
    "text",
    ["Ŵyn o Lŷn", "Łódź, Kraków, żółw", "Işık İstanbul ığdır", "Ελένη και Νίκος", "Дорис и Ёлка", "রুমা আলেক্সা",
     "Alexaকে বলি", "我用Alexa", "Alexa가", "Echo (Эхо)", "Ελένη-Maria", "ŵŷ İı 🎉", "5 µ",
     "Zoe\u0308", "naïve café", "ﬁne"],
)  # fmt: skip
def test_words_of_one_alphabet_are_fine(text: str) -> None:
    assert not mixes_alphabets(text)


# Names


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Doris Archer", "doris archer"), ("Doris Archer", "Doris-Archer"), ("Doris Archer", "doris_archer"),
        ("Doris Archer", "dorisarcher"), ("Doris Archer", "Doris | Archer"), ("Doris Archer", "DORIS\u00a0ARCHER's"),
        ("Anne-Marie", "Anne\u2011Marie"), ("Anne-Marie", "Anne Marie"), ("Anne-Marie", "annemarie"),
        ("O'Brien", "Mrs O’Brien"), ("O'Brien", "OBrien"), ("O Brien", "o'brien"), ("zoe\u0308 price", "Zoë Price"),
        ("Doris", "D o r i s"), ("Doris", "D.o.r.i.s."), ("Doris", "d-o-r-i-s"), ("Doris", "D_o_r_i_s"),
        ("Doris", "a D o r i s"), ("Doris", "D  . o . r . i . s"), ("Zoë Au", "Z o ë A u"), ("Jo", "Jo's"),
        ("Jo", "(Jo)"),
    ],
)  # fmt: skip
def test_a_name_is_known_however_it_is_written(name: str, text: str) -> None:
    assert told(f"Then {text} sang.", names=(name,)) == [A_NAME]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ann", "annual"), ("Ann", "Joann"), ("Asif", "as if"), ("Hu Man", "a human voice"), ("Mo Use", "mouse"),
        ("Ann Lee", "Ann and Lee"), ("Zoe", "z o e"), ("Doris", "D o r i"), ("Doris", "Do ris"),
        ("Abcd", "a b, c1 d"), ("Doris", "do r i s"), ("—", "a dash — here"), ("Anna", "ahha"),
    ],
)  # fmt: skip
def test_other_words_are_no_names(name: str, text: str) -> None:
    assert told(f"Then {text}.", names=(name,)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Doris Okonkwo", "Okonkwo Doris"), ("Doris Okonkwo", "OKONKWO, Doris"), ("Doris Okonkwo", "okonkwodoris"),
        ("Doris Okonkwo", "D. Okonkwo"), ("Doris Okonkwo", "D Okonkwo"), ("Doris Okonkwo", "D.Okonkwo"),
        ("Doris Okonkwo", "d okonkwo"), ("Doris Okonkwo", "D. M. Okonkwo"), ("Doris Okonkwo", "D.M. Okonkwo"),
        ("Doris Okonkwo", "Mrs Okonkwo"), ("Doris Okonkwo", "DR. OKONKWO"), ("Doris Okonkwo", "Doris M. Okonkwo"),
        ("Doris Okonkwo", "Doris M Okonkwo"), ("Doris Mary Okonkwo", "Mrs D. Okonkwo"), ("Ann Lee", "Lee Ann"),
        ("Élise Öz", "E. Oz"), ("Ann Smith-Jones", "A. Smith Jones"), ("Anna Bell", "A. Bell"),
        ("Anna Bell", "A Bell"), ("Ivy Price", "I. Price"),
        ("Mrs Ethel Moor", "Ethel Moor"), ("Mrs. Ethel Moor", "Ethel Moor"), ("Doctor Ethel Moor", "ethel-moor"),
        ("Rev Dr Ethel Moor", "Ethel Moor"), ("Sir Ethel Moor", "Moor, Ethel"), ("Miss Ethel Moor", "E. Moor"),
        ("Mx Ethel Moor", "Dr Moor"), ("Mrs Okonkwo", "Okonkwo"), ("Mrs Okonkwo", "Miss Okonkwo"),
        ("Mrs Okonkwo", "OKONKWO"), ("Mrs O'Brien", "O’Brien"), ("Ms Day", "Mrs Day"), ("Mrs Öz-Ünal", "Öz-Ünal"),
        ("Ethel J. Moor", "Ethel Moor"), ("Ethel J. Moor", "Ethel J Moor"), ("Ethel J Moor", "Moor, Ethel J."),
        ("Ethel J. Moor", "Moor Ethel"), ("Ethel J.K. Moor", "Ethel Moor"), ("Ms Ethel J. Moor", "E. Moor"),
    ],
)  # fmt: skip
def test_a_name_is_known_in_the_ways_that_offices_write_it(name: str, text: str) -> None:
    assert told(f"Then {text} sang.", names=(name,)) == [A_NAME]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna Bell", "I heard a bell"), ("Anna Bell", "Is it a Bell telephone?"), ("Ivy Price", "then I price it"),
        ("Sarah Price", "Alexa's price rose"), ("Tom Price", "I don't price it"), ("Dora Price", "what I’d price it"),
        ("Mrs Day", "every Day"), ("Mrs Bell", "a bell rang"), ("Mrs Bell", "Annabell"),
        ("Mr Au", "an au pair"), ("Ann Day", "Ann had a day off"), ("Ann Day", "day by day"),
        ("May Day", "May I. Today"), ("Ethel J. Moor", "Ethel, J and Moor"), ("Ethel Moor", "the moor of Ethel"),
        ("Doris Okonkwo", "E. Okonkwo"), ("Doris Okonkwo", "Okonkwo"), ("Doris Okonkwo", "Doris"),
        ("Sir", "yes sir, no"), ("Grace Price", "Grace’s own price"), ("Tom Day", "Group T | Day 3"),
    ],
)  # fmt: skip
def test_titles_initials_and_surnames_make_no_false_alarm(name: str, text: str) -> None:
    assert told(f"Then {text}.", names=(name,)) == ([A_NAME] if name == "Sir" else [])


@pytest.mark.parametrize(
    "line",
    ["Okonkwo, Doris", "Doris, Ethel, Rose", "Doris;Ethel", "Doris\tMoor", "Doris | Ethel", "name,code",
     "Ethel Moor QX101", "1 Doris", "Doris \u0663", "Doris/Ethel", "Doris & Ethel", "Doris and Ethel",
     "Ethel (Etty) Moor", "Ethel “Etty” Moor", "Ethel: QX"],
)  # fmt: skip
def test_a_line_that_is_no_name_as_it_is_said_is_refused_by_its_row(tmp_path: Path, line: str) -> None:
    (tmp_path / "names.txt").write_text(f"Rose Archer\n\n{line}\nO'Brien\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        private_names(tmp_path)
    what = (
        "is no name as it is said; allowed: one name a line, as it is said: first name, then surname; no comma, no "
        "number, no other sign"
    )
    assert [str(problem) for problem in caught.value.problems] == [
        f"names.txt, row 3: {what}", f"names.txt, row 5: {what}",
    ]  # fmt: skip


def test_names_are_read_a_line_each(tmp_path: Path) -> None:
    assert private_names(tmp_path) == frozenset()
    (tmp_path / "names.txt").write_bytes("\ufeffMrs  Canary \n\n \nZoë\r\n".encode())
    assert private_names(tmp_path) == {"Mrs Canary", "Zoë"}


def a_document(folder: Path) -> bytes:
    """The kind of file that .docx and .xlsx are, of ASCII signs throughout."""
    with zipfile.ZipFile(folder / "packed", "w") as packed:
        packed.writestr(zipfile.ZipInfo("a.xml"), "Doris Moor")
    return (folder / "packed").read_bytes()


@pytest.mark.parametrize("kind", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1", "a document"])
def test_names_that_are_no_utf8_text_are_told_so_that_their_owner_can_mend_it(tmp_path: Path, kind: str) -> None:
    line = "Zoë Moor\r\n" if kind == "latin-1" else "Doris Moor\r\n"
    content = a_document(tmp_path) if kind == "a document" else line.encode(kind)
    (tmp_path / "names.txt").write_bytes(content)
    with pytest.raises(DataError) as caught:
        private_names(tmp_path)
    assert [str(problem) for problem in caught.value.problems] == [
        "names.txt: is not UTF-8 text; in a text editor, save it with the encoding UTF-8; out of a spreadsheet or "
        "document, copy the names into a new text file"
    ]


# Codes


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("gr100", "see GR100/GR101"), ("gr102", "GR102-GR103"), ("gr#104", "it was GR#104."), ("a;b1", "(A;B1)"),
        ("gr104", "GR104_x"), ("gr104", "GR104.GR105"), ("gr 104", "GR\u00a0104"), ("gr104", "GR\u00ad104"),
        ("+447700900123", "+447700900123"), ("x(1)", "x(1)"), ("gr104", "GR-104"), ("gr104", "pilot-gr-104-b"),
        ("gr104", "gr_104"), ("gr104", "GR 104"), ("gr104", "gr 104 b"),
        ("lb003", "LB3"), ("lb-003", "lb 3"), ("gr104", "gr:104"), ("gr104", "GR.104"), ("gr104", "gr/104"),
        ("gr104", "GR(104)"), ("gr104", "G R 1 0 4 said"), ("gr104", "the gr104s"), ("GR-104", "gr104"),
        ("GR 104", "GR-104"), ("patient 007", "patient_007"), ("1-01", "(1-01)"),
        ("12345", "12345."), ("p1", "P1 sang"), ("7b", "(7B)"),
        ("p-1", "P1"), ("abc", "ABC"), ("a-b", "A-B"), ("ÄB7", "ab7"), ("রুমা", "রুমা"),
    ],
)  # fmt: skip
def test_a_code_is_known_however_it_is_joined_or_written(code: str, text: str) -> None:
    assert told(text, codes=(code,)) == [A_CODE]


@pytest.mark.parametrize("text", ["P1-P4", "P4_P1", "p1-p4-p7"])
def test_a_row_of_pairs_is_known(text: str) -> None:
    assert told(text, codes=("P1", "P4", "P7")) == [A_CODE]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("gr10", "GR104"), ("gr10", "GR104.5"), ("ann", "annual"), ("104", "2104"), ("5d", "EQ-5D-3L"),
        ("v3", "v3.0"), ("p1", "xp1"), ("to100", "0 to 100"), ("a100", "A 100-point scale"), ("a100", "a 100"),
        ("1234", "1234"), ("ab", "ab"), ("a-b", "ab"), ("as-if", "as if"), ("1-01", "1-011"),
        ("10150", "101-50"), ("#", "# 1"), ("p1", "P1-based"), ("5a", "5-a-day"), ("x(1)", "x(1)2"),
    ],
)  # fmt: skip
def test_another_word_is_no_code(code: str, text: str) -> None:
    assert told(text, codes=(code,)) == []


@pytest.mark.parametrize(
    "text",
    [
        "respondent 7", "Respondent #7", "participant no. 7", "Resident No 7", "resident number 7", "person nr. 7",
        "patient (7)", "client: 7", "tenant “7” said", "participant 007", "volunteer=7", "user 7's", "subject-7",
        "interviewee 7.", "carer 7, too", "Resident7", "P7", "(R7)", "ID 7", "id7", "ids: 7", "identifier 7",
        "code ab", "Code: AB", "the code is ab", "codes are 7", "pseudonym AB", "resident’s code: 7", "Resident AB",
        "RESIDENT AB", "resident no. ab", "residents 7 and 12", "Participants 7, 12 and ab", "clients nos. 7 & 12",
        "residents 7, and 12", "respondent \u0667", "respondent\u00a07", "resp\u00adondent 7",
    ],
)  # fmt: skip
def test_a_number_or_short_code_is_known_by_what_stands_before_it(text: str) -> None:
    assert told(f"Then {text} sang", codes=("7", "12", "ab")) == [A_NUMBER]


@pytest.mark.parametrize(
    "text",
    [
        "7 residents", "aged 7 to 12", "residents 12 and over", "residents: 7 in all", "resident ab",
        "each resident is 8", "resident 7.5", "resident 7,500", "resident 2021", "respondent | 7", "people 7",
        "codes of ab", "the code, ab", "postcode ab", "no. 7", "number 7", "MP7", "residents and 7",
        "ab 7", "resident no longer 7",
    ],
)  # fmt: skip
def test_numbers_and_short_words_elsewhere_are_fine(text: str) -> None:
    assert told(f"Then {text} opened", codes=("7", "12", "ab")) == []


@pytest.mark.parametrize(
    "text",
    [
        "for participants 7 days a week", "each participant 7 days a week", "each participant 7\u00a0days",
        "a user 12%", "residents 7 and 12 weeks after", "participants 7, 7 and 12 months on", "a resident 7 miles away",
        "each client 12 times", "patients 7 or 12 years ill", "per person 7 hours", "a client 24/7", "in week 7",
        "Zone 7", "12 weeks", "person 12 per cent",
    ],
)  # fmt: skip
def test_numbers_of_days_and_the_like_are_nobodys(text: str) -> None:
    assert told(f"Then {text} it rang", codes=("7", "12", "24")) == []


@pytest.mark.parametrize(
    "text",
    [
        "participant 7, 12 weeks on,", "participants 7 and 12", "participants 7, 12 and 24", "resident 7’s days",
        "resident 7 in week 12", "resident no. 7 days after", "resident 7 daydreams", "clients 7 & 12 yearly",
        "resident 7 at 24/7", "resident 7 time and again",
    ],
)  # fmt: skip
def test_numbers_beside_days_and_the_like_are_somebodys(text: str) -> None:
    assert told(f"Then {text} it rang", codes=("7", "12", "24")) == [A_NUMBER]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Zone A1/B2", False), ("Zone A1", False), ("zones A1 and B2", False), ("Area A1-B2", False),
        ("ZONE\u00a0A1, B2", False), ("Zone A1: P4", True), ("Zone A1 (P4)", True), ("A1/B2", True), ("A1", True),
        ("in a zone, A1", True), ("Room B2", True), ("Zone GR104", True), ("Zone A1b", False), ("ozone A1", True),
        ("Zone A1 with B2", True),
    ],
)  # fmt: skip
def test_a_zone_is_nobodys_code(text: str, known: bool) -> None:
    assert told(f"Then {text} sang", codes=("a1", "b2", "p4", "gr104")) == ([A_CODE] if known else [])


def test_a_code_that_begins_with_zone_is_known() -> None:
    assert told("Then Zone A1 sang", codes=("zone a1",)) == [A_CODE]


@pytest.mark.parametrize(
    "text", ["each resident is", "the code of", "by the person's code in it", "user id to", "resident no on"]
)
def test_ordinary_words_that_are_somebodys_code_are_fine(text: str) -> None:
    assert told(f"and {text} them", codes=("is", "of", "in", "to", "on")) == []
    assert told(f"and {text.upper()} THEM", codes=("is", "of", "in", "to", "on")) == [A_NUMBER]


# No false alarms


@pytest.fixture(scope="module")
def told_by_us(pages: Mapping[str, Made]) -> dict[str, str]:
    """All texts of every made page and of every manifest, and the 120 cases; pieces parted by " | "."""
    texts = {}
    for name, made in pages.items():
        tree = html5lib.parse(made.html.partition("</style>")[2], treebuilder="etree", namespaceHTMLElements=False)
        texts[name] = " | ".join(text for text in tree.itertext() if text.strip())
        texts[f"{name}, alternatives"] = " | ".join(image.get("alt", "") for image in tree.iter("img"))
        if made.path.with_suffix(".json").exists():
            manifest = json.loads(made.path.with_suffix(".json").read_text(encoding="utf-8"))
            texts[f"{name}.json"] = json.dumps(manifest, ensure_ascii=False).replace('"', " | ").replace("\\n", " | ")
    with (CHECKOUT / "data" / "case_studies.csv").open(encoding="utf-8") as stream:
        texts["cases"] = " | ".join(cell for row in csv.DictReader(stream) for cell in row.values())
    return texts


@pytest.mark.slow
def test_no_sentence_of_ours_tells_a_number_or_short_code_of_anybody(told_by_us: dict[str, str]) -> None:
    """Whatever number, or code of a letter or two, a respondent has: every one of them at once."""
    for name, text in told_by_us.items():
        assert told(text, codes=tuple(SHORT)) == [], name
        assert told(f"{text} | respondent 7", codes=tuple(SHORT)) == [A_NUMBER], name


@pytest.mark.slow
@pytest.mark.parametrize("lead", ["9", "49"])
def test_the_counts_of_a_large_pilot_are_not_taken_for_its_codes(told_by_us: dict[str, str], lead: str) -> None:
    """Where 26 answered both times here, 926 or 4926 do in a larger pilot, and somebody has that number."""
    codes = tuple(f"{lead}{number:02}" for number in range(100))
    for name, text in told_by_us.items():
        if not name.startswith("case"):
            many = re.sub(r"(?<![\w.,−+/-])(?<!aged )(?<!over )(?<!to )(?=\d\d(?![\w.,/-]))", lead, text)
            assert told(many, codes=codes) == [], name
            assert told(f"{many} | {lead}26 told us so", codes=codes) == [A_NUMBER], name


@pytest.mark.slow
def test_no_sentence_of_ours_holds_a_code_of_a_letter_and_a_digit(told_by_us: dict[str, str]) -> None:
    """The cases speak of 5G and of £9m; a pilot's page shows only a few of them."""
    for name, text in told_by_us.items():
        assert told(f"{text} | (P7)", codes=tuple(PAIRS)) == [A_CODE], name
        if name not in {"cases", "case-studies"}:
            assert told(text, codes=tuple(PAIRS)) == [], name


@pytest.mark.slow
def test_no_text_of_ours_has_letters_standing_alone_or_words_in_two_alphabets(told_by_us: dict[str, str]) -> None:
    alone = re.compile(r"(?:(?<![^\W_])[^\W\d_](?![^\W_])[\W_]*){4}")
    assert alone.search("in D o r i s")
    for name, text in told_by_us.items():
        assert alone.search(text) is None, name
        assert not mixes_alphabets(text), name


@pytest.mark.parametrize(("name", "known"), [("Anna Bell", True), ("Ann Bell", False)])
def test_two_names_without_a_space_are_known_from_eight_letters_on(name: str, known: bool) -> None:
    assert DirectIdentifiers(frozenset({name})).holds_name(f"I am {name.replace(' ', '').lower()}.") is known


@pytest.mark.parametrize("text", ["+0.014 (−0.070 to +0.099)", "+1.014 (−0.070 to +2.099)", "+12.3 (+0.123 to +24.6)"])
def test_a_change_with_its_interval_is_no_telephone_number(text: str) -> None:
    assert people_in(text) == ()
    assert people_in(f"{text}, +44.20.7946.0958")
