"""A pilot's own words reach its page: they may not tell how to reach anybody, nor what was not to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from builders.folders import happy_rows, refused, write_pilot
from builders.released import released

from atpilots.disclosure.thresholds import Audience
from atpilots.files.problems import DataError
from atpilots.pilots import loading
from atpilots.pilots.loading import load_pilot
from atpilots.publish.gate import GateError, check_page
from atpilots.publish.numerals import register_of
from atpilots.publish.private_texts import PrivateTexts
from atpilots.publish.rendering import render
from atpilots.report.opening import open_report

SAID = "the warden stole my kettle last week"
QUOTE = (
    "respondent,quote,tone,consent_public,consent_date,consent_version,withdrawn,author,reviewer_1,reviewer_2,"
    f"next_review\nP001,{SAID},negative,no,2026-01-01,1,yes,ZZ,AB,CD,2100-01-01\n"
)


def a_pilot(folder: Path, more: str = "", column: Mapping[int, str] | None = None) -> Path:
    rng = np.random.default_rng(5)
    codes = [f"P{i:03d}" for i in range(25)]
    before, after = ({code: str(x) for code, x in zip(codes, rng.integers(2, 9, 25), strict=True)} for _ in "ab")
    rows = list(happy_rows(before, after))
    if column is not None:
        rows = [row | {"said": column.get(i, "")} for i, row in enumerate(rows)]
    return write_pilot(folder, rows, more=more)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Ring Doris on 020 7946 0958", "a telephone number"),
        ("Write to doris39@example.org", "an e-mail address"),
        ("Ring Doris on O2O 7946 O958", "a telephone number"),
        ("Write to doris at gmail com", "an e-mail address"),
        ("Her NHS number is 943 476 5919", "an NHS number"),
        ("She lives at SE10 9LS", "a postcode"),
        ("See @doris_h or @GreenwichDigital", "a name in a social network"),
        ("Held at 12 High Street", "a street address"),
        ("In Flat 4, 9 Moor Lane", "a street address"),
        ("In Flat 4", "a street address"),
        ("At 12 Marsh Lane", "a street address"),
        ("At 12a, elm road", "a street address"),
        ("At 7 St Mary's Church Hill", "a street address"),
        ("She was born 3 May 1941", "a date of birth"),
        ("Born on the 3rd of May", "a date of birth"),
        ("DOB 03/05/1941", "a date of birth"),
        ("Date of birth: 1941-05-03", "a date of birth"),
        ("Mrs Moor rang the bell", "a title with a name"),
        ("We asked Mr. E. Moor, Ms O'Brien and Miss Bell", "a title with a name"),
        ("mrs moor rang", "a title with a name"),
        ("Kept in /data/collected/greenwich", "a path of a machine"),
        ("Kept in /shared/pilots", "a path of a machine"),
        (r"Kept in C:/Users/doris or C:\\Users", "a path of a machine"),
        ("Kept in ~/pilots", "a path of a machine"),
        (r"Kept in \\\\server\\share", "a path of a machine"),
    ],
)
@pytest.mark.parametrize("key", ["notes.other", "events", "funder"])
def test_ways_to_reach_somebody_are_refused(tmp_path: Path, key: str, words: str, what: str) -> None:
    more = {
        "notes.other": f'notes = {{other = "{words}"}}',
        "events": f'events = ["A fair", "{words}"]',
        "funder": f'funder = "{words}"',
    }[key]
    told = refused(a_pilot(tmp_path / "alpha", more))
    assert all(line.startswith(f'pilot.toml, {key}: "') for line in told)
    assert any(f'" reads as {what}; ' in line for line in told)


@pytest.mark.parametrize(
    "words",
    [
        "Sessions on 12/03/2026 and 19/03/2026, 10 to 12 people each",
        "Paid by the council and/or the trust, 2024/25; see https://www.example.org/pilots/2026/report",
        "Tablets, TVs/radios and a 3G/4G dongle",
        "Half (12/25) used it w/o help",
        "Surveys ran 07.06.2021-09.06.2021 and 2021-02-01 - 2021-03-31",
        "See ISBN 978-0-85295-123-4 and doi 10.1136/bmjopen-2019-030425",
        "Everybody had accounts at gmail.com or signed in at outlook.com; nobody looked at Sky",
        "Echo Show 8 at Home with Tech: sessions at 10.30 on Tuesdays, in week 3, Zone 2; O2 SIMs and 5l kettles",
        "Residents born before 1960, or in 1941 to 1950; born on or before 1 January 1960",
        "Birthday party on the same day; surveys on 3 May 2026, 03/05/2026 and 2026-05-03",
        "Dr Smith's surgery, Sir Ludwig Guttmann Centre, the Lord Mayor",
        "People with MS; MS Teams; missed calls. Mr and Mrs were words nobody used; Miss nothing",
        "In Plumstead Road, Anchor House and Mill Lane; in week 3, Mill Lane. In 2021 Mill Lane flooded",
        "On 5 January Mill Lane was closed; 5 High Street vouchers",
        "At 10.30 Mill Lane opened; Zone 2 Victoria Park; Echo Show 8 Hyde Park",
        "A 12 month road map, 3 main road crossings, a flat 5% fee, flat 20 pounds; Living @home",
        "On file: yes. Profile: older. Our file:record cards, about ~/~",
    ],
)
def test_ordinary_words_are_none(tmp_path: Path, words: str) -> None:
    load_pilot(a_pilot(tmp_path / "alpha", f'notes = {{other = "{words}"}}'))


def test_a_private_name_that_reads_as_one_is_told_once_and_not_repeated(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path / "alpha", 'notes = {other = "Left voicemail for Sandra, and for Doris"}')
    (folder / "names.txt").write_text("Sandra\n", encoding="utf-8")
    name, another = refused(folder)
    assert "Sandra" not in name + another
    assert 'tells a name from names.txt: "voicemail for … and for"' in name
    assert '"Doris" reads as a person\'s name' in another


def test_every_hit_of_every_key_is_quoted_in_one_round_and_no_code(tmp_path: Path) -> None:
    more = (
        'deviations = ["Kit was left at 14 Acacia Road", "Participant two was ill"]\n'
        'notes = {where = "Resident 3, P7 and Mrs Moor met Dr Bell.", who = "Ring 020 7946 0958"}'
    )
    told = refused(a_pilot(tmp_path / "alpha", more))
    assert sorted(line.partition(";")[0] for line in told) == [
        'pilot.toml, deviations: "14 Acacia Road" reads as a street address',
        'pilot.toml, deviations: "Participant two" reads as one person',
        'pilot.toml, notes.where: "Dr Bell" reads as a title with a name',
        'pilot.toml, notes.where: "Mrs Moor" reads as a title with a name',
        'pilot.toml, notes.where: "Resident 3" reads as one person',
        'pilot.toml, notes.where: tells a respondent\'s code: "… and"',
        'pilot.toml, notes.who: "020 7946 0958" reads as a telephone number',
    ]
    assert all("; " in line for line in told)  # and what to write instead


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_whom_to_ask_stands_on_the_page_once_and_nothing_else_that_reaches_somebody(tmp_path: Path) -> None:
    contact = "Mrs Moor, 12 High Street, SE9 2AB, 020 7946 0958 or digital@council.example"
    folder = a_pilot(tmp_path / "data" / "pilots" / "alpha", f'contact = "{contact}"')
    page = render(folder, Audience.PUBLIC, tmp_path / "reports").page
    assert page is not None
    html = page.read_text(encoding="utf-8")
    assert html.count("Mrs Moor, 12 High Street, SE9 2AB") == html.count("mailto:") == html.count("tel:") == 1
    private, register = PrivateTexts(), register_of(open_report(tmp_path / "data" / "pilots" / "alpha"))
    check_page(html, private, register)
    link = '<a href="mailto:digital@council.example">digital@council.example</a>'
    assert link in html
    for more, why in {
        f"<p>Ask {link}</p>": "a link leads to an address that is not allowed",
        "<p>Ask digital@council.example</p>": "the page holds an e-mail address",
        '<p>Ask <a href="https://council.example">020 7946 0000</a></p>': "the page holds a telephone number",
        "<p>12 High Street</p>": "the page holds a street address",
        "<p>Mrs Moor</p>": "the page holds a title with a name",
    }.items():
        with pytest.raises(GateError, match=why):
            check_page(html.replace("</main>", f"{more}</main>"), private, register)
        with pytest.raises(GateError, match=why):
            check_page(html.replace("</footer>", f"{more}</footer>"), private, register)


@pytest.mark.parametrize(
    ("contact", "what"),
    [("Ask us " * 40, "is longer than 200 characters"), ("Ask Resident 3", '"Resident 3" reads as one person'),
     ("Ask P007", "tells a respondent's code")],
)  # fmt: skip
def test_whom_to_ask_is_short_and_no_respondent(tmp_path: Path, contact: str, what: str) -> None:
    (told,) = refused(a_pilot(tmp_path / "alpha", f'contact = "{contact.strip()}"'))
    assert told.startswith(f"pilot.toml, contact: {what}")


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_script_or_another_link_in_whom_to_ask_is_only_words(tmp_path: Path) -> None:
    contact = "<script>alert(1)</script> javascript:alert(2) or https://elsewhere.example"
    folder = a_pilot(tmp_path / "data" / "pilots" / "alpha", f'contact = "{contact}"')
    page = render(folder, Audience.PUBLIC, tmp_path / "reports").page
    assert page is not None
    html = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert 'href="https://elsewhere' not in html


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u001b", "\u000b", "\u0000", "\n"])
@pytest.mark.parametrize("key", ["participants_rule", "collected_by", "funder", "title"])
def test_signs_that_cannot_be_seen_are_refused(tmp_path: Path, key: str, sign: str) -> None:
    folder = a_pilot(tmp_path / "alpha", "" if key in {"participants_rule", "title"} else f'{key} = "Anybody"')
    text = (folder / "pilot.toml").read_text(encoding="utf-8")
    word = "A test pilot" if key == "title" else "Anybody"
    escaped = f"\\u{ord(sign):04x}"
    (folder / "pilot.toml").write_text(text.replace(f'{key} = "{word}"', f'{key} = "{word[:3]}{escaped}{word[3:]}"'))
    (told,) = refused(folder)
    assert told.startswith(f"pilot.toml, {key}: has a line break or another character that cannot be printed")


@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("kind", ["a quote", "a free answer"])
def test_words_that_may_not_be_shown_are_found_in_the_pilots_own(tmp_path: Path, kind: str) -> None:
    notes = f'notes = {{other = "One resident told us: {SAID}."}}'
    if kind == "a quote":
        folder = a_pilot(tmp_path / "data" / "pilots" / "alpha", notes)
        (folder / "quotes.csv").write_text(QUOTE, encoding="utf-8")
    else:
        folder = a_pilot(tmp_path / "data" / "pilots" / "alpha", f'{notes}\nignore = ["said"]', {3: SAID.upper()})
    with pytest.raises(GateError, match="a free answer, or a quote that may not be shown, is on the page"):
        render(folder, Audience.PUBLIC, tmp_path / "reports")


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_the_gate_stops_ways_to_reach_somebody_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the pilot says them itself is no reason to let them pass; checking is taken away."""
    monkeypatch.setattr(loading, "check_own_words", lambda *_: None)
    folder = a_pilot(tmp_path / "data" / "pilots" / "alpha", 'notes = {other = "Ring Doris on 020 7946 0958"}')
    with pytest.raises(GateError, match="the page holds a telephone number"):
        render(folder, Audience.PUBLIC, tmp_path / "reports")


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_part_of_them_is_found_from_six_words_on(tmp_path: Path) -> None:
    longer = f"Well, {SAID}, and nobody cares about it"
    for words, stops in ((SAID, True), ("the warden stole my", False)):
        more = f'notes = {{other = "One resident told us: {words}."}}\nignore = ["said"]'
        folder = a_pilot(tmp_path / words.replace(" ", "-") / "pilots" / "alpha", more, {3: longer})
        if stops:
            with pytest.raises(GateError, match="a free answer, or a quote that may not be shown, is on the page"):
                render(folder, Audience.PUBLIC, tmp_path / "reports")
        else:
            assert released(folder, Audience.PUBLIC, tmp_path / "reports").exists()


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_quote_that_may_be_shown_is_no_secret_where_it_was_said(tmp_path: Path) -> None:
    """Most quotes come from a column of free answers; and some answers are words that stand on every page."""
    said = "I now talk to my sister in Hull every single week"
    answers = {3: said, 4: "voice assistant", 5: "the average change", 6: "a test pilot", 7: "no agreed value"}
    folder = a_pilot(tmp_path / "data" / "pilots" / "alpha", 'ignore = ["said"]', answers)
    row = f"P003,{said},positive,yes,2026-01-01,1,no,ZZ,AB,CD,2100-01-01\n"
    (folder / "quotes.csv").write_text(QUOTE.splitlines()[0] + "\n" + row, encoding="utf-8")
    assert said in released(folder, Audience.PUBLIC, tmp_path / "reports").read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_label_that_stands_in_many_rows_may_be_told(tmp_path: Path) -> None:
    """The name of a programme in a column of its own is no answer."""
    labels = dict.fromkeys(range(5), "The Kettle Club of Tests")
    more = 'ignore = ["said"]\nnotes = {other = "Held at the Kettle Club of Tests."}'
    folder = a_pilot(tmp_path / "data" / "pilots" / "alpha", more, labels)
    assert released(folder, Audience.PUBLIC, tmp_path / "reports").exists()


