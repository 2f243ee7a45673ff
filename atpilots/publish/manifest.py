"""What is written down of a page beside it: under which rules, from which data, and what each numeral is."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

from atpilots.page import SafeOutput
from atpilots.publish.exporter import filled_in, safe_outputs
from atpilots.publish.notebook_run import notebook_hash
from atpilots.publish.numerals import register_of
from atpilots.publish.stamp import Stamp
from atpilots.report import Report, nesta_level, versions


def fingerprints(report: Report, notebook: Any) -> dict[str, object]:
    """What a page is made from, keyed but for the last two.

    A draft may be released only while all of it is as it was.
    """
    pilot = report.pilot
    instruments = [measure.instrument.model_dump(mode="json") for measure in pilot.measures.values()]
    protocol = json.dumps([pilot.protocol.model_dump(mode="json"), instruments], sort_keys=True)
    return {
        "data": pilot.data_hash(),
        "protocol": hmac.new(pilot.key, protocol.encode(), sha256).hexdigest(),
        "notebook": notebook_hash(notebook),
        "audience": report.audience.value,
        "versions": versions(),
    }


def manifest_of(report: Report, notebook: Any, html: str, stamp: Stamp, draft: str = "") -> str:
    """What was made, under which rules, from which data: everything in words, no picture, nothing private.

    notebook: the executed one. draft: of a release, the fingerprint of the draft that was read.
    """
    pilot, register, protected = report.pilot, register_of(report), report.protected
    parts = [part for _, part in safe_outputs(notebook)]
    main = next(measure for measure in protected.results if measure.primary)
    content = {
        **fingerprints(report, notebook),
        "release": stamp.release or None,
        "date": stamp.date or None,
        "draft_sha256": draft or None,
        "pilot": pilot.name,
        "title": pilot.protocol.title,
        "borough": pilot.protocol.borough,
        "provenance": pilot.protocol.provenance,
        "people": report.people_told,
        "level": nesta_level(main.verdict, report.sound_comparison),
        "page_sha256": sha256(html.encode()).hexdigest(),
        "numbers": [row.model_dump(mode="json") for row in sum(parts, start=SafeOutput(pieces=())).numbers],
        "numerals": {
            numeral: [{"figure": e.figure, "of": e.of, "rules": list(e.rules)} for e in sorted(entries)]
            for numeral, entries in sorted(register.numbers.items())
        },
        "placeholders": filled_in(notebook, report),
        "declared": dict(sorted(register.sources.items())),
        "rules": list(protected.rules),
        "released": [{"rules": list(part.rules), "text": part.text()} for part in parts],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
