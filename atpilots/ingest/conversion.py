"""From survey tools' exports to `survey.csv`: nothing guessed, nothing left out, every problem at once.

Exclusions are the researcher's business: every respondent of the export is kept, at every wave that it asked about.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from atpilots.files import STARTS_A_FORMULA, DataError, Problem, read_toml, written_whole
from atpilots.ingest.mapping import ExportMapping, Reading, instrument_of, reading_of
from atpilots.ingest.survey_tools import Export, read_export
from atpilots.pilots import KEY, MEANT, RATERS
from atpilots.privacy import normalised_codes, without_codes

FORMULA = "begins with =, +, - or @, which a spreadsheet would run as a formula"
NEEDED = {"respondent", "wave"}
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclasses.dataclass(frozen=True)
class _Block:
    """The rows of one export for one wave (None: a column names it), in the columns of `survey.csv`."""

    file: str
    wave: str | None
    headers: dict[str, str]
    cells: pd.DataFrame = dataclasses.field(repr=False)


def import_survey(exports: Sequence[Path], mapping: Path, tool: str | None = None) -> pd.DataFrame:
    """Read survey tools' exports as one survey.

    exports: files, each of `tool` (by default the one for its ending); mapping: a TOML file (see ExportMapping).
    Returns text, "" where blank, one row per (respondent, wave, rater), in the mapping's order of waves: `respondent`,
    `wave`, the mapped ones of `rater`, `arm`, `date`, `mode`, `age_band`, then the items. Answers to the shipped
    instruments become level numbers; other items are copied. Respondents' codes are written as they are compared.
    Raises DataError with every problem of the first stage that has any: the mapping, the files, their columns, cells.
    """
    plan = read_toml(mapping, ExportMapping)
    return _survey(_read_all(exports, mapping.name, plan, tool), mapping.name, plan)


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
    read = _read_all(exports, mapping.name, plan, tool)
    survey = _survey(read, mapping.name, plan)
    write_survey(survey, output, overwrite=overwrite)
    waves = ", ".join(f"{wave} {count}" for wave, count in survey["wave"].value_counts(sort=False).items())
    lines = [f"{export.file}: {len(export.cells)} rows read ({export.note})" for export in read]
    people = survey["respondent"].nunique()
    lines += _codings(plan)
    return "\n".join([*lines, f"{output.name}: {len(survey)} rows of {people} respondents written ({waves})"])


def _codings(plan: ExportMapping) -> list[str]:
    """What numbers were taken to mean: an export of codes does not say, and a reversed scale reads without a fault."""
    unlabelled = [instrument_of(item) for item in plan.items if not plan.labels_of(item)]
    codings = {instrument.name: instrument.coding for instrument in unlabelled if instrument and instrument.coding}
    return [f"{name}: numbers are read as {codings[name]} (else say so in [labels.{name}])" for name in codings]


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet would run a cell's text as a formula; numbers, also negative ones, are safe."""
    return text.startswith(STARTS_A_FORMULA) and not NUMBER.fullmatch(text)


def _read_all(paths: Sequence[Path], mapping: str, plan: ExportMapping, tool: str | None) -> list[Export]:
    problems = list(_file_problems(paths, mapping, plan))
    exports = []
    for path in paths:
        try:
            exports.append(read_export(path, tool, plan.sheet))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return exports


def _file_problems(paths: Sequence[Path], mapping: str, plan: ExportMapping) -> Iterator[Problem]:
    names = [path.name for path in paths]
    if not plan.files:
        return
    for name in sorted(set(names) - set(plan.files)):
        yield Problem(mapping, "does not say which wave this export is", column="files", value=name)
    for name in sorted(set(plan.files) - set(names)):
        yield Problem(mapping, "names an export that was not given", column="files", value=name)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(mapping, "cannot tell two exports of one name apart", column="files", value=name)


def _survey(exports: list[Export], mapping: str, plan: ExportMapping) -> pd.DataFrame:
    blocks = _blocks(exports, mapping, plan)
    readings = _readings(mapping, plan)
    problems: list[Problem] = []
    tables = []
    for block in blocks:
        table, found = _converted(block, readings, plan)
        tables.append(table)
        problems += found
    survey = pd.concat(tables)
    if not problems:  # rows can only be compared where each is sound
        problems = list(_repeated(survey))
    if problems:
        cells = [block.cells["respondent"] for block in blocks]
        raise DataError(without_codes(_once(problems), {*normalised_codes(pd.concat(cells))}))
    return _in_order(survey, plan)


def _blocks(exports: list[Export], mapping: str, plan: ExportMapping) -> list[_Block]:
    """Each export cut into its waves. Raises DataError for columns that are not there, or not once."""
    blocks: list[_Block] = []
    problems: list[Problem] = []
    for export in exports:
        own = (plan.files[export.file],) if plan.files else (None,) if plan.wave else plan.waves
        users: dict[int, list[str]] = {}
        for wave in own:
            places, found = _places(export, plan, wave)
            problems += found
            for column in places.keys() & plan.items.keys():
                users.setdefault(places[column], []).append(column if wave is None else f"{column} ({wave})")
            cells = export.cells[list(places.values())].set_axis(list(places), axis="columns")
            headers = {column: export.headers[0][place] for column, place in places.items()}
            blocks.append(_Block(export.file, wave, headers, cells))
        for place, items in users.items():
            if len(items) > 1:
                what = f"is given for {' and '.join(sorted(items))}"
                problems.append(Problem(mapping, f"one column of {export.file} {what}", value=export.headers[0][place]))
    if problems:
        raise DataError(_once(problems))
    return blocks


