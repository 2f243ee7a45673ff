"""The evidence library: what a row of 120 published case studies may say, and how it is checked and typed on load."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd

from atpilots.cases.appraisal import AUTHORS, EVIDENCE_LEVELS, OWN_ACCOUNT, supplier_reasons
from atpilots.cases.synonyms import country_meant
from atpilots.files import CASES_FILE, DataError, Problem, nearest, read_day, read_table
from atpilots.vocabularies import (
    DIRECTION,
    EVIDENCE_TYPE,
    OUTCOME_DOMAIN,
    SETTING,
    SOURCE_TYPE,
    TECHNOLOGY,
    USER_GROUP,
    nearest_word,
)

MULTI_VALUED: Mapping[str, Mapping[str, str]] = {
    "technology": TECHNOLOGY,
    "user_group": USER_GROUP,
    "outcome_domain": OUTCOME_DOMAIN,
}
SINGLE_VALUED: Mapping[str, Mapping[str, str]] = {
    "setting": SETTING,
    "evidence_type": EVIDENCE_TYPE,
    "direction": DIRECTION,
    "source_type": SOURCE_TYPE,
}
LONGEST_TITLE = 90  # characters
LONGEST_FINDING = 260  # characters


@dataclasses.dataclass(frozen=True)
class Rule:
    """What a cell must satisfy. `faults` returns the offending parts of a cell, none if it is right."""

    what: str
    faults: Callable[[str], Sequence[str]]
    allowed: str | None = None
    meant: Callable[[str], str | None] = lambda _fault: None  # the right word that is nearest to a fault

    def passes(self, cell: str) -> bool:
        """Whether the cell has no fault."""
        return not self.faults(cell)


def _holds(test: Callable[[str], object], what: str, allowed: str | None = None) -> Rule:
    return Rule(what, lambda cell: () if test(cell) else (cell,), allowed)


def _at_most(length: int) -> Rule:
    return _holds(lambda cell: len(cell) <= length, "is too long", f"at most {length} characters")


def split_words(cell: str) -> tuple[str, ...]:
    """The words of a multi-valued cell, in its order; none if it is blank."""
    return tuple(word.strip() for word in cell.split(";")) if cell else ()


def words_of(value: object) -> tuple[str, ...]:
    """The words of a loaded case's value, whether its column is multi-valued or not."""
    return value if isinstance(value, tuple) else (str(value),)


def _known(vocabulary: Mapping[str, str], words: Callable[[str], Sequence[str]] = split_words) -> Rule:
    """That each word of a cell is one of a vocabulary."""

    def unknown(cell: str) -> list[str]:
        # A stray ";" leaves an empty word, which can only be shown as part of its cell.
        return [word or cell for word in words(cell) if word not in vocabulary]

    return Rule("is not a known word", unknown, ", ".join(vocabulary), lambda word: nearest_word(word, vocabulary))


def _one_of(vocabulary: Mapping[str, str]) -> Rule:
    return _known(vocabulary, lambda cell: (cell,))


def _repeated(cell: str) -> list[str]:
    words = split_words(cell)
    return sorted({word for word in words if word and words.count(word) > 1})


NOT_BLANK = _holds(bool, "is blank")
# A null or a change of writing direction can make a cell look like what it is not.
SEEN = _holds(
    lambda cell: not any(unicodedata.category(character)[0] == "C" for character in cell),
    "holds a character that cannot be seen", "letters, digits, punctuation and spaces",
)  # fmt: skip
ONCE = Rule("is given more than once", _repeated)
UNIQUE = "is used by an earlier row too"

AS_WE_WRITE = Rule(
    "is not how we write the country", lambda cell: () if country_meant(cell) == cell else (cell,), meant=country_meant
)

# The columns of the file, in its order, with the rules of each, beside SEEN.
COLUMNS: Mapping[str, tuple[Rule, ...]] = {
    "case_id": (_holds(re.compile(r"AT\d{3,}").fullmatch, "is not a case id", "AT and at least three digits"),),
    "title": (NOT_BLANK, _at_most(LONGEST_TITLE)),
    "lead_organisation": (NOT_BLANK,),
    "place": (),
    "country": (NOT_BLANK, AS_WE_WRITE),
    "year": (_holds(re.compile(r"|(19|20)\d\d").fullmatch, "is not a year", "blank, or 1900 to 2099"),),
    "technology": (NOT_BLANK, _known(TECHNOLOGY), ONCE),
    "product": (),
    "user_group": (NOT_BLANK, _known(USER_GROUP), ONCE),
    "setting": (_one_of(SETTING),),
    "outcome_domain": (NOT_BLANK, _known(OUTCOME_DOMAIN), ONCE),
    "evidence_type": (_one_of(EVIDENCE_TYPE),),
    "participants": (
        _holds(re.compile(r"|[1-9][0-9]{0,8}").fullmatch, "is not a number of people", "blank, or 1 or more"),
    ),
    "finding": (NOT_BLANK, _at_most(LONGEST_FINDING)),
    "direction": (_one_of(DIRECTION),),
    "source_type": (_one_of(SOURCE_TYPE),),
    "source_url": (
        _holds(re.compile(r"https?://[^\s/\"<>]+[^\s\"<>]*").fullmatch, "is not a web address", "http:// or https://"),
    ),
    "checked_on": (_holds(lambda cell: read_day(cell) is not None, "is not a date", "YYYY-MM-DD"),),
}


