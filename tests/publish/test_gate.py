"""The last check before a page exists, and what a hostile notebook tries (F-16 to F-26)."""

from __future__ import annotations

import base64
import dataclasses
import html as markup
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from builders.canaries import sightings, spelled
from builders.folders import happy_rows, write_pilot, write_three_waves, write_two_arms
from builders.parameters import each_once
from markupsafe import escape
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import ValidationError

from atpilots.disclosure.protected import missing_mark
from atpilots.disclosure.thresholds import Audience
from atpilots.files.project_folders import CHECKOUT
from atpilots.ledger.release import release_of
from atpilots.ledger.store import Ledger
from atpilots.page import MIME, Figure, Heading, Listing, SafeOutput, Text, Title, picture, safe_output
from atpilots.page.spreadsheet import write_spreadsheet
from atpilots.pilots.loading import load_pilot
from atpilots.pilots.rekeying import keyed_code
from atpilots.privacy.identifiers import DirectIdentifiers
from atpilots.publish import exporter
from atpilots.publish.exporter import DRAFT_BANNER, AtpilotsExporter, page
from atpilots.publish.gate import GateError, check_files, check_page, plain_png
from atpilots.publish.manifest import manifest_of
from atpilots.publish.numerals import RULES_OF, register_of, standing_texts
from atpilots.publish.private_texts import PrivateTexts, private_texts_of
from atpilots.publish.stamp import Stamp
from atpilots.report.findings.next_study import NEXT_STEP
from atpilots.report.findings.results import LESS_SURE
from atpilots.report.opening import open_report
from atpilots.report.report import SYNTHETIC_BANNER, Report
from atpilots.report.tables import ROUNDING_NOTE

TITLE_WORDS = 'A test pilot </title><script>alert(1)</script> "quoted" ŵŷ İı 🎉'

FAULTY: list[Report] = []


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of a collected pilot with private things in every field."""
    rng = np.random.default_rng(31)
    codes = [f"CANARY{i:02d}" for i in range(25)]
    before, after = ({code: str(x) for code, x in zip(codes, rng.integers(2, 9, 25), strict=True)} for _ in "ab")
    rows = [row | {"comments": f"My canary sings {row['respondent']}"} for row in happy_rows(before, after)]
    folder = write_pilot(tmp_path_factory.mktemp("data") / "pilots" / "canary", rows, more='ignore = ["comments"]')
    (folder / "names.txt").write_text("Mrs Canary\nZoë\n", encoding="utf-8")
    return open_report(folder)


@pytest.fixture(scope="module", autouse=True)
def _parts_of_pages() -> Iterator[None]:
    """The pages here are a few parts of a report; that no other page is is tested in test_own_notebook.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporter, "lacking", lambda *_: [])
        yield


@pytest.fixture(autouse=True)
def _honest_again() -> Iterator[None]:
    """Reports that were made faulty are not for other tests."""
    yield
    while FAULTY:
        FAULTY.pop().__dict__.pop("parts", None)


def notebook_of(report: Report, *parts: SafeOutput, markdown: str = "## Results") -> nbformat.NotebookNode:
    """A notebook as a run would leave it: title, one section, these released objects.

    They count as made by the report, as if that were faulty: what follows has to find them nevertheless.
    """
    report.__dict__["parts"] = (*report.parts, *parts)
    FAULTY.append(report)
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [cell(report.title()), nbformat.v4.new_markdown_cell(markdown), *map(cell, parts)]
    return notebook


def cell(content: SafeOutput) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", data={MIME: content.model_dump(mode="json")})
    return nbformat.v4.new_code_cell("", outputs=[output])


def made(report: Report, *parts: SafeOutput, markdown: str = "## Results") -> str:
    return page(notebook_of(report, *parts, markdown=markdown), report)


def refused(report: Report, *parts: SafeOutput) -> str:
    with pytest.raises(GateError) as error:
        made(report, *parts)
    return str(error.value)


def words(text: str) -> SafeOutput:
    return safe_output(Text(paragraphs=(text,)))


def test_the_whole_report_passes(report: Report) -> None:
    parts = [getattr(report, name)() for name in
             ("summary", "overview", "measures", "participants", "caveats", "similar_cases", "method", "provenance",
              "change_table", "quotes")]  # fmt: skip
    assert "A test pilot" in made(report, *parts)


