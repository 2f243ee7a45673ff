"""Import this before anything of Jupyter: jsonschema is imported without what takes it four seconds.

It builds a grammar (of rfc3987_syntax) for a format that no notebook's schema asks for, and does without where that is
not to be had. The package's own warm server leaves it out in the same way (atpilots.publish.preload).
"""

from __future__ import annotations

import sys

HIDDEN = "rfc3987_syntax"
sys.modules.setdefault(HIDDEN, None)  # type: ignore[arg-type]  # Python's own sign of a module that cannot be imported

import jsonschema  # noqa: E402, F401

if sys.modules.get(HIDDEN, sys) is None:
    del sys.modules[HIDDEN]
