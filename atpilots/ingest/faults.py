"""Which values of an export a message may repeat: answers, never what somebody wrote or is called."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Collection, Iterable, Mapping

from atpilots.files import Problem, folded
from atpilots.pilots import UNSAID
from atpilots.privacy import people_in

NUMBER_OR_DAY = re.compile(  # no day of birth, no place on the map
    r"[-+−]?\d{1,4}([.,]\d{1,2})?%?|(?!19|.*19\d\d\b)\d{1,4}([./-])\d{1,2}(\2\d{1,4})?([ T]\d{1,2}:\d{2}(:\d{2})?)?"
)
LONGEST, MOST_TEXTS, OFTEN, NEAR = 40, 12, 3, 0.75  # characters, different texts, cells, of difflib
# What people answer with, and nobody is called.
ANSWERS = frozenset(
    """
    a after again agree all almost always and angabe anxious anything applicable as assisted at bad baseline before
    best both carer certainly completely confident control could daily data day days definitely depressed did
    difficulty disagree do don't dont easy eight ever every excellent extreme extremely face fair false family five
    follow followup for four friend from fully good half happy hard hardly have help helped high how i immer in
    interview ist ja keine know least less letter life line little lonely low male manchmal missing moderate month
    months more most mostly much n/a na nan nein neither never nicht nie nil nine no nobody none nor not null
    occasionally of oft often on once one online only or other out paper part person phone poor post pre prefer
    problem problems proxy quarter quite rarely rather refused resident respondent satisfied say sehr seldom self
    selten seven severe sex six slight slightly so some somebody sometimes somewhat staff strongly study support
    teils telephone ten the think three time times to trifft true two unable unhappy unknown unsatisfied unsure
    unzufrieden up very video visit wave week weeks weiß well with without worker worse worst worthwhile yes zero zu
    zufrieden
    """.split()  # noqa: SIM905
)


def unrepeatable(bad: Mapping[str, int], allowed: str, *, personal: bool) -> set[str]:
    """Of the texts of a column that cannot be read (and how often each stands there), those that stay unsaid.

    A column of many different texts holds what people wrote. personal: whether the column itself points at somebody.
    """
    known = {folded(label) for label in re.findall(r'"([^"]*)"', allowed)}
    words = ANSWERS | {word for label in known for word in re.findall(r"[^\W\d_]+", label)}
    texts = [text for text in bad if not NUMBER_OR_DAY.fullmatch(text)]
    few = len(texts) <= MOST_TEXTS

    def sayable(text: str) -> bool:
        if personal or len(text) > LONGEST or re.search(r"@|\d{5}", text) or people_in(text):
            return False
        if NUMBER_OR_DAY.fullmatch(text):
            return True
        said = re.findall(r"[^\W\d_]+(?:['/][^\W\d_]+)*", folded(text))
        near = difflib.get_close_matches(folded(text), known, n=1, cutoff=NEAR)
        plain = bool(said) and all(word in words for word in said)
        return plain or bool(near) or (few and bool(said) and bad[text] >= OFTEN)

    return {text for text in bad if not sayable(text)}


def without_texts(
    problems: Iterable[Problem], texts: Mapping[tuple[str, str | None], Collection[str]]
) -> list[Problem]:
    """The problems without the values that must not be repeated, by file and column."""
    return [
        dataclasses.replace(problem, value=UNSAID)
        if problem.value is not None and problem.value in texts.get((problem.file, problem.column), ())
        else problem
        for problem in problems
    ]
