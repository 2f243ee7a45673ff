"""How often `atpilots check` warns of an honest pilot: questions of substance asked of pilots without a fault.

    python tests/simulations/plausibility_simulation.py [PILOTS]

Each pilot has 8 to 79 people, one to three questionnaires and up to four single questions, answers as in
tests/builders/plausible.py, a fifth of the people gone at the end, and dates. The seed is fixed.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders.plausible import plausible_levels

from atpilots.instruments import load_instrument
from atpilots.pilots import load_pilot, plausibility_warnings

SCALES = ("swemwbs", "wemwbs", "who5", "djg6", "djg11", "ucla3", "oxford_hip", "oxford_knee", "eq5d5l", "ascot_sct4")
SINGLE = ("ons4_satisfaction", "ons4_worthwhile", "ons4_happy", "ons4_anxious", "loneliness_direct")
PILOTS, SEED = 200, 20261129
PROTOCOL = """
title = "A simulated pilot"
borough = "Borough of Simulations"
technology = ["voice_assistant"]
user_group = ["older_people"]
setting = "own_home"
provenance = "synthetic"
waves = ["before", "after"]
started = 2025-01-10
participants_rule = "Anybody"
"""


def honest_pilot(folder: Path, rng: np.random.Generator) -> Path:
    """A folder with a made-up pilot that has no fault."""
    folder.mkdir()
    people = int(rng.integers(8, 80))
    names = [
        *rng.choice(SCALES, rng.integers(1, 4), replace=False),
        *rng.choice(SINGLE, rng.integers(0, 5), replace=False),
    ]
    levels: dict[str, np.ndarray] = {}
    for name in map(str, names):
        levels |= plausible_levels(load_instrument(name), people, rng)
    rows = []
    for side, wave in enumerate(("before", "after")):
        for who in range(people):
            if side == 0 or rng.random() > 0.2:
                day = pd.Timestamp("2025-01-10") + pd.Timedelta(days=int(rng.integers(0, 40)) + 84 * side)
                answers = {item: int(given[side, who]) for item, given in levels.items()}
                rows.append({"respondent": f"R{who:03d}x", "wave": wave, "date": f"{day:%Y-%m-%d}"} | answers)
    pd.DataFrame(rows).to_csv(folder / "survey.csv", index=False)
    measures = "".join(f'[[measures]]\ninstrument = "{name}"\n' for name in names)
    measures = measures.replace('"\n', '"\nprimary = true\n', 1)
    (folder / "pilot.toml").write_text(PROTOCOL + measures, encoding="utf-8")
    return folder


def main(pilots: int) -> None:
    rng = np.random.default_rng(SEED)
    warned, told = 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(pilots):
            name = "honest-" + "".join(chr(97 + int(digit)) for digit in f"{number:04d}")
            warnings = plausibility_warnings(load_pilot(honest_pilot(Path(folder) / name, rng)))
            warned += bool(warnings)
            told.update(warning.what.partition(" ")[0] for warning in warnings)
    sys.stdout.write(f"{warned} of {pilots} honest pilots got a warning: {dict(told)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PILOTS)
