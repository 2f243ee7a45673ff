"""A batch of reports: one fresh kernel each, so many at once, one failure never stopping the others."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from atpilots.disclosure import Audience
from atpilots.publish import NO_RECALL, REPORTS, Recall, render
from atpilots.shelf import sweep


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How one report of a batch went: the published page, or what went wrong in words that name no resident."""

    pilot: str
    page: Path | None = None
    problem: str = ""


def render_all(
    pilots: Sequence[str | os.PathLike[str]],
    audience: Audience,
    *,
    jobs: int = 1,
    reports: Path = REPORTS,
    recall: Recall = NO_RECALL,
) -> Iterator[Outcome]:
    """Render every pilot, at most `jobs` at a time; outcomes as they come. No scratch folder stays."""
    from joblib import Parallel, delayed

    tasks = (delayed(_outcome)(pilot, audience, reports, recall) for pilot in pilots)
    try:
        yield from Parallel(n_jobs=min(jobs, max(1, len(pilots))), return_as="generator_unordered")(tasks)
    finally:
        sweep(reports)


def _outcome(pilot: str | os.PathLike[str], audience: Audience, reports: Path, recall: Recall) -> Outcome:
    name = Path(pilot).name
    try:
        return Outcome(name, page=render(pilot, audience, reports, recall))
    except (ValueError, RuntimeError) as error:  # DataError, GateError, LedgerError, RenderError: worded for the reader
        return Outcome(name, problem=str(error))
    except OSError as error:  # a full disk, a folder that may not be written to
        return Outcome(name, problem=f"the computer refused: {error.strerror or type(error).__name__}")
    except Exception as error:  # whatever else happens to one pilot, the others go on; its text may hold data
        return Outcome(name, problem=f"stopped by an unexpected error ({type(error).__name__})")
