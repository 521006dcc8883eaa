"""What was under the scanner, in plain facts: kept with a refusal, so that the near miss tells its story later."""

from typing import Any

from compounding.preparing.context import DoseContext
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
