"""The words that pilots and case studies share, each with its label and what people say for it. Listed only here."""

from __future__ import annotations

from collections.abc import Mapping

from atpilots.files import nearest

TECHNOLOGY = {
    "voice_assistant": "Voice assistant",
    "tablet_video_calling": "Tablet or video calling",
    "wearable": "Wearable",
    "telecare_alarm": "Telecare alarm",
    "falls_detector": "Falls detector",
    "activity_monitoring": "Activity monitoring",
    "gps_locator": "GPS locator",
    "medication_dispenser": "Medication dispenser",
    "telehealth_monitoring": "Telehealth monitoring",
    "companion_robot": "Companion robot",
    "smart_home": "Smart home",
    "mobile_app": "Mobile app",
    "communication_aid": "Communication aid",
    "reading_writing_aid": "Reading or writing aid",
    "reminder_prompting": "Reminders and prompting",
    "virtual_reality": "Virtual reality",
    "hearing_vision_aid": "Hearing or vision aid",
    "digital_inclusion_support": "Digital inclusion support",
    "reminiscence_gaming": "Reminiscence or gaming",
}

USER_GROUP = {
    "older_people": "Older people",
    "dementia": "People with dementia",
    "learning_disability": "People with a learning disability",
    "autism": "Autistic people",
    "physical_disability": "People with a physical disability",
    "sensory_impairment": "People with a sensory impairment",
    "mental_health": "People with a mental health condition",
    "long_term_condition": "People with a long-term condition",
    "carers": "Carers",
    "care_home_residents": "Care home residents",
    "brain_injury_stroke": "People with a brain injury or stroke",
    "children_young_people": "Children and young people",
    "working_age_disabled": "Disabled people of working age",
}

SETTING = {
    "own_home": "Own home",
    "supported_living": "Supported living",
    "care_home": "Care home",
    "hospital": "Hospital",
    "community": "Community",
    "education_employment": "Education or employment",
    "mixed": "Mixed settings",
}

OUTCOME_DOMAIN = {
    "wellbeing": "Wellbeing",
    "quality_of_life": "Quality of life",
    "loneliness_social_connection": "Loneliness and social connection",
    "independence": "Independence",
    "self_care": "Self-care",
    "safety_falls": "Safety and falls",
    "medication_adherence": "Taking medicines as planned",
    "carer_wellbeing": "Carer wellbeing",
    "health_service_use": "Use of health services",
    "care_cost": "Cost of care",
    "cognition_behaviour": "Cognition and behaviour",
    "digital_skills": "Digital skills",
    "access_to_services": "Access to services",
    "communication": "Communication",
    "feasibility_acceptability": "Feasibility and acceptability",
    "education_employment": "Education and employment",
}

EVIDENCE_TYPE = {
    "randomised_trial": "Randomised trial",
    "comparison_group": "Comparison group",
    "before_after": "Before and after, no comparison group",
    "post_only_survey": "Survey afterwards only",
    "service_data": "Service data",
    "cost_analysis": "Cost analysis",
    "qualitative": "Qualitative",
    "systematic_review": "Systematic review",
    "description": "Description",
}

DIRECTION = {
    "improved": "Improved",
    "mixed": "Mixed",
    "no_difference": "No difference",
    "worsened": "Worsened",
    "not_reported": "Not reported",
}

SOURCE_TYPE = {
    "academic": "Academic",
    "council": "Council",
    "government": "Government",
    "nhs": "NHS",
    "charity": "Charity",
    "housing": "Housing provider",
    "supplier": "Supplier",
    "news": "News",
    "practitioner": "Practitioner",
}

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


def nearest_word(word: str, vocabulary: Mapping[str, str]) -> str | None:
    """The word of a vocabulary that was probably meant, by its spelling, its label or a synonym, or by the one of these
    that stands in it ("stroke survivors"); None where none is.
    """
    said = {known: (label, *SYNONYMS.get(known, ())) for known, label in vocabulary.items()}
    plain = f" {' '.join(word.casefold().split())} "
    within = {known for known, texts in said.items() if any(f" {text.casefold()} " in plain for text in texts)}
    return nearest(word, vocabulary, said) or (within.pop() if len(within) == 1 else None)
