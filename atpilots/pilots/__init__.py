"""What a pilot's folder is, and the only way from answers to pairs, always by respondent."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
