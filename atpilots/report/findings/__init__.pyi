from .catalogue import (
    FINDINGS as FINDINGS,
    GROUPS as GROUPS,
    OWN_PLACE as OWN_PLACE,
    Context as Context,
    findings as findings,
)
from .context import Finding as Finding
from .results import change_sentences as change_sentences
