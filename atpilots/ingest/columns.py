"""What a column is by its header and the shape of its cells: a tool's own, one that points at somebody, a code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from atpilots.files import folded
from atpilots.ingest.export import Export

# A tool's own columns by what they hold, folded names; the first name that is there counts.
META: Mapping[str, tuple[str, ...]] = {
    "respondent_id": (
        "responseid", "respondent id", "uniqueresponsenumber", "unique response number", "_uuid", "record_id",
        "record id", "response id", "antwort id", "antwort-id", "id. response id", "id",
    ),
    "date": (
        "recordeddate", "enddate", "end date", "completion time", "fertigstellungszeit", "timestamp", "zeitstempel",
        "submitdate", "date submitted", "datum abgeschickt", "submitdate. date submitted", "_submission_time", "end",
        "completed", "ended", "date completed", "beendet",
    ),
    "started": ("startdate", "start date", "start time", "startzeit", "started", "start"),
    "status": ("status", "response type"),
    "finished": ("finished",),
    "validation": ("_validation_status",),
    "event": ("redcap_event_name", "event name"),
    "repeat_instrument": ("redcap_repeat_instrument", "repeat instrument"),
    "repeat_instance": ("redcap_repeat_instance", "repeat instance"),
}  # fmt: skip
# Other columns that tools add by themselves; none of them is asked, and none says who somebody is.
OTHER_OWN = {
    "_id", "_index", "collector id", "id response id", "seed", "startwert", "zufallsstartwert", "userno",
    "last modified time", "progress", "fortschritt", "duration (in seconds)", "dauer", "time taken",
    "distributionchannel", "distribution channel", "userlanguage", "user language", "language", "lastpage",
    "last page", "letzte seite", "startlanguage", "start language", "start-sprache", "datestamp",
    "date last action", "_notes", "_status", "_tags", "__version__", "today", "deviceid", "redcap_data_access_group",
    "data access group", "responseset", "complete?", "total points", "quiz feedback", "tracking link", "device data",
}  # fmt: skip
OWN_ENDING = re.compile(r"[_ ](complete|timestamp)$", re.IGNORECASE)
# Words of a header that asks for what points at a person, in English and German.
POINTS_AT_SOMEBODY = re.compile(
    r"\b(e-?mail|mail|surname|forename|(?:first|last|full|family|your|vor|nach|ihr)[ -]?name|vorname|nachname|name|ip|"
    r"ip ?addr\w*|recipient\w*|external ?(?:data ?)?reference|custom data|phone|telephone|mobile|telefon\w*|handy\w*|"
    r"post ?code|zip|plz|postleitzahl|address|adresse|anschrift|street|stra(?:ß|ss)e|latitude|longitude|location\w*|"
    r"standort|date of birth|birth ?date|birthday|dob|geburts\w+|nhs number|username|submitted by|benutzername|"
    r"nutzername|survey identifier|signature|unterschrift)\b",
    re.IGNORECASE,
)
# Cells that point at a person under whatever header: mail, the network's address, a place, a postcode, a telephone.
A_PERSONAL_CELL = re.compile(
    r"[^@\s]+@[^@\s]+\.\w+|(\d{1,3}\.){3}\d{1,3}|[0-9a-f]*:[0-9a-f]{1,4}:[0-9a-f:]+|-?\d{1,3}\.\d{4,}|"
    r"(?P<likely>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\+?\d[\d ()-]{8,}\d)",
    re.IGNORECASE,
)
A_DAY = re.compile(r"\d{1,4}([./ -])(\d{1,2}|[^\W\d_]{3,9})\1\d{1,4}([ T,].*)?")
# Headers that ask for the code that links the waves; the first kind says so, the second may.
CODE_WORDS = re.compile(
    r"\b(code|codes|kennung|pseudonym\w*|kürzel|kuerzel|chiffre|teilnehmer\w*|proband\w*|participant|respondent|"
    r"befragten\w*|versuchsperson\w*|codewort|schlüssel|identifier|(?:unique|study|client) (?:id|number))\b",
    re.IGNORECASE,
)
MAYBE_CODE = re.compile(r"\b(id|number|nummer|nr|no|reference|ref|referenz|record|key|case|fall\w*)\b", re.IGNORECASE)
YES_OR_NO = {"0", "1", "yes", "no", "ja", "nein", "true", "false", "checked", "unchecked", "selected", "not selected"}
LONGEST_NAME, A_SAMPLE, ENOUGH = (
    60,
    200,
    0.3,
)  # characters of a header that names a column; cells looked at; their share
OWN_NAMES = OTHER_OWN | {name for names in META.values() for name in names}


def known_columns(headers: Iterable[Sequence[str]]) -> dict[str, int]:
    """The positions of columns that are a tool's own, by what they hold."""
    found: dict[str, int] = {}
    for header in headers:
        places = {folded(name): place for place, name in reversed(list(enumerate(header)))}
        for what, names in META.items():
            place = next((places[name] for name in names if name in places), None)
            if place is not None and place not in found.values():
                found.setdefault(what, place)
    return found


def tells_nobody(header: str) -> bool:
    """Whether a header can be repeated: a word for what it asks, and no address or number, as without a header row."""
    return bool(POINTS_AT_SOMEBODY.search(name_words(header))) and not re.search(r"@|\d{3}", header)


def is_own(header: str) -> bool:
    """Whether a column's header is one that a tool gives by itself to what is not asked."""
    names = folded(header).split(". ")  # LimeSurvey writes "seed. Seed"
    return all(name in OWN_NAMES for name in names) or bool(OWN_ENDING.search(header))


def personal_columns(export: Export) -> list[int]:
    """The positions of columns that point at somebody: by the words of their headers, else by what their cells are."""
    return [
        place
        for place in range(export.cells.shape[1])
        if _points_at_somebody([row[place] for row in export.headers], export, place)
    ]


def _points_at_somebody(headers: Sequence[str], export: Export, place: int) -> bool:
    if any(map(is_own, headers)):
        return False
    filled = export.cells[place]
    cells = [cell for cell in filled.iloc[: 5 * A_SAMPLE] if cell][:A_SAMPLE]
    words = [name_words(header) for header in headers if len(header) <= LONGEST_NAME]
    if any(map(POINTS_AT_SOMEBODY.search, words)) and len(headers[0]) <= LONGEST_NAME:
        return not cells or not all(folded(cell) in YES_OR_NO for cell in cells)
    coded = any(map(CODE_WORDS.search, words))  # codes may look like postcodes, or be long numbers
    hits = [hit for cell in cells if not A_DAY.fullmatch(cell) and (hit := A_PERSONAL_CELL.fullmatch(cell))]
    return bool(cells) and sum(not (coded and hit["likely"]) for hit in hits) >= ENOUGH * len(cells)


def name_words(header: str) -> str:
    """A header's words, apart by single spaces."""
    return " ".join(re.findall(r"[^\W_]+", header))
