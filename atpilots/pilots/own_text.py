"""A pilot's own words and names of files, looked through before any page: they tell of nobody, nor how to find them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from atpilots.files import DataError, Problem, shown
from atpilots.instruments import Instrument
from atpilots.pilots.protocol import Protocol
from atpilots.privacy import INSTEAD, PATH_IN_TEXT, DirectIdentifiers, people_in, text_problems, texts_in

LONGEST_CONTACT = 200  # characters
# What of pilot.toml and of an instrument is told nowhere, or is a word of ours: not searched for names and codes.
UNTOLD = {"technology", "user_group", "setting", "provenance", "missing", "missing_in", "ignore", "measures"}
UNTOLD_OF_INSTRUMENTS = {
    "name", "items", "levels", "coding", "reverse", "scoring", "missing", "better", "outcome_domain", "wording",
}  # fmt: skip


def check_own_words(
    folder: Path, protocol: Protocol, instruments: Mapping[str, Instrument], who: DirectIdentifiers
) -> None:
    """Raises DataError with everything that the gate would stop the page for later."""
    own = folder / "instruments"
    problems = [
        Problem("pilot folder", f"tells {what} in its own name; rename it: its files and links are named after it")
        for what in who.found_in(folder.name)
    ]
    content = protocol.model_dump(mode="json", exclude=UNTOLD)
    problems += [*text_problems(who, "pilot.toml", content), *_people_problems("pilot.toml", content, who)]
    for name, instrument in instruments.items():
        if (own / f"{name}.toml").exists():
            told = [f"a file there tells {what} in its own name; rename it" for what in who.found_in(name)]
            problems += [Problem("instruments", what) for what in told]
            content = instrument.model_dump(mode="json", exclude=UNTOLD_OF_INSTRUMENTS)
            problems += text_problems(who, "instruments" if told else f"{name}.toml", content)
    if problems:
        raise DataError(problems)


def _people_problems(file: str, content: Mapping[str, Any], who: DirectIdentifiers) -> Iterator[Problem]:
    """Of an instrument they are not looked for: the numbers of its sources read like telephone numbers. `contact` is
    there to be reached by. What holds a code or a private name is told already, in words that do not repeat it.
    """
    for key, text in texts_in(content):
        if key != "contact":
            for what, words in ((what, words) for what, words in people_in(text) if not any(who.found_in(words))):
                yield Problem(file, f"{shown(words)} reads as {what}; {INSTEAD[what]}", column=key)
            if path := PATH_IN_TEXT.search(text):
                yield Problem(file, f"{shown(path.group())} reads as a path of a machine; leave it out", column=key)
        elif len(text) > LONGEST_CONTACT:
            yield Problem(file, f"is longer than {LONGEST_CONTACT} characters; it says whom to ask", column=key)
