"""The states of a dose and the only moves between them. The same names stand as a CHECK in the database."""

from enum import StrEnum


class DoseStatus(StrEnum):
    """Each state says what it allows."""

    NEW = "new"
    """Not planned yet: only the system may queue it."""
    QUEUED = "queued"
    """Waits for a technician: containers may be scanned."""
    HELD = "held"
    """The order is on hold: nothing may be made."""
    STAGED = "staged"
    """Every container is scanned: a qualified person may start at a hood that is good enough."""
    IN_PREP = "in_prep"
    """Being made: volumes are measured and recorded."""
    IN_PROCESS_CHECK = "in_process_check"
    """Stopped before mixing: a pharmacist without a hand in it looks."""
    AWAITING_FINAL_CHECK = "awaiting_final_check"
    """Made and labelled in process: a pharmacist without a hand in it decides."""
    SECOND_CHECK = "second_check"
    """A second pharmacist enters alone what they find, before seeing the first result."""
    RELEASED = "released"
    """Signed: the dispensing label prints and is paired with the container."""
    DISPENSED = "dispensed"
    """Both labels were scanned as a pair: on its way."""
    DELIVERED = "delivered"
    """Scanned where it is used."""
    ADMINISTERED = "administered"
    """Started on the patient. Nothing moves it any more."""
    MISSING = "missing"
    """Nobody finds it. If it turns up it is not given."""
    RETURNED = "returned"
    """Back with its history of storage: a pharmacist decides."""
    REJECTED = "rejected"
    """Failed a check: it is wasted and made anew while the order needs it."""
    ABANDONED = "abandoned"
    """Stopped while being made: its components are accounted for."""
    CANCELLED = "cancelled"
    """Not needed: nothing was mixed."""
    EXPIRED = "expired"
    """Past its beyond-use time."""
    QUARANTINED = "quarantined"
    """Blocked until an investigation is closed."""
    WASTED = "wasted"
    """Destroyed and recorded. Nothing moves it any more."""

    @property
    def words(self) -> str:
        """As one says it: *this dose is* being made."""
        return _WORDS.get(self.value, self.value)


_WORDS = {
    "new": "not planned yet", "queued": "waiting to be made", "held": "on hold", "in_prep": "being made",
    "in_process_check": "waiting for the look before mixing", "awaiting_final_check": "waiting for the final check",
    "second_check": "waiting for the second check", "dispensed": "on its way", "delivered": "on the ward",
    "administered": "started on the patient", "quarantined": "in quarantine",
}  # fmt: skip
"""State -> what people call it, where that is another word."""

S = DoseStatus

OPEN = frozenset({S.QUEUED, S.HELD, S.STAGED, S.IN_PREP, S.IN_PROCESS_CHECK, S.AWAITING_FINAL_CHECK, S.SECOND_CHECK})
"""States on the way to release."""
BEING_MADE = frozenset({S.IN_PREP, S.IN_PROCESS_CHECK, S.AWAITING_FINAL_CHECK, S.SECOND_CHECK})
OUT = frozenset({S.RELEASED, S.DISPENSED, S.DELIVERED})
"""Released and not yet given: a stopped order needs these fetched back."""
ONCE_RELEASED = OUT | {S.ADMINISTERED, S.RETURNED, S.MISSING, S.EXPIRED, S.WASTED, S.QUARANTINED}
"""Where a released dose may be by the time somebody looks at its release: whatever became of it, that look is owed."""
CLOSED = frozenset({S.ADMINISTERED, S.WASTED})

