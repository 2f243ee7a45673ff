"""What commands say, whatever stands in it: a file's or a folder's name may hold what a terminal would obey."""

from __future__ import annotations

from typing import TextIO


def printable(text: object) -> str:
    """A text of one or more lines, each of them `visible`."""
    from atpilots.files import visible

    return "\n".join(map(visible, str(text).split("\n")))


def say(text: object, file: TextIO | None = None) -> None:
    """Print a text as it is `printable`; by default on standard output."""
    print(printable(text), file=file)
