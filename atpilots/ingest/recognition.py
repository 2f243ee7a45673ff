"""What the columns of exports are: who answered, when, in which wave, and which published questions; each with why.

Nothing of this reads an answer for its content: columns are told by their headers, and by the shape of what is in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from atpilots.ingest.columns import A_DAY, CODE_WORDS, MAYBE_CODE, META, is_own, personal_columns
from atpilots.ingest.common_answers import MOST_ANSWERS, WHOLE, looks_missing, scale_of
from atpilots.ingest.export import Export
from atpilots.ingest.found import Choice, Found, Question, Waves
from atpilots.ingest.layouts import KINDS_OF_FILE
from atpilots.ingest.occasions import date_by_wave, date_of, day_columns, formats_of, wave_column, waves_of
from atpilots.ingest.questions import items_of, matches_of
from atpilots.privacy import normalised_code

CODE_CELL = re.compile(r"[^\W\d_]{0,8}[-_ /.]?\d{1,8}[^\W\d_]{0,3}|[^\W_]{2,6}[-_]?[^\W_]{1,8}", re.IGNORECASE)
LETTERS_AND_DIGITS = re.compile(r"(?=.*\d)(?=.*[^\W\d_])[\w /.-]{2,15}")
LOOK = 200  # cells that tell whether a column holds dates


def recognise(exports: Sequence[Export]) -> Found:
    """What the columns of a survey's exports are. Every choice says why; what is not known is listed as such."""
    columns = columns_of(exports)
    pointing = {_name(export, place) for export in exports for place in personal_columns(export)}
    personal = [column for column in columns if column.name in pointing]
    open_ones = [column for column in columns if column not in personal]
    wave = wave_column(open_ones)
    respondent, others = _respondent(open_ones, wave, exports)
    used = {wave.column if wave else "", respondent.name if respondent else ""}
    days = day_columns(open_ones)
    date = date_of(days)
    used |= {column.name for column in days}
    asked = [column for column in open_ones if column.name not in used and not any(map(is_own, column.headers))]
    matches = matches_of(asked)
    waves = wave or waves_of(exports, matches, asked, date)
    if waves.kind == "items":
        date = date_by_wave(days, waves) or date
    if respondent is None and len(exports) == 1 and waves.kind == "items":
        respondent = _row_number(columns, exports[0])
    items = tuple(items_of(matches, waves))
    named = {header for item in items for header in item.columns.values()}
    dated = {*date.columns.values()} if date else set()
    days = [column for column in days if not any(map(is_own, column.headers))]
    rest = [column for column in [*asked, *days] if column.name not in named | dated and column.answers]
    free = [column for column in rest if _is_free_text(column)]
    return Found(
        tuple(exports), respondent, others, date, formats_of(date, columns), waves, items,
        tuple(column.name for column in personal), tuple(column.name for column in free),
        tuple(column for column in rest if column not in free), {column.name: column for column in columns},
    )  # fmt: skip


def columns_of(exports: Sequence[Export]) -> list[Question]:
    """Every column that a mapping can name, in the order in which they are first met."""
    names: dict[str, tuple[int, tuple[str, ...]]] = {}
    for export in exports:
        for position in range(export.cells.shape[1]):
            name = _name(export, position)
            if name is not None:
                above = tuple(_spaced(header[position]) for header in export.headers if header[position].strip())
                names.setdefault(name, (position, above))
    found = []
    for name, (position, above) in names.items():
        places = [(export, export.find(name)) for export in exports]
        cells = tuple(export.cells[place[0]] for export, place in places if len(place) == 1)
        found.append(Question(name, above, cells, position))
    return found


def _name(export: Export, position: int) -> str | None:
    """What a mapping may call a column: the first of its headers that no other column has."""
    above = (_spaced(header[position]) for header in export.headers if header[position].strip())
    return next((name for name in above if export.find(name) == [position]), None)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _is_free_text(column: Question) -> bool:
    """Whether people wrote their own words: many different texts, or long ones, and no common scale."""
    words = [text for text in column.answers if not WHOLE.fullmatch(text) and not looks_missing(text)]
    if not words or scale_of(words) or len(words) < len(column.answers) / 2 or all(map(A_DAY.fullmatch, words)):
        return False
    many = len(words) > 2 and len(words) > 0.5 * column.answers.total()
    return many or len(words) > MOST_ANSWERS or max(map(len, words)) > 40


