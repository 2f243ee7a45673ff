"""The evidence library: 120 published case studies, checked on load, graded by design, counted; never pooled."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from atpilots.cases.synonyms import country_meant, nearest
from atpilots.files import DataError, Problem, read_day, read_table
from atpilots.vocabularies import (
    DIRECTION,
    EVIDENCE_TYPE,
    OUTCOME_DOMAIN,
    SETTING,
    SOURCE_TYPE,
    TECHNOLOGY,
    USER_GROUP,
)

CASES_FILE = Path(__file__).parent.parent.parent / "data" / "case_studies.csv"

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
NESTA_LEVELS = (1, 2, 3, 4, 5)


@dataclasses.dataclass(frozen=True)
class EvidenceLevel:
    """The highest level that a design can reach on each scale, and why. `maryland` is None where that scale is silent.

    It says nothing of how well a study was done, and nothing of its result: a trial that found no difference is as
    strong as one that found a change.
    """

    nesta: int
    maryland: int | None
    reason: str


# Nesta Standards of Evidence: nesta.org.uk/feature/innovation-methods/standards-evidence; that answers given only
# afterwards stay at level 1: nesta.org.uk/node/32263. Maryland Scientific Methods Scale: whatworksgrowth.org.
# No single case reaches Nesta level 5, which asks for results that hold when others deliver at scale.
EVIDENCE_LEVELS: Mapping[str, EvidenceLevel] = {
    "systematic_review": EvidenceLevel(
        4, None, "Several independent studies agree or differ; Maryland grades single studies only."
    ),
    "randomised_trial": EvidenceLevel(3, 5, "Chance decided who got the technology, so the groups are alike."),
    "comparison_group": EvidenceLevel(
        3, 3, "People with the technology are set against people without, but the groups may differ from the start."
    ),
    "before_after": EvidenceLevel(
        2, 1, "The same people are measured before and after; nothing shows what would have happened anyway."
    ),
    "post_only_survey": EvidenceLevel(1, None, "Opinions given afterwards only; nothing was measured before."),
    "service_data": EvidenceLevel(1, None, "Figures kept by a running service; use and activity, no comparison."),
    "cost_analysis": EvidenceLevel(1, None, "Costs worked out from assumptions about what was avoided."),
    "qualitative": EvidenceLevel(
        1, None, "Interviews and observation explain how and why; they do not measure change."
    ),
    "description": EvidenceLevel(1, None, "An account of what was done."),
}


@dataclasses.dataclass(frozen=True)
class Rule:
    """What a cell must satisfy. `faults` returns the offending parts of a cell, none if it is right."""

    what: str
    faults: Callable[[str], Sequence[str]]
    allowed: str | None = None
    meant: Callable[[str], str | None] = lambda _fault: None  # the right word that is nearest to a fault

    def told(self, fault: str) -> str:
        """What is wrong with one part of a cell, with the word that was probably meant."""
        meant = self.meant(fault) if fault else None
        return f'{self.what} (did you mean "{meant}"?)' if meant else self.what

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


def _nearest_of(vocabulary: Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda word: nearest(word, vocabulary, vocabulary)


def _known(vocabulary: Mapping[str, str]) -> Rule:
    def unknown(cell: str) -> list[str]:
        # A stray ";" leaves an empty word, which can only be shown as part of its cell.
        return [word or cell for word in split_words(cell) if word not in vocabulary]

    return Rule("is not a known word", unknown, ", ".join(vocabulary), _nearest_of(vocabulary))


def _one_of(vocabulary: Mapping[str, str]) -> Rule:
    rule = _holds(vocabulary.__contains__, "is not a known word", ", ".join(vocabulary))
    return dataclasses.replace(rule, meant=_nearest_of(vocabulary))


def _unseen(cell: str) -> list[str]:
    return [cell] if any(unicodedata.category(character)[0] == "C" for character in cell) else []


def _repeated(cell: str) -> list[str]:
    words = split_words(cell)
    return sorted({word for word in words if word and words.count(word) > 1})


NOT_BLANK = _holds(bool, "is blank")
# A null or a change of writing direction can make a cell look like what it is not.
SEEN = Rule("holds a character that cannot be seen", _unseen, "letters, digits, punctuation and spaces")
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

    Returns one row per case, in the order of the file, with its columns: technology, user_group and outcome_domain as
    tuples of words, year and participants as Int64, all else as text, "" where blank. Four columns are added:
    nesta_level and maryland_level (Int64; the highest the design can reach, see EVIDENCE_LEVELS), supplier_claim
    (bool: whether the finding rests on the word of whoever sells the product) and supplier_reason (text: what part the
    supplier, or whoever ran or paid for it, has in the finding; "" if none is known).
    Raises DataError with every problem of the file.
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
    import pandera.pandas as pa  # costs more than a second, so only whoever checks a file pays for it

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
        return sorted(problems, key=_reading_order)
    return []


def _reading_order(problem: Problem) -> tuple[int, int]:
    """By row, then by column as the file has them; unknown columns last."""
    order = list(COLUMNS)
    return problem.row or 0, order.index(problem.column) if problem.column in order else len(order)


def _in_words(file: str, column: str | None, check: str, value: str, row: int | None) -> list[Problem]:
    """A failed pandera check in our words; a multi-valued cell has one problem for each offending word."""
    if check == "column_in_schema":
        return [Problem(file, "is not a known column", row=1, column=value, allowed=", ".join(COLUMNS))]
    if check == "column_in_dataframe":
        return [Problem(file, "is missing", row=1, column=value)]
    if check == "field_uniqueness":
        return [Problem(file, UNIQUE, row=row, column=column, value=value)]
    rule = next(rule for rule in (*COLUMNS[str(column)], SEEN) if rule.what == check)
    return [
        Problem(file, rule.told(fault), row=row, column=column, value=fault or None, allowed=rule.allowed)
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


AUTHORS = "people of the supplier are among the authors"  # an interest, but not the supplier's word alone

OWN_ACCOUNT = "the finding is the account of those who ran or paid for it"  # they sell nothing, but are not outsiders
_OWN_ACCOUNT = re.compile(
    r"'s own (?:account|estimate)|claimed by (?!(?:the )?supplier)|minister's foreword|review by the partners"
    r"|the (?:provider|council|service)(?:'s evaluation|'s [a-z ]{1,30} said| reports| says| tells| counts| put)\b"
)


def supplier_reasons(case: Mapping[Hashable, str]) -> tuple[str, ...]:
    """What part the supplier has in a finding, as far as the cells of its row tell; nothing where it has none.

    Any mention of the supplier counts, so that a new wording is marked rather than missed. That those who ran or paid
    for a project speak for themselves is told too, but is not the supplier's claim.
    """
    finding, names = case["finding"].casefold(), _products(case["product"])
    lead, host = _joined(case["lead_organisation"]), _joined(urlsplit(case["source_url"]).netloc)
    rest = finding.replace("claimed by supplier", "").replace("claimed by the supplier", "")
    other = re.sub(r"authors?\b[^.;]*\bsupplier", "", rest)
    reasons = {
        "the source is the supplier's own": case["source_type"] == "supplier",
        "the finding is given as the supplier's claim": rest != finding,
        "the lead organisation has the product's name": any(name in lead for name in names),
        "the source's address has the product's name": any(name in host for name in names),
        "the finding names the supplier as where figures come from": "supplier" in other,
        AUTHORS: other != rest,
        OWN_ACCOUNT: _OWN_ACCOUNT.search(finding),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _products(cell: str) -> list[str]:
    """The whole names of a case's products; a short one could be part of another word."""
    names = [_joined(name) for name in re.split(r"[,()]", cell)]
    return [name for name in names if len(name) > 4]


def _joined(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def evidence_levels() -> pd.DataFrame:
    """EVIDENCE_LEVELS as a table, strongest first.

    Columns: evidence_type, label, nesta_level and maryland_level (Int64), reason.
    """
    rows = [
        (word, EVIDENCE_TYPE[word], level.nesta, level.maryland, level.reason)
        for word, level in EVIDENCE_LEVELS.items()
    ]
    table = pd.DataFrame(rows, columns=["evidence_type", "label", "nesta_level", "maryland_level", "reason"])
    return table.astype({"nesta_level": "Int64", "maryland_level": "Int64"})
