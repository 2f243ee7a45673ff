"""Names that no list holds: words with a capital that a sentence treats as one person, by what stands beside them.

No list of first names is asked: it would know Winifred and not Nkechi, and take "Frank discussion" for Frank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from atpilots.privacy.identifiers import TITLES
from atpilots.privacy.person_labels import DOES, KIN, ROLE, SAYS
from atpilots.privacy.words_of_names import CAPITAL, ORDINARY, PARTICLE, THING

NEAR = 200  # characters on either side that say who is meant
WORD = rf"{CAPITAL}(?:[\w'-]*\w)?"
NAME = re.compile(rf"(?<![\w'./@&-]){WORD}(?:\.?(?: (?:{PARTICLE})*){WORD})*")
INITIALS = re.compile(  # P. Osei; Mohammed A., but not "Group A. was"
    rf"(?<![\w.'])(?:[A-Z]\. ?){{1,3}}(?={CAPITAL}[\w'-]*[a-z]){WORD}"
    r"|(?<![\w.'])(?!(?:Group|Section|Part|Table|Phase|Block|Zone|Wave|Appendix|Annex|Type|Plan|Vitamin|Option"
    r"|Schedule"
    r"|Hepatitis|Unit|Room|Question|Figure|Form|Class|Grade|Level|Arm|Version|Item|Stage|Step)\b)"
    rf"{CAPITAL}[a-z'-]+ [A-Z]\.(?=,| [a-z])"
)
OWN = (
    rf"{KIN}|mind|hands?|eyes|eyesight|hearing|sight|memory|health|stroke|fall|death|illness|dementia|diagnosis"
    rf"|operation"
    "|birthday|funeral|flat|kitchen|bedroom|bathroom|bed|sofa|door|room|account|words|answers?|scores?|quotes?"
    "|diary|case"
    "|complaint|consent|tablet|device|speaker|sensor|pendant|dispenser|phone|charger|router|pills|medication"
    "|prompts|life"
    "|family|dog|cat|disabilit(?:y|ies)|visits?|follow-up|interview|handwriting|wheelchair|glasses|knee|hip"
)
PRONOUN = re.compile(r"\b(?:s?he|hers?|his|him|(?:her|him)self|s?he'(?:d|s|ll))\b", re.IGNORECASE)
SOMEBODY = re.compile(rf"\b(?:{ROLE}|one|nobody|somebody|someone|child|parent|each)\b", re.IGNORECASE)
# No name of a person follows an article, nor what is somebody's: the Echo, an Amazon password, their Show.
ARTICLE = r"\b(?:the|an?|this|that|these|those|each|every|any|no|some|which|another|its|our|their|his|her|my|your)"
AFTER_ARTICLE = re.compile(rf"{ARTICLE} $", re.IGNORECASE)
IN_PHRASE = re.compile(rf"{ARTICLE} (?!(?:{ROLE})\b)[a-z-]+ $", re.IGNORECASE)  # the group Healthwatch
WHERE = re.compile(
    r"\b(?:in|at|near|into|onto|on|via|using|through|around|outside|across|from|to|of|with|for) $", re.IGNORECASE
)
BEFORE = re.compile(
    rf"\b(?:(?:{ROLE}|year-old)(?:,| called| named)? \(?|(?i:interview|call|visit|quote|diary) \d+ \(|(?:said|says"
    rf"|recalls|adds|added|commented|explained) "
    r"|(?:story|stories|quotes?|anecdote|poem|words|joke) (?:[a-z]+ ){0,5}(?:from|by|of) )$"
)
AMONG = re.compile(
    rf"\b(?:one of (?:them|us|(?:our|the|these) [a-z]+s)|(?:{ROLE})s?(?: [a-z-]+){{0,4}}), \(?$", re.IGNORECASE
)
# Where an organisation or a place seldom stands: "For Beatrice the device was", "Tell Norma that", "gave it to Hilda".
LISTED = re.compile(rf"(?:{WORD}(?:,? and|,? or| &|,) )+$")
PLACED = re.compile(r"\b(?:of|in|at|near|from|around|outside|across|into|onto|via|using) $", re.IGNORECASE)
PART_OF = re.compile(rf"{CAPITAL}[\w']* (?:for|of|with|on|in|at|by) $")  # the Foundation for Ageing
TO_SOMEBODY = re.compile(
    rf"\b(?:(?:the|an?) (?:{OWN})|{KIN}s) of $|"
    r"\b(?:about|(?:device|kit|tablet|speaker)s? for|(?:thanks|listen\w*|sp[eo]ken?|talk\w*|g[ai]ven?|handed|passed"
    r"|belong\w*"
    r"|married|read|shown?|showed|wrote|lent|owes?(?: [a-z]+){0,6})(?: (?:it|them|one|back|this|that|hers|his))? to"
    r"|(?:chat|interview|visit|call|tea|lunch|live[sd]?|living|sat|spoke|left|leaving)(?: \w+){0,2} with) $|^(?:For"
    r"|Without|Tell|Ask) $",
    re.IGNORECASE,
)
# Before what stands alone inside a sentence and is no person all the same: a place, a thing, a part of another name.
NOT_ALONE = re.compile(
    r"\b(?:in|at|near|into|onto|on|via|using|through|around|outside|across|from|to|of|by|like|than|between|over"
    r"|under|against"
    r"|called|named|entitled|and|or|play(?:ed|ing)?|use[ds]?|for|as|both|mostly|including|watch(?:ed|ing)?|with"
    r"|about|after"
    r"|the|an?|this|that|its|our|their|his|her|my|your) (?:[a-z-]+ )?$",
    re.IGNORECASE,
)
FOLLOWS = re.compile(  # no thing that it is of: "Fitbit watches"
    r"[.,;:!?)]| (?:in|on|at|for|with|without|about|that|to|because|again|next|the|an?|and(?= [a-z])|but|or|so|who"
    r"|whom|if"
    r"|when|while|before|after|since|until|as|alone|herself|himself|too|first|nobody|everybody|we|they|it|was|is"
    r"|had|has"
    r"|became|showed?|meant|would|could|can|did|does|(?!(?:clos|mov|merg|offer|end|start|fund|provid|suppli|train"
    r"|chang|cancell|delay|recruit|deliver|host|support)ed)[a-z]+ed)\b"
)
CITED = re.compile(r"[^.;]{0,25}\(?(?:et al|(?:19|20)\d\d)\b")
AGE = r"(?:1[89]|[2-9]\d|10\d)(?=[,.;:)]| and | who )"
BESIDE = re.compile(
    rf"'s?(?: (?:own|old|late|new|first|second|last|young|elderly))? (?:{OWN})\b"
    rf"|(?:, (?:aged |who is )?| aged |,? \((?:aged )?){AGE}"
    rf"| \((?:[a-z-]+ ){{0,3}}(?:{ROLE})\)"
    r"| (?:aunt(?:y|ie)|uncle|bhai|didi|ji)\b"
    r"|,? (?:(?:now|both|all|well) )?in (?:his|her|their) (?:early |mid[- ]|late )?(?:[a-z]+ties|\d0)"
    r"|, [a-z]+ floor\b"
    rf"|, whose (?:{OWN})\b"
    rf"|, (?:an?|the|her|his|our|my|their|one of)\b[\w' -]{{0,40}}?\b(?:{ROLE}|one|oldest|eldest|youngest|only"
    rf"|first|last)\b"
    r"| (?:in|from|of|on|at) (?:the|our|my|her|his)(?: [\w-]+){0,3} (?:team|round|shift|floor|desk|landing"
    r"|staircase)\b"
    rf"| and (?:his |her |[a-z]+ others? |{WORD} (?:are|were) (?:both|married|cousins|sisters|brothers|twins"
    rf"|friends|neighbours|a couple)\b)"
)
HOW = r",? (?:(?:also|often|then|now|still|always|just|really|soon|later|even|who|that|both) )*"
FIRST_SAYS, THEN_DOES = re.compile(rf"{HOW}(?:{SAYS})\b"), re.compile(rf"{HOW}(?:{DOES})\b")
MANY = re.compile(r"(?:(?!.*(?:is|ss)$).*s|.*(?:ing|ness|ment|ion|ity))$")  # Customers, Loneliness; but Doris


def named_people(line: str) -> Iterator[str]:
    """The names in a text (of one form) that stand where a person's would, in the words of the text."""
    line = line[:1].upper() + line[1:]
    for match in INITIALS.finditer(line):
        if not CITED.match(line, match.end()) and not THING.search(match.group()):
            yield match.group()
    for match in NAME.finditer(line):
        start, end = match.span()
        name, before, after = match.group(), line[max(0, start - NEAR) : start], line[end : end + NEAR]
        name, after = (name[:-2], f"'s{after}") if name.endswith("'s") else (name, after)
        first, _, rest = name.partition(" ")
        if first.casefold() in ORDINARY:
            before, name = f"{before}{first} ", rest
        if _could_be_one(name, before) and not CITED.match(after) and _is_told_of(name, before, after):
            yield name


