"""The spine: a survey on disk, through papermill, the exporter and the gate, to a page in a folder."""

from __future__ import annotations

import csv
import json
import re
import shutil
import statistics
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest
from builders.bundled import bundled
from builders.folders import happy_rows, left_in, nhs_pilot, write_pilot
from builders.released import released

from atpilots.cases.similarity import match_cases
from atpilots.disclosure.thresholds import Audience
from atpilots.files.problems import DataError
from atpilots.files.project_folders import BUNDLED, CHECKOUT, NOTEBOOK
from atpilots.page import MIME, Catalogue
from atpilots.pilots.loading import load_pilot
from atpilots.publish import exporter, notebook_run
from atpilots.publish.batch import render_each
from atpilots.publish.exporter import page
from atpilots.publish.gate import GateError
from atpilots.publish.notebook_run import RenderError
from atpilots.publish.rendering import render
from atpilots.report.opening import open_report
from atpilots.report.report import SYNTHETIC_BANNER
from atpilots.report.similar_cases import cases_like


class Words(HTMLParser):
    """A page's visible words and its tags with attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._skip = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._skip = tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="session")
def greenwich_page(greenwich: Path) -> str:
    return (greenwich / "greenwich-public.html").read_text(encoding="utf-8")


def test_one_number_recomputed_by_hand_is_in_the_sentence_and_in_the_table(greenwich_page: str) -> None:
    """From survey.csv with the standard library alone: the mean change in ONS4 happiness."""
    with (BUNDLED / "greenwich" / "survey.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    answers = {
        (row["respondent"], row["wave"]): int(row["ons4_happy"]) for row in rows if row["ons4_happy"] not in {"", "-9"}
    }
    twice = [who for who, wave in answers if wave == "before" and (who, "after") in answers]
    before = statistics.mean(answers[who, "before"] for who in twice)
    after = statistics.mean(answers[who, "after"] for who in twice)
    change = statistics.mean(answers[who, "after"] - answers[who, "before"] for who in twice)
    section = Words(greenwich_page).text.split("Happiness yesterday (ONS4)")
    told = next(part for part in section if part.strip(" .").startswith("The average score"))
    assert f"from {before:.1f} before to {after:.1f} after" in told
    assert f"The average change was {change:+.1f} points" in told
    row = Words(greenwich_page).text.partition("Happiness yesterday (ONS4, 0 to 10)")[2]
    assert row.split()[:4] == [f"{before:.1f}", "→", f"{after:.1f}", "Change"]
    assert row.split()[4] == f"{change:+.1f}"


def test_the_page_stands_alone(greenwich_page: str) -> None:
    words = Words(greenwich_page)
    tags = {tag for tag, _ in words.tags}
    assert not tags & {"script", "link", "iframe", "object", "embed", "svg", "form", "base"}
    for tag, attributes in words.tags:
        assert not any(name.startswith("on") for name in attributes), tag
        assert attributes.get("src", "data:image/png;base64,").startswith("data:image/png;base64,")
    policy = next(a for t, a in words.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert str(policy["content"]).startswith("default-src 'none'; img-src data:;")
    assert len(greenwich_page.encode()) < 1_000_000


def test_the_page_says_that_its_data_are_synthetic_and_names_no_respondent(greenwich_page: str) -> None:
    text = Words(greenwich_page).text
    assert text.index(SYNTHETIC_BANNER) < text.index("In short")
    assert not any(code in greenwich_page for code in load_pilot("greenwich").all_respondents)
    assert str(CHECKOUT) not in greenwich_page


def test_the_page_tells_exactly_who_answered_and_prints_no_p_value(greenwich_page: str) -> None:
    text = Words(greenwich_page).text
    own = text[: text.rindex("Similar case studies")]
    assert "34 people were recruited. 33 people answered the first survey, 27 the second and 26 both." in own
    assert not re.search(r"about \d+ (?:people )?(?:recruited|answered)|\bp\s*[=<]|p-value", own)


def test_every_picture_has_words_and_is_followed_by_its_table(greenwich_page: str) -> None:
    tags = Words(greenwich_page).tags
    pictures = [attributes for tag, attributes in tags if tag == "img"]
    strips = [picture for picture in pictures if picture.get("class") == "strip"]
    others = [picture for picture in pictures if picture not in strips]
    assert [tag for tag, _ in tags if tag in {"picture", "source"}] == ["picture", "source"] * len(others)
    assert len(strips) == 1 + len(load_pilot("greenwich").measures)  # with their axis
    assert all(len(str(picture["alt"])) > 100 for picture in others)
    structure = [tag for tag, _ in tags if tag in {"figure", "table"}]
    for place, tag in enumerate(structure):
        assert tag == "table" or structure[place + 1] == "table"
    assert [a.get("scope") for t, a in tags if t == "th"].count(None) == 0


def test_the_executed_notebook_and_the_manifest_are_where_they_belong(greenwich: Path, greenwich_page: str) -> None:
    assert (greenwich / "private").stat().st_mode & 0o777 == 0o700
    assert left_in(greenwich / "private") == {"greenwich-public.ipynb", "greenwich.origin"}
    manifest = json.loads((greenwich / "greenwich-public.json").read_text(encoding="utf-8"))
    assert manifest["provenance"] == "synthetic"
    assert manifest["data"] == load_pilot("greenwich").data_hash()
    assert not any(code in json.dumps(manifest) for code in load_pilot("greenwich").all_respondents)


@pytest.mark.slow  # among the fast tests of faults a pilot's rows are shuffled too
def test_shuffled_rows_make_the_same_bytes(greenwich: Path, greenwich_page: str, tmp_path: Path) -> None:
    copy = tmp_path / "greenwich"
    shutil.copytree(BUNDLED / "greenwich", copy)
    header, *rows = (copy / "survey.csv").read_text(encoding="utf-8").splitlines()
    order = np.random.default_rng(11).permutation(len(rows))
    (copy / "survey.csv").write_text("\n".join([header, *(rows[i] for i in order)]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="is the name of another pilot"):
        render(copy, Audience.PUBLIC, tmp_path / "reports")
    assert executed_in_process(copy) == greenwich_page


def executed_in_process(pilot: Path, audience: str = "public") -> str:
    """The page of the report notebook with its cells run here instead of in a kernel."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    names = {"report": open_report(pilot, audience=audience)}
    for cell in notebook.cells:
        last = cell.source.rpartition("\n")[2]
        if cell.cell_type == "code" and last.startswith("report."):
            data = {MIME: eval(last, names).model_dump(mode="json")}  # noqa: S307 - the repository's own notebook
            cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    return page(notebook, names["report"])


