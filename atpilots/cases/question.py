"""What a question asks for: its words as stems and concepts, and how much each of them matters."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Literal

import numpy as np

from atpilots.cases.library import MULTI_VALUED, SINGLE_VALUED
from atpilots.cases.synonyms import AMERICAN, DIRECTION_WORDS
from atpilots.vocabularies import DIRECTION, EVIDENCE_TYPE, SYNONYMS

# The columns of tags whose words a question may name.
TAG_COLUMNS: Mapping[str, Mapping[str, str]] = {
    **MULTI_VALUED,
    "setting": SINGLE_VALUED["setting"],
    "evidence_type": SINGLE_VALUED["evidence_type"],
}
# Words that carry no meaning in a question.
# fmt: off
PASSED_OVER = frozenset({
    "a", "about", "after", "against", "among", "an", "and", "any", "anybody", "anyone", "are", "as", "at", "be",
    "been", "before", "being", "between", "but", "by", "can", "case", "cases", "could", "did", "do", "does", "during",
    "ever", "evidence", "find", "for", "from", "had", "has", "have", "help", "helped", "helping", "helps", "how", "i",
    "if", "in", "into", "is", "it", "its", "know", "known", "many", "may", "me", "more", "most", "much", "my", "not",
    "of", "on", "or", "our", "over", "people", "person", "research", "should", "show", "shows", "so", "some",
    "studies", "study", "than", "that", "the", "their", "them", "there", "these", "they", "this", "those", "to",
    "tried", "tries", "try", "trying", "under", "up", "us", "use", "used", "uses", "using", "was", "we", "were",
    "what", "when", "where", "whether", "which", "while", "who", "whose", "why", "will", "with", "without", "work",
    "worked", "works", "would", "you", "your",
})
# Words that most cases could be asked about. They move a case up that has them, but a case without them is no worse
# an answer: "do wearables reduce falls" asks for wearables and falls.
COMMON = frozenset({
    "adult", "affect", "aid", "aim", "amount", "answer", "approach", "assistive", "available", "avoid", "benefit",
    "best", "better", "borough", "boroughs", "change", "client", "compare", "council", "councils", "customer",
    "decrease", "deliver", "device", "difference", "disease", "effect", "effective", "equipment", "example",
    "experience", "few", "fewer", "figure", "finding", "fund", "gadget", "get", "give", "go", "good", "got", "happen",
    "health", "idea", "impact", "improve", "improvement", "increase", "intervention", "involve", "kit", "large",
    "largest", "learn", "less", "like", "live", "living", "look", "lower", "made", "make", "measure", "number", "one",
    "outcome", "participant", "patient", "pilot", "practice", "prevent", "prevention", "problem", "product",
    "programme", "project", "provide", "published", "raise", "reduce", "reduction", "report", "resident", "result",
    "say", "scheme", "scientific", "service", "solution", "strong", "strongest", "success", "successful", "suffer",
    "support", "survey", "technology", "tell", "test", "tool", "trial", "type", "user", "way", "well", "year",
})
# fmt: on
WORD, NOT_ASCII = re.compile(r"[^\W_]++(?:'[^\W_]++)?"), re.compile(r"[^\x00-\x7f]")
END, AT_ONCE = "ꙮ", 2_000  # a word that no text has, for the end of one among many, and how many are read at once
# "US" is a country, "us" is not; the letter comes first, because it is looked for much faster than an edge of a word.
UNITED_STATES = re.compile(r"U(?<!\wU)\.?S\.?(?:A\.?)?(?!\w)")


# Words into terms: a term is a stem, or a concept ("=older_people") that several phrases stand for.


@cache
def stem(word: str) -> str:
    """A word without its ending, in British spelling."""
    import snowballstemmer

    if word[-1:].isdecimal():
        return word  # "2024", "at001": an ending has letters only
    british = re.sub(r"(?<=[a-z]{3})(i|y)z(e|ed|er|ers|es|ing|ation|ations)$", r"\1s\2", AMERICAN.get(word, word))
    return str(snowballstemmer.stemmer("english").stemWord(british))


def words_in(text: str) -> list[str]:
    """The words of a text, without capitals and accents."""
    return _split(_plain(text))


def _split(plain: str) -> list[str]:
    return WORD.findall(UNITED_STATES.sub("United States", plain).casefold())


def _plain(text: str) -> str:
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return NOT_ASCII.sub(lambda character: "" if unicodedata.combining(character[0]) else character[0], plain)


@cache
def _phrases() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The concepts that each phrase (its stems) stands for: a vocabulary's word, its label, and their synonyms."""
    spoken = {word: [word, label] for vocabulary in TAG_COLUMNS.values() for word, label in vocabulary.items()}
    for word, synonyms in SYNONYMS.items():
        spoken[word] = [*spoken.get(word, [word]), *synonyms]
    directions = {found_concept(word): list(texts) for word, texts in DIRECTION_WORDS.items()}
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    for word, texts in {**spoken, **directions}.items():
        for stems in dict.fromkeys(tuple(map(stem, words_in(text))) for text in texts):
            phrases[stems] = (*phrases.get(stems, ()), f"={word}")
    return phrases


