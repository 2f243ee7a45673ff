"""What a page is made of, and its three forms: HTML, workbook, PDF. Knows no pilot and no audience."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
