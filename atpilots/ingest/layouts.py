"""What a tool's layout looks like: which tool wrote a table, how many rows are headers, which columns are its own.

Names as they stand in files of the tools; docs/formats.md says which of them were tried on a real file.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import pandas as pd

from atpilots.files import folded
from atpilots.ingest.columns import known_columns
from atpilots.ingest.export import Export, Sheet

# Tools, in words for people; the last four are kinds of file, read by the general rules.
TOOLS: Mapping[str, str] = {
    "qualtrics": "Qualtrics",
    "surveymonkey": "SurveyMonkey",
    "microsoft_forms": "Microsoft Forms",
    "google_forms": "Google Forms",
    "redcap": "REDCap",
    "limesurvey": "LimeSurvey",
    "kobotoolbox": "KoboToolbox",
    "jisc": "Jisc Online Surveys",
    "spss": "SPSS",
    "stata": "Stata",
    "csv": "a CSV file",
    "xlsx": "an Excel workbook",
}

KINDS_OF_FILE = {"csv", "xlsx", "spss", "stata"}

# Header names, folded, any set of which tells the tool.
TELLING: Mapping[str, tuple[frozenset[str], ...]] = {
    "qualtrics": tuple(
        map(
            frozenset,
            (
                {"responseid", "startdate"}, {"responseid", "recordeddate"}, {"responseid", "status", "finished"},
                {"startdate", "enddate", "status", "finished"}, {"startdate", "status", "progress"},
                {"responseid", "responseset"},
            ),
        )
    ),
    "surveymonkey": (frozenset({"respondent id", "collector id"}),),
    "microsoft_forms": (
        frozenset({"id", "start time", "completion time"}),
        frozenset({"id", "startzeit", "fertigstellungszeit"}),
    ),
    "redcap": tuple(
        map(
            frozenset,
            (
                {"redcap_event_name"}, {"redcap_repeat_instrument"}, {"redcap_repeat_instance"},
                {"redcap_survey_identifier"}, {"redcap_data_access_group"}, {"record id", "event name"},
                {"record id", "repeat instrument"}, {"record id", "complete?"},
            ),
        )
    ),
    "limesurvey": tuple(
        map(
            frozenset,
            (
                {"id", "submitdate"}, {"submitdate", "lastpage"}, {"response id", "date submitted"},
                {"date submitted", "last page"}, {"id. response id"}, {"submitdate. date submitted"},
                {"antwort id", "datum abgeschickt"}, {"antwort-id", "datum abgeschickt"},
            ),
        )
    ),
    "kobotoolbox": (frozenset({"_uuid", "_submission_time"}), frozenset({"_id", "_uuid"})),
    "jisc": (frozenset({"uniqueresponsenumber"}), frozenset({"unique response number"})),
}  # fmt: skip
FIRST = {"google_forms": {"timestamp", "zeitstempel"}}  # the name of the first column tells the tool

ASKED_ALONE = {"response", "open-ended response", "antwort", "offene antwort", "antwort mit offenem ende"}
IMPORT_ID = re.compile(r'\{\s*"+ImportId"+', re.IGNORECASE)
LOOK, MOST_HEADERS, DATA_COLUMNS = 60, 3, 2  # rows that are looked at; columns of data that tell a header
MOST_TITLES = 10  # rows above the headers
TOTALS = {
    "total", "totals", "sum", "mean", "average", "count", "gesamt", "summe", "mittelwert", "durchschnitt", "anzahl",
}  # fmt: skip
# What only data look like: a number, a day, a time, a code of a few letters with digits.
DATUM = re.compile(
    r"[-+−]?\d+([.,]\d+)?%?|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T].*)?|\w{0,5}[-_ ]?\d+|R_\w+|[0-9a-f]{8}-[0-9a-f-]{27}",
    re.IGNORECASE,
)
A_QUESTION = re.compile(r"[QV]\d+\w*", re.IGNORECASE)  # Q1, V10: in a header, unless all people have such codes
WORDY = re.compile(r"[^\W\d_]{2}.*\s")


@dataclasses.dataclass(frozen=True)
class Layout:
    """How a table is laid out: the tool, how many of its rows are headers, their names, its own columns."""

    tool: str
    header_rows: int
    headers: tuple[tuple[str, ...], ...]
    meta: Mapping[str, int]


def layout_of(sheet: Sheet, tool: str) -> Layout:
    """The layout of a table; tool: the one that was named, else "" (then it is recognised by the header)."""
    if sheet.names:
        return Layout(tool, 0, sheet.names, known_columns(sheet.names))
    top = [[str(cell) for cell in cells] for cells in sheet.cells.head(LOOK).itertuples(index=False)]
    top[MOST_HEADERS:] = [row for row in top[MOST_HEADERS:] if not _adds_up(row)]
    tool = tool or recognised(top)
    rows = _header_rows(top, tool)
    singles = [tuple(row) for row in top[:rows]]
    headers: tuple[tuple[str, ...], ...]
    if rows == 1:
        headers = (singles[0],)
    elif tool == "qualtrics" or _names_and_wording(singles, top[rows:]):
        headers = tuple(row for row in singles if not any(map(IMPORT_ID.search, row)))
    else:
        carried = _carried(singles)
        headers = (tuple(map(_joined, zip(*carried, strict=True))), *carried)
    return Layout(tool, rows, headers, known_columns(headers))


def recognised(top: Sequence[Sequence[str]]) -> str:
    """The tool whose own columns stand in the first header row, or the second; "" where none's do."""
    if any(IMPORT_ID.search(cell) for row in top[1:3] for cell in row):
        return "qualtrics"
    for row in top[:2]:
        for tool in TELLING:
            if _tells(row, tool):
                return tool
    first = folded(top[0][0]) if top else ""
    last = folded(top[0][-1]) if top else ""
    if first.endswith("_id") and last.endswith("_complete"):
        return "redcap"
    return next((tool for tool, names in FIRST.items() if first in names), "")


