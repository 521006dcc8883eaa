"""What a compounding pump tells of its work: one file for all pumped steps of one preparation. Read with `actions`."""

from dataclasses import dataclass
from typing import ClassVar

from calculations.quantity import Quantity
from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class PumpedStep:
    """One row of the file, on the step that it belongs to."""

    step: int
    volume: Quantity
    lot: str
    interrupted: bool
    replaced: bool
    """The source container was replaced while it was pumped."""


@dataclass(frozen=True)
class RecordPumped(RecordAction):
    """The volumes of every pumped step as the compounder's file tells them. The file itself is kept in the entry."""

    kind: ClassVar[str] = "record_pumped"
    file: str
    """The whole text, as it came: the evidence."""
    digest: str = ""
    """Completed: SHA-256 of the text. The same file is taken in once."""
    steps: tuple[PumpedStep, ...] = ()
    """Completed: from the rows of the file."""
