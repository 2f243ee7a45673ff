"""What no released page tells, whatever the pilot holds: correlations, models, device logs (R-SDC-20 and 21)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from builders.canaries import in_folder
from builders.folders import write_pilot
from builders.made_pages import Made, write

from atpilots.disclosure.protected import missing_mark
from atpilots.disclosure.thresholds import Audience
from atpilots.estimators.results_table import ESTIMATORS
from atpilots.page import MeasureNumbers
from atpilots.page.spreadsheet import write_spreadsheet
from atpilots.publish.numerals import RULES_OF

RELEASED = [audience for audience in Audience if audience is not Audience.INTERNAL]
MINUTES = {str(48_271 + 37 * person) for person in range(25)}  # one person's minutes with the device each
OF_A_MODEL = re.compile(
    r"correlat|regress(?!ion to the mean)|\bR²|\br = |coefficient|scatter|p-value|p = ", re.IGNORECASE
)
MORE = 'ignore = ["device_minutes"]'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pilot with a device log beside its survey, and each person's minutes in the survey itself."""
    root = tmp_path_factory.mktemp("logs")
    rows = [
        {
            "respondent": f"PERSON{i:02d}",
            "wave": wave,
            "ons4_happy": (3 + i % 4) + late * (i % 3),
            "device_minutes": used,
        }
        for late, wave in enumerate(("before", "after"))
        for i, used in enumerate(sorted(MINUTES))
    ]
    pilot = write_pilot(root / "spoken", rows, provenance="synthetic", more=MORE)
    log = "\n".join(f"PERSON{i:02d},{used},900 questions" for i, used in enumerate(sorted(MINUTES)))
    for name in ("device_log.csv", "usage.json"):
        (pilot / name).write_text(f"respondent,minutes,questions\n{log}\n", encoding="utf-8")
    return pilot


@pytest.fixture(scope="module")
def made(folder: Path) -> dict[Audience, Made]:
    """The pilot's page, manifest and spreadsheet for every audience."""
    pages = {}
    for audience in Audience:
        place = folder.parent / audience
        place.mkdir()
        pages[audience] = page = write(folder, audience.value, place)
        whole = page.released[0]
        for part in page.released[1:]:
            whole += part
        write_spreadsheet(whole.pieces[0], whole.numbers, missing_mark(Audience.PUBLIC), place / "numbers.xlsx")  # type: ignore[arg-type]
    return pages


@pytest.mark.parametrize("audience", RELEASED)
@pytest.mark.slow
def test_device_logs_reach_no_file_that_leaves(made: dict[Audience, Made], audience: Audience) -> None:
    folder = made[audience].path.parent
    assert {path.suffix for path in folder.iterdir()} == {".html", ".json", ".xlsx"}
    assert in_folder(folder, MINUTES | {"900 questions", "device_minutes", "PERSON0"}) == {}


@pytest.mark.parametrize("audience", list(Audience))
def test_only_the_internal_page_tells_of_models_and_tests(made: dict[Audience, Made], audience: Audience) -> None:
    told = "\n".join(part.text() for part in made[audience].released)
    estimators = {name for name in ESTIMATORS if name in told or f"\n{name.replace('_', ' ')} | " in told}
    if audience is Audience.INTERNAL:
        assert {"permutation_test", "signed_rank_test"} <= estimators
        return
    assert estimators == set()
    assert OF_A_MODEL.findall(told) == []
    assert OF_A_MODEL.findall(made[audience].path.with_suffix(".json").read_text(encoding="utf-8")) == []


def test_nothing_released_has_a_place_for_them() -> None:
    """Lists on purpose: who adds a kind of number, column or picture reads the rules again."""
    assert set(RULES_OF) == {
        "recruited", "answered each time", "answered both times", "people", "improved", "people by band", "before",
        "after", "change", "low", "high", "step", "spread", "percent of scale",
        "difference", "course", "findings", "summary", "instrument",
    }  # fmt: skip
    assert set(MeasureNumbers.model_fields) == {
        "measure", "instrument", "label", "rater", "primary", "better", "scale", "people", "decimals", "step",
        "percent_step", "before", "after", "change", "low", "high", "percent", "moved", "percent_moved", "bands",
        "verdict", "zone", "course", "arms",
    }  # fmt: skip
