"""How a text means one person without a name: "Resident 3", "participant no. 12", "the third tenant on our list"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from atpilots.privacy.vocabulary import DOES, KIN, NUMBER_WORDS, OWN, PERSON, either

# As notes shorten them, with a dot or without: "Res. 3", "ppt 12", "SU4"; but "hi-res 4K".
SHORT = r"(?<!-)" + either(r"""
    re?s[dp]n?'?t|(?-i:Res|RES)|res(?=\.| \d{1,3}[:,])|resid|resp|part(?=\.)|partic|pt(?= \d{1,3}\b(?! of))|ppt|ptpt
    p(?:ar?|r)?ti?ci?p(?:a?nt?|t)?|int'?ee|pax(?=\.)|su|hh
""")
ORDINALS = either(r"""
    first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|[a-z]+teenth|twentieth|last
    \d{1,3}(?:st|nd|rd|th)
""")
GAP = r"[ .:#=(\"“'-]{1,4}"
NO = rf"(?:nos?|nrs?|number)(?:{GAP}|(?=\d))"
CODE = r"[^\W_]+(?:[-_][^\W_]+)*(?![^\W_]|[.,]\d)"
MARK = rf"(?:codes?|ids?|identifiers?|pseudonyms?|ref(?:erence)?s?){GAP}(?:(?:is|was|are|were){GAP})?"
# What a number that nobody is meant by counts: "participants 7 and 12 weeks after", "a resident 7 days a week", "24/7".
COUNTED = r" ?%| per cent\b| (?:days?|nights?|weeks?|months?|years?|hours?|minutes?|times|miles?|doors)\b"
NO_COUNT = rf"(?!{CODE}(?:{COUNTED})|24/7)"
# "3 visits", "12 sensors": a noun of many, not what one person does or is.
MANY = (
    r" (?!(?:is|was|has|does|says|needs|uses|lives|likes|feels|wants|gets|thinks|finds|takes|keeps|asks|goes|speaks"
    r"|always|sometimes|also|as|us|perhaps|this)\b)(?:[a-z]+s|people)\b"
)
# A number of things that somebody has: "each resident 2 sensors", "the tenant two doors down". A label needs no
# article, and "a visit to Resident 3" has a capital.
HAS_MANY = re.compile(
    rf"\b(?:(?i:each|every|per|an?|any|one|another)(?: (?!(?:was|is|of|for|from|that|to|by|with|as|called)\b)[\w-]+)?"
    rf" {PERSON}:? (?=(?:\d+|{NUMBER_WORDS})\b)"
    rf"|(?i:the|this|that|his|her|their|our|my)(?: [\w-]+)? {PERSON} (?=(?:\d+|{NUMBER_WORDS}){MANY}))"
)
ONE = re.compile(  # not from one sentence to the next, but after a word cut short
    rf"\b(?:{PERSON}(?!\.\s)|{SHORT})(?:{GAP}(?:(?P<no>{NO}|{MARK})(?P<numbered>{CODE})"
    rf"|{NO_COUNT}(?P<code>{CODE}))|(?P<joined>\d{{1,3}})\b)"
    rf"|\b{MARK}(?P<marked>{CODE})|\b(?:id|p|r)(?P<letter>\d+)\b",
    re.IGNORECASE,
)
# "no. 1001 was unwell", "1001 told us", "we rang 1001", "1001 (moved to Kent)": somebody, where it is a code.
NO_YEAR = r"(?!(?:19|20)\d\d\b)"
REACHED = "(?:interview(?:ed)?|visit(?:ed)?|chased?|r[iau]ng|phoned?|ask(?:ed)?|tell|told|sp(?:o|ea)ke? (?:to|with))"
DID = "(?:is|was|has|had|did|on|twice|once|again|at|after|before|because|when|the|[a-z]+ed (?:the|her|his|it))"
DID_ALONE = r"(?:is|was|has|had|did|lost|left|broke|bought|[a-z]+ed(?! [a-z]+s\b))"
BARE = re.compile(
    either(rf"""
    (?<!\w)(?<!the )(?<!route )(?<!bus )(?:{NO}|#)(\d{{3,}})\b(?! (?:bus|tram|train)|[.,]\d)
    (?<!\S)(\d{{3,}})(?='s\b|(?: and \d{{3,}})? (?!answered\b)(?:{DOES}|swapped|moved)\b)
    \b{REACHED} (\d{{3,}})\b(?!{MANY}|[.,]\d)|\bwas (\d{{3,}})(?=,? who\b)
    \b(?:of them|one|another|somebody|someone) \({NO_YEAR}(\d{{4,}})[,)]
    \b{OWN} of {NO_YEAR}(\d{{4,}})\b(?!{MANY}|[.,]\d)
    [\"”'] (?:\(|- ?)(?!(?:19|20)\d\d(?:\)|, p))(\d{{3,}})(?=[,;)]|$)
    (?:^|(?<=\w{{4}}[.;!?] )|(?<=\()){NO_YEAR}(\d{{4,}})(?= {DID_ALONE}\b)
    \b(?:withdrew|left|died|declined|stopped|moved|refused) \({NO_YEAR}(\d{{4,}})(?=(?:,| and) \d{{4,}}\))
    \({NO_YEAR}(\d{{4,}})\)(?=,[^.;|]{{1,60}} \(\d{{4,}}\))  # the photographs (1001), the radio (1002)
    (?<!\S){NO_YEAR}(\d{{4,}})(?= \((?:{DOES}|moved|lost|left|died|ill|unwell|away|in hospital|declined|too)\b)
    \b(?:from|with|except|but|only|even|by|back to|(?-i:For)) {NO_YEAR}(\d{{4,}})(?= {DID}\b|[.;!?)](?:\s|$)|$)
    """),
    re.IGNORECASE,
)
AND = r"(?:,? and| or| &|,) #?"
RANGE = r"\d+(?: ?- ?| to )\d+(?![\w-]|[.,]\d)"
LIST = rf"(?:(?<!\(){RANGE}|{CODE}(?:{AND}{CODE})+)"
# "Residents 3 and 4", "Pts 5-7" (but "(2 to 10)" is a scale); "two tenants left, numbers 3 and 4"; "numbers 3 and 4 of
# our residents".
SEVERAL = re.compile(
    either(rf"""
    \b(?:{PERSON}s|ppts|ptpts|(?-i:Pts|SUs)){GAP}(?:{NO})?
    \b{PERSON}s?\b(?:(?!\b(?:bus|route|item|question|phone))[^.;!?|]){{0,60}}?[,(:-] ?(?:nos|nrs|numbers)\.?[ ]
    \b(?:nos|numbers)\.? (?={LIST} of (?:the|our|these) (?:\w+ )?{PERSON}s\b)
    """)
    + rf"(?!{LIST}(?:{COUNTED}))(?>({LIST}))(?!(?-i:{MANY}))",
    re.IGNORECASE,
)
# "the third resident on our list", "no. 3 on the waiting list", "the lady at number 12"; but "no. 3 on the list of
# wishes".
POSITION = either(rf"""
    \b{ORDINALS} (?:[\w-]+ )?{PERSON}|\b(?:no\.?|nr\.?|number) (?:{NUMBER_WORDS})
    \b(?:no\.?|nr\.?|number)? ?#?\b\d{{1,3}}
""")
LIST_OF_PEOPLE, DOOR = "(?:list|register|spreadsheet|sheet|roster)", r"(?:number|no\.?|house|flat|room)"
LISTED = re.compile(
    either(rf"""
    {POSITION} (?:on|in) (?:the|our|my|this|that|their)(?: [\w-]+)? {LIST_OF_PEOPLE}\b(?! of\b)
    \b(?:{PERSON}|{KIN}) (?:at|from|in|of) (?:the )?{DOOR} ?(?:\d{{1,4}}[a-z]?|{NUMBER_WORDS})\b
    \blives? (?:at|in) (?:number|no\.?) ?\d
    """),
    re.IGNORECASE,
)
# "our seventh participant sold", "number 7 said"; but "the second resident council", "the number 53 was late".
NUMBERED = rf"(?:(?:number|no\.?|nr\.?) |#)(?:\d{{1,3}}\b(?![.,]\d)|(?:{NUMBER_WORDS})\b)"
SAID = "(?:quotes?|interviews?|visits?|calls?|story|words|answers|forms?|questionnaires?|consent|comments?|messages?)"
IN_ORDER = re.compile(
    either(rf"""
    \b(?:the|our|my) (?!first\b|last\b){ORDINALS} {PERSON}(?= {DOES}\b|[,;.)])
    (?<![\w.,-])\d{{1,3}}'s (?:{KIN}|flat|tablet|device|scores?|answers?)\b
    (?<!the )(?:\b(?:number|no\.?|case) |(?<!\w)#)\d{{1,3}} (?={DOES}\b)
    \b{SAID} (?:by|from|of|with|to|for) p\. ?\d{{1,3}}\b  # a visit to p.20; but "see p.20"
    \b{PERSON}(?:,| \w+){{1,3}} \(?{NUMBERED}[),]  # the patient in question (number eleven)
    \b(?:{SAID}|only) (?:by|from|of|with|to|for) {NUMBERED}(?=[,.:;)]|$)  # a quote from no. 14
    \b(?:out|from|with|for|to|by|only|as|when|until|because|{REACHED}) {NUMBERED}(?= [^.;]*\b(?:s?he|hers?|his|him)\b)
    """),
    re.IGNORECASE,
)
SPELT = re.compile(r"(?<!\S)(?:[^\W\d_](?:[ .-][^\W\d_]){3,}|\d(?:-\d){3,})(?![^\W_])")  # R e s i d e n t 0-0-4-4
LETTER_AND_NUMBER = re.compile(r"[A-Z]{1,4}[-_]?\d{1,4}|(?!IV)[IVX]{2,4}")
ORDINARY = set(re.findall(r"\w+", "a i am an as at be by do go he if in is it me my no of on or so to up us we"))


def person_labels(line: str) -> Iterator[tuple[str, frozenset[str], bool]]:
    """Each label in a text (of one form): its words, the numbers or codes in it, and whether it means one person.

    Where it is not certain, it does if the codes are respondents'.
    """
    line = HAS_MANY.sub("| ", SPELT.sub(lambda match: re.sub(r"[ .-]", "", match.group()), line))
    for match in ONE.finditer(line):
        code = match["numbered"] or match["code"] or match["joined"] or match["marked"] or match["letter"]
        if match["code"] and not code.isdigit() and not code.isupper() and not _counts(code):
            continue
        if code in ORDINARY and not match["code"]:
            continue
        certain = not match["marked"] and not match["letter"] and _is_certain(match, code, line[match.end() :])
        yield match.group(), frozenset({code}), certain
    yield from ((match.group(), frozenset({match[match.lastindex or 0]}), False) for match in BARE.finditer(line))
    for match in SEVERAL.finditer(line):
        codes = frozenset(re.findall(r"\d+" if re.fullmatch(RANGE, match[1]) else CODE, match[1])) - {"and", "or"}
        if re.fullmatch(RANGE, match[1]) and _are_ages(*map(int, re.findall(r"\d+", match[1]))):
            continue
        numbers = frozenset(
            code for code in codes if _is_a_number(code) or (code == "one" and " and " in match[1])
        )  # "4 and 7, share a kitchen"
        yield match.group(), numbers if len(numbers) > 1 else codes, len(numbers) > 1
    for pattern in (LISTED, IN_ORDER):
        yield from ((match.group().strip(), frozenset[str](), True) for match in pattern.finditer(line))


def _is_certain(match: re.Match[str], code: str, after: str) -> bool:
    """Whether a number, or a capital letter with or without one, can be nothing but a label."""
    if match.group().casefold().startswith("case"):  # of a library, mostly
        return False
    if code.isdigit():
        return len(code.lstrip("0")) <= 3
    if _counts(code):
        return bool(match["no"]) or code != "one"
    return bool(LETTER_AND_NUMBER.fullmatch(code)) or (_is_capital(match) and not re.match(r"(?!'s )['/-]", after))


def _is_capital(match: re.Match[str]) -> bool:
    """Of "Resident B": a letter for a name, and not at the beginning of a sentence or in a title of capitals."""
    code = match["code"] or ""
    return len(code) == 1 and code.isupper() and code != "I" and not match.group()[:4].isupper()


def _is_a_number(code: str) -> bool:
    return len(code) <= 3 if code.isdigit() else code != "one" and _counts(code)


def _are_ages(first: int, last: int) -> bool:
    """Whether a range is one of ages: 65-79, 18-24; a pilot has few people above fifty, by number."""
    return first in {16, 18} or 50 <= first < 100 or (first % 10 == 0 and last % 10 in {4, 9})


def _counts(code: str) -> bool:
    return all(re.fullmatch(NUMBER_WORDS, part) for part in code.casefold().split("-"))
