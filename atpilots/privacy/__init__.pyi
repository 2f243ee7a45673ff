from .identifiers import (
    A_CODE as A_CODE,
    PARTED as PARTED,
    TO_MEND as TO_MEND,
    TWO_ALPHABETS as TWO_ALPHABETS,
    TYPE_AGAIN as TYPE_AGAIN,
    DirectIdentifiers as DirectIdentifiers,
    text_problems as text_problems,
    texts_in as texts_in,
)
from .names_as_said import private_names as private_names
from .respondent_codes import (
    are_plain as are_plain,
    normalised_code as normalised_code,
    normalised_codes as normalised_codes,
    without_codes as without_codes,
)
from .scanner import (
    A_NAME as A_NAME,
    INSTEAD as INSTEAD,
    PATH_IN_SOURCE as PATH_IN_SOURCE,
    PATH_IN_TEXT as PATH_IN_TEXT,
    contacts as contacts,
    people_in as people_in,
    scan as scan,
)
from .text import (
    comparable_form as comparable_form,
    latin_form as latin_form,
    mixes_alphabets as mixes_alphabets,
    words as words,
)
