"""Where pilots lie, and what their folders may be called and hold."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from atpilots.files import BUNDLED, DataError, Problem, find_workspace, in_checkout
from atpilots.privacy import words

SYNCED = re.compile(r"onedrive|dropbox|google ?drive|icloud|mobile documents|nextcloud|sharepoint", re.IGNORECASE)
NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}")
RESERVED = {"con", "prn", "aux", "nul", "private", "index", "case-studies"}
# The files of a pilot that may be missing, and what else people call them: misnamed they would just not be read, and
# whoever withdrew would stay counted.
OPTIONAL_FILES: Mapping[str, tuple[str, ...]] = {
    "withdrawn.csv": ("withdrawn", "withdrawal", "withdrawals", "withdraw", "withdrew"),
    "names.txt": ("names", "name"),
    "quotes.csv": ("quotes", "quote", "quotations", "quotation"),
    "replacements.csv": ("replacements", "replacement", "replaced"),
}
OWN_NOTEBOOK = "report.ipynb"
DATA = {"json", "xml", "toml"}
TABLES = {"csv", "txt", "tsv", "tab", "text", *DATA}  # endings of what could have been meant to be read as it is
# Endings of what such a file is typed from or kept as: fine beside it, but not in its stead.
DOCUMENTS = {"xlsx", "xls", "xlsm", "ods", "numbers", "docx", "doc", "odt", "rtf", "bak", "old", "orig"}
SHEETS, GONE = {"csv", "tsv", "xlsx", "xls", "ods", *DATA}, {"withdrawn", "withdrew", "withdrawals"}
SHOWN_ONLY_WHERE_THEY_ARE = {"quotes.csv", "replacements.csv"}  # misnamed, nothing is shown: no harm is done
BESIDE_AN_OPEN_FILE = ("~$", "._", ".~", ".#")  # what editors and systems keep there
FILLERS = {
    "client", "clients", "participant", "patient", "patients", "resident", "respondent", "staff", "tenant",
    "tenants", "user", "users", "consent", "who", "pilot", "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
    "copy", "of", "old", "new", "final", "draft", "list", "the", "all", "v", "participants", "respondents", "residents",
    "people", "private", "full", "first", "last", "real",
}  # fmt: skip
CLOSE = 0.83  # of difflib: "withdawn" and "qoutes" are, "games" and "notes" are no names or quotes


def pilot_folders() -> dict[str, Path]:
    """Every pilot by name: the bundled ones, then the user's own, which come before a bundled one of their name."""
    found: dict[str, Path] = {}
    for root in _roots():
        found |= _pilots_in(root)
    return found


def _roots() -> list[Path]:
    """The folders that pilots lie in; of two pilots of one name the later folder's counts.

    While a pilot that was given by its path is being reported, $ATPILOTS_FOLDER tells the notebook where it lies.
    """
    around, collected, given = find_workspace(), collected_root(), os.environ.get("ATPILOTS_FOLDER")
    own = [root / "pilots" for root in (around, collected) if root]
    return [path.resolve() for path in (BUNDLED, *own, *([Path(given)] if given else []))]


