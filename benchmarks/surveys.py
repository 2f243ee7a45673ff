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


def small_pilots(root: Path, number: int) -> list[Path]:
    """Copies of the bundled pilots under other names."""
    bundled = sorted(path for path in BUNDLED.iterdir() if (path / "pilot.toml").exists())
    return [
        Path(shutil.copytree(bundled[i % len(bundled)], root / f"{bundled[i % len(bundled)].name}-{i:02d}"))
        for i in range(number)
    ]
