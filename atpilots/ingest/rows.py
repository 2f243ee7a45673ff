"""Which rows of an export are a wave's answers: chosen, carried to others, sent in again, or without an answer."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from atpilots.files import DataError, Problem, folded, plain_number, shown
from atpilots.ingest.export import Export
from atpilots.ingest.mapping import ExportMapping
from atpilots.pilots import KEY, RATERS
from atpilots.privacy import normalised_codes

NO_ANSWER = "without an answer"


def answering_rows(export: Export, mapping: str, plan: ExportMapping) -> Export:
    """The export with the rows that the mapping takes, and the others counted.

    Raises DataError where a column that it chooses by is not there, or it takes no row at all.
    """
    export = _without_carried(export, plan)
    problems: list[Problem] = []
    for header, words in plan.keep.items():
        place = the_column(export, header, "keep", problems)
        if place is None:
            continue
        wanted = {_comparable(word) for word in words}
        labels = export.labels.get(place, {})
        kinds = {
            text: _comparable(text) in wanted or _comparable(labels.get(text, "\0")) in wanted
            for text in export.cells[place].unique()
        }
        export = _only(export, export.cells[place].map(kinds).to_numpy(dtype=bool), "not one of those to keep")
        if not len(export.cells):
            problems.append(Problem(mapping, f"takes no row of {export.file}", column="keep", value=header))
    if problems:
        raise DataError(problems)
    return _without_blank_events(export, plan)


def the_column(export: Export, header: str, what: str, problems: list[Problem]) -> int | None:
    """The only column of that header; None where there is none, or more than one, which is added to the problems."""
    found = export.find(header)
    if len(found) == 1:
        return found[0]
    many = "more than one column has" if found else "no column has"
    problems.append(Problem(export.file, f"{what}: {many} the header", row=1, value=header))
    return None


def carried_answers(export: Export, plan: ExportMapping) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """The columns that stand on another row of the same respondent: column → code → cell, and what is wrong."""
    carried: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    if not plan.carry or plan.wave is None:
        return carried, problems
    people, wave = export.find(plan.respondent), export.find(plan.wave)
    if len(people) != 1 or len(wave) != 1:
        return carried, problems  # told where every column is looked up
    codes = with_same(normalised_codes(export.cells[people[0]]), plan)
    for column, carry in plan.carry.items():
        place = the_column(export, carry.column, f"carry.{column}", problems)
        if place is None:
            continue
        there = export.cells[wave[0]].map(_comparable) == _comparable(carry.source)
        if not there.any():
            what = f"carry.{column}: no row has this in {plan.wave}"
            problems.append(Problem(export.file, what, value=carry.source))
            continue
        answers = export.cells[place].where(export.cells[place] != "")[there].dropna()
        found: dict[str, str] = {}
        for row, (code, text) in zip(answers.index, zip(codes[answers.index], answers, strict=True), strict=True):
            if found.setdefault(code, text) != text:
                what = f"has another {column} to carry than an earlier row of the same respondent"
                problems.append(Problem(export.file, what, int(row), export.headers[0][place]))
        carried[column] = found
    return carried, problems


def with_same(codes: pd.Series, plan: ExportMapping) -> pd.Series:
    """Codes with those that somebody decided are one made one."""
    return codes.map(lambda code: plan.same.get(code, code)) if plan.same else codes


def submissions(survey: pd.DataFrame, plan: ExportMapping, *, merge: bool) -> tuple[pd.DataFrame, int, list[Problem]]:
    """One row per respondent, wave and rater; how many earlier ones were left out; those that cannot be told apart.

    survey: with the columns file, row and when (seconds or a number in a row; NaN where not known). merge: rows that
    answer different questions are one, as a tool writes that gives each form its own row.
    """
    rater = survey["rater"].replace("", RATERS[0]) if "rater" in survey else RATERS[0]
    again = survey.assign(rater=rater).duplicated([*KEY], keep=False).to_numpy()
    if not again.any():
        return survey, 0, []
    several = survey[again].assign(_rater=rater[again] if isinstance(rater, pd.Series) else rater)
    kept, problems, left = [survey[~again]], list[Problem](), 0
    for _, rows in several.groupby(["respondent", "wave", "_rater"], sort=False):
        rows = rows.drop(columns="_rater")
        if merge and (one := _merged(rows)) is not None:
            kept.append(one)
            continue
        times = rows["when"]
        if plan.latest and times.notna().all() and (times == times.max()).sum() == 1:
            kept.append(rows[(times == times.max()).to_numpy()])
            left += len(rows) - 1
            continue
        problems += _not_told_apart(rows, plan)
    return pd.concat(kept), left, problems


def _not_told_apart(rows: pd.DataFrame, plan: ExportMapping) -> Iterator[Problem]:
    (first_file, first), *others = zip(rows["file"], rows["row"], strict=True)
    for file, row in others:
        what = f"has the same respondent, wave and rater as {first_file}, row {first}; keep one of the two"
        if plan.latest:
            what += " (latest = true cannot tell which is later: name the column of the time as date, with date_format)"
        yield Problem(file, what, row=row)


def _merged(rows: pd.DataFrame) -> pd.DataFrame | None:
    """Rows of which no two answer the same question otherwise, as one row; None where two do."""
    answers = rows.drop(columns=["file", "row", "when"])
    texts = {column: [text for text in dict.fromkeys(cells) if text] for column, cells in answers.items()}
    if any(len(found) > 1 for found in texts.values()):
        return None
    return rows.iloc[[0]].assign(**{str(column): found[0] if found else "" for column, found in texts.items()})


def _without_carried(export: Export, plan: ExportMapping) -> Export:
    """Rows that only hold what others carry are no wave's."""
    wave = export.find(plan.wave) if plan.wave else []
    sources = {_comparable(carry.source) for carry in plan.carry.values()} - {*plan.labels_of("wave")}
    if not sources or len(wave) != 1:
        return export
    kinds = {text: _comparable(text) not in sources for text in export.cells[wave[0]].unique()}
    return _only(export, export.cells[wave[0]].map(kinds).to_numpy(dtype=bool), "carried to other rows")


