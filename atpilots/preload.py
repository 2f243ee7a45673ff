"""What every report needs and none changes, read before the first one; imported by the warm server only, and last."""

from __future__ import annotations

import contextlib
import sys

from atpilots.cases import load_case_studies
from atpilots.lean import HIDDEN
from atpilots.problems import DataError

if sys.modules.get(HIDDEN, sys) is None:
    del sys.modules[HIDDEN]  # a notebook may import it

with contextlib.suppress(DataError):  # told by whichever report or command asks for the cases
    load_case_studies()
