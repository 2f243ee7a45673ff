"""The evidence library as pieces of a page: cases in rows, the map, counts, figures as reported, and how to mend it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import starmap
from typing import Any

import pandas as pd

from atpilots.cases.appraisal import EVIDENCE_LEVELS, OWN_ACCOUNT
from atpilots.cases.citations import day_in_words
from atpilots.cases.counts import FACETS, case_facets, evidence_map, summed
from atpilots.cases.figures import KINDS, reported_figures
from atpilots.cases.gap_map import EXPLAINED, map_pairs, technology_table
from atpilots.cases.library import MULTI_VALUED, load_case_studies, words_of
from atpilots.cases.synonyms import UK_NATIONS
from atpilots.files import UsageError
from atpilots.page import (
    Catalogue,
    Details,
    Entry,
    Facet,
    Figure,
    Link,
    Listing,
    SafeOutput,
    Shelf,
    Table,
    Text,
    Words,
    safe_output,
    table,
)
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, OUTCOME_DOMAIN, TECHNOLOGY

INTRODUCTION = (
    "Each case is a published project that tried assistive technology. The findings are in our own words, with the "
    "figures that the source reports. They come from different people, designs and measures. So they are listed and "
    "counted here, never averaged.",
    "A case that tried several technologies stands under the first of them. Choosing a technology finds it under any.",
    "Each case names its design. A randomised trial can tell what the technology itself changed. A study that "
    "compares the same people before and after cannot, and a description does not measure change at all. Where a "
    "finding rests on the word of whoever sells the product, or of those who ran or paid for it, the case says so.",
)
ON_LEVELS = (
    "The levels say what a design can show at most. They say nothing of how well a study was done, and nothing of its "
    "result: a trial that found no difference is as strong as one that found a change. Nesta's Standards of Evidence "
    "go from level 1 to level 5. The Maryland scale goes from 1 to 5 and is silent where nothing is measured.",
)
ON_FIGURES = (
    "These are some of the figures in the findings, chosen by hand; the case itself gives its finding in full. Each "
    "figure is as its source reports it, on its own measure and with its own people. So no two rows can be compared, "
    "and nothing is averaged.",
)
NOT_TRIED = Text(paragraphs=("No case in this library tried it.",))
ON_COUNTS = "Cases by technology, people, setting, outcome, design, level, result, country and year"
TO_MEND = (
    "If a finding is wrong, or a link no longer leads to its source, tell the organisation that gave you this page. "
    "Give the number of the case, such as AT001, and what the source says. A case that is missing can be sent in the "
    "same way, with the address of its source.",
    "Each case was read at its source on the day that is given with it. The library is one table, which is checked "
    "before it is used: every case has a source, a design, and words of fixed lists.",
)
# The tables of figures as reported: each kind's caption, and the heading of each of its values.
KIND_CAPTIONS = {
    "before_after": "Before and after, without anybody to compare with",
    "with_without": "People without the technology and people with it",
    "change": "A change or a difference only",
    "afterwards": "Asked or counted afterwards only",
}
VALUE_NAMES = {
    "before": "Before", "after": "After", "without_technology": "Without", "with_technology": "With",
    "change": "Change or difference", "afterwards": "Afterwards",
}  # fmt: skip
CHOSEN_BY = ("technology", "outcome_domain", "evidence_type", "direction", "country")
ANY_PART = "United Kingdom, any part"
FACET_NAMES = {
    "technology": "Technology", "user_group": "Who it was for", "setting": "Where", "outcome_domain": "Outcome",
    "evidence_type": "Design", "nesta_level": "Nesta level", "direction": "What was reported", "country": "Country",
    "year": "Year",
}  # fmt: skip


def library_sections(cases: pd.DataFrame) -> list[tuple[str, SafeOutput]]:
    """The whole page: headings and what stands under each."""
    numbers = reported_figures()
    figures = number_tables(numbers[numbers["case_id"].isin(cases["case_id"])], on_page=True)
    return [
        ("Cases", safe_output(catalogue(cases))),
        ("About these cases", safe_output(Text(paragraphs=INTRODUCTION))),
        ("Evidence and its gaps", safe_output(Text(paragraphs=EXPLAINED), *starmap(_folded, map_pairs(cases)))),
        ("How strong evidence can be", safe_output(Text(paragraphs=ON_LEVELS), _folded(_levels(cases)))),
        ("Figures as reported", safe_output(Text(paragraphs=ON_FIGURES), *map(_folded, figures))),
        ("How many cases of what", safe_output(Details(summary=ON_COUNTS, pieces=tuple(facet_tables(cases))))),
        ("If something is wrong or missing", safe_output(Text(paragraphs=TO_MEND))),
    ]


def _folded(first: Table | Figure, *others: Table) -> Details:
    return Details(summary=first.caption, pieces=(first, *others))


def catalogue(cases: pd.DataFrame) -> Catalogue:
    """Every case under the technology that it names first, with what chooses among them."""
    facets = _facets(cases)
    cells = summed(evidence_map(cases))
    names = tuple(Facet(name=FACET_NAMES[column], options=tuple(options)) for column, options in facets.items())
    shelves = tuple(_shelf(technology, cases, cells, facets) for technology in TECHNOLOGY)
    return Catalogue(facets=names, shelves=shelves, what="cases")


def _facets(cases: pd.DataFrame) -> dict[str, dict[str, set[str]]]:
    """By column: each option as it is shown, with its number of cases, and the words that fit it."""
    counts = case_facets(cases)
    counts = counts[counts["cases"] > 0]
    facets: dict[str, dict[str, set[str]]] = {column: {} for column in CHOSEN_BY}
    for facet, word, label, number in counts.itertuples(index=False):
        if facet in facets:
            facets[str(facet)][f"{label} ({number})"] = {str(word)}
    parts = {*UK_NATIONS, "UK"}
    within = int(cases["country"].isin(parts).sum())
    facets["country"] = {f"{ANY_PART} ({within})": parts, **facets["country"]}
    return facets


def _shelf(
    technology: str, cases: pd.DataFrame, cells: pd.DataFrame, facets: Mapping[str, Mapping[str, set[str]]]
) -> Shelf:
    """The cases that name a technology first; behind them its evidence and gaps, and links to the others with it."""
    first = cases[cases["technology"].str[0] == technology]
    others = cases[[technology in words[1:] for words in cases["technology"]]]
    pieces: list[Any] = [technology_table(technology, cells)] if len(first) + len(others) else [NOT_TRIED]
    if len(others):
        pieces.append(Text(paragraphs=("Cases under another technology that tried this one, too:",)))
        pieces.append(Listing(entries=tuple((_to_case(case),) for case in others.to_dict("records"))))
    label = TECHNOLOGY[technology]
    return Shelf(
        heading=label,
        entries=tuple(case_entry(case, facets) for case in first.to_dict("records")),
        more=Details(summary=f"{label}: evidence and gaps", pieces=tuple(pieces)),
    )


def _to_case(case: Mapping[Hashable, Any]) -> Link:
    """A link to a case on the same page; case_id and title of the case, or of one of its figures."""
    return Link(text=f"{case['case_id']}: {case['title']}", href=f"#{case['case_id'].casefold()}")


def _levels(cases: pd.DataFrame) -> Table:
    counts = cases["evidence_type"].value_counts()
    rows: list[list[Words]] = [
        [EVIDENCE_TYPE[word], str(level.nesta), str(level.maryland), str(counts.get(word, 0)), level.reason]
        for word, level in EVIDENCE_LEVELS.items()
    ]
    heads = {"Design": False, "Nesta (level at most)": True, "Maryland (level)": True, "Cases (number of)": True,
             "Why": False}  # fmt: skip
    return table("What each design can show at most", heads, rows)


def number_tables(numbers: pd.DataFrame, own: Sequence[Sequence[Words]] = (), on_page: bool = False) -> list[Table]:
    """One table for each kind of figures, the strongest designs first; `own` rows of a pilot stand above those of their
    kind.

    numbers: what reported_figures returned, or rows of it. A row of `own` has a cell for each column: whose it is,
    design, what was measured, before, after, people.
    `on_page`: whether links lead to the cases on the same page, or to their sources.
    """
    strength = {design: place for place, design in enumerate(EVIDENCE_TYPE)}
    figures = sorted(numbers.to_dict("records"), key=lambda figure: strength[figure["evidence_type"]])
    tables = []
    for kind, values in KINDS.items():
        rows = [_figure_row(figure, values, on_page) for figure in figures if figure["kind"] == kind]
        if rows:
            rows = [*([list(row) for row in own] if kind == "before_after" else []), *rows]
            heads = {"Case": False, "Design": False, "What was measured": False}
            heads |= {f"{VALUE_NAMES[name]} (as reported)": True for name in values} | {"People (number of)": True}
            tables.append(table(KIND_CAPTIONS[kind], heads, rows))
    return tables


def _figure_row(figure: Mapping[Hashable, Any], values: Sequence[str], on_page: bool) -> list[Words]:
    link = _to_case(figure) if on_page else Link(text=figure["title"], href=figure["source_url"])
    design = EVIDENCE_TYPE[figure["evidence_type"]] + (", supplier's claim" if figure["supplier_claim"] else "")
    outcome = OUTCOME_DOMAIN[figure["outcome_domain"]].lower()
    measured = f"{figure['measure'][:1].upper()}{figure['measure'][1:]} ({outcome})"
    n = figure["n"]
    people = "Not told" if pd.isna(n) else f"{n:,} {'person' if n == 1 else 'people'}"
    return [link, design, measured, *(f"{figure[name]} {figure['unit']}".strip() for name in values), people]


def facet_tables(cases: pd.DataFrame) -> list[Table]:
    """One table for each facet: how many of the cases have each word."""
    counts = case_facets(cases)
    tables = []
    for facet in FACETS:
        name = FACET_NAMES[facet]
        rows: list[list[Words]] = [
            [str(label), str(count)] for label, count in counts.loc[counts["facet"] == facet, ["label", "cases"]].values
        ]
        tables.append(table(f"{name} (number of cases)", {name: False, "Cases": True}, rows))
    return tables


def case_card(case_id: str, cases: pd.DataFrame | None = None) -> SafeOutput:
    """One case in full: its finding, design, people, outcomes and source, and the figures that its finding carries.

    case_id: as in the library ("AT037"). cases: a table like that of load_case_studies, which is the default.
    Raises UsageError where there is no such case.

    >>> import atpilots as at
    >>> at.case_card("AT037").pieces != ()
    True
    """
    known = load_case_studies() if cases is None else cases
    found = known[known["case_id"] == case_id]
    if found.empty:
        raise UsageError(f'there is no case "{case_id}"; the numbers go from {min(known["case_id"])} to '
                         f'{max(known["case_id"])}')  # fmt: skip
    numbers = reported_figures()
    return safe_output(_whole(found), *number_tables(numbers[numbers["case_id"] == case_id]))


def show_cases(found: pd.DataFrame, most: int = 20) -> SafeOutput:
    """The first cases of a search, with the reason for each; what to try instead where there is none.

    found: what find_cases or match_cases returned; most: how many are shown.

    >>> import atpilots as at
    >>> at.show_cases(at.find_cases("falls at night")).pieces != ()
    True
    """
    if found.empty:
        return safe_output(Text(paragraphs=(found.attrs.get("advice") or "No case was found.",)))
    total = found.attrs.get("found", len(found))
    shown = f"; the first {most} are shown" if total > most else ""
    told = f"{total} case{'' if total == 1 else 's'} found{shown}."
    return safe_output(Text(paragraphs=(told,)), _whole(found.iloc[:most]))


def _whole(cases: pd.DataFrame) -> Catalogue:
    """Cases with all that is told of each in sight."""
    return Catalogue(shelves=(Shelf(entries=tuple(map(case_entry, cases.to_dict("records")))),), what="cases")


def case_entry(case: Mapping[Hashable, Any], facets: Mapping[str, Mapping[str, set[str]]] | None = None) -> Entry:
    """A case in a row: what was reported, by which design, of how many; behind it the finding and where it stands.

    facets: on the library's page, what chooses among its cases; None elsewhere.
    """
    place = ", ".join(part for part in (case["place"], case["country"]) if part)
    year = "" if pd.isna(case["year"]) else f", {case['year']}"
    count = case["participants"]
    people = "" if pd.isna(count) else f" {count} {'person' if count == 1 else 'people'}."
    told = {name: ", ".join(words[word] for word in case[name]) for name, words in MULTI_VALUED.items()}
    several = f" Tried together: {told['technology']}." if len(case["technology"]) > 1 else ""
    why = (f"Found by {'; '.join(case['reasons'])}.",) if case.get("reasons") else ()
    mark, reason = _supplier(case)
    return Entry(
        title=Link(text=case["title"], href=case["source_url"]),
        line=f"Reported: {DIRECTION[case['direction']].lower()}. {EVIDENCE_TYPE[case['evidence_type']]}.{people}",
        mark=mark,
        notes=(
            case["finding"],
            *why,
            *reason,
            f"For: {told['user_group']}. About: {told['outcome_domain']}.{several}",
            f"{case['lead_organisation']}, {place}{year}. Nesta level {case['nesta_level']} at most. "
            f"Source checked on {day_in_words(case['checked_on'])}. Case {case['case_id']}.",
        ),
        anchor=case["case_id"].casefold() if facets else "",
        options=tuple(
            tuple(at for at, fit in enumerate(options.values()) if fit & set(words_of(case[column])))
            for column, options in (facets or {}).items()
        ),
    )


def _supplier(case: Mapping[Hashable, Any]) -> tuple[str, tuple[str, ...]]:
    """Whether a finding is not an outsider's word: a mark, and why."""
    reason = case["supplier_reason"]
    if not reason:
        return "", ()
    mark = "Supplier's claim" if case["supplier_claim"] else "Supplier took part"
    if reason == OWN_ACCOUNT:
        mark = "Not an outsider's word"
    return f"{mark}.", (f"{mark}: {reason}.",)