@pytest.mark.real_data
@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.slow
def test_a_pilot_of_real_records_is_published_from_its_path(shared_data: Path, tmp_path: Path) -> None:
    folder = nhs_pilot(shared_data, "08A", "hip", tmp_path / "pilots" / "hip-operation")
    html = released(folder, Audience.PUBLIC, tmp_path / "reports").read_text(encoding="utf-8")
    text = Words(html).text
    assert text.startswith("hip replacement: ")
    assert SYNTHETIC_BANNER not in text
    assert "Oxford Hip Score" in text
    assert "from 17.7 before to 40.4 after, on a scale from 0 to 48" in text
    assert "from 0.37 before to 0.82 after, on a scale from −0.59 to 1" in text
    assert not any(code in html for code in load_pilot(folder).all_respondents)


@pytest.mark.slow  # among the fast tests of faults a cell fails too
def test_a_failing_notebook_publishes_nothing_and_keeps_the_last_good_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "greenwich-public.html").write_text("the last good page")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    summary = next(cell for cell in notebook.cells if cell.source == "report.summary()")
    summary.source += "\nraise KeyError('CANARY of Mrs Example')"
    nbformat.write(notebook, tmp_path / "broken.ipynb")
    monkeypatch.setattr(notebook_run, "report_notebook", lambda _: tmp_path / "broken.ipynb")
    with pytest.raises(RenderError) as error:
        render("greenwich", Audience.PUBLIC, tmp_path)
    number = notebook.cells.index(summary) + 1  # as its owner counts, without papermill's own cell
    assert str(error.value) == f"cell {number} failed (KeyError); the details are in private/greenwich-public.log"
    assert (tmp_path / "greenwich-public.html").read_text() == "the last good page"
    assert {path.name for path in tmp_path.iterdir()} == {"greenwich-public.html", "broken.ipynb", "private"}
    log = tmp_path / "private" / "greenwich-public.log"
    assert left_in(log.parent) == {log.name}
    assert log.stat().st_mode & 0o777 == 0o600
    assert "CANARY" in log.read_text()


