"""What is said of the numbers: what the answers fit with, where methods disagree, what a scale could not show."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from atpilots.disclosure import ProtectedMeasure, ProtectedResults
from atpilots.estimators import BETTER, WORSE, Verdict, p_value_of
from atpilots.files import listed
from atpilots.report.findings.context import Context
from atpilots.report.wording import FINE_STEP, change_interval, points, smallest_change, surveys

LEVEL = 0.05

VERDICTS: Mapping[Verdict, str] = {
    "better by more": "people {felt} better on average, by more than the smallest change that matters.",
    "better by as much": "people {felt} better on average, by about as much as matters.",
    "probably better": "people probably {felt} better on average; how much is not clear.",
    "too small to matter": "people {felt} much the same on average: any change was too small to matter.",
    "unclear": "people may or may not have {done} better on average.",
    "probably worse": "people probably {felt} worse on average; how much is not clear.",
    "worse by as much": "people {felt} worse on average, by about as much as matters.",
    "worse by more": "people {felt} worse on average, by more than the smallest change that matters.",
}
# What happened in short; the word before another group that it did not happen to; and what else there is to say.
HAPPENED: Mapping[Verdict, tuple[str, str, str]] = {
    "better by more": ("{felt} better", "than", ""),
    "better by as much": ("{felt} better", "than", ""),
    "probably better": ("probably {felt} better", "than", "; how much is not clear"),
    "too small to matter": ("{felt} much the same", "as", ""),
    "unclear": ("may or may not have {done} better", "than", ""),
    "probably worse": ("probably {felt} worse", "than", "; how much is not clear"),
    "worse by as much": ("{felt} worse", "than", ""),
    "worse by more": ("{felt} worse", "than", ""),
}
PERHAPS_TOO_LITTLE = "It may be too little to matter."
NO_AGREED_SIZE = "There is no agreed size for averages."
FITS_WITH_NO_CHANGE = "The answers fit with no change, and with a change for the better or for the worse."
LESS_SURE = "A second method is less sure that there was a change."
SURER = "A second method is surer that there was a change."


def change_sentences(measure: ProtectedMeasure) -> tuple[str, ...]:
    """One measure's result in plain sentences: the two averages, the change with its interval, the verdict (C-05)."""
    if measure.withheld:
        return (measure.withheld,)
    m = measure
    scale = f"on a scale from {m.scale}, where {m.better} is better."
    if m.one_end:
        return (
            f"The score {smallest_change(m)} {scale}",
            "This is the end of the 95% interval that lies nearer to no change, in steps of "
            f"{points(m, m.step)}. No more is told, to protect the people who took part.",
            verdict_sentences(m),
        )
    return (
        f"The average score {_moved(m)} {scale}",
        f"The average change was {m.number(m.change, signed=True)} points. The answers fit with average changes from "
        f"{change_interval(m)} points.{f' All are to the nearest {points(m, m.step)}.' if m.step > FINE_STEP else ''}",
        verdict_sentences(m),
    )


def verdict_sentences(measure: ProtectedMeasure) -> str:
    """C-05, and C-04 where the interval holds no change: decided by the verdict and by the signs that are told.

    Of other measures than the main one they are marked as exploratory.
    """
    if measure.verdict is None:
        return ""
    word = _of_feelings(VERDICTS[measure.verdict], measure)
    start = "" if measure.primary else "Exploratory: "
    if measure.rater != "resident":
        start = "As support workers saw it: "
    more = ""
    if measure.verdict == "unclear" and _holds_no_change(measure):
        more = FITS_WITH_NO_CHANGE
    elif measure.zone and measure.verdict.startswith("probably"):
        more = PERHAPS_TOO_LITTLE
    return f"{start}{word if start else word[0].upper() + word[1:]} {more}".strip()


def happened(measure: ProtectedMeasure) -> tuple[str, str, str]:
    """What happened by a measure's word, "felt better", "than", and what else there is to say: see HAPPENED."""
    words, than, more = HAPPENED[measure.verdict or "unclear"]
    return _of_feelings(words, measure), than, more


