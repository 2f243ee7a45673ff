"""How a report gets a fresh process and kernel, already warm. Of reports it knows one name: what to import."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
