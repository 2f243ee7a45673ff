"""A name and a code in every field of every file of a pilot: each is refused, or reaches nothing that leaves."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from builders.canaries import in_folder
from builders.folders import write_pilot
from builders.parameters import each_once
from builders.released import released

from atpilots.cli import main
from atpilots.disclosure.thresholds import Audience
from atpilots.files.problems import DataError
from atpilots.instruments.instrument import Instrument
from atpilots.ledger.store import Ledger
from atpilots.page import Title
from atpilots.pilots import loading
from atpilots.pilots.loading import load_pilot
from atpilots.pilots.protocol import Protocol
from atpilots.pilots.quotes import COLUMNS, LOG_COLUMNS
from atpilots.publish import rendering
from atpilots.publish.gate import GateError
from atpilots.publish.site import write_index
from atpilots.report.opening import open_report

NAME, CODE = "Zebedee Quickly", "ZQ104"
SECRETS = {
    NAME: "tells a name from names.txt",
    "zebedee_quickly": "tells a name from names.txt",
    CODE: "tells a respondent's code",
    "resident 7": '"resident …" reads as one person',
    "Рaul": "has a word in letters of two alphabets",
}
# A key of pilot.toml or of an instrument that the page or a file beside it may tell, and a line that sets it to {}.
OF_PILOT = {
    "title": 'title = "{}"',
    "borough": 'borough = "{}"',
    "arms": 'arms = ["{}", "waiting"]',
    "waves": 'waves = ["before", "after", "{}"]\nendpoint = "after"',
    "participants_rule": 'participants_rule = "{}"',
    "events": 'events = ["{}"]',
    "collected_by": 'collected_by = "{}"',
    "deviations": 'deviations = ["nothing", "{}"]',
    "funder": 'funder = "{}"',
    "notes.tried": '[notes]\ntried = "{}"',
    "notes.usage": '[notes]\nusage = "{}"',
    "notes.costs": '[notes]\ncosts = "{}"',
    "notes.more": '[notes]\nmore = "{}"',
}
CONTACT = {"contact": 'contact = "{}"'}  # how to reach the pilot's organisation; codes and names are none
OF_INSTRUMENT = {
    "label": 'label = "{}"',
    "short_label": 'short_label = "{}"',
    "source": 'source = "{}"',
    "owner": 'owner = "{}"',
    "licence": 'licence = "{}"',
    "missing_source": 'missing_source = "{}"',
    "bands_source": 'bands_source = "{}"',
    "bands.label": '[[bands]]\nlabel = "{}"\nlow = 0\nhigh = 5',
    "norm.source": 'norm = {{mean = 5, sd = 2, source = "{}"}}',
    "retest.source": 'retest = {{r = 0.5, source = "{}"}}',
    "advised_n.source": 'advised_n = {{n = 20, source = "{}"}}',
    "minimal_important_change.source": 'minimal_important_change = {{low = 1, high = 2, level = "group", '
    'contrast = "within", basis = "convention", source = "{}"}}',
    "minimal_important_change.population": 'minimal_important_change = {{low = 1, high = 2, level = "person", '
    'contrast = "within", basis = "convention", source = "S", population = "{}"}}',
}
PILOT = {key: OF_PILOT[key] for key in ("title", "borough", "participants_rule")} | {
    "ours": 'technology = ["voice_assistant"]\nuser_group = ["older_people"]\nsetting = "own_home"\n'
    'provenance = "collected"',
    "waves": 'waves = ["before", "after"]',
}
INSTRUMENT = {
    "ours": 'items = ["mood"]\nlevels = [0, 10]\nscoring = "single"\nbetter = "higher"',
    "label": 'label = "{}"',
}
MEASURE = '[[measures]]\ninstrument = "{}"\nprimary = true\n'
CODES = [CODE, "7", *(f"P{number:03}" for number in range(23))]


def toml(lines: dict[str, str], key: str = "", secret: str = "", before: str = "") -> str:
    """Ordinary lines, with one replaced or added that holds the secret; tables come last."""
    plain = {name: line.format("Mild words") for name, line in lines.items() if name != key}
    added = (OF_PILOT | CONTACT | OF_INSTRUMENT)[key].format(f"Words of {secret} here") if key else ""
    tables = [added] if added.startswith("[") else []
    return "\n".join([*plain.values(), *([added] if not tables else []), before, *tables, ""])


def a_pilot(root: Path, pilot: str = "", instrument: str = "", secret: str = "", name: str = "alpha") -> Path:
    """A pilot of 25 people with a questionnaire of its own, a secret under one key of pilot.toml or the instrument."""
    file = name if instrument == "a file" else "daily_mood"
    rows = [
        {"respondent": code, "wave": wave, "arm": "", file: (3 + i % 5) + late * (i % 3)}
        for late, wave in enumerate(("before", "after"))
        for i, code in enumerate(CODES)
    ]
    if pilot == "arms":
        rows = [row | {"arm": f"Words of {secret} here"} for row in rows]
    folder = root / "data" / "pilots" / ("alpha" if instrument == "a file" else name)
    write_pilot(folder, rows, toml=toml(PILOT, pilot, secret) + MEASURE.format(file))
    (folder / "instruments").mkdir()
    key = instrument if instrument in OF_INSTRUMENT else ""
    needed = {} if key != "bands.label" else {"bands_source": OF_INSTRUMENT["bands_source"]}
    (folder / "instruments" / f"{file}.toml").write_text(toml(INSTRUMENT | needed, key, secret), encoding="utf-8")
    (folder / "names.txt").write_text(f"{NAME}\n", encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as error:
        load_pilot(folder)
    assert len(error.value.problems) == 1
    for word in ("zebedee", "quickly", "zq104", "resident 7", "рaul"):
        assert word not in str(error.value).casefold()
    return str(error.value.problems[0])


def test_the_pilot_without_secrets_is_fine(tmp_path: Path) -> None:
    assert load_pilot(a_pilot(tmp_path)).answered_twice == 25


@pytest.mark.parametrize(("key", "secret"), each_once(OF_PILOT, SECRETS))
def test_checking_refuses_it_in_every_text_of_the_pilot(tmp_path: Path, key: str, secret: str) -> None:
    said = refusal(a_pilot(tmp_path, pilot=key, secret=secret))
    assert said.startswith(f"pilot.toml, {key}: {SECRETS[secret]}")


@pytest.mark.parametrize(("key", "secret"), each_once(OF_INSTRUMENT, SECRETS))
def test_checking_refuses_it_in_every_text_of_an_instrument(tmp_path: Path, key: str, secret: str) -> None:
    said = refusal(a_pilot(tmp_path, instrument=key, secret=secret))
    assert said.startswith(f"daily_mood.toml, {key}: {SECRETS[secret]}")


@pytest.mark.parametrize("name", ["zebedee-quickly", "zebedee_quickly", "the-zebedee-quickly-pilot", "zebedeequickly"])
def test_checking_refuses_a_folder_named_like_a_person(tmp_path: Path, name: str) -> None:
    said = refusal(a_pilot(tmp_path, name=name))
    assert said.startswith("pilot folder: tells a name from names.txt in its own name; rename it")


@pytest.mark.parametrize("name", ["zq104", "pilot-zq-104", "zq104_2021"])
def test_checking_refuses_a_folder_named_by_a_code(tmp_path: Path, name: str) -> None:
    assert "pilot folder: tells a respondent's code in its own name" in refusal(a_pilot(tmp_path, name=name))


@pytest.mark.parametrize(
    ("name", "what"),
    [("zebedee_quickly", "a name from names.txt"), ("mood_of_zebedee_quickly", "a name from names.txt"),
     ("mood_zq104", "a respondent's code")],
)  # fmt: skip
def test_checking_refuses_an_instrument_named_like_a_person(tmp_path: Path, name: str, what: str) -> None:
    said = refusal(a_pilot(tmp_path, instrument="a file", name=name))
    assert said == f"instruments: a file there tells {what} in its own name; rename it"


def test_a_key_that_is_a_name_is_not_repeated(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path)
    with (folder / "pilot.toml").open("a", encoding="utf-8") as stream:
        stream.write(f'[notes]\n"{NAME}" = "Words of {CODE} here"\n')
    assert refusal(folder).startswith("pilot.toml: tells a respondent's code")


def test_the_command_says_what_to_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(a_pilot(tmp_path, pilot="notes.more", secret=f"{NAME}, {CODE} and resident 7"))]) == 1
    said = capsys.readouterr().out
    assert "3 problems" in said
    assert 'pilot.toml, notes.more: tells a name from names.txt: "' in said
    assert "; write “one resident” instead; if it is an ordinary word or number there, give that person another" in said
    assert 'pilot.toml, notes.more: "resident …" reads as one person; write “one resident” or “some people”' in said
    assert NAME not in said


def test_who_withdrew_is_not_told_either(tmp_path: Path) -> None:
    folder = a_pilot(tmp_path, pilot="funder", secret=CODE)
    (folder / "withdrawn.csv").write_text(f"respondent,date\n{CODE},2026-01-01\n", encoding="utf-8")
    assert "a respondent's code" in refusal(folder)


def test_whom_to_ask_is_told_and_is_no_respondent(tmp_path: Path) -> None:
    assert "a respondent's code" in refusal(a_pilot(tmp_path, pilot="contact", secret=CODE))
    reach = "the digital team, 020 7946 0958 or digital.team@council.example"
    report = open_report(a_pilot(tmp_path / "fine", pilot="contact", secret=reach))
    (title,) = report.title().pieces
    links = [word.href for word in title.contact if not isinstance(word, str)]
    assert links == ["tel:02079460958", "mailto:digital.team@council.example"]


# What no file tells, and so may hold anything.

PILOT_ELSEWHERE = {"technology", "user_group", "setting", "provenance", "measures", "missing", "missing_in", "ignore",
                   "started", "selected_for_low_scores", "recruited", "planned_gap_weeks", "plan_dated",
                   "allocation", "endpoint"}  # fmt: skip
INSTRUMENT_ELSEWHERE = {"name", "items", "items_of", "levels", "first", "coding", "reverse", "recode", "scoring",
                        "conversion", "value_set", "missing", "better", "self_report_only", "outcome_domain", "wording",
                        "window",
                        }  # fmt: skip


def test_every_key_is_either_refused_or_told_nowhere() -> None:
    """Whoever adds a key decides here."""
    assert {key.partition(".")[0] for key in OF_PILOT | CONTACT} | PILOT_ELSEWHERE == set(Protocol.model_fields)
    assert {key.partition(".")[0] for key in OF_INSTRUMENT} | INSTRUMENT_ELSEWHERE == set(Instrument.model_fields)


class Tokens(dict[str, str]):
    """A token for every place, made when it is first asked for."""

    def __missing__(self, place: str) -> str:
        self[place] = f"zqx{len(self):03}canary"
        return self[place]


def full_of_tokens(root: Path, put: Tokens) -> Path:
    """A pilot with a token in every field that no file tells."""
    folder = root / "data" / "pilots" / "alpha"
    rows = [
        {
            "respondent": f"{put['a code']}{i:02}", "wave": wave, "age_band": put["an age band"],
            "date": "2021-01-05", "mode": "self", put["a column"]: 2 + i % 3 + late * (i % 2),
            "calm": put["a missing code"] if i == 3 else 3,
            put["a column not read"]: f"It says {put['an answer']} to me",
        }
        for late, wave in enumerate(("before", "after"))
        for i in range(25)
    ]  # fmt: skip
    write_pilot(folder, rows, toml=f"# {put['a comment']}\n" + toml(PILOT) + f"""
