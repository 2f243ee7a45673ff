from .catalogue import FINDINGS as FINDINGS, LIMITS as LIMITS, OWN_PLACE as OWN_PLACE, findings as findings
from .context import Context as Context, Finding as Finding
from .design import (
    ALLOCATED as ALLOCATED,
    NOT_GIVEN as NOT_GIVEN,
    TRIED as TRIED,
    UNLIKE as UNLIKE,
    arms_left_out as arms_left_out,
    months_told as months_told,
    weeks_between as weeks_between,
)
from .evidence import Allocation as Allocation, nesta_level as nesta_level
from .next_study import next_steps as next_steps
from .results import (
    NO_AGREED_SIZE as NO_AGREED_SIZE,
    benefits_beside as benefits_beside,
    both_views as both_views,
    change_sentences as change_sentences,
    difference_sentence as difference_sentence,
    disagreeing as disagreeing,
    happened as happened,
    harms_beside as harms_beside,
)
