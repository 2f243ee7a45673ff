"""What every report needs and none changes, imported and read once, by whichever process forks kernels.

Two things are left out because they take long and no report uses them. jsonschema builds the grammar of
internationalised addresses (RFC 3987) to check one format, which no notebook's schema asks for; ipykernel loads a
debugger. Where those packages are not there they do without, so these are hidden while all the rest is imported; a
notebook may import them afterwards.

Nothing of this is ever thrown away, so Python does not look for what could be: not while it is imported (a tenth of the
time), nor afterwards.
"""

from __future__ import annotations

import gc

gc.disable()

import contextlib
import sys

HIDDEN = "rfc3987_syntax", "debugpy"
for name in HIDDEN:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's own sign of a module that cannot be imported

import sqlite3

import filelock
import html5lib.treebuilders.etree
import ipykernel.debugger
import ipykernel.kernelapp
import IPython.core.completerlib
import IPython.core.debugger
import IPython.core.logger
import IPython.core.oinspect
import IPython.extensions.storemagic
import matplotlib.backends.backend_agg
import matplotlib.lines
import matplotlib.patches
import mistune.plugins.math
import mistune.plugins.task_lists
import mistune.plugins.url
import nbformat.v4
import pandas
import papermill
import PIL.PngImagePlugin
import statsmodels.stats.contingency_tables
import statsmodels.stats.multitest
import statsmodels.stats.power
import statsmodels.stats.proportion
import statsmodels.stats.weightstats
import tornado.platform.asyncio
import xlsxwriter

import atpilots.cases.similarity
import atpilots.publish.batch
import atpilots.publish.site
import atpilots.workers.provisioner
from atpilots.cases import load_case_studies, reported_figures
from atpilots.files import DataError
from atpilots.page import style, template
from atpilots.publish.numerals import package_words
from atpilots.report import AXES, strip_axis, versions

for name in HIDDEN:
    if sys.modules.get(name, sys) is None:
        del sys.modules[name]

package_words()
versions()
style()
for name in ("page.html.j2", "fragment.html.j2"):
    template(name)
with contextlib.suppress(DataError):  # told by whichever report or command asks for the cases
    load_case_studies()
    reported_figures()
nbformat.validate(nbformat.v4.new_notebook())  # makes the code of its schema
for reach in AXES:
    strip_axis(reach)

gc.freeze()
gc.enable()
