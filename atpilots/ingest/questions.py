"""Which published questions columns ask: by their wording, by the names and by the numbers of items."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from atpilots.ingest.columns import name_words
from atpilots.ingest.common_answers import WHOLE, looks_missing
from atpilots.ingest.found import Item, Question, Waves
from atpilots.ingest.mapping import shipped
from atpilots.ingest.occasions import in_order, parted
from atpilots.instruments import WordingMatch, answer_meant, questions_asked

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
MOST_SHORT = 4  # words of a short name


def matches_of(columns: Sequence[Question]) -> dict[str, list[tuple[Question, str, bool]]]:
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
        words = name_words(parted(column.headers[0].rpartition("/")[2])).casefold()
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


def items_of(matches: Mapping[str, list[tuple[Question, str, bool]]], waves: Waves) -> Iterator[Item]:
    """A line of the mapping for each question that was recognised, in the order of the export."""
    for item, found in sorted(matches.items(), key=lambda one: one[1][0][0].position):
        why, sure = found[0][1], all(certain for _, _, certain in found)
        names = [column.name for column, _, _ in found]
        if waves.kind == "items":
            told = in_order(names)
            order = names if told is None else told
            how = "in the order of the export" if told is None else "by the words of their headers"
            complete = len(names) == len(waves.names)
            why = f"{why}; asked {len(names)} times, {how}" if len(names) > 1 else f"{why}; asked once only"
            yield Item(item, dict(zip(waves.names, order, strict=False)), why, sure and complete)
        elif len(names) > 1:
            yield Item(item, {"": names[0]}, f"{why}; {len(names)} columns ask it: choose one", sure=False)
        else:
            yield Item(item, {"": names[0]}, why, sure)
