"""What the columns of exports are: who answered, when, in which wave, and which published questions; each with why.

Nothing of this reads an answer for its content: columns are told by their headers, and by the shape of what is in them.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from atpilots.ingest.columns import A_DAY, CODE_WORDS, MAYBE_CODE, META, is_own, name_words, personal_columns
from atpilots.ingest.export import Export
from atpilots.ingest.layouts import KINDS_OF_FILE
from atpilots.ingest.mapping import EXCEL_DAYS, shipped
from atpilots.ingest.readings import moment
from atpilots.instruments import WordingMatch, answer_meant, normalised_wording, questions_asked
from atpilots.privacy import normalised_code

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
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%d/%m/%y",
        "%m/%d/%y",
        "%d-%m-%Y",
        "%d.%m.%y",
        "%d %b %Y",
        "%d %B %Y",
    )
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M:%S %p", " %I:%M %p")
)
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
CODE_CELL = re.compile(r"[^\W\d_]{0,8}[-_ /.]?\d{1,8}[^\W\d_]{0,3}|[^\W_]{2,6}[-_]?[^\W_]{1,8}", re.IGNORECASE)
LETTERS_AND_DIGITS = re.compile(r"(?=.*\d)(?=.*[^\W\d_])[\w /.-]{2,15}")
WHOLE = re.compile(r"[-−]?\d+(\.0+)?")
MISSING_WORDS = {
    "prefer not to say", "prefer not to answer", "rather not say", "dont know", "do not know", "not applicable", "na",
    "n a", "no answer", "not answered", "missing", "refused", "skipped", "unknown", "null", "keine angabe",
    "weiß nicht", "weiss nicht", "k a", "keine antwort", "möchte ich nicht sagen", "nicht beantwortet",
}  # fmt: skip
MISSING_NUMBERS = {"-1", "-7", "-8", "-9", "-66", "-77", "-88", "-99", "-999", "9", "66", "77", "88", "99", "999"}
# Answers that everybody uses, lowest first. Only these may be repeated from a question that is not recognised: what
# else people wrote may be their own words.
SCALES = (
    ("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
    ("disagree strongly", "disagree", "neither", "agree", "agree strongly"),
    ("disagree", "neutral", "agree"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("never", "hardly ever", "occasionally", "some of the time", "often", "most of the time", "all of the time"),
    ("none of the time", "rarely", "some of the time", "often", "all of the time"),
    ("hardly ever or never", "some of the time", "often"),
    ("no", "more or less", "yes"), ("no", "not sure", "yes"), ("no", "maybe", "yes"), ("false", "true"),
    ("unchecked", "checked"), ("not selected", "selected"),
    ("not at all", "a little", "a little bit", "somewhat", "moderately", "quite a bit", "a lot", "very much"),
    ("not at all", "slightly", "moderately", "very", "extremely"),
    ("very poor", "poor", "fair", "good", "very good", "excellent"), ("very bad", "bad", "fair", "good", "very good"),
    ("very dissatisfied", "dissatisfied", "neither satisfied nor dissatisfied", "satisfied", "very satisfied"),
    ("very unlikely", "unlikely", "neither likely nor unlikely", "likely", "very likely"),
    ("none", "mild", "moderate", "severe", "extreme"),
    ("much worse", "worse", "about the same", "better", "much better"),
    ("stimme überhaupt nicht zu", "stimme nicht zu", "teils teils", "stimme zu", "stimme voll zu"),
    ("trifft gar nicht zu", "trifft eher nicht zu", "teils teils", "trifft eher zu", "trifft voll zu"),
    ("nie", "selten", "manchmal", "oft", "immer"), ("nein", "teilweise", "ja"), ("nein", "mehr oder weniger", "ja"),
    ("gar nicht", "ein wenig", "etwas", "ziemlich", "sehr"), ("sehr schlecht", "schlecht", "mittel", "gut", "sehr gut"),
)  # fmt: skip
LOOK = 200  # cells that tell whether a column holds dates
MOST_ANSWERS = 12  # of a closed question
NEEDED = 0.5  # of a questionnaire's items: with fewer, the wording of a few is likely to be another questionnaire's
ORDERED = {  # questionnaires whose items are numbered in one printed order, and what people call them
    "swemwbs": "swemwbs",
    "wemwbs": "wemwbs",
    "who5": "who ?5",
    "ucla3": "ucla(?: ?3)?",
    "djg11": "djg(?: ?11)?",
    "eq5d5l": "eq ?5d ?5l",
    "eq5d3l": "eq ?5d ?3l",
}
ONS4 = {  # a word of each question, as people call its column
    "ons4_satisfaction": "(?:life ?)?sat",
    "ons4_worthwhile": "worth",
    "ons4_happy": "happ",
    "ons4_anxious": "anxi",
}
NAMED_BEFORE = re.compile(rf"\s*(?:{'|'.join(ORDERED.values())})\b[\s\d.:–-]*", re.IGNORECASE)  # before a question
ALIKE = 0.9  # of two questionnaires with the same questions, the one that reads fewer answers is not known to be it
MOST_SHORT = 4  # words of a short name  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Question:
    """A column of one or more exports. name: what the mapping may call it; headers: everything that stands above it."""

    name: str
    headers: tuple[str, ...]
    cells: tuple[pd.Series, ...] = dataclasses.field(repr=False)
    position: int

    @functools.cached_property
    def answers(self) -> Counter[str]:
        """How often each answer was given; blanks are none."""
        return Counter(text for cells in self.cells for text in cells if text)

    def says(self, pattern: re.Pattern[str]) -> str:
        """What of a pattern the words of its headers hold; "" where nothing."""
        return next((hit[0] for header in self.headers if (hit := pattern.search(name_words(header)))), "")


@dataclasses.dataclass(frozen=True)
class Choice:
    """A column that was chosen for something, and why."""

    name: str
    why: str


@dataclasses.dataclass(frozen=True)
class Item:
    """A published question. columns: the header by wave, or one header for all waves ("")."""

    column: str
    columns: Mapping[str, str]
    why: str
    sure: bool = True


@dataclasses.dataclass(frozen=True)
class Waves:
    """How the waves are told. words: file or word of the wave column → wave; left: words that are none."""

    kind: str  # "files", "column", "items"
    names: tuple[str, ...]
    why: str
    column: str = ""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    left: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Found:
    """All that was found in exports of one survey."""

    exports: tuple[Export, ...] = dataclasses.field(repr=False)
    respondent: Choice | None
    other_codes: tuple[str, ...]
    date: Item | None
    date_formats: tuple[str, ...]
    waves: Waves
    items: tuple[Item, ...]
    personal: tuple[str, ...]
    free_text: tuple[str, ...]
    unknown: tuple[Question, ...]
    questions: Mapping[str, Question] = dataclasses.field(repr=False)


def recognise(exports: Sequence[Export]) -> Found:
    """What the columns of a survey's exports are. Every choice says why; what is not known is listed as such."""
    columns = columns_of(exports)
    pointing = {_name(export, place) for export in exports for place in personal_columns(export)}
    personal = [column for column in columns if column.name in pointing]
    open_ones = [column for column in columns if column not in personal]
    wave = _wave_column(open_ones)
    respondent, others = _respondent(open_ones, wave, exports)
    used = {wave.column if wave else "", respondent.name if respondent else ""}
    days = _days(open_ones)
    date = _date(days)
    used |= {column.name for column in days}
    asked = [column for column in open_ones if column.name not in used and not _is_own(column, exports)]
    matches = _matches(asked)
    waves = wave or _waves(exports, matches, asked, date)
    if waves.kind == "items":
        date = _date_by_wave(days, waves) or date
    if respondent is None and len(exports) == 1 and waves.kind == "items":
        respondent = _row_number(columns, exports[0])
    items = tuple(_items(matches, waves))
    named = {header for item in items for header in item.columns.values()}
    dated = {*date.columns.values()} if date else set()
    rest = [column for column in [*asked, *days] if column.name not in named | dated and column.answers]
    rest = [column for column in rest if not _is_own(column, exports)]
    free = [column for column in rest if _is_free_text(column)]
    return Found(
        tuple(exports), respondent, others, date, _formats(date, columns), waves, items,
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


def scale_of(words: Iterable[str]) -> tuple[str, ...]:
    """The common scale that all words belong to, those met, lowest first; none where one word is in no such scale."""
    met = {normalised_wording(word): word for word in words}
    for scale in SCALES:
        if set(met) <= set(scale):
            return tuple(met[word] for word in scale if word in met)
    return ()


def by_wave(columns: Sequence[Question], waves: Waves) -> list[tuple[Question, ...]]:
    """Columns of one question together, in the waves' order, where their headers differ by the wave's word only."""
    found: list[tuple[Question, ...]] = []
    for group in _alike(columns):
        order = _ranked([column.name for column in group]) if len(group) == len(waves.names) else None
        if order is None:
            found += [(column,) for column in group]
        else:
            found.append(tuple(sorted(group, key=lambda column: order.index(column.name))))
    return found


def _alike(columns: Sequence[Question]) -> list[list[Question]]:
    """Columns together whose headers differ by no more than a wave's word."""
    groups: dict[str, list[Question]] = defaultdict(list)
    for column in columns:
        groups[name_words(RANK.sub(" ", name_words(_split(column.name)))).casefold()].append(column)
    return list(groups.values())


def looks_missing(text: str) -> bool:
    """Whether a cell looks like a code for no answer."""
    return text in MISSING_NUMBERS or normalised_wording(text) in MISSING_WORDS or text in {"#NULL!", ".", "-"}


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _is_own(column: Question, exports: Sequence[Export]) -> bool:
    """A column of the tool's own."""
    known = {position for export in exports for position in export.meta.values()}
    return any(map(is_own, column.headers)) or column.position in known


def _is_free_text(column: Question) -> bool:
    """Whether people wrote their own words: many different texts, or long ones, and no common scale."""
    words = [text for text in column.answers if not WHOLE.fullmatch(text) and not looks_missing(text)]
    if not words or scale_of(words) or len(words) < len(column.answers) / 2 or all(map(A_DAY.fullmatch, words)):
        return False
    many = len(words) > 2 and len(words) > 0.5 * column.answers.total()
    return many or len(words) > MOST_ANSWERS or max(map(len, words)) > 40


# --- who answered


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


# --- when


def _days(columns: Sequence[Question]) -> list[Question]:
    """The columns that say when, by their headers and because all of their cells are dates."""
    return [
        column for column in columns
        if column.answers and column.says(DATE_WORDS) and not column.says(BEGUN) and _fitting(column.answers)
    ]  # fmt: skip


def _date(days: Sequence[Question]) -> Item | None:
    """The column of dates that most have; of two, the one that can be read in one way."""

    def worth(column: Question) -> int:
        forms = _fitting(column.answers)
        return column.answers.total() + (forms == [""]) + (len(forms) == 1)

    best = max(days, key=worth, default=None)
    if best is None:
        return None
    return Item("date", {"": best.name}, f'its header says "{best.says(DATE_WORDS)}", and all of it are dates')


def _date_by_wave(days: Sequence[Question], waves: Waves) -> Item | None:
    """A column of dates for each wave."""
    for group in by_wave(days, waves):
        if len(group) == len(waves.names):
            columns = dict(zip(waves.names, (column.name for column in group), strict=True))
            return Item("date", columns, "one for each wave, by the words of their headers; all of them are dates")
    return None


def _formats(date: Item | None, columns: Sequence[Question]) -> tuple[str, ...]:
    names = {*date.columns.values()} if date else set()
    return tuple(_fitting([text for column in columns if column.name in names for text in column.answers]))


def _fitting(texts: Iterable[str]) -> list[str]:
    """The formats that fit every cell: [""] where they are year first."""
    texts = list(texts)
    if all(ISO_DAY.fullmatch(text) for text in texts):
        return [""]
    if all(moment(text, EXCEL_DAYS) for text in texts):
        return [EXCEL_DAYS]
    return [form for form in FORMATS if all(_parsed(text, form) for text in texts)]


def _parsed(text: str, form: str) -> datetime.datetime | None:
    try:
        day = datetime.datetime.strptime(text, form)
    except ValueError:
        return None
    return day if 1990 <= day.year < 2100 else None


# --- which wave


def rank(text: str) -> tuple[int, int] | None:
    """Where a file, word or header stands among the waves, as far as its words say; None where they say nothing."""
    words = name_words(_split(text))
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


def _split(text: str) -> str:
    """A name with its parts apart: surveyBefore, T1happy."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[a-z]{2})|_", " ", text)


def _ranked(texts: Sequence[str]) -> list[str] | None:
    """Texts in the order of the waves; None where their words do not say it."""
    ranks = {text: rank(text) for text in texts}
    known = [found for found in ranks.values() if found is not None]
    if len(known) < len(texts) or len(set(known)) < len(texts):
        return None
    return sorted(texts, key=lambda text: ranks[text] or (0, 0))


def wave_names(count: int) -> tuple[str, ...]:
    """The waves' names, as many as there are."""
    return ("before", "after", *(f"wave {number}" for number in range(3, count + 1)))[:count]


def _wave_column(columns: Sequence[Question]) -> Waves | None:
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
        order = sorted(words, key=float) if counted else _ranked(events if len(events) >= 2 else words)
        if order is None:
            continue
        names = wave_names(len(order))
        left = tuple(word for word in column.answers if word not in order)
        left = left or ("",) * any((cells == "").any() for cells in column.cells)
        why = f"its {len(order)} words say an order" + (", and its header that it is the wave" if named else "")
        return Waves("column", names, why, column.name, dict(zip(order, names, strict=True)), left)
    return None


def _waves(
    exports: Sequence[Export], matches: Mapping[str, list[tuple[Question, str, bool]]], asked: Sequence[Question],
    date: Item | None,
) -> Waves:  # fmt: skip
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
    ranked = _ranked([*called] if len(called) == len(files) else files)
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
    times = Counter(len(names) for names in groups if len(names) > 1 and _ranked(names))
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


# --- which questions


def _matches(columns: Sequence[Question]) -> dict[str, list[tuple[Question, str, bool]]]:
    """Survey column → the export's columns that ask it, in their order, each with why and whether that is sure.

    A wording that several questionnaires share goes to the one of which most was found.
    """
    candidates: dict[str, dict[str, list[tuple[Question, str, bool]]]] = defaultdict(lambda: defaultdict(list))
    for column in columns:
        for instrument, item, why, sure in _candidates(column):
            candidates[instrument][item].append((column, why, sure))
    for instrument, item, column, why in [*_by_item_names(columns), *_by_short_names(columns), *_by_numbers(columns)]:
        if column not in [known for known, _, _ in candidates[instrument][item]]:
            candidates[instrument][item].append((column, why, True))
    chosen: dict[str, list[tuple[Question, str, bool]]] = {}
    taken: set[str] = set()
    while candidates:
        left = {
            name: {item: [one for one in found if one[0].name not in taken] for item, found in items.items()}
            for name, items in candidates.items()
        }
        left = {name: {item: found for item, found in items.items() if found} for name, items in left.items()}
        order = sorted(
            left, key=lambda name: (-_share(name, left[name]), -len(left[name]), -_readable(name, left[name]))
        )
        name = order[0]
        if not left[name]:
            break
        enough = len(left[name]) / len(shipped()[name].items) >= NEEDED
        rivals = [
            other for other in order[1:]
            if _share(other, left[other]) == _share(name, left[name]) and len(left[other]) == len(left[name])
            and {c.name for found in left[other].values() for c, _, _ in found}
            == {c.name for found in left[name].values() for c, _, _ in found}
            and (_readable(name, left[name]) < ALIKE or _readable(other, left[other]) == _readable(name, left[name]))
        ]  # fmt: skip
        for item, found in left[name].items():
            chosen[item] = [(column, _doubt(why, name, left[name], rivals), sure and enough and not rivals)
                            for column, why, sure in found]  # fmt: skip
            taken |= {column.name for column, _, _ in found}
        del candidates[name]
    return chosen


def _doubt(why: str, name: str, found: Mapping[str, object], rivals: Sequence[str]) -> str:
    items = len(shipped()[name].items)
    if rivals:
        return f"{why}; it may as well be {' or '.join(rivals)}, which has the same questions"
    if len(found) / items < NEEDED:
        return f"{why}; only {len(found)} of the {items} items of {name} were found"
    return why


def _share(name: str, found: Mapping[str, object]) -> float:
    return float(len(found) == len(shipped()[name].items))


def _readable(name: str, found: Mapping[str, list[tuple[Question, str, bool]]]) -> float:
    """The share of answers that the instrument's own levels read, and of these how far up the scale they go."""
    instrument, texts, read, highest = shipped()[name], 0, 0, 0.0
    for item, columns in found.items():
        for column, _, _ in columns:
            for text, times in column.answers.items():
                level = instrument.read_answer(text)
                known = level == level or answer_meant(text, name, item) is not None
                texts, read = texts + times, read + times * known
                highest = max(highest, level if level == level else 0.0)
    return (read / texts if texts else 0.0) + 0.01 * (highest == instrument.highest)


def _candidates(column: Question) -> Iterator[tuple[str, str, str, bool]]:
    """Questionnaire, item, why and whether it is sure: by the wording, or by a code that is the item's own name."""
    found: list[WordingMatch] = []
    for header in column.headers:
        matches = questions_asked(header) or questions_asked(NAMED_BEFORE.sub("", header))
        if matches and (not found or (matches[0].exact and not found[0].exact)):
            found = list(matches)
    if found:
        yield from ((match.wording.instrument, match.wording.item, match.why, True) for match in found)
    if not found or not found[0].exact:
        for header in column.headers:
            slug = _slug(header)
            for item, instrument in _item_names().items():
                if slug == item or (("_" in item) and (slug.endswith(f"_{item}") or slug.startswith(f"{item}_"))):
                    yield instrument, item, "the column has the item's own name", True
                    return


@functools.cache
def _item_names() -> dict[str, str]:
    """Survey column → the instrument that it belongs to; the longest names first."""
    owners = {
        column: name for name, instrument in shipped().items() if instrument.items_of is None
        for column in instrument.columns
    }  # fmt: skip
    return dict(sorted(owners.items(), key=lambda one: -len(one[0])))


def _slug(header: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", header.rpartition("/")[2].casefold()))


def _by_item_names(columns: Sequence[Question]) -> Iterator[tuple[str, str, Question, str]]:
    """All items of a questionnaire as headers, such as "optimistic" and "useful", with or without a common start."""
    slugs = [(_slug(column.headers[0]), column) for column in columns]
    for name, instrument in shipped().items():
        if len(instrument.items) < 3 or instrument.items_of:
            continue
        found = [
            (survey, column) for item, survey in zip(instrument.items, instrument.columns, strict=True)
            for slug, column in slugs if slug == item or (slug.endswith(f"_{item}") and not slug.startswith(name))
        ]  # fmt: skip
        if {survey for survey, _ in found} == set(instrument.columns):
            why = f"the {len(instrument.items)} items of {name} are all there, by their names"
            yield from ((name, survey, column, why) for survey, column in found)


def _by_short_names(columns: Sequence[Question]) -> Iterator[tuple[str, str, Question, str]]:
    """The ONS's four questions by a word of each, in short headers over whole numbers from 0 to 10."""
    found: dict[str, list[Question]] = {item: [] for item in ONS4}
    for column in columns:
        words = name_words(_split(column.headers[0].rpartition("/")[2])).casefold()
        hits = [item for item, word in ONS4.items() if re.search(rf"\b{word}", words)]
        numbers = all(
            (WHOLE.fullmatch(text) and 0 <= float(text) <= 10) or looks_missing(text) for text in column.answers
        )
        if len(hits) == 1 and len(words.split()) <= MOST_SHORT and numbers:
            found[hits[0]].append(column)
    if all(found.values()) and len(set(map(len, found.values()))) == 1:
        why = "one of four short names, as of the ONS's questions, with numbers from 0 to 10: look"
        yield from ((item, item, column, why) for item, asked in found.items() for column in asked)


def _by_numbers(columns: Sequence[Question]) -> Iterator[tuple[str, str, Question, str]]:
    """SWEMWBS1 … SWEMWBS7: the questionnaire's name with as many numbers as it has items."""
    for name, called in ORDERED.items():
        instrument = shipped()[name]
        shape = re.compile(rf"(?:.*\b)?{called} ?(?:item|sq|q)? ?0*(\d{{1,2}})(?: .*)?")
        found: dict[int, list[Question]] = defaultdict(list)
        for column in columns:
            hit = shape.fullmatch(name_words(re.sub(r"(?<=[a-z])(?=\d)", " ", column.headers[0].casefold())))
            if hit:
                found[int(hit[1])].append(column)
        if set(found) == set(range(1, len(instrument.items) + 1)):
            why = f"numbered 1 to {len(instrument.items)} under the name of {name}, taken in the printed order: look"
            for number, asked in found.items():
                yield from ((name, instrument.columns[number - 1], column, why) for column in asked)


def _items(matches: Mapping[str, list[tuple[Question, str, bool]]], waves: Waves) -> Iterator[Item]:
    for item, found in sorted(matches.items(), key=lambda one: one[1][0][0].position):
        why, sure = found[0][1], all(certain for _, _, certain in found)
        names = [column.name for column, _, _ in found]
        if waves.kind == "items":
            told = _ranked(names)
            order = names if told is None else told
            how = "in the order of the export" if told is None else "by the words of their headers"
            complete = len(names) == len(waves.names)
            why = f"{why}; asked {len(names)} times, {how}" if len(names) > 1 else f"{why}; asked once only"
            yield Item(item, dict(zip(waves.names, order, strict=False)), why, sure and complete)
        elif len(names) > 1:
            yield Item(item, {"": names[0]}, f"{why}; {len(names)} columns ask it: choose one", sure=False)
        else:
            yield Item(item, {"": names[0]}, why, sure)
