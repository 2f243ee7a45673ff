"""What one audience may be told of one pilot, in the order of an officer's questions.

Thresholds: `thresholds` (the rules' numbers, and numbers of people), `published` (how much detail, in which steps).
Rounding: `rounding`. Suppression: `suppression` (what passes, what is withheld, and what else then), `protected` (what
comes out), `bands`, `ceiling`, `attrition_bounds` (what may be said beside a measure's numbers), `robustness`.
Audit, by the intruder's best attempt: `reconstruction`, which asks `dataset_search` (with `enumeration`,
`perturbation`), `score_pairs`, `mean_counts` and `uneven_scales` what fits a page; `scale` is what everybody knows.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
