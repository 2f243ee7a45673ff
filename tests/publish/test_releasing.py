"""Drafts, and how one becomes a release: what was read, by two people, and nothing else."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
from builders.canaries import in_folder, sightings
from builders.folders import happy_rows, write_pilot
from builders.released import READERS, released
from markupsafe import escape

from atpilots.cli import main
from atpilots.disclosure.thresholds import Audience
from atpilots.files.problems import DataError, UsageError
from atpilots.files.project_folders import NOTEBOOK
from atpilots.files.workspaces import make_workspace
from atpilots.ledger.recalls import astray, releases_of
from atpilots.ledger.store import Ledger, LedgerError, to_record
from atpilots.publish import notebook_run, releasing
from atpilots.publish.batch import render_all
from atpilots.publish.exporter import DRAFT_BANNER
from atpilots.publish.outcome import Outcome
from atpilots.publish.overview import left_over
from atpilots.publish.readers import two_people
from atpilots.publish.releasing import ReleaseError, release
from atpilots.publish.rendering import render
from atpilots.publish.reports_folder import drafts_newer, index_is_old
from atpilots.publish.site import write_index
from atpilots.publish.stamp import stamp_of_environment

TOGETHER = "together with an earlier release it would set fewer than 10 people apart"

pytestmark = pytest.mark.usefixtures("without_kernel", "without_pictures")


def a_pilot(root: Path, people: int = 25, more: str = "") -> Path:
    answers = [dict(enumerate(wave)) for wave in np.random.default_rng(17).integers(2, 9, (2, 40)).tolist()]
    coded = [{f"LB{i:03d}": answer for i, answer in list(wave.items())[:people]} for wave in answers]
    return write_pilot(root / "data" / "pilots" / "alpha", happy_rows(*coded), more=more)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_release_differs_from_its_draft_by_banner_date_and_number_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, reports = a_pilot(tmp_path), tmp_path / "reports"
    draft = render(folder, "public", reports)
    assert draft.status == "draft"
    assert draft.page == reports / "drafts" / "alpha-public.html"
    assert not list(reports.glob("*.*"))
    assert not (tmp_path / "data" / "ledger" / "releases.jsonl").exists()
    assert {path.stat().st_mode & 0o777 for path in (reports / "drafts").iterdir()} == {0o600}
    assert (reports / "drafts").stat().st_mode & 0o777 == 0o700
    html = draft.page.read_text(encoding="utf-8")
    banner = escape(DRAFT_BANNER)
    assert f'<p class="banner">{banner}</p>' in html
    assert not re.search("Made on|Released on", html)

    page = release(folder, READERS, reports=reports)
    (line,) = Ledger(tmp_path / "data").releases
    assert (line.checked_by, bool(line.date)) == (READERS, True)
    told = page.read_text(encoding="utf-8")
    dated = re.compile(rf"\n<p>Released on \d+ \w+ \d+\. Release number: {line.id}\.</p>")
    assert len(dated.findall(told)) == 1
    assert dated.sub("", told) == html.replace(f'\n<p class="banner">{banner}</p>', "").replace(f"{banner} ", "")
    spoken = {"Draft for the pilot"}
    assert in_folder(draft.page.parent, spoken).keys() == {"alpha-public.html", "alpha-public.xlsx"}
    assert not any(sightings(content, spoken) for content in files(reports).values())
    now, then = (json.loads((place / "alpha-public.json").read_text("utf-8")) for place in (reports, draft.page.parent))
    assert {key for key in now if now[key] != then[key]} == {"release", "date", "draft_sha256", "page_sha256"}
    assert (now["release"], now["date"], now["draft_sha256"]) == (line.id, line.date, then["page_sha256"])
    assert not any(name.encode() in content for name in READERS for content in files(reports).values())

    # Again: the same bytes on any other day, whatever was set, and nothing new in the ledger.
    before, ledger = files(reports), files(tmp_path / "data" / "ledger")
    monkeypatch.setattr(releasing, "_today", lambda: "2031-01-01")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    release(folder, [*reversed(READERS)], reports=reports)
    assert files(reports) == before
    assert files(tmp_path / "data" / "ledger") == ledger
    with pytest.raises(LedgerError, match=f"this very draft was released on {line.date}, by two others"):
        release(folder, ("Cy Third", "Di Fourth"), reports=reports)
    assert files(tmp_path / "data" / "ledger") == ledger


def test_a_page_that_is_no_release_has_a_date_only_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(stamp_of_environment()) == ""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(365 * 86400))
    assert str(stamp_of_environment()) == "Made on 1 January 1971."
    for text in ("soon", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
        with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH is not a number of seconds"):
            stamp_of_environment()


def answer_changed(folder: Path, reports: Path, patch: pytest.MonkeyPatch) -> None:
    survey = folder / "survey.csv"
    survey.write_text(re.sub("LB003,after,.", "LB003,after,1", survey.read_text("utf-8")), "utf-8")


def plan_changed(folder: Path, reports: Path, patch: pytest.MonkeyPatch) -> None:
    text = (folder / "pilot.toml").read_text("utf-8")
    (folder / "pilot.toml").write_text(text.replace("[[measures]]", "recruited = 30\n[[measures]]"), "utf-8")


def notebook_changed(folder: Path, reports: Path, patch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("Thank you."))
    nbformat.write(notebook, folder.parent / "other.ipynb")
    patch.setattr(notebook_run, "report_notebook", lambda _: folder.parent / "other.ipynb")


def version_changed(folder: Path, reports: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("atpilots.publish.manifest.versions", lambda: {"Python": "4"})


def cases_changed(folder: Path, reports: Path, patch: pytest.MonkeyPatch) -> None:
    edited(
        reports / "drafts" / "alpha-public.json", lambda text: text.replace('"case studies": "', '"case studies": "0')
    )


def page_edited(folder: Path, reports: Path, patch: pytest.MonkeyPatch) -> None:
    edited(reports / "drafts" / "alpha-public.html", lambda text: text.replace("A test pilot", "A good pilot"))


def executed_edited(folder: Path, reports: Path, patch: pytest.MonkeyPatch) -> None:
    edited(reports / "private" / "alpha-public.ipynb", lambda text: text.replace("## In short", "## It worked"))


def executed_gone(folder: Path, reports: Path, patch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(reports / "private")


def edited(path: Path, how: Callable[[str], str]) -> None:
    old = path.read_text("utf-8")
    assert how(old) != old
    path.write_text(how(old), "utf-8")


CHANGES: dict[Callable[..., None], str] = {
    answer_changed: r"since the draft of alpha was made, changed: the answers \(survey.csv, withdrawn.csv\); draft",
    plan_changed: "changed: pilot.toml or an instrument; draft again",
    notebook_changed: "changed: the report's notebook; draft again",
    version_changed: "changed: the versions of Python and its packages; draft again",
    cases_changed: "changed: case studies; draft again",
    page_edited: "is not as it was made; draft again",
    executed_edited: "is not what its notebook makes now; draft again",
    executed_gone: r"cannot be read; draft again \(atpilots report alpha\), and read it",
}


def test_only_the_draft_that_was_read_is_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, reports = a_pilot(tmp_path), tmp_path / "reports"
    with pytest.raises(ReleaseError, match=r"there is no drafts/alpha-public.html to release; draft again"):
        release(folder, READERS, reports=reports)
    render(folder, "public", reports)
    with pytest.raises(ReleaseError, match=r"alpha-borough.html .*report alpha --audience borough"):
        release(folder, READERS, "borough", reports=reports)
    with pytest.raises(UsageError, match="an internal page is never released"):
        release(folder, READERS, "internal", reports=reports)
    with pytest.raises(ReleaseError, match="greenwich is synthetic: there is nothing to release"):
        release("greenwich", READERS, reports=reports)
    kept = tmp_path / "kept"
    shutil.copytree(tmp_path / "data", kept / "data")
    shutil.copytree(reports, kept / "reports")
    for change, told in CHANGES.items():
        with monkeypatch.context() as patch:
            change(folder, reports, patch)
            with pytest.raises(ReleaseError, match=told):
                release(folder, READERS, reports=reports)
        for place in ("data", "reports"):
            shutil.rmtree(tmp_path / place)
            shutil.copytree(kept / place, tmp_path / place)
    assert Ledger(tmp_path / "data").releases == ()
    assert not list(reports.glob("*.*"))
    assert release(folder, READERS, reports=reports).exists()


@pytest.mark.parametrize(
    "names",
    [(), ("Ann Officer",), ("Ann Officer", ""), ("Ann Officer", "  ann   OFFICER"), ("Ann Officer", "Аnn Officer"),
     ("Ann Officer", "Officer, Ann"), ("Ann", "Ann Officer"), ("Ann Officer", "12"), ("A", "B", "C"),
     ("Ann Lee", "A. Lee"), ("x", "y"),
     ("Ann", "B\u202eob")],
)  # fmt: skip
def test_two_different_people_read_a_draft(names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        two_people(names)


def test_names_are_kept_with_single_spaces() -> None:
    assert two_people((" Ann  Officer ", "Zoë Ó Briain")) == ("Ann Officer", "Zoë Ó Briain")
    assert two_people(("李 明", "王 芳"))


def test_a_killed_release_is_none_and_the_next_one_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, reports = a_pilot(tmp_path), tmp_path / "reports"
    with monkeypatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "0")
        draft = render(folder, "public", reports).page
    assert draft is not None
    assert "<p>Made on 1 January 1970.</p>" in draft.read_text("utf-8")

    def killed(*_: object) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(releasing, "move_all_or_none", killed)
        patch.setattr(releasing, "_today", lambda: "2026-01-31")
        with pytest.raises(KeyboardInterrupt):
            release(folder, READERS, reports=reports)
    assert not list(reports.glob("*.*"))
    command = "atpilots release alpha --checked-by NAME --checked-by NAME"
    again = f"recorded, but its page is not in reports/; run again: {command}"
    assert [said for _, said in astray(folder, reports)] == [again]
    assert f"public  stands  ({again})" in "\n".join(releases_of(folder, reports=reports))
    told = release(folder, READERS, reports=reports).read_text("utf-8")
    assert not [*astray(folder, reports)]
    assert index_is_old(reports) == "alpha-public.html"
    write_index(reports)
    assert index_is_old(reports) == ""
    manifest = (reports / "alpha-public.json").read_bytes()
    (reports / "alpha-public.json").write_bytes(manifest[:9])
    (line,) = left_over({"alpha": folder}, {"alpha": folder}, reports)
    assert line.startswith("alpha-public.json is no manifest of a release; report (or release) the pilot again")
    (reports / "alpha-public.json").write_bytes(manifest)
    (reports / "gx-public.html").mkdir()
    (line,) = left_over({"alpha": folder}, {"alpha": folder}, reports)
    assert line == "gx-public.html is a folder, where a page belongs; move it away"
    (reports / "gx-public.html").rmdir()
    assert not [*left_over({"alpha": folder}, {"alpha": folder}, reports)]
    assert "Released on 31 January 2026." in told
    assert "1970" not in told
    (first,) = Ledger(tmp_path / "data").releases
    Ledger(tmp_path / "data").record(dataclasses.replace(first, id="other"), [first.id], "Ann Officer")
    out = "recalled, but its page is still in reports/; take alpha-public.html and the files beside it out"
    assert (first.id, out) in [(release.id, said) for release, said in astray(folder, reports)]


@pytest.mark.slow
def test_whoever_upgrades_keeps_releases_and_ledger(tmp_path: Path) -> None:
    """As the first version wrote them: lines without names, date and draft, a manifest without most of today's keys."""
    folder, reports, data = a_pilot(tmp_path), tmp_path / "reports", tmp_path / "data"
    page = released(folder, Audience.PUBLIC, reports)
    (line,) = Ledger(data).releases
    (data / "ledger" / "releases.jsonl").unlink()
    (data / "ledger" / "head.json").unlink()
    old = Ledger(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("atpilots.ledger.store.to_record", lambda release: without(to_record(release)))
        old.record(line)
    written = json.loads((data / "ledger" / "releases.jsonl").read_text("utf-8"))
    assert not {"checked_by", "date", "draft"} & written.keys()
    manifest = json.loads(page.with_suffix(".json").read_text("utf-8"))
    for key in ("date", "draft_sha256", "protocol", "notebook"):
        del manifest[key]
    page.with_suffix(".json").write_text(json.dumps(manifest), "utf-8")
    shutil.rmtree(reports / "drafts")

    assert [release.id for release in Ledger(data).releases] == [line.id]
    assert "A test pilot" in write_index(reports).read_text("utf-8")
    assert list(drafts_newer(folder, reports)) == []
    a_pilot(tmp_path, people=26)
    assert line.id in render(folder, "public", reports).caution
    assert list(drafts_newer(folder, reports)) == [("public", True)]
    with pytest.raises(LedgerError, match=line.id):
        release(folder, READERS, reports=reports)
    a_pilot(tmp_path)
    released(folder, Audience.PUBLIC, reports)  # the same page, now with names
    assert [release.checked_by for release in Ledger(data).releases] == [(), READERS]
    assert list(drafts_newer(folder, reports)) == []


def without(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in {"checked_by", "date", "draft"}}


@pytest.mark.slow
def test_the_first_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """new, fill in, check, report, read, release; then a late questionnaire, and somebody withdraws."""
    reports, data = tmp_path / "reports", tmp_path / "data"
    monkeypatch.setenv("ATPILOTS_DATA", str(data))
    make_workspace(tmp_path)
    monkeypatch.chdir(tmp_path)

    def said(code: int, *command: str) -> str:
        assert main(list(command)) == code
        return "".join(capsys.readouterr())

    names = [word for name in READERS for word in ("--checked-by", name)]
    data.mkdir()
    said(0, "new", "alpha")
    a_pilot(tmp_path)
    assert "no problems" in said(0, "check", "alpha")
    assert "there is no drafts/alpha-public.html" in said(1, "release", "alpha", *names)
    told = said(0, "report", "alpha")
    assert f"alpha: draft {reports}/drafts/alpha-public.html" in told
    assert "atpilots release PILOT --checked-by NAME --checked-by NAME\n" in told
    assert not (reports / "index.html").exists()
    assert "alpha: its public draft was never released" in said(0, "list")

    for wrong in ([], names[:2], [*names[:2], *names[:2]], [*names, "--replaces", "one"], ["--audience", "internal"]):
        before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
        with contextlib.suppress(SystemExit):
            assert main(["release", "alpha", *wrong]) == 2
        assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    told = said(0, "release", "alpha", *names)
    assert "I read the whole page as somebody who knows the people who took part." in told
    (first,) = Ledger(data).releases
    assert "A test pilot" in (reports / "index.html").read_text("utf-8")
    assert "draft" not in said(0, "list")
    assert f"{first.id}  public  stands" in said(0, "releases", "alpha")

    a_pilot(tmp_path, people=26)
    good = files(reports)
    assert f"caution: alpha cannot be released as it is: {TOGETHER}" in said(0, "report", "alpha")
    assert "alpha: its public draft is newer than its release" in said(0, "list")
    assert TOGETHER in said(1, "release", "alpha", *names)
    assert files(reports) == good
    recall = ["--replaces", first.id, "--approved-by", "Cy Manager"]
    assert "released" in said(0, "release", "alpha", *names, *recall)
    second = Ledger(data).releases[-1]
    assert (second.replaces, second.approved_by, second.checked_by) == ((first.id,), "Cy Manager", READERS)

    assert "withdrew" not in said(0, "list")
    (data / "pilots" / "alpha" / "withdrawn.csv").write_text("respondent,date\nLB025,2026-01-01\n", "utf-8")
    where = "withdrawn.csv, row 2: still in"
    listed = f"alpha: its public release {second.id} still holds what somebody withdrew; see: atpilots releases alpha\n"
    assert said(0, "list").count(listed) == 1
    assert f"{where} {second.id}, drafts/alpha-public.html\n" in said(0, "releases", "alpha")
    said(0, "report", "alpha")
    assert f"{where} {second.id}\n" in said(0, "releases", "alpha", "--respondent", "LB003")
    told = said(0, "releases", "alpha", "--respondent", "LB003")
    assert f"the answers of this respondent: still in {second.id}, drafts/alpha-public.html\n" in told
    assert "LB003" not in told
    mistyped = "in no result of a release that stands, if the code is spelt as in the survey\n"
    assert f"the answers of this respondent: {mistyped}" in said(0, "releases", "alpha", "--respondent", "ZZ9")
    (data / "pilots" / "alpha").rename(data / "pilots" / "beta")
    said(0, "report", "beta")
    told = said(0, "releases", "beta")
    assert f"{second.id}  public  stands  (as alpha)\ndrafts/alpha-public.html  public  draft  (as alpha)\n" in told
    assert TOGETHER in said(1, "release", "beta", *names)
    again = f"atpilots release beta --checked-by NAME --checked-by NAME --replaces {second.id} --approved-by NAME\n"
    assert again in told
    filled = again.replace("--checked-by NAME --checked-by NAME", shlex.join(names)).replace("NAME", "'Cy Manager'")
    assert "withdrew" in said(0, "list")
    assert "released" in said(0, *shlex.split(filled)[1:])
    assert "withdrew" not in said(0, "list")


def test_a_page_with_words_of_the_template_is_drafted_and_not_released(tmp_path: Path) -> None:
    words = 'funder = "Who paid"\nevents = ["A fair", "What else happened between the waves that could matter"]'
    folder, reports = a_pilot(tmp_path, more=words), tmp_path / "reports"
    told = [
        'pilot.toml, events: is not filled in, and stands on the page as it is: "What else happened',
        'pilot.toml, funder: is not filled in, and stands on the page as it is: "Who paid"',
    ]
    caution = render(folder, "public", reports).caution
    assert caution == "cannot be released as it is: pilot.toml still has the template's words (events and funder)"
    with pytest.raises(DataError) as caught:
        release(folder, READERS, reports=reports)
    assert all(str(problem).startswith(line) for problem, line in zip(caught.value.problems, told, strict=True))
    assert not list(reports.glob("*.*"))


@pytest.mark.slow
def test_a_pilot_that_is_renamed_keeps_its_releases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where it had a draft only: what to take away, and what nobody knows until it is drafted."""
    make_workspace(tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    folder, reports = a_pilot(tmp_path), tmp_path / "data" / "reports"
    name = folder.name

    def renamed(new: str) -> str:
        nonlocal folder
        folder = folder.rename(folder.with_name(new))
        return listed()

    def listed() -> str:
        assert main(["list"]) == 0
        return "".join(capsys.readouterr()).partition("waves\n")[2]

    render(folder, "public", reports)
    told = renamed("beta")
    assert f"{name}: drafts/{name}-public.html is of no pilot that is here; remove it and the files beside it\n" in told
    for file in (reports / "drafts").iterdir():
        file.unlink()
    released(folder, Audience.PUBLIC, reports)
    (first,) = Ledger(tmp_path / "data").releases
    write_index(reports)
    assert "release" not in listed()

    told = renamed("gamma")
    assert "beta: was released, and no folder has that name; if it was renamed, draft it and list again" in told
    none, *_ = releases_of(folder, reports=reports)
    assert "releases of beta, which no folder is called any more: if gamma was called so, draft it (atpilots" in none
    render(folder, "public", reports)
    told = listed()
    assert f"gamma: its public draft is newer than its release as beta ({first.id})\n" in told
    assert "no folder has that name" not in told
    release(folder, READERS, reports=reports)
    write_index(reports)
    twice = (
        f"gamma: its public release {first.id} is of the name that it had before, and out under the new one too; take"
    )
    assert f"{twice} beta-public.html and the files beside it out, or readers find the pilot twice\n" in listed()


@pytest.mark.slow
def test_two_data_roots_with_a_pilot_of_one_name_never_share_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor a draft, which somebody may be reading; and a list says whose it is."""
    one, other, team = a_pilot(tmp_path), a_pilot(tmp_path / "other", people=30), tmp_path / "team"
    make_workspace(team)
    monkeypatch.chdir(team)
    released(one, Audience.PUBLIC, team / "reports")
    write_index(team / "reports")
    good, read = files(team / "reports"), files(team / "reports" / "drafts")
    with pytest.raises(DataError, match="is the name of a pilot from another folder"):
        render(other, "public")
    assert main(["list"]) == 0
    told = f"alpha: drafts/alpha-public.html is of the pilot in {one}, which is none of these\n"
    assert told in capsys.readouterr().out
    monkeypatch.setenv("ATPILOTS_DATA", str(tmp_path / "other" / "data"))
    (none,) = releases_of("alpha")
    assert none.startswith("alpha: no release is in the ledger")
    assert main(["list"]) == 0
    assert capsys.readouterr().out.endswith(f"  before, after\n{told}")  # and none of the other pilot
    assert files(team / "reports" / "drafts") == read
    assert files(team / "reports") == good

    for file in (team / "reports" / "drafts").iterdir():
        file.unlink()
    render(other, "public")
    with pytest.raises(DataError, match="is the name of a pilot from another folder"):
        release(other, READERS)
    one.rename(tmp_path / "gone")  # nobody's draft is replaced where that pilot is no more
    assert render(a_pilot(tmp_path / "third"), "borough").status == "draft"
    assert files(team / "reports") == good


@pytest.mark.slow
def test_releases_of_another_data_root_in_the_same_reports_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same people but one: no ledger knows of both, so whoever releases the second is told so."""
    one, other, team = a_pilot(tmp_path, 26), a_pilot(tmp_path / "other"), tmp_path / "team"
    make_workspace(team)
    monkeypatch.chdir(team)
    names = [word for name in READERS for word in ("--checked-by", name)]
    beta = other.rename(other.with_name("beta"))
    told = "caution: reports/ holds releases from another data root (alpha-public), with which no page of this one is"
    for folder, expected in ((one, False), (one, False), (beta, True)):
        render(folder, "public")
        assert main(["release", str(folder), *names]) == 0
        assert (told in capsys.readouterr().err) is expected


def test_names_are_asked_for_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, calls = iter(READERS[1:]), []

    def asked(prompt: str) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    def done(*arguments: object, **_: object) -> Path:
        calls.append(arguments)
        return tmp_path / "greenwich-borough.html"

    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", asked)
    monkeypatch.setattr("atpilots.publish.release", done)
    assert main(["release", "greenwich"]) == 1  # nobody is asked where there is nothing to release
    monkeypatch.setattr("atpilots.publish.draft_of", lambda *_: SimpleNamespace(page=tmp_path / "page.html"))
    assert main(["release", "greenwich", "--audience", "borough", "--checked-by", READERS[0]]) == 0
    assert calls == [("greenwich", [*READERS], "borough")]
    assert main(["release", "greenwich"]) == 2
    assert "no name was given" in capsys.readouterr().err
    assert len(calls) == 1


def test_a_draft_shows_itself_as_a_link_and_a_batch_as_a_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "drafts" / "greenwich-public.html"
    outcomes = [Outcome("greenwich", page, caution="needs <care>"), Outcome("hackney", problem="survey.csv, row 2")]
    assert f'<a href="{os.path.relpath(page)}" target="_blank">draft greenwich-public.html</a>' in (
        html := outcomes[0]._repr_html_()
    )
    assert "needs &lt;care&gt;" in html
    monkeypatch.setattr("atpilots.pilots.pilot_folders", lambda: {"greenwich": page, "hackney": page})
    monkeypatch.setattr("atpilots.publish.batch.render_each", lambda *_, **__: iter(outcomes[::-1]))
    table = render_all(reports=tmp_path)
    assert table.index.tolist() == ["greenwich", "hackney"]
    assert table["status"].tolist() == ["draft", "failed"]
    assert table["told"].tolist() == ["needs <care>", "survey.csv, row 2"]
