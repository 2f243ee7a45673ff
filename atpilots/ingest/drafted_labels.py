"""The answers of a drafted mapping: which number each answer in words is, with why; none that could be one person's.

An answer is repeated where it is published or common, or short and given by several people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from atpilots.files import as_toml
from atpilots.ingest.common_answers import looks_missing, scale_of
from atpilots.ingest.found import Found
from atpilots.ingest.mapping import shipped
from atpilots.ingest.readings import number_and_words
from atpilots.instruments import Instrument, answer_meant, normalised_wording, published_wording
from atpilots.privacy import normalised_code, people_in

NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
LIMESURVEYS = re.compile(r"AO?\d{1,3}")  # the codes that LimeSurvey gives answers by itself
A_FEW = 3  # people who gave an answer before it is repeated: nobody's own words are given by three
LONGEST_WORD = 40


def label_lines(found: Found, instrument: Instrument) -> list[str]:
    """The table of an instrument's answers in words; none where its own reading knows every answer met."""
    met: Counter[str] = Counter()
    item_of: dict[str, str] = {}
    for asked in found.items:
        if asked.instrument == instrument:
            for column in found.asked(asked):
                met += column.answers
                item_of.update(dict.fromkeys(column.answers, asked.column))
    known, unknown, needed = dict[str, tuple[int, str]](), list[str](), False
    for text in met:
        item = item_of[text]
        level = level_of(text, instrument, item)
        if level is None:
            if not looks_missing(text):
                unknown.append(text)
            continue
        own = instrument.read_answer(text)
        published_answer = answer_meant(text, instrument.name, item) if own != own else None
        needed |= published_answer is not None  # a number beside words is read without a table
        known[text] = (level, published_answer.why if published_answer else _own_reason(text, own))
    if not needed and not unknown:
        return []
    used = any(item.sure for item in found.items if item.instrument == instrument)
    active = "" if needed and used else "# "
    codes = _codes(found)
    told = [text for text in unknown if _may_tell(text, met[text], codes)]
    contradicted = _contradictions(known)
    lines = ["", f"{active}[labels.{instrument.name}]"]
    others = {normalised_wording(text) for text in known}
    known |= {text: one for text, one in _not_met(instrument, known).items() if normalised_wording(text) not in others}
    for text, (level, why) in sorted(known.items(), key=lambda one: one[1][0]):
        off = "# " if text in contradicted else active
        told_why = "two answers of this column contradict each other" if text in contradicted else why
        lines.append(f"{off}{as_toml(text)} = {level}  # {in_comment(told_why)}")
    lines += [f"# {as_toml(text)} = ?  # met {met[text]} times; not known: give its number" for text in told]
    if len(unknown) > len(told):
        count = len(unknown) - len(told)
        lines.append(f"# {count} more {'answer is' if count == 1 else 'answers are'} not known, and not repeated here: "
                     "import tells the rows")  # fmt: skip
    return lines


def _not_met(instrument: Instrument, met: Mapping[str, object]) -> dict[str, tuple[int, str]]:
    """Answers that another wave may bring: the instrument's own words, those that may ship, numbers beside words."""
    own = instrument.levels if instrument.has_labels else ()
    more = {
        str(label): (level, "the instrument's own answer; not met") for level, label in enumerate(own, instrument.first)
    }
    for wording in published_wording():
        if wording.instrument == instrument.name and wording.text and wording.level is not None:
            more.setdefault(wording.text, (wording.level, "as published; not met"))
    if any(NUMBER.fullmatch(text) for text in met):
        levels = range(instrument.lowest, instrument.highest + 1)
        more |= {str(level): (level, "a number is itself; not met") for level in levels}
    return more


def _own_reason(text: str, own: float) -> str:
    if own == own:
        return "a number is itself" if NUMBER.fullmatch(text) else "the instrument's own answer"
    return "the number that it begins with"


def level_of(text: str, instrument: Instrument, item: str) -> int | None:
    """The level of an answer: by the instrument's own reading, its published words, or the number beside them."""
    own = instrument.read_answer(text)
    if own == own:
        return int(own)
    match = answer_meant(text, instrument.name, item)
    if match is not None:
        return match.wording.level
    parts = number_and_words(text) or number_and_words(text.replace(" ", " - ", 1))  # "10 Completely"
    if parts and _is_common(parts[1]):
        level = instrument.read_answer(parts[0])
        words = answer_meant(parts[1], instrument.name, item)
        agrees = words is None or words.wording.level == level
        return int(level) if level == level and agrees else None
    return None


def _is_common(words: str) -> bool:
    """Whether words are a published answer of any instrument, or of a scale that everybody uses: nobody's own."""
    plain = normalised_wording(words)
    shared = {
        normalised_wording(wording.text)
        for wording in published_wording()
        if wording.level is not None and wording.text
    }
    return plain in shared or bool(scale_of([words])) or any(answer_meant(words, name, "") for name in shipped())


def _contradictions(known: Mapping[str, tuple[int, str]]) -> set[str]:
    """Answers with the same words and two levels, such as "4 - Often" beside "5 - Often"."""
    levels: dict[str, set[int]] = {}
    words = {text: normalised_wording(re.sub(r"\d+", " ", text)) for text in known}
    for text, (level, _) in known.items():
        levels.setdefault(words[text], set()).add(level)
    return {text for text, plain in words.items() if plain and len(levels[plain]) > 1}


def _may_tell(text: str, times: int, codes: set[str]) -> bool:
    """Whether an unknown answer may stand in the file: a common one, or a short one of several people, and no name."""
    if _is_common(text):
        return True
    named = sum(word[:1].isupper() for word in text.split()) > 1 or bool(people_in(text))
    return (
        times >= A_FEW and len(text) <= LONGEST_WORD and not named and normalised_code(text).casefold() not in codes
        and (not any(character.isdigit() for character in text) or bool(LIMESURVEYS.fullmatch(text)))
    )  # fmt: skip


def _codes(found: Found) -> set[str]:
    if found.respondent is None:
        return set()
    return {normalised_code(text).casefold() for text in found.questions[found.respondent.name].answers}


def own_answer_lines(found: Found) -> Iterator[str]:
    """For questions that are not recognised: the answers of common scales, in their order, for a questionnaire of one's
    own, which then reads them.
    """
    scales: dict[tuple[str, ...], list[str]] = {}
    for column in found.unknown:
        scale = scale_of(column.answers)
        if scale:
            scales.setdefault(scale, []).append(column.name)
    for scale, names in scales.items():
        yield ""
        yield f"# Answers met to {', '.join(map(in_comment, names))}, lowest first as they are commonly put:"
        yield f"# levels = {as_toml(list(scale))}"


def in_comment(text: str) -> str:
    """A text for a comment, on one line."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
