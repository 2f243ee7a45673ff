from .describing import describe as describe
from .plots import (
    plot_answers as plot_answers,
    plot_course as plot_course,
    plot_missing as plot_missing,
    plot_pairs as plot_pairs,
    plot_scores as plot_scores,
)
