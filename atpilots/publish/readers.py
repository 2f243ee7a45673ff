"""Who read a draft: two people, by name. Apart from releasing, so that wrong names are told before it is imported."""

from __future__ import annotations

from collections.abc import Sequence

from atpilots.files import UsageError
from atpilots.privacy import words


def two_people(names: Sequence[str]) -> tuple[str, str]:
    """The names of the two who read a draft, with single spaces. Raises UsageError where they are not two people."""
    first, second = names = tuple(" ".join(name.split()) for name in names) if len(names) == 2 else ("", "")
    if not all(name.isprintable() and any(map(str.isalpha, name)) for name in names):
        raise UsageError("a page is released by two people who read its draft: --checked-by NAME --checked-by NAME")
    one, other = ({word for word in words(name) if len(word) > 1 or not word.isascii()} for name in names)
    if min(len(one), len(other)) < 2 or one <= other or other <= one:
        raise UsageError("the two names may be those of one person; give the first and the last name of both")
    return first, second
