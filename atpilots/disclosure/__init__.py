"""What one audience may be told of one pilot, in the order of an officer's questions.

Thresholds: `thresholds` (the rules' numbers, and numbers of people), `published` (how much detail, in which steps).
Rounding: `rounding`. Suppression: `suppression` (what passes, what is withheld, and what else then), `protected` (what
comes out), `course` (later waves), `bands`, `robustness` and `attrition_bounds` (what may be said beside a measure's
numbers).
Audit, by the intruder's best attempt: `reconstruction` (the levels, and when to stop), `feasible_sets` (who else fits a
page, and whether they are enough), `dataset_search` (where to look for them); `scale` is what everybody knows.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