def _of_feelings(words: str, measure: ProtectedMeasure) -> str:
    felt, done = ("felt", "felt") if measure.felt else ("did", "done")
    return words.format(felt=felt, done=done)


def difference_sentence(difference: ProtectedMeasure, first: str, second: str) -> str:
    """The word for a difference between two groups, in a sentence: "People who had it felt better than those who …"."""
    words, than, more = happened(difference)
    return f"{first[0].upper()}{first[1:]} {words} {than} {second}{more}."


def harms_beside(measures: Sequence[ProtectedMeasure]) -> list[ProtectedMeasure]:
    """The secondary measures that got worse: always named in the summary."""
    return [m for m in measures if not m.primary and m.verdict in WORSE]


def benefits_beside(measures: Sequence[ProtectedMeasure], fitted: int = 1) -> list[ProtectedMeasure]:
    """The secondary measures that got better after Holm's adjustment for all secondary ones; fitted: see p_value_of.

    By the p values that follow from the intervals as printed: they tell nothing new, and are too large rather than too
    small. What is not told, or has no spread (on an internal page), counts as p = 1.
    """
    others = [m for m in measures if not m.primary]
    both = [(m, m.low, m.high) for m in others if m.low is not None and m.high is not None]
    sizes = [(p_value_of(m.n, low, high, fitted), m) for m, low, high in both if m.n and low < high]
    sizes.sort(key=lambda one: one[0])
    sure = itertools.takewhile(lambda at: at[1][0] <= LEVEL / (len(others) - at[0]), enumerate(sizes))
    named = [m for _, (_, m) in sure]
    return [m for m in others if m in named and m.verdict in BETTER]


def raters_disagree(context: Context) -> str | None:
    """C-31: of two raters of a measure, one says that people got better, the other that they got worse."""
    views = {view.name: view for view in context.protected.workers}
    told = [both_views(m, views[m.name]) for m in context.protected.told if disagreeing(context.protected, m)]
    return " ".join(told) or None


def disagreeing(protected: ProtectedResults, measure: ProtectedMeasure) -> bool:
    """Whether support workers saw a change for the worse where residents tell of one for the better, or the reverse."""
    sides = {_side(measure), *(_side(view) for view in protected.workers if view.name == measure.name)}
    return {"better", "worse"} <= sides


def both_views(resident: ProtectedMeasure, worker: ProtectedMeasure) -> str:
    """What residents and their support workers say of one measure, both told, in a sentence or two."""
    label, own, theirs = resident.label, _side(resident), _side(worker)
    if resident.verdict is None:
        return (
            f"On {label} residents' own score {_went(resident)}; by their support workers' answers it {_went(worker)}."
        )
    if own and theirs and own != theirs:
        return (
            f"Residents and support workers disagree on {label}. By residents' own answers they {_got(resident)}; by "
            f"their support workers' they {_got(worker)}."
        )
    if own and theirs:
        return f"On {label} both views point the same way: for the {own}."
    if own:
        return (
            f"On {label} residents' own answers point to a change for the {own}; support workers' {_no_side(worker)}."
        )
    if theirs:
        own = _no_side(resident)
        return f"On {label} support workers' answers point to a change for the {theirs}; residents' own {own}."
    return f"On {label} neither view shows a clear change for the better or the worse."


def _went(measure: ProtectedMeasure) -> str:
    """Where an average without a word of its own went: "went from 12.0 to 14.5"."""
    if measure.one_end:
        return smallest_change(measure)
    return f"went from {measure.number(measure.before)} to {measure.number(measure.after)}"


def _side(measure: ProtectedMeasure) -> str:
    return "better" if measure.verdict in BETTER else "worse" if measure.verdict in WORSE else ""


def _no_side(measure: ProtectedMeasure) -> str:
    return "are unclear" if measure.verdict == "unclear" else "show little or no change"


def _got(measure: ProtectedMeasure) -> str:
    return f"{'probably ' if str(measure.verdict).startswith('probably') else ''}got {_side(measure)}"


