"""A safety net for free text: what must not be in it. A hit blocks; no hit proves nothing (R-QUO-05)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from atpilots.privacy.identifiers import TWO_ALPHABETS, DirectIdentifiers
from atpilots.privacy.named_people import named_people, without_works
from atpilots.privacy.names_as_said import spellings
from atpilots.privacy.text import mixes_alphabets, visible_form, words
from atpilots.privacy.vocabulary import (
    CAP,
    NAMESAKES,
    NUMBER_WORDS,
    NUMBERED,
    ORDINARY,
    PARTICLE,
    PUBLIC,
    ROADS,
    ROLE,
    SAYS,
    STREETS,
    TITLES,
    WORK,
    either,
)

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
MAIL = either("""
    aol|btinternet|gmail|googlemail|hotmail|icloud|live|msn|ntlworld|outlook|proton(?:mail)?|sky|talktalk|virginmedia
    yahoo
""")
NO_USER = either("""
    accounts?|address(?:es)?|e-?mails?|mail|mailbox(?:es)?|inbox(?:es)?|in|up|on|out|look(?:s|ed|ing)?|logins?|messages?
    registered|users?
""")
# Groups as British numbers are written, in any signs: 07700/900/123, 020_7946_0958; a list of small numbers is none.
GROUPS = (
    rf"(?<!\d)\(?0(?:\d{{4}}{SIGN}\d{{3}}{ANY}\d{{3}}|\d{{4}}{SIGN}\d\d{ANY}\d\d{ANY}\d\d|\d{{4}}{SIGN}\d{{5}}"
    rf"|\d{{3}}{SIGN}\d{{3}}{ANY}\d{{3,4}}|\d{{3}}{SIGN}\d{{4}}{ANY}\d{{3}}|\d\d{SIGN}\d{{4}}{ANY}\d{{4}})(?!\d)"
)
MOBILE = rf"7[1-9]\d\d{ANY}\d{{3}}{ANY}\d{{3}}(?![^\W_])"  # without its 0
LANDLINE = rf"(?:20{ANY}\d{{4}}{ANY}\d{{4}}|1\d{{3}}{ANY}\d{{6}})(?![^\W_])"
WITHOUT_0 = rf"(?<![^\W_])(?<![.,£$€-])(?:44{ANY}(?:0{ANY})?(?:{MOBILE}|{LANDLINE})|{MOBILE})"
SMALL = r"(?:road|rd|street|avenue|ave|grove|crescent)\b"
NO_STREET = either("""
    mph|busy|main|other|more|new|old|quiet|different|metres?|miles?|people|way|of|on|in|the|days?|weeks?|months?|years?
    Minute|Hour|Day|Week|Month|Year|Mile|Step