@pytest.mark.parametrize(
    "text", ["17 people got worse.", "Seventeen point 3: 17.3", "−9.9", "4711", "+9.87%", "٣ people", "½"]
)
def test_a_number_that_is_on_no_account_stops_the_page(report: Report, text: str) -> None:
    assert "numbers on the page are not accounted for in its manifest: 1 in p" in refused(report, words(text)) or (
        "not accounted for" in refused(report, words(text))
    )


def test_a_number_is_found_wherever_it_hides(report: Report) -> None:
    png = io.BytesIO()
    Image.new("RGB", (4, 4)).save(png, "PNG")
    alt = Figure(narrow=picture(png.getvalue(), (4, 4)), alt="A picture that tells of 4711 people", caption="A picture")
    for part in (safe_output(alt), safe_output(Heading(text="4711")), safe_output(Listing(entries=(("4711",),)))):
        assert "not accounted for" in refused(report, part)


def test_the_numbers_of_the_account_are_those_of_the_page(report: Report) -> None:
    registered = register_of(report)
    (measure,) = report.protected.told
    entries = registered.numbers[measure.number(measure.change, signed=True)]
    assert "ons4_happy, resident: change" in map(str, entries)
    assert registered.unregistered(f"It was {measure.number(measure.before)}.") == []
    assert registered.unregistered("It was 4.321.") == ["4.321"]
    removed = {k: v for k, v in registered.numbers.items() if k != measure.number(measure.before)}
    shorter = type(registered)(removed, registered.texts, registered.sources)
    assert shorter.unregistered(f"It was {measure.number(measure.before)}.") == [measure.number(measure.before)]


def test_the_people_of_a_withheld_measure_are_in_the_account() -> None:
    """They are told exactly, whatever is withheld of them, and stand in the table of all measures."""
    one = dataclasses.replace(open_report("greenwich"))
    withheld = tuple(dataclasses.replace(m, n=1000 + i, withheld="Why.") for i, m in enumerate(one.protected.measures))
    one.__dict__["protected"] = dataclasses.replace(one.protected, measures=withheld)
    register = register_of.__wrapped__(one)  # kept by pilot and audience, it would be that of other tests too
    assert register.unregistered(" ".join(m.people for m in withheld)) == []


def test_every_number_names_the_rules_that_it_passed(report: Report, tmp_path: Path) -> None:
    course = open_report(write_three_waves(tmp_path / "pilots" / "course"))
    arms = open_report(write_two_arms(tmp_path / "pilots" / "arms"))
    assert arms.protected.compared
    reports = report, course, arms, open_report("greenwich")  # the last tells of bands and of how many improved
    entries = {entry for one in reports for places in register_of(one).numbers.values() for entry in places}
    assert {entry.figure for entry in entries} == set(RULES_OF)
    for entry in entries:
        assert bool(entry.rules) is (entry.figure != "instrument")
    known = set(re.findall(r"R-SDC-\d\d", (CHECKOUT / "docs" / "disclosure.md").read_text(encoding="utf-8")))
    assert {rule for rules in RULES_OF.values() for rule in rules} <= known


def test_an_exact_number_does_not_pass_for_its_rounded_one(report: Report) -> None:
    exact = report.results.set_index("estimator").loc["mean_change", "estimate"]
    assert "not accounted for" in refused(report, words(f"The change was {exact:+.3f}"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("canary07 said so", "a respondent's code is on the page"),
        ("zoë was there", "a name from names.txt is on the page"),
        ("my canary  sings canary07", "a free answer"),
        ("see /ho" + "me/anna/data.csv", "a path of this machine"),
        (r"see C:\Users\anna", "a path of this machine"),
        ("write to anna@example.org", "an e-mail address"),
        ("ring 020 7946 0958", "a telephone number"),
        ("NHS 943 476 5919", "an NHS number"),
        ("she lives at SE10 9GB", "a postcode"),
    ],
)
def test_nothing_private_passes(report: Report, text: str, reason: str) -> None:
    said = refused(report, words(text))
    assert reason in said
    assert text not in said
    assert "canary" not in said.casefold()


@pytest.mark.parametrize(
    "text", ["<script>alert()</script>", "<img src=x onerror=alert()>", "</td></table>", "}</style>", "<!-- x -->"]
)
def test_hostile_text_is_shown_as_text(report: Report, text: str) -> None:
    html = made(report, words(text))
    assert text not in html or text.startswith("}")
    assert html.count("</table>") == html.count("<table")
    assert "<script" not in html


