"""What is said of the next step: what the result supports, what to do, and how many people a next study needs."""

from __future__ import annotations

from atpilots.disclosure import FEWEST_PAIRS
from atpilots.report.findings.context import Context
from atpilots.report.findings.design import costs, short_follow_up, usage
from atpilots.report.findings.evidence import first_step
from atpilots.report.planning import an_example, people_needed, two_digits

NEXT_STEP = "Give it to some people now and to others later, for example from a waiting list."
DRAW_LOTS = "Draw names to decide who has it first."
AS_MANY = "As many as here"
AN_EXAMPLE = "This difference is only an example: a tenth of the scale."
RECORDED = {"usage": "use", "costs": "cost"}  # notes of the pilot's own


def next_step(context: Context) -> str:
    """C-30: always; first what the main result says, then what the findings leave to do: at most three things."""
    first, entries = next_steps(context)
    return " ".join([first, *(f"{name}: {text}" for name, text in entries)])


def next_steps(context: Context) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What the main result says of the next step, and each thing to do by its name.

    With the number of people of a next study where the printed interval tells how much they differ.
    """
    main, protocol = context.main, context.protocol
    first = first_step(context.headline.verdict, context.allocation)
    if main.withheld:
        about = "wellbeing" if main.felt and not context.protected.told else "the main measure"
        few = f"Too few people to learn about {about}"
        first = f"{few if (main.n or 0) < FEWEST_PAIRS else 'The main result cannot be told'}; {first}"
    missing = {key: name for key, name in RECORDED.items() if key not in protocol.notes}
    unknown = [telling(context) for key, telling in (("usage", usage), ("costs", costs)) if key in missing]
    alone, by_lot = len(protocol.arms) == 1, context.allocation in {"", "random"}
    many = how_many(context)
    ask = "Ask as many, or more" if many.startswith(AS_MANY) else "Ask more people"
    name, what = ("Compare", NEXT_STEP) if alone else (ask, "") if by_lot else ("Draw lots", DRAW_LOTS)
    entries = (
        (name, " ".join(filter(None, (what, many)))),
        (f"Record {' and '.join(missing.values())}", " ".join(unknown)),
        ("Ask again after six months", short_follow_up(context) or ""),
    )
    return first, tuple((name, text) for name, text in entries if text)


def how_many(context: Context) -> str:
    """How many people a next study needs, and how many to recruit with as many missing as here."""
    planned = _planned(context)
    if planned is None:
        return ""
    difference, needed, why = planned
    n, started = context.main.n or needed, context.protected.started
    if context.compared:
        n, started = context.headline.n or needed, sum(arm.started or 0 for arm in context.protected.arms[:2])
    size = f"{', say, ' if why == AN_EXAMPLE else ' '}{difference:g} {'point' if difference == 1 else 'points'}"
    if context.compared and needed <= (context.headline.n or 0):  # then asking for fewer than there were helps nobody
        return f"{AS_MANY} can show a difference of{size}. A smaller one takes more."
    told = (
        f"To see a difference of{size} between two equal groups, about {two_digits(needed):,} people in all must "
        "answer both times."
    )
    if started and n < started:
        told += f" With as many missing as here, recruit about {two_digits(needed * started / n):,}."
    return told


def planned_for(context: Context) -> str | None:
    """C-32: a next study's number of people is told: for which difference it is, and what it assumes."""
    planned = _planned(context)
    if planned is None:
        return None
    return (
        f"The number of people for a next study is for a difference of {planned[0]:g}. {planned[2]} Two equal groups "
        "would find it 4 times in 5, by a t test of the changes at 5%, if people's changes differ as much as here."
    )


def _planned(context: Context) -> tuple[float, int, str] | None:
    """The difference to plan for, how many people it takes in both groups together, and where it comes from: what the
    pilot holds worth acting on, else one published for two groups, else an example.
    """
    measure, known = context.main, context.pilot.measures[context.main.name]
    published = known.instrument.of_groups("between")
    if known.worth_acting_on:
        difference, why = known.worth_acting_on, "The pilot named this difference as worth acting on."
    elif published:
        difference = published.low
        why = f"This difference is a published one, of {published.population or 'two groups'}."
    else:
        difference, why = an_example(measure), AN_EXAMPLE
    needed = people_needed(measure, difference)
    return (difference, needed, why) if needed is not None and measure.n is not None else None