@pytest.mark.slow  # among the fast tests of faults without processes
def test_one_faulty_pilot_does_not_stop_the_others(tmp_path: Path) -> None:
    rows = happy_rows({f"R{i:02d}": i % 9 for i in range(30)}, {f"R{i:02d}": (i * 3) % 10 for i in range(30)})
    good = write_pilot(tmp_path / "pilots" / "good-one", rows)
    bad = write_pilot(tmp_path / "pilots" / "bad-one", [*rows, rows[0]])
    outcomes = {o.pilot: o for o in render_each([bad, good], Audience.BOROUGH, jobs=2, reports=tmp_path / "reports")}
    drafts = tmp_path / "reports" / "drafts"
    assert outcomes["good-one"].page == drafts / "good-one-borough.html"
    assert outcomes["bad-one"].page is None
    assert "rows 2 and 62" in outcomes["bad-one"].problem
    assert {path.name for path in drafts.parent.iterdir()} == {"drafts", "private"}
    assert {path.name for path in drafts.iterdir()} == {f"good-one-borough.{kind}" for kind in ("html", "json", "xlsx")}


def test_internal_pages_land_in_the_private_folder_only(tmp_path: Path) -> None:
    rows = happy_rows({f"R{i:02d}": i % 9 for i in range(12)}, {f"R{i:02d}": (i * 3) % 10 for i in range(12)})
    html = executed_in_process(write_pilot(tmp_path / "small-one", rows), audience="internal")
    assert "Internal. Exact figures of few people: never share this page." in Words(html).text
    assert "12 people" in Words(html).text
    assert "permutation test" in html
    assert "The p-value is not the chance that the pilot worked." in Words(html).text


@pytest.mark.parametrize("people", [0, 1, 2, 9, 10])
def test_too_few_people_get_no_number(tmp_path: Path, people: int) -> None:
    before = {f"R{i:02d}": i % 9 for i in range(14)}
    rows = happy_rows(before, {f"R{i:02d}": (i * 3) % 10 for i in range(people)})
    text = Words(executed_in_process(write_pilot(tmp_path / "small-one", rows))).text
    results = text[text.index("Who took part") : text.rindex("Similar case studies")]
    assert "Too few people completed both surveys to publish results." in results
    assert not re.search(r"average score (rose|fell|was)", text)


def test_eleven_people_are_enough(tmp_path: Path) -> None:
    before = {f"R{i:02d}": i % 9 for i in range(11)}
    rows = happy_rows(before, {f"R{i:02d}": (i * 3) % 10 for i in range(11)})
    assert "before, " in Words(executed_in_process(write_pilot(tmp_path / "small-one", rows))).text


def test_a_change_that_everybody_shares_is_withheld(tmp_path: Path) -> None:
    before = {f"R{i:02d}": i % 8 for i in range(20)}
    rows = happy_rows(before, {who: answer + 2 for who, answer in before.items()})
    text = Words(executed_in_process(write_pilot(tmp_path / "alike", rows))).text
    assert "The results are withheld to protect the people who took part." in text
    assert "nan" not in text.lower().split()


def test_the_pilots_own_notes_have_their_places(tmp_path: Path) -> None:
    rows = happy_rows({f"R{i:02d}": i % 9 for i in range(24)}, {f"R{i:02d}": (i * 3) % 10 for i in range(24)})
    note = "People got a speaker " + "and then something else " * 8
    more = f'[notes]\ntried = "{note.strip()}."\nmore = "A note of our own."'
    report = open_report(write_pilot(tmp_path / "noted", rows, more=more))
    assert "something else" not in report.summary().text()
    assert f"{note.strip()}." in report.participants().text()
    assert "A note of our own." in report.caveats().text()


