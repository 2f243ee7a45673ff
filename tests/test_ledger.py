"""No two releases may differ by a few people (R-SDC-17)."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from folders import happy_rows, write_pilot

from atpilots.cli import main
from atpilots.disclosure import Audience
from atpilots.ledger import (
    FEWEST_APART,
    MOST_SUBTRACTED,
    LedgerError,
    Population,
    Release,
    containing,
    fingerprints,
    read,
    record,
    release_of,
    standing,
)
from atpilots.pilots import load_pilot, private_key
from atpilots.problems import DataError
from atpilots.report import open_report

KEY = b"k"


def people(first: int, last: int, pilot: str = "a") -> frozenset[str]:
    return fingerprints(KEY, pilot, [f"P{i:03d}" for i in range(first, last)])


def release(id_: str, who: frozenset[str], told: str = "", pilot: str = "a", outcome: str = "happy") -> Release:
    return Release(id_, pilot, "public", (Population(outcome, who, told or id_),))


@pytest.mark.parametrize(("more", "allowed"), [(0, True), (1, False), (FEWEST_APART - 1, False), (FEWEST_APART, True)])
def test_a_second_release_has_the_same_people_or_ten_more(tmp_path: Path, more: int, allowed: bool) -> None:
    record(tmp_path, release("one", people(0, 20)))
    second = release("two", people(0, 20 + more))
    if allowed:
        record(tmp_path, second)
        return
    with pytest.raises(LedgerError, match=r"fewer than 10 people apart \(happy\)\. Earlier releases: one\."):
        record(tmp_path, second)
    assert [r.id for r in read(tmp_path)] == ["one"]


def test_a_replaced_person_counts_twice(tmp_path: Path) -> None:
    record(tmp_path, release("one", people(0, 20)))
    with pytest.raises(LedgerError):
        record(tmp_path, release("two", people(4, 24)))
    record(tmp_path, release("three", people(5, 25)))


def test_unchanged_figures_of_one_person_more_tell_nothing(tmp_path: Path) -> None:
    record(tmp_path, release("one", people(0, 20), told="5.1 to 6.2"))
    record(tmp_path, release("two", people(0, 21), told="5.1 to 6.2"))


def test_other_outcomes_and_other_people_do_not_matter(tmp_path: Path) -> None:
    record(tmp_path, release("one", people(0, 20)))
    record(tmp_path, release("two", people(0, 21), outcome="lonely"))
    record(tmp_path, release("three", people(0, 21, "b"), pilot="b"))


def test_a_pooled_figure_does_not_give_a_small_pilot_away(tmp_path: Path) -> None:
    """Greenwich + Hackney minus Hackney, where Greenwich had few."""
    small, large = people(0, 7, "greenwich"), people(0, 30, "hackney")
    record(tmp_path, release("hackney", large, pilot="hackney"))
    with pytest.raises(LedgerError, match="Earlier releases: hackney"):
        record(tmp_path, release("pooled", small | large, pilot="all"))


@pytest.mark.parametrize("last", ["pooled", "b", "c"])
@pytest.mark.parametrize(("few", "allowed"), [(1, False), (FEWEST_APART - 1, False), (FEWEST_APART, True)])
def test_a_pooled_figure_minus_several_pilots_does_not_either(
    tmp_path: Path, last: str, few: int, allowed: bool
) -> None:
    """In whatever order the three are released."""
    b, c = people(0, 20, "b"), people(0, 20, "c")
    releases = {
        "b": release("b", b, pilot="b"),
        "c": release("c", c, pilot="c"),
        "pooled": release("pooled", people(0, few, "a") | b | c, pilot="all"),
    }
    for id_ in releases:
        if id_ != last:
            record(tmp_path, releases[id_])
    if allowed:
        record(tmp_path, releases[last])
        return
    with pytest.raises(LedgerError):
        record(tmp_path, releases[last])


@pytest.mark.parametrize("pilots", [MOST_SUBTRACTED - 1, MOST_SUBTRACTED])
def test_as_many_pilots_are_subtracted_as_is_said(tmp_path: Path, pilots: int) -> None:
    parts = {name: people(0, 20, name) for name in "bcdefg"[:pilots]}
    for name, who in parts.items():
        record(tmp_path, release(name, who, pilot=name))
    with pytest.raises(LedgerError, match=f"Earlier releases: {', '.join(parts)}"):
        record(tmp_path, release("pooled", people(0, 5).union(*parts.values()), pilot="all"))


def test_a_pooled_figure_of_large_pilots_is_fine(tmp_path: Path) -> None:
    a, b = people(0, 20, "a"), people(0, 30, "b")
    record(tmp_path, release("b", b, pilot="b"))
    record(tmp_path, release("a", a))
    record(tmp_path, release("pooled", a | b, pilot="all"))


def test_a_recall_needs_an_id_of_the_pilot_and_a_name(tmp_path: Path) -> None:
    record(tmp_path, release("one", people(0, 20)))
    second = release("two", people(0, 19))
    for replaces, name in ((["one"], ""), ([], "Ann")):
        with pytest.raises(LedgerError, match="belong together"):
            record(tmp_path, second, replaces, name)
    with pytest.raises(LedgerError, match="there is no release nine of a"):
        record(tmp_path, second, ["nine"], "Ann")
    record(tmp_path, second, ["one"], "Ann Officer")
    last = read(tmp_path)[-1]
    assert (last.id, last.replaces, last.approved_by) == ("two", ("one",), "Ann Officer")
    record(tmp_path, second)  # the same again is nothing new
    assert len(read(tmp_path)) == 2


@pytest.mark.parametrize("name", [" ", "\u00a0", "\u2028", "\u200b", ".", "Ann\u202e", "\u2800"])
def test_nobody_approves_no_recall(tmp_path: Path, name: str) -> None:
    record(tmp_path, release("one", people(0, 20)))
    with pytest.raises(LedgerError, match="approved-by"):
        record(tmp_path, release("two", people(0, 19)), ["one"], name)
    assert standing(tmp_path) == {"one"}


def test_a_recall_recalls_that_release_only(tmp_path: Path) -> None:
    record(tmp_path, release("one", people(0, 20)))
    record(tmp_path, release("far", people(0, 31)))
    with pytest.raises(LedgerError, match="far"):
        record(tmp_path, release("two", people(0, 30)), ["one"], "Ann")


def test_a_release_cannot_recall_itself(tmp_path: Path) -> None:
    record(tmp_path, release("one", people(0, 20)))
    with pytest.raises(LedgerError, match="release one itself again"):
        record(tmp_path, release("one", people(0, 20)), ["one"], "Ann")
    assert standing(tmp_path) == {"one"}
    with pytest.raises(LedgerError, match="Earlier releases: one"):
        record(tmp_path, release("two", people(0, 19)))


def test_a_page_released_again_after_its_recall_stands_again(tmp_path: Path) -> None:
    """A, B for A, A for B: what was recalled is what stood before the recall."""
    first, second = release("one", people(0, 20)), release("two", people(0, 19))
    record(tmp_path, first)
    record(tmp_path, second, ["one"], "Ann")
    record(tmp_path, first, ["two"], "Ann")
    assert standing(tmp_path) == {"one"}
    with pytest.raises(LedgerError, match="Earlier releases: one"):
        record(tmp_path, release("three", people(0, 18)))
    record(tmp_path, second, ["one"], "Ann")
    assert standing(tmp_path) == {"two"}


def test_a_withdrawal_recalls_the_pages_of_all_audiences_at_once(tmp_path: Path) -> None:
    record(tmp_path, release("public", people(0, 20)))
    record(tmp_path, release("borough", people(0, 20)))
    after = release("after", people(0, 19))
    for one, other in (("public", "borough"), ("borough", "public")):
        with pytest.raises(LedgerError, match=f"Earlier releases: {other}"):
            record(tmp_path, after, [one], "Ann")
    with pytest.raises(LedgerError, match="there is no release nine of a"):
        record(tmp_path, after, ["public", "nine"], "Ann")
    record(tmp_path, after, ["public", "borough"], "Ann")
    assert standing(tmp_path) == {"after"}
    assert read(tmp_path)[-1].replaces == ("public", "borough")


def pilot_of(root: Path, n: int, withdrawn: str = "") -> Path:
    rng = np.random.default_rng(1)
    answers = rng.integers(2, 9, size=(40, 2)).astype(str)
    codes = [f"CODE{i:03d}" for i in range(n)]
    rows = happy_rows(*({code: answers[i, wave] for i, code in enumerate(codes)} for wave in (0, 1)))
    folder = write_pilot(root / "pilots" / "alpha", rows)
    if withdrawn:
        (folder / "withdrawn.csv").write_text(f"respondent,date\n{withdrawn},2026-01-01\n", encoding="utf-8")
    return folder


def entry(folder: Path, audience: str = "public") -> Release:
    pilot = load_pilot(folder)
    return release_of(pilot, open_report(pilot, audience=audience).released)


def test_one_respondent_more_is_blocked_and_the_same_again_is_not(tmp_path: Path) -> None:
    record(tmp_path, entry(pilot_of(tmp_path, 25)))
    record(tmp_path, entry(pilot_of(tmp_path, 25)))
    record(tmp_path, entry(pilot_of(tmp_path, 25), audience="borough"))
    with pytest.raises(LedgerError, match="ons4_happy resident"):
        record(tmp_path, entry(pilot_of(tmp_path, 26)))


def test_a_withdrawal_is_a_recall(tmp_path: Path) -> None:
    first = entry(pilot_of(tmp_path, 25))
    record(tmp_path, first)
    second = entry(pilot_of(tmp_path, 25, withdrawn="code003"))
    with pytest.raises(LedgerError, match=f"Earlier releases: {first.id}"):
        record(tmp_path, second)
    record(tmp_path, second, [first.id], "Ann Officer")


def test_the_order_of_rows_makes_no_other_release(tmp_path: Path) -> None:
    folder = pilot_of(tmp_path, 25)
    first = entry(folder)
    header, *rows = (folder / "survey.csv").read_text().splitlines()
    (folder / "survey.csv").write_text("\n".join([header, *reversed(rows)]) + "\n")
    assert entry(folder) == first


def test_the_ledger_is_private_and_names_nobody(tmp_path: Path) -> None:
    record(tmp_path, entry(pilot_of(tmp_path, 25)))
    ledger = tmp_path / "ledger"
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o700
    files = {path.name: path for path in ledger.iterdir()}
    assert {"key", "releases.jsonl"} <= set(files) <= {"key", "releases.jsonl", "lock"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files.values())
    text = files["releases.jsonl"].read_text()
    assert "CODE" not in text
    assert "code0" not in text
    population = json.loads(text)["populations"][1]
    assert len(population["people"]) == 25


def test_the_key_is_made_once_and_whole(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: private_key(tmp_path), range(8)))
    assert [len(key) for key in keys] == [32]
    assert [path.name for path in (tmp_path / "ledger").iterdir()] == ["key"]
    assert stat.S_IMODE((tmp_path / "ledger" / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "\n", "ab" * 31, "zz" * 32, "é" * 64])
def test_a_damaged_key_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "key").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"ledger/key: is damaged; put it back from a backup"):
        private_key(tmp_path)


def test_no_new_key_is_made_for_an_old_ledger(tmp_path: Path) -> None:
    """With another key the same people would look like others."""
    private_key(tmp_path)
    record(tmp_path, release("one", people(0, 20)))
    (tmp_path / "ledger" / "key").unlink()
    with pytest.raises(DataError, match=r"ledger/key: is gone: without it no page can be compared"):
        private_key(tmp_path)


@pytest.mark.parametrize(
    ("lost", "what"), [(1, "line 2: was cut off"), (40, "line 2: was cut off"), (0, "line 3: cannot be read")]
)
def test_a_damaged_line_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], lost: int, what: str) -> None:
    folder = pilot_of(tmp_path, 25)
    for id_ in ("one", "two"):
        record(tmp_path, release(id_, people(0, 20), pilot="alpha", outcome=id_))
    path = tmp_path / "ledger" / "releases.jsonl"
    text = path.read_bytes()
    path.write_bytes(text[:-lost] if lost else text + b'{"id": "thr\n')
    with pytest.raises(LedgerError, match=what):
        record(tmp_path, release("four", people(0, 20), outcome="four"))
    assert main(["releases", str(folder)]) == 1
    assert what in capsys.readouterr().err


def test_the_populations_are_those_of_the_figures(tmp_path: Path) -> None:
    pilot = load_pilot("greenwich")
    released = open_report(pilot).released
    entry = release_of(pilot, released)
    sizes = {population.outcome: len(population.people) for population in entry.populations}
    assert sizes.pop("answered both times") == pilot.answered_twice
    assert sizes == {f"{m.name} {m.rater}": len(pilot.pairs(m.name, rater=m.rater)) for m in released.told}


def test_a_quote_is_found_in_every_release_that_holds_it(tmp_path: Path) -> None:
    pilot = load_pilot(pilot_of(tmp_path, 25))
    released = open_report(pilot).released
    record(tmp_path, release_of(pilot, released, quotes=["It was lovely."]))
    assert len(containing(tmp_path, "It was lovely.")) == 1
    assert containing(tmp_path, "It was awful.") == ()


def test_audiences_share_one_strict_distance() -> None:
    assert max(audience.threshold for audience in Audience) == FEWEST_APART
