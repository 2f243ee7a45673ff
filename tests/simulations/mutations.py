"""Damaged pilot folders, exports and case files: whatever is wrong with them, a command says so in a few lines.

    PYTHONPATH=tests python -m simulations.mutations --runs 1400 --seed 1

Each input is a good one with one to three faults: bytes flipped, cut off or doubled, another encoding, columns renamed,
cells and TOML keys of other kinds, far too much of something. Told are a traceback, a run of over 20 seconds, a
respondent's code in what was said, and a character that a terminal would obey.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from atpilots.cli import main as atpilots

MOST_SECONDS = 20
WAVES = ("before", "after")
ITEMS = ("ons4_happy", "own_wash", "own_cook")
CODES = tuple(f"QX{number}" for number in range(701, 725))
HEADERS = {"ons4_happy": "Q1", "own_wash": "Q2", "own_cook": "Q3"}

PILOT = """\
title = "A pilot"
borough = "Borough of Tests"
technology = ["voice_assistant"]
user_group = ["older_people"]
setting = "own_home"
provenance = "collected"
waves = ["before", "after"]
arms = ["pilot"]
started = 2021-01-11
participants_rule = "Anybody"
selected_for_low_scores = false
missing = ["-9"]
missing_in = {ons4_happy = ["99"]}
ignore = ["comments"]
recruited = 30
planned_gap_weeks = 6
events = ["a fair"]
collected_by = "staff"
plan_dated = 2020-12-01
deviations = []
funder = "the council"
contact = "digital@tests.example"

[notes]
why = "to see"

[[measures]]
instrument = "ons4_happy"
primary = true
worth_acting_on = 1.0
[measures.columns]
ons4_happy = "Q1"