def _respondent(
    columns: Sequence[Question], wave: Waves | None, exports: Sequence[Export]
) -> tuple[Choice | None, tuple[str, ...]]:
    """The column of codes: by its header, and because its values stand once in each wave and again in the next."""
    scored = []
    of_a_tool = any(export.tool not in KINDS_OF_FILE for export in exports)
    for column in columns:
        points, why = _as_code(column, wave, of_a_tool)
        if points > 0:
            scored.append((points, column.name, why))
    scored.sort(key=lambda one: -one[0])
    if not scored or scored[0][0] < 2.5 or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None, tuple(name for _, name, _ in scored[:5])
    _, name, why = scored[0]
    return Choice(name, why), tuple(name for points, name, _ in scored[1:4] if points >= 2)


def _row_number(columns: Sequence[Question], export: Export) -> Choice | None:
    """The tool's own number of each answer, which will do where one row holds all that a person ever answered."""
    for column in columns:
        if column.position == export.meta.get("respondent_id"):
            cells = column.cells[0]
            if (cells != "").all() and cells.is_unique:
                return Choice(column.name, "one row holds all waves of a person, so the tool's own number will do")
    return None


def _as_code(column: Question, wave: Waves | None, of_a_tool: bool) -> tuple[float, str]:
    headers = [header.casefold() for header in column.headers]
    filled = [cells[cells != ""].map(normalised_code) for cells in column.cells]
    texts = [text for cells in filled for text in cells]
    if (
        not texts
        or max(map(len, texts)) > 40
        or sum(bool(A_DAY.fullmatch(text)) for text in texts[:LOOK]) > 0.5 * len(texts[:LOOK])
    ):
        return 0, ""
    points, reasons = 0.0, []
    named, maybe = column.says(CODE_WORDS), column.says(MAYBE_CODE)
    redcap = (headers[0].endswith("_id") and headers[0] != "_id") or headers[0] == "record id"
    own = any(is_own(header) and (of_a_tool or header not in META["respondent_id"]) for header in headers)
    if own and not redcap:
        points -= 4
    elif named or redcap:
        points += 3
        reasons.append(f'its header says "{named or column.headers[0]}"')
    elif maybe:
        points += 1.5
        reasons.append(f'its header says "{maybe}"')
    whole = [text for text in texts if WHOLE.fullmatch(text)]
    counted = all(list(cells) == [str(number) for number in range(1, len(cells) + 1)] for cells in filled)
    if counted and not named and not redcap:
        points -= 3  # 1, 2, 3 … in the order of the rows: the tool's own numbers, which pair strangers
    if len(whole) == len(texts) and {float(text.replace("−", "-")) for text in whole} <= set(range(-9, 11)):
        points -= 3  # a scale's answers, unless there are very few people
    rows = sum(len(cells) for cells in column.cells)
    points += 0.5 if len(texts) > 0.8 * rows else -1.5 if len(texts) > 0.5 * rows else -4
    often = 1 if wave is None else len(wave.words) or 2
    again = [1 - cells.nunique() / len(cells) for cells in filled if len(cells)]
    if max(again) <= 0.05:
        points += 1
        reasons.append("no value stands twice in a file")
    elif often > 1 and all(cells.value_counts().max() <= often + 3 for cells in filled if len(cells)):
        points += 1
        reasons.append("values stand about once in each wave")
    else:
        points -= 3
    if sum(bool(CODE_CELL.fullmatch(text)) for text in texts) > 0.9 * len(texts):
        points += 0.5
    if sum(bool(LETTERS_AND_DIGITS.fullmatch(text)) for text in texts) > 0.9 * len(texts):
        points += 0.5
        reasons.append("its values are letters with numbers")
    if len(filled) > 1:
        first, *later = (set(cells) for cells in filled)
        both = sum(len(first & other) for other in later) / max(1, sum(min(len(first), len(o)) for o in later))
        if both and not counted:
            points += 2 if both >= 0.5 else 1
            reasons.append(f"{100 * both:.0f} % of its values stand in both files")
        elif not both:
            points -= 1
    return points, ", ".join(reasons)