def _tells(row: Sequence[str], tool: str) -> bool:
    names = {folded(cell) for cell in row}
    return any(known <= names for known in TELLING[tool])


def left_out_rows(export: Export, *, unfinished: bool, chosen: Collection[int]) -> pd.Series:
    """Why each row is nobody's answers; "" where it is somebody's.

    unfinished: whether unfinished answers are taken; chosen: positions of columns that somebody else chooses by.
    """
    cells, why = export.cells, pd.Series("", index=export.cells.index, dtype="str")

    def rule(what: str, words: Mapping[str, str]) -> None:
        place = export.meta.get(what)
        if place is not None and place not in chosen:
            kinds = {cell: words.get(folded(cell), "") for cell in cells[place].unique()}
            why.update(cells[place].map(kinds)[lambda found: (found != "") & (why == "")])

    if export.tool == "qualtrics":
        rule("status", QUALTRICS_STATUS)
    if export.tool == "kobotoolbox":
        rule("validation", dict.fromkeys(("validation_status_not_approved", "not approved"), "not approved"))
    if export.tool == "qualtrics" and not unfinished:
        rule("finished", dict.fromkeys(("0", "false", "falsch", "faux", "falso"), "unfinished"))
    if export.tool == "limesurvey" and not unfinished:
        rule("date", {"": "unfinished"})
    if export.tool == "redcap" and not unfinished:
        names = enumerate(export.headers[0])
        stamps = [place for place, name in names if re.search(r"[_ ]timestamp$", name, re.IGNORECASE)]
        stamps = [place for place in stamps if place not in chosen]
        if stamps:
            begun = (cells[stamps] == "[not completed]").any(axis="columns")
            done = cells[stamps].apply(lambda column: column.str.match(r"\d")).any(axis="columns")
            why[begun & ~done] = "unfinished"
    for row in _totals(cells):
        why[row] = "totals"
    return why


QUALTRICS_STATUS: Mapping[str, str] = {
    "1": "preview", "survey preview": "preview", "2": "test", "survey test": "test", "8": "spam", "spam": "spam",
    "9": "preview", "spam preview": "preview", "possible spam": "spam", "17": "preview", "offline preview": "preview",
    "offline survey preview": "preview", "umfragevorschau": "preview", "umfragetest": "test",
}  # fmt: skip


def titles(cells: pd.DataFrame) -> int:
    """How many rows at the top stand above the headers: one text each, or a name with a colon and what it is."""
    rows = [[str(cell) for cell in row] for row in cells.head(MOST_TITLES + 1).itertuples(index=False)]
    filled = [[place for place, cell in enumerate(row) if cell] for row in rows]
    alone = [len(places) == 1 or (places == [0, 1] and row[0].endswith(":"))
             for row, places in zip(rows, filled, strict=True)]  # fmt: skip
    count = next((number for number, title in enumerate(alone) if not title), 0)
    return count if count and len(filled[count]) > 2 else 0


