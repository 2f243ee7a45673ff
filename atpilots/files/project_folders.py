"""Where the checkout's own files lie: data, notebooks and reports beside the package, which only a checkout has."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
BUNDLED = CHECKOUT / "data" / "pilots"
CASES_FILE = CHECKOUT / "data" / "case_studies.csv"
NUMBERS_FILE = CHECKOUT / "data" / "case_numbers.csv"
NOTEBOOK = CHECKOUT / "notebooks" / "pilot_report.ipynb"
REPORTS = CHECKOUT / "reports"
