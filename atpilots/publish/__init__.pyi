from .batch import render_all as render_all, render_each as render_each
from .comparison import compare as compare
from .exporter import AtpilotsExporter as AtpilotsExporter
from .gate import GateError as GateError
from .outcome import Outcome as Outcome
from .overview import left_over as left_over, told_of as told_of
from .own_notebook import add_section as add_section, notebook_problems as notebook_problems
from .readers import two_people as two_people
from .releasing import CHECKLIST as CHECKLIST, draft_of as draft_of, release as release
from .rendering import render as render
from .reports_folder import not_compared as not_compared
from .site import write_case_studies as write_case_studies, write_index as write_index
