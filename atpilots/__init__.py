"""Before/after wellbeing results of small assistive-technology pilots, as honest, shareable reports.

The nouns: a **pilot** is a folder with a protocol and a survey; an **instrument** turns answers into scores; **pairs**
are the scores of those who answered twice; **results** are all estimates in one tidy table; a **report** says of them
what one audience may see; **cases** are published case studies to compare with.

    pilot = load_pilot("greenwich")
    pairs = pilot.pairs("swemwbs")
    results = estimate(pilot)
    report = open_report(pilot, audience="public")
    cases = find_cases("falls", technology="wearable")
"""

import lazy_loader

from atpilots.files import collector_paused

__version__ = "0.1.0"

_when_first_used, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    with collector_paused():
        return _when_first_used(name)
