__version__: str

from .cases import (
    CaseIndex as CaseIndex,
    case_card as case_card,
    case_facets as case_facets,
    case_map as case_map,
    evidence_map as evidence_map,
    export_cases as export_cases,
    find_cases as find_cases,
    load_case_studies as load_case_studies,
    match_cases as match_cases,
    reported_figures as reported_figures,
    show_cases as show_cases,
)
from .disclosure import Audience as Audience
from .estimators import ESTIMATORS as ESTIMATORS, Estimate as Estimate, estimate as estimate
from .explore import (
    describe as describe,
    plot_answers as plot_answers,
    plot_course as plot_course,
    plot_missing as plot_missing,
    plot_pairs as plot_pairs,
    plot_scores as plot_scores,
)
from .files import (
    AtpilotsError as AtpilotsError,
    DataError as DataError,
    Problem as Problem,
    UsageError as UsageError,
)
from .instruments import (
    Instrument as Instrument,
    load_instrument as load_instrument,
    shipped_instruments as shipped_instruments,
)
from .page import SafeOutput as SafeOutput
from .pilots import Measure as Measure, Pilot as Pilot, load_pilot as load_pilot, new_instrument as new_instrument
from .publish import add_section as add_section, compare as compare, render as render, render_all as render_all
from .report import Report as Report, open_report as open_report
from .report.findings import FINDINGS as FINDINGS, Finding as Finding
