"""A safety net for free text: what must not be in it. A hit blocks; no hit proves nothing (R-QUO-05)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from atpilots.privacy.identifiers import TWO_ALPHABETS, DirectIdentifiers, spellings
from atpilots.privacy.text import mixes_alphabets, visible_form, words

NO_CONTACT = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)(?!\d)"
    r"|\bISBN[ :]*[\dXx -]{10,17}|\b(?:doi:? ?)?10\.\d{4,9}/[^\s|]+",
    re.IGNORECASE,
)
MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
SIGN = r"(?:[^\w|]|_){1,3}"  # whatever parts the groups of a number; " | " stands between texts of their own
ANY = SIGN.replace("1,3", "0,3")
AT = r"\s?(?:@|[(\[{<]\s?at\s?[)\]}>])\s?"
DOT = r"(?:\.|\s\.\s?|\s?[(\[{<]\s?dot\s?[)\]}>]\s?|\sdot\s)"
ENDING = r"(?:co|com|org|net|uk|info)"  # of an address, where "at" and "dot" are words
# Where "at" is a word, providers of mail that people use at home only; and after none of the words that speak of the
# provider, not of an address: "accounts at gmail.com", "we signed in at outlook.com".
MAIL = (
    r"(?:aol|btinternet|gmail|googlemail|hotmail|icloud|live|msn|ntlworld|outlook|proton(?:mail)?|sky|talktalk|virginmedia"
    r"|yahoo)"
)
NO_USER = (
    "accounts?|address(?:es)?|e-?mails?|mail|mailbox(?:es)?|inbox(?:es)?|in|up|on|out|look(?:s|ed|ing)?|logins?|messages?"
    "|registered|users?"
)
# Groups as British numbers are written, in any signs: 07700/900/123, 020_7946_0958; a list of small numbers is none.
GROUPS = (
    rf"(?<!\d)\(?0(?:\d{{4}}{SIGN}\d{{3}}{ANY}\d{{3}}|\d{{4}}{SIGN}\d\d{ANY}\d\d{ANY}\d\d|\d{{4}}{SIGN}\d{{5}}"
    rf"|\d{{3}}{SIGN}\d{{3}}{ANY}\d{{3,4}}|\d{{3}}{SIGN}\d{{4}}{ANY}\d{{3}}|\d\d{SIGN}\d{{4}}{ANY}\d{{4}})(?!\d)"
)
MOBILE = rf"7[1-9]\d\d{ANY}\d{{3}}{ANY}\d{{3}}(?![^\W_])"  # without its 0
LANDLINE = rf"(?:20{ANY}\d{{4}}{ANY}\d{{4}}|1\d{{3}}{ANY}\d{{6}})(?![^\W_])"
WITHOUT_0 = rf"(?<![^\W_])(?<![.,£$€-])(?:44{ANY}(?:0{ANY})?(?:{MOBILE}|{LANDLINE})|{MOBILE})"
# What follows "dr" or "mrs" in small letters where no name does: "my dr said".
NO_SURNAME = (
    "about|after|again|all|also|always|am|an?|and|any|appointments?|are|as|asked|asks|at|be"
    "|because|been|before|but|by|calls?|called|came|can|changed|comes?|could|did|do|does|each|every"
    "|explained|first|for|found|from|gave|gets?|gives?|goes|got|had|has|have|he|helps?|helped|her"
    "|here|his|i|if|in|increased|instead|into|is|it|just|knew|knows?|lets?|likes?|liked|loves?"
    "|loved|made|makes?|may|me|might|more|must|my|needs?|needed|never|next|no|nor|not|now|of"
    "|often|on|once|online|only|or|our|out|over|phones?|phoned|prescribed|prescribes|puts?|rang"
    "|recommended|recommends|rings?|said|saw|says?|sees?|sends?|sent|she|should|showed|shows?|since"
    "|so|soon|still|suggested|suggests|surgery|takes?|than|that|the|their|then|there|these|they"
    "|thinks?|thought|this|to|today|told|tells?|tomorrow|too|took|twice|until|up|used|uses?|visited"
    "|visits?|wanted|wants?|was|we|well|went|were|when|which|while|who|will|with|without|would"
    "|writes?|wrote|yesterday|yet|you|your"
)
ROADS = "Road|Rd|Street|Lane|Avenue|Ave|Close|Court|Grove|Crescent|Terrace|Mews|Gardens"
STREETS = (
    f"{ROADS}|House|Estate|Ward|Tower|Mansions"
    "|Surgery|Hospital|Clinic|Church|Mosque|Temple|Synagogue|School|Club|Centre|Practice|Home"
)
# Told with a house number only: words that also mean something else ("Google Drive"), and short forms.
NUMBERED = "St|Ln|Cl|Ct|Dr|Drive|Way|Place|Pl|Walk|Row|Hill|Park|Green|Rise|View|Gate|Yard|Square|Sq|Villas|Parade"
SMALL = r"(?:road|rd|street|avenue|ave|grove|crescent)\b"
NO_STREET = (
    "mph|busy|main|other|more|new|old|quiet|different|metres?|miles?|people|way|of|on|in|the"
    "|days?|weeks?|months?|years?"
)

A_NAME, TELEPHONE = "a private name", "a telephone number"
SCANS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "an e-mail address": re.compile(
            rf"[\w.+-]{AT}[\w-]+(?:{DOT}[\w-]+)+|\w at [\w-]+ dot {ENDING}\b|[\w.+-]{AT}{MAIL}\b"
            rf"|(?<![\w.+-])(?!(?:{NO_USER}) )[\w.+-]+ at {MAIL}[ .]{ENDING}\b",
            re.IGNORECASE,
        ),
        "a web address": re.compile(
            r"(?:https?://|www\.)\S+|(?<![\w-])[\w-]+\.(?:co\.uk|org\.uk|gov\.uk|com|org|net|uk|info|io|ly)\b"
            rf"|(?<![\w-])[\w-]+\.[a-z]{{2,10}}/\w|(?<![\w-])[\w-]+{DOT}{ENDING}\b",
            re.IGNORECASE,
        ),
        "a name in a social network": re.compile(r"(?<![\w.])@(?!home\b)[^\W\d]\w{2,}", re.IGNORECASE),
        TELEPHONE: re.compile(
            r"(?<!\d)(?:\+|00)(?:[ ()./-]{0,3}\d){8,15}|(?<!\d)\(?0(?:[ ().-]*\d){9,10}(?!\d)"
            + f"|{GROUPS}|{WITHOUT_0}"
        ),
        "a postcode": re.compile(
            r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?[ .-]{0,3}\d[A-Z]{2})\b"
            rf"|(?<![^\W_])[A-Z]{{1,2}}\d[A-Z\d]?{SIGN}(?!1st|2nd|3rd|\dth)\d[ABD-HJLNP-UW-Z]{{2}}(?![^\W_])",
            re.IGNORECASE,
        ),
        "a date of birth": re.compile(
            rf"\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\b|\b{MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th|, ?\d{{4}})\b"
            r"|\b(?:born|birthday|dob|date of birth)\W+(?:(?:on|in|the|is|was|it's|it|early|late|of) )*"
            rf"(?:{MONTH}|\d{{4}})\b",
            re.IGNORECASE,
        ),
        "a title with a name": re.compile(
            r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Doctor|Prof|Professor|Rev|Reverend|Sir|Dame|Lord|Lady|Father|Sister|Nurse|Auntie?"
            r"|Uncle|MR|MRS|DR|PROF)\.? (?:[A-Z]\b\.? ?){0,3}[A-Z][\w']+"
            rf"|\b(?:[Mm]rs?|[Dd]r|[Mm]x|[Pp]rof)\.? (?!(?:{NO_SURNAME})\b)[a-z][\w']+"
        ),
        "the name of a place": re.compile(
            rf"\b[A-Z][\w']+ (?:{STREETS})\b|\b\d+[A-Za-z]?,? (?:[A-Z][\w']+ ){{1,3}}(?:{NUMBERED})\b"
            rf"|\b\d+[a-z]?,? (?!(?:{NO_STREET}) )[a-z]+ {SMALL}"
        ),
    }
)
# What a pilot's own words may not tell beside CONTACTS. They need dates ("residents born before 1960"), places and the
# titles of staff ("Dr Smith's surgery", "the Lord Mayor"), so only what leads to one person or one door is refused.
DAY = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}"
    rf"|{MONTH} (?:the )?\d{{1,2}})\b"
)
COUNTED = "week", "phase", "zone", "wave", "stage", "step", "session", "group", "day", "year", "area", "ward", "show"
NO_HOUSE = "".join(rf"(?<!\b{word} )(?<!\b{word.title()} )" for word in COUNTED)  # week 3, Mill Lane; Echo Show 8
# In full, because "12 Marsh Lane" is no day of March.
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
AT_A_DOOR = rf"(?<![\w.,:£$€/-]){NO_HOUSE}\d{{1,3}}[A-Za-z]?,? (?!(?:{MONTHS}|{NO_STREET}) )"
OWN: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "a name in a social network": SCANS["a name in a social network"],
        "a street address": re.compile(
            rf"{AT_A_DOOR}(?:(?:[A-Z][\w']+ ){{1,3}}(?:{ROADS}|{NUMBERED})\b|[a-z]+ {SMALL})"
            r"(?! (?:banks?|shops?|stores?|vouchers?)\b)|\bFlat (?:no\.? )?\d{1,3}[A-Za-z]?\b(?!%)"
        ),
        "a date of birth": re.compile(
            rf"\b(?:born|birthday|dob|date of birth)\W+(?:(?:on|in|the|is|was|it's|it) )*{DAY}", re.IGNORECASE
        ),
        "a title with a name": re.compile(
            r"\b(?:Mrs?|MRS|M[sx]|Miss)\.? (?:[A-Z]\b\.? ?){0,3}[A-Z][\w']+"
            rf"|\bmrs?\.? (?!(?:{NO_SURNAME})\b)[a-z][\w']+"
        ),
    }
)
# A number typed with letters for digits, O7700 9OO123: nothing but these and at least one digit.
MISTYPED, AS_DIGITS = re.compile(r"(?<![^\W_])(?=[OolI]*\d)[\dOolI]+(?![^\W_])"), str.maketrans("OolI", "0011")
CONTACTS = ("an e-mail address", TELEPHONE, "a postcode", "an NHS number")
DIGITS = re.compile(rf"(?<!\d)(?:\d(?:[ -]{{0,3}}\d){{9}}|\d{{3}}{ANY}\d{{3}}{ANY}\d{{4}})(?!\d)")
# Where a file lies on somebody's machine. In the words of a page any path is one; in a file's source (markup, the parts
# of a workbook) others, like /xl/worksheets/…, are not the machine's.
PATH_IN_TEXT = re.compile(
    r"(?<![\w.:/~-])(?:~?/?(?:/[\w.-]+){2,}|~/\w|/(?:home|root|tmp|Users)/|[A-Za-z]:[\\/]\w|\\\\\w|file:/)"
)
PATH_IN_SOURCE = re.compile(r"(?<![\w.:/-])(?:/(?:home|root|tmp|Users|private|var|mnt|srv|opt)/|[A-Za-z]:\\|file:)")
SHORTEST_FUZZY = 5  # letters; in shorter names one letter makes another word
# Of a first name or surname alone: up to six letters many are an ordinary word but for one ("Grace", "grade"; "Turner",
# "turned"), so these must be written as names. Of 51 common British ones of seven letters and more none is.
SHORTEST_ALONE = 7
INNER_CAPITAL = re.compile(r"(?<=[^\s.!?] )(?=[^\W\d_])(?![a-z])[^\W_]+")  # no first word of a sentence


def scan(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What was found in a text that must not be shown, in words that do not repeat it.

    names: private names, known as `DirectIdentifiers` knows them, and with one letter added, lost or changed; a short
    name that stands alone, with one letter wrong, only where it has a capital inside a sentence.
    """
    names, line = frozenset(names), visible_form(text)
    found = [*_found(line, SCANS)]
    if DirectIdentifiers(names).holds_name(line) or any(
        _nearly_named(line, form) for name in names for form in set(spellings(name))
    ):
        found.append(A_NAME)
    if mixes_alphabets(line):
        found.append(TWO_ALPHABETS)
    return tuple(found)


