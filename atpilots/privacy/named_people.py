"""Names of people whom no names.txt holds, told in two ways.

By the sentence: words with a capital that it treats as one person, by what stands beside them, whatever the name. And
by a list of given names, because many sentences say nothing that only people do ("Left voicemail for Sandra"): unless
they speak of a place, a thing, or somebody whom everybody knows. A sentence may begin with a name that is also a word
("Grace"), so there it must say more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from atpilots.privacy.text import mixes_alphabets, words
from atpilots.privacy.vocabulary import (
    CAPITAL,
    DOES,
    KIN,
    MOODS,
    ORDINARY,
    OWN,
    PARTICLE,
    PUBLIC,
    ROLE,
    SAYS,
    THING,
    TITLES,
    WORK,
    any_word,
    either,
    given_names,
)

NEAR = 200  # characters on either side that say who is meant
WORD = rf"{CAPITAL}(?:[\w'-]*\w)?"
NAME_IN_CAPITALS = re.compile(r"[A-Z]{3,} [A-Z'-]{4,}")
SMALL = re.compile(r"(?<![\w'./@&-])(?=([a-z]{4,}) ([a-z]{4,})(?![\w/@-]))")
NAME = re.compile(rf"(?<![\w'./@&-]){WORD}(?:(?:(?<!\w\w\w)\.)?(?: (?:{PARTICLE})*){WORD})*")  # J. Mbeki
AGE = r"(?:1[89]|[2-9]\d|10\d)(?=[,.;:)]| and | who )"
# The Nigerians, Poles, Sikhs, Scouts, Trustees, Chromebooks.
NO_FAMILY = either(r"""
    \w+(?:[ict]an|ist|[eo]r|ee|ie|(?:desh|stan|mal|raq|rael|gal|jab|rat|pal)i|book|phone|bit|pad|et)
    German|Pole|Kurd|Turk|Greek|Scot|Thai|Arab|Cypriot|Filipino|Czech|Slovak|Serb|Croat|Sikh|Hindu|Muslim|Catholic
    Scout|Guide|Cub|Time|Common|Lord|Friend|Beatle|Simpson|\w+land|Olympic|Philippine|Maldive|Alp|Prom|Oscar|Cotswold
""")
FAMILY_DOES = rf"(?:both |all |have |had |now |also )?(?:{SAYS}|handed|withdrew|invited|share|own|felt)"  # the Okonkwos
NEXT_DOOR = (
    r"(?:(?:at|from|in|on) (?:the end|the top|number|no\.?|flat|the \w+ floor)|next door|upstairs|downstairs|opposite)"
)
MET = "(?:visited|met|rang|phoned|asked|told|called (?:in )?on|sp(?:o|ea)ke? (?:to|with)|(?:home|kit|tablet|flat) of)"
NO_INITIAL = either("""
    Group|Section|Part|Table|Phase|Block|Zone|Wave|Appendix|Annex|Type|Plan|Vitamin|Option|Schedule|Hepatitis|Unit|Room
    Question|Figure|Form|Class|Grade|Level|Arm|Version|Item|Stage|Step
