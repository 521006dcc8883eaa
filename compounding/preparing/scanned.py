"""What was under the scanner, in plain facts: kept with a refusal, so that the near miss tells its story later."""

from typing import Any

from batch_records.acts import Refusal
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.states import BEING_MADE
from compounding.stock.resolving import Resolved


def scanned_details(action: Any, ctx: DoseContext) -> dict[str, str]:
    """Code, and where the formulary knows it product, display, drug, lot and expiry. Empty for what is no scan."""
    code = getattr(action, "label_code", "") if action.kind == "complete" else getattr(action, "code", "")
    if action.kind not in ("scan_container", "complete", "confirm_step") or not code:
        return {}
    found = ctx.resolved
    if action.kind != "scan_container" or not isinstance(found, Resolved):
        return {"code": code}
    return {
        "code": code,
        "product": found.item.id,
        "display": found.item.display,
        "drug": str(getattr(found.item, "drug", "")),
        "lot": found.lot or action.lot,
        "expires": found.expires or action.expires,
    }


def scanned_while_made(dose: Dose, action: Any, ctx: DoseContext) -> Refusal | None:
    """A container scanned at a preparation that is being made: one of its own changes nothing, another one is a near miss."""
    if action.kind != "scan_container" or dose.status not in BEING_MADE or not isinstance(ctx.resolved, Resolved):
        return None
    item = ctx.resolved.item
    if any(component.product == item.id for component in dose.drawing.components):
        return Refusal("scanned_already", f"{item.display} belongs to this preparation. It was scanned before the start.")
    return Refusal("not_this_dose", f"You scanned {item.display}. It does not belong to this preparation.", 422)
