"""The words by which people are told from places, things and organisations: lists of alternatives for patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path


def either(alternatives: str) -> str:
    """A group of alternatives, of which each line holds some; after "  #" stands why."""
    lines = (line.partition("  #")[0].strip() for line in alternatives.splitlines())
    return f"(?:{'|'.join(filter(None, lines))})"


def any_word(alternatives: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Finds whole words out of `either`."""
    return re.compile(rf"\b{either(alternatives)}\b", flags)


CAPITAL = r"(?=[^\W\d_])(?![a-zà-öø-ÿ])\w"  # of any language
CAP = rf"{CAPITAL}[\w'-]*"
PARTICLE = "(?:ap|ab|van|von|den|der|de|da|di|du|dos|el|al|bin|bint|la|le)[ -]"
NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty"
)

# --- People, and what only they do -----------------------------------------------------------------------------------

PERSON = either("""
    respondent|participant|resident|person|patient|client|tenant|volunteer|user|subject|interviewee|carer|caller|member
    case|learner|attendee|pensioner|neighbour|household|couple|lady|gentleman|woman|man|worker|recipient
    beneficiar(?:y|ie)|householder|occup(?:ant|ier)|leaseholder|joiner|elder|grandparent|trainee|student|pupil
""")
KIN = either(r"""
    wife|husband|spouse|widow(?:er)?|mother|father|mum|mom|dad|nan|gran(?:ny|dad|dma|dpa|dmother|dfather)?
    (?:grand)?(?:son|daughter)|sister|brother|aunt(?:ie|y)?|uncle|niece|nephew|cousin|\w+-in-law
    carer|fianc[eé]e?|(?:girl|boy)?friend|neighbour|lodger|(?:key ?|support ?|social ?)worker
""")
ROLE = either(rf"""
    {PERSON}|{KIN}|nurse|visitor|warden|caretaker|therapist|colleague|officer|teacher|tutor|helper|dentist|doctor
    (?:retired|former)(?: [a-z']+){{1,2}}|boy|girl|baby|lad|bloke|chap|twin
""")
IS, CANNOT = r"(?:is|was)(?:n't| not)?", r"(?:can|could|did|does|do|would|will)(?:n't|not| not)"
# What only people do, and what a sentence may begin with a name for: "Gwen wanted"; but "Loneliness fell".
SAYS = either(rf"""
    sa(?:id|ys)|t(?:old|ells)|th(?:ought|inks)|wr(?:ote|ites)|asked|explained|laughed|hates|wants|loves
    (?:ask|want|listen|pray|explain|insist|love?|hate?|recall|describe?|prefer|notice?|remember|live?)(?:s|e?d)
    (?:refuse?|complain|enjoy|suggest|die|worrie?|dread|trust)(?:s|e?d)
    (?:laugh|walk|talk|watch|phon|cook|retir|smil|shout|grumbl|jok|translat)ed  # "Fitbit watches" are things
    (?:bak|volunteer|fix|hop|repli|cri|confid|danc|fear|fanci)ed
    laughs|smiles|cries|learnt|sang|sings|sleeps|sp(?:oke|eaks)|rang|kn[eo]ws?|forgets|sw(?:ore|ears)
    taught|teaches|drove|knits|preferred|admitted|gave up|passed away|put it|works (?:nights|as|part)|turned \d\d
    calls (?:it|her|him)|kept (?:asking|a|the|it|her|his|saying|telling|forgetting)
    never (?:once|said|wanted|liked|used|miss\w*|forg[eo]ts?)
    ha[sd] (?:MS|COPD|[A-Z]\w+'s|a (?:fall|stroke)|dementia|diabetes|asthma|arthritis|epilepsy|cancer|lived)
    ha[sd] \w+ (?:loss|degeneration|disease|failure)
    {IS}(?: nearly| almost| very)? (?:\d\d\b|blind|deaf|ill\b|born|widowed|housebound|scared|in (?:hospital|her|his))
    {IS}(?: nearly| almost| very)? too (?:ill|frail|tired|weak|shy|upset|unwell)
    {IS}(?: nearly| almost| very)? (?:an?|the|our|one of) [\w ,-]{{0,40}}?\b{ROLE}\b
    {CANNOT} (?:see|hear|want|let us|like|read|speak|understand|remember|know|walk|cope|sleep|trust|feel|think)
""")
DOES = either(rf"""
    {SAYS}|(?:manage?|learn|relie?|struggle?|miss|suffer|like?)(?:s|e?d)
    (?:mastere|decline|recovere|unplugge|playe|score)d|who \w+s|felt|feels|forgot|lived|fell|slept|understood|withdrew
    dropped out|(?:lost|broke|brought|found|took|gave|opened|carried|shared) (?:her|his|it|the|part)
    moved (?:in|out|away|house)|got (?:upset|lost|stuck|used)|(?:switche|turne|plugge)d (?:it|hers|his)
    use[sd] (?:it|hers|his|to)|ha[sd] (?:been (?:ill|away|caring|living|married|using|in)|never|hers|his)
    ha[sd] an? (?:tablet|iPad|Echo|phone|carer)
    {IS} (?:alone|away|our|the (?:first|only|oldest|youngest|last|one)|well|happy|sad|confident|hooked)
    {CANNOT} (?:manage|own|leave|go|have|get|agree|join|come|finish|make)
    keeps|has (?:moved|left|gone|stopped|given)|answered|have been married|live with
    who (?:first|only|never|still|left|came|went)
""")
# What is somebody's: "Olu's knee".
OWN = either(rf"""
    {KIN}|mind|hands?|eyes|eyesight|hearing|sight|memory|health|stroke|fall|death|illness|dementia|diagnosis|operation
    disabilit(?:y|ies)|knee|hip|handwriting|birthday|funeral|life|family|dog|cat|wheelchair|glasses|pills|medication
    flat|kitchen|bedroom|bathroom|bed|sofa|door|room|account|words|answers?|scores?|quotes?|diary|case|complaint|consent
    tablet|device|speaker|sensor|pendant|dispenser|phone|charger|router|prompts|visits?|follow-up|interview
""")

