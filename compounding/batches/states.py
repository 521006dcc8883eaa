"""The states of a batch and of its units, the only moves between them, and who may do what."""

from enum import StrEnum

from compounding.preparing.states import DoseStatus


class BatchStatus(StrEnum):
    """Each state says what it allows."""

    NEW = "new"
    """Not proposed yet."""
    PLANNED = "planned"
    """Has its lot number: containers may be scanned."""
    STAGED = "staged"
    """Every container is scanned: a qualified person may start at a hood that is good enough."""
    IN_PREP = "in_prep"
    """Being made: volumes are measured and recorded."""
    IN_PROCESS_CHECK = "in_process_check"
    """Stopped before mixing: a pharmacist without a hand in it looks."""
    AWAITING_CHECK = "awaiting_check"
    """Made and counted: a pharmacist without a hand in it decides."""
    SECOND_CHECK = "second_check"
    """A second pharmacist enters alone what they find."""
    QUARANTINED = "quarantined"
    """Checked: it waits for its tests, its labels and the release."""
    RELEASED = "released"
    """Its units may be assigned to patients."""
    REJECTED = "rejected"
    """Failed: no unit of it is ever used."""
    CANCELLED = "cancelled"
    """Given up before it was made, or while it was being made."""

    @property
    def words(self) -> str:
        """As one says it: *this batch is* being made."""
        return _WORDS.get(self.value, self.value)


_WORDS = {
    "new": "not planned yet", "in_prep": "being made", "in_process_check": "waiting for the look before mixing",
    "awaiting_check": "waiting for the check", "second_check": "waiting for the second check",
    "quarantined": "in quarantine", "cancelled": "given up",
}  # fmt: skip
"""State -> what people call it, where that is another word."""


class UnitState(StrEnum):
    """How one unit stands; a hold stands beside it and is shown as `held`."""

    QUARANTINE = "quarantine"
    """Made, and not released."""
    AVAILABLE = "available"
    """May be assigned."""
    ASSIGNED = "assigned"
    """Became a dose of a patient. What happens to it then stands in that dose."""
    SAMPLE = "sample"
    """Taken for a test."""
    RETAINED = "retained"
    """Kept back as a reference."""
    REJECTED = "rejected"
    """Not good: counted, and destroyed."""
    EXPIRED = "expired"
    """Past its beyond-use time."""
    WASTED = "wasted"
    """Destroyed and recorded."""


S = BatchStatus

OF_MAKING = {
    DoseStatus.QUEUED: S.PLANNED,
    DoseStatus.STAGED: S.STAGED,
    DoseStatus.IN_PREP: S.IN_PREP,
    DoseStatus.IN_PROCESS_CHECK: S.IN_PROCESS_CHECK,
    DoseStatus.REJECTED: S.REJECTED,
}
"""State of the making -> state of the batch, until it is completed."""

OPEN = frozenset({S.PLANNED, S.STAGED, S.IN_PREP, S.IN_PROCESS_CHECK, S.AWAITING_CHECK, S.SECOND_CHECK, S.QUARANTINED})
COMPLETED = frozenset({S.AWAITING_CHECK, S.SECOND_CHECK, S.QUARANTINED})
"""Made, and not released."""
MADE = COMPLETED | {S.RELEASED}

MOVES: dict[str, frozenset[BatchStatus]] = {
    "propose_batch": frozenset({S.NEW}),
    "scan_container": frozenset({S.PLANNED, S.STAGED}),
    "plan_draw_up": frozenset({S.PLANNED, S.STAGED}),
    "take_apart": frozenset({S.PLANNED, S.STAGED}),
    "check_staging": frozenset({S.STAGED}),
    "start_preparation": frozenset({S.STAGED}),
    "hand_over": frozenset({S.IN_PREP}),
    "move_hood": frozenset({S.IN_PREP}),
    "record_volume": frozenset({S.IN_PREP}),
    "confirm_step": frozenset({S.IN_PREP}),
    "undo": frozenset({S.IN_PREP}),
    "ask_in_process_check": frozenset({S.IN_PREP}),
    "pass_in_process": frozenset({S.IN_PROCESS_CHECK}),
    "reject_in_process": frozenset({S.IN_PROCESS_CHECK}),
    "complete_batch": frozenset({S.IN_PREP}),
    "check_batch": frozenset({S.AWAITING_CHECK}),
    "enter_second_check": frozenset({S.SECOND_CHECK}),
    "reject_batch": COMPLETED,
    "cancel_batch": frozenset({S.PLANNED, S.STAGED, S.IN_PREP, S.IN_PROCESS_CHECK}),
    "print_unit_labels": MADE,
    "reconcile_labels": MADE,
    "record_test": MADE | {S.REJECTED},
    "release_batch": frozenset({S.QUARANTINED}),
    "move_units": MADE,
    "hold_units": MADE,
    "free_units": MADE,
    "assign_to_dose": frozenset({S.RELEASED}),
    "expire_units": MADE,
    "waste_units": MADE | {S.REJECTED},
}
"""In which states each action is possible."""

_PREPARERS = frozenset({"technician", "pharmacist"})
_PHARMACIST = frozenset({"pharmacist"})
_SYSTEM = frozenset({"system"})

PERMISSIONS: dict[str, frozenset[str]] = {
    "propose_batch": _PREPARERS,
    "scan_container": _PREPARERS,
    "plan_draw_up": _SYSTEM,
    "take_apart": _PREPARERS,
    "check_staging": _PHARMACIST,
    "start_preparation": _PREPARERS,
    "hand_over": _PREPARERS,
    "move_hood": _PREPARERS,
    "record_volume": _PREPARERS,
    "confirm_step": _PREPARERS,
    "undo": _PREPARERS,
    "ask_in_process_check": _PREPARERS,
    "pass_in_process": _PHARMACIST,
    "reject_in_process": _PHARMACIST,
    "complete_batch": _PREPARERS,
    "check_batch": _PHARMACIST,
    "enter_second_check": _PHARMACIST,
    "reject_batch": _PHARMACIST,
    "cancel_batch": _PREPARERS,
    "print_unit_labels": _PREPARERS,
    "reconcile_labels": _PREPARERS,
    "record_test": frozenset({"pharmacist", "quality", "lead"}),
    "release_batch": _PHARMACIST,
    "move_units": frozenset({"technician", "pharmacist", "buyer"}),
    "hold_units": frozenset({"pharmacist", "lead"}),
    "free_units": frozenset({"pharmacist", "lead"}),
    "assign_to_dose": _SYSTEM,
    "expire_units": _SYSTEM,
    "waste_units": frozenset({"technician", "pharmacist", "lead"}),
}
"""Who may do what to a batch. A unit is assigned in one act with the release of its dose, by who may do that."""

SIGNED = frozenset(
    {
        "complete_batch",
        "check_staging",
        "pass_in_process",
        "reject_in_process",
        "check_batch",
        "enter_second_check",
        "reject_batch",
        "record_test",
        "release_batch",
    }
)
"""Actions that need the person's secret again, just now."""
