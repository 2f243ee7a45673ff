"""What a cell of an export means: a level, a word, a date; by labels, by numbers, or by numbers with labels."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable, Mapping, Sequence

from atpilots.files import folded, plain_number, shown
from atpilots.ingest.mapping import EXCEL_DAYS, ExportMapping, instrument_of
from atpilots.pilots import MODES, RATERS

# "10 - Completely", "10: Completely", "10 = Completely", "10 (Completely)", "(10) Completely"; "Completely (10)",
# "Completely - 10". The words hold no other digit: "2-3 days" is no level.
NUMBER_FIRST = re.compile(r"[(\[]?([-−]?\d{1,3})(?:[)\]]\s*|\s*[-–—:=.]\s*|\s+(?=\())\(?([^\d]*[^\W\d_][^\d]*)\)?")
NUMBER_LAST = re.compile(r"([^\d]*?[^\W\d_][^\d]*?)(?:\s*[(\[]([-−]?\d{1,3})[)\]]|\s+[-–—:=]\s*(\d{1,3}))")
ISO = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]m)?.*)?", re.I)
EXCEL_START, A_DAY_OF_EXCEL = datetime.datetime(1899, 12, 30), re.compile(r"[3-6]\d{4}(\.\d+)?")  # 1982 to 2091
DATE = 'YYYY-MM-DD; for any other order give date_format in the mapping, such as "%d/%m/%Y" for day/month/year'


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a column's cells may hold: `read` gives what `survey.csv` holds for a cell's text, or None.

    labels: what the export itself says that values stand for; they come before the values, unless the mapping names
    the values.
    """

    read: Callable[[str], str | None]
    allowed: str
    numbered: bool = False  # whether a number may stand beside an answer's words

    def of(self, text: str, labels: Mapping[str, str]) -> str | None:
        """What a cell means in a column whose values have labels."""
        label = labels.get(text, "")
        by_label = self.meaning(label) if label else None
        return self.meaning(text) if by_label is None else by_label

    def meaning(self, text: str) -> str | None:
        """What a text means; None where it is no answer, or where its number and its words say two things."""
        found = self.read(text)
        if found is not None or not self.numbered:
            return found
        parts = number_and_words(text)
        if parts is None:
            return None
        by_number, by_words = map(self.read, parts)
        return by_number if by_words in {None, by_number} else (by_words if by_number is None else None)

    def contradicts(self, text: str) -> bool:
        """Whether a cell's number says another level than its words."""
        parts = number_and_words(text) if self.numbered and self.read(text) is None else None
        if parts is None:
            return False
        number, words = map(self.read, parts)
        return words is not None and number != words


def reading_of(column: str, plan: ExportMapping) -> Reading:
    """By the mapping's labels where it gives any, else by the shipped instrument, else as it stands."""
    labels, instrument = plan.labels_of(column), instrument_of(column)
    if labels:
        return Reading(
            lambda text: labels.get(folded(plain_number(text))), ", ".join(map(shown, labels)), numbered=True
        )
    if instrument:
        return Reading(_level_reader(instrument.read_answer), instrument.answers_in_words, numbered=True)
    return _plain(column, plan)


def number_and_words(text: str) -> tuple[str, str] | None:
    """The number and the words of an answer that holds both; None where it does not."""
    first = NUMBER_FIRST.fullmatch(text)
    if first:
        return plain_number(first[1]), first[2].strip(" ()")
    last = NUMBER_LAST.fullmatch(text)
    return (plain_number(last[2] or last[3]), last[1].strip()) if last else None


def contradictions(texts: Sequence[str], reading: Reading, labels: Mapping[str, str]) -> dict[str, str]:
    """Cells of one column whose coding another cell contradicts: text → what is wrong."""
    found = {text: "says one number and words that stand for another" for text in texts if reading.contradicts(text)}
    if not reading.numbered:
        return found
    numbers: dict[str, set[str]] = {}
    parted = {text: parts for text in texts if (parts := number_and_words(text))}
    for number, words in parted.values():
        numbers.setdefault(folded(words), set()).add(number)
    for text, (_, words) in parted.items():
        if len(numbers[folded(words)]) > 1:
            found.setdefault(text, "is one answer with two numbers in this column")
    for text in texts:  # "Often" beside "5 - Often"
        alone, beside = reading.read(text), numbers.get(folded(text), set())
        if beside and alone is not None and {reading.read(number) for number in beside} != {alone}:
            found.setdefault(text, "has another number in other cells of this column")
    return found | _labels_against_codes(texts, reading, labels)


def _labels_against_codes(texts: Sequence[str], reading: Reading, labels: Mapping[str, str]) -> dict[str, str]:
    """Values without a readable label beside values whose label says another number: no one coding fits both."""
    by_label = {text: reading.meaning(labels[text]) for text in texts if labels.get(text)}
    moved = any(level is not None and level != reading.read(text) for text, level in by_label.items())
    bare = [text for text in texts if text and by_label.get(text) is None and reading.read(text) is not None]
    what = "has no label that can be read, in a column whose labels stand for other numbers"
    return dict.fromkeys(bare, what) if moved else {}


def is_missing(text: str, codes: Sequence[str]) -> bool:
    """Whether a cell holds a declared missing code; −9.00 is -9."""
    return text in codes or plain_number(text) in {plain_number(code) for code in codes}


def moment(text: str, date_format: str | None) -> datetime.datetime | None:
    """When something was, by the one format given or year first; None where that is not surely told."""
    if date_format == EXCEL_DAYS:
        return EXCEL_START + datetime.timedelta(days=float(text)) if A_DAY_OF_EXCEL.fullmatch(text) else None
    try:
        if date_format is not None:
            return datetime.datetime.strptime(text, date_format).replace(tzinfo=None)
        iso = ISO.fullmatch(text)
        if not iso:
            return None
        hour = int(iso[4] or 0)
        if iso[7]:
            hour = hour % 12 + (12 if iso[7].lower() == "pm" else 0)
        year, month, day, minute, second = (int(iso[part] or 0) for part in (1, 2, 3, 5, 6))
        return datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def _level_reader(read_answer: Callable[[str], float]) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        level = read_answer(plain_number(text))
        return None if level != level else f"{level:.0f}"  # NaN: not an answer

    return read


def _plain(column: str, plan: ExportMapping) -> Reading:
    if column == "date":
        allowed = DATE if plan.date_format is None else f"dates written as {plan.date_format}"
        return Reading(lambda text: _date(text, plan.date_format), allowed)
    if column in {"mode", "rater"}:
        words = MODES if column == "mode" else RATERS
        allowed = f"{', '.join(words)}; or say in [labels.{column}] which answer stands for which"
        return Reading(lambda text: text if text in words else None, allowed)
    return Reading(lambda text: text, "text")


def _date(text: str, date_format: str | None) -> str | None:
    """An ISO date, its time of day left out."""
    when = moment(text, date_format)
    return None if when is None else when.date().isoformat()
