"""Single figures of parenteral nutrition: energy, glucose rate, percent, nitrogen, amounts and rates."""

from tests.conformance.nutrition.answering import answer

__all__ = ["answer"]
