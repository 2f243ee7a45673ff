"""Whose words may be shown (R-QUO-01 to 07): by default nobody's."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from builders.bundled import bundled
from builders.folders import happy_rows, write_pilot

from atpilots.cli import main
from atpilots.files.problems import DataError
from atpilots.ledger.recalls import releases_of
from atpilots.ledger.release import release_of
from atpilots.ledger.store import Ledger
from atpilots.pilots.loading import load_pilot
from atpilots.pilots.quotes import COLUMNS, read_quotes, shown_quotes
from atpilots.privacy.scanner import is_nhs_number, scan
from atpilots.report.opening import open_report

GOOD = {
    "respondent": "P03", "quote": "I talk to it every morning.", "tone": "positive", "consent_public": "yes",
    "consent_date": "2026-01-05", "consent_version": "2", "withdrawn": "no", "author": "AB", "reviewer_1": "CD",
    "reviewer_2": "EF", "next_review": "2099-01-01",
}  # fmt: skip


def a_pilot(root: Path, *quotes: dict[str, str], people: int = 25) -> Path:
    before = {f"P{i:02d}": str(3 + i % 5) for i in range(people)}
    after = {f"P{i:02d}": str(4 + (i * 3) % 6) for i in range(people)}
    folder = write_pilot(root / "data" / "pilots" / "spoken", happy_rows(before, after))
    with (folder / "quotes.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(quotes)
    return folder


def refusals(root: Path, **change: str) -> tuple[str, ...]:
    (quote,) = read_quotes(load_pilot(a_pilot(root, GOOD | change)))
    return quote.refusals


def test_a_quote_with_everything_is_shown_without_its_author(tmp_path: Path) -> None:
    report = open_report(a_pilot(tmp_path, GOOD))
    assert report.quotes().text() == "“I talk to it every morning.”"
    assert report.quotes().rules == ("R-QUO-01", "R-QUO-02", "R-QUO-03", "R-QUO-04", "R-QUO-05")


def test_no_file_is_no_quote() -> None:
    assert bundled("greenwich").quotes().pieces == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"consent_public": ""}, "no consent to publish"),
        ({"consent_public": "maybe"}, "no consent to publish"),
        ({"consent_date": "5 January"}, "consent without a date or a version"),
        ({"consent_date": "2026-W01-1"}, "consent without a date or a version"),
        ({"consent_date": "20260105"}, "consent without a date or a version"),
        ({"consent_date": "2026-02-30"}, "consent without a date or a version"),
        ({"consent_date": "2099-01-01"}, "consent with a date that is still to come"),
        ({"consent_version": ""}, "consent without a date or a version"),
        ({"withdrawn": "yes"}, "withdrawn, or not said"),
        ({"withdrawn": ""}, "withdrawn, or not said"),
        ({"next_review": ""}, "no date for the next review"),
        ({"next_review": "20990101"}, "no date for the next review"),
        ({"next_review": "2099-W01-1"}, "no date for the next review"),
        ({"author": "A.B.", "reviewer_1": "AB"}, "not reviewed by two people other than its author"),
        ({"author": "Anna Brown", "reviewer_1": "AB"}, "not reviewed by two people other than its author"),
        ({"author": "Anna Brown"}, "not reviewed by two people other than its author"),
        ({"author": "A"}, "not reviewed by two people other than its author"),
        ({"author": "cd"}, "not reviewed by two people other than its author"),
        ({"reviewer_2": ""}, "not reviewed by two people other than its author"),
        ({"reviewer_2": "CD"}, "not reviewed by two people other than its author"),
        ({"reviewer_2": "E"}, "not reviewed by two people other than its author"),
        ({"reviewer_2": "EFGHI"}, "not reviewed by two people other than its author"),
        ({"reviewer_2": "ab"}, "not reviewed by two people other than its author"),
        ({"author": ""}, "not reviewed by two people other than its author"),
        ({"tone": ""}, "tone is not positive, neutral or negative"),
        ({"respondent": "P99"}, "not of a respondent who is in the pilot"),
        ({"quote": "P07 told me so."}, "holds a respondent's code"),
        ({"quote": "P\uff10\uff17 told me so."}, "holds a respondent's code"),
        ({"quote": "P-07 told me so."}, "holds a respondent's code"),
        ({"quote": "\u042007 told me so."}, "holds a respondent's code"),
        ({"quote": "Dеar me."}, "holds a word in letters of two alphabets"),
        *(
            ({"quote": f"It is{sign}good."}, "holds a line break or another character that cannot be printed")
            for sign in ("\u202e", "\u2066", "\u200f", "\x07", "\n", "\u00a0", "\u200b")
        ),
    ],
)
def test_whatever_is_missing_is_a_no(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    assert refusals(tmp_path, **change) == (reason,)


@pytest.mark.parametrize(("code", "refused"), [("an", False), ("ran", True), ("ra", False), ("a", False)])
def test_a_code_of_two_letters_is_no_hit_in_a_word(tmp_path: Path, code: str, refused: bool) -> None:
    folder = write_pilot(tmp_path / "short", happy_rows({code: "5"}, {code: "6"}))
    (folder / "quotes.csv").write_text(
        "\n".join(",".join(row) for row in (COLUMNS, (GOOD | {"respondent": code, "quote": "I ran it."}).values())),
        "utf-8",
    )
    (quote,) = read_quotes(load_pilot(folder))
    assert quote.refusals == (("holds a respondent's code",) if refused else ())


def test_a_quote_tells_no_number_and_nobody_who_withdrew(tmp_path: Path) -> None:
    said = {"P24": "As P24 said.", "7": "As resident 7 said.", "P25": "I have 7 cats."}
    folder = write_pilot(tmp_path / "told", happy_rows(dict.fromkeys(said, "5"), dict.fromkeys(said, "6")))
    (folder / "withdrawn.csv").write_text("respondent,date\nP24,2026-01-01\n", encoding="utf-8")
    with (folder / "quotes.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(GOOD | {"respondent": "P25", "quote": text} for text in said.values())
    assert [quote.refusals for quote in read_quotes(load_pilot(folder))] == [
        ("holds a respondent's code",), ("holds a person by number or short code",), (),
    ]  # fmt: skip


def test_a_column_less_is_an_error(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path, GOOD)
    (folder / "quotes.csv").write_text("respondent,quote\nP03,Hello\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"row 1, columns tone, consent_public, .*: is not there"):
        read_quotes(load_pilot(folder))


@pytest.mark.parametrize(("day", "due"), [("1767225600", False), ("1767312000", True)])  # 1 and 2 January 2026
def test_a_quote_due_for_review_stops_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, due: bool
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
    pilot = load_pilot(a_pilot(tmp_path, GOOD | {"consent_date": "2025-12-30", "next_review": "2026-01-01"}))
    if not due:
        assert len(read_quotes(pilot)) == 1
        return
    with pytest.raises(DataError, match=r"quotes.csv, row 2, column next_review: is due for its review"):
        read_quotes(pilot)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Ring me on 07700 900123", "a telephone number"),
        ("Ring +44 20 7946 0958", "a telephone number"),
        ("(020) 7946 0958 is mine", "a telephone number"),
        ("Ring +12345 6789", "a telephone number"),
        ("Ring 0044 (0)20-7946.0958", "a telephone number"),
        ("I live at SE10 9GB now", "a postcode"),
        ("at sw1a1aa", "a postcode"),
        ("write to jo.smith@example.org", "an e-mail address"),
        ("write to jo (at) example.org", "an e-mail address"),
        ("see www.myblog.net/jo", "a web address"),
        ("my number is 943 476 5919", "an NHS number"),
        ("born 04/11/1941", "a date of birth"),
        ("born on 4th November", "a date of birth"),
        ("as Mrs Patel says", "a title with a name"),
        ("near Plumstead Road", "the name of a place"),
        ("in Anchor House", "the name of a place"),
    ],
)
def test_the_scanner_finds(text: str, what: str) -> None:
    assert what in scan(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Ring 07700\u00a0900\u00a0123", "a telephone number"),
        ("Ring 07700\u2013900\u2013123", "a telephone number"),
        ("Ring 07700  900   123", "a telephone number"),
        ("Ring 07700\u200b900123", "a telephone number"),
        ("Ring 07700\ufe0f900\u034f123", "a telephone number"),
        ("Ring 07700\n900\t123", "a telephone number"),
        ("Ring 07700·900·123", "a telephone number"),
        ("Ring ०७७००९००१२३", "a telephone number"),
        ("Ring ０７７００ ９００１２３", "a telephone number"),
        ("at SE10  9XX", "a postcode"),
        ("at SE10\u00a09XX", "a postcode"),
        ("at SE10-9XX", "a postcode"),
        ("at SE10 – 9XX", "a postcode"),
        ("at SE10\n9XX", "a postcode"),
        ("at ＳＥ１０ ９ＸＸ", "a postcode"),
        ("at SE\u00ad10\u202e 9XX", "a postcode"),
        ("my number is 943.476.5919", "an NHS number"),
        ("my number is 943  476 – 5919", "an NHS number"),
        ("write to jo＠example．org", "an e-mail address"),
        ("as Mrs\u00a0Patel says", "a title with a name"),
        ("near Plumstead\u2003Road", "the name of a place"),
        ("born 04⁄11⁄1941", "a date of birth"),
        ("dear Marga\u200bret\u00a0Smith", "a private name"),
    ],
)
def test_the_scanner_sees_what_a_reader_sees(text: str, what: str) -> None:
    assert what in scan(text, ["margaret smith"])


@pytest.mark.parametrize(
    "text",
    [
        "I talk to it every morning.",
        "It cost 120 pounds.",
        "I am 80 and love it",
        "In 2021 it was worse",
        "Only 3 of us",
        "up by +0.4 (-0.3 to +1.1)",
    ],
)
def test_the_scanner_leaves_ordinary_words_alone(text: str) -> None:
    assert scan(text) == ()


@pytest.mark.parametrize(
    ("what", "texts"),
    [
        ("a telephone number", [
            "07700,900,123", "07700, 900, 123", "07700/900/123", "07700 / 900 / 123", "07700_900_123",
            "07700:900:123", "07700*900*123", "0770-0900-123", "(07700)/900/123", "01234_567890", "020/7946/0958",
            "7700 900123", "7700900123", "44 7700 900123", "44/7700/900123", "44 20 7946 0958", "O7700 9OO123",
            "o7700 900l23", "07700 9OO 123", "O2O 7946 O958", "O77OO9OOl23", "+44 77OO 900 I23", "07700 900123l",
        ]),
        ("a postcode", [
            "SE10, 9LS", "SE10/9LS", "SE10 / 9LS", "SE10_9LS", "se10:9ls",
        ]),
        ("an NHS number", [
            "943/476/5919", "943_476_5919", "943, 476, 5919", "943:476:5919", "943 476 59l9", "9434765 9I9",
        ]),
        ("an e-mail address", [
            "doris (at) gmail (dot) com", "doris @ gmail . com", "doris[at]gmail[dot]com", "doris at gmail dot com",
            "DORIS (AT) GMAIL (DOT) CO (DOT) UK", "doris {at} gmail.com", "doris at gmail com", "Doris at Gmail Com",
            "doris dot bell at gmail dot com", "doris(at)gmail.com", "doris.bell39 at yahoo co uk", "doris@gmail",
            "doris at hotmail.com", "doris at btinternet com", "doris_bell (at) outlook",
        ]),
        ("a name in a social network", [
            "@doris_h on insta", "@DorisH",
        ]),
        ("a title with a name", [
            "Doctor Patel", "dr patel", "dr. patel", "DR PATEL", "mrs okonkwo", "Mr okonkwo", "MRS OKONKWO",
            "Professor Moor", "Reverend Moor", "Mrs O'Brien", "Dr A. Patel", "Mrs D Moor",
        ]),
        ("a date of birth", [
            "born May 3", "born on May 3rd", "born in May", "born May 1941", "born 1941", "my birthday is in June",
            "DOB 1941", "May 3rd", "May 3, 1941",
        ]),
        ("the name of a place", [
            "Elm Rd", "Elm Ave", "Elm Grove", "Elm Crescent", "St Mary's Church",
        ]),
        ("a street address", [
            "12 Elm Rd", "12 Elm Grove", "12 Elm Road", "12a Elm Drive", "12, Elm Tree Way", "12 elm road", "Flat 4",
        ]),
        ("a web address", [
            "bit.ly/xyz", "t.co/abc", "goo.gl/abc", "example.io", "example dot com",
        ]),
    ],
)  # fmt: skip
def test_the_scanner_finds_whatever_signs_stand_between(what: str, texts: list[str]) -> None:
    assert [text for text in texts if what not in scan(f"It is {text} now.")] == []


@pytest.mark.parametrize(
    "text",
    [
        "I use it 2/3 of the time.",
        "It works 24/7 and/or when I ask.",
        "I was at home, the dot on top was green.",
        "I pressed the dot at the end.",
        "I looked at the dot and it rang.",
        "I met her at lunch. Dot came too.",
        "My dr said it helps.",
        "The dr is happy.",
        "My MS gets worse at night.",
        "I told the mrs about it.",
        "It cost 1,200 or 1,300 pounds.",
        "I scored 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10.",
        "It rang at 0900, 1000, 1100 and 1200.",
        "It rang at 07:00, 08:30, 09:00 and 12:15.",
        "We had 100, 200 and 3000 steps.",
        "I walked 7000 steps, then 900 and 12.",
        "I walked 7,700,900 steps.",
        "My pulse was 120/80 and 130/85.",
        "I take 5/6 tablets, 2/3 times a day.",
        "It is 10/10 for me.",
        "My flat has A1, 2nd floor heating.",
        "It is rated A3, 4th best.",
        "I wait 10 minutes at the bus stop.",
        "I was @ home.",
        "It is Living @home.",
        "It is a 12 month road to get there.",
        "You may 3 times ask again.",
        "I may be 80 but I can.",
        "In March it was cold.",
        "I was born to sing.",
        "It was born of need.",
        "My birthday was lovely.",
        "I was born in London.",
        "On the road 3 people fell.",
        "A 20 mph road is near.",
        "It is a 2 way street of help.",
        "There are 3 busy road crossings.",
        "The doctor said it was fine.",
        "My nurse and my sister help.",
        "We went by the main road to the park.",
        "The sir and the lady laughed.",
        "I use e.g. the radio, i.e. the news.",
        "It is on from 7.30 to 9.15.",
        "Version 2.0 is better than 1.5/1.6.",
        "I gave it 4/5 at first, 5/5 later.",
        "I pay 20p/call.",
        "It costs 5 or 6 pounds/month.",
        "He / she can use it.",
        "Yes/no answers only.",
        "I am 80, live alone and have 2 cats.",
        "3 of us at the club use it.",
        "Group B, 2 days a week.",
        "It said 01, 02, 03, 04, 05 and 06.",
        "In 2019, 2020, 2021 and 2022 I was ill.",
        "One, two at a time. Dot dot dot.",
        "It's a 10 minute drive.",
        "I got up at 6 and at 7.",
        "I read 12 good books.",
        "It is all in my head...and it's fine.",
        "I said no.So it stopped.",
        "At 3 at night I ask the time",
        "I dropped a stitch at the last dot to dot puzzle.",
        "Not bad at all dot to dot",
        "Mr and Mrs were there",
        "I uploaded it to Google Drive",
        "I love my Echo Dot at home.",
        "Echo Dot. Com on, they said.",
        "I talk to it in the morning / evening.",
        "I am on O2 and had 3 or 10 bars.",
        "I drink 2l a day, 10l a week, 100l in all.",
        "It is I 0r 1ll, I 10 I.",
        "I am good at Outlook and at Gmail.",
        "We are at Home with Tech. Sky TV.",
        "We met at live music. Com on!",
        "I laughed at Yahoo news.",
        "My son looked at Sky, then came in.",
        "Amazon Echo Show 8, in Zone 2, for 12 weeks.",
        "Sessions at 10.30 on Tuesdays, in week 3.",
    ],
)
def test_the_scanner_leaves_numbers_slashes_and_dots_of_ordinary_sentences_alone(text: str) -> None:
    assert scan(text) == ()


def test_a_long_row_of_dashes_keeps_nobody_waiting() -> None:
    """Five times the dashes cost about five times the work; looked at from every dash, it was twenty-five times."""

    def work(dashes: int) -> float:
        started = time.process_time()
        assert scan("a-" * dashes) == ()
        return time.process_time() - started

    assert min(work(20_000) for _ in range(3)) < 12 * min(work(4_000) for _ in range(3))


@pytest.mark.parametrize(
    ("text", "found"),
    [("dear márgärét came", True), ("МARGARЕТ", True), ("M a r g a r e t", True), ("z o ë", False), ("ZOE", True),
     ("dear margaret came", True), ("MARGARETS cat", True), ("Margret helps", True), ("margarita pizza", False),
     ("Zoë's phone", True), ("a zoo", False)],
)  # fmt: skip
def test_private_names_are_found_with_one_letter_wrong(text: str, found: bool) -> None:
    assert ("a private name" in scan(text, ["Margaret", "Zoë"])) is found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Anna", "Then Anne rang", False), ("Anna", "Anna rang", True), ("Peter", "Then Pater rang", True),
        ("Grace", "My friend, Grate, rang", True), ("Grace", "I like Grae's voice", True),
        ("Élise", "It is Elize who rang", True), ("Turner", "the Turners", True),
        ("Grace", "It is the best grade", False), ("Grace", "Place it here. Grade it.", False),
        ("Turner", "I turned it on! Turned it off.", False), ("Frank", "I drank tea", False),
        ("Bennett", "then bennet rang", True), ("Bennett", "Benett rang", True), ("Bennett", "I rang", False),
        ("Grace Bell", "grade bell", True), ("Grace Bell", "I heard the grand bell", False),
    ],
)  # fmt: skip
def test_a_letter_may_be_wrong_in_names_of_five_letters_and_more(name: str, text: str, found: bool) -> None:
    assert ("a private name" in scan(text, [name])) is found


def test_the_nhs_check_digit() -> None:
    assert is_nhs_number("9434765919")
    assert not is_nhs_number("9434765918")
    assert not is_nhs_number("943476591")
    assert sum(is_nhs_number(f"943476591{last}") for last in range(10)) <= 1


def test_one_quote_a_person_and_the_less_cheerful_first(tmp_path: Path) -> None:
    quotes = [GOOD | {"quote": f"Words {word}", "tone": tone}
              for word, tone in (("alpha", "positive"), ("beta", "negative"), ("gamma", "positive"))]  # fmt: skip
    pilot = load_pilot(a_pilot(tmp_path, *quotes, GOOD | {"respondent": "P04"}))
    assert sorted(shown_quotes(pilot)) == ["I talk to it every morning.", "Words beta"]


@pytest.mark.parametrize("other", ["GR  101", "gr 101", "GR\u00a0101", "ＧＲ 101"])
def test_one_quote_a_person_however_the_code_is_written(tmp_path: Path, other: str) -> None:
    folder = a_pilot(tmp_path, GOOD | {"respondent": "GR 101"}, GOOD | {"respondent": other, "quote": "It helps."})
    text = (folder / "survey.csv").read_text(encoding="utf-8").replace("P03", "GR 101")
    (folder / "survey.csv").write_text(text, encoding="utf-8")
    pilot = load_pilot(folder)
    assert [quote.refusals for quote in read_quotes(pilot)] == [(), ()]
    assert len(shown_quotes(pilot)) == 1


@pytest.mark.parametrize(("day", "shown"), [("1767139200", False), ("1767225600", True)])  # 31 December, 1 January
def test_a_consent_counts_from_its_own_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, shown: bool
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
    (quote,) = read_quotes(load_pilot(a_pilot(tmp_path, GOOD | {"consent_date": "2026-01-01"})))
    assert quote.permitted is shown


def test_the_order_tells_nothing_of_the_file(tmp_path: Path) -> None:
    quotes = [GOOD | {"respondent": f"P{i:02d}", "quote": f"Words {chr(97 + i) * 3}"} for i in range(8)]
    told = shown_quotes(load_pilot(a_pilot(tmp_path, *quotes)))
    assert told == shown_quotes(load_pilot(a_pilot(tmp_path, *reversed(quotes))))
    assert list(told) not in ([q["quote"] for q in quotes], [q["quote"] for q in reversed(quotes)])


def test_a_withdrawal_removes_the_quote_and_names_the_releases_that_hold_it(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path, GOOD)
    report = open_report(folder)
    entry = release_of(report.pilot, report.protected, report.quoted)
    Ledger(tmp_path / "data").record(entry)
    (folder / "quotes.csv").unlink()
    a_pilot(tmp_path, GOOD | {"withdrawn": "yes"})
    assert open_report(folder).quotes().pieces == ()
    assert Ledger(tmp_path / "data").containing(GOOD["quote"]) == (entry.id,)


def test_who_left_the_pilot_is_not_quoted(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path, GOOD)
    (folder / "withdrawn.csv").write_text("respondent,date\nP03,2026-01-01\n", encoding="utf-8")
    assert open_report(folder).quotes().pieces == ()


def logged(folder: Path, *entries: str) -> Path:
    (folder / "replacements.csv").write_text("\n".join(["respondent,original,replacement", *entries]) + "\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        (["P03,Sarah,[my daughter]"], None),
        (["p03,Sarah,my daughter"], None),
        (["P04,Sarah,[my daughter]"], "holds a replacement in square brackets that replacements.csv does not explain"),
        (["P03,,[my daughter]"], "holds a replacement in square brackets that replacements.csv does not explain"),
        ([], "holds a replacement in square brackets that replacements.csv does not explain"),
        (["P03,Sarah,[my daughter]", "P03,rang,[called]"], "holds words that were to be replaced"),
    ],
)
def test_every_replacement_stands_in_the_private_log(tmp_path: Path, entries: list[str], refusal: str | None) -> None:
    folder = logged(a_pilot(tmp_path, GOOD | {"quote": "I rang [my daughter] with it."}), *entries)
    (quote,) = read_quotes(load_pilot(folder))
    assert quote.refusals == ((refusal,) if refusal else ())


def test_a_log_without_its_columns_is_an_error(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path, GOOD)
    (folder / "replacements.csv").write_text("respondent,replacement\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"replacements.csv, row 1, column original: is not there"):
        read_quotes(load_pilot(folder))


def test_the_log_reaches_no_page(tmp_path: Path) -> None:
    folder = logged(a_pilot(tmp_path, GOOD | {"quote": "I rang [my daughter]."}), "P03,Zebedee,[my daughter]")
    report = open_report(folder)
    assert report.quotes().text() == "“I rang [my daughter].”"
    assert "Zebedee" not in report.caveats().text() + report.participants().text()


def test_the_command_names_the_releases_of_a_withdrawal_and_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_pilot(tmp_path, GOOD, GOOD | {"respondent": "P04", "quote": "It is all right.", "tone": "neutral"})
    report = open_report(folder)
    entry = release_of(report.pilot, report.protected, report.quoted)
    assert main(["releases", str(folder)]) == 0
    assert "no release is in the ledger" in capsys.readouterr().out
    Ledger(tmp_path / "data").record(entry)
    a_pilot(tmp_path, GOOD | {"withdrawn": "yes"}, GOOD | {"respondent": "P04", "quote": "It is all right."})
    (folder / "withdrawn.csv").write_text("respondent,date\nP07,2026-01-01\nP99,2026-01-01\n", encoding="utf-8")
    assert releases_of(folder, "P04") == releases_of(folder, "p04")
    assert main(["releases", str(folder), "--respondent", "p04"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0] == f"{entry.id}  public  stands"
    for place in ("withdrawn.csv, row 2", "quotes.csv, row 2", "the answers of this respondent", "quotes.csv, row 3"):
        assert f"{place}: still in {entry.id}\n" in said
    in_none = "in no result of a release that stands, if the code is spelt as in the survey"
    assert f"withdrawn.csv, row 3: {in_none}\n" in said
    assert (
        f"atpilots release spoken --checked-by NAME --checked-by NAME --replaces {entry.id} --approved-by NAME\n"
        in said
    )
    assert not any(word in said.casefold() for word in ("p07", "p99", "p04", "p03", "morning"))


def test_the_log_knows_a_person_however_the_code_is_written(tmp_path: Path) -> None:
    folder = logged(a_pilot(tmp_path, GOOD | {"quote": "I rang [my daughter]."}), "Ｐ03,Sarah,[my daughter]")
    assert [quote.refusals for quote in read_quotes(load_pilot(folder))] == [()]


def checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["check", str(folder)]) == 1
    lines = (line.strip() for line in capsys.readouterr().out.splitlines()[1:])
    return [line for line in lines if not line.startswith("note: ")]


def test_check_reads_the_quotes_and_the_log_and_tells_all_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_pilot(tmp_path, GOOD)
    assert main(["check", str(folder)]) == 0
    assert "no problems" in capsys.readouterr().out
    (folder / "quotes.csv").write_text("respondent,quote\nP03,Hello\n", encoding="utf-8")
    (folder / "replacements.csv").write_bytes("respondent,original,replacement\n".encode("utf-16"))
    said = checked(folder, capsys)
    assert said[0].startswith("quotes.csv, row 1, columns tone, consent_public, ")
    assert said[0].endswith(", next_review: is not there")
    assert said[1].startswith("replacements.csv: is not UTF-8 text")
    assert len(said) == 2
    (folder / "survey.csv").write_text("respondent,wave,ons4_happy\nP03,before,99\n", encoding="utf-8")
    assert "survey.csv, row 2, column ons4_happy" in " ".join(checked(folder, capsys)[:-2])
    assert checked(folder, capsys)[-2:] == said


def test_check_says_why_a_quote_is_not_shown_without_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_pilot(tmp_path, GOOD, GOOD | {"quote": "Mrs Moor of Flat 4 and resident 9.", "consent_public": "no"})
    assert main(["check", str(folder)]) == 0
    assert [line.strip() for line in capsys.readouterr().out.splitlines()[2:]] == [
        "note: quotes.csv, row 3: is not shown: no consent to publish; holds a title with a name; holds a street "
        "address; holds a person by number or short code"
    ]


def test_check_reads_what_it_can_of_a_pilot_that_cannot_be_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_pilot(tmp_path, GOOD)
    (folder / "survey.csv").write_text("respondent,wave,ons4_happy\nP03,before,99\n", encoding="utf-8")
    (folder / "withdrawn.csv").write_text("code\nP03\n", encoding="utf-8")
    (folder / "names.txt").write_text("Moor, Ethel\n", encoding="utf-8")
    (folder / "replacements.csv").write_text("respondent,original\n", encoding="utf-8")
    (folder / "name.txt").mkdir()
    said = checked(folder, capsys)
    assert said[0].startswith("survey.csv, row 2, column ons4_happy: is not allowed")
    assert said[2] == "withdrawn.csv, row 1: must have the columns respondent and date"
    assert said[1].startswith("names.txt, row 1: is no name as it is said")
    assert said[3:] == ["replacements.csv, row 1, column replacement: is not there"]
    (folder / "names.txt").unlink()
    (folder / "names.txt").mkdir()
    assert [line.partition(":")[0] for line in checked(folder, capsys)] == [
        "names.txt", "survey.csv, row 2, column ons4_happy", "withdrawn.csv, row 1",
        "replacements.csv, row 1, column replacement",
    ]  # fmt: skip


def test_check_tells_a_review_that_is_due_and_a_log_without_quotes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_pilot(tmp_path, GOOD | {"next_review": "2026-02-01"})
    assert checked(folder, capsys) == ["quotes.csv, row 2, column next_review: is due for its review"]
    (folder / "quotes.csv").unlink()
    (folder / "replacements.csv").write_text("respondent,original\n", encoding="utf-8")
    assert checked(folder, capsys) == ["replacements.csv, row 1, column replacement: is not there"]


def test_check_repeats_no_cell_of_quotes_without_a_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = a_pilot(tmp_path)
    (folder / "quotes.csv").write_text("P03,P03,Hello\n", encoding="utf-8")
    assert checked(folder, capsys) == ["quotes.csv, row 1: columns A and B have the same header"]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("withdrawn.csv", "code\nP03\n", "withdrawn.csv, row 1: must have the columns respondent and date"),
        ("withdrawn.csv", "", "withdrawn.csv: is empty"),
        ("quotes.csv", "respondent,quote\nP03,Hello\n", "quotes.csv, row 1, columns tone, consent_public, "),
        ("Withdrawn.csv", "respondent,date\nP03,2026-01-01\n", "Withdrawn.csv: is not read; did you mean"),
    ],
)
def test_the_releases_of_a_pilot_whose_files_cannot_be_read_are_told_as_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, told: str
) -> None:
    folder = a_pilot(tmp_path, GOOD)
    report = open_report(folder)
    Ledger(tmp_path / "data").record(release_of(report.pilot, report.protected, report.quoted))
    (folder / file).write_text(text, encoding="utf-8")
    assert main(["releases", str(folder), "--respondent", "P03"]) == 1
    said = capsys.readouterr().err
    assert told in said
    assert "P03" not in said


@pytest.mark.parametrize("code", ["GR 101", "gr  101", "ＧＲ 101"])
def test_the_releases_of_a_respondent_are_found_however_the_code_is_written(tmp_path: Path, code: str) -> None:
    folder = a_pilot(tmp_path, GOOD | {"respondent": "GR  101"})
    text = (folder / "survey.csv").read_text(encoding="utf-8").replace("P03", "GR 101")
    (folder / "survey.csv").write_text(text, encoding="utf-8")
    report = open_report(folder)
    entry = release_of(report.pilot, report.protected, report.quoted)
    Ledger(tmp_path / "data").record(entry)
    told = releases_of(folder, code)
    assert f"the answers of this respondent: still in {entry.id}" in told
    assert f"quotes.csv, row 2: still in {entry.id}" in told


def test_a_list_tells_once_of_a_release_with_withdrawn_words_and_of_quotes_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path / "data"))
    folder = a_pilot(tmp_path, GOOD)
    report = open_report(folder, audience="borough")
    entry = release_of(report.pilot, report.protected, report.quoted)
    Ledger(tmp_path / "data").record(entry)
    assert main(["list"]) == 0
    assert "withdrew" not in capsys.readouterr().out
    a_pilot(tmp_path, GOOD | {"withdrawn": "yes"})
    (folder / "withdrawn.csv").write_text("respondent,date\nP07,2026-01-01\n", encoding="utf-8")
    assert main(["list"]) == 0
    line = f"spoken: its borough release {entry.id} still holds what somebody withdrew; see: atpilots releases spoken\n"
    assert capsys.readouterr().out.count(line) == 1
    names = "--audience borough --checked-by NAME --checked-by NAME"
    assert f"atpilots release spoken {names} --replaces {entry.id}" in releases_of(folder)[2]
    (folder / "quotes.csv").write_text("respondent,quote\nP03,Hello\n", encoding="utf-8")
    assert main(["list"]) == 1
    assert capsys.readouterr().err.endswith("spoken: 1 to mend; see: atpilots check spoken\n")


def test_a_recalled_release_needs_no_follow_up(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path, GOOD)
    report = open_report(folder)
    first = release_of(report.pilot, report.protected, report.quoted)
    Ledger(tmp_path / "data").record(first)
    (folder / "withdrawn.csv").write_text("respondent,date\nP03,2026-01-01\n", encoding="utf-8")
    again = open_report(folder)
    second = release_of(again.pilot, again.protected, again.quoted)
    Ledger(tmp_path / "data").record(second, [first.id], "Ann Officer")
    assert releases_of(folder) == [
        f"{first.id}  public  recalled",
        f"{second.id}  public  stands",
        "withdrawn.csv, row 2: in no result of a release that stands",
    ]


def test_the_nhs_check_digit_nought() -> None:
    assert is_nhs_number("1677604360")
    assert not is_nhs_number("1677604361")


@pytest.mark.parametrize("text", ["Dori Okonkwo came.", "Okonkwo Dorris came.", "Doris Okonkwa came."])
def test_a_name_but_for_one_letter_is_found_without_its_title_and_surname_first(text: str) -> None:
    assert "a private name" in scan(text, ["Mrs Doris J. Okonkwo"])


@pytest.mark.parametrize("text", ["Margarett came.", "Mmargaret came.", "Margret came.", "Margarot came."])
def test_a_name_but_for_one_letter_is_found(text: str) -> None:
    assert scan(text, ["Margaret"]) == ("a private name",)