""")
# In full, because "12 Marsh Lane" is no day of March.
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# What stands before a number that is none of a house: week 3, Mill Lane; Echo Show 8.
NO_HOUSE_AFTER = (
    "week phase zone wave stage step session group day year area ward show bus route dot hd ipad pop tab room gate "
    "level question page table figure version windows android ios"
)
NO_HOUSE = "".join(rf"(?<!\b{form} )" for word in NO_HOUSE_AFTER.split() for form in (word, word.title()))
# What takes place in public, wherever; nobody holds a drop-in at home.
EVENTS = "meetings|drop-ins?|workshops?|roadshows?|open days?|coffee mornings?|launch(?:es)?|exhibitions?"
HELD = r"(?: (?:was|were|is|are|ran|runs|held|took place|takes place|met|opened|stands|based))*"
ORGANISATION = r"(?-i:(?:[A-Z][\w'&-]* ){1,6}[A-Z]{2,}|[A-Z]{3,}),"  # Age UK, RNIB
# Where nobody lives.
SHOWN = "(?:training|show|demonstration|demo|model|sample|void|guest|exhibition) (?:flat|home|house|apartment|studio)s?"
# After an address: "30 Wellington Street, the Woolwich Centre", "(our office)", "was the old library".
BESIDE = re.compile(
    r"(?:,|,? \(| is| was| became)(?: (?:now|then|once))? ?(?:home (?:of|to) )?(?:the|our|an?|its|their) "
    rf"(?:[a-z']+ )?(?:{CAP} )*(?i:{PUBLIC})\b"
    rf"|[^.,;!?]* (?:is|was|became|as) (?:the|our|an?) {SHOWN}\b"
)
OFFICE = re.compile(rf"\b(?:council|{PUBLIC})\b[^.;!?|]{{0,40}}$", re.IGNORECASE)
NOT_MANY = "is|was|has|does|needs|as|plus|this|us|always|perhaps|sometimes|gets|lies|stands|stays|opens|belongs|looks"
OF_MANY = rf"(?! (?:(?!(?:{NOT_MANY})\b)[a-z]{{2,}}s|people|staff|children|kit|equipment)\b)"  # 10 Green Park tablets
# "20 Windrush Square tote bags", unless we went to, or were at, 20 Windrush Square.
OF_THINGS = (
    rf"(?! (?!(?:{NOT_MANY}|{'|'.join(sorted(ORDINARY))}|\w+(?:ed|ly)|above|behind|below|near|beside|opposite"
    r"|via|flat|we|they|because|got|gets)\b)[a-z]+ (?!this\b)[a-z]{2,}(?<!s)s\b)"
)
LIVES = r"\b(?i:liv(?:es?|ed|ing)|resid(?:es?|ed|ing)|home|moved)\b[^.;!?]*$"
HOUSE = rf"(?:\d{{1,2}}/)?\d{{1,3}}(?:-\d{{1,3}})?|(?<!\w)(?!one\b)(?:{NUMBER_WORDS})(?= [A-Z])"
STREET = rf"The {CAP}s\b|(?:{CAP}\.? (?:of |the )?){{1,3}}(?:{ROADS}|{NUMBERED}|{ROADS.upper()})\b|[a-z]+ {SMALL}"
ADDRESS = re.compile(
    rf"(?P<public>(?:\b(?i:(?:{PUBLIC}|{EVENTS}|{SHOWN}){HELD}),?|(?<![\w'&-]){ORGANISATION})(?: (?:at|in|on)|:)? \(?"
    rf"(?:(?:{CAP} )*{CAP}, )?)?"
    rf"(?P<door>(?P<to>(?<=\b(?:at|to|in|of) ))?(?<![\w.,:£$€/-]){NO_HOUSE}(?:{HOUSE})"
    rf"(?:(?P<house>[A-Za-z]?,|[A-Za-z]) | )(?!(?:{MONTHS}|{NO_STREET}) )"
    rf"(?:{STREET})(?! (?i:{PUBLIC})\b)(?(house)|{OF_MANY}(?(to)|{OF_THINGS}))"
    r"|\b(?:Flat|Apartment|Apt|Bungalow) (?:no\.? )?\d{1,3}[A-Za-z]?\b(?!%)"
    r"|\b(?:in|at|of|from|to) flat \d{1,3}[a-z]?\b(?! \w+s\b))"
)
TITLE_WORDS = "|".join([*sorted(map(str.title, TITLES)), "MR|MRS|MISS|DR|PROF|CLLR|PC|PCSO"])
# After a title: the words of films, offices, brands and people whom everybody knows; and those that begin a sentence
# ("I asked the Dr. We …").
NO_NAME = either("""
    World|Windows|Basics|Universe|England|Jamaica|Saigon|Marple|Who|Foster|Dolittle|Martens|Christmas|Ted|Time|Act|Mayor|Chancellor
    Lieutenant|Justice|Bean|Men|Gaga|Teams|Word|Excel|Forms|Office|Call|Sam|Google|Alexa|Magoo|Barnardo|Beeton|Blobby
    Bountiful|Brown's Boys|Chatterley|Congeniality|Claus|Darcy|Doubtfire|Havisham|Hinch|Kipling|Motivator|Muscle|Oetker
    Pepper|Piggy|Poppins|Potato|Ratched|Scholl|Selfridge|Seuss|Sheen|Sledge|Strangelove|Tussaud|Tumble|Whippy|Zhivago
    David Attenborough|Elton|Vera Lynn|Judi Dench|Cliff Richard|Captain Tom|Shirley Bassey
    I(?= [a-z])|A(?= [a-z])|An|The|We|He|She|They|It|Then|But|And|Or|So|This|That|There|If|When|My|Our|In|On|At|For
    After|No|Not|Yes|Nothing|Nobody