@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_a_pilot_from_which_everybody_withdrew_says_what_one_of_few_says(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path / "data" / "pilots" / "alpha")
    rows = "".join(f"P{i:03d},2026-01-01\n" for i in range(25))
    (folder / "withdrawn.csv").write_text(f"respondent,date\n{rows}", encoding="utf-8")
    page = released(folder, Audience.PUBLIC, tmp_path / "reports").read_text(encoding="utf-8")
    assert "Too few people completed both surveys to publish results." in page


@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("left", ["the page and the ledger", "the ledger"])
@pytest.mark.slow
def test_answers_that_were_collected_do_not_become_synthetic_by_a_word(tmp_path: Path, left: str) -> None:
    """The ledger is not asked about synthetic pilots, so one word would let a few people be set apart."""
    folder, reports = a_pilot(tmp_path / "data" / "pilots" / "alpha"), tmp_path / "reports"
    released(folder, Audience.PUBLIC, reports)
    if left == "the ledger":
        reports = tmp_path / "elsewhere"
    text = (folder / "pilot.toml").read_text(encoding="utf-8")
    (folder / "pilot.toml").write_text(text.replace('"collected"', '"synthetic"'), encoding="utf-8")
    with pytest.raises(DataError, match=r"pilot\.toml, provenance: was collected when this pilot was released"):
        released(folder, Audience.PUBLIC, reports)


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
def test_nor_is_a_page_passed_over_that_was_released_as_synthetic(tmp_path: Path) -> None:
    """It is in no ledger, so a page of the same people and a few more could not be compared with it."""
    folder, reports = a_pilot(tmp_path / "data" / "pilots" / "alpha"), tmp_path / "reports"
    collected = (folder / "pilot.toml").read_text(encoding="utf-8")
    (folder / "pilot.toml").write_text(collected.replace('"collected"', '"synthetic"'), encoding="utf-8")
    page = released(folder, Audience.PUBLIC, reports)
    good = page.read_bytes()
    (folder / "pilot.toml").write_text(collected, encoding="utf-8")
    with pytest.raises(DataError, match=r"pilot\.toml, provenance: was synthetic when the page of this name"):
        released(folder, Audience.PUBLIC, reports)
    assert page.read_bytes() == good
    for file in reports.glob("alpha-*"):
        file.unlink()
    assert released(folder, Audience.PUBLIC, reports).exists()
