"""Leaves out of the warm server what takes seconds to import and no report uses; imported before all the rest.

jsonschema builds the grammar of internationalised addresses (RFC 3987) to check one format, which no notebook's schema
asks for. Where that package is not there it does without, so it is hidden until `preload`.
"""

from __future__ import annotations

import sys

HIDDEN = "rfc3987_syntax"

sys.modules.setdefault(HIDDEN, None)  # type: ignore[arg-type]  # Python's own sign of a module that cannot be imported
