"""When people answered: which columns hold dates, and what tells the waves apart."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from atpilots.ingest.columns import META, name_words
from atpilots.ingest.common_answers import MOST_ANSWERS, WHOLE
from atpilots.ingest.export import Export
from atpilots.ingest.found import Item, Question, Waves
from atpilots.ingest.mapping import EXCEL_DAYS
from atpilots.ingest.readings import moment

DATE_WORDS = re.compile(
    r"\b(completion time|recordeddate|recorded date|end ?date|submit\w*|date submitted|submission time|timestamp|"
    r"completed|ended|finished|beendet|fertigstellungszeit|abgeschickt|zeitstempel|"
    r"datum|date|interview date|when was this|day|tag|end)\b",
    re.IGNORECASE,
)
BEGUN = re.compile(r"\b(start\w*|begin\w*|begonnen|birth\w*|geburt\w*|dob|modified|geändert)\b", re.IGNORECASE)
ISO_DAY = re.compile(r"\d{4}[-/]\d{2}[-/]\d{2}([ T].*)?")
FORMATS = tuple(
    f"{day}{time}"
    for day in (
        "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%Y", "%d.%m.%y", "%d %b %Y", "%d %B %Y"
    )
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M:%S %p", " %I:%M %p")
)  # fmt: skip
WAVE_WORDS = re.compile(
    r"\b(wave|waves|time ?point|welle|zeitpunkt|messzeitpunkt\w*|event|event name|redcap event name|visit|phase|"
    r"when is this|occasion|erhebung\w*|vorher nachher|before or after|pre or post|time)\b",
    re.IGNORECASE,
)
COUNTED_WAVE = re.compile(
    r"(?:survey )?(?:wave|waves|time ?point|welle|messzeitpunkt|zeitpunkt)(?: nr| no| number)?", re.I
)
FIRST = r"first|erste[rns]?|before|pre|baseline|vorher|vor|anfang|beginn|start|intake|enrolment|initial|t0"
LATER = r"after|post|follow ?up|followup|nachher|nach|ende?|endline|exit|final"
NUMBERED = r"(?:t|w|wave|welle|time|time ?point|zeitpunkt|messzeitpunkt|visit|event|phase|month|months|monate?|survey)"
RANK = re.compile(
    rf"\b(?:(?P<first>{FIRST})|(?P<second>second|zweite[rns]?)|(?P<third>third|dritte[rns]?)|"
    rf"(?P<later>{LATER})(?: (?P<time>\d{{1,2}})(?= arm|$))?|{NUMBERED} ?(?P<number>\d{{1,2}})|(?P<months>\d{{1,2}}) ?"
    r"(?:m|mo|mths?|months?|monate?|w|wks?|weeks?|wochen?))\b",
    re.IGNORECASE,
)


def by_wave(columns: Sequence[Question], waves: Waves) -> list[tuple[Question, ...]]:
    """Columns of one question together, in the waves' order, where their headers differ by the wave's word only."""
    found: list[tuple[Question, ...]] = []
    for group in _alike(columns):
        order = in_order([column.name for column in group]) if len(group) == len(waves.names) else None
        if order is None:
            found += [(column,) for column in group]
        else:
            found.append(tuple(sorted(group, key=lambda column: order.index(column.name))))
    return found


def _alike(columns: Sequence[Question]) -> list[list[Question]]:
    """Columns together whose headers differ by no more than a wave's word."""
    groups: dict[str, list[Question]] = defaultdict(list)
    for column in columns:
        groups[name_words(RANK.sub(" ", name_words(parted(column.name)))).casefold()].append(column)
    return list(groups.values())


def day_columns(columns: Sequence[Question]) -> list[Question]:
    """The columns that say when, by their headers and because all of their cells are dates."""
    return [
        column for column in columns
        if column.answers and column.says(DATE_WORDS) and not column.says(BEGUN) and _fitting(column.answers)
    ]  # fmt: skip


def date_of(days: Sequence[Question]) -> Item | None:
    """The column of dates that most have; of two, the one that can be read in one way."""

    def worth(column: Question) -> int:
        forms = _fitting(column.answers)
        return column.answers.total() + (forms == [""]) + (len(forms) == 1)

    best = max(days, key=worth, default=None)
    if best is None:
        return None
    return Item("date", {"": best.name}, f'its header says "{best.says(DATE_WORDS)}", and all of it are dates')


def date_by_wave(days: Sequence[Question], waves: Waves) -> Item | None:
    """A column of dates for each wave."""
    for group in by_wave(days, waves):
        if len(group) == len(waves.names):
            columns = dict(zip(waves.names, (column.name for column in group), strict=True))
            return Item("date", columns, "one for each wave, by the words of their headers; all of them are dates")
    return None


def formats_of(date: Item | None, columns: Sequence[Question]) -> tuple[str, ...]:
    """The formats that fit all dates ("": year first); none where no one does, or there are no dates."""
    if date is None:
        return ()
    names = {*date.columns.values()}
    return tuple(_fitting([text for column in columns if column.name in names for text in column.answers]))


def _fitting(texts: Iterable[str]) -> list[str]:
    """The formats that fit every cell: [""] where they are year first."""
    texts = list(texts)
    if all(ISO_DAY.fullmatch(text) for text in texts):
        return [""]
    if all(moment(text, EXCEL_DAYS) for text in texts):
        return [EXCEL_DAYS]
    return [form for form in FORMATS if all(_is_near_now(moment(text, form)) for text in texts)]


