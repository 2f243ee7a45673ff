"""What people say for a word of the vocabularies or a country, and which word a mistaken one was probably meant for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

# The nations that "UK" stands for beside itself, where a case names a country.
UK_NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
# How countries are written that have cases, or whose names are a slip away from one that has. Others are legal, too.
COUNTRIES = (
    *UK_NATIONS, "UK", "Ireland", "United States", "Canada", "Australia", "Germany", "France", "Netherlands", "Norway",
    "Sweden", "Taiwan", "Austria", "Iceland",
)  # fmt: skip

# Everyday words for a vocabulary's word or a country, or for each other: whoever types one finds the cases of all.
# Endings do not matter ("fall" stands for "falls" and "falling"), nor do capitals, hyphens or accents. Words of two
# meanings are left out: "fell" (loneliness fell), "lifeline" (Digital Lifeline), "headset" (also a low-vision aid). So
# are words much narrower than their group: "diabetes" finds the cases that name it, not every long-term condition.
# fmt: off
SYNONYMS = {
    # technology
    "voice_assistant": ("alexa", "echo", "echo dot", "google home", "google nest", "smart speaker", "siri",
        "voice control", "voice activated"),
    "tablet_video_calling": ("tablet", "ipad", "video call", "video calling", "video consultation", "carephone",
        "skype", "zoom", "facetime"),
    "wearable": ("watch", "smartwatch", "wristband", "fitness tracker"),
    "telecare_alarm": ("telecare", "pendant", "call alarm", "personal alarm", "community alarm", "careline"),
    "falls_detector": ("fall detection", "fall detector", "fall sensor", "detect falls"),
    "activity_monitoring": ("motion sensor", "movement sensor", "home sensor", "sensors"),
    "gps_locator": ("gps", "gps tracker", "location device", "tracking device", "satellite tracking"),
    "medication_dispenser": ("pill dispenser", "medicine dispenser", "pill box", "dosette"),
    "telehealth_monitoring": ("telehealth", "telemonitoring", "remote monitoring", "blood pressure monitoring"),
    "companion_robot": ("robot", "paro", "pet", "robot pet", "robotic pet", "robotic cat", "robot seal",
        "social robot"),
    "smart_home": ("environmental control", "smart plug", "smart light", "home automation"),
    "mobile_app": ("app", "smartphone app"),
    "communication_aid": ("aac", "eye gaze", "eye tracking", "speech generating device"),
    "reading_writing_aid": ("reader pen", "reading pen", "speech to text", "dictation", "dyslexia"),
    "reminder_prompting": ("reminder", "remind", "prompt", "prompter", "pager", "help remembering", "help to remember"),
    "virtual_reality": ("vr", "virtual reality headset"),
    "hearing_vision_aid": ("hearing aid", "magnifier", "magnifying glass", "low vision aid"),
    "digital_inclusion_support": ("digital inclusion", "computer training", "internet training", "getting online",
        "computer class", "ipad class", "tablet class", "ipad lesson", "tablet lesson", "tablet workshop"),
    "reminiscence_gaming": ("reminiscence", "game", "gaming"),
    # user_group
    "older_people": ("older", "old people", "old age", "elderly", "elder", "senior", "pensioner", "over 65", "over 65s",
        "over 75", "over 75s", "over 80", "over 80s"),
    "dementia": ("alzheimer", "alzheimer's", "memory loss"),
    "learning_disability": ("learning disabled", "learning difficulty", "intellectual disability"),
    "autism": ("autistic", "asperger", "neurodivergent"),
    "physical_disability": ("physically disabled", "disabled people", "disabled adult", "wheelchair",
        "reduced mobility", "mobility"),
    "sensory_impairment": ("deaf", "deafness", "blind", "blindness", "hearing loss", "hard of hearing", "sight loss",
        "visually impaired", "visual impairment", "partially sighted", "low vision", "poor sight", "poor eyesight",
        "sign language",
        "british sign language"),
    "mental_health": ("mental illness", "mental ill health"),
    "long_term_condition": ("chronic condition", "chronic illness", "chronic disease"),
    "carers": ("carer", "caregiver", "family carer"),
    "care_home_residents": ("care home resident", "nursing home resident"),
    "brain_injury_stroke": ("stroke", "brain injury", "aphasia", "head injury"),
    "children_young_people": ("child", "children", "pupil", "young people", "teenager"),
    "working_age_disabled": ("working age", "disabled people", "disabled adult"),
    # setting
    "own_home": ("at home", "own homes"),
    "supported_living": ("supported housing", "sheltered housing", "assisted living", "extra care"),
    "care_home": ("nursing home", "residential care", "residential home", "long term care"),
    "hospital": ("ward", "inpatient"),
    "education_employment": ("school", "education", "classroom", "employment", "workplace"),
    # outcome_domain
    "wellbeing": ("well being", "mood", "happiness"),
    "quality_of_life": ("qol", "life quality"),
    "loneliness_social_connection": ("lonely", "loneliness", "isolation", "isolated", "social contact",
        "social connection", "befriending"),
    "independence": ("independent", "independently", "independent living", "living independently"),
    "self_care": ("self management", "self managing", "daily living"),
    "safety_falls": ("fall", "fallen", "faller"),
    "medication_adherence": ("medication", "medicine", "medicines", "pill", "adherence", "take tablets",
        "taking tablets", "take their tablets", "take her tablets", "take his tablets", "forget tablets"),
    "carer_wellbeing": ("carer stress", "carer strain", "carer burden", "burden on carers", "respite"),
    "health_service_use": ("admission", "readmission", "hospitalisation", "hospital use", "hospital stay",
        "hospital admission", "hospital visit", "admitted to hospital",
        "emergency admission", "emergency attendance"),
    "care_cost": ("cost", "money", "saving", "saved", "cost effective", "value for money"),
    "cognition_behaviour": ("cognition", "cognitive", "memory", "behaviour", "agitation", "agitated"),
    "digital_skills": ("digital skill", "digital confidence", "it skills"),
    "access_to_services": ("access to services", "access services"),
    "communication": ("talking", "conversation"),
    "feasibility_acceptability": ("feasibility", "feasible", "acceptability", "usability"),
    # evidence_type
    "randomised_trial": ("rct", "randomised", "randomized", "randomised controlled trial", "randomised trial"),
    "comparison_group": ("control group", "controlled study", "matched controls"),
    "before_after": ("before and after", "pre post"),
    "post_only_survey": ("survey afterwards",),
    "qualitative": ("qualitative study", "focus group"),
    # not a vocabulary's own words
    "hearing": ("deaf", "deafness", "hearing loss", "hard of hearing", "sign language", "british sign language", "bsl"),
    "sight": ("blind", "blindness", "sight loss", "visually impaired", "visual impairment", "partially sighted",
        "low vision", "poor sight", "poor eyesight", "vision"),
    "copd": ("lung disease", "chronic obstructive pulmonary disease"),
    "blood_pressure": ("hypertension", "hypertensive", "bp", "high blood pressure"),
    "depression": ("depressive", "low mood"),
    "night": ("night time", "nighttime", "overnight", "nocturnal", "bedtime", "sleep"),
    "wandering": ("getting lost", "going missing", "reported missing", "missing person"),
    "covid": ("covid 19", "coronavirus", "pandemic", "lockdown", "shielding"),
    "tenant": ("social housing", "housing association", "landlord"),
    "sham": ("placebo",),
    "multiple_sclerosis": ("ms",),
    "motor_neurone_disease": ("mnd", "als", "motor neuron disease"),
    "ambulance": ("ambulance callout", "ambulance call out", "emergency ambulance", "paramedic", "999"),
    # countries
    "england": ("english",),
    "scotland": ("scottish", "scots"),
    "wales": ("welsh", "cymru"),
    "northern_ireland": ("northern irish", "ulster"),
    "ireland": ("irish",),
    "uk": ("united kingdom", "britain", "great britain", "british", "gb"),
    "united_states": ("usa", "america", "american", "united states of america"),
    "canada": ("canadian",),
    "australia": ("australian",),
    "germany": ("german",),
    "france": ("french",),
    "netherlands": ("dutch", "holland"),
    "norway": ("norwegian",),
    "sweden": ("swedish",),
    "taiwan": ("taiwanese",),
}
# fmt: on

# What a question may call a finding's direction. No ordinary verb ("improve") is among them: it may ask for an aim.
DIRECTION_WORDS = {
    "improved": ("positive finding", "positive result", "positive outcome"),
    "mixed": ("mixed finding", "mixed result", "mixed outcome"),
    "no_difference": (
        "no difference", "no effect", "no change", "no benefit", "null", "null finding", "null result", "did not work",
        "did not help", "failed", "negative", "negative finding", "negative result", "negative outcome",
    ),
    "worsened": (
        "worsened", "worse", "harm", "harmful", "made things worse", "negative", "negative finding", "negative result",
        "negative outcome",
    ),
    "not_reported": ("not reported", "no result", "no results yet"),
}  # fmt: skip

# American spellings that no rule gives (-ize and -yze are one); the library is in British English.
AMERICAN = {
    "aging": "ageing", "behavior": "behaviour", "behaviors": "behaviours", "behavioral": "behavioural",
    "center": "centre", "centers": "centres", "color": "colour", "dialog": "dialogue", "fiber": "fibre",
    "gray": "grey", "honor": "honour", "labor": "labour", "neighbor": "neighbour",
    "neighbors": "neighbours", "neighborhood": "neighbourhood", "pediatric": "paediatric", "program": "programme",
    "programs": "programmes", "skillful": "skilful", "traveled": "travelled", "tumor": "tumour",
}  # fmt: skip


def nearest(word: str, legal: Iterable[str], labels: Mapping[str, str] | None = None) -> str | None:
    """The legal word that was probably meant, by its own spelling, its label or a synonym; None where none is near."""
    spoken: dict[str, str] = {}
    for known in legal:
        for text in (known, known.replace("_", " "), (labels or {}).get(known, known), *SYNONYMS.get(known, ())):
            spoken.setdefault(text.casefold(), known)
    near = difflib.get_close_matches(word.casefold().strip(), spoken, n=1, cutoff=0.65)
    return spoken[near[0]] if near else None


def country_meant(name: str) -> str:
    """The way we write a country that we know, for any spelling, capitals or slip of it; else the name as it is."""
    spellings = {country.casefold(): country for country in COUNTRIES} | {"us": "United States"}
    for country in COUNTRIES:
        spellings |= dict.fromkeys(SYNONYMS.get(country.casefold().replace(" ", "_"), ()), country)
    plain = " ".join(name.replace(".", "").casefold().split()).removeprefix("the ")
    near = difflib.get_close_matches(plain, spellings, n=1, cutoff=0.85)
    return spellings[near[0]] if near else name
