"""No two releases may differ by a few people (R-SDC-17)."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from builders.folders import PROTOCOL, happy_rows, write_pilot

from atpilots.cli import main
from atpilots.disclosure.protected import ProtectedMeasure, ProtectedResults
from atpilots.disclosure.thresholds import FEWEST_APART, Audience
from atpilots.files.locks import locked
from atpilots.files.private import private_key
from atpilots.files.problems import DataError
from atpilots.ledger.release import Population, Release, fingerprints, release_of
from atpilots.ledger.store import Ledger, LedgerError
from atpilots.pilots.loading import load_pilot
from atpilots.report.opening import open_report

KEY = b"k"


def read(root: Path) -> tuple[Release, ...]:
    return Ledger(root).releases


def people(first: int, last: int, pilot: str = "a") -> frozenset[str]:
    return fingerprints(KEY, pilot, [f"P{i:03d}" for i in range(first, last)])


def release(id_: str, who: frozenset[str], told: str = "", pilot: str = "a", outcome: str = "happy") -> Release:
    return Release(id_, pilot, "public", (Population(outcome, who, told or id_),))


@pytest.mark.parametrize(("more", "allowed"), [(0, True), (1, False), (FEWEST_APART - 1, False), (FEWEST_APART, True)])
def test_a_second_release_has_the_same_people_or_ten_more(tmp_path: Path, more: int, allowed: bool) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20)))
    second = release("two", people(0, 20 + more))
    if allowed:
        Ledger(tmp_path).record(second)
        return
    with pytest.raises(
        LedgerError,
        match=r"fewer than 10 people apart \(happy\)\. Earlier releases: one\. .* release a "
        r"--checked-by NAME --checked-by NAME --replaces one --approved-by NAME$",
    ):
        Ledger(tmp_path).record(second)
    assert [r.id for r in read(tmp_path)] == ["one"]


def test_a_reader_waits_for_whoever_is_writing(tmp_path: Path) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20)))
    lines = tmp_path / "ledger" / "releases.jsonl"
    whole = lines.read_text(encoding="utf-8")
    with ThreadPoolExecutor() as pool:
        with locked(tmp_path / "ledger" / "lock", "the test"):
            lines.write_text(whole[:-9], encoding="utf-8")  # as a writer leaves it for a moment
            reading = pool.submit(read, tmp_path)
            assert not wait([reading], timeout=0.3).done
            lines.write_text(whole, encoding="utf-8")
        assert [r.id for r in reading.result()] == ["one"]


def test_reading_makes_nothing_where_nothing_was_released(tmp_path: Path) -> None:
    assert read(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_replaced_person_counts_twice(tmp_path: Path) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20)))
    with pytest.raises(LedgerError):
        Ledger(tmp_path).record(release("two", people(4, 24)))
    Ledger(tmp_path).record(release("three", people(5, 25)))


def test_unchanged_figures_of_one_person_more_tell_nothing(tmp_path: Path) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20), told="5.1 to 6.2"))
    Ledger(tmp_path).record(release("two", people(0, 21), told="5.1 to 6.2"))


def test_other_outcomes_and_other_people_do_not_matter(tmp_path: Path) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20)))
    Ledger(tmp_path).record(release("two", people(0, 21), outcome="lonely"))
    Ledger(tmp_path).record(release("three", people(0, 21, "b"), pilot="b"))


def test_a_pooled_figure_does_not_give_a_small_pilot_away(tmp_path: Path) -> None:
    """Greenwich + Hackney minus Hackney, where Greenwich had few."""
    small, large = people(0, 7, "greenwich"), people(0, 30, "hackney")
    Ledger(tmp_path).record(release("hackney", large, pilot="hackney"))
    with pytest.raises(LedgerError, match="Earlier releases: hackney"):
        Ledger(tmp_path).record(release("pooled", small | large, pilot="all"))


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
            Ledger(tmp_path).record(releases[id_])
    if allowed:
        Ledger(tmp_path).record(releases[last])
        return
    with pytest.raises(LedgerError):
        Ledger(tmp_path).record(releases[last])


@pytest.mark.parametrize("last", ["pooled", "b"])
@pytest.mark.parametrize(
    ("pilots", "strangers", "allowed"),
    [(3, 0, False), (4, 0, False), (5, 0, False), (9, 0, False), (4, 1, False), (5, 1, True)],
)
def test_all_that_a_larger_one_holds_whole_and_four_others_are_subtracted_at_once(
    tmp_path: Path, last: str, pilots: int, strangers: int, allowed: bool
) -> None:
    parts = {name: people(0, 20, name) for name in "bcdefghij"[:pilots]}
    releases = {name: release(name, who, pilot=name) for name, who in parts.items()}
    pooled = people(0, 5).union(*(people(strangers, 20, name) for name in parts))
    releases["pooled"] = release("pooled", pooled, pilot="all")
    *earlier, new = sorted(releases.values(), key=lambda r: r.id == last)
    for one in earlier:
        Ledger(tmp_path).record(one)
    if allowed:
        Ledger(tmp_path).record(new)
        return
    with pytest.raises(LedgerError, match=f"Earlier releases: {', '.join(sorted(r.id for r in earlier))}"):
        Ledger(tmp_path).record(new)


def test_a_pooled_figure_of_large_pilots_is_fine(tmp_path: Path) -> None:
    a, b = people(0, 20, "a"), people(0, 30, "b")
    Ledger(tmp_path).record(release("b", b, pilot="b"))
    Ledger(tmp_path).record(release("a", a))
    Ledger(tmp_path).record(release("pooled", a | b, pilot="all"))


def test_a_recall_needs_an_id_of_the_pilot_and_a_name(tmp_path: Path) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20)))
    second = release("two", people(0, 19))
    for replaces, name in ((["one"], ""), ([], "Ann")):
        with pytest.raises(LedgerError, match="belong together"):
            Ledger(tmp_path).record(second, replaces, name)
    with pytest.raises(LedgerError, match="there is no release nine of a"):
        Ledger(tmp_path).record(second, ["nine"], "Ann")
    Ledger(tmp_path).record(second, ["one"], "Ann Officer")
    last = read(tmp_path)[-1]
    assert (last.id, last.replaces, last.approved_by) == ("two", ("one",), "Ann Officer")
    Ledger(tmp_path).record(second)  # the same again is nothing new
    assert len(read(tmp_path)) == 2


@pytest.mark.parametrize("name", [" ", "\u00a0", "\u2028", "\u200b", ".", "Ann\u202e", "\u2800"])
def test_nobody_approves_no_recall(tmp_path: Path, name: str) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20)))
    with pytest.raises(LedgerError, match="approved-by"):
        Ledger(tmp_path).record(release("two", people(0, 19)), ["one"], name)
    assert Ledger(tmp_path).standing == {"one"}


def test_a_recall_recalls_that_release_only(tmp_path: Path) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20)))
    Ledger(tmp_path).record(release("far", people(0, 31)))
    with pytest.raises(LedgerError, match="far"):
        Ledger(tmp_path).record(release("two", people(0, 30)), ["one"], "Ann")


def test_a_release_cannot_recall_itself(tmp_path: Path) -> None:
    Ledger(tmp_path).record(release("one", people(0, 20)))
    with pytest.raises(LedgerError, match="release one itself again"):
        Ledger(tmp_path).record(release("one", people(0, 20)), ["one"], "Ann")
    assert Ledger(tmp_path).standing == {"one"}
    with pytest.raises(LedgerError, match="Earlier releases: one"):
        Ledger(tmp_path).record(release("two", people(0, 19)))


def test_a_page_released_again_after_its_recall_stands_again(tmp_path: Path) -> None:
    """A, B for A, A for B: what was recalled is what stood before the recall."""
    first, second = release("one", people(0, 20)), release("two", people(0, 19))
    Ledger(tmp_path).record(first)
    Ledger(tmp_path).record(second, ["one"], "Ann")
    Ledger(tmp_path).record(first, ["two"], "Ann")
    assert Ledger(tmp_path).standing == {"one"}
    with pytest.raises(LedgerError, match="Earlier releases: one"):
        Ledger(tmp_path).record(release("three", people(0, 18)))
    Ledger(tmp_path).record(second, ["one"], "Ann")
    assert Ledger(tmp_path).standing == {"two"}


def test_a_withdrawal_recalls_the_pages_of_all_audiences_at_once(tmp_path: Path) -> None:
    Ledger(tmp_path).record(release("public", people(0, 20)))
    Ledger(tmp_path).record(release("borough", people(0, 20)))
    after = release("after", people(0, 19))
    for one, other in (("public", "borough"), ("borough", "public")):
        with pytest.raises(LedgerError, match=f"Earlier releases: {other}"):
            Ledger(tmp_path).record(after, [one], "Ann")
    with pytest.raises(LedgerError, match="there is no release nine of a"):
        Ledger(tmp_path).record(after, ["public", "nine"], "Ann")
    Ledger(tmp_path).record(after, ["public", "borough"], "Ann")
    assert Ledger(tmp_path).standing == {"after"}
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
    return release_of(pilot, open_report(pilot, audience=audience).protected)


def test_one_respondent_more_is_blocked_and_the_same_again_is_not(tmp_path: Path) -> None:
    Ledger(tmp_path).record(entry(pilot_of(tmp_path, 25)))
    Ledger(tmp_path).record(entry(pilot_of(tmp_path, 25)))
    Ledger(tmp_path).record(entry(pilot_of(tmp_path, 25), audience="borough"))
    with pytest.raises(LedgerError, match="ons4_happy resident"):
        Ledger(tmp_path).record(entry(pilot_of(tmp_path, 26)))


def test_a_withdrawal_is_a_recall(tmp_path: Path) -> None:
    first = entry(pilot_of(tmp_path, 25))
    Ledger(tmp_path).record(first)
    second = entry(pilot_of(tmp_path, 25, withdrawn="code003"))
    with pytest.raises(LedgerError, match=f"Earlier releases: {first.id}"):
        Ledger(tmp_path).record(second)
    Ledger(tmp_path).record(second, [first.id], "Ann Officer")


def test_the_order_of_rows_makes_no_other_release(tmp_path: Path) -> None:
    folder = pilot_of(tmp_path, 25)
    first = entry(folder)
    header, *rows = (folder / "survey.csv").read_text().splitlines()
    (folder / "survey.csv").write_text("\n".join([header, *reversed(rows)]) + "\n")
    assert entry(folder) == first


def test_the_ledger_is_private_and_names_nobody(tmp_path: Path) -> None:
    Ledger(tmp_path).record(entry(pilot_of(tmp_path, 25)))
    ledger = tmp_path / "ledger"
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o700
    files = {path.name: path for path in ledger.iterdir()}
    needed = {".gitignore", "key", "releases.jsonl", "head.json"}
    assert needed <= set(files) <= {*needed, "lock"}
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
    assert {path.name for path in (tmp_path / "ledger").iterdir()} == {".gitignore", "key"}
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
    Ledger(tmp_path).record(release("one", people(0, 20)))
    (tmp_path / "ledger" / "key").unlink()
    with pytest.raises(DataError, match=r"ledger/key: is gone: without it no page can be compared"):
        private_key(tmp_path)


def ledger_of(root: Path, *ids: str) -> Path:
    """The ledger's folder after releases of these ids, each of other people."""
    for id_ in ids:
        Ledger(root).record(release(id_, people(0, 20, id_), pilot="alpha", outcome=id_))
    return root / "ledger"


