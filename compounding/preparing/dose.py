"""One dose as its entries tell it. `apply` is the only writer of this state; it decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from calculations.quantity import Quantity
from compounding.nutrition.assessed_again import AssessedAgain
from compounding.planning.plan import DrawUpPlan, Step, TherapeuticPlan
from compounding.preparing.remarks import Saying
from compounding.preparing.states import DoseStatus
from compounding.tracing.stays import Been


@dataclass(frozen=True)
class Scanned:
    """A container that was accepted for a slot."""

    slot: str
    product: str
    display: str
    code: str
    lot: str
    expires: str
    typed: bool
    by: str
    at: datetime
    content: Quantity | None = None
    strength: Mapping[str, Any] | None = None
    serial: str = ""
    opened: str = ""
    """Number of the opened container; empty for a new one."""
    opened_at: datetime | None = None
    reconstituted_at: datetime | None = None
    usable_until: datetime | None = None


@dataclass(frozen=True)
class Recorded:
    """What was recorded for one step."""

    step: int
    by: str
    at: datetime
    how: str
    """typed, weighed, confirmed, not measured, or read from picture."""
    volume: Quantity | None = None
    mass: Quantity | None = None
    picture: str = ""
    reason: str = ""
    read_aloud: str | None = None
    """What was read aloud off the container before the draw, by the person who recorded it; None where nothing is."""
    device: str | None = None
    """What the compounder remarked on this step: interrupted, source replaced. Empty for nothing; None: no device."""


@dataclass(frozen=True)
class Signed:
    """One signature on the dose: who, when, meaning, and the digest of what was signed."""

    person: str
    at: datetime
    meaning: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dose:
    """Blank until it is queued. Every field is what the entries say, nothing is worked out here."""

    status: DoseStatus = DoseStatus.NEW
    number: str = ""
    order: str = ""
    order_version: int = 0
    patient: str = ""
    patient_shown: Mapping[str, str] = field(default_factory=dict)
    priority: str = "routine"
    due: datetime | None = None
    not_before: datetime | None = None
    queued_at: datetime | None = None
    remake_of: str = ""
    plan: TherapeuticPlan | None = None
    draw_up: DrawUpPlan | None = None
    scans: tuple[Scanned, ...] = ()
    records: tuple[Recorded, ...] = ()
    pump_files: tuple[str, ...] | None = None
    """Digests of the compounder's files that were taken in."""
    undone: int = 0
    undone_at: tuple[tuple[int, datetime], ...] = ()
    """Steps whose record was undone, and when they had been done: what was mixed then is not mixed anew by a correction."""
    said: tuple[Saying, ...] = ()
    staged_at: datetime | None = None
    staging_checked_by: str = ""
    staging_reason: str = ""
    """Of the pharmacist who looked at the containers: why calcium with phosphate in no curve may be made."""
    assessed: AssessedAgain | None = None
    """Calcium with phosphate assessed again by what was scanned; None: everything is drawn as it was reviewed."""
    started_at: datetime | None = None
    hood: str = ""
    """Where it is being made, or was made last."""
    hoods: tuple[tuple[str, datetime], ...] = ()
    """Every hood that it was made at, in order, and since when."""
    preparers: tuple[str, ...] = ()
    hands: frozenset[str] = frozenset()
    """Everybody who staged, scanned, measured or mixed: they may not check."""
    in_process_passed_by: str = ""
    completed_at: datetime | None = None
    completed_by: str = ""
    beyond_use: Mapping[str, Any] | None = None
    first_check: Signed | None = None
    second_check: Signed | None = None
    second_differences: tuple[str, ...] = ()
    released: Signed | None = None
    emergency: bool = False
    afterwards: Signed | None = None
    disagreed: bool = False
    """Whoever checked the emergency release afterwards found it wrong."""
    label: Mapping[str, Any] | None = None
    copies: int = 0
    """Labels printed since the last release."""
    labels: int = 0
    """Labels printed over its whole life."""
    label_issue: int = 0
    """The number in the code of the newest label, the only one that pairs; 0 for a label printed without a number."""
    label_opened: str = ""
    """Who opened the newest label in a browser to print it there; empty while nobody did."""
    label_in_hand: bool | None = None
    paired_at: datetime | None = None
    place: str = ""
    """Where it was last seen."""
    been: Been = ()
    """Every place since it was staged, in order."""
    reason: str = ""
    """Of the last move that needed one."""
    moved_at: datetime | None = None
    moved_by: str = ""
    released_again: Signed | None = None
    """A returned dose used again, or one freed from quarantine; `released` stays the signature of the final check."""
    investigation_closed: Signed | None = None
    """The designated person's half of ending a quarantine."""
    before_quarantine: DoseStatus = DoseStatus.NEW
    recall: str = ""
    """Number of the recall that holds it in quarantine."""
    unit: Mapping[str, str] | None = None
    """Lot number and serial number of the finished unit that it is; None for a dose that was made for its patient."""
    changed: tuple[str, ...] = ()
    """Weights and results that changed after its release, in words, as long as they differ from the review."""
    changed_kept: tuple[str, ...] = ()
    """Those that a pharmacist looked at and kept it all the same."""
    kept_by: Signed | None = None
    blocked: bool = False
    """Reported missing once: it is never given if it turns up."""

    @property
    def planned(self) -> TherapeuticPlan:
        """The therapeutic plan of a queued dose."""
        if self.plan is None:
            raise ValueError("a dose that was never queued has no plan")
        return self.plan

    @property
    def drawing(self) -> DrawUpPlan:
        """The draw-up plan of a queued dose."""
        if self.draw_up is None:
            raise ValueError("a dose that was never queued has no draw-up plan")
        return self.draw_up

    @property
    def open_slots(self) -> tuple[str, ...]:
        """Containers that are still to be scanned."""
        done = {scan.slot for scan in self.scans}
        return () if self.draw_up is None else tuple(c.slot for c in self.draw_up.components if c.slot not in done)

    def record_of(self, step: int) -> Recorded | None:
        """The record that counts for a step: the last one that was not undone."""
        return next((r for r in reversed(self.records) if r.step == step), None)

    def done_at(self, step: int) -> datetime | None:
        """When a recorded step was done: a correction of it, or a volume read later from its picture, sets no clock anew."""
        recorded = [record.at for record in self.records if record.step == step]
        return min([*recorded, *(at for number, at in self.undone_at if number == step)]) if recorded else None

    @property
    def current_step(self) -> Step | None:
        """The step in focus: the first one without a record."""
        if self.draw_up is None:
            return None
        return next((s for s in self.draw_up.steps if self.record_of(s.number) is None), None)

    @property
    def unmeasured(self) -> tuple[int, ...]:
        """Measure steps that were done without a volume."""
        steps = () if self.draw_up is None else self.draw_up.measures
        return tuple(s.number for s in steps if (r := self.record_of(s.number)) is not None and r.volume is None)

    @property
    def to_recheck(self) -> tuple[str, ...]:
        """What changed after its release and no pharmacist has looked at."""
        return tuple(words for words in self.changed if words not in self.changed_kept)

    def beyond_use_at(self) -> datetime | None:
        """The beyond-use time, once it is set."""
        text = (self.beyond_use or {}).get("at")
        return None if not text else datetime.fromisoformat(text)

    def moved(self, status: DoseStatus, by: str, at: datetime, **changes: Any) -> "Dose":
        return replace(self, status=status, moved_at=at, moved_by=by, **changes)
