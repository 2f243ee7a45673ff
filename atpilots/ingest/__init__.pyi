from .conversion import import_command as import_command, import_survey as import_survey, write_survey as write_survey
from .draft import draft_command as draft_command, new_command as new_command
from .mapping import ExportMapping as ExportMapping
