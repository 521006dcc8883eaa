"""What is done to a batch beyond its making, each as a frozen value. Its making uses the actions of a dose.

Fields that the server fills in after the gate are marked "completed"; a client cannot set them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from calculations.quantity import Quantity
from compounding.batches.proposal import Proposal
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
from compounding.preparing.actions import (
    AskInProcessCheck,
    CheckStaging,
    ConfirmStep,
    EnterSecondCheck,
    HandOver,
    MoveHood,
    PassInProcess,
    PlanDrawUp,
    RecordVolume,
    RejectInProcess,
    ScanContainer,
    StartPreparation,
    TakeApart,
    Undo,
)
from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class ProposeBatch(RecordAction):
    """So many equal units of a released formulation, with what history proposed beside it."""

    kind: ClassVar[str] = "propose_batch"
    number: str
    formulation: str
    amount: Quantity
    """Of drug in one unit."""
    units: int
    """For patients: samples and retained units are made in addition."""
    solution: str = ""
    volume: Quantity | None = None
    tested: bool = False
    """Its sterility is tested: samples are taken, and it waits for the result."""
    retained: int = 0
    reason: str = ""
    """Needed where more is made than history proposes."""
    proposed: Proposal | None = None
    """What was shown: the doses counted and the arithmetic."""
    samples: int = 0
    """Completed, by the site's rule."""
    plan: TherapeuticPlan | None = None
    """Completed."""
    draw_up: DrawUpPlan | None = None
    """Completed."""

    @property
    def total(self) -> int:
        """All units that are made."""
        return self.units + self.samples + self.retained


@dataclass(frozen=True)
class CompleteBatch(RecordAction):
    """Everything is in its unit. Names the units that are no good, and those taken as samples or kept back."""

    kind: ClassVar[str] = "complete_batch"
    place: str
    """Where the units wait for their release."""
    rejected: tuple[int, ...] = ()
    samples: tuple[int, ...] = ()
    retained: tuple[int, ...] = ()
    reason: str = ""
    """Why units were rejected."""
    beyond_use: Mapping[str, Any] | None = None
    """Completed."""
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class CheckBatch(RecordAction):
    kind: ClassVar[str] = "check_batch"
    content_digest: str
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class RejectBatch(RecordAction):
    kind: ClassVar[str] = "reject_batch"
    reason: str
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class CancelBatch(RecordAction):
    kind: ClassVar[str] = "cancel_batch"
    reason: str


@dataclass(frozen=True)
class PrintUnitLabels(RecordAction):
    """One print of unit labels. The first needs no reason; every later one does, and is counted."""

    kind: ClassVar[str] = "print_unit_labels"
    document: str
    """Digest of the printed file."""
    serials: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True)
class ReconcileLabels(RecordAction):
    """What became of every label that was printed."""

    kind: ClassVar[str] = "reconcile_labels"
    used: int
    spoiled: int
    destroyed: int


@dataclass(frozen=True)
class RecordTest(RecordAction):
    kind: ClassVar[str] = "record_test"
    test: str
    result: str
    """passed or failed."""
    reference: str
    """Number of the laboratory's report."""
    read_on: str
    """Day on which the result was read, ISO date."""
    note: str = ""
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ReleaseBatch(RecordAction):
    kind: ClassVar[str] = "release_batch"
    content_digest: str
    place: str
    """Where the units are put."""
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class UnitTime:
    """Until when a unit may be started after a move, and what decides it."""

    serial: int
    at: datetime
    deciding: str


@dataclass(frozen=True)
class MoveUnits(RecordAction):
    kind: ClassVar[str] = "move_units"
    serials: tuple[int, ...]
    place: str
    storage: str = ""
    """crt, fridge or freezer: completed from the location; said where that has more than one kind."""
    times: tuple[UnitTime, ...] = ()
    """Completed: the shorter times that follow from warmer storage."""


@dataclass(frozen=True)
class HoldUnits(RecordAction):
    """Nobody uses them until they are freed. Without serials: every unit."""

    kind: ClassVar[str] = "hold_units"
    reason: str
    serials: tuple[int, ...] = ()


@dataclass(frozen=True)
class FreeUnits(RecordAction):
    kind: ClassVar[str] = "free_units"
    reason: str
    serials: tuple[int, ...] = ()


@dataclass(frozen=True)
class AssignToDose(RecordAction):
    """The unit became a dose: written with the release of that dose, never on its own."""

    kind: ClassVar[str] = "assign_to_dose"
    serial: int
    dose: str
    patient: str
    policy: str = ""
    """The house rules under which its scan alone did it; empty where a pharmacist signed."""


@dataclass(frozen=True)
class ExpireUnits(RecordAction):
    kind: ClassVar[str] = "expire_units"
    serials: tuple[int, ...] = ()
    """Completed: those that are past their time."""


@dataclass(frozen=True)
class WasteUnits(RecordAction):
    kind: ClassVar[str] = "waste_units"
    serials: tuple[int, ...]
    reason: str
    stream: str
    """Where they went: sharps, hazardous waste, ordinary waste."""


MAKING: tuple[type[RecordAction], ...] = (
    ScanContainer, PlanDrawUp, TakeApart, CheckStaging, StartPreparation, HandOver, MoveHood, RecordVolume, ConfirmStep, Undo,
    AskInProcessCheck, PassInProcess, RejectInProcess,
)  # fmt: skip
"""Actions of a dose that a batch is made with."""

_OWN: tuple[type[RecordAction], ...] = (
    EnterSecondCheck, ProposeBatch, CompleteBatch, CheckBatch, RejectBatch, CancelBatch, PrintUnitLabels, ReconcileLabels,
    RecordTest, ReleaseBatch, MoveUnits, HoldUnits, FreeUnits, AssignToDose, ExpireUnits, WasteUnits,
)  # fmt: skip

ACTIONS: dict[tuple[str, int], type[RecordAction]] = {(one.kind, one.version): one for one in (*MAKING, *_OWN)}
"""The reader of every released kind and version."""
