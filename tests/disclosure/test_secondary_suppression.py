"""What is withheld may not be had by subtraction: from a total and its parts, or from the recruited of several arms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.folders import HEAD, happy_rows, write_pilot

from atpilots.disclosure.protected import ProtectedResults
from atpilots.disclosure.published import published_from
from atpilots.disclosure.reconstruction import safe_statistics
from atpilots.disclosure.scale import scale_of
from atpilots.disclosure.suppression import AUDIT_SUPPRESSION, protect
from atpilots.disclosure.thresholds import Audience
from atpilots.estimators.results_table import estimate
from atpilots.instruments import load_instrument
from atpilots.pilots.loading import load_pilot

SCALE = 'label = "{label}"\nitems = {items}\nlevels = [0, 6]\nscoring = "sum"\nbetter = "higher"\n{more}'


def released(folder: Path) -> ProtectedResults:
    pilot = load_pilot(folder)
    return protect(pilot, estimate(pilot), Audience.PUBLIC)


def family(
    folder: Path, primary: str, second_part: list[int], raters: tuple[str, ...] = ("resident",)
) -> ProtectedResults:
    """Total = first + second; everybody's second part is as given, before and after."""
    names = ("total", "first", "second", "other")
    parts = [f'[[measures]]\ninstrument = "{name}"\nprimary = {str(name == primary).lower()}\n' for name in names]
    rows = [
        {"respondent": f"R{i:02d}", "wave": wave, "rater": rater, "total_a": (i * 5 + wave_number * (1 + i % 3)) % 6,
         "total_b": (i * 2 + wave_number) % 5, "total_c": second_part[i % len(second_part)],
         "other_x": (i + wave_number) % 5, "other_y": (i * 3 + wave_number) % 6}
        for rater in raters for i in range(24) for wave_number, wave in enumerate(("before", "after"))
    ]  # fmt: skip
    write_pilot(folder, rows, toml=HEAD + "".join(parts))
    (folder / "instruments").mkdir()
    of = 'items_of = "total"\n'
    for name, items, more in (("total", "abc", ""), ("first", "ab", of), ("second", "c", of), ("other", "xy", "")):
        text = SCALE.format(label=name.title(), items=list(items), more=more)
        (folder / "instruments" / f"{name}.toml").write_text(text)
    return released(folder)


@pytest.mark.slow
def test_raters_are_families_apart(tmp_path: Path) -> None:
    results = family(tmp_path / "family", "total", [0], raters=("resident", "support_worker"))
    told = [(m.name, m.rater) for m in results.views if not m.withheld and m.name in {"total", "first", "second"}]
    assert told == [("total", "resident"), ("total", "support_worker")]


@pytest.mark.parametrize(
    ("primary", "told"),
    [("first", "first"), *(pytest.param(name, "total", marks=pytest.mark.slow) for name in ("total", "other"))],
)
def test_of_a_family_with_a_withheld_part_one_measure_only_is_told(tmp_path: Path, primary: str, told: str) -> None:
    measures = {m.name: m for m in family(tmp_path / "family", primary, [0]).measures}
    assert measures["second"].withheld == AUDIT_SUPPRESSION
    assert {name for name in ("total", "first", "second") if not measures[name].withheld} == {told}
    hidden = measures["first" if told == "total" else "total"]
    assert (hidden.before, hidden.after, hidden.change, hidden.verdict) == (None, None, None, None)
    assert {measure.n for measure in measures.values()} == {hidden.n}  # people are told, whatever is withheld of them
    assert hidden.n is not None
    assert not measures["other"].withheld


def test_the_recruited_of_several_arms_are_not_set_against_one_arm(tmp_path: Path) -> None:
    people = {f"R{i:02d}": i % 9 for i in range(60)}
    rows = [row | {"arm": "pilot" if int(str(row["respondent"])[1:]) < 30 else "waiting"} for row in
            happy_rows(people, {who: (answer * 3 + 1) % 10 for who, answer in people.items()})]  # fmt: skip
    for recruited, told in (("61", (None, [None, None])), ("{waiting = 33, pilot = 31}", (31, [31, 33]))):
        more = f'recruited = {recruited}\narms = ["pilot", "waiting"]'
        results = released(write_pilot(tmp_path / f"arms-{len(recruited)}", rows, more=more))
        assert (results.recruited, [arm.recruited for arm in results.arms]) == told
        assert results.answered_twice == 30


def test_there_is_one_reason_whatever_was_found(tmp_path: Path) -> None:
    alike = happy_rows({f"R{i:02d}": i % 8 for i in range(20)}, {f"R{i:02d}": i % 8 + 2 for i in range(20)})
    strong = happy_rows({f"R{i:02d}": 2 + i % 2 for i in range(12)}, {f"R{i:02d}": 6 + i % 3 for i in range(12)})
    reasons = {
        released(write_pilot(tmp_path / name, rows)).measures[0].withheld
        for name, rows in (("alike", alike), ("strong", strong))
    }
    assert reasons == {AUDIT_SUPPRESSION}
    assert "every" not in AUDIT_SUPPRESSION


FAMILY = ("djg6", "djg6_emotional", "djg6_social")


def parts_of(people: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Scores before and after of the total and its two parts; people: emotional and social before, then after."""
    emotional, social = (people[:, 0], people[:, 2]), (people[:, 1], people[:, 3])
    return {"djg6": (emotional[0] + social[0], emotional[1] + social[1]), FAMILY[1]: emotional, FAMILY[2]: social}


@pytest.mark.slow
@pytest.mark.parametrize(("n", "seed"), [(12, 3), (14, 1), (18, 3), (24, 3), (40, 0)])
def test_what_a_family_tells_together_fits_many_sets_of_each_of_its_scores(n: int, seed: int) -> None:
    """Each is audited for itself; a walk through joint answers shows that side by side they still tell little."""
    rng = np.random.default_rng([n, seed])
    person, waves, cells = rng.normal(size=(n, 1)), rng.normal(size=(2, n, 1)), rng.normal(size=(n, 4))
    before = 0.8 * person + 0.5 * waves[0]
    after = 0.8 * person + 0.5 * waves[1] + rng.uniform(-0.6, 0.1)
    people = np.clip(np.round(1.5 + np.hstack([before, before, after, after]) + 0.6 * cells), 0, 3).astype(int)
    scales = {name: scale_of(load_instrument(name)) for name in FAMILY}
    told = {name: safe_statistics(scales[name], *map(tuple, parts_of(people)[name])) for name in FAMILY}
    assert all(told.values())

    def reads_alike(others: np.ndarray) -> bool:
        return all(
            published_from(scales[name], before.astype(float), after.astype(float), page.detail) == page
            for name, (before, after) in parts_of(others).items()
            if (page := told[name])
        )

    assert reads_alike(people)
    found: dict[tuple[str, str], set[tuple[int, ...]]] = {}
    fitting = [people]
    for _ in range(15_000):
        for name, (one, other) in parts_of(fitting[-1]).items():
            for what, scores in (("before", one), ("after", other), ("change", other - one)):
                found.setdefault((name, what), set()).add(tuple(sorted(scores.tolist())))
        others = fitting[rng.integers(len(fitting))].copy()
        for _ in range(rng.integers(1, 4)):  # one cell a level up, one down: in one column, so that averages stay near
            (up, down), column = rng.integers(n, size=2), rng.integers(4)
            others[up, column] += 1
            others[down, column] -= 1
        if others.min() >= 0 and others.max() <= 3 and reads_alike(others):
            fitting.append(others)
    assert min(map(len, found.values())) >= 8, {key: len(sets) for key, sets in found.items()}
