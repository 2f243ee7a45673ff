"""Pages of made-up pilots that go to the edges: one measure, twelve, nine people, everything withheld, a long title."""

from __future__ import annotations

import ast
import csv
import dataclasses
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from builders.bundled import BUNDLED_PILOTS

from atpilots.files.project_folders import NOTEBOOK
from atpilots.instruments import load_instrument, shipped_instruments
from atpilots.instruments.instrument import Instrument
from atpilots.page import MIME, SafeOutput
from atpilots.publish.exporter import page
from atpilots.publish.manifest import manifest_of
from atpilots.publish.site import write_index
from atpilots.publish.stamp import Stamp
from atpilots.report.report import Report

TWELVE = (
    "swemwbs", "ons4_satisfaction", "ons4_worthwhile", "ons4_happy", "ons4_anxious", "ucla3", "loneliness_direct",
    "djg11", "who5", "eq5d3l", "eq_vas", "ascot_sct4",
)  # fmt: skip
PLACE = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"  # 58 letters: a word that fits no telephone
WELSH = (
    "Cynorthwywyr llais, tabledi a chymorth digidol un-i-un i drigolion hŷn sydd ag anawsterau symud, colled clyw neu "
    f"olwg ac unigrwydd: cynllun peilot y gaeaf yn {PLACE}"
).ljust(200, "!")

Answer = Callable[[str, int, str], int]  # item, respondent, wave


@dataclasses.dataclass(frozen=True)
class Made:
    """A page: its file, and what was released on it."""

    path: Path
    released: tuple[SafeOutput, ...]

    @property
    def html(self) -> str:
        return self.path.read_text(encoding="utf-8")


