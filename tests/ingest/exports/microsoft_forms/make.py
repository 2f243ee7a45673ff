"""Makes the two workbooks beside it, shaped like those of Microsoft Forms."""

import datetime
from pathlib import Path

import openpyxl

HEADER = [
    "ID", "Start time", "Completion time", "Email", "Your pilot code\xa0", "How happy did you feel yesterday?\xa0",
    "I have felt cheerful\n and in good spirits", "Is anything else on your mind?",
]  # fmt: skip
BEFORE = [(4, "10 - completely", 3, "=none="), ("K2", 7.0, 5, None), (None, None, None, None), (11, 0, None, "N/A")]
AFTER = [("K2", 8, 4, None), (4, "10 - completely", 2, "+1 from me")]


def save(name: str, day: datetime.date, answers: list[tuple[object, ...]]) -> None:
    """One workbook; the pilot's codes are numbers shown with leading zeros, unless they are text."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Form1"
    sheet.append(HEADER)
    for number, row in enumerate(answers, start=1):
        blank = not any(row)
        started = datetime.datetime.combine(day, datetime.time(10, number))
        times = [None, None] if blank else [started, started.date()]
        sheet.append([None if blank else number, *times, None if blank else "anonymous", *row])
        sheet.cell(sheet.max_row, 5).number_format = "000"
        sheet.cell(sheet.max_row, 8).data_type = "s"  # text, though it begins like a formula
    workbook.save(Path(__file__).with_name(name))


save("before.xlsx", datetime.date(2021, 1, 11), BEFORE)
save("after.xlsx", datetime.date(2021, 3, 30), AFTER)
