"""A drafted map.toml: each line that was recognised with why, the rest as comments to paste."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from atpilots.files import as_toml, as_toml_key
from atpilots.ingest.common_answers import looks_missing, scale_of
from atpilots.ingest.drafted_labels import NUMBER, in_comment, label_lines, level_of, own_answer_lines
from atpilots.ingest.found import Found, Item, Question
from atpilots.ingest.mapping import EXCEL_DAYS
from atpilots.ingest.occasions import by_wave
from atpilots.instruments import published_wording

AGES = re.compile(
    r"(?:under|below|over|up to)? *\d{1,3}"
    r"(?: *(?:-|–|to) *\d{1,3}|\+| (?:or|and) (?:over|under|older|above))?(?: years?)?",
    re.IGNORECASE,
)
ONLY_ORDER = "the only order of day and month that fits all cells"
MOST = 100  # of a scale


def mapping_text(found: Found) -> str:
    """The whole of map.toml."""
    lines = [
        "# Drafted from the exports' headers and the shape of their columns. Each line says why.",
        "# Lines behind a # are not in use: take the # away where they are right. Then: atpilots import",
        "",
    ]
    lines += _who(found)
    lines += _when(found)
    ages, unknown = ages_and_unknown(found)
    lines += [f"# age_band = {as_toml(column.name)}  # its answers are bands of ages" for column in ages]
    labels = [label_lines(found, instrument) for instrument in found.instruments]
    lines += _missing(found)
    lines += _wave_lines(found)
    lines += ["", "[items]                                  # item of a questionnaire = column of the export"]
    lines += [_item_line(item) for item in found.items]
    if not found.items:
        lines.append("# no question was recognised; take the # away below, and name the items as your instrument does")
    if unknown:
        lines.append("# Not recognised. Where one belongs to a questionnaire of your own, at.new_instrument(...) in")
        lines.append("# Python writes that; then name its questions here as <instrument>_<item>, without the #.")
        lines += _unknown_lines(found, unknown)
    lines += [line for table in labels for line in table]
    lines += own_answer_lines(found)
    lines = _sources_once(lines)
    for title, names in (("may point at somebody", found.personal), ("are free text", found.free_text)):
        if names:
            lines += ["", f"# Left out, because they {title}; nothing of them is imported:"]
            lines += [f"#   {in_comment(name)}" for name in names]
    return "\n".join([*lines, ""])


def _sources_once(lines: Sequence[str]) -> list[str]:
    """The lines with a number for each public source that says why, and below them what the numbers stand for."""
    sources = sorted({wording.source for wording in published_wording()}, key=len, reverse=True)
    quoted, numbers = re.compile("|".join(map(re.escape, sources))), dict[str, int]()
    told = []
    for line in lines:
        value, mark, why = line.rpartition("  # ")
        why = quoted.sub(lambda source: f"[{numbers.setdefault(source[0], len(numbers) + 1)}]", why) if mark else why
        told.append(f"{value}{mark}{why}")
    listed = [f"#   [{number}] {source}" for source, number in numbers.items()]
    return [*told, "", "# Where those questions and answers are published:", *listed] if listed else told


def _who(found: Found) -> Iterator[str]:
    if found.respondent:
        yield f"respondent = {as_toml(found.respondent.name)}  # {in_comment(found.respondent.why)}"
        for name in found.other_codes:
            yield f"# respondent = {as_toml(name)}  # may be the code as well"
        return
    yield "# No column surely holds the code that links the waves. Give its header here:"
    yield 'respondent = "?"'
    for name in found.other_codes:
        yield f"# respondent = {as_toml(name)}"


def _when(found: Found) -> Iterator[str]:
    if found.date is None:
        yield '# date = "…"  # no column was recognised as the date'
        return
    line, why = f"date = {_value(found.date)}", in_comment(found.date.why)
    if len(found.date_formats) == 1:
        yield f"{line}  # {why}"
        if found.date_formats[0]:
            why = "numbers of days, as Excel counts them" if found.date_formats[0] == EXCEL_DAYS else ONLY_ORDER
            yield f"date_format = {as_toml(found.date_formats[0])}  # {why}"
        return
    if not found.date_formats:
        yield f"# {line}  # its dates are written in several ways: give them one"
        return
    yield "# Day and month cannot be told apart. Take the # away from the first line and from one of the others:"
    yield f"# {line}  # {why}"
    yield from (f"# date_format = {as_toml(form)}" for form in found.date_formats)


def _missing(found: Found) -> Iterator[str]:
    """Cells that look like "no answer" and are none of the question's own answers; of questions that are not
    recognised, words only: a 9 there may be an answer.
    """
    counts: Counter[str] = Counter()
    for column in found.unknown:
        if scale_of(column.answers):
            counts += Counter({
                text: times for text, times in column.answers.items()
                if looks_missing(text) and not NUMBER.fullmatch(text)
            })  # fmt: skip
    for item in found.items:
        for column in found.asked(item):
            counts += Counter({
                text: times for text, times in column.answers.items()
                if looks_missing(text) and level_of(text, item.instrument, item.column) is None
            })  # fmt: skip
    if counts:
        told = ", ".join(
            f"{in_comment(text)}: {times} {'time' if times == 1 else 'times'}" for text, times in counts.items()
        )
        yield f"# missing = [{', '.join(map(as_toml, counts))}]  # they look like no answer ({told})"


def _wave_lines(found: Found) -> Iterator[str]:
    waves = found.waves
    if waves.kind == "column":
        yield f"wave = {as_toml(waves.column)}  # {in_comment(waves.why)}"
        if waves.left:
            yield "\n[keep]                                   # rows to take: the others are of no wave"
            yield f"{as_toml(waves.column)} = [{', '.join(map(as_toml, waves.words))}]"
        yield "\n[labels.wave]"
        yield from (f"{as_toml(word)} = {as_toml(name)}" for word, name in waves.words.items())
    elif waves.kind == "files":
        yield f"\n[files]                                  # {in_comment(waves.why)}"
        yield from (f"{as_toml(file)} = {as_toml(name)}" for file, name in waves.words.items())
    else:
        yield f"# The waves are told item by item, below: {in_comment(waves.why)}."


def _item_line(item: Item) -> str:
    return f"{'' if item.sure else '# '}{item.column} = {_value(item)}  # {in_comment(item.why)}"


def _value(item: Item) -> str:
    if tuple(item.columns) == ("",):
        return as_toml(item.columns[""])
    return "{" + ", ".join(f"{as_toml_key(wave)} = {as_toml(name)}" for wave, name in item.columns.items()) + "}"


def ages_and_unknown(found: Found) -> tuple[list[Question], list[tuple[Question, ...]]]:
    """Columns whose header asks for the age and whose answers are bands of ages, not single years; and the questions
    that are not recognised, each with its columns, wave by wave.
    """
    ages = [
        column
        for column in found.unknown
        if re.search(r"\bages?\b|\bhow old\b", column.name, re.IGNORECASE)
        and all(map(AGES.fullmatch, column.answers))
        and not all(map(NUMBER.fullmatch, column.answers))
    ]
    unknown = [column for column in found.unknown if column not in ages]
    return ages, by_wave(unknown, found.waves) if found.waves.kind == "items" else [(column,) for column in unknown]


def _unknown_lines(found: Found, unknown: Sequence[tuple[Question, ...]]) -> Iterator[str]:
    taken = {item.column for item in found.items}
    for columns in unknown:
        name = _own_name(columns[0], taken)
        taken.add(name)
        told = zip(found.waves.names, columns, strict=False)
        table = ", ".join(f"{as_toml_key(wave)} = {as_toml(column.name)}" for wave, column in told)
        value = f"{{{table}}}" if found.waves.kind == "items" else as_toml(columns[0].name)
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
