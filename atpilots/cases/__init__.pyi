from .checks import check_library as check_library
from .citations import export_cases as export_cases
from .counts import case_facets as case_facets, evidence_map as evidence_map
from .figures import reported_figures as reported_figures
from .gap_map import case_map as case_map
from .library import load_case_studies as load_case_studies
from .pages import (
    case_card as case_card,
    case_entry as case_entry,
    library_sections as library_sections,
    number_tables as number_tables,
    show_cases as show_cases,
)
from .ranking import CaseIndex as CaseIndex
from .search import find_cases as find_cases
from .similarity import match_cases as match_cases, untried as untried