MOVES: dict[str, tuple[frozenset[DoseStatus], frozenset[DoseStatus]]] = {
    "queue": (frozenset({S.NEW}), frozenset({S.QUEUED})),
    "hold": (frozenset({S.QUEUED}), frozenset({S.HELD})),
    "resume": (frozenset({S.HELD}), frozenset({S.QUEUED})),
    "cancel": (frozenset({S.QUEUED, S.HELD, S.STAGED}), frozenset({S.CANCELLED})),
    "scan_container": (frozenset({S.QUEUED, S.STAGED}), frozenset({S.QUEUED, S.STAGED})),
    "assign_unit": (frozenset({S.QUEUED}), frozenset({S.RELEASED})),
    "plan_draw_up": (frozenset({S.QUEUED, S.STAGED}), frozenset({S.QUEUED, S.STAGED})),
    "take_apart": (frozenset({S.STAGED, S.QUEUED}), frozenset({S.QUEUED})),
    "check_staging": (frozenset({S.STAGED}), frozenset({S.STAGED})),
    "start_preparation": (frozenset({S.STAGED}), frozenset({S.IN_PREP})),
    "hand_over": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "move_hood": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "record_volume": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "record_weight": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "weigh_container": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "record_pumped": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "record_unmeasured": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "confirm_step": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "undo": (frozenset({S.IN_PREP}), frozenset({S.IN_PREP})),
    "ask_in_process_check": (frozenset({S.IN_PREP}), frozenset({S.IN_PROCESS_CHECK})),
    "pass_in_process": (frozenset({S.IN_PROCESS_CHECK}), frozenset({S.IN_PREP})),
    "reject_in_process": (frozenset({S.IN_PROCESS_CHECK}), frozenset({S.REJECTED})),
    "complete": (frozenset({S.IN_PREP}), frozenset({S.AWAITING_FINAL_CHECK})),
    "abandon": (BEING_MADE - {S.SECOND_CHECK}, frozenset({S.ABANDONED})),
    "read_from_picture": (
        frozenset({S.IN_PROCESS_CHECK, S.AWAITING_FINAL_CHECK}),
        frozenset({S.IN_PROCESS_CHECK, S.AWAITING_FINAL_CHECK}),
    ),
    "ask_second_check": (frozenset({S.AWAITING_FINAL_CHECK}), frozenset({S.SECOND_CHECK})),
    "enter_second_check": (frozenset({S.SECOND_CHECK}), frozenset({S.AWAITING_FINAL_CHECK})),
    "release": (frozenset({S.AWAITING_FINAL_CHECK}), frozenset({S.RELEASED})),
    "emergency_release": (frozenset({S.AWAITING_FINAL_CHECK}), frozenset({S.RELEASED})),
    "check_afterwards": (ONCE_RELEASED, ONCE_RELEASED),
    "reject": (frozenset({S.AWAITING_FINAL_CHECK}), frozenset({S.REJECTED})),
    "expire": (OUT | {S.AWAITING_FINAL_CHECK, S.RETURNED}, frozenset({S.EXPIRED})),
    "say": (OPEN | OUT | {S.RETURNED}, OPEN | OUT | {S.RETURNED}),
    "ask_recheck": (OUT, OUT),
    "keep_released": (OUT, OUT),
    "print_label": (frozenset({S.RELEASED}), frozenset({S.RELEASED})),
    "open_label": (frozenset({S.RELEASED}), frozenset({S.RELEASED})),
    "answer_label_in_hand": (frozenset({S.RELEASED}), frozenset({S.RELEASED})),
    "pair_labels": (frozenset({S.RELEASED}), frozenset({S.DISPENSED})),
    "receive": (frozenset({S.DISPENSED}), frozenset({S.DELIVERED})),
    "start_administration": (frozenset({S.DELIVERED}), frozenset({S.ADMINISTERED})),
    "return_dose": (OUT, frozenset({S.RETURNED})),
    "report_missing": (frozenset({S.DISPENSED, S.DELIVERED}), frozenset({S.MISSING})),
    "find": (frozenset({S.MISSING}), frozenset({S.RETURNED})),
    "reuse": (frozenset({S.RETURNED}), frozenset({S.RELEASED})),
    "waste": (
        frozenset({S.REJECTED, S.ABANDONED, S.RETURNED, S.EXPIRED, S.CANCELLED, S.MISSING, S.QUARANTINED}) | OUT,
        frozenset({S.WASTED}),
    ),
    "quarantine": (frozenset(S) - CLOSED - {S.NEW, S.CANCELLED, S.QUARANTINED}, frozenset({S.QUARANTINED})),
    "lift_quarantine": (
        frozenset({S.QUARANTINED}),
        OUT | {S.RETURNED, S.AWAITING_FINAL_CHECK, S.SECOND_CHECK},
    ),
    "end_quarantine": (frozenset({S.QUARANTINED}), frozenset({S.QUARANTINED, S.RELEASED})),
}
"""Action -> (states it may start from, states it may end in). Anything else is refused."""

