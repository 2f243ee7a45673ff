from .catalogue import FINDINGS as FINDINGS, GROUPS as GROUPS, OWN_PLACE as OWN_PLACE, findings as findings
from .context import Context as Context, Finding as Finding
from .results import change_sentences as change_sentences
