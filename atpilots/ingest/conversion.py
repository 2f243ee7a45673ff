"""From survey tools' exports to `survey.csv`: nothing guessed, whatever is left out counted, every problem at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from atpilots.files import DataError, Problem, causes, read_toml, written_whole
from atpilots.ingest.blocks import Block, blocks_of, once
from atpilots.ingest.cells import FORMULA, converted, readings_of, runs_as_formula
from atpilots.ingest.codes import Codes, codes_of, rekeyed, write_same
from atpilots.ingest.export import Export
from atpilots.ingest.faults import without_texts
from atpilots.ingest.mapping import ExportMapping
from atpilots.ingest.readings import Reading
from atpilots.ingest.rows import answering_rows, carried_answers, submissions
from atpilots.ingest.summary import codings, last_by, told
from atpilots.ingest.survey_tools import of_sheet, read_export, sheets_named
from atpilots.pilots import MEANT, unknown_columns
from atpilots.privacy import normalised_codes, without_codes

MOST_WAVES = 12  # different texts of a column of waves that the mapping does not explain


@dataclasses.dataclass(frozen=True)
class _Imported:
    """A survey, and what is said of how it was made."""

    survey: pd.DataFrame = dataclasses.field(repr=False)
    said: tuple[str, ...]
    labelled: frozenset[str]
    codes: Codes = dataclasses.field(repr=False)


def import_survey(exports: Sequence[Path], mapping: Path, tool: str | None = None) -> pd.DataFrame:
    """Read survey tools' exports as one survey.

    exports: files; mapping: a TOML file (see ExportMapping); tool: what wrote all of them, by default recognised.
    Returns text, "" where blank, one row per (respondent, wave, rater), in the mapping's order of waves: `respondent`,
    `wave`, the mapped ones of `rater`, `arm`, `date`, `mode`, `age_band`, then the items. Answers to the shipped
    instruments become level numbers; other items are copied. Respondents' codes are written as they are compared, and
    never re-keyed here. Raises DataError with every problem of the first stage that has any: the mapping, the files,
    their columns, cells.
    """
    plan = read_toml(mapping, ExportMapping)
    return _imported(_read_all(exports, mapping.name, plan, tool), mapping.name, plan).survey


def write_survey(survey: pd.DataFrame, output: Path, *, overwrite: bool = False) -> None:
    """Write a survey as UTF-8 CSV, whole or not at all.

    A file that is already there stays, unless `overwrite`: it may hold corrections that no export has. Only the
    owner can read the new file (mode 0600): it holds personal data.
    Raises DataError where the file is already there, its folder is not, or a text would run as a formula in a
    spreadsheet. Such a text is refused, not prefixed with an apostrophe: the apostrophe would become part of the
    answer or the code, and the next wave's would no longer match.
    """
    _check_output(output, overwrite)
    problems = list(_formula_problems(survey, output.name))
    if problems:
        raise DataError(problems)
    with written_whole(output) as draft:
        survey.to_csv(draft, index=False, lineterminator="\n")


def import_command(
    exports: Sequence[Path], mapping: Path, tool: str | None, output: Path, *, overwrite: bool = False
) -> str:
    """`atpilots import`: write the exports as one survey; `overwrite` is `--force`.

    Returns what was read and written, in words and counts, for the terminal. Raises DataError (see import_survey,
    write_survey) before anything is written.
    """
    _check_output(output, overwrite)
    if output.resolve() in {path.resolve() for path in [*exports, mapping]}:
        raise DataError([Problem(output.name, "is one of the files to be read; give another name")])
    plan = read_toml(mapping, ExportMapping)
    imported = _imported(_read_all(exports, mapping.name, plan, tool), mapping.name, plan)
    survey = rekeyed(imported.survey, output) if plan.rekey else imported.survey
    write_survey(survey, output, overwrite=overwrite)
    waves = ", ".join(f"{wave} {count}" for wave, count in survey["wave"].value_counts(sort=False).items())
    people = survey["respondent"].nunique()
    lines = [*imported.said, *codings(plan, imported.labelled)]
    lines.append(f"{output.name}: {len(survey)} rows of {people} respondents written ({waves})")
    if plan.rekey:
        lines.append("codes are replaced by keyed ones; their key lies in private/, beside it: keep it safe")
    lines += [*imported.codes.lines, *causes(unknown_columns(output))]
    if imported.codes.near:
        lines.append(write_same(imported.codes.near, mapping, output))
    return "\n".join(lines)


def _read_all(paths: Sequence[Path], mapping: str, plan: ExportMapping, tool: str | None) -> list[Export]:
    problems = list(_file_problems(paths, mapping, plan))
    exports: list[Export] = []
    unfinished = plan.unfinished == "keep"
    for path in paths:
        sheets = sheets_named(path.name, plan.files)
        try:
            for sheet in sheets:
                export = read_export(path, tool, sheet, unfinished=unfinished, keep=plan.keep)
                exports.append(of_sheet(export, sheet))
            if not sheets:
                exports.append(read_export(path, tool, plan.sheet, unfinished=unfinished, keep=plan.keep))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return exports


def _file_problems(paths: Sequence[Path], mapping: str, plan: ExportMapping) -> Iterator[Problem]:
    names = [path.name for path in paths]
    if not plan.files:
        return
    told = {file.partition("/")[0] for file in plan.files}
    for name in sorted(set(names) - told):
        yield Problem(mapping, "does not say which wave this export is", column="files", value=name)
    for name in sorted(told - set(names)):
        yield Problem(mapping, "names an export that was not given", column="files", value=name)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(mapping, "cannot tell two exports of one name apart", column="files", value=name)


def _imported(exports: list[Export], mapping: str, plan: ExportMapping) -> _Imported:
    chosen, carried, problems = [], [], list[Problem]()
    for export in exports:
        cells, found = carried_answers(export, plan)
        problems += found
        carried.append(cells)
        try:
            chosen.append(answering_rows(export, mapping, plan))
        except DataError as error:
            problems += error.problems
            chosen.append(export)
    blocks = blocks_of(chosen, carried, mapping, plan, problems)
    _check_waves(blocks, mapping, plan)
    survey, left = _survey(blocks, plan, readings_of(mapping, plan), merge=any(e.tool == "redcap" for e in chosen))
    said = [line for before, after in zip(exports, chosen, strict=True) for line in told(before, after, plan)]
    if not plan.rekey and survey["respondent"].str.contains("@").any():
        said.append("codes that are e-mail addresses point at people; rekey = true in the mapping replaces them")
    if left:
        rows = "1 earlier submission" if left == 1 else f"{left} earlier submissions"
        said.append(f"{rows} left out: the last one by {last_by(chosen, plan)} counts")
    labelled = {item for block in blocks for item in block.labels}
    answered = survey[(survey[[*plan.items]] != "").any(axis="columns")]
    return _Imported(
        _in_order(survey, plan), tuple(said), frozenset(labelled), codes_of(answered, _waves(survey, plan))
    )


def _check_waves(blocks: list[Block], mapping: str, plan: ExportMapping) -> None:
    """A column of names or dates that was taken for the waves' would be told, word by word."""
    if plan.wave and not plan.labels_of("wave"):
        waves = {wave for block in blocks for wave in block.cells["wave"].unique()}
        if len(waves) > MOST_WAVES:
            what = f"the column holds {len(waves)} different texts; say in [labels.wave] which of them are waves"
            raise DataError([Problem(mapping, what, column="wave", value=plan.wave)])


