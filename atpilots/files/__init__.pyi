from .cells import (
    STARTS_A_FORMULA as STARTS_A_FORMULA,
    folded as folded,
    listed as listed,
    nearest as nearest,
    plain_number as plain_number,
    read_day as read_day,
    typed_days as typed_days,
)
from .imports import collector_paused as collector_paused
from .locks import BusyError as BusyError, lock_file as lock_file, locked as locked
from .parallel import map_in_threads as map_in_threads
from .private import (
    SYNTHETIC_KEY as SYNTHETIC_KEY,
    keep_out_of_git as keep_out_of_git,
    made_private as made_private,
    private_key as private_key,
    refuse_link as refuse_link,
)
from .problems import (
    AtpilotsError as AtpilotsError,
    DataError as DataError,
    Problem as Problem,
    UsageError as UsageError,
    causes as causes,
    shown as shown,
    visible as visible,
)
from .project_folders import (
    BUNDLED as BUNDLED,
    CASES_FILE as CASES_FILE,
    CHECKOUT as CHECKOUT,
    NOTEBOOK as NOTEBOOK,
    NUMBERS_FILE as NUMBERS_FILE,
    in_checkout as in_checkout,
)
from .tables import (
    categories_of as categories_of,
    map_categories as map_categories,
    read_answers as read_answers,
    read_table as read_table,
    select_rows as select_rows,
)
from .toml import (
    LARGEST_TOML as LARGEST_TOML,
    TomlReading as TomlReading,
    as_toml as as_toml,
    as_toml_key as as_toml_key,
    faulty_value as faulty_value,
    read_toml as read_toml,
    read_toml_as_far as read_toml_as_far,
    tell_faults as tell_faults,
    unknown_words as unknown_words,
)
from .workspaces import (
    find_workspace as find_workspace,
    make_workspace as make_workspace,
    report_notebook as report_notebook,
    reports_folder as reports_folder,
    workspace as workspace,
)
from .writing import write_private as write_private, write_through as write_through, written_whole as written_whole