""")
SURNAME = rf"(?:[A-Z]\b\.? ?){{0,3}}(?:{PARTICLE}){{0,2}}{CAP}"
# "Dr Okafor's health centre", "the Sir John Cass School": an organisation that is called after somebody.
CALLED_AFTER = (
    r"(?!(?:[A-Z'-]{2,} ){1,3}(?:WAS|IS|HAS|HAD|WENT|IN|AT|TO|OF|FROM|AND|THE)\b)"  # in capitals from end to end
    rf"(?:{CAP}\.? ){{0,3}}{CAP}(?:s?' |'?s? )(?:(?:&|and) (?:Partners|Associates) )?"
    r"(?:(?:medical|health|dental|day|primary|community|care|children's)"
    r" )*(?i:surgery|practice|clinic|hospital|hospice|school|academy|college|university|ward|wing|unit|cent(?:re|er)"
    r"|hall"
    r"|church|mosque|temple|trust|foundation|charity|library|theatre|museum|society|institute|pharmacy|award|fund"
    rf"|pub|(?-i:House|Home|Court|Estate|Park|{ROADS}|Square))\b"
)
# "episodes of Father Brown", "Mrs Beeton recipes"; but "Mr Ali films the garden".
OF_WORK = rf"(?<!'s)(?<!s') (?:{WORK}|film|cakes|costumes?|boots|jigsaws?|mystery|mysteries|quiz|show|fan club)\b"
BY = (
    r"(?:episodes?|films?|series|repeats|novels?|audiobooks?|music) (?:of|by|called)"
    rf"|(?:watch|listen)(?:ed|ing)(?: to)?(?: {CAP})+ (?:and|or)"
)
# What follows "dr" or "mrs" in small letters where no name does: "my dr said".
NO_SURNAME = either(rf"""
    {"|".join(sorted(ORDINARY))}|{SAYS}|appointments?|surgery|[a-z]+ed|c[ao]mes?|ga?ive?s?|gave|gets?|goes|got|helps?
    increases?|kno?e?ws?|lets?|likes?|loves?|ma[dk]es?|needs?|phones?|prescribes|puts?|rings?|recommends|saw|sees?
    sends?|sent|shows?|takes?|took|thinks?|uses?|visits?|went|calls?|writes?
