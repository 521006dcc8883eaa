"""Ready-made and standard mixtures: ions from salts with their hydrates, energy, ratios, osmolarity."""

from tests.conformance.nutrition.answering import answer

__all__ = ["answer"]
