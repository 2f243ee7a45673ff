"""What people say for a word of the vocabularies or a country, and which word a mistaken one was probably meant for."""

from __future__ import annotations

import difflib

from atpilots.vocabularies import SYNONYMS

# The nations that "UK" stands for beside itself, where a case names a country.
UK_NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
# How countries are written that have cases, or whose names are a slip away from one that has. Others are legal, too.
COUNTRIES = (
    *UK_NATIONS, "UK", "Ireland", "United States", "Canada", "Australia", "Germany", "France", "Netherlands", "Norway",
    "Sweden", "Taiwan", "Austria", "Iceland",
)  # fmt: skip

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


def country_meant(name: str) -> str:
    """The way we write a country that we know, for any spelling, capitals or slip of it; else the name as it is."""
    spellings = {country.casefold(): country for country in COUNTRIES} | {"us": "United States"}
    for country in COUNTRIES:
        spellings |= dict.fromkeys(SYNONYMS.get(country.casefold().replace(" ", "_"), ()), country)
    plain = " ".join(name.replace(".", "").casefold().split()).removeprefix("the ")
    near = difflib.get_close_matches(plain, spellings, n=1, cutoff=0.85)
    return spellings[near[0]] if near else name
