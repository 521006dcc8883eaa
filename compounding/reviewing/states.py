"""The states of an order version and the only moves between them. The same names stand as a CHECK in the database."""

from enum import StrEnum


class OrderStatus(StrEnum):
    CLINICAL_REVIEW = "clinical_review"
    """Complete and planned: a pharmacist accepts, asks or rejects."""
    SECOND_REVIEW = "second_review"
    """A hard finding was accepted by one pharmacist with the prescriber's confirmation: another must agree."""
    CLARIFY = "clarify"
    """Something is missing or asked: the answer is awaited."""
    VERIFIED = "verified"
    """Accepted: doses are made."""
    HELD = "held"
    """Paused: nothing is made."""
    REJECTED = "rejected"
    DISCONTINUED = "discontinued"
    SUPERSEDED = "superseded"
    """A newer version stands in its place."""

    @property
    def words(self) -> str:
        """As one says it: *this order is* waiting for review."""
        return _WORDS.get(self.value, self.value)


_WORDS = {
    "clinical_review": "waiting for review", "second_review": "waiting for a second pharmacist",
    "clarify": "waiting for an answer", "held": "on hold", "discontinued": "stopped", "superseded": "replaced",
}  # fmt: skip
"""State -> what people call it, where that is another word."""

S = OrderStatus
LIVE = frozenset({S.CLINICAL_REVIEW, S.SECOND_REVIEW, S.CLARIFY, S.VERIFIED, S.HELD})
"""Versions that a newer one supersedes."""

IN_REVIEW = frozenset({S.CLINICAL_REVIEW, S.SECOND_REVIEW, S.CLARIFY})
"""A pharmacist is yet to decide."""

MOVES: dict[str, frozenset[OrderStatus]] = {
    "accept": frozenset({S.CLINICAL_REVIEW, S.SECOND_REVIEW}),
    "clarify": frozenset({S.CLINICAL_REVIEW, S.SECOND_REVIEW}),
    "answer": frozenset({S.CLARIFY}),
    "reject_order": frozenset({S.CLINICAL_REVIEW, S.SECOND_REVIEW, S.CLARIFY}),
    "hold_order": frozenset({S.VERIFIED}),
    "resume_order": frozenset({S.HELD}),
    "review_again": frozenset({S.VERIFIED, S.HELD}),
    "discontinue": frozenset({S.VERIFIED, S.HELD, S.CLARIFY}),
    "yield_doses": frozenset({S.VERIFIED}),
    "ask_next_bag": frozenset({S.VERIFIED}),
}
"""Action -> states of the current version it may start from. Placing a version is always possible."""

PERMISSIONS: dict[str, frozenset[str]] = {
    "place": frozenset({"prescriber", "pharmacist", "interface"}),
    "receive_incomplete": frozenset({"interface", "pharmacist"}),
    "accept": frozenset({"pharmacist"}),
    "clarify": frozenset({"pharmacist"}),
    "answer": frozenset({"pharmacist"}),
    "reject_order": frozenset({"pharmacist"}),
    "hold_order": frozenset({"prescriber", "nurse", "pharmacist"}),
    "resume_order": frozenset({"pharmacist"}),
    "review_again": frozenset({"pharmacist"}),
    "discontinue": frozenset({"prescriber", "pharmacist"}),
    "yield_doses": frozenset({"system", "pharmacist"}),
    "ask_next_bag": frozenset({"nurse", "pharmacist"}),
}
