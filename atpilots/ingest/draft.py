"""A mapping that writes itself: what was recognised in exports, each line with why; the rest as comments to paste.

Neither file repeats what a respondent wrote, a code, a name or an address: headers, answers of closed scales, and the
numbers of what was found.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from atpilots.files import DataError, Problem, made_private, refuse_link, write_private
from atpilots.ingest.common_answers import looks_missing, scale_of
from atpilots.ingest.export import Export
from atpilots.ingest.found import Found, Item, Question
from atpilots.ingest.mapping import EXCEL_DAYS, instrument_of, shipped
from atpilots.ingest.occasions import by_wave
from atpilots.ingest.readings import number_and_words
from atpilots.ingest.recognition import recognise
from atpilots.ingest.survey_tools import exports_of
from atpilots.instruments import Instrument, answer_meant, normalised_wording, published_wording
from atpilots.pilots import new_pilot, protocol_text
from atpilots.privacy import normalised_code, people_in

NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
ONLY_ORDER = "the only order of day and month that fits all cells"
LIMESURVEYS = re.compile(r"AO?\d{1,3}")  # the codes that LimeSurvey gives answers by itself
A_FEW = 3  # people who gave an answer before it is repeated: nobody's own words are given by three
LONGEST_WORD = 40
MOST = 100  # of a scale


@dataclasses.dataclass(frozen=True)
class Draft:
    """Both files as text, and what to say of them on the terminal."""

    mapping: str = dataclasses.field(repr=False)
    pilot: str = dataclasses.field(repr=False)
    said: tuple[str, ...]


def new_command(name: str, exports: Sequence[Path], tool: str | None = None) -> str:
    """`atpilots new PILOT --from EXPORT…`: the pilot's folder with a drafted pilot.toml and map.toml.

    Returns what was found, in words and counts, for the terminal. Raises DataError (see new_pilot, read_export) before
    anything is written. Only the owner can read what is written: it tells how people were asked.
    """
    draft = drafted(exports, tool)
    folder = new_pilot(name, protocol=draft.pilot)
    write_private(folder / "map.toml", draft.mapping)
    files = " ".join(str(path) for path in exports)
    lines = [f"made {folder}", *draft.said, "read pilot.toml and map.toml: what is behind a # waits for you, then:"]
    lines += [f"  atpilots import {files} --map {folder / 'map.toml'} -o {folder / 'survey.csv'}"]
    return "\n".join([*lines, f"  atpilots check {name}"])


def draft_command(exports: Sequence[Path], mapping: Path, tool: str | None = None) -> str:
    """`atpilots import EXPORT… --draft --map MAP.toml`: the mapping, and pilot.toml beside it where there is none.

    Returns and raises as new_command; a mapping that is there stays.
    """
    refuse_link(mapping, mapping.name)
    if mapping.exists():
        raise DataError([Problem(mapping.name, "is already there; nothing was changed")])
    draft = drafted(exports, tool)
    if not mapping.parent.exists():
        made_private(mapping.parent, mapping.parent.name)
    write_private(mapping, draft.mapping)
    beside = mapping.with_name("pilot.toml")
    if not beside.exists():
        write_private(beside, draft.pilot)
    return "\n".join([f"made {mapping}", *draft.said, "read it: what is behind a # waits for you"])


def drafted(exports: Sequence[Path], tool: str | None = None) -> Draft:
    """What is recognised in exports of one survey, as a mapping and a protocol. Raises DataError with every fault."""
    problems: list[Problem] = []
    read: list[Export] = []
    for path in exports:
        try:
            read += exports_of(path, tool)
        except DataError as error:
            problems += error.problems
    names = [path.name for path in exports]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [
        Problem(name, "was given twice; a mapping cannot tell two exports of one name apart") for name in twice
    ]
    if problems:
        raise DataError(problems)
    found = recognise(read)
    return Draft(_mapping(found), _pilot(found), tuple(_said(found)))


def _said(found: Found) -> Iterator[str]:
    for export in found.exports:
        left = "".join(f"; {count} {why} left out" for why, count in export.left_out.items())
        yield f"{export.file}: {len(export.cells)} rows ({export.note}){left}"
    yield f"respondent: {_quoted(found.respondent.name) if found.respondent else 'not recognised; fill it in'}"
    yield f"waves: {', '.join(found.waves.names)} ({found.waves.why})"
    sure = [item for item in found.items if item.sure]
    measures = ", ".join(name for name, _ in _measures(found)) or "none complete"
    yield f"questions: {len(sure)} recognised, {len(found.items) - len(sure)} to decide, {len(found.unknown)} not known"
    yield f"measures: {measures}"
    yield f"left out: {_columns(len(found.personal))} that may point at somebody, {len(found.free_text)} of free text"


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


# --- map.toml


def _mapping(found: Found) -> str:
    lines = [
        "# Drafted from the exports' headers and the shape of their columns. Each line says why. Lines behind a # are",
        "# not in use: take the # away where they are right. Then: atpilots import",
        "",
    ]
    lines += _who(found)
    lines += _when(found)
    labels = [_labels(found, instrument) for instrument in _instruments(found)]
    lines += _missing(found)
    lines += _wave_lines(found)
    lines += ["", "[items]                                  # item of a questionnaire = column of the export"]
    lines += [_item_line(item) for item in found.items]
    if not found.items:
        lines.append("# no question was recognised; take the # away below, and name the items as your instrument does")
    if found.unknown:
        lines.append("# Not recognised: an item of your own instrument, or none.")
        lines += _unknown_lines(found)
    lines += [line for table in labels for line in table]
    lines += _own_answers(found)
    for title, names in (("may point at somebody", found.personal), ("are free text", found.free_text)):
        if names:
            lines += ["", f"# Left out, because they {title}; nothing of them is imported:"]
            lines += [f"#   {_comment(name)}" for name in names]
    return "\n".join([*lines, ""])


def _who(found: Found) -> Iterator[str]:
    if found.respondent:
        yield f"respondent = {_quoted(found.respondent.name)}  # {_comment(found.respondent.why)}"
        for name in found.other_codes:
            yield f"# respondent = {_quoted(name)}  # may be the code as well"
        return
    yield "# No column surely holds the code that links the waves. Give its header here:"
    yield 'respondent = "?"'
    for name in found.other_codes:
        yield f"# respondent = {_quoted(name)}"


def _when(found: Found) -> Iterator[str]:
    if found.date is None:
        yield '# date = "…"  # no column was recognised as the date'
        return
    line, why = f"date = {_value(found.date)}", _comment(found.date.why)
    if len(found.date_formats) == 1:
        yield f"{line}  # {why}"
        if found.date_formats[0]:
            why = "numbers of days, as Excel counts them" if found.date_formats[0] == EXCEL_DAYS else ONLY_ORDER
            yield f"date_format = {_quoted(found.date_formats[0])}  # {why}"
        return
    if not found.date_formats:
        yield f"# {line}  # its dates are written in several ways: give them one"
        return
    yield "# Day and month cannot be told apart. Take the # away from the first line and from one of the others:"
    yield f"# {line}  # {why}"
    yield from (f"# date_format = {_quoted(form)}" for form in found.date_formats)


def _missing(found: Found) -> Iterator[str]:
    """Cells that look like "no answer" and are none of the question's own answers."""
    counts: Counter[str] = Counter()
    for item in found.items:
        for column in _asked(found, item):
            counts += Counter({
                text: times for text, times in column.answers.items()
                if looks_missing(text) and _level(text, _instrument(item.column), item.column) is None
            })  # fmt: skip
    if counts:
        told = ", ".join(
            f"{_comment(text)}: {times} {'time' if times == 1 else 'times'}" for text, times in counts.items()
        )
        yield f"# missing = [{', '.join(map(_quoted, counts))}]  # they look like no answer ({told})"