@pytest.mark.parametrize(
    "source",
    ["[x](javascript:alert())", "[x](data:text/html,a)", "![](../../private/data.csv)", "![](attachment:../x)",
     "<b onclick=alert()>x</b>", "<style>p{}</style>"],
)  # fmt: skip
def test_hostile_markdown_reaches_no_attribute(report: Report, source: str) -> None:
    try:
        html = made(report, words("Words."), markdown=f"## Results\n\n{source}")
    except GateError:
        return  # no page at all
    _, _, body = html.partition("</head>")
    for trap in ("javascript:", "data:text", "<img", "<b ", "<style>p"):
        assert trap not in body.replace("&lt;", "")


@pytest.mark.parametrize(
    "mime",
    ["text/html", "text/plain", "text/markdown", "image/svg+xml", "image/png", "text/vnd.mermaid", "text/latex",
     "application/javascript", "application/vnd.plotly.v1+json", "application/vnd.vegalite.v5+json",
     "application/vnd.jupyter.widget-view+json", "application/vnd.bokehjs_exec.v0+json", "application/pdf"],
)  # fmt: skip
def test_no_other_output_is_drawn(report: Report, mime: str) -> None:
    notebook = notebook_of(report, words("Words."))
    data = {mime: {"x": "CANARY"} if mime.endswith("json") else "</pre><script>CANARY</script>"}
    notebook.cells[2].outputs.append(nbformat.v4.new_output("display_data", data=data))
    notebook.cells[2].outputs.append(nbformat.v4.new_output("stream", text="CANARY"))
    notebook.cells[2].outputs.append(nbformat.v4.new_output("error", ename="E", evalue="CANARY", traceback=["CANARY"]))
    assert "CANARY" not in page(notebook, report)


def test_a_forged_title_stops_the_page(report: Report) -> None:
    for change in ({"audience": "borough"}, {"banners": ("No banner",)}, {"pilot": "greenwich"}, {"text": "Other"}):
        notebook = notebook_of(report, words("Words."))
        title = report.title().pieces[0].model_copy(update=change)
        notebook.cells[0] = cell(safe_output(title))
        with pytest.raises(
            GateError, match="cell 1: its output is not what the report of canary makes for this audience"
        ):
            page(notebook, report)


def test_a_synthetic_page_cannot_drop_its_banner() -> None:
    report = open_report("greenwich")
    notebook = notebook_of(report, words("Words."))
    notebook.cells[0] = cell(safe_output(report.title().pieces[0].model_copy(update={"banners": ()})))
    with pytest.raises(GateError, match="cell 1: its output is not what the report of greenwich makes"):
        page(notebook)


def test_a_notebook_cannot_release_what_the_report_never_made(report: Report) -> None:
    (measure,) = report.protected.measures
    told = report.measure("ons4_happy")
    heading, verdict, details = told.pieces
    numbers, text = details.pieces

    def changed(**fields: object) -> SafeOutput:
        return safe_output(heading, verdict.model_copy(update=fields), details)

    forged = {
        "a sentence of numerals that are accounted for": words(f"{measure.label}: {measure.number(measure.change)}."),
        "words without a number": words("Everybody got better."),
        "another symbol": changed(symbol="▲"),
        "another word": changed(word="Better"),
        "other details": safe_output(heading, verdict, details.model_copy(update={"pieces": (text, numbers)})),
        "a rule that it did not pass": told.model_copy(update={"rules": (*told.rules, "R-SDC-99")}),
        "other numbers for the spreadsheet": told.model_copy(update={"numbers": ()}),
        "half of a part": safe_output(heading, verdict, rules=told.rules, numbers=told.numbers),
        "a part of another audience": open_report(report.pilot, "borough").method(),
    }
    for part in forged.values():
        notebook = notebook_of(report)
        notebook.cells += [cell(told), cell(part)]
        with pytest.raises(GateError, match=r"^The page was not made:\n  cell 4: its output is not what"):
            page(notebook, report)
        notebook.cells[-1].metadata["tags"] = ["lab"]
        assert "A test pilot" in page(notebook, report)


def test_a_report_counts_all_its_sections_among_its_parts(report: Report) -> None:
    public = {name: what for name, what in vars(Report).items() if callable(what) and not name.startswith("_")}
    sections = {name for name, what in public.items() if what.__annotations__.get("return") == "SafeOutput"}
    assert {"title", "measure", "provenance"} <= sections
    for name in sections - {"measure"}:
        assert getattr(report, name)() in report.parts
    assert report.measure("ons4_happy") in report.parts