def _pilots_in(root: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(root.glob("*/pilot.toml")):
        folder = path.parent.resolve()  # a link is no second pilot
        found.setdefault(folder.name, folder)
    return found


def find_pilot(pilot: str | os.PathLike[str]) -> Path:
    """The folder of a pilot named, or given as a path; its name is checked with what is in it, by `folder_problems`.

    Raises DataError where there is none.
    """
    text = os.fspath(pilot)
    given = Path(text)
    if len(given.parts) > 1 or given.is_absolute() or text.startswith("."):
        folder = given.resolve()
        if not (folder / "pilot.toml").is_file():
            raise DataError([Problem(folder.name, "is not a pilot's folder: it has no pilot.toml")])
        return folder
    folders = pilot_folders()
    if text not in folders:
        raise DataError([Problem("pilots", "there is no such pilot", value=text, allowed=", ".join(folders))])
    return folders[text]


def collected_root() -> Path | None:
    """The folder that $ATPILOTS_DATA names, else the workspace; None where that is the checkout, or there is none.

    Raises DataError where $ATPILOTS_DATA is in the checkout.
    """
    root = os.environ.get("ATPILOTS_DATA")
    if not root:
        around = find_workspace()
        return None if around is None or in_checkout(around / "pilots") else around
    path = Path(root).expanduser().resolve()
    if in_checkout(path / "pilots"):
        raise DataError([Problem("ATPILOTS_DATA", "must not point inside the checkout: collected data stay outside")])
    return path


def own_notebook(folder: Path, start: Path | None = None) -> tuple[Path | None, str]:
    """A pilot's own report notebook, where it may be run; else why one that is there may not.

    It is a program that runs in the user's name: so it has to lie in the user's own workspace (the one around `start`
    or the working directory) or data root, and nobody else may have written it.
    """
    folder = folder.resolve()
    path = folder / OWN_NOTEBOOK
    if not os.path.lexists(path):
        return None, ""
    if in_checkout(folder):
        return None, "it is that of a bundled pilot, or lies in a checkout"
    if path.is_symlink() or not path.is_file():
        return None, "it is no file"
    roots = (find_workspace(start), find_workspace(), collected_root())
    if folder.parent not in {(root / "pilots").resolve() for root in roots if root}:
        return None, "it lies outside the pilots/ of your workspace and of $ATPILOTS_DATA"
    if any(_of_others(place) for place in (path, folder, folder.parent)):
        return None, "it, or the folder that it lies in, belongs to somebody else or can be changed by others"
    return path, ""


def _of_others(place: Path) -> bool:
    if not hasattr(os, "getuid"):
        return False  # where owners and modes tell nothing
    here = place.stat()
    group = here.st_mode & 0o020 and here.st_gid != here.st_uid
    return bool(here.st_uid != os.getuid() or here.st_mode & 0o002 or group)


def data_root(folder: Path) -> Path:
    """Where a pilot's private files (ledger, key) belong: beside the pilots, never among the reports."""
    folder = folder.resolve()
    return folder.parent.parent if folder.parent.name == "pilots" else folder.parent


def cautions(folder: Path) -> tuple[str, ...]:
    """What the owner of a pilot's folder should know of the place where it lies."""
    return tuple(_cautions(folder.resolve()))


def _cautions(folder: Path) -> Iterator[str]:
    name = folder.name
    others = {found[name]: None for found in map(_pilots_in, _roots()) if name in found} | {folder: None}
    for other in [*others][:-1]:
        place = "the bundled one" if other.is_relative_to(BUNDLED) else f"the one in {other.parent}"
        yield f"{name} is the pilot in {folder.parent}, not {place}"
    if in_checkout(folder):
        return  # synthetic, or it is not loaded
    if SYNCED.search(str(folder)):
        yield (
            f"{name} lies in a folder that is copied to a cloud service; is that allowed for these answers? "
            "Better move it."
        )
    places = (data_root(folder), folder) if folder.parent.name == "pilots" else (folder,)
    if seen := next(filter(_open_to_others, places), None):  # with the outer one closed, so is the inner
        command = f"chmod go= {shlex.quote(str(seen))}"
        yield f"others who use this computer can look where {name} lies; close the folder to them: {command}"


def _open_to_others(folder: Path) -> bool:
    """Whether other people on this computer can look into a folder, and reach it through all that are above."""
    if os.name != "posix":
        return False  # where the mode tells nothing
    here = folder.stat()
    above = [parent.stat().st_mode for parent in folder.parents]
    to_all = here.st_mode & 0o007 and all(mode & 0o001 for mode in above)
    # A group of the owner's own number has no other member, by the custom of most Linux systems.
    to_group = here.st_mode & 0o070 and here.st_gid != here.st_uid and all(mode & 0o011 for mode in above)
    return bool(to_all or to_group)


def check_folder(folder: Path) -> None:
    """Raises DataError where a pilot's folder holds links, folders or names of files that its owner cannot mean."""
    problems = [*folder_problems(folder)]
    if problems:
        raise DataError(problems)


def folder_problems(folder: Path) -> Iterator[Problem]:
    """A name that cannot be used, links that lead out or nowhere, no files where files belong, and files that are not
    read but for their name.
    """
    yield from naming_problems(folder.resolve().name)
    yield from _link_problems(folder)
    for path in sorted(folder.iterdir()):
        if path.name in {*OPTIONAL_FILES, OWN_NOTEBOOK}:
            if path.exists() and not path.is_file():
                yield Problem(path.name, "is not a file; move what is there away, and put the file itself there")
        elif meant := _meant(path):
            yield Problem(path.name, f"is not read; did you mean {meant}? Rename it, or move it out of the folder")


def naming_problems(name: str) -> Iterator[Problem]:
    """What is wrong with the name of a pilot's folder, which names its pages, and is a parameter of its notebook."""
    if not NAME.fullmatch(name) or name in RESERVED:
        allowed = "2 to 40 of a-z, 0-9, - and _, beginning with a letter"
        yield Problem("pilot folder", "has a name that cannot be used", value=name, allowed=allowed)


def _link_problems(folder: Path) -> Iterator[Problem]:
    """A link would let files from anywhere into a report; one that leads nowhere passes for a file that is not there.

    The locks of an editor, which are links to nowhere, are none of the pilot's files.
    """
    inside = folder.resolve()
    for link in (path for path in sorted(folder.rglob("*")) if path.is_symlink()):
        place, target = str(link.relative_to(folder)), _target(link)
        if target is None and not link.name.startswith(".#"):
            yield Problem(place, "is a link that leads nowhere; put the file itself there")
        if target is not None and not target.is_relative_to(inside):
            yield Problem(place, "is a link to a place outside the pilot's folder; put the file itself there")


def _target(link: Path) -> Path | None:
    """Where a link leads; None where nothing is, or where it leads to itself."""
    try:
        return link.resolve(strict=True)
    except (OSError, RuntimeError):
        return None


def _meant(path: Path) -> str | None:
    """The optional file that another file's name is nearly, unless that is there and this is what it was made from."""
    if path.name.startswith(BESIDE_AN_OPEN_FILE):
        return None
    stem, _, ending = path.name.casefold().rstrip("~").rpartition(".")
    made_from = path.is_dir() or ending in DOCUMENTS
    kept = made_from or path.name.endswith("~")
    if not stem or ending not in TABLES | DOCUMENTS:
        stem = path.name
        if "." in stem.strip("."):
            return None  # a picture, a page, a program
    if ending in SHEETS and not GONE.isdisjoint(words(stem)):  # lambeth-withdrawn.csv
        return None if kept and (path.parent / "withdrawn.csv").exists() else "withdrawn.csv"
    for name, calls in OPTIONAL_FILES.items():
        if made_from and name in SHOWN_ONLY_WHERE_THEY_ARE:
            continue  # a supplier's quote, replaced devices
        if _is_nearly(stem, calls):
            return None if kept and (path.parent / name).exists() else name
    return None


def _is_nearly(stem: str, calls: tuple[str, ...]) -> bool:
    """Whether a file is called so, but for capitals, numbers, a letter mistyped, a second ending or "Copy of"."""
    found = [re.sub(r"\d", "", word) for word in words(stem)]
    telling = [word for word in found if word and word not in FILLERS | TABLES | DOCUMENTS]
    if len(telling) != 1 or telling[0][0] not in {call[0] for call in calls}:
        return False
    import difflib  # needed for one file in a thousand

    return bool(difflib.get_close_matches(telling[0], calls, n=1, cutoff=CLOSE))
