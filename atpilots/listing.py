"""A pilot at a glance, by the standard library alone: told before pandas would even be imported."""

from __future__ import annotations

import csv
import dataclasses
import io
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from atpilots.places import CHECKOUT, folder_problems

LARGEST = 2_000_000  # bytes; a larger survey is read sooner by whole columns
NO_ITEMS = {"respondent", "wave", "rater", "arm", "date", "mode", "age_band"}
RESIDENT = "resident"


@dataclasses.dataclass(frozen=True)
class Glance:
    """How many residents gave any answer at the baseline and at the first wave after it."""

    provenance: str
    waves: tuple[str, ...]
    both: int
    before_only: int
    after_only: int


def at_a_glance(folder: Path) -> Glance | None:
    """What `Pilot.flow` tells of an ordinary pilot; None of any other, which is to be loaded.

    Not ordinary are several arms, people withdrawn, unusual codes, quotation marks, files that may be misnamed, and
    whatever looks wrong here.
    Answers are counted, not checked.
    """
    survey = folder / "survey.csv"
    try:
        plan = tomllib.loads((folder / "pilot.toml").read_text(encoding="utf-8"))
        linked = any(path.is_symlink() for path in folder.rglob("*"))
        if linked or any(folder_problems(folder)) or survey.stat().st_size > LARGEST:
            return None
        text = survey.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError, tomllib.TOMLDecodeError):
        return None
    collected_here = plan.get("provenance") == "collected" and folder.is_relative_to(CHECKOUT)
    if (folder / "withdrawn.csv").exists() or not _plain(plan) or collected_here or not text.isascii() or '"' in text:
        return None
    waves = tuple(plan.get("waves", ("before", "after")))
    try:
        counted = _counted(text, waves, set(plan.get("ignore", ())), {str(code) for code in plan.get("missing", ())})
    except csv.Error:
        return None
    return counted and Glance(plan["provenance"], waves, *counted)


def _plain(plan: dict[str, Any]) -> bool:
    lists = [plan.get(key, []) for key in ("waves", "arms", "ignore", "missing")]
    return (
        plan.get("provenance") in {"synthetic", "collected"}
        and "missing_in" not in plan
        and all(isinstance(listed, list) and all(isinstance(x, str | int) for x in listed) for listed in lists)
        and len(plan.get("waves", "ab")) > 1
        and len(plan.get("arms", "a")) == 1
    )


def _counted(
    text: str, waves: tuple[str, ...], ignored: Collection[str], missing: Collection[str]
) -> tuple[int, int, int] | None:
    """Both times, only before, only after; None where a row is not as it should be."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    header = rows[0] if rows else []
    if not {"respondent", "wave"} <= set(header) or len(set(header)) < len(header):
        return None
    items = [place for place, name in enumerate(header) if name not in NO_ITEMS | set(ignored)]
    blank, seen = {"", *missing}, set()
    answered: tuple[set[str], ...] = (set(), set(), *(set() for _ in waves[2:]))
    for row in rows[1:]:
        cells = dict(zip(header, row, strict=False))
        if not any(row):
            continue
        who, wave = cells.get("respondent", ""), cells.get("wave", "")
        rater = cells.get("rater", "")
        rater = RESIDENT if rater in blank else rater
        if len(row) > len(header) or not _ordinary(who) or wave not in waves or (who, wave, rater) in seen:
            return None
        seen.add((who, wave, rater))
        if rater == RESIDENT and any(row[place] not in blank for place in items if place < len(row)):
            answered[waves.index(wave)].add(who)
    before, after = answered[:2]
    return len(before & after), len(before - after), len(after - before)


def _ordinary(code: str) -> bool:
    """Whether a respondent's code is compared as it is written."""
    return bool(code) and code.isprintable() and "  " not in code
