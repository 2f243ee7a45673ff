"""Every fault of the list has a test of its own; those that no other file holds are here."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import html5lib
import pytest
from builders.folders import happy_rows, write_pilot

from atpilots.cli import main
from atpilots.files.problems import DataError
from atpilots.files.toml import LARGEST_TOML
from atpilots.pilots.loading import load_pilot
from atpilots.publish.gate import GateError, check_page
from atpilots.publish.private_texts import PrivateTexts
from atpilots.report.opening import open_report

TESTS = Path(__file__).parent.parent
FAULTS = {
    "F-01": "test_faults.py::test_only_known_parameters_pass",
    "F-02": "test_faults.py::test_a_mistyped_parameter_is_told_its_neighbour",
    "F-03": "test_faults.py::test_only_names_of_pilots_pass",
    "F-04": "test_faults.py::test_only_names_of_pilots_pass",
    "F-05": "test_faults.py::test_papermill_reads_local_files_only",
    "F-06": "test_faults.py::test_only_names_of_pilots_pass",
    "F-07": "test_fault_table.py::test_a_description_is_data_of_a_bounded_size",
    "F-08": "test_faults.py::test_an_error_in_a_cell_a_dead_kernel_and_a_slow_cell_publish_nothing",
    "F-09": "test_faults.py::test_a_full_disk_leaves_the_last_good_release",
    "F-10": "test_faults.py::test_the_second_of_two_runs_fails_cleanly",
    "F-11": "test_faults.py::test_nothing_of_a_hostile_notebook_reaches_the_release",
    "F-12": "test_faults.py::test_nothing_of_a_hostile_notebook_reaches_the_release",
    "F-13": "test_faults.py::test_nothing_of_a_hostile_notebook_reaches_the_release",
    "F-14": "test_faults.py::test_nothing_of_a_hostile_notebook_reaches_the_release",
    "F-15": "test_fault_table.py::test_the_provenance_names_versions_and_fingerprints_only",
    "F-16": "test_gate.py::test_hostile_text_is_shown_as_text",
    "F-17": "test_gate.py::test_hostile_markdown_reaches_no_attribute",
    "F-18": "test_gate.py::test_no_other_output_is_drawn",
    "F-19": "test_gate.py::test_no_other_output_is_drawn",
    "F-20": "test_gate.py::test_no_other_output_is_drawn",
    "F-21": "test_gate.py::test_a_picture_holds_pixels_only",
    "F-22": "test_gate.py::test_a_title_in_any_letters_stands_where_it_belongs",
    "F-23": "test_gate.py::test_hostile_text_is_shown_as_text",
    "F-24": "test_fault_table.py::test_a_page_needs_nothing_but_itself",
    "F-25": "test_fault_table.py::test_nothing_hidden_passes_the_gate",
    "F-26": "test_gate.py::test_hostile_markdown_reaches_no_attribute",
    "F-40": "test_faults.py::test_nobody_changing_says_nothing_of_anybody",
    "F-41": "test_suppression.py::test_hardly_anybody_makes_no_nonsense",
    "F-42": "test_store.py::test_a_withdrawal_is_a_recall",
    "F-43": "test_fault_table.py::test_a_column_named_like_a_person_is_never_shown",
    "F-44": "test_quotes.py::test_the_scanner_finds",
    "F-45": "test_fault_table.py::test_links_out_of_the_folder_are_refused",
    "F-46": "test_faults.py::test_one_respondent_more_is_blocked_until_the_first_release_is_recalled",
    "F-47": "test_store.py::test_a_pooled_figure_minus_several_pilots_does_not_either",
    "F-48": "test_faults.py::test_the_same_bytes_under_another_locale_time_zone_clock_and_row_order",
    "F-49": "test_faults.py::test_the_same_bytes_under_another_locale_time_zone_clock_and_row_order",
    "F-50": "test_faults.py::test_notebooks_are_kept_without_outputs_and_paths",
    "F-51": "test_faults.py::test_the_versions_with_known_holes_are_ruled_out",
}


def test_every_fault_has_its_test() -> None:
    assert set(FAULTS) == {f"F-{number:02d}" for number in (*range(1, 27), *range(40, 52))}
    files = {path.name: path for room in TESTS.iterdir() for path in room.glob("test_*.py")}
    for fault, place in FAULTS.items():
        file, _, name = place.partition("::")
        tree = ast.parse(files[file].read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, fault


def a_pilot(root: Path, **files: str) -> Path:
    before = {f"P{i:02d}": str(3 + i % 5) for i in range(25)}
    after = {f"P{i:02d}": str(4 + (i * 3) % 6) for i in range(25)}
    folder = write_pilot(root / "pilots" / "alpha", happy_rows(before, after))
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ('title = "again"\n', "pilot.toml, row 7: is not valid TOML: a key or table of this name stands above"),
        ("x = " + "[" * 5000 + "]" * 5000 + "\n", "pilot.toml: is nested too deeply"),
        ("# " + "x" * LARGEST_TOML + "\n", "pilot.toml: is larger than 1,000,000 bytes"),
        ("&a [*a, *a]\n", "pilot.toml, row 7: is not valid TOML: a line is key = "),
        ("recruited = " + "9" * 5000 + "\n", "pilot.toml: has a number of thousands of digits"),
    ],
)
def test_a_description_is_data_of_a_bounded_size(tmp_path: Path, more: str, problem: str) -> None:
    """TOML has no tags that run code and no aliases; YAML is read nowhere."""
    folder = a_pilot(tmp_path)
    toml = (folder / "pilot.toml").read_text(encoding="utf-8")
    (folder / "pilot.toml").write_text(toml.replace("waves =", f"{more}waves ="), encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        load_pilot(folder)


def test_yaml_is_read_nowhere_and_its_tags_are_text(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path)
    toml = (folder / "pilot.toml").read_text(encoding="utf-8")
    tag = "!!python/object/apply:os.system"
    (folder / "pilot.toml").write_text(toml.replace("A test pilot", tag), encoding="utf-8")
    assert load_pilot(folder).protocol.title == tag
    sources = [path.read_text(encoding="utf-8") for path in (TESTS.parent / "atpilots").rglob("*.py")]
    assert not any("yaml" in source.casefold() for source in sources)


def test_the_provenance_names_versions_and_fingerprints_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program is asked (git would tell its remote), and nothing comes from the environment."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setenv("SECRET_TOKEN", "CANARYTOKEN")
    monkeypatch.setattr(subprocess, "Popen", refuse)
    (facts,) = open_report(a_pilot(tmp_path)).provenance().pieces
    names = {name for name, _ in facts.entries}
    assert {"Data", "Data fingerprint (keyed)", "Software", "Fingerprint of the locked packages"} <= names
    assert len(names) == 5
    assert re.search(r"Python \d.*, pandas \d", dict(facts.entries)["Software"])
    assert "CANARYTOKEN" not in str(facts)


def test_a_page_needs_nothing_but_itself(greenwich: Path) -> None:
    """Opened from a USB stick without a network it is the same: no script, no outside picture, style or letter."""
    html = (greenwich / "greenwich-public.html").read_text(encoding="utf-8")
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    assert all(element.get("src", "").startswith("data:image/png;base64,") for element in tree.iter("img"))
    assert not [e.tag for e in tree.iter() if e.tag in {"script", "link", "iframe", "object", "embed", "base"}]
    style = "".join(element.text or "" for element in tree.iter("style"))
    assert "@import" not in style
    assert "url(" not in style
    policy = next(m.get("content") for m in tree.iter("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data:; style-src")


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- CANARY -->", '<p data-row="CANARY">x</p>', "<p hidden>CANARY</p>", '<p style="color:white">CANARY</p>',
        '<input type="hidden" value="CANARY">', "<template>CANARY</template>", '<p title="CANARY">x</p>',
        '<p aria-hidden="true">CANARY</p>', '<span aria-hidden="true">△ CANARY</span>', "<noscript>CANARY</noscript>",
    ],
)  # fmt: skip
def test_nothing_hidden_passes_the_gate(hidden: str) -> None:
    page = "<!doctype html><html lang='en'><head><title>T</title></head><body><main><h1>T</h1>{}</main></body></html>"
    check_page(page.format("<p>x</p>"), PrivateTexts())
    with pytest.raises(GateError):
        check_page(page.format(hidden), PrivateTexts())


def test_a_column_named_like_a_person_is_never_shown(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path)
    for name, old, new in (
        ("survey.csv", "ons4_happy", "Zebedee Canary's mood"),
        ("pilot.toml", "primary = true", 'primary = true\n[measures.columns]\nons4_happy = "Zebedee Canary\'s mood"'),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    report = open_report(folder)
    sections = ("title", "summary", "overview", "measures", "participants", "caveats", "method", "provenance")
    parts = [getattr(report, name)() for name in sections]
    assert "ons4_happy" in set(report.results["measure"])
    assert "Zebedee" not in " ".join(part.model_dump_json() for part in parts) + report.results.to_csv()


@pytest.mark.parametrize("file", ["survey.csv", "pilot.toml", "instruments"])
def test_links_out_of_the_folder_are_refused(tmp_path: Path, file: str) -> None:
    folder, elsewhere = a_pilot(tmp_path), tmp_path / "elsewhere"
    if (folder / file).exists():
        (folder / file).rename(elsewhere)
    else:
        elsewhere.mkdir()
    (folder / file).symlink_to(elsewhere)
    with pytest.raises(DataError, match=f"{file}: is a link to a place outside the pilot's folder"):
        load_pilot(folder)


def test_a_link_within_the_folder_is_a_file(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path)
    (folder / "survey.csv").rename(folder / "survey-final.csv")
    (folder / "survey.csv").symlink_to(folder / "survey-final.csv")
    assert load_pilot(folder).answered_twice == 25


@pytest.mark.usefixtures("without_forks")  # a process of its own would write the checkout's index
def test_a_folder_that_a_cloud_service_copies_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atpilots.publish.render_each", lambda *_, **__: [])
    monkeypatch.setattr("atpilots.publish.write_index", lambda: "index")
    for place, warned in (("OneDrive - Borough", True), ("data", False)):
        main(["report", str(a_pilot(tmp_path / place))])
        assert ("copied to a cloud service" in capsys.readouterr().err) is warned
