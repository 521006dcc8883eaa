"""Containers that are carried to a satellite: sent by one person, on the way in nobody's hands, and there when somebody says so.

What is on the way lies at a place of its own in the ledger, so that it is neither here nor there and never lost; nothing is used
from it. Pure.
"""

from dataclasses import dataclass
from typing import ClassVar

from batch_records.acts import Refusal
from compounding.record_actions import RecordAction

ON_THE_WAY = "On the way to "


@dataclass(frozen=True)
class SendLot(RecordAction):
    """They left a location and are carried to another one."""

    kind: ClassVar[str] = "lot_sent"
    count: int
    source: str
    target: str
    reason: str = ""


@dataclass(frozen=True)
class ArriveLot(RecordAction):
    """They came; what did not come is told with its reason, and is gone."""

    kind: ClassVar[str] = "lot_arrived"
    count: int
    target: str
    missing: int = 0
    reason: str = ""


def way_to(target: str) -> str:
    """The place in the ledger of what is carried to a location."""
    return f"{ON_THE_WAY}{target}"


def goes_to(place: str) -> str:
    """The location that what lies at this place is carried to; empty for a place where things lie."""
    return place.removeprefix(ON_THE_WAY) if place.startswith(ON_THE_WAY) else ""


def arrival(action: ArriveLot, on_the_way: int) -> Refusal | None:
    """No more arrives than was sent, and what is missing has a reason."""
    if action.count < 0 or action.missing < 0 or action.count + action.missing < 1:
        return Refusal("count_wrong", "Say how many came, and how many did not.", 422)
    if action.count + action.missing > max(on_the_way, 0):
        text = f"{max(on_the_way, 0)} are on the way to {action.target}, not {action.count + action.missing}."
        return Refusal("not_sent", f"{text} What came besides is received or counted there.")
    if action.missing and not action.reason.strip():
        return Refusal("reason_missing", "Say what became of those that did not come.", 422)
    return None
