"""Osmolarity: by particles of known composition, by factors for mixtures with amino acids or lipid."""

from tests.conformance.nutrition.answering import answer

__all__ = ["answer"]
