from .conversion import import_command as import_command, import_survey as import_survey, write_survey as write_survey
from .mapping import ExportMapping as ExportMapping