# --- Places ----------------------------------------------------------------------------------------------------------

ROADS = "Road|Rd|Street|Lanes?|Avenue|Ave|Close|Court|Grove|Crescent|Cres|Terrace|Mews|Gardens|Gdns|Broadway"
STREETS = either(f"""
    {ROADS}|House|Estate|Ward|Tower|Mansions
    Surgery|Hospital|Clinic|Church|Mosque|Temple|Synagogue|School|Club|Centre|Practice|Home
""")
# Told with a house number only: words that also mean something else ("Google Drive"), and short forms.
NUMBERED = either("""
    St|Ln|Cl|Ct|Dr|Drive|Way|Place|Pl|Walk|Row|Hill|Park|Green|Rise|View|Gate|Yard|Square|Sq|Villas|Parade|House|Tower
    Mansions|Lodge|Cottages?|Quay|Wharf|Vale|Approach|Passage|Path|Alley|Parkway|Chase|Croft|Crescent|Common|Circus
""")
# A public place beside an address, or what is not a house: "20 Windrush Square library", "the library at 20 Windrush
# Square", "the 14 Acacia Road bus". Someone who lives there has an address all the same.
PUBLIC = either("""
    librar(?:y|ies)|surger(?:y|ies)|schools?|academy|college|university|(?:day )?cent(?:re|er)s?|clinics?|hospitals?
    hospice|practice|church|mosque|temple|synagogue|halls?|hub|museum|theatre|caf[eé]|shops?|stores?|banks?|market|pub
    pharmacy|offices?|station|stops?|bus(?:es)?|tram|park|gym|club|depots?|gallery|arena|cinema|town hall|foyer
    food ?bank|headquarters|hq|council|trust|charity|association
""")

