from .recalls import releases_of as releases_of
from .release import Release as Release, release_of as release_of
from .store import Ledger as Ledger, LedgerError as LedgerError