""")
SHORTENED = r"(?:[A-D]\.I|G\.P|I\.[DQT]|M\.S|N\.[BH]|S\.[DE]|T\.V|U\.[KS])"
INITIALS = re.compile(
    either(rf"""
    (?<![\w.'])(?:[A-Z]\. ?){{1,3}}(?={CAPITAL}[\w'-]*[a-z]){WORD}(?: {WORD})*  # P. Osei
    (?<![\w.'])(?!{NO_INITIAL}\b){CAPITAL}[a-z'-]+ [A-Z]\.(?=,| [a-z])  # Mohammed A. was; but Group A. was
    (?<![\w.'])[A-Z]{{2}}(?= \((?:aged )?{AGE}\))  # JT (81)
    (?<=\()(?!{SHORTENED})(?:[A-Z]\. ?){{2,3}}(?=[,;)])  # (J.T., Sidcup)
    (?<=[Tt]he ){CAPITAL}[a-z'-]+ (?:family|household|couple|sisters|brothers|twins)\b(?! of)
    (?<=[Tt]he )(?!{NO_FAMILY}s\b){CAPITAL}[a-z'-]+s(?= (?:{FAMILY_DOES}|{NEXT_DOOR})\b|' (?:{OWN}|place|home|house)\b)
    \b{MET} the (?!{NO_FAMILY}s\b){CAPITAL}[a-z'-]+s\b(?! (?:[A-Z]|team|staff|{PUBLIC}))  # visited the Hussains
    """)
)
PRONOUN = re.compile(r"\b(?:s?he|hers?|his|him|(?:her|him)self|s?he'(?:d|s|ll))\b", re.IGNORECASE)
SOMEBODY_FROM = re.compile(rf"\b{ROLE} from $")  # "the participant from Eritrea, Selam"
# No name of a person follows an article, nor what is somebody's: the Echo, an Amazon password, their Show.
ARTICLE = r"\b(?:the|an?|this|that|these|those|each|every|any|no|some|which|another|its|our|their|his|her|my|your)"
AFTER_ARTICLE = re.compile(rf"{ARTICLE} $", re.IGNORECASE)
NOT_MY = re.compile(  # but: the twins Hassan and Hussein
    r"\b(?:the|an?|this|these|each|every|any|no|some|which|another|its)"
    rf"(?: (?!{ROLE}s?\b)[a-z-]+)? $",
    re.IGNORECASE,
)
PLACED = "in|at|near|into|onto|via|using|around|outside|across|from|of"
WHERE = re.compile(rf"\b(?:{PLACED}) $", re.IGNORECASE)
BEFORE = re.compile(
    r"\b"
    + either(rf"""
        (?:{ROLE}|year-old)(?:,| called| named)? \(?
        (?i:interview|call|visit|quote|diary) \d+(?: \(|[,:] )
        (?:said|says|recalls|adds|added|commented|explained)[ ]
        {KIN}\b[^.;]*? (?:is|was) (?:called|named)[ ]
        introduced (?:her|him|them)sel(?:f|ves) as[ ]
        some(?:one|body) (?:called|named)[ ]
        (?:story|stories|quotes?|anecdote|poem|words|joke) (?:[a-z]+ ){{0,5}}(?:from|by|of)[ ]
    """)
    + "$"
)
# Where an organisation or a place seldom stands: "For Beatrice the device was", "Tell Norma that", "gave it to Hilda".
LISTED = re.compile(rf"(?:{WORD}(?:,? and|,? or| &|,) )+$")
LISTED_AFTER = re.compile(rf"(?:, {WORD})+,? (?:and|or) {WORD}")  # Claude, Siri and Gemini
TO = either(r"""
    thanks|listen\w*|sp[eo]ken?|talk\w*|g[ai]ven?|handed|passed|belong\w*|married|read|shown?|showed|wrote|lent
    owes?(?: [a-z]+){0,6}
""")
TO_SOMEBODY = re.compile(
    either(rf"""
    \b(?:(?:the|an?) {OWN}|{KIN}s) of
    \babout|(?:\bdevice|\bkit|\btablet|\bspeaker)s? for|^(?:For|Without|Tell|Ask)
    \b{TO}(?: (?:it|them|one|back|this|that|hers|his))? to
    \b(?:chat|interview|visit|call|tea|lunch|live[sd]?|living|sat|spoke|left|leaving)(?: \w+){{0,2}} with
    """)
    + " $",
    re.IGNORECASE,
)
# Where a month cannot be one: "We called on May after lunch and found her".
CALLED_ON = re.compile(r"\b(?:called (?:in )?on|visited|met|saw|found|rang|phoned|helped|showed|taught|asked|told) $")
# Before what stands alone inside a sentence and is no person all the same: a place, a thing, a part of another name.
NOT_ALONE = re.compile(
    r"\b"
    + either(rf"""
        {PLACED}|on|through|to|by|like|than|between|over|under|against|about|after|with|for|as|and|or|both|mostly|including
        called|(?:nick)?named|christened|dubbed|entitled|play(?:ed|ing)?|use[ds]?|watch(?:ed|ing)?|s[aiu]ng
        the|an?|this|that|its|our|their|his|her|my|your
    """)
    + " (?:[a-z-]+ )?$",
    re.IGNORECASE,
)
NO_DEED = either("""
    clos|mov|merg|offer|end|start|fund|provid|suppli|train|chang|cancell|delay|recruit|deliver|host|support
""")
FOLLOWS = re.compile(
    r"[.,;:!?)]| "
    + either(rf"""
        in|on|at|for|with|without|about|that|to|because|again|next|the|an?|and(?= [a-z])|but|or|so|who|whom|if|when
        while|before|after|since|until|as|alone|herself|himself|too|first|nobody|everybody|we|they|it|was|is|had|has
        became|showed?|meant|would|could|can|did|does|(?!{NO_DEED}ed)[a-z]+ed  # no thing that it is of: Fitbit watches
    """)
    + r"\b"
)
CITED = re.compile(r"[^.;]{0,25}\(?(?:et al|(?:19|20)\d\d)\b| (?:argue|write|describe|show|suggest)s?d? in [A-Z]")
TEAM = "(?:team|round|shift|floor|desk|landing|staircase)"
TOGETHER = "(?:both|married|cousins|sisters|brothers|twins|friends|neighbours|a couple)"
BESIDE = re.compile(
    either(rf"""
    's?(?: (?:own|old|late|new|first|second|last|young|elderly))? {OWN}\b
    (?:, (?:aged |who is )?| aged |,? \((?:aged )?){AGE}
    [ ]\((?:[a-z-]+ ){{0,3}}{ROLE}\)
    [ ](?:aunt(?:y|ie)|uncle|bhai|didi|ji|[Aa]pa|[Kk]hala|[Bb]aji|[Cc]hacha)\b
    ,? (?:(?:now|both|all|well) )?in (?:his|her|their) (?:early |mid[- ]|late )?(?:[a-z]+ties|\d0)
    , [a-z]+ floor\b|, whose {OWN}\b
    , (?:an?|the|her|his|our|my|their|one of)\b[\w' -]{{0,40}}?\b(?:{ROLE}|one|oldest|eldest|youngest|only|first|last)\b
    [ ](?:in|from|of|on|at) (?:the|our|my|her|his)(?: [\w-]+){{0,3}} {TEAM}\b
    [ ]and (?:his |her |[a-z]+ others? |{WORD} (?:are|were) {TOGETHER}\b)
    """)
)
ALSO_NAMES = {"April", "May", "June", "August", "Will"}
OF_A_MONTH = re.compile(r"\b(?:in|by|since|until|till|during|of|from|early|late|last|next|this|and|to|mid|\d) $")
PAST = re.compile(r",? (?:who|was|is|has|had|did|does|went|got|said|[a-z]{2,}ed)\b|'s ")
HOW = r",? (?:(?:also|often|then|now|still|always|just|really|soon|later|even|who|that|both) )*"
FIRST_SAYS, THEN_DOES = (re.compile(rf"{HOW}{verbs}\b") for verbs in (SAYS, DOES))
# Where a given name is nobody's. Whoever is played, read or asked for, with a song or a book, is known to everybody.
FAMOUS = any_word(
    rf"""
    {WORK}|tunes?|films?|movies?|songs?|sing(?:ers?|ing)?|hymns?|albums?|concert|choir|jazz|reggae|comed(?:y|ian)s?|programmes?
    play(?:ed|ing)?|poems?|poets?|authors?|books?|read(?:ing)? (?:group|aloud)|paint(?:ers?|ed|ings?)|quiz|fans|history
    request(?:s|ed)?|asked for|ask(?:s|ed)? (?:it|Alexa|the \w+) for
    voices|watched|listened|talks (?:about|on)|named after|names (?:we|they)
    both (?:like|love)d|persona|vignette|fictional|made[- ]up|dummy|such as
    """,
    re.IGNORECASE,
)
# "Sweet Caroline", "The Archers"; but "Doris" told us.
IN_TITLE = rf"(?:{CAPITAL}[\w'-]*|of|the|and|in|a|to|for|on|at|my|it)"
TITLE_OF_WORK = re.compile(rf"[\"“]{IN_TITLE}(?: {IN_TITLE}){{0,5}}[,.!?]?[\"”](?! {SAYS}\b)")
ASKED_FOR = re.compile(r"(?:\b(?:play|by|of|hear|like|love|watch|as|and|or|chose|were)(?:e?d|s|ing)?|,) $")
RINGS = re.compile(r"\b(?:call|ring|rang|phone|text|dial|message)(?:ed|ing|s)?(?<!called) $")
DOES_MORE = re.compile(r" (?!(?:and|or|was|were|is|are|sang|came up|in|of|on|the) )")
# A thing called after somebody: "Jo Richardson school", "Cohen's kappa", "Rosie the Robot".
CALLED_AFTER = re.compile(
    r"(?:'s?)? "
    + either(rf"""
        (?:[a-z-]+ )?(?i:{PUBLIC})|{WORK}|lines?|scales?|scores?|tests?|methods?|index|alpha|kappa|interval
        interview schedule|questionnaires?|effect|formula|model|approach|framework|design|voice|app|robot|avatar
        vouchers?|cards|scheme|fund|prize|award|foundation|paintings?|films?|videos|clips|workouts|nights?|choir
        estate|site|ward|blocks?|lounges?|rooms?|wings?|units?|teams?|groups?|nurses|volunteers|staff|t
        plugs|radios|phones|speakers|cameras|doorbells|watches|hubs
        biscuits|cakes|sponges?|buns?|potatoes|plums?
    """)
    + rf"\b(?!')|'s (?:{WORD} )*(?:Rule|Law|Act|Scale|Index|Test|Method|Award|Fund|Foundation|Society)\b"
    r"|'s (?:was|is|were|are|had|has|gave|sold)\b"
    r"| the [A-Z]|,? the (?:[a-z-]+ )?(?:robot|app|avatar|voice|seal|cat\b|dog\b)"
)
CALLED = re.compile(
    either(r"""
    \b(?:named|nicknamed|christened|dubbed) (?:the|our|their|his|her) [a-z]+[ ]
    \b(?:called|calls|named|nicknamed|christened|dubbed) (?:it |them )?\(?
    \b(?:app|assistant|avatar|(?:chat)?bot|robot|seal|voice)s?,? (?:it |them )?\(?
    [A-Z]\w+ \(|&[ ]|(?<=[a-z] )[A-Z]\w+ (?:of|for)[ ]  # the Company of Carmen
    """)
    + "$"
)
MANY = re.compile(r"(?:(?!.*(?:is|ss)$).*s|.*(?:ing|ness|ment|ion|ity))$")  # Customers, Loneliness; but Doris


def named_people(line: str) -> Iterator[str]:
    """The names in a text (of one form) that stand where a person's would, in the words of the text."""
    for match in SMALL.finditer(line):  # mohammed iqbal
        if all(map(_is_surely_given, match.groups())):
            yield " ".join(match.groups())
    line = line[:1].upper() + line[1:]
    for match in INITIALS.finditer(line):
        found = match.group()
        if not CITED.match(line, match.end()) and not THING.search(f"{found} {found.removesuffix('s')}"):
            yield found
    for match in NAME.finditer(line):
        start, end = match.span()
        name, before, after = match.group(), line[max(0, start - NEAR) : start], line[end : end + NEAR]
        owner, apart, owned = name.partition("'s")
        if apart and (not owned or _is_given(name)):  # Jacek's English
            name, after = owner, f"'s{owned}{after}"
        first, _, rest = name.partition(" ")
        if not rest and _is_given(first) and _is_no_month(first, before, after):
            yield name
            continue
        if _is_no_part(first, before, rest, after):
            before, name = f"{before}{first} ", rest
        month, _, surname = name.partition(" ")
        called = surname if surname and month in ALSO_NAMES and not OF_A_MONTH.search(before) else name  # May Robinson
        if CITED.match(after) or THING.search(called):
            continue
        if (_could_be_one(name, before) and _is_told_of(name, before, after)) or _is_listed(name, before, after):
            yield name


def without_works(line: str) -> str:
    """A text without the titles of songs, films and books: quoted, in capitals, and asked for, sung or read."""

    def said(match: re.Match[str]) -> str:
        before, after = line[max(0, match.start() - NEAR) : match.start()], line[match.end() : match.end() + NEAR]
        return '"it"' if FAMOUS.search(_sentence(before, after)) else match[0]

    return TITLE_OF_WORK.sub(said, line)


def _is_no_month(name: str, before: str, after: str) -> bool:
    """Whether a month or verb is a name: "May told us", "Will was", "called on May and found her"."""
    if after.startswith(", who "):
        return True
    if _begins(before):
        return bool(FIRST_SAYS.match(after) or (name == "Will" and PAST.match(after)))
    if name == "Will":  # inside a sentence the verb has no capital
        return not AFTER_ARTICLE.search(before) and re.search(r"\b[a-z]+,? $", before) is not None
    return bool(CALLED_ON.search(before) and FOLLOWS.match(after)) and _is_meant_by_pronoun(before, after)


def _is_no_part(first: str, before: str, rest: str, after: str) -> bool:
    """Whether the first word only begins the sentence: "Rang Mustapha", "When Ruth"; but "Will's wife"."""
    if first in ALSO_NAMES and rest and not THING.search(rest) and not (_begins(before) or OF_A_MONTH.search(before)):
        return False  # with May Robinson
    if first.casefold() in ORDINARY:
        return bool(rest) or not (_is_given(first) and after.startswith("'s"))
    starts = _begins(before) or (len(first) > 1 and first.isupper())  # at the AGM Bridget
    return (
        (starts or first in {"Big", "Little", "Old", "Young"})
        and not _is_given(first)
        and _is_given(rest)
        and not THING.search(first)
    )


def _is_given(name: str) -> bool:
    """Whether a name begins with a given name: Mehmet, Anne-Marie; but RITA is an abbreviation, and mark-up a word."""
    if NAME_IN_CAPITALS.fullmatch(name):
        name = name.title()
    first = name.partition(" ")[0]
    if first.isupper() or re.search("-[a-z]", first) or mixes_alphabets(first):
        return False
    return any(word in given_names() for word in words(first)[:1])


def _is_surely_given(word: str) -> bool:
    return given_names().get(word) is False


def _is_listed(name: str, before: str, after: str) -> bool:
    """Whether a given name stands where it is neither a place nor a thing nor somebody whom everybody knows."""
    if not _is_given(name) or CALLED_AFTER.match(after) or NOT_MY.search(before):
        return False
    first = LISTED.sub("", before)
    if given_names().get(name.casefold()) and (_begins(first) or WHERE.search(first)):
        return False
    return not (_is_famous(name, before, after) or CALLED.search(before) or _in_a_list(before, after))


def _is_famous(name: str, before: str, after: str) -> bool:
    """Whether a sentence asks for, plays or reads whoever has the name; "Femi plays music" does not."""
    if (
        not FAMOUS.search(_sentence(before, after))
        or (_begins(before) and DOES_MORE.match(after))
        or RINGS.search(before)
    ):
        return False
    return " " in name or _begins(before) or bool(ASKED_FOR.search(before))


def _sentence(before: str, after: str) -> str:
    return re.split(r"[.;!?] ", before)[-1] + re.split(r"[.;!?](?: |$)", after)[0]


def _begins(before: str) -> bool:
    """Whether a sentence begins after these words."""
    return not before.strip(" \"'(") or before.rstrip(" \"'(")[-1:] in ".!?:;|" or before.endswith((' "', " “"))


def _could_be_one(name: str, before: str) -> bool:
    parts = re.findall(r"[\w'-]+", name)
    if not any(len(part) > 1 for part in parts) or AFTER_ARTICLE.search(before):
        return False
    if parts[0].casefold() in TITLES:  # the rule of titles decides about these
        return False
    if any(part.casefold() in ORDINARY and not _is_given(part) for part in parts):
        return False
    if any(re.fullmatch(ROLE, part.casefold()) for part in parts):
        return False
    return all(any(map(str.islower, part)) for part in parts if len(part) > 1)


def _is_told_of(name: str, before: str, after: str) -> bool:
    named = _is_given(name) and name.casefold() not in MOODS
    unsure = " " not in name and _begins(LISTED.sub("", before)) and not named
    if unsure and MANY.fullmatch(name):
        return False
    inside = CALLED.search(before) or WHERE.search(before) or _in_a_list(before, after)
    if not inside and (FIRST_SAYS if unsure else THEN_DOES).match(after):  # after "Since the stroke Errol", too
        return True
    if BESIDE.match(after) or BEFORE.search(before):
        return True
    famous = " " in name and _is_famous(name, before, after)
    if not famous and _is_the_one(LISTED.sub("", before) if named else before, after):
        return True
    if re.match(r"'s[.,;]", after) and re.search(r"\b(?:is|was|are|were) $", before):  # the quote is Maureen's.
        return True
    placed = WHERE.search(before) and not after.startswith((" who ", ", who "))
    verb = unsure and re.match(r" (?:it|you|we|they|s?he|I)\b", after)  # Hope it lasts
    return not placed and not verb and _is_meant_by_pronoun(before, after)


def _is_the_one(before: str, after: str) -> bool:
    """Whether a name stands alone inside a sentence, where neither a place nor a thing would: "told Anjali that"."""
    alone = TO_SOMEBODY.search(before) or (re.search(r"\b[a-z]+ $", before) and not NOT_ALONE.search(before))
    return bool(alone and FOLLOWS.match(after))


def _in_a_list(before: str, after: str) -> bool:
    """Whether a name is one of several things or places: "fans of Arsenal and Millwall", "Easter and Passover"."""
    listed, more = LISTED.search(before), LISTED_AFTER.match(after)
    if more and THING.search(more.group()):
        return True
    if not listed:
        return False
    first = before[: listed.start()]
    placed = WHERE.search(first) and not SOMEBODY_FROM.search(first)
    return bool(placed or NOT_MY.search(first) or THING.search(listed.group()))


def _is_meant_by_pronoun(before: str, after: str) -> bool:
    """Whether a "she" or "his", in this sentence or the next, is the first."""
    rest = ". ".join(re.split(r"[.;!?](?: |$)", after)[:2])
    return bool(PRONOUN.search(rest)) and not PRONOUN.search(before)
