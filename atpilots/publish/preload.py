"""What every report needs and none changes, imported and read once, by whichever process forks kernels.

Two things are left out because they take long and no report uses them. jsonschema builds the grammar of
internationalised addresses (RFC 3987) to check one format, which no notebook's schema asks for; ipykernel loads a
debugger. Where those packages are not there they do without, so these are hidden while all the rest is imported; a
notebook may import them afterwards.
"""

from __future__ import annotations

import contextlib
import string
import sys

HIDDEN = "rfc3987_syntax", "debugpy"
for name in HIDDEN:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's own sign of a module that cannot be imported

import filelock
import html5lib.treebuilders.etree
import ipykernel.debugger
import ipykernel.kernelapp
import joblib.externals.loky.backend.context  # else no process starts for a program that has used joblib's own
import matplotlib.backends.backend_agg
import matplotlib.figure
import matplotlib.lines
import matplotlib.patches
import pandas
import papermill
import PIL.PngImagePlugin
import statsmodels.stats.multitest
import statsmodels.stats.power
import statsmodels.stats.proportion
import statsmodels.stats.weightstats
import xlsxwriter

import atpilots.cases.similarity
import atpilots.publish.batch
import atpilots.publish.site
import atpilots.workers.provisioner
from atpilots.cases import load_case_studies, reported_figures
from atpilots.files import DataError
from atpilots.page import NARROW, sheet_of
from atpilots.publish.numerals import package_words

for name in HIDDEN:
    if sys.modules.get(name, sys) is None:
        del sys.modules[name]

package_words()
with contextlib.suppress(DataError):  # told by whichever report or command asks for the cases
    load_case_studies()
    reported_figures()
with sheet_of(NARROW, NARROW.line) as sheet:  # the fonts
    sheet.write(string.ascii_letters + string.digits, 0, 0, bold=True)
    sheet.write(string.ascii_letters + string.digits, 0, 0)
    sheet.picture()