def _without_blank_events(export: Export, plan: ExportMapping) -> Export:
    """REDCap writes a row for every event, also where nothing was asked."""
    events = {"event", "repeat_instance", "repeat_instrument"} & export.meta.keys()
    if export.tool != "redcap" or not events or plan.wave is None:
        return export
    places = [place for item in plan.items for place in export.find(str(plan.items[item]))]
    if not places:
        return export
    return _only(export, (export.cells[places] != "").any(axis="columns").to_numpy(), NO_ANSWER)


def _only(export: Export, kept: np.ndarray, why: str) -> Export:
    if kept.all():
        return export
    counts = Counter(export.left_out) + Counter({why: int((~kept).sum())})
    return dataclasses.replace(export, cells=export.cells[kept], left_out=dict(sorted(counts.items())))


def _comparable(text: str) -> str:
    return folded(plain_number(text))


def lost_columns(before: Export, after: Export, plan: ExportMapping) -> dict[str, str]:
    """Columns beside the items that hold something only in rows left out for having no answer: how to carry each."""
    waves = before.find(plan.wave) if plan.wave else []
    if NO_ANSWER not in after.left_out or len(waves) != 1:
        return {}
    found = {}
    for column, source in plan.columns.items():
        places = before.find(str(source))
        if column in {*plan.items, *plan.carry, "respondent", "wave"} or len(places) != 1:
            continue
        there = before.cells[places[0]] != ""
        if there.any() and (after.cells[places[0]] == "").all():
            event = before.cells.loc[there, waves[0]].mode()[0]
            found[column] = f"{column} = {{column = {shown(source)}, from = {shown(event)}}}, instead of {column} = …"
    return found
