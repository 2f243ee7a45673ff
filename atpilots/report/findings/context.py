"""What a finding may look at: everything to decide by, and what of it may be told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from atpilots.disclosure import FEWEST_PAIRS, ProtectedComparison, ProtectedMeasure, ProtectedResults, estimates_of
from atpilots.estimators import Estimate
from atpilots.instruments import Instrument
from atpilots.pilots import RATERS, Pilot, Protocol
from atpilots.report.findings.evidence import Allocation


@dataclasses.dataclass(frozen=True)
class Context:
    """A pilot, its results at full precision, and what of them may be told.

    A finding may decide by the full results; the numbers in its sentence come from `protected` only.
    """

    pilot: Pilot
    results: pd.DataFrame
    protected: ProtectedResults
    quotes: int = 0  # how many quotes the page shows

    @property
    def protocol(self) -> Protocol:
        """The pilot's description of itself."""
        return self.pilot.protocol

    @property
    def synthetic(self) -> bool:
        """Whether the pilot's data are made up."""
        return self.protocol.provenance == "synthetic"

    @property
    def main(self) -> ProtectedMeasure:
        """The primary measure as released."""
        return next(measure for measure in self.protected.measures if measure.primary)

    @property
    def headline(self) -> ProtectedMeasure:
        """What the page says of the primary measure: its change, or how the piloted arm differs from the other one."""
        return next(measure for measure in self.protected.results if measure.primary)

    @property
    def compared(self) -> ProtectedComparison | None:
        """The primary measure beside the first other arm; None where the page compares people with themselves."""
        return self.protected.compared

    @property
    def allocation(self) -> Allocation:
        """How people came into the arms that are compared: as good as chosen where nobody said; "" without arms."""
        return "" if self.compared is None else self.protocol.allocation or "chosen"

    @property
    def sound(self) -> Allocation:
        """The same, but "" where the arms are too unlike for the comparison to count."""
        return "" if self.compared is None or self.compared.unlike else self.allocation

    @property
    def groups(self) -> tuple[str, str]:
        """Who is compared, in words: "people who had it", "those who waited"; of three arms, their names."""
        first, second, *more = (*self.protocol.arms, "")
        if len(more) > 1:
            return f"people in “{first}”", f"those in “{second}”"
        return "people who had it", "those who waited" if self.allocation == "waiting_list" else "those who did not"

    @property
    def other(self) -> str:
        """The group that the piloted one is compared with, in words; of three arms, its name."""
        return f"“{self.protocol.arms[1]}”" if self.protocol.arms[2:] else "the other group"

    @cached_property
    def answers(self) -> pd.DataFrame:
        """The answers behind the page: the residents' of the piloted arm, at the baseline and the end point."""
        answers = self.pilot.answers.loc[lambda rows: rows.index.get_level_values("rater") == RATERS[0]]
        waves = answers.index.get_level_values("wave").isin([self.pilot.baseline, self.pilot.endpoint])
        people = answers.index.get_level_values("respondent")
        piloted = people.isin(people[answers["arm"] == self.protocol.arms[0]])
        return answers[waves & piloted]

    @cached_property
    def middle_dates(self) -> tuple[pd.Timestamp, pd.Timestamp, float] | None:
        """The middle dates of the page's two waves, and the weeks between them; None where few rows have a date."""
        dates = self.answers["date"]
        middle = []
        for wave in (self.pilot.baseline, self.pilot.endpoint):
            asked = dates[dates.index.get_level_values("wave") == wave]
            given = asked[asked != ""]
            if len(given) < max(FEWEST_PAIRS, len(asked) / 2):
                return None
            middle.append(pd.to_datetime(given).sort_values().iloc[len(given) // 2])
        return middle[0], middle[1], (middle[1] - middle[0]).days / 7

    def instrument(self, measure: ProtectedMeasure) -> Instrument:
        """The instrument of a released measure."""
        return self.pilot.measures[measure.name].instrument

    def estimates(self, measure: ProtectedMeasure) -> Mapping[str, Estimate]:
        """The full results of a measure on the page: piloted arm, end point."""
        return self._by_measure[measure.name, measure.rater]

    @cached_property
    def _by_measure(self) -> dict[tuple[str, str], dict[str, Estimate]]:
        return estimates_of(self.results, self.pilot.endpoint, self.protocol.arms[0])


@dataclasses.dataclass(frozen=True)
class Finding:
    """A triggered sentence (or a few) and its id.

    >>> import atpilots as at
    >>> at.Finding("C-29", "The data are synthetic.").id
    'C-29'
    """

    id: str
    text: str