def backed_up(ledger: Path) -> dict[str, bytes]:
    return {name: (ledger / name).read_bytes() for name in ("releases.jsonl", "head.json") if (ledger / name).exists()}


def put_back(ledger: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (ledger / name).write_bytes(content)


@pytest.mark.parametrize(
    ("lost", "what"), [(1, "line 3: was cut off"), (40, "line 3: was cut off"), (0, "line 4: cannot be read")]
)
def test_a_damaged_line_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], lost: int, what: str) -> None:
    """One that was cut off while it was written: the head does not count it yet."""
    folder, ledger = pilot_of(tmp_path, 25), ledger_of(tmp_path, "one", "two")
    head = backed_up(ledger)["head.json"]
    ledger_of(tmp_path, "three")
    text = (ledger / "releases.jsonl").read_bytes()
    put_back(ledger, {"releases.jsonl": text[:-lost], "head.json": head} if lost else {})
    if not lost:
        (ledger / "releases.jsonl").write_bytes(text + b'{"id": "thr\n')
    with pytest.raises(LedgerError, match=what):
        Ledger(tmp_path).record(release("four", people(0, 20), outcome="four"))
    assert main(["releases", str(folder)]) == 1
    assert what in capsys.readouterr().err


def without_line(number: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: lines[:number] + lines[number + 1 :]


LOST = {
    "emptied": (lambda lines: lines[:0], "holds 0 releases, and 3 were written"),
    "without its last line": (without_line(2), "holds 2 releases, and 3 were written"),
    "without its first line": (without_line(0), "holds 2 releases, and 3 were written"),
    "with a line cut in two": (lambda lines: [*lines[:2], lines[2][:-2]], "holds 2 releases, and 3 were written"),
    "with a line too many": (lambda lines: [*lines, *lines[:2]], "holds 5 releases, and 3 were written"),
    "with a line exchanged": (lambda lines: [lines[0], lines[0], lines[2]], "holds other releases than were written"),
    "in another order": (lambda lines: lines[::-1], "holds other releases than were written"),
    "with one letter changed": (
        lambda lines: [lines[0].replace(b"alpha", b"alphb"), *lines[1:]], "holds other releases than were written",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "what"), LOST.values(), ids=LOST)
def test_a_ledger_that_is_not_what_was_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[list[bytes]], list[bytes]], what: str
) -> None:
    folder, ledger = pilot_of(tmp_path, 25), ledger_of(tmp_path, "one", "two", "three")
    good = backed_up(ledger)
    lines = good["releases.jsonl"].splitlines(keepends=True)
    (ledger / "releases.jsonl").write_bytes(b"".join(change(lines)))
    new = release("four", people(0, 20), outcome="four")
    for use in (Ledger(tmp_path).record, Ledger(tmp_path).check):
        with pytest.raises(LedgerError, match=f"{what}; put releases.jsonl and head.json back from one backup"):
            use(new)
    assert main(["releases", str(folder)]) == 1
    assert what in capsys.readouterr().err
    put_back(ledger, good)
    Ledger(tmp_path).record(new)