def _places(export: Export, plan: ExportMapping, wave: str | None) -> tuple[dict[str, int], list[Problem]]:
    """The position in the export of each column asked at a wave."""
    places: dict[str, int] = {}
    problems = []
    for column in plan.columns:
        headers = plan.headers(column, wave)
        found = next((positions for positions in map(export.find, headers) if positions), [])
        if len(found) == 1:
            places[column] = found[0]
        elif found:
            what = f"{column}: more than one column has the header"
            problems.append(Problem(export.file, what, row=1, value=headers[0]))
        elif headers:
            what = f"{column}: no column has the header"
            problems.append(Problem(export.file, what, row=1, value=headers[0]))
    return places, problems


def _readings(mapping: str, plan: ExportMapping) -> dict[str, Reading]:
    """How each column is read. Raises DataError where a missing code is also an answer."""
    readings = {column: reading_of(column, plan) for column in plan.columns}
    problems = [
        Problem(mapping, f"is also an answer of {column}; give that its own codes in missing_in", value=code)
        for column in plan.items
        if instrument_of(column) or plan.labels_of(column)  # anything can be an answer to a question that is not known
        for code in plan.missing_codes(column)
        if readings[column].read(code) is not None
    ]
    if problems:
        raise DataError(problems)
    return readings


def _converted(block: _Block, readings: dict[str, Reading], plan: ExportMapping) -> tuple[pd.DataFrame, list[Problem]]:
    """A block's cells as `survey.csv` holds them, with the file and row that each came from, and what is wrong."""
    table = pd.DataFrame({"file": block.file, "row": block.cells.index}, index=block.cells.index)
    problems: list[Problem] = []
    for column, reading in readings.items():
        texts = block.cells.get(column, pd.Series("", index=table.index))  # not asked at this wave: blank
        texts = texts.mask(texts.isin(plan.missing_codes(column)), "")
        texts = normalised_codes(texts) if column == "respondent" else texts
        table[column] = texts.map({text: reading.read(text) if text else "" for text in texts.unique()})
        if column in block.cells:
            problems += _cell_problems(block, column, texts, reading)
    if block.wave is not None:
        table["wave"] = block.wave
    return table, problems


def _cell_problems(block: _Block, column: str, texts: pd.Series, reading: Reading) -> Iterator[Problem]:
    faults = {text: _fault(column, text, reading) for text in texts.unique()}
    for row, text in texts[texts.map(faults) != ""].items():
        allowed = None if faults[text] == FORMULA else reading.allowed
        yield Problem(block.file, faults[text], int(str(row)), block.headers[column], _shareable(column, text), allowed)


def _fault(column: str, text: str, reading: Reading) -> str:
    """What is wrong with a cell; "" where nothing is."""
    if text == "":
        return "is blank" if column in NEEDED else ""
    value = reading.read(text)
    if value is None:
        return "is not allowed"
    return FORMULA if runs_as_formula(value) else ""


def _shareable(column: str, text: str) -> str | None:
    """A value for a message; never a respondent's code."""
    return None if column == "respondent" or text == "" else text


def _repeated(survey: pd.DataFrame) -> Iterator[Problem]:
    """Rows of a respondent, wave and rater that another row has too; `survey.csv` has one."""
    rater = survey["rater"].replace("", RATERS[0]) if "rater" in survey else RATERS[0]
    keyed = survey.assign(rater=rater)
    for _, rows in keyed[keyed.duplicated([*KEY], keep=False)].groupby([*KEY], sort=False):
        (first_file, first), *others = zip(rows["file"], rows["row"], strict=True)
        for file, row in others:
            what = f"has the same respondent, wave and rater as {first_file}, row {first}; keep one of the two"
            yield Problem(file, what, row=row)


def _in_order(survey: pd.DataFrame, plan: ExportMapping) -> pd.DataFrame:
    """Sorted by respondent, then by wave as the mapping orders them; where it does not, as first met."""
    order = {wave: place for place, wave in enumerate(dict.fromkeys([*plan.waves, *survey["wave"]]))}
    by = ["respondent", "_place", *(["rater"] if "rater" in survey else [])]
    columns = [column for column in (*MEANT, *plan.items) if column in survey]
    ordered = survey.assign(_place=survey["wave"].map(order)).sort_values(by, kind="stable")
    return ordered[columns].astype(str).reset_index(drop=True)


def _formula_problems(survey: pd.DataFrame, file: str) -> Iterator[Problem]:
    for column in map(str, survey.columns):
        for row, text in enumerate(survey[column], start=2):
            if runs_as_formula(text):
                yield Problem(file, FORMULA, row, column, _shareable(column, text))


def _check_output(output: Path, overwrite: bool) -> None:
    if not output.parent.is_dir():
        raise DataError([Problem(output.name, "its folder is not there; make it first")])
    if output.exists() and not output.is_file():  # a folder, or a device of the machine, which would be replaced
        raise DataError([Problem(output.name, "is no file; give the name of one")])
    if output.exists() and not overwrite:
        raise DataError([Problem(output.name, "is already there; give another name, or --force to replace it")])


def _once(problems: list[Problem]) -> list[Problem]:
    """One problem may show at several waves."""
    return list(dict.fromkeys(problems))