def test_nbconvert_refuses_a_page_that_names_no_pilot() -> None:
    notebook = notebook_of(open_report("greenwich"), words("Words with 4711."))
    notebook.cells[0] = cell(safe_output(Title(text="Anything", subtitle="at all")))
    with pytest.raises(GateError, match="names its pilot"):
        AtpilotsExporter().from_notebook_node(notebook)


def test_plain_nbconvert_fails_closed() -> None:
    report = open_report("greenwich")
    with pytest.raises(GateError, match="not accounted for"):
        AtpilotsExporter().from_notebook_node(notebook_of(report, words("4711 people")))
    with pytest.raises(GateError, match="a respondent's code"):
        AtpilotsExporter().from_notebook_node(notebook_of(report, words("GR104 said so")))
    html, _ = AtpilotsExporter().from_notebook_node(notebook_of(report, words("Words.")))
    assert "Words." in html


@pytest.mark.parametrize(
    ("where", "more", "written"),
    [
        ("private", [], "private/n.html"),
        ("private", ["--output-dir", "out"], None),
        pytest.param("private", ["--output", "../out/n"], None, marks=pytest.mark.slow),
        ("open", [], None),
        ("open", ["--output-dir", "private"], "private/n.html"),
    ],
)
@pytest.mark.slow
def test_nbconvert_writes_an_internal_page_into_a_private_folder_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, more: list[str], written: str | None
) -> None:
    from nbconvert.nbconvertapp import NbConvertApp  # takes a second: only the worker that runs this needs it

    for name in ("private", "open", "out"):
        (tmp_path / name).mkdir()
    notebook = notebook_of(open_report("greenwich", audience="internal"), words("Words."))
    nbformat.write(notebook, tmp_path / where / "n.ipynb")
    monkeypatch.chdir(tmp_path)
    app = NbConvertApp()
    try:
        app.initialize(["--to", "atpilots", *more, f"{where}/n.ipynb"])
        app.start()
    except GateError as error:
        assert "a folder called private only" in str(error)  # noqa: PT017 - only some raise
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.html")] == ([written] if written else [])


@pytest.mark.parametrize("audience", ["public", "borough"])
def test_a_preview_may_not_conflict_with_a_release_that_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, audience: str
) -> None:
    """The plain nbconvert route asks the ledger too, and writes nothing into it."""
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path / "data"))
    pilot_of(tmp_path, 25)
    first = open_report("previewed")
    entry = release_of(first.pilot, first.protected, first.quoted)
    assert preview(tmp_path, audience) is None  # nothing stands yet
    assert not (tmp_path / "data" / "ledger" / "releases.jsonl").exists()
    Ledger(tmp_path / "data").record(entry)
    ledger = (tmp_path / "data" / "ledger" / "releases.jsonl").read_bytes()
    assert preview(tmp_path, audience) is None  # the same people
    pilot_of(tmp_path, 26)
    error = preview(tmp_path, audience)
    assert f"fewer than 10 people apart (ons4_happy resident). Earlier releases: {entry.id}. " in str(error)
    assert preview(tmp_path, "internal") is None
    assert (tmp_path / "data" / "ledger" / "releases.jsonl").read_bytes() == ledger


