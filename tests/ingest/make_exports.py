"""Makes the binary exports of the plain kinds of file: python tests/ingest/make_exports.py."""

from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat

EXPORTS = Path(__file__).parent / "exports"
# A questionnaire whose numbers run the other way round than the instrument's; the labels say so.
VALUES = {1: "Often", 2: "Some of the time", 3: "Hardly ever or never", -9: "Prefer not to say"}

workbook = openpyxl.Workbook()
sheet = workbook.active
rows = [
    ["About you", None, "How often do you feel that", None, "Yesterday"],
    ["Your pilot code", "When is this?", "you are left out", "you are isolated", "How happy did you feel?"],
    ["W-1", "before", "Often", "Some of the time", 5],
    ["W-1", "after", "Hardly ever or never", "Some of the time", 7],
    ["Total", None, None, None, 12],
]
for row in rows:
    sheet.append(row)
sheet.merge_cells("A1:B1")
sheet.merge_cells("C1:D1")
workbook.create_sheet("Notes")["A1"] = "Made up."
workbook.save(EXPORTS / "xlsx" / "export.xlsx")

table = pd.DataFrame({"code": ["W-1", "W-2"], "lo_1": [1.0, -9.0], "lo_2": [3.0, 2.0], "comment": ["fine", ""]})
wording = ["Your pilot code", "Left out, at the start", "Left out, at the end", "Anything else?"]
labels = {"lo_1": VALUES, "lo_2": VALUES}
pyreadstat.write_sav(
    table, EXPORTS / "spss" / "export.sav", column_labels=wording, variable_value_labels=labels,
    missing_ranges={"lo_1": [-9], "lo_2": [-9]},
)  # fmt: skip
of_stata = {name: {value: label for value, label in VALUES.items() if value > 0} for name in labels}
pyreadstat.write_dta(
    table.replace(-9.0, float("nan")), EXPORTS / "stata" / "export.dta", column_labels=wording,
    variable_value_labels=of_stata,
)  # fmt: skip