[[measures]]
instrument = "own"
columns = {own_wash = "Q2", own_cook = "Q3"}
"""
OWN = """\
label = "Daily living"
items = ["wash", "cook"]
levels = ["Never", "Sometimes", "Always"]
first = 0
reverse = ["cook"]
scoring = "sum"
missing = {allowed = 1, rule = "person_mean"}
missing_source = "nobody"
better = "higher"
minimal_important_change = {low = 1.0, high = 2.0, level = "group", contrast = "within", basis = "anchor", source = "S"}
bands = [{label = "low", low = 0, high = 1}, {label = "high", low = 2, high = 4}]
bands_source = "S"
norm = {mean = 2.0, sd = 1.0, source = "S"}
window = {low = 0, high = 4, source = "S"}
retest = {r = 0.8, source = "S"}
advised_n = {n = 20, source = "S"}
outcome_domain = "independence"
wording = {wash = "I wash"}
"""
MAP = """\
respondent = "Code"
date = "When"
date_format = "%d/%m/%Y"
missing = ["-9"]
[files]
"before.csv" = "before"
"after.csv" = "after"
[items]
ons4_happy = "Q1"
own_wash = "Q2"
[labels.own]
"Never" = 0
"Sometimes" = 1
"Always" = 2
"""


def survey(number: random.Random) -> str:
    """A good survey."""
    lines = ["respondent,wave,rater,arm,date,mode,Q1,Q2,Q3,comments"]
    for wave, month in zip(WAVES, ("02", "05"), strict=True):
        for code in CODES:
            answers = [str(number.randint(0, 10)), *(number.choice(["Never", "Sometimes", "Always"]) for _ in "ab")]
            lines.append(
                ",".join([code, wave, "", "", f"2021-{month}-{number.randint(10, 28)}", "self", *answers, "x"])
            )
    return "\n".join(lines) + "\n"


def export(number: random.Random) -> str:
    """A good export of one wave."""
    rows = [
        f"{code},{number.randint(10, 28)}/02/2021,{number.randint(0, 10)},{number.choice(['Never', 'Always'])}"
        for code in CODES
    ]
    return "\n".join(["Code,When,Q1,Q2", *rows]) + "\n"


def good(folder: Path, number: random.Random) -> dict[str, Path]:
    """Good files, by name, in a folder."""
    pilot = folder / "pilots" / "alpha"
    (pilot / "instruments").mkdir(parents=True)
    consented = "yes,2021-01-01,1,no,AB,CD,EF,2999-01-01"
    texts = {
        "pilot.toml": PILOT,
        "survey.csv": survey(number),
        "instruments/own.toml": OWN,
        "withdrawn.csv": f"respondent,date\n{CODES[3]},2021-03-01\n",
        "names.txt": "Ethel Moor\nMrs Doris Bell\n",
        "quotes.csv": "respondent,quote,tone,consent_public,consent_date,consent_version,withdrawn,author,reviewer_1,"
        f"reviewer_2,next_review\n{CODES[1]},I [often] sing,positive,{consented}\n"
        f"{CODES[2]},No use,negative,{consented}\n",
        "replacements.csv": f"respondent,original,replacement\n{CODES[1]},on Mondays,[often]\n",
        "map.toml": MAP,
    }
    for name, text in texts.items():
        (pilot / name).write_text(text, encoding="utf-8")
    cases = (Path(__file__).parents[2] / "data" / "case_studies.csv").read_text(encoding="utf-8")
    (folder / "cases.csv").write_text("\n".join(cases.splitlines()[:6]) + "\n", encoding="utf-8")
    for wave in WAVES:
        (folder / f"{wave}.csv").write_text(export(number), encoding="utf-8")
    (folder / "map.toml").write_text(MAP, encoding="utf-8")
    found = {name: pilot / name for name in texts}
    return found | {f"/{name}": folder / name for name in ("cases.csv", "before.csv", "after.csv", "map.toml")}


VALUES = ["1", "-1", "1.5", "nan", "inf", "true", '""', '"x"', '"\\u001b[31mred"', "[]", "[1]", '["a", "a"]', "{}",
          '{a = {b = 1}}', "2021-01-11", "2021-01-11T10:00:00", "10:00:00", "[[1], [2]]", '"before"', '"QX703"',
          "99999999999999999999", '"' + "x" * 5000 + '"', "[" + "1," * 2000 + "1]", '"\\u202eabc"', "[[]]", '[{}]',
          '[{instrument = 1}]', '["after", "before"]', '{QX704 = ["1"]}', '{"" = "a"}', "0", "1e400"]  # fmt: skip
CELLS = ["", " ", "99", "-9", "Rarely", "QX705", "QX 706", "11/01/2021", "44207", "before", "pre", "é", "\u2713",
         "\x1b[2J",          "\u202e", "\u200b", "=1+1", "None", "1e5", "x" * 3000, '"', '"a', "a\x00b",
         "Mrs Bell", "٣", "-0", "3.0",
         "1,5", ";", "\t", "'", "#", "\\", "2021-02-31", "\U0001f600"]  # fmt: skip


def _bytes(raw: bytes, number: random.Random) -> bytes:
    for _ in range(number.choice([1, 1, 5, 50])):
        place = number.randrange(len(raw) or 1)
        raw = raw[:place] + bytes([number.randrange(256)]) + raw[place + 1 :]
    return raw


def _cut(raw: bytes, number: random.Random) -> bytes:
    return raw[: number.randrange(len(raw) or 1)]


def _encoded(raw: bytes, number: random.Random) -> bytes:
    text = raw.decode("utf-8", errors="replace") + number.choice(["", "é", "\u2013"])
    how = number.choice(["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32", "cp037"])
    return text.encode(how, errors="replace")


def _marked(raw: bytes, number: random.Random) -> bytes:
    mark = number.choice(
        [b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\xc3", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\r", b"\x1a"]
    )
    return number.choice([mark + raw, raw + mark, mark * 3 + raw, raw.replace(b"\n", mark + b"\n", 2)])


def _whole(raw: bytes, number: random.Random) -> bytes:
    return number.choice([
        b"", b"\n", b"\0" * 100, raw * 2, b"\xff" * 50, b"a" * 2_500_000, b",".join([b"x"] * 3000),
        raw.replace(b",", b";"),         raw.replace(b",", b"\t"), raw.replace(b"\n", b"\r\n"),
        raw.replace(b"\n", b"\r"), raw.replace(b"\n", b""),
        b'"' + raw, raw + b'"', b"\n\n\n" + raw, b"[" * 4000, b"{" * 4000 + raw, raw + b"x" * 2_100_000 + b"\n",
        raw.replace(b"a", b'"'), raw.upper(), b"a,b\n" * 20000,
    ])  # fmt: skip


def _lines(raw: bytes, number: random.Random) -> bytes:
    lines = raw.split(b"\n")
    place = number.randrange(len(lines))
    kind = number.randrange(6)
    if kind == 0:
        lines.insert(place, lines[place])
    elif kind == 1:
        del lines[place]
    elif kind == 2:
        number.shuffle(lines)
    elif kind == 3:
        lines.insert(1, b",".join(b"Please say" for _ in lines[0].split(b",")))
    elif kind == 4:
        lines.insert(0, b"Export of Monday" + b"," * lines[0].count(b","))
    else:
        lines = [*lines, *lines[1:]]
    return b"\n".join(lines)


def _cells(raw: bytes, number: random.Random) -> bytes:
    rows = [line.split(",") for line in raw.decode("utf-8", errors="replace").split("\n")]
    for _ in range(number.choice([1, 3, 40])):
        row = rows[number.choice([0, number.randrange(len(rows))])]
        row[number.randrange(len(row))] = number.choice(CELLS)
    if number.random() < 0.3:
        at = number.randrange(len(rows[0]))
        for row in rows[1:]:
            if at < len(row):
                row[at] = number.choice(CELLS) if number.random() < 0.5 else row[at]
    if number.random() < 0.2:
        one, two = number.randrange(len(rows[0])), number.randrange(len(rows[0]))
        for row in rows[number.choice([0, 1]) :]:
            if max(one, two) < len(row):
                row[one], row[two] = row[two], row[one]
    return "\n".join(map(",".join, rows)).encode("utf-8", errors="surrogatepass")


def _keys(raw: bytes, number: random.Random) -> bytes:
    lines = raw.decode("utf-8", errors="replace").split("\n")
    keyed = [i for i, line in enumerate(lines) if " = " in line]
    for _ in range(number.choice([1, 2, 6])):
        place = number.choice(keyed) if keyed else 0
        key, _, value = lines[place].partition(" = ")
        kind = number.randrange(5)
        if kind == 0:
            lines[place] = ""
        elif kind == 1:
            lines[place] = f"{key[:-1]}x{key[-1:]} = {value}"
        elif kind == 2:
            lines[place] = f"{number.choice(['council', 'QX702', 'iPad', 'name', key.upper()])} = {value}"
        else:
            lines[place] = f"{key} = {number.choice(VALUES)}"
    return "\n".join(lines).encode("utf-8", errors="surrogatepass")


ANY: tuple[Callable[[bytes, random.Random], bytes], ...] = (_bytes, _cut, _encoded, _marked, _whole, _lines)


def damage(files: dict[str, Path], number: random.Random) -> list[str]:
    """Damage one to three of the files; which, and how."""
    done = []
    for _ in range(number.choice([1, 1, 2, 3])):
        name = number.choice(list(files))
        mine = (_keys,) * 8 if name.endswith(".toml") else (_cells,) * 5
        change = number.choice([*ANY, *mine])
        if not files[name].is_file():
            continue
        if number.random() < 0.03:
            files[name].unlink()
            number.choice([files[name].mkdir, lambda: None])()
            done.append(f"{name}: gone")
            continue
        files[name].write_bytes(change(files[name].read_bytes(), number))
        done.append(f"{name}: {change.__name__}")
    return done


def commands(folder: Path, done: list[str], number: random.Random) -> Iterator[list[str]]:
    """What is run: whatever reads a file that was damaged."""
    out, pilot = str(folder / "out.csv"), str(folder / "pilots" / "alpha")
    if any("/cases.csv" in told for told in done):
        yield ["check", str(folder / "cases.csv")]
    if any(told.startswith(("/before", "/after", "/map")) for told in done):
        exports = [str(folder / f"{wave}.csv") for wave in WAVES]
        yield ["import", *exports, "--map", str(folder / "map.toml"), "-o", out, "--force"]
    if not all(told.startswith("/") for told in done):
        yield ["check", pilot, *number.choice([[], [], ["--format", "json"]])]
        yield number.choice([["estimates", pilot, "-o", out], ["estimates", pilot], ["list"]])


def faults_of(arguments: list[str], codes: set[str]) -> list[str]:
    """What a command does that it should not."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    start = time.perf_counter()
    faults = []
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            atpilots(arguments)
        except BaseException:
            faults.append(traceback.format_exc(limit=-4))
    took = time.perf_counter() - start
    said.seek(0)
    text = said.read()
    if took > MOST_SECONDS:
        faults.append(f"took {took:.0f} seconds")
    if told := {
        code for code in codes if re.search(rf"(?<![^\W_]){code[:2]}.?{code[2:]}(?![^\W_])", text, re.IGNORECASE)
    }:
        faults.append(f"tells {sorted(told)}: {text[:600]}")
    if hostile := {character for character in text if not character.isprintable() and character != "\n"}:
        faults.append(f"prints {sorted(map(ascii, hostile))}")
    if max((len(line) for line in text.splitlines()), default=0) > 6000:
        faults.append("prints a line of over 6,000 characters")
    if len(text.splitlines()) > 300 and "--format" not in arguments:
        faults.append(f"prints {len(text.splitlines())} lines")
    return faults


