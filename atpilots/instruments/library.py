"""Where instruments are found: those shipped beside this module, one TOML file each, and a pilot's own.

A file holds item keys, levels, scoring numbers and sources; wording only where its licence allows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from atpilots.files import DataError, Problem, nearest, read_toml
from atpilots.instruments.definition import NAME
from atpilots.instruments.instrument import Instrument

# What the shipped ones are called elsewhere.
SAID: Mapping[str, tuple[str, ...]] = {
    "ons4_satisfaction": ("ons", "ons4", "life satisfaction", "satisfaction"), "ons4_happy": ("happiness", "happy"),
    "ons4_worthwhile": ("worthwhile",), "ons4_anxious": ("anxiety", "anxious"),
    "ucla3": ("ucla", "loneliness", "ucla loneliness", "ucla-3", "three-item loneliness scale"),
    "djg6": ("de jong gierveld", "djgls", "de jong gierveld loneliness"),
    "swemwbs": ("short wemwbs", "short warwick edinburgh", "swemwebs"), "wemwbs": ("warwick edinburgh",),
    "who5": ("who-5", "who wellbeing index"), "eq5d3l": ("eq5d", "eq-5d", "eq-5d-3l", "euroqol"),
    "eq5d5l": ("eq-5d-5l",), "eq_vas": ("eqvas", "vas", "eq-vas"), "ascot_sct4": ("ascot", "sct4"),
    "oxford_hip": ("ohs", "hip"), "oxford_knee": ("oks", "knee"), "icecap_o": ("icecap",),
}  # fmt: skip
SHIPPED = Path(__file__).parent / "shipped"


def load_instrument(name: str, folder: Path | None = None) -> Instrument:
    """The instrument of that name: from `folder` (a pilot's own `instruments/`) or as shipped.

    Raises DataError where there is none, two, or a faulty one, or where `items_of` names one that lacks the items.

    >>> import atpilots as at
    >>> at.load_instrument("ucla3").items
    ('companionship', 'left_out', 'isolated')
    """
    instrument, file = _read(name, folder)
    if instrument.items_of is not None:
        _check_shared_items(instrument, file, folder)
    return instrument


def shipped_instruments() -> tuple[str, ...]:
    """The names of the instruments that come with the package.

    >>> import atpilots as at
    >>> "swemwbs" in at.shipped_instruments()
    True
    """
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def _known(folder: Path | None) -> str:
    own = sorted(path.stem for path in folder.glob("*.toml")) if folder and folder.is_dir() else []
    return ", ".join([*own, *shipped_instruments()])


def _read(name: str, folder: Path | None) -> tuple[Instrument, str]:
    places = [place for place in (folder, SHIPPED) if place] if re.fullmatch(NAME, name) else []
    found = [path for place in places if (path := place / f"{name}.toml").exists()]
    if not found:
        raise _none_such("pilot.toml", name, folder)
    if len(found) > 1:
        raise DataError([Problem(found[0].name, "has the name of a shipped instrument; rename it")])
    return read_toml(found[0], Instrument, name=name), found[0].name


def _none_such(file: str, name: str, folder: Path | None) -> DataError:
    known = _known(folder)
    what, column = "there is no such instrument", None if file == "pilot.toml" else "items_of"
    return DataError([Problem(file, what, None, column, name, known, nearest(name, known.split(", "), SAID))])


def _check_shared_items(instrument: Instrument, file: str, folder: Path | None) -> None:
    owner = str(instrument.items_of)
    if owner not in _known(folder).split(", "):
        raise _none_such(file, owner, folder)
    other, _ = _read(owner, folder)
    strangers = [item for item in instrument.items if item not in other.items]
    problems = [Problem(file, f"is not an item of {owner}", column="items", value=item) for item in strangers]
    if (instrument.levels, instrument.first) != (other.levels, other.first):
        what = f"shares its columns with {owner}, so must have the same levels"
        problems.append(Problem(file, what, column="levels"))
    if problems:
        raise DataError(problems)
