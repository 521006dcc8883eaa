"""One thing that a recall touched: what has to be done with it, what was done, and when that is enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from compounding.preparing.states import DoseStatus as S

DOSE, LOT, OPENED, BATCH = "dose", "lot", "opened", "batch"

KEPT, MAKING, GIVEN, MISSING, APART, BAD, OVER = "kept", "making", "given", "missing", "apart", "bad", "over"
STOCK = "stock"
CATEGORIES: Mapping[str, str] = {
    KEPT: "finished: hold it, fetch it, then destroy or clear it",
    MAKING: "half made: stop it and destroy it",
    GIVEN: "given: tell the prescriber and the patient",
    MISSING: "missing: look for it",
    APART: "not begun: take it apart and use other containers",
    BAD: "failed already: destroy it",
    STOCK: "in stock: hold it, then send it back, destroy or clear it",
    OVER: "nothing to do: destroyed or never made",
}
"""What a thing needs, by how it stood when it was listed."""

OF_STATUS: Mapping[S, str] = {
    **dict.fromkeys((S.AWAITING_FINAL_CHECK, S.SECOND_CHECK, S.RELEASED, S.DISPENSED, S.DELIVERED, S.RETURNED), KEPT),
    **dict.fromkeys((S.IN_PREP, S.IN_PROCESS_CHECK), MAKING),
    **dict.fromkeys((S.QUEUED, S.HELD, S.STAGED), APART),
    **dict.fromkeys((S.REJECTED, S.ABANDONED, S.EXPIRED), BAD),
    **dict.fromkeys((S.WASTED, S.CANCELLED, S.NEW), OVER),
    S.ADMINISTERED: GIVEN,
    S.MISSING: MISSING,
    S.QUARANTINED: KEPT,
}
HELD = frozenset({KEPT, MAKING})
"""Categories of doses that are put in quarantine."""
CLEARABLE = frozenset({KEPT, STOCK, GIVEN, MISSING, APART, BAD, OVER})
"""What was stopped half made is never gone on with: it is destroyed."""


@dataclass(frozen=True)
class Way:
    """An outcome that somebody can record."""

    text: str
    roles: frozenset[str]
    things: frozenset[str]
    """Kinds of things that it is said of."""


_CARRY = frozenset({"nurse", "technician", "pharmacist", "lead"})
_PHARMACY = frozenset({"technician", "pharmacist", "lead"})
_TELL = frozenset({"pharmacist", "lead"})
WAYS: Mapping[str, Way] = {
    "retrieved": Way("Fetched back: it is in our hands", _CARRY, frozenset({DOSE, OPENED, BATCH})),
    "taken_apart": Way("Taken apart: other containers are used", _PHARMACY, frozenset({DOSE})),
    "destroyed": Way("Destroyed", _PHARMACY, frozenset({DOSE, LOT, OPENED, BATCH})),
    "sent_back": Way("Sent back to the supplier", _PHARMACY, frozenset({LOT})),
    "found_used": Way("Found used: it was given", _CARRY, frozenset({DOSE})),
    "not_found": Way("Looked for and not found", _CARRY, frozenset({DOSE})),
    "prescriber_told": Way("Prescriber told", _TELL, frozenset({DOSE})),
    "patient_told": Way("Patient told", _TELL, frozenset({DOSE})),
}
"""Outcome -> what it says, who may record it, and of what."""


@dataclass(frozen=True)
class Outcome:
    """What was done, by whom and when."""

    way: str
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Task:
    """One thing with what was done about it."""

    item: str
    """Id of its record."""
    what: str
    """dose, lot, opened or batch."""
    category: str
    held: bool = False
    """Held by this recall, and not let go."""
    outcomes: tuple[Outcome, ...] = ()
    asked_by: str = ""
    """Who asked for it to be cleared; empty while nobody has."""
    why: str = ""
    cleared: bool = False

    @property
    def done(self) -> frozenset[str]:
        """The outcomes so far."""
        return frozenset(outcome.way for outcome in self.outcomes)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be done about it."""
        if self.cleared or self.category == OVER:
            return True
        if self.category == GIVEN or "found_used" in self.done:
            return self.done >= {"prescriber_told", "patient_told"}
        if self.what == LOT:
            return bool(self.done & {"destroyed", "sent_back"})
        enough = {APART: {"taken_apart", "destroyed"}, MISSING: {"destroyed", "not_found"}}
        return bool(self.done & enough.get(self.category, {"destroyed"}))

    @property
    def left(self) -> str:
        """What is still to be done, in words; empty when it is settled."""
        if self.settled:
            return ""
        if self.category == GIVEN or "found_used" in self.done:
            missing = [WAYS[way].text.lower() for way in ("prescriber_told", "patient_told") if way not in self.done]
            return " and ".join(missing)
        if self.category == KEPT and "retrieved" in self.done:
            return "destroy or clear it"
        return CATEGORIES[self.category].partition(": ")[2]
