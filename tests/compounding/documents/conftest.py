"""Printing needs one warm layout process."""

from tests.support.printing import printer

__all__ = ["printer"]
