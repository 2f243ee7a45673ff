"""What every report needs and none changes, imported and read once, by the warm server only.

One thing is left out because it takes seconds and no report uses it: jsonschema builds the grammar of
internationalised addresses (RFC 3987) to check one format, which no notebook's schema asks for. Where that package is
not there it does without, so it is hidden while all the rest is imported; a notebook may import it afterwards.
"""

from __future__ import annotations

import contextlib
import sys

HIDDEN = "rfc3987_syntax"
sys.modules.setdefault(HIDDEN, None)  # type: ignore[arg-type]  # Python's own sign of a module that cannot be imported

import filelock
import html5lib.treebuilders.etree
import ipykernel.kernelapp
import joblib.externals.loky.backend.context  # else no process starts for a program that has used joblib's own
import matplotlib.backends.backend_agg
import matplotlib.style.core
import matplotlib_inline.backend_inline
import pandas
import pandera.backends.pandas.register
import pandera.strategies.pandas_strategies
import papermill
import PIL.GifImagePlugin
import scipy.stats
import seaborn
import statsmodels.regression.linear_model
import statsmodels.stats.multitest
import statsmodels.stats.proportion
import statsmodels.stats.weightstats
import xlsxwriter

import atpilots.cases.similarity
import atpilots.publish.batch
import atpilots.publish.site
import atpilots.workers.provisioner
from atpilots.cases import load_case_studies
from atpilots.files import DataError

if sys.modules.get(HIDDEN, sys) is None:
    del sys.modules[HIDDEN]

with contextlib.suppress(DataError):  # told by whichever report or command asks for the cases
    load_case_studies()