def found_concept(direction: str) -> str:
    """The concept of a finding's direction: "mixed" is a setting, too."""
    return f"found {direction}"


@cache
def _marks() -> frozenset[str]:
    """Concepts that a case has by its tag alone: "no comparison group" in a text makes it none with such a group."""
    return frozenset(f"={word}" for word in (*EVIDENCE_TYPE, *map(found_concept, DIRECTION)))


@cache
def _directions() -> frozenset[str]:
    return frozenset(f"={found_concept(direction)}" for direction in DIRECTION)


def text_terms(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The terms of many texts: stems, the concepts mentioned, once for each mention, and phrases for a direction.

    Returns, for each time that a term is in a text, the number of the text and that of the term; and all the terms.
    """
    stems = _StemNumbers({END: -1})
    parts = [np.zeros(0, dtype=np.intp)]
    for start in range(0, len(texts), AT_ONCE):
        some = [_plain(text).replace(END, " ") for text in texts[start : start + AT_ONCE]]
        found = _split("".join(f"{text} {END} " for text in some))
        parts.append(np.fromiter(map(stems.__getitem__, found), np.intp, len(found)))
    longest = max(map(len, _phrases()))
    row = np.concatenate([*parts, np.full(longest, -1)])  # no phrase goes beyond the end of its text
    text, terms = np.cumsum(row < 0), stems.numbers
    begins = np.zeros(len(terms) + 1, dtype=bool)  # the last for what ends a text, which is -1
    begins[[terms[phrase[0]] for phrase in _phrases() if phrase[0] in terms]] = True
    order = np.flatnonzero(begins[row])
    order = order[np.argsort(row[order], kind="stable")]
    ordered = row[order]
    which, number = [text[row >= 0]], [row[row >= 0]]
    for phrase, meant in _phrases().items():
        wanted = [terms.get(part, -2) for part in phrase]
        at = order[slice(*np.searchsorted(ordered, [wanted[0], wanted[0] + 1]))]
        for step, part in enumerate(wanted[1:], start=1):
            at = at[row[at + step] == part]
        said = [" ".join(phrase)] if len(phrase) > 1 and not _directions().isdisjoint(meant) else []
        for term in [*(concept for concept in meant if concept not in _marks()), *said] if len(at) else ():
            which.append(text[at])
            number.append(np.full(len(at), terms.setdefault(term, len(terms))))
    return np.concatenate(which), np.concatenate(number), list(terms)


class _StemNumbers(dict[str, int]):
    """The number of each word's stem: words with the same stem have the same; `numbers` by stem."""

    def __init__(self, known: Mapping[str, int]) -> None:
        super().__init__(known)
        self.numbers: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        number = self[word] = self.numbers.setdefault(stem(word), len(self.numbers))
        return number


@dataclasses.dataclass(frozen=True)
class Sought:
    """One word or phrase of a question. A case answers it by any of its concepts, or else by its stem.

    `weight`: a "needed" word decides what is a hit; one that names a design or a direction ("mark") comes second; a
    "common" one only moves hits up.
    """

    text: str
    stems: tuple[str, ...]
    concepts: tuple[str, ...]
    weight: Literal["needed", "mark", "common"] = "needed"

    @property
    def answers(self) -> frozenset[str]:
        """The terms that a case must have one of."""
        if self.concepts and set(self.concepts) <= _directions():
            return frozenset((*self.concepts, " ".join(self.stems)))  # "one got worse" may stand in any finding
        return frozenset(self.concepts or self.stems)


def joined(words: Sequence[str], known: Callable[[str], bool]) -> list[str]:
    """The words, with those put right that are written apart ("smart watch", "tele care") or together ("eyegaze")."""
    right: list[str] = []
    rest = list(words)
    while rest:
        first, pair = rest.pop(0), "".join(rest[:1])
        whole = first + pair
        if pair and ((stem(whole),) in _phrases() or (known(whole) and not (known(first) and known(pair)))):
            right.append(whole)
            rest.pop(0)
        else:
            parts = [] if known(first) else _parts(first)
            right += parts or [first]
    return right


def _parts(word: str) -> list[str]:
    """The two words of a known phrase that were written as one."""
    splits = ((word[:i], word[i:]) for i in range(1, len(word)))
    return next(([*pair] for pair in splits if (stem(pair[0]), stem(pair[1])) in _phrases()), [])


def parse(written: Sequence[str], mend: Mapping[str, str] | None = None) -> list[Sought]:
    """A question's words as the longest known phrases, then single words; PASSED_OVER is left out.

    `mend` gives a known word for each slip. Where no word is needed, the next weightier ones are.
    """
    words, found, i = [(mend or {}).get(word, word) for word in written], [], 0
    stems = tuple(stem(word) for word in words)
    while i < len(words):
        known = (j for j in range(len(words), i, -1) if stems[i:j] in _phrases())
        end = next(known, i + 1)
        concepts = _phrases().get(stems[i:end], ())
        if concepts or words[i].removesuffix("'s") not in PASSED_OVER:
            text, meant = " ".join(written[i:end]), " ".join(words[i:end])
            told = f'"{text}"' if text == meant else f'"{text}" (read as "{meant}")'
            found.append(Sought(told, stems[i:end], concepts, _weight(stems[i], concepts)))
        i = end
    heaviest = next((w for w in ("needed", "mark", "common") if any(s.weight == w for s in found)), "needed")
    return [dataclasses.replace(s, weight="needed") if s.weight == heaviest else s for s in found]


def _weight(first: str, concepts: Sequence[str]) -> Literal["needed", "mark", "common"]:
    if concepts:
        return "mark" if set(concepts) <= _marks() else "needed"
    return "common" if first in _common_stems() else "needed"


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(map(stem, COMMON))


def is_known(word: str) -> bool:
    """Whether a word means something by itself or within a phrase, whatever the cases say."""
    return is_passed_over(word) or stem(word) in _phrase_stems()


@cache
def _phrase_stems() -> frozenset[str]:
    return frozenset(part for phrase in _phrases() for part in phrase)


def spoken_words() -> list[str]:
    """Every text that stands for a concept, as it is written."""
    labels = [label for vocabulary in TAG_COLUMNS.values() for label in vocabulary.values()]
    return [*labels, *(text for texts in (*SYNONYMS.values(), *DIRECTION_WORDS.values()) for text in texts)]


def is_passed_over(word: str) -> bool:
    """Whether a question may hold the word without asking for anything in particular."""
    return word in PASSED_OVER or stem(word) in _common_stems()
