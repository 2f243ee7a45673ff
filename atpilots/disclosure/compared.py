"""One measure of the piloted arm beside another arm, as it may be told to an audience."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

from atpilots.disclosure.arms import ArmsAudit, Contrast, PublishedDifference, difference_told, scores_of
from atpilots.disclosure.protected import UNDEFINED, ProtectedComparison, ProtectedMeasure
from atpilots.disclosure.reconstruction import Waves, in_order
from atpilots.disclosure.rounding import rounded, rounded_down, rounded_up
from atpilots.disclosure.scale import scale_of
from atpilots.disclosure.thresholds import FEWEST_PAIRS, Audience, disclosed_people
from atpilots.estimators import Estimate, adjusted_difference_of, difference_in_change_of, t_interval_of
from atpilots.files import UsageError
from atpilots.pilots import Pilot

WAYS = ((adjusted_difference_of, "baseline_adjusted_difference"), (difference_in_change_of, "difference_in_change"))
SAME = 1e-9  # two ways of computing one number agree this closely, or nothing is released
GROUP_TOO_SMALL = "Too few people in one of the groups have a score both times to publish a comparison."
# One reason whatever was found, in either group.
COMPARISON_WITHHELD = "The comparison is withheld to protect the people who took part."
NO_DIFFERENCE = "The answers do not determine a difference with an interval."


class Comparisons:
    """Makes a measure's comparison with one arm after another; what was told of one binds what is told of the next."""

    def __init__(self, pilot: Pilot, measure: ProtectedMeasure, audience: Audience) -> None:
        self._pilot, self.measure, self._audience = pilot, measure, audience
        instrument = pilot.measures[measure.name].instrument
        change = instrument.deciding_change("between")
        self._zone = (change.low, change.high) if change else None
        self._contrast = Contrast(scale_of(instrument), self._zone, pilot.protocol.allocation == "random")
        self._piloted = self._waves(pilot.protocol.arms[0])
        self._audit = ArmsAudit(self._contrast, self._piloted)

    def beside(self, arm: str, rows: dict[str, Estimate]) -> ProtectedComparison:
        """The comparison with that arm; rows: the results of the measure in the arm."""
        waves, mine = self._waves(arm), len(self._piloted[0])
        internal = self._audience is Audience.INTERNAL
        n = disclosed_people(len(waves[0]), self._audience)
        if min(len(waves[0]), mine) < (2 if internal else FEWEST_PAIRS):
            return self.withheld(arm, n, GROUP_TOO_SMALL)
        arms = scores_of(self._piloted), scores_of(waves)
        for find, name in WAYS:
            ours, theirs = find(*arms), rows[name]
            if not math.isnan(ours[1]):
                refuse_other_answers(zip(ours, (theirs.estimate, theirs.conf_low, theirs.conf_high), strict=True))
        if internal:
            difference = difference_told(self._contrast, *arms, self.measure.step)
            if difference is None:
                return self.withheld(arm, n, NO_DIFFERENCE)
            return self._told(arm, self._exact(waves), difference)
        found = None if self.measure.withheld else self._audit.beside(waves)
        if found is None:
            return self.withheld(arm, n)
        page, difference = found
        own = self._bare(page.n, page.detail.step)
        numbers = {what: getattr(page, what) for what in ("before", "after", "change", "low", "high")}
        return self._told(arm, dataclasses.replace(own, **numbers), difference)

    def withheld(self, arm: str, n: int | None, why: str = COMPARISON_WITHHELD) -> ProtectedComparison:
        """Nothing of that arm but its number of people."""
        missing = UNDEFINED if self._audience is Audience.INTERNAL else self.measure.missing
        own, both = (
            dataclasses.replace(self._bare(number, self.measure.step), withheld=why, missing=missing)
            for number in (n, None if n is None else len(self._piloted[0]) + n)
        )
        return ProtectedComparison(arm, own, both, both)

    def _waves(self, arm: str) -> Waves:
        pairs = self._pilot.pairs(self.measure.name, rater=self.measure.rater, arm=arm)
        return in_order(pairs["before"].tolist(), pairs["after"].tolist()) if len(pairs) else ((), ())

    def _bare(self, n: int | None, step: float) -> ProtectedMeasure:
        return self.measure.untold(n=n, step=step, felt=self.measure.felt)

    def _exact(self, waves: Waves) -> ProtectedMeasure:
        before, after = scores_of(waves)
        step, (low, high) = self.measure.step, t_interval_of(after - before)
        return dataclasses.replace(
            self._bare(len(before), step),
            before=rounded(before.mean(), step),
            after=rounded(after.mean(), step),
            change=rounded((after - before).mean(), step),
            low=rounded_down(low, step),
            high=rounded_up(high, step),
        )

    def _told(self, arm: str, own: ProtectedMeasure, difference: PublishedDifference) -> ProtectedComparison:
        bare = dataclasses.replace(self._bare(len(self._piloted[0]) + (own.n or 0), difference.step), zone=self._zone)
        adjusted, unadjusted = (
            dataclasses.replace(bare, change=at, low=low, high=high)
            for at, low, high in (difference.adjusted, difference.unadjusted)
        )
        adjusted = dataclasses.replace(adjusted, verdict=difference.verdict)
        if not (self._contrast.random or difference.unlike):  # the plain one has the same word, and its ends say so
            unadjusted = dataclasses.replace(unadjusted, verdict=difference.verdict)
        return ProtectedComparison(arm, own, adjusted, unadjusted, difference.unlike)


def refuse_other_answers(pairs: Iterable[tuple[float, float]]) -> None:
    """Every released number is computed on two ways; where they differ, the table is not of these answers."""
    if not all(math.isclose(ours, theirs, rel_tol=SAME, abs_tol=SAME * 10) for ours, theirs in pairs):
        raise UsageError("the results table does not fit the pilot's answers; nothing is released")
