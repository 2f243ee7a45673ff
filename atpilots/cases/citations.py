"""A selection of cases with its citations, in the forms that spreadsheets, reference managers and documents read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from atpilots.cases.library import COLUMNS, MULTI_VALUED, words_of
from atpilots.files import STARTS_A_FORMULA, UsageError
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE

Case = Mapping[Hashable, Any]

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DERIVED = ("nesta_level", "maryland_level", "supplier_claim", "supplier_reason")
TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def export_cases(cases: pd.DataFrame, style: str = "markdown") -> str:
    """The cases in their order, with citations, as the text of a file.

    cases: what load_case_studies or find_cases returned, or rows of it. style: "csv" (every column; formulas made
    harmless), "json", "bibtex", "ris" (lines end in CR LF) or "markdown" (a list).
    Raises UsageError for another style.

    >>> import atpilots as at
    >>> at.export_cases(at.find_cases("falls").head(1), "bibtex").startswith("@")
    True
    """
    if style not in STYLES:
        raise UsageError(f'"{style}" is not a format; there are: {", ".join(STYLES)}')
    return STYLES[style](cases.to_dict("records"))


def day_in_words(written: object) -> str:
    """A day as people write it: 23 November 2026. The months are ours, so that no locale changes a page."""
    day = date.fromisoformat(str(written)[:10])
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def citation(case: Case) -> str:
    """Who, when, what, where, and the day on which the source was checked."""
    year: str = "no date" if pd.isna(case["year"]) else str(case["year"])
    checked = day_in_words(case["checked_on"])
    return f"{case['lead_organisation']} ({year}). {case['title']}. {case['source_url']} (checked on {checked})."


def _record(case: Case) -> dict[str, Any]:
    """A case as plain values, with its citation, and the reasons where it comes from a search."""
    plain = {name: _plain(case[name]) for name in (*COLUMNS, *DERIVED)} | {"citation": citation(case)}
    return plain | {name: _plain(case[name]) for name in ("reasons",) if name in case}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if value is pd.NA:
        return None
    return value.item() if hasattr(value, "item") else value


def _csv(cases: list[dict[Hashable, Any]]) -> str:
    stream = io.StringIO()
    extra = ["reasons"] if cases and "reasons" in cases[0] else []
    rows = csv.DictWriter(stream, [*COLUMNS, *DERIVED, "citation", *extra], lineterminator="\n")
    rows.writeheader()
    rows.writerows({name: _cell(value) for name, value in _record(case).items()} for case in cases)
    return stream.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else ";".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def _bibtex(case: Case) -> str:
    fields = {
        "title": f"{{{_tex(case['title'])}}}",  # braces within keep its capitals, and an organisation's name whole
        "author": f"{{{_tex(case['lead_organisation'])}}}",
        "year": "" if pd.isna(case["year"]) else str(case["year"]),
        "url": _address(case),
        "urldate": str(case["checked_on"]),
        "abstract": _tex(case["finding"]),
        "keywords": _tex(", ".join(_keywords(case))),
        "note": _tex(_note(case)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{case['case_id']},", *lines, "}", ""])


def _tex(text: object) -> str:
    return "".join(TEX.get(character, character) for character in _line(text))


def _address(case: Case) -> str:
    """The source's address without characters that would end a field or a link."""
    return str(case["source_url"]).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _ris(case: Case) -> str:
    author = f"{str(case['lead_organisation']).replace(',', '')},"  # what follows a comma is read as a first name
    fields = [
        ("TY", "ELEC"), ("ID", case["case_id"]), ("TI", case["title"]), ("AU", author),
        ("PY", "" if pd.isna(case["year"]) else case["year"]), ("CY", case["place"]),
        ("PB", case["lead_organisation"]), ("AB", case["finding"]), ("N1", _note(case)),
        *(("KW", word) for word in _keywords(case)), ("UR", _address(case)),
        ("Y2", f"{str(case['checked_on']).replace('-', '/')}/"), ("ER", None),
    ]  # fmt: skip
    return "".join(f"{tag}  - {'' if value is None else _line(value)}\r\n" for tag, value in fields if value != "")


def _note(case: Case) -> str:
    """How the finding was come by, what it says, and whether it is the supplier's word."""
    claim = f" Supplier's claim: {case['supplier_reason']}." if case["supplier_claim"] else ""
    return f"Design: {EVIDENCE_TYPE[case['evidence_type']]}. Reported: {DIRECTION[case['direction']]}.{claim}"


def _keywords(case: Case) -> list[str]:
    return [MULTI_VALUED[name][word] for name in MULTI_VALUED for word in words_of(case[name])]


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _markdown(case: Case) -> str:
    year: str = "" if pd.isna(case["year"]) else f" ({case['year']})"
    marked = " Supplier's claim." if case["supplier_claim"] else ""
    told = f"{case['lead_organisation']}{year}. {case['finding']}"
    end = f"Case {case['case_id']}, source checked on {day_in_words(case['checked_on'])}."
    address = _address(case).replace("<", "%3C").replace(">", "%3E")
    return f"- [{_escaped(case['title'])}](<{address}>). {_escaped(told)}{marked} {end}\n"


def _escaped(text: object) -> str:
    return MARKDOWN.sub(r"\\\1", _line(text)).replace("&", "&amp;")


STYLES: Mapping[str, Callable[[list[dict[Hashable, Any]]], str]] = {
    "csv": _csv,
    "json": lambda cases: json.dumps([_record(case) for case in cases], indent=1, ensure_ascii=False) + "\n",
    "bibtex": lambda cases: "\n".join(map(_bibtex, cases)),
    "ris": lambda cases: "".join(map(_ris, cases)),
    "markdown": lambda cases: "".join(map(_markdown, cases)),
}