""")
TITLED = (
    rf"(?P<public>\b(?:{BY}) )?"
    rf"\b(?:{TITLE_WORDS})\.? (?!{NO_NAME}\b){{}}{SURNAME}(?!{OF_WORK})(?: {CAP})*"
    rf"|\b(?:(?:[Mm]rs?|[Dd]r|[Mm]x|[Pp]rof)\.?|ms\.) (?!{NO_SURNAME}\b){{}}[a-z][\w']+"
)

A_NAME, TELEPHONE, POSTCODE, NHS = "a private name", "a telephone number", "a postcode", "an NHS number"
INSURANCE = "a National Insurance number"
TITLE, AN_ADDRESS, A_PERSON = "a title with a name", "a street address", "a person's name"
SCANS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        NHS: re.compile(
            rf"(?:\bNHS (?i:no|nr|num|number)\b[^\d|]{{0,8}}|(?<!\d))(?:\d(?:[ -]{{0,3}}\d){{9}}"
            rf"|\d{{3}}{ANY}\d{{3}}{ANY}\d{{4}})(?!\d)"
        ),  # and its check digit
        INSURANCE: re.compile(r"\b[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]\b"),
        "an e-mail address": re.compile(
            rf"(?<![\w.+-])[\w.+-]+{AT}(?:[\w-]+(?:{DOT}[\w-]+)+|{MAIL}\b)|(?<!\w)\w+ at [\w-]+ dot {ENDING}\b"
            rf"|(?<![\w.+-])(?!(?:{NO_USER}) )[\w.+-]+ at {MAIL}[ .]{ENDING}\b",
            re.IGNORECASE,
        ),
        "a web address": re.compile(
            r"(?:https?://|www\.)\S+|(?<![\w-])[\w-]+\.(?:co\.uk|org\.uk|gov\.uk|com|org|net|uk|info|io|ly)\b"
            rf"|(?<![\w-])[\w-]+\.[a-z]{{2,10}}/\w|(?<![\w-])[\w-]+{DOT}{ENDING}\b",
            re.IGNORECASE,
        ),
        "a name in a social network": re.compile(
            r"(?<![\w.])@(?!home\b)[^\W\d]\w{2,}|\blive:\w+"
            r"|\b(?:(?:her|his|my|whose) (?:[a-z]+ ){0,2}(?:user)?(?:name|handle)|skype|insta(?:gram)?|facebook"
            r"|telegram|snapchat|tiktok|linkedin|twitter|whatsapp|messenger|discord|youtube|posts|tweets)"
            r"(?: (?:name|id|user|handle|account))?(?: is|:| as| under) ?[\"“']?"
            r"(?=[a-z][\w.-]*[\d_]|[a-z]\w*\.\w)[\w.-]*\w",
            re.IGNORECASE,
        ),
        TELEPHONE: re.compile(
            # but no change with its interval, "+1.014 (-0.070 to"
            r"(?<!\d)(?:\+|00)(?!\d+\.\d+ \([-+]?\d+\.\d)(?:[ ()./-]{0,3}\d){8,15}"
            r"|(?<!\d)\(?0(?:[ ().-]*\d){9,10}(?!\d)"
            rf"|{GROUPS}|{WITHOUT_0}"
        ),
        POSTCODE: re.compile(
            r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?[ .-]{0,3}\d[A-Z]{2})\b"
            rf"|(?<![^\W_])[A-Z]{{1,2}}\d[A-Z\d]?{SIGN}(?!1st|2nd|3rd|\dth)\d[ABD-HJLNP-UW-Z]{{2}}(?![^\W_])",
            re.IGNORECASE,
        ),
        "a date of birth": re.compile(
            rf"\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\b|\b{MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th"
            rf"|, ?\d{{4}})\b"
            r"|\b(?:born|birthday|dob|d\.o\.b\.?|date of birth)\W+(?:(?:on|in|the|is|was|it's|it|early|late|of) )*"
            rf"(?:{MONTH}|\d{{4}})\b",
            re.IGNORECASE,
        ),
        TITLE: re.compile(TITLED.replace("{}", "")),
        "the name of a place": re.compile(rf"(?<![\w'-]){CAP} (?:{STREETS})\b"),
    }
)
# What a pilot's own words may not tell beside TO_REACH. They need dates ("residents born before 1960") and places ("Dr
# Smith's surgery"), so only what leads to one person or one door is refused.
DAY = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}"
    rf"|{MONTH} (?:the )?\d{{1,2}})\b"
)
OWN: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "a name in a social network": SCANS["a name in a social network"],
        "a date of birth": re.compile(
            r"\b(?:born|birthday|(?:dob|d\.o\.b\.?|date of birth)(?:,? (?:[a-z]+|\d)){0,6})\W+"
            rf"(?:(?:on|in|the|is|was|it's|it) )*{DAY}",
            re.IGNORECASE,
        ),
        TITLE: re.compile(TITLED.replace("{}", rf"(?!{CALLED_AFTER})")),
    }
)
TO_REACH = {what: SCANS[what] for what in ("an e-mail address", TELEPHONE, POSTCODE, NHS, INSURANCE)}
# What to write instead, of what no page may tell.
NOBODYS_WAY = "leave it out; the council's own belongs into contact"
INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((*TO_REACH, "a name in a social network"), NOBODYS_WAY),
        AN_ADDRESS: "name the street without the number, or the public place (“the library at 20 Windrush Square”)",
        "a date of birth": "write an age band, or leave it out",
        A_PERSON: "write “one resident” or what they do; name an organisation by its whole name",
        TITLE: "write what they do (“a nurse”, “a neighbour”); an organisation may follow (“Dr Smith's surgery”)",
    }
)
# A number typed with letters for digits, O7700 9OO123: nothing but these and at least one digit.
MISTYPED, AS_DIGITS = re.compile(r"(?<![^\W_])(?=[OolI]*\d)[\dOolI]+(?![^\W_])"), str.maketrans("OolI", "0011")
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
    told = without_works(NAMESAKES.sub("it", line))
    hits = [*_hits(told, SCANS), *((AN_ADDRESS, words) for words in _addresses(told))]
    found = [*dict.fromkeys(what for what, _ in hits), *(A_PERSON for _ in [*named_people(told)][:1])]
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
    line = NO_CONTACT.sub(" | ", visible_form(text))
    return tuple(dict.fromkeys(what for what, _ in _hits(line, TO_REACH)))


def people_in(text: str, *, named: bool = True) -> tuple[tuple[str, str], ...]:
    """`contacts`, and what else in a pilot's own words leads to one person: each with the words that do.

    named: whether names without a title are looked for, which are told by the sentence.
    """
    line = without_works(NAMESAKES.sub("it", visible_form(text)))
    found = [*_hits(NO_CONTACT.sub(" | ", line), TO_REACH), *_hits(line, OWN)]
    found += ((A_PERSON, name) for name in (named_people(line) if named else ()))
    return (*found, *((AN_ADDRESS, address) for address in _addresses(line)))


def _addresses(line: str) -> Iterator[str]:
    """A house number with its street, and flats; no public place, unless somebody lives there."""
    for match in ADDRESS.finditer(line):
        before, after = line[: match.start()], line[match.end() :]
        public = match["public"] or BESIDE.match(after)
        if not public or re.search(LIVES, before):
            yield match["door"]


def _hits(line: str, kinds: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[str, str]]:
    numbers = f"{line} | {MISTYPED.sub(lambda match: match.group().translate(AS_DIGITS), line)}"
    for what, pattern in kinds.items():
        matches = pattern.finditer(numbers if what in {TELEPHONE, NHS} else line)
        found = (
            match.group().strip()
            for match in matches
            if not match.groupdict().get("public") and (what != POSTCODE or not _of_an_office(line[: match.start()]))
        )
        hits = (
            words for words in found if what != NHS or not words[0].isdigit() or is_nhs_number(re.sub(r"\D", "", words))
        )
        yield from dict.fromkeys((what, words) for words in hits)


def _of_an_office(before: str) -> bool:
    """Whether a postcode is a public place's: "the library, SE15 5JR"; and nobody is said to live there."""
    return bool(OFFICE.search(before)) and not re.search(rf"\b(?i:{ROLE})\b|{LIVES}", before)


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
