"""What is done while the containers of a dose are gathered and scanned. Read with `actions`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from calculations.quantity import Quantity
from compounding.nutrition.assessed_again import AssessedAgain
from compounding.planning.plan import DrawUpPlan
from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class ScanContainer(RecordAction):
    """One container under the scanner. Lot and expiry come with the code, from received lots, or typed with a picture."""

    kind: ClassVar[str] = "scan_container"
    code: str
    lot: str = ""
    expires: str = ""
    """Last day of use, as a date."""
    typed: bool = False
    picture: str = ""
    slot: str = ""
    """Completed: which container of the draw-up plan this is."""
    product: str = ""
    """Completed."""
    display: str = ""
    """Completed."""
    content: Quantity | None = None
    """Completed: whole label content."""
    strength: Mapping[str, Any] | None = None
    """Completed: what the label of this product says of its strength; the recalculation works from it."""
    serial: str = ""
    """Completed, where the code carries one."""
    doubts: tuple[str, ...] = ()
    """Completed: what a person should look at although the code was read."""
    opened: str = ""
    """Completed: number of the opened container that this is; `content` is then what is left in it."""
    opened_at: datetime | None = None
    """Completed: its first puncture."""
    reconstituted_at: datetime | None = None
    """Completed: of an opened container that was dissolved, when; this clock comes along."""
    usable_until: datetime | None = None
    """Completed: an opened container is not drawn from at or after this moment."""


@dataclass(frozen=True)
class PlanDrawUp(RecordAction):
    """The draw-up plan made anew from what was really scanned."""

    kind: ClassVar[str] = "plan_draw_up"
    draw_up: DrawUpPlan
    reason: str
    assessed: AssessedAgain | None = None
    """Of a nutrition bag that is drawn otherwise with these containers: calcium with phosphate once more."""


@dataclass(frozen=True)
class TakeApart(RecordAction):
    kind: ClassVar[str] = "take_apart"
    reason: str


@dataclass(frozen=True)
class CheckStaging(RecordAction):
    kind: ClassVar[str] = "check_staging"
    reason: str = ""
    """Why it may be made although calcium with phosphate, assessed again, lies in no curve."""
