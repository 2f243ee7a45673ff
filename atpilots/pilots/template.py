"""A pilot's folder to fill in, with every key of `pilot.toml` explained where it stands."""

from __future__ import annotations

import os
from pathlib import Path

from atpilots.files import DataError, Problem
from atpilots.pilots.folders import CHECKOUT, NAME

PILOT_TOML = """\
# What this pilot is. Lines that begin with # are notes; keys without a value below are optional.
title = "Name of the pilot"
borough = "Name of the borough"

# Words of the case-study library; `atpilots check` lists them all where one is not known.
technology = ["voice_assistant"]
user_group = ["older_people"]
setting = "own_home"

provenance = "collected"            # "synthetic" puts a banner on every page and figure
waves = ["before", "after"]         # in order; the first is the baseline
arms = ["pilot"]                    # the piloted arm first; more than one makes a comparison
# started = 2026-01-31
# recruited = 30                    # everybody who agreed to take part
# planned_gap_weeks = 12
participants_rule = "Who could take part"
selected_for_low_scores = false     # true where people were chosen because their scores were low
# collected_by = "Who asked the questions"
# plan_dated = 2026-01-01           # the date of the written plan of this analysis
# deviations = ["What was done differently from the plan, and why"]
# events = ["What else happened between the waves that could matter"]
# funder = "Who paid"

# Blank is missing. Every other code for a missing answer is declared, never guessed.
missing = []                        # for example ["-9"]
# missing_in = { eq_vas = ["999"] } # an item or measure with codes of its own
# ignore = ["comments"]             # columns of survey.csv that are not needed

[notes]
tried = "What each person was given, and what help came with it."

[[measures]]
instrument = "swemwbs"              # a shipped instrument, or one from this folder's instruments/
primary = true                      # exactly one measure is the main one, chosen in advance

[[measures]]
instrument = "ons4_satisfaction"

# [measures.columns]                # only where the survey's column names differ: item = "column"
# ons4_satisfaction = "q1"
"""


def new_pilot(name: str, root: Path | None = None) -> Path:
    """Make the folder `<root>/pilots/<name>` with a commented pilot.toml and the header of survey.csv.

    root: default $ATPILOTS_DATA. Raises DataError where it is not set or inside the checkout, the name cannot be used,
    or the folder is already there.
    """
    root = _root() if root is None else root
    if not NAME.fullmatch(name):
        allowed = "2 to 40 of a-z, 0-9, - and _, beginning with a letter"
        raise DataError([Problem("pilot folder", "has a name that cannot be used", value=name, allowed=allowed)])
    folder = root / "pilots" / name
    if folder.exists():
        raise DataError([Problem("pilot folder", "is already there; nothing was changed", value=name)])
    (folder / "instruments").mkdir(parents=True)
    (folder / "pilot.toml").write_text(PILOT_TOML, encoding="utf-8")
    (folder / "survey.csv").write_text(",".join(_header()) + "\n", encoding="utf-8")
    return folder


def _header() -> list[str]:
    from atpilots.instruments import load_instrument

    measures = [load_instrument(name) for name in ("swemwbs", "ons4_satisfaction")]
    return ["respondent", "wave", "date", "mode", *(column for measure in measures for column in measure.columns)]


def _root() -> Path:
    root = os.environ.get("ATPILOTS_DATA")
    if not root:
        what = "is not set; set it to a folder outside the checkout, where collected data may lie"
        raise DataError([Problem("ATPILOTS_DATA", what)])
    path = Path(root).expanduser().resolve()
    if (path / "pilots").resolve().is_relative_to(CHECKOUT):
        raise DataError([Problem("ATPILOTS_DATA", "must not point inside the checkout: collected data stay outside")])
    return path
