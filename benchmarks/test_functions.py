"""Single functions under pytest-benchmark: `pytest benchmarks`. Not part of the test suite."""

from __future__ import annotations

from typing import Any

import pytest

from atpilots.cases.search import find_cases
from atpilots.estimators.result import Estimate
from atpilots.estimators.results_table import ESTIMATORS, estimate
from atpilots.pilots.loading import load_pilot
from atpilots.report.opening import open_report

PAIRED = ("mean_change", "permutation_test", "signed_rank_test", "hodges_lehmann")


@pytest.mark.parametrize("name", PAIRED)
def test_estimator(benchmark: Any, name: str) -> None:
    pairs = load_pilot("greenwich").pairs("swemwbs")
    assert isinstance(benchmark(ESTIMATORS[name], pairs), Estimate)


def test_load(benchmark: Any) -> None:
    assert benchmark(load_pilot, "greenwich").name == "greenwich"


def test_estimate(benchmark: Any) -> None:
    assert len(benchmark(lambda: estimate(load_pilot("greenwich"))))


def test_released(benchmark: Any) -> None:
    assert benchmark(lambda: open_report("greenwich").overview()).pieces


def test_search(benchmark: Any) -> None:
    assert len(benchmark(find_cases, "falls at night"))
