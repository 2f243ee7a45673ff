"""What one audience may be told of one pilot: thresholds, rounding, suppression, and the intruder's best attempt."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