def _wave_lines(found: Found) -> Iterator[str]:
    waves = found.waves
    if waves.kind == "column":
        yield f"wave = {_quoted(waves.column)}  # {_comment(waves.why)}"
        if waves.left:
            yield "\n[keep]                                   # rows to take: the others are of no wave"
            yield f"{_quoted(waves.column)} = [{', '.join(map(_quoted, waves.words))}]"
        yield "\n[labels.wave]"
        yield from (f"{_quoted(word)} = {_quoted(name)}" for word, name in waves.words.items())
    elif waves.kind == "files":
        yield f"\n[files]                                  # {_comment(waves.why)}"
        yield from (f"{_quoted(file)} = {_quoted(name)}" for file, name in waves.words.items())
    else:
        yield f"# The waves are told item by item, below: {_comment(waves.why)}."


def _item_line(item: Item) -> str:
    return f"{'' if item.sure else '# '}{item.column} = {_value(item)}  # {_comment(item.why)}"


def _value(item: Item) -> str:
    if tuple(item.columns) == ("",):
        return _quoted(item.columns[""])
    return "{" + ", ".join(f"{_key(wave)} = {_quoted(name)}" for wave, name in item.columns.items()) + "}"


def _unknown_lines(found: Found) -> Iterator[str]:
    taken = {item.column for item in found.items}
    together = found.waves.kind == "items"
    for columns in by_wave(found.unknown, found.waves) if together else [(column,) for column in found.unknown]:
        name = _own_name(columns[0], taken)
        taken.add(name)
        told = zip(found.waves.names, columns, strict=False)
        table = ", ".join(f"{_key(wave)} = {_quoted(column.name)}" for wave, column in told)
        value = f"{{{table}}}" if together else _quoted(columns[0].name)
        yield f"# {name} = {value}  # {_answers_in_words(columns[0])}"


