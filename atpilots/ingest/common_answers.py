"""Answers that everybody uses: scales, and words and numbers that stand for none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from atpilots.instruments import normalised_wording

MOST_ANSWERS = 12  # of a closed question
WHOLE = re.compile(r"[-−]?\d+(\.0+)?")
MISSING_WORDS = {
    "prefer not to say", "prefer not to answer", "rather not say", "dont know", "do not know", "not applicable", "na",
    "n a", "no answer", "not answered", "missing", "refused", "skipped", "unknown", "null", "keine angabe",
    "weiß nicht", "weiss nicht", "k a", "keine antwort", "möchte ich nicht sagen", "nicht beantwortet",
}  # fmt: skip
MISSING_NUMBERS = {"-1", "-7", "-8", "-9", "-66", "-77", "-88", "-99", "-999", "9", "66", "77", "88", "99", "999"}
# Answers that everybody uses, lowest first. Only these may be repeated from a question that is not recognised: what
# else people wrote may be their own words.
SCALES = (
    ("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
    ("disagree strongly", "disagree", "neither", "agree", "agree strongly"),
    ("disagree", "neutral", "agree"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("never", "hardly ever", "occasionally", "some of the time", "often", "most of the time", "all of the time"),
    ("none of the time", "rarely", "some of the time", "often", "all of the time"),
    ("hardly ever or never", "some of the time", "often"),
    ("no", "more or less", "yes"), ("no", "not sure", "yes"), ("no", "maybe", "yes"), ("false", "true"),
    ("unchecked", "checked"), ("not selected", "selected"),
    ("not at all", "a little", "a little bit", "somewhat", "moderately", "quite a bit", "a lot", "very much"),
    ("not at all", "slightly", "moderately", "very", "extremely"),
    ("very poor", "poor", "fair", "good", "very good", "excellent"), ("very bad", "bad", "fair", "good", "very good"),
    ("very dissatisfied", "dissatisfied", "neither satisfied nor dissatisfied", "satisfied", "very satisfied"),
    ("very unlikely", "unlikely", "neither likely nor unlikely", "likely", "very likely"),
    ("none", "mild", "moderate", "severe", "extreme"),
    ("much worse", "worse", "about the same", "better", "much better"),
    ("stimme überhaupt nicht zu", "stimme nicht zu", "teils teils", "stimme zu", "stimme voll zu"),
    ("trifft gar nicht zu", "trifft eher nicht zu", "teils teils", "trifft eher zu", "trifft voll zu"),
    ("nie", "selten", "manchmal", "oft", "immer"), ("nein", "teilweise", "ja"), ("nein", "mehr oder weniger", "ja"),
    ("gar nicht", "ein wenig", "etwas", "ziemlich", "sehr"), ("sehr schlecht", "schlecht", "mittel", "gut", "sehr gut"),
)  # fmt: skip


def scale_of(words: Iterable[str]) -> tuple[str, ...]:
    """The common scale that all words belong to but those for no answer: those met, lowest first; none where one word
    is in no such scale.
    """
    met = {normalised_wording(word): word for word in words if not looks_missing(word)}
    for scale in SCALES:
        if set(met) <= set(scale):
            return tuple(met[word] for word in scale if word in met)
    return ()


def looks_missing(text: str) -> bool:
    """Whether a cell looks like a code for no answer."""
    return text in MISSING_NUMBERS or normalised_wording(text) in MISSING_WORDS or text in {"#NULL!", ".", "-"}
