"""What every report needs and none changes, read before the first one; imported by the warm server only."""

from __future__ import annotations

import contextlib

from atpilots.cases import load_case_studies
from atpilots.problems import DataError

with contextlib.suppress(DataError):  # told by whichever report or command asks for the cases
    load_case_studies()