def _own_name(column: Question, taken: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", column.name.casefold())
    name = "_".join(words)[:30].strip("_") or "item"
    name = name if name[0].isalpha() else f"q_{name}"
    name = f"{name}_item" if name in {"respondent", "wave", "date", "mode", "rater", "arm", "age_band"} else name
    number = next(number for number in range(1, 10_000) if (name if number == 1 else f"{name}_{number}") not in taken)
    return name if number == 1 else f"{name}_{number}"


def _answers_in_words(column: Question) -> str:
    texts = list(column.answers)
    numbers = sorted(float(text.replace("−", "-").replace(",", ".")) for text in texts if NUMBER.fullmatch(text))
    if len(numbers) == len(texts):
        usual = all(
            number.is_integer() and abs(number) <= MOST for number in numbers
        )  # else one may be somebody's place
        return f"numbers from {numbers[0]:g} to {numbers[-1]:g}" if usual else "numbers"
    scale = scale_of(texts)
    if scale:
        return f"answers: {', '.join(scale)}"
    return "1 answer" if len(texts) == 1 else f"{len(texts)} different answers"


# --- labels


def _labels(found: Found, name: str) -> list[str]:
    """The table of an instrument's answers in words; none where its own reading knows every answer met."""
    instrument = shipped()[name]
    met: Counter[str] = Counter()
    item_of: dict[str, str] = {}
    for asked in found.items:
        if _owner(asked.column) == name:
            for column in _asked(found, asked):
                met += column.answers
                item_of.update(dict.fromkeys(column.answers, asked.column))
    known, unknown, needed = dict[str, tuple[int, str]](), list[str](), False
    for text in met:
        item = item_of[text]
        level = _level(text, instrument, item)
        if level is None:
            if not looks_missing(text):
                unknown.append(text)
            continue
        own = instrument.read_answer(text)
        published_answer = answer_meant(text, name, item) if own != own else None
        needed |= published_answer is not None  # a number beside words is read without a table
        known[text] = (level, published_answer.why if published_answer else _own_reason(text, own))
    if not needed and not unknown:
        return []
    used = any(item.sure for item in found.items if _owner(item.column) == name)
    active = "" if needed and used else "# "
    codes = _codes(found)
    told = [text for text in unknown if _may_tell(text, met[text], codes)]
    contradicted = _contradictions(known)
    lines = ["", f"{active}[labels.{name}]"]
    others = {normalised_wording(text) for text in known}
    known |= {text: one for text, one in _not_met(instrument, known).items() if normalised_wording(text) not in others}
    for text, (level, why) in sorted(known.items(), key=lambda one: one[1][0]):
        off = "# " if text in contradicted else active
        told_why = "two answers of this column contradict each other" if text in contradicted else why
        lines.append(f"{off}{_quoted(text)} = {level}  # {_comment(told_why)}")
    lines += [f"# {_quoted(text)} = ?  # met {met[text]} times; not known: give its number" for text in told]
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


def _level(text: str, instrument: Instrument, item: str) -> int | None:
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


def _own_answers(found: Found) -> Iterator[str]:
    """For questions that are not recognised: the answers of common scales, in their order, to number."""
    scales: dict[tuple[str, ...], list[str]] = {}
    for column in found.unknown:
        scale = scale_of(column.answers)
        if scale:
            scales.setdefault(scale, []).append(column.name)
    for scale, names in scales.items():
        yield ""
        yield f"# Answers met, lowest first as they are commonly put, in {', '.join(map(_comment, names))}"
        yield "# [labels.YOUR_INSTRUMENT]"
        yield from (f"# {_quoted(word)} = {number}" for number, word in enumerate(scale, start=1))


# --- pilot.toml


def _pilot(found: Found) -> str:
    """What of the protocol follows from the exports: the waves and the measures; the rest is for its owner to say."""
    waves = found.waves.names if len(found.waves.names) > 1 else ("before", "after")
    return protocol_text(waves, _measures(found))


def _measures(found: Found) -> list[tuple[str, str]]:
    """Instruments all of whose items were found."""
    sure = {item.column for item in found.items if item.sure}
    measures = []
    for name in _instruments(found):
        columns = shipped()[name].columns
        if set(columns) <= sure:
            count = "its question was" if len(columns) == 1 else f"all its {len(columns)} items were"
            measures.append((name, f"{count} recognised in map.toml"))
    return measures


def _instruments(found: Found) -> list[str]:
    return list(dict.fromkeys(_owner(item.column) for item in found.items))


def _owner(column: str) -> str:
    return _instrument(column).name


def _instrument(column: str) -> Instrument:
    instrument = instrument_of(column)
    if instrument is None:
        raise AssertionError(f"{column} is no item of a shipped instrument")
    return instrument


def _asked(found: Found, item: Item) -> list[Question]:
    return [found.questions[name] for name in item.columns.values()]


def _quoted(text: str) -> str:
    """A TOML string; JSON's is one, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(word: str) -> str:
    return word if re.fullmatch(r"[A-Za-z0-9_-]+", word) else _quoted(word)


def _comment(text: str) -> str:
    """A text for a comment, on one line."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