def _is_near_now(day: datetime.datetime | None) -> bool:
    return day is not None and 1990 <= day.year < 2100


def rank(text: str) -> tuple[int, int] | None:
    """Where a file, word or header stands among the waves, as far as its words say; None where they say nothing."""
    words = name_words(parted(text))
    found = RANK.search(words)
    if not found:
        return None
    if found["first"]:
        return 0, 0
    if found["later"]:  # "follow-up 2", "follow-up at 6 months"
        months = [int(more["months"]) for more in RANK.finditer(words, found.end()) if more["months"]]
        return 1, int(found["time"]) if found["time"] else next(iter(months), 0)
    if found["second"] or found["third"]:
        return 0, 3 if found["second"] else 4
    number = next((int(found[group]) for group in ("number", "months") if found[group]), None)
    return (0, number + 1) if found["number"] and number is not None else (1, number or 0)


def parted(text: str) -> str:
    """A name with its parts apart: surveyBefore, T1happy."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[a-z]{2})|_", " ", text)


def in_order(texts: Sequence[str]) -> list[str] | None:
    """Texts in the order of the waves; None where their words do not say it."""
    ranks = {text: rank(text) for text in texts}
    known = [found for found in ranks.values() if found is not None]
    if len(known) < len(texts) or len(set(known)) < len(texts):
        return None
    return sorted(texts, key=lambda text: ranks[text] or (0, 0))


def wave_names(count: int) -> tuple[str, ...]:
    """The waves' names, as many as there are."""
    return ("before", "after", *(f"wave {number}" for number in range(3, count + 1)))[:count]


def wave_column(columns: Sequence[Question]) -> Waves | None:
    """A column that names the wave: by its header and its few words, which say an order."""
    for column in columns:
        repeats = any(
            header.casefold() in META["repeat_instance"] or COUNTED_WAVE.fullmatch(name_words(header))
            for header in column.headers
        )
        words = [word for word in column.answers if (repeats and WHOLE.fullmatch(word)) or rank(word)]
        named = column.says(WAVE_WORDS)
        if not 2 <= len(words) <= 6 or len(column.answers) > MOST_ANSWERS:
            continue
        share = sum(column.answers[word] for word in words) / column.answers.total()
        if share < (0.5 if named else 0.95) or any(len(word) > 40 for word in words):
            continue
        events = [word for word in words if not re.search(r"enrol|intake|screen|consent", word, re.IGNORECASE)]
        counted = all(WHOLE.fullmatch(word) for word in words)
        order = sorted(words, key=float) if counted else in_order(events if len(events) >= 2 else words)
        if order is None:
            continue
        names = wave_names(len(order))
        left = tuple(word for word in column.answers if word not in order)
        left = left or ("",) * any((cells == "").any() for cells in column.cells)
        why = f"its {len(order)} words say an order" + (", and its header that it is the wave" if named else "")
        return Waves("column", names, why, column.name, dict(zip(order, names, strict=True)), left)
    return None


def waves_of(
    exports: Sequence[Export], matches: Mapping[str, list[tuple[Question, str, bool]]], asked: Sequence[Question],
    date: Item | None,
) -> Waves:  # fmt: skip
    """How the waves are told where no column names them: by questions asked again, by files, dates, or their order."""
    files = [export.file for export in exports]
    if len(files) == 1:
        times = max((len(found) for found in matches.values()), default=1)
        if times > 1:
            names = wave_names(times)
            return Waves("items", names, f"one file asks the same question {times} times")
        times, again = _again(asked)
        if times > 1:
            why = f"{again} questions stand {times} times in the file, by the words of their headers"
            return Waves("items", wave_names(times), why)
        why = "there is one file, and nothing in it tells waves apart"
        return Waves("files", ("before",), why, words={files[0]: "before"})
    names = wave_names(len(files))
    called = {file.rpartition("/")[2]: file for file in files}  # sheets of one workbook by their names alone
    ranked = in_order([*called] if len(called) == len(files) else files)
    order = [called.get(name, name) for name in ranked] if ranked else None
    why = "by the files' names"
    if order is None:
        order, why = _by_dates(exports, date), "by the dates in the files"
    if order is None:
        order, why = files, "in the order in which the files were given: look whether that is right"
    return Waves("files", names, why, words=dict(zip(order, names, strict=True)))


def _again(columns: Sequence[Question]) -> tuple[int, int]:
    """How many times questions stand there by the words of their headers, and how many do; (1, 0): fewer than two."""
    groups = [[column.name for column in group] for group in _alike(columns)]
    times = Counter(len(names) for names in groups if len(names) > 1 and in_order(names))
    most, count = max(times.items(), key=lambda one: one[1], default=(1, 0))
    return (most, count) if count > 1 else (1, 0)


def _by_dates(exports: Sequence[Export], date: Item | None) -> list[str] | None:
    """Files by the middle of their dates; None where these cannot be read or do not differ."""
    places = [export.find(date.columns[""]) for export in exports] if date else []
    if not places or not all(places):
        return None
    middles = {}
    columns = [export.cells[place[0]] for export, place in zip(exports, places, strict=True)]
    forms = _fitting([text for cells in columns for text in cells.unique() if text])
    if len(forms) != 1:
        return None
    for export, cells in zip(exports, columns, strict=True):
        days = sorted(str(moment(text, forms[0] or None) or "") for text in cells if text)
        middles[export.file] = days[len(days) // 2] if days else ""
    if len(set(middles.values())) < len(exports):
        return None
    return sorted(middles, key=lambda file: middles[file])