def test_a_title_that_is_not_shown_does_not_answer_for_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger is asked about the pilot on the page, whatever a cell for JupyterLab only names."""
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path / "data"))
    pilot_of(tmp_path, 25)
    first = open_report("previewed")
    Ledger(tmp_path / "data").record(release_of(first.pilot, first.protected))
    pilot_of(tmp_path, 26)
    notebook = notebook_of(open_report("previewed"), words("Words."))
    hidden = cell(open_report("greenwich").title())
    hidden.metadata["tags"] = ["lab"]
    notebook.cells.insert(0, hidden)
    with pytest.raises(GateError, match="fewer than 10 people apart"):
        AtpilotsExporter().from_notebook_node(notebook)


def pilot_of(root: Path, people: int) -> None:
    rng = np.random.default_rng(31)
    answers = rng.integers(2, 9, size=(2, 40)).astype(str)
    before, after = ({f"P{i:02d}": wave[i] for i in range(people)} for wave in answers)
    write_pilot(root / "data" / "pilots" / "previewed", happy_rows(before, after))


def preview(root: Path, audience: str) -> GateError | None:
    """What plain nbconvert says of a page of the pilot; it writes the page, or says why not and writes none."""
    from nbconvert.nbconvertapp import NbConvertApp

    place = root / "private"
    place.mkdir(exist_ok=True)
    (place / "n.html").unlink(missing_ok=True)
    nbformat.write(notebook_of(open_report("previewed", audience=audience), words("Words.")), place / "n.ipynb")
    app, error = NbConvertApp(), None
    try:
        app.initialize(["--to", "atpilots", str(place / "n.ipynb")])
        app.start()
    except GateError as refusal:
        error = refusal
    assert (place / "n.html").exists() is (error is None)
    assert error or str(escape(DRAFT_BANNER)) in (place / "n.html").read_text(encoding="utf-8")
    return error


def png_of(**save: object) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (3, 3)).save(data, "PNG", **save)  # type: ignore[arg-type]
    return data.getvalue()


def test_a_picture_holds_pixels_only(report: Report) -> None:
    text = PngInfo()
    text.add_text("Comment", "CANARY")
    clean = png_of()
    assert plain_png(clean)
    hostile = [
        png_of(pnginfo=text),
        clean + b"CANARY",
        b"GIF89a",
        clean[:-6],
        png_of(exif=b"Exif\0\0CANARY"),
        b"PK\3\4",
    ]
    for data in hostile:
        assert not plain_png(data)
    told = Figure(narrow=picture(hostile[0], (3, 3)), alt="A picture with a comment", caption="A picture")
    assert "a picture holds more than its pixels" in refused(report, safe_output(told))
    wide = told.model_copy(update={"narrow": picture(clean, (3, 3)), "wide": picture(hostile[0], (3, 3))})
    assert "a picture holds more than its pixels" in refused(report, safe_output(wide))


@pytest.mark.parametrize(
    "source",
    ["https://example.org/a.png", "{} 2x", "{}, {}", " {}", "data:image/svg+xml;base64,AAAA", "javascript:alert()"],
)
def test_a_second_picture_is_one_png_within_the_page(source: str) -> None:
    clean = f"data:image/png;base64,{base64.b64encode(png_of()).decode()}"
    html = f'<h1>A</h1><picture><source srcset="%s" media="print"><img src="{clean}" alt="A"></picture>'
    private_texts = private_texts_of(load_pilot("greenwich"))
    check_page(html % clean, private_texts)
    with pytest.raises(GateError, match="a picture is not a PNG within the page"):
        check_page(html % source.replace("{}", clean), private_texts)
    with pytest.raises(GateError, match="source has an attribute that is not allowed: sizes"):
        check_page(html.replace("<source", '<source sizes="1px"') % clean, private_texts)


def test_a_title_in_any_letters_stands_where_it_belongs(tmp_path: Path) -> None:
    rows = happy_rows({f"P{i}": str(3 + i % 5) for i in range(25)}, {f"P{i}": str(4 + i % 4) for i in range(25)})
    folder = write_pilot(tmp_path / "pilots" / "odd-title", rows)
    toml = (folder / "pilot.toml").read_text(encoding="utf-8")
    (folder / "pilot.toml").write_text(toml.replace('"A test pilot"', f"'{TITLE_WORDS}'"), encoding="utf-8")
    report = open_report(folder)
    html = made(report, words("Words."))
    assert "<script" not in html
    assert html.count("</title>") == 1
    assert "ŵŷ İı 🎉" in html


def test_the_page_allows_nothing_but_itself(report: Report) -> None:
    html = made(report, words("Words."))
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert "http-equiv" in html


@pytest.mark.parametrize("form", range(8))
def test_a_canary_is_seen_in_every_form(form: int) -> None:
    """A test of the test."""
    assert sightings(b"x " + spelled("canarysong")[form] if form < 6 else spelled("canarysong")[form], {"canarysong"})


def test_the_sentences_of_every_module_of_the_report_are_declared() -> None:
    declared = set(standing_texts([]))
    assert {SYNTHETIC_BANNER, ROUNDING_NOTE, NEXT_STEP, LESS_SURE} <= declared


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CANARY\u00ad07 said so", "a respondent's code is on the page; write “one resident” instead"),
        ("canary-07 said so", "a respondent's code is on the page"),
        ("Z o e and Z\u200bo\u0308e", "a name from names.txt is on the page; say it without"),
        ("mrs | canary", "a name from names.txt is on the page"),
        (
            "Mrs Caոary",
            "a word in letters of two alphabets is on the page; it is not what it looks like; type it again",
        ),
        ("My canary — sings, CANARY07!", "a free answer, or a quote that may not be shown, is on the page"),
    ],
)
def test_nothing_private_passes_in_disguise(report: Report, text: str, reason: str) -> None:
    assert reason in refused(report, words(text))


def checked(report: Report, source: str) -> None:
    """Pass a page through the gate that somehow came to hold this HTML."""
    check_page(
        made(report, words("Words.")).replace("Words.", source), private_texts_of(report.pilot), register_of(report)
    )


@pytest.mark.parametrize(
    "source",
    ["Mrs Ca<em>na</em>ry", "Mrs <em>Canary</em>", '<a href="https://example.org">Zo</a>ë', "M<em>rs Canar</em>y"],
)
def test_a_name_is_read_across_the_elements_within_a_line(report: Report, source: str) -> None:
    with pytest.raises(GateError, match=r"a name from names.txt is on the page"):
        checked(report, source)


def test_what_stands_in_two_paragraphs_is_read_apart(report: Report) -> None:
    made(report, safe_output(Text(paragraphs=("Zo", "ë"))))
    assert "a name" in refused(report, safe_output(Text(paragraphs=("Mrs", "Canary"))))


def test_respondents_with_numbers_for_codes_are_not_told_by_number(tmp_path: Path) -> None:
    before, after = ({str(i): str(x + i % 5) for i in range(1, 26)} for x in (3, 4))
    report = open_report(write_pilot(tmp_path / "pilots" / "numbered", happy_rows(before, after)))
    made(report, report.summary(), report.measures(), report.participants(), report.caveats(), report.method())
    said = refused(report, words("Respondent 7 said so."))
    assert "a person by number or short code is on the page; write “one resident”" in said


def test_an_address_is_read_across_elements_and_not_across_paragraphs(report: Report) -> None:
    with pytest.raises(GateError, match="the page holds an e-mail address"):
        checked(report, "Write to me(<em>at</em>)example.org")
    made(report, safe_output(Listing(entries=(("Write to me (at)",), ("example.org",)))))


# The files beside the page


@pytest.fixture(scope="module")
def files(report: Report, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Path]:
    """The page, its manifest and its workbook."""
    folder = tmp_path_factory.mktemp("files")
    parts = [report.title(), report.summary(), report.change_table(), report.method()]
    html = made(report, *parts[1:])
    manifest, workbook = folder / "manifest.json", folder / "numbers.xlsx"
    manifest.write_text(
        manifest_of(report, notebook_of(report, *parts[1:]), html, Stamp("2026-01-31", "0123456789ab")),
        encoding="utf-8",
    )
    title = report.title().pieces[0]
    assert isinstance(title, Title)
    write_spreadsheet(title, report.change_table().numbers, missing_mark(Audience.PUBLIC), workbook)
    return html, manifest, workbook


LEAKS = {
    "CANARY07": "a respondent's code",
    "canary-07": "a respondent's code",
    "Z o\u0308 e, zo\u00ade\u0308": "a name from names.txt",
    "mrs_canary": "a name from names.txt",
    "Zое": "a word in letters of two alphabets",
    "my canary sings: canary07": "a free answer",
    "/ho" + "me/anna/data.csv": "a path of this machine",
    "anna@example.org": "an e-mail address",
    "020 7946 0958": "a telephone number",
    "943 476 5919": "an NHS number",
    "SE10 9GB": "a postcode",
}


def test_the_files_of_a_page_pass(report: Report, files: tuple[str, Path, Path]) -> None:
    check_files(*files, private_texts_of(report.pilot))
    html, manifest, _ = files
    check_files(html, manifest, manifest.with_name("none.xlsx"), private_texts_of(report.pilot))


@pytest.mark.parametrize(("leak", "place"), each_once(LEAKS, ["title", "rules", "a key", "released"]))
def test_nothing_private_passes_in_the_manifest(
    report: Report, files: tuple[str, Path, Path], tmp_path: Path, leak: str, place: str
) -> None:
    html, manifest, workbook = files
    content = json.loads(manifest.read_text(encoding="utf-8"))
    if place == "a key":
        content["numerals"][f"see {leak}"] = []
    elif place == "released":
        content["released"][1]["text"] += f"\n{leak}"
    else:
        content[place] = [leak] if place == "rules" else f"A title {leak}."
    leaky = tmp_path / "manifest.json"
    leaky.write_text(json.dumps(content), encoding="utf-8")  # letters that are not ASCII become \u…
    with pytest.raises(GateError) as error:
        check_files(html, leaky, workbook, private_texts_of(report.pilot))
    assert f"{LEAKS[leak]} is in the manifest" in str(error.value) or f"{LEAKS[leak]}, or" in str(error.value)
    assert "in the spreadsheet" not in str(error.value)
    assert leak not in str(error.value)


# In which of a workbook's parts, before which text of it, something private is put.
PARTS = {
    "a cell": ("xl/sharedStrings.xml", "</t>"),
    "a sheet's name": ("xl/workbook.xml", '" sheetId="2"'),
    "a column's header": ("xl/tables/table1.xml", '"/><tableColumn id="3"'),
    "a table's name": ("xl/tables/table1.xml", '" displayName'),
    "the title": ("docProps/core.xml", "</dc:title>"),
    "the author": ("docProps/core.xml", "</dc:creator>"),
    "a heading of the parts": ("docProps/app.xml", "</vt:lpstr>"),
    "a link's words": ("xl/worksheets/sheet1.xml", '"/></hyperlinks>'),
    "a footer": ("xl/worksheets/sheet2.xml", "</worksheet>"),
    "a number format": ("xl/styles.xml", '"/></numFmts>'),
    "a link's address": ("xl/worksheets/_rels/sheet2.xml.rels", '"/></Relationships>'),
}


@pytest.mark.parametrize(("leak", "part"), each_once(LEAKS, PARTS))
def test_nothing_private_passes_in_the_workbook(
    report: Report, files: tuple[str, Path, Path], tmp_path: Path, leak: str, part: str
) -> None:
    html, manifest, workbook = files
    member, before = PARTS[part]
    leaky = tmp_path / "numbers.xlsx"
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(leaky, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode("utf-8")
            if name == member:
                assert before in content
                content = content.replace(before, f" {markup.escape(leak)}{before}", 1)
            new.writestr(name, content)
    with pytest.raises(GateError) as error:
        check_files(html, manifest, leaky, private_texts_of(report.pilot))
    assert f"{LEAKS[leak]} is in the spreadsheet" in str(error.value) or f"{LEAKS[leak]}, or" in str(error.value)
    assert "in the manifest" not in str(error.value)


def test_the_workbooks_own_words_and_fingerprints_are_no_alarm(report: Report, files: tuple[str, Path, Path]) -> None:
    """Places of cells are no codes, typefaces no names, and digits of a fingerprint no telephone number."""
    places = pd.Index([f"{column}{row}" for column in "ABCDEFGHIJK" for row in range(1, 10)], dtype="str")
    faces = frozenset({"Shruti", "Latha", "Kartika", "Vrinda"})
    html, manifest, workbook = files
    with zipfile.ZipFile(workbook) as archive:
        assert all(face in archive.read("xl/theme/theme1.xml").decode() for face in faces)
    check_files(html, manifest, workbook, PrivateTexts(DirectIdentifiers(faces, places)))
    content = json.loads(manifest.read_text(encoding="utf-8"))
    for fingerprint in ("02078382886a", "a02079460958" + "b" * 52, "f" * 5 + "02079460958"):
        content["data"] = fingerprint
        other = manifest.with_name("other.json")
        other.write_text(json.dumps(content), encoding="utf-8")
        check_files(html, other, workbook, PrivateTexts())
    for number in ("020794609588", "447700900123"):
        content["data"] = f"+{number}"
        other.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(GateError, match="a telephone number is in the manifest"):
            check_files(html, other, workbook, PrivateTexts())


def test_numbers_of_publications_on_the_page_may_stand_in_its_files(
    report: Report, files: tuple[str, Path, Path], tmp_path: Path
) -> None:
    html, manifest, workbook = files
    source = "Dolan 1997, catalogue 0207 946 0958"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["released"][0]["text"] += f"\n{source}"
    cited = tmp_path / "manifest.json"
    cited.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(GateError, match="a telephone number is in the manifest"):
        check_files(html, cited, workbook, PrivateTexts())
    told = html.replace("</main>", "<dl><dt>Dolan 1997</dt><dd>catalogue 0207 946 0958</dd></dl></main>")
    assert told != html
    check_files(told, cited, workbook, PrivateTexts())


@pytest.mark.parametrize(
    "rule", ["R-SDC-1", "R-SDC-001", "R-XYZ-01", "CANARY07", "R-SDC-01\nCANARY07", " R-QUO-01", ""]
)
def test_a_rule_is_an_id_and_nothing_else(rule: str) -> None:
    safe_output(rules=("R-SDC-24", "R-QUO-05"))
    with pytest.raises(ValidationError):
        safe_output(rules=(rule,))


@pytest.mark.parametrize(("name", "stopped"), [("machine-01", True), ("machine1", False), ("", False)])
def test_the_machines_name_is_looked_for_where_it_is_no_ordinary_word(
    report: Report, monkeypatch: pytest.MonkeyPatch, name: str, stopped: bool
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: name.upper())
    text = words(f"4711 on {name}. Elsewhere x{name}")
    assert ("this machine's name is on the page" in refused(report, text)) is stopped


def test_a_number_after_a_strong_word_stops_the_page(report: Report) -> None:
    from atpilots.publish.gate import check_page

    html = made(report, words("Everybody was asked."))
    check_page(html, PrivateTexts(), register_of(report))
    told = html.replace("Everybody was asked.", "Everybody was <strong>asked</strong> by 4711.")
    with pytest.raises(GateError, match="not accounted for in its manifest: 1 in p"):
        check_page(told, PrivateTexts(), register_of(report))


def test_a_picture_behind_a_picture_is_found() -> None:
    clean = png_of()
    assert plain_png(clean)
    assert not plain_png(clean + clean[8:])
    assert not plain_png(clean + clean[-12:])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Kept in /data/collected", "a path of this machine is on the page"),
        ("Kept in ~/pilots", "a path of this machine is on the page"),
        ("Kept in \\\\\\\\server", "a path of this machine is on the page"),
        ("It was \u202edoog", "the page has a character that cannot be seen, or that turns the text round"),
        ("It was \u2066good", "the page has a character that cannot be seen, or that turns the text round"),
        ("It was \u001bgood", "the page has a character that cannot be seen, or that turns the text round"),
    ],
)
def test_paths_and_unseen_signs_stop_a_page_wherever_they_come_from(report: Report, words: str, reason: str) -> None:
    with pytest.raises(GateError) as error:
        checked(report, words)
    assert reason in error.value.reasons


def test_a_web_address_and_two_words_for_one_thing_are_no_path(report: Report) -> None:
    words = "See [the plan](https://www.example.org/pilots/plan) and/or the council/trust."
    assert "council/trust" in page(notebook_of(report, markdown=f"## Results\n{words}"), report)


RADIO = (
    "<details><summary>Choose</summary><fieldset><legend>One</legend>"
    '<label for="a"><input type="radio" id="a" name="a" checked> Any</label></fieldset></details>'
)


def test_a_page_may_choose_among_what_it_shows() -> None:
    check_page(f"<html><body><h1>Cases</h1>{RADIO}</body></html>", PrivateTexts())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<fieldset>", "<form><fieldset>"), ("<fieldset>", '<form action="https://example.org"><fieldset>'),
        ("<fieldset>", "<button>Send</button><fieldset>"), ("<fieldset>", "<select></select><fieldset>"),
        ("<fieldset>", "<textarea></textarea><fieldset>"), ("<input", '<input formaction="https://example.org"'),
        ("<input", '<input form="x"'), ("<input", '<input onchange="x()"'), ('type="radio"', 'type="text"'),
        ('type="radio"', 'type="submit"'), ('type="radio"', 'type="image"'), ('type="radio"', 'type="file"'),
        ('type="radio"', 'type="hidden"'), ('type="radio" ', ""), ("<details>", '<details ontoggle="x()">'),
    ],
)  # fmt: skip
def test_a_page_has_nothing_that_could_send(before: str, after: str) -> None:
    html = f"<html><body><h1>Cases</h1>{RADIO}</body></html>"
    assert before in html
    with pytest.raises(GateError, match=r"not allowed|only a choice"):
        check_page(html.replace(before, after), PrivateTexts())


@pytest.mark.parametrize(
    ("code", "told"),
    [("LB003", "Thanks to lb003, who helped."), ("GR 12", "GR 12 said so."), ("KR07ES", "(“KR07ES”)"), ("12", "")],
)
def test_codes_from_before_they_were_replaced_are_known_by_their_key(code, told):
    text, key = f"12 people answered. {told}", bytes(32)
    private = PrivateTexts(DirectIdentifiers(codes=pd.Index([keyed_code(code, key), "k" + "a" * 16])), key=key)
    assert bool([*private.who_in(text).found_in(text)]) == bool(told)
    assert not [*private.who.found_in(text)]
