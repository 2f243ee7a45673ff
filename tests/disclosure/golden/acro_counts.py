"""What acro says of one-way tables of counts: python acro_counts.py > acro_counts.json

Run in an environment of its own (pip install acro==1.0.2, which holds pandas below 2.4): it is a witness from outside,
never a dependency. One row a table, because acro's crosstab wants two factors; the default configuration.
"""

import contextlib
import importlib.metadata
import io
import itertools
import json
import logging
import platform

import acro
import pandas as pd

AROUND = (0, 1, 8, 9, 10, 11, 14, 25)  # T - 1, T and T + 1 of both audiences (8 and 10), none, one, and plenty


def verdicts(session: acro.ACRO, counts: tuple[int, ...]) -> list[str]:
    """acro's word on each cell: "ok", or the checks that it fails."""
    names = [f"cell {i}" for i in range(len(counts))]
    people = [name for name, count in zip(names, counts, strict=True) for _ in range(count)]
    frame = pd.DataFrame({"pilot": "one", "answer": pd.Categorical(people, categories=names)})
    with contextlib.redirect_stdout(io.StringIO()):
        session.crosstab(frame["pilot"], frame["answer"], dropna=False)
    outcome = session.results.get_index(-1).outcome
    return [str(outcome[name].iloc[0]).strip() for name in names]


def main() -> None:
    """Print every table with acro's verdicts and the versions that made them."""
    logging.disable(logging.CRITICAL)
    session = acro.ACRO(suppress=False)
    pairs = list(itertools.product(AROUND, repeat=2))
    triples = list(itertools.product((0, 9, 10, 11, 30), repeat=3))
    tables = [c for c in [*pairs, *triples] if sum(c)]
    made_by = {name: importlib.metadata.version(name) for name in ("acro", "pandas", "numpy", "statsmodels")}
    rows = [json.dumps({"counts": list(counts), "acro": verdicts(session, counts)}) for counts in tables]
    print(json.dumps({"made_by": {"python": platform.python_version(), **made_by}})[:-1] + ', "tables": [')
    print(",\n".join(rows) + "\n]}")


if __name__ == "__main__":
    main()
