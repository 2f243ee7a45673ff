"""What a researcher looks at before anybody else does: a pilot's own answers and scores, exact and in pictures.

For the analyst's eyes. Nothing here passes disclosure control, so nothing here can reach a page: what makes pages
(`report`, `publish`) does not import this room, and the exporter takes safe outputs only.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