def contacts(text: str) -> tuple[str, ...]:
    """The ways to reach or find a person that stand in a text; a part of `scan`. Dates are none, nor what is known by a
    number (a book, an article): two dates beside each other read like a telephone number.
    """
    return tuple(_found(NO_CONTACT.sub(" | ", visible_form(text)), CONTACTS))


def own_contacts(text: str) -> tuple[str, ...]:
    """`contacts`, and what else in a pilot's own words leads to one person."""
    return (*contacts(text), *(what for what, pattern in OWN.items() if pattern.search(visible_form(text))))


def _found(line: str, kinds: Iterable[str]) -> Iterator[str]:
    numbers = f"{line} | {MISTYPED.sub(lambda match: match.group().translate(AS_DIGITS), line)}"
    for what in kinds:
        if what in SCANS and SCANS[what].search(numbers if what == TELEPHONE else line):
            yield what
    if any(is_nhs_number(re.sub(r"\D", "", match.group())) for match in DIGITS.finditer(numbers)):
        yield "an NHS number"


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry the NHS number's check digit (modulus 11)."""
    if len(digits) != 10:
        return False
    remainder = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return int(digits[9]) == remainder % 11  # of a remainder of 10 there is no number


def _nearly_named(line: str, meant: str) -> bool:
    """Whether words that follow each other are a spelling of a name but for one letter."""
    if len(meant) < SHORTEST_FUZZY:
        return False
    parts = meant.count(" ") + 1
    short = parts == 1 and len(meant) < SHORTEST_ALONE
    found = words(" ".join(INNER_CAPITAL.findall(line)) if short else line)
    together = (" ".join(found[i : i + parts]) for i in range(len(found)))
    return any(meant in _one_edit(other, meant) for other in together)


def _one_edit(word: str, name: str) -> Iterator[str]:
    """The word with one letter changed, added or lost towards the name."""
    if len(word) == len(name):
        yield from (word[:i] + name[i] + word[i + 1 :] for i in range(len(word)))
    elif len(word) == len(name) - 1:
        yield from (word[:i] + name[i] + word[i:] for i in range(len(name)))
    elif len(word) == len(name) + 1:
        yield from (word[:i] + word[i + 1 :] for i in range(len(word)))
