"""Where the package's own files lie, in a checkout or a wheel: case studies, bundled pilots and notebooks."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
SHIPPED = PACKAGE / "shipped"  # in a wheel; a checkout has the same files at its top level
CHECKOUT = None if SHIPPED.is_dir() else PACKAGE.parent
OWN = CHECKOUT or SHIPPED
BUNDLED = OWN / "data" / "pilots"
CASES_FILE = OWN / "data" / "case_studies.csv"
NUMBERS_FILE = OWN / "data" / "case_numbers.csv"
NOTEBOOKS = OWN / "notebooks"
NOTEBOOK = NOTEBOOKS / "pilot_report.ipynb"


def in_checkout(path: Path) -> bool:
    """Whether a place is inside a checkout of the package, this one or another, or beside an installed copy of it."""
    place = Path(os.path.realpath(path))  # which, like isfile, takes whatever anybody typed
    return any(os.path.isfile(folder / PACKAGE.name / "__init__.pyi") for folder in (place, *place.parents))
