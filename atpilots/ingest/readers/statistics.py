"""Files of SPSS and Stata: numbers with value labels, variables with labels, declared missing values."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from atpilots.files import DataError, Problem
from atpilots.ingest.export import MOST_COLUMNS, MOST_ROWS, Sheet

STARTS = {"SPSS": (b"$FL2", b"$FL3"), "Stata": (b"<stata_dta>", b"\x71", b"\x72", b"\x73")}


def read_statistics(path: Path) -> Sheet:
    """An SPSS (.sav, .zsav) or Stata (.dta) file: rows as its data view numbers them, user-missing values blank.

    A column may be called by its variable's name or label; value labels are kept beside the values. Raises DataError.
    """
    import pyreadstat

    kind = "Stata" if path.suffix.lower() == ".dta" else "SPSS"
    with path.open("rb") as stream:
        start = stream.read(11)
    if not start.startswith(STARTS[kind]):
        raise DataError([Problem(path.name, f"is not a file of {kind}")])
    read: Callable[..., tuple[pd.DataFrame, Any]] = pyreadstat.read_dta if kind == "Stata" else pyreadstat.read_sav
    try:
        _, about = read(path, metadataonly=True)
        if (about.number_rows or 0) > MOST_ROWS or (about.number_columns or 0) > MOST_COLUMNS:
            raise DataError([Problem(path.name, f"has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns")])
        table, about = read(path, row_limit=MOST_ROWS + 1)
    except DataError:
        raise
    except Exception as error:  # the library's own errors, and whatever damaged bytes make of it
        what = f"is not a readable file of {kind} ({type(error).__name__}); save it again, or export it as CSV"
        raise DataError([Problem(path.name, what)]) from None
    columns = {place: _texts(table.iloc[:, place]) for place in range(table.shape[1])}
    cells = pd.DataFrame(columns, index=pd.RangeIndex(1, len(table) + 1))
    kept = cells[(cells != "").any(axis="columns")] if len(cells) else cells
    names = tuple(map(str, table.columns))
    wording = tuple((about.column_names_to_labels.get(name) or "").strip() for name in names)
    labels = {
        place: {_text(value): str(label).strip() for value, label in about.variable_value_labels[name].items()}
        for place, name in enumerate(names)
        if about.variable_value_labels.get(name)
    }
    note = f"{kind}, {len(labels)} of {len(names)} variables with value labels"
    return Sheet(path.name, kept, note, (names, wording) if any(wording) else (names,), labels)


def _texts(cells: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(cells):  # most columns, and few different numbers
        found = {number: _text(number) for number in cells.unique()}
        return pd.Series([found.get(number, "") for number in cells], dtype="str", index=range(1, len(cells) + 1))
    return pd.Series(list(map(_text, cells)), dtype="str", index=range(1, len(cells) + 1))


def _text(value: object) -> str:
    """A value as its owner reads it: whole numbers without a point, ISO dates."""
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value).strip()