def test_no_missing_value_is_printed_as_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = match_cases(["voice_assistant"], ["older_people"], ["loneliness_social_connection"], "own_home", limit=40)
    assert cases["year"].isna().any()
    monkeypatch.setattr("atpilots.cases.match_cases", lambda *_: cases)
    rows = next(piece for piece in cases_like(bundled("greenwich").pilot).pieces if isinstance(piece, Catalogue))
    assert len(rows.entries) == len(cases)
    assert not any("None" in text or "<NA>" in text for row in rows.entries for text in (row.line, *row.notes))


class TestExporter:
    """What the notebook may and may not bring onto a page. Here it is a few parts of a report."""

    @pytest.fixture(autouse=True)
    def _parts_of_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exporter, "lacking", lambda *_: [])

    @staticmethod
    def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
        report = bundled("greenwich")
        title, summary = (
            nbformat.v4.new_code_cell(
                "", outputs=[nbformat.v4.new_output("execute_result", data={MIME: r.model_dump(mode="json")})]
            )
            for r in (report.title(), report.summary())
        )
        heading = nbformat.v4.new_markdown_cell("## In short")
        return nbformat.v4.new_notebook(cells=[title, heading, summary, *cells])

    def test_other_outputs_are_dropped(self) -> None:
        outputs = [
            nbformat.v4.new_output("stream", name="stdout", text="CANARY"),
            nbformat.v4.new_output("stream", name="stderr", text="CANARY warning"),
            nbformat.v4.new_output("error", ename="ValueError", evalue="CANARY", traceback=["CANARY"]),
            *(
                nbformat.v4.new_output("display_data", data={mime: "<script>CANARY</script>"})
                for mime in ("text/html", "text/plain", "image/svg+xml", "text/vnd.mermaid", "application/javascript")
            ),
        ]
        html = page(self.notebook(nbformat.v4.new_code_cell("secret = 'CANARY'", outputs=outputs)))
        assert "CANARY" not in html

    @pytest.mark.parametrize("source", ["We saw 12 people.", "½ of them", "## Part 2"])
    def test_a_number_typed_in_a_markdown_cell_stops_the_page(self, source: str) -> None:
        with pytest.raises(GateError, match=r"cell 4: .+ is a number typed in a Markdown cell"):
            page(self.notebook(nbformat.v4.new_markdown_cell(source)))

    def test_a_forged_released_object_stops_the_page(self) -> None:
        data = {MIME: {"pieces": [{"kind": "html", "html": "<script>"}], "rules": []}}
        cell = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", data=data)])
        with pytest.raises(GateError, match="cell 4: its output is not a released object"):
            page(self.notebook(cell))

    def test_a_respondents_code_in_words_stops_the_page(self) -> None:
        code = sorted(load_pilot("greenwich").all_respondents)[0]
        released = bundled("greenwich").participants().model_dump(mode="json")
        words = next(piece for piece in released["pieces"] if piece["kind"] == "text")
        words["paragraphs"] = [f"Respondent {code} felt better."]
        cell = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", data={MIME: released})])
        with pytest.raises(GateError, match="cell 4: its output is not what the report of greenwich makes") as error:
            page(self.notebook(cell))
        assert code not in str(error.value)

    def test_a_notebook_that_stopped_half_way_gives_no_page(self) -> None:
        notebook = self.notebook()
        mark = nbformat.v4.new_markdown_cell("An error", metadata={"tags": ["papermill-error-cell-tag"]})
        notebook.cells.insert(0, mark)
        with pytest.raises(GateError, match="the notebook did not run to its end"):
            page(notebook)

    def test_cells_tagged_lab_stay_out_of_the_page(self) -> None:
        cell = nbformat.v4.new_markdown_cell("# For the researcher, 12 things", metadata={"tags": ["lab"]})
        assert "For the researcher" not in page(self.notebook(cell))
