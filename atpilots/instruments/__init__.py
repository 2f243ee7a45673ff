"""Questionnaires written down as data, and the only way from answers to a score."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
