"""Make the survey.csv of each bundled pilot. Run: python data/make_synthetic_pilots.py

SYNTHETIC DATA. Two of the pilots took place, but their answers are not public, and no figure below is taken from them;
the one with a waiting list is made up altogether. The people, their
answers, their changes and their drop-out are drawn from a random number generator with a fixed seed, with the dirt
that small surveys have: drop-out, a late joiner, missing items, ceilings, ties, people who got worse, and one outcome
that does not move.
"""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from atpilots.instruments import Instrument, load_instrument

PILOTS = Path(__file__).parent / "pilots"
SEED = 20210111
MISSING_ITEM = 0.006  # share of items left blank
MISSING_CODED = 0.3  # of those, the share typed as -9


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How one measure behaves: item levels before (mean, spread), the mean shift, and how alike a person stays."""

    instrument: str
    mean: float
    spread: float
    shift: float
    stability: float = 0.7


@dataclasses.dataclass(frozen=True, eq=False)
class Plan:
    """One synthetic pilot."""

    name: str
    code: str
    before: int  # answered before
    both: int  # of these, answered after too
    late: int  # answered after only
    first_day: datetime.date
    gap_weeks: int
    modes: dict[str, float]
    outcomes: tuple[Outcome, ...]
    second_rater: str | None = None  # the one measure that support workers rate too


PLANS = (
    Plan(
        "greenwich", "GR", 33, 26, 1, datetime.date(2021, 1, 11), 12,
        {"phone": 0.8, "assisted": 0.2},
        (
            Outcome("swemwbs", 3.1, 0.8, 0.30),
            Outcome("ons4_satisfaction", 6.2, 1.9, 0.5),
            Outcome("ons4_worthwhile", 8.7, 1.5, 0.1),  # many already at the top
            Outcome("ons4_happy", 6.0, 2.2, 0.7),
            Outcome("ons4_anxious", 3.4, 2.4, 0.0),  # does not move
            Outcome("ucla3", 1.9, 0.6, -0.15),
            Outcome("daily_living", 3.2, 0.9, 0.25, 0.8),
        ),
    ),
    Plan(
        "hackney", "HK", 50, 41, 1, datetime.date(2020, 11, 16), 12,
        {"self": 0.35, "assisted": 0.65},
        (
            Outcome("swemwbs", 3.0, 0.8, 0.20),
            Outcome("ons4_satisfaction", 5.8, 2.0, 0.6),
            Outcome("ons4_worthwhile", 6.6, 2.0, 0.3),
            Outcome("ons4_happy", 5.9, 2.3, 0.5),
            Outcome("ons4_anxious", 3.9, 2.6, -0.2),
            Outcome("ucla3", 2.1, 0.6, -0.35),
            Outcome("daily_living", 3.7, 0.9, 0.05, 0.85),
        ),
        second_rater="daily_living",
    ),
)  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False)
class WaitingListPlan:
    """A synthetic pilot with a waiting list: its waves, and how many of each arm are left at each of them."""

    name: str
    code: str
    arms: dict[str, tuple[int, ...]]  # people at each wave, by arm; the piloted arm first
    waves: dict[str, tuple[int, float]]  # weeks after the start, and the share of the shift that has come about
    first_day: datetime.date
    modes: dict[str, float]
    outcomes: tuple[Outcome, ...]
    second_rater: str


WAITING_LIST = WaitingListPlan(
    "lewisham", "LW",
    {"dispenser": (27, 25, 24), "waiting list": (26, 23, 22)},
    {"baseline": (0, 0.0), "3 months": (13, 0.7), "6 months": (27, 1.0)},
    datetime.date(2024, 2, 5),
    {"phone": 0.85, "assisted": 0.15},
    (
        Outcome("swemwbs", 3.0, 0.7, 0.45, 0.75),
        Outcome("ons4_happy", 5.9, 1.9, 0.7),
        Outcome("ons4_anxious", 3.8, 2.3, -0.2),
        Outcome("medicines", 3.1, 0.8, 0.6, 0.75),
    ),
    second_rater="medicines",
)  # fmt: skip


def waiting_list_survey(plan: WaitingListPlan, rng: np.random.Generator) -> pd.DataFrame:
    """One row per respondent, wave and rater.

    People were matched by their wellbeing, and one of each pair had it first. Whoever left did not come back.
    """
    people = sum(counts[0] for counts in plan.arms.values())
    codes = np.array([f"{plan.code}{number:03d}" for number in 101 + rng.permutation(people)])
    persons = {outcome.instrument: rng.normal(0, outcome.spread, people) for outcome in plan.outcomes}
    ranked = np.argsort(-persons[plan.outcomes[0].instrument])
    arm = np.empty(people, dtype=object)
    arm[ranked] = np.resize([*plan.arms, *reversed(plan.arms)], people)
    rows = []
    for place, (wave, (weeks, come)) in enumerate(plan.waves.items()):
        there = np.concatenate([np.flatnonzero(arm == name)[: counts[place]] for name, counts in plan.arms.items()])
        parts = []
        for outcome in plan.outcomes:
            instrument = load_instrument(outcome.instrument, PILOTS / plan.name / "instruments")
            steady = outcome.stability if place else 1.0
            level = steady * persons[outcome.instrument] + np.sqrt(1 - steady**2) * rng.normal(
                0, outcome.spread, people
            )
            level += outcome.mean + outcome.shift * come * (arm == next(iter(plan.arms)))
            parts.append(pd.DataFrame({c: _typed(instrument, level, rng) for c in instrument.columns}))
        start = plan.first_day + datetime.timedelta(weeks=weeks)
        days = [(start + datetime.timedelta(days=int(day))).isoformat() for day in rng.integers(0, 14, len(there))]
        key = {"respondent": codes[there], "wave": wave, "rater": "resident", "arm": arm[there], "date": days,
               "mode": rng.choice(list(plan.modes), len(there), p=list(plan.modes.values())),
               "age_band": np.array(["65-74", "75-84", "85+"])[(there * 7) % 3]}  # fmt: skip
        table = pd.concat(parts, axis=1).iloc[there].assign(**key)
        rated = _second_rater(plan, table, rng)
        for column in load_instrument(plan.second_rater, PILOTS / plan.name / "instruments").columns:
            left_blank = rated[column].isin(["", "-9"])  # workers were asked again: both views are of the same people
            rated[column] = rated[column].mask(left_blank, table[column])
        rows += [table, rated]
    whole = pd.concat(rows)
    first = ["respondent", "wave", "rater", "arm", "date", "mode", "age_band"]
    return whole[[*first, *(c for c in whole if c not in first)]].sort_values(["date", "respondent", "rater"])


def survey(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """One row per respondent, wave and rater, as a borough would type it, in the order of the visits."""
    people = plan.before + plan.late
    codes = [f"{plan.code}{number:03d}" for number in 101 + rng.permutation(people)]
    waves = {"before": np.arange(plan.before), "after": np.r_[np.arange(plan.both), np.arange(plan.before, people)]}
    answers = [_answers(plan, outcome, people, rng) for outcome in plan.outcomes]
    rows = []
    for wave, members in waves.items():
        table = pd.concat([answer[wave] for answer in answers], axis=1).iloc[members]
        dates = _dates(plan, wave, len(members), rng)
        modes = rng.choice(list(plan.modes), len(members), p=list(plan.modes.values()))
        ages = np.array(["65-74", "75-84", "85+"])[(np.array(members) * 7) % 3]
        key = {"respondent": [codes[m] for m in members], "wave": wave, "rater": "resident", "date": dates,
               "mode": modes, "age_band": ages}  # fmt: skip
        rows.append(table.assign(**key))
        if plan.second_rater:
            rows.append(_second_rater(plan, table.assign(**key), rng))
    whole = pd.concat(rows)
    first = ["respondent", "wave", "rater", "date", "mode", "age_band"]
    return whole[[*first, *(c for c in whole if c not in first)]].sort_values(["date", "respondent", "rater"])


def _answers(plan: Plan, outcome: Outcome, people: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Item answers before and after of everybody, as typed text."""
    instrument = load_instrument(outcome.instrument, PILOTS / plan.name / "instruments")
    person = rng.normal(0, outcome.spread, people)
    fresh = rng.normal(0, outcome.spread, people)
    later = outcome.stability * person + np.sqrt(1 - outcome.stability**2) * fresh + outcome.shift
    return {
        wave: pd.DataFrame({column: _typed(instrument, outcome.mean + level, rng) for column in instrument.columns})
        for wave, level in (("before", person), ("after", later))
    }