def _survey(
    blocks: list[Block], plan: ExportMapping, readings: dict[str, Reading], *, merge: bool
) -> tuple[pd.DataFrame, int]:
    """The rows of all blocks as `survey.csv` holds them, and how many earlier submissions are not among them."""
    tables, problems, unsaid = [], list[Problem](), dict[tuple[str, str | None], set[str]]()
    for block in blocks:
        table, found, texts = converted(block, readings, plan)
        tables.append(table)
        problems += found
        for column, kept in texts.items():
            unsaid.setdefault((block.file, block.headers[column]), set()).update(kept)
    survey, left = pd.concat(tables), 0
    if not problems:  # rows can only be compared where each is sound
        survey, left, problems = submissions(survey, plan, merge=merge)
    if problems:
        codes = pd.concat([block.cells["respondent"] for block in blocks])
        problems = once(problems)
        masked = without_codes(problems, {*normalised_codes(codes)})
        named = {header for block in blocks for header in block.headers.values()}  # by the mapping: no secret
        placed = [
            dataclasses.replace(mask, column=problem.column) if problem.column in named else mask
            for problem, mask in zip(problems, masked, strict=True)
        ]
        raise DataError(without_texts(placed, unsaid))
    return survey, left


def _waves(survey: pd.DataFrame, plan: ExportMapping) -> list[str]:
    """The waves of a survey as the mapping orders them; where it does not, as first met."""
    return list(dict.fromkeys([*plan.waves, *survey["wave"].unique()]))


def _in_order(survey: pd.DataFrame, plan: ExportMapping) -> pd.DataFrame:
    """Sorted by respondent, then by wave."""
    order = {wave: place for place, wave in enumerate(_waves(survey, plan))}
    by = ["respondent", "_place", *(["rater"] if "rater" in survey else [])]
    columns = [column for column in (*MEANT, *plan.columns) if column in survey]
    ordered = survey.assign(_place=survey["wave"].map(order)).sort_values(by, kind="stable")
    return ordered[list(dict.fromkeys(columns))].astype(str).reset_index(drop=True)


def _formula_problems(survey: pd.DataFrame, file: str) -> Iterator[Problem]:
    for column in map(str, survey.columns):
        run = [text for text in survey[column].unique() if runs_as_formula(text)]
        for row in survey.index[survey[column].isin(run)] if run else ():
            yield Problem(file, FORMULA, int(row) + 2, column)


def _check_output(output: Path, overwrite: bool) -> None:
    if not output.parent.is_dir():
        raise DataError([Problem(output.name, "its folder is not there; make it first")])
    if output.exists() and not output.is_file():  # a folder, or a device of the machine, which would be replaced
        raise DataError([Problem(output.name, "is no file; give the name of one")])
    if output.exists() and not overwrite:
        raise DataError([Problem(output.name, "is already there; give another name, or --force to replace it")])
