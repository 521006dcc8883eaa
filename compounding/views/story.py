"""The history of one record in words: what happened, who did it, where and when, and what was refused."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch_records.entries import REFUSED, Entry
from batch_records.store import UnitOfWork
from calculations.errors import CannotCompute, Fault
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock, in_words
from compounding.people import shown_name

WORDS = {
    "lot_received": "Received",
    "lot_adjusted": "Count put right",
    "lot_held": "Stopped",
    "lot_freed": "Freed",
    "lot_used": "Used for a preparation",
    "lot_transferred": "Put somewhere else",
    "lot_sent": "Sent on its way",
    "lot_arrived": "Arrived",
    "lot_wasted": "Wasted out of stock",
    "lot_returned": "Returned to the supplier",
    "location_described": "Location described",
    "level_set": "Minimum and maximum set",
    "purchase_drafted": "Draft written",
    "purchase_placed": "Sent to the supplier",
    "purchase_received": "Delivery received",
    "purchase_closed": "Closed",
    "purchase_reopened": "Opened again",
    "count_begun": "Count begun",
    "count_lot_added": "Lot put on the list",
    "count_variance_opened": "Variance looked at",
    "count_submitted": "Counted",
    "count_approved": "Variance approved",
    "count_dropped": "Count dropped",
    "secret_set": "Chose a new secret",
    "reset_asked": "Reset asked for by an administrator",
    "reset_confirmed": "Reset confirmed by a second person",
    "recovered_at_server": "Let back in from the server's own command line",
    "drug_loaded": "Version loaded",
    "drug_released": "Version released",
    "drug_withdrawn": "Version withdrawn",
    **dict.fromkeys(("drug_replay_kept", "nutrition_replay_kept", "house_replay_kept"), "Replay over past orders kept"),
    "nutrition_loaded": "Version loaded",
    "house_loaded": "Version loaded",
    "house_released": "Version released",
    "house_withdrawn": "Version withdrawn",
    "nutrition_released": "Version released",
    "nutrition_withdrawn": "Version withdrawn",
    "container_label_printed": "Its label printed",
    "qualified": "Qualification recorded",
    "qualification_ended": "Qualification ended",
    "place": "Order placed",
    "receive_incomplete": "Incomplete order received",
    "accept": "Order accepted",
    "clarify": "Question asked",
    "answer": "Question answered",
    "reject_order": "Order rejected",
    "hold_order": "Order held",
    "resume_order": "Order resumed",
    "review_again": "Order sent to review again",
    "discontinue": "Order discontinued",
    "yield_doses": "Doses queued from the order",
    "ask_next_bag": "Next bag asked for",
    "propose_batch": "Batch proposed",
    "complete_batch": "Filled and counted",
    "check_batch": "Checked",
    "reject_batch": "Rejected",
    "cancel_batch": "Given up",
    "print_unit_labels": "Unit labels printed",
    "reconcile_labels": "Labels accounted for",
    "record_test": "Test result entered",
    "release_batch": "Released",
    "move_units": "Units moved",
    "hold_units": "Units held",
    "free_units": "Units freed",
    "assign_to_dose": "Unit assigned to a dose",
    "assign_unit": "Finished unit assigned and released",
    "expire_units": "Units past their time",
    "waste_units": "Units wasted",
    "queue": "Dose queued",
    "hold": "Dose held",
    "resume": "Dose resumed",
    "cancel": "Dose cancelled",
    "scan_container": "Container scanned",
    "plan_draw_up": "Draw-up planned from what was scanned",
    "take_apart": "Taken apart again",
    "check_staging": "Staging checked",
    "start_preparation": "Preparation started",
    "hand_over": "Handed over",
    "move_hood": "Moved to another hood",
    "record_volume": "Volume recorded",
    "record_weight": "Weight recorded",
    "weigh_container": "Whole container weighed",
    "record_pumped": "Volumes read from the compounder's file",
    "record_unmeasured": "Recorded as not measured",
    "confirm_step": "Step confirmed",
    "undo": "Step undone",
    "complete": "Preparation completed",
    "abandon": "Preparation abandoned",
    "expire": "Beyond-use time passed",
    "print_label": "Label printed",
    "open_label": "Label opened in a browser to print",
    "answer_label_in_hand": "Label in hand answered",
    "pair_labels": "Labels paired on the container",
    "receive": "Received on the ward",
    "start_administration": "Started on the patient",
    "return_dose": "Returned",
    "report_missing": "Reported missing",
    "find": "Found again",
    "reuse": "Released for use again",
    "waste": "Wasted",
    "quarantine": "Quarantined",
    "end_quarantine": "Quarantine ended",
    "ask_recheck": "Told what changed since the review",
    "keep_released": "Looked at what changed, kept as released",
    "lift_quarantine": "Let go by the recall that held it",
    "container_put_back": "Put back by two persons",
    "lot_put_back": "Put back by two persons",
    "container_held": "Held by a recall",
    "container_freed": "Let go by the recall that held it",
    "template_loaded": "Template drafted",
    "template_released": "Template released",
    "template_withdrawn": "Template withdrawn",
    "substitution_begun": "Alternative begun",
    "substitution_ended": "Alternative ended",
    "controlled_vials_recorded": "Vials recorded with what was drawn",
    "controlled_vial_settled": "Rest of a vial settled",
    "controlled_waste_offered": "Shown for waste",
    "controlled_waste_witnessed": "Wasted before a witness",
    "controlled_waste_taken_back": "Taken back, nothing wasted",
    "controlled_count_begun": "Count of controlled drugs begun",
    "controlled_count_entered": "Counted and signed",
    "controlled_count_dropped": "Count dropped",
    "controlled_handling_offered": "Shown to a second person",
    "controlled_handling_done": "Done by two persons",
    "controlled_handling_taken_back": "Taken back, nothing was moved",
    "controlled_shift_closed": "Shift closed",
    "controlled_inventory_taken": "Inventory signed",
    "controlled_inventory_countersigned": "Inventory signed by a second person",
    "discrepancy_opened": "Discrepancy opened",
    "discrepancy_answered": "Discrepancy answered",
    "discrepancy_confirmed": "Answer confirmed, closed",
    "discrepancy_sent_back": "Answer sent back",
    "recall_opened": "Recall opened",
    "recall_closing_asked": "Closing asked for",
    "recall_closed": "Recall closed",
    "recall_things_listed": "Listed, and held where it can be",
    "recall_outcome": "Outcome recorded",
    "recall_clearing_asked": "Clearing asked for",
    "recall_clearing_confirmed": "Cleared by a second person",
    "ask_in_process_check": "Check before mixing asked for",
    "pass_in_process": "Passed before mixing",
    "reject_in_process": "Rejected before mixing",
    "read_from_picture": "Volume read from the picture",
    "ask_second_check": "Second check asked for",
    "enter_second_check": "Second check entered",
    "release": "Checked and released",
    "emergency_release": "Emergency release",
    "check_afterwards": "Checked afterwards",
    "reject": "Rejected at the check",
}
"""Kinds whose own name says less than these."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
NOTHING = "nothing"
"""What stands where a value is empty."""

