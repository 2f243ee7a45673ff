"""Whether the items of a scale go together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from atpilots.estimators.result import LEVEL, NAN, Estimate, varies


def cronbach_alpha(items: pd.DataFrame) -> Estimate:
    """Cronbach's alpha of a scale at the baseline: k/(k − 1) · (1 − Σ item variances / variance of the sum).

    items: one row per respondent who answered all items at the baseline, one column per item, scored in the scale's
    direction. Interval: Feldt (1965), 1 − (1 − alpha)·F with n − 1 and (n − 1)(k − 1) degrees of freedom; psych's
    alpha.ci. NaN for fewer than two people or items, or where all have the same sum.
    """
    from scipy.stats import f

    n, k = items.shape
    columns = [column.to_numpy(dtype=float) for _, column in items.items()]
    together = np.asarray(sum(columns))
    if n < 2 or k < 2 or not varies(together):
        return Estimate("cronbach_alpha", NAN, n, "coefficient")
    alpha = k / (k - 1) * (1 - sum(column.var(ddof=1) for column in columns) / together.var(ddof=1))
    tail = (1 - LEVEL) / 2
    low, high = (1 - (1 - alpha) * f.ppf(p, n - 1, (n - 1) * (k - 1)) for p in (1 - tail, tail))
    return Estimate("cronbach_alpha", float(alpha), n, "coefficient", float(low), float(high))