def fits_with_no_change(context: Context) -> str | None:
    """C-04: the main measure's interval holds no change."""
    fits = FITS_WITH_NO_CHANGE in verdict_sentences(context.headline) and not context.compared
    return FITS_WITH_NO_CHANGE if fits else None


def against_what_matters(context: Context) -> str | None:
    """C-05: the main measure's verdict, against the smallest change that matters or without an agreed one."""
    main = context.headline
    if main.verdict is None:
        return None
    if context.compared:
        return f"{main.label}: {difference_sentence(main, *context.groups)}{'' if main.zone else f' {NO_AGREED_SIZE}'}"
    return f"{main.label}: {verdict_sentences(main)}{'' if main.zone else f' {NO_AGREED_SIZE}'}"


def missing_answers(context: Context) -> str | None:
    """C-08: on a measure fewer people have a score both times than answered both surveys. Both numbers are told."""
    twice = context.protected.answered_twice
    fewer = [m for m in context.protected.told if m.n is not None and twice is not None and m.n < twice]
    if not fewer:
        return None
    counts = listed([f"{m.n} on {m.label}" for m in fewer])
    where = f" in “{context.protocol.arms[0]}”" if context.compared else ""
    return (
        f"Some people left questions blank. Of the {twice}{where} who answered {surveys(context.protected)}, these "
        f"have a score both times: {counts}. Where the published rule allows no score, there is none."
    )


def at_the_top_already(context: Context) -> str | None:
    """C-10: more than 15% had the best possible score before, and that may be said of them."""
    labels = [m.label for m in context.protected.told if m.at_best]
    if not labels:
        return None
    return f"Some people already had the best possible score before, and could not improve on {listed(labels)}."


def many_ties(context: Context) -> str | None:
    """C-11: at least 30% have the same score before and after."""
    labels = [m.label for m in context.protected.told if m.remarks and m.remarks.many_ties]
    return f"Many people had the same score before and after on {listed(labels)}." if labels else None


def some_got_worse(context: Context) -> str | None:
    """C-12: an average is told. Always in the same words: others where nobody got worse would tell that."""
    if not context.protected.told:
        return None
    return (
        "An average hides differences: some people may have got worse. How many is not shown where the number could "
        "identify them."
    )


def p_value_explained(context: Context) -> str | None:
    """C-18: the page prints p-values; only an internal one does."""
    if context.protected.audience != "internal" or context.main.withheld:
        return None
    return "The p-value is not the chance that the pilot worked."


def methods_disagree(context: Context) -> str | None:
    """C-19: of the t interval and the exact test at 5%, one leaves room for no change on the main measure, one not."""
    main = context.main
    if main.remarks is None or main.remarks.methods_agree:
        return None
    return f"{main.label}: {SURER if _holds_no_change(main) else LESS_SURE}"


def depends_on_one_person(context: Context) -> str | None:
    """C-20: without one person, the verdict on the main measure, as told, would be another."""
    remarks = context.main.remarks
    if remarks is None or not remarks.one_person_decides:
        return None
    return f"Without one person's answers, the words for the result on {context.main.label} would be others."


def something_withheld(context: Context) -> str | None:
    """C-22: anything withheld; an internal page withholds nothing, but some numbers do not exist."""
    protected = context.protected
    if protected.audience == "internal":
        return None
    everything = not any(view.withheld or view.one_end for view in protected.views)
    if protected.answered_twice is not None and everything:
        return None
    return "Where a figure is withheld, that is to protect the people who took part."


def _holds_no_change(measure: ProtectedMeasure) -> bool:
    """Rounding outward takes no end to the other side of zero: so the told ends say whether it lies between them."""
    return float(measure.low or 0) < 0 < float(measure.high or 0)


def _moved(measure: ProtectedMeasure) -> str:
    before, after = measure.number(measure.before), measure.number(measure.after)
    if not measure.change or before == after:
        return f"was {before} before and {after} after,"
    return f"{'rose' if measure.change > 0 else 'fell'} from {before} before to {after} after,"
