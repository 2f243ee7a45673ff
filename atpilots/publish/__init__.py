"""How a page leaves: run, gate, draft, release; the pages beside it; a batch of reports."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