# --- Things, and whoever is nobody -----------------------------------------------------------------------------------

WORK = "(?:songs?|music|episodes?|series|novels?|recipes?|adventures|audiobooks?|theme)"  # what somebody else made
MOODS = {"faith", "grace", "hope", "joy", "patience", "summer"}  # which rise and fall
# Organisations, figures of fiction and of speech, and famous houses, which nothing beside them tells.
NAMESAKES = any_word(r"""
    John Lewis|Marie Curie|Sue Ryder|Laura Ashley|Robert Dyas|Ted Baker|Thomas Cook|William Hill|Leonard Cheshire
    Katherine Low|Clara Grant|Jo Cox|Dorothy Perkins|Jack Daniel'?s|Uncle (?:Ben'?s|Bulgaria|Sam)
    Aunt(?:ie)? Bessie'?s|Aunt Sally|Madame Tussauds?|Jack Russells?|Big Ben|Union Jacks?|Lazy Susan|Earl Grey
    Harry Potter|James Bond|Robin Hood|Mary Poppins|Peter (?:Pan|Rabbit)|Father (?:Brown|Time|Ted)|Judge Judy
    Postman Pat|Candy Crush|Bob the Builder|Jack Frost|Romeo and Juliet|Darby and Joan|Danny Boy|(?:Old|Young) Vic
    as Larry|Bob's your uncle|Robert's your mother's brother|Pete's sake|from Adam|Gordon Bennett|Fanny Adams
    Hyacinth Bucket|your Nelly|Jack (?:of all trades|the Lad)|Tom, Dick (?:and|or) Harry|(?:Joe|Fred) (?:Bloggs|Public)
    [Ss]mart Alecs?|(?:a|right) Charlie|[Pp]eeping Tom|[Dd]oubting Thomas|[Mm]oaning Minnies?|Davy Jones|of Riley
    Heaven(?:s|(?= knows| forbid| help))|10 Downing Street|221[Bb] Baker Street|4 Privet Drive
""")
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
# What begins a sentence, or stands where a name could, and is none.
ORDINARY = set(
    re.findall(
        r"[\w']+",
        "a about above according across adult after again against all almost along alongside already also although "
        "always among an and another any anybody anyone anyway apparently are around as asked at attendance back be "
        "because been before behind being below beneath beside besides best better between beyond both but by call "
        "called can certain children clearly concerning could demand despite did do does down during each earlier "
        "early eight eighty either eleven elsewhere enough even eventually ever every everybody everyone everything "
        "evidence except far feedback few fewer fifty finally first five for former forty four from further good "
        "great had half hardly has have he he'd he'll he's hence her here here's herself himself his how however i "
        "i'd i'll i'm i've if in indeed inside instead interest into is it it'd it'll it's its itself just last "
        "later less let let's lets like loads lots management many may maybe me meanwhile men might mine more "
        "moreover most much must my myself near nearby nearly neither never nevertheless next nine ninety no no-one "
        "nobody none nor not nothing now nowhere o'clock of off often ok okay on once one online only onto opposite "
        "or other others our ours out outside over overall particularly past people per perhaps please plenty plus "
        "possibly previously probably quickly quite rather recently regarding research roughly round sadly same "
        "second secondly seldom seven seventy several she she's should similarly since six sixty slowly so some "
        "somebody somehow someone sometimes somewhat somewhere soon staff still straight such suddenly tell ten "
        "than thank thanks that that's the their theirs them themselves then there there's therefore these they "
        "they'd they're third thirdly thirty this those though three through throughout thus till to today together "
        "tomorrow towards twelve twenty twice two typically under underneath unless unlike until up upon us using "
        "usually various very via was we we'd we'll we've well were what what's whatever when whenever where "
        "where's whereas wherever whether which whichever while whilst who who's whoever whose why will with within "
        "without women would yes yesterday yet you you're your yours ",
    )
)
# Whoever is called so is no person: an organisation, a place, a thing or a day, by any word of its name.
THING = any_word(rf"""
    {STREETS}|{NUMBERED}|(?i:{PUBLIC})|Broadway|Bridge|Cross|Lake|River|Library|Homes|Garden|Castle|Palace|Arms
    Foundation|Fund|Society|Age|Advice|Institute|Federation|Alliance|Services?|Teams?|Group|Partnership|Project
    Programme|Scheme|Health|Care|Housing|Support|Network|Forum|Company|Ltd|Limited|Department|Office|Board|Committee
    Union|Borough|City|Town|Wards|North|South|East|West|Central|Upper|Lower|Great|Royal|King|Queen|Storm|Hurricane
    Prince|Princess|Pope|President|Saint|St|Parliament|Government|Whitehall|God
    Officer|Manager|Coordinator|Champions?|Lead|Director|Mayor|Assistants?|Nurses?
    Information|Sheet|Form|Survey|Scale|Guide|Plan|Act|Award|Index|Score|Phase|Wave|Week|Month|Year|Days?|Stage|Table
    Figure|Section|Question|Appendix|Version|Line|Rule|Law|Protocol|Show|Radio|[VX]I{{1,3}}|I[IVX]{{1,2}}|Dot|Tab|Watch|Mini|Fire|Max|Pro|Plus
    Alexa|Siri|Cortana|Bixby|Google|Amazon|Apple|Samsung|Lenovo|Microsoft|Facebook|Meta|WhatsApp|Zoom|Skype|YouTube
    Netflix|Spotify|Ring|Nest|Echo(?:e?s)?|Kindle|Philips|Huawei|Nokia|Doro|Tunstall|Careium|Vodafone|Virgin|Sky|Ofcom|Nesta
    Healthwatch|Mencap|Peabody|Clarion|Internet|Wi-Fi|Bluetooth|Android|Windows|Linux|Motown|Covid|COVID
    Jupyter|Wilcoxon|Holm|Bonferroni|Likert|Cronbach|McNemar|Hodges|Lehmann|Kruskal|Spearman|Welch|Walsh|Pratt
    London|England|Britain|Europe|Barking|Dagenham|Barnet|Bexley|Brent|Bromley|Camden|Croydon|Ealing|Enfield|Greenwich
    Hackney|Hammersmith|Fulham|Haringey|Harrow|Havering|Hillingdon|Hounslow|Islington|Kensington|Chelsea|Kingston
    Lambeth|Lewisham|Merton|Newham|Redbridge|Richmond|Southwark|Sutton|Hamlets|Waltham|Wandsworth|Westminster|Brixton
    Peckham|(?<! )(?:Parkinson|Alzheimer|Crohn|Huntington|Raynaud)
    Christmas|Easter|Ramadan|Eid|Diwali|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?
    Mon|Tues?|Weds?|Thurs?|Fri|Sat|Sun|Spring|Summer|Autumn|Winter
    January|February|March|April|May|June|July|August|September|October|November|December
    (?:Engl|Turk|Pol|Kurd|Ir|Scott|Brit|Span|Swed|Finn|Jew)ish|\w+(?:nese|guese)|Somali|Twi|Igbo|Hausa|Swahili|Pashto
    Dari|Tigrinya|Amharic|Mandarin|Greek|Italian|Russian|Bengali|Sylheti|Punjabi|Urdu|Hindi|Gujarati|Tamil|Arabic|Farsi
    Portuguese|Romanian|Yoruba|French|Welsh
""")


@cache
def given_names() -> Mapping[str, bool]:
    """Given names, folded, each with whether it is a word or a place as well; their sources stand in the file."""
    lines = Path(__file__).with_name("given_names.txt").read_text(encoding="utf-8").splitlines()
    marked = [name for line in lines if not line.startswith("#") for name in line.split()]
    return {name.rstrip("*"): name.endswith("*") for name in marked}
