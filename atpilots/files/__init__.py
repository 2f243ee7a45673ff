"""How a file is read, written whole and kept private, and how a fault in it is told."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
