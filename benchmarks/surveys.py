"""Made-up pilots to measure with: large surveys, and many small pilots."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from atpilots.files.project_folders import BUNDLED
from atpilots.instruments import load_instrument

LARGE = ("swemwbs", "ucla3", "ons4_satisfaction", "ons4_worthwhile", "ons4_happy", "ons4_anxious")  # 14 items

PROTOCOL = """\
title = "A large survey"
borough = "Borough of Benchmarks"
technology = ["voice_assistant"]
user_group = ["older_people"]
setting = "own_home"
provenance = "synthetic"
waves = ["before", "after"]
participants_rule = "Anybody"
"""


def large_pilot(folder: Path, respondents: int) -> Path:
    """A pilot of so many respondents: two waves, 14 items, a few blanks, a tenth lost after the first wave."""
    rng = np.random.default_rng(respondents)
    codes = np.array([f"r{number:07d}" for number in range(respondents)])
    waves = []
    for wave, kept in (("before", 1.0), ("after", 0.9)):
        present = rng.random(respondents) < kept
        table = pd.DataFrame({"respondent": codes[present], "wave": wave})
        for name in LARGE:
            instrument = load_instrument(name)
            for item in instrument.columns:
                answers = rng.integers(instrument.lowest, instrument.highest + 1, len(table)).astype(str)
                table[item] = np.where(rng.random(len(table)) < 0.01, "", answers)
        waves.append(table)
    folder.mkdir(parents=True)
    measures = [f'[[measures]]\ninstrument = "{name}"\n' + "primary = true\n" * (name == "swemwbs") for name in LARGE]
    (folder / "pilot.toml").write_text(PROTOCOL + "\n".join(measures), encoding="utf-8")
    pd.concat(waves).to_csv(folder / "survey.csv", index=False)
    return folder


INSTRUMENT = """\
label = "Question {number}"
source = "Made up for a benchmark"
items = ["question_{number}"]
levels = [0, 10]
coding = "0 not at all, 10 completely"
scoring = "single"
missing = "complete"
missing_source = "A single item: an unanswered one has no score."
better = "higher"
outcome_domain = "wellbeing"
"""


def answers_of_many_measures(folder: Path, measures: int) -> Path:
    """A pilot of thirty people and so many questions from 0 to 10, each a measure of its own."""
    rng = np.random.default_rng(measures)
    names = [f"question_{number:02d}" for number in range(measures)]
    table = pd.DataFrame(
        {"respondent": np.tile([f"r{i:03d}" for i in range(30)], 2), "wave": np.repeat(["before", "after"], 30)}
    )
    for name in names:
        table[name] = rng.integers(0, 11, 60)
    (folder / "instruments").mkdir(parents=True)
    for number, name in enumerate(names):
        (folder / "instruments" / f"{name}.toml").write_text(
            INSTRUMENT.format(number=f"{number:02d}"), encoding="utf-8"
        )
    told = [f'[[measures]]\ninstrument = "{name}"\n' + "primary = true\n" * (name == names[0]) for name in names]
    (folder / "pilot.toml").write_text(PROTOCOL + "\n".join(told), encoding="utf-8")
    table.to_csv(folder / "survey.csv", index=False)
    return folder


MAPPING = """\
respondent = "Your code"
date = "Completion time"
wave = "When is this?"
[items]
"""


def large_export(folder: Path, rows: int, kind: str) -> tuple[Path, Path]:
    """An export as a forms tool writes it, half of its rows before and half after, and its mapping: 14 questions,
    those of SWEMWBS and UCLA-3 answered in words, an address and a comment that stay behind.

    kind: "csv" or "xlsx".
    """
    rng = np.random.default_rng(rows)
    half = rows // 2
    table = pd.DataFrame({
        "ID": np.arange(1, rows + 1),
        "Completion time": np.repeat(["2026-01-12 10:00:00", "2026-06-12 10:00:00"], half),
        "Email": "anonymous",
        "Your code": np.tile([f"r{number:07d}" for number in range(half)], 2),
        "When is this?": np.repeat(["before", "after"], half),
    })  # fmt: skip
    mapping = MAPPING
    for name in LARGE:
        instrument = load_instrument(name)
        words = list(map(str, instrument.levels)) if instrument.has_labels else None
        for item in instrument.columns:
            levels = rng.integers(instrument.lowest, instrument.highest + 1, rows)
            table[f"Question {item}"] = levels if words is None else np.array(words)[levels - instrument.first]
            mapping += f'{item} = "Question {item}"\n'
    table["Comments"] = "It was fine, thank you"
    folder.mkdir(parents=True, exist_ok=True)
    export = folder / f"export.{kind}"
    table.to_csv(export, index=False) if kind == "csv" else table.to_excel(export, index=False)
    (folder / "map.toml").write_text(mapping, encoding="utf-8")
    return export, folder / "map.toml"


def many_cases(cases: pd.DataFrame, size: int) -> pd.DataFrame:
    """So many cases, filed like those of a library, in whose titles and findings its words stand in another order."""
    rng, many = np.random.default_rng(size), pd.concat([cases] * (size // len(cases) + 1), ignore_index=True).head(size)
    for column in ("title", "finding"):
        said = np.array(" ".join(cases[column]).split(), dtype=object)
        words = max(1, len(said) // len(cases))
        many[column] = [" ".join(row) for row in rng.choice(said, (size, words))]
    many["case_id"] = [f"C{number:06d}" for number in range(size)]
    return many


def small_pilots(root: Path, number: int) -> list[Path]:
    """Copies of the bundled pilots under other names."""
    bundled = sorted(path for path in BUNDLED.iterdir() if (path / "pilot.toml").exists())
    return [
        Path(shutil.copytree(bundled[i % len(bundled)], root / f"{bundled[i % len(bundled)].name}-{i:02d}"))
        for i in range(number)
    ]
