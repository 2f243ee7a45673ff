"""Two exports as Microsoft Forms writes them: the ONS's own wording, invented items, invented people."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import openpyxl

LONELY = (
    "How often do you feel that you lack companionship?",
    "How often do you feel left out?",
    "How often do you feel isolated from others?",
)
HAPPY = "Overall, how happy did you feel yesterday?"
OWN = ("I can reach the light switch", "I can hear the doorbell")
HEADER = (
    "ID", "Start time", "Completion time", "Email", "Name", "Your pilot code", *LONELY, HAPPY, *OWN,
    "Who filled this in with you?", "Is there anything else?",
)  # fmt: skip
PRIVATE = ("Petra Example", "petra@example.org", "my nephew Ottokar", "14 Invented Street")


def write_forms_pair(folder: Path) -> tuple[Path, Path]:
    """before.xlsx and after.xlsx: 24 people, of whom 21 answer twice, and one after only."""
    chance = random.Random(19)  # noqa: S311 - made-up answers
    people = [f"EW{number:02d}" for number in range(1, 25)]
    waves = {
        "before": (people, datetime.datetime(2026, 1, 12)),
        "after": ([*people[3:], "EW31"], datetime.datetime(2026, 4, 13)),
    }
    for wave, (codes, day) in waves.items():
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        assert sheet is not None
        sheet.append(HEADER)
        for number, code in enumerate(codes, start=1):
            begun = day + datetime.timedelta(hours=9 + number)
            happy = "Prefer not to say" if number == 5 else chance.randint(4, 8) + (wave == "after")
            sheet.append([
                number, begun, begun + datetime.timedelta(minutes=8), PRIVATE[1] if number == 2 else "anonymous",
                PRIVATE[0] if number == 2 else None, code,
                *(chance.choice(("Hardly ever", "Some of the time", "Often")) for _ in LONELY), happy,
                *(chance.choice(("Disagree", "Neither agree nor disagree", "Agree")) for _ in OWN),
                PRIVATE[0], PRIVATE[2] if number == 3 else f"I live at {PRIVATE[3]}" if number == 7 else None,
            ])  # fmt: skip
        workbook.save(folder / f"{wave}.xlsx")
    return folder / "before.xlsx", folder / "after.xlsx"
