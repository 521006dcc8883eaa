"""Rules that several parts of the work share. Each is one small pure function: a refusal in plain words, or nothing.

`rules.GUARDS` says which rules an action passes, in order. They are tried after the table of moves; the first refusal
answers. The others stand in `guards_scanning`, `guards_making`, `guards_checking` and `guards_delivering`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from batch_records.acts import Act, Refusal
from compounding.documents.snapshots import label_issue, read_barcode
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.states import MOVES

Guard = Callable[[Dose, Any, Act, DoseContext], Refusal | None]
IN_PROCESS, INTERMEDIATE, DISPENSING = "in_process_label/1", "intermediate_label/1", "dispensing_label/1"


def on_site(act: Act) -> datetime:
    """The wall-clock time of an act: only its date is asked for, since expiry and qualification end with the site's day."""
    return act.at + timedelta(minutes=act.offset_minutes)


def number_in(code: str, kind: str) -> str:
    """The dose number in one of our own label codes, or nothing when it is another kind of code."""
    read = read_barcode(code.removeprefix("]d2").removeprefix("]C1"))
    return read[1] if read is not None and read[0] == kind else ""


def issue_in(code: str) -> int:
    """Which label of its dose, or the label of which step, a scanned code is; 0 when it carries no number."""
    return label_issue(code.removeprefix("]d2").removeprefix("]C1"))


def move_allowed(dose: Dose, kind: str) -> Refusal | None:
    """The table of moves: an action from a state that does not list it is refused."""
    allowed, _ = MOVES[kind]
    if dose.status in allowed:
        return None
    return Refusal("wrong_state", f"This dose is {dose.status.words}: that is not possible now.")


def order_still_active(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not ctx.order.active:
        return Refusal(
            "order_not_active", f"The order is {ctx.order.status or 'not active'}: nothing more is made for it."
        )
    if dose.order_version != ctx.order.version and dose.order_version not in ctx.order.standing:
        return Refusal("order_changed", "The order has a newer version. This dose belongs to the old one.")
    if ctx.order.stop is not None and act.at >= ctx.order.stop:
        return Refusal("order_over", "The order has ended: nothing more is made or given for it.")
    return None


def no_new_allergy(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A coded allergy that no pharmacist saw when the order was accepted: whoever reviews a new version decides."""
    if not ctx.new_allergies:
        return None
    text = f"Recorded since the order was accepted: {ctx.new_allergies[0]}. A pharmacist reviews the order again."
    return Refusal("new_allergy", text)


def nothing_changed_since(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A weight or result that the order was worked out from is another one now: whoever reviews it again decides."""
    if not ctx.changed_since:
        return None
    text = f"{'; '.join(ctx.changed_since)}: pharmacist must look. The order is reviewed again before this goes on."
    return Refusal("changed_since_review", text[0].upper() + text[1:])


def reason_given(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not any(character.isalnum() for character in action.reason):  # a space that cannot be seen is no reason
        return Refusal("reason_missing", "Say why.", 422)
    return None


def no_hand_in_it(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return no_hand(dose, act, "checked")


def no_hand(dose: Dose, act: Act, what: str) -> Refusal | None:
    if act.actor.person in dose.hands:
        return Refusal("own_work", f"You staged, scanned, measured or mixed this. It is {what} by somebody else.", 403)
    return None
