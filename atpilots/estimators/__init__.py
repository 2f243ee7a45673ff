"""How an effect is estimated: one pure function each, pairs in, `Estimate` out; and the table of all."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
