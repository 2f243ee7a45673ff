"""The words that tell names of people from those of places, things and organisations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

CAPITAL = r"(?=[^\W\d_])(?![a-zà-öø-ÿ])\w"  # of any language
CAP = rf"{CAPITAL}[\w'-]*"
PARTICLE = "(?:ap|ab|van|von|den|der|de|da|di|du|dos|el|al|bin|bint|la|le)[ -]"
ROADS = "Road|Rd|Street|Lanes?|Avenue|Ave|Close|Court|Grove|Crescent|Cres|Terrace|Mews|Gardens|Gdns|Broadway"
STREETS = (
    f"{ROADS}|House|Estate|Ward|Tower|Mansions"
    "|Surgery|Hospital|Clinic|Church|Mosque|Temple|Synagogue|School|Club|Centre|Practice|Home"
)
# Told with a house number only: words that also mean something else ("Google Drive"), and short forms.
NUMBERED = (
    "St|Ln|Cl|Ct|Dr|Drive|Way|Place|Pl|Walk|Row|Hill|Park|Green|Rise|View|Gate|Yard|Square|Sq|Villas|Parade|House"
    "|Tower"
    "|Mansions|Lodge|Cottages?|Quay|Wharf|Vale|Approach|Passage|Path|Alley|Parkway|Chase|Croft|Crescent|Common|Circus"
)
# A public place beside an address, or what is not a house: "20 Windrush Square library", "the library at 20 Windrush
# Square", "the 14 Acacia Road bus". Someone who lives there has an address all the same.
PUBLIC = (
    "librar(?:y|ies)|surger(?:y|ies)|schools?|academy|college|university|(?:day )?cent(?:re|er)s?|clinics?|hospitals?"
    "|hospice|practice|church|mosque|temple|synagogue|halls?|hub|museum|theatre|caf[eé]|shops?|stores?|banks?|market"
    "|pharmacy|pub"
    "|offices?|station|stops?|bus(?:es)?|tram|park|gym|club|depots?|gallery|arena|cinema|town hall|foyer|food ?bank"
    "|headquarters|hq|council|trust|charity|association"
)
# What stands before a name, in small letters; the short forms with a dot or without.
TITLES = set(
    re.findall(
        r"\w+",
        "mr mrs ms miss mx dr doctor prof professor rev revd reverend fr sir dame lord lady father sister nurse aunt "
        "auntie aunty uncle madame mme monsieur señor señora senor senora senhor senhora sra signor signora herr frau "
        "pani hajja hajjah hajji haji alhaji alhaja sheikh sheikha mzee pastor col colonel sgt sergeant capt cpl imam "
        "rabbi cllr councillor",
    )
)
# What somebody else made.
WORK = "songs?|music|episodes?|series|novels?|recipes?|adventures|audiobooks?|theme"
MOODS = {"faith", "grace", "hope", "joy", "patience", "summer"}  # which rise and fall
# Organisations, figures of fiction and of speech, and famous houses, which nothing beside them tells.
NAMESAKES = re.compile(
    r"\b(?:John Lewis|Marie Curie|Sue Ryder|Laura Ashley|Robert Dyas|Ted Baker|Thomas Cook|William Hill"
    r"|Leonard Cheshire|Katherine Low|Clara Grant|Jo Cox|Dorothy Perkins|Jack Daniel'?s|Uncle (?:Ben'?s|Bulgaria|Sam)"
    r"|Aunt(?:ie)? Bessie'?s|Aunt Sally|Madame Tussauds?|Jack Russells?|Big Ben|Union Jacks?|Lazy Susan"
    r"|Harry Potter|James Bond|Robin Hood|Mary Poppins|Peter (?:Pan|Rabbit)|Father (?:Brown|Time|Ted)|Judge Judy"
    r"|Postman Pat|Candy Crush|Earl Grey|Bob the Builder|Jack Frost|Romeo and Juliet|Darby and Joan|Danny Boy"
    r"|as Larry|Bob's your uncle|Robert's your mother's brother|Pete's sake|from Adam|Gordon Bennett|Fanny Adams"
    r"|your Nelly|Jack (?:of all trades|the Lad)|Tom, Dick (?:and|or) Harry|(?:Joe|Fred) (?:Bloggs|Public)"
    r"|[Ss]mart Alecs?|(?:a|right) Charlie|[Pp]eeping Tom|[Dd]oubting Thomas|[Mm]oaning Minnies?|Davy Jones|of Riley"
    r"|Heaven(?:s|(?= knows| forbid| help))"
    r"|10 Downing Street|221[Bb] Baker Street|4 Privet Drive)\b"
)
# What begins a sentence, or stands where a name could, and is none.
ORDINARY = set(
    re.findall(
        r"[\w']+",
        "a about according adult after again all also although always an and another any anybody anyone are as "
        "asked at attendance be because been before being both but by call called can children could demand despite "
        "did do does during each either even every everybody everyone everything evidence feedback few finally "
        "first for former from had has have he he's her here his how however i i'd i'm i've if in indeed instead "
        "interest into is it it's its just last later less let's like management many may maybe me men might more "
        "most much must my neither never next no nobody none nor not nothing now of often on once one online only "
        "or other others our out over people perhaps please research sadly she she's should since so some somebody "
        "someone soon staff still such tell than thank thanks that that's the their them then there there's these "
        "they this those though three through thus to today together tomorrow twice two under until up us using "
        "very was we we've were what what's whatever when where whether which while who whose why will with without "
        "women would yes yesterday yet you your three four five six seven eight nine ten eleven twelve ",
    )
)
# Whoever is called so is no person: an organisation, a place, a thing or a day, by any word of its name.
THING = re.compile(
    rf"\b(?:{STREETS}|{NUMBERED}|(?i:{PUBLIC})|Broadway|Bridge|Cross|Lake|River|Library|Homes|Foundation|Fund|Society"
    r"|Age|Advice|Institute|Federation|Alliance|Services?|Teams?|Group|Wards|Garden"
    r"|Partnership|Project|Programme|Scheme|Health|Care|Housing|Support|Network|Forum|Company|Ltd|Limited"
    r"|Department|Office"
    r"|Board|Committee|Union|Borough|City|Town|North|South|East|West|Central|Upper|Lower|Great|Royal|King|Queen|Storm|Hurricane"
    r"|Prince|Princess|Pope|President|Saint|St"
    r"|Officer|Manager|Coordinator|Champions?|Lead|Director|Mayor|Assistants?|Nurses?|Information|Sheet|Form|Survey"
    r"|Scale"
    r"|Guide|Plan|Act|Award|Index|Score|Phase|Wave|Week|Month|Year|Days?|Stage|Table|Figure|Section|Question"
    r"|Appendix|Version|Line|Rule|Law|Protocol|Castle|Palace|Arms|Show|Dot|Tab|Watch|Mini|Fire|Max|Pro|Plus|Christmas|Easter|Ramadan|Eid|Diwali"
    r"|Alexa|Siri|Cortana|Bixby|Google|Amazon|Apple|Samsung|Lenovo|Microsoft|Facebook|Meta|WhatsApp|Zoom|Skype"
    r"|YouTube"
    r"|Netflix|Spotify|Ring|Nest|Echo|Kindle|Philips|Huawei|Nokia|Doro|Tunstall|Careium|Vodafone|Virgin|Sky|Ofcom"
    r"|Nesta"
    r"|Healthwatch|Mencap|Peabody|Clarion|London|England|Britain|Europe|Parliament|Government|Whitehall"
    r"|Barking|Dagenham|Barnet|Bexley|Brent|Bromley|Camden|Croydon|Ealing|Enfield|Greenwich|Hackney|Hammersmith"
    r"|Fulham"
    r"|Haringey|Harrow|Havering|Hillingdon|Hounslow|Islington|Kensington|Chelsea|Kingston|Lambeth|Lewisham|Merton"
    r"|Newham"
    r"|Redbridge|Richmond|Southwark|Sutton|Hamlets|Waltham|Wandsworth|Westminster|Brixton|Peckham"
    r"|(?<! )(?:Parkinson|Alzheimer|Crohn|Huntington|Raynaud)"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|January|February|March|April|May|June|July|August|September"
    r"|October"
    r"|November|December|Spring|Summer|Autumn|Winter|God|Internet|Wi-Fi|Bluetooth|Android|Windows|Linux|Motown"
    r"|Covid|COVID"
    r"|(?:Engl|Turk|Pol|Kurd|Ir|Scott|Brit|Span|Swed|Finn|Jew)ish|\w+(?:nese|guese)|Somali|Twi|Igbo|Hausa|Swahili|Pashto|Dari|Tigrinya|Amharic|Mandarin|Greek|Italian|Russian|Bengali|Sylheti|Punjabi|Urdu|Hindi|Gujarati|Tamil|Arabic|Farsi|Portuguese|Romanian"
    r"|Yoruba|French|Welsh)\b"
)


@cache
def given_names() -> Mapping[str, bool]:
    """Given names, folded, each with whether it is a word or a place as well; their sources stand in the file."""
    lines = Path(__file__).with_name("given_names.txt").read_text(encoding="utf-8").splitlines()
    marked = [name for line in lines if not line.startswith("#") for name in line.split()]
    return {name.rstrip("*"): name.endswith("*") for name in marked}
