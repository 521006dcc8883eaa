"""One batch as its entries tell it. Nothing is worked out here, and nothing is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from compounding.batches.proposal import Proposal
from compounding.batches.states import BatchStatus, UnitState
from compounding.planning.plan import TherapeuticPlan
from compounding.preparing.dose import Dose, Signed
from compounding.tracing.stays import Been

STERILITY = "sterility"
"""What the name of a sterility test contains."""


@dataclass(frozen=True)
class Unit:
    """One container of the batch."""

    serial: int
    state: UnitState
    place: str = ""
    storage: str = ""
    beyond_use: datetime | None = None
    deciding: str = ""
    """What decides its time, where a move made it shorter."""
    dose: str = ""
    patient: str = ""
    policy: str = ""
    """The house rules, with their version, under which its scan alone made it a dose; empty where a pharmacist signed."""
    held: str = ""
    """Why nobody uses it for now."""
    held_before: str = ""
    """Why we held it ourselves, while a recall holds it as well: it holds again when the recall lets go."""
    been: Been = ()
    """Every place since it was made, in order."""

    @property
    def shown_state(self) -> str:
        """`held` while it is held and could still be used, else how it stands."""
        over = self.state in (UnitState.EXPIRED, UnitState.WASTED, UnitState.REJECTED)
        return "held" if self.held and not over else self.state.value


@dataclass(frozen=True)
class Tested:
    """One result of a test."""

    test: str
    result: str
    reference: str
    read_on: str
    note: str
    by: str
    at: datetime

    @property
    def words(self) -> str:
        """`sterility failed, report LAB-1`."""
        return f"{self.test} {self.result}, report {self.reference}"


@dataclass(frozen=True)
class Labels:
    """What became of the labels that were printed."""

    used: int
    spoiled: int
    destroyed: int
    by: str
    at: datetime

    @property
    def total(self) -> int:
        return self.used + self.spoiled + self.destroyed


@dataclass(frozen=True)
class Batch:
    """Blank until it is proposed. `work` is its making: the same state as that of a dose, without patient and order."""

    status: BatchStatus = BatchStatus.NEW
    number: str = ""
    wanted: int = 0
    """Units for patients."""
    samples: int = 0
    retained: int = 0
    tested: bool = False
    proposed: Proposal | None = None
    proposed_by: str = ""
    proposed_at: datetime | None = None
    work: Dose = field(default_factory=Dose)
    units: tuple[Unit, ...] = ()
    """Empty until it is completed."""
    reason: str = ""
    """Of the last move that needed one; of rejected units at completion."""
    asked_because: str = ""
    """Why more was made than history proposed."""
    rejected_because: str = ""
    """Why units were rejected at the count."""
    made: Signed | None = None
    checked: Signed | None = None
    second: Signed | None = None
    differences: tuple[str, ...] = ()
    tests: tuple[Tested, ...] = ()
    printed: int = 0
    """Unit labels printed over its whole life."""
    labelled: frozenset[int] = frozenset()
    """Serial numbers of the units that a label was printed for."""
    labels: Labels | None = None
    released: Signed | None = None
    place: str = ""
    moved_by: str = ""
    moved_at: datetime | None = None

    @property
    def total(self) -> int:
        """All units that are made, samples and retained ones included."""
        return self.wanted + self.samples + self.retained

    @property
    def plan(self) -> TherapeuticPlan:
        """The plan of one unit."""
        return self.work.planned

    @property
    def lot(self) -> str:
        """The finished lot number."""
        return self.number

    @property
    def beyond_use(self) -> Mapping[str, Any]:
        """The beyond-use time of a unit that stayed where the batch is stored, with what decides it."""
        return self.work.beyond_use or {}

    def unit(self, serial: int) -> Unit | None:
        """The unit of that serial number, if there is one."""
        return self.units[serial - 1] if 1 <= serial <= len(self.units) else None

    def in_state(self, *states: UnitState) -> tuple[Unit, ...]:
        """Units in one of these states, held ones included."""
        return tuple(unit for unit in self.units if unit.state in states)

    @property
    def finished(self) -> int:
        """Units that were made for patients."""
        not_for_patients = (UnitState.SAMPLE, UnitState.RETAINED, UnitState.REJECTED)
        return len(self.units) - len(self.in_state(*not_for_patients))

    @property
    def labels_reconciled(self) -> bool:
        """Whether every label that was printed is accounted for."""
        return self.labels is not None and self.labels.total == self.printed

    @property
    def failed(self) -> Tested | None:
        """The first test that failed, whatever came after it."""
        return next((one for one in self.tests if one.result == "failed"), None)

    @property
    def test_passed(self) -> bool:
        """Its sterility test passed, and no test failed. Another test says nothing of sterility."""
        return self.failed is None and any(STERILITY in one.test.casefold() for one in self.tests)

    def with_units(self, units: Mapping[int, Unit]) -> "Batch":
        """The batch with some of its units as they are now."""
        return replace(self, units=tuple(units.get(unit.serial, unit) for unit in self.units))

    def moved(self, by: str, at: datetime, **changes: Any) -> "Batch":
        return replace(self, moved_by=by, moved_at=at, **changes)
