from .batch import Outcome as Outcome, render_all as render_all
from .exporter import AtpilotsExporter as AtpilotsExporter
from .gate import GateError as GateError
from .rendering import Recall as Recall, render as render, write_page as write_page
from .site import write_case_studies as write_case_studies, write_index as write_index
