"""What somebody must do with each thing that a trace finds: one table, state to words."""

from dataclasses import dataclass

from compounding.preparing.states import DoseStatus as S

WARD, GIVEN, INSIDE, OVER = "ward", "given", "inside", "over"
GROUPS = {
    WARD: "out of the pharmacy",
    GIVEN: "given",
    INSIDE: "in the pharmacy",
    OVER: "destroyed or never made",
}
"""Where a preparation stands, seen from somebody who must act; in the order in which it presses."""


@dataclass(frozen=True)
class NextStep:
    """A state as people say it, and what is to be done."""

    state: str
    todo: str
    group: str


STEPS: dict[S, NextStep] = {
    S.DELIVERED: NextStep("on the ward", "Fetch it back; do not start it", WARD),
    S.DISPENSED: NextStep("on its way", "Stop it on its way and fetch it back", WARD),
    S.MISSING: NextStep("missing", "Look for it; it is not given when it turns up", WARD),
    S.ADMINISTERED: NextStep("given", "Tell the prescriber and the patient", GIVEN),
    S.QUARANTINED: NextStep("in quarantine", "Leave it blocked until it is decided", INSIDE),
    S.RELEASED: NextStep("released", "Keep it in the pharmacy; do not send it", INSIDE),
    S.RETURNED: NextStep("returned", "Keep it; do not use it again", INSIDE),
    S.SECOND_CHECK: NextStep("waits for the second check", "Do not release it", INSIDE),
    S.AWAITING_FINAL_CHECK: NextStep("waits for the check", "Do not release it", INSIDE),
    S.IN_PROCESS_CHECK: NextStep("a pharmacist looks", "Do not pass it", INSIDE),
    S.IN_PREP: NextStep("being made", "Stop it at the hood", INSIDE),
    S.STAGED: NextStep("containers ready", "Take it apart; scan other containers", INSIDE),
    S.QUEUED: NextStep("to be made", "Take its containers out; scan others", INSIDE),
    S.HELD: NextStep("on hold", "Take its containers out; scan others", INSIDE),
    S.REJECTED: NextStep("rejected", "Destroy it", INSIDE),
    S.ABANDONED: NextStep("abandoned", "Destroy it", INSIDE),
    S.EXPIRED: NextStep("past its time", "Destroy it", INSIDE),
    S.WASTED: NextStep("destroyed", "Nothing: it is gone and recorded", OVER),
    S.CANCELLED: NextStep("cancelled", "Nothing: it was never mixed", OVER),
    S.NEW: NextStep("not planned", "Nothing", OVER),
}
"""Every state of a dose."""
BLOCKED_OUT = "quarantined_out"
"""In quarantine outside the pharmacy: what a recall stopped on a ward, or on its way there."""
IN_PHARMACY = ("", "queue", "staging", "check desk", "returns", "waste")
"""Places of a dose inside the pharmacy, besides its hood."""
STANDINGS: dict[str, NextStep] = {
    BLOCKED_OUT: NextStep("in quarantine, out of the pharmacy", "Fetch it back; it is blocked", WARD),
    **{status.value: step for status, step in STEPS.items()},
}
"""How a preparation can stand, those first that press most."""


def next_step(standing: str) -> NextStep:
    """The step for a stored status, or for `BLOCKED_OUT`. Raises ValueError for one that is none."""
    if standing not in STANDINGS:
        raise ValueError(f"no preparation stands as {standing!r}")
    return STANDINGS[standing]


def standing_of(status: str, place: str, hood: str) -> str:
    """How a dose stands: its status, or `BLOCKED_OUT` where it is in quarantine outside the pharmacy."""
    out = status == S.QUARANTINED and place not in IN_PHARMACY and place != hood
    return BLOCKED_OUT if out else S(status).value


def statuses(group: str) -> tuple[str, ...]:
    """The standings of a group."""
    return tuple(standing for standing, step in STANDINGS.items() if step.group == group)


LOT_TODO = {
    "available": "Take it off the shelf and hold it",
    "held": "Leave it where it is held",
    "recalled": "Leave it where it is held; send it back as the supplier says",
}
OPENED_TODO = {
    "available": "Take it away; do not draw from it",
    "reserved": "Take it away; the preparation that it is staged for takes another",
    "held": "Leave it blocked until it is decided",
    "empty": "Discard it",
    "spent": "Discard it",
    "discarded": "Nothing: it was thrown away",
}
UNIT_TODO = {
    "quarantine": "Leave it in quarantine; do not release the batch",
    "available": "Take it off the shelf and hold it",
    "held": "Leave it where it is held",
    "sample": "Tell the laboratory",
    "retained": "Keep it as evidence",
    "rejected": "Destroy it",
    "expired": "Destroy it",
    "wasted": "Nothing: it is gone and recorded",
    "cancelled": "Nothing: it was never made",
}
"""What to do with stock that a trace finds, by its state; a state without a row is held and looked at."""
HOLD_IT = "Hold it and look at it"