MOST_FACTS = 16
"""Facts of one entry that a story tells."""
LONGEST = 300
"""Characters of one value; the whole stands in the entry itself."""


@dataclass(frozen=True)
class Line:
    """One entry of the story."""

    record: str
    record_type: str
    seq: int
    what: str
    who: str
    station: str
    at: str
    """On the site's wall clock at that time."""
    utc: str
    facts: tuple[tuple[str, str], ...]
    refused: bool

    @property
    def brief(self) -> tuple[tuple[str, str], ...]:
        """The facts that a story tells: those that stand highest first, at most `MOST_FACTS`. The entry holds all."""
        return tuple(sorted(self.facts, key=lambda fact: fact[0].count("›"))[:MOST_FACTS])


def story(uow: UnitOfWork, record: str, without: frozenset[str] = frozenset()) -> tuple[Line, ...]:
    """All entries of a record, oldest first; `without`: facts that stand on the page already. Raises AlteredRecord."""
    names = Names(uow)
    return tuple(line_of(entry, names, without) for entry in uow.entries(record))


class Names:
    """Who an id is, read once each."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._known = {"system": "Sufficit, as a consequence"}

    def __getitem__(self, person: str) -> str:
        if person not in self._known:
            self._known[person] = shown_name(self._uow, person)
        return self._known[person]


def line_of(entry: Entry, names: Names, without: frozenset[str] = frozenset()) -> Line:
    """One entry in words. Its own offset decides the wall clock, so that a story reads the same everywhere."""
    clock = Clock(entry.offset_minutes)
    refused = entry.kind == REFUSED
    told = entry.payload
    what = f"Refused: {kind_in_words(str(told.get('action', '')))}" if refused else kind_in_words(entry.kind)
    skipped = without | ({"action", "status", "payload_digest"} if refused else set())
    facts = facts_in({name: value for name, value in told.items() if name not in skipped}, clock)
    return Line(
        record=entry.record,
        record_type=entry.record_type,
        seq=entry.seq,
        what=what,
        who=names[entry.who],
        station=entry.station,
        at=f"{clock.moment(entry.at)}:{entry.at:%S}",
        utc=f"{entry.at:%Y-%m-%d %H:%M:%S} UTC",
        facts=tuple(facts),
        refused=refused,
    )


def kind_in_words(kind: str) -> str:
    """A kind of entry as people say it."""
    return WORDS.get(kind) or kind.replace("_", " ").capitalize()


def facts_in(payload: Mapping[str, Any], clock: Clock | None = None) -> list[tuple[str, str]]:
    """Name and value of every figure and text in a payload, nested ones with the names above them.

    With a clock as a story tells it: days and times in words, long texts cut, what is empty left out. Without, as recorded.
    """
    told = [(" › ".join(part.replace("_", " ") for part in path), value) for path, value in _flat(payload, ())]
    return told if clock is None else [(name, _short(value, clock)) for name, value in told if value != NOTHING]


def _short(value: str, clock: Clock) -> str:
    try:
        if _DAY.fullmatch(value):
            return in_words(value)
        if _INSTANT.fullmatch(value):
            return clock.moment(datetime.fromisoformat(value))
    except ValueError:
        return value
    if _DIGEST.fullmatch(value):
        return f"{value[:12]}…"
    return value if len(value) <= LONGEST else f"{value[:LONGEST]} … ({len(value):,} characters)"


def _flat(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        whole = _quantity(value) or _signature(value)
        if whole:
            yield path, whole
            return
        for name, item in value.items():
            yield from _flat(item, (*path, str(name)))
    elif isinstance(value, list | tuple):
        if all(isinstance(item, str | int) for item in value):
            yield path, ", ".join(str(item) for item in value) or "none"
            return
        for number, item in enumerate(value, start=1):
            yield from _flat(item, (*path, str(number)))
    elif isinstance(value, bool):
        yield path, "yes" if value else "no"
    elif value is None or value == "":
        yield path, NOTHING
    else:
        yield path, str(value)


def _signature(value: Mapping[str, Any]) -> str:
    """A signature as it is printed; its digest and seal stand in the entry. Empty for anything else."""
    if not {"meaning", "name", "method", "seal"} <= set(value):
        return ""
    name = f"{value['name']}, {value['credentials']}" if value.get("credentials") else value["name"]
    return f"{str(value['meaning']).removesuffix(' by')} by {name}, with {value['method']}"


def _quantity(value: Mapping[str, Any]) -> str:
    """A stored quantity as printed; empty for anything else, or for one that no longer reads as one."""
    if not {"value", "unit"} <= set(value) or not set(value) <= {"value", "unit", "of"}:
        return ""
    try:
        return show(Quantity.from_data(value))
    except (Fault, CannotCompute, ValueError, TypeError):
        return ""
