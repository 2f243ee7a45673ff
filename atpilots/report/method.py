"""How the numbers of a page were made, and where they come from: its last section."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform

from atpilots.disclosure import FEWEST_PAIRS, Audience
from atpilots.files import CHECKOUT
from atpilots.instruments import Contrast, Instrument
from atpilots.page import Details, Facts, Text
from atpilots.pilots import Pilot
from atpilots.report.findings import TRIED, Context
from atpilots.report.wording import paragraphs

PACKAGES = ("atpilots", "pandas", "numpy", "scipy", "statsmodels", "seaborn", "matplotlib", "nbconvert")
CODED = "Each person's answers before and after were paired by a code."
CHOSEN = "The main figure, the {}, was chosen in advance for every pilot."
PAIRED = "Its 95% interval comes from a paired t calculation."
COVARIANCE = "Its 95% interval comes from an analysis of covariance."
ADJUSTED = (
    "Groups are compared by analysis of covariance: how much higher scores are at the end in one than in the other, "
    "among people who began alike. Its 95% interval allows for groups that differ in spread (HC3, with t)."
)
CHANCE_ALONE = "if nothing but chance set the groups apart"
MORE_ON_METHOD = (
    "If the pilot were repeated many times, about 95 of 100 such intervals would hold the true {}. No exact test "
    "of it is printed, because with few people it gives answers away.",
    "How much people's changes differ (the standard deviation) comes from the printed interval. So does the change "
    "in these terms. Both are rough, and they are left out where the rounding is too coarse for them.",
)


def method_pieces(context: Context) -> tuple[Text, Details]:
    """How the numbers were made; when asked for, the rounding, the questionnaires and the software."""
    protected, compared = context.protected, context.protected.compared
    banded = {measure.name for measure in protected.told if measure.bands}
    of_a_kind: dict[str, list[str]] = {}
    for name, measure in context.pilot.measures.items():
        of_a_kind.setdefault(_questionnaire(measure.instrument, name in banded), []).append(measure.instrument.label)
    entries = tuple(("; ".join(labels), source) for source, labels in of_a_kind.items())
    by_lot = context.allocation == "random"
    what = "difference" if by_lot else f"difference, {CHANCE_ALONE}" if compared else "average"
    of_groups = (ADJUSTED, *(TRIED,) * (not by_lot)) if compared else ()
    words = paragraphs(
        *of_groups, *(one.format(what) for one in MORE_ON_METHOD), _without_size(context), _rounding(protected.audience)
    )
    made = (words, Facts(entries=entries), provenance_facts(context.pilot))
    more = Details(summary="Rounding and privacy, questionnaires, software", pieces=made)
    chosen = CHOSEN.format("difference between the groups" if compared else "average change")
    interval = COVARIANCE if compared else PAIRED
    return paragraphs(f"{CODED} {chosen} {interval}".strip(), *_what_is_compared(context)), more


def provenance_facts(pilot: Pilot) -> Facts:
    """Data, software and their versions. Nothing of the machine or the person."""
    lock = CHECKOUT and CHECKOUT / "requirements.lock"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16] if lock and lock.exists() else "none"
    made_up = pilot.protocol.provenance == "synthetic"
    return Facts(
        entries=(
            ("Data", "Synthetic: made up, not collected" if made_up else "Collected by the pilot"),
            ("Data fingerprint (keyed)", pilot.data_hash()[:16]),
            ("Random numbers in the analysis", "None: every figure is computed exactly"),
            ("Software", ", ".join(f"{name} {version}" for name, version in versions().items())),
            ("Fingerprint of the locked packages", digest),
        )
    )


@functools.cache
def versions() -> dict[str, str]:
    """Python and the packages that made the numbers and the page, with their versions."""
    return {"Python": platform.python_version(), **{name: importlib.metadata.version(name) for name in PACKAGES}}


def _without_size(context: Context) -> str:
    """On which measures nobody has agreed what change of an average matters."""
    protected = context.protected
    views = (view for view in protected.views if not view.withheld)
    told = [(m, context.pilot.measures[m.name].instrument) for m in views]
    contrast: Contrast = "between" if protected.compared else "within"
    labels = dict.fromkeys(m.label for m, instrument in told if not instrument.deciding_change(contrast))
    what = "difference" if protected.compared else "change"
    return f"No size of an average {what} is agreed to matter on: {'; '.join(labels)}." if labels else ""


def _rounding(audience: Audience) -> str:
    if audience is Audience.INTERNAL:
        return ""
    return (
        "To protect the people who took part, figures are rounded, intervals outward, and nothing is published "
        f"about the answers of fewer than {audience.threshold} people. Results need at least {FEWEST_PAIRS} "
        "people who answered twice. How many took part is told exactly. Numbers of people marked “about” are to "
        "the nearest five, or what is left of all. No lowest or highest answer and no single person's answers are "
        "shown."
    )


def _what_is_compared(context: Context) -> tuple[str, ...]:
    pilot, protected = context.pilot, context.protected
    several = pilot.follow_ups[1:] and not protected.course  # else the section on the waves says it
    waves = f"Every result compares the waves “{pilot.baseline}” and “{pilot.endpoint}”." if several else ""
    arms = f"Every result is of the people in “{pilot.protocol.arms[0]}”." if pilot.protocol.arms[1:] else ""
    return (waves, "" if protected.compared else arms)


def _questionnaire(instrument: Instrument, banded: bool) -> str:
    parts = (
        instrument.source,
        f"Bands of scores: {instrument.bands_source}" if banded else "",
        f"Owner: {instrument.owner}" if instrument.owner else "",
        f"Licence: {instrument.licence}" if instrument.licence else "",
    )
    return ". ".join(part.rstrip(".") for part in parts if part) + "."
