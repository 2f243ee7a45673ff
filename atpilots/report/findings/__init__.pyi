from .catalogue import FINDINGS as FINDINGS, LIMITS as LIMITS, OWN_PLACE as OWN_PLACE, findings as findings
from .context import Context as Context, Finding as Finding
from .design import months_told as months_told, next_steps as next_steps, weeks_between as weeks_between
from .evidence import nesta_level as nesta_level
from .results import (
    NO_AGREED_SIZE as NO_AGREED_SIZE,
    benefits_beside as benefits_beside,
    both_views as both_views,
    change_sentences as change_sentences,
    disagreeing as disagreeing,
    harms_beside as harms_beside,
)