def test_a_ledger_that_is_gone_beside_its_head_is_told(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, "one")
    (ledger / "releases.jsonl").unlink()
    with pytest.raises(LedgerError, match="holds 0 releases, and 1 were written"):
        read(tmp_path)
    (ledger / "key").unlink()
    with pytest.raises(DataError, match=r"ledger/key: is gone"):  # no new one beside an old head
        private_key(tmp_path)


def test_a_head_that_is_gone_is_told(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, "one", "two")
    (ledger / "head.json").unlink()
    with pytest.raises(LedgerError, match=r"ledger/head.json: is gone; put releases.jsonl and head.json back"):
        read(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "3",
        '{"lines": "x", "mac": ""}',
        '{"lines": 1}',
        "\xff",
        "[" * 50_000,
        '{"lines": 1e400, "mac": ""}',
    ],
)
def test_a_damaged_head_is_told(tmp_path: Path, text: str) -> None:
    ledger = ledger_of(tmp_path, "one")
    (ledger / "head.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(LedgerError, match=r"ledger/head.json: is damaged; put releases.jsonl and head.json back"):
        read(tmp_path)


def test_the_head_of_another_key_is_told(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, "one")
    (ledger / "key").write_text("ab" * 32, encoding="utf-8")
    with pytest.raises(LedgerError, match="holds other releases than were written"):
        read(tmp_path)


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_run_that_stopped_between_a_line_and_its_head_is_no_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """And so is the next that stops at the same place."""
    ids = ("one", "two", "three", "four")
    ledger = ledger_of(tmp_path, *ids[:before])
    for stops in (1, 2):
        monkeypatch.setattr(os, "replace", stopped_at(before + stops))
        with pytest.raises(KeyboardInterrupt):
            ledger_of(tmp_path, ids[before + stops - 1])
        monkeypatch.undo()
        assert [r.id for r in read(tmp_path)] == list(ids[: before + stops])
        assert before + stops == 1 or json.loads((ledger / "head.json").read_text())["lines"] == before + stops - 1
    ledger_of(tmp_path, "last")
    assert json.loads((ledger / "head.json").read_text())["lines"] == before + 3


def stopped_at(lines: int) -> Callable[[Path, Path], None]:
    """As os.replace, but the machine stops where a head that counts so many lines would be put in place."""
    real = os.replace

    def replaced(source: Path, target: Path) -> None:
        if json.loads(Path(source).read_text(encoding="utf-8"))["lines"] == lines:
            raise KeyboardInterrupt
        real(source, target)

    return replaced


def test_a_line_is_on_the_disk_before_its_head_and_the_head_before_it_is_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        number = os.fstat(descriptor).st_ino
        done.extend(
            f"{p.name} written through" + " empty" * (not p.read_bytes())
            for p in (tmp_path / "ledger").iterdir()
            if p.stat().st_ino == number
        )
        real_sync(descriptor)

    def replaced(source: Path, target: Path) -> None:
        done.append(f"{target.name} in place")
        real_replace(source, target)

    private_key(tmp_path)
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    ledger_of(tmp_path, "one")
    assert done == ["releases.jsonl written through", "head.json.draft written through", "head.json in place"]


FORGED = {"id": "x", "pilot": "alpha", "audience": "public", "populations": [], "quotes": [], "approved_by": "Me"}


@pytest.mark.parametrize("mac", ["", "0" * 64, "of another line"])
def test_a_line_that_we_did_not_write_is_told_even_where_one_more_may_be_there(tmp_path: Path, mac: str) -> None:
    """A line written by hand that recalls a release would let the same people but one be released."""
    ledger = ledger_of(tmp_path, "one", "two")
    lines = (ledger / "releases.jsonl").read_bytes()
    forged = (
        lines.splitlines()[0]
        if mac == "of another line"
        else json.dumps(FORGED | {"replaces": ["two"], "mac": mac}).encode()
    )
    (ledger / "releases.jsonl").write_bytes(lines + forged + b"\n")
    with pytest.raises(LedgerError, match="holds other releases than were written"):
        read(tmp_path)


@pytest.mark.parametrize("line", [b"[]", b"3", b"[" * 50_000, b'{"mac": []}'])
def test_a_line_that_is_no_release_is_told(tmp_path: Path, line: bytes) -> None:
    ledger = ledger_of(tmp_path, "one")
    with (ledger / "releases.jsonl").open("ab") as stream:
        stream.write(line + b"\n")
    with pytest.raises(LedgerError, match=r"line 2: cannot be read|holds other releases than were written"):
        read(tmp_path)


def test_the_only_line_is_told_where_it_is_not_ours_and_has_no_head(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, "one")
    (ledger / "head.json").unlink()
    assert [r.id for r in read(tmp_path)] == ["one"]  # a run may have stopped before the first head
    text = (ledger / "releases.jsonl").read_text(encoding="utf-8")
    (ledger / "releases.jsonl").write_text(text.replace('"alpha"', '"alphb"'), encoding="utf-8")
    with pytest.raises(LedgerError, match="holds other releases than were written"):
        read(tmp_path)


def test_a_check_records_nothing(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, "one")
    good = backed_up(ledger)
    Ledger(tmp_path).check(release("two", people(0, 20), outcome="two"))
    with pytest.raises(LedgerError, match="Earlier releases: one"):
        Ledger(tmp_path).check(release("two", people(0, 19, "one"), pilot="alpha", outcome="one"))
    assert backed_up(ledger) == good


def test_a_ledger_that_is_a_link_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    root = tmp_path / "data"
    root.mkdir()
    (root / "ledger").symlink_to(elsewhere)
    new = release("one", people(0, 20))
    for use in (
        partial(private_key, root),
        partial(read, root),
        partial(Ledger(root).record, new),
        partial(Ledger(root).check, new),
    ):
        with pytest.raises(DataError, match="ledger: is a link to another place"):
            use()
    assert list(elsewhere.iterdir()) == []
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


@pytest.mark.slow
def test_the_populations_are_those_of_the_figures(tmp_path: Path) -> None:
    pilot = load_pilot("greenwich")
    released = open_report(pilot).protected
    entry = release_of(pilot, released)
    sizes = {population.outcome: len(population.people) for population in entry.populations}
    assert sizes.pop("answered both times") == pilot.answered_twice
    assert sizes == {f"{m.name} {m.rater}": len(pilot.pairs(m.name, rater=m.rater)) for m in released.told}


def test_a_quote_is_found_in_every_release_that_holds_it(tmp_path: Path) -> None:
    pilot = load_pilot(pilot_of(tmp_path, 25))
    released = open_report(pilot).protected
    Ledger(tmp_path).record(release_of(pilot, released, quotes=["It was lovely."]))
    assert len(Ledger(tmp_path).containing("It was lovely.")) == 1
    assert Ledger(tmp_path).containing("It was awful.") == ()


def test_whoever_is_in_one_figure_of_a_release_is_counted_in_it(tmp_path: Path) -> None:
    key = private_key(tmp_path)
    both, one = (fingerprints(key, "a", codes) for codes in (["P1", "P2"], ["P1"]))
    figures = Population("happy", both, "x"), Population("lonely", one, "y")
    Ledger(tmp_path).record(Release("first", "a", "public", figures))
    assert Ledger(tmp_path).counting("a", "p2") == ("first",)
    assert Ledger(tmp_path).counting("a", "p3") == ()


def test_marks_of_people_and_releases_keep_their_length(tmp_path: Path) -> None:
    """With another length, everybody in an older ledger would look like somebody else."""
    first = entry(pilot_of(tmp_path, 25))
    assert len(first.id) == 12
    assert {len(who) for population in first.populations for who in population.people} == {16}


def test_the_figures_count_the_first_follow_up_and_the_first_arm(tmp_path: Path) -> None:
    """Of the first arm's twenty-two, five did not answer then; they did later, and so did the other arm."""
    rows = [
        {"respondent": f"CODE{i:03d}", "wave": wave, "ons4_happy": str(2 + i * (place + 3) % 7), "arm": arm}
        for place, wave in enumerate(("before", "after", "later"))
        for i, arm in enumerate(["pilot"] * 22 + ["usual"] * 18)
        if wave != "after" or i % 5 != 0 or i >= 30
    ]
    more = 'arms = ["pilot", "usual"]'
    toml = PROTOCOL.format(provenance="collected", more=more).replace(
        '"after"]', '"after", "later"]\nendpoint = "after"'
    )
    pilot = load_pilot(write_pilot(tmp_path / "pilots" / "alpha", rows, toml=toml))
    told = ProtectedMeasure("ons4_happy", "Happy", "resident", True, "higher", (0.0, 10.0), 17, 0.1)
    release = release_of(pilot, ProtectedResults(Audience.PUBLIC, None, 17, (told,), ()))
    expected = fingerprints(private_key(tmp_path), "alpha", [f"CODE{i:03d}" for i in range(22) if i % 5 != 0])
    assert [population.people for population in release.populations] == [expected, expected]


def test_audiences_share_one_strict_distance() -> None:
    assert max(audience.threshold for audience in Audience) == FEWEST_APART
