"""Printing the label of an opened container: every copy is an entry, and every one after the first has its reason."""

from dataclasses import dataclass, replace
from typing import ClassVar

from batch_records.acts import Refusal
from compounding.record_actions import RecordAction
from compounding.stock.opened_state import DISCARDED, Opened


@dataclass(frozen=True)
class PrintContainerLabel(RecordAction):
    kind: ClassVar[str] = "container_label_printed"
    document: str
    """Digest of the file."""
    reason: str = ""
    copy: int = 0
    """Completed: counted from 1."""


def printed(state: Opened, action: PrintContainerLabel) -> PrintContainerLabel | Refusal:
    """The next copy, or why there is none."""
    if state.state == DISCARDED:
        return Refusal("opened_gone", "It was thrown away: nothing is labelled with this any more.")
    if state.labels and not any(letter.isalnum() for letter in action.reason):
        return Refusal("reason_missing", "A label of it was printed already. Say why another one is needed.", 422)
    if not state.labels and action.reason:
        return Refusal("reason_not_asked", "This is the first copy: it needs no reason.", 422)
    return replace(action, copy=state.labels + 1)
