"""A discrepancy as its entries tell it: what does not agree, what became of it, and who says so."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import ClassVar

from calculations.printing import show
from calculations.quantity import Quantity
from compounding.controlled.policy import TWO_PERSONS
from compounding.record_actions import RecordAction, by_kind

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
CONTAINERS = "containers"
FOUND = "found"
OUTCOMES: Mapping[str, str] = {
    FOUND: "found again: the ledger was right",
    "counting": "counted or written down wrongly",
    "overfill": "the vial held more or less than its label says",
    "broken": "broken or spilled, and not recorded as waste",
    "loss": "lost, without a sign of theft",
    "theft": "theft or diversion suspected",
}
REPORTED = frozenset({"loss", "theft"})
"""Outcomes of which somebody outside must be told."""
ANSWERED_BY, CONFIRMED_BY = "Discrepancy answered by", "Answer to the discrepancy confirmed by"


@cache
def reporting() -> Mapping[str, str]:
    """What is told about a loss or theft: text, source and confidence."""
    return tomllib.loads((Path(__file__).parent / "reporting.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class OpenCase(RecordAction):
    """What does not agree. By a count or a waste it comes by itself; by hand everybody in the pharmacy may open one."""

    kind: ClassVar[str] = "discrepancy_opened"
    number: str
    product: str
    display: str
    lot: str
    location: str
    difference: int
    """Containers; of a volume 0. Below zero: missing."""
    volume: Quantity | None = None
    """mL, below zero: missing. None for containers."""
    about: str = ""
    """Number of the count, waste or dose that showed it."""
    container: str = ""
    """Number of the opened container that is missing."""
    involved: tuple[str, ...] = ()
    """Who counted it or had it in hand."""
    reason: str = ""
    schedule: str = ""
    """Completed."""
    due: datetime | None = None
    """Completed: the end of the shift."""


@dataclass(frozen=True)
class AnswerCase(RecordAction):
    """What became of it. Schedule III to V is closed by that; of schedule II a second person confirms it."""

    kind: ClassVar[str] = "discrepancy_answered"
    outcome: str
    reason: str
    reported: str = ""
    """For a loss or theft: who was told, and when."""
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ConfirmCase(RecordAction):
    kind: ClassVar[str] = "discrepancy_confirmed"
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class SendBackCase(RecordAction):
    """The second person does not agree with the answer: the case is open again."""

    kind: ClassVar[str] = "discrepancy_sent_back"
    reason: str


ACTIONS: dict[str, type[RecordAction]] = by_kind(OpenCase, AnswerCase, ConfirmCase, SendBackCase)
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "discrepancy_opened": frozenset({"technician", "pharmacist", "lead", "buyer"}),
    "discrepancy_answered": frozenset({"buyer", "pharmacist", "lead"}),
    "discrepancy_confirmed": frozenset({"pharmacist", "lead"}),
    "discrepancy_sent_back": frozenset({"pharmacist", "lead"}),
}


@dataclass(frozen=True)
class Case:
    """Blank until it is opened."""

    number: str = ""
    status: str = ""
    opened: OpenCase | None = None
    opened_at: datetime | None = None
    opened_by: str = ""
    outcome: str = ""
    reason: str = ""
    reported: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    confirmed_by: str = ""
    closed_at: datetime | None = None

    @property
    def told(self) -> OpenCase:
        """What it is about. Raises ValueError for a case that was never opened."""
        if self.opened is None:
            raise ValueError("a case that was never opened is about nothing")
        return self.opened

    @property
    def two_persons(self) -> bool:
        return self.told.schedule in TWO_PERSONS


def case_record(number: str) -> str:
    """The id of a case's record."""
    return f"discrepancy-{number}"


def missing_case(dose: str) -> str:
    """The number of the case of a dose that was reported missing."""
    return f"M{dose}"


def difference_words(told: OpenCase) -> str:
    """`2 containers missing`, `0.4 mL too much`."""
    missing = told.difference < 0 if told.volume is None else told.volume.number < 0
    if told.volume is None:
        count = abs(told.difference)
        amount = f"{count} container{'' if count == 1 else 's'}"
    else:
        amount = show(-told.volume if missing else told.volume)
    return f"{amount} {'missing' if missing else 'too much'}"