PERMISSIONS: dict[str, frozenset[str]] = {
    "queue": frozenset({"system"}),
    "hold": frozenset({"system"}),
    "resume": frozenset({"system"}),
    "plan_draw_up": frozenset({"system"}),
    "expire": frozenset({"system"}),
    "ask_recheck": frozenset({"system"}),
    "keep_released": frozenset({"pharmacist"}),
    "cancel": frozenset({"system", "pharmacist"}),
    "scan_container": frozenset({"technician", "pharmacist"}),
    "take_apart": frozenset({"technician", "pharmacist"}),
    "check_staging": frozenset({"pharmacist"}),
    "start_preparation": frozenset({"technician", "pharmacist"}),
    "hand_over": frozenset({"technician", "pharmacist"}),
    "move_hood": frozenset({"technician", "pharmacist"}),
    "record_volume": frozenset({"technician", "pharmacist"}),
    "record_weight": frozenset({"technician", "pharmacist"}),
    "weigh_container": frozenset({"technician", "pharmacist"}),
    "record_pumped": frozenset({"technician", "pharmacist"}),
    "record_unmeasured": frozenset({"technician", "pharmacist"}),
    "confirm_step": frozenset({"technician", "pharmacist"}),
    "undo": frozenset({"technician", "pharmacist"}),
    "ask_in_process_check": frozenset({"technician", "pharmacist"}),
    "complete": frozenset({"technician", "pharmacist"}),
    "abandon": frozenset({"technician", "pharmacist"}),
    "pass_in_process": frozenset({"pharmacist"}),
    "reject_in_process": frozenset({"pharmacist"}),
    "read_from_picture": frozenset({"pharmacist"}),
    "ask_second_check": frozenset({"pharmacist"}),
    "enter_second_check": frozenset({"pharmacist"}),
    "release": frozenset({"pharmacist"}),
    "emergency_release": frozenset({"pharmacist"}),
    "check_afterwards": frozenset({"pharmacist"}),
    "reject": frozenset({"pharmacist"}),
    "print_label": frozenset({"pharmacist", "technician"}),
    "open_label": frozenset({"pharmacist", "technician"}),
    "answer_label_in_hand": frozenset({"pharmacist", "technician"}),
    "pair_labels": frozenset({"technician", "pharmacist"}),
    "receive": frozenset({"nurse", "technician"}),
    "start_administration": frozenset({"nurse"}),
    "return_dose": frozenset({"nurse", "technician"}),
    "report_missing": frozenset({"nurse", "technician"}),
    "find": frozenset({"technician"}),
    "reuse": frozenset({"pharmacist"}),
    "assign_unit": frozenset({"pharmacist", "technician", "nurse"}),
    "waste": frozenset({"technician", "pharmacist", "lead"}),
    "say": frozenset({"technician", "pharmacist"}),
    "quarantine": frozenset({"pharmacist", "lead"}),
    "lift_quarantine": frozenset({"system"}),
    "end_quarantine": frozenset({"lead", "pharmacist"}),
}
"""Who may do what to a dose. A technician never reviews, changes, overrides or checks."""

SIGNED = frozenset(
    {
        "complete",
        "pass_in_process",
        "release",
        "emergency_release",
        "check_afterwards",
        "reject",
        "reject_in_process",
        "enter_second_check",
        "ask_second_check",
        "reuse",
        "assign_unit",
        "end_quarantine",
        "check_staging",
        "keep_released",
    }
)
"""Actions that need the person's secret again, just now."""
