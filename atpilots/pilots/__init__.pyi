from .folders import (
    NAME as NAME,
    OWN_NOTEBOOK as OWN_NOTEBOOK,
    cautions as cautions,
    check_folder as check_folder,
    data_root as data_root,
    find_pilot as find_pilot,
    own_notebook as own_notebook,
    pilot_folders as pilot_folders,
)
from .loading import (
    Examined as Examined,
    examine as examine,
    load_pilot as load_pilot,
    unknown_columns as unknown_columns,
)
from .pairing import (
    MOST_NAMED as MOST_NAMED,
    NEARLY as NEARLY,
    Pairing as Pairing,
    counted as counted,
    pairing_notes as pairing_notes,
    pairings as pairings,
)
from .pilot import Measure as Measure, Pilot as Pilot
from .plausibility import plausibility_warnings as plausibility_warnings
from .protocol import KEY as KEY, MEANT as MEANT, MODES as MODES, RATERS as RATERS, Code as Code, Protocol as Protocol
from .quotes import FILE as FILE, quote_files as quote_files, read_quotes as read_quotes, shown_quotes as shown_quotes
from .rekeying import (
    codes_as_in_survey as codes_as_in_survey,
    codes_before as codes_before,
    codes_key as codes_key,
    keyed_code as keyed_code,
)
from .survey_checks import UNSAID as UNSAID
from .template import (
    examples_left as examples_left,
    new_instrument as new_instrument,
    new_pilot as new_pilot,
    protocol_text as protocol_text,
    unfilled as unfilled,
)
from .withdrawals import WITHDRAWN as WITHDRAWN, read_withdrawn as read_withdrawn
