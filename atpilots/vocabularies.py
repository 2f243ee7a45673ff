"""The words that pilots and case studies share, each with its label. The only place where they are listed."""

from __future__ import annotations

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
