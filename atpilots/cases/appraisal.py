"""What a finding can be worth: the highest level that its design can reach, and whose word it rests on."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Hashable, Mapping
from urllib.parse import urlsplit

NESTA_LEVELS = (1, 2, 3, 4, 5)


@dataclasses.dataclass(frozen=True)
class EvidenceLevel:
    """The highest level that a design can reach on each scale, and why. `maryland` is None where that scale is silent.

    It says nothing of how well a study was done, and nothing of its result: a trial that found no difference is as
    strong as one that found a change.
    """

    nesta: int
    maryland: int | None
    reason: str


# Nesta Standards of Evidence: nesta.org.uk/feature/innovation-methods/standards-evidence; that answers given only
# afterwards stay at level 1: nesta.org.uk/node/32263. Maryland Scientific Methods Scale: whatworksgrowth.org.
# No single case reaches Nesta level 5, which asks for results that hold when others deliver at scale.
EVIDENCE_LEVELS: Mapping[str, EvidenceLevel] = {  # the strongest first
    "systematic_review": EvidenceLevel(
        4, None, "Several independent studies agree or differ; Maryland grades single studies only."
    ),
    "randomised_trial": EvidenceLevel(3, 5, "Chance decided who got the technology, so the groups are alike."),
    "comparison_group": EvidenceLevel(
        3, 3, "People with the technology are set against people without, but the groups may differ from the start."
    ),
    "before_after": EvidenceLevel(
        2, 1, "The same people are measured before and after; nothing shows what would have happened anyway."
    ),
    "post_only_survey": EvidenceLevel(1, None, "Opinions given afterwards only; nothing was measured before."),
    "service_data": EvidenceLevel(1, None, "Figures kept by a running service; use and activity, no comparison."),
    "cost_analysis": EvidenceLevel(1, None, "Costs worked out from assumptions about what was avoided."),
    "qualitative": EvidenceLevel(
        1, None, "Interviews and observation explain how and why; they do not measure change."
    ),
    "description": EvidenceLevel(1, None, "An account of what was done."),
}


AUTHORS = "people of the supplier are among the authors"  # an interest, but not the supplier's word alone
OWN_ACCOUNT = "the finding is the account of those who ran or paid for it"  # they sell nothing, but are not outsiders
_OWN_ACCOUNT = re.compile(
    r"'s own (?:account|estimate)|claimed by (?!(?:the )?supplier)|minister's foreword|review by the partners"
    r"|the (?:provider|council|service)(?:'s evaluation|'s [a-z ]{1,30} said| reports| says| tells| counts| put)\b"
)


def supplier_reasons(case: Mapping[Hashable, str]) -> tuple[str, ...]:
    """What part the supplier has in a finding, as far as the cells of its row tell; nothing where it has none.

    Any mention of the supplier counts, so that a new wording is marked rather than missed. That those who ran or paid
    for a project speak for themselves is told too, but is not the supplier's claim.
    """
    finding, names = case["finding"].casefold(), _products(case["product"])
    lead, host = _joined(case["lead_organisation"]), _joined(urlsplit(case["source_url"]).netloc)
    rest = finding.replace("claimed by supplier", "").replace("claimed by the supplier", "")
    other = re.sub(r"authors?\b[^.;]*\bsupplier", "", rest)
    reasons = {
        "the source is the supplier's own": case["source_type"] == "supplier",
        "the finding is given as the supplier's claim": rest != finding,
        "the lead organisation has the product's name": any(name in lead for name in names),
        "the source's address has the product's name": any(name in host for name in names),
        "the finding names the supplier as where figures come from": "supplier" in other,
        AUTHORS: other != rest,
        OWN_ACCOUNT: _OWN_ACCOUNT.search(finding),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _products(cell: str) -> list[str]:
    """The whole names of a case's products; a short one could be part of another word."""
    names = [_joined(name) for name in re.split(r"[,()]", cell)]
    return [name for name in names if len(name) > 4]


def _joined(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
