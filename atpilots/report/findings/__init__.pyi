from .catalogue import FINDINGS as FINDINGS, GROUPS as GROUPS, OWN_PLACE as OWN_PLACE, findings as findings
from .context import Context as Context, Finding as Finding
from .results import (
    NO_AGREED_SIZE as NO_AGREED_SIZE,
    benefits_beside as benefits_beside,
    change_sentences as change_sentences,
    harms_beside as harms_beside,
)