def make_pilot(
    folder: Path,
    measures: tuple[str, ...] = ("swemwbs",),
    people: int = 25,
    title: str = "",
    answer: Callable[[Instrument, random.Random, str], int] | None = None,
) -> Path:
    """A pilot's folder whose respondents answer everything twice; by default, at random and a little better after."""
    folder.mkdir(parents=True, exist_ok=True)
    instruments = [load_instrument(name, folder / "instruments") for name in measures]
    lines = [f"[[measures]]\ninstrument = '{name}'\n" for name in measures]
    lines[0] += "primary = true\n"
    (folder / "pilot.toml").write_text(
        f'title = "{title or folder.name.title()}"\nborough = "Bwrdeistref {PLACE}"\ntechnology = ["voice_assistant"]\n'
        'user_group = ["older_people"]\nsetting = "own_home"\nprovenance = "synthetic"\n' + "".join(lines),
        encoding="utf-8",
    )
    chance = random.Random(3)  # noqa: S311 - made-up answers
    items = {column: instrument for instrument in instruments for column in instrument.columns}
    with (folder / "survey.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["respondent", "wave", *items])
        for person in range(people):
            for wave in ("before", "after"):
                answers = [(answer or at_random)(instrument, chance, wave) for instrument in items.values()]
                table.writerow([f"PERSON-{person:03}", wave, *answers])
    return folder


def make_many(folder: Path, count: int, people: int = 30) -> Path:
    """A pilot of very many measures: the shipped ones, then questions of its own, each on a scale of its own."""
    shipped = shipped_instruments()
    own = [f"question_{number}" for number in range(count - len(shipped))]
    (folder / "instruments").mkdir(parents=True)
    for number, name in enumerate(own):
        (folder / "instruments" / f"{name}.toml").write_text(
            f'label = "Question of the pilot\'s own, number {number}"\nitems = ["{name}"]\nlevels = [0, {6 + number}]\n'
            'scoring = "single"\nbetter = "higher"\noutcome_domain = "self_care"\n'
            'source = "The pilot\'s own"\n',
            encoding="utf-8",
        )
    return make_pilot(folder, (*shipped, *own)[:count], people)


def at_random(instrument: Instrument, chance: random.Random, wave: str) -> int:
    better = (wave == "after") * (1 if instrument.better == "higher" else -1)
    span = instrument.highest - instrument.lowest
    middle = (instrument.lowest + instrument.highest + 0.1 * span * better) / 2
    return min(max(round(chance.gauss(middle, 0.25 * span)), instrument.lowest), instrument.highest)


def all_alike(instrument: Instrument, chance: random.Random, wave: str) -> int:
    """Everybody gives the same answers, so every result would tell each person's own."""
    return instrument.lowest + (wave == "after")


def run(pilot: Path | str, audience: str) -> tuple[Any, Report]:
    """The report notebook with the outputs of its cells, run in this process (a kernel takes many times as long), and
    the report that it opened.
    """
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    names: dict[str, Any] = {"pilot": str(pilot), "audience": audience}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            *statements, last = ast.parse(cell.source).body
            exec(compile(ast.Module(statements, []), "cell", "exec"), names)  # noqa: S102
            released = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # type: ignore[attr-defined] # noqa: S307
            data = {MIME: released.model_dump(mode="json")}
            cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    return notebook, names["report"]


def released_on(notebook: Any) -> Iterator[SafeOutput]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield SafeOutput.model_validate(output.data[MIME])


def write(pilot: Path | str, audience: str, folder: Path) -> Made:
    """A pilot's page for an audience, in `folder`."""
    notebook, report = run(pilot, audience)
    path = folder / f"{Path(pilot).name}-{audience}.html"
    made = tuple(released_on(notebook))
    assert report.parts  # a render makes them first
    html = page(notebook, report)
    path.write_text(html, encoding="utf-8")
    path.with_suffix(".json").write_text(manifest_of(report, notebook, html, Stamp()), encoding="utf-8")
    return Made(path, made)


TO_THE_EDGES: dict[str, Callable[[Path], Path | str]] = {
    **{name: lambda _, name=name: name for name in BUNDLED_PILOTS},  # type: ignore[misc]
    "nine-people": lambda folder: make_pilot(folder, TWELVE[:3], people=9),
    "withheld": lambda folder: make_pilot(folder, TWELVE[:3], answer=all_alike),
    "one-measure": lambda folder: make_pilot(folder, people=30),
    "twelve-measures": lambda folder: make_pilot(folder, TWELVE, people=30),
    "welsh": lambda folder: make_pilot(folder, TWELVE[:2], people=12, title=WELSH),
    "eleven": lambda folder: make_pilot(folder, TWELVE[:6], people=11),
    "forty-measures": lambda folder: make_many(folder, 40),
}
PAGES = (
    *(f"{name}-public" for name in list(TO_THE_EDGES)[:-2]),
    *(f"{name}-borough" for name in ("greenwich", "nine-people", "withheld")),
)
# Pages that take longer to make, or that fewer tests need.
MORE = (
    "greenwich-internal", "hackney-borough", "hackney-internal", "eleven-public", "forty-measures-public",
    "lewisham-internal",
)  # fmt: skip
ON_THE_INDEX = tuple(name for name in PAGES if name.endswith("-public"))


class Pages(Mapping[str, Made]):
    """Every kind of page by the name of its file, each made when it is first asked for (in one to three seconds);
    also those of `MORE`, which it does not count.

    `once(name, make)` gives what `make` makes in a folder of that name, for all of pytest's workers.
    """

    def __init__(self, once: Callable[[str, Callable[[Path], Made]], Made], case_studies: Path) -> None:
        self.once, self.case_studies = once, case_studies

    def __getitem__(self, name: str) -> Made:
        if name not in (*PAGES, *MORE, "index", "case-studies"):
            raise KeyError(name)
        return self.once(name, partial(self._make, name))

    def __iter__(self) -> Iterator[str]:
        return iter((*PAGES, "case-studies", "index"))

    def __len__(self) -> int:
        return len(PAGES) + 2

    def _make(self, name: str, folder: Path) -> Made:
        if name == "case-studies":
            return Made(Path(shutil.copy(self.case_studies, folder)), ())
        if name == "index":
            for made in map(self.__getitem__, ON_THE_INDEX):
                for path in (made.path, made.path.with_suffix(".json")):
                    shutil.copy(path, folder)
            return Made(write_index(folder), ())
        pilot, audience = name.rsplit("-", 1)
        return write(TO_THE_EDGES[pilot](folder / pilot), audience, folder)