def _typed(instrument: Instrument, level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    noise = 0.0 if len(instrument.columns) == 1 else 0.45
    answered = np.rint(level + rng.normal(0, noise, len(level)))
    text = np.clip(answered, instrument.lowest, instrument.highest).astype(int).astype(str).astype(object)
    lost = rng.random(len(text)) < MISSING_ITEM
    text[lost] = np.where(rng.random(lost.sum()) < MISSING_CODED, "-9", "")
    return text


def _second_rater(plan: Plan | WaitingListPlan, table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The support workers' own view of the same people: alike, a little kinder, and of that one measure only."""
    instrument = load_instrument(str(plan.second_rater), PILOTS / plan.name / "instruments")
    asked = tuple(outcome.instrument for outcome in plan.outcomes)
    rated = table.drop(columns=[c for c in table if c.startswith(asked)])
    for column in instrument.columns:
        own = pd.to_numeric(table[column], errors="coerce").fillna(instrument.lowest).to_numpy()
        rated[column] = _typed(instrument, own + rng.normal(0.25, 0.5, len(own)), rng)
    return rated.assign(rater="support_worker", mode="")


def _dates(plan: Plan, wave: str, count: int, rng: np.random.Generator) -> list[str]:
    start = plan.first_day + datetime.timedelta(weeks=plan.gap_weeks if wave == "after" else 0)
    return [(start + datetime.timedelta(days=int(day))).isoformat() for day in rng.integers(0, 14, count)]


def main() -> None:
    """Write every survey, from fixed seeds."""
    tables = {plan: survey(plan, np.random.default_rng([SEED, number])) for number, plan in enumerate(PLANS)}
    tables[WAITING_LIST] = waiting_list_survey(WAITING_LIST, np.random.default_rng([SEED, len(PLANS)]))
    for plan, table in tables.items():
        table.to_csv(PILOTS / plan.name / "survey.csv", index=False, lineterminator="\n")
        print(f"{plan.name}: {len(table)} rows")


if __name__ == "__main__":
    main()
