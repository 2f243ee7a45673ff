"""The list of given names: written alike, of names only, and what it is for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atpilots.privacy import comparable_form, people_in
from atpilots.privacy.vocabulary import ORDINARY, THING, given_names

FILE = Path(__file__).parents[2] / "atpilots" / "privacy" / "given_names.txt"
MAY_BEGIN = {"may", "will"}  # names as well as what begins a question


def test_each_name_stands_once_in_its_section_as_it_is_compared_and_each_section_says_where_it_is_from() -> None:
    blocks = re.findall(r"((?:#.*\n)+)((?:[^#\n].*\n)+)", FILE.read_text(encoding="utf-8"))
    named = [block[1].split() for block in blocks]
    assert all(names == sorted(names) for names in named)
    names = [name.rstrip("*") for names in named for name in names]
    assert sorted(names) == sorted(given_names())
    assert all(name == comparable_form(name) and len(name) > 1 for name in names)
    assert all(re.search("written down for this package|CC0", source) for source, _ in blocks)


def test_no_name_is_a_thing_or_what_begins_a_sentence() -> None:
    known = {name for name, also_a_word in given_names().items() if not also_a_word}
    assert not known & ORDINARY
    assert set(given_names()) & ORDINARY == MAY_BEGIN
    assert [name for name in sorted(known) if THING.search(name.title())] == []


@pytest.mark.parametrize("name", ["Nkechi", "Zofia", "Łukasz", "Ayşe", "Mehwish", "Thuy", "Hodan", "Gladys", "Joy-Ann"])
def test_a_listed_name_is_somebody_whatever_is_said_of_it(name: str) -> None:
    assert [words for _, words in people_in(f"Kit left for {name} by the door.")] == [name]


@pytest.mark.parametrize("name", ["Grace", "Rose", "Victoria"])
def test_a_name_that_is_also_a_word_is_somebody_inside_a_sentence(name: str) -> None:
    assert people_in(f"Kit left for {name} by the door.")
    assert people_in(f"{name} on the label was enough.") == ()
    assert people_in(f"We met in {name} by the door.") == ()


@pytest.mark.parametrize("name", ["GLADYS", "gladys", "Gladysk"])
def test_only_a_word_with_one_capital_is_a_name(name: str) -> None:
    assert people_in(f"Kit left for {name} by the door.") == ()
