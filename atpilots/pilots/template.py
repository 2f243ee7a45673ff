"""A pilot's folder to fill in, with every key of `pilot.toml` explained where it stands."""

from __future__ import annotations

from pathlib import Path

from atpilots.files import DataError, Problem
from atpilots.instruments import load_instrument
from atpilots.pilots.folders import NAME, collected_root

TEMPLATE = Path(__file__).with_name("template.toml")


def new_pilot(name: str, root: Path | None = None) -> Path:
    """Make the folder `<root>/pilots/<name>` with a commented pilot.toml and the header of survey.csv.

    root: default $ATPILOTS_DATA. Raises DataError where it is not set or inside the checkout, the name cannot be used,
    or the folder is already there.
    """
    root = collected_root() if root is None else root
    if root is None:
        what = "is not set; set it to a folder outside the checkout, where collected data may lie"
        raise DataError([Problem("ATPILOTS_DATA", what)])
    if not NAME.fullmatch(name):
        allowed = "2 to 40 of a-z, 0-9, - and _, beginning with a letter"
        raise DataError([Problem("pilot folder", "has a name that cannot be used", value=name, allowed=allowed)])
    folder = root / "pilots" / name
    if folder.exists():
        raise DataError([Problem("pilot folder", "is already there; nothing was changed", value=name)])
    (folder / "instruments").mkdir(parents=True)
    (folder / "pilot.toml").write_bytes(TEMPLATE.read_bytes())
    measures = [load_instrument(name) for name in ("swemwbs", "ons4_satisfaction")]
    header = ["respondent", "wave", "date", "mode", *(column for measure in measures for column in measure.columns)]
    (folder / "survey.csv").write_text(",".join(header) + "\n", encoding="utf-8")
    return folder
