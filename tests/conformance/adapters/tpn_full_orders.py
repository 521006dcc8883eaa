"""Whole orders of parenteral nutrition: every figure that inputs and convention determine."""

from tests.conformance.nutrition.answering import answer

__all__ = ["answer"]