def run(runs: int, seed: int) -> list[str]:
    """Damage and run; everything that went wrong, with what was damaged."""
    wrong = []
    data = os.environ.get("ATPILOTS_DATA")
    for run_ in range(runs):
        number = random.Random(seed * 1_000_003 + run_)  # noqa: S311 - to be repeated
        folder = Path(tempfile.mkdtemp())
        try:
            files = good(folder, number)
            done = damage(files, number)
            os.environ["ATPILOTS_DATA"] = str(folder)
            for arguments in commands(folder, done, number):
                # The cases are of nobody, a mapping is read before any export, and a survey that is gone has no codes.
                untold = arguments[-1].endswith("cases.csv") or "/map.toml: _keys" in done
                codes = set() if untold or "survey.csv: gone" in done else {*CODES}
                wrong += [f"run {run_}, {arguments[0]}, {done}: {fault}" for fault in faults_of(arguments, codes)]
        finally:
            os.environ.pop("ATPILOTS_DATA")
            if data is not None:
                os.environ["ATPILOTS_DATA"] = data
            shutil.rmtree(folder)
    return wrong


def main() -> None:
    """Run and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = run(options.runs, options.seed)
    sys.stdout.write("\n".join([*wrong, f"{options.runs} damaged inputs, {len(wrong)} faults", ""]))
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