def load_case_studies(path: Path | str | None = None) -> pd.DataFrame:
    """Read and check the case studies; by default those of the checkout, wherever the working directory is.

    path: another file of the same columns.
    Returns one row per case, in the order of the file, with its columns: technology, user_group and outcome_domain as
    tuples of words, year and participants as Int64, all else as text, "" where blank. Four columns are added:
    nesta_level and maryland_level (Int64; the highest the design can reach, see EVIDENCE_LEVELS), supplier_claim
    (bool: whether the finding rests on the word of whoever sells the product) and supplier_reason (text: what part the
    supplier, or whoever ran or paid for it, has in the finding; "" if none is known).
    Raises DataError with every problem of the file.

    >>> import atpilots as at
    >>> len(at.load_case_studies())
    120
    """
    file = Path(path) if path is not None else CASES_FILE
    return _checked(file, file.read_bytes() if file.is_file() else b"").copy()


@lru_cache(maxsize=2)
def _checked(file: Path, content: bytes) -> pd.DataFrame:  # noqa: ARG001 - tells whether the file is still the same
    table = read_table(file)
    problems = case_problems(table, file.name)
    if problems:
        raise DataError(problems)
    return _typed(table)


def case_problems(table: pd.DataFrame, file: str) -> list[Problem]:
    """What is wrong with the cells and ids of a table whose index is the row number a spreadsheet shows."""
    if _is_right(table):
        return []  # nothing to list: importing pandera takes longer than all of this
    import pandera.pandas as pa

    columns = {
        name: pa.Column(
            checks=[pa.Check(rule.passes, element_wise=True, error=rule.what) for rule in (*rules, SEEN)],
            unique=name == "case_id",
            report_duplicates="exclude_first",
        )
        for name, rules in COLUMNS.items()
    }
    try:
        pa.DataFrameSchema(columns, strict=True).validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        found = error.failure_cases[["column", "check", "failure_case", "index"]]
        problems = [p for failure in found.itertuples(index=False, name=None) for p in _in_words(file, *failure)]
        places = {column: place for place, column in enumerate(COLUMNS)}  # unknown ones come last
        return sorted(problems, key=lambda p: (p.row or 0, places.get(p.column or "", len(places))))
    return []


def _is_right(table: pd.DataFrame) -> bool:
    """Whether no rule finds a fault; each different cell is asked about once."""
    return (
        sorted(table.columns) == sorted(COLUMNS)
        and table["case_id"].is_unique
        and not table.isna().any(axis=None)
        and all(
            rule.passes(cell)
            for name, rules in COLUMNS.items()
            for cell in table[name].unique()
            for rule in (*rules, SEEN)
        )
    )


def _in_words(file: str, column: str | None, check: str, value: str, row: int | None) -> list[Problem]:
    """A failed pandera check in our words; a multi-valued cell has one problem for each offending word."""
    if check == "column_in_schema":
        return [Problem(file, "is not a known column", 1, value, None, ", ".join(COLUMNS), nearest(value, COLUMNS))]
    if check == "column_in_dataframe":
        return [Problem(file, "is missing", row=1, column=value)]
    if check == "field_uniqueness":
        return [Problem(file, UNIQUE, row=row, column=column, value=value)]
    rule = next(rule for rule in (*COLUMNS[str(column)], SEEN) if rule.what == check)
    return [
        Problem(file, rule.what, row, column, fault or None, rule.allowed, rule.meant(fault) if fault else None)
        for fault in rule.faults(value)
    ]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """The checked text cells as what they stand for, with the derived columns."""
    levels = table["evidence_type"].map(EVIDENCE_LEVELS)
    reasons = pd.Series([supplier_reasons(case) for case in table.to_dict("records")], index=table.index, dtype=object)
    return (
        table[list(COLUMNS)]
        .assign(
            **{name: table[name].map(split_words) for name in MULTI_VALUED},
            **{
                name: pd.to_numeric(table[name].replace("", pd.NA)).astype("Int64") for name in ("year", "participants")
            },
            nesta_level=levels.map(lambda level: level.nesta).astype("Int64"),
            maryland_level=levels.map(lambda level: level.maryland).astype("Int64"),
            supplier_claim=reasons.map(lambda told: bool(set(told) - {AUTHORS, OWN_ACCOUNT})).astype(bool),
            supplier_reason=reasons.map("; ".join).astype("str"),
        )
        .reset_index(drop=True)
    )