def _could_be_one(name: str, before: str) -> bool:
    parts = re.findall(r"[\w'-]+", name)
    if not any(len(part) > 1 for part in parts) or THING.search(name) or AFTER_ARTICLE.search(before):
        return False
    if parts[0].casefold() in TITLES:  # the rule of titles decides about these
        return False
    if any(part.casefold() in ORDINARY or re.fullmatch(ROLE, part.casefold()) for part in parts):
        return False
    return all(any(map(str.islower, part)) for part in parts if len(part) > 1)


def _is_told_of(name: str, before: str, after: str) -> bool:
    begins = not before.strip(" \"'(") or before.rstrip(" \"'(")[-1:] in ".!?:;|"
    unsure = begins and " " not in name
    if unsure and MANY.fullmatch(name):
        return False
    inside = PART_OF.search(before) or PLACED.search(before) or _in_a_list(before)
    if not inside and (FIRST_SAYS if unsure else THEN_DOES).match(after):  # after "Since the stroke Errol", too
        return True
    if IN_PHRASE.search(before):
        return False
    if BESIDE.match(after) or BEFORE.search(before) or _is_the_one(before, after):
        return True
    if AMONG.search(before) and after.startswith((",", " and ", ")")):
        return True
    if re.match(r"'s[.,;]", after) and re.search(r"\b(?:is|was|are|were) $", before):  # the quote is Maureen's.
        return True
    return (not WHERE.search(before) or after.startswith((" who ", ", who "))) and _is_meant_by_pronoun(before, after)


def _is_the_one(before: str, after: str) -> bool:
    """Whether a name stands alone inside a sentence, where neither a place nor a thing would: "told Anjali that"."""
    alone = TO_SOMEBODY.search(before) or (re.search(r"\b[a-z]+ $", before) and not NOT_ALONE.search(before))
    return bool(alone and FOLLOWS.match(after))


def _in_a_list(before: str) -> bool:
    """Whether a name is one of several things or places: "fans of Arsenal and Millwall"."""
    return bool(LISTED.search(before) and WHERE.search(LISTED.sub("", before)))


def _is_meant_by_pronoun(before: str, after: str) -> bool:
    """Whether a "she" or "his", in this sentence or the next, has nobody else to stand for."""
    rest = ". ".join(re.split(r"[.;!?](?: |$)", after)[:2])
    pronoun = PRONOUN.search(rest)
    earlier = re.split(r"[.;!?] ", before)[-1]
    if not pronoun or SOMEBODY.search(earlier) or PRONOUN.search(before):
        return False
    return not SOMEBODY.search(rest[: pronoun.start()])
