"""What is written down of a release, beside its page: under which rules, from which data, and what each numeral is."""

from __future__ import annotations

import json
from hashlib import sha256

from atpilots.page import SafeOutput
from atpilots.publish.numerals import register_of
from atpilots.report import Report, nesta_level, stayed, versions


def manifest_of(report: Report, release_id: str, parts: list[SafeOutput], html: str) -> str:
    """What was released, under which rules, from which data: everything in words, no picture, nothing private."""
    pilot, register, protected = report.pilot, register_of(report), report.protected
    main = next(measure for measure in protected.measures if measure.primary)
    content = {
        "release": release_id,
        "pilot": pilot.name,
        "title": pilot.protocol.title,
        "borough": pilot.protocol.borough,
        "provenance": pilot.protocol.provenance,
        "audience": report.audience.value,
        "data": pilot.data_hash(),
        "versions": versions(),
        "people": "" if protected.answered_twice is None else stayed(protected, "both times"),
        "level": nesta_level(main.verdict),
        "page_sha256": sha256(html.encode()).hexdigest(),
        "numbers": [row.model_dump(mode="json") for row in sum(parts, start=SafeOutput(pieces=())).numbers],
        "numerals": {
            numeral: [{"figure": e.figure, "of": e.of, "rules": list(e.rules)} for e in sorted(entries)]
            for numeral, entries in sorted(register.numbers.items())
        },
        "declared": dict(sorted(register.sources.items())),
        "rules": list(protected.rules),
        "released": [{"rules": list(part.rules), "text": part.text()} for part in parts],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
