"""Files of case studies: a row that is right, files of such rows, and a file's rows by the standard library alone."""

import csv
from pathlib import Path

VALID = {
    "case_id": "AT121",
    "title": "Greenwich: a kettle that talks",
    "lead_organisation": "Royal Borough of Greenwich",
    "place": "",
    "country": "England",
    "year": "2021",
    "technology": "voice_assistant;smart_home",
    "product": "",
    "user_group": "older_people",
    "setting": "own_home",
    "outcome_domain": "wellbeing",
    "evidence_type": "before_after",
    "participants": "12",
    "finding": "Twelve people were asked before and after.",
    "direction": "no_difference",
    "source_type": "council",
    "source_url": "https://example.org/kettle",
    "checked_on": "2026-11-23",
}

# Read in the file by hand: the findings that rest on the word of whoever sells the product.
SUPPLIER_CLAIMS = {
    "AT011", "AT012", "AT042", "AT050", "AT053", "AT058", "AT074", "AT101", "AT102", "AT103", "AT110",
}  # fmt: skip


def write_cases(path: Path, *rows: dict[str, str]) -> Path:
    file = path / "cases.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
