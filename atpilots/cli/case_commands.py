"""The command that searches the case studies, and its output for a terminal."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def search_cases(options: argparse.Namespace) -> int:
    """Print the cases found, or how many there are of each word; 2 for a filter that is none."""
    from atpilots.cases import case_facets, export_cases, find_cases
    from atpilots.files import UsageError

    if options.facets and options.format not in {"text", "csv", "json"}:
        print("atpilots cases: --facets are counts, without citations: text, csv or json", file=sys.stderr)
        return 2
    try:
        found = find_cases(
            " ".join(options.words), technology=options.technology, user_group=options.user_group,
            outcome=options.outcome, evidence=options.evidence, country=options.country,
        )  # fmt: skip
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    if found.empty:
        hint = "See what there is: atpilots cases --facets"
        print(f"{found.attrs['advice']} {hint}", file=sys.stdout if options.format == "text" else sys.stderr)
    if options.facets:
        print(_counts(case_facets(found), options.format), end="")
    elif options.format == "text":
        print(_as_text(found), end="")
    else:
        exported = export_cases(found, options.format)
        if options.format == "json" and not str(sys.stdout.encoding).lower().startswith("utf"):
            exported = json.dumps(json.loads(exported), indent=1) + "\n"  # a stream's own way of escaping is no JSON
        print(exported, end="")
    return 0


def _as_text(cases: pd.DataFrame) -> str:
    """Each case from its number on, folded to the width of the terminal; an address is never broken."""
    from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE

    indent = " " * 7
    width = shutil.get_terminal_size().columns
    folded = partial(
        textwrap.fill, width=width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    lines = []
    for case in cases.to_dict("records"):
        claim = (f"supplier's claim ({case['supplier_reason']})",) if case["supplier_claim"] else ()
        told = "; ".join((DIRECTION[case["direction"]], EVIDENCE_TYPE[case["evidence_type"]], *claim))
        lines += [
            folded(f"{case['case_id']}  {case['title']} ({case['country']})"),
            folded(told, initial_indent=indent),
            *(folded(reason, initial_indent=indent) for reason in case["reasons"]),
            f"{indent}{case['source_url']}",
        ]
    return "".join(f"{line}\n" for line in lines)


def _counts(facets: pd.DataFrame, style: str) -> str:
    if style == "csv":
        return facets.to_csv(index=False, lineterminator="\n")
    if style == "json":
        return json.dumps(facets.to_dict("records"), indent=1, ensure_ascii=False) + "\n"
    lines = []
    for facet, rows in facets[facets["cases"] > 0].groupby("facet", sort=False):
        lines.append(str(facet))
        lines += [
            f"  {row['cases']:>4}  {row['word']}{'' if row['label'] == row['word'] else ': ' + row['label']}".rstrip()
            for row in rows.to_dict("records")
        ]
    return "\n".join([*lines, ""])