def _totals(cells: pd.DataFrame) -> list[int]:
    """Rows at the end that add up the ones above."""
    found = []
    for row in reversed(cells.index[-3:]):
        if not _adds_up(cells.loc[row]):
            break
        found.append(int(row))
    return found


def _adds_up(row: Iterable[str]) -> bool:
    return folded(next((cell for cell in row if cell), "")).rstrip(":") in TOTALS


def _header_rows(top: Sequence[Sequence[str]], tool: str) -> int:
    """How many rows are headers: one, unless the second and third are not like the data below them."""
    for number in (2, 1):
        if len(top) > number and any(map(IMPORT_ID.search, top[number])):
            return number + 1
    # Older exports of Qualtrics have numbered columns above the names that tell the tool.
    rows = 2 if tool in TELLING and len(top) > 1 and not _tells(top[0], tool) and _tells(top[1], tool) else 1
    while rows < min(MOST_HEADERS, len(top)) and _is_header(top[:rows], top[rows], top[rows + 1 :], tool):
        rows += 1
    return rows


def _is_header(above: Sequence[Sequence[str]], row: Sequence[str], below: Sequence[Sequence[str]], tool: str) -> bool:
    """Whether a row under headers is one as well; a respondent taken for a header would be gone unseen."""
    data = [cell for cell in row if DATUM.fullmatch(cell)]
    numbered = len(data) > 1 and len(set(data)) == len(data) and all(map(A_QUESTION.fullmatch, data))
    if data and not numbered:
        return False
    filled = [place for place, cell in enumerate(row) if cell]
    beneath = [[line[place] for line in below if line[place]] for place in range(len(row))]
    if not filled:
        return tool == "surveymonkey" and len(above) == 1  # a condensed export has an empty second row
    if {folded(row[place]) for place in filled} <= ASKED_ALONE:
        return True
    named = [place for place in range(len(row)) if any(line[place] for line in above)]
    parts = [place for place in filled if place not in named and place > min(named, default=0)]
    single = [place for place, cell in enumerate(row) if not cell and place in named and beneath[place]]
    told = sum(bool(beneath[place]) and all(map(DATUM.fullmatch, beneath[place])) for place in filled)
    if parts and (single or told >= DATA_COLUMNS or len(named) == 1):
        return True
    if single and any(folded(row[place]) in ASKED_ALONE for place in filled):
        return True
    return told >= DATA_COLUMNS and _is_wording(row, beneath, tool)


def _is_wording(row: Sequence[str], beneath: Sequence[Sequence[str]], tool: str) -> bool:
    """Whether a row over numbers, days or codes holds questions: different texts, mostly of several words."""
    texts = [cell for cell in row if cell]
    wordy = sum(bool(WORDY.match(cell)) for cell in texts)
    again = any(row[place] and row[place] in cells for place, cells in enumerate(beneath))
    different = len(texts) >= len(row) - 1 and len(set(texts)) == len(texts)
    return not again and (tool == "qualtrics" or (different and 2 * wordy >= len(texts)))


def _names_and_wording(singles: Sequence[Sequence[str]], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first header row holds a code for every column, and the second what was asked."""
    codes = singles[0]
    return all(cell and not WORDY.match(cell) for cell in codes) and len(set(codes)) == len(codes) and bool(below)


def _carried(singles: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Header rows with each stem over all of its parts, to the right of the cell where it stands."""
    filled: list[tuple[str, ...]] = []
    for number, row in enumerate(singles):
        if number == len(singles) - 1:
            filled.append(tuple(row))
            continue
        stem, cells = "", []
        for place, cell in enumerate(row):
            below = any(lower[place] for lower in singles[number + 1 :])
            new = any(upper[place] != upper[place - 1] for upper in filled) if place else True
            stem = cell or (stem if below and not (new and number) else "")
            cells.append(stem)
        filled.append(tuple(cells))
    return filled


def _joined(parts: Sequence[str]) -> str:
    kept: list[str] = []
    for part in parts:
        if part and folded(part) not in ASKED_ALONE and part not in kept:
            kept.append(part)
    return ": ".join([*(part.rstrip(": ") for part in kept[:-1]), *kept[-1:]])
