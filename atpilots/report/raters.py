"""How support workers saw the residents, beside what these said themselves."""

from __future__ import annotations

from collections.abc import Mapping

from atpilots.disclosure import Audience, ProtectedMeasure
from atpilots.estimators import AGREEMENT, Estimate
from atpilots.files import listed
from atpilots.page import Claim, Details, Inner, Piece, Table
from atpilots.report.domain_figure import domain_figure
from atpilots.report.findings import Context, both_views
from atpilots.report.glance import two_views
from atpilots.report.measure_sections import MOST_WITH_PICTURES, MOST_WITH_WIDE, measure_words
from atpilots.report.tables import domain_table, estimates_table
from atpilots.report.wording import paragraphs, within

TWO_VIEWS = (
    "Support workers' view is no result of its own: they may see what people do not say, miss what they feel, and "
    "judge their own work kindly."
)
UNTOLD_VIEW = "Support workers also rated {}."
SAME_PEOPLE = "Both averages are of the same people."
SOME_PEOPLE = "The workers' average is of those among the residents whom they rated both times."
WORKERS_ALONE = "Only support workers were asked about {}."
EVERYBODY_RATED = (
    "The exact rows of averages and changes count everybody whom support workers rated, those of agreement everybody "
    "whom both rated then. The figures above count those who also have both scores of their own."
)


def raters_pieces(context: Context, disagree: bool) -> list[Piece]:
    """Every measure that support workers rated; disagree: whether that is a finding."""
    audience = context.protected.audience
    own = {m.name: m for m in context.protected.measures if context.pilot.answered(m.name, m.rater)}
    views = [(own.get(view.name), view) for view in context.protected.workers]
    told = [(m, view) for m, view in views if m and not (m.withheld or view.withheld)]
    shown = [(m, view) for m, view in views if not view.withheld]
    alone = [view.label for resident, view in shown if resident is None]
    untold: dict[str, list[str]] = {}
    for _, view in views:
        if view.withheld:
            untold.setdefault(view.withheld, []).append(within(view.label))
    whom = SAME_PEOPLE if all(m.n == view.n for m, view in told) else SOME_PEOPLE
    compared = f"{' '.join(both_views(*both) for both in told)} {whom if told else ''}".strip()
    found = paragraphs(
        TWO_VIEWS if shown else "", compared,
        WORKERS_ALONE.format(listed(alone)) if alone else "",
        *(f"{UNTOLD_VIEW.format(listed(labels))} {why}" for why, labels in untold.items()),
    )  # fmt: skip
    claim = [Claim(text="residents and support workers disagree")] if disagree else []
    views_of = [_both(context, *both) for both in shown]
    if audience is Audience.INTERNAL and shown:  # an analyst asks for the numbers, and finds the words there
        first = views_of[0].model_copy(update={"pieces": (found, *views_of[0].pieces)})
        return [*claim, first, *views_of[1:]]
    # Beside another group one group's change has no word to glance at.
    glanced = [two_views(shown, audience)] if shown and not context.protected.compared else []
    return [*claim, found, *glanced, *views_of]


def _both(context: Context, resident: ProtectedMeasure | None, worker: ProtectedMeasure) -> Details:
    """One measure by both raters: picture, numbers, and what the workers' view is in sentences."""
    told, count = [m for m in (resident, worker) if m and not m.withheld], len(context.protected.views)
    pictures, pieces = count <= MOST_WITH_PICTURES, list[Inner]()
    for one_end in dict.fromkeys(m.one_end for m in told):  # a picture has either all of a result or one end
        alike = [m for m in told if m.one_end == one_end]
        if pictures:
            # what is published is of people's own answers, so it stands beside no worker's
            pieces.append(domain_figure(alike, context.synthetic, wide=count <= MOST_WITH_WIDE))
        pieces.append(domain_table(worker.label, alike))
    pieces.append(paragraphs(measure_words(worker, "")))
    if context.protected.audience is Audience.INTERNAL:
        pieces += [paragraphs(EVERYBODY_RATED), *_agreement_first(worker, context.estimates(worker))]
    what = "Picture and numbers" if pictures else "Numbers"
    whose = "as workers saw it" if told == [worker] else "both views"
    return Details(summary=f"{what}: {worker.label}, {whose}", pieces=tuple(pieces))


def _agreement_first(worker: ProtectedMeasure, estimates: Mapping[str, Estimate]) -> list[Table]:
    """How far the raters agree, then every other estimate of the support workers' view."""
    of_both = [function.__name__ for function in AGREEMENT if function.__name__ in estimates]
    others = {name: e for name, e in estimates.items() if name not in of_both}
    agreement = {name: estimates[name] for name in of_both}
    tables = [estimates_table(worker, agreement, "how far residents agree, exact")] if agreement else []
    return [*tables, estimates_table(worker, others)]
