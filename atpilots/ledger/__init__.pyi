from .recalls import (
    astray as astray,
    draft_note as draft_note,
    drafted_from as drafted_from,
    not_taken_back as not_taken_back,
    of_a_namesake as of_a_namesake,
    releases_of as releases_of,
    said_in as said_in,
    under_old_name as under_old_name,
    without_folder as without_folder,
)
from .release import Release as Release, release_of as release_of
from .store import Ledger as Ledger, LedgerError as LedgerError
