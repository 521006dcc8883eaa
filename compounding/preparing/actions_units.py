"""A unit that was made ahead becomes this dose: the scan of its label is the act of release. Read with `actions`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from calculations.quantity import Quantity
from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class AssignUnit(RecordAction):
    """Everything but the code is completed from the batch, as it stands at this moment."""

    kind: ClassVar[str] = "assign_unit"
    code: str
    """Scan of the unit's label."""
    lot: str = ""
    """The finished lot number."""
    serial: int = 0
    formulation: str = ""
    display: str = ""
    amount: Quantity | None = None
    """Of drug in this very unit, recalculated from what was recorded when it was made."""
    concentration: Quantity | None = None
    volume: Quantity | None = None
    beyond_use: Mapping[str, Any] | None = None
    last_day: str = ""
    """Day of the beyond-use time on the site's calendar."""
    preparers: tuple[str, ...] = ()
    hands: tuple[str, ...] = ()
    """Everybody who staged, scanned, measured or mixed it."""
    hood: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: str = ""
    """Who sent the batch to its check."""
    label: Mapping[str, Any] | None = None
    """The snapshot of the patient's label."""
    policy: Mapping[str, Any] | None = None
    """The released row of the house rules under which somebody who is no pharmacist did it, with its version; None else."""
    signature: Mapping[str, Any] | None = None
