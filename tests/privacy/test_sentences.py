"""People are told from places, products and quantities: sentences written for the purpose, and others kept apart.

Of `held_out.csv` half was written before the rules that it judges, half after them; no rule was made for it:
a sentence that one is made for moves into `written.csv`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from atpilots.privacy import DirectIdentifiers, mixes_alphabets, people_in

SENTENCES = Path(__file__).parent / "sentences"
LEAST = 30  # sentences that one may be wrong of, either way


def wrong(file: str) -> dict[str, list[str]]:
    """The sentences that are judged wrongly, by what they are about: "person" or "nobody"."""
    said: dict[str, list[str]] = {"person": [], "nobody": []}
    number = dict.fromkeys(said, 0)
    with (SENTENCES / file).open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            text = row["sentence"].replace("\\u200b", "\u200b").replace("\\u00a0", "\u00a0")
            text = text.replace("\\u2060", "\u2060").replace("\\u2011", "\u2011")
            who = DirectIdentifiers(codes=pd.Index(row["codes"].split(";"), dtype="str"))
            hit = any(who.found_in(text)) or bool(people_in(text)) or mixes_alphabets(text)
            number[row["means"]] += 1
            if hit != (row["means"] == "person"):
                said[row["means"]].append(text)
    assert min(number.values()) >= LEAST
    return said


def test_the_sentences_written_for_it_are_all_told_apart() -> None:
    assert wrong("written.csv") == {"person": [], "nobody": []}


@pytest.mark.parametrize("means", ["person", "nobody"])
def test_of_those_kept_apart_at_most_one_in_thirty_is_wrong(means: str) -> None:
    faults = wrong("held_out.csv")[means]
    assert len(faults) <= 60 // LEAST, faults


@pytest.mark.parametrize(
    ("codes", "text", "words"),
    [
        ("LB003", "Then Resident 3 died", "Resident 3"), ("3", "Then Resident 3 died", "Resident …"),
        ("LB003", "Then LB3 died in May", "… died in"), ("LB003", "LB3", "…"),
        ("LB003;LB004", "LB3 LB4 and so on", "…"),
    ],
)  # fmt: skip
def test_a_place_is_told_by_its_words_and_never_by_a_code(codes: str, text: str, words: str) -> None:
    who = DirectIdentifiers(codes=pd.Index(codes.split(";"), dtype="str"))
    told = [told for _, told in who.places_in(text)]
    assert words in told
    assert not any(code in told_words for code in ("LB", "03", "04") for told_words in told)
