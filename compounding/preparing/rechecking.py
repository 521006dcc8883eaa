"""A released dose that is not given yet when a weight or result of its patient changes: told, and stopped until decided.

What changed is told on the dose by the system as soon as it is recorded. Nothing is paired, given or used again while a
pharmacist has not looked: the dose is kept as it was released, with a reason, or its order is reviewed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose, Signed
from compounding.record_actions import RecordAction

MARK = "Changed since the review"
"""How lists begin what they know of such a dose."""
GRAVE = "since the review: "
"""How a new finding begins that one pharmacist alone does not decide."""


@dataclass(frozen=True)
class AskRecheck(RecordAction):
    """The system tells what is not as it was at the review. Empty: nothing differs any more."""

    kind: ClassVar[str] = "ask_recheck"
    changed: tuple[str, ...]


@dataclass(frozen=True)
class KeepReleased(RecordAction):
    """A pharmacist keeps the dose as it was released although this changed."""

    kind: ClassVar[str] = "keep_released"
    changed: tuple[str, ...]
    """What stood on the page that is signed."""
    reason: str
    signature: Mapping[str, Any] | None = None
    """Completed."""


def asked(dose: Dose, action: AskRecheck, entry: Entry) -> Dose:
    """The dose after it was told."""
    return replace(dose, changed=action.changed)


def kept(dose: Dose, action: KeepReleased, entry: Entry) -> Dose:
    """The dose after a pharmacist kept it."""
    signed = Signed(entry.who, entry.at, f"kept as released: {action.reason}", action.signature or {})
    return replace(dose, changed=action.changed, changed_kept=action.changed, kept_by=signed)


def changes_decided(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """What changed since the review was looked at, before the dose goes on its way or to the patient."""
    open_ones = [words for words in ctx.changed_since if words not in dose.changed_kept]
    if not open_ones:
        return None
    text = f"{MARK}: {'; '.join(open_ones)}. A pharmacist must look before it goes on."
    return Refusal("changed_after_release", text)


def something_changed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not ctx.changed_since:
        return Refusal("nothing_changed", "Everything that its order uses is as it was at the review.")
    if action.changed != ctx.changed_since:
        return Refusal("page_stale", "Something changed since this page was shown. Load it again and look once more.")
    return None


def one_may_decide(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A finding that two decide on, or that nobody passes, is no matter of one signature on a dose."""
    if not ctx.grave_since:
        return None
    return Refusal("review_needed", f"{'; '.join(ctx.grave_since)}. Have the order reviewed again, or fetch the dose back.")