ignore = ["{put['a column not read']}", "{put['a column that is not there']}"]
missing = ["{put['a missing code elsewhere']}"]
missing_in = {{daily_mood = ["{put['a missing code']}"]}}
[notes]
{put['the name of a note']} = "Nothing to add."
[[measures]]
instrument = "daily_mood"
primary = true
columns = {{daily_mood_{put['an item']} = "{put['a column']}", daily_mood_calm = "calm"}}
""")  # fmt: skip
    (folder / "instruments").mkdir()
    (folder / "instruments" / "daily_mood.toml").write_text(f"""\
# {put['a comment of the instrument']}
label = "Mood of the day"
items = ["{put['an item']}", "calm"]
levels = [{', '.join(f'"{put[f"level {level}"]}"' for level in range(6))}]
coding = "{put['what the levels mean']}"
scoring = "mean"
missing = {{allowed = 1, rule = "person_mean"}}
better = "higher"
wording = {{{put['an item']} = "{put['wording']}"}}
""", encoding="utf-8")  # fmt: skip
    shown = {
        "respondent": f"{put['a code']}05", "quote": "I talk to it every morning.", "tone": "positive",
        "consent_public": "yes", "consent_date": "2026-01-05", "consent_version": put["a consent form"],
        "withdrawn": "no", "author": "AB", "reviewer_1": "CD", "reviewer_2": "EF",
        "next_review": "2099-01-01",
    }  # fmt: skip
    hidden = {column: put[f"{column} of a hidden quote"] for column in COLUMNS}
    elsewhere = {
        "respondent": f"{put['a code']}06",
        "original": put["an original"],
        "replacement": put["a replacement"],
    }
    for name, columns, records in (
        ("quotes.csv", COLUMNS, [shown, hidden]),
        ("replacements.csv", LOG_COLUMNS, [elsewhere]),
        ("withdrawn.csv", ("respondent", "date"), [{"respondent": f"{put['a code']}24", "date": "2026-01-01"}]),
        ("device_log.csv", ("respondent", "minutes"), [{"respondent": put["a device log"], "minutes": put["minutes"]}]),
    ):
        with (folder / name).open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(records)
    put["a name"] = "zqxnamecanary"  # which has no number in it
    (folder / "names.txt").write_text(f"{put['a name']} Smith\n", encoding="utf-8")
    (folder / f"{put['the name of a file']}.txt").write_text(put["another file"], encoding="utf-8")
    (folder / "instruments" / f"{put['an instrument not used']}.toml").write_text(put["unused"], encoding="utf-8")
    return folder


@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("audience", [Audience.PUBLIC, pytest.param(Audience.BOROUGH, marks=pytest.mark.slow)])
def test_what_is_not_refused_reaches_nothing_that_leaves(tmp_path: Path, audience: Audience) -> None:
    put, reports = Tokens(), tmp_path / "reports"
    folder = full_of_tokens(tmp_path, put)
    released(folder, audience, reports)
    write_index(reports)
    assert "I talk to it every morning." in (reports / f"alpha-{audience}.html").read_text(encoding="utf-8")
    (reports / "private").rename(tmp_path / "private")
    assert {path.suffix for path in reports.rglob("*") if path.is_file()} == {".html", ".json", ".xlsx"}
    places = {token: place for place, token in put.items()}
    assert len(places) > 30
    assert {file: {places[token] for token in found} for file, found in in_folder(reports, set(places)).items()} == {}
    assert set(in_folder(folder, set(places))) >= {"survey.csv", "pilot.toml", "daily_mood.toml", "names.txt"}


@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("file", ["manifest", "spreadsheet"])
def test_a_leak_in_a_file_beside_the_page_stops_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    def leaky_manifest(*arguments: Any) -> str:
        return manifest_of(*arguments).replace('"audience"', f'"{CODE}": "", "audience"', 1)

    def leaky_spreadsheet(title: Title, numbers: Any, missing: tuple[str, str], path: Path) -> None:
        write_spreadsheet(title.model_copy(update={"subtitle": f"With {NAME}"}), numbers, missing, path)

    manifest_of, write_spreadsheet = rendering.manifest_of, rendering.write_spreadsheet
    if file == "manifest":
        monkeypatch.setattr(rendering, "manifest_of", leaky_manifest)
    else:
        monkeypatch.setattr(rendering, "write_spreadsheet", leaky_spreadsheet)
    with pytest.raises(GateError, match=f"is in the {file}; "):
        rendering.render(a_pilot(tmp_path), Audience.PUBLIC, tmp_path / "reports")
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["private"]
    assert not list((tmp_path / "reports" / "private").glob("*.ipynb"))
    assert Ledger(tmp_path / "data").releases == ()


# Refused all the same: longer questionnaires or more people would bring some of them onto a page.
NOT_ON_THIS_PAGE = {"short_label", "missing_source", "bands_source", "bands.label", "norm.source",
                    "retest.source", "advised_n.source"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("without_kernel", "without_pictures")
@pytest.mark.parametrize("key", [*OF_PILOT, *OF_INSTRUMENT, "a file"])
def test_what_checking_missed_stops_at_the_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Checking is taken away: the page and its files are refused, or do not tell it."""
    monkeypatch.setattr(loading, "check_own_words", lambda *_: None)
    reports = tmp_path / "reports"
    where = {"instrument": key} if key in OF_INSTRUMENT or key == "a file" else {"pilot": key}
    folder = a_pilot(tmp_path, **where, secret=NAME, name="zebedee_quickly" if key == "a file" else "alpha")
    if key in NOT_ON_THIS_PAGE:
        rendering.render(folder, Audience.PUBLIC, reports)
        (reports / "private").rename(tmp_path / "private")
        assert in_folder(reports, {NAME}) == {}
        return
    with pytest.raises(GateError, match=r"a name from names.txt is"):
        rendering.render(folder, Audience.PUBLIC, reports)
    assert [path.name for path in reports.iterdir()] == ["private"]
